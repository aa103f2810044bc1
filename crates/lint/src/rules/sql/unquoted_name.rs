use sfmc_schema::Lookup;
use sfmc_sql::{SqlProblem, SqlProblemKind};
use sfmc_syntax::{TextEdit, TextRange, TextSize};

use super::{
    multipart_name,
    syntax::{Syntax, excerpt},
};
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
        aliases: ["sql/bracket-name", "MCE019", "MCE020"],
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
        if is_table_and_more(ctx, problem) {
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

/// Reports words behind a table that there is and its alias, where no table is called by all of them; says whether it did.
fn is_table_and_more(ctx: &mut SqlContext<'_>, problem: &SqlProblem) -> bool {
    let name = ctx.text(problem.range);
    let mut words = name.split(char::is_whitespace);
    let (Some(table), Some(alias)) = (words.next(), words.next()) else { return false };
    let schema = ctx.schema();
    let is_there = |name: &str| matches!(schema.table(false, name), Lookup::Found(_));
    if alias.is_empty() || !is_there(table) || is_there(name) {
        return false;
    }
    let rest = name.get(table.len() + alias.len() + 1..).unwrap_or_default().trim_start();
    // What looks like an alias of all of it was left outside.
    let behind = ctx.chunk_text().get(problem.range.end().into()..).unwrap_or_default();
    let blanks = behind.len() - behind.trim_start_matches(' ').len();
    let word = behind.trim_start_matches(' ').split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default();
    let end = problem.range.end();
    let range = match (rest, TextSize::try_from(blanks)) {
        ("", Ok(blanks)) if !word.is_empty() => TextRange::at(end + blanks, TextSize::of(word)),
        ("", _) => return false,
        _ => TextRange::new(end - TextSize::of(rest), end),
    };
    let message = format!("`{}` is not expected here", excerpt(ctx.text(range)));
    ctx.report::<Syntax>(range, message);
    true
}

/// Reports the name of a table that there is. `alone`: there is one of its first word, too, so that the rest can be an alias.
pub(crate) fn report(ctx: &mut SqlContext<'_>, range: TextRange, alone: bool) {
    let name = ctx.text(range);
    let bracketed = format!("[{}]", name.replace(']', "]]"));
    let (title, edit) = (format!("write `{bracketed}`"), [TextEdit::replace(range, bracketed)]);
    let report = ctx.report::<UnquotedName>(range, format!("`{name}` needs brackets"));
    if alone {
        report.unsafe_fix(title, edit)
    } else {
        report.fix(title, edit)
    };
}

#[cfg(test)]
mod tests {
    use sfmc_diagnostics::{Diagnostic, Severity};

    use crate::tests::{check, check_known, every_sql_finding, fixed, silent, silent_known, target::target};

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
    #[test]
    fn names_of_tables_that_there_are() {
        check_known(
            "sql/unquoted-name",
            &target(),
            "
SELECT a FROM Order Lines-2026 o JOIN Ent.Shared Prefs p ON p.a = o.a WHERE o.b = 1
//            ^^^^^^^^^^^^^^^^ error: `Order Lines-2026` needs brackets
//                                        ^^^^^^^^^^^^ `Shared Prefs` needs brackets
",
        );
        for text in [
            "SELECT OrderId FROM Orders Lines",
            "SELECT OrderId FROM [Order Lines-2026] o JOIN Ent.[Shared Prefs] p ON p.Name = o.Name",
            "SELECT OrderId FROM Order Other-2026",
            "SELECT o.OrderId FROM Orders o Something o2",
            "SELECT o.OrderId FROM Orders o WHER o.Total = 1",
            "SELECT o.OrderId FROM Orders o W",
            "SELECT o.OrderId FROM Orders o d WHERE o.Total = 1",
        ] {
            silent_known("sql/unquoted-name", &target(), text);
        }
    }
    #[test]
    fn names_of_columns_that_there_are() {
        check_known(
            "sql/unquoted-name",
            &target(),
            "
SELECT n.Order-Note AS OrderId, n.First Name, n.Last Name FROM Names n WHERE n.First Name = 'x' AND n.E-Mail > ''
//       ^^^^^^^^^^ error: `Order-Note` needs brackets
//                                ^^^^^^^^^^ `First Name` needs brackets
//                                                                             ^^^^^^^^^^ `First Name` needs brackets
",
        );
        for text in [
            "SELECT n.Last Name AS OrderId FROM Names n",
            "SELECT Total-Total AS OrderId FROM Orders",
            "SELECT n.[Order-Note] AS OrderId, n.[First Name] Name FROM Names n",
            "SELECT t.First Name AS OrderId FROM Unknown t",
        ] {
            silent_known("sql/unquoted-name", &target(), text);
        }
    }

    #[test]
    fn aliases_and_tables_of_two_words() {
        check_known(
            "sql/unquoted-name",
            &target(),
            "
SELECT o.City First Name, o.Total AS Contact Key, o.City FROM Orders o
//            ^^^^^^^^^^ error: `First Name` needs brackets
//                                   ^^^^^^^^^^^ `Contact Key` needs brackets
SELECT Old Log.Message AS OrderId FROM [Old Log]
//     ^^^^^^^ error: `Old Log` needs brackets
",
        );
        for text in ["SELECT o.City First Total FROM Orders o", "SELECT o.City First Name FROM Unknown o"] {
            silent_known("sql/unquoted-name", &target(), text);
        }
    }

    /// What the parser made of such a name is not said.
    #[test]
    fn and_nothing_else() {
        for text in [
            "SELECT o.Name AS OrderId FROM Order Lines-2026",
            "SELECT o.Name AS OrderId FROM Order Lines-2026 o WHERE o.Name = 'x'",
            "SELECT o.Name AS OrderId FROM order lines-2026 AS o JOIN Orders p ON p.City = o.Name GROUP BY o.Name",
            "SELECT p.Name AS OrderId FROM Ent.Shared Prefs p WHERE p.Name = 'x'",
            "SELECT OrderId FROM Orders WHERE City IN (SELECT p.Name FROM Ent.Shared Prefs p) AND Total > 1",
            "SELECT n.Order-Note AS OrderId FROM Names n",
            "SELECT n.First Name AS OrderId FROM Names n",
            "SELECT OrderId, City Contact Key FROM Orders",
            "SELECT Order-Note AS OrderId FROM Names",
            "SELECT E-Mail AS OrderId FROM Names",
            "SELECT n.[Order-Note] AS OrderId FROM Names n WHERE n.First Name = 'x'",
            "SELECT n.[Order-Note] AS OrderId FROM Names n WHERE n.[Order-Note] = 'x' AND E-Mail > ''",
        ] {
            let found = every_sql_finding(text, &target());
            let of_query =
                |found: &&Diagnostic| found.severity == Severity::Error && !found.rule.id.starts_with("sql/target-");
            let errors = found.iter().filter(of_query);
            let errors: Vec<_> = errors.map(|found| (found.rule.id, found.message.as_str())).collect();
            assert!(matches!(errors.as_slice(), [("sql/unquoted-name", _)]), "{text}: {errors:#?}");
        }
    }
}
