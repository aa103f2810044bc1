//! The parser: recursive descent over the tokens of one region, events out.
//!
//! It reports each mistake once, where a person would look for it: what is missing at the end of what stands before the gap, what is
//! too much on itself. Once a statement's head is found wrong, nothing else about that head is reported.

mod expressions;
mod statements;

use rowan::GreenNodeBuilder;
use sfmc_syntax::{
    Problem, ProblemClass, ProblemKind, SyntaxKind,
    SyntaxKind::*,
    TextRange, TextSize,
    cursor::Code,
    event::{self, Event, Token},
};

use crate::lexer::{RegionText, lex};

/// How deeply expressions may nest before the parser gives up on the rest of one.
pub const MAX_DEPTH: u32 = 256;

/// What a control statement does to the structure of the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ControlKind {
    /// IF
    If,
    /// ELSEIF
    Elseif,
    /// ELSE
    Else,
    /// ENDIF
    Endif,
    /// `end if`, which is reported as such
    EndIf,
    /// FOR
    For,
    /// NEXT
    Next,
}

/// A control statement of a region.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Control {
    /// What it does.
    pub kind: ControlKind,
    /// Its keyword, in bytes from the region's start.
    pub keyword: TextRange,
    /// The counter that FOR sets or that NEXT names.
    pub name: Option<TextRange>,
    /// Its head is wrong and the last thing of its region: that its end is missing, too, need not be said.
    pub incomplete: bool,
}

/// What the page needs of a region beside its tree.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outline {
    /// Control statements in order.
    pub controls: Vec<Control>,
    /// The region ends inside a statement that lacks its value: the place. Whether that is an error of its own or the statement
    /// goes on in the next block, the page decides.
    pub dangling: Option<TextRange>,
    /// The region's first statement is an expression that is no call, as when a statement goes on from the block before.
    pub continues: Option<TextRange>,
}

/// What parsing a region says beside the tree it built.
#[derive(Clone, Debug, Default)]
pub struct Parse {
    /// What is wrong, in bytes from the region's start, in order.
    pub problems: Vec<Problem>,
    /// What the page needs.
    pub outline: Outline,
}

/// Buffers that parsing regions one after the other uses again.
#[derive(Default)]
pub struct Workspace {
    tokens: Vec<Token>,
    input: Vec<Input>,
    events: Vec<Event>,
}

/// A token that means something.
#[derive(Clone, Copy, Debug)]
struct Input {
    kind: SyntaxKind,
    start: u32,
    end: u32,
    /// Whether a line end stands between it and the one before.
    first_on_line: bool,
}

/// Parses one region and appends its node to `builder`.
pub fn parse_region(workspace: &mut Workspace, region: RegionText<'_>, builder: &mut GreenNodeBuilder<'_>) -> Parse {
    let Workspace { tokens, input, events } = workspace;
    tokens.clear();
    input.clear();
    events.clear();
    let mut parse = Parse::default();
    lex(region, tokens, &mut parse.problems);
    let mut offset = 0;
    let mut first_on_line = false;
    for token in tokens.iter() {
        let end = offset + token.len;
        if token.kind.is_trivia() {
            let text = &region.text.as_bytes()[offset as usize..end as usize];
            first_on_line |= memchr::memchr(b'\n', text).is_some();
        } else {
            input.push(Input { kind: token.kind, start: offset, end, first_on_line });
            first_on_line = false;
        }
        offset = end;
    }
    let places = |kind, end: bool| -> Vec<TextSize> {
        let found = parse.problems.iter().filter(|p| p.kind == kind);
        found.map(|p| if end { p.range.end() } else { p.range.start() }).collect()
    };
    let escapes = places(ProblemKind::BackslashEscape, true);
    let unterminated = places(ProblemKind::UnterminatedString, false);
    let mut parser = Parser {
        text: region.text,
        code: region.code,
        input,
        at: 0,
        events,
        parse,
        depth: 0,
        quiet: false,
        dropped: Vec::new(),
        muted: Vec::new(),
        escapes,
        unterminated,
    };
    parser.region();
    let Parser { mut parse, dropped, muted, .. } = parser;
    event::build(builder, region.text, tokens, events);
    if !dropped.is_empty() {
        // Notices about tokens that the parser threw away would only repeat its error.
        parse.problems.retain(|p| p.kind.class() == ProblemClass::Error || !lies_in(&dropped, p.range));
    }
    if !muted.is_empty() {
        parse
            .problems
            .retain(|p| p.kind == ProblemKind::UnterminatedString || p.range.is_empty() || !lies_in(&muted, p.range));
    }
    drop_consequences(&mut parse);
    parse.problems.sort_by_key(|p| (p.range.start(), p.range.end(), p.kind));
    parse
}

