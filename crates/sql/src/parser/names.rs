//! Names, aliases and lists of names.

use sfmc_syntax::{SyntaxKind, SyntaxKind::*};

use super::{Done, Parser};
use crate::{
    problem::{SqlProblem, SqlProblemKind},
    statement::is_name_token,
    words,
};

impl Parser<'_, '_> {
    pub(super) fn at_name(&self, n: usize) -> bool {
        is_name_token(self.nth(n))
    }

    /// A name of one part or several, with the dots between; the first token is one whatever it is.
    pub(super) fn name(&mut self) -> Done {
        let marker = self.start();
        self.part();
        self.further_parts();
        self.finish(marker, SQL_NAME)
    }

    fn part(&mut self) {
        let kind = self.current();
        match kind {
            VARIABLE | SYSTEM_VARIABLE => self.bump(),
            _ if is_name_token(kind) => self.bump(),
            _ => self.bump_as(IDENT),
        }
    }

    pub(super) fn further_parts(&mut self) {
        // `[a].{{{b}}}` and `Ent.[{{{c}}}]` are names; `geography::Point` is one, too.
        while matches!(self.current(), DOT | COLON2) {
            match self.nth(1) {
                STAR => break,
                COLON2 => break,
                DOT => self.bump(),
                kind if is_name_token(kind) => {
                    if self.at(COLON2) && !(self.nth(2) == L_PAREN && self.is_static_class()) {
                        break;
                    }
                    self.bump();
                    self.bump();
                }
                INTEGER if self.at(DOT) => {
                    let first = self.at + 1;
                    self.bump();
                    self.glued_parts();
                    let range = self.range_since(first);
                    self.report(SqlProblemKind::UnquotedName, range);
                }
                kind if self.at(DOT)
                    && words::is_reserved(kind)
                    && !self.at_clause(1)
                    && !self.first_on_line(1)
                    && self.is_meant_as_part(1) =>
                {
                    self.bump();
                    self.reserved_name();
                }
                _ if self.at(DOT) => {
                    self.bump();
                    self.missing(SqlProblemKind::ExpectedName, "a name");
                    break;
                }
                _ => break,
            }
        }
    }

    /// Whether the reserved word behind a dot was meant as a name: of `WHERE c. AND x = 1` the name is not typed yet.
    fn is_meant_as_part(&self, n: usize) -> bool {
        let kind = self.nth(n);
        kind == RESERVED_WORD || self.is_glued(n) || (!matches!(kind, ASC_KW | DESC_KW) && self.at_misused_word(n))
    }

    /// Classes of the server whose methods are called as `geography::Point(…)`.
    fn is_static_class(&self) -> bool {
        let before = self.at.checked_sub(1).and_then(|before| self.input.get(before));
        let text = before.map_or("", |t| &self.text[t.start as usize..t.end as usize]);
        ["geography", "geometry", "hierarchyid", "sys"].iter().any(|class| text.eq_ignore_ascii_case(class))
    }

    /// A reserved word in the place of a name.
    pub(super) fn reserved_name(&mut self) {
        let range = self.range();
        self.report(SqlProblemKind::ReservedName, range);
        self.bump_as(IDENT);
    }

    /// Tokens without blanks between: `2024-Orders`.
    pub(super) fn glued_parts(&mut self) {
        self.bump();
        while matches!(
            self.current(),
            IDENT | INTEGER | MINUS | PLACEHOLDER | REAL | RESERVED_WORD | AMP | BRACKET_NAME
        ) && self.is_glued(0)
        {
            self.bump();
        }
    }

    /// The name of a table, which may lack its brackets.
    pub(super) fn table_name(&mut self) {
        let marker = self.start();
        let first = self.at;
        if self.lacks_brackets() {
            self.glued_parts();
            while self.at(IDENT) && !self.first_on_line(0) && self.nth(1) == IDENT && !self.first_on_line(1) {
                self.bump();
            }
            // What stands last is the alias if it looks like one.
            let alias = self.token_text(0).len() < 4;
            if self.at(IDENT) && !self.first_on_line(0) && !alias && self.at_bare_alias() {
                self.bump();
            }
            let range = self.range_since(first);
            self.report(SqlProblemKind::UnquotedName, range);
        } else {
            // `FROM ..Orders`: the first parts can be left out.
            if !self.at(DOT) {
                self.part();
            }
            self.further_parts();
            if self.at(MINUS) && self.is_glued(0) && self.is_glued(1) {
                self.glued_parts();
                let range = self.range_since(first);
                self.report(SqlProblemKind::UnquotedName, range);
            }
        }
        self.finish(marker, SQL_NAME);
    }

