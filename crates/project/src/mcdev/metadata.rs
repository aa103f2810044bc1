//! Reading mcdev's metadata.

use std::{
    path::{Path, PathBuf},
    sync::{Arc, Mutex, OnceLock, PoisonError},
};

use rustc_hash::FxHashMap;
use serde::Deserialize;
use serde_json::Value;
use sfmc_catalog::Context;
use sfmc_db::system::System;

use super::{context_by_name, context_metadata_of};
use crate::encoding::decode;

/// The size of metadata up to which it is read. The code is beside it, so that it is small unless something is wrong.
pub(crate) const MAX_METADATA: u64 = 2 << 20;

/// The types of assets that run in a known place, by `assetType.name`. A `jsonmessage` is a text or a push message, and
/// nothing in it is known to say which.
const ASSET_TYPES: &[(&str, Context)] = &[("webpage", Context::CloudPage), ("webtemplate", Context::CloudPage)];

/// The metadata of a project, as far as somebody asked for it: a file is read once, whoever else asks waits for that.
#[derive(Debug, Default)]
pub(crate) struct Metadata(Mutex<FxHashMap<PathBuf, Answer>>);

type Answer = Arc<OnceLock<Option<Context>>>;

impl Metadata {
    /// Where a file runs, as far as its name or its metadata says.
    pub(crate) fn context(&self, system: &dyn System, path: &Path) -> Option<Context> {
        context_by_name(path).or_else(|| context_metadata_of(path).iter().find_map(|file| self.read(system, file)))
    }

    fn read(&self, system: &dyn System, file: &Path) -> Option<Context> {
        let answer = {
            let mut answers = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(answers.entry(file.to_owned()).or_default())
        };
        // The lock is not held while the disk is asked.
        *answer.get_or_init(|| {
            let found = read_context(system, file);
            tracing::debug!("{}: {found:?}", file.display());
            found
        })
    }
}

/// What of the metadata is looked at; the rest may be whatever it is.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Asset {
    asset_type: Value,
}

/// Metadata that is missing, damaged or of another shape says nothing: it is mcdev's business to complain.
fn read_context(system: &dyn System, file: &Path) -> Option<Context> {
    let text = decode(system.read(file, MAX_METADATA).ok()?).ok()?.text;
    let asset: Asset = serde_json::from_str(&text).ok()?;
    let name = asset.asset_type.get("name")?.as_str()?;
    ASSET_TYPES.iter().find(|(known, _)| *known == name).map(|(_, context)| *context)
}

#[cfg(test)]
mod tests {
    use sfmc_db::system::{MemorySystem, Stamp, Unreadable};

    use super::*;

    /// Notes what is read.
    #[derive(Debug, Default)]
    struct Watched {
        files: MemorySystem,
        read: Mutex<Vec<String>>,
    }

    impl System for Watched {
        fn read(&self, path: &Path, limit: u64) -> Result<Vec<u8>, Unreadable> {
            self.read.lock().unwrap().push(path.display().to_string());
            self.files.read(path, limit)
        }

        fn stamp(&self, path: &Path) -> Result<Stamp, Unreadable> {
            self.files.stamp(path)
        }

        fn exists(&self, path: &Path) -> bool {
            self.files.exists(path)
        }

        fn real(&self, path: &Path) -> Option<PathBuf> {
            self.files.real(path)
        }
    }

    fn of(metadata: &[u8]) -> Option<Context> {
        let system = MemorySystem::default();
        system.write("/a/k.asset-asset-meta.json", metadata);
        Metadata::default().context(&system, Path::new("/a/k.asset-asset-meta.html"))
    }

    #[test]
    fn the_type_decides() {
        assert_eq!(of(br#"{"views": {}, "assetType": {"name": "webpage", "x": 1}}"#), Some(Context::CloudPage));
        assert_eq!(of(br#"{"assetType": {"name": "webtemplate"}}"#), Some(Context::CloudPage));
        assert_eq!(of(b"\xEF\xBB\xBF{\r\n\"assetType\": {\"name\": \"webpage\"}}"), Some(Context::CloudPage));
        for name in ["jsonmessage", "icemailformblock", "asset", "WEBPAGE", ""] {
            assert_eq!(of(format!(r#"{{"assetType": {{"name": "{name}"}}}}"#).as_bytes()), None, "{name}");
        }
    }

    #[test]
    fn what_is_damaged_says_nothing() {
        let deep = "[".repeat(100_000);
        for text in
            ["", "{", "[]", "null", "{}", r#"{"assetType": "webpage"}"#, r#"{"assetType": {"name": 205}}"#, &deep]
        {
            assert_eq!(of(text.as_bytes()), None);
        }
        assert_eq!(of(b"\0\x01\x02"), None);
        let padding = " ".repeat(2 << 20);
        assert_eq!(of(format!(r#"{{"assetType": {{"name": "webpage"}}}}{padding}"#).as_bytes()), None);
    }

    #[test]
    fn each_file_is_read_once_and_only_if_the_name_says_nothing() {
        let system = Watched::default();
        system.files.write("/asset/p/p.asset-asset-meta.json", r#"{"assetType": {"name": "webpage"}}"#);
        system.files.write("/asset/.mcdev-auth.json", "{}");
        let metadata = Metadata::default();
        let context = |path: &str| metadata.context(&system, Path::new(path));
        let paths = [
            "/asset/p/content.asset-asset-meta.html",
            "/asset/p/views.html.content.asset-asset-meta.html",
            "/asset/p/blocks/views.html.slots.[a-b].asset-asset-meta.html",
        ];
        std::thread::scope(|scope| {
            for path in paths.repeat(4) {
                scope.spawn(move || assert_eq!(context(path), Some(Context::CloudPage), "{path}"));
            }
        });
        context("/asset/k.asset-message-meta.html");
        context("/asset/k.asset-block-meta.html");
        context("/asset/.mcdev-auth.json");
        let mut read = system.read.lock().unwrap().clone();
        read.sort();
        // What is missing is looked for once, too.
        assert_eq!(
            read,
            [
                "/asset/p/blocks/views.html.slots.[a-b].asset-asset-meta.json",
                "/asset/p/content.asset-asset-meta.json",
                "/asset/p/p.asset-asset-meta.json",
                "/asset/p/views.html.content.asset-asset-meta.json",
            ]
        );
    }
}
