//! Where a page runs, as far as the page itself says.

use std::sync::{Arc, LazyLock};

use memchr::{
    memchr_iter,
    memmem::{self, Finder},
};
use sfmc_catalog::{Context, Environment, Platform};
use sfmc_db::{Chunk, Db, Page};
use sfmc_syntax::{TextRange, TextSize};

/// What the directives of a chunk say.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
struct Signs {
    /// `/* sfmc-context: email */`; `unknown` is none, but an answer.
    context: Option<Option<Context>>,
    /// `/* sfmc-target: next */`, `/* sfmc-target: next 67 */`
    platform: Option<Platform>,
}

/// What the markup of a chunk says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
struct Markup {
    /// `<html` or `<!doctype`
    document: bool,
    /// `data-type="slot"`, `{{.slot`
    slot: bool,
}

/// The words that begin directives.
const CONTEXT: &str = "sfmc-context:";
const TARGET: &str = "sfmc-target:";
const IGNORE: &str = "sfmc-ignore";
/// What both begin with: most texts have neither, and are searched once.
const PREFIX: &str = "sfmc-";

/// How templates mark the places that other content is put in (ampscript.md section 6: it shares the variables of the page).
static SLOTS: LazyLock<[Finder<'static>; 3]> =
    LazyLock::new(|| ["data-type=\"slot\"", "data-type='slot'", "{{.slot"].map(Finder::new));

/// The word for content that can run anywhere, as in configurations.
const ANYWHERE: &str = "unknown";

/// What a word says of where content runs, if it says anything.
fn context_of(word: &str) -> Option<Option<Context>> {
    match word.eq_ignore_ascii_case(ANYWHERE) {
        true => Some(None),
        false => Context::from_key(word).map(Some),
    }
}

/// What a directive says of where the page runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Directive {
    /// In which context; `unknown` is none.
    Context(Option<Context>),
    /// On which platform.
    Platform(Platform),
}

/// What a word behind `sfmc-target:`, and the one behind that, say of the platform, if they say anything.
fn platform_of<'t>(word: &str, mut behind: impl Iterator<Item = &'t str>) -> Option<Platform> {
    match word.to_ascii_lowercase().as_str() {
        "engagement" => Some(Platform::Engagement),
        "next" => Some(Platform::Next { api_version: behind.next().and_then(|version| version.parse().ok()) }),
        _ => None,
    }
}

/// The directives of a chunk that say where the page runs, and where in it their words stand, those on contexts first. Of a page's the first
/// of each kind counts.
#[salsa::tracked(returns(ref))]
pub fn chunk_directives(db: &dyn Db, chunk: Chunk) -> Arc<[(Directive, TextRange)]> {
    let text = &*chunk.source(db).text;
    if memmem::find(text.as_bytes(), PREFIX.as_bytes()).is_none() {
        return Arc::default();
    }
    let size = |n: usize| TextSize::new(u32::try_from(n).unwrap_or(u32::MAX));
    let range = |word: &str| TextRange::at(size(word.as_ptr() as usize - text.as_ptr() as usize), size(word.len()));
    let contexts = directives(text, CONTEXT).filter_map(|mut words| {
        let word = words.next()?;
        Some((Directive::Context(context_of(word)?), range(word)))
    });
    let platforms = directives(text, TARGET).filter_map(|mut words| {
        let word = words.next()?;
        Some((Directive::Platform(platform_of(word, words)?), range(word)))
    });
    contexts.chain(platforms).collect()
}

#[salsa::tracked(returns(copy))]
fn chunk_signs(db: &dyn Db, chunk: Chunk) -> Signs {
    let text = &*chunk.source(db).text;
    if memmem::find(text.as_bytes(), PREFIX.as_bytes()).is_none() {
        return Signs::default();
    }
    Signs {
        context: directives(text, CONTEXT).find_map(|mut words| context_of(words.next()?)),
        platform: directives(text, TARGET).find_map(|mut words| platform_of(words.next()?, words)),
    }
}

#[salsa::tracked(returns(copy))]
fn chunk_markup(db: &dyn Db, chunk: Chunk) -> Markup {
    let bytes = chunk.source(db).text.as_bytes();
    let begins = |at: usize, word: &str| {
        bytes.get(at..at + word.len()).is_some_and(|found| found.eq_ignore_ascii_case(word.as_bytes()))
    };
    Markup {
        slot: SLOTS.iter().any(|slot| slot.find(bytes).is_some()),
        document: memchr_iter(b'<', bytes).any(|at| begins(at, "<html") || begins(at, "<!doctype")),
    }
}

/// The words behind each directive `word` that is the first thing in a comment.
fn directives<'t>(text: &'t str, word: &'static str) -> impl Iterator<Item = impl Iterator<Item = &'t str>> {
    spelled_directives(text, word).map(|(_, words)| words)
}

