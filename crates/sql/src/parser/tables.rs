//! FROM: sources, their aliases and hints, PIVOT.

use sfmc_syntax::SyntaxKind::*;

use super::{Done, MAX_DEPTH, Parser};
use crate::{
    problem::{SqlProblem, SqlProblemKind},
    words,
};

/// Hints that can stand in parentheses behind a table without WITH.
const HINTS: &[&str] = &[
    "nolock",
    "readuncommitted",
    "readcommitted",
    "readcommittedlock",
    "repeatableread",
    "serializable",
    "snapshot",
    "readpast",
    "nowait",
    "noexpand",
    "rowlock",
    "paglock",
    "tablock",
    "tablockx",
    "updlock",
    "xlock",
    "forceseek",
    "forcescan",
    "keepidentity",
    "keepdefaults",
    "holdlock",
    "index",
    "ignore_constraints",
    "ignore_triggers",
    "noexec",
];

impl Parser<'_, '_> {
    pub(super) fn sources(&mut self) {
        let marker = self.start();
        self.bump();
        self.source_list();
        self.finish(marker, SQL_FROM_CLAUSE);
    }

    fn source_list(&mut self) {
        loop {
            if self.at_source() {
                self.joined_source();
            } else {
                if self.nth_before() == COMMA && !self.at(COMMA) {
                    let comma = self.range_of(self.at - 1);
                    self.report(SqlProblemKind::TrailingComma, comma);
                    break;
                }
                self.missing(SqlProblemKind::ExpectedTable, "a table");
                // `FROM LEFT JOIN b`, `FROM , b`
                if !self.at(COMMA) && !self.at_join() {
                    break;
                }
                let item = self.start();
                while self.at_join() {
                    self.join();
                }
                self.finish(item, SQL_FROM_ITEM);
            }
            if !self.eat(COMMA) {
                break;
            }
        }
    }

    pub(super) fn at_source(&self) -> bool {
        match self.current() {
            L_PAREN | VARIABLE | DOT => true,
            // `FROM 5123456.Orders`: the number of a business unit
            REAL => self.token_text(0).ends_with('.') && self.is_glued(1),
            IDENT => !self.at_clause(0),
            INTEGER => !self.first_on_line(0) && matches!(self.nth(1), IDENT | MINUS),
            SELECT_KW => true,
            STRING | SMART_QUOTE => false,
            kind if words::is_reserved(kind) => self.at_reserved_source(),
            _ => self.at_name(0),
        }
    }

    /// A reserved word that is called, or meant as a name.
    fn at_reserved_source(&self) -> bool {
        let called = self.nth(1) == L_PAREN && words::is_function(self.token_text(0));
        // `FROM Order o`, `JOIN User u`: where a table belongs every reserved word was meant as its name.
        let named = match self.current() {
            ORDER_KW | GROUP_KW => matches!(self.nth(1), IDENT | ON_KW) && self.nth(2) != MINUS,
            RESERVED_WORD => true,
            _ => false,
        };
        let named = named && !self.at_clause(0) && !self.at_next_statement(0);
        called || named || self.at_misused_word(0)
    }

    /// A reserved word that is meant as a name: nothing of a query begins with it, and what follows can follow a name.
    pub(super) fn at_misused_word(&self, n: usize) -> bool {
        let kind = self.nth(n);
        if !words::is_reserved(kind) || self.at_clause(n) || self.at_next_statement(n) || self.first_on_line(n) && n > 0
        {
            return false;
        }
        match kind {
            RESERVED_WORD => !words::is_value(self.token_text(n)),
            TABLE_KW | VIEW_KW | PROC_KW | PROCEDURE_KW | FUNCTION_KW | TRIGGER_KW | PRINT_KW | USE_KW | RETURN_KW
            | PERCENT_KW | FETCH_KW | MERGE_KW | TRUNCATE_KW | DROP_KW | CREATE_KW | ALTER_KW | UPDATE_KW
            | DELETE_KW | INSERT_KW | BEGIN_KW | DECLARE_KW | EXECUTE_KW | EXEC_KW | IF_KW | WHILE_KW => {
                matches!(
                    self.nth(n + 1),
                    COMMA | R_PAREN | FROM_KW | EQ | LT | GT | NEQ | LTGT | IS_KW | AS_KW | DOT | EOF | SEMICOLON
                )
            }
            // ORDER and GROUP without BY
            // `Order-Note`
            ORDER_KW | GROUP_KW if self.nth(n + 1) == MINUS => self.is_glued(n + 1) && self.is_glued(n + 2),
            ORDER_KW | GROUP_KW | TOP_KW | DESC_KW | ASC_KW | CURRENT_KW | DEFAULT_KW => {
                matches!(
                    self.nth(n + 1),
                    COMMA | FROM_KW | EQ | DOT | AS_KW | IS_KW | WHERE_KW | JOIN_KW | R_PAREN | EOF | SEMICOLON
                )
            }
            _ => false,
        }
    }

