//! Going on after what does not fit.

use sfmc_syntax::{SyntaxKind::*, TextRange};

use super::Parser;
use crate::{
    problem::{SqlProblem, SqlProblemKind},
    statement::Head,
};

/// How many tokens are looked at for the end of what does not fit.
const MAX_LOOK: usize = 512;

impl Parser<'_, '_> {
    /// Whether the n-th token begins a clause of a query, or joins it to another.
    pub(super) fn at_clause(&self, n: usize) -> bool {
        match self.nth(n) {
            FROM_KW | WHERE_KW | HAVING_KW | INTO_KW | UNION_KW | EXCEPT_KW | INTERSECT_KW => true,
            GROUP_KW | ORDER_KW => self.nth(n + 1) == BY_KW,
            OPTION_KW => self.nth(n + 1) == L_PAREN,
            FOR_KW => self.at_one_of(n + 1, &["xml", "json", "browse"]),
            IDENT => self.at_limit(n) || self.at_window_clause(n),
            _ => false,
        }
    }

    pub(super) fn at_limit(&self, n: usize) -> bool {
        self.at_word(n, "limit")
            && (matches!(self.nth(n + 1), INTEGER | VARIABLE | PLACEHOLDER | ALL_KW) || self.nth(n + 1) == L_PAREN)
    }

    pub(super) fn at_window_clause(&self, n: usize) -> bool {
        self.at_word(n, "window") && self.nth(n + 1) == IDENT && self.nth(n + 2) == AS_KW && self.nth(n + 3) == L_PAREN
    }

    /// Whether another statement begins at the n-th token, or what encloses this one ends.
    pub(super) fn at_next_statement(&self, n: usize) -> bool {
        match self.nth(n) {
            EOF | SEMICOLON => true,
            END_KW => self.blocks > 0 && self.parens == 0,
            ELSE_KW => self.branches > 0 && self.parens == 0,
            L_PAREN => false,
            // What may stand behind the query of a view.
            WITH_KW if self.at_word(n + 1, "check") => true,
            _ => match self.head(n) {
                Some(Head::Query | Head::Cte) => self.parens == 0,
                Some(Head::Go) => true,
                Some(Head::Placeholder) | None => false,
                Some(_) => self.first_on_line(n) || self.blocks + self.branches > 0,
            },
        }
    }

    /// Puts the next `count` tokens into an error node.
    pub(super) fn skip(&mut self, count: usize) -> TextRange {
        let first = self.at;
        let marker = self.start();
        for _ in 0..count {
            self.bump();
        }
        self.finish(marker, ERROR);
        self.range_since(first)
    }

    /// Skips what does not fit up to where `stops` holds, parentheses as a whole; at least one token. The first is reported.
    pub(super) fn skip_until(&mut self, expected: &'static str, stops: impl Fn(&Self, usize) -> bool) {
        // A placeholder can stand for whatever fits.
        if self.at(PLACEHOLDER) {
            self.skip(1);
            return;
        }
        let range = self.range();
        if !self.at(ERROR_TOKEN) {
            self.problem(SqlProblem::new(SqlProblemKind::UnexpectedToken, range).expected(expected));
        }
        let first = self.at;
        let marker = self.start();
        while !self.at(EOF) && (self.at == first || !stops(self, 0)) {
            let group = if self.at(L_PAREN) { self.partner(0) } else { None };
            for _ in 0..=group.unwrap_or(0) {
                self.bump();
            }
        }
        self.finish(marker, ERROR);
        self.wrong = Some(self.at);
    }

    /// `)`, and what stands before it that does not fit.
    pub(super) fn close_paren(&mut self, opener: TextRange) {
        if self.eat(R_PAREN) {
            return;
        }
        if let Some(count) = self.distance_to_close() {
            let range = self.range();
            if !self.at(ERROR_TOKEN) && !self.at(PLACEHOLDER) {
                self.problem(SqlProblem::new(SqlProblemKind::UnexpectedToken, range).expected("`)`"));
            }
            self.skip(count);
            self.bump();
            return;
        }
        self.problem(SqlProblem::new(SqlProblemKind::MissingCloseParen, self.gap()).expected("`)`").related(opener));
    }

    /// How many tokens stand before the parenthesis that closes what is open, if it comes before the clause ends.
    fn distance_to_close(&self) -> Option<usize> {
        let mut n = 0;
        while n < MAX_LOOK {
            match self.nth(n) {
                R_PAREN => return Some(n),
                L_PAREN => n = self.partner(n)?,
                _ if self.at_next_statement(n) || self.at_clause(n) => return None,
                _ => {}
            }
            n += 1;
        }
        None
    }
}
