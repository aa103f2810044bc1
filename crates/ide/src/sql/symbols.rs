//! What is in a file? Its statements, and in them the queries that have names, the operands of UNION, and queries inside of expressions.

use sfmc_db::{Db, Page, page_map, sql_syntax};
use sfmc_syntax::{
    SyntaxKind::*,
    SyntaxNode, TextRange, TextSize, WalkEvent,
    ast::{AstNode, AstToken, sql},
};

use crate::{
    cursor::trimmed,
    symbols::{MAX_LEVELS, Symbol, SymbolKind, shortened},
};

/// The symbols of a file, in order of place.
pub(crate) fn symbols(db: &dyn Db, page: Page) -> Vec<Symbol> {
    let mut found = Vec::new();
    for position in page_map(db, page).chunks() {
        db.unwind_if_revision_cancelled();
        let mut outline = Outline { start: position.start, open: Vec::new(), found: &mut found };
        for event in sql_syntax(db, position.chunk).preorder() {
            match event {
                WalkEvent::Enter(node) => outline.enter(&node),
                WalkEvent::Leave(node) => outline.leave(&node),
            }
        }
    }
    found
}

struct Outline<'a> {
    start: TextSize,
    /// Nodes that are open, with their symbols.
    open: Vec<(SyntaxNode, Symbol)>,
    found: &'a mut Vec<Symbol>,
}

impl Outline<'_> {
    fn enter(&mut self, node: &SyntaxNode) {
        let Some((name, kind, selection)) = describe(node) else { return };
        let range = trimmed(node);
        let selection = selection.filter(|selection| range.contains_range(*selection)).unwrap_or(range);
        let symbol =
            Symbol { name, kind, range: range + self.start, selection: selection + self.start, children: Vec::new() };
        if self.open.len() < MAX_LEVELS {
            self.open.push((node.clone(), symbol));
        } else {
            self.add(symbol);
        }
    }

    fn leave(&mut self, node: &SyntaxNode) {
        if let Some((_, symbol)) = self.open.pop_if(|(open, _)| open == node) {
            self.add(symbol);
        }
    }

    fn add(&mut self, symbol: Symbol) {
        match self.open.last_mut() {
            Some((_, parent)) => parent.children.push(symbol),
            None => self.found.push(symbol),
        }
    }
}

/// What a node is as a symbol, and where its name stands.
fn describe(node: &SyntaxNode) -> Option<(String, SymbolKind, Option<TextRange>)> {
    let parent = node.parent()?;
    if parent.kind() == SQL_SCRIPT {
        return statement(node).map(|(name, selection)| (name, SymbolKind::Statement, selection));
    }
    match node.kind() {
        SQL_CTE => {
            let name = sql::Cte::cast(node.clone())?.name()?.last()?;
            Some((name.text().to_owned(), SymbolKind::NamedQuery, Some(name.syntax().text_range())))
        }
        SQL_DERIVED_TABLE => {
            let name = sql::TableSource::cast(node.clone())?.alias().and_then(|alias| alias.name());
            let selection = name.as_ref().map(|name| name.syntax().text_range());
            let shown = name.map_or_else(|| "(derived table)".to_owned(), |name| name.text().to_owned());
            Some((shown, SymbolKind::NamedQuery, selection))
        }
        SQL_SUBQUERY if !matches!(parent.kind(), SQL_CTE | SQL_DERIVED_TABLE) => {
            // A column that is one has the name of the column.
            let alias = sql::SelectItem::cast(parent).and_then(|item| item.alias()).and_then(|alias| alias.name());
            let shown = alias.map(|name| name.text().to_owned());
            let shown = shown.map_or_else(|| Some(format!("({})", of_query(node)?)), Some)?;
            Some((shown, SymbolKind::Subquery, None))
        }
        SQL_SELECT | SQL_PAREN_QUERY if parent.kind() == SQL_SET_OPERATION => {
            Some((of_query(node)?, SymbolKind::Statement, first_word(node)))
        }
        _ => None,
    }
}

/// `SELECT … FROM Orders`, `INSERT INTO Orders`.
fn statement(node: &SyntaxNode) -> Option<(String, Option<TextRange>)> {
    if matches!(node.kind(), SQL_PROSE | SQL_GO_STMT) {
        return None;
    }
    let text = match node.kind() {
        SQL_SELECT_STMT => of_query(node)?,
        _ => node.text().to_string().split_whitespace().take(4).collect::<Vec<_>>().join(" "),
    };
    (!text.is_empty()).then(|| (shortened(&text), first_word(node)))
}

fn first_word(node: &SyntaxNode) -> Option<TextRange> {
    let word = node.first_token()?;
    (!word.text_range().is_empty()).then(|| word.text_range())
}

