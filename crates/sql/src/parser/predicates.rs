//! Predicates: comparisons, IS, IN, BETWEEN, LIKE.

use sfmc_syntax::{SyntaxKind, SyntaxKind::*};

use super::{Done, Parser, expressions::Power};
use crate::problem::SqlProblemKind;

impl Parser<'_, '_> {
    /// The predicate whose first operand is `lhs`.
    pub(super) fn predicate(&mut self, lhs: Done) -> Done {
        let negated = usize::from(self.at(NOT_KW));
        match self.nth(negated) {
            IS_KW => self.is(lhs),
            IN_KW => self.in_list(lhs),
            BETWEEN_KW => self.between(lhs),
            LIKE_KW => self.like(lhs),
            IDENT => self.like(lhs),
            _ => self.comparison(lhs),
        }
    }

    fn comparison(&mut self, lhs: Done) -> Done {
        let marker = self.precede(lhs);
        let spaced = self.at(BAD_OPERATOR) && self.is_text(0, "!");
        if matches!(self.current(), EQ2 | BAD_OPERATOR) && !spaced {
            let range = self.range();
            self.report(SqlProblemKind::UnsupportedOperator, range);
        }
        // `> =`, `< >`, `! =`: the server reads them as one.
        let first = self.current();
        self.bump();
        let second = match first {
            GT | LT => self.at(EQ) || (first == LT && self.at(GT)),
            BAD_OPERATOR => spaced,
            _ => false,
        };
        if second {
            self.bump();
        }
        if matches!(self.current(), ALL_KW | ANY_KW | SOME_KW) && self.nth(1) == L_PAREN {
            let quantified = self.start();
            self.bump();
            self.quantified();
            self.finish(quantified, SQL_QUANTIFIED_EXPR);
        } else {
            self.climb_or_missing(Power::Sum);
        }
        self.finish(marker, SQL_COMPARE_EXPR)
    }

    /// `IS [NOT] NULL`, `IS [NOT] DISTINCT FROM x`.
    fn is(&mut self, lhs: Done) -> Done {
        let marker = self.precede(lhs);
        self.bump();
        self.eat(NOT_KW);
        if self.at(DISTINCT_KW) {
            self.bump();
            self.expect(FROM_KW, "`FROM`");
            self.climb_or_missing(Power::Sum);
            return self.finish(marker, SQL_IS_DISTINCT_EXPR);
        }
        if !self.eat(NULL_KW) {
            if self.begins_expression(0) && !self.first_on_line(0) && !self.at_clause(0) {
                // `IS TRUE`, `IS 1`, `IS EMPTY`
                let range = self.range();
                self.problem(crate::SqlProblem::new(SqlProblemKind::UnexpectedToken, range).expected("`NULL`"));
                self.value();
            } else {
                self.missing(SqlProblemKind::ExpectedKeyword, "`NULL`");
            }
        }
        self.finish(marker, SQL_IS_NULL_EXPR)
    }

    fn in_list(&mut self, lhs: Done) -> Done {
        let marker = self.precede(lhs);
        self.eat(NOT_KW);
        self.bump();
        let list = self.start();
        if self.at(L_PAREN) {
            let opener = self.range();
            self.bump();
            self.parens += 1;
            // `IN ((SELECT …) UNION (SELECT …))` is a query, `IN ((SELECT 1), 2)` a list.
            let query = matches!(self.current(), SELECT_KW) || self.at_query_in_parens_of_list();
            if query {
                self.query();
            } else {
                let outer = std::mem::replace(&mut self.rows, true);
                self.list();
                self.rows = outer;
            }
            self.parens -= 1;
            self.close_paren(opener);
        } else if self.at(SELECT_KW) {
            let range = self.range();
            self.report(SqlProblemKind::MissingSubqueryParens, range);
            self.query();
        } else {
            self.missing(SqlProblemKind::MissingOpenParen, "`(`");
            // `IN 'a'`, `IN @list`
            if self.begins_expression(0) && !self.first_on_line(0) {
                self.value();
                // `IN 'a', 'b'`
                while self.at(COMMA) && matches!(self.nth(1), STRING | NATIONAL_STRING) && self.parens == 0 {
                    self.bump();
                    self.literal();
                }
            }
        }
        self.finish(list, SQL_IN_LIST);
        self.finish(marker, SQL_IN_EXPR)
    }

