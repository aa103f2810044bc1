//! Which calls of a page include which content, where the name is known before the page runs.

use sfmc_catalog::ampscript::{Function, Role};
use sfmc_db::{ContentName, Db, Page};
use sfmc_syntax::SmolStr;

use crate::{
    body::{Body, Expr, ExprId, chunk_body},
    flow::ChunkFlow,
    value::Constant,
};

/// The calls in a body that include a content whose name is known: the call, the argument that names it, and the name. What flows through
/// the body is only asked for where there is such a call.
pub(crate) fn inclusions<'a>(
    body: &'a Body,
    flow: impl Fn() -> &'a std::sync::Arc<ChunkFlow>,
) -> impl Iterator<Item = (ExprId, ExprId, ContentName)> {
    body.ids().filter_map(move |(id, expr)| {
        let Expr::Call(call) = expr else { return None };
        let function = call.function?.get();
        let argument = *body.operands(call.args).first().filter(|_| includes_content(function))?;
        let name = content_name(function, flow().constant(argument)?)?;
        Some((id, argument, name))
    })
}

/// Whether some call of a page includes a content by a name, known or not. Most do not, and cost no more than this question.
pub fn includes_contents(db: &dyn Db, page: Page) -> bool {
    let includes = |expr: &Expr| match expr {
        Expr::Call(call) => call.function.is_some_and(|function| includes_content(function.get())),
        _ => false,
    };
    page.chunks(db).iter().any(|&chunk| chunk_body(db, chunk).exprs.iter().any(includes))
}

/// Whether a function includes a content that its first argument names.
fn includes_content(function: &Function) -> bool {
    let role = function.params.first().and_then(|param| param.role);
    matches!(role, Some(Role::ContentBlockKey | Role::ContentBlockName))
}

/// The content that a function includes when it is given this. The classic ContentArea is no content that a project holds.
pub(crate) fn content_name(function: &Function, argument: &Constant) -> Option<ContentName> {
    let text = SmolStr::new(argument.as_text()?);
    match function.name {
        "ContentBlockByKey" => Some(ContentName::Key(text)),
        "ContentBlockByName" => Some(ContentName::Path(text)),
        _ => None,
    }
}
