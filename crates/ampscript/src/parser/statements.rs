//! Statements.

use sfmc_syntax::{Problem, ProblemKind, SyntaxKind, SyntaxKind::*, TextRange, misspelling::is_misspelt};

use super::{Control, ControlKind, Deferred, Marker, Parser, Statement, expressions::Place};

/// What stands behind FOR.
const COUNTER: &str = "the loop's counter, such as `@i`";

/// Keywords that only a statement begins with.
fn begins_statement(kind: SyntaxKind) -> bool {
    matches!(kind, VAR_KW | SET_KW | IF_KW | ELSEIF_KW | ELSE_KW | ENDIF_KW | FOR_KW | NEXT_KW)
}

impl Parser<'_, '_> {
    pub(super) fn at_statement(&self, n: usize) -> bool {
        begins_statement(self.nth(n)) || self.at_end_if(n)
    }

    /// `end if`, unless a condition follows: then a word that means nothing stands before an IF.
    fn at_end_if(&self, n: usize) -> bool {
        self.at_word(n, "end")
            && self.nth(n + 1) == IF_KW
            && !self.first_on_line(n + 1)
            && (self.first_on_line(n + 2) || !self.begins_expression(n + 2))
    }

    pub(super) fn statements(&mut self) {
        if self.name_of_words() {
            return;
        }
        self.printed_value();
        let mut first = true;
        while !self.at_end() {
            if self.at(EOF) {
                break;
            }
            let before = self.at;
            self.quiet = false;
            if !self.at(R_PAREN) {
                self.closed.clear();
            }
            self.broken_text = false;
            self.in_head = matches!(self.current(), IF_KW | ELSEIF_KW | FOR_KW);
            let certain = self.is_certain();
            self.statement(first);
            first = false;
            if self.statements.is_some() && self.at > before {
                let range = self.range_since(before);
                self.statements.iter_mut().for_each(|all| all.push(Statement { range, certain }));
            }
            // What follows on the line of a text that does not end is mostly text.
            if self.broken_text || self.quiet && self.text_breaks_ahead() {
                self.rest_of_broken(before);
            }
            if self.at == before {
                // Every statement consumes; should one not, the token is dropped rather than the loop run for ever.
                debug_assert!(false, "no progress at {:?}", self.current());
                self.skip(1);
            }
        }
        self.leftover_closers();
    }

    /// `%%[=v(@a)]%%`: two openers in one. What it prints is not dropped on purpose.
    fn printed_value(&mut self) {
        let opened = self.at.checked_sub(1).is_some_and(|before| self.input[before].kind == BLOCK_OPEN);
        if !(opened && self.at(EQ) && self.glued(0) && self.begins_expression(1)) {
            return;
        }
        self.problem(Problem::new(ProblemKind::UnexpectedToken, self.range()).expected("a statement"));
        let marker = self.start();
        self.bump();
        self.quiet = true;
        self.expression(Place::Argument);
        self.finish(marker, ERROR);
    }

    /// `%%[ First Name ]%%`: a name in brackets with blanks around it is no personalization string but words of code.
    fn name_of_words(&mut self) -> bool {
        let whole = self.code == sfmc_syntax::cursor::Code::Block
            && matches!(self.input, [open, .., close] if open.kind == BLOCK_OPEN && close.kind == BLOCK_CLOSE);
        let words = self.input.len().saturating_sub(2);
        let plain = |n: usize| self.nth(n) == IDENT && !self.first_on_line(n) && !self.is_statement_word(n);
        if !whole || self.at != 1 || !(2..=6).contains(&words) || !(0..words).all(plain) {
            return false;
        }
        let range = self.skip(words);
        self.dropped.pop();
        self.problem(Problem::new(ProblemKind::IgnoredExpression, range).expected("a personalization string"));
        true
    }

