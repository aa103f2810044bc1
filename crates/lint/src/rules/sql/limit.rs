use sfmc_diagnostics::Severity;
use sfmc_semantic::sql::Reference;
use sfmc_sql::{SqlProblem, SqlProblemKind};
use sfmc_syntax::{
    NodeOrToken, SyntaxKind, TextEdit, TextRange, TextSize,
    ast::{AstNode, sql},
};

use super::{condition_value, syntax::excerpt};
use crate::sql::{CheckSql, CheckSqlProblem, SqlContext, dialects, limit_edits};

declare_rule! {
    /// A query is written in T-SQL.
    ///
    /// ## Why
    /// LIMIT, `||`, `::`, ILIKE, names in grave accents, comments that begin with `#` and functions such as IFNULL, NVL or NOW are of
    /// MySQL, PostgreSQL, Oracle or others: the server does not know them. TRUE, FALSE and SYSDATE are names of columns to it (message 207).
    /// Source: sql.md, section 3 (sql/limit) and sql-functions.json (functions of other dialects).
    ///
    /// ## Bad
    /// ```sql
    /// SELECT SubscriberKey FROM Orders ORDER BY Total DESC LIMIT 10
    /// ```
    ///
    /// ## Good
    /// ```sql
    /// SELECT TOP 10 SubscriberKey FROM Orders ORDER BY Total DESC
    /// ```
    pub Limit {
        id: "sql/limit",
        aliases: [],
        group: Syntax,
        severity: Error,
        fix: Safe,
        since: "0.1.0",
    }
}

impl CheckSqlProblem for Limit {
    const KINDS: &'static [SqlProblemKind] = &[
        SqlProblemKind::LimitClause,
        SqlProblemKind::UnsupportedOperator,
        SqlProblemKind::UnsupportedSyntax,
        SqlProblemKind::BacktickName,
        SqlProblemKind::ForeignComment,
    ];

    fn check(ctx: &mut SqlContext<'_>, problem: &SqlProblem) {
        let range = problem.range;
        let text = ctx.text(range);
        match problem.kind {
            SqlProblemKind::LimitClause => limit_clause(ctx, range),
            SqlProblemKind::UnsupportedOperator => operator(ctx, range, text),
            SqlProblemKind::BacktickName => {
                let name = text.trim_matches('`');
                let report = ctx.report::<Self>(range, "names do not stand between grave accents");
                if !name.is_empty() && !name.contains([']', '`']) {
                    report.fix(format!("write `[{name}]`"), [TextEdit::replace(range, format!("[{name}]"))]);
                }
            }
            SqlProblemKind::ForeignComment => {
                let mark = if text.starts_with('#') { "#" } else { "//" };
                let edit = TextEdit::replace(TextRange::at(range.start(), TextSize::of(mark)), "--");
                ctx.report::<Self>(range, format!("`{mark}` begins no comment")).fix("write `--`", [edit]);
            }
            _ => foreign_syntax(ctx, range, text),
        }
    }
}

fn limit_clause(ctx: &mut SqlContext<'_>, range: TextRange) {
    let token = ctx.token_at(range.start());
    let clause = token.into_iter().flat_map(|token| token.parent_ancestors()).find_map(sql::LimitClause::cast);
    let word = ctx.text(range).split_whitespace().next().unwrap_or_default().to_uppercase();
    let edits = clause.as_ref().and_then(limit_edits);
    let report = ctx.report::<Limit>(range, format!("T-SQL has no `{word}`"));
    match edits {
        Some((title, edits)) => report.fix(title, edits),
        None => report.help("write `TOP n` behind SELECT, or `OFFSET m ROWS FETCH NEXT n ROWS ONLY` behind ORDER BY"),
    };
}

