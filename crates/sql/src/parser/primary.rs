//! What an expression consists of at last: literals, names, CASE, conversions, parentheses.

use sfmc_syntax::{SyntaxKind, SyntaxKind::*};

use super::{Done, Parser};
use crate::{
    problem::{SqlProblem, SqlProblemKind},
    words,
};

impl Parser<'_, '_> {
    pub(super) fn primary(&mut self) -> Done {
        match self.current() {
            STRING | NATIONAL_STRING | SMART_QUOTE | INTEGER | REAL | FLOAT | HEX | MONEY | ODBC_LITERAL | NULL_KW
            | DEFAULT_KW => self.literal(),
            VARIABLE | SYSTEM_VARIABLE => {
                if self.nth(1) == DOT && self.nth(2) == IDENT {
                    return self.name_expression();
                }
                let marker = self.start();
                self.bump();
                self.finish(marker, SQL_VARIABLE_EXPR)
            }
            L_PAREN => self.parenthesised(),
            CASE_KW => self.case(),
            EXISTS_KW => self.exists(),
            ANY_KW | SOME_KW | ALL_KW => {
                let marker = self.start();
                self.bump();
                self.quantified();
                self.finish(marker, SQL_QUANTIFIED_EXPR)
            }
            CONVERT_KW | TRY_CONVERT_KW if self.nth(1) == L_PAREN => self.convert(),
            STAR => self.star(),
            COLON => {
                // `:name`, a parameter of other clients
                let range = self.range().cover(self.range_of(self.at + 1));
                self.report(SqlProblemKind::UnsupportedSyntax, range);
                let marker = self.start();
                self.bump();
                self.name();
                self.finish(marker, SQL_NAME_EXPR)
            }
            _ => self.word(),
        }
    }

    pub(super) fn literal(&mut self) -> Done {
        let marker = self.start();
        let text = matches!(self.current(), STRING | NATIONAL_STRING);
        let first = self.at;
        self.bump();
        // `'it's here`: the quote inside is the mistake, not the words behind it.
        if text && self.at(IDENT) && self.is_glued(0) && self.unescaped() {
            let quote = self.range_of(first).end();
            let range = sfmc_syntax::TextRange::new(quote - sfmc_syntax::TextSize::new(1), quote);
            self.report(SqlProblemKind::UnescapedQuote, range);
            while !self.at_end() && !self.first_on_line(0) && !matches!(self.current(), COMMA | R_PAREN) {
                self.bump_as(ERROR_TOKEN);
            }
            self.wrong = Some(self.at);
        }
        self.finish(marker, SQL_LITERAL)
    }

    /// Whether the rest of the line has a text that does not end: the quotes are the wrong way round.
    fn unescaped(&self) -> bool {
        let mut n = 0;
        while n < 32 && self.nth(n) != EOF && (n == 0 || !self.first_on_line(n)) {
            if self.nth(n) == STRING && !self.is_closed(n) {
                return true;
            }
            n += 1;
        }
        false
    }

    fn is_closed(&self, n: usize) -> bool {
        let text = self.token_text(n);
        text.len() > 1 && text.ends_with('\'')
    }

    pub(super) fn star(&mut self) -> Done {
        let marker = self.start();
        self.bump();
        self.finish(marker, SQL_STAR_EXPR)
    }

    /// What ANY, ALL and SOME look at: a query, and not the list that other dialects take as well.
    pub(super) fn quantified(&mut self) {
        if self.at_table_query(0) {
            self.subquery();
            return;
        }
        if self.nth(1) != PLACEHOLDER {
            let range = self.range();
            self.problem(SqlProblem::new(SqlProblemKind::UnexpectedToken, range).expected("a query in parentheses"));
        }
        self.tuple();
    }

    fn parenthesised(&mut self) -> Done {
        if self.at_query_in_parens(0) {
            return self.subquery();
        }
        if self.nth(1) == R_PAREN && self.rows {
            return self.tuple();
        }
        let marker = self.start();
        let opener = self.range();
        let first = self.at;
        self.bump();
        self.parens += 1;
        self.operand_or_missing();
        let mut comma = None;
        while self.at(COMMA) {
            comma.get_or_insert(self.range());
            self.bump();
            self.operand_or_missing();
        }
        self.parens -= 1;
        // Of what stands before IN a rule speaks.
        let fits = self.rows || matches!(self.nth(1), IN_KW) || self.nth(1) == NOT_KW && self.nth(2) == IN_KW;
        if let Some(comma) = comma.filter(|_| !fits && self.at(R_PAREN)) {
            // `(a, b) = (1, 2)` is one mistake.
            if self.row.is_none_or(|row| row + 2 != first) {
                self.problem(SqlProblem::new(SqlProblemKind::UnexpectedToken, comma).expected("`)`"));
            }
            self.row = Some(self.at);
        }
        self.close_paren(opener);
        self.finish(marker, if comma.is_some() { SQL_TUPLE_EXPR } else { SQL_PAREN_EXPR })
    }