    /// Whether a statement begins here, and not a word of prose.
    fn is_certain(&self) -> bool {
        let alone = || (self.first_on_line(0) || self.at <= 1) && (self.nth_is_end(1) || self.first_on_line(1));
        match self.current() {
            VAR_KW | SET_KW | IF_KW | ELSEIF_KW | FOR_KW => true,
            ELSE_KW | ENDIF_KW => alone(),
            NEXT_KW => alone() || self.nth(1) == VARIABLE,
            IDENT => self.nth(1) == L_PAREN && (self.first_on_line(0) || self.at <= 1),
            _ => false,
        }
    }

    /// Tokens that close another kind of region cannot stand here; whatever does is kept.
    pub(super) fn leftover_closers(&mut self) {
        while self.at + 1 < self.input.len() && !self.at(EOF) {
            self.skip(1);
        }
    }

    fn statement(&mut self, first: bool) {
        match self.current() {
            VAR_KW => self.var_statement(),
            SET_KW => self.set_statement(),
            IF_KW => self.condition_statement(ControlKind::If, IF_STMT),
            ELSEIF_KW => self.condition_statement(ControlKind::Elseif, ELSEIF_STMT),
            ELSE_KW => self.else_statement(),
            ENDIF_KW => {
                self.control(ControlKind::Endif, self.range(), None);
                let marker = self.start();
                self.bump();
                self.finish(marker, ENDIF_STMT);
            }
            FOR_KW => self.for_statement(),
            NEXT_KW => self.next_statement(),
            IDENT if self.at_statement(0) => {
                // `end if` can only have been meant as ENDIF; an IF read here would miss everything an IF needs.
                let range = self.range().cover(self.range_of(self.at + 1));
                if !std::mem::take(&mut self.end_if_is_value) {
                    self.report(ProblemKind::EndIfTwoWords, range);
                }
                self.control(ControlKind::EndIf, range, None);
                let marker = self.start();
                self.bump();
                self.bump();
                self.finish(marker, ENDIF_STMT);
            }
            _ if self.after_backslash() => {
                let range = self.rest_of_line();
                self.mute_with_comment(range);
            }
            IDENT if self.foreign_statement() => {}
            _ if self.begins_expression(0) => self.expression_statement(first),
            _ => self.stray(first),
        }
    }

    pub(super) fn defer_dangling(&mut self, kind: ProblemKind, related: Option<TextRange>) {
        self.parse.outline.dangling = Some(Deferred { kind, at: self.gap(), related });
    }

    pub(super) fn control(&mut self, kind: ControlKind, keyword: TextRange, name: Option<TextRange>) {
        self.parse.outline.controls.push(Control { kind, keyword, name, incomplete: false });
    }

    /// The head that began as control statement `head` lacks something and nothing follows it in the region: it is being typed.
    fn mark_incomplete(&mut self, head: usize) {
        if self.quiet && self.at_end() {
            self.parse.outline.controls[head].incomplete = true;
        }
    }

    /// `if if @a then`: the keyword that was consumed stands there again on its line.
    fn doubled_keyword(&mut self) {
        let before = self.at.checked_sub(1).and_then(|before| self.input.get(before)).map(|token| token.kind);
        // A misspelt keyword is a name, and so can be what follows it.
        if self.current().is_ampscript_keyword() && before == Some(self.current()) && !self.first_on_line(0) {
            let range = self.skip(1);
            self.report(ProblemKind::UnexpectedKeyword, range);
        }
    }

