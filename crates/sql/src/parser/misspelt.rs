//! Keywords with a slip of the pen, told from aliases and names by what follows them.
//!
//! `FROM Orders o WHER o.Total > 1` would read as a name of three words, and all behind it as something else. Such a word is reported and
//! read as what it was meant to be, where nothing else could stand before what follows it.

use sfmc_syntax::{SyntaxKind, SyntaxKind::*};

use super::{MAX_DEPTH, Parser};
use crate::{
    problem::{SqlProblem, SqlProblemKind},
    words,
};

/// The keywords that are looked for behind a source or a condition.
const KEYWORDS: &[(&str, SyntaxKind, &str)] = &[
    ("where", WHERE_KW, "`WHERE`"),
    ("group", GROUP_KW, "`GROUP`"),
    ("order", ORDER_KW, "`ORDER`"),
    ("having", HAVING_KW, "`HAVING`"),
    ("inner", INNER_KW, "`INNER`"),
    ("left", LEFT_KW, "`LEFT`"),
    ("right", RIGHT_KW, "`RIGHT`"),
    ("full", FULL_KW, "`FULL`"),
    ("cross", CROSS_KW, "`CROSS`"),
    ("outer", OUTER_KW, "`OUTER`"),
    ("join", JOIN_KW, "`JOIN`"),
];

/// Beginnings of these while somebody types them.
const TYPED: usize = 4;

impl Parser<'_, '_> {
    /// Reads a misspelt keyword behind a source or a condition as the keyword.
    pub(super) fn mend_keyword(&mut self) {
        if let Some((kind, expected)) = self.misspelt(0) {
            self.mend(kind, expected);
        }
    }

    /// The same behind a source that has no alias yet: `Customers Lft JOIN` gives it one.
    pub(super) fn mend_keyword_or_alias(&mut self) {
        if self.nth(1) != JOIN_KW {
            self.mend_keyword();
        }
    }

    /// Reads a misspelt FROM behind an item of the list as the keyword.
    pub(super) fn mend_from(&mut self) {
        if self.at_misspelt_from() {
            self.mend(FROM_KW, "`FROM`");
        }
    }

    /// Reads a misspelt JOIN behind LEFT and its like as the keyword.
    pub(super) fn mend_join(&mut self) {
        let named = matches!(self.nth(1), IDENT | BRACKET_NAME);
        if self.at(IDENT) && named && !self.first_on_line(1) && words::is_slip_of(self.token_text(0), "join") {
            self.mend(JOIN_KW, "`JOIN`");
        }
    }

    /// Reads a misspelt ON behind a joined table as the keyword: a comparison of a qualified column follows.
    pub(super) fn mend_on(&mut self) {
        if self.at_misspelt_on(0) {
            self.mend(ON_KW, "`ON`");
        }
    }

    pub(super) fn at_misspelt_on(&self, n: usize) -> bool {
        self.at_one_of(n, &["om", "no", "onn", "oon"])
            && matches!(self.nth(n + 1), IDENT | BRACKET_NAME)
            && self.nth(n + 2) == DOT
            && self.is_compared(n + 1)
    }

    fn mend(&mut self, kind: SyntaxKind, expected: &'static str) {
        let range = self.range();
        self.problem(SqlProblem::new(SqlProblemKind::MisspeltKeyword, range).expected(expected));
        if let Some(token) = self.input.get_mut(self.at) {
            token.kind = kind;
        }
    }

    /// The keyword that the n-th token was meant to be: what follows it can follow no name.
    pub(super) fn misspelt(&self, n: usize) -> Option<(SyntaxKind, &'static str)> {
        if self.nth(n) != IDENT || self.nth(n + 1) == EOF {
            return None;
        }
        let text = self.token_text(n);
        let near = |(word, ..): &&(&str, SyntaxKind, &str)| words::is_slip_of(text, word);
        let (_, kind, expected) = KEYWORDS.iter().filter(near).find(|(_, kind, _)| self.follows_keyword(*kind, n))?;
        Some((*kind, expected))
    }

    fn follows_keyword(&self, keyword: SyntaxKind, n: usize) -> bool {
        let next = self.nth(n + 1);
        match keyword {
            WHERE_KW | HAVING_KW => match next {
                NOT_KW | EXISTS_KW => true,
                IDENT if self.nth(n + 2) == L_PAREN => !self.at_hints(n + 2),
                IDENT | BRACKET_NAME => self.is_compared(n + 1),
                _ => false,
            },
            GROUP_KW | ORDER_KW => next == BY_KW,
            INNER_KW => next == JOIN_KW,
            LEFT_KW | RIGHT_KW | FULL_KW => next == JOIN_KW || next == OUTER_KW && self.nth(n + 2) == JOIN_KW,
            CROSS_KW => next == JOIN_KW || self.at_word(n + 1, "apply"),
            OUTER_KW => self.at_word(n + 1, "apply"),
            // `Orders o JION Customers c ON`
            _ => {
                let table = matches!(next, IDENT | BRACKET_NAME);
                let alias = usize::from(self.nth(n + 2) == AS_KW) + usize::from(self.nth(n + 2) != ON_KW);
                table && self.nth(n + 2 + alias) == ON_KW
            }
        }
    }

    /// Whether a column that something is asked of begins at the n-th token.
    fn is_compared(&self, n: usize) -> bool {
        let mut n = n + 1;
        for _ in 0..2 {
            if self.nth(n) == DOT && self.at_name(n + 1) {
                n += 2;
            }
        }
        matches!(self.nth(n), EQ | NEQ | LTGT | LT | GT | LTE | GTE | IS_KW | IN_KW | LIKE_KW | BETWEEN_KW | NOT_KW)
    }

    /// `SELECT Email FORM Customers`: a name follows, and no FROM comes.
    fn at_misspelt_from(&self) -> bool {
        let is_it = self.at(IDENT)
            && words::is_slip_of(self.token_text(0), "from")
            && matches!(self.nth(1), IDENT | BRACKET_NAME)
            && self.depth < MAX_DEPTH;
        is_it && !self.has_from()
    }

    /// Whether FROM comes before the query ends.
    fn has_from(&self) -> bool {
        let mut n = 1;
        while n < MAX_LOOK {
            match self.nth(n) {
                FROM_KW => return true,
                L_PAREN => match self.partner(n) {
                    Some(close) => n = close,
                    None => return true,
                },
                R_PAREN | EOF | SEMICOLON | SELECT_KW | UNION_KW => return false,
                _ => {}
            }
            n += 1;
        }
        true
    }

    /// Whether the n-th token is the last of the statement and begins a keyword that is being typed.
    pub(super) fn is_being_typed(&self, n: usize) -> bool {
        let words = KEYWORDS.iter().map(|(word, ..)| *word);
        self.token_text(n).len() <= TYPED && self.ends_in_beginning_of(n, words)
    }

    /// Whether the n-th token is the last of the statement, and one of these words begins so.
    pub(super) fn ends_in_beginning_of<'w>(&self, n: usize, words: impl IntoIterator<Item = &'w str>) -> bool {
        let text = self.token_text(n);
        let begins = |word: &str| word.get(..text.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(text));
        matches!(self.nth(n + 1), EOF | SEMICOLON | R_PAREN) && words.into_iter().any(begins)
    }
}

/// How many tokens are looked at for FROM.
const MAX_LOOK: usize = 64;
