//! Expressions: comparison binds tighter than NOT, NOT than AND, AND than OR. Chains of one operator are flat, so that no length of
//! input makes a deep tree.

use sfmc_syntax::{Problem, ProblemKind, SyntaxKind, SyntaxKind::*, TextRange};

use super::{Done, MAX_DEPTH, Parser};

/// Where an expression stands: it decides what a single `=` and a comparison mean there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// After IF or ELSEIF, or as the first argument of IIf.
    Condition,
    /// In parentheses: what it is for is what these are for.
    Group,
    /// A value that is stored or counted with.
    Value,
    /// An argument of a call.
    Argument,
    /// A statement of its own.
    Statement,
    /// The content of an inline region.
    Inline,
}

/// Words that other languages have as operators.
const OPERATOR_WORDS: [&str; 4] = ["like", "in", "contains", "mod"];

/// Words that other languages have for the operators that AMPscript has.
const COMPARING_WORDS: [&str; 11] = ["eq", "ne", "neq", "gt", "lt", "ge", "gte", "le", "lte", "equals", "equal"];

/// Words that stand for no value behind `is`.
const NOTHINGS: [&str; 7] = ["null", "empty", "blank", "nothing", "none", "nil", "undefined"];

pub(super) fn is_operator_word(word: &str) -> bool {
    OPERATOR_WORDS.iter().any(|operator| word.eq_ignore_ascii_case(operator))
}

/// Whether an operand of this kind can be a condition; that of a variable or a call is not known.
fn may_decide(kind: SyntaxKind) -> bool {
    !matches!(kind, LITERAL | BAD_EXPR | ERROR)
}

impl Parser<'_, '_> {
    /// Whether an expression can begin at the n-th token.
    pub(super) fn begins_expression(&self, n: usize) -> bool {
        match self.nth(n) {
            STRING | INTEGER | REAL | VARIABLE | SYSTEM_VARIABLE | BRACKET_NAME | L_PAREN | NOT_KW | TRUE_KW
            | FALSE_KW | SMART_QUOTE => true,
            IDENT => !self.at_statement(n),
            BAD_OPERATOR if self.operator(n) == "!" => self.begins_operand(n + 1) || self.operator(n + 1) == "!",
            BAD_OPERATOR => matches!(self.operator(n), "-" | "+") && self.begins_operand(n + 1),
            // A place holder of another template language, `%%name%%`: the lexer reported it, here it is a value.
            ERROR_TOKEN => self.at_place_holder(n),
            _ => false,
        }
    }

    fn at_place_holder(&self, n: usize) -> bool {
        let text = self.operator(n);
        (text.starts_with("%%") || text.starts_with("${") || text.starts_with('{')) && text.len() > 2
    }

    pub(super) fn begins_operand(&self, n: usize) -> bool {
        matches!(
            self.nth(n),
            STRING | INTEGER | REAL | VARIABLE | SYSTEM_VARIABLE | BRACKET_NAME | L_PAREN | NOT_KW | TRUE_KW | FALSE_KW
        ) || (self.nth(n) == IDENT && !self.at_statement(n))
    }

    fn operator(&self, n: usize) -> &str {
        self.token_text(n)
    }

    pub(super) fn expression(&mut self, place: Place) -> Done {
        if self.depth >= MAX_DEPTH {
            return self.too_deep();
        }
        self.depth += 1;
        let first = self.at;
        let decides = place == Place::Condition || place == Place::Group && self.decides;
        let outer = std::mem::replace(&mut self.decides, decides);
        let mut done = self.or_expression();
        // `@a = 1` where no assignment can be.
        if self.at(EQ) && !self.at_surplus_equals() && !(place == Place::Statement && self.first_on_line(0)) {
            done = self.assignment(done, place, first);
        }
        if place == Place::Value && done.kind == COMPARE_EXPR {
            let range = self.range_since(first);
            self.report(ProblemKind::ComparisonAsValue, range);
        }
        self.decides = outer;
        self.depth -= 1;
        done
    }

    /// `%%=v(@a)==%%`: one sign more than the closer has.
    fn at_surplus_equals(&self) -> bool {
        self.nth(1) == INLINE_CLOSE && self.parens == 0
    }