    /// `2024_Orders`, `My-Orders`, `My Data Extension`: a name that needs brackets.
    fn lacks_brackets(&self) -> bool {
        if matches!(self.current(), INTEGER | REAL) {
            return true;
        }
        if !self.at(IDENT) {
            return false;
        }
        let word = |n: usize| {
            let with_meaning =
                ["apply", "natural", "limit", "offset", "window", "using", "final", "lateral", "go", "qualify"];
            self.nth(n) == IDENT && !self.first_on_line(n) && !self.at_one_of(n, &with_meaning)
        };
        // `Orders o WHER o.Id = 1`, `Orders o W` while that is typed, and a condition behind `Customers c` lack something else.
        let short = self.token_text(1).len() < 4;
        let goes_on = self.nth(3) == DOT || self.at_misspelt_on(2) || short && self.is_being_typed(2);
        if word(1) && self.misspelt(1).is_some() || word(2) && (goes_on || self.misspelt(2).is_some()) {
            return false;
        }
        // `Orders o NOLOCK` lacks other brackets.
        let hint = self.at_one_of(2, &["nolock", "readuncommitted"]);
        let hyphen =
            self.nth(1) == MINUS && self.is_glued(1) && self.is_glued(2) && matches!(self.nth(2), IDENT | INTEGER);
        hyphen || (word(1) && word(2) && !hint)
    }

    /// `(a, b)`.
    pub(super) fn column_list(&mut self) {
        let marker = self.start();
        let opener = self.range();
        self.bump();
        self.parens += 1;
        loop {
            if self.at_name(0) {
                self.name();
            } else if matches!(self.current(), STRING | SMART_QUOTE) {
                self.bump();
            } else if words::is_reserved(self.current()) && matches!(self.nth(1), COMMA | R_PAREN) {
                let name = self.start();
                self.reserved_name();
                self.finish(name, SQL_NAME);
            } else if matches!(self.current(), COMMA | R_PAREN) {
                self.missing(SqlProblemKind::ExpectedName, "a name");
            } else {
                break;
            }
            // `key ASC`, as in an index
            if matches!(self.current(), ASC_KW | DESC_KW) {
                self.bump();
            }
            if !self.eat(COMMA) {
                break;
            }
        }
        self.parens -= 1;
        self.close_paren(opener);
        self.finish(marker, SQL_COLUMN_LIST);
    }

    /// What AS must be followed by; without AS the caller knows that an alias stands here.
    pub(super) fn alias(&mut self, columns: bool) {
        let marker = self.start();
        let named = self.eat(AS_KW);
        match self.current() {
            STRING | NATIONAL_STRING | SMART_QUOTE => self.bump(),
            kind if is_name_token(kind) => self.bump(),
            kind if named && self.is_reserved_alias(kind) => self.reserved_name(),
            INTEGER | VARIABLE | REAL if named && !self.first_on_line(0) => {
                let first = self.at;
                self.glued_parts();
                let range = self.range_since(first);
                self.problem(SqlProblem::new(SqlProblemKind::UnquotedName, range).expected("a name"));
            }
            _ => self.missing(SqlProblemKind::ExpectedName, "a name"),
        }
        // `t x (NOLOCK)`: no column is called so.
        if columns && self.at(L_PAREN) && !self.at_hints(0) {
            self.column_list();
        }
        self.finish(marker, SQL_ALIAS);
    }

    /// A reserved word after AS that is meant as a name: another part of the query does not begin with it.
    fn is_reserved_alias(&self, kind: SyntaxKind) -> bool {
        words::is_reserved(kind)
            && !self.at_clause(0)
            && !self.at_next_statement(0)
            && (matches!(self.nth(1), COMMA | R_PAREN | FROM_KW | EOF | SEMICOLON) || !self.first_on_line(0))
    }

    /// Whether a name without AS stands here that can be nothing but an alias.
    pub(super) fn at_bare_alias(&self) -> bool {
        match self.current() {
            IDENT => !self.at_clause(0) && !self.at_contextual(),
            kind => is_name_token(kind),
        }
    }

    /// Words that go on with a query where an alias could stand.
    fn at_contextual(&self) -> bool {
        match self.token_text(0).len() {
            2 => self.at_word(0, "go") && self.first_on_line(0) && (self.first_on_line(1) || self.nth(1) == EOF),
            5 => self.at_word(0, "using") && self.nth(1) == L_PAREN,
            7 => self.at_natural_join() || self.at_qualify(0),
            6 => self.at_word(0, "offset") && matches!(self.nth(1), INTEGER | VARIABLE),
            _ => false,
        }
    }
}
