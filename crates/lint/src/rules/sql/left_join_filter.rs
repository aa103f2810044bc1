use rustc_hash::FxHashMap;
use sfmc_semantic::sql::{Condition, Join, Select, SourceId};
use sfmc_syntax::{
    TextEdit, TextRange,
    ast::{
        AstNode,
        sql::{self, JoinKind},
    },
};

use crate::sql::{CheckSql, SqlContext, join_at, join_head, selects_in};

declare_rule! {
    /// WHERE lets through the rows that an outer join keeps.
    ///
    /// ## Why
    /// LEFT JOIN keeps rows that have no match; the columns of the other table are NULL in them. A condition of WHERE that is not true of
    /// NULL takes these rows out again: the join is an INNER JOIN then. Conditions that choose among matches belong into ON.
    /// `IS NULL`, a value in place of NULL, and `OR … IS NULL` let them through.
    /// Source: sql.md, section 4; rules.md, 2.5 (sql/left-join-filter).
    ///
    /// ## Bad
    /// ```sql
    /// SELECT c.Id, o.Total FROM Customers c LEFT JOIN Orders o ON o.CustomerId = c.Id WHERE o.Total > 100
    /// ```
    ///
    /// ## Good
    /// ```sql
    /// SELECT c.Id, o.Total FROM Customers c LEFT JOIN Orders o ON o.CustomerId = c.Id AND o.Total > 100
    /// ```
    pub LeftJoinFilter {
        id: "sql/left-join-filter",
        aliases: [],
        group: Suspicious,
        severity: Warning,
        fix: Unsafe,
        since: "0.1.0",
    }
}

impl CheckSql<sql::SelectStmt> for LeftJoinFilter {
    fn check(ctx: &mut SqlContext<'_>, statement: &sql::SelectStmt) {
        let meaning = ctx.meaning();
        if meaning.doubtful {
            return;
        }
        let mut found = Vec::new();
        for (_, select) in selects_in(meaning, statement.range()) {
            if !select.joins.iter().any(|join| matches!(join.kind, JoinKind::Left | JoinKind::Right)) {
                continue;
            }
            let demands = Demands::of(select);
            for join in &select.joins {
                let Some(kept) = optional(join) else { continue };
                // Without ON the join is not finished.
                if join.on_range.is_none() && !join.using {
                    continue;
                }
                if let Some((condition, source)) = demands.first_within(select, kept) {
                    found.push((condition.range, source, join.range, join.kind));
                }
            }
        }
        for (range, source, join, kind) in found {
            let name = meaning.source(source).and_then(|source| source.name.clone()).unwrap_or_default();
            let word = if kind == JoinKind::Right { "RIGHT" } else { "LEFT" };
            let message =
                format!("this takes out the rows without a match in `{name}`: the {word} JOIN is an INNER JOIN");
            let (edit, head) = (inner(ctx, join), join_head(ctx, join));
            let report = ctx.report::<Self>(range, message).related(head, format!("{word} JOIN of `{name}`"));
            let report = report.help("put it into ON where rows without a match shall stay");
            if let Some(edit) = edit {
                report.unsafe_fix("write INNER JOIN", [edit]);
            }
        }
    }
}

/// The sources that an outer join leaves without a row, as places in FROM.
fn optional(join: &Join) -> Option<(u32, u32)> {
    match join.kind {
        JoinKind::Left => Some(join.right),
        JoinKind::Right => Some(join.left),
        _ => None,
    }
}

/// Which condition of WHERE is the first that demands a row of one of several sources.
struct Demands {
    /// For as many sources as two to the power of the index, from each place of FROM on: condition and source, as places. A RIGHT JOIN asks
    /// for all sources before it, so that a look at each for each join would take too long.
    firsts: Vec<Vec<(usize, usize)>>,
}

/// No condition.
const NONE: (usize, usize) = (usize::MAX, usize::MAX);

impl Demands {
    fn of(select: &Select) -> Demands {
        let mut conditions: FxHashMap<SourceId, usize> = FxHashMap::default();
        for (place, condition) in select.filter.iter().enumerate() {
            for source in condition.matched() {
                conditions.entry(source).or_insert(place);
            }
        }
        let first = |(place, source): (usize, &SourceId)| conditions.get(source).map_or(NONE, |first| (*first, place));
        let mut row: Vec<(usize, usize)> = select.sources.iter().enumerate().map(first).collect();
        let mut firsts = Vec::new();
        let mut width = 1;
        while !row.is_empty() {
            let next = row.iter().zip(row.iter().skip(width)).map(|(a, b)| *a.min(b)).collect();
            firsts.push(std::mem::replace(&mut row, next));
            width *= 2;
        }
        Demands { firsts }
    }

