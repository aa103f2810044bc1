//! What a page means as a whole: its structure, which IF and FOR go with which end, across blocks; and what flows through it, which
//! variable holds what where.
//!
//! Invariant: folds read facts and bodies of chunks, never trees or offsets, so that an edit which leaves those equal runs no fold.

mod body;
mod commented;
mod effects;
mod environment;
mod flow;
mod frames;
mod guards;
mod inclusions;
mod mentions;
mod nested;
mod openers;
mod script_lexer;
mod script_names;
mod server_scripts;
mod structure;
mod texts;
mod tokens;
mod value;
mod words;

pub mod sql;

pub use body::{
    Body, Call, CompareOp, Expr, ExprId, LogicalOp, Lowered, NameId, Operands, ScriptUse, Step, chunk_body, lowered,
};
pub use commented::commented_code;
pub use effects::{PageEffects, included, page_effects};
pub use environment::{
    Directive, DirectiveError, chunk_directive_errors, chunk_directives, has_slots, is_document, page_environment,
};
pub use flow::{
    ChunkFlow, CodeItem, CodePlace, CountedRows, Definition, DefinitionKind, Occurrence, OccurrenceKind, OpenFrame,
    PageFlow, PageVariables, Value, Variable, chunk_flow, page_flow, page_variables,
};
pub use frames::{ControlFrame, page_frames};
pub use guards::{Around, Asked, Following, GuardedStep, Guards, page_guards};
pub use inclusions::includes_contents;
pub use mentions::{Inclusion, MentionedVariable, Mentions, code_arguments, page_mentions};
pub use openers::{Opener, open_before, opener_of};
pub use script_names::{ScriptName, ScriptTexts, script_names, script_texts};
pub use server_scripts::each_script;
pub use structure::{
    MAX_NESTING, PageStructure, Place, PlaceKind, StructureProblem, hides_code, page_structure, place_range,
};
pub use texts::names_in_text;
pub use tokens::{ChunkTokens, ClassifiedToken, TokenClass, TokenMarks, chunk_tokens, sql_tokens};
pub use value::{Constant, Marks, ValueTypes};
pub use words::{Literal, Words, words};
