//! Functions of T-SQL, as far as query activities have them, and those of other dialects that people write.

use std::sync::LazyLock;

use crate::{
    generated::sql_functions::{BY_NAME, FOREIGN, FUNCTIONS, UNTRIED},
    index::NameIndex,
};

/// A function.
#[derive(Debug, PartialEq, Eq)]
pub struct Function {
    /// Its name, in capitals.
    pub name: &'static str,
    /// How it is written.
    pub form: Form,
    /// What it is for.
    pub category: Category,
    /// Its parameters, in order. Of `CAST(x AS type)` both.
    pub params: &'static [Param],
    /// How many arguments it takes at least. In the form with AS one, the type is none.
    pub min: u8,
    /// How many it takes at most; none if as many as wanted.
    pub max: Option<u8>,
    /// What it returns, in words.
    pub returns: &'static str,
    /// Whether query activities have it.
    pub support: Support,
    /// It does nothing without OVER.
    pub needs_over: bool,
    /// A clause of its own that may follow.
    pub clause: Option<&'static str>,
    /// Somebody tried it or documents it for Marketing Cloud; else it is only known of T-SQL.
    pub proven: bool,
    /// What it does.
    pub note: &'static str,
}

/// How a function is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Form {
    /// `NAME(a, b)`
    Call,
    /// `NAME(a AS type)`
    WithAs,
    /// `NAME`
    NoParens,
}

/// What a function is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs, reason = "the words say it")]
pub enum Category {
    Aggregate,
    Conversion,
    Date,
    Hash,
    Json,
    Logical,
    Math,
    Null,
    String,
    System,
    Table,
    Window,
}

/// Whether query activities have a function.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Support {
    /// They have it.
    Yes,
    /// They refuse it.
    No,
    /// Nobody knows: nothing may be said of it.
    Unknown,
}

/// A parameter.
#[derive(Debug, PartialEq, Eq)]
pub struct Param {
    /// Its name.
    pub name: &'static str,
    /// What it takes.
    pub ty: ParamType,
    /// It can be left out.
    pub optional: bool,
    /// As many arguments as wanted may follow in its place.
    pub variadic: bool,
}

/// What a parameter takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ParamType {
    /// Any value.
    Any,
    /// Any value, or `*`.
    AnyOrStar,
    /// A condition.
    Boolean,
    /// A date, a time, or both.
    Date,
    /// The bare name of a part of dates.
    DatePart,
    /// A floating-point number.
    Float,
    /// A whole number.
    Int,
    /// Any number.
    Number,
    /// A text.
    String,
    /// The name of a data type.
    Type,
    /// Bytes.
    VarBinary,
    /// A bare word.
    Word,
}

/// A function of another dialect.
#[derive(Debug, PartialEq, Eq)]
pub struct ForeignFunction {
    /// Its name, in capitals.
    pub name: &'static str,
    /// What to write instead, in words.
    pub instead: &'static str,
}

static INDEX: LazyLock<NameIndex> = LazyLock::new(|| NameIndex::new(BY_NAME));

/// The function of a name, in any case.
pub fn function(name: &str) -> Option<&'static Function> {
    FUNCTIONS.get(usize::from(INDEX.get(name)?))
}

/// All functions, by name.
pub fn functions() -> &'static [Function] {
    FUNCTIONS
}

/// The function of another dialect with a name, in any case.
pub fn foreign_function(name: &str) -> Option<&'static ForeignFunction> {
    FOREIGN.iter().find(|function| function.name.eq_ignore_ascii_case(name))
}

/// All functions of other dialects that are known.
pub fn foreign_functions() -> &'static [ForeignFunction] {
    FOREIGN
}

/// Whether T-SQL has a function that no source says to work in a query activity, or not to; of a name in any case.
pub fn is_untried_function(name: &str) -> bool {
    UNTRIED.binary_search(&&*name.to_ascii_uppercase()).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_functions() {
        let part = function("DateAdd").unwrap();
        assert_eq!((part.name, part.min, part.max, part.params[0].ty), ("DATEADD", 3, Some(3), ParamType::DatePart));
        let coalesce = function("coalesce").unwrap();
        assert_eq!((coalesce.max, coalesce.params.last().unwrap().variadic), (None, true));
        assert_eq!(function("cast").unwrap().form, Form::WithAs);
        assert!(function("row_number").unwrap().needs_over);
        assert_eq!(function("STRING_SPLIT").unwrap().category, Category::Table);
        assert_eq!(function("nvl"), None);
        assert_eq!(foreign_function("nvl").unwrap().instead, "ISNULL(a,b)");
        assert!(is_untried_function("ParseName") && !is_untried_function("len"));
    }

    #[test]
    fn arities_fit_parameters() {
        for function in functions().iter().filter(|function| function.form == Form::Call) {
            let needed = function.params.iter().filter(|param| !param.optional).count();
            assert!(usize::from(function.min) >= needed, "{} takes {needed} at least", function.name);
            let most = function.max.map(usize::from);
            let is_open = function.params.iter().any(|param| param.variadic);
            assert!(is_open || most == Some(function.params.len()), "{}", function.name);
            let elsewhere = foreign_function(function.name).is_some() || is_untried_function(function.name);
            assert!(!elsewhere, "{} is in two lists", function.name);
        }
    }

    #[test]
    fn in_order() {
        let names: Vec<_> = functions().iter().map(|function| function.name).collect();
        assert!(names.is_sorted_by(|a, b| a < b), "{names:?}");
    }
}
