//! All values that can reach an expression, where each of them stands in the page.
//!
//! For rules that say that a call fails: one value that does not is enough to keep them silent.

use sfmc_db::Chunk;
use sfmc_semantic::{Constant, DefinitionKind, Expr, ExprId, Marks};

use super::context::{FlowContext, is_literal};

/// No more values of one expression are told apart.
const MAX_VALUES: usize = 8;

/// No value is followed through more expressions than this.
const MAX_EXPRS: usize = 64;

/// Texts that are put together are no longer than this.
const MAX_TEXT: usize = 256;

impl FlowContext<'_> {
    /// All values that an expression can have, if each is written in the page: as it stands, through variables that were set to nothing
    /// else, put together by Concat, or chosen by IIf. Empty where one of them is not known, where a variable can be unset, and where a
    /// condition has looked at it since: then it need not be what arrives.
    pub(crate) fn sure_constants(&self, expr: ExprId) -> Vec<Constant> {
        if is_literal(self.expr(expr)) {
            return self.constant(expr).cloned().into_iter().collect();
        }
        let mut way = Vec::new();
        Follow { ctx: self, left: MAX_EXPRS }.expr(self.chunk(), expr, &mut way).unwrap_or_default()
    }

    /// What is wrong with an expression of which every value is, in the words of `why` for the first of them; nothing where a condition
    /// lets nobody come by.
    pub(crate) fn every_value<T>(&self, expr: ExprId, mut why: impl FnMut(&Constant) -> Option<T>) -> Option<T> {
        let mut first = None;
        for constant in self.sure_constants(expr) {
            let found = why(&constant)?;
            first.get_or_insert(found);
        }
        first.filter(|_| !self.is_never_reached(expr))
    }
}

struct Follow<'c, 'a> {
    ctx: &'c FlowContext<'a>,
    /// How many more expressions are looked at.
    left: usize,
}

impl Follow<'_, '_> {
    /// The values of an expression; `way` holds those that led to it. Recurses no deeper than [`MAX_EXPRS`].
    fn expr(&mut self, chunk: Chunk, expr: ExprId, way: &mut Vec<(Chunk, ExprId)>) -> Option<Vec<Constant>> {
        self.left = self.left.checked_sub(1)?;
        // A loop hands a variable on to itself: there is no end to its values.
        if way.contains(&(chunk, expr)) {
            return None;
        }
        way.push((chunk, expr));
        let found = self.values(chunk, expr, way);
        way.pop();
        found
    }

    fn values(&mut self, chunk: Chunk, expr: ExprId, way: &mut Vec<(Chunk, ExprId)>) -> Option<Vec<Constant>> {
        let (body, flow) = self.ctx.code(chunk);
        match *body.expr(expr) {
            Expr::Variable(_) => {
                let marks = flow.value(expr).marks;
                let doubts = [Marks::OPAQUE, Marks::MAYBE_UNSET, Marks::CHECKED];
                if doubts.iter().any(|&doubt| marks.has(doubt)) {
                    return None;
                }
                let mut all = Vec::new();
                for definition in flow.definitions(expr) {
                    let value = definition.value.filter(|_| definition.kind == DefinitionKind::Set)?;
                    add(&mut all, self.expr(definition.at.chunk, value, way)?)?;
                }
                Some(all)
            }
            Expr::Call(call) if call.whole => {
                let args = body.operands(call.args);
                match (call.function?.get().name, args) {
                    ("IIf", [_, yes, no]) => {
                        let mut all = self.expr(chunk, *yes, way)?;
                        add(&mut all, self.expr(chunk, *no, way)?)?;
                        Some(all)
                    }
                    ("Concat", [_, ..]) => self.joined(chunk, args, way),
                    ("v" | "Trim" | "Uppercase" | "Lowercase" | "Add" | "Subtract" | "Multiply", [_, ..]) => {
                        // What it makes of them is known where each has one value.
                        for &arg in args {
                            if self.expr(chunk, arg, way)?.len() != 1 {
                                return None;
                            }
                        }
                        flow.constant(expr).map(|constant| vec![constant.clone()])
                    }
                    _ => None,
                }
            }
            _ if is_literal(body.expr(expr)) => flow.constant(expr).map(|constant| vec![constant.clone()]),
            _ => None,
        }
    }

    /// The texts that Concat makes of all values of its arguments.
    fn joined(&mut self, chunk: Chunk, args: &[ExprId], way: &mut Vec<(Chunk, ExprId)>) -> Option<Vec<Constant>> {
        let mut texts = vec![String::new()];
        for &arg in args {
            let values = self.expr(chunk, arg, way)?;
            let parts: Vec<_> = values.iter().map(Constant::printed).collect::<Option<_>>()?;
            let longer = texts.iter().flat_map(|text| parts.iter().map(move |part| format!("{text}{part}")));
            texts = longer.take(MAX_VALUES + 1).collect();
            if texts.len() > MAX_VALUES || texts.iter().any(|text| text.len() > MAX_TEXT) {
                return None;
            }
        }
        Some(texts.into_iter().map(|text| Constant::Text(text.into())).collect())
    }
}

/// Adds values, each once; nothing where they become too many.
fn add(all: &mut Vec<Constant>, more: Vec<Constant>) -> Option<()> {
    for constant in more {
        if !all.contains(&constant) {
            all.push(constant);
        }
    }
    (all.len() <= MAX_VALUES).then_some(())
}
