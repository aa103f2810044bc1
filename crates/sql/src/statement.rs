//! Where a statement begins. Splitter and parser ask the same question, so that they give the same answer.
//!
//! People write prose between queries, and words of SQL are words of English: what begins like a statement must go on like one.

use sfmc_syntax::{SyntaxKind, SyntaxKind::*};

use crate::words;

/// How many tokens [`Tokens::head`] looks at, the first included.
pub(crate) const LOOKAHEAD: usize = 10;

/// A token that means something.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Input {
    pub(crate) kind: SyntaxKind,
    pub(crate) start: u32,
    pub(crate) end: u32,
    /// How many line ends stand between it and the one before; more than one are two.
    pub(crate) lines: u8,
}

impl Input {
    /// Whether it stands first on its line.
    pub(crate) fn first_on_line(&self) -> bool {
        self.lines > 0
    }
}

/// What sort of statement begins at a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Head {
    Query,
    Cte,
    Insert,
    Update,
    Delete,
    Merge,
    Create,
    Alter,
    /// CREATE or ALTER of what has statements in it.
    Routine,
    Drop,
    Truncate,
    Declare,
    Set,
    Exec,
    If,
    While,
    Block,
    Print,
    Return,
    Go,
    Other,
    Placeholder,
}

/// Tokens in their text.
#[derive(Clone, Copy)]
pub(crate) struct Tokens<'a> {
    pub(crate) text: &'a str,
    pub(crate) input: &'a [Input],
}

/// What CREATE, ALTER and DROP can be followed by beside reserved words.
const OBJECTS: &[&str] = &[
    "aggregate",
    "application",
    "assembly",
    "asymmetric",
    "availability",
    "certificate",
    "columnstore",
    "credential",
    "endpoint",
    "event",
    "fulltext",
    "login",
    "master",
    "materialized",
    "message",
    "partition",
    "queue",
    "remote",
    "resource",
    "role",
    "route",
    "security",
    "sequence",
    "server",
    "service",
    "symmetric",
    "synonym",
    "temp",
    "temporary",
    "type",
    "workload",
    "xml",
    "search",
    "spatial",
    "broker",
    "extension",
];

const OBJECT_WORDS: &[&str] = &[
    "or",
    "clustered",
    "database",
    "default",
    "external",
    "index",
    "nonclustered",
    "rule",
    "schema",
    "statistics",
    "unique",
    "user",
    "authorization",
];

/// Options that SET sets.
const OPTIONS: &[&str] = &[
    "ansi_defaults",
    "ansi_null_dflt_off",
    "ansi_null_dflt_on",
    "ansi_nulls",
    "ansi_padding",
    "ansi_warnings",
    "arithabort",
    "arithignore",
    "concat_null_yields_null",
    "context_info",
    "cursor_close_on_commit",
    "datefirst",
    "dateformat",
    "deadlock_priority",
    "fips_flagger",
    "fmtonly",
    "forceplan",
    "implicit_transactions",
    "language",
    "lock_timeout",
    "nocount",
    "noexec",
    "numeric_roundabort",
    "parseonly",
    "query_governor_cost_limit",
    "quoted_identifier",
    "remote_proc_transactions",
    "result_set_caching",
    "showplan_all",
    "showplan_text",
    "showplan_xml",
    "xact_abort",
];

impl<'a> Tokens<'a> {
    pub(crate) fn kind(self, at: usize) -> SyntaxKind {
        self.input.get(at).map_or(EOF, |token| token.kind)
    }

