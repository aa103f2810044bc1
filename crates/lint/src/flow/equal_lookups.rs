//! Lookups that find the same rows: who knows that one found something knows it of the other.

use std::{fmt::Write, sync::Arc};

use rustc_hash::{FxHashMap, FxHashSet};
use sfmc_db::{Chunk, Db, Page};
use sfmc_semantic::{Body, ChunkFlow, Constant, Expr, ExprId, Step, chunk_body, chunk_flow};

/// Of no more lookups in one data extension it is asked whether they are equal; where there are more, one is taken to be.
const MAX_LOOKUPS: usize = 200;

/// What a page asks or does that says that some lookup finds rows.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct PageLookups {
    /// It counts the rows of a lookup without a variable: `RowCount(LookupRows(…))`.
    pub(super) counted: bool,
    /// By the data extension: rows that are known to be there.
    known: FxHashMap<String, Vec<Known>>,
}

/// Columns and values of a row that is there: a `Lookup` of it was asked for, or it was written.
#[derive(Debug, PartialEq, Eq)]
struct Known {
    pairs: Vec<String>,
    /// It is there from here on; of what was asked anywhere it is said nowhere.
    from: Option<(usize, ExprId)>,
}

/// A call that finds or writes rows.
#[derive(Clone, Copy)]
pub(super) struct LookupCall<'a> {
    pub(super) name: &'static str,
    pub(super) body: &'a Body,
    pub(super) flow: &'a ChunkFlow,
    pub(super) args: &'a [ExprId],
}

impl LookupCall<'_> {
    fn table(&self) -> Option<String> {
        let mut key = String::new();
        write_key(self.body, self.flow, *self.args.first()?, &mut key).then_some(key)
    }

    /// The columns and values that it looks for or writes; nothing for one that is not known.
    fn pairs(&self) -> impl Iterator<Item = Option<String>> {
        let first = match self.name {
            "Lookup" | "UpsertData" | "UpsertDE" => 2,
            name if name.starts_with("LookupOrdered") => 3,
            _ => 1,
        };
        self.args.get(first..).unwrap_or(&[]).chunks(2).map(|pair| {
            let &[column, value] = pair else { return None };
            let mut key = String::new();
            let known = write_key(self.body, self.flow, column, &mut key);
            key.push('=');
            (known && write_key(self.body, self.flow, value, &mut key)).then_some(key)
        })
    }
}

impl PageLookups {
    /// Whether a row that a lookup finds is known to be there, at a place: an expression of the chunk of this number.
    pub(super) fn knows(&self, rows: LookupCall<'_>, at: (usize, ExprId)) -> bool {
        let Some(known) = rows.table().and_then(|table| self.known.get(&table)) else { return false };
        let Some(pairs) = rows.pairs().collect::<Option<Vec<_>>>().filter(|pairs| !pairs.is_empty()) else {
            return false;
        };
        known.len() > MAX_LOOKUPS
            || known.iter().any(|known| {
                known.from.is_none_or(|from| from < at) && pairs.iter().all(|pair| known.pairs.contains(pair))
            })
    }
}

/// Writes an expression so that two are written the same that have the same value.
fn write_key(body: &Body, flow: &ChunkFlow, expr: ExprId, key: &mut String) -> bool {
    if let Some(constant) = flow.constant(expr) {
        let text = match constant {
            Constant::Boolean(value) => value.to_string(),
            _ => constant.printed().unwrap_or_default().to_ascii_lowercase(),
        };
        return write!(key, "{}'{text}", text.len()).is_ok();
    }
    match body.expr(expr) {
        Expr::Attribute(name) => write!(key, "[{}]", name.to_ascii_lowercase()).is_ok(),
        Expr::Variable(name) => write!(key, "@{}", body.name(*name)).is_ok(),
        Expr::System(name) => write!(key, "@@{name}").is_ok(),
        Expr::Call(call) => {
            let Some(function) = call.function else { return false };
            key.push_str(function.get().name);
            key.push('(');
            for &arg in body.operands(call.args) {
                if !write_key(body, flow, arg, key) {
                    return false;
                }
                key.push(',');
            }
            key.push(')');
            true
        }
        _ => false,
    }
}

/// What a page says of its lookups, gathered once: many calls ask.
#[salsa::tracked(returns(ref))]
pub(super) fn page_lookups(db: &dyn Db, page: Page) -> Arc<PageLookups> {
    let chunks = page.chunks(db);
    let (asked_names, counted) = asked_names(chunks.iter().map(|&chunk| &**chunk_body(db, chunk)));
    let mut found = PageLookups { counted, ..PageLookups::default() };
    for (position, &chunk) in chunks.iter().enumerate() {
        gather(&mut found, db, page, (position, chunk), &asked_names);
    }
    Arc::new(found)
}

fn gather(found: &mut PageLookups, db: &dyn Db, page: Page, at: (usize, Chunk), asked_names: &FxHashSet<&str>) {
    let (position, chunk) = at;
    let body = chunk_body(db, chunk);
    let stored = body.steps.iter().filter_map(|step| match *step {
        Step::Set { target, value } => {
            body.variable(target).filter(|name| asked_names.contains(body.name(*name).as_str())).map(|_| value)
        }
        _ => None,
    });
    let asked: FxHashSet<ExprId> = stored.chain(body.ids().flat_map(|(_, expr)| asked_of(body, expr))).collect();
    for (id, expr) in body.ids() {
        let Expr::Call(call) = expr else { continue };
        let name = call.function.filter(|_| call.whole).map_or("", |function| function.get().name);
        let from = match name {
            "Lookup" if asked.contains(&id) => None,
            "UpsertData" | "UpsertDE" | "InsertData" | "InsertDE" => Some((position, id)),
            _ => continue,
        };
        let call = LookupCall { name, body, flow: chunk_flow(db, page, chunk), args: body.operands(call.args) };
        let Some(table) = call.table() else { continue };
        let known = found.known.entry(table).or_default();
        if known.len() <= MAX_LOOKUPS {
            known.push(Known { pairs: call.pairs().flatten().collect(), from });
        }
    }
}

/// The variables that are asked whether they are empty, and whether the rows of a call are counted.
fn asked_names<'a>(bodies: impl Iterator<Item = &'a Body>) -> (FxHashSet<&'a str>, bool) {
    let (mut names, mut counted) = (FxHashSet::default(), false);
    for body in bodies {
        for expr in &body.exprs {
            let asked = asked_of(body, expr);
            names.extend(asked.filter_map(|expr| body.variable(expr)).map(|name| body.name(name).as_str()));
            if let Expr::Call(call) = expr
                && call.function.is_some_and(|function| function.get().name == "RowCount")
            {
                let arg = body.operands(call.args).first();
                counted |= arg.is_some_and(|&arg| matches!(body.expr(arg), Expr::Call(_)));
            }
        }
    }
    (names, counted)
}

/// What an expression asks whether it is empty.
fn asked_of(body: &Body, expr: &Expr) -> impl Iterator<Item = ExprId> {
    let asked = match expr {
        Expr::Call(call) => {
            let name = call.function.map_or("", |function| function.get().name);
            let asks = matches!(name, "Empty" | "IsNull" | "Length");
            [body.operands(call.args).first().copied().filter(|_| asks), None]
        }
        Expr::Compare { lhs, rhs, .. } => [Some(*lhs), Some(*rhs)],
        _ => [None, None],
    };
    asked.into_iter().flatten()
}
