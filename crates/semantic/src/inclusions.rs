//! Which calls of a page include which content, where the name is known before the page runs.

use rustc_hash::FxHashSet;
use sfmc_catalog::ampscript::{Function, FunctionId, Role};
use sfmc_db::{Chunk, ContentName, Db, Page};
use sfmc_syntax::SmolStr;

use crate::{
    body::{Body, Expr, ExprId, chunk_body},
    flow::{ChunkFlow, chunk_flow},
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

/// The contents that a call may include whose name is not known, but is one of a few: that of each value that its argument can have been
/// given. Where the argument can hold something else, too, these are only some.
pub(crate) fn possible_inclusions(db: &dyn Db, page: Page, chunk: Chunk) -> Vec<(ExprId, ExprId, ContentName)> {
    let body = chunk_body(db, chunk);
    let mut found = Vec::new();
    for (id, expr) in body.ids() {
        let Expr::Call(call) = expr else { continue };
        let Some(function) = call.function.map(FunctionId::get).filter(|function| includes_content(function)) else {
            continue;
        };
        let Some(&argument) = body.operands(call.args).first() else { continue };
        if chunk_flow(db, page, chunk).constant(argument).is_none() {
            let names = possible_values(db, page, chunk, argument);
            found.extend(names.iter().filter_map(|value| Some((id, argument, content_name(function, value)?))));
        }
    }
    found
}

/// Of an expression that may hold more values than this nobody wants to know them.
const MAX_VALUES: usize = 64;

/// The constants that an expression can hold, by the variables that it reads and the branches of IIf.
fn possible_values(db: &dyn Db, page: Page, chunk: Chunk, expr: ExprId) -> Vec<Constant> {
    let mut found = Vec::new();
    let mut seen = FxHashSet::default();
    let mut queue = vec![(chunk, expr)];
    while let Some((chunk, expr)) = queue.pop() {
        if seen.len() > MAX_VALUES || !seen.insert((chunk, expr)) {
            continue;
        }
        let (body, flow) = (chunk_body(db, chunk), chunk_flow(db, page, chunk));
        if let Some(constant) = flow.constant(expr).cloned().or_else(|| body.literal(expr)) {
            found.push(constant);
            continue;
        }
        match body.expr(expr) {
            Expr::Variable(_) => queue
                .extend(flow.definitions(expr).filter_map(|definition| Some((definition.at.chunk, definition.value?)))),
            Expr::Call(call) if call.function.is_some_and(|function| function.get().name == "IIf") => {
                queue.extend(body.operands(call.args).iter().skip(1).map(|&branch| (chunk, branch)));
            }
            _ => {}
        }
    }
    found
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
