use sfmc_syntax::ast::{AstNode, sql};

use crate::sql::{CheckSql, SqlContext};

declare_rule! {
    /// IN compares whole values.
    ///
    /// ## Why
    /// `%` means any characters behind LIKE alone; in the list of an IN it is a percent sign.
    /// Source: sql.md, section 4 (`%` in an IN list).
    ///
    /// ## Bad
    /// ```sql
    /// SELECT SubscriberKey FROM Orders WHERE Code IN ('SUMMER%', 'WINTER')
    /// ```
    ///
    /// ## Good
    /// ```sql
    /// SELECT SubscriberKey FROM Orders WHERE Code LIKE 'SUMMER%' OR Code = 'WINTER'
    /// ```
    pub InWildcard {
        id: "sql/in-wildcard",
        aliases: [],
        group: Suspicious,
        severity: Warning,
        fix: None,
        since: "0.1.0",
    }
}

impl CheckSql<sql::InList> for InWildcard {
    fn check(ctx: &mut SqlContext<'_>, list: &sql::InList) {
        for item in list.items() {
            let sql::Expr::Literal(literal) = &item else { continue };
            let Some(sql::LiteralValue::Text(text)) = literal.value() else { continue };
            if is_pattern(&text.value()) && !ctx.is_broken(item.range()) {
                ctx.report::<Self>(item.range(), "`%` in an IN list is a percent sign")
                    .help("write a LIKE for each pattern");
            }
        }
    }
}

/// Whether a text is meant as a pattern: `10%` is not.
fn is_pattern(text: &str) -> bool {
    let inner = text.trim_matches('%');
    let number = inner.trim().chars().all(|c| c.is_ascii_digit() || matches!(c, '.' | ',' | '-'));
    // `Save 20%`
    let percentage = inner.ends_with(|c: char| c == ' ' || c.is_ascii_digit()) && !text.starts_with('%');
    inner.len() < text.len() && !number && !percentage
}

#[cfg(test)]
mod tests {
    use crate::tests::{check, silent};

    #[test]
    fn on_the_text() {
        check(
            "sql/in-wildcard",
            "
SELECT a FROM t WHERE b IN ('x%', 'y', '%z')
//                          ^^^^ warning: `%` in an IN list is a percent sign
//                                     ^^^^ `%` in an IN list
",
        );
    }

    #[test]
    fn silent_on_percentages_and_patterns() {
        for text in [
            "SELECT a FROM t WHERE b IN ('10%', '2.5 %', 'a%b', 'Save 20%')",
            "SELECT a FROM t WHERE b LIKE 'x%' AND c = '%'",
        ] {
            silent("sql/in-wildcard", text);
        }
    }
}
