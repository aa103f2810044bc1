//! Cuts a file into pieces, each of which is parsed on its own: one statement as a rule, or a run of prose.
//!
//! A cut is made only where a statement certainly begins, by tokens alone and only looking forward; what is between two cuts may
//! still be several statements (a procedure, a block), which the parser tells apart. A piece holds the comments above its statement and
//! the one behind it on its line.

use std::collections::VecDeque;

use sfmc_syntax::{SyntaxKind, SyntaxKind::*, TextRange, TextSize};

use crate::{
    lexer::{Lexer, range, size},
    statement::{Head, Input, LOOKAHEAD, Tokens, is_hungry, wants_query},
};

/// A piece of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Piece {
    /// Where it stands.
    pub range: TextRange,
    /// The first byte that its end does not depend on: an edit from there on leaves the piece what it is. One more than the length of the
    /// text where the end of the text matters.
    pub seen: TextSize,
}

/// The pieces of `text` from `start` on, which is 0 or the end of a piece. They cover all of it.
pub fn pieces(text: &str, start: usize) -> Pieces<'_> {
    Pieces {
        text,
        lexer: Lexer::new(text, start),
        start,
        lines: 0,
        blank_seen: 0,
        buffer: VecDeque::new(),
        held: None,
        whole: false,
    }
}

/// See [`pieces`].
pub struct Pieces<'t> {
    text: &'t str,
    lexer: Lexer<'t>,
    /// Where the next piece begins.
    start: usize,
    /// The line ends since the last token.
    lines: u8,
    /// The first byte that what stands since the last token does not depend on.
    blank_seen: usize,
    /// Tokens that were read and belong to no piece yet.
    buffer: VecDeque<Buffered>,
    /// The token behind the one that was read last, which had to be seen to know where that one's line ends.
    held: Option<Buffered>,
    /// All tokens were read.
    whole: bool,
}

#[derive(Clone, Copy)]
struct Buffered {
    input: Input,
    /// The end of what belongs to it on its line.
    tail: usize,
    /// The first byte that this does not depend on.
    seen: usize,
}

/// What is known of the piece so far.
struct State {
    head: Option<Head>,
    parens: u32,
    /// BEGIN without END.
    blocks: u32,
    /// CASE without END.
    cases: u32,
    /// IF or WHILE, or a CTE, or INSERT, whose statement or query comes yet.
    wants: bool,
    /// It began with IF.
    control: bool,
    /// A statement that changes rows stands in parentheses.
    nested: bool,
}

impl Iterator for Pieces<'_> {
    type Item = Piece;

    fn next(&mut self) -> Option<Piece> {
        if self.start >= self.text.len() {
            return None;
        }
        let mut window: Vec<Input> = Vec::new();
        let mut rest: Vec<(usize, usize)> = Vec::new();
        let mut state: Option<State> = None;
        let mut at = 0;
        let end = loop {
            self.fill(&mut window, &mut rest, at + LOOKAHEAD + 1);
            if at >= window.len() {
                break self.text.len();
            }
            let tokens = Tokens { text: self.text, input: &window };
            if let Some(state) = &mut state {
                if state.takes(tokens, at) {
                    state.step(tokens, at);
                } else {
                    break rest[at - 1].0;
                }
            } else {
                state = Some(State::new(tokens));
            }
            at += 1;
        };
        let length = self.text.len() + 1;
        let whole = window.len() <= at + LOOKAHEAD;
        let seen = if whole { length } else { rest.iter().map(|(_, seen)| *seen).max().unwrap_or(0).min(length) };
        // What was read ahead belongs to the next piece.
        for (input, (tail, seen)) in window.drain(at..).zip(rest.drain(at..)).rev() {
            self.buffer.push_front(Buffered { input, tail, seen });
        }
        let piece = Piece { range: range(self.start, end), seen: TextSize::new(size(seen)) };
        self.start = end;
        Some(piece)
    }
}

