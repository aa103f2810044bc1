//! The flow of values over a page, across blocks, branches, loops and inline expressions: what each variable holds where it is read,
//! where that was set, and what conditions have proven of it.
//!
//! A fold over the bodies of the page's chunks, in order. It costs time in proportion to the page's code, and runs again when some body
//! changed; its consumers read it chunk by chunk ([`chunk_flow`]), so that they only run again where its outcome did.
//!
//! What it assumes (ampscript.md section 6): one flat dictionary of variables for a render, no scopes. Content blocks
//! and TreatAsContent can read and set anything, unless somebody says what a content does ([`sfmc_db::Included`]). On all that is disputed (section 14) it knows nothing: both branches of IIf may run, and AND beside OR proves
//! nothing.

mod env;
mod eval;
mod facts;
mod fold;
mod include;
mod loops;
mod meet;

use std::sync::Arc;

use rustc_hash::FxHashMap;
use sfmc_db::{Chunk, Db, Page};
use sfmc_syntax::SmolStr;

use crate::{
    body::ExprId,
    value::{Constant, Marks, ValueTypes},
};

/// What is known of an expression's value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Value {
    /// The types that it can have.
    pub types: ValueTypes,
    /// Of a variable that is read: how it came about, and what is proven of it. Of one that is declared: what was known before.
    pub marks: Marks,
    constant: u32,
    sources: u32,
}

impl Value {
    pub(crate) const UNKNOWN: Value = Value { types: ValueTypes::ANY, marks: Marks::OPAQUE, constant: 0, sources: 0 };
}

/// What gave a variable its value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum DefinitionKind {
    /// `var @name`: null.
    Declare,
    /// `set @name = …`
    Set,
    /// `@name = …`: SET is missing, so that it gives no value, but it was meant to.
    Assign,
    /// `for @name = …`
    Counter,
    /// An argument that a function stores a result in.
    Out,
    /// `Variable.SetValue("@name", …)` in a server script.
    Script,
}

/// A place in the code of a page, without offsets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct CodePlace {
    /// The chunk.
    pub chunk: Chunk,
    /// What of it.
    pub what: CodeItem,
}

/// Something in the code of a chunk.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum CodeItem {
    /// An expression.
    Expr(ExprId),
    /// A step, by its place in [`crate::Body::steps`].
    Step(u32),
}

impl CodePlace {
    /// Where it stands, in bytes from its chunk's start.
    pub fn range(self, db: &dyn Db) -> sfmc_syntax::TextRange {
        let lowered = crate::body::lowered(db, self.chunk);
        match self.what {
            CodeItem::Expr(expr) => lowered.range(expr),
            CodeItem::Step(step) => lowered.steps.get(step as usize).copied().unwrap_or_default(),
        }
    }
}

/// Where a variable gets a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Definition {
    /// How.
    pub kind: DefinitionKind,
    /// Where: the variable.
    pub at: CodePlace,
    /// The expression that it is set to, in the same chunk.
    pub value: Option<ExprId>,
}

/// An IF or FOR that is open where a chunk begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenFrame {
    /// Of a FOR: its counter; none of an IF, or where it is missing.
    pub counter: Option<SmolStr>,
    /// Whether it is a FOR.
    pub is_loop: bool,
    /// Its step.
    pub at: CodePlace,
}

/// A FOR that counts rows, directly or through a variable: what is known of the rows where it begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CountedRows {
    /// The first or last value of the FOR: what counts.
    pub count: ExprId,
    /// What is known of the variable that holds the rows.
    pub marks: Marks,
    /// What gave it the rows, if that can only be one thing.
    pub rows: Option<Definition>,
}

/// What flows through the code of a chunk.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ChunkFlow {
    values: Box<[Value]>,
    constants: Box<[Constant]>,
    definitions: Box<[Definition]>,
    /// Places in `definitions`, set by set.
    sources: Box<[u32]>,
    /// Where each set ends in `sources`.
    set_ends: Box<[u32]>,
    /// For each `var @name` of a variable that had a value or was declared on some way there: a place where that was done.
    pub redeclared: Box<[(ExprId, Definition)]>,
    /// The FORs that count rows.
    pub counted: Box<[CountedRows]>,
    /// The IFs and FORs around the chunk's start, outermost first.
    pub open: Box<[OpenFrame]>,
    /// The structure of the page is wrong: nothing is known of what runs when.
    pub lost: bool,
}

