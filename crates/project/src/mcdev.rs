//! What mcdev's files say about where they run: their names ([`context_by_name`]), and where these do not decide, the
//! metadata beside them ([`Metadata`]).
//!
//! mcdev names a file `<key>.<type>-meta.<ending>`, in every folder that it keeps files in, so that the names are enough
//! and its configuration need not be found. A content of several parts stands in a folder of its key.

mod contents;
mod data_extension;
mod layout;
mod loose;
mod metadata;
mod query;

use std::path::{Path, PathBuf};

use percent_encoding::percent_decode_str;
use sfmc_catalog::Context;

pub use contents::ContentReader;
pub(crate) use contents::{holds_content, is_message};
pub(crate) use data_extension::{DATA_EXTENSION, DataExtension, parse_data_extension};
pub(crate) use layout::{Layout, MARKER, Unit};
pub(crate) use metadata::{MAX_METADATA, Metadata};
pub(crate) use query::{parse_query, query_metadata_of};

/// What mcdev calls the business unit whose contents and data extensions the others can share.
const PARENT: &str = "_ParentBU_";

/// The types of things that run in a known place. Of assets the type has a subtype; all others are blocks, which run
/// wherever they are included, or nothing that runs.
const CONTEXTS: &[(&str, Context)] = &[
    ("asset-message", Context::Email),
    // `message` since mcdev 10.
    ("asset-email", Context::Email),
    ("asset-template", Context::Email),
    ("asset-cloudpage", Context::CloudPage),
    // It answers a request.
    ("asset-coderesource", Context::CloudPage),
    // `cloudpage`, `coderesource` and the web pages of `asset` since mcdev 10.
    ("asset-webstudio", Context::CloudPage),
    ("email", Context::Email),
    ("transactionalEmail", Context::Email),
    ("mobileMessage", Context::Sms),
    ("mobileKeyword", Context::Sms),
    ("transactionalSMS", Context::Sms),
    ("transactionalPush", Context::Push),
    ("script", Context::Script),
];

/// The subtype that is nothing but blocks.
const BLOCK: &str = "asset-block";

/// The one subtype with contents that run in different places.
const MIXED: &str = "asset-asset";

/// `asset-message` of `<key>.asset-message-meta.html`.
pub(crate) fn type_of(path: &Path) -> Option<&str> {
    stem_type(path)?.strip_suffix("-meta")
}

/// Whether a file is a content block: it runs where others include it.
pub(crate) fn is_block(path: &Path) -> bool {
    type_of(path) == Some(BLOCK)
}

/// `<key>.dataExtension-doc.html`, which mcdev writes for people.
pub(crate) fn is_document(path: &Path) -> bool {
    stem_type(path).is_some_and(|name| name.ends_with("-doc"))
}

/// Whether a file holds the query of a query activity: `<key>.query-meta.sql`.
pub(crate) fn is_query_activity(path: &Path) -> bool {
    type_of(path) == Some("query") && path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("sql"))
}

/// Whether a file is metadata: `<key>.<type>-meta.json`.
pub fn is_metadata(path: &Path) -> bool {
    type_of(path).is_some() && path.extension().is_some_and(|ending| ending == "json")
}

/// The metadata files that say something about a file beside them.
pub fn metadata_of(path: &Path) -> Vec<PathBuf> {
    let mut found = context_metadata_of(path);
    found.extend(query_metadata_of(path));
    found
}

/// The metadata files that can tell where a file runs, the nearest one first; none where its name tells.
fn context_metadata_of(path: &Path) -> Vec<PathBuf> {
    let (Some(MIXED), Some(folder)) = (type_of(path), path.parent()) else {
        return Vec::new();
    };
    let mut found = vec![path.with_extension("json")];
    let mut add = |folder: &Path| {
        if let Some(key) = folder.file_name() {
            let mut name = key.to_owned();
            name.push(format!(".{MIXED}-meta.json"));
            found.push(folder.join(name));
        }
    };
    // `<key>/content…` and `<key>/blocks/…` are parts of a content.
    match folder.parent() {
        Some(content) if folder.ends_with("blocks") => add(content),
        _ => add(folder),
    }
    found
}

/// Whether a file is metadata of a data extension, by its name.
pub(crate) fn is_data_extension(path: &Path) -> bool {
    is_metadata(path) && type_of(path) == Some(DATA_EXTENSION)
}

/// Whether a path is that of a folder of data extensions, by its name: of a folder that is removed nobody tells what was in it.
pub(crate) fn is_data_extension_folder(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name == DATA_EXTENSION)
}

/// The key that the name of a file of this type was made from.
fn key_of_file(path: &Path, kind: &str) -> Option<String> {
    let written = path.file_stem()?.to_str()?.strip_suffix(&format!(".{kind}-meta"))?;
    Some(key_of_name(written))
}

