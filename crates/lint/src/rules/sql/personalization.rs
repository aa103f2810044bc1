use sfmc_diagnostics::Severity;
use sfmc_sql::{SqlProblem, SqlProblemKind};
use sfmc_syntax::{
    SyntaxKind, TextRange, TextSize,
    ast::{AstNode, sql},
};

use crate::sql::{CheckSql, SqlContext};

declare_rule! {
    /// A query holds no AMPscript and no personalization strings.
    ///
    /// ## Why
    /// A query runs on the database alone; `%%…%%` is not evaluated there and does not compile. In a string it is text,
    /// which no row has: a comparison with `'%%name%%'` is a warning.
    /// Source: rules.md, 2.5 (sql/personalization).
    ///
    /// ## Bad
    /// ```sql
    /// SELECT SubscriberKey FROM Orders WHERE Region = %%Region%%
    /// ```
    ///
    /// ## Good
    /// ```sql
    /// SELECT SubscriberKey FROM Orders WHERE Region = 'EMEA'
    /// ```
    pub Personalization {
        id: "sql/personalization",
        aliases: [],
        group: Syntax,
        severity: Error,
        fix: None,
        since: "0.1.0",
    }
}

/// Words a problem that `%%` is; says whether it is one.
pub(crate) fn words(ctx: &mut SqlContext<'_>, problem: &SqlProblem) -> bool {
    use SqlProblemKind::{ExpectedExpression, UnexpectedToken};
    if !matches!(problem.kind, ExpectedExpression | UnexpectedToken) {
        return false;
    }
    let text = ctx.chunk_text();
    let near = usize::from(problem.range.start());
    // Lines can be as long as the file, and every problem in them looks here.
    let from = text.ceil_char_boundary(near.saturating_sub(MAX_LEN));
    let to = text.floor_char_boundary((near + MAX_LEN).min(text.len()));
    let line_start = text[from..near].rfind('\n').map_or(from, |at| from + at + 1);
    let line_end = text[near..to].find('\n').map_or(to, |end| near + end);
    let size = |n: usize| TextSize::new(u32::try_from(n).unwrap_or(u32::MAX));
    let mut marks = text[line_start..line_end].match_indices(MARK).map(|(at, _)| line_start + at);
    // In strings and comments it is no code.
    let mut marks = marks.by_ref().filter(|&at| ctx.token_at(size(at)).is_some_and(|token| is_sign(token.kind())));
    while let Some(open) = marks.next() {
        let end = marks.next().map_or(line_end, |close| close + MARK.len());
        let range = TextRange::new(size(open), size(end));
        // An operand is missing in front of the first sign, or behind the last.
        let from = text[..open].trim_end().len();
        if from <= near && near <= end {
            if !ctx.is_muted(range) {
                ctx.report::<Personalization>(range, "`%%…%%` is not evaluated in a query");
                ctx.mute(range);
            }
            return true;
        }
    }
    false
}

impl CheckSql<sql::CompareExpr> for Personalization {
    fn check(ctx: &mut SqlContext<'_>, comparison: &sql::CompareExpr) {
        // Most have none, and nothing in them is looked at.
        let text = ctx.text(comparison.range());
        if !text.starts_with("'%%") && !text.ends_with("%%'") {
            return;
        }
        for side in comparison.operands() {
            let sql::Expr::Literal(literal) = side else { continue };
            let text = ctx.text(literal.range());
            let inner = text.strip_prefix("'%%").and_then(|rest| rest.strip_suffix("%%'"));
            // One name or one expression is all of it.
            if inner.is_some_and(|inner| !inner.is_empty() && !inner.contains("%%") && !inner.contains('\'')) {
                ctx.report::<Self>(
                    literal.range(),
                    "this is compared as it stands: `%%…%%` is not evaluated in a query",
                )
                .severity(Severity::Warning);
            }
        }
    }
}

fn is_sign(kind: SyntaxKind) -> bool {
    matches!(kind, SyntaxKind::PERCENT | SyntaxKind::ASSIGN_OP)
}

/// What stands around code and names in pages.
const MARK: &str = "%%";

/// How long such a thing is at most, in bytes.
const MAX_LEN: usize = 256;

#[cfg(test)]
mod tests {
    use crate::tests::{check, silent};

    #[test]
    fn from_mark_to_mark() {
        check(
            "sql/personalization",
            "
SELECT a FROM t WHERE b = %%Region%%
//                        ^^^^^^^^^^ error: `%%…%%` is not evaluated in a query
",
        );
    }

    #[test]
    fn as_a_text_that_is_compared() {
        check(
            "sql/personalization",
            "
SELECT a FROM t WHERE b = '%%=v(@x)=%%' AND '%%emailaddr%%' <> c
//                        ^^^^^^^^^^^^^ warning: this is compared as it stands
//                                          ^^^^^^^^^^^^^^^ warning: this is compared as it stands
",
        );
    }

    #[test]
    fn silent_in_strings_and_on_remainders() {
        for text in [
            "SELECT a FROM t WHERE b LIKE '%%x%%'",
            "SELECT REPLACE(a, '%%x%%', b) AS c FROM t WHERE a = '%%' OR a = 'x %%y%%' OR a = '%%x%% %%y%%'",
            "SELECT a % 2 AS b FROM t -- %%x%%",
            "SELECT a FROM t WHERE a % 2 =",
        ] {
            silent("sql/personalization", text);
        }
    }
}
