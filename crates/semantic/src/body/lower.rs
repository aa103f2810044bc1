//! From trees to bodies.

use std::{cell::RefCell, sync::Arc};

use rustc_hash::FxHashMap;
use sfmc_catalog::ampscript::FunctionId;
use sfmc_db::{Chunk, ChunkParse, ChunkSource, Db, chunk_parse, execution_context};
use sfmc_host::{Region, RegionFlags, RegionKind};
use sfmc_syntax::{
    SmolStr, SyntaxKind,
    SyntaxKind::*,
    TextRange, TextSize,
    ast::{CompareOp, LogicalOp},
    flat::FlatNode,
};

use super::{Body, Call, Expr, ExprId, Lowered, NameId, Operands, ScriptUse, Step, script};

/// A region of code: its text, and where it begins.
#[derive(Clone, Copy)]
struct Code<'t> {
    text: &'t str,
    base: TextSize,
}

impl<'t> Code<'t> {
    fn text(self, token: FlatNode<'_>) -> &'t str {
        &self.text[token.range()]
    }

    fn range(self, node: FlatNode<'_>) -> TextRange {
        node.range() + self.base
    }
}

/// Buffers that a thread keeps between chunks: what they hold is copied out into boxes of the right size.
#[derive(Default)]
struct Lower {
    names: Vec<SmolStr>,
    by_name: FxHashMap<SmolStr, NameId>,
    exprs: Vec<Expr>,
    ranges: Vec<TextRange>,
    list: Vec<ExprId>,
    steps: Vec<Step>,
    step_ranges: Vec<TextRange>,
    callees: Vec<(ExprId, TextRange)>,
    scripts: Vec<ScriptUse>,
    /// Operands of the expressions that are being read.
    pending: Vec<ExprId>,
    /// How many strings without an end there were: what stands behind such a quote is not what was meant to.
    unended: usize,
    /// How many calls and parentheses are being read that are not closed: the last call in one may have swallowed what belongs to it.
    unclosed: usize,
}

thread_local! {
    static LOWER: RefCell<Lower> = RefCell::default();
}

pub(super) fn lower(db: &dyn Db, chunk: Chunk) -> Lowered {
    let source = chunk.source(db);
    // Not while the buffers are borrowed: parsing can be cancelled, or need other queries.
    let parse = chunk_parse(db, chunk);
    LOWER.with_borrow_mut(|lower| {
        lower.chunk(source, parse);
        lower.take()
    })
}

impl Lower {
    fn chunk(&mut self, source: &ChunkSource, parse: &ChunkParse) {
        // What a panic may have left.
        self.clear();
        let mut trees = parse.trees.iter();
        let mut done = 0;
        for region in &source.regions {
            let range = region.range();
            self.text(&source.text, done, usize::from(range.start()));
            done = usize::from(range.end());
            let text = &source.text[range];
            if region.kind.code().is_none() {
                self.opaque(region.kind, text, range);
                continue;
            }
            let tree = trees.next().and_then(|tree| tree.root());
            match tree.filter(|_| !region.has(RegionFlags::UNTERMINATED)) {
                Some(tree) => self.region(region, tree, Code { text, base: range.start() }),
                None => self.step(Step::Lost, range),
            }
        }
        self.text(&source.text, done, source.text.len());
    }

    fn text(&mut self, text: &str, from: usize, to: usize) {
        if !text[from..to].trim_ascii().is_empty() {
            let size = |n: usize| TextSize::new(u32::try_from(n).unwrap_or(u32::MAX));
            self.step(Step::Text, TextRange::new(size(from), size(to)));
        }
    }

    fn region(&mut self, region: &Region, tree: FlatNode<'_>, code: Code<'_>) {
        if region.kind == RegionKind::Inline {
            self.inline(tree, code);
            return;
        }
        let range = region.range();
        if region.open > 0 {
            let context = execution_context(region.kind, code.text);
            self.step(Step::Enter(context), region.open_range());
        }
        for statement in tree.nodes() {
            self.statement(statement, code);
        }
        if region.close > 0 {
            self.step(Step::Exit, TextRange::new(range.end() - TextSize::new(region.close), range.end()));
        }
    }