    fn assignment(&mut self, lhs: Done, place: Place, first: usize) -> Done {
        let marker = self.precede(lhs);
        while self.at(EQ) {
            // Without a value behind it, that one is missing is all there is to say.
            // Parentheses group; what a single `=` means in them is what it means in a condition.
            let twice = self.nth(1) == EQ && !self.first_on_line(1);
            if matches!(place, Place::Condition | Place::Group) && (self.begins_expression(1) || self.nth(1) == EQ) {
                // `@a = = 1` is one operator that was meant.
                let range = self.range().cover(self.range_of(self.at + usize::from(twice)));
                self.report(ProblemKind::SingleEqualsComparison, range);
                if twice {
                    self.skip(1);
                }
            }
            self.bump();
            if self.begins_expression(0) {
                self.or_expression();
            } else {
                self.missing_value();
                self.empty_node(MISSING_EXPR);
            }
        }
        let done = self.done(marker, ASSIGN_EXPR, first);
        if !matches!(place, Place::Condition | Place::Group | Place::Statement) {
            let range = self.range_since(first);
            self.report(ProblemKind::AssignmentInExpression, range);
        }
        done
    }

    /// Nested deeper than anything real: the rest of the expression is kept without structure.
    fn too_deep(&mut self) -> Done {
        let first = self.at;
        let marker = self.start();
        let range = self.range();
        if !self.quiet {
            self.report(ProblemKind::NestingTooDeep, range);
        }
        self.quiet = true;
        let mut parens = 0u32;
        loop {
            match self.current() {
                _ if self.at_end() || self.at_statement(0) => break,
                THEN_KW | DO_KW => break,
                R_PAREN if parens == 0 => break,
                L_PAREN => parens += 1,
                R_PAREN => parens -= 1,
                COMMA if parens == 0 && self.at > first => break,
                _ => {}
            }
            self.bump();
        }
        self.done(marker, ERROR, first)
    }

    fn or_expression(&mut self) -> Done {
        let first = self.at;
        let lhs = self.and_expression();
        let Some(mut done) = self.logical(lhs, first, true) else {
            return lhs;
        };
        self.check_mixed(first);
        done.first = u32::try_from(first).unwrap_or(u32::MAX);
        done
    }

    fn and_expression(&mut self) -> Done {
        let first = self.at;
        let lhs = self.not_expression();
        self.logical(lhs, first, false).unwrap_or(lhs)
    }

    fn at_logical(&self, or: bool) -> bool {
        match self.current() {
            OR_KW => or,
            AND_KW => !or,
            BAD_OPERATOR => {
                let operator = self.operator(0);
                if or { matches!(operator, "||" | "|") } else { matches!(operator, "&&" | "&") }
            }
            _ => false,
        }
    }

    fn logical(&mut self, lhs: Done, first: usize, or: bool) -> Option<Done> {
        if !self.at_logical(or) {
            return None;
        }
        let marker = self.precede(lhs);
        let mut reaches = lhs.reaches;
        let mut ambiguous = false;
        // What `&` means there: AND between conditions, elsewhere and between texts the joining of these.
        let mut foreign: Vec<usize> = Vec::new();
        let mut joins = !self.decides || !may_decide(lhs.kind);
        while self.at_logical(or) {
            let bad = self.at(BAD_OPERATOR);
            let single = bad && self.operator(0) == "&";
            if bad {
                foreign.push(self.parse.problems.len());
                self.report(ProblemKind::UnsupportedOperator, self.range());
            }
            self.bump();
            ambiguous |= reaches;
            let text = self.at(STRING);
            let operand = if self.begins_expression(0) {
                if or { self.and_expression() } else { self.not_expression() }
            } else {
                self.missing_operand()
            };
            reaches = operand.reaches;
            if bad {
                joins |= text || !may_decide(operand.kind);
                // `@a & @b == "xy"`: one of the two has to be a text.
                joins |= single && (lhs.kind == COMPARE_EXPR) != (operand.kind == COMPARE_EXPR);
            }
        }
        if !joins {
            for index in &foreign {
                self.parse.problems[*index].expected = "a condition";
            }
        }
        // What texts are joined to is no condition.
        let kind = if joins && !foreign.is_empty() { BAD_EXPR } else { LOGICAL_EXPR };
        let mut done = self.done(marker, kind, first);
        done.reaches = reaches;
        // `a and not b` is clear: NOT has nothing to its right that it could reach for.
        if ambiguous {
            let range = self.range_since(first);
            self.report(ProblemKind::AmbiguousNot, range);
        }
        Some(done)
    }

