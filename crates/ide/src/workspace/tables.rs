//! Where is the table or the column that a query names written down?

use sfmc_db::{FileId, FileKind, Snapshot};
use sfmc_schema::Origin;
use sfmc_syntax::{TextRange, TextSize};

use super::{FilePlaces, Workspace};
use crate::sql::named_origin;

/// The place in a metadata file that gives the table or column at an offset of a file of SQL its name; its beginning where that is not known.
pub fn table_definition<T>(
    workspace: &Workspace,
    snapshot: &Snapshot,
    file: FileId,
    offset: TextSize,
    show: impl FnOnce(FilePlaces) -> T,
) -> Option<T> {
    let page = snapshot.page(file).filter(|page| page.kind(snapshot.db()) == FileKind::Sql)?;
    let (name, origin, at) = named_origin(snapshot.db(), page, offset)?;
    let Origin { path, .. } = origin;
    let view = workspace.view(snapshot, path)?;
    let text = view.snapshot.text(view.file)?;
    let range = place_of(&text, name, at);
    Some(show(FilePlaces { view, ranges: vec![range] }))
}

/// A name in a text, from where it was when the file was read; the beginning where something else stands there now.
pub(super) fn place_of(text: &str, name: &str, at: u32) -> TextRange {
    let size = |n: usize| TextSize::new(u32::try_from(n).unwrap_or(u32::MAX));
    let written = text.get(at as usize..).unwrap_or_default();
    let quoted = written.strip_prefix('"').unwrap_or(written);
    let start = at as usize + (written.len() - quoted.len());
    if quoted.starts_with(name) {
        TextRange::at(size(start), size(name.len()))
    } else {
        TextRange::empty(TextSize::new(0))
    }
}

#[cfg(test)]
mod tests {
    use std::path::{Path, PathBuf};

    use super::*;
    use crate::{
        sql::testing::known_host,
        testing::size,
        workspace::{Texts, Workspace},
    };

    /// Every file has the same text, with names where the schema of the tests says that they stand.
    #[derive(Debug)]
    struct Metadata;

    impl Texts for Metadata {
        fn read(&self, path: &Path) -> Option<(String, sfmc_db::FileInfo)> {
            let name = path.file_stem()?.to_str()?;
            let mut text = format!("{:10}{name}\n", "");
            text.push_str(&" ".repeat(101 - text.len()));
            text.push_str("SubscriberKey");
            Some((text, FileKind::Other.into()))
        }

        fn real(&self, path: &Path) -> Option<PathBuf> {
            Some(path.to_owned())
        }
    }

    fn leads(markup: &str) -> Option<(PathBuf, String, u32)> {
        let at = size(markup.find("$0").unwrap());
        let (host, file) = known_host(&markup.replace("$0", ""));
        let workspace = Workspace::empty(std::sync::Arc::new(Metadata));
        table_definition(&workspace, &host.snapshot(), file, at, |found| {
            let text = found.view.snapshot.text(found.view.file).unwrap();
            let range = found.ranges[0];
            (found.view.path.to_path_buf(), text[range].to_owned(), range.start().into())
        })
    }

    #[test]
    fn tables_and_columns() {
        let found = |path: &str, name: &str, at| Some((PathBuf::from(path), name.to_owned(), at));
        assert_eq!(leads("SELECT 1 FROM Orders$0 o"), found("/schema/Orders.json", "Orders", 10));
        assert_eq!(
            leads("SELECT 1 FROM Ent.[shared $0things]"),
            found("/schema/Shared Things.json", "Shared Things", 10)
        );
        assert_eq!(leads("SELECT o.subscriber$0key FROM Orders o"), found("/schema/Orders.json", "SubscriberKey", 101));
        // Something else stands there now.
        assert_eq!(leads("SELECT o.Total$0 FROM Orders o"), found("/schema/Orders.json", "", 0));
        assert_eq!(leads("SELECT 1 FROM (SELECT Total AS t FROM Orders) d WHERE t$0 > 1"), None);
        for markup in ["SELECT 1 FROM _Sent$0", "SELECT 1 FROM Nobody$0", "SELECT x$0 FROM Orders", "SELECT $01"] {
            assert_eq!(leads(markup), None, "{markup}");
        }
    }
}
