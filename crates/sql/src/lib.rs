//! SQL as query activities run it: one logos lexer, a splitter that cuts a file into pieces, and a parser of T-SQL's query language.
//!
//! What a query activity refuses but T-SQL has (CTEs, DML, DDL, variables, procedures) is no problem of the parser: it has nodes, and
//! rules say what there is to say of them. What no T-SQL server would read is a problem ([`SqlProblemKind`]), and where it is a thing of
//! another dialect it has a node as well.
//!
//! Invariants: parsing never fails, it returns a tree and problems; the tree's text is the input; a piece is parsed without the rest of
//! its file, and the splitter says how far it looked to find its end ([`Piece::seen`]); no tree is deeper than a small multiple of
//! [`MAX_DEPTH`]. No salsa, no I/O.
//!
//! Source of every fact: the SQL specification, sections 2, 7 and 8, and T-SQL's reference.

mod lexer;
mod names;
mod parser;
mod placeholder;
mod problem;
mod split;
mod statement;
mod words;

pub use lexer::lex;
pub use names::{is_plain_name, quoted_name};
pub use parser::{MAX_DEPTH, ParsedFile, Workspace, parse_file, parse_piece};
pub use placeholder::holds_placeholder;
pub use problem::{SqlProblem, SqlProblemKind};
pub use split::{Piece, Pieces, pieces};
pub use words::is_reserved_word;
