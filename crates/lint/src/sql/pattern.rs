//! The pattern of a LIKE, where it is written out.

use sfmc_syntax::{
    TextRange,
    ast::{AstNode, sql},
};

/// The text behind LIKE and where it stands; none where it is computed, or where ESCAPE gives its signs another meaning.
pub(crate) fn pattern(like: &sql::LikeExpr) -> Option<(TextRange, String)> {
    if like.like_token().is_none() || like.escape_clause().is_some() {
        return None;
    }
    let sql::Expr::Literal(literal) = like.pattern()?.without_parens() else { return None };
    match literal.value()? {
        sql::LiteralValue::Text(text) => Some((literal.range(), text.value().into_owned())),
        _ => None,
    }
}
