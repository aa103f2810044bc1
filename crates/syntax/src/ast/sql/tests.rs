use rowan::GreenNodeBuilder;

use super::*;
use crate::{
    SyntaxKind::{self, *},
    SyntaxNode,
    ast::{AstNode, AstToken},
};

/// A node of tokens.
fn node(kind: SyntaxKind, tokens: &[(SyntaxKind, &str)]) -> SyntaxNode {
    let mut builder = GreenNodeBuilder::new();
    builder.start_node(kind.into());
    for (kind, text) in tokens {
        builder.token((*kind).into(), text);
    }
    builder.finish_node();
    SyntaxNode::new_root(builder.finish())
}

fn name(tokens: &[(SyntaxKind, &str)]) -> Name {
    Name::cast(node(SQL_NAME, tokens)).unwrap()
}

#[test]
fn names() {
    let ent = name(&[(IDENT, "Ent"), (DOT, "."), (BRACKET_NAME, "[My [x]] DE]")]);
    assert_eq!(ent.last().unwrap().value(), "My [x] DE");
    assert_eq!(ent.last().unwrap().key(), "my [x] de");
    assert_eq!(ent.qualifier().unwrap().text(), "Ent");
    let omitted = name(&[(IDENT, "a"), (DOT, "."), (DOT, "."), (QUOTED_NAME, "\"b\"\"c\"")]);
    let parts: Vec<_> = omitted.parts().into_iter().map(|part| part.map(|part| part.value())).collect();
    assert_eq!(parts, [Some("a".into()), None, Some("b\"c".into())]);
    assert_eq!(omitted.qualifier(), None);
    assert_eq!(name(&[(IDENT, "a"), (DOT, ".")]).last(), None);
    assert!(name(&[(PLACEHOLDER, "{{{a}}}_b")]).last().unwrap().has_placeholder());
    assert!(name(&[(BRACKET_NAME, "[{{{a}}} b]")]).last().unwrap().has_placeholder());
    assert!(name(&[(IDENT, "My"), (MINUS, "-"), (IDENT, "DE")]).lacks_brackets());
    assert!(name(&[(IDENT, "My"), (WHITESPACE, " "), (IDENT, "DE")]).lacks_brackets());
    assert!(!omitted.lacks_brackets());
}

#[test]
fn texts() {
    for (kind, text, value) in [
        (STRING, "'it''s'", "it's"),
        (STRING, "'open", "open"),
        (STRING, "''", ""),
        (NATIONAL_STRING, "N'é'", "é"),
        (SMART_QUOTE, "‘a’", "a"),
    ] {
        let literal = Literal::cast(node(SQL_LITERAL, &[(kind, text)])).unwrap();
        let Some(LiteralValue::Text(found)) = literal.value() else { panic!("{text}") };
        assert_eq!(found.value(), value, "{text}");
    }
    assert_eq!(Literal::cast(node(SQL_LITERAL, &[(INTEGER, "12")])).unwrap().as_integer(), Some(12));
}

#[test]
fn operators() {
    let op = |tokens: &[(SyntaxKind, &str)]| CompareExpr::cast(node(SQL_COMPARE_EXPR, tokens)).unwrap().op();
    assert_eq!(op(&[(EQ2, "==")]), Some(CompareOp::Equal));
    assert_eq!(op(&[(GT, ">"), (WHITESPACE, " "), (EQ, "=")]), Some(CompareOp::GreaterOrEqual));
    assert_eq!(op(&[(BAD_OPERATOR, "!"), (LT, "<")]), Some(CompareOp::GreaterOrEqual));
    assert_eq!(op(&[(BAD_OPERATOR, "=>")]), None);
    let set = |tokens: &[(SyntaxKind, &str)]| SetOperator::cast(node(SQL_SET_OPERATOR, tokens)).unwrap().op();
    assert_eq!(set(&[(UNION_KW, "union"), (ALL_KW, "all")]), Some(SetOp::UnionAll));
    assert_eq!(set(&[(INTERSECT_KW, "intersect")]), Some(SetOp::Intersect));
}

#[test]
fn joins() {
    let kind = |tokens: &[(SyntaxKind, &str)]| Join::cast(node(SQL_JOIN, tokens)).unwrap().kind();
    assert_eq!(kind(&[(JOIN_KW, "join")]), JoinKind::Inner);
    assert_eq!(kind(&[(LEFT_KW, "left"), (OUTER_KW, "outer"), (JOIN_KW, "join")]), JoinKind::Left);
    assert_eq!(kind(&[(CROSS_KW, "cross"), (APPLY_KW, "apply")]), JoinKind::CrossApply);
    assert_eq!(kind(&[(OUTER_KW, "outer"), (APPLY_KW, "apply")]), JoinKind::OuterApply);
}