    fn missing_operand(&mut self) -> Done {
        // `@p and or @q`: the missing operand is the mistake, the second operator goes on with it.
        if matches!(self.current(), AND_KW | OR_KW) {
            self.missing(ProblemKind::ExpectedExpression, "a value");
        } else {
            self.missing_value();
        }
        self.empty_node(MISSING_EXPR)
    }

    /// `a or b and c` groups differently by source; `a and b or c` does not.
    fn check_mixed(&mut self, first: usize) {
        let mut parens = 0u32;
        let mut after_or = false;
        for n in first..self.at {
            match self.input[n].kind {
                L_PAREN => parens += 1,
                R_PAREN => parens = parens.saturating_sub(1),
                OR_KW if parens == 0 => after_or = true,
                AND_KW if parens == 0 && after_or => {
                    let range = self.range_since(first);
                    self.report(ProblemKind::MixedAndOr, range);
                    return;
                }
                _ => {}
            }
        }
    }

    fn at_not(&self) -> bool {
        self.at(NOT_KW) || (self.at(BAD_OPERATOR) && self.operator(0) == "!")
    }

    fn not_expression(&mut self) -> Done {
        if !self.at_not() {
            return self.comparison();
        }
        if self.depth >= MAX_DEPTH {
            return self.too_deep();
        }
        self.depth += 1;
        let first = self.at;
        let marker = self.start();
        let foreign = self.at(BAD_OPERATOR).then_some(self.parse.problems.len());
        if foreign.is_some() {
            self.report(ProblemKind::UnsupportedOperator, self.range());
        }
        self.bump();
        let operand_at = self.at;
        if self.at_not() {
            let range = self.range_of(first).cover(self.range());
            self.report(ProblemKind::DoubleNot, range);
        }
        let operand = if self.begins_expression(0) {
            self.not_expression()
        } else {
            self.missing_value();
            self.empty_node(MISSING_EXPR)
        };
        self.depth -= 1;
        if let Some(index) = foreign {
            // `!` holds for the value behind it; how far NOT reaches is disputed.
            let logical = self.at_logical(false) || self.at_logical(true);
            let range = self.range_since(operand_at);
            let problem = &mut self.parse.problems[index];
            match operand.kind {
                COMPARE_EXPR => problem.expected = "a comparison",
                _ if logical => problem.related = Some(range),
                _ => {}
            }
        }
        let mut done = self.done(marker, NOT_EXPR, first);
        // `not Empty(@a) and …` is how everybody writes it and means it; parentheses say what is meant.
        done.reaches = !matches!(operand.kind, CALL_EXPR | PAREN_EXPR | MEMBER_EXPR | MISSING_EXPR);
        done
    }

    fn at_comparison(&self) -> bool {
        match self.current() {
            LT => !self.at_tag(),
            EQ2 | NEQ | LTE | GT | GTE => true,
            BAD_OPERATOR => matches!(self.operator(0), "<>" | "===" | "!==" | "=~" | "=>" | "=<" | "=!"),
            IDENT => {
                self.at_comparing_word(0)
                    || (!self.first_on_line(0) && self.at_operator_word() && self.word_has_operand())
            }
            _ => false,
        }
    }

    fn at_operator_word(&self) -> bool {
        is_operator_word(self.token_text(0))
    }

    fn word_has_operand(&self) -> bool {
        matches!(self.nth(1), STRING | INTEGER | REAL | VARIABLE | L_PAREN)
    }

    /// `@a eq 1`: the word, a value behind it on the same line.
    pub(super) fn at_comparing_word(&self, n: usize) -> bool {
        self.nth(n) == IDENT
            && !self.first_on_line(n)
            && !self.first_on_line(n + 1)
            && self.begins_operand(n + 1)
            && COMPARING_WORDS.iter().any(|word| self.at_word(n, word))
    }

