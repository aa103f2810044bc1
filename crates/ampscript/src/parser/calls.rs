//! Names, calls and parentheses.

use sfmc_syntax::{Problem, ProblemKind, SyntaxKind::*, TextRange, TextSize, cursor::Code};

use super::{Done, Event, Parser, expressions::Place};

/// How many tokens are looked at to find the parenthesis that closes a list: longer lists are not written by hand.
const MAX_LOOK: usize = 512;

impl Parser<'_, '_> {
    pub(super) fn name(&mut self) -> Done {
        let first = self.at;
        let marker = self.start();
        self.bump();
        self.done(marker, NAME_EXPR, first)
    }

    pub(super) fn parenthesised(&mut self) -> Done {
        let first = self.at;
        let marker = self.start();
        let opener = self.range();
        self.bump();
        self.parens += 1;
        if self.begins_expression(0) {
            self.expression(Place::Group);
        } else if self.at(R_PAREN) {
            self.missing(ProblemKind::ExpectedExpression, "a value");
            self.empty_node(MISSING_EXPR);
        } else {
            self.missing_value();
            self.empty_node(MISSING_EXPR);
        }
        self.rest_of_group(opener);
        self.parens -= 1;
        self.close_paren(opener);
        self.done(marker, PAREN_EXPR, first)
    }

    /// `("a", "b")`, `(@a "b")`: a list without the function's name, a comparison without its operator.
    fn rest_of_group(&mut self, opener: TextRange) {
        let list = self.at(COMMA);
        if !(list || self.begins_operand(0) && !self.first_on_line(0)) || self.quiet || self.closing_paren().is_none() {
            return;
        }
        if list {
            let before = TextRange::empty(opener.start());
            self.problem(Problem::new(ProblemKind::ExpectedExpression, before).expected("a function's name"));
        } else {
            let range = self.range();
            self.problem(Problem::new(ProblemKind::UnexpectedToken, range).expected("an operator such as `==`"));
        }
        self.quiet = true;
        while !self.at(R_PAREN) && !self.at_end() {
            if self.begins_expression(0) {
                self.expression(Place::Argument);
            } else {
                self.skip(1);
            }
        }
    }

    fn close_paren(&mut self, opener: TextRange) {
        if self.eat(R_PAREN) {
            return;
        }
        self.doubt_lists(false);
        if self.quiet {
            return;
        }
        self.quiet = true;
        if self.at_end() && self.code != Code::Inline {
            // The list may go on in the next block: the page decides.
            self.defer_dangling(ProblemKind::MissingCloseParen, Some(opener));
            return;
        }
        let problem = Problem::new(ProblemKind::MissingCloseParen, self.gap()).expected("`)`");
        self.problem(problem.related(opener));
    }

    /// How many parentheses are closed before the statement ends that were not opened from here on.
    pub(super) fn unmatched_closers(&self) -> (usize, Option<usize>) {
        let (mut open, mut closers, mut last) = (0u32, 0, None);
        for n in 0..MAX_LOOK {
            match self.nth(n) {
                _ if self.nth_is_end(n) || self.at_statement(n) => break,
                THEN_KW | DO_KW => break,
                L_PAREN => open += 1,
                R_PAREN if open == 0 => {
                    closers += 1;
                    last = Some(self.at + n);
                }
                R_PAREN => open -= 1,
                _ => {}
            }
        }
        (closers, last)
    }

    /// `Concat "a", "b")`: a value follows the name on its line, and one parenthesis more is closed than is open.
    pub(super) fn lacks_open_paren(&self) -> bool {
        let value = matches!(self.nth(1), STRING | VARIABLE | INTEGER | REAL | IDENT | BRACKET_NAME | SMART_QUOTE);
        let known = self.is_known_function(0);
        // `Email", @email)`: the opening quote of a text is missing.
        let unopened = self.nth(1) == STRING && self.glued(1) && !known && !self.at_argument(1);
        value
            && !unopened
            && (known || !self.first_on_line(1))
            && !self.at_comparing_word(1)
            && !self.at_word(1, "is")
            && !super::expressions::is_operator_word(self.token_text(1))
            && self.unmatched_closers().0 > self.parens
    }

    /// The n-th token is a whole text of one line, and ends an argument; no quote on the line is wrong.
    fn at_argument(&self, n: usize) -> bool {
        matches!(self.nth(n + 1), COMMA | R_PAREN) && !self.token_text(n).contains('\n') && !self.text_breaks_ahead()
    }

    pub(super) fn call_without_open_paren(&mut self) -> Done {
        let first = self.at;
        let marker = self.start();
        let conditional = self.at_word(0, "iif");
        let closer = self.unmatched_closers().1.map(|index| self.range_of(index));
        self.bump();
        if !self.quiet {
            let problem = Problem::new(ProblemKind::MissingOpenParen, self.gap()).expected("`(`");
            self.problem(closer.map_or(problem.clone(), |closer| problem.related(closer)));
            self.quiet = true;
        }
        let list = self.start();
        let opener = self.gap();
        self.list(conditional, opener);
        self.finish(list, ARG_LIST);
        self.done(marker, CALL_EXPR, first)
    }

