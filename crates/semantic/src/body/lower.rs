//! From trees to bodies. Reads green nodes: cursors cost several times as much.

use std::{cell::RefCell, sync::Arc};

use rustc_hash::FxHashMap;
use sfmc_catalog::ampscript::FunctionId;
use sfmc_db::{Chunk, ChunkParse, ChunkSource, Db, chunk_parse, execution_context};
use sfmc_host::{RegionFlags, RegionKind};
use sfmc_syntax::{
    GreenNodeData, GreenTokenData, NodeOrToken, SmolStr, SyntaxKind,
    SyntaxKind::*,
    TextRange, TextSize,
    ast::{CompareOp, LogicalOp},
};

use super::{Body, Call, Expr, ExprId, Lowered, NameId, Operands, ScriptUse, Step, script};

/// A child of a node, with where it begins.
type Child<'t> = (NodeOrToken<&'t GreenNodeData, &'t GreenTokenData>, TextSize);

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

fn kind_of(token: &GreenTokenData) -> SyntaxKind {
    SyntaxKind::from_raw(token.kind())
}

fn node_kind(node: &GreenNodeData) -> SyntaxKind {
    SyntaxKind::from_raw(node.kind())
}

/// The children of a node, with their places.
fn children(node: &GreenNodeData, mut offset: TextSize) -> impl Iterator<Item = Child<'_>> {
    node.children().map(move |child| {
        let at = offset;
        offset += child.text_len();
        (child, at)
    })
}

/// The first child token that is no blank or comment.
fn first_token(node: &GreenNodeData) -> Option<&GreenTokenData> {
    node.children().filter_map(NodeOrToken::into_token).find(|token| !kind_of(token).is_trivia())
}

/// The part of a node without the blanks and comments at its ends.
fn trimmed(node: &GreenNodeData, offset: TextSize) -> TextRange {
    let solid = |child: &NodeOrToken<&GreenNodeData, &GreenTokenData>| match child {
        NodeOrToken::Token(token) => !kind_of(token).is_trivia(),
        NodeOrToken::Node(_) => true,
    };
    let mut solids = children(node, offset).filter(|(child, _)| solid(child));
    let Some((first, start)) = solids.next() else {
        return TextRange::at(offset, TextSize::new(0));
    };
    let (last, at) = solids.last().unwrap_or((first, start));
    TextRange::new(start, at + last.text_len())
}

impl Lower {
    fn chunk(&mut self, source: &ChunkSource, parse: &ChunkParse) {
        // What a panic may have left.
        self.clear();
        let mut regions = source.regions.iter();
        let mut offset = TextSize::new(0);
        for child in parse.green.children() {
            let range = TextRange::at(offset, child.text_len());
            offset = range.end();
            match child {
                NodeOrToken::Token(token) if kind_of(token) == TEXT => {
                    if !token.text().trim().is_empty() {
                        self.step(Step::Text, range);
                    }
                }
                NodeOrToken::Token(token) => {
                    regions.next();
                    self.opaque(token, range);
                }
                NodeOrToken::Node(node) => {
                    let Some(region) = regions.next() else { continue };
                    if region.has(RegionFlags::UNTERMINATED) {
                        self.step(Step::Lost, range);
                        continue;
                    }
                    if region.kind == RegionKind::Inline {
                        self.inline(node, range.start());
                        continue;
                    }
                    if region.open > 0 {
                        let context = execution_context(region.kind, &source.text[range]);
                        self.step(Step::Enter(context), region.open_range());
                    }
                    self.statements(node, range.start());
                    if region.close > 0 {
                        let close = TextSize::from(u32::from(region.close));
                        self.step(Step::Exit, TextRange::new(range.end() - close, range.end()));
                    }
                }
            }
        }
    }

