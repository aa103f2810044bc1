//! What people write who think in another language, and keywords with a slip of the finger: one problem for each construct, and the
//! structure that was meant.

use sfmc_syntax::{Problem, ProblemKind, SyntaxKind, SyntaxKind::*, TextRange, misspelling::is_misspelt};

use super::{ControlKind, Deferred, Marker, Parser, expressions::Place};

/// How far to look for the keyword that ends a head.
const MAX_HEAD: usize = 128;

/// The longest of these words.
const LONGEST: usize = 12;

/// What a word at the beginning of a statement is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Word {
    /// It opens a construct and a condition or a value follows.
    Head,
    /// It opens a construct whose head is not read.
    Opaque,
    /// It stands inside a construct.
    Part,
    /// It declares or assigns.
    Assigning,
    /// It ends a loop.
    LoopEnd,
    /// It could end something.
    End,
    /// It could be a misspelt NEXT.
    NextLike,
    /// It could be a misspelt ENDIF.
    EndifLike,
    /// It ends another construct.
    ForeignEnd,
}

fn word(text: &str) -> Option<Word> {
    Some(match text {
        "while" | "switch" | "until" => Word::Head,
        "foreach" | "function" => Word::Opaque,
        "case" | "default" | "break" | "continue" | "return" => Word::Part,
        "let" | "const" | "dim" => Word::Assigning,
        "endfor" | "endnext" | "endforeach" | "endloop" => Word::LoopEnd,
        "nxt" | "nex" | "nextt" | "enxt" | "nect" => Word::NextLike,
        "loop" | "done" => Word::End,
        "fi" | "endfi" | "enif" | "edif" => Word::EndifLike,
        "endwhile" | "wend" | "endswitch" | "endfunction" | "esac" => Word::ForeignEnd,
        _ if is_misspelt(text.as_bytes(), b"endif") => Word::EndifLike,
        _ => return None,
    })
}

impl Parser<'_, '_> {
    /// The n-th token is a word that somebody means a statement with.
    pub(super) fn is_statement_word(&self, n: usize) -> bool {
        let text = self.token_text(n);
        text.eq_ignore_ascii_case("end")
            || text.len() <= LONGEST && word(&text.to_ascii_lowercase()).is_some()
            || self.is_known_function(n)
    }

    /// Nothing that belongs to the n-th token follows it.
    fn stands_alone(&self, n: usize) -> bool {
        let next = n + 1;
        self.nth_is_end(next)
            || self.first_on_line(next)
            || self.at_statement(next)
            || match self.nth(next) {
                ERROR_TOKEN => true,
                IDENT => {
                    let text = self.token_text(next);
                    text.len() <= LONGEST
                        && (text.eq_ignore_ascii_case("end") || word(&text.to_ascii_lowercase()).is_some())
                }
                _ => false,
            }
    }

    /// Whether `keyword` comes before the statement ends.
    pub(super) fn follows(&self, from: usize, keywords: &[SyntaxKind]) -> bool {
        (from..MAX_HEAD)
            .take_while(|&n| !self.nth_is_end(n) && !self.at_statement(n))
            .any(|n| keywords.contains(&self.nth(n)))
    }

    /// A statement that begins with a word of another language or a misspelt keyword. False when it does not.
    pub(super) fn foreign_statement(&mut self) -> bool {
        let text = self.token_text(0);
        if text.len() > LONGEST {
            return false;
        }
        let text = text.to_ascii_lowercase();
        let same_line = !self.nth_is_end(1) && !self.first_on_line(1) && !self.at_statement(1);
        if text == "end" {
            return self.end_statement();
        }
        match word(&text) {
            Some(Word::Head) if same_line && self.begins_expression(1) => self.foreign_head(),
            Some(Word::Opaque) if same_line && self.nth(1) != EQ => self.opaque_head(1),
            Some(Word::Part) if self.begins_part(&text) => self.foreign_part(),
            Some(Word::Assigning) if same_line && matches!(self.nth(1), VARIABLE | IDENT) => self.foreign_assignment(),
            Some(Word::LoopEnd) if self.ends_loop(0) => self.foreign_end(ControlKind::LoopEnd, 1),
            Some(Word::End) if self.stands_alone(0) => self.foreign_end(ControlKind::End, 1),
            Some(Word::NextLike) if self.ends_loop(0) => self.foreign_end(ControlKind::LoopEndWord, 1),
            Some(Word::EndifLike) if self.stands_alone(0) => self.foreign_end(ControlKind::IfEndWord, 1),
            Some(Word::ForeignEnd) if self.stands_alone(0) => self.foreign_end(ControlKind::ForeignEnd, 1),
            _ => return same_line && self.misspelt(&text) || self.misspelt_else(&text),
        }
        true
    }

