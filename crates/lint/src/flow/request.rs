//! Values that come from the request: what a visitor, or whoever made the link, can choose.

use rustc_hash::FxHashSet;
use sfmc_catalog::ampscript::{Function, FunctionId};
use sfmc_db::Chunk;
use sfmc_semantic::{Body, Call, CodeItem, CodePlace, Constant, Expr, ExprId, Marks, NameId};

use super::context::FlowContext;

/// A value that comes from the request, as a whole or as a part.
#[derive(Clone, Debug)]
pub(crate) struct RequestValue {
    /// The function that read it.
    pub(crate) function: &'static Function,
    /// The call of it.
    pub(crate) at: CodePlace,
    /// The part of the expression that was asked for that it is in: the call, or a variable.
    pub(crate) leaf: ExprId,
    /// A condition has looked at it on its way, or something else stands in where it is empty, or it can be another value.
    pub(crate) guarded: bool,
}

/// The functions that read the request.
const SOURCES: &[&str] = &["RequestParameter", "QueryParameter", "HTTPRequestHeader"];

/// No value is followed through more expressions than this.
const MAX_EXPRS: usize = 200;

/// The shortest text that runs: `%%=Now()=%%`.
const SHORTEST_CODE: i64 = 11;

/// The arguments whose text a call hands on. What encodes, counts or matches does not hand on what was meant to do harm.
fn handed_on(function: &Function, args: usize) -> std::ops::Range<usize> {
    match function.name {
        "Concat" => 0..args,
        "v" | "Trim" | "Uppercase" | "Lowercase" | "ProperCase" | "Base64Decode" => 0..1,
        // What is looked for is not in the result.
        "Replace" | "ReplaceList" | "Substring" => 0..1,
        "IIf" => 1..3,
        "IsNullDefault" => 0..2,
        _ => 0..0,
    }
}

struct Walk<'c, 'a> {
    ctx: &'c FlowContext<'a>,
    seen: FxHashSet<(Chunk, ExprId)>,
    /// The variables that were passed, in the order of the way.
    names: Vec<(Chunk, NameId)>,
    guarded: bool,
}

impl<'a> FlowContext<'a> {
    /// The request's value that an expression holds, if it certainly can: through variables, Concat and the like, but not through code that
    /// is not known. Nothing where the page compares a variable on the way with fixed values or matches it: whoever wrote it lets only
    /// some values through.
    pub(crate) fn request_value(&self, expr: ExprId) -> Option<RequestValue> {
        let mut walk = Walk { ctx: self, seen: FxHashSet::default(), names: Vec::new(), guarded: false };
        let value = walk.expr(self.chunk(), expr, expr)?;
        (!walk.names.iter().any(|&(chunk, name)| self.is_validated(chunk, name))).then_some(value)
    }

    /// Whether the page calls a function with the same constant more than once.
    fn reads_again(&self, chunk: Chunk, function: &Function, args: &[ExprId]) -> bool {
        let (body, _) = self.code(chunk);
        let Some(Expr::Text(name)) = args.first().map(|&arg| body.expr(arg)) else { return true };
        let same = |body: &Body, expr: &Expr| match expr {
            Expr::Call(call) if call.function.is_some_and(|called| called.get().name == function.name) => {
                let arg = body.operands(call.args).first().map(|&arg| body.expr(arg));
                matches!(arg, Some(Expr::Text(other)) if other.eq_ignore_ascii_case(name))
            }
            _ => false,
        };
        self.page_code().map(|body| body.exprs.iter().filter(|expr| same(body, expr)).count()).sum::<usize>() > 1
    }

    /// Whether a variable is compared with a fixed value or matched anywhere in the page.
    fn is_validated(&self, chunk: Chunk, name: NameId) -> bool {
        let name = self.code(chunk).0.name(name);
        self.page_code().any(|body| {
            let is_it = |expr: ExprId| {
                let expr = match body.expr(expr) {
                    Expr::Call(Call { args, .. }) if args.len() == 1 => body.operands(*args)[0],
                    _ => expr,
                };
                body.variable(expr).is_some_and(|found| body.name(found) == name)
            };
            let is_fixed = |expr: ExprId| match body.expr(expr) {
                Expr::Text(text) => !text.is_empty(),
                Expr::Integer(_) | Expr::Number(_) | Expr::Boolean(_) => true,
                _ => false,
            };
            body.exprs.iter().any(|expr| match expr {
                // `RowCount(@rows) > 0`, `Empty(@x) == false` and `Length(@x) > 0` look at something else than the value.
                Expr::Compare { lhs, rhs, .. } => {
                    let says = |value: ExprId, other: ExprId| is_it(value) && is_fixed(other) && !is_test(body, value);
                    says(*lhs, *rhs) || says(*rhs, *lhs)
                }
                Expr::Call(call) => {
                    let function = call.function.map_or("", |function| function.get().name);
                    let matches = matches!(function, "RegExMatch" | "IsEmailAddress" | "IsPhoneNumber" | "IndexOf");
                    matches && body.operands(call.args).first().is_some_and(|&arg| is_it(arg))
                }
                _ => false,
            })
        })
    }
}

