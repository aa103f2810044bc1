//! What is expected at a place of a statement? Told from the tokens before it, so that a part of a statement says as much as all of it.

mod machine;

use sfmc_db::{ChunkPosition, Db, Page, page_map};
use sfmc_sql::lex;
use sfmc_syntax::{SyntaxKind, SyntaxKind::*, TextRange, TextSize};

use machine::Machine;
pub(super) use machine::{Clause, Predicate, State};

/// A token that is no blank, with its place in the chunk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Token {
    pub(super) kind: SyntaxKind,
    pub(super) range: TextRange,
}

/// What kind of thing is written at the place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Slot {
    /// Nothing that can be completed: a comment, a placeholder.
    Nothing,
    /// A whole number.
    Number(TextRange),
    /// What the state of the statement asks for.
    Expected,
    /// The content of a text in quotation marks: what of it can be replaced.
    Text(TextRange),
}

/// A call that is open at the place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct OpenCall {
    /// The name of the function.
    pub(super) name: TextRange,
    /// How many commas stand before the place.
    pub(super) commas: usize,
    /// AS stands before the place.
    pub(super) behind_as: bool,
}

/// A place of a statement.
#[derive(Debug)]
pub(super) struct Context<'db> {
    /// The chunk; the place can be behind its end, where blanks follow it.
    pub(super) position: ChunkPosition,
    /// Its text.
    pub(super) text: &'db str,
    /// The place in it.
    pub(super) offset: TextSize,
    pub(super) slot: Slot,
    /// The place is in a comment.
    pub(super) in_comment: bool,
    pub(super) state: State,
    pub(super) clause: Clause,
    /// The word around the place, or nothing at the place: what is replaced.
    pub(super) word: TextRange,
    /// The word is in brackets, or quotation marks of a name.
    pub(super) bracketed: bool,
    /// Nobody closed these yet, so that the tree has what stands behind the place in the name.
    pub(super) unclosed: bool,
    /// The parts of the name before a dot before the place.
    pub(super) qualifier: Vec<TextRange>,
    /// The calls around, the innermost last.
    pub(super) calls: Vec<OpenCall>,
    /// Whether what is innermost around the place is a call: then its argument is meant.
    pub(super) in_call: bool,
    /// Whether CASE is what is innermost around the place.
    pub(super) in_case: bool,
    /// The part of CASE: WHEN, THEN, ELSE; none before them.
    pub(super) case_part: Option<SyntaxKind>,
    /// How far the condition is written that the place is in.
    pub(super) predicate: Predicate,
    /// The window around the place has its ORDER BY.
    pub(super) ordered: bool,
    /// The last tokens before the word, the nearest last; few.
    pub(super) before: Vec<Token>,
    /// The first behind it.
    pub(super) after: Option<Token>,
    /// The first few behind it.
    pub(super) following: Vec<Token>,
    /// How many joins of the FROM have no ON yet.
    pub(super) pending: usize,
}

/// How many tokens are kept of those before the word.
const KEPT: usize = 32;

/// And of those behind it: a keyword has few words, and a name few parts.
const FOLLOWING: usize = 4;

