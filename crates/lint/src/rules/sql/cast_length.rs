use sfmc_syntax::ast::{AstNode, sql};

use crate::sql::{CheckSql, SqlContext};

declare_rule! {
    /// A type for texts says how long they are.
    ///
    /// ## Why
    /// `CAST(x AS VARCHAR)` cuts the text behind 30 characters, without a message.
    /// Source: sql.md, section 4 (VARCHAR without length in CAST).
    ///
    /// ## Bad
    /// ```sql
    /// SELECT CAST(Description AS VARCHAR) AS Description FROM Products
    /// ```
    ///
    /// ## Good
    /// ```sql
    /// SELECT CAST(Description AS VARCHAR(4000)) AS Description FROM Products
    /// ```
    pub CastLength {
        id: "sql/cast-length",
        aliases: [],
        group: Suspicious,
        severity: Warning,
        fix: None,
        since: "0.1.0",
    }
}

impl CheckSql<sql::CastExpr> for CastLength {
    fn check(ctx: &mut SqlContext<'_>, cast: &sql::CastExpr) {
        if let (Some(data_type), Some(value)) = (cast.data_type(), cast.expr()) {
            report(ctx, &data_type, &value);
        }
    }
}

impl CheckSql<sql::ConvertExpr> for CastLength {
    fn check(ctx: &mut SqlContext<'_>, convert: &sql::ConvertExpr) {
        // With a style a date or a number is converted, and these are short.
        if let (Some(data_type), Some(value), None) = (convert.data_type(), convert.value(), convert.style()) {
            report(ctx, &data_type, &value);
        }
    }
}

fn report(ctx: &mut SqlContext<'_>, data_type: &sql::DataType, value: &sql::Expr) {
    let name = data_type.name().and_then(|name| name.last()).map(|name| name.key());
    let is_text = name.is_some_and(|name| ["varchar", "nvarchar", "char", "nchar"].contains(&name.as_str()));
    if !is_text || data_type.type_size().is_some() || is_short(value) || ctx.is_broken(data_type.range()) {
        return;
    }
    let written = ctx.text(data_type.range());
    ctx.report::<CastLength>(data_type.range(), format!("`{written}` without a length cuts behind 30 characters"));
}

/// Whether a value has 30 characters at most, as far as one sees: a number or a date.
fn is_short(value: &sql::Expr) -> bool {
    match value.clone().without_parens() {
        sql::Expr::Literal(literal) => match literal.value() {
            Some(sql::LiteralValue::Text(text)) => text.value().chars().count() <= 30,
            _ => true,
        },
        sql::Expr::CallExpr(call) => SHORT.iter().any(|name| call.is_call_of(name)),
        // Only what it is called says so, but it says it of dates and keys.
        sql::Expr::NameExpr(column) => column.name().and_then(|name| name.last()).is_some_and(|name| {
            let name = name.key();
            ["date", "time", "id", "count"].iter().any(|end| name.ends_with(end))
        }),
        sql::Expr::CastExpr(cast) => is_short_type(cast.data_type()),
        sql::Expr::ConvertExpr(convert) => is_short_type(convert.data_type()),
        // Sums can be texts; these cannot.
        sql::Expr::ArithExpr(arith) => arith.ops().any(|(_, op)| !matches!(op, Some(sql::ArithOp::Add) | None)),
        _ => false,
    }
}

fn is_short_type(data_type: std::option::Option<sql::DataType>) -> bool {
    let name = data_type.and_then(|data_type| data_type.name()?.last()).map(|name| name.key());
    name.is_some_and(|name| !["varchar", "nvarchar", "char", "nchar", "text", "ntext", "xml"].contains(&name.as_str()))
}

/// Functions that give numbers and dates.
const SHORT: &[&str] = &[
    "ABS",
    "AVG",
    "CEILING",
    "CHARINDEX",
    "COUNT",
    "COUNT_BIG",
    "CURRENT_TIMESTAMP",
    "DATEADD",
    "DATEDIFF",
    "DATEFROMPARTS",
    "DATEPART",
    "DAY",
    "EOMONTH",
    "FLOOR",
    "GETDATE",
    "GETUTCDATE",
    "LEN",
    "MONTH",
    "PATINDEX",
    "RAND",
    "RANK",
    "ROUND",
    "ROW_NUMBER",
    "SUM",
    "SYSDATETIME",
    "YEAR",
];

#[cfg(test)]
mod tests {
    use crate::tests::{check, silent};

    #[test]
    fn on_the_type() {
        check(
            "sql/cast-length",
            "
SELECT CAST(a AS varchar) AS b, CONVERT(nvarchar, c + 'x') AS d FROM t
//               ^^^^^^^ warning: `varchar` without a length cuts behind 30 characters
//                                      ^^^^^^^^ `nvarchar` without a length
",
        );
    }

    #[test]
    fn silent_on_lengths_and_on_what_is_short() {
        for text in [
            "SELECT CAST(a AS VARCHAR(10)) AS b, CAST(c AS NVARCHAR(MAX)) AS d, CAST(e AS INT) AS f FROM t",
            "SELECT CONVERT(VARCHAR, a, 112) AS b, CAST(COUNT(*) AS VARCHAR) AS c, CAST(GETDATE() AS VARCHAR) AS d FROM t",
            "SELECT CAST(5 AS VARCHAR) AS a, CAST(CAST(b AS INT) AS VARCHAR) AS c, CAST(d * 2 AS VARCHAR) AS e FROM t",
            "SELECT CAST(t.EventDate AS VARCHAR) AS a, CONVERT(NVARCHAR, JobID) AS b, varchar FROM t",
        ] {
            silent("sql/cast-length", text);
        }
    }
}
