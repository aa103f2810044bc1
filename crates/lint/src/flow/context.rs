//! What rules are given.

use std::borrow::Cow;

use sfmc_catalog::{
    Context as RunContext, Environment, Platform,
    ampscript::{Arg, ArityProblem, Function, Param},
};
use sfmc_db::{Chunk, Db, Page, chunk_html, page_html};
use sfmc_diagnostics::{Applicability, Diagnostic, Fix, Related, Severity, Tag};
use sfmc_host::html::HtmlContext;
use sfmc_schema::Schema;
use sfmc_semantic::{
    Body, ChunkFlow, CodeItem, CodePlace, Constant, CountedRows, Definition, DefinitionKind, Expr, ExprId, Guards,
    Lowered, Marks, Step, ValueTypes, chunk_body, chunk_flow, has_slots, hides_code, is_document, lowered,
    page_environment, page_guards,
};
use sfmc_syntax::{TextEdit, TextRange};

use super::{
    FlowFinding,
    equal_lookups::{LookupCall, page_lookups},
    items::{CallSite, FrameKind},
    mistakes::page_misread,
};
use crate::declare::Declared;

/// Arguments of which nothing is known but how many there are: most functions ask for no more.
static UNKNOWN_ARGS: [Arg; 24] = [Arg::Unknown; 24];

/// What is known of the code of a chunk, and where to report. Ranges are in bytes from the chunk's start.
pub(crate) struct FlowContext<'a> {
    /// Whether it is the rules that are off by default which run.
    optional: bool,
    db: &'a dyn Db,
    page: Page,
    chunk: Chunk,
    lowered: &'a Lowered,
    flow: &'a ChunkFlow,
    environment: Option<Environment>,
    /// How many calls of IIf the walk is in one of the two values of.
    pub(super) choices: usize,
    /// The IFs and FORs that are open, outermost first.
    pub(super) frames: Vec<(FrameKind, CodePlace)>,
    /// The call whose number of arguments was looked at last.
    arity: Option<(ExprId, Option<ArityProblem>)>,
    found: Vec<FlowFinding>,
}

#[allow(dead_code, reason = "the whole vocabulary of a rule; which words are in use changes with the rules")]
impl<'a> FlowContext<'a> {
    pub(super) fn new(db: &'a dyn Db, page: Page, chunk: Chunk, optional: bool) -> FlowContext<'a> {
        let flow = chunk_flow(db, page, chunk);
        let frames = flow.open.iter().map(|frame| {
            let kind = if frame.is_loop { FrameKind::Loop(frame.counter.clone()) } else { FrameKind::Branch };
            (kind, frame.at)
        });
        FlowContext {
            optional,
            db,
            page,
            chunk,
            lowered: lowered(db, chunk),
            flow,
            environment: None,
            choices: 0,
            frames: frames.collect(),
            arity: None,
            found: Vec::new(),
        }
    }

    /// Whether a rule is among those that run.
    pub(crate) fn runs<R: Declared>(&self) -> bool {
        R::RULE.on_by_default != self.optional
    }

    pub(super) fn is_optional(&self) -> bool {
        self.optional
    }

    pub(super) fn finish(self) -> Vec<FlowFinding> {
        self.found
    }

    pub(crate) fn chunk(&self) -> Chunk {
        self.chunk
    }

    /// What the chunk's code consists of.
    pub(crate) fn body(&self) -> &'a Body {
        &self.lowered.body
    }