impl<'db> Context<'db> {
    /// What is expected at a place of a file.
    pub(super) fn new(db: &'db dyn Db, page: Page, offset: TextSize) -> Option<Context<'db>> {
        let map = page_map(db, page);
        if offset > map.len() {
            return None;
        }
        let chunks = map.chunks();
        let mut index = map.chunk_at(offset)?;
        let mut position = *chunks.get(index)?;
        let mut tokens = solid_tokens(&position.chunk.source(db).text);
        // Where a chunk begins or only blanks of it stand before the place, the statement before it can go on.
        while index > 0 && tokens.first().is_none_or(|first| first.range.start() >= offset - position.start) {
            let is_word_here = tokens.first().is_some_and(|first| {
                first.range.start() == offset - position.start && is_word(first.kind) && first.range.start() > 0.into()
            });
            let before = *chunks.get(index - 1)?;
            let earlier = solid_tokens(&before.chunk.source(db).text);
            let ends = earlier.last().is_none_or(|last| matches!(last.kind, SEMICOLON | GO_KW));
            if ends || is_word_here {
                break;
            }
            (index, position, tokens) = (index - 1, before, earlier);
        }
        let text = &*position.chunk.source(db).text;
        Some(Context::at(position, text, &tokens, offset - position.start))
    }

    fn at(position: ChunkPosition, text: &'db str, tokens: &[Token], offset: TextSize) -> Context<'db> {
        let here = tokens.partition_point(|token| token.range.end() < offset);
        // Of two tokens that meet at the place the word is meant.
        let touching = tokens.get(here..).unwrap_or_default().iter().take_while(|token| token.range.start() < offset);
        let touching: Vec<Token> = touching.copied().collect();
        let current = touching.iter().rev().find(|token| is_word(token.kind) || token.range.end() > offset).copied();
        let current = current.or_else(|| touching.last().copied());
        let current = current.filter(|token| is_open(*token, text, offset) || is_word(token.kind));
        let (mut slot, mut word, mut bracketed, mut unclosed) =
            (Slot::Expected, TextRange::empty(offset), false, false);
        if let Some(token) = current {
            match token.kind {
                STRING | NATIONAL_STRING | SMART_QUOTE => slot = Slot::Text(content(token, text, offset)),
                BRACKET_NAME | QUOTED_NAME => {
                    (word, bracketed) = (part(token, text, offset), true);
                    unclosed = word != token.range || offset == token.range.end();
                }
                kind if is_word(kind) => word = token.range,
                INTEGER => slot = Slot::Number(token.range),
                _ => slot = Slot::Nothing,
            }
        }
        let behind_word = if slot == Slot::Expected { word.start() } else { offset };
        let solid = tokens.iter().filter(|token| !token.kind.is_trivia());
        let before: Vec<Token> = solid.clone().take_while(|token| token.range.start() < behind_word).copied().collect();
        let behind = solid.clone().filter(|token| token.range.start() >= word.end().max(offset));
        let following: Vec<Token> = behind.take(FOLLOWING).copied().collect();
        let after = following.first().copied();
        // A text or a name that the place stands in is not before it.
        let before = match current {
            Some(current) => before.into_iter().filter(|token| token.range != current.range).collect(),
            None => before,
        };
        // A placeholder begins.
        let braces =
            |token: &Token| text.get(std::ops::Range::<usize>::from(token.range)).is_some_and(|t| t.contains('{'));
        if slot == Slot::Expected && before.last().is_some_and(|last| last.kind != PLACEHOLDER && braces(last)) {
            slot = Slot::Nothing;
        }
        let mut machine = Machine::new(text);
        for token in &before {
            machine.step(*token);
        }
        let frame = machine.innermost();
        let (state, clause, pending) = (frame.state, frame.clause, frame.pending);
        let (in_call, in_case) = (frame.is_call(), frame.is_case());
        let (case_part, predicate, ordered) = (frame.part, frame.predicate, frame.ordered);
        Context {
            position,
            text,
            offset,
            slot,
            in_comment: current.is_some_and(|token| token.kind.is_trivia()),
            state,
            clause,
            word,
            bracketed,
            unclosed,
            qualifier: machine.qualifier(),
            calls: machine.calls(),
            in_call,
            in_case,
            case_part,
            predicate,
            ordered,
            before: before.get(before.len().saturating_sub(KEPT)..).unwrap_or_default().to_vec(),
            after,
            following,
            pending,
        }
    }

    /// The text of a range of the chunk.
    pub(super) fn text(&self, range: TextRange) -> &'db str {
        self.text.get(std::ops::Range::<usize>::from(range)).unwrap_or_default()
    }

    /// What of the word stands before the place.
    pub(super) fn typed(&self) -> &'db str {
        let range = match self.slot {
            Slot::Text(content) | Slot::Number(content) => content,
            _ => self.word,
        };
        let end = self.offset.min(range.end()).max(range.start());
        self.text(TextRange::new(range.start(), end)).trim_start_matches(['[', '"'])
    }

    /// What is replaced where what follows the place is: the word around it, or the name that begins there, with what it qualifies.
    pub(super) fn replaced(&self) -> TextRange {
        let takes_name = matches!(self.state, State::Operand | State::ListStart | State::Member | State::Table);
        let is_name = |token: &Token| match token.kind {
            IDENT => true,
            BRACKET_NAME | QUOTED_NAME => is_closed(*token, self.text),
            _ => false,
        };
        let goes_on = |next: Option<&Token>| next.is_some_and(|next| matches!(next.kind, L_PAREN | DOT));
        let name = match self.following.as_slice() {
            [name, dot, last, rest @ ..]
                if is_name(name) && dot.kind == DOT && is_name(last) && !goes_on(rest.first()) =>
            {
                name.range.cover(last.range)
            }
            // What is called, and half a name.
            [_, rest @ ..] if goes_on(rest.first()) => return self.word,
            [name, ..] if is_name(name) => name.range,
            _ => return self.word,
        };
        let begins_here = self.word.is_empty() && name.start() == self.offset;
        let is_one_line = !self.text(name).contains(['\n', '\r']);
        if takes_name && begins_here && is_one_line { name } else { self.word }
    }