    /// `VAR @a, @b`
    pub(super) fn var_statement(&mut self) {
        let marker = self.start();
        self.bump();
        self.doubled_keyword();
        loop {
            match self.current() {
                VARIABLE => {
                    self.variable();
                }
                SYSTEM_VARIABLE => {
                    self.report(ProblemKind::AssignSystemVariable, self.range());
                    self.variable();
                }
                COMMA => self.missing_variable(),
                IDENT if !self.at_statement(0) && !self.first_on_line(0) && self.nth(1) != L_PAREN => {
                    let range = self.skip(1);
                    self.missing_at(ProblemKind::ExpectedVariable, range, "a variable, such as `@name`");
                }
                _ => {
                    self.missing_variable();
                    break;
                }
            }
            if matches!(self.current(), EQ | EQ2) {
                self.var_initializer();
            }
            match self.current() {
                COMMA => {
                    let comma = self.range();
                    self.bump();
                    let word = self.at(IDENT) && !self.first_on_line(0) && !self.at_statement(0);
                    if !(word || matches!(self.current(), VARIABLE | SYSTEM_VARIABLE | COMMA)) {
                        self.report(ProblemKind::TrailingComma, comma);
                        break;
                    }
                }
                // `@b = 1` is an assignment that lacks SET.
                VARIABLE if self.nth(1) != EQ => {
                    self.problem(Problem::new(ProblemKind::MissingComma, self.gap()).expected("`,`"));
                }
                _ => break,
            }
        }
        self.finish(marker, VAR_STMT);
    }

    fn missing_variable(&mut self) {
        self.missing(ProblemKind::ExpectedVariable, "a variable, such as `@name`");
        self.empty_node(MISSING_EXPR);
    }

    /// `= value` after a variable of VAR: reported once, and kept so that the value is checked like any other.
    fn var_initializer(&mut self) {
        let first = self.at;
        let marker = self.start();
        self.bump();
        let quiet = std::mem::replace(&mut self.quiet, true);
        if self.begins_expression(0) {
            self.expression(Place::Value);
        }
        self.quiet = quiet;
        self.finish(marker, ERROR);
        let range = self.range_since(first);
        self.report(ProblemKind::VarInitializer, range);
    }

    /// `SET @a = value`
    fn set_statement(&mut self) {
        let marker = self.start();
        self.bump();
        self.doubled_keyword();
        self.assignment_of_set();
        self.finish(marker, SET_STMT);
        // `set @a = 1, @b = 2`
        while self.at(COMMA) && !self.first_on_line(0) && self.nth(1) == VARIABLE && self.nth(2) == EQ {
            let comma = self.skip(1);
            self.problem(Problem::new(ProblemKind::UnexpectedToken, comma).expected("`set`"));
            let marker = self.start();
            self.assignment_of_set();
            self.finish(marker, SET_STMT);
        }
    }

    pub(super) fn assignment_of_set(&mut self) {
        self.set_target();
        let (found, wanted) = self.set_equals();
        let value = if self.begins_expression(0) && (found || wanted) {
            self.expression(Place::Value);
            true
        } else {
            false
        };
        if !value {
            if found {
                self.missing_value();
            }
            self.empty_node(MISSING_EXPR);
        }
    }

    fn set_target(&mut self) {
        match self.current() {
            VARIABLE => {
                self.variable();
            }
            SYSTEM_VARIABLE => {
                self.report(ProblemKind::AssignSystemVariable, self.range());
                self.quiet = true;
                self.variable();
            }
            IDENT | BRACKET_NAME | STRING | SMART_QUOTE if matches!(self.nth(1), EQ | EQ2) || self.at_step(1) => {
                let range = self.skip(1);
                self.missing_at(ProblemKind::ExpectedVariable, range, "a variable, such as `@name`");
            }
            // `set next = 1`: a name that is a keyword and lacks its `@`.
            kind if kind.is_ampscript_keyword() && self.nth(1) == EQ && !self.first_on_line(0) => {
                let range = self.skip(1);
                self.missing_at(ProblemKind::ExpectedVariable, range, "a variable, such as `@name`");
            }
            // `set $a = 1`, `set {{name}} = 1`: the lexer has said so.
            ERROR_TOKEN if self.nth(1) == EQ => {
                self.skip(1);
                self.quiet = true;
            }
            ERROR_TOKEN if self.nth(1) == IDENT && self.glued(1) && self.nth(2) == EQ => {
                self.skip(2);
                self.quiet = true;
            }
            _ => self.missing_variable(),
        }
    }