    fn clear(&mut self) {
        let Lower {
            names,
            by_name,
            exprs,
            ranges,
            list,
            steps,
            step_ranges,
            callees,
            scripts,
            pending,
            unended,
            unclosed,
        } = self;
        names.clear();
        by_name.clear();
        exprs.clear();
        ranges.clear();
        list.clear();
        steps.clear();
        step_ranges.clear();
        callees.clear();
        scripts.clear();
        pending.clear();
        (*unended, *unclosed) = (0, 0);
    }

    fn take(&mut self) -> Lowered {
        let body = Body {
            names: self.names.drain(..).collect(),
            exprs: self.exprs.drain(..).collect(),
            list: self.list.as_slice().into(),
            steps: self.steps.drain(..).collect(),
            scripts: self.scripts.drain(..).collect(),
        };
        Lowered {
            body: Arc::new(body),
            exprs: self.ranges.as_slice().into(),
            callees: self.callees.as_slice().into(),
            steps: self.step_ranges.as_slice().into(),
        }
    }

    fn step(&mut self, step: Step, range: TextRange) {
        self.steps.push(step);
        self.step_ranges.push(range);
    }

    fn push(&mut self, expr: Expr, range: TextRange) -> ExprId {
        let id = ExprId::new(self.exprs.len());
        self.exprs.push(expr);
        self.ranges.push(range);
        id
    }

    fn missing(&mut self, at: TextSize) -> ExprId {
        self.push(Expr::Missing, TextRange::at(at, TextSize::new(0)))
    }

    fn name(&mut self, written: &str) -> NameId {
        let key = SmolStr::new(written.trim_start_matches('@').to_lowercase());
        if let Some(&known) = self.by_name.get(&key) {
            return known;
        }
        let id = NameId(u32::try_from(self.names.len()).unwrap_or(u32::MAX));
        self.names.push(key.clone());
        self.by_name.insert(key, id);
        id
    }

    /// A region whose content has no tree.
    fn opaque(&mut self, kind: RegionKind, text: &str, range: TextRange) {
        match kind {
            RegionKind::Personalization => {
                let name = text.trim_matches('%').trim_start_matches('[').trim_end_matches(']');
                let expr = self.push(Expr::Attribute(SmolStr::new(name)), range);
                self.step(Step::Personalization(expr), range);
            }
            RegionKind::ServerScript => {
                let mut found = ScriptUse::default();
                for access in script::accesses(text) {
                    match access {
                        script::Access::Set(name) => found.sets.push(self.name(name)),
                        script::Access::Get(name) => found.gets.push(self.name(name)),
                        script::Access::Opaque => found.opaque = true,
                    }
                }
                let index = u32::try_from(self.scripts.len()).unwrap_or(u32::MAX);
                self.scripts.push(found);
                self.step(Step::Script(index), range);
            }
            _ => self.step(Step::Text, range),
        }
    }

    fn inline(&mut self, tree: FlatNode<'_>, code: Code<'_>) {
        for child in tree.nodes() {
            let range = code.range(child);
            if child.kind() == ERROR {
                self.step(Step::Lost, range);
            } else {
                let expr = self.expr(child, code);
                self.step(Step::Print(expr), range);
            }
        }
    }

