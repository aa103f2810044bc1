use sfmc_syntax::{
    SyntaxKind, SyntaxNode,
    ast::{AstNode, sql},
};

use crate::sql::{CheckSql, SqlContext};

declare_rule! {
    /// A query has no variables.
    ///
    /// ## Why
    /// Variables (`@name`) and what the server calls `@@name` are refused when the query is saved: there is nothing that could set them.
    /// Source: sql.md, section 3 (sql/variable).
    ///
    /// ## Bad
    /// ```sql
    /// SELECT SubscriberKey FROM Orders WHERE Total > @minimum
    /// ```
    ///
    /// ## Good
    /// ```sql
    /// SELECT SubscriberKey FROM Orders WHERE Total > 100
    /// ```
    pub Variable {
        id: "sql/variable",
        aliases: [],
        group: Syntax,
        severity: Error,
        fix: None,
        since: "0.1.0",
    }
}

impl CheckSql<sql::VariableExpr> for Variable {
    fn check(ctx: &mut SqlContext<'_>, variable: &sql::VariableExpr) {
        report(ctx, variable.syntax());
    }
}

impl CheckSql<sql::Name> for Variable {
    fn check(ctx: &mut SqlContext<'_>, name: &sql::Name) {
        if name.variable_token().is_some() {
            report(ctx, name.syntax());
        }
    }
}

impl CheckSql<sql::LeadingAlias> for Variable {
    fn check(ctx: &mut SqlContext<'_>, alias: &sql::LeadingAlias) {
        if alias.variable_token().is_some() {
            report(ctx, alias.syntax());
        }
    }
}

fn report(ctx: &mut SqlContext<'_>, node: &SyntaxNode) {
    let tokens = node.children_with_tokens().filter_map(|element| element.into_token());
    for token in tokens.filter(|token| matches!(token.kind(), SyntaxKind::VARIABLE | SyntaxKind::SYSTEM_VARIABLE)) {
        if ctx.is_muted(token.text_range()) {
            continue;
        }
        let message = format!("`{}`: a query has no variables", token.text());
        ctx.report::<Variable>(token.text_range(), message);
    }
}

#[cfg(test)]
mod tests {
    use crate::tests::{check, silent};

    #[test]
    fn on_the_name() {
        check(
            "sql/variable",
            "
SELECT @x = a, @@ROWCOUNT AS b FROM @t WHERE c = @d
//     ^^ error: `@x`: a query has no variables
//             ^^^^^^^^^^ `@@ROWCOUNT`: a query has no variables
//                                  ^^ `@t`
//                                               ^^ `@d`
",
        );
    }

    #[test]
    fn silent_in_texts_and_in_what_is_refused_anyway() {
        for text in ["SELECT '@x' AS [@y] FROM t -- @z", "SELECT a@b FROM t", "DECLARE @x INT", "SET @x = 1"] {
            silent("sql/variable", text);
        }
    }
}
