//! What the name of a file says about its content.

use std::path::Path;

use crate::options::Context;

/// The endings of files that hold code, whatever the rest of their names.
const CODE: &[&str] = &["amp", "ampscript", "html", "htm", "ssjs", "sql"];

/// The endings that mcdev gives to the code of assets, besides those of [`CODE`].
const MCDEV_CODE: &[&str] = &["js", "css", "jsonc", "rss", "txt", "xml"];

/// What mcdev calls the types of things that run in a known place.
const MCDEV_CONTEXTS: &[(&str, Context)] = &[
    ("asset-message", Context::Email),
    ("asset-template", Context::Email),
    ("asset-cloudpage", Context::Cloudpage),
    ("asset-coderesource", Context::Cloudpage),
    ("script", Context::Script),
    ("mobileMessage", Context::Sms),
    ("mobileKeyword", Context::Sms),
    ("transactionalSMS", Context::Sms),
    ("transactionalPush", Context::Push),
    ("transactionalEmail", Context::Email),
];

/// The ending of a file's name, in lower case.
pub(crate) fn ending(path: &Path) -> Option<String> {
    Some(path.extension()?.to_str()?.to_ascii_lowercase())
}

/// Whether a file that was met in a folder is one to check.
pub(crate) fn is_code(path: &Path) -> bool {
    let Some(ending) = ending(path) else {
        return false;
    };
    if CODE.contains(&ending.as_str()) {
        return !is_mcdev_document(path);
    }
    mcdev_type(path).is_some() && MCDEV_CODE.contains(&ending.as_str())
}

/// Where a file runs, as far as mcdev's name for it says.
pub(crate) fn context(path: &Path) -> Option<Context> {
    let found = mcdev_type(path)?;
    let (_, context) = MCDEV_CONTEXTS.iter().find(|(name, _)| *name == found)?;
    Some(*context)
}

/// `asset-message` of `<key>.asset-message-meta.html`.
fn mcdev_type(path: &Path) -> Option<&str> {
    stem_type(path)?.strip_suffix("-meta")
}

/// `<key>.dataExtension-doc.html`, which mcdev writes for people.
fn is_mcdev_document(path: &Path) -> bool {
    stem_type(path).is_some_and(|name| name.ends_with("-doc"))
}

/// What stands between the last two dots of a file's name.
fn stem_type(path: &Path) -> Option<&str> {
    let stem = path.file_stem()?.to_str()?;
    stem.rsplit_once('.').map(|(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(name: &str) -> bool {
        is_code(Path::new(name))
    }

    #[test]
    fn names_of_code() {
        for name in ["a.amp", "a.HTML", "x/a.Htm", "a.b.ssjs", "q.sql", "a.AmpScript", "a.query-meta.sql"] {
            assert!(code(name), "{name}");
        }
        for name in ["a.txt", "a.js", "html", ".html", "a.html.bak", "a.json", "a"] {
            assert!(!code(name), "{name}");
        }
    }

    #[test]
    fn names_of_mcdev() {
        assert!(code("k.asset-coderesource-meta.js") && code("k.asset-block-meta.amp"));
        assert!(!code("k.asset-message-meta.json") && !code("k.asset-image-meta.png"));
        assert!(!code("k.dataExtension-doc.html") && !code("k.dataExtension-doc.md"));
        assert!(code("my-doc.html"));
    }

    #[test]
    fn contexts_of_mcdev() {
        let context = |name| context(Path::new(name));
        assert_eq!(context("views.html.content.asset-message-meta.html"), Some(Context::Email));
        assert_eq!(context("k.script-meta.ssjs"), Some(Context::Script));
        assert_eq!(context("k.asset-block-meta.html"), None);
        assert_eq!(context("page.html"), None);
    }
}
