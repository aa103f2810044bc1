use rustc_hash::FxHashMap;
use sfmc_semantic::sql::{ColumnId, Reference, SqlMeaning, Target};
use sfmc_sql::quoted_name;
use sfmc_syntax::{
    TextEdit,
    ast::{AstNode, sql},
};

use crate::sql::{CheckSql, Equal, SqlContext};

declare_rule! {
    /// A column that several tables have says of which it is.
    ///
    /// ## Why
    /// The server refuses a name that it finds in two tables of FROM, even where a join makes the two equal. In ORDER BY the list decides.
    /// Nothing is said of tables whose columns are not known. Source: sql.md, section 3 (sql/ambiguous-column).
    ///
    /// ## Bad
    /// ```sql
    /// SELECT Id FROM (SELECT Id FROM Orders) AS o INNER JOIN (SELECT Id FROM Customers) AS c ON o.Id = c.Id
    /// ```
    ///
    /// ## Good
    /// ```sql
    /// SELECT o.Id FROM (SELECT Id FROM Orders) AS o INNER JOIN (SELECT Id FROM Customers) AS c ON o.Id = c.Id
    /// ```
    pub AmbiguousColumn {
        id: "sql/ambiguous-column",
        aliases: [],
        group: Correctness,
        severity: Error,
        fix: Unsafe,
        since: "0.1.0",
    }
}

impl CheckSql<sql::SelectStmt> for AmbiguousColumn {
    fn check(ctx: &mut SqlContext<'_>, statement: &sql::SelectStmt) {
        let meaning = ctx.meaning();
        let mut equal = FxHashMap::default();
        for reference in meaning.references_in(statement.range()) {
            let Target::Ambiguous(columns) = &reference.target else { continue };
            let sources: Vec<&str> =
                columns.iter().filter_map(|column| meaning.source(column.source)?.name.as_deref()).collect();
            let listed: Vec<String> = sources.iter().map(|name| format!("`{name}`")).collect();
            let tables = match listed.as_slice() {
                [first, second] => format!("{first} and {second} have"),
                [first, ..] => format!("{first} and {} others have", listed.len() - 1),
                [] => continue,
            };
            // Where all of them are equal in every row, it does not matter which.
            let same = columns.split_first().is_some_and(|(first, others)| {
                let id = meaning.source(first.source).map(|source| source.select);
                let Some((id, select)) = id.and_then(|id| Some((id, meaning.select(id)?))) else { return false };
                let equal = equal.entry(id).or_insert_with(|| Equal::in_all_rows(select));
                others.iter().all(|other| equal.are_equal(*first, *other))
            });
            let name = &reference.name;
            let choices: Vec<String> = sources
                .iter()
                .take(3)
                .map(|source| format!("`{}.{}`", quoted_name(source), quoted_name(name)))
                .collect();
            let mut report = ctx
                .report::<Self>(reference.range, format!("{tables} a column `{name}`"))
                .help(format!("write {}", choices.join(" or ")));
            for source in columns.iter().filter_map(|column| qualifier(meaning, reference, *column)) {
                let edit = TextEdit::insert(reference.range.start(), format!("{}.", quoted_name(source)));
                let title = format!("qualify with `{source}`");
                report = if same { report.unsafe_fix(title, [edit]) } else { report.choice(title, [edit]) };
            }
        }
    }
}

/// The name of the source of a column, if it means that source and no other where the column is used.
fn qualifier<'m>(meaning: &'m SqlMeaning, reference: &Reference, column: ColumnId) -> Option<&'m str> {
    let source = meaning.source(column.source)?;
    let key = source.key.as_ref()?;
    let mut around = reference.select;
    while let Some(id) = around {
        let select = meaning.select(id)?;
        let others = select.sources.iter().filter(|other| **other != column.source);
        // A source that has no name, or that name, can hide it.
        let mut others = others.filter_map(|other| meaning.source(*other));
        if others.any(|other| other.key.as_ref().is_none_or(|other| other == key)) {
            return None;
        }
        if id == source.select {
            return source.name.as_deref();
        }
        around = select.outer;
    }
    None
}

#[cfg(test)]
mod tests {
    use sfmc_db::QueryInfo;
    use sfmc_diagnostics::Applicability;
    use sfmc_syntax::apply_edits;

    use crate::FixMode;
    use crate::tests::{check, every_sql_finding, silent, unfixed};

    const RULE: &str = "sql/ambiguous-column";