    /// An expression.
    pub(crate) fn expr(&self, expr: ExprId) -> &'a Expr {
        self.lowered.body.expr(expr)
    }

    /// Where an expression stands, without parentheses around it.
    pub(crate) fn range(&self, expr: ExprId) -> TextRange {
        self.lowered.range(expr)
    }

    /// Whether parentheses stand around an expression.
    pub(crate) fn in_parentheses(&self, expr: ExprId) -> bool {
        let range = self.range(expr);
        let text = &*self.chunk.source(self.db).text;
        let before = text.get(..usize::from(range.start())).unwrap_or_default().trim_end();
        let after = text.get(usize::from(range.end())..).unwrap_or_default().trim_start();
        // Of the only argument of a call, too: there nothing goes on either.
        before.ends_with('(') && after.starts_with(')')
    }

    /// Where the name of the function of a call stands.
    pub(crate) fn callee(&self, call: &CallSite) -> TextRange {
        self.lowered.callee(call.expr).unwrap_or_else(|| self.range(call.expr))
    }

    pub(super) fn name_of_call(&self, call: ExprId) -> Option<TextRange> {
        self.lowered.callee(call)
    }

    /// The range from an argument of a call to the last.
    pub(crate) fn args_from(&self, call: &CallSite, index: usize) -> Option<TextRange> {
        let args = self.args(call);
        Some(self.range(*args.get(index)?).cover(self.range(*args.last()?)))
    }

    /// What is wrong with how many arguments a call has.
    pub(crate) fn arity_problem(&mut self, call: &CallSite) -> Option<ArityProblem> {
        match self.arity {
            // Several rules ask, each of them of every call.
            Some((asked, problem)) if asked == call.expr => problem,
            _ => {
                let problem = call.function.arity_problem(&self.known_args(call));
                self.arity = Some((call.expr, problem));
                problem
            }
        }
    }

    /// The parameter that an argument is passed for, where sources agree on it.
    pub(crate) fn param(&self, call: &CallSite, index: usize) -> Option<&'static Param> {
        call.function.param(index, &self.known_args(call)).filter(|param| param.disputed.is_none())
    }

    fn known_args(&self, call: &CallSite) -> Cow<'static, [Arg]> {
        if !call.function.counts_arguments()
            && let Some(unknown) = UNKNOWN_ARGS.get(..call.call.args.len())
        {
            return Cow::Borrowed(unknown);
        }
        let known = |&arg: &ExprId| match self.constant(arg) {
            Some(Constant::Integer(n)) => Arg::Integer(*n),
            Some(Constant::Text(text))
                if self.is_literal(arg) && text.trim_start().starts_with(char::is_alphabetic) =>
            {
                Arg::Text
            }
            _ => Arg::Unknown,
        };
        Cow::Owned(self.args(call).iter().map(known).collect())
    }

    /// Where the keyword of a step stands.
    pub(crate) fn step_range(&self, step: usize) -> TextRange {
        self.lowered.steps.get(step).copied().unwrap_or_default()
    }

    /// The code of a range.
    pub(crate) fn text(&self, range: TextRange) -> &'a str {
        self.chunk.source(self.db).text.get(usize::from(range.start())..usize::from(range.end())).unwrap_or("")
    }

    /// The arguments of a call.
    pub(crate) fn args(&self, call: &CallSite) -> &'a [ExprId] {
        self.lowered.body.operands(call.call.args)
    }

    /// An argument of a call.
    pub(crate) fn arg(&self, call: &CallSite, index: usize) -> Option<ExprId> {
        self.args(call).get(index).copied()
    }

    /// The types that the value of an expression can have.
    pub(crate) fn types(&self, expr: ExprId) -> ValueTypes {
        self.flow.value(expr).types
    }

    /// What is known of a variable where it is read; of one that is declared, what was known before.
    pub(crate) fn marks(&self, expr: ExprId) -> Marks {
        self.flow.value(expr).marks
    }

    /// The value of an expression, if it is known before the page runs, whether it is written there or came through variables.
    pub(crate) fn constant(&self, expr: ExprId) -> Option<&'a Constant> {
        self.flow.constant(expr)
    }

    /// The text that an expression is known to be.
    pub(crate) fn constant_text(&self, expr: ExprId) -> Option<&'a str> {
        self.constant(expr)?.as_text()
    }

    /// The value of an expression, if it is written there, or if it is a variable that was set to a literal at one place only and that no
    /// condition has looked at since: what is written on the page then certainly is what arrives. For rules that say that a call fails.
    pub(crate) fn sure_constant(&self, expr: ExprId) -> Option<&'a Constant> {
        if self.is_literal(expr) {
            return self.constant(expr);
        }
        let definition = self.only_definition(expr).filter(|definition| definition.kind == DefinitionKind::Set)?;
        if self.marks(expr).has(Marks::CHECKED) {
            return None;
        }
        let (body, _) = self.code(definition.at.chunk);
        is_literal(body.expr(definition.value?)).then(|| self.constant(expr)).flatten()
    }

    /// The text that an expression certainly is.
    pub(crate) fn sure_text(&self, expr: ExprId) -> Option<&'a str> {
        self.sure_constant(expr)?.as_text()
    }

    /// Where a variable was set to what it holds, if that is one place.
    pub(crate) fn set_at(&self, expr: ExprId) -> Option<CodePlace> {
        self.only_definition(expr).map(|definition| definition.at)
    }

    /// Whether an expression is written as a literal.
    pub(crate) fn is_literal(&self, expr: ExprId) -> bool {
        is_literal(self.expr(expr))
    }

    /// Everything in the page that can have given a variable its value where it is read.
    pub(crate) fn definitions(&self, expr: ExprId) -> impl Iterator<Item = &'a Definition> {
        self.flow.definitions(expr)
    }

    /// The only thing that can have given a variable its value where it is read.
    pub(crate) fn only_definition(&self, expr: ExprId) -> Option<&'a Definition> {
        let mut definitions = self.flow.definitions(expr);
        let first = definitions.next()?;
        let ways = Marks::MAYBE_UNSET.with(Marks::OPAQUE);
        let certain = self.marks(expr).without(ways) == self.marks(expr);
        (certain && definitions.next().is_none()).then_some(first)
    }

    /// The call that gave an expression its value: itself, or what the variable that it is was last set to, wherever that stands.
    pub(crate) fn source_call(&self, expr: ExprId) -> Option<SourceCall<'a>> {
        let (chunk, expr) = match self.expr(expr) {
            Expr::Variable(_) => {
                let definition = self.only_definition(expr)?;
                (definition.at.chunk, definition.value?)
            }
            _ => (self.chunk, expr),
        };
        self.call_at(chunk, expr)
    }

    /// The call whose result a definition stores, wherever that stands.
    pub(crate) fn call_of(&self, definition: &Definition) -> Option<SourceCall<'a>> {
        self.call_at(definition.at.chunk, definition.value?)
    }

    /// The expression whose value a definition stores, wherever that stands.
    pub(crate) fn defining_expr(&self, definition: &Definition) -> Option<&'a Expr> {
        Some(chunk_body(self.db, definition.at.chunk).expr(definition.value?))
    }

    /// The value that a definition stores, if it is known before the page runs.
    pub(crate) fn defining_constant(&self, definition: &Definition) -> Option<&'a Constant> {
        chunk_flow(self.db, self.page, definition.at.chunk).constant(definition.value?)
    }

    /// The call that a variable was passed to as an argument that the function stores a result in, and which argument it was.
    pub(crate) fn out_call(&self, expr: ExprId) -> Option<(SourceCall<'a>, usize)> {
        let definition = self.only_definition(expr).filter(|definition| definition.kind == DefinitionKind::Out)?;
        let CodeItem::Expr(target) = definition.at.what else { return None };
        let chunk = definition.at.chunk;
        let (body, _) = self.code(chunk);
        // What an expression is an operand of stands behind it.
        body.exprs.iter().enumerate().skip(target.index()).find_map(|(index, expr)| {
            let Expr::Call(call) = expr else { return None };
            let position = body.operands(call.args).iter().position(|arg| *arg == target)?;
            Some((self.call_at(chunk, body.id(index)?)?, position))
        })
    }

    fn call_at(&self, chunk: Chunk, expr: ExprId) -> Option<SourceCall<'a>> {
        let (body, flow) = self.code(chunk);
        let Expr::Call(call) = *body.expr(expr) else { return None };
        let function = call.function.filter(|_| call.whole)?.get();
        Some(SourceCall { function, args: body.operands(call.args), body, flow })
    }

    /// What a chunk of the page says, and what flows through it.
    pub(crate) fn code(&self, chunk: Chunk) -> (&'a Body, &'a ChunkFlow) {
        match chunk == self.chunk {
            true => (self.body(), self.flow),
            false => (&**chunk_body(self.db, chunk), &**chunk_flow(self.db, self.page, chunk)),
        }
    }

    /// What the chunks of the page say. Ask only where something is suspicious already: whatever asks depends on all of the page's code.
    pub(crate) fn page_code(&self) -> impl Iterator<Item = &'a Body> {
        let db = self.db;
        self.page.chunks(db).iter().map(move |&chunk| &**chunk_body(db, chunk))
    }

    /// Which chunk of the page it is.
    pub(crate) fn position(&self, chunk: Chunk) -> Option<usize> {
        self.page.chunks(self.db).iter().position(|found| *found == chunk)
    }

    /// Of the first or last value of a loop: what is known of the rows that it counts, directly or through a variable.
    pub(crate) fn counted_rows(&self, count: ExprId) -> Option<&'a CountedRows> {
        let found = self.flow.counted.binary_search_by_key(&count, |counted| counted.count).ok()?;
        self.flow.counted.get(found)
    }

    /// A place where a variable was declared or set before it is declared here.
    pub(crate) fn declared_before(&self, target: ExprId) -> Option<&'a Definition> {
        let found = self.flow.redeclared.binary_search_by_key(&target, |(at, _)| *at).ok()?;
        self.flow.redeclared.get(found).map(|(_, definition)| definition)
    }

    /// Whether the walk is in one of the two values of an IIf: a condition decides whether it matters.
    pub(crate) fn is_choice(&self) -> bool {
        self.choices > 0
    }

    /// Whether the page counts the rows of a lookup without a variable: `RowCount(LookupRows(…))`.
    pub(crate) fn counts_lookups(&self) -> bool {
        page_lookups(self.db, self.page).counted
    }

    /// Whether it is known that this lookup of rows finds something, at an expression: the page asks whether a `Lookup` is empty that finds
    /// something only where this one does, or has written such a row before.
    pub(crate) fn finds_known_rows(&self, rows: &SourceCall<'_>, expr: ExprId) -> bool {
        let call = LookupCall { name: rows.function.name, body: rows.body, flow: rows.flow, args: rows.args };
        let here = self.position(self.chunk).unwrap_or(0);
        page_lookups(self.db, self.page).knows(call, (here, expr))
    }

    /// Whether a call returns as many rows as there are: none, perhaps. What is built of a text that is written in the page, or begins so,
    /// has the rows that are written there, and a text that is split has a piece at least.
    pub(crate) fn can_be_empty(&self, source: &SourceCall<'_>) -> bool {
        let name = source.function.name;
        let finds = ["LookupRows", "LookupOrderedRows", "RetrieveSalesforceObjects", "ExecuteFilter", "InvokeRetrieve"];
        let built = name.starts_with("BuildRow") && name != "BuildRowSetFromString";
        finds.iter().any(|start| name.starts_with(start)) || built && !self.begins_as_written(source)
    }

    /// Whether the first argument of a call is a text that is written in the page, or one put together of such a text and others.
    fn begins_as_written(&self, source: &SourceCall<'_>) -> bool {
        let Some(&arg) = source.args.first() else { return false };
        if source.flow.constant(arg).is_some() {
            return true;
        }
        let joined = |body: &Body, flow: &ChunkFlow, expr: ExprId| match body.expr(expr) {
            Expr::Call(call) if call.function.is_some_and(|id| id.get().name == "Concat") => {
                body.operands(call.args).first().is_some_and(|&first| flow.constant(first).is_some())
            }
            _ => false,
        };
        joined(source.body, source.flow, arg)
            || source.flow.definitions(arg).any(|definition| {
                let (body, flow) = self.code(definition.at.chunk);
                definition.value.is_some_and(|value| joined(body, flow, value))
            })
    }

    /// The conditions of the page. Ask only where something is suspicious already.
    pub(super) fn guards(&self) -> &'a Guards {
        page_guards(self.db, self.page)
    }

    /// What queries about the page as a whole are asked with.
    pub(super) fn place_of_page(&self) -> (&'a dyn Db, Page) {
        (self.db, self.page)
    }

    /// Whether the structure of the page is wrong, so that it is not known what runs when.
    pub(crate) fn is_lost(&self) -> bool {
        self.flow.lost
    }

    /// The FORs that are open, outermost first: the name of the counter, without `@` and in lower case, and the FOR.
    pub(crate) fn loops(&self) -> impl DoubleEndedIterator<Item = (Option<&str>, CodePlace)> {
        self.frames.iter().filter_map(|(kind, at)| match kind {
            FrameKind::Loop(counter) => Some((counter.as_deref(), *at)),
            FrameKind::Branch => None,
        })
    }

    /// The name of the counter of the loop whose every round comes by here: no condition stands between.
    pub(crate) fn round(&self) -> Option<&str> {
        match self.frames.last() {
            Some((FrameKind::Loop(counter), _)) if self.choices == 0 => counter.as_deref(),
            _ => None,
        }
    }

    /// Whether it is only run under some condition, or several times.
    pub(crate) fn is_nested(&self) -> bool {
        !self.frames.is_empty()
    }

    /// The tables that the page sees.
    pub(crate) fn schema(&self) -> &'a Schema {
        self.page.schema(self.db)
    }

    /// Where the page runs, and on what.
    pub(crate) fn environment(&mut self) -> Environment {
        *self.environment.get_or_insert_with(|| page_environment(self.db, self.page))
    }

    /// Where the page runs, if that is known.
    pub(crate) fn run_context(&mut self) -> Option<RunContext> {
        self.environment().context
    }

    /// Whether the page runs on Marketing Cloud Next.
    pub(crate) fn is_next(&mut self) -> bool {
        matches!(self.environment().platform, Platform::Next { .. })
    }

    /// Whether the page is a whole document: nothing around it sets its variables.
    pub(crate) fn is_document(&self) -> bool {
        is_document(self.db, self.page)
    }

    /// Where in HTML the region that an expression stands in is. Tokenizes the page's HTML: ask only where something else is suspicious
    /// already.
    pub(crate) fn html_context(&self, expr: ExprId) -> Option<HtmlContext> {
        let at = self.range(expr).start();
        let regions = &self.chunk.source(self.db).regions;
        let region = regions.iter().position(|region| region.range().contains(at))?;
        let index = self.page.chunks(self.db).iter().position(|chunk| *chunk == self.chunk)?;
        let entry = *page_html(self.db, self.page).get(index)?;
        chunk_html(self.db, self.chunk, entry).contexts.get(region).copied()
    }

    /// The text of the page right before the region that an expression stands in, at most `len` bytes of it, wherever the page is cut.
    pub(crate) fn text_before_region(&self, expr: ExprId, len: usize) -> String {
        let at = self.range(expr).start();
        let source = self.chunk.source(self.db);
        let Some(region) = source.regions.iter().find(|region| region.range().contains(at)) else {
            return String::new();
        };
        let mut found = source.text[..region.start as usize].to_owned();
        let chunks = self.page.chunks(self.db);
        let mut index = chunks.iter().position(|chunk| *chunk == self.chunk).unwrap_or(0);
        while found.len() < len && index > 0 {
            index -= 1;
            found.insert_str(0, &chunks[index].source(self.db).text);
        }
        let start = found.ceil_char_boundary(found.len().saturating_sub(len));
        found.split_off(start)
    }

    /// The tag and the attribute whose value the region that an expression stands in begins, both in lower case: `("a", "href")` of
    /// `<a href="%%=v(@url)=%%">`.
    pub(crate) fn attribute_begun(&self, expr: ExprId) -> Option<(String, String)> {
        /// How far back a tag is looked for: its other attributes can hold code.
        const LONGEST_TAG: usize = 2048;
        let text = self.text_before_region(expr, LONGEST_TAG).to_ascii_lowercase();
        let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | ':' | '_');
        let before = text.strip_suffix(['"', '\'']).unwrap_or(&text).trim_end().strip_suffix('=')?.trim_end();
        let attribute = &before[before.trim_end_matches(is_name).len()..];
        let begins_tag = |&(at, _): &(usize, &str)| before[at + 1..].starts_with(|c: char| c.is_ascii_alphabetic());
        let (tag, _) = before.rmatch_indices('<').find(begins_tag)?;
        let tag = &before[tag + 1..];
        let tag = &tag[..tag.find(|c| !is_name(c))?];
        let inside = matches!(self.html_context(expr), Some(HtmlContext::AttributeValue { .. }));
        (inside && !attribute.is_empty()).then(|| (tag.to_owned(), attribute.to_owned()))
    }

    /// Reports a finding of rule `R`.
    pub(crate) fn report<R: Declared>(&mut self, range: TextRange, message: impl Into<String>) -> FlowReport<'_> {
        report::<R>(&mut self.found, self.chunk, range, message.into())
    }
}

