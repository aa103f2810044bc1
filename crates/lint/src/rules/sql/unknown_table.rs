use sfmc_diagnostics::similar;
use sfmc_schema::Schema;
use sfmc_semantic::sql::{Presence, Source, SourceKind, TableInfo};
use sfmc_syntax::{
    TextEdit, TextRange,
    ast::{AstNode, sql},
};

use super::unknown_column::written;
use crate::sql::{CheckSql, SqlContext};

declare_rule! {
    /// A query reads data extensions and data views that there are.
    ///
    /// ## Why
    /// The server looks for every name behind FROM and JOIN when the activity is saved. A data extension is called by its name, not by its
    /// key; one that the parent unit shares has `Ent.` before it.
    /// Nothing is said where not all data extensions of the business unit are known. Source: sql.md, sections 2 and 3 (sql/unknown-table).
    ///
    /// ## Bad
    /// ```sql,target
    /// SELECT OrderId, EmailAddress FROM Order_Lines
    /// ```
    ///
    /// ## Good
    /// ```sql,target
    /// SELECT OrderId, EmailAddress FROM Orders
    /// ```
    pub UnknownTable {
        id: "sql/unknown-table",
        aliases: ["MCE061"],
        group: Correctness,
        severity: Error,
        fix: Unsafe,
        since: "0.1.0",
    }
}

impl CheckSql<sql::SelectStmt> for UnknownTable {
    fn check(ctx: &mut SqlContext<'_>, statement: &sql::SelectStmt) {
        let range = statement.range();
        let schema = ctx.schema();
        for source in &ctx.meaning().sources {
            if let SourceKind::Table(table) = &source.kind
                && table.presence == Presence::Absent
                && range.contains_range(table.range)
            {
                report(ctx, schema, table, source);
            }
        }
    }
}

fn report(ctx: &mut SqlContext<'_>, schema: &Schema, table: &TableInfo, source: &Source) {
    let name = &table.name;
    let in_two_words = in_two_words(ctx, schema, table, source);
    let (prefix, what) =
        if table.ent { ("Ent.", "no shared data extension") } else { ("", "no data extension or data view") };
    let report = ctx.report::<UnknownTable>(table.range, format!("there is {what} `{name}`"));
    if let Some((range, name)) = in_two_words {
        let text = written(&name);
        let edit = TextEdit::replace(range, text.clone());
        report.help(format!("there is `{prefix}{text}`")).unsafe_fix(format!("write `{prefix}{text}`"), [edit]);
        return;
    }
    let whole = TextRange::new(source.range.start(), table.range.end());
    if let Some(other) = schema.table(!table.ent, name).table() {
        let text = if table.ent { written(&other.name) } else { format!("Ent.{}", written(&other.name)) };
        let edit = TextEdit::replace(whole, text.clone());
        report.help(format!("there is `{text}`")).unsafe_fix(format!("write `{text}`"), [edit]);
        return;
    }
    let by_key = schema.by_key(name).filter(|found| schema.table(table.ent, &found.name).table().is_some());
    if let Some(found) = by_key {
        let edit = TextEdit::replace(table.range, written(&found.name));
        report
            .help(format!("it is the key of `{}`; a query takes names", found.name))
            .unsafe_fix(format!("write `{prefix}{}`", written(&found.name)), [edit]);
        return;
    }
    let tables = if table.ent { schema.shared() } else { schema.own() };
    let views = schema.views().iter().map(|view| &*view.name);
    let names = tables.list().iter().map(|table| &*table.name).chain(views);
    if let Some(near) = similar::closest(name, names) {
        let edit = TextEdit::replace(table.range, written(near));
        report.help(format!("did you mean `{near}`?")).unsafe_fix(format!("write `{near}`"), [edit]);
    }
}

/// The table whose name is the word and its alias: `Abandoned Carts` without brackets.
fn in_two_words(
    ctx: &SqlContext<'_>,
    schema: &Schema,
    table: &TableInfo,
    source: &Source,
) -> Option<(TextRange, String)> {
    let alias = source.name_range.filter(|alias| source.aliased && alias.start() > table.range.end())?;
    let between = ctx.text(TextRange::new(table.range.end(), alias.start()));
    let found = schema.table(table.ent, &format!("{} {}", table.name, source.name.as_deref()?)).table()?;
    between
        .chars()
        .all(|c| c == ' ')
        .then(|| (TextRange::new(table.range.start(), alias.end()), found.name.to_string()))
}

#[cfg(test)]
mod tests {
    use sfmc_syntax::apply_edits;

    use crate::tests::{check_known, every_sql_finding, silent, silent_known, target::target};

    #[test]
    fn on_the_name() {
        check_known(
            "sql/unknown-table",
            &target(),
            "
SELECT o.OrderId, o.EmailAddress FROM [Oders] o JOIN Ent.Orders s ON o.OrderId = s.OrderId
//                                    ^^^^^^^ error: there is no data extension or data view `Oders`
//                                                       ^^^^^^ there is no shared data extension `Orders`
SELECT 1 AS OrderId WHERE EXISTS (SELECT 1 FROM Regions)
//                                              ^^^^^^^ there is no data extension or data view `Regions`
",
        );
    }

    #[test]
    fn silent_on_what_there_is_and_what_nobody_knows() {
        for text in [
            "SELECT OrderId FROM orders",
            "SELECT Name AS OrderId FROM Ent.[regions]",
            "SELECT SubscriberKey AS OrderId FROM _Sent",
            "SELECT SubscriberKey AS OrderId FROM Ent._Subscribers",
            "SELECT Id AS OrderId FROM _Unheard",
            "SELECT OrderId FROM {{{prefix}}}_Orders",
            "SELECT OrderId FROM #Orders",
            "SELECT OrderId FROM dbo.Missing",
            "WITH Missing AS (SELECT OrderId FROM Orders) SELECT OrderId FROM Missing",
            "DELETE FROM Missing",
        ] {
            silent_known("sql/unknown-table", &target(), text);
        }
        silent("sql/unknown-table", "SELECT a FROM Missing");
    }

    #[test]
    fn two_words_that_lack_brackets() {
        let text = "SELECT Message FROM Old Log WHERE Message > ''";
        let found = every_sql_finding(text, &target());
        let found = found.iter().find(|found| found.rule.id == "sql/unknown-table").unwrap();
        assert_eq!(found.help.as_deref(), Some("there is `[Old Log]`"));
        let after = apply_edits(text, &found.fixes[0].edits).unwrap();
        assert_eq!(after, "SELECT Message FROM [Old Log] WHERE Message > ''");
        for other in ["FROM Old AS Log", "FROM Old /* x */ Log", "FROM Old L"] {
            let found = every_sql_finding(&text.replace("FROM Old Log", other), &target());
            assert!(found.iter().all(|found| found.help.as_deref() != Some("there is `[Old Log]`")), "{other}");
        }
    }
}
