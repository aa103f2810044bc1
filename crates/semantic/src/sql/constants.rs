//! Values that stand in a query.

use std::cmp::Ordering;

use sfmc_sql::holds_placeholder;
use sfmc_syntax::{
    SmolStr,
    ast::{AstToken, sql},
};

use super::{
    model::ExprInfo,
    types::{Length, Nullability, SqlType},
};

/// A value that can be read off.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Constant {
    /// NULL.
    Null,
    /// A whole number.
    Integer(i64),
    /// Another number, as it is written.
    Number(SmolStr),
    /// Text.
    Text(SmolStr),
}

impl Constant {
    /// The whole number, if it is one.
    pub fn integer(&self) -> Option<i64> {
        match self {
            Constant::Integer(number) => Some(*number),
            _ => None,
        }
    }

    /// The text, if it is one.
    pub fn text(&self) -> Option<&str> {
        match self {
            Constant::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The same with the other sign.
    pub(crate) fn negated(&self) -> Option<Constant> {
        match self {
            Constant::Integer(number) => number.checked_neg().map(Constant::Integer),
            Constant::Number(number) => Some(Constant::Number(match number.strip_prefix('-') {
                Some(rest) => rest.into(),
                None => SmolStr::from(format!("-{number}")),
            })),
            _ => None,
        }
    }

    /// Which of two whole numbers is less.
    pub fn compare(&self, other: &Constant) -> Option<Ordering> {
        Some(self.integer()?.cmp(&other.integer()?))
    }
}

/// What a literal is.
pub(crate) fn literal(literal: &sql::Literal) -> ExprInfo {
    let Some(value) = literal.value() else { return ExprInfo::UNKNOWN };
    let (ty, constant) = match value {
        sql::LiteralValue::Text(text) => {
            let national = text.text().starts_with(['n', 'N']);
            let value = text.value();
            // What a placeholder in it stands for, nobody knows.
            if holds_placeholder(&value) {
                let ty = SqlType::Text { national, fixed: false, length: Length::Unknown };
                return ExprInfo::new(ty, Nullability::Never);
            }
            // UTF-16 units, as the server counts.
            let length = Length::of(value.encode_utf16().count().max(1) as u64);
            (SqlType::Text { national, fixed: false, length }, Some(Constant::Text(value.as_ref().into())))
        }
        sql::LiteralValue::Integer(token) => match token.text().parse::<i64>() {
            Ok(number) if i32::try_from(number).is_ok() => (SqlType::Int, Some(Constant::Integer(number))),
            Ok(number) => {
                (SqlType::digits(token.text().trim_start_matches('0').len()), Some(Constant::Integer(number)))
            }
            Err(_) => (
                SqlType::digits(token.text().trim_start_matches('0').len()),
                Some(Constant::Number(token.text().into())),
            ),
        },
        sql::LiteralValue::Decimal(token) => {
            let (whole, fraction) = token.text().split_once('.').unwrap_or((token.text(), ""));
            let whole = whole.trim_start_matches('0').len();
            let small = |n: usize| u8::try_from(n).unwrap_or(38);
            let ty = SqlType::decimal(small(whole + fraction.len()), small(fraction.len()));
            (ty, Some(Constant::Number(token.text().into())))
        }
        sql::LiteralValue::Float(token) => (SqlType::Float, Some(Constant::Number(token.text().into()))),
        sql::LiteralValue::Binary(token) => {
            let bytes = token.text().len().saturating_sub(2).div_ceil(2);
            (SqlType::Binary(Length::of(bytes as u64)), None)
        }
        sql::LiteralValue::Money(_) => (SqlType::Money, None),
        sql::LiteralValue::Odbc(_) => (SqlType::DateTime, None),
        sql::LiteralValue::Null => {
            let constant = Some(Constant::Null);
            return ExprInfo { constant, ..ExprInfo::new(SqlType::Null, Nullability::Maybe) };
        }
        sql::LiteralValue::Default => return ExprInfo::UNKNOWN,
    };
    ExprInfo { constant, ..ExprInfo::new(ty, Nullability::Never) }
}
