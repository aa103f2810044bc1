//! What an inline region holds.

use sfmc_syntax::{Problem, ProblemKind, SyntaxKind::*, TextRange};

use super::{Parser, expressions::Place};

impl Parser<'_, '_> {
    /// The content of `%%= … =%%`: one expression.
    pub(super) fn inline(&mut self) {
        if self.at_end() {
            self.missing(ProblemKind::ExpectedExpression, "a function call");
            self.empty_node(MISSING_EXPR);
        } else if self.at_statement(0) {
            self.report(ProblemKind::StatementInInline, self.range());
            self.rest_of_inline();
        } else if self.begins_expression(0) {
            let start = self.at;
            let done = self.expression(Place::Inline);
            let range = self.range_since(start);
            if matches!(done.kind, LITERAL | VARIABLE_EXPR | COMPARE_EXPR | LOGICAL_EXPR | NOT_EXPR | PAREN_EXPR) {
                self.report(ProblemKind::InlineNotFunctionCall, range);
            }
            self.after_inline();
        } else if self.at(ERROR_TOKEN) {
            self.rest_of_inline();
        } else {
            let range = self.range();
            self.problem(Problem::new(ProblemKind::ExpectedExpression, range).expected("a function call"));
            self.rest_of_inline();
        }
        self.leftover_closers();
    }

    fn after_inline(&mut self) {
        if self.at_end() {
            return;
        }
        let range = if self.at_tag() { self.tag_range() } else { self.range() };
        let kind = match self.current() {
            ERROR_TOKEN => None,
            R_PAREN => {
                self.doubt_lists(true);
                Some(ProblemKind::UnmatchedCloseParen)
            }
            _ if self.at_statement(0) => Some(ProblemKind::StatementInInline),
            _ if self.begins_expression(0) => Some(ProblemKind::MultipleExpressionsInInline),
            _ => Some(ProblemKind::UnexpectedToken),
        };
        let glued = self.at(STRING) && self.glued(0);
        // `Concat("Hello , @first, ", news for you")`: the quotes of an open list are the wrong way round.
        let open = self.parse.problems.iter().any(|p| p.kind == ProblemKind::MissingCloseParen);
        if open && self.text_breaks_ahead() {
            let rest = self.rest_of_inline();
            self.muted.push(rest);
            return;
        }
        let rest = self.rest_of_inline();
        // Mostly text of the page, because the end is missing: what is wrong with it is that it stands here.
        self.parse.problems.retain(|p| !rest.contains_range(p.range) || p.range.start() <= range.start());
        // `%%=v(@a)" class="x">`
        if glued {
            self.parse.problems.retain(|p| !rest.contains_range(p.range));
            self.problem(Problem::new(ProblemKind::UnexpectedToken, range).expected("`=%%`"));
            return;
        }
        if let Some(kind) = kind {
            let range = if kind == ProblemKind::MultipleExpressionsInInline { rest } else { range };
            self.problem(Problem::new(kind, range).expected("`=%%`"));
        }
    }

    fn rest_of_inline(&mut self) -> TextRange {
        let mut n = 0;
        while !self.nth_is_end(n) {
            n += 1;
        }
        self.skip(n)
    }
}