    /// A source and what is joined to it.
    pub(super) fn joined_source(&mut self) {
        let marker = self.start();
        self.table_source();
        while self.at_join() {
            self.join();
        }
        self.finish(marker, SQL_FROM_ITEM);
    }

    pub(super) fn table_source(&mut self) -> Done {
        if self.depth >= MAX_DEPTH {
            return self.too_deep();
        }
        self.depth += 1;
        let marker = self.start();
        // `JOIN LATERAL (SELECT …) x` of other dialects
        if self.at_word(0, "lateral") && self.nth(1) == L_PAREN {
            let range = self.range();
            self.report(SqlProblemKind::UnsupportedSyntax, range);
            self.skip(1);
        }
        let kind = match self.current() {
            SELECT_KW => {
                self.bare_subquery();
                SQL_DERIVED_TABLE
            }
            L_PAREN if self.at_table_query(0) => {
                self.subquery();
                SQL_DERIVED_TABLE
            }
            L_PAREN if matches!(self.nth(1), INSERT_KW | UPDATE_KW | DELETE_KW | MERGE_KW) => {
                // What a statement puts out, as the rows of a table.
                let subquery = self.start();
                self.group();
                self.finish(subquery, SQL_SUBQUERY);
                SQL_DERIVED_TABLE
            }
            L_PAREN => {
                let opener = self.range();
                let known = self.problems.len();
                let open = self.nth(1) == PLACEHOLDER;
                self.paren_table();
                let alias = self.at(AS_KW) || self.at_bare_alias() && self.misspelt(0).is_none();
                // Joins in parentheses have no name, and a value is no table.
                if alias && !open && self.problems.len() == known && !self.is_being_typed(0) {
                    let place = sfmc_syntax::TextRange::empty(opener.end());
                    self.problem(SqlProblem::new(SqlProblemKind::ExpectedQuery, place).expected("`SELECT`"));
                }
                SQL_PAREN_TABLE
            }
            _ if self.at_call() => {
                self.call();
                if self.at(WITH_KW) && self.nth(1) == L_PAREN && !self.at_one_of(2, HINTS) {
                    self.column_schema();
                } else if self.at(WITH_KW) && matches!(self.nth(1), IDENT | BRACKET_NAME) {
                    // The columns of OPENXML can be those of a table.
                    let schema = self.start();
                    self.bump();
                    self.name();
                    self.finish(schema, SQL_COLUMN_SCHEMA);
                }
                SQL_FUNCTION_TABLE
            }
            kind if words::is_reserved(kind) => {
                let name = self.start();
                self.reserved_name();
                self.further_parts();
                self.finish(name, SQL_NAME);
                SQL_NAMED_TABLE
            }
            _ => {
                self.table_name();
                SQL_NAMED_TABLE
            }
        };
        self.after_source(kind == SQL_NAMED_TABLE);
        self.depth -= 1;
        self.finish(marker, kind)
    }

