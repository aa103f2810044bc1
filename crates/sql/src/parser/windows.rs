//! Windows: OVER, named windows, frames.

use sfmc_syntax::SyntaxKind::*;

use super::Parser;
use crate::problem::SqlProblemKind;

impl Parser<'_, '_> {
    /// What can follow the arguments of a call: WITHIN GROUP, IGNORE NULLS, FILTER, OVER.
    pub(super) fn after_arguments(&mut self) {
        if self.at_word(0, "within") && self.nth(1) == GROUP_KW {
            let marker = self.start();
            self.bump_as(WITHIN_KW);
            self.bump();
            if self.at(L_PAREN) {
                let opener = self.range();
                self.bump();
                self.parens += 1;
                if self.at(ORDER_KW) {
                    self.order_by();
                } else {
                    self.missing(SqlProblemKind::ExpectedKeyword, "`ORDER BY`");
                }
                self.parens -= 1;
                self.close_paren(opener);
            } else {
                self.missing(SqlProblemKind::MissingOpenParen, "`(`");
            }
            self.finish(marker, SQL_WITHIN_GROUP);
        }
        self.null_treatment();
        if self.at_word(0, "filter") && self.nth(1) == L_PAREN && self.nth(2) == WHERE_KW {
            let marker = self.start();
            let range = self.range();
            self.report(SqlProblemKind::UnsupportedSyntax, range);
            self.bump_as(FILTER_KW);
            let opener = self.range();
            self.bump();
            self.parens += 1;
            self.filter(SQL_WHERE_CLAUSE);
            self.parens -= 1;
            self.close_paren(opener);
            self.finish(marker, SQL_FILTER_CLAUSE);
        }
        if self.at(OVER_KW) {
            self.over();
        } else if self.at(L_PAREN) && (self.at_word(1, "partition") || self.nth(1) == ORDER_KW) {
            // `ROW_NUMBER() (PARTITION BY a …)`
            self.missing(SqlProblemKind::ExpectedKeyword, "`OVER`");
            let marker = self.start();
            self.window_spec();
            self.finish(marker, SQL_OVER_CLAUSE);
        }
    }

    pub(super) fn at_null_treatment(&self) -> bool {
        self.at_one_of(0, &["ignore", "respect"]) && self.at_word(1, "nulls")
    }

    pub(super) fn null_treatment(&mut self) {
        if !self.at_null_treatment() {
            return;
        }
        let marker = self.start();
        if !self.eat_word("ignore", IGNORE_KW) {
            self.bump_as(RESPECT_KW);
        }
        self.bump_as(NULLS_KW);
        self.finish(marker, SQL_NULL_TREATMENT);
    }

    pub(super) fn over(&mut self) {
        let marker = self.start();
        self.bump();
        let bare = self.at_word(0, "partition") && self.nth(1) == BY_KW || self.at(ORDER_KW) && self.nth(1) == BY_KW;
        if self.at(L_PAREN) {
            self.window_spec();
        } else if bare {
            // `OVER PARTITION BY a`: that is all that is missing.
            self.missing(SqlProblemKind::MissingOpenParen, "`(`");
            let marker = self.start();
            self.window_parts(false);
            self.finish(marker, SQL_WINDOW_SPEC);
        } else if self.at_name(0) {
            self.name();
        } else {
            self.missing(SqlProblemKind::MissingOpenParen, "`(`");
        }
        self.finish(marker, SQL_OVER_CLAUSE);
    }

    fn window_spec(&mut self) {
        let marker = self.start();
        let opener = self.range();
        self.bump();
        self.parens += 1;
        if self.at_name(0) && !self.at_word(0, "partition") && !self.at_frame() {
            self.name();
        }
        self.window_parts(true);
        self.parens -= 1;
        self.close_paren(opener);
        self.finish(marker, SQL_WINDOW_SPEC);
    }

    /// What stands in the parentheses behind OVER; without them the end of it is not known.
    fn window_parts(&mut self, closed: bool) {
        if self.at_word(0, "partition") {
            let partition = self.start();
            self.bump_as(PARTITION_KW);
            self.expect(BY_KW, "`BY`");
            self.comma_list("a column", |parser| {
                parser.expression();
            });
            self.finish(partition, SQL_PARTITION_CLAUSE);
        }
        let goes_on = |parser: &Self| matches!(parser.current(), R_PAREN | ORDER_KW) || parser.at_frame();
        if closed && !goes_on(self) && !self.at_next_statement(0) && !self.at_clause(0) {
            self.skip_until("`ORDER BY` or `)`", |parser, n| {
                goes_on(parser) || parser.at_next_statement(n) || parser.at_clause(n)
            });
        }
        if self.at(ORDER_KW) {
            self.order_by();
        }
        if self.at_frame() {
            self.frame();
        }
    }

    fn at_frame(&self) -> bool {
        self.at_one_of(0, &["rows", "range", "groups"])
    }

    fn frame(&mut self) {
        let marker = self.start();
        if !self.eat_word("rows", ROWS_KW) && !self.eat_word("range", RANGE_KW) {
            self.bump_as(GROUPS_KW);
        }
        if self.eat(BETWEEN_KW) {
            self.bound();
            self.expect(AND_KW, "`AND`");
            self.bound();
        } else {
            self.bound();
        }
        self.finish(marker, SQL_FRAME_CLAUSE);
    }

    fn bound(&mut self) {
        let marker = self.start();
        if self.eat(CURRENT_KW) {
            self.expect_word("row", ROW_KW, "`ROW`");
        } else {
            if !self.eat_word("unbounded", UNBOUNDED_KW) {
                self.operand_or_missing();
            }
            if !self.eat_word("preceding", PRECEDING_KW) && !self.eat_word("following", FOLLOWING_KW) {
                self.missing(SqlProblemKind::ExpectedKeyword, "`PRECEDING` or `FOLLOWING`");
            }
        }
        self.finish(marker, SQL_FRAME_BOUND);
    }

    /// `WINDOW w AS (…)`.
    pub(super) fn window_clause(&mut self) {
        let marker = self.start();
        self.bump_as(WINDOW_KW);
        loop {
            let definition = self.start();
            if self.at_name(0) {
                self.name();
            } else {
                self.missing(SqlProblemKind::ExpectedName, "a name");
            }
            self.expect(AS_KW, "`AS`");
            if self.at(L_PAREN) {
                self.window_spec();
            } else {
                self.missing(SqlProblemKind::MissingOpenParen, "`(`");
            }
            self.finish(definition, SQL_WINDOW_DEFINITION);
            if !self.eat(COMMA) {
                break;
            }
        }
        self.finish(marker, SQL_WINDOW_CLAUSE);
    }
}