    /// `endfor`, `nxt @i`
    fn ends_loop(&self, n: usize) -> bool {
        self.stands_alone(n) || (self.nth(n + 1) == VARIABLE && self.nth(n + 2) != EQ)
    }

    /// `end`, `end for`, `end while`
    fn end_statement(&mut self) -> bool {
        let two = !self.nth_is_end(1) && !self.first_on_line(1);
        let is = |word: &str| self.at_word(1, word);
        let kind = match self.nth(1) {
            NEXT_KW if two => ControlKind::LoopEnd,
            FOR_KW if two && self.nth(2) != VARIABLE => ControlKind::LoopEnd,
            IDENT if two && self.ends_loop(1) && (is("foreach") || is("loop")) => ControlKind::LoopEnd,
            IDENT
                if two
                    && self.stands_alone(1)
                    && ["while", "switch", "function", "select", "case"].into_iter().any(is) =>
            {
                ControlKind::ForeignEnd
            }
            _ if self.stands_alone(0) => {
                self.foreign_end(ControlKind::End, 1);
                return true;
            }
            _ => return false,
        };
        self.foreign_end(kind, 2);
        true
    }

    /// The end of something, `words` words long; what it ends the page knows.
    fn foreign_end(&mut self, kind: ControlKind, words: usize) {
        let range = self.range().cover(self.range_of(self.at + words - 1));
        let marker = self.start();
        for _ in 0..words {
            self.bump();
        }
        let name = (self.at(VARIABLE) && !self.first_on_line(0) && self.nth(1) != EQ).then(|| self.range());
        let node = match kind {
            ControlKind::LoopEnd | ControlKind::LoopEndWord => {
                if name.is_some() {
                    self.variable();
                }
                NEXT_STMT
            }
            ControlKind::IfEndWord => ENDIF_STMT,
            _ => ERROR,
        };
        self.finish(marker, node);
        self.control(kind, range, None);
    }

    /// `while @a < 3 do`, `switch (@a) {`
    fn foreign_head(&mut self) {
        self.report(ProblemKind::UnsupportedStatement, self.range());
        self.control(ControlKind::Foreign, self.range(), None);
        self.quiet = true;
        let marker = self.start();
        self.bump();
        self.expression(Place::Statement);
        if matches!(self.current(), DO_KW | THEN_KW) {
            self.bump();
        }
        self.finish(marker, ERROR);
    }

    /// `foreach (@row in @rows) {`, `function f(a)`; the word is `words` words long.
    fn opaque_head(&mut self, words: usize) {
        let range = self.range().cover(self.range_of(self.at + words - 1));
        self.report(ProblemKind::UnsupportedStatement, range);
        self.control(ControlKind::Foreign, range, None);
        let mut n = words;
        while !self.nth_is_end(n) && !self.at_statement(n) && !self.first_on_line(n) && self.nth(n) != ERROR_TOKEN {
            n += 1;
            if matches!(self.nth(n - 1), DO_KW | R_PAREN) && self.nth(n) != DO_KW {
                break;
            }
        }
        self.skip(n);
    }

    /// `for (@i = 1; @i < 9; @i++)`: how many tokens the parentheses and what they hold are; 0 where no such head stands.
    fn parts_of_loop(&self) -> usize {
        let mut depth = 0u32;
        let mut parted = false;
        for n in 0..MAX_HEAD {
            match self.nth(n) {
                L_PAREN => depth += 1,
                R_PAREN if depth == 1 => return if parted { n + 1 } else { 0 },
                R_PAREN => depth = depth.saturating_sub(1),
                _ if depth == 0 || self.nth_is_end(n) => return 0,
                ERROR_TOKEN => parted |= self.token_text(n) == ";",
                VAR_KW | SET_KW | IDENT if n == 1 => {}
                _ if self.at_statement(n) => return 0,
                _ => {}
            }
        }
        0
    }