impl ChunkFlow {
    /// What is known of an expression.
    pub fn value(&self, expr: ExprId) -> Value {
        self.values.get(expr.index()).copied().unwrap_or(Value::UNKNOWN)
    }

    /// The value of an expression, if it is known before the page runs.
    pub fn constant(&self, expr: ExprId) -> Option<&Constant> {
        let index = self.value(expr).constant.checked_sub(1)?;
        self.constants.get(index as usize)
    }

    /// Of a variable that is read: everything that can have given it its value, as far as it stands in this page. Where there is too much of
    /// it some is left out, and the value marked [`Marks::OPAQUE`].
    pub fn definitions(&self, expr: ExprId) -> impl Iterator<Item = &Definition> {
        let set = self.value(expr).sources.checked_sub(1).map(|set| set as usize);
        let end = |set: usize| self.set_ends.get(set).map_or(0, |end| *end as usize);
        let members = set.and_then(|set| self.sources.get(set.checked_sub(1).map_or(0, end)..end(set)));
        members.into_iter().flatten().filter_map(|&index| self.definitions.get(index as usize))
    }
}

/// How a variable occurs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum OccurrenceKind {
    /// It gets a value.
    Define(DefinitionKind),
    /// It is read.
    Read,
    /// A server script reads it.
    ScriptRead,
}

/// An occurrence of a variable.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Occurrence {
    /// How.
    pub kind: OccurrenceKind,
    /// Where.
    pub at: CodePlace,
}

/// A variable of a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Variable {
    /// Its name, without `@` and in lower case.
    pub name: SmolStr,
    /// Its occurrences, in order.
    pub occurrences: Vec<Occurrence>,
    /// A content that the page includes, and that is known, may set it.
    pub set_elsewhere: bool,
    /// A content that the page includes, and that is known, may read it.
    pub read_elsewhere: bool,
}

impl Variable {
    /// Where it gets a value.
    pub fn definitions(&self) -> impl Iterator<Item = (DefinitionKind, CodePlace)> {
        self.occurrences.iter().filter_map(|occurrence| match occurrence.kind {
            OccurrenceKind::Define(kind) => Some((kind, occurrence.at)),
            _ => None,
        })
    }

    /// Where it is read.
    pub fn reads(&self) -> impl Iterator<Item = CodePlace> {
        let reads = self.occurrences.iter().filter(|occurrence| !matches!(occurrence.kind, OccurrenceKind::Define(_)));
        reads.map(|occurrence| occurrence.at)
    }
}

/// The variables of a page.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PageVariables {
    /// In order of their first occurrence.
    pub variables: Box<[Variable]>,
    /// Code that is not known here can read and set any of them: contents of which nothing is known, TreatAsContent, scripts that compute
    /// names; or the page was not understood.
    pub opaque: bool,
    /// Some of that code is not included by a name that is known either, so that nobody who has the other pages knows it.
    pub unnamed: bool,
    /// Branches of IF in which nothing is done and nothing printed: the step that opens each.
    pub empty_branches: Box<[CodePlace]>,
}

/// What flows through a page.
#[derive(Clone, Debug, Default)]
pub struct PageFlow {
    /// For each chunk.
    pub chunks: FxHashMap<Chunk, Arc<ChunkFlow>>,
    /// Its variables.
    pub variables: Arc<PageVariables>,
}

/// The flow of a page.
#[salsa::tracked(no_eq, returns(ref))]
pub fn page_flow(db: &dyn Db, page: Page) -> PageFlow {
    fold::fold(db, page)
}

/// The flow through a chunk of a page.
#[salsa::tracked(returns(ref))]
pub fn chunk_flow(db: &dyn Db, page: Page, chunk: Chunk) -> Arc<ChunkFlow> {
    page_flow(db, page).chunks.get(&chunk).cloned().unwrap_or_default()
}

/// The variables of a page.
#[salsa::tracked(returns(ref))]
pub fn page_variables(db: &dyn Db, page: Page) -> Arc<PageVariables> {
    Arc::clone(&page_flow(db, page).variables)
}

#[cfg(test)]
mod tests;
