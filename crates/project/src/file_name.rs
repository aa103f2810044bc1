//! What the name of a file says about its content: whether it is code.

use std::path::Path;

use crate::mcdev;

/// The endings of files that hold code, whatever the rest of their names.
const CODE: &[&str] = &["amp", "ampscript", "html", "htm", "ssjs", "sql"];

/// The endings that mcdev gives to the code of assets, besides those of [`CODE`].
const MCDEV_CODE: &[&str] = &["js", "css", "jsonc", "rss", "txt", "xml"];

/// The ending of a file's name, in lower case.
pub(crate) fn ending(path: &Path) -> Option<String> {
    Some(path.extension()?.to_str()?.to_ascii_lowercase())
}

/// Whether a file that was met in a folder is one to check.
pub fn is_code(path: &Path) -> bool {
    let Some(ending) = ending(path) else {
        return false;
    };
    if CODE.contains(&ending.as_str()) {
        return !mcdev::is_document(path);
    }
    mcdev::type_of(path).is_some() && MCDEV_CODE.contains(&ending.as_str())
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
}