fn operator(ctx: &mut SqlContext<'_>, range: TextRange, text: &str) {
    let upper = text.to_uppercase();
    let replaced = match upper.as_str() {
        "==" => Some(("=", true)),
        "&&" => Some(("AND", true)),
        // Comparisons do not depend on case.
        "ILIKE" => Some(("LIKE", true)),
        // Of numbers it would be a sum.
        "||" if !joins_a_number(ctx, range) => Some(("+", false)),
        _ => None,
    };
    let cast = (text == "::").then(|| ctx.token_at(range.start()).and_then(|token| token.parent())).flatten();
    let cast = cast.and_then(sql::ForeignCast::cast).and_then(|cast| dialects::as_cast(ctx, &cast));
    let report = ctx.report::<Limit>(range, format!("T-SQL has no operator `{}`", excerpt(&upper)));
    match (replaced, cast) {
        (Some((with, true)), _) => report.fix(format!("write `{with}`"), [TextEdit::replace(range, with)]),
        (Some((with, false)), _) => report.unsafe_fix(format!("write `{with}`"), [TextEdit::replace(range, with)]),
        (None, Some(edit)) => report.unsafe_fix("write CAST", [edit]),
        (None, None) => report,
    };
}

/// A chain of operators has no more operands that anybody reads.
const MAX_OPERANDS: usize = 64;

/// Whether something in the chain of operators at a range is known to be a number or a date: `+` would compute.
fn joins_a_number(ctx: &SqlContext<'_>, range: TextRange) -> bool {
    // A chain of them is one node, however long it is.
    let Some(token) = ctx.token_at(range.start()) else { return false };
    let before = std::iter::successors(token.prev_sibling_or_token(), |at| at.prev_sibling_or_token());
    let behind = std::iter::successors(token.next_sibling_or_token(), |at| at.next_sibling_or_token());
    let operands = before
        .filter_map(NodeOrToken::into_node)
        .take(MAX_OPERANDS)
        .chain(behind.filter_map(NodeOrToken::into_node).take(MAX_OPERANDS));
    let computes =
        |operand| ctx.meaning().expr(&operand).is_some_and(|known| known.ty.is_number() || known.ty.is_date());
    operands.filter_map(sql::Expr::cast).any(computes)
}

fn foreign_syntax(ctx: &mut SqlContext<'_>, range: TextRange, text: &str) {
    let word = text.to_uppercase();
    // DATE_ADD has it as an argument, and was reported itself.
    if word == "INTERVAL" && stands_in_foreign_call(ctx, range) {
        return;
    }
    let help = match word.as_str() {
        "USING" | "NATURAL" => "write the condition of the join behind ON",
        "INTERVAL" => "write `DATEADD(day, 1, x)`",
        "FILTER" => "write a CASE in the function: `COUNT(CASE WHEN x = 1 THEN 1 END)`",
        "NULLS" => "order by `CASE WHEN x IS NULL THEN 1 ELSE 0 END` first",
        "SEPARATOR" | "ORDER" => "write `STRING_AGG(x, ',') WITHIN GROUP (ORDER BY y)`",
        "DISTINCT" => "UNION alone does that",
        "ON" => {
            "number the rows with ROW_NUMBER() OVER (PARTITION BY … ORDER BY …) in a derived table, and keep the first"
        }
        "LATERAL" => "write CROSS APPLY for JOIN LATERAL, and OUTER APPLY for LEFT JOIN LATERAL",
        "QUALIFY" => "compute it in a derived table, and ask for it in the WHERE around that",
        _ if word.starts_with(':') => "a query activity has no parameters",
        _ => "",
    };
    let is_union = word == "DISTINCT";
    let report = ctx.report::<Limit>(range, format!("T-SQL has no `{}` here", excerpt(text)));
    let report = if help.is_empty() { report } else { report.help(help) };
    if is_union {
        report.fix("leave it out", [TextEdit::delete(range)]);
    }
}

/// Whether a place stands in the arguments of a function of another dialect, which is reported as a whole.
pub(super) fn stands_in_foreign_call(ctx: &SqlContext<'_>, place: TextRange) -> bool {
    let token = ctx.token_at(place.start());
    let mut around = token.iter().flat_map(|token| token.parent_ancestors()).filter_map(sql::CallExpr::cast);
    around.next().is_some_and(|call| {
        call.arg_list().is_some_and(|list| list.range().contains_range(place))
            && call.bare_name().and_then(dialects::foreign_function).is_some()
    })
}

