//! What can a column be called? As the fields of the data extension that the query writes to, those that nothing is written to yet.

use sfmc_schema::{Column, Nullable};
use sfmc_semantic::sql::{QueryRole, same_name};
use sfmc_syntax::SyntaxKind::AS_KW;

use super::{Candidates, CompletionItem, CompletionKind, Place};
use crate::{
    data_extensions::column_summary,
    sql::{context::Clause, hover::column_doc},
};

/// The fields that are missing, behind AS in the list of the query itself; those that it cannot do without first.
pub(super) fn complete(place: &Place<'_>, found: &mut Candidates) {
    let context = place.context;
    let is_alias = context.clause == Clause::List && context.last().is_some_and(|last| last.kind == AS_KW);
    let Some(table) = place.target.filter(|_| is_alias && !context.in_call) else { return };
    let Some(query) = place.scope.query.filter(|query| query.role == QueryRole::Statement) else { return };
    // Of a UNION each SELECT writes to all fields. What is being named is called nothing yet.
    let columns = place.scope.select.map_or(&query.columns, |select| &select.columns);
    let anchor = context.anchor();
    let others = columns.iter().filter(|column| !column.range.contains_inclusive(anchor));
    let taken: Vec<&str> = others.filter_map(|column| column.name.as_deref()).collect();
    let is_free = |field: &&Column| !taken.iter().any(|name| same_name(name, &field.name));
    for (index, field) in table.columns.list().iter().filter(is_free).enumerate() {
        let is_needed = field.primary_key || (field.nullable == Nullable::No && field.default.is_none());
        let mut item = CompletionItem::new(&*field.name, CompletionKind::Column);
        let summary = column_summary(field);
        item.detail =
            Some(if summary.is_empty() { table.name.to_string() } else { format!("{summary} · {}", table.name) });
        item.text = column_doc(table, field);
        // In order of the table.
        let weight = if is_needed { 1.0 } else { 0.5 } - 0.0001 * index.min(1000) as f32;
        place.add_name(weight, &field.name, item, "", found);
    }
}

#[cfg(test)]
mod tests {
    use sfmc_db::{QueryActivity, QueryInfo};

    use crate::{CompletionOptions, completions, sql::testing::with_query, testing::size};

    /// The first proposals at `$0` of a query that writes to `Customers`.
    fn proposals(markup: &str) -> Vec<String> {
        let at = size(markup.find("$0").unwrap());
        let activity = Some(QueryActivity { target_name: Some("Customers".into()), ..QueryActivity::default() });
        let (host, file) = with_query(&markup.replace("$0", ""), QueryInfo { activity, ..QueryInfo::default() });
        let found = completions(&host.snapshot(), file, at, CompletionOptions { snippets: true }, None);
        let items = found.map(|found| found.items).unwrap_or_default();
        items.into_iter().map(|item| item.insert.unwrap_or(item.label)).collect()
    }

    #[test]
    fn fields_that_are_missing() {
        assert_eq!(proposals("SELECT Id AS $0"), ["SubscriberKey", "Email", "[First Name]", "[Order]"]);
        assert_eq!(
            proposals("SELECT SubscriberKey AS $0, 'x' AS email FROM Orders"),
            ["SubscriberKey", "[First Name]", "[Order]"]
        );
        assert_eq!(
            proposals("SELECT o.SubscriberKey, 'x' AS [$0] FROM Orders o"),
            ["[Email]", "[First Name]", "[Order]"]
        );
        assert_eq!(
            proposals("SELECT SubscriberKey, 'x' AS Email FROM Orders UNION SELECT Id AS $0 FROM Orders"),
            ["SubscriberKey", "Email", "[First Name]", "[Order]"]
        );
        assert_eq!(proposals("SELECT 1 AS Or$0 FROM Orders").first().unwrap(), "[Order]");
    }

    #[test]
    fn nothing_where_names_are_free() {
        for markup in [
            "SELECT d.x FROM (SELECT Id AS $0 FROM Orders) d",
            "SELECT CAST(Id AS $0) FROM Orders",
            "SELECT Id FROM Orders AS $0",
            "WITH x AS (SELECT Id AS $0 FROM Orders) SELECT Id FROM x",
        ] {
            assert!(!proposals(markup).iter().any(|name| name == "Email"), "{markup}");
        }
    }
}
