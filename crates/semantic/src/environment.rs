//! Where a page runs, as far as the page itself says.

use memchr::{memchr_iter, memmem};
use sfmc_catalog::{Context, Environment};
use sfmc_db::{Chunk, Db, Page};

/// What the text of a chunk says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
struct Signs {
    /// `/* sfmc-context: email */`
    context: Option<Context>,
    /// `<html` or `<!doctype`
    document: bool,
}

/// The word that begins a directive.
const DIRECTIVE: &[u8] = b"sfmc-context:";

#[salsa::tracked]
fn chunk_signs(db: &dyn Db, chunk: Chunk) -> Signs {
    let text = &*chunk.source(db).text;
    let bytes = text.as_bytes();
    let begins = |at: usize, word: &str| {
        bytes.get(at..at + word.len()).is_some_and(|found| found.eq_ignore_ascii_case(word.as_bytes()))
    };
    Signs {
        context: memmem::find_iter(bytes, DIRECTIVE).find_map(|at| directive(text, at)),
        document: memchr_iter(b'<', bytes).any(|at| begins(at, "<html") || begins(at, "<!doctype")),
    }
}

/// The context that a directive names whose word stands at `at`. It must be the first thing in a comment.
fn directive(text: &str, at: usize) -> Option<Context> {
    let before = text[..at].trim_end();
    if !["/*", "<!--", "//"].iter().any(|open| before.ends_with(open)) {
        return None;
    }
    let rest = text[at + DIRECTIVE.len()..].trim_start();
    let word = rest.split(|c: char| !c.is_alphanumeric()).next()?;
    Context::from_key(word)
}

/// Where a page runs: what a directive in it says, or else what the project does.
#[salsa::tracked]
pub fn page_environment(db: &dyn Db, page: Page) -> Environment {
    let environment = page.environment(db);
    let context = page.chunks(db).iter().find_map(|&chunk| chunk_signs(db, chunk).context);
    Environment { context: context.or(environment.context), ..environment }
}

/// Whether a page is a whole document rather than a part of one: nothing around it sets its variables or reads them, except what it calls.
#[salsa::tracked]
pub fn is_document(db: &dyn Db, page: Page) -> bool {
    page.chunks(db).iter().any(|&chunk| chunk_signs(db, chunk).document)
}

#[cfg(test)]
mod tests {
    use sfmc_db::{Database, FileKind};

    use super::*;

    fn context(text: &str) -> Option<Context> {
        let db = Database::default();
        let page = db.add_page(text, FileKind::Page);
        page_environment(&db, page).context
    }

    #[test]
    fn directives() {
        assert_eq!(context("%%[ /* sfmc-context: email */ ]%%"), Some(Context::Email));
        assert_eq!(context("<!-- sfmc-context: CloudPage -->"), Some(Context::CloudPage));
        assert_eq!(context("<p>sfmc-context: email</p>"), None);
        assert_eq!(context("%%[ /* sfmc-context: moon */ ]%%"), None);
    }

    #[test]
    fn a_directive_outranks_the_project() {
        let db = Database::default();
        let environment = Environment { context: Some(Context::Email), ..Environment::default() };
        let info = sfmc_db::FileInfo { kind: FileKind::Page, environment };
        let page = db.add_page("%%[ /* sfmc-context: sms */ ]%%", info);
        assert_eq!(page_environment(&db, page).context, Some(Context::Sms));
        let page = db.add_page("x", info);
        assert_eq!(page_environment(&db, page).context, Some(Context::Email));
    }
}