    fn first_within<'s>(&self, select: &'s Select, (first, end): (u32, u32)) -> Option<(&'s Condition, SourceId)> {
        let power = end.checked_sub(first)?.checked_ilog2()?;
        let row = self.firsts.get(power as usize)?;
        // Two halves that may overlap.
        let (head, tail) = (row.get(first as usize)?, row.get((end - (1 << power)) as usize)?);
        let (condition, source) = *head.min(tail);
        Some((select.filter.get(condition)?, *select.sources.get(source)?))
    }
}

/// What makes an inner join of the join at a place.
fn inner(ctx: &SqlContext<'_>, join: TextRange) -> Option<TextEdit> {
    let node = join_at(ctx, join)?;
    let word = node.left_token().or_else(|| node.right_token())?.text_range();
    let end = node.outer_token().map_or(word.end(), |outer| outer.text_range().end());
    Some(TextEdit::replace(TextRange::new(word.start(), end), "INNER"))
}

#[cfg(test)]
mod tests {
    use crate::tests::{check, fixed, silent};

    const RULE: &str = "sql/left-join-filter";

    #[test]
    fn on_the_condition() {
        check(
            RULE,
            "
SELECT a.x FROM a LEFT JOIN b ON b.i = a.i LEFT OUTER JOIN c ON c.i = b.i WHERE a.y = 1 AND (b.z = 1 OR b.z = 2) AND c.d BETWEEN 1 AND 2
//                                                                                           ^^^^^^^^^^^^^^^^^^ warning: this takes out the rows without a match in `b`: the LEFT JOIN is an INNER JOIN
//                                                                                                                   ^^^^^^^^^^^^^^^^^^^ in `c`
SELECT a.x FROM a RIGHT JOIN b ON b.i = a.i WHERE a.y LIKE 'x%'
//                                                ^^^^^^^^^^^^^ in `a`: the RIGHT JOIN
SELECT a.x FROM a LEFT JOIN b ON b.i = a.i WHERE b.z IS NOT NULL
//                                               ^^^^^^^^^^^^^^^ in `b`
",
        );
    }

    #[test]
    fn silent_where_they_come_through() {
        for text in [
            "SELECT a.x FROM a LEFT JOIN b ON b.i = a.i AND b.z = 1 WHERE a.y = 1",
            "SELECT a.x FROM a LEFT JOIN b ON b.i = a.i WHERE b.i IS NULL",
            "SELECT a.x FROM a LEFT JOIN b ON b.i = a.i WHERE b.z = 1 OR b.z IS NULL",
            "SELECT a.x FROM a LEFT JOIN b ON b.i = a.i WHERE ISNULL(b.z, 0) = 0 AND COALESCE(b.y, a.y) = 1",
            "SELECT a.x FROM a LEFT JOIN b ON b.i = a.i WHERE a.y = 1 OR b.z = 1",
            "SELECT a.x FROM a LEFT JOIN b ON b.i = a.i WHERE CASE WHEN b.z = 1 THEN 1 ELSE 0 END = 0",
            "SELECT a.x FROM a LEFT JOIN b ON b.i = a.i WHERE NOT EXISTS (SELECT 1 FROM c WHERE c.i = b.i)",
            "SELECT a.x FROM a JOIN b ON b.i = a.i WHERE b.z = 1",
            "SELECT a.x FROM a LEFT JOIN b ON b.i = a.i WHERE z = 1",
            "SELECT a.x FROM a FULL JOIN b ON b.i = a.i WHERE b.z = 1",
        ] {
            silent(RULE, text);
        }
    }

    #[test]
    fn writes_what_it_is() {
        fixed(
            RULE,
            "SELECT a.x FROM a left  outer JOIN b ON b.i = a.i WHERE b.z = 1",
            "SELECT a.x FROM a INNER JOIN b ON b.i = a.i WHERE b.z = 1",
        );
        fixed(
            RULE,
            "SELECT a.x FROM a LEFT JOIN b ON b.i = a.i WHERE NOT b.z > 1",
            "SELECT a.x FROM a INNER JOIN b ON b.i = a.i WHERE NOT b.z > 1",
        );
    }
}
