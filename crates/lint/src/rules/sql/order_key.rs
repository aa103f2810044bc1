use std::cell::OnceCell;

use rustc_hash::{FxHashMap, FxHashSet};
use sfmc_semantic::sql::Query;
use sfmc_syntax::{
    SmolStr, SyntaxKind, TextEdit,
    ast::{
        AstNode, AstToken,
        sql::{self, Expr},
    },
};

use super::distinct_order::shape;
use crate::sql::{CheckSql, SqlContext};

declare_rule! {
    /// ORDER BY sorts by something that the rows of a query have.
    ///
    /// ## Why
    /// A number stands for a column of the list, and the server refuses one that the list does not have (message 108); a text is a
    /// constant, by which nothing can be sorted (408). Behind UNION, EXCEPT and INTERSECT there are only the columns that the whole
    /// returns: it refuses expressions (104), and names with the table in front of them (4104). Source: T-SQL's reference (ORDER BY).
    ///
    /// ## Bad
    /// ```sql
    /// SELECT TOP 100 OrderId, Total FROM Orders ORDER BY 3
    /// ```
    ///
    /// ## Good
    /// ```sql
    /// SELECT TOP 100 OrderId, Total FROM Orders ORDER BY 2
    /// ```
    pub OrderKey {
        id: "sql/order-key",
        aliases: [],
        group: Correctness,
        severity: Error,
        fix: Unsafe,
        since: "0.1.0",
    }
}

impl CheckSql<sql::OrderByClause> for OrderKey {
    fn check(ctx: &mut SqlContext<'_>, order: &sql::OrderByClause) {
        let Some(node) = order.syntax().parent().and_then(sql::Query::cast) else { return };
        let meaning = ctx.meaning();
        let Some(query) = meaning.query_at(node.range()).and_then(|id| meaning.query(id)) else { return };
        if meaning.doubtful || ctx.is_broken(order.range()) {
            return;
        }
        let mut first = node.query_body().filter(|body| matches!(body, sql::QueryBody::SetOperation(_)));
        let combined = first.is_some();
        while let Some(sql::QueryBody::SetOperation(operation)) = &first {
            first = operation.operands().next();
        }
        let listed: FxHashSet<String> = match first {
            Some(sql::QueryBody::Select(select)) => {
                select.items().filter_map(|item| Some(shape(item.expr()?.syntax()))).collect()
            }
            _ => FxHashSet::default(),
        };
        let names = Names::of(query);
        for expr in order.items().filter_map(|item| item.expr()) {
            if ctx.has_placeholder(expr.range()) {
                continue;
            }
            match expr.clone().without_parens() {
                Expr::Literal(literal) => constant(ctx, &names, &expr, &literal),
                Expr::NameExpr(name) if combined => qualified(ctx, &names, &name),
                bare if combined && is_computed(&bare) && !listed.contains(&shape(bare.syntax())) => {
                    let message = "behind UNION and its like ORDER BY knows only the columns of the list";
                    ctx.report::<Self>(expr.range(), message)
                        .help("add it to every list, or sort in a query around this one");
                }
                _ => {}
            }
        }
    }
}

/// What a query calls its columns.
struct Names<'m> {
    query: &'m Query,
    /// By names in lower case, once somebody wanted to know; of several columns the first.
    by_key: OnceCell<FxHashMap<String, &'m SmolStr>>,
}

impl<'m> Names<'m> {
    fn of(query: &'m Query) -> Names<'m> {
        Names { query, by_key: OnceCell::new() }
    }

    /// The name of the column that is called so, as the query writes it.
    fn named(&self, name: &str) -> Option<&'m SmolStr> {
        let by_key = self.by_key.get_or_init(|| {
            let mut by_key = FxHashMap::default();
            for name in self.query.columns.iter().filter_map(|column| column.name.as_ref()) {
                by_key.entry(name.to_lowercase()).or_insert(name);
            }
            by_key
        });
        by_key.get(&name.to_lowercase()).copied()
    }
}

/// Reports the number of a column that there is not, and a text.
fn constant(ctx: &mut SqlContext<'_>, names: &Names<'_>, expr: &Expr, literal: &sql::Literal) {
    let range = expr.range();
    match literal.value() {
        // In parentheses it is no place.
        Some(sql::LiteralValue::Integer(_)) if matches!(expr, Expr::Literal(_)) && !names.query.open => {
            let count = names.query.columns.len();
            let place = literal.as_integer().and_then(|place| usize::try_from(place).ok());
            if count == 0 || place.is_some_and(|place| (1..=count).contains(&place)) {
                return;
            }
            let columns = if count == 1 { "1 column".to_owned() } else { format!("{count} columns") };
            ctx.report::<OrderKey>(range, format!("the list has {columns}"));
        }
        Some(sql::LiteralValue::Text(text)) => {
            let meant = names.named(&text.value()).filter(|name| !name.contains(']'));
            let report = ctx.report::<OrderKey>(range, "this is a text, and the same in every row");
            if let Some(name) = meant {
                report
                    .help("names do not stand in apostrophes")
                    .unsafe_fix(format!("write `[{name}]`"), [TextEdit::replace(range, format!("[{name}]"))]);
            }
        }
        _ => {}
    }
}

