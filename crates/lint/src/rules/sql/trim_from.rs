use sfmc_syntax::{
    TextEdit,
    ast::{AstNode, sql},
};

use crate::sql::{CheckSql, SqlContext};

declare_rule! {
    /// TRIM has one argument.
    ///
    /// ## Why
    /// `TRIM(x FROM y)`, which takes other characters than blanks away, is refused: the platform reads FROM as that of a query.
    /// Source: sql.md, section 3 (sql/trim-from).
    ///
    /// ## Bad
    /// ```sql
    /// SELECT TRIM('0' FROM OrderId) AS OrderId FROM Orders
    /// ```
    ///
    /// ## Good
    /// ```sql
    /// SELECT TRIM(OrderId) AS OrderId FROM Orders
    /// ```
    pub TrimFrom {
        id: "sql/trim-from",
        aliases: [],
        group: Syntax,
        severity: Error,
        fix: Safe,
        since: "0.1.0",
    }
}

impl CheckSql<sql::CallExpr> for TrimFrom {
    fn check(ctx: &mut SqlContext<'_>, call: &sql::CallExpr) {
        if !call.is_call_of("trim") {
            return;
        }
        let Some(list) = call.arg_list() else { return };
        let Some(from) = list.from_token() else { return };
        let args: Vec<sql::Expr> = list.args().collect();
        let plain = match args.as_slice() {
            [characters, text] if ctx.text(characters.range()) == "' '" => Some(ctx.text(text.range())),
            _ => None,
        };
        let report = ctx.report::<Self>(from.text_range(), "TRIM with FROM is refused");
        if let Some(text) = plain.filter(|text| !text.is_empty() && !text.contains("--")) {
            report.fix(format!("write `TRIM({text})`"), [TextEdit::replace(call.range(), format!("TRIM({text})"))]);
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::tests::{check, fixed, silent, unfixed};

    #[test]
    fn on_the_word() {
        check(
            "sql/trim-from",
            "
SELECT trim('x' FROM a) AS b FROM t
//              ^^^^ error: TRIM with FROM is refused
",
        );
    }

    #[test]
    fn silent_without() {
        silent("sql/trim-from", "SELECT TRIM(a) AS b, TRIM((SELECT MAX(c) FROM u)) AS d FROM t");
    }

    #[test]
    fn blanks_are_what_it_takes_away_anyway() {
        fixed("sql/trim-from", "SELECT TRIM(' ' FROM a) AS b FROM t", "SELECT TRIM(a) AS b FROM t");
        unfixed("sql/trim-from", "SELECT TRIM('.' FROM a) AS b FROM t");
    }
}
