//! Expressions found by where they stand, and conditions that are written anew.

use std::hash::{Hash, Hasher};

use rustc_hash::FxHasher;
use sfmc_syntax::{
    NodeOrToken, SyntaxKind, SyntaxNode, TextRange, WalkEvent,
    ast::{
        AstNode,
        sql::{self, Expr, LogicalOp},
    },
};

use super::SqlContext;

/// The expression that stands at a range; of those that are in parentheses the inner one.
pub(crate) fn expr_at(ctx: &SqlContext<'_>, range: TextRange) -> Option<Expr> {
    if !ctx.root().text_range().contains_range(range) {
        return None;
    }
    let mut node = match ctx.root().covering_element(range) {
        NodeOrToken::Node(node) => node,
        NodeOrToken::Token(token) => token.parent()?,
    };
    // The smallest node is found first: a name inside of the expression that it is.
    while !Expr::can_cast(node.kind()) {
        node = node.parent().filter(|parent| parent.text_range() == range)?;
    }
    Expr::cast(node).filter(|expr| expr.range() == range)
}

/// What an expression is the same as wherever it stands: a column as that column, however it is called; all else as it is written, but for
/// case, blanks and comments.
pub(crate) fn likeness(ctx: &SqlContext<'_>, expr: &Expr) -> u64 {
    let meaning = ctx.meaning();
    let mut hash = FxHasher::default();
    let mut nodes = expr.clone().without_parens().syntax().preorder_with_tokens();
    while let Some(event) = nodes.next() {
        match event {
            WalkEvent::Enter(NodeOrToken::Node(node)) if node.kind() == SyntaxKind::SQL_NAME_EXPR => {
                let column = Expr::cast(node).and_then(|name| meaning.expr(&name)?.column);
                if let Some(column) = column {
                    column.hash(&mut hash);
                    nodes.skip_subtree();
                }
            }
            WalkEvent::Enter(NodeOrToken::Token(token)) if !token.kind().is_trivia() => {
                token.text().to_lowercase().hash(&mut hash);
            }
            _ => {}
        }
    }
    hash.finish()
}

/// The expression of the item of a list that stands at a range; none where a star stands there.
pub(crate) fn item_at(ctx: &SqlContext<'_>, range: TextRange) -> Option<Expr> {
    let token = ctx.token_of_byte(range.start())?;
    let item = token.parent_ancestors().filter_map(sql::SelectItem::cast).find(|item| item.range() == range)?;
    item.expr().filter(|expr| !matches!(expr, Expr::StarExpr(_)))
}

/// The join that stands at a range.
pub(crate) fn join_at(ctx: &SqlContext<'_>, range: TextRange) -> Option<sql::Join> {
    let token = ctx.token_of_byte(range.start())?;
    let node = token.parent_ancestors().find(|node| node.kind() == SyntaxKind::SQL_JOIN)?;
    sql::Join::cast(node).filter(|join| join.range() == range)
}

/// The words of the join at a range: up to JOIN.
pub(crate) fn join_head(ctx: &SqlContext<'_>, range: TextRange) -> TextRange {
    let word = join_at(ctx, range).and_then(|join| join.join_token());
    word.map_or(range, |word| TextRange::new(range.start(), word.text_range().end()))
}

/// Whether a condition counts where it does not hold: under NOT, through parentheses, AND and OR.
pub(crate) fn is_denied(condition: &SyntaxNode) -> bool {
    let mut denied = false;
    for node in condition.ancestors().skip(1) {
        match node.kind() {
            SyntaxKind::SQL_NOT_EXPR => denied = !denied,
            SyntaxKind::SQL_PAREN_EXPR | SyntaxKind::SQL_LOGICAL_EXPR => {}
            _ => break,
        }
    }
    denied
}

/// Whether something around an expression says in which rows it is computed, if at all: CASE, IIF, COALESCE and their like, what stands
/// left of it in a condition. EXISTS only asks whether there are rows.
pub(crate) fn is_optional(node: &SyntaxNode) -> bool {
    node.ancestors().zip(node.ancestors().skip(1)).any(|(inner, around)| match around.kind() {
        SyntaxKind::SQL_CASE_EXPR | SyntaxKind::SQL_EXISTS_EXPR => true,
        // What stands first is looked at.
        SyntaxKind::SQL_LOGICAL_EXPR | SyntaxKind::SQL_IN_LIST => inner.prev_sibling().is_some(),
        SyntaxKind::SQL_CALL_EXPR => sql::CallExpr::cast(around)
            .is_some_and(|call| ["IIF", "COALESCE", "ISNULL", "CHOOSE"].iter().any(|name| call.is_call_of(name))),
        _ => false,
    })
}

/// Whether an expression is a condition, in parentheses or not.
pub(crate) fn is_condition(expr: &Expr) -> bool {
    matches!(
        expr.clone().without_parens(),
        Expr::CompareExpr(_)
            | Expr::LogicalExpr(_)
            | Expr::NotExpr(_)
            | Expr::BetweenExpr(_)
            | Expr::InExpr(_)
            | Expr::LikeExpr(_)
            | Expr::IsNullExpr(_)
            | Expr::IsDistinctExpr(_)
            | Expr::ExistsExpr(_)
    )
}

/// Whether a call in a node gives another value each time it is written.
pub(crate) fn is_random(node: &SyntaxNode) -> bool {
    let mut calls = node.descendants().filter_map(sql::CallExpr::cast);
    calls.any(|call| is_random_call(&call))
}

/// Whether a call gives another value each time it is written.
pub(crate) fn is_random_call(call: &sql::CallExpr) -> bool {
    ["NEWID", "RAND", "CRYPT_GEN_RANDOM"].iter().any(|name| call.is_call_of(name))
}

/// Whether a comment stands in a node, or COLLATE says how a text in it is compared.
pub(crate) fn has_comment_or_collation(node: &SyntaxNode) -> bool {
    let mut elements = node.descendants_with_tokens().map(|element| element.kind());
    elements.any(|kind| matches!(kind, SyntaxKind::COMMENT | SyntaxKind::LINE_COMMENT | SyntaxKind::SQL_COLLATE_EXPR))
}

/// Whether a comment stands in a node.
pub(crate) fn has_comment(node: &SyntaxNode) -> bool {
    let mut elements = node.descendants_with_tokens().map(|element| element.kind());
    elements.any(|kind| matches!(kind, SyntaxKind::COMMENT | SyntaxKind::LINE_COMMENT))
}

/// Where a node stands, with the word behind it.
pub(crate) fn with_next_word(node: &SyntaxNode) -> TextRange {
    let next = std::iter::successors(node.last_token(), |token| token.next_token()).skip(1);
    let next = next.into_iter().find(|token| !token.kind().is_trivia());
    next.map_or(node.text_range(), |next| node.text_range().cover(next.text_range()))
}

/// Conditions that all hold, in place of one: in parentheses where something around them binds tighter than AND.
pub(crate) fn conjunction(place: &SyntaxNode, parts: &[String]) -> String {
    let text = parts.join(" AND ");
    if parts.len() < 2 || stands_alone(place) { text } else { format!("({text})") }
}

fn stands_alone(place: &SyntaxNode) -> bool {
    let Some(parent) = place.parent() else { return false };
    match parent.kind() {
        SyntaxKind::SQL_WHERE_CLAUSE | SyntaxKind::SQL_ON_CLAUSE | SyntaxKind::SQL_HAVING_CLAUSE => true,
        SyntaxKind::SQL_PAREN_EXPR => true,
        _ => sql::LogicalExpr::cast(parent).is_some_and(|logical| logical.op() == LogicalOp::And),
    }
}
