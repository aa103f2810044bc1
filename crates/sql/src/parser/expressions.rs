//! Expressions by precedence climbing. From loose to tight: OR, AND, NOT, predicates, `+ - & | ^`, `* / %`, signs, COLLATE and AT TIME
//! ZONE. Chains of operators that bind alike are one node, so that no length of input makes a deep tree.

use sfmc_syntax::{SyntaxKind, SyntaxKind::*};

use super::{Done, MAX_DEPTH, Parser};
use crate::{
    problem::{SqlProblem, SqlProblemKind},
    words,
};

/// How tightly an operator binds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Power {
    Or,
    And,
    Not,
    Predicate,
    Sum,
    Product,
    Sign,
}

impl Power {
    fn tighter(self) -> Power {
        match self {
            Power::Or => Power::And,
            Power::And => Power::Not,
            Power::Not => Power::Predicate,
            Power::Predicate => Power::Sum,
            Power::Sum => Power::Product,
            Power::Product | Power::Sign => Power::Sign,
        }
    }

    fn node(self) -> SyntaxKind {
        match self {
            Power::Or | Power::And | Power::Not => SQL_LOGICAL_EXPR,
            Power::Predicate => SQL_COMPARE_EXPR,
            Power::Sum | Power::Product | Power::Sign => SQL_ARITH_EXPR,
        }
    }
}

impl Parser<'_, '_> {
    /// Whether an expression can begin at the n-th token.
    pub(super) fn begins_expression(&self, n: usize) -> bool {
        match self.nth(n) {
            STRING | NATIONAL_STRING | SMART_QUOTE | INTEGER | REAL | FLOAT | HEX | MONEY | ODBC_LITERAL | NULL_KW
            | VARIABLE | SYSTEM_VARIABLE | L_PAREN | CASE_KW | EXISTS_KW | NOT_KW | PLUS | MINUS | TILDE
            | CONVERT_KW | TRY_CONVERT_KW => true,
            DEFAULT_KW => matches!(self.nth(n + 1), COMMA | R_PAREN),
            ANY_KW | SOME_KW | ALL_KW => self.nth(n + 1) == L_PAREN,
            LEFT_KW | RIGHT_KW | UPDATE_KW => self.nth(n + 1) == L_PAREN,
            // `IF(a, b, c)` of other dialects
            IF_KW => self.nth(n + 1) == L_PAREN && !self.first_on_line(n),
            BAD_OPERATOR => self.is_text(n, "!") && self.begins_expression(n + 1),
            COLON => self.nth(n + 1) == IDENT && self.is_glued(n + 1),
            IDENT => !self.at_clause(n),
            RESERVED_WORD => {
                let text = self.token_text(n);
                words::is_value(text)
                    || (words::is_function(text) && self.nth(n + 1) == L_PAREN)
                    || (n == 0 && self.at_misused_word(0))
            }
            kind if words::is_reserved(kind) => n == 0 && self.at_misused_word(0),
            _ => self.at_name(n),
        }
    }

    pub(super) fn is_text(&self, n: usize, text: &str) -> bool {
        self.token_text(n) == text
    }

    pub(super) fn expression(&mut self) -> Done {
        self.climb(Power::Or)
    }

    /// A value without the operators that make conditions.
    pub(super) fn value(&mut self) -> Done {
        self.climb(Power::Sum)
    }

    /// An expression, or a problem that none stands here.
    pub(super) fn operand_or_missing(&mut self) -> Done {
        self.climb_or_missing(Power::Or)
    }

    pub(super) fn climb_or_missing(&mut self, power: Power) -> Done {
        if self.begins_expression(0) && !self.at_clause(0) {
            self.climb(power)
        } else if self.at(SELECT_KW) && self.at > 0 {
            self.bare_subquery()
        } else {
            self.missing_expression("a value")
        }
    }

    pub(super) fn missing_expression(&mut self, what: &'static str) -> Done {
        self.problem(SqlProblem::new(SqlProblemKind::ExpectedExpression, self.gap()).expected(what));
        self.empty_node(SQL_MISSING_EXPR)
    }

    fn climb(&mut self, power: Power) -> Done {
        if self.depth >= MAX_DEPTH {
            return self.too_deep();
        }
        self.depth += 1;
        let mut lhs = self.prefix();
        let mut predicates = 0;
        while let Some(found) = self.operator().filter(|&found| found >= power) {
            if found == Power::Predicate {
                predicates += 1;
                // `a = b IN` at the end of the text becomes INNER.
                let typed = self.at(IN_KW) && matches!(self.nth(1), EOF | SEMICOLON | R_PAREN);
                if predicates > 1 && !typed {
                    let range = self.range();
                    self.report(SqlProblemKind::ChainedComparison, range);
                }
                if predicates > 4 {
                    break;
                }
                lhs = self.predicate(lhs);
            } else {
                lhs = self.chain(lhs, found);
            }
        }
        self.depth -= 1;
        lhs
    }