/// The key that mcdev made a name from.
fn key_of_name(written: &str) -> String {
    let written = written.replace("_STAR_", "*");
    percent_decode_str(&written).decode_utf8_lossy().into_owned()
}

/// Where a file runs, as far as its name says.
fn context_by_name(path: &Path) -> Option<Context> {
    let found = type_of(path)?;
    CONTEXTS.iter().find(|(name, _)| *name == found).map(|(_, context)| *context)
}

/// What stands between the last two dots of a file's name.
fn stem_type(path: &Path) -> Option<&str> {
    let stem = path.file_stem()?.to_str()?;
    stem.rsplit_once('.').map(|(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_say_it() {
        use Context::{CloudPage, Email, Push, Script, Sms};
        for (name, expected) in [
            ("retrieve/c/b/asset/message/k/views.html.content.asset-message-meta.html", Some(Email)),
            ("retrieve/c/b/asset/message/k/views.preheader.content.asset-message-meta.amp", Some(Email)),
            ("asset/message/k/blocks/views.html.slots.[a-b].asset-message-meta.html", Some(Email)),
            ("deploy/c/b/asset/message/k.asset-message-meta.amp", Some(Email)),
            ("asset/email/k/views.html.content.asset-email-meta.html", Some(Email)),
            ("template/asset/template/k/content.asset-template-meta.html", Some(Email)),
            ("k.email-meta.html", Some(Email)),
            ("asset/cloudpage/k.asset-cloudpage-meta.html", Some(CloudPage)),
            ("asset/coderesource/k.asset-coderesource-meta.js", Some(CloudPage)),
            ("asset/webstudio/k.asset-webstudio-meta.html", Some(CloudPage)),
            ("script/k.script-meta.ssjs", Some(Script)),
            ("script/k.script-meta.html", Some(Script)),
            ("mobileMessage/k.mobileMessage-meta.amp", Some(Sms)),
            ("mobileKeyword/k.mobileKeyword-meta.amp", Some(Sms)),
            ("transactionalSMS/k.transactionalSMS-meta.amp", Some(Sms)),
            ("transactionalPush/k.transactionalPush-meta.amp", Some(Push)),
            ("key.with.dots.asset-message-meta.html", Some(Email)),
            ("asset/block/k.asset-block-meta.html", None),
            ("asset/other/k.asset-other-meta.amp", None),
            ("asset/textfile/k.asset-textfile-meta.txt", None),
            ("asset/code/k.asset-code-meta.html", None),
            ("asset/asset/k/content.asset-asset-meta.html", None),
            ("query/k.query-meta.sql", None),
            ("asset-message-meta.html", None),
            ("asset/message/k.html", None),
            ("k.asset-message-meta", None),
            ("page.html", None),
        ] {
            assert_eq!(context_by_name(Path::new(name)), expected, "{name}");
        }
    }

    #[test]
    fn metadata_is_named_where_the_name_does_not_say_it() {
        let metadata = |path| metadata_of(Path::new(path)).iter().map(|p| p.display().to_string()).collect::<Vec<_>>();
        assert_eq!(
            metadata("asset/asset/k/content.asset-asset-meta.html"),
            ["asset/asset/k/content.asset-asset-meta.json", "asset/asset/k/k.asset-asset-meta.json"]
        );
        assert_eq!(
            metadata("asset/asset/k/blocks/views.html.slots.[a-b].asset-asset-meta.html")[1],
            "asset/asset/k/k.asset-asset-meta.json"
        );
        assert_eq!(metadata("asset/asset/k.asset-asset-meta.html")[0], "asset/asset/k.asset-asset-meta.json");
        for path in ["k.asset-message-meta.html", "k.asset-block-meta.html", "page.html", ".mcdev-auth.json"] {
            assert!(metadata_of(Path::new(path)).is_empty(), "{path}");
        }
    }

    #[test]
    fn queries_are_known_by_their_names() {
        let path = Path::new("/p/retrieve/cred/_ParentBU_/query/k.query-meta.sql");
        assert!(is_query_activity(path));
        for path in ["k.query-meta.json", "query/k.sql", "k.asset-query-meta.sql"] {
            assert!(!is_query_activity(Path::new(path)), "{path}");
        }
    }

    #[test]
    fn metadata_is_known_by_its_name() {
        assert!(is_metadata(Path::new("/a/k.asset-asset-meta.json")));
        for path in ["/a/k.asset-asset-meta.html", "/a/.mcdev-auth.json", "/a/.mcdevrc.json", "/a/x-meta.json", "/"] {
            assert!(!is_metadata(Path::new(path)), "{path}");
        }
    }
}