    /// The last token before the word that means something.
    pub(super) fn last(&self) -> Option<Token> {
        self.before.last().copied()
    }

    /// Where that ends: what is around it is around the place.
    pub(super) fn anchor(&self) -> TextSize {
        self.last().map_or(TextSize::new(0), |token| token.range.end())
    }
}

/// All tokens but blanks, comments included: a place can be in one.
pub(super) fn solid_tokens(text: &str) -> Vec<Token> {
    let (mut tokens, mut problems) = (Vec::new(), Vec::new());
    lex(text, &mut tokens, &mut problems);
    let mut at = TextSize::new(0);
    let placed = tokens.into_iter().map(|token| {
        let range = TextRange::at(at, TextSize::new(token.len));
        at = range.end();
        Token { kind: token.kind, range }
    });
    placed.filter(|token| token.kind != WHITESPACE).collect()
}

/// What is written with letters.
fn is_word(kind: SyntaxKind) -> bool {
    kind == IDENT || kind.is_sql_keyword()
}

/// Whether a place at the end of a token, or in it, is inside of it.
fn is_open(token: Token, text: &str, offset: TextSize) -> bool {
    if token.range.start() >= offset {
        return false;
    }
    if offset < token.range.end() {
        return true;
    }
    let text = text.get(std::ops::Range::<usize>::from(token.range)).unwrap_or_default();
    match token.kind {
        LINE_COMMENT => true,
        COMMENT => !(text.len() > 3 && text.ends_with("*/")),
        // Doubled ones stand for one: what is closed has an even number of them.
        STRING | NATIONAL_STRING => text.bytes().filter(|&b| b == b'\'').count() % 2 == 1,
        SMART_QUOTE => !(text.chars().count() > 1 && text.ends_with(['’', '‘', '”', '“', '\''])),
        BRACKET_NAME => text.len() < 2 || !text.ends_with(']'),
        QUOTED_NAME => text.len() < 2 || !text.ends_with('"'),
        INTEGER | REAL | FLOAT | HEX | MONEY | ODBC_LITERAL | PLACEHOLDER | VARIABLE | SYSTEM_VARIABLE | TEMP_NAME
        | BACKTICK_NAME => true,
        _ => false,
    }
}

/// What of a name in brackets is replaced: all of it, but for what stands behind the place where nobody closed it yet.
fn part(token: Token, text: &str, offset: TextSize) -> TextRange {
    if is_closed(token, text) { token.range } else { TextRange::new(token.range.start(), offset) }
}

/// Whether a name in brackets ends with the bracket that belongs to it, and not with one of another name.
fn is_closed(token: Token, text: &str) -> bool {
    let written = text.get(std::ops::Range::<usize>::from(token.range)).unwrap_or_default();
    let inner = written.get(1..).unwrap_or_default();
    inner.ends_with([']', '"']) && !inner.contains(['\n', '\r', '['])
}

/// What of a text is replaced: what stands between its quotation marks, on one line; of one that nobody closed what stands before the place.
fn content(token: Token, text: &str, offset: TextSize) -> TextRange {
    let written = text.get(std::ops::Range::<usize>::from(token.range)).unwrap_or_default();
    let open = written.find(['\'', '‘', '’', '“', '”']).unwrap_or(0);
    let open = open + written[open..].chars().next().map_or(0, char::len_utf8);
    let start = token.range.start() + TextSize::new(u32::try_from(open).unwrap_or(0));
    let is_closed = !is_open(token, text, token.range.end()) && !written.contains('\n');
    let last = written.chars().next_back().map_or(0, char::len_utf8);
    let end = if is_closed { token.range.end() - TextSize::new(u32::try_from(last).unwrap_or(0)) } else { offset };
    if written.contains('\n') || start > offset || end < offset {
        return TextRange::empty(offset);
    }
    TextRange::new(start, end)
}

#[cfg(test)]
mod tests;
