use sfmc_diagnostics::similar;
use sfmc_schema::Schema;
use sfmc_semantic::sql::{Presence, SourceKind, TableInfo};
use sfmc_sql::quoted_name;
use sfmc_syntax::{
    TextEdit, TextRange,
    ast::{AstNode, sql},
};

use crate::sql::{CheckSql, SqlContext, unquoted_name};

declare_rule! {
    /// A query reads data extensions and data views that there are.
    ///
    /// ## Why
    /// The server looks for every name behind FROM and JOIN when the activity is saved. A data extension is called by its name, not by its
    /// key; one that the parent unit shares has `Ent.` before it.
    /// Nothing is said where not all data extensions of the business unit are known, but for names with `_`, which only data views have:
    /// of these one that is a slip of the pen away from a view is reported. Source: sql.md, sections 2 and 3 (sql/unknown-table).
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
            let SourceKind::Table(table) = &source.kind else { continue };
            if !range.contains_range(table.range) || ctx.is_misread(table.range) || is_unclosed(ctx, table) {
                continue;
            }
            match table.presence {
                Presence::Absent => report(ctx, schema, table, source.range.start()),
                Presence::Unknown if table.name.starts_with('_') => view(ctx, schema, table),
                Presence::Unknown | Presence::Known => {}
            }
        }
    }
}

/// Whether the bracket or quote of a name does not end, so that more was read as the name than is one.
fn is_unclosed(ctx: &SqlContext<'_>, table: &TableInfo) -> bool {
    let text = ctx.text(table.range);
    let closed = |(open, close): (char, char)| {
        text.rfind(open).is_none_or(|at| text.get(at + 1..).is_some_and(|behind| behind.ends_with(close)))
    };
    !closed(('[', ']')) || text.starts_with('"') && (text.len() < 2 || !text.ends_with('"'))
}

/// Names with `_` belong to the system. Not all of its views are known, but one that is nearly the name of another is none.
fn view(ctx: &mut SqlContext<'_>, schema: &Schema, table: &TableInfo) {
    let name = &table.name;
    let mut views = schema.views().iter().map(|view| &*view.name);
    let Some(near) = views.find(|view| similar::is_one_slip(name, view)) else { return };
    let edit = TextEdit::replace(table.range, near);
    ctx.report::<UnknownTable>(table.range, format!("there is no data view `{name}`"))
        .help(format!("did you mean `{near}`?"))
        .unsafe_fix(format!("write `{near}`"), [edit]);
}

fn report(ctx: &mut SqlContext<'_>, schema: &Schema, table: &TableInfo, start: sfmc_syntax::TextSize) {
    let name = &table.name;
    let (prefix, what) =
        if table.ent { ("Ent.", "no shared data extension") } else { ("", "no data extension or data view") };
    let named = ctx.token_of_byte(table.range.start()).and_then(|token| unquoted_name(ctx, table.ent, &token));
    let bare = named.map_or("", |range| ctx.text(range));
    let report = ctx.report::<UnknownTable>(table.range, format!("there is {what} `{name}`"));
    let whole = TextRange::new(start, table.range.end());
    // `FROM Shared Prefs`, read as a table and its alias.
    if let Some(range) = named {
        let text = format!("[{bare}]");
        report.help("this name needs brackets").unsafe_fix(format!("write `{text}`"), [TextEdit::replace(range, text)]);
        return;
    }
    if let Some(other) = schema.table(!table.ent, name).table() {
        let text = if table.ent { quoted_name(&other.name) } else { format!("Ent.{}", quoted_name(&other.name)) };
        let edit = TextEdit::replace(whole, text.clone());
        report.help(format!("there is `{text}`")).unsafe_fix(format!("write `{text}`"), [edit]);
        return;
    }
    let by_key = schema.by_key(name).filter(|found| schema.table(table.ent, &found.name).table().is_some());
    if let Some(found) = by_key {
        let edit = TextEdit::replace(table.range, quoted_name(&found.name));
        report
            .help(format!("it is the key of `{}`; a query takes names", found.name))
            .unsafe_fix(format!("write `{prefix}{}`", quoted_name(&found.name)), [edit]);
        return;
    }
    let tables = if table.ent { schema.shared() } else { schema.own() };
    let views = schema.views().iter().map(|view| &*view.name);
    let names = tables.list().iter().map(|table| &*table.name).chain(views);
    if let Some(near) = similar::closest(name, names) {
        let edit = TextEdit::replace(table.range, quoted_name(near));
        report.help(format!("did you mean `{near}`?")).unsafe_fix(format!("write `{near}`"), [edit]);
    }
}

#[cfg(test)]
mod tests {
    use sfmc_syntax::apply_edits;

    use crate::tests::{check, check_known, every_sql_finding, fixed, silent, silent_known, target::target};

    #[test]
    fn on_the_name() {
        check_known(
            "sql/unknown-table",
            &target(),
            "
SELECT o.OrderId, o.EmailAddress FROM [Oders] o JOIN Ent.Orders s ON o.OrderId = s.OrderId
//                                    ^^^^^^^ error: there is no data extension or data view `Oders`
//                                                       ^^^^^^ there is no shared data extension `Orders`
SELECT p.Name AS OrderId FROM Ent.Shared Prefs
//                                ^^^^^^ there is no shared data extension `Shared`
SELECT 1 AS OrderId WHERE EXISTS (SELECT 1 FROM Regions)
//                                              ^^^^^^^ there is no data extension or data view `Regions`
",
        );
    }

    #[test]
    fn what_is_nearly_a_view() {
        check(
            "sql/unknown-table",
            "
SELECT s.JobID FROM _Opne o JOIN Ent._Subscriber u ON 1 = 1 WHERE EXISTS (SELECT 1 FROM [_Sents] s)
//                  ^^^^^ error: there is no data view `_Opne`
//                                   ^^^^^^^^^^^ there is no data view `_Subscriber`
//                                                                                      ^^^^^^^^ there is no data view `_Sents`
",
        );
        fixed("sql/unknown-table", "SELECT JobID FROM _opens o", "SELECT JobID FROM _Open o");
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
            "SELECT OrderId FROM _Automation UNION SELECT OrderId FROM _List UNION SELECT OrderId FROM _MobileLineProfile",
            "WITH _Opens AS (SELECT OrderId FROM Orders) SELECT OrderId FROM _Opens",
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
        let after = apply_edits(text, &found.fixes[0].edits).unwrap();
        assert_eq!(after, "SELECT Message FROM [Old Log] WHERE Message > ''");
        for other in ["FROM Old AS Log", "FROM Old /* x */ Log", "FROM Old L"] {
            let found = every_sql_finding(&text.replace("FROM Old Log", other), &target());
            let fixed =
                |found: &sfmc_diagnostics::Diagnostic| found.help.as_deref() == Some("this name needs brackets");
            assert!(!found.iter().any(fixed), "{other}");
        }
    }
}