/// Each directive `word` that is the first thing in a comment, and the words behind it.
fn spelled_directives<'t>(
    text: &'t str,
    word: &'static str,
) -> impl Iterator<Item = (&'t str, impl Iterator<Item = &'t str>)> {
    memmem::find_iter(text.as_bytes(), word).filter_map(move |at| {
        let before = text[..at].trim_end();
        let in_comment = ["/*", "<!--", "//"].iter().any(|open| before.ends_with(open));
        let line = text[at + word.len()..].lines().next().unwrap_or_default();
        // What stands behind the comment is not part of it.
        let line = line.split("*/").next().unwrap_or_default();
        let line = line.split("-->").next().unwrap_or_default();
        let words = line.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
        in_comment.then(|| (&text[at..at + word.len()], words))
    })
}

/// What a directive that says nothing is wrong about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DirectiveError {
    /// A directive that there is none of: `sfmc-contxt: email`, or a comment of something else.
    Name,
    /// `sfmc-context email`, without its colon.
    Colon,
    /// `sfmc-context:` and no context that is known.
    Context,
    /// `sfmc-target:` and no platform that is known.
    Target,
    /// `sfmc-target: next` and what should be a version, but is no number.
    Version,
}

/// The words that directives of a chunk hold in the place of known ones: where they stand in it, or where the directive does that holds none.
#[salsa::tracked(returns(ref))]
pub fn chunk_directive_errors(db: &dyn Db, chunk: Chunk) -> Arc<[(DirectiveError, TextRange)]> {
    let text = &*chunk.source(db).text;
    let size = |n: usize| TextSize::new(u32::try_from(n).unwrap_or(u32::MAX));
    // Shown with what hangs on to it: `e-mail`.
    let range = |part: &str| {
        let start = part.as_ptr() as usize - text.as_ptr() as usize;
        let end = start + part.len();
        let more =
            text[end..].find(|c: char| !(c.is_alphanumeric() || c == '-' || c == '_')).unwrap_or(text.len() - end);
        let word = text[start..end + more].trim_end_matches('-');
        TextRange::at(size(start), size(word.len()))
    };
    let mut found = Vec::new();
    if memmem::find(text.as_bytes(), PREFIX.as_bytes()).is_none() {
        return found.into();
    }
    for (word, _) in spelled_directives(text, PREFIX) {
        let start = word.as_ptr() as usize - text.as_ptr() as usize;
        let name = text[start..].find(|c: char| !(c.is_alphanumeric() || c == '-')).unwrap_or(text.len() - start);
        let (name, rest) = text[start..].split_at(name);
        // What begins like a suppression is looked at with those.
        if name.starts_with(IGNORE) {
            continue;
        }
        let is_known = [CONTEXT, TARGET].iter().any(|known| known.strip_suffix(':') == Some(name));
        let error = match (is_known, rest.starts_with(':')) {
            (true, true) => continue,
            (true, false) => DirectiveError::Colon,
            (false, _) => DirectiveError::Name,
        };
        found.push((error, TextRange::at(size(start), size(name.len()))));
    }
    for (directive, mut words) in spelled_directives(text, CONTEXT) {
        let word = words.next();
        if word.and_then(context_of).is_none() {
            found.push((DirectiveError::Context, range(word.unwrap_or(directive))));
        }
    }
    for (directive, mut words) in spelled_directives(text, TARGET) {
        match words.next() {
            Some(word) if word.eq_ignore_ascii_case("next") => {
                // Words behind it are a remark.
                let is_version = |word: &&str| word.contains(|c: char| c.is_ascii_digit());
                let version = words.next().filter(is_version).filter(|word| word.parse::<u16>().is_err());
                found.extend(version.map(|version| (DirectiveError::Version, range(version))));
            }
            Some(word) if word.eq_ignore_ascii_case("engagement") => {}
            word => found.push((DirectiveError::Target, range(word.unwrap_or(directive)))),
        }
    }
    found.into()
}

/// Where a page runs, and on what: what a directive in it says, or else what the project does.
#[salsa::tracked(returns(copy))]
pub fn page_environment(db: &dyn Db, page: Page) -> Environment {
    let environment = page.environment(db);
    let signs = || page.chunks(db).iter().map(|&chunk| chunk_signs(db, chunk));
    let said = signs().find_map(|signs| signs.context);
    let context = said.unwrap_or(environment.context);
    let platform = signs().find_map(|signs| signs.platform).unwrap_or(environment.platform);
    Environment { context, platform, is_block: environment.is_block && said.flatten().is_none() }
}

/// Whether a page is a whole document rather than a part of one: nothing around it sets its variables or reads them, except what it calls.
/// A template with slots is not whole: the blocks in the slots do both. Neither is what the project knows for a content block.
#[salsa::tracked(returns(copy))]
pub fn is_document(db: &dyn Db, page: Page) -> bool {
    page.chunks(db).iter().any(|&chunk| chunk_markup(db, chunk).document)
        && !has_slots(db, page)
        && !page_environment(db, page).is_block
}

