//! What does a query return? The types of its columns, and the fields of its data extension that they are written to.

use sfmc_db::{Db, Page, page_map};
use sfmc_schema::Table;
use sfmc_semantic::sql::{QueryRole, sql_meaning};
use sfmc_syntax::TextRange;

use super::{
    hover::column_doc,
    schema::{schema, target},
};
use crate::inlay_hints::{InlayHint, InlayHintKind};

/// The hints of the outermost queries that stand in a range, in order.
pub(crate) fn inlay_hints(db: &dyn Db, page: Page, range: TextRange) -> Vec<InlayHint> {
    let chunks = page_map(db, page).chunks();
    let target = target(schema(db, page), page.query(db));
    let mut found = Vec::new();
    for position in chunks {
        db.unwind_if_revision_cancelled();
        if position.start > range.end() {
            break;
        }
        let meaning = sql_meaning(db, page, position.chunk);
        for query in meaning.queries.iter().filter(|query| query.role == QueryRole::Statement) {
            for column in query.columns.iter().filter(|column| !column.star) {
                let at = column.range.end() + position.start;
                if !range.contains_inclusive(at) {
                    continue;
                }
                let ty = if column.ty.is_known() { format!(": {}", column.ty) } else { String::new() };
                let name = column.name.as_deref();
                let field = target.zip(name).and_then(|(table, name)| field(table, name));
                let label = match &field {
                    Some((field, _)) => format!("{ty} → {field}").trim_start().to_owned(),
                    None => ty,
                };
                if label.is_empty() {
                    continue;
                }
                let tooltip = field.map(|(_, tooltip)| tooltip);
                found.push(InlayHint { at, kind: InlayHintKind::Type, label, target: None, tooltip });
            }
        }
    }
    found.sort_by_key(|hint| hint.at);
    found
}

/// The field of a data extension with a name, and what there is to know of it.
fn field(table: &Table, name: &str) -> Option<(String, crate::Markup)> {
    let (_, column) = table.columns.get(name)?;
    let ty = column.ty.field();
    let shown = if ty.is_empty() { column.name.to_string() } else { ty };
    Some((shown, column_doc(table, column)))
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};
    use sfmc_db::{QueryActivity, QueryInfo, UpdateType};
    use sfmc_syntax::TextRange;

    use crate::{InlayHintOptions, ParameterHints, inlay_hints, sql::testing::with_query, testing::size};

    #[track_caller]
    fn check(text: &str, target: Option<&str>, expected: &Expect) {
        let activity = target.map(|name| QueryActivity {
            target_name: Some(name.into()),
            target_key: None,
            update_type: Some(UpdateType::Append),
        });
        let (host, file) = with_query(text, QueryInfo { activity, ..QueryInfo::default() });
        let options = InlayHintOptions { parameters: ParameterHints::None, ends: false, types: true };
        let found = inlay_hints(&host.snapshot(), file, TextRange::up_to(size(text.len())), options);
        let mut out = text.to_owned();
        for hint in found.iter().rev() {
            out.insert_str(hint.at.into(), &format!("«{}»", hint.label));
        }
        expected.assert_eq(&out);
        let none = InlayHintOptions { types: false, ..options };
        assert!(inlay_hints(&host.snapshot(), file, TextRange::up_to(size(text.len())), none).is_empty());
    }

    #[test]
    fn types_of_what_is_returned() {
        check(
            "SELECT Id, COUNT(*) AS n, o.*, Nobody FROM Orders o WHERE 1 IN (SELECT Id FROM Orders)",
            None,
            &expect![
                "SELECT Id«: int», COUNT(*) AS n«: int», o.*, Nobody FROM Orders o WHERE 1 IN (SELECT Id FROM Orders)"
            ],
        );
        check(
            "SELECT Id, 'abc' AS x FROM (SELECT Id FROM Orders) d UNION SELECT 1, 'abcdef'",
            None,
            &expect![
                "SELECT Id«: int», 'abc' AS x«: varchar(6)» FROM (SELECT Id FROM Orders) d UNION SELECT 1, 'abcdef'"
            ],
        );
        check("SELECT a FROM Unknown", None, &expect!["SELECT a FROM Unknown"]);
    }

    #[test]
    fn fields_that_they_are_written_to() {
        check(
            "SELECT o.SubscriberKey, 'x' AS [first name], Total AS Nothing FROM Orders o",
            Some("customers"),
            &expect![
                "SELECT o.SubscriberKey«: nvarchar(254) → Text(254)», 'x' AS [first name]«: varchar(1) → Text(50)», Total AS Nothing«: decimal(10,2)» FROM Orders o"
            ],
        );
        check(
            "SELECT a AS Email FROM Unknown",
            Some("Customers"),
            &expect!["SELECT a AS Email«→ EmailAddress» FROM Unknown"],
        );
        check("SELECT a AS Email FROM Unknown", Some("Nobody"), &expect!["SELECT a AS Email FROM Unknown"]);
    }
}
