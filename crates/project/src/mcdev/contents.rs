//! Which contents a project holds, read off the files that mcdev keeps: `<unit>/asset/<subtype>/<key>.asset-<subtype>-meta.<ending>`, or a
//! folder `<key>` with several of them. Keys and names stand in the metadata beside the code; where that is missing or damaged, the name
//! of the file tells the key.

use std::path::{Component, Path, PathBuf};

use rustc_hash::FxHashMap;
use serde::Deserialize;
use sfmc_db::{
    Content, Contents, Unit, UnitId,
    system::{Stamp, System},
};
use sfmc_semantic::names_in_text;
use sfmc_syntax::SmolStr;

use super::{PARENT, key_of_name, metadata::MAX_METADATA, type_of};
use crate::encoding::decode;

/// Reads contents, again and again: metadata is only read anew where it has changed.
#[derive(Clone, Debug, Default)]
pub struct ContentReader {
    read: FxHashMap<PathBuf, (Option<Stamp>, Metadata)>,
}

impl ContentReader {
    /// The contents whose code stands in some files, which are given by absolute paths.
    pub fn contents<'a>(&mut self, system: &dyn System, files: impl IntoIterator<Item = &'a Path>) -> Contents {
        let mut before = std::mem::take(&mut self.read);
        assemble(files, |file| {
            let stamp = system.stamp(file).ok();
            let known = before.remove(file).filter(|(known, _)| *known == stamp);
            let metadata = known.map_or_else(|| read(system, file).unwrap_or_default(), |(_, metadata)| metadata);
            self.read.insert(file.to_owned(), (stamp, metadata.clone()));
            metadata
        })
    }
}

/// Whether a file holds a content, or a part of one.
pub(crate) fn holds_content(file: &Path) -> bool {
    Place::of(file).is_some()
}

/// Whether a file holds a part of a message, by its path: one that can have other parts, and a subject line.
pub(crate) fn is_message(file: &Path) -> bool {
    type_of(file) == Some("asset-message") && holds_content(file)
}

fn assemble<'a>(files: impl IntoIterator<Item = &'a Path>, mut read: impl FnMut(&Path) -> Metadata) -> Contents {
    let mut found: FxHashMap<PathBuf, (Place, Vec<PathBuf>)> = FxHashMap::default();
    for file in files {
        let Some(place) = Place::of(file) else { continue };
        found.entry(place.metadata()).or_insert_with(|| (place, Vec::new())).1.push(file.to_owned());
    }
    let mut found: Vec<_> = found.into_iter().collect();
    // Whatever order the files were found in.
    found.sort_by(|(a, _), (b, _)| a.cmp(b));
    let mut units = Units::default();
    let contents = found.into_iter().map(|(metadata, (place, mut files))| {
        let (unit, root) = units.add(&place.unit);
        let mut read_first = read(&metadata);
        if read_first == Metadata::default()
            && let Some(beside) = place.metadata_beside()
        {
            read_first = read(&beside);
        }
        let read = read_first;
        files.sort_by_key(|file| (rank(file), file.clone()));
        Content {
            key: read.customer_key.unwrap_or_else(|| place.key()),
            name: read.name,
            folder: read.folder,
            unit,
            root,
            files,
            named: read.views.0,
        }
    });
    let contents = contents.collect();
    Contents::new(units.finish(), contents)
}

/// Where a file of a content stands.
struct Place {
    /// The folder of the business unit.
    unit: PathBuf,
    /// The folder of the type: `<unit>/asset/<subtype>`.
    folder: PathBuf,
    /// `asset-block`
    kind: String,
    /// The key as it is written in the name of the file or folder.
    written: String,
    /// Whether the content has a folder of its own.
    has_folder: bool,
}

