//! Words of the language as the page writes them: in upper case where the nearest one in the code is, or else the first of the page.

use sfmc_db::{chunk_parse, page_map};
use sfmc_syntax::TextSize;

use super::Site;
use crate::code::CodeAt;

impl Site<'_> {
    /// How `words` are written at a place.
    pub(super) fn words(&self, at: TextSize, words: &str) -> String {
        if self.is_upper_case(at) { words.to_uppercase() } else { words.to_owned() }
    }

    fn is_upper_case(&self, at: TextSize) -> bool {
        let is_upper = |text: &str| !text.is_empty() && !text.chars().any(char::is_lowercase);
        if let Some(code) = CodeAt::new(self.db, self.page, at) {
            let mut words = code.tokens.iter().filter(|token| token.kind.is_ampscript_keyword());
            let before = words.clone().take_while(|token| token.range.end() <= at).last();
            if let Some(nearest) = before.or_else(|| words.next()) {
                return is_upper(code.text(nearest.range));
            }
        }
        let first = page_map(self.db, self.page).chunks().iter().find_map(|position| {
            let control = chunk_parse(self.db, position.chunk).controls.first()?;
            position.chunk.source(self.db).text.get(std::ops::Range::from(control.keyword))
        });
        first.is_some_and(is_upper)
    }
}
