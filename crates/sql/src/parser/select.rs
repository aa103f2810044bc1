//! SELECT: its list and its clauses.

use sfmc_syntax::SyntaxKind::*;

use super::{Done, Parser};
use crate::{
    problem::{SqlProblem, SqlProblemKind},
    words,
};

/// A clause of a SELECT, in the order in which they must stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Clause {
    Into,
    From,
    Where,
    Group,
    Having,
    Window,
}

impl Parser<'_, '_> {
    pub(super) fn select(&mut self) -> Done {
        let marker = self.start();
        self.bump();
        while matches!(self.current(), ALL_KW | DISTINCT_KW) {
            self.bump();
        }
        // `SELECT DISTINCT ON (a) a, b` of other dialects
        if self.nth_before() == DISTINCT_KW && self.at(ON_KW) && self.nth(1) == L_PAREN {
            let range = self.range();
            self.report(SqlProblemKind::UnsupportedSyntax, range);
            let marker = self.start();
            self.bump();
            self.group();
            self.finish(marker, ERROR);
        }
        if self.at(TOP_KW) {
            self.top_clause();
            // `SELECT TOP 10 DISTINCT`
            if self.at(DISTINCT_KW) {
                let range = self.range();
                self.report(SqlProblemKind::MisplacedClause, range);
                self.bump();
            }
        }
        self.select_list();
        let mut last = None;
        loop {
            self.mend_keyword();
            let clause = match self.current() {
                INTO_KW => Clause::Into,
                FROM_KW => Clause::From,
                WHERE_KW => Clause::Where,
                GROUP_KW => Clause::Group,
                HAVING_KW => Clause::Having,
                IDENT if self.at_window_clause(0) => Clause::Window,
                IDENT if self.at_qualify(0) => {
                    let range = self.range();
                    self.report(SqlProblemKind::UnsupportedSyntax, range);
                    let marker = self.start();
                    self.bump();
                    self.expression();
                    self.finish(marker, ERROR);
                    continue;
                }
                _ if self.at_unexpected() => {
                    self.skip_unexpected();
                    continue;
                }
                _ => break,
            };
            if last >= Some(clause) {
                let range = self.range();
                self.report(SqlProblemKind::MisplacedClause, range);
            }
            last = last.max(Some(clause));
            self.clause(clause);
        }
        self.finish(marker, SQL_SELECT)
    }

    /// `QUALIFY ROW_NUMBER() OVER (…) = 1` of other dialects: a call follows, as it cannot follow an alias.
    pub(super) fn at_qualify(&self, n: usize) -> bool {
        self.at_word(n, "qualify") && self.nth(n + 1) == IDENT && self.nth(n + 2) == L_PAREN
    }

    fn clause(&mut self, clause: Clause) {
        match clause {
            Clause::Into => self.target(),
            Clause::From => self.sources(),
            Clause::Where => self.filter(SQL_WHERE_CLAUSE),
            Clause::Group => self.group_by(),
            Clause::Having => self.filter(SQL_HAVING_CLAUSE),
            Clause::Window => self.window_clause(),
        }
    }

    /// A clause of a SELECT that comes behind what follows all of them.
    pub(super) fn late_clause(&mut self) -> bool {
        let clause = match self.current() {
            INTO_KW => Clause::Into,
            FROM_KW => Clause::From,
            WHERE_KW => Clause::Where,
            GROUP_KW if self.nth(1) == BY_KW => Clause::Group,
            HAVING_KW => Clause::Having,
            IDENT if self.at_window_clause(0) => Clause::Window,
            _ => return false,
        };
        let range = self.range();
        self.report(SqlProblemKind::MisplacedClause, range);
        self.clause(clause);
        true
    }

    /// Whether something stands here that neither goes on with the query nor ends it.
    pub(super) fn at_unexpected(&self) -> bool {
        if self.at_next_statement(0) || self.at_clause(0) {
            return false;
        }
        match self.current() {
            R_PAREN => self.parens == 0,
            // Where an expression stands in other brackets, these know what may follow.
            COMMA => self.parens == 0,
            ORDER_KW | FOR_KW | OPTION_KW | GROUP_KW => false,
            _ => true,
        }
    }

    /// Skips up to what goes on with the query.
    pub(super) fn skip_unexpected(&mut self) {
        if self.at(R_PAREN) {
            let range = self.range();
            self.report(SqlProblemKind::UnmatchedCloseParen, range);
            self.skip(1);
            self.wrong = Some(self.at);
            return;
        }
        self.skip_until("", |parser, n| {
            parser.at_next_statement(n)
                || parser.at_clause(n)
                || matches!(parser.nth(n), R_PAREN | ORDER_KW | FOR_KW | OPTION_KW | GROUP_KW)
        });
    }

    pub(super) fn top_clause(&mut self) {
        let marker = self.start();
        self.bump();
        match self.current() {
            // `TOP (SELECT …)`: one pair of parentheses will do.
            L_PAREN if self.at_query_in_parens(0) => {
                self.primary();
            }
            L_PAREN => {
                let opener = self.range();
                self.bump();
                self.parens += 1;
                self.operand_or_missing();
                self.parens -= 1;
                self.close_paren(opener);
            }
            INTEGER | REAL | FLOAT | VARIABLE | PLACEHOLDER => {
                // `TOP 10 * FROM`: no product.
                self.primary();
            }
            _ => {
                self.missing_expression("a number");
            }
        }
        self.eat(PERCENT_KW);
        if self.at(PERCENT) && matches!(self.nth(1), STAR | IDENT | BRACKET_NAME) {
            let range = self.range();
            self.report(SqlProblemKind::UnsupportedOperator, range);
            self.bump();
        }
        if self.at(WITH_KW) && self.at_word(1, "ties") {
            self.bump();
            self.bump_as(TIES_KW);
        }
        self.finish(marker, SQL_TOP_CLAUSE);
    }

