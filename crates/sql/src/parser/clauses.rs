//! What follows the operands of a query, and GROUP BY.

use sfmc_syntax::{SyntaxKind, SyntaxKind::*};

use super::Parser;
use crate::problem::SqlProblemKind;

impl Parser<'_, '_> {
    /// ORDER BY, FOR, OPTION, and what people write for them.
    pub(super) fn after_operands(&mut self) {
        let (mut ordered, mut last) = (false, 0);
        loop {
            let rank = match self.current() {
                ORDER_KW => 1,
                IDENT if self.at_limit(0) || (self.at_word(0, "offset") && ordered) => 2,
                FOR_KW => 3,
                OPTION_KW => 4,
                // `SELECT … ORDER BY a UNION SELECT …`
                UNION_KW | EXCEPT_KW | INTERSECT_KW => {
                    self.late_operand();
                    last = 0;
                    continue;
                }
                _ if self.late_clause() => continue,
                _ if self.at_unexpected() => {
                    self.skip_unexpected();
                    continue;
                }
                _ => return,
            };
            if rank <= last {
                let range = self.range();
                self.report(SqlProblemKind::MisplacedClause, range);
            }
            last = last.max(rank);
            match rank {
                1 => {
                    ordered = true;
                    self.order_by();
                }
                2 => self.limit(),
                3 => self.for_clause(),
                _ => self.option(),
            }
        }
    }

    /// A further operand behind ORDER BY, which belongs behind the last one.
    fn late_operand(&mut self) {
        let range = self.range();
        self.report(SqlProblemKind::MisplacedClause, range);
        self.bump();
        self.eat(ALL_KW);
        if matches!(self.current(), SELECT_KW | VALUES_KW) {
            self.select();
        } else if self.at_query_in_parens(0) {
            self.subquery();
        }
    }

    /// Items between commas: `item` says whether one was there.
    pub(super) fn comma_list(&mut self, what: &'static str, mut item: impl FnMut(&mut Self)) {
        loop {
            if self.begins_expression(0) && !self.at_clause(0) {
                item(self);
            } else if self.at(DOT) {
                self.nameless_part();
            } else {
                let trailing = self.at > 0 && self.nth_before() == COMMA;
                if trailing && !self.at(COMMA) {
                    let comma = self.range_of(self.at - 1);
                    self.report(SqlProblemKind::TrailingComma, comma);
                    return;
                }
                self.missing_expression(what);
            }
            if !self.eat(COMMA) {
                return;
            }
        }
    }

    pub(super) fn nth_before(&self) -> SyntaxKind {
        self.at.checked_sub(1).and_then(|before| self.input.get(before)).map_or(EOF, |t| t.kind)
    }

    pub(super) fn group_by(&mut self) {
        let marker = self.start();
        self.bump();
        self.expect(BY_KW, "`BY`");
        if self.at(ALL_KW) {
            self.bump();
        }
        let outer = std::mem::replace(&mut self.rows, true);
        self.comma_list("a column", |parser| {
            parser.expression();
        });
        self.rows = outer;
        if self.at(WITH_KW) {
            if self.at_word(1, "rollup") {
                self.bump();
                self.bump_as(ROLLUP_KW);
            } else if self.at_word(1, "cube") {
                self.bump();
                self.bump_as(CUBE_KW);
            } else if self.nth(1) == L_PAREN {
                // Hints of another server.
                self.bump();
                self.group();
            }
        }
        self.finish(marker, SQL_GROUP_BY_CLAUSE);
    }

    pub(super) fn order_by(&mut self) {
        let marker = self.start();
        self.bump();
        self.expect(BY_KW, "`BY`");
        self.comma_list("a column", |parser| {
            let item = parser.start();
            parser.expression();
            if !parser.eat(ASC_KW) {
                parser.eat(DESC_KW);
            }
            if parser.at_word(0, "nulls") && parser.at_one_of(1, &["first", "last"]) {
                let range = parser.range();
                parser.report(SqlProblemKind::UnsupportedSyntax, range);
                parser.bump_as(NULLS_KW);
                parser.bump();
            }
            parser.finish(item, SQL_ORDER_ITEM);
        });
        if self.at_word(0, "offset") {
            self.offset();
        }
        if self.at(FETCH_KW) {
            self.fetch();
        }
        self.finish(marker, SQL_ORDER_BY_CLAUSE);
    }

    fn offset(&mut self) {
        let marker = self.start();
        self.bump_as(OFFSET_KW);
        self.operand_or_missing();
        // `OFFSET 5 LIMIT 3` of other dialects: LIMIT is what is wrong.
        if !self.at_limit(0) {
            self.rows();
        }
        self.finish(marker, SQL_OFFSET_CLAUSE);
    }

    fn rows(&mut self) {
        if !self.eat_word("rows", ROWS_KW) && !self.eat_word("row", ROW_KW) {
            self.missing(SqlProblemKind::ExpectedKeyword, "`ROWS`");
        }
    }

    fn fetch(&mut self) {
        let marker = self.start();
        self.bump();
        if !self.eat_word("next", NEXT_KW) && !self.eat_word("first", FIRST_KW) {
            self.missing(SqlProblemKind::ExpectedKeyword, "`NEXT`");
        }
        if self.begins_expression(0) && !self.at_word(0, "rows") && !self.at_word(0, "row") {
            self.expression();
        } else {
            self.missing_expression("a number");
        }
        self.rows();
        self.expect_word("only", ONLY_KW, "`ONLY`");
        self.finish(marker, SQL_FETCH_CLAUSE);
    }

    /// LIMIT of other dialects, or OFFSET behind it.
    fn limit(&mut self) {
        let marker = self.start();
        let first = self.at;
        if !self.eat_word("limit", LIMIT_KW) {
            self.bump_as(OFFSET_KW);
        }
        loop {
            if self.eat(ALL_KW) {
                // PostgreSQL's `LIMIT ALL`
            } else {
                self.operand_or_missing();
            }
            if !self.eat(COMMA) && !self.eat_word("offset", OFFSET_KW) {
                break;
            }
        }
        let range = self.range_since(first);
        self.report(SqlProblemKind::LimitClause, range);
        self.finish(marker, SQL_LIMIT_CLAUSE);
    }

    /// `FOR XML PATH(''), TYPE`, `FOR JSON AUTO`: words, commas and groups.
    fn for_clause(&mut self) {
        let marker = self.start();
        self.bump();
        if !self.eat_word("xml", XML_KW)
            && !self.eat_word("json", JSON_KW)
            && !matches!(self.current(), RESERVED_WORD | UPDATE_KW)
        {
            self.missing(SqlProblemKind::ExpectedKeyword, "`XML` or `JSON`");
        }
        loop {
            match self.current() {
                L_PAREN => self.group(),
                IDENT | COMMA => self.bump(),
                RESERVED_WORD | UPDATE_KW if !self.first_on_line(0) => self.bump(),
                _ => break,
            }
        }
        self.finish(marker, SQL_FOR_CLAUSE);
    }

    fn option(&mut self) {
        let marker = self.start();
        self.bump();
        if self.at(L_PAREN) {
            self.group();
        } else {
            self.missing(SqlProblemKind::MissingOpenParen, "`(`");
        }
        self.finish(marker, SQL_OPTION_CLAUSE);
    }
}