    fn statement(&mut self, node: FlatNode<'_>, code: Code<'_>) {
        let range = node.tokens().next().map_or(code.range(node), |keyword| code.range(keyword));
        match node.kind() {
            VAR_STMT => {
                for child in node.nodes() {
                    let expr = self.expr(child, code);
                    let range = self.ranges[expr.index()];
                    match self.exprs[expr.index()] {
                        Expr::Variable(_) => self.step(Step::Declare(expr), range),
                        _ => self.step(Step::Eval(expr), range),
                    }
                }
            }
            SET_STMT => {
                let [target, value] = self.fixed(node, code);
                match self.exprs[target.index()] {
                    Expr::Variable(_) => self.step(Step::Set { target, value }, range),
                    _ => self.step(Step::Eval(value), range),
                }
            }
            IF_STMT => {
                let [condition] = self.fixed(node, code);
                self.step(Step::If(condition), range);
            }
            ELSEIF_STMT => {
                let [condition] = self.fixed(node, code);
                self.step(Step::Elseif(condition), range);
            }
            ELSE_STMT => self.step(Step::Else, range),
            ENDIF_STMT => self.step(Step::Endif, range),
            FOR_STMT => {
                let down = node.tokens().any(|token| token.kind() == DOWNTO_KW);
                let [counter, start, bound] = self.fixed(node, code);
                let counter = matches!(self.exprs[counter.index()], Expr::Variable(_)).then_some(counter);
                self.step(Step::For { counter, start, bound, down }, range);
            }
            // The name behind NEXT is not read.
            NEXT_STMT => self.step(Step::Next, range),
            EXPR_STMT if let Some(assignment) = assignment(node, code) => {
                let [target, value] = self.fixed(assignment, code);
                self.step(Step::Assign { target, value }, code.range(node));
            }
            EXPR_STMT => {
                let [expr] = self.fixed(node, code);
                self.step(Step::Eval(expr), self.ranges[expr.index()]);
            }
            _ => self.step(Step::Lost, range),
        }
    }

    /// The first expressions among the children of a node; missing ones in the place of those that it does not have.
    fn fixed<const N: usize>(&mut self, node: FlatNode<'_>, code: Code<'_>) -> [ExprId; N] {
        let mut found = [None; N];
        for (count, child) in node.nodes().enumerate() {
            let expr = self.expr(child, code);
            if let Some(slot) = found.get_mut(count) {
                *slot = Some(expr);
            }
        }
        found.map(|expr| expr.unwrap_or_else(|| self.missing(code.range(node).end())))
    }

    fn operands(&mut self, node: FlatNode<'_>, code: Code<'_>) -> Operands {
        // Operands of operands are pushed while these are read.
        let first = self.pending.len();
        for child in node.nodes() {
            let expr = self.expr(child, code);
            self.pending.push(expr);
        }
        let size = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        let operands = Operands { start: size(self.list.len()), len: size(self.pending.len() - first) };
        self.list.extend(self.pending.drain(first..));
        operands
    }

    fn expr(&mut self, node: FlatNode<'_>, code: Code<'_>) -> ExprId {
        let token = || node.tokens().next();
        let expr = match node.kind() {
            LITERAL => match token().map(|token| (token.kind(), code.text(token))) {
                Some((kind, text)) => {
                    self.unended += usize::from(kind == STRING && !is_ended(text));
                    literal(kind, text)
                }
                None => Expr::Missing,
            },
            VARIABLE_EXPR => match token().map(|token| (token.kind(), code.text(token))) {
                Some((VARIABLE, name)) if name.len() > 1 => Expr::Variable(self.name(name)),
                Some((SYSTEM_VARIABLE, name)) => {
                    Expr::System(SmolStr::new(name.trim_start_matches('@').to_lowercase()))
                }
                _ => Expr::Missing,
            },
            NAME_EXPR => token().map_or(Expr::Missing, |token| {
                let name = code.text(token);
                let bracketed = token.kind() == BRACKET_NAME;
                let name = if bracketed { name.trim_start_matches('[').trim_end_matches(']') } else { name };
                Expr::Attribute(SmolStr::new(name))
            }),
            CALL_EXPR => return self.call(node, code),
            // The receiver, and the arguments of a member.
            MEMBER_EXPR => Expr::Member(self.operands(node, code)),
            PAREN_EXPR => {
                let [inner] = self.fixed(node, code);
                return inner;
            }
            NOT_EXPR => {
                let [operand] = self.fixed(node, code);
                Expr::Not(operand)
            }
            COMPARE_EXPR => {
                let op = node.tokens().find_map(|token| CompareOp::of(token.kind()));
                let operands = self.operands(node, code);
                match (op, &self.list[operands.start as usize..]) {
                    (Some(op), &[lhs, rhs]) => Expr::Compare { op, lhs, rhs },
                    _ => Expr::Other(operands),
                }
            }
            LOGICAL_EXPR => {
                let op = node.tokens().find_map(|token| match token.kind() {
                    AND_KW => Some(LogicalOp::And),
                    OR_KW => Some(LogicalOp::Or),
                    _ => None,
                });
                let operands = self.operands(node, code);
                match op {
                    Some(op) => Expr::Logical { op, operands, disputed: is_disputed(node) },
                    None => Expr::Other(operands),
                }
            }
            MISSING_EXPR => Expr::Missing,
            _ => Expr::Other(self.operands(node, code)),
        };
        self.push(expr, code.range(node))
    }

