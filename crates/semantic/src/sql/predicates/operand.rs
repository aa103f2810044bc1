//! What stands on one side of a condition.

use sfmc_syntax::{
    SmolStr, TextRange,
    ast::{
        AstNode,
        sql::{Expr, NameToken},
    },
};

use super::moment::{Moment, moment};
use crate::sql::{
    constants::Constant,
    functions,
    model::{ColumnId, SourceId, SqlMeaning},
    types::{Nullability, SqlType},
};

/// What stands on one side of a condition.
#[derive(Clone, Debug, PartialEq)]
pub struct Operand {
    /// Where it stands.
    pub range: TextRange,
    /// The column that it is, unchanged: an index can be used for it.
    pub column: Option<ColumnId>,
    /// Every column in it, but for those in queries.
    pub columns: Vec<ColumnId>,
    /// Those whose NULL makes it NULL.
    pub strict: Vec<ColumnId>,
    /// Sources without a row make it NULL: those of `strict`, and those of columns that only their source is known of.
    pub rows: Vec<SourceId>,
    /// The function or operator around its columns, in upper case: `YEAR`, `CAST`, `+`.
    pub wrapped: Option<SmolStr>,
    /// It differs from row to row, for all that is known.
    pub varies: bool,
    /// Its value.
    pub constant: Option<Constant>,
    /// A time that is so far from now.
    pub moment: Option<Moment>,
    /// Its type.
    pub ty: SqlType,
    /// Whether it can be NULL.
    pub nullability: Nullability,
}

/// The operand that an expression is. It has been walked.
pub(super) fn operand(meaning: &SqlMeaning, expr: &Expr) -> Operand {
    let expr = expr.clone().without_parens();
    let info = meaning.expr(&expr);
    let mut found = Operand {
        range: expr.range(),
        column: info.and_then(|info| info.column),
        columns: Vec::new(),
        strict: Vec::new(),
        rows: Vec::new(),
        wrapped: None,
        varies: false,
        constant: info.and_then(|info| info.constant.clone()),
        moment: moment(meaning, &expr),
        ty: info.map_or(SqlType::Unknown, |info| info.ty),
        nullability: info.map_or(Nullability::Unknown, |info| info.nullability),
    };
    if let Expr::CollateExpr(collate) = &expr
        && let Some(inner) = collate.expr()
    {
        found.column = meaning.expr(&inner.without_parens()).and_then(|info| info.column);
    }
    columns(meaning, &expr, true, &mut found);
    if found.column.is_none() && found.varies {
        found.wrapped = wrapper(&expr);
    }
    found
}

/// Adds the columns of an expression; `strict` where their NULL makes the whole NULL.
fn columns(meaning: &SqlMeaning, expr: &Expr, strict: bool, found: &mut Operand) {
    match expr {
        Expr::NameExpr(_) => {
            found.varies = true;
            let Some(info) = meaning.expr(expr) else { return };
            found.rows.extend(info.source.filter(|_| strict));
            if let Some(column) = info.column {
                found.columns.push(column);
                if strict {
                    found.strict.push(column);
                }
            }
        }
        Expr::Literal(_) | Expr::VariableExpr(_) | Expr::MissingExpr(_) => {}
        Expr::Subquery(_) | Expr::ExistsExpr(_) | Expr::QuantifiedExpr(_) => found.varies = true,
        Expr::CallExpr(call) => {
            let name = call.function().map(|name: NameToken| name.value().to_ascii_uppercase()).unwrap_or_default();
            let strict = strict && functions::is_strict(&name) && call.over_clause().is_none();
            found.varies |= call.over_clause().is_some() || functions::is_aggregate(&name) || name == "NEWID";
            let word = functions::word_at(&name);
            for (place, arg) in call.args().enumerate() {
                if word != Some(place) {
                    columns(meaning, &arg, strict, found);
                }
            }
        }
        Expr::ParenExpr(_)
        | Expr::CollateExpr(_)
        | Expr::TimeZoneExpr(_)
        | Expr::UnaryExpr(_)
        | Expr::ArithExpr(_)
        | Expr::CastExpr(_)
        | Expr::ConvertExpr(_) => {
            // TRY_CAST makes NULL of other values as well.
            for inner in expr.syntax().children().filter_map(Expr::cast) {
                columns(meaning, &inner, strict, found);
            }
        }
        Expr::CaseExpr(case) => {
            let arms = case.arms().flat_map(|arm| arm.condition().into_iter().chain(arm.result()));
            let otherwise = case.else_arm().and_then(|arm| arm.expr());
            for inner in case.operand().into_iter().chain(arms).chain(otherwise) {
                columns(meaning, &inner, false, found);
            }
        }
        _ => {
            for inner in expr.syntax().children().filter_map(Expr::cast) {
                columns(meaning, &inner, false, found);
            }
            found.varies = true;
        }
    }
}

/// What an expression is called by whoever reads it.
fn wrapper(expr: &Expr) -> Option<SmolStr> {
    Some(match expr {
        Expr::CallExpr(call) => call.function()?.value().to_ascii_uppercase().into(),
        Expr::CastExpr(_) => "CAST".into(),
        Expr::ConvertExpr(_) => "CONVERT".into(),
        Expr::CaseExpr(_) => "CASE".into(),
        Expr::ArithExpr(arith) => arith.ops().next()?.0.text().into(),
        Expr::UnaryExpr(_) => "-".into(),
        Expr::TimeZoneExpr(_) => "AT TIME ZONE".into(),
        _ => return None,
    })
}
