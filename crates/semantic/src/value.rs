//! What is known of a value before the page runs.

use std::fmt;

use sfmc_catalog::ampscript::{Type, Types};
use sfmc_syntax::SmolStr;

/// The types that a value can have. The platform's values carry one of them each.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct ValueTypes(u16);

impl ValueTypes {
    /// No value at all.
    pub const NONE: ValueTypes = ValueTypes(0);
    /// Null: an unset variable, a missing column.
    pub const NULL: ValueTypes = ValueTypes(1);
    /// True or false.
    pub const BOOLEAN: ValueTypes = ValueTypes(2);
    /// A number.
    pub const NUMBER: ValueTypes = ValueTypes(4);
    /// Text.
    pub const STRING: ValueTypes = ValueTypes(8);
    /// A date.
    pub const DATE: ValueTypes = ValueTypes(16);
    /// A row.
    pub const ROW: ValueTypes = ValueTypes(32);
    /// Rows.
    pub const ROWSET: ValueTypes = ValueTypes(64);
    /// An object of the SOAP API.
    pub const OBJECT: ValueTypes = ValueTypes(128);
    /// Anything: nothing is known.
    pub const ANY: ValueTypes = ValueTypes(255);

    /// Either's types.
    #[must_use]
    pub const fn or(self, other: ValueTypes) -> ValueTypes {
        ValueTypes(self.0 | other.0)
    }

    /// Without some types.
    #[must_use]
    pub const fn without(self, other: ValueTypes) -> ValueTypes {
        ValueTypes(self.0 & !other.0)
    }

    /// Whether it can be one of these.
    pub const fn intersects(self, other: ValueTypes) -> bool {
        self.0 & other.0 != 0
    }

    /// Whether it can only be one of these, and is known at all.
    pub const fn is_within(self, other: ValueTypes) -> bool {
        self.0 != 0 && self.0 & !other.0 == 0
    }

    /// What a function returns, or an out-argument receives; anything where the catalog does not say.
    pub fn of(types: Types) -> ValueTypes {
        let mut found = ValueTypes::NONE;
        for item in types.iter() {
            found = found.or(match item {
                Type::String => ValueTypes::STRING,
                Type::Number => ValueTypes::NUMBER,
                Type::Boolean => ValueTypes::BOOLEAN,
                Type::Date => ValueTypes::DATE,
                Type::Row => ValueTypes::ROW,
                Type::Rowset => ValueTypes::ROWSET,
                Type::Object => ValueTypes::OBJECT,
            });
        }
        if found == ValueTypes::NONE { ValueTypes::ANY } else { found }
    }

    /// The type in the catalog's terms, when there is only one; null counts as none.
    pub fn single(self) -> Option<Type> {
        Some(match self.without(ValueTypes::NULL) {
            ValueTypes::BOOLEAN => Type::Boolean,
            ValueTypes::NUMBER => Type::Number,
            ValueTypes::STRING => Type::String,
            ValueTypes::DATE => Type::Date,
            ValueTypes::ROW => Type::Row,
            ValueTypes::ROWSET => Type::Rowset,
            ValueTypes::OBJECT => Type::Object,
            _ => return None,
        })
    }
}

impl fmt::Debug for ValueTypes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if *self == ValueTypes::ANY {
            return f.write_str("any");
        }
        let names = ["null", "boolean", "number", "string", "date", "row", "rowset", "object"];
        let mut first = true;
        for (_, name) in names.iter().enumerate().filter(|(i, _)| self.0 & 1 << i != 0) {
            if !std::mem::take(&mut first) {
                f.write_str("|")?;
            }
            f.write_str(name)?;
        }
        if first { f.write_str("none") } else { Ok(()) }
    }
}

/// What is known of a variable, or of an expression that reads it, at one place.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Marks(u16);

impl Marks {
    /// On some way here nothing has set it, or VAR has set it to null.
    pub const MAYBE_UNSET: Marks = Marks(1);
    /// On some way here something has set it.
    pub const MAYBE_SET: Marks = Marks(2);
    /// Code that is not known here could have set it: a content block, a caller, a script.
    pub const OPAQUE: Marks = Marks(4);
    /// A condition lets come here only what is not empty, as far as whoever wrote it thought: an empty text passes `!= 0`.
    pub const NOT_EMPTY: Marks = Marks(8);
    /// A condition, or a loop over them, has counted its rows and lets come here only where there are some.
    pub const HAS_ROWS: Marks = Marks(16);
    /// A condition lets come here only what is empty.
    pub const EMPTY: Marks = Marks(32);
    /// A condition or a call has looked at it: whoever wrote it has thought of the case.
    pub const CHECKED: Marks = Marks(64);

