//! The parser: recursive descent over the tokens of one piece, with precedence climbing for expressions; events out.
//!
//! It reports each mistake once, where a person would look for it: what is missing at the end of what stands before the gap, what is
//! too much on itself. Of two problems at one token the first is reported.

mod calls;
mod clauses;
mod expressions;
mod file;
mod joins;
mod loose;
mod misspelt;
mod names;
mod predicates;
mod primary;
mod query;
mod recovery;
mod script;
mod select;
mod statements;
mod tables;
mod windows;

use sfmc_syntax::{
    SyntaxKind,
    SyntaxKind::*,
    TextRange,
    event::{self, Event, Token, TreeSink},
};

use crate::{
    lexer::lex,
    problem::{SqlProblem, SqlProblemKind},
    statement::{Head, Input, Tokens},
};

pub use file::{ParsedFile, parse_file};

/// How deeply queries, expressions and blocks may nest before the parser gives up on the rest of one.
pub const MAX_DEPTH: u32 = 256;

/// Buffers that parsing pieces one after the other uses again.
#[derive(Default)]
pub struct Workspace {
    tokens: Vec<Token>,
    input: Vec<Input>,
    events: Vec<Event>,
    partners: Vec<u32>,
    open: Vec<u32>,
}

/// Parses one piece and appends its node, a `SQL_SCRIPT`, to `sink`. Returns what is wrong, in bytes from the piece's start, in order.
pub fn parse_piece<S: TreeSink>(workspace: &mut Workspace, text: &str, sink: &mut S) -> Vec<SqlProblem> {
    let Workspace { tokens, input, events, partners, open } = workspace;
    tokens.clear();
    input.clear();
    events.clear();
    let mut problems = Vec::new();
    lex(text, tokens, &mut problems);
    significant(text, tokens, input);
    match_parens(input, partners, open);
    let mut parser = Parser {
        text,
        input,
        partners,
        at: 0,
        events,
        problems: Vec::new(),
        wrong: None,
        unbalanced: false,
        depth: 0,
        parens: 0,
        blocks: 0,
        branches: 0,
        rows: false,
        row: None,
        muted: Vec::new(),
        lost: Vec::new(),
    };
    parser.script();
    let Parser { problems: mut found, muted, lost, .. } = parser;
    found.retain(|p| !lies_in(&lost, p.range));
    problems.retain(|p| !lies_in(&muted, p.range) && !lies_in(&lost, p.range));
    problems.append(&mut found);
    problems.sort_by_key(|p| (p.range.start(), p.range.end(), p.kind));
    event::build(sink, text, tokens, events);
    problems
}

/// Fills `input` with the tokens that mean something.
fn significant(text: &str, tokens: &[Token], input: &mut Vec<Input>) {
    let mut start = 0;
    let mut lines = 0u8;
    for token in tokens {
        let end = start + token.len;
        if token.kind.is_trivia() {
            let text = &text.as_bytes()[start as usize..end as usize];
            if let Some(first) = memchr::memchr(b'\n', text) {
                let more = token.kind == WHITESPACE && memchr::memchr(b'\n', &text[first + 1..]).is_some();
                lines = lines.saturating_add(1 + u8::from(more));
            }
        } else {
            input.push(Input { kind: token.kind, start, end, lines: lines.min(2) });
            lines = 0;
        }
        start = end;
    }
}

const NONE: u32 = u32::MAX;

/// For each parenthesis the index of the one that goes with it.
fn match_parens(input: &[Input], partners: &mut Vec<u32>, open: &mut Vec<u32>) {
    partners.clear();
    partners.resize(input.len(), NONE);
    open.clear();
    for (at, token) in (0u32..).zip(input) {
        match token.kind {
            L_PAREN => open.push(at),
            R_PAREN => {
                if let Some(opener) = open.pop() {
                    partners[opener as usize] = at;
                    partners[at as usize] = opener;
                }
            }
            _ => {}
        }
    }
}

/// Whether `range` lies in one of `ranges`, which are in order and do not overlap.
fn lies_in(ranges: &[TextRange], range: TextRange) -> bool {
    let after = ranges.partition_point(|r| r.start() <= range.start());
    after > 0 && ranges[after - 1].contains_range(range)
}

struct Parser<'t, 'w> {
    text: &'t str,
    input: &'w mut [Input],
    partners: &'w [u32],
    at: usize,
    events: &'w mut Vec<Event>,
    problems: Vec<SqlProblem>,
    /// The token at which a problem was reported last.
    wrong: Option<usize>,
    /// A parenthesis of the statement closes nothing: what does not fit behind it follows from that.
    unbalanced: bool,
    depth: u32,
    /// How many parentheses are open.
    parens: u32,
    /// How many blocks are open, which END closes.
    blocks: u32,
    /// How many IF are open, whose statement ELSE ends.
    branches: u32,
    /// Whether `(a, b)` and `()` mean something here: in GROUP BY, and in lists of IN, where a rule looks at them.
    rows: bool,
    /// The parenthesis that closes the last `(a, b)` which is no value.
    row: Option<usize>,
    /// Where what the lexer found is not said: prose, in order.
    muted: Vec<TextRange>,
    /// Where nothing is said: statements that are refused as a whole, in order.
    lost: Vec<TextRange>,
}

