use sfmc_syntax::{
    TextEdit, TextRange,
    ast::{AstNode, sql},
};

use crate::sql::{CheckSql, SqlContext};

declare_rule! {
    /// A query in FROM has a name.
    ///
    /// ## Why
    /// A derived table without an alias does not compile, whether or not something refers to it; PIVOT and UNPIVOT neither.
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
        let name = name(ctx, table);
        let report = ctx.report::<Self>(range, "this query in FROM has no alias");
        if let Some(name) = name {
            report.fix(format!("call it `{name}`"), [TextEdit::insert(range.end(), format!(" {name}"))]);
        }
    }
}

impl CheckSql<sql::PivotClause> for DerivedAlias {
    fn check(ctx: &mut SqlContext<'_>, pivot: &sql::PivotClause) {
        if pivot.alias().is_none() {
            turned(ctx, pivot.range(), "PIVOT");
        }
    }
}

impl CheckSql<sql::UnpivotClause> for DerivedAlias {
    fn check(ctx: &mut SqlContext<'_>, unpivot: &sql::UnpivotClause) {
        if unpivot.alias().is_none() {
            turned(ctx, unpivot.range(), "UNPIVOT");
        }
    }
}

/// Reports a PIVOT without an alias; columns of a table that nobody sees any more can be in its way, so that they are looked at.
fn turned(ctx: &mut SqlContext<'_>, range: TextRange, word: &str) {
    let Some(close) = ctx.token_before(range.end()).map(|token| token.text_range()) else { return };
    if ctx.is_broken(range) || ctx.text(close) != ")" {
        return;
    }
    let name = ctx.fresh_name("p");
    ctx.report::<DerivedAlias>(close, format!("{word} has no alias"))
        .unsafe_fix(format!("call it `{name}`"), [TextEdit::insert(close.end(), format!(" {name}"))]);
}

/// What it is called: as columns of the SELECT say that no source has, or something new. Nothing where that is not sure.
fn name(ctx: &mut SqlContext<'_>, table: &sql::DerivedTable) -> Option<String> {
    let around = table.syntax().ancestors().find_map(sql::Select::cast);
    let names = around.map(|select| ctx.stray_names(select.range()));
    match names.as_ref().map(|names| names.outside(table.range())) {
        None | Some([None, _]) => Some(ctx.fresh_name("t")),
        // Which of several queries without a name it is, nobody knows.
        Some([Some(name), None]) if !names.as_ref().is_some_and(|names| names.for_several()) => {
            Some(ctx.text(name).to_owned())
        }
        Some(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use crate::tests::{check, fixed, silent, unfixed};

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
    fn on_pivot() {
        check(
            "sql/derived-alias",
            "
SELECT [x] FROM (SELECT b, c FROM t) d PIVOT (SUM(b) FOR c IN ([x])) WHERE [x] > 1
//                                                                 ^ error: PIVOT has no alias
SELECT v FROM t UNPIVOT (v FOR k IN (a, b))
//                                        ^ UNPIVOT has no alias
",
        );
        silent("sql/derived-alias", "SELECT p.[x] FROM (SELECT b, c FROM t) d PIVOT (SUM(b) FOR c IN ([x])) p");
        silent("sql/derived-alias", "SELECT u.v FROM t UNPIVOT (v FOR k IN (a, b)) AS u");
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
        fixed(
            "sql/derived-alias",
            "SELECT x.a FROM (SELECT o.a FROM c o) WHERE X.a = 1",
            "SELECT x.a FROM (SELECT o.a FROM c o) x WHERE X.a = 1",
        );
        unfixed("sql/derived-alias", "SELECT x.a, y.b FROM (SELECT o.a FROM c o)");
        unfixed("sql/derived-alias", "SELECT x.a FROM (SELECT a FROM c) JOIN (SELECT a FROM c) ON 1 = 1");
    }
}
