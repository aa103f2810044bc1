//! A piece: its statements, and prose.

use sfmc_syntax::{SyntaxKind::*, TextRange};

use super::Parser;
use crate::problem::{SqlProblem, SqlProblemKind};

impl Parser<'_, '_> {
    pub(super) fn script(&mut self) {
        let marker = self.start();
        while !self.at(EOF) {
            if !self.eat(SEMICOLON) {
                self.statement_or_prose();
            }
        }
        self.finish(marker, SQL_SCRIPT);
    }

    fn statement_or_prose(&mut self) {
        match self.head(0) {
            Some(head) => self.statement(head),
            None if self.at > 0 && !self.first_on_line(0) && self.nth(0) == R_PAREN => {
                let range = self.skip(1);
                self.report(SqlProblemKind::UnmatchedCloseParen, range);
            }
            None => self.prose(),
        }
    }

    /// Words that begin no statement, up to one that does.
    fn prose(&mut self) {
        let first = self.at;
        let range = self.range();
        let marker = self.start();
        let mut line = range;
        let mut on_line = true;
        while !self.at_end() {
            if self.at > first {
                let begins = self.head(0).is_some()
                    && self.nth_before() != L_PAREN
                    && (self.first_on_line(0)
                        || self.at(SELECT_KW) && self.input.get(self.at - 1).is_some_and(|t| t.kind == COLON));
                if begins {
                    break;
                }
                on_line &= !self.first_on_line(0);
            }
            if on_line {
                line = line.cover(self.range());
            }
            self.bump();
        }
        self.finish(marker, SQL_PROSE);
        let whole = self.range_since(first);
        self.muted.push(TextRange::new(whole.start(), whole.end()));
        // The first line stands for all: a notebook is not to be underlined as a whole.
        self.problems.push(SqlProblem::new(SqlProblemKind::Prose, line).expected("a statement"));
        self.wrong = Some(self.at);
    }
}