    fn clear(&mut self) {
        let Lower { names, by_name, exprs, ranges, list, steps, step_ranges, callees, scripts } = self;
        names.clear();
        by_name.clear();
        exprs.clear();
        ranges.clear();
        list.clear();
        steps.clear();
        step_ranges.clear();
        callees.clear();
        scripts.clear();
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
    fn opaque(&mut self, token: &GreenTokenData, range: TextRange) {
        match kind_of(token) {
            PERSONALIZATION => {
                let name = token.text().trim_matches('%').trim_start_matches('[').trim_end_matches(']');
                let expr = self.push(Expr::Attribute(SmolStr::new(name)), range);
                self.step(Step::Personalization(expr), range);
            }
            SERVER_SCRIPT => {
                let mut found = ScriptUse::default();
                for access in script::accesses(token.text()) {
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

    fn inline(&mut self, node: &GreenNodeData, offset: TextSize) {
        for (child, at) in children(node, offset) {
            if let NodeOrToken::Node(child) = child {
                let range = TextRange::at(at, child.text_len());
                match node_kind(child) {
                    ERROR => self.step(Step::Lost, range),
                    _ => {
                        let expr = self.expr(child, at);
                        self.step(Step::Print(expr), range);
                    }
                }
            }
        }
    }

    fn statements(&mut self, node: &GreenNodeData, offset: TextSize) {
        for (child, at) in children(node, offset) {
            if let NodeOrToken::Node(child) = child {
                self.statement(child, at);
            }
        }
    }

    fn statement(&mut self, node: &GreenNodeData, offset: TextSize) {
        let keyword = children(node, offset).find_map(|(child, at)| {
            let token = child.into_token().filter(|token| !kind_of(token).is_trivia())?;
            Some(TextRange::at(at, token.text_len()))
        });
        let range = keyword.unwrap_or_else(|| trimmed(node, offset));
        match node_kind(node) {
            VAR_STMT => {
                for (child, at) in children(node, offset) {
                    if let NodeOrToken::Node(child) = child {
                        let expr = self.expr(child, at);
                        let range = self.ranges[expr.index()];
                        match self.exprs[expr.index()] {
                            Expr::Variable(_) => self.step(Step::Declare(expr), range),
                            _ => self.step(Step::Eval(expr), range),
                        }
                    }
                }
            }
            SET_STMT => {
                let [target, value] = self.fixed(node, offset);
                match self.exprs[target.index()] {
                    Expr::Variable(_) => self.step(Step::Set { target, value }, range),
                    _ => self.step(Step::Eval(value), range),
                }
            }
            IF_STMT => {
                let [condition] = self.fixed(node, offset);
                self.step(Step::If(condition), range);
            }
            ELSEIF_STMT => {
                let [condition] = self.fixed(node, offset);
                self.step(Step::Elseif(condition), range);
            }
            ELSE_STMT => self.step(Step::Else, range),
            ENDIF_STMT => self.step(Step::Endif, range),
            FOR_STMT => {
                let down = node.children().filter_map(NodeOrToken::into_token).any(|token| kind_of(token) == DOWNTO_KW);
                let [counter, start, bound] = self.fixed(node, offset);
                let counter = matches!(self.exprs[counter.index()], Expr::Variable(_)).then_some(counter);
                self.step(Step::For { counter, start, bound, down }, range);
            }
            // The name behind NEXT is not read.
            NEXT_STMT => self.step(Step::Next, range),
            EXPR_STMT => {
                let [expr] = self.fixed(node, offset);
                self.step(Step::Eval(expr), self.ranges[expr.index()]);
            }
            _ => self.step(Step::Lost, range),
        }
    }

    /// The first expressions among the children of a node; missing ones in the place of those that it does not have.
    fn fixed<const N: usize>(&mut self, node: &GreenNodeData, offset: TextSize) -> [ExprId; N] {
        let mut found = [None; N];
        let mut count = 0;
        for (child, at) in children(node, offset) {
            if let NodeOrToken::Node(child) = child {
                let expr = self.expr(child, at);
                if let Some(slot) = found.get_mut(count) {
                    *slot = Some(expr);
                }
                count += 1;
            }
        }
        found.map(|expr| expr.unwrap_or_else(|| self.missing(offset + node.text_len())))
    }

    fn operands(&mut self, node: &GreenNodeData, offset: TextSize) -> Operands {
        // Operands of operands are pushed while these are read.
        let mut found = Vec::new();
        for (child, at) in children(node, offset) {
            if let NodeOrToken::Node(child) = child {
                found.push(self.expr(child, at));
            }
        }
        let size = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        let operands = Operands { start: size(self.list.len()), len: size(found.len()) };
        self.list.extend(found);
        operands
    }

    fn expr(&mut self, node: &GreenNodeData, offset: TextSize) -> ExprId {
        let range = trimmed(node, offset);
        let expr = match node_kind(node) {
            LITERAL => first_token(node).map_or(Expr::Missing, literal),
            VARIABLE_EXPR => match first_token(node) {
                Some(token) if kind_of(token) == VARIABLE && token.text().len() > 1 => {
                    Expr::Variable(self.name(token.text()))
                }
                Some(token) if kind_of(token) == SYSTEM_VARIABLE => {
                    Expr::System(SmolStr::new(token.text().trim_start_matches('@').to_lowercase()))
                }
                _ => Expr::Missing,
            },
            NAME_EXPR => first_token(node).map_or(Expr::Missing, |token| {
                let name = token.text();
                let bracketed = kind_of(token) == BRACKET_NAME;
                let name = if bracketed { name.trim_start_matches('[').trim_end_matches(']') } else { name };
                Expr::Attribute(SmolStr::new(name))
            }),
            CALL_EXPR => return self.call(node, offset, range),
            MEMBER_EXPR => {
                // The receiver, and the arguments of a member.
                Expr::Member(self.operands(node, offset))
            }
            PAREN_EXPR => {
                let [inner] = self.fixed(node, offset);
                return inner;
            }
            NOT_EXPR => {
                let [operand] = self.fixed(node, offset);
                Expr::Not(operand)
            }
            COMPARE_EXPR => {
                let op = node.children().filter_map(NodeOrToken::into_token).find_map(|t| compare_op(kind_of(t)));
                let operands = self.operands(node, offset);
                match (op, &self.list[operands.start as usize..]) {
                    (Some(op), &[lhs, rhs]) => Expr::Compare { op, lhs, rhs },
                    _ => Expr::Other(operands),
                }
            }
            LOGICAL_EXPR => {
                let mut ops = node.children().filter_map(NodeOrToken::into_token).filter_map(|t| match kind_of(t) {
                    AND_KW => Some(LogicalOp::And),
                    OR_KW => Some(LogicalOp::Or),
                    _ => None,
                });
                let op = ops.next();
                let disputed = is_disputed(node);
                let operands = self.operands(node, offset);
                match op {
                    Some(op) => Expr::Logical { op, operands, disputed },
                    None => Expr::Other(operands),
                }
            }
            MISSING_EXPR => Expr::Missing,
            _ => Expr::Other(self.operands(node, offset)),
        };
        self.push(expr, range)
    }

    fn call(&mut self, node: &GreenNodeData, offset: TextSize, range: TextRange) -> ExprId {
        let mut name = None;
        let mut args = Operands { start: 0, len: 0 };
        let mut whole = false;
        for (child, at) in children(node, offset) {
            match child {
                NodeOrToken::Token(token) if kind_of(token) == IDENT && name.is_none() => {
                    name = Some((token.text(), TextRange::at(at, token.text_len())));
                }
                NodeOrToken::Node(list) if node_kind(list) == ARG_LIST => {
                    args = self.operands(list, at);
                    whole = is_whole(list, args.len());
                }
                _ => {}
            }
        }
        let function = name.and_then(|(name, _)| FunctionId::of(name));
        let id = self.push(Expr::Call(Call { function, args, whole }), range);
        if let Some((_, range)) = name {
            self.callees.push((id, range));
        }
        id
    }
}

/// Whether every argument was read, and nothing but arguments.
fn is_whole(list: &GreenNodeData, args: usize) -> bool {
    let mut commas = 0;
    let mut closed = false;
    for child in list.children() {
        match child {
            NodeOrToken::Token(token) => match kind_of(token) {
                COMMA => commas += 1,
                R_PAREN => closed = true,
                _ => {}
            },
            NodeOrToken::Node(node) if matches!(node_kind(node), ERROR | MISSING_EXPR) => return false,
            NodeOrToken::Node(_) => {}
        }
    }
    closed && commas == args.saturating_sub(1)
}

/// Whether AND stands beside OR without parentheses, or NOT before AND or OR (ampscript.md section 4).
fn is_disputed(node: &GreenNodeData) -> bool {
    let mut operands = node.children().filter_map(NodeOrToken::into_node).map(node_kind).peekable();
    while let Some(operand) = operands.next() {
        if operand == LOGICAL_EXPR || (operand == NOT_EXPR && operands.peek().is_some()) {
            return true;
        }
    }
    false
}

fn compare_op(kind: SyntaxKind) -> Option<CompareOp> {
    Some(match kind {
        EQ2 => CompareOp::Equal,
        NEQ => CompareOp::NotEqual,
        LT => CompareOp::Less,
        LTE => CompareOp::LessOrEqual,
        GT => CompareOp::Greater,
        GTE => CompareOp::GreaterOrEqual,
        _ => return None,
    })
}

fn literal(token: &GreenTokenData) -> Expr {
    let text = token.text();
    match kind_of(token) {
        STRING => {
            let quote = &text[..1];
            let content = &text[1..];
            // One that is not closed is an error of its own.
            let content = content.strip_suffix(quote).unwrap_or(content);
            let doubled = [quote, quote].concat();
            match content.contains(&doubled) {
                true => Expr::Text(SmolStr::from(content.replace(&doubled, quote))),
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