    /// A name and a parenthesis that opens arguments, not hints.
    fn at_call(&self) -> bool {
        if words::is_reserved(self.current()) {
            return self.nth(1) == L_PAREN && words::is_function(self.token_text(0));
        }
        let mut n = usize::from(self.at_name(0) || self.at(VARIABLE));
        while n > 0 && self.nth(n) == DOT && n < 16 {
            n += 1 + usize::from(self.at_name(n + 1));
        }
        n > 0 && self.nth(n) == L_PAREN && !self.at_hints(n) && !self.lists_columns(n)
    }

    /// `FROM Orders (Id, Name)` is no call that one writes; `FROM t (NOLOCK)` neither.
    pub(super) fn at_hints(&self, n: usize) -> bool {
        self.nth(n) == L_PAREN && self.at_one_of(n + 1, HINTS)
    }

    fn lists_columns(&self, n: usize) -> bool {
        self.nth(n + 1) == SELECT_KW
    }

    /// Aliases, hints, samples, PIVOT: in any order in which people write them.
    fn after_source(&mut self, named: bool) {
        let mut aliased = false;
        loop {
            if aliased {
                self.mend_keyword();
            } else {
                self.mend_keyword_or_alias();
            }
            match self.current() {
                AS_KW if !aliased => {
                    aliased = true;
                    self.alias(true);
                }
                FOR_KW if named && self.at_word(1, "system_time") => self.system_time(),
                TABLESAMPLE_KW => {
                    let marker = self.start();
                    self.bump();
                    self.eat_word("system", IDENT);
                    if self.at(L_PAREN) {
                        self.group();
                    }
                    if self.at_word(0, "repeatable") && self.nth(1) == L_PAREN {
                        self.bump();
                        self.group();
                    }
                    self.finish(marker, SQL_SAMPLE_CLAUSE);
                }
                WITH_KW if self.nth(1) == L_PAREN => {
                    let marker = self.start();
                    self.bump();
                    if self.nth(1) == R_PAREN {
                        let place = sfmc_syntax::TextRange::empty(self.range().end());
                        self.problem(SqlProblem::new(SqlProblemKind::ExpectedName, place).expected("a hint"));
                    }
                    self.group();
                    self.finish(marker, SQL_TABLE_HINTS);
                }
                L_PAREN if self.at_hints(0) => {
                    let marker = self.start();
                    self.group();
                    self.finish(marker, SQL_TABLE_HINTS);
                }
                PIVOT_KW => self.pivot(),
                UNPIVOT_KW => self.unpivot(),
                IDENT if self.at_word(0, "using") && self.nth(1) == L_PAREN => return,
                _ if !aliased && self.at_bare_alias() => {
                    aliased = true;
                    self.alias(true);
                }
                _ => return,
            }
        }
    }

    /// `FOR SYSTEM_TIME AS OF x`, `… FROM x TO y`, `… BETWEEN x AND y`, `… CONTAINED IN (…)`, `… ALL`.
    fn system_time(&mut self) {
        let marker = self.start();
        self.bump();
        self.bump();
        let value = |parser: &mut Self| {
            if matches!(parser.current(), STRING | NATIONAL_STRING | VARIABLE) {
                parser.bump();
            } else if parser.at_name(0) && !parser.first_on_line(0) {
                parser.operand_or_missing();
            }
        };
        match self.current() {
            AS_KW => {
                self.bump();
                self.bump();
                value(self);
            }
            FROM_KW | BETWEEN_KW => {
                self.bump();
                value(self);
                if self.at_word(0, "to") || self.at(AND_KW) {
                    self.bump();
                    value(self);
                }
            }
            ALL_KW => self.bump(),
            IDENT => {
                self.bump();
                self.eat(IN_KW);
                if self.at(L_PAREN) {
                    self.group();
                }
            }
            _ => {}
        }
        self.finish(marker, SQL_SYSTEM_TIME);
    }

    fn paren_table(&mut self) {
        let opener = self.range();
        self.bump();
        self.parens += 1;
        if self.at_source() {
            self.joined_source();
        } else {
            self.missing(SqlProblemKind::ExpectedTable, "a table");
        }
        self.parens -= 1;
        self.close_paren(opener);
    }