    pub(crate) fn text(self, at: usize) -> &'a str {
        self.input.get(at).map_or("", |token| &self.text[token.start as usize..token.end as usize])
    }

    pub(crate) fn is_word(self, at: usize, word: &str) -> bool {
        matches!(self.kind(at), IDENT | RESERVED_WORD) && self.text(at).eq_ignore_ascii_case(word)
    }

    fn is_one_of(self, at: usize, words: &[&str]) -> bool {
        words.iter().any(|word| self.text(at).eq_ignore_ascii_case(word))
    }

    pub(crate) fn first_on_line(self, at: usize) -> bool {
        self.input.get(at).is_none_or(Input::first_on_line)
    }

    /// Whether the statement can end before this token: there is none, or a new line begins, or a semicolon.
    fn may_end(self, at: usize) -> bool {
        self.first_on_line(at) || matches!(self.kind(at), EOF | SEMICOLON)
    }

    fn is_name(self, at: usize) -> bool {
        is_name_token(self.kind(at))
    }

    /// The index behind the parts of a name that begins at `at`, as far as a few tokens reach.
    fn behind_name(self, at: usize) -> Option<usize> {
        if self.kind(at) == RESERVED_WORD && self.kind(at + 1) == L_PAREN && words::is_function(self.text(at)) {
            return Some(at + 1);
        }
        let mut end = at + usize::from(self.is_name(at) || self.kind(at) == VARIABLE);
        if end == at {
            return None;
        }
        while self.kind(end) == DOT && end < at + 6 {
            end += 1;
            end += usize::from(self.is_name(end));
        }
        Some(end)
    }

    /// The sort of statement that begins at `at`, if one does.
    pub(crate) fn head(self, at: usize) -> Option<Head> {
        let next = at + 1;
        let kind = self.kind(next);
        let fits = |fits: bool, head: Head| fits.then_some(head);
        match self.kind(at) {
            SELECT_KW => fits(!self.is_english(next), Head::Query),
            L_PAREN => {
                let inner = (at..at + LOOKAHEAD).find(|&n| self.kind(n) != L_PAREN)?;
                fits(matches!(self.kind(inner), SELECT_KW), Head::Query)
            }
            WITH_KW => {
                // `WITH ENCRYPTION AS SELECT`: an option of a view.
                let named = self.kind(next + 1) == AS_KW && matches!(self.kind(next + 2), L_PAREN | EOF);
                fits(self.is_name(next) && (named || self.kind(next + 1) == L_PAREN), Head::Cte)
            }
            INSERT_KW => fits(kind == INTO_KW || kind == TOP_KW || self.is_insert(next), Head::Insert),
            UPDATE_KW => {
                // `UPDATE OPENQUERY (…)`
                if kind == RESERVED_WORD && self.behind_name(next).is_some() {
                    return Some(Head::Update);
                }
                let sets = (next + 1..at + LOOKAHEAD).any(|n| self.kind(n) == SET_KW);
                let statistics = self.is_word(next, "statistics");
                fits(kind == TOP_KW || statistics || (self.behind_name(next).is_some() && sets), Head::Update)
            }
            DELETE_KW => {
                let behind = self.behind_name(next);
                let ends =
                    |n| self.may_end(n) || matches!(self.kind(n), FROM_KW | WHERE_KW | WITH_KW | OPTION_KW | L_PAREN);
                fits(matches!(kind, FROM_KW | TOP_KW) || behind.is_some_and(ends), Head::Delete)
            }
            MERGE_KW => fits(
                kind == INTO_KW
                    || kind == TOP_KW
                    || self.behind_name(next).is_some_and(|n| (n..at + LOOKAHEAD).any(|n| self.is_word(n, "using"))),
                Head::Merge,
            ),
            CREATE_KW | ALTER_KW => self.create(at),
            DROP_KW => fits(self.is_object(next), Head::Drop),
            TRUNCATE_KW => fits(kind == TABLE_KW, Head::Truncate),
            DECLARE_KW => {
                let cursor = (next + 1..next + 5).any(|n| self.is_word(n, "cursor"));
                fits(kind == VARIABLE || (self.is_name(next) && cursor), Head::Declare)
            }
            SET_KW => {
                let switch = (next + 1..next + 4).any(|n| self.kind(n) == ON_KW || self.is_word(n, "off"));
                let known = self.is_one_of(next, OPTIONS)
                    || self.is_one_of(next, &["transaction", "identity_insert", "rowcount", "statistics", "textsize"]);
                fits(kind == VARIABLE || (known && (switch || !self.may_end(next + 1))), Head::Set)
            }
            EXEC_KW | EXECUTE_KW => {
                let called =
                    matches!(kind, VARIABLE | L_PAREN | AS_KW | STRING | NATIONAL_STRING) || self.is_name(next);
                fits(called, Head::Exec)
            }
            IF_KW | WHILE_KW => {
                let condition =
                    matches!(kind, NOT_KW | EXISTS_KW | VARIABLE | SYSTEM_VARIABLE | L_PAREN | INTEGER | UPDATE_KW)
                        || (self.is_name(next)
                            && matches!(
                                self.kind(next + 1),
                                L_PAREN | DOT | EQ | LT | GT | NEQ | LTGT | LTE | GTE | IS_KW
                            ));
                fits(condition, if self.kind(at) == IF_KW { Head::If } else { Head::While })
            }
            BEGIN_KW => {
                let transaction = ["tran", "transaction", "distributed", "dialog", "conversation"];
                if self.is_one_of(next, &transaction) {
                    return Some(Head::Other);
                }
                let block = self.may_end(next) || self.is_one_of(next, &["try", "catch", "atomic"]);
                fits(block || self.head(next).is_some(), Head::Block)
            }
            PRINT_KW => fits(
                matches!(kind, STRING | NATIONAL_STRING | VARIABLE | SYSTEM_VARIABLE | L_PAREN)
                    || (self.is_name(next) && self.kind(next + 1) == L_PAREN),
                Head::Print,
            ),
            RETURN_KW => fits(self.may_end(next) || matches!(kind, INTEGER | VARIABLE | L_PAREN), Head::Return),
            USE_KW => fits(self.is_name(next) && self.may_end(next + 1), Head::Other),
            FETCH_KW => {
                let from = self.kind(next) == FROM_KW
                    || (self.is_one_of(next, &["next", "prior", "first", "last", "absolute", "relative"])
                        && (next + 1..next + 3).any(|n| self.kind(n) == FROM_KW));
                fits(from || (self.is_name(next) && self.may_end(next + 1)), Head::Other)
            }
            RESERVED_WORD => fits(self.other(at), Head::Other),
            IDENT if self.is_word(at, "go") => {
                let alone = self.first_on_line(at) || at == 0 || self.kind(at - 1) == SEMICOLON;
                let ends = self.may_end(next);
                let counted = kind == INTEGER && self.first_on_line(next + 1);
                fits(alone && (ends || counted), Head::Go)
            }
            IDENT => {
                // By length first: this is asked of every name.
                let words: &[&str] = match self.text(at).len() {
                    4 => &["copy"],
                    5 => &["throw"],
                    6 => &["enable", "rename"],
                    7 => &["disable", "receive"],
                    _ => &[],
                };
                let word = words.iter().copied().find(|word| self.is_word(at, word))?;
                let goes_on = match word {
                    "throw" => self.may_end(next) || matches!(kind, INTEGER | VARIABLE),
                    "disable" | "enable" => kind == TRIGGER_KW,
                    "rename" => self.is_word(next, "object"),
                    "copy" => kind == INTO_KW,
                    _ => kind == TOP_KW,
                };
                fits(goes_on, Head::Other)
            }
            PLACEHOLDER => fits(self.may_end(next), Head::Placeholder),
            _ => None,
        }
    }

    /// `Select the best ones:`, and no list of columns that lacks its commas.
    fn is_english(self, at: usize) -> bool {
        let words = (at..at + 3).all(|n| self.kind(n) == IDENT && !self.first_on_line(n));
        let behind = at + 3;
        let ends = self.first_on_line(behind) && !matches!(self.kind(behind), FROM_KW | INTO_KW | COMMA);
        // `SELECT d AT TIME ZONE …`: the only names that follow each other.
        words
            && !self.is_word(at + 1, "at")
            && !self.is_loud_from(at + 1)
            && (ends || matches!(self.kind(behind), COLON | IDENT | DOT))
    }

    /// `SELECT Email FORM Customers`: in English nobody shouts `form`.
    fn is_loud_from(self, at: usize) -> bool {
        let word = self.text(at);
        word.bytes().all(|byte| byte.is_ascii_uppercase()) && words::is_slip_of(word, "from")
    }

    fn is_insert(self, at: usize) -> bool {
        self.behind_name(at).is_some_and(|n| {
            let source =
                matches!(self.kind(n), L_PAREN | VALUES_KW | SELECT_KW | DEFAULT_KW | EXEC_KW | EXECUTE_KW | WITH_KW);
            source || self.is_word(n, "output") || self.kind(n) == EOF
        })
    }

    fn is_object(self, at: usize) -> bool {
        matches!(self.kind(at), TABLE_KW | VIEW_KW | PROC_KW | PROCEDURE_KW | FUNCTION_KW | TRIGGER_KW)
            || self.is_one_of(at, OBJECT_WORDS)
            || (self.is_one_of(at, OBJECTS) && !self.may_end(at + 1))
    }

    fn create(self, at: usize) -> Option<Head> {
        let mut object = at + 1;
        if !self.is_object(object) {
            return None;
        }
        if self.kind(object) == OR_KW {
            object += 2;
        }
        let routine = matches!(self.kind(object), PROC_KW | PROCEDURE_KW | FUNCTION_KW | TRIGGER_KW);
        Some(match self.kind(at) {
            _ if routine => Head::Routine,
            CREATE_KW => Head::Create,
            _ => Head::Alter,
        })
    }

    /// Statements that are told by a reserved word which the grammar does not mention.
    fn other(self, at: usize) -> bool {
        let next = at + 1;
        let kind = self.kind(next);
        let mut word = [0u8; 12];
        let text = self.text(at).as_bytes();
        let Some(word) = word.get_mut(..text.len()) else { return false };
        word.copy_from_slice(text);
        word.make_ascii_lowercase();
        let permission = || {
            (next..at + LOOKAHEAD).any(|n| self.kind(n) == ON_KW || self.is_word(n, "to") || self.kind(n) == FROM_KW)
        };
        let name_only = || (self.is_name(next) || kind == VARIABLE) && self.may_end(next + 1);
        match &*word {
            b"grant" | b"deny" | b"revoke" => permission(),
            b"raiserror" => kind == L_PAREN,
            b"waitfor" => self.is_one_of(next, &["delay", "time"]) || kind == L_PAREN,
            b"backup" | b"restore" => self.is_one_of(next, &["database", "log", "headeronly", "filelistonly"]),
            b"bulk" => kind == INSERT_KW,
            b"commit" | b"rollback" | b"save" => {
                self.may_end(next) || name_only() || self.is_one_of(next, &["tran", "transaction", "work"])
            }
            b"open" => name_only() || self.is_one_of(next, &["symmetric", "master"]),
            b"close" | b"deallocate" => name_only() || self.is_one_of(next, &["symmetric", "all", "master"]),
            b"kill" => kind == INTEGER,
            b"dbcc" => self.is_name(next) && (self.kind(next + 1) == L_PAREN || self.may_end(next + 1)),
            b"goto" => name_only(),
            b"break" | b"continue" | b"checkpoint" | b"reconfigure" | b"revert" | b"shutdown" => {
                self.may_end(next) || kind == WITH_KW
            }
            b"add" => self.is_one_of(next, &["signature", "sensitivity"]),
            _ => false,
        }
    }
}