impl Pieces<'_> {
    /// Reads until the window holds `count` tokens, if there are as many.
    fn fill(&mut self, window: &mut Vec<Input>, rest: &mut Vec<(usize, usize)>, count: usize) {
        while window.len() < count {
            let Some(Buffered { input, tail, seen }) = self.buffer.pop_front().or_else(|| self.read()) else { return };
            window.push(input);
            rest.push((tail, seen));
        }
    }

    /// The next token that means something, with what belongs to it behind it.
    fn read(&mut self) -> Option<Buffered> {
        let mut found = self.held.take();
        loop {
            let Some(token) = self.lexer.next() else {
                self.whole = true;
                return found;
            };
            if token.kind.is_trivia() {
                let text = &self.text.as_bytes()[token.start..token.end];
                let first = memchr::memchr(b'\n', text);
                let tail = match first {
                    None => token.end,
                    Some(first) if token.kind == WHITESPACE => token.start + first + 1,
                    // A comment of several lines belongs to what comes.
                    Some(_) => token.start,
                };
                match &mut found {
                    Some(found) => (found.tail, found.seen) = (tail, found.seen.max(self.lexer.seen)),
                    None => self.blank_seen = self.blank_seen.max(self.lexer.seen),
                }
                if let Some(first) = first {
                    let more = token.kind == WHITESPACE && memchr::memchr(b'\n', &text[first + 1..]).is_some();
                    self.lines = self.lines.saturating_add(1 + u8::from(more));
                    if found.is_some() {
                        return found;
                    }
                }
                continue;
            }
            let (start, end) = (size(token.start), size(token.end));
            let input = Input { kind: token.kind, start, end, lines: self.lines.min(2) };
            self.lines = 0;
            let seen = std::mem::take(&mut self.blank_seen).max(self.lexer.seen);
            let next = Buffered { input, tail: token.end, seen };
            if found.is_some() {
                self.held = Some(next);
                return found;
            }
            found = Some(next);
        }
    }
}

impl State {
    fn new(tokens: Tokens<'_>) -> State {
        let head = tokens.head(0);
        let mut state =
            State { head: None, parens: 0, blocks: 0, cases: 0, wants: false, control: false, nested: false };
        state.begin(head);
        state.step(tokens, 0);
        state
    }

    /// A statement begins that belongs to the piece.
    fn begin(&mut self, head: Option<Head>) {
        self.head = head;
        self.wants = matches!(head, Some(Head::Cte | Head::Insert | Head::If | Head::While));
        self.control |= matches!(head, Some(Head::If | Head::While));
    }

    /// Whether the token at `at` belongs to the piece. If not, another begins there.
    fn takes(&mut self, tokens: Tokens<'_>, at: usize) -> bool {
        let here = tokens.input[at];
        let before = tokens.kind(at - 1);
        let head = tokens.head(at);
        if head == Some(Head::Go) || self.head == Some(Head::Go) && here.kind != SEMICOLON && here.kind != INTEGER {
            return false;
        }
        if self.blocks > 0 || self.head == Some(Head::Routine) {
            return true;
        }
        if before == SEMICOLON {
            return here.kind == SEMICOLON || (self.control && here.kind == ELSE_KW);
        }
        let cut = match head {
            _ if self.head.is_none() => {
                // A fragment: `SUBSTRING (` and a query on the next line.
                head.is_some()
                    && before != L_PAREN
                    && (here.first_on_line() || (before == COLON && here.kind == SELECT_KW))
            }
            Some(head) if self.parens > 0 => self.cuts_in_parens(head, here, before),
            Some(head) => self.cuts(head, tokens, at),
            None => self.is_prose(tokens, at),
        };
        !cut
    }

    /// A parenthesis is open: most likely a query in it begins, but on a line of its own, behind what asks for none, a statement does.
    fn cuts_in_parens(&self, head: Head, here: Input, before: SyntaxKind) -> bool {
        let loose = matches!(self.head, Some(Head::Create | Head::Alter | Head::Declare | Head::Set | Head::Exec));
        let query = matches!(head, Head::Query | Head::Cte) && (wants_query(before) || is_hungry(before));
        !loose
            && !self.nested
            && here.first_on_line()
            && here.kind != L_PAREN
            && before != R_PAREN
            && !query
            && !is_hungry(before)
    }