    /// `WITH (Id int '$.id', Name nvarchar(50), Rest nvarchar(max) AS JSON)`.
    fn column_schema(&mut self) {
        let marker = self.start();
        self.bump();
        let opener = self.range();
        self.bump();
        self.parens += 1;
        while self.at_name(0) {
            let column = self.start();
            self.name();
            if self.at_name(0) {
                self.data_type();
            }
            if matches!(self.current(), STRING | NATIONAL_STRING | INTEGER) {
                self.literal();
            }
            if self.at(AS_KW) && self.at_word(1, "json") {
                self.bump();
                self.bump_as(JSON_KW);
            }
            // Options that only loading knows.
            while !matches!(self.current(), COMMA | R_PAREN) && !self.at_next_statement(0) && !self.at_clause(0) {
                self.bump();
            }
            self.finish(column, SQL_SCHEMA_COLUMN);
            if !self.eat(COMMA) {
                break;
            }
        }
        self.parens -= 1;
        self.close_paren(opener);
        self.finish(marker, SQL_COLUMN_SCHEMA);
    }

    /// `PIVOT (SUM(x) FOR y IN ([a], [b])) AS p`.
    fn pivot(&mut self) {
        let marker = self.start();
        self.bump();
        let opener = self.range();
        if !self.eat(L_PAREN) {
            self.missing(SqlProblemKind::MissingOpenParen, "`(`");
            self.finish(marker, SQL_PIVOT_CLAUSE);
            return;
        }
        self.parens += 1;
        loop {
            if self.begins_expression(0) {
                let qualified = self.nth(1) == DOT && self.nth(3) == FOR_KW;
                if self.at_name(0) && (qualified || self.nth(1) == FOR_KW) && !self.at(PLACEHOLDER) {
                    let range = self.range();
                    self.problem(SqlProblem::new(SqlProblemKind::UnexpectedToken, range).expected("an aggregate"));
                }
                self.expression();
            } else {
                self.missing_expression("an aggregate");
            }
            if self.at(AS_KW) {
                self.alias(false);
            }
            if !self.eat(COMMA) {
                break;
            }
        }
        self.pivot_columns(opener);
        self.finish(marker, SQL_PIVOT_CLAUSE);
    }

    /// `UNPIVOT (x FOR y IN (a, b)) AS u`.
    fn unpivot(&mut self) {
        let marker = self.start();
        self.bump();
        let opener = self.range();
        if !self.eat(L_PAREN) {
            self.missing(SqlProblemKind::MissingOpenParen, "`(`");
            self.finish(marker, SQL_UNPIVOT_CLAUSE);
            return;
        }
        self.parens += 1;
        if self.at_name(0) {
            self.name();
        } else {
            self.missing(SqlProblemKind::ExpectedName, "a name");
        }
        self.pivot_columns(opener);
        self.finish(marker, SQL_UNPIVOT_CLAUSE);
    }

    fn pivot_columns(&mut self, opener: sfmc_syntax::TextRange) {
        self.expect(FOR_KW, "`FOR`");
        if self.at_name(0) {
            self.name();
        } else {
            self.missing(SqlProblemKind::ExpectedName, "a column");
        }
        let values = self.start();
        self.expect(IN_KW, "`IN`");
        if self.at(L_PAREN) {
            let opener = self.range();
            self.bump();
            self.parens += 1;
            loop {
                if self.at_name(0) {
                    self.name();
                } else if self.begins_expression(0) {
                    let range = self.range();
                    self.problem(SqlProblem::new(SqlProblemKind::PivotValue, range).expected("a name in brackets"));
                    self.expression();
                } else {
                    self.missing(SqlProblemKind::ExpectedName, "a name in brackets");
                }
                if self.at(AS_KW) {
                    self.alias(false);
                }
                if !self.eat(COMMA) {
                    break;
                }
            }
            self.parens -= 1;
            self.close_paren(opener);
        } else {
            self.missing(SqlProblemKind::MissingOpenParen, "`(`");
        }
        self.finish(values, SQL_PIVOT_VALUES);
        self.parens -= 1;
        self.close_paren(opener);
        if self.at(AS_KW) || self.at_bare_alias() {
            self.alias(true);
        }
    }
}
