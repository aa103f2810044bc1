//! What a function takes.

use std::fmt;

use crate::set::set_of_words;

set_of_words! {
    /// The types that a parameter accepts or a call returns.
    set Types;
    /// A type of value. Text, numbers, booleans and dates are converted into each other where one of them is wanted; rows,
    /// rowsets and objects are converted into nothing.
    enum Type {
        /// Text.
        String = "string",
        /// A whole or decimal number.
        Number = "number",
        /// True or false.
        Boolean = "boolean",
        /// A date with a time.
        Date = "date",
        /// One row of a data extension or of a rowset.
        Row = "row",
        /// Rows.
        Rowset = "rowset",
        /// An object of the SOAP API.
        Object = "object",
    }
}

impl Type {
    /// Whether it is converted into the other types that are.
    pub fn is_scalar(self) -> bool {
        matches!(self, Type::String | Type::Number | Type::Boolean | Type::Date)
    }
}

impl Types {
    /// Every type.
    pub const ANY: Types = Types::of(Type::ALL);

    /// Whether a value of type `found` can be passed, converted if need be.
    pub fn accept(self, found: Type) -> bool {
        self.contains(found) || (found.is_scalar() && self.iter().any(Type::is_scalar))
    }
}

impl fmt::Display for Types {
    /// `string or number`, `any`, or `nothing` for what returns nothing.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if *self == Types::ANY {
            return f.write_str("any");
        }
        if self.is_empty() {
            return f.write_str("nothing");
        }
        for (i, item) in self.iter().enumerate() {
            if i > 0 {
                f.write_str(" or ")?;
            }
            f.write_str(item.as_str())?;
        }
        Ok(())
    }
}

/// What an argument names or holds, beyond its type.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Role {
    /// Code that the platform runs.
    AmpscriptSource,
    /// An attribute of the subscriber or contact.
    AttributeName,
    /// A column of a data extension or rowset.
    ColumnName,
    /// The number of a content block.
    ContentBlockId,
    /// The customer key of a content block.
    ContentBlockKey,
    /// The folder path and name of a content block.
    ContentBlockName,
    /// A data extension, by name or external key.
    DataExtensionName,
    /// The external key of a data filter.
    DataFilterKey,
    /// A date or text that is one.
    Date,
    /// The external key of something else.
    ExternalKey,
    /// A .NET format pattern.
    FormatPattern,
    /// The name of an HTTP header.
    HttpHeaderName,
    /// The number or key of an image.
    ImageAsset,
    /// The name of an impression region.
    ImpressionRegionName,
    /// A JSONPath expression.
    JsonPath,
    /// The external key of a key in Key Management.
    KeyManagementKey,
    /// A culture code such as `en-US`.
    Locale,
    /// A field of a Salesforce object.
    ObjectFieldName,
    /// The number of a CloudPage or microsite page.
    PageId,
    /// How many pairs of arguments follow.
    PairCount,
    /// A .NET regular expression.
    Regex,
    /// A parameter of the page request.
    RequestParameterName,
    /// A column, and `asc` or `desc`.
    SortExpression,
    /// A web address.
    Url,
    /// An XPath expression.
    XPath,
}

/// Whether an argument has to be written out in the code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum LiteralNeed {
    /// Any expression will do.
    None,
    /// Any expression works, but tools and people expect a literal.
    Preferred,
    /// Anything but a literal stops the page from compiling.
    Required,
}

/// A value that a parameter allows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Allowed {
    /// Text, in the usual spelling.
    Text(&'static str),
    /// A number.
    Integer(i64),
}

/// A literal argument, as far as it can be compared with allowed values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Literal<'a> {
    /// The content of a string.
    Text(&'a str),
    /// A whole number.
    Integer(i64),
}

/// A parameter.
#[derive(Debug, PartialEq, Eq)]
pub struct Param {
    /// Its name; in a repeating group without number.
    pub name: &'static str,
    /// What it accepts; of an `out` parameter what it receives.
    pub types: Types,
    /// Whether it can be left out. In a repeating group the group says so.
    pub optional: bool,
    /// Whether the function stores a result in it: the argument must be a plain variable, and the call defines it.
    pub out: bool,
    /// What the argument names or holds.
    pub role: Option<Role>,
    /// Whether the argument must be a literal.
    pub literal: LiteralNeed,
    /// The values that a literal can have, compared without regard to case; empty where there is no such list.
    pub allowed: &'static [Allowed],
    /// Whether every other value is known to fail; without it the list is for completion only.
    pub allowed_is_exhaustive: bool,
    /// What sources disagree on about it.
    pub disputed: Option<&'static str>,
}

impl Param {
    pub(crate) const BASE: Param = Param {
        name: "",
        types: Types::EMPTY,
        optional: false,
        out: false,
        role: None,
        literal: LiteralNeed::None,
        allowed: &[],
        allowed_is_exhaustive: false,
        disputed: None,
    };

    /// Whether this literal is one of the allowed values; any is where there is no list.
    pub fn lists(&self, literal: Literal<'_>) -> bool {
        let is_it = |allowed: &Allowed| match (*allowed, literal) {
            (Allowed::Text(a), Literal::Text(b)) => a.eq_ignore_ascii_case(b),
            (Allowed::Integer(a), Literal::Integer(b)) => a == b,
            (Allowed::Integer(a), Literal::Text(b)) => b.trim().parse() == Ok(a),
            (Allowed::Text(a), Literal::Integer(b)) => a.parse() == Ok(b),
        };
        self.allowed.is_empty() || self.allowed.iter().any(is_it)
    }

    /// Whether this literal is known to fail because it is none of the allowed values.
    pub fn rejects(&self, literal: Literal<'_>) -> bool {
        self.allowed_is_exhaustive && !self.lists(literal)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ampscript::function;

    #[test]
    fn scalars_are_converted_and_rows_are_not() {
        let text = Types::of(&[Type::String]);
        assert!(text.accept(Type::Number) && text.accept(Type::Date));
        assert!(!text.accept(Type::Rowset));
        assert!(!Types::of(&[Type::Rowset]).accept(Type::String));
        assert!(Types::ANY.accept(Type::Object));
    }

    #[test]
    fn types_read_as_prose() {
        assert_eq!(Types::of(&[Type::Number, Type::String]).to_string(), "string or number");
        assert_eq!(Types::ANY.to_string(), "any");
        assert_eq!(Types::EMPTY.to_string(), "nothing");
    }

    #[test]
    fn only_exhaustive_lists_reject() {
        let unit = &function("DateAdd").unwrap().params[2];
        assert!(!unit.rejects(Literal::Text("mi")));
        assert!(unit.rejects(Literal::Text("S")));
        assert!(unit.rejects(Literal::Text("")));
        assert!(unit.rejects(Literal::Integer(1)));
        let format = &function("Format").unwrap().params[2];
        assert!(!format.rejects(Literal::Text("DATE")) && !format.rejects(Literal::Text("")));
        assert!(format.rejects(Literal::Text("Number")));
        let barcode = &function("BarcodeURL").unwrap().params[1];
        assert!(!barcode.allowed.is_empty() && !barcode.rejects(Literal::Text("qr")));
        assert!(!barcode.lists(Literal::Text("qr")) && barcode.lists(Literal::Text("CODE39")));
        assert!(function("DateAdd").unwrap().params[0].lists(Literal::Text("anything")));
    }
}