    fn at_query_in_parens_of_list(&self) -> bool {
        if !self.at(L_PAREN) || !matches!(self.nth(1), SELECT_KW | L_PAREN) {
            return false;
        }
        let close = self.partner(0);
        close.is_some_and(|close| matches!(self.nth(close + 1), UNION_KW | EXCEPT_KW | INTERSECT_KW))
    }

    /// Values between commas.
    fn list(&mut self) {
        loop {
            if self.begins_expression(0) {
                self.expression();
            } else if self.at(R_PAREN) && self.nth_before() == COMMA {
                let comma = self.range_of(self.at - 1);
                self.report(SqlProblemKind::TrailingComma, comma);
                break;
            } else {
                self.missing_expression("a value");
                if !self.at(COMMA) {
                    break;
                }
            }
            if !self.eat(COMMA) {
                if self.begins_expression(0) && !self.at_next_statement(0) && !self.at_clause(0) {
                    self.missing(SqlProblemKind::MissingComma, "`,`");
                    continue;
                }
                break;
            }
        }
    }

    fn between(&mut self, lhs: Done) -> Done {
        let marker = self.precede(lhs);
        self.eat(NOT_KW);
        self.bump();
        self.climb_or_missing(Power::Sum);
        if self.expect(AND_KW, "`AND`") {
            self.climb_or_missing(Power::Sum);
        }
        self.finish(marker, SQL_BETWEEN_EXPR)
    }

    /// LIKE, and what other dialects have for it.
    fn like(&mut self, lhs: Done) -> Done {
        let marker = self.precede(lhs);
        self.eat(NOT_KW);
        let rows = self.rows;
        if self.at(LIKE_KW) {
            self.bump();
            // `LIKE IN (…)`, `LIKE ANY (…)`: refused, but what is meant is clear.
            if matches!(self.current(), IN_KW | ANY_KW | ALL_KW | SOME_KW) {
                let range = self.range();
                self.report(SqlProblemKind::UnexpectedToken, range);
                self.bump();
                self.rows = true;
            }
        } else {
            let range = self.range();
            self.report(SqlProblemKind::UnsupportedOperator, range);
            let similar = self.at_word(0, "similar");
            self.bump_as(BAD_OPERATOR);
            if similar && self.at_word(0, "to") {
                self.bump_as(BAD_OPERATOR);
            }
        }
        self.climb_or_missing(Power::Sum);
        self.rows = rows;
        if self.at(ESCAPE_KW) {
            let escape = self.start();
            self.bump();
            self.climb_or_missing(Power::Sum);
            self.finish(escape, SQL_ESCAPE_CLAUSE);
        }
        self.finish(marker, SQL_LIKE_EXPR)
    }

    /// `(a, b)`, `()`: a row of VALUES, a set of GROUPING SETS.
    pub(super) fn tuple(&mut self) -> Done {
        let marker = self.start();
        let opener = self.range();
        self.bump();
        self.parens += 1;
        if !self.at(R_PAREN) {
            self.list();
        }
        self.parens -= 1;
        self.close_paren(opener);
        self.finish(marker, SQL_TUPLE_EXPR)
    }

    /// ROLLUP, CUBE and GROUPING SETS, whose first words were not taken yet.
    pub(super) fn grouping(&mut self, words: &[SyntaxKind]) -> Done {
        let marker = self.start();
        for &word in words {
            self.bump_as(word);
        }
        let opener = self.range();
        self.bump();
        self.parens += 1;
        if !self.at(R_PAREN) {
            self.list();
        }
        self.parens -= 1;
        self.close_paren(opener);
        self.finish(marker, SQL_GROUPING_EXPR)
    }
}
