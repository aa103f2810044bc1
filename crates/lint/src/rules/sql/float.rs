use sfmc_syntax::ast::{AstNode, sql};

use crate::sql::{CheckSql, SqlContext};

declare_rule! {
    /// Exact numbers are decimals.
    ///
    /// ## Why
    /// FLOAT holds 15 digits and rounds the rest; sums of money are a little off, and equal numbers may not be equal.
    /// Source: sql.md, section 4 (FLOAT).
    ///
    /// ## Bad
    /// ```sql
    /// SELECT CAST(Total AS FLOAT) AS Total FROM Orders
    /// ```
    ///
    /// ## Good
    /// ```sql
    /// SELECT CAST(Total AS DECIMAL(18, 2)) AS Total FROM Orders
    /// ```
    pub Float {
        id: "sql/float",
        aliases: [],
        group: Style,
        severity: Hint,
        on_by_default: false,
        fix: None,
        since: "0.1.0",
    }
}

impl CheckSql<sql::DataType> for Float {
    fn check(ctx: &mut SqlContext<'_>, data_type: &sql::DataType) {
        let name = data_type.name().and_then(|name| name.last()).map(|name| name.key());
        if name.is_some_and(|name| ["float", "real"].contains(&name.as_str())) {
            ctx.report::<Self>(data_type.range(), "this type rounds: exact numbers are DECIMAL");
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::tests::{check, silent};

    #[test]
    fn on_the_type() {
        check(
            "sql/float",
            "
SELECT CAST(a AS FLOAT) AS b, TRY_CONVERT(real, c) AS d FROM t
//               ^^^^^ hint: this type rounds
//                                        ^^^^ this type rounds
",
        );
    }

    #[test]
    fn silent_on_other_types() {
        silent("sql/float", "SELECT CAST(float AS DECIMAL(18, 2)) AS b FROM real");
    }
}