/// Reports a name behind UNION that has a table in front of it.
fn qualified(ctx: &mut SqlContext<'_>, names: &Names<'_>, name: &sql::NameExpr) {
    let Some(whole) = name.name().filter(|whole| whole.parts().len() > 1 && !whole.lacks_brackets()) else { return };
    let Some(last) = whole.last() else { return };
    let returned = names.named(&last.value()).is_some();
    let text = ctx.text(last.syntax().text_range());
    let message = "behind UNION and its like no table is known, only the columns of the list";
    let report = ctx.report::<OrderKey>(name.range(), message);
    if returned && !names.query.open {
        report.unsafe_fix(format!("write `{text}`"), [TextEdit::replace(name.range(), text)]);
    }
}

/// Whether something is computed from columns, and nothing from another query.
fn is_computed(expr: &Expr) -> bool {
    let computes = matches!(
        expr,
        Expr::CallExpr(_) | Expr::ArithExpr(_) | Expr::CaseExpr(_) | Expr::CastExpr(_) | Expr::ConvertExpr(_)
    );
    let has = |kind: SyntaxKind| expr.syntax().descendants().any(|node| node.kind() == kind);
    computes && has(SyntaxKind::SQL_NAME_EXPR) && !has(SyntaxKind::SQL_QUERY)
}

#[cfg(test)]
mod tests {
    use crate::tests::{check, fixed, silent, unfixed};

    #[test]
    fn on_the_key() {
        check(
            "sql/order-key",
            "
SELECT TOP 5 a, b FROM t ORDER BY 3, 2 DESC, 'a', 0
//                                ^ error: the list has 2 columns
//                                           ^^^ this is a text
//                                                ^ the list has 2 columns
SELECT a AS k FROM t UNION SELECT b FROM u ORDER BY LEN(k), t.a, 2, k
//                                                  ^^^^^^ behind UNION and its like ORDER BY knows only
//                                                          ^^^ behind UNION and its like no table is known
//                                                               ^ the list has 1 column
",
        );
    }

    #[test]
    fn silent_on_what_the_rows_have() {
        for text in [
            "SELECT TOP 5 a, b FROM t ORDER BY 2, 1, LEN(a), t.c, (SELECT NULL)",
            "SELECT TOP 5 * FROM t ORDER BY 3",
            "SELECT a, {{{columns}}} FROM t ORDER BY 3",
            "SELECT a FROM t ORDER BY {{{key}}}",
            "SELECT a FROM t UNION SELECT b FROM u ORDER BY LEN($(key)), ${key}",
            "SELECT a AS k FROM t UNION SELECT b FROM u ORDER BY k, [K] DESC, 1, k COLLATE Latin1_General_BIN, (SELECT NULL)",
            "SELECT LEN(a) FROM t UNION SELECT b FROM u ORDER BY LEN( t.a )",
            "SELECT a FROM t UNION SELECT b FROM u ORDER BY GETDATE()",
            "SELECT d.a FROM (SELECT a FROM t UNION SELECT b FROM u) d ORDER BY LEN(d.a)",
            "SELECT ROW_NUMBER() OVER (ORDER BY 'a') AS n FROM t",
            "SELECT a, b FROM t ORDER BY 3 ASCC",
        ] {
            silent("sql/order-key", text);
        }
    }

    #[test]
    fn writes_the_name() {
        fixed(
            "sql/order-key",
            "SELECT TOP 5 a AS Key1 FROM t ORDER BY 'key1'",
            "SELECT TOP 5 a AS Key1 FROM t ORDER BY [Key1]",
        );
        fixed(
            "sql/order-key",
            "SELECT t.a FROM t UNION SELECT b FROM u ORDER BY t.a DESC",
            "SELECT t.a FROM t UNION SELECT b FROM u ORDER BY a DESC",
        );
        unfixed("sql/order-key", "SELECT TOP 5 a FROM t ORDER BY 'b'");
        unfixed("sql/order-key", "SELECT t.a FROM t UNION SELECT b FROM u ORDER BY t.b");
    }
}