pub(super) fn is_literal(expr: &Expr) -> bool {
    matches!(expr, Expr::Text(_) | Expr::Integer(_) | Expr::Number(_) | Expr::Boolean(_))
}

/// A call that gave an expression its value; it can stand in another chunk.
#[allow(dead_code, reason = "the whole vocabulary of a rule; which words are in use changes with the rules")]
#[derive(Clone, Copy)]
pub(crate) struct SourceCall<'a> {
    pub(crate) function: &'static Function,
    args: &'a [ExprId],
    body: &'a Body,
    flow: &'a ChunkFlow,
}

#[allow(dead_code, reason = "the whole vocabulary of a rule; which words are in use changes with the rules")]
impl<'a> SourceCall<'a> {
    /// How many arguments it has.
    pub(crate) fn arg_count(&self) -> usize {
        self.args.len()
    }

    /// An argument.
    pub(crate) fn arg(&self, index: usize) -> Option<&'a Expr> {
        self.args.get(index).map(|&arg| self.body.expr(arg))
    }

    /// The name of the variable that an argument is, without `@` and in lower case.
    pub(crate) fn variable(&self, index: usize) -> Option<&'a str> {
        let name = self.body.variable(*self.args.get(index)?)?;
        Some(self.body.name(name))
    }

    /// The name of the variable that an argument stores a result in.
    pub(crate) fn out(&self, index: usize) -> Option<&'a str> {
        let takes = self.function.param(index, &[]).is_some_and(|param| param.out);
        self.variable(index).filter(|_| takes)
    }

    /// The value of an argument, if it is known before the page runs.
    pub(crate) fn constant(&self, index: usize) -> Option<&'a Constant> {
        self.args.get(index).and_then(|&arg| self.flow.constant(arg))
    }
}

