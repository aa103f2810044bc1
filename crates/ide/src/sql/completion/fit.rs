//! How well does a column fit the place: what is it compared with, what does the function take?

use sfmc_catalog::sql::ParamType;
use sfmc_semantic::sql::{SourceColumn, SqlType};
use sfmc_syntax::SyntaxKind::*;

use super::{
    Place, bare,
    joins::{fit, same_name},
};
use crate::sql::{
    context::{Clause, Predicate, State, Token},
    scope::Reached,
};

/// What is known of the operand that is wanted.
pub(super) struct Fit<'m> {
    compared: Option<(Reached<'m>, &'m SourceColumn)>,
    /// What the function takes.
    param: Option<ParamType>,
    /// The source that was joined last before the place, in ON.
    joined: Option<Reached<'m>>,
    /// A number is added to, or multiplied with.
    computes: bool,
}

impl<'m> Fit<'m> {
    pub(super) fn new(place: &'m Place<'_>) -> Fit<'m> {
        let context = place.context;
        let is_operand = matches!(context.state, State::Operand | State::Member);
        let param = place.argument().filter(|_| is_operand);
        let param = param.and_then(|(function, param)| function.params.get(param)).map(|param| param.ty);
        let anchor = context.anchor();
        let joined = place.scope.near().filter(|reached| reached.source.range.end() <= anchor).last();
        let joined = joined.filter(|_| context.clause == Clause::On);
        Fit { compared: compared(place), param, joined, computes: computes(place) }
    }

    /// What the weight of a column is multiplied with.
    pub(super) fn of(&self, reached: Reached<'_>, column: &SourceColumn) -> f32 {
        let mut weight = match self.param {
            // What is listed or belongs to the key comes first else; a sum is of numbers.
            Some(param @ ParamType::Number) if refuses(param, column.ty) => 0.05,
            Some(param) if refuses(param, column.ty) => 0.2,
            _ => 1.0,
        };
        if self.computes && column.ty.is_known() && (!column.ty.is_number() || column.ty == SqlType::Bit) {
            weight *= 0.1;
        }
        let Some((source, other)) = &self.compared else { return weight };
        let is_same = source.id == reached.id;
        if is_same && other.key == column.key {
            return 0.02;
        }
        if !fit(other, column) {
            weight *= 0.3;
        }
        // What a subquery is about: the row around it.
        if source.depth != reached.depth && same_name(&other.key, &column.key) {
            weight *= 60.0;
        }
        // A join compares what was joined last with what stands before it.
        let Some(joined) = self.joined else { return weight };
        let is_other_side = !is_same && (source.id == joined.id || reached.id == joined.id);
        if is_other_side {
            weight *= if same_name(&other.key, &column.key) { 6.0 } else { 1.5 };
        }
        weight
    }
}

/// Whether the operand at the place is one of arithmetic: `o.Amount * `, `2 + `. What `+` joins is text where its left side is.
fn computes(place: &Place<'_>) -> bool {
    let context = place.context;
    let qualifier = if context.state == State::Member { 2 * context.qualifier.len() } else { 0 };
    let mut before = context.before.iter().rev().skip(qualifier);
    if !before.next().is_some_and(|token| matches!(token.kind, PLUS | MINUS | STAR | SLASH | PERCENT)) {
        return false;
    }
    let Some(left) = before.next() else { return false };
    if matches!(left.kind, INTEGER | REAL) {
        return true;
    }
    if !matches!(left.kind, IDENT | BRACKET_NAME | QUOTED_NAME) {
        return false;
    }
    let name = bare(context.text(left.range)).to_lowercase();
    let columns = place.scope.sources.iter().filter_map(|reached| {
        let columns = &reached.source.columns;
        columns.get(columns.place(&name)?)
    });
    let mut columns = columns.peekable();
    columns.peek().is_some() && columns.all(|column| column.ty.is_known() && column.ty.is_number())
}

/// Whether a column is of a type that a parameter is not for.
fn refuses(param: ParamType, ty: SqlType) -> bool {
    ty.is_known()
        && match param {
            ParamType::Float | ParamType::Int | ParamType::Number => !ty.is_number() || ty == SqlType::Bit,
            ParamType::Date => !ty.is_date(),
            ParamType::String => !ty.is_text(),
            _ => false,
        }
}

/// The column that the operand at the place is compared with: `o.Id = `, and `o.Id = c.` before the name; `o.Id IN (1, `, `o.Id BETWEEN `.
fn compared<'m>(place: &'m Place<'_>) -> Option<(Reached<'m>, &'m SourceColumn)> {
    let context = place.context;
    let qualifier = if context.state == State::Member { 2 * context.qualifier.len() } else { 0 };
    let mut before = context.before.iter().rev().skip(qualifier);
    let word = match before.next()?.kind {
        EQ | NEQ | LTGT | LT | LTE | GT | GTE => None,
        LIKE_KW | BETWEEN_KW => Some(before.next()?),
        // The upper bound: what AND joins else has no operator yet.
        AND_KW if context.predicate == Predicate::Whole => {
            before.find(|token| token.kind == BETWEEN_KW)?;
            Some(before.next()?)
        }
        kind @ (L_PAREN | COMMA) => {
            let in_list = |token: &&Token| matches!(token.kind, COMMA | STRING | NATIONAL_STRING | INTEGER | REAL);
            let opens = kind == L_PAREN || before.find(|token| !in_list(token))?.kind == L_PAREN;
            if !opens || before.next()?.kind != IN_KW {
                return None;
            }
            Some(before.next()?)
        }
        _ => return None,
    };
    // What stands before the operator, and NOT.
    let mut before = word.filter(|word| word.kind != NOT_KW).into_iter().chain(before);
    let is_name = |token: &&Token| matches!(token.kind, IDENT | BRACKET_NAME | QUOTED_NAME);
    let key = |token: &Token| bare(context.text(token.range)).to_lowercase();
    let name = key(before.next().filter(is_name)?);
    let column = |reached: Reached<'m>| {
        let columns = &reached.source.columns;
        Some((reached, columns.get(columns.place(&name)?)?))
    };
    match before.next() {
        Some(dot) if dot.kind == DOT => column(place.scope.source_named(&key(before.next().filter(is_name)?))?),
        _ => {
            let mut owners = place.scope.near().filter_map(column);
            owners.next().filter(|_| owners.next().is_none())
        }
    }
}