/// Words of other dialects that are names here: what T-SQL writes, and what there is to say of it.
const WORDS: &[(&str, &str, &str)] = &[
    ("TRUE", "1", "a Boolean field is 1 or 0"),
    ("FALSE", "0", "a Boolean field is 1 or 0"),
    ("SYSDATE", "GETDATE()", "T-SQL has GETDATE()"),
    ("ROWNUM", "", "T-SQL has `SELECT TOP 5 …`, and ROW_NUMBER() OVER (ORDER BY x)"),
];

/// Reports a name that is a word of other dialects and no column; `unsure` where a table can have a column of that name.
pub(super) fn foreign_word(ctx: &mut SqlContext<'_>, reference: &Reference, unsure: bool) -> bool {
    let found = WORDS.iter().find(|(word, ..)| reference.name.eq_ignore_ascii_case(word));
    // Many tables have a column for the number of a row.
    let found = found.filter(|(word, ..)| !unsure || *word != "ROWNUM");
    let Some((_, text, help)) = found.copied() else { return false };
    let token = ctx.token_at(reference.range.start());
    if token
        .iter()
        .filter_map(|token| token.parent_ancestors().nth(1))
        .any(|name| condition_value::speaks_of(ctx, &name))
    {
        return true;
    }
    // Where a condition belongs, 1 is none.
    let parent = token.and_then(|token| token.parent_ancestors().nth(2));
    let is_value = parent.is_some_and(|parent| {
        use SyntaxKind::{SQL_COMPARE_EXPR, SQL_ELSE_ARM, SQL_IN_LIST, SQL_SELECT_ITEM};
        matches!(parent.kind(), SQL_COMPARE_EXPR | SQL_ELSE_ARM | SQL_IN_LIST | SQL_SELECT_ITEM)
    });
    let report = ctx.report::<Limit>(reference.range, format!("T-SQL has no `{}`", reference.name)).help(help);
    let report = if unsure { report.severity(Severity::Warning) } else { report };
    if !text.is_empty() && is_value {
        report.unsafe_fix(format!("write `{text}`"), [TextEdit::replace(reference.range, text)]);
    }
    true
}

impl CheckSql<sql::SetOperator> for Limit {
    fn check(ctx: &mut SqlContext<'_>, operator: &sql::SetOperator) {
        let word = match operator.op() {
            Some(sql::SetOp::Intersect) => "INTERSECT",
            Some(sql::SetOp::Except) => "EXCEPT",
            _ => return,
        };
        let Some(all) = operator.all_token() else { return };
        ctx.report::<Self>(all.text_range(), format!("T-SQL has no `{word} ALL`"));
    }
}

impl CheckSql<sql::CallExpr> for Limit {
    fn check(ctx: &mut SqlContext<'_>, call: &sql::CallExpr) {
        let Some(foreign) = call.bare_name().and_then(dialects::foreign_function) else { return };
        let Some(name) = call.name() else { return };
        if call.arg_list().is_none() && !foreign.is_bare() {
            return;
        }
        let rewritten = if ctx.is_broken(call.range()) { None } else { foreign.rewrite(ctx, call) };
        let (range, message) = (name.range(), format!("T-SQL has no function `{}`", foreign.name));
        let report = ctx.report::<Self>(range, message).help(foreign.help());
        match rewritten {
            Some((text, true)) => report.fix(foreign.title(), [TextEdit::replace(call.range(), text)]),
            Some((text, false)) => report.unsafe_fix(foreign.title(), [TextEdit::replace(call.range(), text)]),
            None => report,
        };
    }
}

#[cfg(test)]
mod tests {
    use sfmc_diagnostics::Severity;

    use crate::tests::{activity, check, every_sql_finding, fixed, silent, unfixed};

