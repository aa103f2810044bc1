//! Statements. Of those that no query activity runs, the head says what there is to say; the rest is kept loosely.

use sfmc_syntax::{SyntaxKind, SyntaxKind::*};

use super::{Marker, Parser};
use crate::statement::Head;

impl Parser<'_, '_> {
    /// A statement that begins here as `head`.
    pub(super) fn statement(&mut self, head: Head) {
        if self.depth >= super::MAX_DEPTH {
            self.too_deep();
            return;
        }
        self.depth += 1;
        self.unbalanced = false;
        let first = self.at;
        let marker = self.start();
        let kind = match head {
            Head::Query => {
                self.query();
                SQL_SELECT_STMT
            }
            Head::Cte => self.cte_statement(),
            Head::Insert | Head::Update | Head::Delete | Head::Merge => self.changing(),
            Head::If => self.if_statement(),
            Head::While => self.while_statement(),
            Head::Block => self.block(),
            Head::Go => {
                self.bump_as(GO_KW);
                self.eat(INTEGER);
                SQL_GO_STMT
            }
            Head::Placeholder => {
                self.bump();
                SQL_PLACEHOLDER_STMT
            }
            Head::Routine => self.routine(),
            Head::Create | Head::Alter => self.create(),
            Head::Drop | Head::Truncate | Head::Exec => self.named(head),
            Head::Declare => self.rest(SQL_DECLARE_STMT),
            Head::Set => self.rest(SQL_SET_STMT),
            Head::Print => self.rest(SQL_PRINT_STMT),
            Head::Return => self.rest(SQL_RETURN_STMT),
            Head::Other => self.rest(SQL_OTHER_STMT),
        };
        self.finish(marker, kind);
        self.depth -= 1;
        // A statement of several is refused as a whole; what is wrong inside it is another server's business.
        if matches!(kind, SQL_IF_STMT | SQL_WHILE_STMT | SQL_BLOCK_STMT) || head == Head::Routine {
            self.lose(first);
        }
    }

    /// Says nothing of what stands from the token at `first` on.
    fn lose(&mut self, first: usize) {
        let range = self.range_since(first);
        while self.lost.last().is_some_and(|inner| inner.start() >= range.start()) {
            self.lost.pop();
        }
        self.lost.push(range);
    }

    /// `WITH … AS (…)` before a query, or before a statement that changes rows.
    fn cte_statement(&mut self) -> SyntaxKind {
        let query = self.start();
        self.with_clause();
        match self.current() {
            INSERT_KW | UPDATE_KW | DELETE_KW | MERGE_KW => self.changing(),
            _ => {
                self.query_after_with(query);
                SQL_SELECT_STMT
            }
        }
    }

    /// INSERT, UPDATE, DELETE, MERGE: the table, and the query of an INSERT.
    fn changing(&mut self) -> SyntaxKind {
        let kind = match self.current() {
            INSERT_KW => SQL_INSERT_STMT,
            UPDATE_KW => SQL_UPDATE_STMT,
            DELETE_KW => SQL_DELETE_STMT,
            _ => SQL_MERGE_STMT,
        };
        self.bump();
        if self.at(TOP_KW) {
            self.top_clause();
        }
        if !self.eat(INTO_KW) {
            self.eat(FROM_KW);
        }
        if self.at_name(0) || self.at(VARIABLE) {
            self.name();
        }
        if kind == SQL_INSERT_STMT {
            if self.at(L_PAREN) && !self.at_query_in_parens(0) {
                self.column_list();
            }
            while !self.at_next_statement(0) && !matches!(self.current(), SELECT_KW | VALUES_KW | L_PAREN) {
                self.bump();
            }
            if self.at(VALUES_KW) && self.nth_before() == DEFAULT_KW {
                self.bump();
            } else if matches!(self.current(), SELECT_KW | VALUES_KW)
                || self.at_query_in_parens(0)
                || self.head(0) == Some(Head::Cte)
            {
                self.query();
            }
        }
        self.loose(kind == SQL_MERGE_STMT);
        kind
    }

    fn create(&mut self) -> SyntaxKind {
        let kind = if self.at(CREATE_KW) { SQL_CREATE_STMT } else { SQL_ALTER_STMT };
        self.bump();
        self.object();
        self.loose(true);
        kind
    }

