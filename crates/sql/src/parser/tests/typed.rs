//! What later layers read off a tree.

use sfmc_syntax::ast::{
    AstChildren, AstNode, AstToken,
    sql::{self, Expr, Name},
};

use super::parse;

fn query(text: &str) -> sql::Query {
    let (root, _) = parse(text);
    root.descendants().find_map(sql::Query::cast).unwrap()
}

#[test]
fn output_columns() {
    let select = query("SELECT a, t.b, c AS [d e], f = 1, (g), 1 + 1, COUNT(*) AS n, t.*, 'h', x 'i' FROM t")
        .naming_select()
        .unwrap();
    let names: Vec<String> = select
        .items()
        .map(|item| match item.output_name() {
            Some(name) => name.token().value().to_string(),
            None if item.is_star() => "*".to_owned(),
            None => "?".to_owned(),
        })
        .collect();
    assert_eq!(names, ["a", "b", "d e", "f", "g", "?", "n", "*", "?", "i"]);
}

#[test]
fn sources() {
    let query = query(
        "SELECT 1 FROM Ent.[My DE] JOIN b AS c ON 1 = 1 CROSS APPLY (SELECT 1) d, (e JOIN (f JOIN g ON 1 = 1) ON 1 = 1), h(1) AS i",
    );
    let select = query.naming_select().unwrap();
    let names: Vec<_> = select.sources().iter().map(|s| s.exposed_name().unwrap().value().to_string()).collect();
    assert_eq!(names, ["My DE", "c", "d", "e", "f", "g", "i"]);
    let joins =
        select.from_clause().unwrap().items().next().unwrap().joins().map(|join| join.kind()).collect::<Vec<_>>();
    assert_eq!(joins, [sql::JoinKind::Inner, sql::JoinKind::CrossApply]);
}

#[test]
fn operands_of_unions() {
    let query = query("SELECT a UNION (SELECT b INTERSECT SELECT c) EXCEPT SELECT d ORDER BY 1");
    let texts: Vec<_> = query.selects().iter().map(|select| select.syntax().text().to_string()).collect();
    assert_eq!(texts, ["SELECT a", "SELECT b", "SELECT c", "SELECT d"]);
    assert!(query.order_by_clause().is_some());
    assert_eq!(query.naming_select().unwrap().syntax().text(), "SELECT a");
}

#[test]
fn calls_and_operators() {
    let select = query("SELECT DATEADD(day, -1, GETDATE()), a + b - c, dbo.f(1)").naming_select().unwrap();
    let mut items = select.items().filter_map(|item| item.expr());
    let Some(sql::Expr::CallExpr(call)) = items.next() else { panic!("a call") };
    assert!(call.is_call_of("dateadd"));
    assert_eq!(call.args().count(), 3);
    let Some(sql::Expr::ArithExpr(sum)) = items.next() else { panic!("a sum") };
    assert_eq!(sum.operands().count(), 3);
    assert_eq!(sum.ops().filter_map(|(_, op)| op).collect::<Vec<_>>(), [sql::ArithOp::Add, sql::ArithOp::Subtract]);
    let Some(sql::Expr::CallExpr(call)) = items.next() else { panic!("a call") };
    assert!(!call.is_call_of("f"));
    assert_eq!(call.function().unwrap().text(), "f");
}

/// What the getters find without cursors is what cursors find, also where nodes are empty and stand at one place.
#[test]
fn children_are_those_of_the_tree() {
    for text in [
        "SELECT , , a, , b FROM , t, , (SELECT) x WHERE AND OR c IN (, , 1, ) AND BETWEEN AND",
        "SELECT CASE WHEN THEN ELSE END, COUNT(, ), a.., [b].c..d, -, (), f( FROM t JOIN ON JOIN u ON ,",
        "SELECT a, b AS [c d], e = 1, 'x' 'y', CAST( AS ), CONVERT(, ) FROM t x JOIN u y ON x.a = y.b ORDER BY , 1, ,",
    ] {
        let (root, _) = super::parse(text);
        for node in root.descendants() {
            let found: Vec<Expr> = AstChildren::of(&node).collect();
            let expected: Vec<Expr> = node.children().filter_map(Expr::cast).collect();
            assert_eq!(found, expected, "{node:?}");
            let names: Vec<Name> = AstChildren::of(&node).collect();
            assert_eq!(names, node.children().filter_map(Name::cast).collect::<Vec<_>>(), "{node:?}");
        }
    }
}