    #[test]
    fn words_that_are_no_columns() {
        check(
            "sql/limit",
            "
SELECT a FROM t WHERE b = TRUE AND c <> false AND d > SYSDATE
//                        ^^^^ warning: T-SQL has no `TRUE`
//                                      ^^^^^ warning: T-SQL has no `false`
//                                                    ^^^^^^^ warning: T-SQL has no `SYSDATE`
SELECT d.a FROM (SELECT a FROM t) d WHERE d.a = True AND ROWNUM <= 5
//                                              ^^^^ error: T-SQL has no `True`
//                                                       ^^^^^^ error: T-SQL has no `ROWNUM`
",
        );
        for text in [
            "SELECT a FROM t WHERE RowNum <= 5",
            "SELECT a FROM t WHERE b = [true] OR t.false = 1",
            "SELECT d.True FROM (SELECT 1 AS True) d WHERE True = 1",
            "SELECT a AS TRUE FROM t",
        ] {
            silent("sql/limit", text);
        }
        fixed("sql/limit", "SELECT a FROM t WHERE b = TRUE", "SELECT a FROM t WHERE b = 1");
        // That it is no condition is said.
        silent("sql/limit", "SELECT a FROM t WHERE b = 1 AND (NOT TRUE)");
    }

    #[test]
    fn one_finding_for_one_mistake() {
        for text in [
            "SELECT DATE_ADD(a, INTERVAL 1 DAY) AS b FROM t",
            "SELECT POSITION('a' IN b) AS c FROM t",
            "SELECT a FROM t QUALIFY ROW_NUMBER() OVER (PARTITION BY a ORDER BY b) = 1",
            "SELECT a FROM t x WHERE b = 1 QUALIFY ROW_NUMBER() OVER (PARTITION BY a ORDER BY b) = 1",
            "SELECT DISTINCT ON (a) a, b FROM t",
            "SELECT c.a FROM t c LEFT JOIN LATERAL (SELECT TOP 1 u.b FROM u ORDER BY u.b) e ON e.b = c.a",
        ] {
            let found = every_sql_finding(text, &activity());
            let found = found.iter().filter(|found| found.severity == Severity::Error);
            let found: Vec<_> = found.map(|found| found.rule.id).collect();
            assert_eq!(found, ["sql/limit"], "{text}");
        }
        check(
            "sql/limit",
            "
SELECT DISTINCT ON (a) a, b FROM t WHERE c = 1
//              ^^ error: T-SQL has no `ON` here
SELECT a FROM t QUALIFY ROW_NUMBER() OVER (PARTITION BY a ORDER BY b) = 1
//              ^^^^^^^ T-SQL has no `QUALIFY` here
SELECT a, INTERVAL '1' DAY AS b FROM t
//        ^^^^^^^^ T-SQL has no `INTERVAL` here
",
        );
        silent("sql/limit", "SELECT qualify.a FROM t qualify JOIN u ON qualify.b = u.b");
    }

    #[test]
    fn what_is_of_other_dialects() {
        check(
            "sql/limit",
            "
SELECT `a`, IFNULL(b, 0) AS b, c || d AS e, f::int AS g FROM t # x
//     ^^^ error: names do not stand between grave accents
//          ^^^^^^ T-SQL has no function `IFNULL`
//                               ^^ T-SQL has no operator `||`
//                                           ^^ T-SQL has no operator `::`
//                                                             ^^^ `#` begins no comment
SELECT a FROM t JOIN u USING (b) WHERE c == 1 && d ILIKE 'x' LIMIT 5
//                     ^^^^^ T-SQL has no `USING` here
//                                       ^^ T-SQL has no operator `==`
//                                            ^^ T-SQL has no operator `&&`
//                                                 ^^^^^ T-SQL has no operator `ILIKE`
//                                                           ^^^^^^^ T-SQL has no `LIMIT`
",
        );
    }

    #[test]
    fn silent_on_t_sql() {
        for text in [
            "SELECT TOP 5 [limit], ISNULL(b, 0) AS now, CONCAT(a, b) AS c FROM t ORDER BY a",
            "SELECT LEFT(a, 1) AS b, dbo.NOW() AS c, [IF](1) AS d, Length, Trunc AS e FROM t -- # || `x`",
            "SELECT STRING_AGG(a, ',') WITHIN GROUP (ORDER BY b) AS c FROM t UNION SELECT '||' AS c",
        ] {
            silent("sql/limit", text);
        }
    }

