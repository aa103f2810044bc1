use sfmc_sql::{SqlProblem, SqlProblemKind};
use sfmc_syntax::{TextEdit, TextRange, TextSize};

use super::syntax::Syntax;
use crate::{
    context::Report,
    sql::{File, PartKind, SqlContext},
};

declare_rule! {
    /// A query activity has one statement.
    ///
    /// ## Why
    /// What stands behind the first statement is refused; a line GO is a command of other clients. In a file that is not known to be a
    /// query activity several statements are no mistake: it may be a collection of queries. MINUS, with which other dialects take away
    /// rows, is no word of T-SQL: behind a table it is read as its alias, and what follows it as a second statement. Source: sql.md,
    /// section 3 (sql/multi-statement).
    ///
    /// ## Bad
    /// ```sql,activity
    /// SELECT SubscriberKey FROM Orders
    /// SELECT SubscriberKey FROM Customers
    /// ```
    ///
    /// ## Good
    /// ```sql,activity
    /// SELECT SubscriberKey FROM Orders
    /// UNION
    /// SELECT SubscriberKey FROM Customers
    /// ```
    pub MultiStatement {
        id: "sql/multi-statement",
        aliases: ["sql/multiple-statements", "MCE002"],
        group: Syntax,
        severity: Error,
        fix: Unsafe,
        since: "0.1.0",
    }
}

/// Looks at what stands behind the first statement of a query activity.
pub(crate) fn check<'t>(file: &mut File, words: &dyn Fn(TextRange) -> &'t str) {
    if !file.is_activity {
        return;
    }
    let first = file.statements().next().copied();
    // Of what no query activity runs another rule speaks.
    let is_more = |kind| matches!(kind, PartKind::Query | PartKind::Go);
    let more: Vec<_> = file
        .parts
        .iter()
        .filter(|part| is_more(part.kind) && first.is_some_and(|first| part.head.start() > first.head.start()))
        .map(|part| (part.kind, part.head))
        .collect();
    let ends: Vec<_> = file.statements().map(|part| part.end).collect();
    for (kind, head) in more {
        let before = ends.partition_point(|end| *end <= head.start()).checked_sub(1).and_then(|place| ends.get(place));
        if let Some(minus) = before.and_then(|end| minus_before(*end, head, words)) {
            let _ = Report::new::<MultiStatement>(&mut file.found, minus, NO_MINUS)
                .unsafe_fix("write EXCEPT", [TextEdit::replace(minus, "EXCEPT")]);
            continue;
        }
        let message = match kind {
            PartKind::Go => "GO is no SQL, and a query activity does not know it",
            _ => "a second statement: a query activity has one",
        };
        let report = Report::new::<MultiStatement>(&mut file.found, head, message);
        if let Some(first) = first {
            let _ = report.related(first.head, "the first");
        }
    }
}

const NO_MINUS: &str = "T-SQL has no MINUS: its word is EXCEPT";

/// The MINUS with which a statement ends, right before the next one: T-SQL reads it as an alias.
fn minus_before<'t>(end: TextSize, next: TextRange, words: &dyn Fn(TextRange) -> &'t str) -> Option<TextRange> {
    const WORD: &str = " minus";
    let start = end.checked_sub(TextSize::of(WORD))?;
    let text = words(TextRange::new(start, end));
    let is_it = text.get(1..).is_some_and(|word| word.eq_ignore_ascii_case("minus"))
        && text.starts_with(|c: char| c.is_whitespace() || matches!(c, ']' | ')'));
    // Another chunk may begin anywhere between.
    let byte = |at: u32| words(TextRange::at(TextSize::new(at), TextSize::new(1))).bytes().next();
    let is_blank = |at: u32| byte(at).is_some_and(|byte| byte.is_ascii_whitespace());
    let mut gap = u32::from(end)..u32::from(next.start());
    if !is_it || gap.len() > MAX_GAP || !gap.all(is_blank) {
        return None;
    }
    let mut before = u32::from(start);
    while before > 0 && is_blank(before) {
        before -= 1;
    }
    let last = |n: u32| before.checked_sub(n).and_then(byte).map(|byte| byte.to_ascii_lowercase());
    let given = (last(0), last(1)) == (Some(b's'), Some(b'a')) && before.checked_sub(2).is_some_and(is_blank);
    (!given).then(|| TextRange::new(start + TextSize::new(1), end))
}

/// So many blanks stand at most between MINUS and the next statement.
const MAX_GAP: usize = 64;