    pub(super) fn call(&mut self) -> Done {
        if let Some(split) = self.glued_names() {
            return self.call_of_two_names(split);
        }
        let first = self.at;
        let marker = self.start();
        let conditional = self.at_word(0, "iif");
        self.bump();
        let known = self.parse.problems.len();
        self.arguments(conditional);
        let call = self.range_since(first);
        self.explain_commas(known, call);
        self.done(marker, CALL_EXPR, first)
    }

    /// `OutputConcat("a", "b"))`: one problem, where the parenthesis is missing; the second name begins `split` bytes behind the first.
    fn call_of_two_names(&mut self, split: usize) -> Done {
        let first = self.at;
        let marker = self.start();
        let name = self.range();
        let between = name.start() + TextSize::new(u32::try_from(split).unwrap_or(0));
        self.bump();
        self.parens += 1;
        self.arguments(false);
        self.parens -= 1;
        // The outer list goes on behind the inner one, up to the parenthesis that has none.
        let close = self.closing_paren();
        if let Some(close) = close {
            self.doubt_lists(true);
            self.skip(close - self.at + 1);
        }
        if !self.quiet {
            let problem = Problem::new(ProblemKind::MissingOpenParen, TextRange::empty(between)).expected("`(`");
            self.problem(close.map_or(problem.clone(), |close| problem.related(self.range_of(close))));
        }
        self.done(marker, BAD_EXPR, first)
    }

    /// How many arguments the call takes decides whether a comma is what is missing, or the value behind one.
    fn explain_commas(&mut self, known: usize, call: TextRange) {
        for problem in self.parse.problems.iter_mut().skip(known) {
            let is_comma = matches!(problem.kind, ProblemKind::MissingComma | ProblemKind::TrailingComma);
            if is_comma && problem.related.is_none() {
                problem.related = Some(call);
            }
        }
    }

    /// `( … )` after a name.
    pub(super) fn arguments(&mut self, conditional: bool) {
        let marker = self.start();
        let opener = self.range();
        self.bump();
        self.list(conditional, opener);
        self.finish(marker, ARG_LIST);
    }

    /// What stands between the parentheses of a call, and the closing one.
    fn list(&mut self, conditional: bool, opener: TextRange) {
        self.parens += 1;
        let mut place = if conditional { Place::Condition } else { Place::Argument };
        let mut comma = None;
        // Looked up once: whether the list is closed decides between a comma and the parenthesis as what is missing.
        let mut closing = None;
        // The argument before was no value but characters that the lexer reported: no comma is missed after it.
        let mut unreadable = false;
        // A semicolon for a comma was met.
        let mut separated = false;
        loop {
            match self.current() {
                R_PAREN => {
                    if let Some(comma) = comma.filter(|_| !self.quiet) {
                        self.report(ProblemKind::TrailingComma, comma);
                    }
                    break;
                }
                COMMA => {
                    // An argument that is not there.
                    self.missing(ProblemKind::ExpectedExpression, "a value");
                    self.empty_node(MISSING_EXPR);
                }
                _ if self.at_end() || self.at_statement(0) || matches!(self.current(), THEN_KW | DO_KW) => {
                    // The value after a last comma is missing, and so is the parenthesis: one mistake, the parenthesis.
                    if comma.is_some() {
                        self.empty_node(MISSING_EXPR);
                    }
                    break;
                }
                _ if self.begins_expression(0) => {
                    unreadable = self.expression(place).kind == ERROR;
                }
                _ if self.foreign_value() => unreadable = true,
                _ => {
                    let known = self.at(ERROR_TOKEN);
                    let tag = self.at_tag().then(|| self.tag_range());
                    let expected = if tag.is_some() { "a text in quotes" } else { "a value" };
                    let range = self.skip(1);
                    if !known && !self.quiet {
                        let problem = Problem::new(ProblemKind::UnexpectedToken, tag.unwrap_or(range));
                        self.problem(problem.expected(expected));
                        self.quiet = true;
                    }
                    continue;
                }
            }
            place = Place::Argument;
            comma = None;
            match self.current() {
                COMMA => {
                    comma = Some(self.range());
                    self.bump();
                }
                // `Field(Row(@rows, 1)), "name")`: the list goes on and is closed behind.
                R_PAREN if self.parens == 1 && self.nth(1) == COMMA && self.closes_later() => {
                    let range = self.skip(1);
                    if !self.quiet {
                        self.report(ProblemKind::UnmatchedCloseParen, range);
                    }
                    comma = Some(self.range());
                    self.bump();
                }
                R_PAREN => break,
                THEN_KW | ELSE_KW if self.at_keyword_for_comma() => {
                    let range = self.skip(1);
                    if !self.quiet {
                        self.problem(Problem::new(ProblemKind::UnexpectedToken, range).expected("`,`"));
                        self.quiet = true;
                    }
                }
                ERROR_TOKEN if self.token_text(0) == ";" && self.begins_expression(1) => {
                    let range = self.skip(1);
                    self.taken.push(range.start());
                    if !self.quiet && !std::mem::replace(&mut separated, true) {
                        self.problem(Problem::new(ProblemKind::UnexpectedToken, range).expected("`,`"));
                    }
                }
                ERROR_TOKEN => {
                    self.skip(1);
                    if self.at(COMMA) {
                        comma = Some(self.range());
                        self.bump();
                    }
                }
                _ if self.glued_to_text() => {
                    self.misquoted();
                    break;
                }
                _ if self.begins_expression(0) && closing.get_or_insert_with(|| self.closing_paren()).is_some() => {
                    if !unreadable && !self.quiet {
                        let problem = Problem::new(ProblemKind::MissingComma, self.gap());
                        self.problem(problem.expected("`,`"));
                    }
                }
                _ if self.at_end() || self.at_statement(0) || self.begins_expression(0) => break,
                THEN_KW | DO_KW => break,
                _ if closing.get_or_insert_with(|| self.closing_paren()).is_some() => {
                    let range = self.skip(1);
                    if !self.quiet {
                        self.problem(Problem::new(ProblemKind::UnexpectedToken, range).expected("`,` or `)`"));
                        self.quiet = true;
                    }
                }
                _ => break,
            }
        }
        self.parens -= 1;
        if self.at(R_PAREN) {
            // Room for an error node, should this parenthesis turn out to be another list's.
            self.closed.push((self.at, self.events.len()));
            for _ in 0..2 {
                self.events.push(Event::Start { kind: TOMBSTONE, forward: 0 });
            }
        }
        self.close_paren(opener);
    }

