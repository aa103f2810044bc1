use sfmc_catalog::sql::function;
use sfmc_semantic::sql::ArgKind;
use sfmc_sql::{SqlProblem, SqlProblemKind};
use sfmc_syntax::{
    TextEdit, TextRange,
    ast::{AstNode, sql},
};

use super::{like_in, limit, multi_statement, offset_no_order, personalization, select_list, unknown_type};
use crate::sql::{CheckSqlProblem, SqlContext};

declare_rule! {
    /// A query is one that the server can read.
    ///
    /// ## Why
    /// What is missing, misplaced or too much stops the query when it is saved, with a message that names a place behind the mistake at
    /// best.
    /// Source: sql.md, sections 1 and 7.
    ///
    /// ## Bad
    /// ```sql
    /// SELECT SubscriberKey FROM Orders WHERE
    /// ```
    ///
    /// ## Good
    /// ```sql
    /// SELECT SubscriberKey FROM Orders WHERE Total > 10
    /// ```
    pub Syntax {
        id: "sql/syntax",
        aliases: [],
        group: Syntax,
        severity: Error,
        fix: Safe,
        since: "0.1.0",
    }
}

impl CheckSqlProblem for Syntax {
    const KINDS: &'static [SqlProblemKind] = &[
        SqlProblemKind::ExpectedExpression,
        SqlProblemKind::ExpectedTable,
        SqlProblemKind::ExpectedName,
        SqlProblemKind::ExpectedKeyword,
        SqlProblemKind::ExpectedQuery,
        SqlProblemKind::ExpectedType,
        SqlProblemKind::MissingComma,
        SqlProblemKind::MissingOpenParen,
        SqlProblemKind::MissingSubqueryParens,
        SqlProblemKind::MissingEnd,
        SqlProblemKind::TrailingComma,
        SqlProblemKind::UnexpectedToken,
        SqlProblemKind::PivotValue,
        SqlProblemKind::UnexpectedCharacter,
        SqlProblemKind::MisplacedClause,
        SqlProblemKind::ChainedComparison,
        SqlProblemKind::MisspeltKeyword,
        SqlProblemKind::EmptyName,
    ];

    fn check(ctx: &mut SqlContext<'_>, problem: &SqlProblem) {
        // Some have a rule of their own, by what stands there.
        // What stands in `%%…%%` is no SQL.
        if ctx.is_muted(problem.range) {
            return;
        }
        let words = [
            personalization::words,
            select_list::words,
            like_in::words,
            multi_statement::words,
            offset_no_order::words,
            unknown_type::words,
        ];
        if words.iter().any(|words| words(ctx, problem)) {
            return;
        }
        // `POSITION('a' IN x)`: the function is what is wrong.
        if problem.kind == SqlProblemKind::MissingOpenParen && limit::stands_in_foreign_call(ctx, problem.range) {
            return;
        }
        let is_surplus = problem.kind == SqlProblemKind::TrailingComma && !lacks_argument(ctx, problem.range);
        let text = ctx.text(problem.range);
        let message = message(problem, text);
        let report = ctx.report::<Self>(problem.range, message);
        let report = match problem.related {
            Some(case) if problem.kind == SqlProblemKind::MissingEnd => report.related(case, "of this CASE"),
            _ => report,
        };
        if problem.kind == SqlProblemKind::MisspeltKeyword {
            let meant = problem.expected.trim_matches('`');
            let lower = text.chars().all(char::is_lowercase);
            let word = if lower { meant.to_lowercase() } else { meant.to_owned() };
            report
                .help(format!("did you mean `{word}`?"))
                .unsafe_fix(format!("write `{word}`"), [TextEdit::replace(problem.range, word)]);
        } else if let Some(name) = pivot_name(problem, text) {
            report.unsafe_fix(format!("write `{name}`"), [TextEdit::replace(problem.range, name)]);
        } else if is_surplus {
            report.fix("remove the comma", [TextEdit::delete(problem.range)]);
        }
    }
}

/// Whether a comma stands at the end of too few arguments: `ISNULL(a, )`. What is missing is one of them.
fn lacks_argument(ctx: &SqlContext<'_>, comma: TextRange) -> bool {
    let token = ctx.token_at(comma.start());
    let list = token.and_then(|token| token.parent()).and_then(sql::ArgList::cast);
    let call = list.and_then(|list| list.syntax().parent()).and_then(sql::CallExpr::cast);
    let call = call.and_then(|call| ctx.meaning().call_at(call.range()));
    call.is_some_and(|call| {
        let given = call.args.iter().filter(|arg| !matches!(arg.kind, ArgKind::Missing)).count();
        function(&call.name).is_some_and(|function| given < usize::from(function.min))
    })
}