/// Words the problem of a MINUS where no alias can stand; says whether it is one.
pub(crate) fn words(ctx: &mut SqlContext<'_>, problem: &SqlProblem) -> bool {
    let text = ctx.text(problem.range);
    if problem.kind != SqlProblemKind::UnexpectedToken || !text.eq_ignore_ascii_case("minus") {
        return false;
    }
    let behind = TextRange::new(problem.range.end(), TextSize::of(ctx.chunk_text()).max(problem.range.end()));
    let behind = ctx.text(behind).trim_start_matches(|c: char| c.is_whitespace() || c == '(');
    let is_it = behind.is_empty() || behind.get(..6).is_some_and(|word| word.eq_ignore_ascii_case("SELECT"));
    // Of a query activity that is said with the statement behind it.
    if is_it && (ctx.query_info().activity.is_none() || ctx.is_only_statement()) {
        ctx.report::<Syntax>(problem.range, NO_MINUS)
            .unsafe_fix("write EXCEPT", [TextEdit::replace(problem.range, "EXCEPT")]);
    }
    is_it
}

#[cfg(test)]
mod tests {
    use sfmc_db::QueryInfo;
    use sfmc_diagnostics::Severity;

    use crate::tests::{activity, check, check_known, every_sql_finding, fixed, silent, silent_known};

    #[test]
    fn in_a_query_activity() {
        check_known(
            "sql/multi-statement",
            &activity(),
            "
SELECT a FROM t;
SELECT b FROM u
//<^^^ error: a second statement
   GO
// ^^ GO is no SQL
",
        );
    }

    /// What no query activity runs is refused as that, and as nothing else.
    #[test]
    fn a_refused_statement_is_one_finding() {
        let found = every_sql_finding("DECLARE @a int; SET @a = 1; SELECT b FROM t; DROP TABLE t", &activity());
        let found = found.iter().filter(|found| found.severity == Severity::Error);
        let found: Vec<_> = found.map(|found| found.rule.id).collect();
        assert_eq!(found, ["sql/not-select", "sql/forbidden-word", "sql/multi-statement", "sql/forbidden-word"]);
    }

    #[test]
    fn on_minus() {
        check_known(
            "sql/multi-statement",
            &activity(),
            "
SELECT a FROM t MINUS SELECT b FROM u
//              ^^^^^ error: T-SQL has no MINUS: its word is EXCEPT
",
        );
        check_known(
            "sql/multi-statement",
            &activity(),
            "
SELECT a FROM t Tminus SELECT b FROM u
//                     ^^^^^^ a second statement
",
        );
        silent_known("sql/multi-statement", &activity(), "SELECT minus.a FROM t minus");
        // An alias, and another statement.
        for text in [
            "SELECT a AS x FROM Foo AS Minus\n;\nSELECT b AS y FROM Bar",
            "SELECT a AS x FROM Foo AS Minus SELECT b AS y FROM Bar",
            "SELECT a AS x FROM Foo Minus\n;\nSELECT b AS y FROM Bar",
        ] {
            let found = every_sql_finding(text, &activity());
            let found: Vec<_> = found.iter().filter(|found| found.rule.id == "sql/multi-statement").collect();
            assert!(matches!(found.as_slice(), [one] if one.message.starts_with("a second")), "{text}: {found:#?}");
        }
    }

    #[test]
    fn on_minus_behind_a_condition() {
        for place in [activity(), QueryInfo::default()] {
            for text in [
                "SELECT a FROM t WHERE b = 1 MINUS SELECT b FROM u",
                "SELECT a FROM t WHERE b = 1\nminus ",
                "SELECT a FROM t WHERE b = 1 MINUS (SELECT b FROM u)",
            ] {
                let found = every_sql_finding(text, &place);
                let found: Vec<_> = found.iter().filter(|found| found.message.contains("EXCEPT")).collect();
                assert!(matches!(found.as_slice(), [one] if one.fixes.len() == 1), "{text}: {found:#?}");
            }
        }
        check(
            "sql/syntax",
            "
SELECT a FROM t WHERE b = 5 MINUS 3
//                          ^^^^^ `MINUS` is not expected here
",
        );
        fixed(
            "sql/syntax",
            "SELECT a FROM t WHERE b = 1 MINUS SELECT b FROM u",
            "SELECT a FROM t WHERE b = 1 EXCEPT SELECT b FROM u",
        );
    }

    #[test]
    fn silent_elsewhere_and_on_one() {
        silent("sql/multi-statement", "SELECT a FROM t\nGO\nSELECT b FROM u");
        silent_known("sql/multi-statement", &activity(), "-- a\nSELECT a FROM t -- SELECT b\n;\n-- c");
        silent_known("sql/multi-statement", &activity(), "SELECT a FROM t UNION SELECT b FROM (SELECT 1 AS b) c");
    }
}