    fn select_list(&mut self) {
        let marker = self.start();
        let mut comma = None;
        loop {
            if self.begins_item() {
                self.select_item();
            } else if self.at(COMMA) {
                self.missing_item();
            } else if let Some(comma) = comma {
                self.report(SqlProblemKind::TrailingComma, comma);
                break;
            } else {
                self.missing_item();
                break;
            }
            comma = None;
            if self.at(COMMA) {
                comma = Some(self.range());
                self.bump();
            } else if self.begins_item() && !self.at_clause(0) && !self.at_next_statement(0) {
                self.missing(SqlProblemKind::MissingComma, "`,`");
            } else if self.at_unexpected() && self.goes_on_behind_comma() {
                // `SELECT a ?? b, c`: the list goes on.
                self.skip_until("`,`", |parser, n| {
                    parser.nth(n) == COMMA || parser.at_clause(n) || parser.at_next_statement(n)
                });
                if self.at(COMMA) {
                    comma = Some(self.range());
                    self.bump();
                }
            } else {
                break;
            }
        }
        self.finish(marker, SQL_SELECT_LIST);
    }

    /// Whether the list goes on behind what does not fit: a comma comes before the next clause.
    fn goes_on_behind_comma(&self) -> bool {
        let mut n = 0;
        while n < 64 {
            match self.nth(n) {
                COMMA => return true,
                R_PAREN => return false,
                L_PAREN => match self.partner(n) {
                    Some(close) => n = close,
                    None => return false,
                },
                _ if self.at_clause(n) || self.at_next_statement(n) => return false,
                _ => {}
            }
            n += 1;
        }
        false
    }

    fn missing_item(&mut self) {
        let marker = self.start();
        self.missing_expression("a column");
        self.finish(marker, SQL_SELECT_ITEM);
    }

    fn begins_item(&self) -> bool {
        self.at(STAR) || self.at_nameless_part() || (self.begins_expression(0) && !self.at_clause(0))
    }

    /// `.Score`: what the column is of is missing.
    fn at_nameless_part(&self) -> bool {
        self.at(DOT)
    }

    /// Skips a dot, and the name behind it: no comma and nothing else is wrong there.
    pub(super) fn nameless_part(&mut self) {
        let place = sfmc_syntax::TextRange::empty(self.range().start());
        self.problem(SqlProblem::new(SqlProblemKind::ExpectedName, place).expected("a name before the dot"));
        let named = self.at_name(1) && !self.first_on_line(1) || self.nth(1) == STAR;
        self.skip(1 + usize::from(named));
    }

    fn select_item(&mut self) {
        let marker = self.start();
        if self.at_nameless_part() {
            self.nameless_part();
        } else {
            self.item_value();
        }
        let star = self.nth_before() == STAR;
        self.mend_from();
        if self.at(AS_KW) || self.at_item_alias() {
            // `c.* AS x`: all columns together have no name.
            if star {
                let range = self.range();
                self.report(SqlProblemKind::UnexpectedToken, range);
            }
            self.alias(false);
            self.mend_from();
        }
        self.finish(marker, SQL_SELECT_ITEM);
    }

    /// An item without the alias behind it.
    fn item_value(&mut self) {
        let named = matches!(self.current(), STRING | VARIABLE) || self.at_name(0);
        if named && (self.nth(1) == EQ || (self.at(VARIABLE) && self.nth(1) == ASSIGN_OP)) {
            let alias = self.start();
            self.bump();
            self.bump();
            self.finish(alias, SQL_LEADING_ALIAS);
        }
        if self.at(STAR) {
            self.star();
        } else {
            self.operand_or_missing();
        }
    }

    /// An alias without AS.
    fn at_item_alias(&self) -> bool {
        match self.current() {
            STRING | NATIONAL_STRING | SMART_QUOTE => true,
            // `a Key, b`: meant as an alias.
            kind if words::is_reserved(kind) && kind == RESERVED_WORD => false,
            // `c.Email` and `c.Score` on two lines: a comma is missing.
            _ if self.nth(1) == DOT && self.is_glued(1) => false,
            _ => self.at_bare_alias(),
        }
    }

    fn target(&mut self) {
        let marker = self.start();
        self.bump();
        if self.at_name(0) || self.at(VARIABLE) {
            self.name();
        } else {
            self.missing(SqlProblemKind::ExpectedTable, "a table");
        }
        // `INTO t ON filegroup`
        if self.at(ON_KW) && self.nth(2) == FROM_KW {
            self.bump();
            self.bump();
        }
        self.finish(marker, SQL_INTO_CLAUSE);
    }

    /// WHERE and HAVING.
    pub(super) fn filter(&mut self, kind: sfmc_syntax::SyntaxKind) {
        let marker = self.start();
        self.bump();
        if self.begins_expression(0) {
            self.expression();
        } else {
            self.problem(SqlProblem::new(SqlProblemKind::ExpectedExpression, self.gap()).expected("a condition"));
            self.empty_node(SQL_MISSING_EXPR);
        }
        self.finish(marker, kind);
    }
}
