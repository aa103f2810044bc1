use sfmc_semantic::sql::{ColumnId, Condition, ConditionKind, Constant, Join, Select, SourceId, SqlMeaning, Target};
use sfmc_sql::holds_placeholder;
use sfmc_syntax::{
    TextRange,
    ast::{
        AstNode,
        sql::{self, JoinKind},
    },
};

use crate::sql::{CheckSql, FewRows, SqlContext, join_head, selects_in};

declare_rule! {
    /// A join says which rows belong together.
    ///
    /// ## Why
    /// CROSS JOIN, and a join on `1 = 1`, on a constant or on columns of one of the tables alone, give every row of one table with every row of the other:
    /// a thousand times a million rows are a thousand million, and the query is stopped after 30 minutes. Nothing is said where one side is
    /// a single row or a list that is written out, or where WHERE says what belongs together.
    /// Source: rules.md, 2.5 (sql/cross-join); sql.md, section 6.
    ///
    /// ## Bad
    /// ```sql
    /// SELECT c.Id, o.Total FROM Customers c CROSS JOIN Orders o
    /// ```
    ///
    /// ## Good
    /// ```sql
    /// SELECT c.Id, o.Total FROM Customers c JOIN Orders o ON o.CustomerId = c.Id
    /// ```
    pub CrossJoin {
        id: "sql/cross-join",
        aliases: [],
        group: Suspicious,
        severity: Warning,
        fix: None,
        since: "0.1.0",
    }
}

impl CheckSql<sql::SelectStmt> for CrossJoin {
    fn check(ctx: &mut SqlContext<'_>, statement: &sql::SelectStmt) {
        let meaning = ctx.meaning();
        if meaning.doubtful {
            return;
        }
        let mut found = Vec::new();
        let mut few = FewRows::of(meaning);
        for (_, select) in selects_in(meaning, statement.range()) {
            if !select.joins.iter().any(|join| joins_all(ctx, join)) {
                continue;
            }
            let spoken_of = spoken_of(meaning, select);
            let large = large(&mut few, select);
            for join in select.joins.iter().filter(|join| !join.using && joins_all(ctx, join)) {
                let side =
                    |(first, end): (u32, u32)| select.sources.get(first as usize..end as usize).unwrap_or_default();
                let (left, right) = (side(join.left), side(join.right));
                let small = |(first, end): (u32, u32)| large.get(first as usize) == large.get(end as usize);
                if !left.is_empty()
                    && !right.is_empty()
                    && !small(join.left)
                    && !small(join.right)
                    && !related(&spoken_of, left, right)
                    && !chooses_a_row(meaning, join, left, right)
                {
                    found.push(place(ctx, join));
                }
            }
        }
        for range in found {
            ctx.report::<Self>(range, "every row of one table meets every row of the other");
        }
    }
}

/// How many sources with many rows stand before each place of FROM, and before its end: each join asks for all that stand before it.
fn large(few: &mut FewRows<'_>, select: &Select) -> Vec<usize> {
    let mut count = 0;
    let counts = select.sources.iter().map(|source| {
        count += usize::from(!few.has(*source));
        count
    });
    std::iter::once(0).chain(counts).collect()
}

/// Whether nothing says which rows belong together.
fn joins_all(ctx: &SqlContext<'_>, join: &Join) -> bool {
    match (join.kind, join.on_range) {
        (JoinKind::Cross, _) => true,
        (JoinKind::Inner | JoinKind::Left | JoinKind::Right | JoinKind::Full, Some(on)) => {
            let text = ctx.text(on);
            !join.on.is_empty()
                && (ctx.meaning().references_in(on).next().is_none() || join.on.iter().all(is_of_one_table))
                && !ctx.is_broken(on)
                && !join.on.iter().any(compares_itself)
                && !holds_placeholder(text)
                && !text.contains('@')
        }
        _ => false,
    }
}

/// `a.x = a.x`: that this compares a column with itself is said, and all that is wrong.
fn compares_itself(condition: &Condition) -> bool {
    match &condition.kind {
        ConditionKind::Compare { left, right, .. } => left.column.is_some() && left.column == right.column,
        _ => false,
    }
}

