//! The walk over a chunk.

use sfmc_syntax::{
    NodeOrToken, SyntaxKind,
    ast::{AstNode, sql},
};

use super::SqlContext;
use crate::generated::registry;

/// Runs every rule over a chunk.
pub(super) fn walk(ctx: &mut SqlContext<'_>) {
    for problem in ctx.problems() {
        registry::check_sql_problem(ctx, problem);
    }
    comments(ctx);
    let script = sql::Script::cast(ctx.root().clone());
    for statement in script.into_iter().flat_map(|script| script.statements()) {
        if let sql::Statement::SelectStmt(statement) = statement {
            for node in statement.syntax().descendants() {
                registry::check_sql_node(ctx, &node);
            }
        }
    }
}

fn comments(ctx: &mut SqlContext<'_>) {
    // Most statements have none.
    let text = ctx.chunk_text();
    if !["--", "/*"].iter().any(|mark| memchr::memmem::find(text.as_bytes(), mark.as_bytes()).is_some()) {
        return;
    }
    for element in ctx.root().clone().descendants_with_tokens() {
        if let NodeOrToken::Token(token) = element
            && matches!(token.kind(), SyntaxKind::COMMENT | SyntaxKind::LINE_COMMENT)
        {
            registry::check_sql_comment(ctx, &token);
        }
    }
}
