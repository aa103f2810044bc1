//! What does a query do? What it reads, and what becomes of its rows.

use sfmc_db::{Db, FileId, FileKind, Page, Snapshot, UpdateType, page_map, sql_syntax};
use sfmc_semantic::sql::{SourceKind, sql_meaning};
use sfmc_syntax::{
    TextRange,
    ast::{AstNode, sql},
};

use super::{
    quoting::quoted,
    schema::{schema, target},
};
use crate::cursor::trimmed;

/// More tables are not named.
const MAX_TABLES: usize = 5;

/// Something that can be said above a query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QueryLens {
    /// The first word of the query.
    pub range: TextRange,
    /// What is said.
    pub title: String,
}

/// What can be said above the queries of a file of SQL, in order of place.
pub fn query_lenses(snapshot: &Snapshot, file: FileId) -> Vec<QueryLens> {
    let db: &dyn Db = snapshot.db();
    let page = snapshot.page(file).filter(|page| page.kind(db) == FileKind::Sql);
    page.map(|page| lenses(db, page)).unwrap_or_default()
}

fn lenses(db: &dyn Db, page: Page) -> Vec<QueryLens> {
    let mut found = Vec::new();
    let writes = writes(db, page);
    for position in page_map(db, page).chunks() {
        db.unwind_if_revision_cancelled();
        let root = sql_syntax(db, position.chunk);
        let Some(statement) = root.children().find_map(sql::SelectStmt::cast) else { continue };
        let word = statement.syntax().first_token().map(|token| token.text_range());
        let range = word.unwrap_or_else(|| trimmed(statement.syntax())) + position.start;
        // A query activity runs one query.
        if found.is_empty() {
            found.extend(writes.clone().map(|title| QueryLens { range, title }));
        }
        let mut tables: Vec<String> = Vec::new();
        for source in &sql_meaning(db, page, position.chunk).sources {
            let SourceKind::Table(table) = &source.kind else { continue };
            let name = format!("{}{}", if table.ent { "Ent." } else { "" }, quoted(&table.name));
            if !tables.iter().any(|known| known.eq_ignore_ascii_case(&name)) {
                tables.push(name);
            }
        }
        if !tables.is_empty() {
            let more = if tables.len() > MAX_TABLES { ", …" } else { "" };
            tables.truncate(MAX_TABLES);
            found.push(QueryLens { range, title: format!("reads {}{more}", tables.join(", ")) });
        }
    }
    found
}

/// What becomes of the rows: `overwrites Orders`.
fn writes(db: &dyn Db, page: Page) -> Option<String> {
    let query = page.query(db);
    let activity = query.activity.as_ref()?;
    let known = target(schema(db, page), query).map(|table| table.name.to_string());
    let name = known.or_else(|| activity.target_name.as_ref().map(ToString::to_string))?;
    let verb = match activity.update_type {
        Some(UpdateType::Overwrite) => "overwrites",
        Some(UpdateType::Update) => "updates",
        Some(UpdateType::Append) => "appends to",
        None => "writes to",
    };
    Some(format!("{verb} {}", quoted(&name)))
}

#[cfg(test)]
mod tests {
    use sfmc_db::{QueryActivity, QueryInfo, UpdateType};

    use super::query_lenses;
    use crate::{sql::testing::with_query, testing::host};

    fn titles(text: &str, activity: Option<QueryActivity>) -> Vec<(u32, String)> {
        let (host, file) = with_query(text, QueryInfo { activity, ..QueryInfo::default() });
        let found = query_lenses(&host.snapshot(), file);
        found.into_iter().map(|lens| (lens.range.start().into(), lens.title)).collect()
    }

    #[test]
    fn what_is_read_and_written() {
        let text = "-- head\nSELECT 1 AS x FROM Orders o JOIN orders p ON 1 = 1 JOIN (SELECT * FROM Ent.[Shared Things]) s ON 1 = 1";
        assert_eq!(titles(text, None), [(8, "reads Orders, Ent.[Shared Things]".to_owned())]);
        let activity = |key: Option<&str>, name: Option<&str>, update_type| {
            Some(QueryActivity { target_name: name.map(Into::into), target_key: key.map(Into::into), update_type })
        };
        let by_key = titles("SELECT 1 AS x", activity(Some("my list-key"), None, Some(UpdateType::Overwrite)));
        assert_eq!(by_key, [(0, "overwrites [My List]".to_owned())]);
        let unknown = titles("SELECT 1 AS x", activity(None, Some("Nobody"), Some(UpdateType::Append)));
        assert_eq!(unknown, [(0, "appends to Nobody".to_owned())]);
        assert!(titles("SELECT 1 AS x", activity(None, None, None)).is_empty());
        assert!(titles("DROP TABLE t", None).is_empty() && titles("", None).is_empty());
        let (page, file) = host("SELECT 1 FROM t");
        assert!(query_lenses(&page.snapshot(), file).is_empty());
    }
}