    /// The `=` of SET. Answers whether one was found, and whether a value may follow all the same.
    fn set_equals(&mut self) -> (bool, bool) {
        match self.current() {
            EQ if self.nth(1) == EQ => {
                let range = self.range().cover(self.range_of(self.at + 1));
                self.report(ProblemKind::EqualityInSet, range);
                self.bump();
                self.skip(1);
                return (true, true);
            }
            EQ => {
                self.bump();
                return (true, true);
            }
            EQ2 => {
                self.report(ProblemKind::EqualityInSet, self.range());
                self.bump();
                return (true, true);
            }
            BAD_OPERATOR if matches!(self.token_text(0), "+=" | "-=" | "*=" | "/=" | ":=" | "=>" | "===") => {
                if !self.quiet {
                    self.report(ProblemKind::UnsupportedOperator, self.range());
                }
                self.bump();
                return (true, true);
            }
            // `set @a++`
            BAD_OPERATOR if self.at_step(0) => {
                if !self.quiet {
                    self.report(ProblemKind::UnsupportedOperator, self.range());
                }
                self.skip(1);
                self.quiet = true;
                return (false, false);
            }
            _ => {}
        }
        // `set @my-var = 1`, `set @include this row = 1`: words up to the `=` on this line belong to the mistake.
        let junk = self.tokens_to_equals();
        if junk > 0 {
            let range = self.skip(junk);
            self.missing_at(ProblemKind::ExpectedEquals, range, "`=`");
            self.bump();
            return (true, true);
        }
        // `set @a to 1`
        let word = self.at(TO_KW) || ["as", "is", "be", "eq", "equals"].into_iter().any(|word| self.at_word(0, word));
        if word
            && !self.first_on_line(0)
            && !self.first_on_line(1)
            && self.nth(1) != L_PAREN
            && self.begins_expression(1)
        {
            let range = self.skip(1);
            self.missing_at(ProblemKind::ExpectedEquals, range, "`=`");
            return (true, true);
        }
        let here = !self.first_on_line(0) && !self.at_end() && !self.at_statement(0);
        self.missing(ProblemKind::ExpectedEquals, "`=`");
        (false, here)
    }

    /// `++`, `--` at the end of a statement, `+=` before a value.
    fn at_step(&self, n: usize) -> bool {
        let ends = || self.nth_is_end(n + 1) || self.first_on_line(n + 1) || self.at_statement(n + 1);
        self.nth(n) == BAD_OPERATOR
            && match self.token_text(n) {
                "++" | "--" => ends() || self.nth(n + 1) == ERROR_TOKEN,
                "+=" | "-=" | "*=" | "/=" => true,
                _ => false,
            }
    }

    /// Nothing stands between the n-th token and the one before.
    pub(super) fn glued(&self, n: usize) -> bool {
        self.range_of(self.at + n).start() == self.range_of(self.at + n - 1).end()
    }

    fn tokens_to_equals(&self) -> usize {
        for n in 0..12 {
            match self.nth(n) {
                EQ if n > 0 => return n,
                IDENT | BAD_OPERATOR | INTEGER | REAL | ERROR_TOKEN | DOT | VARIABLE | BRACKET_NAME | COMMA
                    if (n == 0 || !self.first_on_line(n)) && !self.at_statement(n) => {}
                // `@my-var`, `@this-next`: a keyword that is glued on is part of the name that was meant.
                kind if n > 0 && kind.is_ampscript_keyword() && self.glued(n) => {}
                _ => return 0,
            }
        }
        0
    }

