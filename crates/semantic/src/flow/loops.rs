//! What each FOR of a page changes, before it is met: a loop begins with what its body leaves.
//!
//! A pass of its own over the bodies, which is only made where there are loops.

use sfmc_catalog::ampscript::{Effect, FunctionId};
use sfmc_db::Chunk;

use super::{env::VarId, fold::Fold, include::only_content};
use crate::{
    body::{Body, Expr, Step, chunk_body},
    value::Constant,
};

/// A FOR that is still to come: what its body changes.
#[derive(Default)]
pub(super) struct LoopInfo {
    pub(super) assigned: Vec<VarId>,
    /// What contents in it may set.
    pub(super) set_elsewhere: Vec<VarId>,
    pub(super) opaque: bool,
}

impl Fold<'_> {
    /// What each loop of the page assigns.
    pub(super) fn loops_of(&mut self, chunks: &[Chunk]) -> Vec<LoopInfo> {
        let db = self.db;
        let has_loop = |chunk: &Chunk| chunk_body(db, *chunk).steps.iter().any(|step| matches!(step, Step::For { .. }));
        let Some(first) = chunks.iter().position(has_loop) else { return Vec::new() };
        let mut found: Vec<LoopInfo> = Vec::new();
        let mut open: Vec<usize> = Vec::new();
        // Loops of chunks before the first have none; names keep the order of their first occurrence.
        for &chunk in &chunks[..first] {
            self.enter(chunk, chunk_body(db, chunk));
        }
        for &chunk in &chunks[first..] {
            let body = chunk_body(db, chunk);
            self.enter(chunk, body);
            let mut seen = 0;
            for step in &body.steps {
                let exprs = seen..step.last_expr().map_or(seen, |last| last.index() + 1);
                seen = exprs.end;
                if !open.is_empty() {
                    let info = &mut found[open[open.len() - 1]];
                    for expr in &body.exprs[exprs] {
                        self.called(body, expr, info);
                    }
                    assigned(body, step, &self.names, info);
                }
                match step {
                    Step::For { .. } => {
                        open.push(found.len());
                        found.push(LoopInfo::default());
                    }
                    Step::Next => {
                        if let Some(inner) = open.pop()
                            && let Some(&outer) = open.last()
                        {
                            let (outers, inners) = found.split_at_mut(inner);
                            outers[outer].assigned.extend(&inners[0].assigned);
                            outers[outer].set_elsewhere.extend(&inners[0].set_elsewhere);
                            outers[outer].opaque |= inners[0].opaque;
                        }
                    }
                    _ => {}
                }
            }
        }
        for info in &mut found {
            for vars in [&mut info.assigned, &mut info.set_elsewhere] {
                vars.sort_unstable();
                vars.dedup();
            }
        }
        found
    }

    /// What a call in a loop assigns.
    fn called(&self, body: &Body, expr: &Expr, info: &mut LoopInfo) {
        let Expr::Call(call) = expr else { return };
        let Some(function) = call.function.map(FunctionId::get) else { return };
        let args = body.operands(call.args);
        if function.effects.contains(Effect::EvaluatesAmpscript) {
            // What variables hold is not known yet.
            let literals: Vec<Option<Constant>> = args.iter().map(|&arg| body.literal(arg)).collect();
            let literals: Vec<Option<&Constant>> = literals.iter().map(Option::as_ref).collect();
            match only_content(function, &literals).and_then(|name| self.included.get(&name)) {
                Some(effects) => {
                    info.set_elsewhere.extend(effects.sets.iter().filter_map(|name| self.by_name.get(name)));
                }
                None => info.opaque = true,
            }
        }
        let out = args.iter().enumerate().filter(|(index, _)| body.out_param(*call, *index).is_some());
        info.assigned.extend(out.filter_map(|(_, &arg)| Some(self.names[body.variable(arg)?.index()])));
    }
}

/// What a step in a loop assigns.
fn assigned(body: &Body, step: &Step, names: &[VarId], info: &mut LoopInfo) {
    match *step {
        Step::Set { target, .. }
        | Step::Assign { target, .. }
        | Step::Declare(target)
        | Step::For { counter: Some(target), .. } => {
            info.assigned.extend(body.variable(target).map(|name| names[name.index()]));
        }
        Step::Script(index) => {
            if let Some(script) = body.scripts.get(index as usize) {
                info.assigned.extend(script.sets.iter().map(|name| names[name.index()]));
                info.opaque |= script.opaque;
            }
        }
        Step::Lost => info.opaque = true,
        _ => {}
    }
}
