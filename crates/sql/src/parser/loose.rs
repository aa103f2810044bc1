//! What stands in statements that no query activity runs: tokens, and the queries between them.

use sfmc_syntax::SyntaxKind::*;

use super::Parser;
use crate::statement::{Head, is_hungry};

impl Parser<'_, '_> {
    /// The rest of a statement. `lines`: words that begin statements can stand in it, so that only those on a line of their own end it.
    pub(super) fn loose(&mut self, lines: bool) {
        let outer = std::mem::take(&mut self.parens);
        let mut cases = 0u32;
        let mut parens = 0u32;
        while !self.at_end() {
            match self.current() {
                L_PAREN if self.at_query_in_parens(0) => {
                    self.subquery();
                    continue;
                }
                L_PAREN => parens += 1,
                R_PAREN if parens == 0 && outer > 0 => break,
                R_PAREN => parens = parens.saturating_sub(1),
                CASE_KW => cases += 1,
                END_KW if cases > 0 => cases -= 1,
                END_KW if self.blocks > 0 => break,
                ELSE_KW if cases == 0 && self.branches > 0 => break,
                _ if parens > 0 => {}
                _ => match self.head(0) {
                    Some(Head::Query | Head::Cte) if self.query_follows() => {
                        self.query();
                        continue;
                    }
                    Some(Head::Go) => break,
                    Some(Head::Query | Head::Cte) if !lines => break,
                    Some(_) if self.statement_follows(lines) => break,
                    _ => {}
                },
            }
            self.bump();
        }
        self.parens = outer;
    }

    /// Whether the query here is a part of the statement: `AS SELECT`, `FOR SELECT`.
    fn query_follows(&self) -> bool {
        matches!(self.nth_before(), AS_KW | FOR_KW)
    }

    /// Whether the statement here is one of its own, and no part of this one: `WHEN MATCHED THEN UPDATE`.
    fn statement_follows(&self, lines: bool) -> bool {
        let before = self.nth_before();
        // `SET NOCOUNT ON`
        let ends = !is_hungry(before) || (before == ON_KW && self.first_on_line(0));
        ends && (!lines || self.first_on_line(0) || self.blocks + self.branches > 0)
    }
}
