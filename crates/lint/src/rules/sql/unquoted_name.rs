use sfmc_sql::{SqlProblem, SqlProblemKind};
use sfmc_syntax::TextEdit;

use super::multipart_name;
use crate::sql::{CheckSqlProblem, SqlContext};

declare_rule! {
    /// A name with blanks, hyphens, a leading digit or of a reserved word stands in brackets.
    ///
    /// ## Why
    /// Without them the server reads several words or an operator, and reports something else; a reserved word ends the name before it.
    /// Source: sql.md, sections 2 (identifiers), 3 (sql/unquoted-name) and 8.
    ///
    /// ## Bad
    /// ```sql
    /// SELECT SubscriberKey FROM Orders-2024
    /// ```
    ///
    /// ## Good
    /// ```sql
    /// SELECT SubscriberKey FROM [Orders-2024]
    /// ```
    pub UnquotedName {
        id: "sql/unquoted-name",
        aliases: ["MCE019", "MCE020"],
        group: Syntax,
        severity: Error,
        fix: Safe,
        since: "0.1.0",
    }
}

impl CheckSqlProblem for UnquotedName {
    const KINDS: &'static [SqlProblemKind] = &[SqlProblemKind::UnquotedName, SqlProblemKind::ReservedName];

    fn check(ctx: &mut SqlContext<'_>, problem: &SqlProblem) {
        if multipart_name::words(ctx, problem) {
            return;
        }
        let name = ctx.text(problem.range);
        let bracketed = format!("[{name}]");
        let title = format!("write `{bracketed}`");
        let edit = [TextEdit::replace(problem.range, bracketed)];
        if problem.kind == SqlProblemKind::ReservedName {
            let report =
                ctx.report::<Self>(problem.range, format!("`{name}` is a reserved word: as a name it needs brackets"));
            report.unsafe_fix(title, edit);
            return;
        }
        let report = ctx.report::<Self>(problem.range, format!("`{name}` needs brackets"));
        // `2024 Orders` can also be a name and its alias, and a comment between parts is none of a name.
        let is_one = name.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '#' | '$' | '@'));
        if is_one {
            report.fix(title, edit);
        } else if !name.contains(['[', ']', '\n', '/', '.']) {
            report.unsafe_fix(title, edit);
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::tests::{check, fixed, silent};

    #[test]
    fn on_the_whole_name() {
        check(
            "sql/unquoted-name",
            "
SELECT a FROM My-Orders WHERE b = 1
//            ^^^^^^^^^ error: `My-Orders` needs brackets
SELECT a FROM t AS order
//                 ^^^^^ `order` is a reserved word
SELECT u.Id, user.Name, USER AS Who FROM t u JOIN v AS user ON user.Id = u.Id
//           ^^^^ `user` is a reserved word
//                                                     ^^^^ `user` is a reserved word
//                                                             ^^^^ `user` is a reserved word
",
        );
    }

    #[test]
    fn silent_on_brackets_and_free_words() {
        for text in [
            "SELECT [a-b], \"c d\" FROM [My Orders] AS [order]",
            "SELECT Date, Name, Status FROM t",
            "SELECT a-b AS c FROM t",
        ] {
            silent("sql/unquoted-name", text);
        }
    }

    #[test]
    fn adds_brackets() {
        fixed("sql/unquoted-name", "SELECT a FROM My-Orders", "SELECT a FROM [My-Orders]");
    }
}