/// Whether a token can be a name or a part of one.
pub(crate) fn is_name_token(kind: SyntaxKind) -> bool {
    matches!(kind, IDENT | BRACKET_NAME | QUOTED_NAME | TEMP_NAME | PLACEHOLDER | BACKTICK_NAME)
}

/// Whether something must follow the token before a statement can end.
pub(crate) fn is_hungry(kind: SyntaxKind) -> bool {
    matches!(
        kind,
        L_PAREN
            | COMMA
            | DOT
            | EQ
            | EQ2
            | NEQ
            | LTGT
            | LT
            | LTE
            | GT
            | GTE
            | NOT_LT
            | NOT_GT
            | PLUS
            | MINUS
            | SLASH
            | PERCENT
            | AMP
            | PIPE
            | CARET
            | TILDE
            | ASSIGN_OP
            | BAD_OPERATOR
            | AND_KW
            | OR_KW
            | NOT_KW
            | LIKE_KW
            | BETWEEN_KW
            | SELECT_KW
            | WHERE_KW
            | HAVING_KW
            | ON_KW
            | BY_KW
            | CASE_KW
            | WHEN_KW
    ) || wants_query(kind)
}

/// Whether a query can follow the token that belongs to it, rightly or for want of parentheses.
pub(crate) fn wants_query(kind: SyntaxKind) -> bool {
    matches!(
        kind,
        UNION_KW
            | ALL_KW
            | EXCEPT_KW
            | INTERSECT_KW
            | AS_KW
            | FOR_KW
            | THEN_KW
            | ELSE_KW
            | IN_KW
            | EXISTS_KW
            | ANY_KW
            | SOME_KW
            | FROM_KW
            | JOIN_KW
            | L_PAREN
    )
}
