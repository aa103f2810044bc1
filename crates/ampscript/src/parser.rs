//! The parser: recursive descent over the tokens of one region, events out.
//!
//! It reports each mistake once, where a person would look for it: what is missing at the end of what stands before the gap, what is
//! too much on itself. Once a statement's head is found wrong, nothing else about that head is reported.

mod bare;
mod calls;
mod comments;
mod expressions;
mod foreign;
mod inline;
mod markup;
mod quotes;
mod statements;
mod stray;

use sfmc_syntax::{
    Problem, ProblemClass, ProblemKind, SyntaxKind,
    SyntaxKind::*,
    TextRange, TextSize,
    cursor::Code,
    event::{self, Event, Token, TreeSink},
};

use crate::lexer::{RegionText, lex};

pub use bare::BARE_FUNCTIONS;

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
    /// A condition and its THEN without IF, which is reported
    GuessedIf,
    /// A counter and its TO without FOR, which is reported
    GuessedFor,
    /// What opens a construct of other languages, `while`, which is reported
    Foreign,
    /// What stands in such constructs: `case`, `break`, `return`
    ForeignPart,
    /// What ends such constructs: `endwhile`, `end switch`
    ForeignEnd,
    /// What people write for NEXT: `endfor`, `end for`
    LoopEnd,
    /// What could be a misspelt NEXT: `nxt`
    LoopEndWord,
    /// What could be a misspelt ENDIF: `fi`, `enidf`
    IfEndWord,
    /// `end`, `loop`: words that people also write where nothing ends
    End,
    /// `{` in the place of THEN or DO
    BraceHead,
    /// `{` in the place of a statement
    BraceOpen,
    /// `}` in the place of a statement
    BraceClose,
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
    /// Its head is wrong and the last thing of its region, or it is misspelt: that what belongs to it is missing, too, need not be said.
    pub incomplete: bool,
}

/// What the page needs of a region beside its tree.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outline {
    /// Control statements in order.
    pub controls: Vec<Control>,
    /// The region ends inside a statement: what it lacks. Whether that is an error of its own or the statement goes on in the next
    /// block, the page decides.
    pub dangling: Option<Deferred>,
    /// The region begins with something that begins no statement, as when one goes on from the block before.
    pub continues: Option<Deferred>,
}

/// A problem that is one only if the blocks around the region do not explain it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Deferred {
    /// What is wrong then.
    pub kind: ProblemKind,
    /// Where.
    pub at: TextRange,
    /// The second place that explains it.
    pub related: Option<TextRange>,
}