/// `a.x = a.y`, `a.x = 'b'`
fn is_of_one_table(condition: &Condition) -> bool {
    match &condition.kind {
        ConditionKind::Compare { left, right, .. } => match (left.column, right.column) {
            (Some(left), Some(right)) => left.source == right.source,
            // What is wrong with a comparison with NULL is said elsewhere.
            _ => condition.fixed().is_some_and(|(_, value)| *value != Constant::Null),
        },
        _ => false,
    }
}

/// Whether a join's condition says a value that a table may have in one row only: `ON settings.Name = 'rate'`. Where the key of the table
/// is known and is another, it says which rows, and of these every one meets all of the other side. What is said of a
/// table before the join is looked at only where its key is known: there it is more often a filter that belongs into WHERE.
fn chooses_a_row(meaning: &SqlMeaning, join: &Join, left: &[SourceId], right: &[SourceId]) -> bool {
    let mut fixed: Vec<ColumnId> = join.on.iter().filter_map(|condition| Some(condition.fixed()?.0)).collect();
    fixed.sort_unstable_by_key(|column| column.source);
    fixed.chunk_by(|one, other| one.source == other.source).any(|columns| {
        let Some(source) = columns.first().map(|column| column.source) else { return false };
        let covered = meaning.covers_key(source, columns.iter().map(|column| column.column));
        // Sources stand in order of their ids.
        let is_in = |side: &[SourceId]| side.binary_search(&source).is_ok();
        is_in(right) && covered != Some(false) || is_in(left) && covered == Some(true)
    })
}

/// Where it is said.
fn place(ctx: &SqlContext<'_>, join: &Join) -> TextRange {
    match (join.kind, join.on_range) {
        (JoinKind::Cross, _) | (_, None) => join_head(ctx, join.range),
        (_, Some(on)) => on,
    }
}

/// For each condition the sources that it speaks of; none where a name in it can belong to any.
fn spoken_of(meaning: &SqlMeaning, select: &Select) -> Vec<Option<Vec<SourceId>>> {
    let conditions = select.filter.iter().chain(select.joins.iter().flat_map(|join| &join.on));
    let sources = conditions.map(|condition| {
        let references = meaning.references_in(condition.range);
        references
            .map(|reference| match reference.target {
                Target::Column(column) => Some(column.source),
                Target::Open(source) | Target::Hidden(source) => Some(source),
                _ => None,
            })
            .collect()
    });
    sources.collect()
}

/// Whether a condition speaks of both sides.
fn related(spoken_of: &[Option<Vec<SourceId>>], left: &[SourceId], right: &[SourceId]) -> bool {
    // Sources stand in order of their ids.
    let speaks = |sources: &[SourceId], side: &[SourceId]| sources.iter().any(|id| side.binary_search(id).is_ok());
    spoken_of.iter().any(|sources| match sources {
        Some(sources) => speaks(sources, left) && speaks(sources, right),
        None => true,
    })
}

#[cfg(test)]
mod tests {
    use crate::tests::{check, check_known, silent, silent_known, target::target};

    const RULE: &str = "sql/cross-join";

    #[test]
    fn on_the_words() {
        check(
            RULE,
            "
SELECT a.x FROM a CROSS /*ä*/ JOIN b JOIN c ON 1 = 1 WHERE a.y = 1
//                ^^^^^^^^^^^^^^^^ warning: every row of one table meets every row of the other
//                                          ^^^^^^^^ every row of one
",
        );
        check(
            RULE,
            "
SELECT a.x FROM (SELECT x, y FROM t) a JOIN (SELECT z FROM u) b ON a.x = a.y
//                                                              ^^^^^^^^^^^^ warning: every row of one
",
        );
    }