/// A query in short: where its rows come from, or what it computes.
fn of_query(node: &SyntaxNode) -> Option<String> {
    let mut body = match sql::QueryBody::cast(node.clone()) {
        Some(body) => body,
        None => node.children().find_map(sql::Query::cast)?.query_body()?,
    };
    while let sql::QueryBody::ParenQuery(inner) = &body
        && let Some(inner) = inner.query().and_then(|query| query.query_body())
    {
        body = inner;
    }
    let sql::QueryBody::Select(select) = &body else {
        return Some(match body {
            sql::QueryBody::SetOperation(operation) => {
                let op = operation.operators().next().map(|op| op.syntax().text().to_string());
                let op = op.map(|op| op.split_whitespace().collect::<Vec<_>>().join(" ").to_uppercase());
                op.unwrap_or_else(|| "UNION".to_owned())
            }
            sql::QueryBody::Values(_) => "VALUES".to_owned(),
            _ => "(query)".to_owned(),
        });
    };
    let sources: Vec<String> = select.sources().iter().take(3).filter_map(source).collect();
    if sources.is_empty() {
        let list = select.select_list().map(|list| list.syntax().text().to_string()).unwrap_or_default();
        let list = list.split_whitespace().collect::<Vec<_>>().join(" ");
        return Some(shortened(format!("SELECT {list}").trim()));
    }
    let more = if select.sources().len() > sources.len() { ", …" } else { "" };
    Some(shortened(&format!("SELECT … FROM {}{more}", sources.join(", "))))
}

fn source(source: &sql::TableSource) -> Option<String> {
    match source.table_name() {
        Some(name) => Some(name.syntax().text().to_string()),
        None => source.alias()?.name().map(|name| name.text().to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Write;

    use expect_test::{Expect, expect};

    use super::*;
    use crate::{document_symbols, testing::sql_host};

    #[track_caller]
    fn check(text: &str, expected: &Expect) {
        let (host, file) = sql_host(text);
        let mut out = String::new();
        write(&mut out, &document_symbols(&host.snapshot(), file), 0, text);
        expected.assert_eq(&out);
    }

    fn write(out: &mut String, symbols: &[Symbol], level: usize, text: &str) {
        for symbol in symbols {
            assert!(symbol.range.contains_range(symbol.selection));
            let indent = "  ".repeat(level);
            writeln!(out, "{indent}{:?} {} {:?}", symbol.kind, symbol.name, &text[symbol.selection]).unwrap();
            for child in &symbol.children {
                assert!(symbol.range.contains_range(child.range), "{symbol:?}");
            }
            write(out, &symbol.children, level + 1, text);
        }
    }

    #[test]
    fn queries_in_queries() {
        check(
            "-- head\nWITH c AS (SELECT 1 AS x)\nSELECT a.x, (SELECT MAX(y) FROM t) FROM Ent.[My DE] a\n\
             JOIN (SELECT * FROM _Sent UNION ALL SELECT * FROM _Open) AS d ON a.x IN (SELECT x FROM c)\n\
             \nINSERT INTO t (a) SELECT 1\nGO\nDROP TABLE t",
            &expect![[r#"
                Statement SELECT … FROM Ent.[My DE], d "WITH"
                  NamedQuery c "c"
                  Subquery (SELECT … FROM t) "(SELECT MAX(y) FROM t)"
                  NamedQuery d "d"
                    Statement SELECT … FROM _Sent "SELECT"
                    Statement SELECT … FROM _Open "SELECT"
                Statement INSERT INTO t (a) "INSERT"
                Statement DROP TABLE t "DROP"
            "#]],
        );
        check(
            "SELECT (SELECT MAX(y) FROM t) AS mx, 1 + (SELECT MIN(y) FROM t) AS mn FROM u",
            &expect![[r#"
                Statement SELECT … FROM u "SELECT"
                  Subquery mx "(SELECT MAX(y) FROM t)"
                  Subquery (SELECT … FROM t) "(SELECT MIN(y) FROM t)"
            "#]],
        );
        check(
            "SELECT 1, 2 UNION SELECT 3, 4 EXCEPT (SELECT 1, 2)",
            &expect![[r#"
                Statement UNION "SELECT"
                  Statement SELECT 1, 2 "SELECT"
                  Statement SELECT 3, 4 "SELECT"
                  Statement SELECT 1, 2 "("
            "#]],
        );
    }

    #[test]
    fn what_is_half_typed() {
        check(
            "SELECT",
            &expect![[r#"
            Statement SELECT "SELECT"
        "#]],
        );
        check(
            "SELECT a FROM (SELECT",
            &expect![[r#"
            Statement SELECT a "SELECT"
              NamedQuery (derived table) "(SELECT"
        "#]],
        );
        check(
            "some notes\n\nSELECT * FROM",
            &expect![[r#"
            Statement SELECT * "SELECT"
        "#]],
        );
        check("", &expect![[r#""#]]);
    }
}