impl Deferred {
    /// The same in the coordinates of whatever this one's text starts at `base` of.
    #[must_use]
    pub fn shifted(self, base: TextSize) -> Deferred {
        Deferred { at: self.at + base, related: self.related.map(|range| range + base), ..self }
    }
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

/// Parses one region and appends its node to `sink`.
pub fn parse_region<S: TreeSink>(workspace: &mut Workspace, region: RegionText<'_>, sink: &mut S) -> Parse {
    let Workspace { tokens, input, events } = workspace;
    tokens.clear();
    let mut problems = Vec::new();
    lex(region, tokens, &mut problems);
    if comments::lacks_opener(region.text, &problems) {
        // What was meant as a comment is known once it was read as code; then it is read again without it.
        let (parse, statements) = run(region, tokens, input, events, problems.clone(), true);
        comments::join(region.text, tokens, &mut problems, &parse, &statements);
    }
    let (parse, _) = run(region, tokens, input, events, problems, false);
    event::build(sink, region.text, tokens, events);
    parse
}

/// A statement of a region, for whoever asks what in it is sound.
#[derive(Clone, Copy, Debug)]
struct Statement {
    range: TextRange,
    /// It begins like one that nobody would write in prose.
    certain: bool,
}

fn run(
    region: RegionText<'_>,
    tokens: &[Token],
    input: &mut Vec<Input>,
    events: &mut Vec<Event>,
    problems: Vec<Problem>,
    record: bool,
) -> (Parse, Vec<Statement>) {
    input.clear();
    events.clear();
    let mut offset = 0;
    let mut first_on_line = false;
    for token in tokens {
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
        let found = problems.iter().filter(|p| p.kind == kind);
        found.map(|p| if end { p.range.end() } else { p.range.start() }).collect()
    };
    let escapes = places(ProblemKind::BackslashEscape, true);
    let unterminated = places(ProblemKind::UnterminatedString, false);
    let unopened = quotes::unopened_strings(region.text, &unterminated);
    let mut parser = Parser {
        text: region.text,
        code: region.code,
        input,
        at: 0,
        events,
        parse: Parse { problems, outline: Outline::default() },
        depth: 0,
        parens: 0,
        closed: Vec::new(),
        quiet: false,
        broken_text: false,
        in_head: false,
        decides: false,
        end_if_is_value: false,
        dropped: Vec::new(),
        muted: Vec::new(),
        markup: Vec::new(),
        taken: Vec::new(),
        escapes,
        unterminated,
        statements: record.then(Vec::new),
    };
    parser.region();
    let Parser { mut parse, dropped, muted, markup, taken, statements, .. } = parser;
    if !taken.is_empty() {
        parse.problems.retain(|p| {
            !matches!(p.kind, ProblemKind::UnexpectedCharacter | ProblemKind::LineComment)
                || taken.binary_search(&p.range.start()).is_err()
        });
    }
    if !dropped.is_empty() {
        // Notices about tokens that the parser threw away would only repeat its error.
        parse.problems.retain(|p| p.kind.class() == ProblemClass::Error || !lies_in(&dropped, p.range));
    }
    if !muted.is_empty() {
        parse
            .problems
            .retain(|p| p.kind == ProblemKind::UnterminatedString || p.range.is_empty() || !lies_in(&muted, p.range));
    }
    if !markup.is_empty() {
        // Its quotes and signs are those of the page; that it is there is said at its first tag.
        let says = |p: &Problem| {
            p.kind == ProblemKind::UnexpectedToken
                && markup.binary_search_by_key(&p.range.start(), |m| m.start()).is_ok()
        };
        parse.problems.retain(|p| p.range.is_empty() || says(p) || !lies_in(&markup, p.range));
    }
    quotes::drop_words_of_text(&unopened, &mut parse.problems);
    drop_consequences(&mut parse);
    parse.problems.sort_by_key(|p| (p.range.start(), p.range.end(), p.kind));
    quotes::one_unterminated_string_a_line(region.text, &mut parse.problems);
    quotes::drop_what_follows(region.text, input, &mut parse);
    (parse, statements.unwrap_or_default())
}

/// Whether `range` lies in one of `ranges`, which are in order and do not overlap.
fn lies_in(ranges: &[TextRange], range: TextRange) -> bool {
    let after = ranges.partition_point(|r| r.start() <= range.start());
    after > 0 && ranges[after - 1].contains_range(range)
}

/// That a statement does nothing, or compares oddly, is not worth saying where it is wrong already.
fn drop_consequences(parse: &mut Parse) {
    use ProblemKind::{
        AssignmentInExpression, AssignmentWithoutSet, ChainedComparison, ComparisonAsValue, ExpectedVariable,
        IgnoredExpression, InlineNotFunctionCall, InvalidVariableName,
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
    let no_variable = |range: TextRange| {
        let from = errors.partition_point(|(error, _)| error.start() < range.start());
        let same = errors[from..].iter().take_while(|(error, _)| error.start() == range.start());
        same.into_iter().any(|error| *error == (range, ExpectedVariable))
    };
    parse.problems.retain(|p| {
        // A name of other letters without its `@`.
        if p.kind == InvalidVariableName && no_variable(p.range) {
            return false;
        }
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
    parse.outline.continues = parse.outline.continues.filter(|d| d.kind != IgnoredExpression || !wrong(d.at));
}

struct Parser<'t, 'w> {
    text: &'t str,
    code: Code,
    input: &'w [Input],
    at: usize,
    events: &'w mut Vec<Event>,
    parse: Parse,
    depth: u32,
    /// How many parentheses are open.
    parens: usize,
    /// The argument lists of the current statement that were closed: the index of the parenthesis, and the event before it.
    closed: Vec<(usize, usize)>,
    /// The head of the current statement was found wrong: what else is missing in it is not reported.
    quiet: bool,
    /// A text of the current statement does not end.
    broken_text: bool,
    /// Between IF and THEN, or FOR and DO: these words are no bad values.
    in_head: bool,
    /// The expression that is read is a condition, and no value.
    decides: bool,
    /// `end if` stands where a value is missing, which is reported.
    end_if_is_value: bool,
    /// Ranges of tokens that were thrown away with an error, in order.
    dropped: Vec<TextRange>,
    /// Ranges of what was meant as text of a string whose quotes are wrong, in order: only that a string does not end is said there.
    muted: Vec<TextRange>,
    /// Ranges of tags and text of the page in code, in order: only that they stand there is said.
    markup: Vec<TextRange>,
    /// Where braces stand whose meaning the page knows, and what of addresses was read as comments, in order: that they are no AMPscript
    /// is not said here.
    taken: Vec<TextSize>,
    /// Where strings end whose last quote was meant to be escaped, and where strings begin that do not end; both in order.
    escapes: Vec<TextSize>,
    unterminated: Vec<TextSize>,
    /// The statements, if anybody asks.
    statements: Option<Vec<Statement>>,
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