/// What is known of a page as a whole, and where to report.
pub(crate) struct PageContext<'a> {
    /// Whether it is the rules that are off by default which run.
    optional: bool,
    db: &'a dyn Db,
    page: Page,
    found: Vec<FlowFinding>,
}

#[allow(dead_code, reason = "the whole vocabulary of a rule; which words are in use changes with the rules")]
impl<'a> PageContext<'a> {
    pub(super) fn new(db: &'a dyn Db, page: Page, optional: bool) -> PageContext<'a> {
        PageContext { optional, db, page, found: Vec::new() }
    }

    /// Whether a rule is among those that run.
    pub(crate) fn runs<R: Declared>(&self) -> bool {
        R::RULE.on_by_default != self.optional
    }

    pub(super) fn finish(self) -> Vec<FlowFinding> {
        self.found
    }

    /// Where the page runs, and on what.
    pub(crate) fn environment(&self) -> Environment {
        page_environment(self.db, self.page)
    }

    /// Whether the page is a whole document: nothing around it sets or reads its variables.
    pub(crate) fn is_document(&self) -> bool {
        is_document(self.db, self.page)
    }

    /// Whether everything that sets or reads the page's variables stands in it or is called by it.
    pub(crate) fn is_whole(&self) -> bool {
        let environment = self.environment();
        let is_page = environment.context == Some(RunContext::CloudPage) && !environment.is_block;
        self.is_document() || is_page && !has_slots(self.db, self.page)
    }

    /// Whether a mistake in the page hides code of it: what that does is not known.
    pub(crate) fn hides_code(&self) -> bool {
        hides_code(self.db, self.page)
    }

    /// Whether code that does not parse names a variable, given without `@` and in lower case: it can read it.
    pub(crate) fn is_misread(&self, name: &str) -> bool {
        page_misread(self.db, self.page).binary_search_by(|found| found.as_str().cmp(name)).is_ok()
    }

    /// What the chunks of the page say.
    pub(crate) fn bodies(&self) -> impl Iterator<Item = (Chunk, &'a Body)> {
        let db = self.db;
        self.page.chunks(db).iter().map(move |&chunk| (chunk, &**chunk_body(db, chunk)))
    }

    /// Where a place is, in bytes from its chunk's start.
    pub(crate) fn range(&self, at: CodePlace) -> TextRange {
        at.range(self.db)
    }

    /// The code of a place, as it is written.
    pub(crate) fn text(&self, at: CodePlace) -> &'a str {
        self.code(at.chunk, at.range(self.db))
    }