/// Whether `range` lies in one of `ranges`, which are in order and do not overlap.
fn lies_in(ranges: &[TextRange], range: TextRange) -> bool {
    let after = ranges.partition_point(|r| r.start() <= range.start());
    after > 0 && ranges[after - 1].contains_range(range)
}

/// That a statement does nothing, or compares oddly, is not worth saying where it is wrong already.
fn drop_consequences(parse: &mut Parse) {
    use ProblemKind::{
        AssignmentInExpression, AssignmentWithoutSet, ChainedComparison, ComparisonAsValue, IgnoredExpression,
        InlineNotFunctionCall,
    };
    let errors = parse.problems.iter().filter(|p| p.kind.class() == ProblemClass::Error);
    let mut errors: Vec<(TextRange, ProblemKind)> = errors.map(|p| (p.range, p.kind)).collect();
    if errors.is_empty() {
        return;
    }
    errors.sort_by_key(|(range, _)| range.start());
    let wrong = |notice: TextRange| {
        // Errors are short: those that touch the notice begin in it or right before it.
        let from = errors.partition_point(|(range, _)| range.start() < notice.start());
        let before = errors[..from].last().is_some_and(|(range, _)| range.end() >= notice.start());
        // `3-5`: that the 5 is dropped is a fact of its own.
        let minus = |(range, kind): &(TextRange, ProblemKind)| {
            *kind == ProblemKind::UnsupportedOperator && range.start() == notice.start()
        };
        before
            || errors[from..].iter().take_while(|(range, _)| range.start() <= notice.end()).any(|error| !minus(error))
    };
    parse.problems.retain(|p| {
        let follows = matches!(
            p.kind,
            AssignmentInExpression
                | AssignmentWithoutSet
                | ChainedComparison
                | ComparisonAsValue
                | IgnoredExpression
                | InlineNotFunctionCall
        );
        !(follows && wrong(p.range))
    });
    parse.outline.continues = parse.outline.continues.filter(|&range| !wrong(range));
}

struct Parser<'t, 'w> {
    text: &'t str,
    code: Code,
    input: &'w [Input],
    at: usize,
    events: &'w mut Vec<Event>,
    parse: Parse,
    depth: u32,
    /// The head of the current statement was found wrong: what else is missing in it is not reported.
    quiet: bool,
    /// Ranges of tokens that were thrown away with an error, in order.
    dropped: Vec<TextRange>,
    /// Ranges of what was meant as text of a string whose quotes are wrong, in order: only that a string does not end is said there.
    muted: Vec<TextRange>,
    /// Where strings end whose last quote was meant to be escaped, and where strings begin that do not end; both in order.
    escapes: Vec<TextSize>,
    unterminated: Vec<TextSize>,
}

/// A node that has begun.
#[derive(Clone, Copy)]
struct Marker(u32);

/// A node that has ended; another can be put around it.
#[derive(Clone, Copy)]
struct Done {
    start: u32,
    kind: SyntaxKind,
    /// Index of its first token in the input.
    first: u32,
    /// It ends with a NOT that, by some sources, reaches over an AND or OR behind it.
    reaches: bool,
}

impl Parser<'_, '_> {
    fn region(&mut self) {
        let (kind, open, close) = match self.code {
            Code::Block => (BLOCK, BLOCK_OPEN, BLOCK_CLOSE),
            Code::Inline => (INLINE, INLINE_OPEN, INLINE_CLOSE),
            Code::Script => (SCRIPT_BLOCK, SCRIPT_OPEN, SCRIPT_CLOSE),
        };
        let marker = self.start();
        self.eat(open);
        let header = self.eat(BLOCK_HEADER);
        match self.code {
            Code::Inline => self.inline(),
            Code::Block | Code::Script => {
                let whole = matches!(self.input, [a, b] if a.kind == open && b.kind == close);
                if whole && !header && self.code == Code::Block && self.has_only_blanks() {
                    let range = TextRange::up_to(TextSize::of(self.text));
                    self.problem(Problem::new(ProblemKind::EmptyBlock, range));
                }
                self.statements();
            }
        }
        self.eat(close);
        debug_assert!(self.at == self.input.len(), "the parser must see every token");
        self.finish(marker, kind);
    }

    fn has_only_blanks(&self) -> bool {
        let between = self.input[0].end as usize..self.input[1].start as usize;
        self.text[between].trim().is_empty()
    }