    /// Parentheses do not match: whether the lists that were closed last, without anything between their ends, hold the arguments that
    /// they were meant to hold is not known. `all`: any list of the statement.
    pub(super) fn doubt_lists(&mut self, all: bool) {
        let mut end = self.at;
        while let Some((index, event)) = self.closed.pop() {
            if !all && index + 1 != end {
                break;
            }
            end = index;
            self.events[event] = Event::Start { kind: ERROR, forward: 0 };
            self.events[event + 1] = Event::Finish;
        }
    }

    /// Behind the parenthesis and the comma here comes one more parenthesis that closes than opens.
    fn closes_later(&self) -> bool {
        let mut open = 0u32;
        for n in 2..MAX_LOOK {
            match self.nth(n) {
                _ if self.nth_is_end(n) || self.at_statement(n) => return false,
                THEN_KW | DO_KW => return false,
                L_PAREN => open += 1,
                R_PAREN if open == 0 => return true,
                R_PAREN => open -= 1,
                _ => {}
            }
        }
        false
    }

    /// `IIf(@a == 1 then "x" else "y")`: a keyword where a comma belongs, in a list that goes on and is closed.
    fn at_keyword_for_comma(&self) -> bool {
        matches!(self.current(), THEN_KW | ELSE_KW) && self.begins_expression(1) && {
            let mut open = 0u32;
            let mut closed = false;
            for n in 1..MAX_LOOK {
                match self.nth(n) {
                    ELSE_KW => {}
                    _ if self.nth_is_end(n) || self.at_statement(n) => break,
                    THEN_KW | DO_KW => break,
                    L_PAREN => open += 1,
                    R_PAREN if open == 0 => {
                        closed = true;
                        break;
                    }
                    R_PAREN => open -= 1,
                    _ => {}
                }
            }
            closed
        }
    }

    /// `'it's'`, `"a, "b"`: something stands right behind a text, so that a quote is wrong.
    pub(super) fn glued_to_text(&self) -> bool {
        let (Some(before), Some(here)) = (self.input.get(self.at.wrapping_sub(1)), self.input.get(self.at)) else {
            return false;
        };
        let glued = before.end == here.start;
        // `FirstName")`: the opening quote is missing.
        let unopened = here.kind == STRING && matches!(before.kind, IDENT | INTEGER | REAL);
        glued && (before.kind == STRING && matches!(here.kind, IDENT | STRING) || unopened)
    }

    /// A quote is wrong: what follows on the line is mostly text. One problem, that of the text that does not end if there is one.
    pub(super) fn misquoted(&mut self) {
        let gap = self.gap();
        let escaped = self.after_backslash();
        let range = self.rest_of_line();
        let at = self.unterminated.partition_point(|&start| start < range.start());
        let said = self.unterminated.get(at).is_some_and(|&start| start < range.end());
        self.broken_text |= said;
        if !(said || escaped || self.quiet) {
            self.problem(Problem::new(ProblemKind::MissingComma, gap).expected("`,`"));
        }
        self.mute_with_comment(range);
        self.quiet = true;
    }

    /// The index of the parenthesis that closes the list which is open here, if one comes before the statement ends.
    pub(super) fn closing_paren(&self) -> Option<usize> {
        let mut open = 0u32;
        for n in 0..MAX_LOOK {
            match self.nth(n) {
                _ if self.nth_is_end(n) || self.at_statement(n) => return None,
                THEN_KW | DO_KW => return None,
                L_PAREN => open += 1,
                R_PAREN if open == 0 => return Some(self.at + n),
                R_PAREN => open -= 1,
                _ => {}
            }
        }
        None
    }
}
