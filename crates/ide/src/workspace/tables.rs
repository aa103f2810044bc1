//! Where is the table or the column written down that a query or a call of a page names?

use sfmc_db::{Db, FileId, FileKind, Page, Snapshot};
use sfmc_schema::Origin;
use sfmc_syntax::{SyntaxKind, TextRange, TextSize};

use super::{FilePlaces, View, Workspace};
use crate::{
    code::CodeAt,
    data_extensions::{self, Named, named_at},
    sql::named_origin,
};

/// The place in a metadata file that gives the table or column at an offset of a query or a page its name; its beginning where that is not
/// known.
pub fn table_definition<T>(
    workspace: &Workspace,
    snapshot: &Snapshot,
    file: FileId,
    offset: TextSize,
    show: impl FnOnce(FilePlaces) -> T,
) -> Option<T> {
    let (db, page) = (snapshot.db(), snapshot.page(file)?);
    let (name, origin, at) = match page.kind(db) {
        FileKind::Sql => named_origin(db, page, offset)?,
        _ => origin_in_code(db, page, offset)?,
    };
    let Origin { path, .. } = origin;
    let view = workspace.view(snapshot, path)?;
    let text = view.snapshot.text(view.file)?;
    let range = place_of(&text, name, at);
    Some(show(FilePlaces { view, ranges: vec![range] }))
}

/// The places of a page that name the same data extension or column as the string at an offset.
pub fn table_references<T>(
    snapshot: &Snapshot,
    file: FileId,
    offset: TextSize,
    show: impl FnOnce(FilePlaces) -> T,
) -> Option<Vec<T>> {
    let page = snapshot.page(file).filter(|page| page.kind(snapshot.db()) != FileKind::Sql)?;
    let ranges = data_extensions::places(snapshot.db(), page, offset)?;
    let view = View { snapshot: snapshot.clone(), file, path: snapshot.path(file)? };
    Some(if ranges.is_empty() { Vec::new() } else { vec![show(FilePlaces { view, ranges })] })
}

/// Where the data extension or the column that the string at an offset of a page names is written down.
fn origin_in_code(db: &dyn Db, page: Page, offset: TextSize) -> Option<(&str, &Origin, u32)> {
    let code = CodeAt::new(db, page, offset)?;
    let token = *code.tokens.get(code.token_at(offset)?)?;
    if token.kind != SyntaxKind::STRING {
        return None;
    }
    let (table, name, place) = match named_at(db, page, &code, token.range, page.schema(db))? {
        Named::Extension(table) => (table, &table.name, None),
        Named::Column(table, column) => (table, &column.name, table.columns.get(&column.name).map(|(place, _)| place)),
    };
    let origin = table.origin.as_ref()?;
    let at = place.and_then(|place| origin.columns.get(place).copied()).unwrap_or(origin.offset);
    Some((name, origin, at))
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

    fn leads_from(host: &sfmc_db::Host, file: FileId, at: TextSize) -> Option<(PathBuf, String, u32)> {
        let workspace = Workspace::empty(std::sync::Arc::new(Metadata));
        table_definition(&workspace, &host.snapshot(), file, at, |found| {
            let text = found.view.snapshot.text(found.view.file).unwrap();
            let range = found.ranges[0];
            (found.view.path.to_path_buf(), text[range].to_owned(), range.start().into())
        })
    }

    fn leads(markup: &str) -> Option<(PathBuf, String, u32)> {
        let at = size(markup.find("$0").unwrap());
        let (host, file) = known_host(&markup.replace("$0", ""));
        leads_from(&host, file, at)
    }

    /// The same in a page.
    fn leads_in_page(markup: &str) -> Option<(PathBuf, String, u32)> {
        let (mut host, file, at, _) = crate::testing::with_cursor(markup);
        host.set_schema(file, crate::sql::testing::schema());
        leads_from(&host, file, at)
    }

    #[test]
    fn from_code() {
        let found = |path: &str, name: &str, at| Some((PathBuf::from(path), name.to_owned(), at));
        let orders = found("/schema/Orders.json", "Orders", 10);
        assert_eq!(leads_in_page("%%=Lookup('Ord$0ers', 'Total', 'Id', 1)=%%"), orders);
        let key = found("/schema/Orders.json", "SubscriberKey", 101);
        assert_eq!(leads_in_page("%%=Lookup('orders', 'subscriber$0key', 'Id', 1)=%%"), key);
        let rows = "%%[ set @row = Row(LookupRows('Orders', 'Id', 1), 1)";
        assert_eq!(leads_in_page(&format!("{rows} set @k = Field(@row, 'Subscriber$0Key') ]%%")), key);
        for nothing in
            ["%%=Lookup('Nob$0ody', 'a', 'b', 1)=%%", "%%=Concat('Ord$0ers', 'x')=%%", "Ord$0ers", "%%=v(@Or$0ders)=%%"]
        {
            assert_eq!(leads_in_page(nothing), None, "{nothing}");
        }
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