    /// Reports a value that is missing; at the end of a region the page decides.
    pub(super) fn missing_value(&mut self) {
        if self.at_end() && !self.quiet && self.code != sfmc_syntax::cursor::Code::Inline {
            self.defer_dangling(ProblemKind::ExpectedExpression, None);
            self.quiet = true;
            return;
        }
        // `set @html = <b>Hello</b>`
        if self.at_tag() && !self.first_on_line(0) && !self.quiet {
            self.page_text("a text in quotes");
            self.quiet = true;
            return;
        }
        // `set @a = end if`: what follows is said when a value stands there.
        self.end_if_is_value = self.at(IDENT) && self.at_statement(0) && !self.first_on_line(0) && !self.quiet;
        if !self.first_on_line(0) && self.foreign_value() {
            return;
        }
        // Characters that begin no token stand where the value belongs: the lexer has said so.
        if self.at(ERROR_TOKEN) && !self.first_on_line(0) {
            let glued = !self.nth_is_end(1) && self.glued(1) && self.begins_expression(1);
            self.skip(if glued { 2 } else { 1 });
            self.quiet = true;
            return;
        }
        // A keyword where a value belongs, with nothing after it that would make it a statement, is the bad value itself.
        if self.current().is_ampscript_keyword()
            && !matches!(self.current(), ELSE_KW | ENDIF_KW | NEXT_KW)
            && !(self.in_head && matches!(self.current(), THEN_KW | DO_KW | TO_KW | DOWNTO_KW))
            && (self.nth_is_end(1) || begins_statement(self.nth(1)))
        {
            let range = self.skip(1);
            self.missing_at(ProblemKind::ExpectedExpression, range, "a value");
            return;
        }
        self.missing(ProblemKind::ExpectedExpression, "a value");
    }

    /// `IF condition THEN`, `ELSEIF condition THEN`
    pub(super) fn condition_statement(&mut self, kind: ControlKind, node: SyntaxKind) {
        let head = self.parse.outline.controls.len();
        self.control(kind, self.range(), None);
        let marker = self.start();
        self.bump();
        self.doubled_keyword();
        if self.begins_expression(0) {
            self.expression(Place::Condition);
        } else {
            if self.at(THEN_KW) {
                self.missing(ProblemKind::ExpectedExpression, "a condition");
            } else {
                self.missing_value();
            }
            self.empty_node(MISSING_EXPR);
        }
        self.head_end(THEN_KW, ProblemKind::ExpectedThen, "`then`");
        self.mark_incomplete(head);
        self.finish(marker, node);
    }

    /// THEN or DO after a head: what stands between is one mistake.
    fn head_end(&mut self, keyword: SyntaxKind, kind: ProblemKind, expected: &'static str) {
        if self.eat(keyword) {
            return;
        }
        if self.at_brace("{") {
            self.brace(ControlKind::BraceHead);
            return;
        }
        if self.at(IDENT)
            && !self.first_on_line(0)
            && (self.nth_is_end(1) || self.at_statement(1) || self.first_on_line(1))
        {
            // `if @a == 1 the`: the keyword, misspelt or not typed to its end.
            let word = self.token_text(0).to_ascii_lowercase();
            let wanted = if keyword == THEN_KW { "then" } else { "do" };
            let similar = wanted.starts_with(&word)
                || is_misspelt(word.as_bytes(), wanted.as_bytes())
                || (wanted == "then" && word == "tehn");
            if similar {
                let range = self.skip(1);
                self.missing_at(kind, range, expected);
                return;
            }
        }
        // `if @a do`, `if @a:`: the end of another head, which says all there is to say.
        let other = matches!(self.current(), THEN_KW | DO_KW) && self.nth(1) != keyword;
        if !self.quiet && (other || self.at_colon()) {
            let range = self.skip(1);
            if other {
                self.missing_at(kind, range, expected);
            } else {
                self.missing_at(ProblemKind::UnexpectedToken, range, expected);
            }
            return;
        }
        let mut n = 0;
        while !self.nth_is_end(n) && !self.at_statement(n) && self.nth(n) != keyword && n < 24 {
            n += 1;
        }
        if self.nth(n) == keyword && n > 0 {
            let wrong = self.current();
            let single = self.range();
            let range = self.skip(n);
            if wrong == R_PAREN && n == 1 {
                self.missing_at(ProblemKind::UnmatchedCloseParen, single, "");
            } else if !(n == 1 && wrong == ERROR_TOKEN) {
                self.missing_at(ProblemKind::UnexpectedToken, range, expected);
            }
            self.bump();
            return;
        }
        if self.dangling_head() {
            return;
        }
        self.missing(kind, expected);
    }