/// Whether an expression is a call that looks at its argument and does not hand it on.
fn is_test(body: &Body, expr: ExprId) -> bool {
    match body.expr(expr) {
        // The beginning of a text says nothing of the rest.
        Expr::Call(call) => call.function.is_none_or(|id| {
            let function = id.get();
            function.name == "Substring" || handed_on(function, 1).is_empty()
        }),
        _ => false,
    }
}

impl Walk<'_, '_> {
    /// Recurses no deeper than [`MAX_EXPRS`].
    fn expr(&mut self, chunk: Chunk, expr: ExprId, leaf: ExprId) -> Option<RequestValue> {
        if self.seen.len() >= MAX_EXPRS || !self.seen.insert((chunk, expr)) {
            return None;
        }
        let (body, flow) = self.ctx.code(chunk);
        match *body.expr(expr) {
            Expr::Variable(name) => {
                let value = flow.value(expr);
                if value.marks.has(Marks::OPAQUE) {
                    return None;
                }
                let outer = self.guarded;
                let mut definitions = flow.definitions(expr).peekable();
                let mut count = 0;
                let mut found = None;
                while let Some(definition) = definitions.next() {
                    count += 1;
                    let certain = count == 1 && definitions.peek().is_none() && !value.marks.has(Marks::MAYBE_UNSET);
                    self.guarded = outer || !certain || value.marks.has(Marks::CHECKED);
                    if found.is_none()
                        && let Some(to) = definition.value
                    {
                        self.names.push((chunk, name));
                        found = self.expr(definition.at.chunk, to, leaf);
                        if found.is_none() {
                            self.names.pop();
                        }
                    }
                }
                self.guarded = outer;
                found
            }
            Expr::Call(call) if call.whole => self.call(chunk, expr, leaf, call.function?, body.operands(call.args)),
            _ => None,
        }
    }

    fn call(
        &mut self,
        chunk: Chunk,
        expr: ExprId,
        leaf: ExprId,
        function: FunctionId,
        args: &[ExprId],
    ) -> Option<RequestValue> {
        let function = function.get();
        if SOURCES.contains(&function.name) {
            let at = CodePlace { chunk, what: CodeItem::Expr(expr) };
            // Where the page reads it a second time without a variable, one of the two is likely to ask for it.
            let guarded = self.guarded || (self.names.is_empty() && self.ctx.reads_again(chunk, function, args));
            return Some(RequestValue { function, at, leaf, guarded });
        }
        if self.disarms(chunk, function, args) {
            return None;
        }
        let outer = self.guarded;
        self.guarded |= matches!(function.name, "IIf" | "IsNullDefault");
        // As long as the way stays in the expression that was asked for, it leads to a smaller part of it.
        let is_inside = self.names.is_empty();
        let found = handed_on(function, args.len())
            .filter_map(|index| args.get(index))
            .find_map(|&arg| self.expr(chunk, arg, if is_inside { arg } else { leaf }));
        self.guarded = outer;
        found
    }

    /// Whether a call takes the delimiters of code out of a text, or cuts it so short that no code is left: whoever wrote it has thought of
    /// them. So it is taken to be where it is not known what it looks for. `<` is not enough: `%%=` begins code, too.
    fn disarms(&self, chunk: Chunk, function: &Function, args: &[ExprId]) -> bool {
        let flow = self.ctx.code(chunk).1;
        let searches = match function.name {
            "Replace" => args.get(1..2),
            "ReplaceList" => args.get(2..),
            "Substring" => {
                let length = args.get(2).map(|&arg| flow.constant(arg).and_then(Constant::as_integer));
                // Without one it goes to the end.
                return length.is_some_and(|length| length.is_none_or(|length| length < SHORTEST_CODE));
            }
            _ => None,
        };
        let text = |&arg: &ExprId| flow.constant(arg).and_then(Constant::as_text);
        searches.unwrap_or_default().iter().any(|search| text(search).is_none_or(|text| text.contains('%')))
    }
}

/// Whether a constant is yes or no in one of the spellings that take the place of a boolean.
pub(crate) fn as_flag(constant: &Constant) -> Option<bool> {
    match constant {
        Constant::Boolean(value) => Some(*value),
        Constant::Integer(1) => Some(true),
        Constant::Integer(0) => Some(false),
        Constant::Text(text) => match text.trim().to_ascii_lowercase().as_str() {
            "true" | "1" => Some(true),
            "false" | "0" => Some(false),
            _ => None,
        },
        _ => None,
    }
}