impl Place {
    fn of(file: &Path) -> Option<Place> {
        let kind = type_of(file)?;
        let subtype = kind.strip_prefix("asset-")?;
        // The innermost `asset/<subtype>`: keys may be called anything.
        let folder = file.ancestors().skip(1).find(|folder| {
            folder.file_name().is_some_and(|name| name == subtype)
                && folder.parent().and_then(Path::file_name).is_some_and(|name| name == "asset")
        })?;
        let inner = file.strip_prefix(folder).ok()?;
        let Some(Component::Normal(first)) = inner.components().next() else { return None };
        let has_folder = inner.components().nth(1).is_some();
        let written = match has_folder {
            true => first.to_str()?.to_owned(),
            false => file.file_stem()?.to_str()?.strip_suffix(&format!(".{kind}-meta"))?.to_owned(),
        };
        let unit = folder.parent()?.parent()?.to_owned();
        Some(Place { unit, folder: folder.to_owned(), kind: kind.to_owned(), written, has_folder })
    }

    fn metadata(&self) -> PathBuf {
        let name = format!("{}.{}-meta.json", self.written, self.kind);
        match self.has_folder {
            true => self.folder.join(&self.written).join(name),
            false => self.folder.join(name),
        }
    }

    /// The metadata of a content with a folder of its own, if it stands beside that.
    fn metadata_beside(&self) -> Option<PathBuf> {
        self.has_folder.then(|| self.folder.join(format!("{}.{}-meta.json", self.written, self.kind)))
    }

    /// What mcdev made the name from.
    fn key(&self) -> String {
        key_of_name(&self.written)
    }
}

/// What shows a content best: its HTML, then its text, then what stands before or in it.
fn rank(file: &Path) -> u8 {
    let name = file.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    let is_part = file.parent().and_then(Path::file_name).is_some_and(|folder| folder == "blocks");
    match name {
        _ if is_part => 3,
        name if name.starts_with("views.html") || name.starts_with("content.") => 0,
        name if name.starts_with("views.preheader") => 2,
        name if name.starts_with("views.") => 1,
        _ => 0,
    }
}

/// What of the metadata is looked at.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Metadata {
    #[serde(deserialize_with = "text")]
    customer_key: Option<String>,
    #[serde(deserialize_with = "text")]
    name: Option<String>,
    #[serde(rename = "r__folder_Path", deserialize_with = "text")]
    folder: Option<String>,
    views: NamedVariables,
}

/// The variables that code in some texts names, in lower case and without `@`: of an e-mail mostly the subject line and the preheader. What
/// else of it holds code mcdev keeps in files; where it left some in the metadata, that counts, too.
#[derive(Clone, Debug, Default, PartialEq)]
struct NamedVariables(Vec<SmolStr>);

impl<'de> Deserialize<'de> for NamedVariables {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut found = Vec::new();
        let mut queue = vec![serde_json::Value::deserialize(deserializer)?];
        while let Some(value) = queue.pop() {
            match value {
                serde_json::Value::String(text) if text.contains("%%") => {
                    found.extend(names_in_text(&text));
                }
                serde_json::Value::Array(values) => queue.extend(values),
                serde_json::Value::Object(values) => queue.extend(values.into_iter().map(|(_, value)| value)),
                _ => {}
            }
        }
        found.sort_unstable();
        found.dedup();
        Ok(NamedVariables(found))
    }
}

/// A text; anything else is none, so that one strange value does not hide the others.
fn text<'de, D: serde::Deserializer<'de>>(value: D) -> Result<Option<String>, D::Error> {
    let value = serde_json::Value::deserialize(value)?;
    Ok(value.as_str().filter(|text| !text.is_empty()).map(str::to_owned))
}

fn read(system: &dyn System, file: &Path) -> Option<Metadata> {
    let text = decode(system.read(file, MAX_METADATA).ok()?).ok()?.text;
    serde_json::from_str(&text).ok()
}

/// The business units that were met.
#[derive(Default)]
struct Units {
    units: Vec<Unit>,
    /// By the folder of the project, the credential and the name.
    by_name: FxHashMap<[PathBuf; 3], UnitId>,
}