    /// `for each @row in @rows do`, `for (@i = 1; @i < 9; @i++)`: FOR was consumed. False when it is another.
    pub(super) fn foreign_loop(&mut self, keyword: TextRange, marker: Marker) -> bool {
        let parts = self.parts_of_loop();
        if parts > 0 {
            let head = self.skip(parts);
            self.muted.push(head);
            // Behind what is muted, and shown as far as a message can hold it.
            let short = !self.text[head].contains('\n') && u32::from(head.len()) < 60;
            let range = if short { keyword.cover(head) } else { keyword };
            self.report(ProblemKind::UnsupportedStatement, range);
            self.control(ControlKind::Foreign, range, None);
            self.eat(DO_KW);
            self.finish(marker, ERROR);
            return true;
        }
        if !self.at_word(0, "each") || self.first_on_line(0) {
            return false;
        }
        let range = keyword.cover(self.range());
        self.report(ProblemKind::UnsupportedStatement, range);
        self.control(ControlKind::Foreign, range, None);
        let mut n = 1;
        while !self.nth_is_end(n) && !self.at_statement(n) && !self.first_on_line(n) && self.nth(n) != ERROR_TOKEN {
            n += 1;
            if self.nth(n - 1) == DO_KW {
                break;
            }
        }
        self.skip(n);
        self.finish(marker, ERROR);
        true
    }

    fn begins_part(&self, text: &str) -> bool {
        let line = !self.first_on_line(1);
        match text {
            "case" => line && self.begins_expression(1),
            "default" => self.nth(1) == BAD_OPERATOR && self.token_text(1) == ":",
            "return" => self.stands_alone(0) || (line && self.begins_expression(1)),
            _ => self.stands_alone(0),
        }
    }

    fn foreign_part(&mut self) {
        self.control(ControlKind::ForeignPart, self.range(), None);
        self.quiet = true;
        let value = self.at_word(0, "return") && !self.stands_alone(0);
        let label = self.at_word(0, "case") || self.at_word(0, "default");
        let marker = self.start();
        self.bump();
        if value {
            self.expression(Place::Statement);
        } else if label {
            let mut n = 0;
            while !self.stands_alone(n) && self.token_text(n) != ":" {
                n += 1;
            }
            self.skip(n + 1);
        }
        self.finish(marker, ERROR);
    }

    /// `let @a = 1`, `dim @a`
    fn foreign_assignment(&mut self) {
        let range = self.range();
        self.report(ProblemKind::UnsupportedStatement, range);
        if self.nth(2) != EQ {
            self.bump_declaration();
            return;
        }
        let marker = self.start();
        self.skip(1);
        self.quiet = true;
        self.assignment_of_set();
        self.finish(marker, SET_STMT);
    }

    /// The word as if it were VAR.
    fn bump_declaration(&mut self) {
        self.quiet = true;
        self.var_statement();
    }

    /// Another word where IF, ELSEIF, FOR, SET or VAR belongs: what follows tells it.
    fn misspelt(&mut self, text: &str) -> bool {
        let expected = if self.nth(1) == VARIABLE && self.nth(2) == EQ {
            if is_misspelt(text.as_bytes(), b"for") && self.follows(3, &[TO_KW, DOWNTO_KW]) {
                "`for`"
            } else if self.follows(3, &[THEN_KW]) {
                "`if`"
            } else {
                return false;
            }
        } else if is_misspelt(text.as_bytes(), b"var") && self.nth(1) == VARIABLE {
            "`var`"
        } else if self.is_condition_word(text) {
            if text.starts_with("el") || text.starts_with("es") || text.starts_with("le") { "`elseif`" } else { "`if`" }
        } else {
            return false;
        };
        let range = self.range();
        self.problem(Problem::new(ProblemKind::UnexpectedToken, range).expected(expected));
        match expected {
            "`for`" => self.for_statement(),
            "`var`" => self.var_statement(),
            "`if`" => self.condition_statement(ControlKind::GuessedIf, IF_STMT),
            _ => {
                let head = self.parse.outline.controls.len();
                self.condition_statement(ControlKind::Elseif, ELSEIF_STMT);
                // That its IF is missing, too, need not be said.
                if let Some(control) = self.parse.outline.controls.get_mut(head) {
                    control.incomplete = true;
                }
            }
        }
        true
    }

