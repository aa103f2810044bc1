//! Joins and APPLY.

use sfmc_syntax::SyntaxKind::*;

use super::{MAX_DEPTH, Parser};
use crate::problem::{SqlProblem, SqlProblemKind};

impl Parser<'_, '_> {
    pub(super) fn at_join(&self) -> bool {
        match self.current() {
            JOIN_KW | INNER_KW | FULL_KW | CROSS_KW | OUTER_KW => true,
            LEFT_KW | RIGHT_KW => self.nth(1) != L_PAREN,
            IDENT => self.at_natural_join(),
            _ => false,
        }
    }

    /// `NATURAL JOIN` of other dialects; on two lines it is an alias.
    pub(super) fn at_natural_join(&self) -> bool {
        self.at_word(0, "natural")
            && !self.first_on_line(1)
            && matches!(self.nth(1), JOIN_KW | LEFT_KW | RIGHT_KW | INNER_KW | FULL_KW)
    }

    pub(super) fn join(&mut self) {
        let marker = self.start();
        let first = self.at;
        if self.at_natural_join() {
            let range = self.range();
            self.report(SqlProblemKind::UnsupportedSyntax, range);
            self.bump_as(NATURAL_KW);
        }
        let natural = self.at > first;
        let cross = self.at(CROSS_KW);
        let outer = self.at(OUTER_KW);
        while matches!(self.current(), INNER_KW | LEFT_KW | RIGHT_KW | FULL_KW | CROSS_KW | OUTER_KW) {
            self.bump();
        }
        if self.at_one_of(0, &["hash", "loop", "remote"]) || self.at(MERGE_KW) && self.nth(1) == JOIN_KW {
            self.bump_as(JOIN_HINT);
        }
        let apply = (cross || outer) && self.eat_word("apply", APPLY_KW);
        if !apply && self.at_typed_join() {
            self.bump();
            self.missing(SqlProblemKind::ExpectedKeyword, if outer { "`APPLY`" } else { "`JOIN`" });
            self.finish(marker, SQL_JOIN);
            return;
        }
        if !apply && self.at > first {
            self.mend_join();
            if outer && self.at(JOIN_KW) {
                // What it keeps is not said.
                let place = sfmc_syntax::TextRange::empty(self.range_of(first).start());
                let expected = "`LEFT`, `RIGHT` or `FULL`";
                self.problem(SqlProblem::new(SqlProblemKind::ExpectedKeyword, place).expected(expected));
            }
        }
        if !apply && !self.eat(JOIN_KW) {
            self.missing(SqlProblemKind::ExpectedKeyword, if outer { "`APPLY`" } else { "`JOIN`" });
        }
        let join = self.range_since(first);
        if !self.at_source() {
            self.missing(SqlProblemKind::ExpectedTable, "a table");
        } else {
            self.table_source();
        }
        let behind = self.gap();
        if !apply && !cross && !natural {
            self.join_condition(join, behind);
        } else if self.at(ON_KW) && cross {
            // `CROSS JOIN b ON …`
            let range = self.range();
            self.report(SqlProblemKind::UnexpectedToken, range);
            self.on_clause();
        }
        self.mend_keyword();
        self.finish(marker, SQL_JOIN);
    }

    /// Whether `JOI` of `INNER JOI` ends the text: a table would need a condition, and nobody has come so far.
    fn at_typed_join(&self) -> bool {
        let words: &[&str] = match self.nth_before() {
            INNER_KW => &["join"],
            OUTER_KW | CROSS_KW => &["join", "apply"],
            LEFT_KW | RIGHT_KW | FULL_KW => &["join", "outer"],
            _ => return false,
        };
        self.at(IDENT) && self.ends_in_beginning_of(0, words.iter().copied())
    }

    /// `ON …` of the join that was read up to its table; before it the joins that are nested in this one.
    fn join_condition(&mut self, join: sfmc_syntax::TextRange, behind: sfmc_syntax::TextRange) {
        // `a JOIN b JOIN c ON … ON …`: only where as many ON follow as JOIN stand before them is the second join a part of the first.
        if self.depth < MAX_DEPTH && self.at_join() && self.nests() {
            self.depth += 1;
            while self.at_join() {
                self.join();
            }
            self.depth -= 1;
        }
        self.mend_on();
        if self.at(ON_KW) {
            self.on_clause();
        } else if self.at_word(0, "using") {
            let marker = self.start();
            let range = self.range();
            self.report(SqlProblemKind::UnsupportedSyntax, range);
            self.bump_as(USING_KW);
            if self.at(L_PAREN) {
                self.column_list();
            }
            self.finish(marker, SQL_USING_CLAUSE);
        } else if self.wrong != Some(self.at) {
            let mut behind = behind;
            if self.at(IDENT) && self.ends_in_beginning_of(0, ["on"]) {
                // `JOIN Customers c O`
                self.bump();
                behind = self.gap();
            }
            let problem = SqlProblem::new(SqlProblemKind::ExpectedOn, behind).expected("`ON`").related(join);
            self.problems.push(problem);
            // `JOIN Customers c o.Id = c.Id`: the condition is there.
            if self.at(IDENT) && self.nth(1) == DOT && !self.at_clause(0) && !self.first_on_line(0) {
                let marker = self.start();
                self.expression();
                self.finish(marker, SQL_ON_CLAUSE);
            }
        }
    }

    /// Whether the joins that begin here have an ON for the join before them, too.
    fn nests(&self) -> bool {
        let mut open = 1usize;
        let mut n = 0;
        while n < MAX_NESTED {
            match self.nth(n) {
                JOIN_KW => {
                    let crossed = self.at.checked_add(n).and_then(|at| at.checked_sub(1));
                    let crossed = crossed.and_then(|at| self.input.get(at)).is_some_and(|t| t.kind == CROSS_KW);
                    open += usize::from(!crossed);
                }
                ON_KW => {
                    open -= 1;
                    if open == 0 {
                        return true;
                    }
                }
                L_PAREN => match self.partner(n) {
                    Some(close) => n = close,
                    None => return false,
                },
                R_PAREN | COMMA => return false,
                _ if self.at_clause(n) || self.at_next_statement(n) => return false,
                _ => {}
            }
            n += 1;
        }
        false
    }

    fn on_clause(&mut self) {
        let marker = self.start();
        self.bump();
        if self.begins_expression(0) {
            self.expression();
        } else {
            self.problem(SqlProblem::new(SqlProblemKind::ExpectedExpression, self.gap()).expected("a condition"));
            self.empty_node(SQL_MISSING_EXPR);
        }
        self.finish(marker, SQL_ON_CLAUSE);
    }
}

/// How many tokens are looked at to tell nested joins from a missing ON.
const MAX_NESTED: usize = 512;