    fn call(&mut self, node: FlatNode<'_>, code: Code<'_>) -> ExprId {
        let mut args = Operands { start: 0, len: 0 };
        let mut whole = false;
        if let Some(list) = node.nodes().find(|node| node.kind() == ARG_LIST) {
            let closed = list.tokens().any(|token| token.kind() == R_PAREN);
            let (unended, inside) = (self.unended, self.unclosed > 0);
            self.unclosed += usize::from(!closed);
            args = self.operands(list, code);
            self.unclosed -= usize::from(!closed);
            whole = is_whole(list, args.len()) && self.unended == unended && !inside;
        }
        let name = node.tokens().find(|token| token.kind() == IDENT);
        let function = name.and_then(|name| FunctionId::of(code.text(name)));
        let id = self.push(Expr::Call(Call { function, args, whole }), code.range(node));
        if let Some(name) = name {
            self.callees.push((id, code.range(name)));
        }
        id
    }
}

/// The `@name = value` that a statement consists of.
fn assignment<'t>(statement: FlatNode<'t>, code: Code<'_>) -> Option<FlatNode<'t>> {
    let found = statement.nodes().next().filter(|node| node.kind() == ASSIGN_EXPR)?;
    let target = found.nodes().next().filter(|node| node.kind() == VARIABLE_EXPR)?;
    let name = target.tokens().next().filter(|token| token.kind() == VARIABLE)?;
    (code.text(name).len() > 1).then_some(found)
}

/// Whether every argument was read, and nothing but arguments.
fn is_whole(list: FlatNode<'_>, args: usize) -> bool {
    let mut commas = 0;
    let mut closed = false;
    for child in list.children() {
        match child.kind() {
            COMMA => commas += 1,
            R_PAREN => closed = true,
            ERROR | MISSING_EXPR => return false,
            _ => {}
        }
    }
    closed && commas == args.saturating_sub(1)
}

/// Whether AND stands beside OR without parentheses, or NOT before AND or OR (ampscript.md section 4).
fn is_disputed(node: FlatNode<'_>) -> bool {
    let mut operands = node.nodes().map(FlatNode::kind).peekable();
    while let Some(operand) = operands.next() {
        if operand == LOGICAL_EXPR || (operand == NOT_EXPR && operands.peek().is_some()) {
            return true;
        }
    }
    false
}

/// Whether a string has its second quote: those in it are doubled.
fn is_ended(string: &str) -> bool {
    let quote = string.bytes().next();
    string.bytes().filter(|byte| Some(*byte) == quote).count().is_multiple_of(2)
}

fn literal(kind: SyntaxKind, text: &str) -> Expr {
    match kind {
        STRING => {
            let quote = &text[..1];
            let content = &text[1..];
            // One that is not closed is an error of its own.
            let content = content.strip_suffix(quote).unwrap_or(content);
            // Any quote of its own kind in it is doubled.
            match content.contains(quote) {
                true => Expr::Text(SmolStr::from(content.replace(&[quote, quote].concat(), quote))),
                false => Expr::Text(SmolStr::new(content)),
            }
        }
        INTEGER => text.parse().map_or_else(|_| Expr::Number(SmolStr::new(text)), Expr::Integer),
        REAL => Expr::Number(SmolStr::new(text)),
        TRUE_KW => Expr::Boolean(true),
        FALSE_KW => Expr::Boolean(false),
        _ => Expr::Other(Operands { start: 0, len: 0 }),
    }
}
