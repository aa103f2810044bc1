//! What operators make of types: T-SQL's rules for precision, scale and length.

use sfmc_syntax::ast::sql::ArithOp;

use super::{Length, SqlType};

/// The longest text that is not `max`.
fn limit(national: bool) -> u16 {
    if national { 4000 } else { 8000 }
}

/// The type of `a op b`. Whole numbers as they are written count as decimals of their digits where they meet decimals: see `digits`.
pub(crate) fn arithmetic(op: ArithOp, a: SqlType, b: SqlType) -> SqlType {
    if !a.is_known() || !b.is_known() {
        return SqlType::Unknown;
    }
    let (a, b) = match (a, b) {
        (SqlType::Null, SqlType::Null) => return SqlType::Int,
        (SqlType::Null, other) | (other, SqlType::Null) => (other, other),
        both => both,
    };
    if a.is_date() || b.is_date() {
        return dates(op, a, b);
    }
    match (a, b) {
        (
            SqlType::Text { national: n1, fixed: f1, length: l1 },
            SqlType::Text { national: n2, fixed: f2, length: l2 },
        ) if op == ArithOp::Add => {
            let national = n1 || n2;
            SqlType::Text { national, fixed: f1 && f2, length: l1.plus(l2, limit(national)) }
        }
        (SqlType::Binary(a), SqlType::Binary(b)) if op == ArithOp::Add => SqlType::Binary(a.plus(b, 8000)),
        _ => numbers(op, a, b),
    }
}

/// The type of `-a`.
pub(crate) fn negated(a: SqlType) -> SqlType {
    match a {
        SqlType::Bit | SqlType::TinyInt => SqlType::SmallInt,
        a if a.is_number() => a,
        SqlType::Null => SqlType::Int,
        _ => SqlType::Unknown,
    }
}

/// Only `datetime` and `smalldatetime` know days as numbers.
fn dates(op: ArithOp, a: SqlType, b: SqlType) -> SqlType {
    let counts = |ty: SqlType| matches!(ty, SqlType::DateTime | SqlType::SmallDateTime);
    let fits = |ty: SqlType| counts(ty) || ty.is_number() || ty.is_text();
    if matches!(op, ArithOp::Add | ArithOp::Subtract) && fits(a) && fits(b) { a.join(b) } else { SqlType::Unknown }
}

fn numbers(op: ArithOp, a: SqlType, b: SqlType) -> SqlType {
    // A text is converted to the number that it meets.
    let (a, b) = match (a.is_text(), b.is_text()) {
        (true, true) => return SqlType::Unknown,
        (true, false) => (b, b),
        (false, true) => (a, a),
        (false, false) => (a, b),
    };
    if !a.is_number() || !b.is_number() {
        return SqlType::Unknown;
    }
    if matches!(op, ArithOp::BitAnd | ArithOp::BitOr | ArithOp::BitXor) {
        return if a.is_integer() && b.is_integer() { a.join(b) } else { SqlType::Unknown };
    }
    let decimal = matches!(a, SqlType::Decimal(_)) || matches!(b, SqlType::Decimal(_));
    if !decimal || matches!(a.join(b), SqlType::Float | SqlType::Real) {
        return match a.join(b) {
            SqlType::Bit => SqlType::Int,
            other => other,
        };
    }
    let (Some((p1, s1)), Some((p2, s2))) = (a.precision(), b.precision()) else { return SqlType::Decimal(None) };
    decimals(op, (p1.into(), s1.into()), (p2.into(), s2.into()))
}

/// The table "Precision, scale, and length" of T-SQL's reference.
fn decimals(op: ArithOp, (p1, s1): (i32, i32), (p2, s2): (i32, i32)) -> SqlType {
    let (precision, scale) = match op {
        ArithOp::Add | ArithOp::Subtract => (s1.max(s2) + (p1 - s1).max(p2 - s2) + 1, s1.max(s2)),
        ArithOp::Multiply => (p1 + p2 + 1, s1 + s2),
        ArithOp::Divide => {
            let scale = 6.max(s1 + p2 + 1);
            (p1 - s1 + s2 + scale, scale)
        }
        ArithOp::Remainder => ((p1 - s1).min(p2 - s2) + s1.max(s2), s1.max(s2)),
        ArithOp::BitAnd | ArithOp::BitOr | ArithOp::BitXor => return SqlType::Unknown,
    };
    let scale = if precision <= 38 {
        scale
    } else if matches!(op, ArithOp::Multiply | ArithOp::Divide) {
        // Whole digits go before those behind the point, of which six stay.
        scale.min((38 - (precision - scale)).max(6.min(scale)))
    } else {
        scale.min((38 - (precision - scale)).max(0))
    };
    let small = |n: i32| u8::try_from(n.clamp(0, 38)).unwrap_or(38);
    SqlType::decimal(small(precision), small(scale))
}

impl SqlType {
    /// The type that a whole number of so many digits has beside a decimal.
    pub(crate) fn digits(count: usize) -> SqlType {
        SqlType::decimal(u8::try_from(count).unwrap_or(38), 0)
    }

    /// What T-SQL takes as text in its place, where a text is asked for: how long it can be.
    pub fn as_text_length(self) -> Length {
        match self {
            SqlType::Text { length, .. } => length,
            SqlType::Null => Length::Known(0),
            SqlType::Bit => Length::Known(1),
            SqlType::TinyInt => Length::Known(3),
            SqlType::SmallInt => Length::Known(6),
            SqlType::Int => Length::Known(11),
            SqlType::BigInt => Length::Known(20),
            SqlType::Decimal(Some((precision, _))) => Length::Known(u16::from(precision) + 3),
            SqlType::UniqueIdentifier => Length::Known(36),
            _ => Length::Unknown,
        }
    }
}