/// A node that has begun.
#[derive(Clone, Copy)]
struct Marker(u32);

/// A node that has ended; another can be put around it.
#[derive(Clone, Copy)]
struct Done {
    start: u32,
    kind: SyntaxKind,
}

impl<'t> Parser<'t, '_> {
    // --- tokens

    fn tokens(&self) -> Tokens<'_> {
        Tokens { text: self.text, input: self.input }
    }

    fn nth(&self, n: usize) -> SyntaxKind {
        self.input.get(self.at + n).map_or(EOF, |t| t.kind)
    }

    fn current(&self) -> SyntaxKind {
        self.nth(0)
    }

    fn at(&self, kind: SyntaxKind) -> bool {
        self.current() == kind
    }

    fn at_end(&self) -> bool {
        matches!(self.current(), EOF | SEMICOLON)
    }

    fn first_on_line(&self, n: usize) -> bool {
        self.tokens().first_on_line(self.at + n)
    }

    /// Whether nothing stands between the n-th token and the one before it.
    fn is_glued(&self, n: usize) -> bool {
        let at = self.at + n;
        matches!((self.input.get(at.wrapping_sub(1)), self.input.get(at)), (Some(a), Some(b)) if a.end == b.start)
    }

    fn token_text(&self, n: usize) -> &'t str {
        self.input.get(self.at + n).map_or("", |t| &self.text[t.start as usize..t.end as usize])
    }

    /// A word that is no keyword wherever it stands.
    fn at_word(&self, n: usize, word: &str) -> bool {
        self.tokens().is_word(self.at + n, word)
    }

    fn at_one_of(&self, n: usize, words: &[&str]) -> bool {
        words.iter().any(|word| self.at_word(n, word))
    }

    fn head(&self, n: usize) -> Option<Head> {
        self.tokens().head(self.at + n)
    }

    /// The distance to the parenthesis that goes with the n-th token.
    fn partner(&self, n: usize) -> Option<usize> {
        let partner = *self.partners.get(self.at + n)?;
        (partner != NONE).then(|| (partner as usize).wrapping_sub(self.at))
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

    /// Takes a word that has a meaning here as the keyword that it is.
    fn eat_word(&mut self, word: &str, kind: SyntaxKind) -> bool {
        let found = self.at_word(0, word);
        if found {
            self.bump_as(kind);
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
        let before = self.at.checked_sub(1).and_then(|before| self.input.get(before));
        TextRange::empty(before.map_or(0, |t| t.end).into())
    }

    // --- nodes

    fn start(&mut self) -> Marker {
        let at = self.events.len();
        self.events.push(Event::Start { kind: TOMBSTONE, forward: 0 });
        Marker(u32::try_from(at).unwrap_or(u32::MAX))
    }

    fn finish(&mut self, marker: Marker, kind: SyntaxKind) -> Done {
        if let Some(event) = self.events.get_mut(marker.0 as usize) {
            *event = Event::Start { kind, forward: 0 };
        }
        self.events.push(Event::Finish);
        Done { start: marker.0, kind }
    }

    /// A node around one that has ended.
    fn precede(&mut self, inner: Done) -> Marker {
        let marker = self.start();
        if let Some(Event::Start { forward, .. }) = self.events.get_mut(inner.start as usize) {
            *forward = marker.0 - inner.start;
        }
        marker
    }

    /// A node without tokens.
    fn empty_node(&mut self, kind: SyntaxKind) -> Done {
        let marker = self.start();
        self.finish(marker, kind)
    }

    // --- problems

    fn problem(&mut self, problem: SqlProblem) {
        let follows = self.unbalanced
            && matches!(
                problem.kind,
                SqlProblemKind::UnexpectedToken
                    | SqlProblemKind::PivotValue
                    | SqlProblemKind::UnmatchedCloseParen
                    | SqlProblemKind::MisplacedClause
                    | SqlProblemKind::MissingComma
                    | SqlProblemKind::ExpectedExpression
            );
        self.unbalanced |= problem.kind == SqlProblemKind::UnmatchedCloseParen;
        if self.wrong != Some(self.at) && !follows {
            self.problems.push(problem);
        }
        self.wrong = Some(self.at);
    }

    fn report(&mut self, kind: SqlProblemKind, range: TextRange) {
        self.problem(SqlProblem::new(kind, range));
    }

    /// Reports something that is missing after what was consumed.
    fn missing(&mut self, kind: SqlProblemKind, expected: &'static str) {
        self.problem(SqlProblem::new(kind, self.gap()).expected(expected));
    }

    /// Takes a keyword that must stand here.
    fn expect(&mut self, kind: SyntaxKind, expected: &'static str) -> bool {
        let found = self.eat(kind);
        if !found {
            self.missing(SqlProblemKind::ExpectedKeyword, expected);
        }
        found
    }

    /// The same for a word that is none elsewhere.
    fn expect_word(&mut self, word: &str, kind: SyntaxKind, expected: &'static str) -> bool {
        let found = self.eat_word(word, kind);
        if !found {
            self.missing(SqlProblemKind::ExpectedKeyword, expected);
        }
        found
    }
}

#[cfg(test)]
mod tests;