impl Units {
    /// The unit of a folder `<project>/<retrieve or deploy>/<credential>/<unit>`, and which of its folders that is.
    fn add(&mut self, folder: &Path) -> (UnitId, u32) {
        let name = |folder: Option<&Path>| folder.and_then(Path::file_name).map(PathBuf::from).unwrap_or_default();
        let credential = folder.parent();
        let project = credential.and_then(|credential| credential.parent()?.parent());
        let key = [project.map(Path::to_owned).unwrap_or_default(), name(credential), name(Some(folder))];
        let id = *self.by_name.entry(key).or_insert_with(|| {
            self.units.push(Unit { folders: Vec::new(), parent: None });
            UnitId(u32::try_from(self.units.len() - 1).unwrap_or(u32::MAX))
        });
        let Some(unit) = self.units.get_mut(id.0 as usize) else { return (id, 0) };
        let root = unit.folders.iter().position(|known| known == folder).unwrap_or_else(|| {
            unit.folders.push(folder.to_owned());
            unit.folders.len() - 1
        });
        (id, u32::try_from(root).unwrap_or(0))
    }

    fn finish(mut self) -> Vec<Unit> {
        for ([project, credential, name], id) in &self.by_name {
            let parent = [project.clone(), credential.clone(), PathBuf::from(PARENT)];
            if let Some(unit) = self.units.get_mut(id.0 as usize).filter(|_| name != Path::new(PARENT)) {
                unit.parent = self.by_name.get(&parent).copied();
            }
        }
        self.units
    }
}

#[cfg(test)]
mod tests {
    use sfmc_db::{ContentName, system::MemorySystem};

    use super::*;

    fn project(files: &[(&str, &str)]) -> Contents {
        let system = MemorySystem::default();
        for (path, text) in files {
            system.write(format!("/p/{path}"), text.as_bytes());
        }
        let paths: Vec<PathBuf> = files.iter().map(|(path, _)| PathBuf::from(format!("/p/{path}"))).collect();
        let code = paths.iter().filter(|path| path.extension().is_some_and(|ending| ending != "json"));
        ContentReader::default().contents(&system, code.map(PathBuf::as_path))
    }

    const METADATA: &str =
        r#"{"customerKey": "real-key", "name": "Header", "r__folder_Path": "Content Builder/Shop", "owner": {}}"#;

    #[test]
    fn a_block_and_its_metadata() {
        let found = project(&[
            ("retrieve/c/bu/asset/block/file.asset-block-meta.amp", ""),
            ("retrieve/c/bu/asset/block/file.asset-block-meta.json", METADATA),
        ]);
        let [content] = found.all() else { panic!("{found:?}") };
        assert_eq!(
            (content.key.as_str(), content.path().as_deref()),
            ("real-key", Some(r"Content Builder\Shop\Header"))
        );
        let from = Path::new("/p/retrieve/c/bu/asset/message/x.html");
        assert_eq!(found.resolve(&ContentName::Path(r"Content Builder\shop\header".into()), from).len(), 1);
        assert!(found.resolve(&ContentName::Key("file".into()), from).is_empty(), "the key in the metadata wins");
    }

    #[test]
    fn without_metadata_the_name_is_the_key() {
        for metadata in ["", "{", "[]", r#"{"customerKey": 7, "name": ["x"]}"#] {
            let found = project(&[
                ("deploy/c/bu/asset/other/a%2Fb_STAR_ c.asset-other-meta.html", ""),
                ("deploy/c/bu/asset/other/a%2Fb_STAR_ c.asset-other-meta.json", metadata),
            ]);
            let [content] = found.all() else { panic!("{found:?}") };
            assert_eq!((content.key.as_str(), content.name.as_deref()), ("a/b* c", None));
        }
    }

