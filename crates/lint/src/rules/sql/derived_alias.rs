use sfmc_syntax::{
    TextEdit, TextRange,
    ast::{AstNode, sql},
};

use crate::sql::{CheckSql, SqlContext};

declare_rule! {
    /// A query in FROM has a name.
    ///
    /// ## Why
    /// A derived table without an alias does not compile, whether or not something refers to it.
    /// Source: sql.md, section 3 (sql/derived-alias).
    ///
    /// ## Bad
    /// ```sql
    /// SELECT SubscriberKey FROM (SELECT SubscriberKey FROM Orders)
    /// ```
    ///
    /// ## Good
    /// ```sql
    /// SELECT SubscriberKey FROM (SELECT SubscriberKey FROM Orders) o
    /// ```
    pub DerivedAlias {
        id: "sql/derived-alias",
        aliases: [],
        group: Syntax,
        severity: Error,
        fix: Safe,
        since: "0.1.0",
    }
}

impl CheckSql<sql::DerivedTable> for DerivedAlias {
    fn check(ctx: &mut SqlContext<'_>, table: &sql::DerivedTable) {
        let named = table.alias().is_some_and(|alias| alias.name().is_some());
        let Some(subquery) = table.subquery().filter(|_| !named) else { return };
        let Some(close) = subquery.r_paren_token() else { return };
        let range = close.text_range();
        // A name that could not be read, or a reserved word, is another mistake.
        if ctx.is_broken(TextRange::new(range.end(), table.range().end())) || table.alias().is_some() {
            return;
        }
        let name = ctx.fresh_name("t");
        ctx.report::<Self>(range, "this query in FROM has no alias")
            .fix(format!("call it `{name}`"), [TextEdit::insert(range.end(), format!(" {name}"))]);
    }
}

#[cfg(test)]
mod tests {
    use crate::tests::{check, fixed, silent};

    #[test]
    fn on_the_parenthesis() {
        check(
            "sql/derived-alias",
            "
SELECT a FROM (SELECT b AS a FROM c) WHERE a = 1
//                                 ^ error: this query in FROM has no alias
",
        );
    }

    #[test]
    fn silent_on_names_and_on_queries_elsewhere() {
        for text in [
            "SELECT a FROM (SELECT b AS a FROM c) AS d",
            "SELECT a FROM (SELECT b FROM c) d (a)",
            "SELECT a FROM t WHERE a IN (SELECT b FROM c) AND EXISTS (SELECT 1 FROM d)",
            "SELECT a FROM (t JOIN u ON t.b = u.b)",
            "SELECT a FROM (SELECT b AS a FROM c",
        ] {
            silent("sql/derived-alias", text);
        }
    }

    #[test]
    fn gives_it_a_name_that_is_free() {
        fixed(
            "sql/derived-alias",
            "SELECT a FROM (SELECT a FROM c) WHERE a = 1",
            "SELECT a FROM (SELECT a FROM c) t WHERE a = 1",
        );
        fixed(
            "sql/derived-alias",
            "SELECT T.a FROM T JOIN (SELECT a FROM c) ON 1 = 1",
            "SELECT T.a FROM T JOIN (SELECT a FROM c) t2 ON 1 = 1",
        );
    }
}