    /// `OR ALTER`, the words for the sort of thing, and its name.
    fn object(&mut self) {
        while !self.at_next_statement(0) && (!self.at_name(0) || self.at_name(1)) && !self.at(L_PAREN) {
            self.bump();
        }
        if self.at_name(0) {
            self.name();
        }
    }

    /// A procedure, function or trigger goes on to the end of its batch.
    fn routine(&mut self) -> SyntaxKind {
        let kind = if self.at(CREATE_KW) { SQL_CREATE_STMT } else { SQL_ALTER_STMT };
        self.bump();
        while !self.at(EOF) && !self.at_name(0) {
            self.bump();
        }
        if self.at_name(0) {
            self.name();
        }
        while !self.at(EOF) && self.head(0) != Some(Head::Go) {
            self.bump();
        }
        kind
    }

    /// DROP, TRUNCATE, EXEC: keywords, then a name.
    fn named(&mut self, head: Head) -> SyntaxKind {
        self.bump();
        match head {
            Head::Exec => {
                if self.at(VARIABLE) && self.nth(1) == EQ {
                    self.bump();
                    self.bump();
                }
                if self.at_name(0) {
                    self.name();
                }
            }
            _ => self.object(),
        }
        self.loose(false);
        match head {
            Head::Exec => SQL_EXEC_STMT,
            Head::Truncate => SQL_TRUNCATE_STMT,
            _ => SQL_DROP_STMT,
        }
    }

    fn rest(&mut self, kind: SyntaxKind) -> SyntaxKind {
        self.bump();
        // `BEGIN TRANSACTION`, `SET TRANSACTION …`: the second word begins no statement.
        if !self.at_end() {
            self.bump();
        }
        self.loose(kind == SQL_OTHER_STMT);
        kind
    }

    fn if_statement(&mut self) -> SyntaxKind {
        self.bump();
        self.condition();
        self.branches += 1;
        self.one_statement();
        // `IF a b; ELSE c`
        if self.at(SEMICOLON) && self.nth(1) == ELSE_KW {
            self.bump();
        }
        self.branches -= 1;
        if self.at(ELSE_KW) {
            let branch = self.start();
            self.bump();
            self.one_statement();
            self.finish(branch, SQL_ELSE_BRANCH);
        }
        SQL_IF_STMT
    }

    fn while_statement(&mut self) -> SyntaxKind {
        self.bump();
        self.condition();
        self.one_statement();
        SQL_WHILE_STMT
    }

    fn condition(&mut self) {
        if self.begins_expression(0) {
            self.expression();
        }
        while !self.at_end() && self.head(0).is_none() && !matches!(self.current(), ELSE_KW | END_KW) {
            self.bump();
        }
    }

    /// The statement that IF, ELSE or WHILE governs.
    fn one_statement(&mut self) {
        if let Some(head) = self.head(0) {
            self.statement(head);
        }
    }

    fn block(&mut self) -> SyntaxKind {
        self.bump();
        self.eat_any(&["try", "catch", "atomic"]);
        self.blocks += 1;
        let (parens, branches) = (std::mem::take(&mut self.parens), std::mem::take(&mut self.branches));
        while !matches!(self.current(), EOF | END_KW) {
            match self.head(0) {
                _ if self.eat(SEMICOLON) => {}
                Some(head) => self.statement(head),
                None => self.bump(),
            }
        }
        (self.parens, self.branches) = (parens, branches);
        self.blocks -= 1;
        if self.eat(END_KW) {
            self.eat_any(&["try", "catch", "conversation"]);
        }
        SQL_BLOCK_STMT
    }

    fn eat_any(&mut self, words: &[&str]) {
        if self.at_one_of(0, words) {
            self.bump();
        }
    }

    /// Nested more deeply than anything real: what is left of the innermost group is kept without structure.
    pub(super) fn too_deep(&mut self) -> super::Done {
        let range = self.range();
        self.report(crate::SqlProblemKind::NestingTooDeep, range);
        let marker: Marker = self.start();
        loop {
            match self.current() {
                EOF | SEMICOLON | R_PAREN => break,
                L_PAREN => {
                    for _ in 0..=self.partner(0).unwrap_or(0) {
                        self.bump();
                    }
                }
                _ => self.bump(),
            }
        }
        self.wrong = Some(self.at);
        self.finish(marker, ERROR)
    }
}