    /// The code of a range of a chunk.
    pub(crate) fn code(&self, chunk: Chunk, range: TextRange) -> &'a str {
        chunk.source(self.db).text.get(usize::from(range.start())..usize::from(range.end())).unwrap_or("")
    }

    /// What a chunk's code consists of.
    pub(crate) fn body(&self, chunk: Chunk) -> &'a Body {
        chunk_body(self.db, chunk)
    }

    /// How a branch in which nothing is done ends: the step that ends it, and the text of the page from the step that begins it to there,
    /// wherever the page is cut.
    pub(crate) fn empty_branch_end(&self, branch: CodePlace) -> Option<(&'a Step, String)> {
        let CodeItem::Step(first) = branch.what else { return None };
        let chunks = self.page.chunks(self.db);
        let index = chunks.iter().position(|chunk| *chunk == branch.chunk)?;
        let mut text = String::new();
        let mut from = usize::from(branch.range(self.db).end());
        let mut skipped = first as usize + 1;
        for &chunk in &chunks[index..] {
            let found = lowered(self.db, chunk);
            let source = &chunk.source(self.db).text;
            let mut steps = found.body.steps.iter().zip(&found.steps).skip(skipped);
            let ends = |step: &Step| matches!(step, Step::Elseif(_) | Step::Else | Step::Endif);
            if let Some((step, range)) = steps.find(|(step, _)| ends(step)) {
                text.push_str(source.get(from..usize::from(range.start()))?);
                return Some((step, text));
            }
            text.push_str(source.get(from..)?);
            (from, skipped) = (0, 0);
        }
        None
    }

    /// What is known of the code of a chunk.
    pub(crate) fn flow(&self, chunk: Chunk) -> &'a ChunkFlow {
        chunk_flow(self.db, self.page, chunk)
    }

    /// Reports a finding of rule `R`.
    pub(crate) fn report<R: Declared>(&mut self, at: CodePlace, message: impl Into<String>) -> FlowReport<'_> {
        report::<R>(&mut self.found, at.chunk, at.range(self.db), message.into())
    }
}

