//! Rules about SQL: what such a rule looks at, what it is given, and the walk that runs them.
//!
//! A rule words what lexer or parser found ([`CheckSqlProblem`]), or looks at nodes of one kind ([`CheckSql`]) or at comments
//! ([`CheckSqlComment`]). What is only right or wrong as a part of its file (one statement too many) is in [`file`]. Of statements that no
//! query activity runs it is said that they are refused, and nothing of what is in them.

mod bounded;
mod comments;
mod composed;
mod context;
mod dates;
pub(crate) mod dialects;
mod exprs;
mod file;
mod inline_ctes;
mod keys;
mod lengths;
mod limit;
mod pattern;
mod reads;
mod sargable;
mod stray_names;
pub(crate) mod target;
mod type_sizes;
mod unquoted;
mod unquoted_aliases;
mod unquoted_columns;
mod walk;
mod written;

use std::sync::Arc;

use sfmc_db::{Chunk, Db, Page};
use sfmc_diagnostics::Diagnostic;
use sfmc_sql::{SqlProblem, SqlProblemKind};
use sfmc_syntax::{SyntaxToken, ast::AstNode};

pub(crate) use bounded::unbounded_views;
pub(crate) use context::{SqlContext, content_range, is_outermost, outermost_query};
pub(crate) use dates::{DayOrder, day_number, is_day, is_no_day};
pub(crate) use exprs::{
    conjunction, expr_at, has_comment, is_condition, is_denied, is_optional, is_random, item_at, join_at, join_head,
    likeness, with_next_word,
};
pub(crate) use file::{File, PartKind, file_findings};
pub(crate) use inline_ctes::inline_ctes;
pub(crate) use keys::Equal;
pub(crate) use lengths::Lengths;
pub(crate) use limit::{limit_edits, with_blanks_before};
pub(crate) use pattern::pattern;
pub(crate) use reads::{FewRows, each_row_condition, is_distinct, naming_select, restricts, selects_in, sources_in};
pub(crate) use sargable::{bare_condition, has_next_day, part_of};
pub(crate) use type_sizes::{WrongSize, wrong_size};
pub(crate) use unquoted::unquoted_name;
pub(crate) use written::Written;

use crate::declare::Declared;

/// A rule that words problems which were found before any rule ran.
pub(crate) trait CheckSqlProblem: Declared {
    /// The problems that it words; codegen reads them.
    #[allow(dead_code, reason = "read by codegen, which writes the dispatch")]
    const KINDS: &'static [SqlProblemKind];

    /// Reports one.
    fn check(ctx: &mut SqlContext<'_>, problem: &SqlProblem);
}

/// A rule that looks at one kind of node, wherever it stands in a query.
pub(crate) trait CheckSql<N: AstNode>: Declared {
    /// Looks at a node and reports what is wrong with it.
    fn check(ctx: &mut SqlContext<'_>, node: &N);
}

/// A rule that looks at comments.
pub(crate) trait CheckSqlComment: Declared {
    /// Looks at a comment and reports what is wrong with it.
    fn check(ctx: &mut SqlContext<'_>, comment: &SyntaxToken);
}

/// What is wrong in a chunk of a file of SQL; in bytes from the chunk's start, in order of place.
#[salsa::tracked(returns(ref))]
pub(crate) fn sql_findings(db: &dyn Db, page: Page, chunk: Chunk) -> Arc<[Diagnostic]> {
    let mut ctx = SqlContext::new(db, page, chunk);
    walk::walk(&mut ctx);
    let mut found = ctx.finish();
    crate::check::sort(&mut found);
    found.into()
}
