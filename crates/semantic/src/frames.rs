//! The IFs and FORs of a page with what belongs to each, across blocks: for whoever goes from one keyword to another.
//!
//! Apart from [`page_structure`](crate::page_structure), so that an IF which comes or goes together with its end runs nothing that reads what
//! is wrong with the page; and only computed when somebody asks.

use std::sync::Arc;

use sfmc_db::{Db, Page};

use crate::structure::{Place, fold};

/// An IF or FOR with its keywords, as the structure of the page was understood: what the findings about it take for granted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ControlFrame {
    /// Its keyword.
    pub opener: Place,
    /// The keywords of its ELSEIFs and ELSEs, in order.
    pub alternatives: Box<[Place]>,
    /// The keyword that ends it: ENDIF, NEXT or what was meant as such; none where its end is missing.
    pub end: Option<Place>,
}

impl ControlFrame {
    /// Its keywords, in order.
    pub fn keywords(&self) -> impl Iterator<Item = Place> {
        [self.opener].into_iter().chain(self.alternatives.iter().copied()).chain(self.end)
    }
}

/// The IFs and FORs of a page in order of their keywords. Only those that are written: not what is guessed where a keyword is missing.
#[salsa::tracked(returns(ref))]
pub fn page_frames(db: &dyn Db, page: Page) -> Arc<[ControlFrame]> {
    let frames = fold(db, page).1.into_iter();
    let frames = frames.map(|frame| ControlFrame {
        opener: frame.opener,
        alternatives: frame.alternatives.into(),
        end: frame.end,
    });
    frames.collect()
}

#[cfg(test)]
mod tests {
    use sfmc_db::{Database, FileKind, page_map};

    use super::*;
    use crate::structure::place_range;

    /// For each frame: the text from each of its keywords on to the next blank; `-` for an end that is missing.
    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        let db = Database::default();
        let page = db.add_page(text, FileKind::Page);
        let word = |place: Place| {
            let range = page_map(&db, page).range_in(place.chunk, place_range(&db, place).unwrap()).unwrap();
            text[usize::from(range.start())..].split([' ', '\n']).next().unwrap()
        };
        let found: Vec<String> = page_frames(&db, page)
            .iter()
            .map(|frame| {
                let words: Vec<&str> = frame.keywords().map(word).chain(frame.end.is_none().then_some("-")).collect();
                words.join(" ")
            })
            .collect();
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn across_blocks() {
        check(
            "%%[ IF @a then ]%%%%[ for @i = 1 to 2 do if @b then ENDIF next ]%%%%[ elseif @c then else ]%%%%[ endif ]%%",
            &["IF elseif else endif", "for next", "if ENDIF"],
        );
        let far = "<p>text</p>\n".repeat(3000);
        check(&format!("%%[ if @a then ]%%{far}%%[ else ]%%{far}%%[ endif ]%%"), &["if else endif"]);
    }

    #[test]
    fn what_is_wrong() {
        check("%%[ if @a then for @i = 1 to 2 do endif ]%%", &["if endif", "for -"]);
        check("%%[ for @i = 1 to 2 do if @a then next ]%%", &["for next", "if -"]);
        check("%%[ endif if @a then else ]%%", &["if else -"]);
        check("%%[ if @a then end if ]%%%%[ for @i = 1 to 2 do endfor ]%%", &["if end", "for endfor"]);
        // What is not written is none.
        check("%%[ @a == 1 then set @b = 1 endif else endif ]%%", &[]);
    }
}
