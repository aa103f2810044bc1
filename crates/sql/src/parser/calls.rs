//! Calls and their arguments.

use sfmc_syntax::SyntaxKind::*;

use super::{Done, Parser};
use crate::problem::SqlProblemKind;

impl Parser<'_, '_> {
    /// A name and its arguments, where both are known to stand.
    pub(super) fn call(&mut self) -> Done {
        let marker = self.start();
        self.name();
        if self.at(L_PAREN) {
            self.arguments();
        }
        self.after_arguments();
        self.finish(marker, SQL_CALL_EXPR)
    }

    /// `( … )` after a name.
    pub(super) fn arguments(&mut self) {
        let marker = self.start();
        let opener = self.range();
        self.bump();
        self.parens += 1;
        if matches!(self.current(), DISTINCT_KW | ALL_KW) {
            self.bump();
        }
        let mut comma = None;
        loop {
            match self.current() {
                R_PAREN => {
                    if let Some(comma) = comma {
                        self.report(SqlProblemKind::TrailingComma, comma);
                    }
                    break;
                }
                COMMA => {
                    self.missing_expression("a value");
                }
                STAR => {
                    self.star();
                }
                SELECT_KW => {
                    self.bare_subquery();
                }
                _ if self.at_json_options() => self.json_options(),
                _ if self.at_word(0, "bulk") => self.argument(),
                _ if self.begins_expression(0) && !self.at_next_statement(0) => self.argument(),
                _ => {
                    if comma.is_some() {
                        self.missing_expression("a value");
                    }
                    break;
                }
            }
            comma = None;
            self.after_argument();
            if self.at(COMMA) {
                comma = Some(self.range());
                self.bump();
            } else if self.begins_expression(0)
                && !self.at_clause(0)
                && !self.at_next_statement(0)
                && self.list_is_closed(0)
            {
                self.missing(SqlProblemKind::MissingComma, "`,`");
            } else {
                break;
            }
        }
        self.parens -= 1;
        self.close_paren(opener);
        self.finish(marker, SQL_ARG_LIST);
    }

    /// Whether the list that is open is closed soon behind the n-th token, before a clause or a statement begins.
    fn list_is_closed(&self, mut n: usize) -> bool {
        for _ in 0..64 {
            match self.nth(n) {
                R_PAREN => return true,
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

    fn argument(&mut self) {
        // `CONTAINSTABLE(…, LANGUAGE N'English')`, `OPENROWSET(BULK 'file', …)`
        if self.at_one_of(0, &["language", "bulk"]) && matches!(self.nth(1), STRING | NATIONAL_STRING | INTEGER) {
            self.bump();
        }
        // `TRIM(LEADING '0' FROM x)`
        if self.at_one_of(0, &["leading", "trailing", "both"]) && !matches!(self.nth(1), COMMA | R_PAREN | DOT) {
            self.bump();
            if self.at(FROM_KW) {
                return;
            }
        }
        let lhs = self.operand_or_missing();
        // `COUNT(c.*)`
        if lhs.kind == SQL_STAR_EXPR {
            let star = self.range_of(self.at.saturating_sub(1));
            self.report(SqlProblemKind::UnexpectedToken, star);
        }
        if self.at(COLON) {
            let marker = self.precede(lhs);
            self.bump();
            self.operand_or_missing();
            self.finish(marker, SQL_KEY_VALUE_EXPR);
        }
    }

    /// What can stand between an argument and the comma behind it.
    fn after_argument(&mut self) {
        // Without its end the list is what lacks, and FROM a clause.
        if self.at(FROM_KW) && self.list_is_closed(1) {
            self.bump();
            self.operand_or_missing();
        }
        if self.at(AS_KW) {
            // `PREDICT(… DATA = t AS d)`, and casts of other dialects
            self.bump();
            if self.at_name(0) {
                self.data_type();
            } else {
                self.missing(SqlProblemKind::ExpectedType, "a data type");
            }
        }
        if self.at_null_treatment() {
            self.null_treatment();
        }
        if self.at(ORDER_KW) && self.nth(1) == BY_KW {
            // `STRING_AGG(x, ',' ORDER BY y)` of other dialects
            let range = self.range();
            self.report(SqlProblemKind::UnsupportedSyntax, range);
            self.order_by();
        }
        if self.at_word(0, "separator") && self.nth(1) == STRING {
            let range = self.range();
            self.report(SqlProblemKind::UnsupportedSyntax, range);
            self.bump();
            self.literal();
        }
        if self.at_json_options() {
            self.json_options();
        }
    }

    /// `NULL ON NULL`, `ABSENT ON NULL`, `RETURNING JSON`.
    fn at_json_options(&self) -> bool {
        let on = (self.at(NULL_KW) || self.at_word(0, "absent")) && self.nth(1) == ON_KW;
        on || (self.at_word(0, "returning") && self.nth(1) == IDENT)
    }

    fn json_options(&mut self) {
        let marker = self.start();
        if self.nth(1) == ON_KW {
            self.bump();
            self.bump();
            self.expect(NULL_KW, "`NULL`");
        }
        if self.at_word(0, "returning") {
            self.bump();
            self.data_type();
        }
        self.finish(marker, SQL_JSON_OPTIONS);
    }
}