    fn exists(&mut self) -> Done {
        let marker = self.start();
        self.bump();
        if self.at(L_PAREN) {
            self.subquery();
        } else if self.at(SELECT_KW) {
            self.bare_subquery();
        } else {
            self.missing(SqlProblemKind::MissingOpenParen, "`(`");
        }
        self.finish(marker, SQL_EXISTS_EXPR)
    }

    fn case(&mut self) -> Done {
        let marker = self.start();
        let case = self.range();
        self.bump();
        if self.begins_expression(0) {
            self.expression();
        }
        if !self.at(WHEN_KW) {
            self.missing(SqlProblemKind::ExpectedKeyword, "`WHEN`");
        }
        while self.at(WHEN_KW) {
            let arm = self.start();
            self.bump();
            self.operand_or_missing();
            if self.expect(THEN_KW, "`THEN`") || self.begins_expression(0) {
                self.operand_or_missing();
            }
            self.finish(arm, SQL_WHEN_ARM);
            // `WHEN a THEN b, WHEN c THEN d`
            if self.at(COMMA) && self.nth(1) == WHEN_KW {
                let range = self.range();
                self.report(SqlProblemKind::UnexpectedToken, range);
                self.skip(1);
            }
        }
        if self.at(ELSE_KW) {
            let arm = self.start();
            self.bump();
            self.operand_or_missing();
            self.finish(arm, SQL_ELSE_ARM);
        }
        if !self.eat(END_KW) {
            // Something between the last value and END
            if let Some(count) = self.distance_to_end() {
                let range = self.range();
                self.problem(SqlProblem::new(SqlProblemKind::UnexpectedToken, range).expected("`END`"));
                self.skip(count);
                self.bump();
            } else {
                self.problem(SqlProblem::new(SqlProblemKind::MissingEnd, self.gap()).expected("`END`").related(case));
            }
        }
        self.finish(marker, SQL_CASE_EXPR)
    }

    /// How many tokens stand before the END that closes the CASE which is open, if it comes soon.
    fn distance_to_end(&self) -> Option<usize> {
        let mut n = 0;
        let mut cases = 0u32;
        while n < 64 {
            match self.nth(n) {
                END_KW if cases == 0 => return Some(n),
                END_KW => cases -= 1,
                CASE_KW => cases += 1,
                L_PAREN => n = self.partner(n)?,
                R_PAREN => return None,
                _ if self.at_clause(n) || self.at_next_statement(n) => return None,
                _ => {}
            }
            n += 1;
        }
        None
    }

    /// `CAST(x AS int)`, `PARSE(x AS date USING 'en-US')`.
    pub(super) fn cast(&mut self, keyword: SyntaxKind) -> Done {
        let marker = self.start();
        self.bump_as(keyword);
        let opener = self.range();
        self.bump();
        self.parens += 1;
        self.operand_or_missing();
        if self.expect(AS_KW, "`AS`") {
            self.type_or_missing();
        } else if self.at(COMMA) {
            // `CAST(x, int)`
            self.bump();
            self.type_or_missing();
        }
        if self.at_word(0, "using") {
            let culture = self.start();
            self.bump_as(USING_KW);
            self.operand_or_missing();
            self.finish(culture, SQL_CULTURE_CLAUSE);
        }
        self.parens -= 1;
        self.close_paren(opener);
        self.finish(marker, SQL_CAST_EXPR)
    }

    /// `CONVERT(int, x)`, `CONVERT(varchar(10), x, 120)`.
    fn convert(&mut self) -> Done {
        let marker = self.start();
        self.bump();
        let opener = self.range();
        self.bump();
        self.parens += 1;
        self.type_or_missing();
        while self.eat(COMMA) {
            self.operand_or_missing();
        }
        // `CONVERT(x USING utf8)` of MySQL
        if self.at_word(0, "using") {
            let range = self.range();
            self.report(SqlProblemKind::UnsupportedSyntax, range);
            self.skip(1);
            if self.at_name(0) {
                self.skip(1);
            }
        }
        self.parens -= 1;
        self.close_paren(opener);
        self.finish(marker, SQL_CONVERT_EXPR)
    }

    fn type_or_missing(&mut self) {
        let word = self.at_name(0) || self.at_word(0, "national") || self.at_word(0, "double");
        if word {
            self.data_type();
        } else {
            self.missing(SqlProblemKind::ExpectedType, "a data type");
            // `CONVERT('x', date)`: what stands here is a value.
            if self.begins_expression(0) {
                self.expression();
            }
        }
    }