    fn comparison(&mut self) -> Done {
        let first = self.at;
        let lhs = self.arithmetic();
        let is_test = self.at_word(0, "is") && !self.first_on_line(0);
        if is_test && !self.at_is_comparison() {
            return self.null_test(lhs, first);
        }
        if !is_test && !self.at_comparison() {
            return lhs;
        }
        let marker = self.precede(lhs);
        let mut operators = 0;
        let mut kind = COMPARE_EXPR;
        while self.at_comparison() || (operators == 0 && is_test) {
            let mut word = self.at(IDENT);
            let comparing = self.at_comparing_word(0) || is_test;
            // `is not` is one operator of two words.
            let negated = is_test && operators == 0 && self.nth(1) == NOT_KW;
            // `@a > = 1`
            let parted = matches!(self.current(), LT | GT) && self.nth(1) == EQ && !self.first_on_line(1);
            if parted {
                let range = self.range().cover(self.range_of(self.at + 1));
                self.report(ProblemKind::UnsupportedOperator, range);
            }
            if matches!(self.current(), BAD_OPERATOR | IDENT) {
                let last = self.at + usize::from(negated);
                self.report(ProblemKind::UnsupportedOperator, self.range().cover(self.range_of(last)));
            }
            operators += 1;
            self.bump_as(if word { BAD_OPERATOR } else { self.current() });
            if negated {
                self.bump_as(BAD_OPERATOR);
            }
            if parted {
                self.skip(1);
            }
            if word && !comparing {
                kind = BAD_EXPR;
            }
            word &= !comparing;
            if word && self.at(L_PAREN) {
                // `@a in ('x', 'y')`
                self.arguments(false);
            } else if self.begins_expression(0) {
                self.arithmetic();
            } else {
                self.missing_operand();
            }
        }
        let done = self.done(marker, kind, first);
        if operators > 1 && kind == COMPARE_EXPR {
            let range = self.range_since(first);
            self.report(ProblemKind::ChainedComparison, range);
        }
        done
    }

    /// `@a is 1`, `@a is not "x"`: a comparison, and no test for nothing.
    fn at_is_comparison(&self) -> bool {
        let n = 1 + usize::from(self.nth(1) == NOT_KW);
        !self.first_on_line(n)
            && self.begins_operand(n)
            && self.nth(n) != NOT_KW
            && !NOTHINGS.iter().any(|word| self.at_word(n, word))
            && (self.nth(n) != IDENT
                || self.nth(n + 1) == L_PAREN
                || matches!(self.nth(n + 1), THEN_KW | AND_KW | OR_KW | R_PAREN | COMMA))
    }

    /// `is null`, `is not null`, as SQL has it.
    fn null_test(&mut self, lhs: Done, first: usize) -> Done {
        let marker = self.precede(lhs);
        let mut n = 1;
        n += usize::from(self.nth(n) == NOT_KW);
        n += usize::from(matches!(self.nth(n), IDENT | STRING | TRUE_KW | FALSE_KW) && !self.first_on_line(n));
        let range = self.skip(n);
        if !self.quiet {
            let expected = if self.at(THEN_KW) { "`then`" } else { "an operator such as `==`" };
            self.problem(Problem::new(ProblemKind::UnexpectedToken, range).expected(expected));
        }
        self.quiet = true;
        self.done(marker, BAD_EXPR, first)
    }

    /// Operands joined by operators that do not exist; the first is reported, the chain kept together.
    pub(super) fn arithmetic(&mut self) -> Done {
        let first = self.at;
        let mut done = self.operand();
        let mut reported = false;
        let mut marker = None;
        loop {
            let glued =
                matches!(self.current(), INTEGER | REAL) && self.operator(0).starts_with('-') && !self.first_on_line(0);
            if glued {
                // `3-5`: two numbers to the platform, a subtraction to whoever wrote it.
                marker.get_or_insert_with(|| self.precede(done));
                let range = self.range();
                let minus = TextRange::at(range.start(), 1.into());
                if !reported {
                    self.report(ProblemKind::UnsupportedOperator, minus);
                    self.report(ProblemKind::IgnoredExpression, range);
                }
                reported = true;
                self.operand();
                continue;
            }
            if self.first_on_line(0) || !self.at_foreign_operator() {
                break;
            }
            marker.get_or_insert_with(|| self.precede(done));
            if !reported {
                self.report(ProblemKind::UnsupportedOperator, self.range());
            }
            reported = true;
            self.bump_as(BAD_OPERATOR);
            if self.begins_operand(0) && !(self.at(IDENT) && self.first_on_line(0)) {
                self.operand();
            }
        }
        if let Some(marker) = marker {
            done = self.done(marker, BAD_EXPR, first);
        }
        done
    }