    #[test]
    fn a_content_of_several_files_is_one() {
        let folder = "retrieve/c/bu/asset/message/mail";
        let files = [
            "views.text.content.asset-message-meta.amp",
            "blocks/views.html.slots.[a-b].asset-message-meta.html",
            "views.html.content.asset-message-meta.html",
            "views.preheader.content.asset-message-meta.amp",
        ];
        let paths = files.map(|file| format!("{folder}/{file}"));
        let metadata = format!("{folder}/mail.asset-message-meta.json");
        let mut given: Vec<(&str, &str)> = paths.iter().map(|path| (path.as_str(), "")).collect();
        given.push((&metadata, METADATA));
        let found = project(&given);
        let [content] = found.all() else { panic!("{found:?}") };
        assert_eq!(content.key, "real-key");
        let order = [2, 0, 3, 1].map(|index: usize| PathBuf::from(format!("/p/{}", paths[index])));
        assert_eq!(content.files, order);
        assert!(order.iter().all(|file| found.of_file(file) == Some(content)));
    }

    #[test]
    fn units_know_their_folders_and_their_parent() {
        let found = project(&[
            ("retrieve/c/bu/asset/block/k.asset-block-meta.html", ""),
            ("deploy/c/bu/asset/block/k.asset-block-meta.html", ""),
            ("retrieve/c/_ParentBU_/asset/block/shared.asset-block-meta.html", ""),
            ("retrieve/d/bu/asset/block/k.asset-block-meta.html", ""),
            ("retrieve/c/bu/query/q.query-meta.sql", ""),
            ("pages/k.html", ""),
        ]);
        assert_eq!(found.all().len(), 4);
        let resolve = |key: &str, from: &str| -> Vec<PathBuf> {
            let found = found.resolve(&ContentName::Key(key.into()), &Path::new("/p").join(from));
            found.iter().map(|content| content.file().to_owned()).collect()
        };
        let own = "deploy/c/bu/asset/block/k.asset-block-meta.html";
        assert_eq!(resolve("k", own), [Path::new("/p").join(own)]);
        let shared = Path::new("/p/retrieve/c/_ParentBU_/asset/block/shared.asset-block-meta.html");
        assert_eq!(resolve("shared", "deploy/c/bu/script/x.script-meta.html"), [shared]);
        assert!(resolve("shared", "retrieve/d/bu/x.html").is_empty());
        assert_eq!(resolve("k", "pages/k.html").len(), 3);
    }

    #[test]
    fn variables_of_the_subject_line() {
        let metadata = r#"{"customerKey": "real-key", "views": {"subjectline": {"content": "Hi %%=v(@Subj)=%%"},
            "preheader": {"content": "%%=v(@pre)=%% %%=v(@subj)=%%"}, "html": {"content": "a@b.com", "slots": [7, null]}}}"#;
        let code = "retrieve/c/bu/asset/message/mail/views.html.content.asset-message-meta.html";
        for file in ["mail/mail", "mail"] {
            let file = format!("retrieve/c/bu/asset/message/{file}.asset-message-meta.json");
            let found = project(&[(code, ""), (&file, metadata)]);
            let [content] = found.all() else { panic!("{found:?}") };
            assert_eq!((content.key.as_str(), &content.named[..]), ("real-key", &["pre".into(), "subj".into()][..]));
        }
    }

    #[test]
    fn metadata_that_changed_is_read_again() {
        let system = MemorySystem::default();
        let code = Path::new("/p/retrieve/c/bu/asset/block/k.asset-block-meta.html");
        let metadata = code.with_extension("json");
        let mut reader = ContentReader::default();
        let mut key = || reader.contents(&system, [code]).all()[0].key.clone();
        assert_eq!(key(), "k");
        system.write(&metadata, METADATA);
        assert_eq!(key(), "real-key");
        system.write(&metadata, r#"{"customerKey": "other"}"#);
        assert_eq!(key(), "other");
        system.remove(&metadata);
        assert_eq!(key(), "k");
    }
}
