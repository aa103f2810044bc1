//! What stands where a statement belongs and begins none.

use sfmc_syntax::{Problem, ProblemKind, SyntaxKind::*, TextRange, TextSize};

use super::{ControlKind, Deferred, Done, Parser, expressions::Place};

/// No comment of a line has more tokens.
const LONGEST_COMMENT: usize = 128;

impl Parser<'_, '_> {
    /// The string before ended at a quote that was meant to be escaped: what follows on the line is its text.
    pub(super) fn after_backslash(&self) -> bool {
        !self.first_on_line(0) && self.escapes.binary_search(&self.gap().start()).is_ok()
    }

    /// Text of a string, to which belongs what was read as a comment of the line behind it, as in an address.
    pub(super) fn mute_with_comment(&mut self, range: TextRange) {
        let behind = &self.text.as_bytes()[usize::from(range.end())..usize::from(self.next_start())];
        let line = memchr::memchr(b'\n', behind).unwrap_or(behind.len());
        let end = range.end() + TextSize::new(u32::try_from(line).unwrap_or(0));
        self.muted.push(TextRange::new(range.start(), end));
    }

    /// Where the next token begins, or the text ends.
    fn next_start(&self) -> TextSize {
        self.input.get(self.at).map_or(TextSize::of(self.text), |token| token.start.into())
    }

    pub(super) fn rest_of_line(&mut self) -> TextRange {
        let mut n = 1;
        while !self.nth_is_end(n) && !self.at_code_behind_text(n) && !self.first_on_line(n) {
            n += 1;
        }
        self.skip(n)
    }

    /// The region begins with the end of a list, as when the list goes on from the block before. False when it does not.
    pub(super) fn continuation(&mut self) -> bool {
        let Some(index) = self.closing_paren() else {
            return false;
        };
        let at = self.range_of(index);
        self.doubt_lists(true);
        self.skip(index - self.at + 1);
        self.parse.outline.continues = Some(Deferred { kind: ProblemKind::UnmatchedCloseParen, at, related: None });
        true
    }

    pub(super) fn stray_comma(&mut self) {
        let comma = self.range();
        if self.nth_is_end(1) || self.at_statement(1) {
            self.skip(1);
            self.report(ProblemKind::TrailingComma, comma);
            return;
        }
        // The rest of a list whose beginning is not seen as one is one mistake.
        match self.closing_paren() {
            Some(close) => {
                self.doubt_lists(true);
                self.skip(close - self.at + 1);
            }
            None => {
                self.rest_of_line();
            }
        }
        self.problem(Problem::new(ProblemKind::UnexpectedToken, comma).expected("a statement"));
    }

    /// `https://example.com/`: an address without quotes.
    pub(super) fn at_address(&self) -> bool {
        let known = ["http", "https", "ftp"].iter().any(|word| self.at_word(0, word));
        let colon = self.range_of(self.at + 1);
        known
            && self.nth(1) == BAD_OPERATOR
            && self.token_text(1) == ":"
            && self.glued(1)
            && self.text[usize::from(colon.end())..].starts_with("//")
    }

    /// One problem: that the rest of it was read as a comment, so that a parenthesis is missing, follows from it.
    pub(super) fn address(&mut self) -> Done {
        let first = self.at;
        let range = self.range();
        if !self.quiet {
            self.problem(Problem::new(ProblemKind::UnexpectedToken, range).expected("an address in quotes"));
        }
        self.quiet = true;
        let marker = self.start();
        self.bump();
        self.bump();
        self.taken.push(self.gap().end());
        self.done(marker, BAD_EXPR, first)
    }

    /// How many tokens a comment of another language takes, `-- note`, `# note`; 0 where none stands.
    fn foreign_comment(&self) -> usize {
        let sign = match self.current() {
            ERROR_TOKEN => self.token_text(0).bytes().all(|b| b == b'#'),
            BAD_OPERATOR => self.token_text(0) == "--" && !(self.nth(1) == VARIABLE && self.glued(1)),
            _ => false,
        };
        if !sign {
            return 0;
        }
        let alone = self.first_on_line(0) || self.at <= 1;
        let mut n = 1;
        while !self.nth_is_end(n) && !self.first_on_line(n) {
            // A quote in it can have swallowed code, and behind code a statement can be one.
            if n > LONGEST_COMMENT || self.token_text(n).contains('\n') || !alone && self.at_statement(n) {
                return 0;
            }
            n += 1;
        }
        if n > 1 { n } else { 0 }
    }

    /// `and @a == 1` where no condition stands before it: what follows is no statement either.
    fn lone_condition(&mut self) {
        self.report(ProblemKind::UnexpectedKeyword, self.range());
        self.quiet = true;
        let marker = self.start();
        self.bump();
        if self.begins_expression(0) && !self.first_on_line(0) {
            self.expression(Place::Condition);
        }
        if self.at(THEN_KW) {
            self.control(ControlKind::GuessedIf, self.range(), None);
            self.bump();
        }
        self.finish(marker, ERROR);
    }

    /// A token that begins no statement.
    pub(super) fn stray(&mut self, first: bool) {
        let comment = self.foreign_comment();
        if comment > 0 {
            let sign = self.range();
            if self.at(BAD_OPERATOR) {
                self.report(ProblemKind::UnexpectedCharacter, sign);
            }
            let range = self.skip(comment);
            self.muted.push(TextRange::new(sign.end(), range.end()));
            return;
        }
        match self.current() {
            R_PAREN | COMMA if first && self.continuation() => {}
            R_PAREN => {
                self.doubt_lists(true);
                let range = self.skip(1);
                self.report(ProblemKind::UnmatchedCloseParen, range);
            }
            ERROR_TOKEN if self.at_brace("{") => self.brace(ControlKind::BraceOpen),
            ERROR_TOKEN if self.at_brace("}") => self.brace(ControlKind::BraceClose),
            // The lexer has said so already.
            ERROR_TOKEN => {
                self.skip(1);
            }
            COMMA => self.stray_comma(),
            AND_KW | OR_KW => self.lone_condition(),
            kind if kind.is_ampscript_keyword() => {
                let range = self.skip(1);
                self.report(ProblemKind::UnexpectedKeyword, range);
            }
            LT if self.at_tag() => self.page_text(self.closer()),
            BAD_OPERATOR => {
                let range = self.skip(1);
                self.report(ProblemKind::UnexpectedCharacter, range);
            }
            _ => {
                let range = self.skip(1);
                self.problem(Problem::new(ProblemKind::UnexpectedToken, range).expected("a statement"));
            }
        }
    }
}