    fn at_foreign_operator(&self) -> bool {
        match self.current() {
            BAD_OPERATOR if self.at_colon() => false,
            BAD_OPERATOR => matches!(
                self.operator(0),
                "+" | "-" | "*" | "/" | "%" | "^" | "~" | "++" | "--" | "+=" | "-=" | "*=" | "/=" | "?" | "??" | ":"
            ),
            // `"a" . @b`
            DOT => matches!(self.nth(1), STRING | VARIABLE),
            _ => false,
        }
    }

    fn operand(&mut self) -> Done {
        let mut done = self.primary();
        let escaped = done.kind == LITERAL && !self.at_end() && self.after_backslash();
        if escaped || matches!(done.kind, NAME_EXPR | LITERAL) && self.at(STRING) && self.glued_to_text() {
            self.misquoted();
            return done;
        }
        // `@row.Name`: only messages have members.
        if self.at(DOT) && self.nth(1) == IDENT && done.kind != CALL_EXPR {
            let first = done.first as usize;
            let marker = self.precede(done);
            self.report(ProblemKind::UnsupportedOperator, self.range());
            self.bump_as(BAD_OPERATOR);
            self.bump();
            if self.at(L_PAREN) {
                self.arguments(false);
            }
            return self.done(marker, BAD_EXPR, first);
        }
        // Msg(0).Noun(1)
        while self.at(DOT) && self.nth(1) == IDENT {
            let first = done.first as usize;
            let marker = self.precede(done);
            self.bump();
            self.bump();
            if self.at(L_PAREN) {
                self.arguments(false);
            }
            if self.depth >= MAX_DEPTH {
                done = self.done(marker, MEMBER_EXPR, first);
                break;
            }
            self.depth += 1;
            done = self.done(marker, MEMBER_EXPR, first);
        }
        done
    }

    pub(super) fn variable(&mut self) -> Done {
        let first = self.at;
        // A lone `@`: the lexer has said that a name is missing.
        self.quiet |= self.token_text(0) == "@";
        let marker = self.start();
        self.bump();
        self.done(marker, VARIABLE_EXPR, first)
    }

    fn primary(&mut self) -> Done {
        let first = self.at;
        match self.current() {
            VARIABLE | SYSTEM_VARIABLE => self.variable(),
            STRING | INTEGER | REAL | TRUE_KW | FALSE_KW | SMART_QUOTE => {
                // After a text that does not end, what seems to be missing is in it.
                let text = self.token_text(0);
                let unended = text.len() < 2 || text.as_bytes()[0] != text.as_bytes()[text.len() - 1];
                if self.at(STRING) && unended {
                    self.quiet = true;
                    self.broken_text = true;
                }
                let marker = self.start();
                self.bump();
                self.done(marker, LITERAL, first)
            }
            BRACKET_NAME => {
                self.quiet |= !self.token_text(0).ends_with(']');
                self.name()
            }
            IDENT if self.nth(1) == L_PAREN => self.call(),
            IDENT if self.at_address() => self.address(),
            IDENT if self.lacks_open_paren() => self.call_without_open_paren(),
            IDENT if self.at_bare_call() && self.is_bare_call_wrong() => self.bare_call(),
            IDENT => {
                if self.at_word(0, "null") {
                    self.report(ProblemKind::NullIsAttribute, self.range());
                }
                self.name()
            }
            L_PAREN => self.parenthesised(),
            BAD_OPERATOR => self.signed(),
            ERROR_TOKEN => {
                let marker = self.start();
                self.bump();
                self.done(marker, ERROR, first)
            }
            _ => {
                self.missing_value();
                self.empty_node(MISSING_EXPR)
            }
        }
    }

    /// `- 5`, `+1`, `-@a`: a sign that is no part of a number.
    fn signed(&mut self) -> Done {
        let first = self.at;
        let marker = self.start();
        let sign = self.range();
        let number = matches!(self.nth(1), INTEGER | REAL);
        let plus = self.operator(0) == "+";
        let adjacent = self.range_of(self.at + 1).start() == sign.end();
        let kind = match (number, plus && adjacent) {
            // The service probably reads `+1`; nobody else does.
            (true, true) => ProblemKind::NumberStyle,
            (true, false) => ProblemKind::UnexpectedCharacter,
            (false, _) => ProblemKind::UnsupportedOperator,
        };
        self.report(kind, sign);
        self.bump();
        if self.begins_operand(0) {
            if self.depth >= MAX_DEPTH {
                self.too_deep();
            } else {
                self.depth += 1;
                self.operand();
                self.depth -= 1;
            }
        }
        self.done(marker, BAD_EXPR, first)
    }
}
