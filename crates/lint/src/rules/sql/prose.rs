use sfmc_sql::{SqlProblem, SqlProblemKind};
use sfmc_syntax::{TextRange, TextSize};

use super::not_select::NotSelect;
use crate::{
    context::Report,
    sql::{CheckSqlProblem, File, PartKind, SqlContext},
};

declare_rule! {
    /// Words between queries stand in comments.
    ///
    /// ## Why
    /// Words that begin no statement are read as one. In a collection of queries they may be notes; in a query activity they do not
    /// compile.
    /// Source: sql.md, sections 1 and 2 (comments).
    ///
    /// ## Bad
    /// ```sql
    /// SELECT SubscriberKey FROM Orders
    ///
    /// The next one is for the newsletter
    ///
    /// SELECT SubscriberKey FROM Customers
    /// ```
    ///
    /// ## Good
    /// ```sql
    /// SELECT SubscriberKey FROM Orders
    ///
    /// -- The next one is for the newsletter
    ///
    /// SELECT SubscriberKey FROM Customers
    /// ```
    pub Prose {
        id: "sql/prose",
        aliases: [],
        group: Style,
        severity: Info,
        fix: None,
        since: "0.1.0",
    }
}

impl CheckSqlProblem for Prose {
    const KINDS: &'static [SqlProblemKind] = &[SqlProblemKind::Prose];

    /// Whether it is a note depends on what else is in the file.
    fn check(_: &mut SqlContext<'_>, _: &SqlProblem) {}
}

/// Looks at words that begin no statement: beside queries they are notes, unless the file is a query activity.
pub(crate) fn check<'t>(file: &mut File, words: &dyn Fn(TextRange) -> &'t str) {
    let notes = !file.is_activity && file.statements().next().is_some();
    let prose: Vec<_> = file.parts.iter().filter(|part| part.kind == PartKind::Prose).copied().collect();
    for part in prose {
        let line = words(TextRange::new(part.head.start(), part.end)).lines().next().unwrap_or_default().trim_end();
        let range = TextRange::at(part.head.start(), TextSize::of(line));
        let report = match notes {
            true => Report::new::<Prose>(&mut file.found, range, "these words are no statement"),
            false => {
                Report::new::<NotSelect>(&mut file.found, range, "these words begin no statement: expected SELECT")
            }
        };
        let _ = report.help("put notes in comments: `-- …`");
    }
}

#[cfg(test)]
mod tests {
    use crate::tests::{activity, check, check_known, silent};

    #[test]
    fn on_their_first_line() {
        check(
            "sql/prose",
            "
Count of orders
//<^^^^^^^^^^^^ info: these words are no statement
per day:
SELECT a FROM t
",
        );
    }

    #[test]
    fn alone_or_in_an_activity_they_are_no_notes() {
        check_known(
            "sql/not-select",
            &activity(),
            "
Count of orders
//<^^^^^^^^^^^^ error: these words begin no statement
SELECT a FROM t
",
        );
        check(
            "sql/not-select",
            "
SELCT a FROM t
//<^^^^^^^^^^^ error: these words begin no statement
",
        );
    }

    #[test]
    fn silent_on_comments() {
        silent("sql/prose", "-- Count of orders\nSELECT a FROM t\n\n/* the\nnext */\nSELECT b FROM u");
    }
}
