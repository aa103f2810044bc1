//! Queries: WITH, the operands of UNION and its like, and what follows them all.

use sfmc_syntax::SyntaxKind::*;

use super::{Done, MAX_DEPTH, Marker, Parser};
use crate::problem::SqlProblemKind;

impl Parser<'_, '_> {
    /// Whether the parenthesis at `n` holds a query, and not an expression or a source that begins with one.
    pub(super) fn at_query_in_parens(&self, n: usize) -> bool {
        self.query_in_parens(n, false)
    }

    /// The same where nothing but a query is wanted, as a table or behind ANY: `((SELECT …))` can be nothing else there.
    pub(super) fn at_table_query(&self, n: usize) -> bool {
        self.query_in_parens(n, true)
    }

    fn query_in_parens(&self, mut n: usize, table: bool) -> bool {
        for _ in 0..MAX_DEPTH {
            if self.nth(n) != L_PAREN {
                return false;
            }
            match self.nth(n + 1) {
                SELECT_KW => return true,
                VALUES_KW => return self.nth(n + 2) == L_PAREN,
                WITH_KW => return self.tokens().head(self.at + n + 1).is_some(),
                L_PAREN => {}
                _ => return false,
            }
            // `((SELECT 1) UNION …`, but `((SELECT 1) + 1)`.
            let Some(close) = self.partner(n + 1) else { return false };
            let joined = matches!(self.nth(close + 1), UNION_KW | EXCEPT_KW | INTERSECT_KW | ORDER_KW);
            let whole = table && self.nth(close + 1) == R_PAREN;
            if !joined && !whole {
                return false;
            }
            n += 1;
        }
        false
    }

    /// A query: everything that can stand between parentheses, or as a statement.
    pub(super) fn query(&mut self) -> Done {
        if self.depth >= MAX_DEPTH {
            return self.too_deep();
        }
        let marker = self.start();
        self.depth += 1;
        if self.at(WITH_KW) {
            self.with_clause();
        }
        let done = self.query_after_with(marker);
        self.depth -= 1;
        done
    }

    pub(super) fn query_after_with(&mut self, marker: Marker) -> Done {
        if self.at_operand() {
            self.set_operation();
        } else {
            self.missing(SqlProblemKind::ExpectedQuery, "`SELECT`");
        }
        self.after_operands();
        self.finish(marker, SQL_QUERY)
    }

    fn at_operand(&self) -> bool {
        matches!(self.current(), SELECT_KW | VALUES_KW) || (self.at(L_PAREN) && self.begins_query_operand())
    }

    fn begins_query_operand(&self) -> bool {
        let mut n = 0;
        while self.nth(n) == L_PAREN && n < MAX_DEPTH as usize {
            n += 1;
        }
        matches!(self.nth(n), SELECT_KW | VALUES_KW | WITH_KW)
    }

    fn at_set_operator(&self, intersect: bool) -> bool {
        match self.current() {
            UNION_KW | EXCEPT_KW => !intersect,
            INTERSECT_KW => intersect,
            // MINUS of other dialects is an alias here, and that is what the server makes of it.
            _ => false,
        }
    }

    /// Operands of UNION and EXCEPT.
    fn set_operation(&mut self) {
        let first = self.tighter_operand();
        self.joined(first, false);
    }

    /// Operands of INTERSECT, which binds tighter.
    fn tighter_operand(&mut self) -> Done {
        let first = self.operand();
        self.joined(first, true)
    }

    fn joined(&mut self, first: Done, intersect: bool) -> Done {
        if !self.at_set_operator(intersect) {
            return first;
        }
        let marker = self.precede(first);
        while self.at_set_operator(intersect) {
            self.set_operator();
            if !self.at_operand() {
                self.missing(SqlProblemKind::ExpectedQuery, "`SELECT`");
                break;
            }
            if intersect {
                self.operand();
            } else {
                self.tighter_operand();
            }
        }
        self.finish(marker, SQL_SET_OPERATION)
    }

    fn set_operator(&mut self) {
        let marker = self.start();
        self.bump();
        // `UNION DISTINCT` is what other dialects call UNION.
        if self.at(DISTINCT_KW) {
            let range = self.range();
            self.report(SqlProblemKind::UnsupportedSyntax, range);
            self.bump();
        }
        self.eat(ALL_KW);
        self.finish(marker, SQL_SET_OPERATOR);
    }

    fn operand(&mut self) -> Done {
        match self.current() {
            SELECT_KW => self.select(),
            VALUES_KW => self.values(),
            _ => {
                let marker = self.start();
                let opener = self.range();
                self.bump();
                self.parens += 1;
                self.query();
                self.parens -= 1;
                self.close_paren(opener);
                self.finish(marker, SQL_PAREN_QUERY)
            }
        }
    }

    fn values(&mut self) -> Done {
        let marker = self.start();
        self.bump();
        loop {
            if self.at(L_PAREN) {
                self.tuple();
            } else {
                self.missing(SqlProblemKind::MissingOpenParen, "`(`");
            }
            if !self.eat(COMMA) {
                break;
            }
        }
        self.finish(marker, SQL_VALUES)
    }

    /// `( query )`.
    pub(super) fn subquery(&mut self) -> Done {
        let marker = self.start();
        let opener = self.range();
        self.bump();
        self.parens += 1;
        self.query();
        self.parens -= 1;
        self.close_paren(opener);
        self.finish(marker, SQL_SUBQUERY)
    }

    /// A query without its parentheses, where one in parentheses belongs.
    pub(super) fn bare_subquery(&mut self) -> Done {
        let range = self.range();
        self.report(SqlProblemKind::MissingSubqueryParens, range);
        let marker = self.start();
        self.query();
        self.finish(marker, SQL_SUBQUERY)
    }

    pub(super) fn with_clause(&mut self) {
        let marker = self.start();
        self.bump();
        loop {
            if self.at_word(0, "xmlnamespaces") {
                self.bump();
                if self.at(L_PAREN) {
                    self.group();
                }
            } else if self.at_name(0) {
                self.cte();
            } else {
                self.missing(SqlProblemKind::ExpectedName, "a name");
                break;
            }
            if !self.eat(COMMA) {
                break;
            }
            // `WITH a AS (…), SELECT`
            if self.at(SELECT_KW) {
                let comma = self.range_of(self.at - 1);
                self.report(SqlProblemKind::TrailingComma, comma);
                break;
            }
        }
        self.finish(marker, SQL_WITH_CLAUSE);
    }

    fn cte(&mut self) {
        let marker = self.start();
        self.name();
        if self.at(L_PAREN) {
            self.column_list();
        }
        self.expect(AS_KW, "`AS`");
        if self.at(L_PAREN) {
            self.subquery();
        } else if self.at(SELECT_KW) {
            self.bare_subquery();
        } else {
            self.missing(SqlProblemKind::MissingOpenParen, "`(`");
        }
        self.finish(marker, SQL_CTE);
    }

    /// Parentheses with whatever stands in them.
    pub(super) fn group(&mut self) {
        let opener = self.range();
        match self.partner(0) {
            Some(close) => {
                for _ in 0..=close {
                    self.bump();
                }
            }
            None => {
                self.bump();
                self.close_paren(opener);
            }
        }
    }
}
