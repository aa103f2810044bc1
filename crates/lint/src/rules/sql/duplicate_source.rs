use rustc_hash::FxHashMap;
use sfmc_semantic::sql::{Source, SourceKind};
use sfmc_syntax::ast::{AstNode, sql};

use crate::sql::{CheckSql, SqlContext, selects_in};

declare_rule! {
    /// The tables of one FROM have different names.
    ///
    /// ## Why
    /// Columns are told apart by the name of their table, its alias if it has one. The server refuses two tables that go by the same
    /// (messages 1011 to 1013), also where no column is qualified. A query inside of another has names of its own.
    /// Source: T-SQL's reference (FROM).
    ///
    /// ## Bad
    /// ```sql
    /// SELECT o.OrderId FROM Orders o JOIN Returns o ON o.OrderId = o.OrderId
    /// ```
    ///
    /// ## Good
    /// ```sql
    /// SELECT o.OrderId FROM Orders o JOIN Returns r ON r.OrderId = o.OrderId
    /// ```
    pub DuplicateSource {
        id: "sql/duplicate-source",
        aliases: [],
        group: Correctness,
        severity: Error,
        fix: None,
        since: "0.1.0",
    }
}

impl CheckSql<sql::SelectStmt> for DuplicateSource {
    fn check(ctx: &mut SqlContext<'_>, statement: &sql::SelectStmt) {
        let meaning = ctx.meaning();
        if meaning.doubtful {
            return;
        }
        for (_, select) in selects_in(meaning, statement.range()) {
            if select.sources.len() < 2 {
                continue;
            }
            let mut named: FxHashMap<&str, &Source> = FxHashMap::default();
            for source in select.sources.iter().filter_map(|source| meaning.source(*source)) {
                let (Some(key), Some(range)) = (&source.key, source.name_range) else { continue };
                // What has no alias and is no table of one's own has no name of which one could be sure.
                if !source.aliased && !matches!(source.kind, SourceKind::Table(_) | SourceKind::Cte(_)) {
                    continue;
                }
                let Some(&first) = named.get(key.as_str()) else {
                    named.insert(key, source);
                    continue;
                };
                // `Ent.Orders` and `Orders` are two tables.
                if is_ent(first) != is_ent(source) || ctx.is_broken(range) {
                    continue;
                }
                let name = source.name.as_deref().unwrap_or_default();
                let help = if source.aliased { "give it another alias" } else { "give it an alias" };
                let report =
                    ctx.report::<Self>(range, format!("another table of this FROM is called `{name}`")).help(help);
                if let Some(other) = first.name_range {
                    report.related(other, "this one");
                }
            }
        }
    }
}

fn is_ent(source: &Source) -> bool {
    !source.aliased && matches!(&source.kind, SourceKind::Table(table) if table.ent)
}

#[cfg(test)]
mod tests {
    use crate::tests::{check, silent};

    #[test]
    fn on_the_second_name() {
        check(
            "sql/duplicate-source",
            "
SELECT 1 AS a FROM t x JOIN (SELECT b FROM v) AS X ON 1 = 1 JOIN [Orders] ON 1 = 1 LEFT JOIN w orders ON 1 = 1
//                                               ^ error: another table of this FROM is called `X`
//                                                                                             ^^^^^^ another table of this FROM
SELECT a FROM _Open JOIN _open ON 1 = 1
//                       ^^^^^ another table of this FROM is called `_open`
",
        );
    }

    #[test]
    fn silent_on_names_of_their_own() {
        for text in [
            "SELECT a FROM t x JOIN t y ON x.b = y.b JOIN t ON 1 = 1",
            "SELECT a FROM t x WHERE EXISTS (SELECT 1 FROM t x WHERE x.b = 1)",
            "SELECT a FROM t x UNION SELECT a FROM t x",
            "SELECT a FROM t JOIN (SELECT t.a FROM t) d ON 1 = 1",
            "SELECT a FROM Ent._Subscribers JOIN _Subscribers ON 1 = 1",
            "SELECT a FROM {{{t}}} JOIN {{{t}}} ON 1 = 1 JOIN u_{{{x}}} ON 1 = 1 JOIN u_{{{x}}} ON 1 = 1",
            "SELECT a FROM t x JOIN u x y z ON 1 = 1",
        ] {
            silent("sql/duplicate-source", text);
        }
    }
}
