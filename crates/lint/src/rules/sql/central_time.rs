use sfmc_syntax::{
    TextEdit,
    ast::{AstNode, sql},
};

use crate::sql::{CheckSql, SqlContext};

declare_rule! {
    /// The server's clock has no summer time.
    ///
    /// ## Why
    /// GETDATE() and the dates of data views are UTC-6 the whole year. `AT TIME ZONE 'Central Standard Time'` takes them for Chicago's,
    /// which are UTC-5 in summer; the zone without summer time is called `Central America Standard Time`. As the zone that is converted to,
    /// Chicago's is fine.
    /// Source: sql.md, sections 4 (AT TIME ZONE) and 6 (time).
    ///
    /// ## Bad
    /// ```sql
    /// SELECT EventDate AT TIME ZONE 'Central Standard Time' AT TIME ZONE 'UTC' AS EventDate FROM _Open
    /// ```
    ///
    /// ## Good
    /// ```sql
    /// SELECT EventDate AT TIME ZONE 'Central America Standard Time' AT TIME ZONE 'UTC' AS EventDate FROM _Open
    /// ```
    pub CentralTime {
        id: "sql/central-time",
        aliases: [],
        group: Suspicious,
        severity: Warning,
        fix: Unsafe,
        since: "0.1.0",
    }
}

impl CheckSql<sql::TimeZoneExpr> for CentralTime {
    fn check(ctx: &mut SqlContext<'_>, expr: &sql::TimeZoneExpr) {
        // Only the first zone says what the value is in, and only if the value has none of its own.
        let of_server = match expr.value().map(sql::Expr::without_parens) {
            Some(sql::Expr::NameExpr(_)) => expr.zones().count() > 1,
            Some(sql::Expr::CallExpr(call)) => {
                ["GETDATE", "CURRENT_TIMESTAMP"].iter().any(|name| call.is_call_of(name))
            }
            _ => false,
        };
        let Some(sql::Expr::Literal(zone)) = expr.zones().next().filter(|_| of_server) else { return };
        let Some(sql::LiteralValue::Text(text)) = zone.value() else { return };
        if text.value().eq_ignore_ascii_case("Central Standard Time") {
            let name = "'Central America Standard Time'";
            ctx.report::<Self>(zone.range(), "this zone has summer time, the server's clock has none")
                .unsafe_fix(format!("write {name}"), [TextEdit::replace(zone.range(), name)]);
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::tests::{check, fixed, silent};

    #[test]
    fn on_the_zone() {
        check(
            "sql/central-time",
            "
SELECT GETDATE() AT TIME ZONE 'central standard time' AS a FROM t
//                            ^^^^^^^^^^^^^^^^^^^^^^^ warning: this zone has summer time
SELECT t.b AT TIME ZONE 'Central Standard Time' AT TIME ZONE 'UTC' AS b FROM t
//                      ^^^^^^^^^^^^^^^^^^^^^^^ this zone has summer time
",
        );
    }

    #[test]
    fn silent_as_the_zone_that_is_converted_to() {
        for text in [
            "SELECT a AT TIME ZONE 'UTC' AT TIME ZONE 'Central Standard Time' AS b FROM t",
            "SELECT TODATETIMEOFFSET(a, '-06:00') AT TIME ZONE 'Central Standard Time' AS b FROM t",
            "SELECT GETDATE() AT TIME ZONE 'Central America Standard Time' AS a",
            "SELECT a AT TIME ZONE 'Central Standard Time' AS b FROM (SELECT c AT TIME ZONE 'UTC' AS a FROM t) u",
        ] {
            silent("sql/central-time", text);
        }
    }

    #[test]
    fn names_the_other() {
        fixed(
            "sql/central-time",
            "SELECT GETDATE() AT TIME ZONE 'Central Standard Time' AS a",
            "SELECT GETDATE() AT TIME ZONE 'Central America Standard Time' AS a",
        );
    }
}