    fn cuts(&mut self, head: Head, tokens: Tokens<'_>, at: usize) -> bool {
        let here = tokens.input[at];
        let before = tokens.kind(at - 1);
        if here.kind == L_PAREN {
            // `a (SELECT …)`: whatever it is, it is a part.
            let follows = is_hungry(before) || !here.first_on_line() || here.lines < 2 || self.wants;
            return !follows;
        }
        if self.wants {
            let fits = match self.head {
                Some(Head::Insert) => matches!(head, Head::Query | Head::Exec | Head::Cte),
                Some(Head::Cte) => {
                    matches!(head, Head::Query | Head::Insert | Head::Update | Head::Delete | Head::Merge)
                }
                _ => true,
            };
            if fits {
                self.begin(Some(head));
                return false;
            }
        }
        if before == THEN_KW || before == ON_KW && !here.first_on_line() {
            return false;
        }
        let loose = matches!(self.head, Some(Head::Create | Head::Alter | Head::Declare | Head::Other));
        if loose && (matches!(before, AS_KW | FOR_KW) || !here.first_on_line()) {
            if matches!(head, Head::Query | Head::Cte) && matches!(before, AS_KW | FOR_KW) {
                self.begin(Some(head));
            }
            return false;
        }
        match head {
            Head::Query | Head::Cte if matches!(before, UNION_KW | ALL_KW | EXCEPT_KW | INTERSECT_KW | DISTINCT_KW) => {
                false
            }
            Head::Query | Head::Cte if wants_query(before) => here.lines > 1,
            Head::Query if is_hungry(before) => here.first_on_line(),
            Head::Query => true,
            // Among the lines of a query it stands for a part of it.
            Head::Placeholder => here.lines > 1 && !is_hungry(before),
            _ => here.first_on_line() && (!is_hungry(before) || before == ON_KW),
        }
    }

    /// Behind a blank line two words that go on with nothing.
    fn is_prose(&self, tokens: Tokens<'_>, at: usize) -> bool {
        let here = tokens.input[at];
        let goes_on = ["limit", "offset", "window", "natural", "qualify", "settings", "using"];
        let words = |n: usize| {
            let kind = tokens.kind(n);
            let english = ["to", "of", "key", "all", "use", "add"];
            let word = kind == IDENT
                || matches!(kind, IS_KW | IN_KW | AND_KW | OR_KW | IF_KW | NOT_KW | THEN_KW | WITH_KW | BY_KW | FOR_KW)
                || english.iter().any(|word| tokens.text(n).eq_ignore_ascii_case(word));
            word && !tokens.first_on_line(n)
        };
        // `TODO:`, `2) Then`
        let marked = match tokens.kind(at + 1) {
            COLON => here.kind == IDENT,
            R_PAREN => here.kind == INTEGER && words(at + 2),
            _ => false,
        };
        // A word that begins statements, but none here: `Use this for …`.
        let word = matches!(
            here.kind,
            IDENT
                | INTEGER
                | REAL
                | RESERVED_WORD
                | USE_KW
                | SET_KW
                | IF_KW
                | CREATE_KW
                | UPDATE_KW
                | INSERT_KW
                | DELETE_KW
                | DROP_KW
                | ALTER_KW
                | EXECUTE_KW
                | BEGIN_KW
                | RETURN_KW
                | PRINT_KW
                | FETCH_KW
                | SELECT_KW
        );
        here.lines > 1
            && word
            && self.parens == 0
            && self.cases == 0
            && !is_hungry(tokens.kind(at - 1))
            && !goes_on.iter().any(|word| tokens.text(at).eq_ignore_ascii_case(word))
            && (marked || words(at + 1))
    }

    /// The token at `at` belongs to the piece.
    fn step(&mut self, tokens: Tokens<'_>, at: usize) {
        let next = tokens.kind(at + 1);
        match tokens.kind(at) {
            SEMICOLON => (self.parens, self.cases) = (0, 0),
            L_PAREN => {
                self.parens += 1;
                self.nested |= matches!(next, INSERT_KW | UPDATE_KW | DELETE_KW | MERGE_KW);
            }
            R_PAREN => self.parens = self.parens.saturating_sub(1),
            CASE_KW => self.cases += 1,
            END_KW if self.cases > 0 => self.cases -= 1,
            END_KW => self.blocks = self.blocks.saturating_sub(1),
            BEGIN_KW if tokens.head(at) == Some(Head::Block) => self.blocks += 1,
            ELSE_KW if self.cases == 0 && self.parens == 0 && self.control => {
                (self.head, self.wants) = (Some(Head::If), true);
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests;