    // --- tokens

    fn nth(&self, n: usize) -> SyntaxKind {
        self.input.get(self.at + n).map_or(EOF, |t| t.kind)
    }

    fn current(&self) -> SyntaxKind {
        self.nth(0)
    }

    fn at(&self, kind: SyntaxKind) -> bool {
        self.current() == kind
    }

    /// No more tokens but the closer.
    fn at_end(&self) -> bool {
        self.nth_is_end(0)
    }

    fn nth_is_end(&self, n: usize) -> bool {
        matches!(self.nth(n), EOF | BLOCK_CLOSE | INLINE_CLOSE | SCRIPT_CLOSE)
    }

    fn first_on_line(&self, n: usize) -> bool {
        self.input.get(self.at + n).is_none_or(|t| t.first_on_line)
    }

    fn bump(&mut self) {
        let kind = self.current();
        if kind != EOF {
            self.bump_as(kind);
        }
    }

    fn bump_as(&mut self, kind: SyntaxKind) {
        self.events.push(Event::Token { kind });
        self.at += 1;
    }

    fn eat(&mut self, kind: SyntaxKind) -> bool {
        let found = self.at(kind);
        if found {
            self.bump();
        }
        found
    }

    fn range_of(&self, index: usize) -> TextRange {
        let token = self.input.get(index).or(self.input.last());
        let (start, end) = token.map_or((0, 0), |t| (t.start, t.end));
        TextRange::new(start.into(), end.into())
    }

    fn range(&self) -> TextRange {
        self.range_of(self.at)
    }

    /// From the token at index `first` to the last one that was consumed.
    fn range_since(&self, first: usize) -> TextRange {
        let start = self.range_of(first).start();
        TextRange::new(start, self.gap().start().max(start))
    }

    /// The empty range after the last token that was consumed: where something is missing.
    fn gap(&self) -> TextRange {
        let end = if self.at == 0 { 0 } else { self.input[self.at - 1].end };
        TextRange::empty(end.into())
    }

    fn token_text(&self, n: usize) -> &str {
        let range = self.range_of(self.at + n);
        &self.text[usize::from(range.start())..usize::from(range.end())]
    }

    fn at_word(&self, n: usize, word: &str) -> bool {
        self.nth(n) == IDENT && self.token_text(n).eq_ignore_ascii_case(word)
    }

    // --- nodes

    fn start(&mut self) -> Marker {
        let at = self.events.len();
        self.events.push(Event::Start { kind: TOMBSTONE, forward: 0 });
        Marker(u32::try_from(at).unwrap_or(u32::MAX))
    }

    fn finish(&mut self, marker: Marker, kind: SyntaxKind) {
        self.events[marker.0 as usize] = Event::Start { kind, forward: 0 };
        self.events.push(Event::Finish);
    }

    fn done(&mut self, marker: Marker, kind: SyntaxKind, first: usize) -> Done {
        let start = marker.0;
        self.finish(marker, kind);
        Done { start, kind, first: u32::try_from(first).unwrap_or(u32::MAX), reaches: false }
    }

    /// A node around one that has ended.
    fn precede(&mut self, inner: Done) -> Marker {
        let marker = self.start();
        if let Event::Start { forward, .. } = &mut self.events[inner.start as usize] {
            *forward = marker.0 - inner.start;
        }
        marker
    }

    /// A node without tokens.
    fn empty_node(&mut self, kind: SyntaxKind) -> Done {
        let first = self.at;
        let marker = self.start();
        self.done(marker, kind, first)
    }

    // --- problems

    fn problem(&mut self, problem: Problem) {
        self.parse.problems.push(problem);
    }

    /// Reports something that is missing after what was consumed, unless the statement is already known to be wrong.
    fn missing(&mut self, kind: ProblemKind, expected: &'static str) {
        self.missing_at(kind, self.gap(), expected);
    }

    fn missing_at(&mut self, kind: ProblemKind, range: TextRange, expected: &'static str) {
        if !self.quiet {
            self.problem(Problem::new(kind, range).expected(expected));
        }
        self.quiet = true;
    }

    fn report(&mut self, kind: ProblemKind, range: TextRange) {
        self.problem(Problem::new(kind, range));
    }

    /// Puts the next `count` tokens into an error node.
    fn skip(&mut self, count: usize) -> TextRange {
        let first = self.at;
        let marker = self.start();
        for _ in 0..count {
            self.bump();
        }
        self.finish(marker, ERROR);
        let range = self.range_since(first);
        self.dropped.push(range);
        range
    }
}

#[cfg(test)]
mod tests;