    #[test]
    fn a_fix_for_each_table() {
        let text = "SELECT Id FROM (SELECT Id FROM t) a JOIN (SELECT Id FROM t) [b c] ON a.Id = [b c].Id";
        let mut found = every_sql_finding(text, &QueryInfo::default());
        found.retain(|found| found.rule.id == RULE);
        let fixed = found[0].fixes.iter().map(|fix| (&*fix.title, apply_edits(text, &fix.edits).unwrap()));
        let after = |column: &str| text.replacen("Id", column, 1);
        assert_eq!(
            fixed.collect::<Vec<_>>(),
            [("qualify with `a`", after("a.Id")), ("qualify with `b c`", after("[b c].Id"))]
        );
        assert!(found[0].fixes.iter().all(|fix| fix.applicability == Applicability::Unsafe));
    }

    /// Where the tables answer differently, no run chooses one.
    #[test]
    fn only_a_person_chooses() {
        let queries = [
            "SELECT Id FROM (SELECT Id, k FROM t) a JOIN (SELECT Id, k FROM t) b ON a.k = b.k",
            "SELECT Id FROM (SELECT Id FROM t) a RIGHT JOIN (SELECT Id FROM t) b ON a.Id = b.Id",
            "SELECT Id FROM (SELECT Id FROM t) a JOIN (SELECT Id FROM t) b ON a.Id = b.Id OR a.Id IS NULL",
        ];
        for text in queries {
            let mut found = every_sql_finding(text, &QueryInfo::default());
            found.retain(|found| found.rule.id == RULE);
            let offered: Vec<_> = found[0].fixes.iter().map(|fix| fix.applicability).collect();
            assert_eq!(offered, [Applicability::Choice; 2], "{text}");
            assert!(FixMode::All.choose(&found[0]).is_none(), "{text}");
        }
        let both = "SELECT Id FROM (SELECT Id FROM t) a JOIN (SELECT Id FROM t) b ON 1 = 1 WHERE a.Id = b.Id";
        let mut found = every_sql_finding(both, &QueryInfo::default());
        found.retain(|found| found.rule.id == RULE);
        assert!(FixMode::All.choose(&found[0]).is_some());
    }

    #[test]
    fn no_fix_by_a_name_that_means_another_table() {
        let both = "(SELECT Id FROM t) a JOIN (SELECT Id FROM t) b ON a.Id = b.Id";
        let text = format!(
            "SELECT 1 AS x FROM {both} WHERE EXISTS (SELECT 1 FROM (SELECT 1 AS k) a JOIN (SELECT 2 AS m) b ON Id = 1)"
        );
        unfixed(RULE, &text);
        unfixed(RULE, "SELECT Id FROM (SELECT Id FROM t) a JOIN (SELECT Id FROM t) a ON 1 = 1");
    }

    #[test]
    fn on_the_name() {
        check(
            "sql/ambiguous-column",
            "
SELECT Id FROM (SELECT Id FROM t) a JOIN (SELECT ID FROM t) [b c] ON a.Id = [b c].Id JOIN (SELECT 1 AS id) d ON id = 1
//     ^^ error: `a` and 2 others have a column `Id`
//                                                                                                              ^^ `a` and 2 others have a column `id`
SELECT a.Id, b.Id AS k FROM (SELECT Id FROM t) a, (SELECT Id FROM t) b WHERE Id = 1
//                                                                           ^^ `a` and `b` have a column `Id`
",
        );
    }

    #[test]
    fn silent_where_one_is_meant() {
        for text in [
            "SELECT Id FROM (SELECT Id FROM t) a JOIN u ON a.Id = u.Id",
            "SELECT a.Id FROM (SELECT Id FROM t) a JOIN (SELECT Id FROM t) b ON a.Id = b.Id ORDER BY Id",
            "SELECT 1 AS x FROM (SELECT Id FROM t) a WHERE EXISTS (SELECT Id FROM (SELECT Id FROM t) b)",
            "SELECT 1 AS x FROM (SELECT Id FROM t) a JOIN (SELECT k FROM t) b ON Id = k JOIN (SELECT Id FROM t) c ON a.Id = c.Id",
            "SELECT Id FROM (SELECT Id FROM t) a JOIN (SELECT Id FROM t) b USING (Id)",
            "SELECT Any FROM t JOIN u ON t.Any = u.Any",
        ] {
            silent("sql/ambiguous-column", text);
        }
    }
}
