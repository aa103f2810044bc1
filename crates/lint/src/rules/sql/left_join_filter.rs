use rustc_hash::FxHashSet;
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
            let matched: Vec<(&Condition, FxHashSet<SourceId>)> =
                select.filter.iter().map(|condition| (condition, condition.matched().into_iter().collect())).collect();
            for join in &select.joins {
                let Some(kept) = optional(select, join) else { continue };
                let undone = matched.iter().find_map(|(condition, sources)| {
                    Some((*condition, *kept.iter().find(|source| sources.contains(source))?))
                });
                if let Some((condition, source)) = undone {
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

/// The sources that an outer join leaves without a row.
fn optional<'s>(select: &'s Select, join: &Join) -> Option<&'s [SourceId]> {
    let (first, end) = match join.kind {
        JoinKind::Left => join.right,
        JoinKind::Right => join.left,
        _ => return None,
    };
    select.sources.get(first as usize..end as usize)
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