    /// `:` at the end of a head, as other languages have it.
    pub(super) fn at_colon(&self) -> bool {
        self.in_head
            && self.at(BAD_OPERATOR)
            && self.token_text(0) == ":"
            && (self.nth_is_end(1) || self.first_on_line(1) || self.at_statement(1))
    }

    /// The head ended where the region does, and lacks its value: the page reports it.
    fn dangling_head(&self) -> bool {
        self.quiet && self.parse.outline.dangling.is_some()
    }

    fn else_statement(&mut self) {
        let keyword = self.range();
        self.control(ControlKind::Else, keyword, None);
        let marker = self.start();
        self.bump();
        if self.at(IF_KW) && !self.first_on_line(0) {
            self.report(ProblemKind::ElseIfTwoWords, keyword.cover(self.range()));
        }
        self.finish(marker, ELSE_STMT);
    }

    /// `FOR @i = start TO bound DO`
    pub(super) fn for_statement(&mut self) {
        let keyword = self.range();
        let marker = self.start();
        self.bump();
        self.doubled_keyword();
        if self.foreign_loop(keyword, marker) {
            return;
        }
        let closer = self.before_counter();
        let name = self.at(VARIABLE).then(|| self.range());
        let head = self.parse.outline.controls.len();
        self.control(ControlKind::For, keyword, name);
        match self.current() {
            VARIABLE => {
                self.variable();
            }
            SYSTEM_VARIABLE => {
                self.report(ProblemKind::AssignSystemVariable, self.range());
                self.variable();
            }
            IDENT if self.nth(1) == EQ => {
                let range = self.skip(1);
                self.missing_at(ProblemKind::ExpectedVariable, range, COUNTER);
            }
            _ => {
                self.missing(ProblemKind::ExpectedVariable, COUNTER);
                self.empty_node(MISSING_EXPR);
            }
        }
        if self.at(EQ2) {
            self.report(ProblemKind::EqualityInSet, self.range());
            self.bump();
        } else if !self.eat(EQ) {
            self.missing(ProblemKind::ExpectedEquals, "`=`");
        }
        // `1..5`: the lexer has said that it is no number.
        let range = self.at(REAL) && self.token_text(0).contains("..");
        self.bound("the start value");
        self.quiet |= range;
        if range && !matches!(self.current(), TO_KW | DOWNTO_KW) {
            self.empty_node(MISSING_EXPR);
            return self.end_of_for(head, marker, closer);
        }
        if !(self.eat(TO_KW) || self.eat(DOWNTO_KW)) {
            self.missing(ProblemKind::ExpectedTo, "`to` or `downto`");
        }
        self.bound("the last value");
        if self.at_word(0, "step") {
            let first = self.at;
            let error = self.start();
            self.bump();
            if self.begins_expression(0) {
                self.expression(Place::Value);
            }
            self.finish(error, ERROR);
            let range = self.range_since(first);
            self.report(ProblemKind::UnsupportedStep, range);
        }
        self.end_of_for(head, marker, closer);
    }

    /// DO, and before it the parenthesis of a head that stands in some.
    fn end_of_for(&mut self, head: usize, marker: Marker, closer: bool) {
        if closer && self.at(R_PAREN) {
            self.skip(1);
        }
        self.head_end(DO_KW, ProblemKind::ExpectedDo, "`do`");
        self.mark_incomplete(head);
        self.finish(marker, FOR_STMT);
    }

