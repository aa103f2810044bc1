//! AMPscript: its functions and the names that the language knows.

mod arity;
mod function;
mod names;
mod param;

pub use arity::{Arg, ArityProblem, Repeat};
pub use function::{
    Availability, CallForm, Contexts, Cost, Deprecated, Effect, Effects, Function, FunctionId, Mcn, function,
    functions, member,
};
pub use names::{
    Audience, Audiences, ForeignKeyword, ForeignOperator, Keyword, KeywordKind, Operator, OperatorKind,
    PersonalizationString, ScriptAttribute, SyndicationDirective, SystemVariable, foreign_keyword, foreign_operator,
    foreign_operators, guide_tags, keyword, keywords, operator, operators, personalization_string,
    personalization_strings, script_attributes, syndication_directives, syndication_phases, system_variable,
    system_variables,
};
pub use param::{Allowed, Literal, LiteralNeed, Param, Role, Type, Types};
