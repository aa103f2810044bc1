use sfmc_semantic::sql::{Select, Target};
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
        let called = called(ctx, table);
        let name = match called.as_slice() {
            [] => Some(ctx.fresh_name("t")),
            [name] => Some(name.clone()),
            _ => None,
        };
        let report = ctx.report::<Self>(range, "this query in FROM has no alias");
        if let Some(name) = name {
            report.fix(format!("call it `{name}`"), [TextEdit::insert(range.end(), format!(" {name}"))]);
        }
    }
}

/// What columns of the SELECT are qualified with that no source is called: each is a name that this one, or another without a name, has.
fn called(ctx: &SqlContext<'_>, table: &sql::DerivedTable) -> Vec<String> {
    let meaning = ctx.meaning();
    let around = table.syntax().ancestors().find_map(sql::Select::cast);
    let Some(around) = around.map(|select| select.range()) else { return Vec::new() };
    let own = table.range();
    let mut names: Vec<String> = Vec::new();
    for reference in meaning.references_in(around).filter(|reference| !own.contains_range(reference.range)) {
        let open = matches!(reference.target, Target::Unknown | Target::NoSource);
        let Some(name) = reference.qualifier.filter(|_| open).map(|range| ctx.text(range)) else { continue };
        if !names.iter().any(|known| known.eq_ignore_ascii_case(name)) {
            names.push(name.to_owned());
        }
    }
    // Which of several queries without a name it is, nobody knows.
    let unnamed = |select: &&Select| select.range == around;
    let sources = meaning.selects.iter().find(unnamed).map(|select| select.sources.as_slice());
    let sources = sources.unwrap_or_default().iter().filter_map(|id| meaning.source(*id));
    if !names.is_empty() && sources.filter(|source| source.name.is_none()).nth(1).is_some() {
        names.push(String::new());
    }
    names
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