fn report<R: Declared>(
    found: &mut Vec<FlowFinding>,
    chunk: Chunk,
    range: TextRange,
    message: String,
) -> FlowReport<'_> {
    found.push(FlowFinding { diagnostic: Diagnostic::new(R::RULE, range, message), chunk, related: Vec::new() });
    let last = found.len() - 1;
    FlowReport { finding: &mut found[last] }
}

/// A finding that was reported and can be told more of.
pub(crate) struct FlowReport<'d> {
    finding: &'d mut FlowFinding,
}

#[allow(dead_code, reason = "the whole vocabulary of a rule; which words are in use changes with the rules")]
impl FlowReport<'_> {
    /// A second place in the same chunk that explains it.
    pub(crate) fn related(self, range: TextRange, message: impl Into<String>) -> Self {
        self.finding.diagnostic.related.push(Related { range, message: message.into() });
        self
    }

    /// A second place, anywhere in the page, that explains it.
    pub(crate) fn related_at(self, at: CodePlace, message: impl Into<String>) -> Self {
        self.finding.related.push((at, message.into()));
        self
    }

    /// Where the variable was set that this is about, if it is one.
    pub(crate) fn set_at(self, at: Option<CodePlace>) -> Self {
        match at {
            Some(at) => self.related_at(at, "set here"),
            None => self,
        }
    }

    /// What to do, as one sentence.
    pub(crate) fn help(self, help: impl Into<String>) -> Self {
        self.finding.diagnostic.help = Some(help.into());
        self
    }

    /// A repair that can be applied unseen.
    pub(crate) fn fix(self, title: impl Into<String>, edits: impl Into<Vec<TextEdit>>) -> Self {
        self.repair(title.into(), Applicability::Safe, edits.into())
    }

    /// A repair that a person should look at.
    pub(crate) fn unsafe_fix(self, title: impl Into<String>, edits: impl Into<Vec<TextEdit>>) -> Self {
        self.repair(title.into(), Applicability::Unsafe, edits.into())
    }

    fn repair(self, title: String, applicability: Applicability, edits: Vec<TextEdit>) -> Self {
        self.finding.diagnostic.fixes.push(Fix { title, applicability, edits });
        self
    }

    /// It is less bad than what the rule finds as a rule.
    pub(crate) fn severity(self, severity: Severity) -> Self {
        self.finding.diagnostic.severity = severity;
        self
    }

    /// The code does nothing; an editor fades it.
    pub(crate) fn unnecessary(self) -> Self {
        self.finding.diagnostic.tags.push(Tag::Unnecessary);
        self
    }
}