/// The name in brackets that a text or a number in PIVOT was meant to be.
fn pivot_name(problem: &SqlProblem, text: &str) -> Option<String> {
    let wanted = problem.kind == SqlProblemKind::PivotValue;
    let inner = text.strip_prefix('\'').map_or(Some(text), |rest| rest.strip_suffix('\''));
    let name = inner.filter(|name| wanted && !name.is_empty() && !name.contains(['\'', ']', '(']))?;
    Some(format!("[{name}]"))
}

fn message(problem: &SqlProblem, text: &str) -> String {
    let expected = problem.expected;
    match problem.kind {
        SqlProblemKind::MissingComma => "a comma is missing here".to_owned(),
        SqlProblemKind::MissingSubqueryParens => "a query that stands for a value needs parentheses".to_owned(),
        SqlProblemKind::MissingEnd => "this CASE has no END".to_owned(),
        SqlProblemKind::TrailingComma => "nothing follows this comma".to_owned(),
        SqlProblemKind::UnexpectedCharacter => format!("`{}` means nothing in SQL", excerpt(text)),
        SqlProblemKind::MisplacedClause => format!("`{}` stands too late, or a second time", excerpt(text)),
        SqlProblemKind::ChainedComparison => "comparisons cannot be chained: join two with AND".to_owned(),
        SqlProblemKind::MisspeltKeyword => format!("`{text}` is no keyword"),
        SqlProblemKind::EmptyName => "this name is empty".to_owned(),
        _ if expected.is_empty() => format!("`{}` is not expected here", excerpt(text)),
        _ => format!("expected {expected}"),
    }
}

/// The first words of what may be long.
pub(crate) fn excerpt(text: &str) -> String {
    let line = text.lines().next().unwrap_or_default();
    match line.char_indices().nth(40) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None if line.len() < text.trim_end().len() => format!("{line}…"),
        None => line.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use sfmc_diagnostics::Severity;

    use crate::tests::{activity, check, every_sql_finding, fixed, silent, unfixed};

    #[test]
    fn what_is_missing_or_too_much() {
        check(
            "sql/syntax",
            "
SELECT a FROM t WHERE b = 1 AND
//                             | error: expected a value
SELECT CASE WHEN a = 1 THEN 2 FROM t
//                           | this CASE has no END
SELECT a FROM t GROUP BY a WHERE b = 1
//                         ^^^^^ `WHERE` stands too late
SELECT a FROM t WHERE 1 < b < 3
//                          ^ comparisons cannot be chained
SELECT a FROM t WHERE b IN SELECT c FROM u
//                         ^^^^^^ needs parentheses
SELECT a FROM
//           | expected a table
",
        );
    }

    #[test]
    fn silent_on_what_has_a_rule_of_its_own() {
        for text in
            ["SELECT a, FROM t", "SELECT a b c FROM t", "SELECT 'a FROM t", "SELECT a FROM t LIMIT 5", "INSERT INTO t"]
        {
            silent("sql/syntax", text);
        }
    }

    #[test]
    fn writes_the_keyword_that_was_meant() {
        fixed(
            "sql/syntax",
            "SELECT o.Id FROM Orders o WHER o.Status = 'x'",
            "SELECT o.Id FROM Orders o WHERE o.Status = 'x'",
        );
        fixed("sql/syntax", "select Email as M form Customers", "select Email as M from Customers");
    }

    #[test]
    fn writes_names_of_pivot() {
        fixed(
            "sql/syntax",
            "SELECT p.[Open] FROM t PIVOT (SUM(a) FOR b IN ('Open')) p",
            "SELECT p.[Open] FROM t PIVOT (SUM(a) FOR b IN ([Open])) p",
        );
    }

    #[test]
    fn removes_a_comma() {
        fixed("sql/syntax", "SELECT a FROM t ORDER BY a, ", "SELECT a FROM t ORDER BY a ");
        fixed("sql/syntax", "SELECT LEN(a, ) AS b FROM t", "SELECT LEN(a ) AS b FROM t");
        unfixed("sql/syntax", "SELECT ISNULL(a, ) AS b FROM t");
    }

    /// While a query is typed, what is missing is said, and not what follows from that.
    #[test]
    fn one_finding_while_somebody_types() {
        for text in [
            "SELECT a.x FROM Foo a JOIN Bar b ON",
            "SELECT a.x FROM Foo a JOIN Bar b ON\nWHERE a.x = 1",
            "SELECT c.a FROM Foo c WHERE c. AND c.b = 'DE'",
            "SELECT CASE WHEN c. IS NULL THEN 1 END AS x FROM Foo c",
            "SELECT ISNULL(c.a, ) AS x FROM Foo c",
            "SELECT s.JobID FROM _Sent s WHERE",
            "SELECT o.Id FROM Foo o WHERE o.Id > ()",
        ] {
            let found = every_sql_finding(text, &activity());
            let found = found.iter().filter(|found| found.severity >= Severity::Warning);
            let found: Vec<_> = found.map(|found| (found.rule.id, &found.message)).collect();
            assert!(matches!(found.as_slice(), [("sql/syntax", _)]), "{text}: {found:#?}");
        }
    }
}
