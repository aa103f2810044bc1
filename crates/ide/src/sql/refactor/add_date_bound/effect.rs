//! What becomes of the rows of a statement when fewer are read of a table.

use sfmc_syntax::{
    NodeOrToken, SyntaxKind, SyntaxNode,
    ast::{
        AstNode,
        sql::{self, CompareOp},
    },
};

/// Functions that give a value where there is none.
const INSTEAD_OF_NULL: [&str; 5] = ["COALESCE", "CONCAT", "CONCAT_WS", "IIF", "ISNULL"];

/// What to say of it. None where some rows come only because there is no row of the table, or few: there would be more of them, of whom nobody
/// knows whether they belong there.
pub(super) fn effect(table: &sql::NamedTable, outer: bool) -> Option<&'static str> {
    let (mut returns_less, mut joined) = (!outer, outer);
    for node in table.syntax().ancestors() {
        match node.kind() {
            SyntaxKind::SQL_NOT_EXPR | SyntaxKind::SQL_QUANTIFIED_EXPR => return None,
            SyntaxKind::SQL_IN_EXPR if has(&node, SyntaxKind::NOT_KW) => return None,
            SyntaxKind::SQL_SET_OPERATION
                if node.descendants_with_tokens().any(|element| element.kind() == SyntaxKind::EXCEPT_KW) =>
            {
                return None;
            }
            // Who uses what WITH names may ask for what is not in it.
            SyntaxKind::SQL_CTE => returns_less = false,
            SyntaxKind::SQL_IN_EXPR | SyntaxKind::SQL_EXISTS_EXPR => returns_less &= filters(&node)?,
            SyntaxKind::SQL_SUBQUERY => {
                let parent = node.parent().map(|parent| parent.kind());
                let is_own = [SyntaxKind::SQL_EXISTS_EXPR, SyntaxKind::SQL_IN_EXPR, SyntaxKind::SQL_DERIVED_TABLE];
                // Before IN it stands for a value.
                let is_value = parent == Some(SyntaxKind::SQL_IN_EXPR) && node.prev_sibling().is_none();
                if is_value || !parent.is_some_and(|parent| is_own.contains(&parent)) {
                    returns_less &= filters(&node)?;
                }
            }
            SyntaxKind::SQL_JOIN => {
                let is_outer = [SyntaxKind::LEFT_KW, SyntaxKind::RIGHT_KW, SyntaxKind::FULL_KW, SyntaxKind::OUTER_KW];
                // `a RIGHT JOIN b` returns the rows of `b`, as `b LEFT JOIN a` does.
                let is_kept = !outer
                    && has(&node, SyntaxKind::RIGHT_KW)
                    && table.syntax().parent().is_some_and(|parent| parent == node);
                joined |= !is_kept && is_outer.into_iter().any(|kind| has(&node, kind));
            }
            SyntaxKind::SQL_SELECT => {
                let select = sql::Select::cast(node)?;
                let having = select.having_clause().and_then(|clause| clause.expr());
                if having.is_some_and(|condition| !wants_many(&condition)) || (joined && asks_for_null(&select)) {
                    return None;
                }
            }
            _ => {}
        }
    }
    let root = table.syntax().ancestors().last()?;
    let in_cte = table.syntax().ancestors().any(|node| node.kind() == SyntaxKind::SQL_CTE);
    let negates = |node: SyntaxNode| match node.kind() {
        SyntaxKind::SQL_NOT_EXPR => true,
        SyntaxKind::SQL_IN_EXPR => has(&node, SyntaxKind::NOT_KW),
        SyntaxKind::SQL_SET_OPERATOR => has(&node, SyntaxKind::EXCEPT_KW),
        SyntaxKind::SQL_SELECT => sql::Select::cast(node).is_some_and(|select| asks_for_null(&select)),
        SyntaxKind::SQL_HAVING_CLAUSE => {
            let condition = sql::HavingClause::cast(node).and_then(|clause| clause.expr());
            condition.is_some_and(|condition| !wants_many(&condition))
        }
        kind => is_null(kind, &node),
    };
    if in_cte && root.descendants().any(negates) {
        return None;
    }
    Some(if returns_less && !joined { "returns less" } else { "fewer rows of it count" })
}

fn has(node: &SyntaxNode, kind: SyntaxKind) -> bool {
    node.children_with_tokens().filter_map(NodeOrToken::into_token).any(|token| token.kind() == kind)
}

/// Whether a condition or a value with a query in it says by itself, or with AND and OR, which rows there are. If not, it is part of a value
/// that they hold; none where that decides about rows, too: with which outcome is not known.
fn filters(condition: &SyntaxNode) -> Option<bool> {
    let mut is_condition = condition.kind() != SyntaxKind::SQL_SUBQUERY;
    for node in condition.ancestors().skip(1) {
        match node.kind() {
            SyntaxKind::SQL_LOGICAL_EXPR | SyntaxKind::SQL_PAREN_EXPR => {}
            SyntaxKind::SQL_WHERE_CLAUSE | SyntaxKind::SQL_ON_CLAUSE | SyntaxKind::SQL_HAVING_CLAUSE => {
                return is_condition.then_some(true);
            }
            SyntaxKind::SQL_SELECT => return Some(false),
            // Of the join itself, if its condition has no node of its own.
            SyntaxKind::SQL_JOIN => return is_condition.then_some(true),
            _ => is_condition = false,
        }
    }
    Some(false)
}

/// Whether the conditions of a SELECT ask for what is null, or take something else for it.
fn asks_for_null(select: &sql::Select) -> bool {
    let on = select.from_clause().into_iter().flat_map(|clause| clause.syntax().descendants());
    let on = on.filter(|node| node.kind() == SyntaxKind::SQL_ON_CLAUSE);
    let clauses = select.where_clause().map(|clause| clause.syntax().clone()).into_iter().chain(on);
    clauses.flat_map(|clause| clause.descendants()).any(|node| match node.kind() {
        SyntaxKind::SQL_CASE_EXPR => true,
        SyntaxKind::SQL_CALL_EXPR => {
            let name =
                sql::CallExpr::cast(node).and_then(|call| call.name()).map(|name| name.syntax().text().to_string());
            name.is_some_and(|name| INSTEAD_OF_NULL.iter().any(|other| name.trim().eq_ignore_ascii_case(other)))
        }
        kind => is_null(kind, &node),
    })
}

fn is_null(kind: SyntaxKind, node: &SyntaxNode) -> bool {
    kind == SyntaxKind::SQL_IS_NULL_EXPR && !has(node, SyntaxKind::NOT_KW)
}

/// Whether a condition on groups holds for none of which there are fewer rows that it does not hold for now: `COUNT(*) > 3`.
fn wants_many(condition: &sql::Expr) -> bool {
    match condition {
        sql::Expr::LogicalExpr(expr) => expr.operands().all(|operand| wants_many(&operand)),
        sql::Expr::CompareExpr(expr) => {
            let is_more = matches!(expr.op(), Some(CompareOp::Greater | CompareOp::GreaterOrEqual));
            let name = match expr.lhs() {
                Some(sql::Expr::CallExpr(call)) => call.name().map(|name| name.syntax().text().to_string()),
                _ => None,
            };
            let counts = name.is_some_and(|name| name.trim().eq_ignore_ascii_case("COUNT"));
            is_more && counts && matches!(expr.rhs(), Some(sql::Expr::Literal(_)))
        }
        _ => false,
    }
}