    /// How the operator here binds, if one stands here.
    fn operator(&self) -> Option<Power> {
        Some(match self.current() {
            OR_KW => Power::Or,
            AND_KW => Power::And,
            EQ | EQ2 | NEQ | LTGT | LT | LTE | GT | GTE | NOT_LT | NOT_GT | IS_KW | IN_KW | BETWEEN_KW | LIKE_KW => {
                Power::Predicate
            }
            NOT_KW if matches!(self.nth(1), IN_KW | BETWEEN_KW | LIKE_KW) => Power::Predicate,
            NOT_KW if self.at_foreign_predicate(1) => Power::Predicate,
            IDENT if self.at_foreign_predicate(0) => Power::Predicate,
            // `name LIKE`: an operator of another dialect
            PLUS | MINUS | AMP | PIPE | CARET => Power::Sum,
            STAR | SLASH | PERCENT => Power::Product,
            ASSIGN_OP => Power::Predicate,
            BAD_OPERATOR => match self.token_text(0) {
                "&&" => Power::And,
                "||" | "->" | "->>" | "?" => Power::Sum,
                // `! >`: the server reads both as one.
                "!" if matches!(self.nth(1), LT | GT | EQ) => Power::Predicate,
                "!" => return None,
                _ => Power::Predicate,
            },
            _ => return None,
        })
    }

    /// ILIKE, REGEXP and their like between two operands.
    pub(super) fn at_foreign_predicate(&self, n: usize) -> bool {
        let known = ["ilike", "rlike", "regexp", "glob", "similar", "div", "mod", "xor", "contains"];
        let text = self.nth(n + 1);
        self.nth(n) == IDENT
            && self.at_one_of(n, &known)
            && (matches!(text, STRING | NATIONAL_STRING | VARIABLE | INTEGER) || self.at_word(n + 1, "to"))
            && !self.first_on_line(n + 1)
    }

    /// Operands that are joined by operators which bind as `power`.
    fn chain(&mut self, lhs: Done, power: Power) -> Done {
        let marker = self.precede(lhs);
        while self.operator() == Some(power) {
            if self.at(BAD_OPERATOR) {
                let range = self.range();
                self.report(SqlProblemKind::UnsupportedOperator, range);
            }
            self.bump();
            self.climb_or_missing(power.tighter());
        }
        self.finish(marker, power.node())
    }

    fn prefix(&mut self) -> Done {
        match self.current() {
            NOT_KW => self.not(),
            BAD_OPERATOR => {
                let range = self.range();
                self.report(SqlProblemKind::UnsupportedOperator, range);
                self.not()
            }
            PLUS | MINUS | TILDE => {
                let marker = self.start();
                self.bump();
                self.climb_or_missing(Power::Sign);
                self.finish(marker, SQL_UNARY_EXPR)
            }
            _ => self.postfix(),
        }
    }

    fn not(&mut self) -> Done {
        let marker = self.start();
        self.bump();
        self.climb_or_missing(Power::Not);
        self.finish(marker, SQL_NOT_EXPR)
    }

    /// A primary expression with COLLATE, AT TIME ZONE, `::` and methods behind it.
    fn postfix(&mut self) -> Done {
        let mut done = self.primary();
        for _ in 0..4 {
            done = match self.current() {
                COLLATE_KW => {
                    let marker = self.precede(done);
                    while self.eat(COLLATE_KW) {
                        if self.at_name(0) || words::is_reserved(self.current()) && !self.at_clause(0) {
                            self.name();
                        } else {
                            self.missing(SqlProblemKind::ExpectedName, "a collation");
                        }
                    }
                    self.finish(marker, SQL_COLLATE_EXPR)
                }
                IDENT if self.at_time_zone() => {
                    let marker = self.precede(done);
                    while self.at_time_zone() {
                        self.bump_as(AT_KW);
                        if self.at_word(0, "timezone") {
                            let range = self.range();
                            self.problem(
                                SqlProblem::new(SqlProblemKind::MisspeltKeyword, range).expected("`TIME ZONE`"),
                            );
                        }
                        self.bump_as(TIME_KW);
                        self.eat_word("zone", ZONE_KW);
                        if self.begins_expression(0) {
                            self.primary();
                        } else {
                            self.missing_expression("a time zone");
                        }
                    }
                    self.finish(marker, SQL_TIME_ZONE_EXPR)
                }
                COLON2 => {
                    let range = self.range();
                    self.report(SqlProblemKind::UnsupportedOperator, range);
                    let marker = self.precede(done);
                    while self.eat(COLON2) {
                        if self.at_name(0) || words::is_reserved(self.current()) {
                            self.data_type();
                        } else {
                            self.missing(SqlProblemKind::ExpectedType, "a data type");
                        }
                    }
                    self.finish(marker, SQL_FOREIGN_CAST)
                }
                DOT if self.nth(1) == IDENT
                    && matches!(
                        done.kind,
                        SQL_CALL_EXPR | SQL_PAREN_EXPR | SQL_SUBQUERY | SQL_CAST_EXPR | SQL_CONVERT_EXPR
                    ) =>
                {
                    let marker = self.precede(done);
                    while self.at(DOT) && self.nth(1) == IDENT {
                        self.bump();
                        if self.nth(1) == L_PAREN {
                            self.call()
                        } else {
                            self.name_expression()
                        };
                    }
                    self.finish(marker, SQL_MEMBER_EXPR)
                }
                _ => return done,
            };
        }
        done
    }

    fn at_time_zone(&self) -> bool {
        let joined = self.at_word(1, "timezone") && matches!(self.nth(2), STRING | NATIONAL_STRING);
        self.at_word(0, "at") && (joined || self.at_word(1, "time") && self.at_word(2, "zone"))
    }
}