    #[test]
    fn limit_becomes_top_or_fetch() {
        let fixed = |before: &str, after: &str| fixed("sql/limit", before, after);
        fixed("SELECT a FROM t ORDER BY a LIMIT 5", "SELECT TOP 5 a FROM t ORDER BY a");
        fixed("SELECT DISTINCT a FROM t LIMIT 5;", "SELECT DISTINCT TOP 5 a FROM t;");
        fixed(
            "SELECT a FROM t ORDER BY a OFFSET 5 ROWS LIMIT 3",
            "SELECT a FROM t ORDER BY a OFFSET 5 ROWS FETCH NEXT 3 ROWS ONLY",
        );
        fixed(
            "SELECT a FROM t ORDER BY a OFFSET 5 LIMIT 3",
            "SELECT a FROM t ORDER BY a OFFSET 5 ROWS FETCH NEXT 3 ROWS ONLY",
        );
        silent("sql/syntax", "SELECT a FROM t ORDER BY a OFFSET 5 LIMIT 3");
        fixed(
            "SELECT a FROM t ORDER BY a LIMIT 5 OFFSET 2",
            "SELECT a FROM t ORDER BY a OFFSET 2 ROWS FETCH NEXT 5 ROWS ONLY",
        );
        fixed(
            "SELECT a FROM t ORDER BY a LIMIT 2, 5",
            "SELECT a FROM t ORDER BY a OFFSET 2 ROWS FETCH NEXT 5 ROWS ONLY",
        );
        for text in [
            "SELECT a FROM t UNION SELECT b FROM u LIMIT 5",
            "SELECT a FROM t ORDER BY a OFFSET 5 ROWS LIMIT 0",
            "SELECT a FROM t ORDER BY a LIMIT 0 OFFSET 5",
            "SELECT TOP 3 a FROM t LIMIT 5",
            "SELECT a FROM t LIMIT 5, 2",
            "SELECT a || GETDATE() AS b FROM t",
            "SELECT a || ' ' || 5 AS b FROM t",
            "SELECT a FROM t INTERSECT ALL SELECT a FROM u",
            "SELECT a FROM t EXCEPT ALL SELECT a FROM u",
        ] {
            unfixed("sql/limit", text);
        }
    }

    #[test]
    fn functions_become_those_of_t_sql() {
        let fixed = |before: &str, after: &str| {
            fixed("sql/limit", &format!("SELECT {before} AS x"), &format!("SELECT {after} AS x"));
        };
        fixed("NOW()", "GETDATE()");
        fixed("CURRENT_DATE", "CAST(GETDATE() AS DATE)");
        fixed("nvl(a, b + 1)", "COALESCE(a, b + 1)");
        fixed("IF(a = 1, 2, 3)", "IIF(a = 1, 2, 3)");
        fixed("IF(a IS DISTINCT FROM 1, 2, 3)", "IIF(a IS DISTINCT FROM 1, 2, 3)");
        fixed("INSTR(a, 'x')", "CHARINDEX('x', a)");
        fixed("MOD(a + 1, 2)", "((a + 1) % (2))");
        fixed("EXTRACT(YEAR FROM d)", "DATEPART(YEAR, d)");
        fixed("NVL2(a, 1, 2)", "IIF(a IS NOT NULL, 1, 2)");
        fixed("a::varchar(10)", "CAST(a AS varchar(10))");
        unfixed("sql/limit", "SELECT REGEXP_REPLACE(a, 'b', 'c') AS x");
        unfixed("sql/limit", "SELECT IF(a = 1, 2) AS x");
        unfixed("sql/limit", "SELECT IF(a, 1, 2) AS x");
        unfixed("sql/limit", "SELECT TRUNC(d, 'MM') AS x");
        unfixed("sql/limit", "SELECT EXTRACT(EPOCH FROM d) AS x");
    }
}
