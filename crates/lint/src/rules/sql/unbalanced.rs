use sfmc_sql::{SqlProblem, SqlProblemKind};
use sfmc_syntax::{TextEdit, TextSize};

use crate::sql::{CheckSqlProblem, SqlContext};

declare_rule! {
    /// Strings, names in brackets, parentheses and comments end.
    ///
    /// ## Why
    /// What is not closed takes in all that follows. A quote in a text is written twice: `'it''s'`.
    /// Source: sql.md, section 3 (sql/unbalanced).
    ///
    /// ## Bad
    /// ```sql
    /// SELECT SubscriberKey FROM Orders WHERE (Total > 10 AND Region = 'EMEA'
    /// ```
    ///
    /// ## Good
    /// ```sql
    /// SELECT SubscriberKey FROM Orders WHERE (Total > 10 AND Region = 'EMEA')
    /// ```
    pub Unbalanced {
        id: "sql/unbalanced",
        aliases: [],
        group: Syntax,
        severity: Error,
        fix: Unsafe,
        since: "0.1.0",
    }
}

impl CheckSqlProblem for Unbalanced {
    const KINDS: &'static [SqlProblemKind] = &[
        SqlProblemKind::UnterminatedString,
        SqlProblemKind::UnescapedQuote,
        SqlProblemKind::UnterminatedComment,
        SqlProblemKind::UnterminatedName,
        SqlProblemKind::MissingCloseParen,
        SqlProblemKind::UnmatchedCloseParen,
    ];

    fn check(ctx: &mut SqlContext<'_>, problem: &SqlProblem) {
        let range = problem.range;
        match problem.kind {
            SqlProblemKind::UnterminatedString => {
                ctx.report::<Self>(range, "this string has no closing `'`")
                    .help("end it with `'`; in the text the quote is written twice: `''`");
            }
            SqlProblemKind::UnescapedQuote if range.len() > TextSize::new(1) => {
                let text = ctx.text(range);
                let report = ctx.report::<Self>(range, "these quotes are doubled: they begin and end an empty text");
                if let Some(inner) = text.strip_prefix("''").and_then(|text| text.strip_suffix("''")) {
                    let new = format!("'{inner}'");
                    report.unsafe_fix(format!("write `{new}`"), [TextEdit::replace(range, new)]);
                }
            }
            SqlProblemKind::UnescapedQuote => {
                ctx.report::<Self>(range, "this quote ends the string, and more of it follows")
                    .help("a quote in a string is written twice")
                    .unsafe_fix("write it twice", [TextEdit::insert(range.end(), "'")]);
            }
            SqlProblemKind::UnterminatedComment => {
                ctx.report::<Self>(range, "this comment has no closing `*/`")
                    .help("comments nest: each `/*` needs a `*/` of its own");
            }
            SqlProblemKind::UnterminatedName => {
                let close = if ctx.text(range).starts_with('[') { "]" } else { "\"" };
                let is_name = may_be_one_name(ctx.text(range));
                let report = ctx.report::<Self>(range, format!("this name has no closing `{close}`"));
                if is_name {
                    report.unsafe_fix(format!("add `{close}`"), [TextEdit::insert(range.end(), close)]);
                }
            }
            SqlProblemKind::UnmatchedCloseParen => {
                ctx.report::<Self>(range, "this parenthesis closes nothing");
            }
            _ => {
                let report = ctx.report::<Self>(range, "expected `)`");
                if let Some(opener) = problem.related {
                    report.related(opener, "to close this parenthesis");
                }
            }
        }
    }
}

/// Whether what nothing closes can be a name as a whole: an alias or a keyword that stands in it ends the name before.
fn may_be_one_name(text: &str) -> bool {
    let name = text.trim_start_matches(['[', '"']);
    let mut words = name.split_whitespace().skip(1);
    !name.trim().is_empty() && words.all(|word| word.chars().count() > 2 && !sfmc_sql::is_reserved_word(word))
}

#[cfg(test)]
mod tests {
    use crate::tests::{check, fixed, silent, unfixed};

    #[test]
    fn what_is_not_closed() {
        check(
            "sql/unbalanced",
            "
SELECT a FROM t WHERE b = 'x
//                        ^^ error: this string has no closing `'`
SELECT 'it's me' AS a FROM t
//        ^ this quote ends the string
SELECT [a FROM t
//     ^^^^^^^^^ this name has no closing `]`
SELECT COUNT(a AS b FROM t
//                 | expected `)`
SELECT a FROM t WHERE b = 1)
//                         ^ closes nothing
SELECT a FROM t /* x /* y */
//              ^^ this comment has no closing
",
        );
    }

    #[test]
    fn silent_on_what_is() {
        for text in ["SELECT 'it''s' AS a, [b]]c], (d) FROM t /* x /* y */ ( */ -- it's (", "SELECT \"a [ b\" FROM t"] {
            silent("sql/unbalanced", text);
        }
    }

    #[test]
    fn closes_what_is_one_name() {
        fixed("sql/unbalanced", "SELECT [First Name, b FROM t", "SELECT [First Name], b FROM t");
        unfixed("sql/unbalanced", "SELECT a FROM [Orders o");
        unfixed("sql/unbalanced", "SELECT a FROM \"Orders WHERE a > 1");
        unfixed("sql/unbalanced", "SELECT a FROM t \"");
    }

    #[test]
    fn doubles_a_quote() {
        fixed("sql/unbalanced", "SELECT 'it's me' AS a FROM t", "SELECT 'it''s me' AS a FROM t");
    }
}
