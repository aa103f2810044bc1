use sfmc_syntax::ast::{AstNode, sql};

use crate::sql::{CheckSql, SqlContext};

declare_rule! {
    /// A decimal number says how many digits it has.
    ///
    /// ## Why
    /// DECIMAL and NUMERIC without numbers are DECIMAL(18, 0): what stands behind the point is rounded away.
    /// Source: sql.md, sections 4 (DECIMAL without (p,s)) and 6.
    ///
    /// ## Bad
    /// ```sql
    /// SELECT CAST(Total AS DECIMAL) AS Total FROM Orders
    /// ```
    ///
    /// ## Good
    /// ```sql
    /// SELECT CAST(Total AS DECIMAL(18, 2)) AS Total FROM Orders
    /// ```
    pub DecimalPrecision {
        id: "sql/decimal-precision",
        aliases: ["MCE041"],
        group: Suspicious,
        severity: Warning,
        fix: None,
        since: "0.1.0",
    }
}

impl CheckSql<sql::DataType> for DecimalPrecision {
    fn check(ctx: &mut SqlContext<'_>, data_type: &sql::DataType) {
        let name = data_type.name().and_then(|name| name.last()).map(|name| name.key());
        let is_decimal = name.is_some_and(|name| ["decimal", "numeric", "dec"].contains(&name.as_str()));
        if is_decimal && data_type.type_size().is_none() && !ctx.is_broken(data_type.range()) {
            let written = ctx.text(data_type.range());
            ctx.report::<Self>(
                data_type.range(),
                format!("`{written}` without digits behind the point rounds to whole numbers"),
            )
            .help(format!("write `{written}(18, 2)`"));
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::tests::{check, silent};

    #[test]
    fn on_the_type() {
        check(
            "sql/decimal-precision",
            "
SELECT CAST(a AS decimal) AS b, TRY_CONVERT(NUMERIC, c) AS d FROM t
//               ^^^^^^^ warning: `decimal` without digits behind the point
//                                          ^^^^^^^ `NUMERIC` without digits
",
        );
    }

    #[test]
    fn silent_on_digits_and_names() {
        for text in
            ["SELECT CAST(a AS DECIMAL(10, 2)) AS b, CAST(c AS NUMERIC(18)) AS d FROM t", "SELECT decimal FROM numeric"]
        {
            silent("sql/decimal-precision", text);
        }
    }
}