    /// `for set @i = 1 to 3 do`, `for (@i = 1 to 3) do`: what is too much. Answers whether a parenthesis is open then.
    fn before_counter(&mut self) -> bool {
        let counter = self.nth(1) == VARIABLE && self.nth(2) == EQ;
        if !counter || self.first_on_line(0) || !self.follows(3, &[TO_KW, DOWNTO_KW]) {
            return false;
        }
        match self.current() {
            VAR_KW | SET_KW => {
                let range = self.skip(1);
                self.problem(Problem::new(ProblemKind::UnexpectedKeyword, range).expected(COUNTER));
                false
            }
            L_PAREN => {
                let range = self.skip(1);
                let closer = self.closing_paren().map(|index| self.range_of(index));
                let problem = Problem::new(ProblemKind::UnexpectedToken, range).expected(COUNTER);
                self.problem(closer.map_or(problem.clone(), |closer| problem.related(closer)));
                closer.is_some()
            }
            _ => false,
        }
    }

    pub(super) fn bound(&mut self, expected: &'static str) {
        if self.begins_expression(0) && !self.at_word(0, "step") {
            self.expression(Place::Value);
        } else {
            if self.at_end() {
                self.missing_value();
            } else {
                self.missing(ProblemKind::ExpectedExpression, expected);
            }
            self.empty_node(MISSING_EXPR);
        }
    }

    /// `NEXT`, `NEXT @i`
    fn next_statement(&mut self) {
        let keyword = self.range();
        let marker = self.start();
        self.bump();
        let name = (self.at(VARIABLE) && self.nth(1) != EQ).then(|| self.range());
        self.control(ControlKind::Next, keyword, name);
        if name.is_some() {
            self.variable();
        }
        self.finish(marker, NEXT_STMT);
    }

    fn expression_statement(&mut self, first: bool) {
        let start = self.at;
        let bare = self.at_bare_call();
        let marker = self.start();
        let done = self.expression(Place::Statement);
        let range = self.range_since(start);
        if self.after_condition(marker, range, first) || self.after_counter(marker, range, done.kind) {
            return;
        }
        self.finish(marker, EXPR_STMT);
        if first && matches!(self.current(), R_PAREN | COMMA) && self.continuation() {
            return;
        }
        match done.kind {
            // What is wrong with it is said already, or said where the statement goes on.
            _ if self.quiet => {}
            CALL_EXPR | MEMBER_EXPR => {}
            // Already reported as something that does not exist.
            BAD_EXPR => {}
            ASSIGN_EXPR => self.report(ProblemKind::AssignmentWithoutSet, range),
            // `setvar @a = 1`: said of the assignment.
            NAME_EXPR if self.at(VARIABLE) && self.nth(1) == EQ && !self.first_on_line(0) => {}
            _ => {
                if first {
                    // A statement that goes on from the block before, or one that does nothing: the page knows.
                    let kind = ProblemKind::IgnoredExpression;
                    self.parse.outline.continues = Some(Deferred { kind, at: range, related: None });
                } else {
                    self.report(ProblemKind::IgnoredExpression, range);
                }
            }
        }
        // `Output @a`, `print "x"`: that the value does nothing follows.
        let value = bare && self.begins_operand(0)
            || matches!(self.current(), STRING | INTEGER | REAL | VARIABLE | SYSTEM_VARIABLE) && self.nth(1) != EQ;
        if value && done.kind == NAME_EXPR && !self.first_on_line(0) {
            let marker = self.start();
            // As a whole: what is left of a comparison would be an error, and this compiles.
            self.expression(Place::Statement);
            self.finish(marker, EXPR_STMT);
        }
        // `1,000`: the comma and what follows on the line are one mistake.
        if self.at(COMMA) && !self.first_on_line(0) {
            self.stray_comma();
        }
    }
}