    /// A condition has counted its rows and lets come here only where there are none.
    pub const NO_ROWS: Marks = Marks(128);

    /// A row was taken from it: where there was none, the page has ended.
    pub const TAKEN: Marks = Marks(256);

    /// What is proven of a value rather than how it came about.
    const PROOFS: Marks = Marks(8 | 16 | 32 | 64 | 128 | 256);

    /// Whether all of these hold.
    pub const fn has(self, other: Marks) -> bool {
        self.0 & other.0 == other.0
    }

    /// These too.
    #[must_use]
    pub const fn with(self, other: Marks) -> Marks {
        Marks(self.0 | other.0)
    }

    /// Not these.
    #[must_use]
    pub const fn without(self, other: Marks) -> Marks {
        Marks(self.0 & !other.0)
    }

    /// Where two ways meet: what either says of how it came about, and what both prove.
    #[must_use]
    pub const fn join(self, other: Marks) -> Marks {
        let ways = (self.0 | other.0) & !Marks::PROOFS.0;
        Marks(ways | (self.0 & other.0 & Marks::PROOFS.0))
    }
}

impl fmt::Debug for Marks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names =
            ["maybe-unset", "maybe-set", "opaque", "not-empty", "has-rows", "empty", "checked", "no-rows", "taken"];
        let words: Vec<&str> =
            names.iter().enumerate().filter(|(i, _)| self.0 & 1 << i != 0).map(|(_, name)| *name).collect();
        f.write_str(&words.join(" "))
    }
}

/// A value that is known before the page runs.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Constant {
    /// Text.
    Text(SmolStr),
    /// A whole number.
    Integer(i64),
    /// Another number, as it is written.
    Number(SmolStr),
    /// True or false.
    Boolean(bool),
}

impl Constant {
    /// The text that it is printed as. Booleans have none: sources disagree (ampscript.md section 14, 5).
    pub fn printed(&self) -> Option<SmolStr> {
        match self {
            Constant::Text(text) | Constant::Number(text) => Some(text.clone()),
            Constant::Integer(n) => Some(SmolStr::from(n.to_string())),
            Constant::Boolean(_) => None,
        }
    }

    /// The text that it is.
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Constant::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The whole number that it is, or that its text says: the platform converts it.
    pub fn as_integer(&self) -> Option<i64> {
        match self {
            Constant::Integer(n) => Some(*n),
            Constant::Text(text) => text.trim().parse().ok(),
            _ => None,
        }
    }

    /// The number that it is, or that its text says.
    pub fn as_number(&self) -> Option<f64> {
        match self {
            #[allow(clippy::cast_precision_loss, reason = "compared with small numbers")]
            Constant::Integer(n) => Some(*n as f64),
            Constant::Number(text) | Constant::Text(text) => text.trim().parse().ok(),
            Constant::Boolean(_) => None,
        }
    }

    /// Its type.
    pub fn types(&self) -> ValueTypes {
        match self {
            Constant::Text(_) => ValueTypes::STRING,
            Constant::Integer(_) | Constant::Number(_) => ValueTypes::NUMBER,
            Constant::Boolean(_) => ValueTypes::BOOLEAN,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn where_ways_meet() {
        let set = Marks::MAYBE_SET.with(Marks::NOT_EMPTY).with(Marks::CHECKED);
        let unset = Marks::MAYBE_UNSET.with(Marks::CHECKED);
        let joined = set.join(unset);
        assert!(joined.has(Marks::MAYBE_SET) && joined.has(Marks::MAYBE_UNSET) && joined.has(Marks::CHECKED));
        assert!(!joined.has(Marks::NOT_EMPTY));
    }

    #[test]
    fn types() {
        let either = ValueTypes::ROW.or(ValueTypes::NULL);
        assert_eq!(format!("{either:?}"), "null|row");
        assert_eq!(either.single(), Some(Type::Row));
        assert!(either.is_within(ValueTypes::ROW.or(ValueTypes::NULL)) && !either.is_within(ValueTypes::ROW));
        assert_eq!(ValueTypes::of(Types::EMPTY), ValueTypes::ANY);
        assert_eq!(ValueTypes::ANY.single(), None);
    }
}