    /// A word that means nothing before a condition and THEN.
    fn is_condition_word(&self, text: &str) -> bool {
        let short = text.len() <= 8 && !self.at_comparing_word(1) && !self.at_word(1, "is");
        let known = ["fi", "iif", "iff", "ifi", "elsif", "elif", "elsei", "whem", "when"].contains(&text)
            || is_misspelt(text.as_bytes(), b"elseif");
        // `elsif Mod(@a, 2) == 1 then`: a call, where `Amount Mod (2)` has an operator.
        let call = known && self.nth(2) == L_PAREN;
        let operator = !call && super::expressions::is_operator_word(self.token_text(1));
        short && !operator && self.begins_expression(1) && (self.nth(1) != L_PAREN || text.len() <= 7) && {
            (known || self.nth(1) != L_PAREN) && self.follows(1, &[THEN_KW])
        }
    }

    fn misspelt_else(&mut self, text: &str) -> bool {
        let similar = ["els", "esle", "eles", "elze", "lese", "elsee", "otherwise"].contains(&text);
        if !similar || !self.stands_alone(0) {
            return false;
        }
        let range = self.range();
        self.problem(Problem::new(ProblemKind::UnexpectedToken, range).expected("`else`"));
        self.control(ControlKind::Else, range, None);
        let marker = self.start();
        self.bump();
        self.finish(marker, ELSE_STMT);
        true
    }

    /// `@a == 1 then`: a condition without IF. The expression is at `range`, `marker` before it.
    pub(super) fn after_condition(&mut self, marker: Marker, range: TextRange, first: bool) -> bool {
        if !self.at(THEN_KW) {
            return false;
        }
        let then = self.range();
        if first {
            // It can go on from the block before.
            let deferred = Deferred { kind: ProblemKind::UnexpectedKeyword, at: then, related: Some(range) };
            self.parse.outline.continues = Some(deferred);
        } else if !self.quiet {
            self.problem(Problem::new(ProblemKind::UnexpectedKeyword, then).related(range));
        }
        self.control(ControlKind::GuessedIf, then, None);
        self.bump();
        self.finish(marker, IF_STMT);
        true
    }

    /// `@i = 1 to 3 do`: a counter without FOR.
    pub(super) fn after_counter(&mut self, marker: Marker, range: TextRange, kind: SyntaxKind) -> bool {
        if kind != ASSIGN_EXPR || !matches!(self.current(), TO_KW | DOWNTO_KW) {
            return false;
        }
        let to = self.range();
        if !self.quiet {
            self.problem(Problem::new(ProblemKind::UnexpectedKeyword, to).related(range));
        }
        self.quiet = true;
        self.control(ControlKind::GuessedFor, to, None);
        self.bump();
        self.bound("the last value");
        if self.at(DO_KW) {
            self.bump();
        }
        self.finish(marker, ERROR);
        true
    }

    /// `{"a": 1}`, `` `text` `` where a value belongs: what it begins with is no AMPscript, and the rest follows from that. False where
    /// none stands.
    pub(super) fn foreign_value(&mut self) -> bool {
        let (opens, closes) = match self.token_text(0) {
            "{" => ("{", "}"),
            "`" => ("`", "`"),
            _ => return false,
        };
        if !self.at(ERROR_TOKEN) {
            return false;
        }
        let (mut n, mut depth) = (1, 1);
        while depth > 0 {
            if n > MAX_HEAD || self.nth_is_end(n) || self.at_statement(n) {
                return false;
            }
            match self.token_text(n) {
                text if text == closes => depth -= 1,
                text if text == opens => depth += 1,
                _ => {}
            }
            n += 1;
        }
        let first = self.range();
        let range = self.skip(n);
        self.muted.push(TextRange::new(first.end(), range.end()));
        self.quiet = true;
        true
    }

    pub(super) fn at_brace(&self, brace: &str) -> bool {
        self.at(ERROR_TOKEN) && self.token_text(0) == brace
    }

    /// A brace whose meaning the page knows.
    pub(super) fn brace(&mut self, kind: ControlKind) {
        let range = self.range();
        self.taken.push(range.start());
        self.control(kind, range, None);
        self.skip(1);
    }
}