    #[test]
    fn on_constants() {
        check_known(
            RULE,
            &target(),
            "
SELECT o.OrderId, o.EmailAddress FROM Orders o JOIN Report r ON o.City = 'x'
//                                                           ^^^^^^^^^^^^^^^ warning: every row of one
SELECT o.OrderId, o.EmailAddress FROM Orders o LEFT JOIN Report r ON r.City = 'x' AND 'y' = r.EmailAddress
//                                                                ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning: every row of one
",
        );
        for text in [
            "SELECT o.OrderId, o.EmailAddress FROM Orders o JOIN Report r ON r.OrderId = 'x'",
            "SELECT o.OrderId, o.EmailAddress FROM Report r JOIN Orders o ON r.OrderId = 'x'",
            "SELECT o.OrderId, o.EmailAddress FROM Report r LEFT JOIN Orders o ON 'x' = r.OrderId AND r.City = 'y'",
            "SELECT o.OrderId, o.EmailAddress FROM Orders o JOIN Report r ON r.City = NULL",
            "SELECT o.OrderId, o.EmailAddress FROM Orders o JOIN Report r ON r.City = 'x' AND r.OrderId = o.OrderId",
            "SELECT o.OrderId, o.EmailAddress FROM Orders o JOIN Report r ON r.City = 'x' WHERE r.OrderId = o.OrderId",
            "SELECT o.OrderId, o.EmailAddress FROM Orders o JOIN Log l ON l.Message = 'x'",
            "SELECT o.OrderId, o.EmailAddress FROM Orders o JOIN Unheard u ON u.City = 'x'",
        ] {
            silent_known(RULE, &target(), text);
        }
    }

    #[test]
    fn on_queries_of_many_rows() {
        check(
            RULE,
            "
SELECT a.x FROM a CROSS JOIN (SELECT MAX(d) AS d FROM b GROUP BY e) c
//                ^^^^^^^^^^ warning: every row of one
WITH c AS (SELECT d FROM b WHERE d = 1) SELECT a.x FROM a CROSS JOIN c CROSS JOIN _Job j
//                                                        ^^^^^^^^^^ warning: every row of one
//                                                                     ^^^^^^^^^^ warning: every row of one
",
        );
    }

    #[test]
    fn silent_where_rows_are_few_or_belong_together() {
        for text in [
            "SELECT a.x FROM a CROSS JOIN (SELECT COUNT(*) AS n FROM b) c",
            "SELECT a.x FROM a LEFT JOIN (SELECT MAX(d) AS d FROM b) c ON 1 = 1",
            "SELECT a.x FROM a CROSS JOIN (VALUES (1), (2)) v (n)",
            "SELECT a.x FROM a CROSS JOIN (SELECT 1 AS n UNION ALL SELECT 2) v",
            "SELECT a.x FROM a CROSS JOIN b WHERE a.i = b.i",
            "SELECT a.x FROM a JOIN b ON a.i = b.i",
            "SELECT a.x FROM (SELECT x, y FROM t) a JOIN (SELECT z FROM u) b ON a.x = a.y AND a.y = b.z",
            "SELECT a.x FROM (SELECT x, y FROM t) a JOIN (SELECT z FROM u) b ON a.x = a.y WHERE a.y = b.z",
            "SELECT a.x FROM (SELECT x FROM t) a LEFT JOIN (SELECT k, v FROM u) b ON b.k = 'rate'",
            "SELECT a.x FROM a CROSS APPLY (SELECT TOP 1 y FROM b WHERE b.i = a.i) c",
            "SELECT a.x FROM a CROSS JOIN (SELECT TOP 1 d FROM b ORDER BY d DESC) c",
            "SELECT a.x FROM a JOIN b ON {{{condition}}}",
            "WITH c AS (SELECT MAX(d) AS d FROM b), e AS (SELECT d FROM c) SELECT a.x FROM a CROSS JOIN e",
            "SELECT a.x FROM a CROSS JOIN (SELECT d.n + 1 AS n FROM (SELECT COUNT(*) AS n FROM b HAVING COUNT(*) > 1) d) c",
            "SELECT a.x FROM a CROSS JOIN (SELECT EmailName FROM _Job WHERE JobID = 5) c",
            "SELECT a.x FROM a CROSS JOIN _Job j WHERE j.JobID = 5",
        ] {
            silent(RULE, text);
        }
    }
}
