use sfmc_syntax::{SyntaxToken, TextEdit, TextRange, TextSize, ast::sql};

use crate::sql::{CheckSql, SqlContext};

declare_rule! {
    /// Strings begin without N.
    ///
    /// ## Why
    /// `N'…'` is refused. Strings are Unicode where the field is, so that the letter is not needed.
    /// Source: sql.md, sections 2 (strings) and 3 (sql/national-string; seen in a live account).
    ///
    /// ## Bad
    /// ```sql
    /// SELECT SubscriberKey FROM Orders WHERE Region = N'EMEA'
    /// ```
    ///
    /// ## Good
    /// ```sql
    /// SELECT SubscriberKey FROM Orders WHERE Region = 'EMEA'
    /// ```
    pub NationalString {
        id: "sql/national-string",
        aliases: [],
        group: Syntax,
        severity: Error,
        fix: Safe,
        since: "0.1.0",
    }
}

impl CheckSql<sql::Literal> for NationalString {
    fn check(ctx: &mut SqlContext<'_>, literal: &sql::Literal) {
        report(ctx, literal.national_string_token());
    }
}

impl CheckSql<sql::Alias> for NationalString {
    fn check(ctx: &mut SqlContext<'_>, alias: &sql::Alias) {
        report(ctx, alias.national_string_token());
    }
}

fn report(ctx: &mut SqlContext<'_>, token: Option<SyntaxToken>) {
    let Some(token) = token else { return };
    let range = token.text_range();
    let letter = [TextEdit::delete(TextRange::at(range.start(), TextSize::of('N')))];
    let is_ascii = token.text().is_ascii();
    let report = ctx.report::<NationalString>(range, "`N'…'` is refused: a string begins without N");
    if is_ascii {
        report.fix("remove the letter", letter);
    } else {
        // Letters that the server's alphabet does not have become question marks.
        report.unsafe_fix("remove the letter", letter);
    }
}

#[cfg(test)]
mod tests {
    use crate::tests::{check, fixed, silent};

    #[test]
    fn on_the_string() {
        check(
            "sql/national-string",
            "
SELECT N'a' AS b, c AS n'd' FROM t WHERE e LIKE N'é%'
//     ^^^^ error: `N'…'` is refused
//                     ^^^^ `N'…'` is refused
//                                              ^^^^^ `N'…'` is refused
",
        );
    }

    #[test]
    fn silent_on_plain_ones() {
        silent("sql/national-string", "SELECT 'N''a' AS n, N AS b FROM t WHERE IN_N = 'x' -- N'x'");
    }

    #[test]
    fn removes_the_letter() {
        fixed("sql/national-string", "SELECT a FROM t WHERE b = N'c'", "SELECT a FROM t WHERE b = 'c'");
    }
}
