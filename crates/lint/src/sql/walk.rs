//! The walk over a chunk.

use sfmc_sql::SqlProblemKind;
use sfmc_syntax::{
    SyntaxKind, TextSize, WalkEvent,
    ast::{AstNode, sql},
};

use super::{
    SqlContext,
    comments::{has_comments, places_of_comments},
    unquoted::{is_of_grammar, unquoted_names},
    unquoted_aliases::unquoted_aliases,
    unquoted_columns::unquoted_columns,
};
use crate::generated::registry;

/// Runs every rule over a chunk.
pub(super) fn walk(ctx: &mut SqlContext<'_>) {
    let unquoted = unquoted_names(ctx);
    let columns = unquoted_columns(ctx);
    let aliases = unquoted_aliases(ctx);
    let said = ctx.count();
    // To the end of the line of a name whose bracket is not closed the words were read as something else.
    let mut unclosed = TextSize::new(0);
    for problem in ctx.problems() {
        if problem.range.start() < unclosed && is_of_grammar(problem.kind) {
            continue;
        }
        if problem.kind == SqlProblemKind::UnterminatedName && problem.range.start() >= unclosed {
            let behind = ctx.chunk_text().get(problem.range.end().into()..).unwrap_or_default();
            let line = memchr::memchr(b'\n', behind.as_bytes()).unwrap_or(behind.len());
            unclosed = problem.range.end() + TextSize::try_from(line).unwrap_or_default();
        }
        // Behind a name that lacks its brackets the parser was lost.
        let lost = unquoted.is_some_and(|start| problem.range.start() >= start) && is_of_grammar(problem.kind);
        if !lost {
            registry::check_sql_problem(ctx, problem);
        }
    }
    nodes(ctx);
    // What stands in a name that lacks its brackets was read as something else.
    ctx.leave_out(said, &columns);
    ctx.leave_out(said, &aliases);
}

fn nodes(ctx: &mut SqlContext<'_>) {
    comments(ctx);
    let has_variables = memchr::memchr(b'@', ctx.chunk_text().as_bytes()).is_some();
    let script = sql::Script::cast(ctx.root().clone());
    for statement in script.into_iter().flat_map(|script| script.statements()) {
        if let sql::Statement::SelectStmt(statement) = statement {
            let mut nodes = statement.syntax().preorder();
            while let Some(event) = nodes.next() {
                let WalkEvent::Enter(node) = event else { continue };
                registry::check_sql_node(ctx, &node);
                // Half of all nodes are names, and nothing looks into one but for its `@`.
                if node.kind() == SyntaxKind::SQL_NAME_EXPR && !has_variables {
                    nodes.skip_subtree();
                }
            }
        }
    }
}

fn comments(ctx: &mut SqlContext<'_>) {
    // Most statements have none.
    if !has_comments(ctx.chunk_text()) {
        return;
    }
    for place in places_of_comments(ctx.green()) {
        if let Some(token) = ctx.token_of_byte(place.start()) {
            registry::check_sql_comment(ctx, &token);
        }
    }
}

#[cfg(test)]
mod tests {
    use sfmc_test_support::assert_linear;

    use crate::tests::{activity, every_sql_finding};

    /// Ten times the text is about ten times the work, whatever is wrong with it.
    #[test]
    fn what_is_wrong_is_linear_work() {
        for piece in [
            "COUNT(a), ",
            "IFNULL(a, b) AS c, ",
            "%%x%% ",
            "`a` ",
            "a = NULL AND ",
            "'it's', ",
            "(SELECT a FROM (SELECT b FROM t)) AS c, ",
            "@a, ",
            "/* it's */ ",
            ", , ",
            ") ",
            "LIKE IN ('x') ",
            "SELECT a FROM t;\n",
            "some notes of mine\n\n",
            "FROM My-DE, ",
            "JOIN t ",
            "WITH x AS (SELECT 1 AS a) ",
            "N'x' || ",
            "a FROM _Sent s JOIN _Open o ON LOWER(o.SubscriberKey) = s.Domain WHERE YEAR(s.EventDate) = 1 UNION SELECT ",
            "a > 1 AS b, ",
            "'a' + LEFT(b, 2) + 1 + ",
            "NULLIF(NULL, a), CASE WHEN a THEN NULL END AS b, ",
            "CAST(a AS strng), CONVERT(a, varchar), ",
            "a IN (SELECT b, c FROM (VALUES (1, 2), (3)) v (d)) AND ",
            "[a ",
            "a FROM t LEFT JOIN u ON 1 = 1 WHERE u.b NOT IN (SELECT EventID FROM _Job WHERE JobID BETWEEN 1 AND 2) UNION SELECT ",
        ] {
            goes_with_length(piece, |count| format!("SELECT {}", piece.repeat(count)));
        }
    }

    /// So it is with two lists, each as long as the text wants.
    #[test]
    fn two_lists_are_linear_work() {
        for (head, item, between, key, tail) in [
            ("SELECT ", "GROUPING(d.a), ", "1 AS n FROM (SELECT a, b FROM t) d GROUP BY ", "d.b, ", "d.b"),
            ("SELECT ", "a AS b, ", "1 AS n FROM t ORDER BY ", "'c', ", "1"),
            ("SELECT ", "a AS b, ", "1 AS n FROM t UNION SELECT 2 FROM u ORDER BY ", "t.c, ", "1"),
            ("SELECT ", "a + ", "b AS n FROM t GROUP BY ", "1, ", "1"),
            ("SELECT ", "dbo.t.a, ", "1 AS n FROM ", "dbo.t, ", "u"),
            ("SELECT 1", " UNION SELECT 1", "", " UNION SELECT 1, 2", ""),
            ("SELECT 1 AS n FROM t", " CROSS JOIN u", " CROSS APPLY (SELECT ", "z.a, ", "1 AS b FROM q w) y"),
            ("SELECT ", "x.a First Name, ", "1 AS n FROM (SELECT 1 AS a) x", " CROSS JOIN (SELECT 1 AS a) y", ""),
        ] {
            goes_with_length(item, |count| {
                let (items, keys) = (item.repeat(count), key.repeat(count));
                format!("{head}{items}{between}{keys}{tail}")
            });
        }
    }

    #[track_caller]
    fn goes_with_length(what: &str, text: impl Fn(usize) -> String) {
        let activity = activity();
        assert_linear(what, [100, 1000], text, |text| drop(every_sql_finding(&text, &activity)));
    }
}