/// Whether a page is a template: blocks that stand in files of their own are put into its slots, and share its variables.
#[salsa::tracked(returns(copy))]
pub fn has_slots(db: &dyn Db, page: Page) -> bool {
    page.chunks(db).iter().any(|&chunk| chunk_markup(db, chunk).slot)
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
    fn documents() {
        let whole = |text: &str| {
            let db = Database::default();
            is_document(&db, db.add_page(text, FileKind::Page))
        };
        assert!(whole("<!DOCTYPE html><p>%%=v(@a)=%%</p>") && whole("%%[ set @a = 1 ]%%<HTML>"));
        assert!(!whole("<p>%%=v(@a)=%%</p>"));
        assert!(!whole("<html><td data-type=\"slot\" data-key=\"main\"></td></html>"));
    }

    #[test]
    fn a_block_is_no_document_unless_it_says_so() {
        let db = Database::default();
        let environment = Environment { is_block: true, ..Environment::default() };
        let whole =
            |text: &str| is_document(&db, db.add_page(text, sfmc_db::FileInfo { kind: FileKind::Page, environment }));
        assert!(!whole("<!DOCTYPE html><html><p>%%=v(@a)=%%</p>"));
        assert!(whole("%%[ /* sfmc-context: email */ ]%%<html><p>%%=v(@a)=%%</p>"));
    }

    #[test]
    fn targets() {
        let platform = |text: &str| {
            let db = Database::default();
            page_environment(&db, db.add_page(text, FileKind::Page)).platform
        };
        assert_eq!(platform("%%[ /* sfmc-target: next 67 */ ]%%"), Platform::Next { api_version: Some(67) });
        assert_eq!(platform("<!-- sfmc-target: next -->"), Platform::Next { api_version: None });
        assert_eq!(platform("x"), Platform::Engagement);
    }

    #[test]
    fn directives_that_say_nothing() {
        let errors = |text: &str| {
            let db = Database::default();
            let page = db.add_page(text, FileKind::Page);
            let found = chunk_directive_errors(&db, page.chunks(&db)[0]).to_vec();
            found.into_iter().map(|(error, range)| (error, text[range].to_owned())).collect::<Vec<_>>()
        };
        let one = |error, word: &str| vec![(error, word.to_owned())];
        assert_eq!(errors("%%[ /* sfmc-context: moon */ ]%%"), one(DirectiveError::Context, "moon"));
        assert_eq!(errors("<!-- sfmc-context:e-mail--> email"), one(DirectiveError::Context, "e-mail"));
        assert_eq!(errors("<!-- sfmc-context: --> email"), one(DirectiveError::Context, "sfmc-context:"));
        assert_eq!(errors("%%[ /* sfmc-contxt: email */ ]%%"), one(DirectiveError::Name, "sfmc-contxt"));
        assert_eq!(errors("<!-- sfmc-Context: email -->"), one(DirectiveError::Name, "sfmc-Context"));
        assert_eq!(
            errors("<!-- sfmc-header block --><p>sfmc-contxt: email</p>"),
            one(DirectiveError::Name, "sfmc-header")
        );
        assert_eq!(errors("%%[ /* sfmc-context email */ ]%%"), one(DirectiveError::Colon, "sfmc-context"));
        assert_eq!(errors("%%[ /* sfmc-ignor amp/x */ ]%%"), one(DirectiveError::Name, "sfmc-ignor"));
        assert_eq!(errors("%%[ /* sfmc-target: mcn */ ]%%"), one(DirectiveError::Target, "mcn"));
        assert_eq!(errors("%%[ /* sfmc-target: next v67 */ ]%%"), one(DirectiveError::Version, "v67"));
        for right in [
            "/* sfmc-target: next 67 */",
            "/* sfmc-target: next only */",
            "/* sfmc-context: Email */",
            "/* sfmc-context: unknown */",
            "/* x */",
        ] {
            assert_eq!(errors(&format!("%%[ {right} ]%%")), []);
        }
    }

    #[test]
    fn a_directive_outranks_the_project() {
        let db = Database::default();
        let environment = Environment { context: Some(Context::Email), ..Environment::default() };
        let info = sfmc_db::FileInfo { kind: FileKind::Page, environment };
        let page = db.add_page("%%[ /* sfmc-context: sms */ ]%%", info);
        assert_eq!(page_environment(&db, page).context, Some(Context::Sms));
        let page = db.add_page("%%[ /* sfmc-context: unknown */ ]%%", info);
        assert_eq!(page_environment(&db, page).context, None);
        let page = db.add_page("x", info);
        assert_eq!(page_environment(&db, page).context, Some(Context::Email));
    }
}
