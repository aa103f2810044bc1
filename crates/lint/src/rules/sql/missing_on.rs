use sfmc_semantic::sql::{Source, SourceColumn};
use sfmc_sql::{SqlProblem, SqlProblemKind, quoted_name};
use sfmc_syntax::{TextEdit, TextRange};

use crate::sql::{CheckSqlProblem, SqlContext};

declare_rule! {
    /// A join says what joins.
    ///
    /// ## Why
    /// INNER, LEFT, RIGHT and FULL joins need an ON; without it the query does not compile. All rows with all rows are a CROSS JOIN.
    /// Source: rules.md, 2.5 (sql/missing-on); sql.md, section 7.
    ///
    /// ## Bad
    /// ```sql
    /// SELECT o.SubscriberKey FROM Orders o JOIN Customers c
    /// ```
    ///
    /// ## Good
    /// ```sql
    /// SELECT o.SubscriberKey FROM Orders o JOIN Customers c ON c.Id = o.CustomerId
    /// ```
    pub MissingOn {
        id: "sql/missing-on",
        aliases: [],
        group: Syntax,
        severity: Error,
        fix: Unsafe,
        since: "0.1.0",
    }
}

impl CheckSqlProblem for MissingOn {
    const KINDS: &'static [SqlProblemKind] = &[SqlProblemKind::ExpectedOn];

    fn check(ctx: &mut SqlContext<'_>, problem: &SqlProblem) {
        let condition = problem.related.and_then(|join| condition(ctx, join));
        let mut report = ctx.report::<Self>(problem.range, "this join has no ON");
        if let Some(join) = problem.related {
            report = report.related(join, "the join");
        }
        if let Some(condition) = condition {
            let edit = TextEdit::insert(problem.range.start(), format!(" ON {condition}"));
            report.unsafe_fix(format!("join on `{condition}`"), [edit]);
        }
    }
}

/// The condition that a join is most likely meant to have: of the keys that both sides have, if nothing else can be meant.
fn condition(ctx: &SqlContext<'_>, range: TextRange) -> Option<String> {
    let meaning = ctx.meaning();
    let (select, join) = meaning
        .selects
        .iter()
        .find_map(|select| Some((select, select.joins.iter().find(|join| join.range.start() == range.start())?)))?;
    if join.on_range.is_some() || join.using {
        return None;
    }
    let side = |(first, end): (u32, u32)| select.sources.get(first as usize..end as usize);
    let [right] = side(join.right)? else { return None };
    let right = meaning.source(*right)?;
    // What an outer join leaves without a row joins nothing.
    let lefts = side(join.left)?.iter().filter_map(|id| meaning.source(*id)).take(MAX_SOURCES);
    let (left, keys) =
        lefts.filter(|left| !left.outer && left.key != right.key).find_map(|left| Some((left, keys(left, right)?)))?;
    let (left, right) = (quoted_name(left.name.as_deref()?), quoted_name(right.name.as_deref()?));
    let equals =
        keys.iter().map(|(a, b)| format!("{left}.{} = {right}.{}", quoted_name(&a.name), quoted_name(&b.name)));
    Some(equals.collect::<Vec<_>>().join(" AND "))
}

/// So many tables before a join are looked at.
const MAX_SOURCES: usize = 16;

/// The columns on which two sources are joined: the primary key of one that the other has, too, or the one column of both that is called
/// like a key.
fn keys<'m>(left: &'m Source, right: &'m Source) -> Option<Vec<(&'m SourceColumn, &'m SourceColumn)>> {
    let of = |source: &'m Source, key: &str| source.columns.place(key).and_then(|place| source.columns.get(place));
    let fit = |(a, b): &(&SourceColumn, &SourceColumn)| {
        let known = a.ty.is_known() && b.ty.is_known();
        !known
            || a.ty.is_text() == b.ty.is_text()
                && a.ty.is_number() == b.ty.is_number()
                && a.ty.is_date() == b.ty.is_date()
    };
    let primary = |source: &'m Source| {
        let pairs = source.columns.primary_key().map(|place| {
            let key = &source.columns.get(place)?.key;
            Some((of(left, key)?, of(right, key)?)).filter(fit)
        });
        pairs.collect::<Option<Vec<_>>>().filter(|pairs| !pairs.is_empty())
    };
    let named = || {
        let keys = left.columns.list().iter().filter(|column| is_key(&column.key));
        let pairs = keys.filter_map(|column| Some((column, of(right, &column.key)?)));
        let pairs: Vec<_> = pairs.filter(fit).collect();
        Some(pairs).filter(|pairs| pairs.len() == 1)
    };
    primary(right).or_else(|| primary(left)).or_else(named)
}

/// Whether a column is called like a key: `SubscriberKey`, `CustomerId`. The name is in lower case.
fn is_key(name: &str) -> bool {
    name.ends_with("key") || name.ends_with("id")
}

#[cfg(test)]
mod tests {
    use crate::tests::{check, fixed, silent, unfixed};

    const RULE: &str = "sql/missing-on";

    #[test]
    fn behind_the_table() {
        check(
            RULE,
            "
SELECT a FROM t LEFT JOIN u x WHERE b = 1
//                           | error: this join has no ON
",
        );
    }

    #[test]
    fn a_fix_by_the_key() {
        for (before, after) in [
            (
                "SELECT s.JobID FROM _Sent s JOIN _Job j WHERE s.JobID = 1",
                "SELECT s.JobID FROM _Sent s JOIN _Job j ON s.JobID = j.JobID WHERE s.JobID = 1",
            ),
            (
                "SELECT a.Id FROM (SELECT CustomerId, Id, Total FROM t) a LEFT JOIN (SELECT [customerid], Total FROM u) [b c]",
                "SELECT a.Id FROM (SELECT CustomerId, Id, Total FROM t) a LEFT JOIN (SELECT [customerid], Total FROM u) [b c] ON a.CustomerId = [b c].customerid",
            ),
        ] {
            fixed(RULE, before, after);
        }
    }

    #[test]
    fn no_fix_where_several_can_be_meant() {
        for text in [
            "SELECT a.Id FROM t a JOIN u b",
            "SELECT a.Id FROM (SELECT Total FROM t) a JOIN (SELECT Total FROM u) b",
            "SELECT a.Id FROM (SELECT Id, SubscriberKey FROM t) a JOIN (SELECT Id, SubscriberKey FROM u) b",
            "SELECT a.Id FROM (SELECT Id FROM t) a JOIN (SELECT CAST(Id AS int) AS Id, 1 AS k FROM u) A",
            "SELECT a.Id FROM (SELECT 1 AS Id) a JOIN (SELECT 'x' AS Id) b",
            "SELECT a.Id FROM (SELECT Id FROM t) a JOIN (SELECT Id FROM u) b a.Id = b.Id",
        ] {
            unfixed(RULE, text);
        }
    }

    #[test]
    fn silent_where_none_is_needed() {
        for text in [
            "SELECT a FROM t CROSS JOIN u CROSS APPLY (SELECT 1 AS x) v",
            "SELECT a FROM t JOIN u ON t.b = u.b",
            "SELECT a FROM t JOIN u JOIN v ON u.c = v.c ON t.b = u.b",
        ] {
            silent(RULE, text);
        }
    }
}
