//! The server-side JavaScript of a page.

use sfmc_db::{Db, Page, page_map};
use sfmc_host::RegionKind;
use sfmc_syntax::TextSize;

/// Calls `work` with the text of each server script of a page and where it begins. One that is cut is put together: what is a comment in it
/// is decided from its beginning.
pub fn each_script(db: &dyn Db, page: Page, mut work: impl FnMut(&str, TextSize)) {
    let mut open: Option<(String, TextSize)> = None;
    for position in page_map(db, page).chunks() {
        let source = position.chunk.source(db);
        for region in source.regions.iter().filter(|region| region.kind == RegionKind::ServerScript) {
            let text = &source.text[region.range()];
            match &mut open {
                Some((script, _)) if region.open == 0 => script.push_str(text),
                _ => {
                    if let Some((script, start)) =
                        open.replace((text.to_owned(), position.start + TextSize::new(region.start)))
                    {
                        work(&script, start);
                    }
                }
            }
        }
    }
    if let Some((script, start)) = open {
        work(&script, start);
    }
}