    /// A data type, of one word or several, with its size.
    pub(super) fn data_type(&mut self) {
        let marker = self.start();
        let name = self.start();
        self.bump_as(if self.at_name(0) { self.current() } else { IDENT });
        self.further_parts();
        // `DOUBLE PRECISION`, `CHARACTER VARYING`
        while self.at_one_of(0, &["precision", "varying"])
            || (self.at_one_of(0, &["character", "char"]) && !self.first_on_line(0))
        {
            self.bump_as(IDENT);
        }
        self.finish(name, SQL_NAME);
        if self.at(L_PAREN) {
            let size = self.start();
            let opener = self.range();
            self.bump();
            self.parens += 1;
            loop {
                match self.current() {
                    INTEGER | REAL | PLACEHOLDER => {
                        let literal = self.start();
                        self.bump();
                        self.finish(literal, SQL_LITERAL);
                    }
                    // MAX
                    IDENT => self.bump(),
                    _ => self.missing(SqlProblemKind::ExpectedExpression, "a number"),
                }
                if !self.eat(COMMA) {
                    break;
                }
            }
            self.parens -= 1;
            self.close_paren(opener);
            self.finish(size, SQL_TYPE_SIZE);
        }
        self.finish(marker, SQL_DATA_TYPE);
    }

    /// A word: a column, a call, or what has a form of its own.
    fn word(&mut self) -> Done {
        let kind = self.current();
        let called = self.nth(1) == L_PAREN;
        if kind == IDENT && called {
            let text = self.token_text(0);
            let is = |word: &str| text.eq_ignore_ascii_case(word);
            match text.len() {
                4 if is("cast") => return self.cast(CAST_KW),
                4 if is("cube") => return self.grouping(&[CUBE_KW]),
                5 if is("parse") => return self.cast(PARSE_KW),
                6 if is("rollup") => return self.grouping(&[ROLLUP_KW]),
                8 if is("try_cast") => return self.cast(TRY_CAST_KW),
                9 if is("try_parse") => return self.cast(TRY_PARSE_KW),
                _ => {}
            }
        }
        if kind == IDENT && !called {
            if self.at_word(0, "grouping") && self.at_word(1, "sets") && self.nth(2) == L_PAREN {
                return self.grouping(&[GROUPING_KW, SETS_KW]);
            }
            if self.at_word(0, "next") && self.at_word(1, "value") && self.nth(2) == FOR_KW {
                return self.next_value();
            }
            if self.at_word(0, "interval") && matches!(self.nth(1), STRING | INTEGER) {
                return self.interval();
            }
        }
        self.name_expression()
    }

    fn next_value(&mut self) -> Done {
        let marker = self.start();
        self.bump_as(NEXT_KW);
        self.bump_as(VALUE_KW);
        self.bump();
        if self.at_name(0) {
            self.name();
        } else {
            self.missing(SqlProblemKind::ExpectedName, "a name");
        }
        if self.at(OVER_KW) {
            self.over();
        }
        self.finish(marker, SQL_NEXT_VALUE_EXPR)
    }

    fn interval(&mut self) -> Done {
        let marker = self.start();
        let range = self.range();
        self.report(SqlProblemKind::UnsupportedSyntax, range);
        self.bump_as(INTERVAL_KW);
        self.literal();
        let units =
            ["day", "days", "week", "month", "months", "year", "years", "hour", "hours", "minute", "second", "quarter"];
        if self.at_one_of(0, &units) {
            self.bump();
        }
        self.finish(marker, SQL_INTERVAL_EXPR)
    }

    /// A column, `t.*`, or a call.
    pub(super) fn name_expression(&mut self) -> Done {
        let kind = self.current();
        let reserved = words::is_reserved(kind);
        let callable = reserved && (words::is_function(self.token_text(0)) || kind == IF_KW) && self.nth(1) == L_PAREN;
        // `USER` is a value; in `user.Id` it was meant as a name.
        if reserved && words::is_value(self.token_text(0)) && !callable && self.nth(1) != DOT {
            let marker = self.start();
            self.name();
            return self.finish(marker, SQL_CALL_EXPR);
        }
        let marker = self.start();
        if reserved && !callable {
            let name = self.start();
            self.reserved_name();
            self.further_parts();
            self.finish(name, SQL_NAME);
        } else {
            self.name();
        }
        if self.at(DOT) && self.nth(1) == STAR {
            self.bump();
            self.bump();
            return self.finish(marker, SQL_STAR_EXPR);
        }
        if self.at(L_PAREN) {
            self.arguments();
            self.after_arguments();
            return self.finish(marker, SQL_CALL_EXPR);
        }
        self.finish(marker, SQL_NAME_EXPR)
    }
}
