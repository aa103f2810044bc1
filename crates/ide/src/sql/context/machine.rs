//! Reads a statement from its beginning, and knows at each token what can come next.

use sfmc_syntax::{
    SyntaxKind::{self, *},
    TextRange,
};

use super::{OpenCall, Token};

/// A part of a SELECT.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::sql) enum Clause {
    /// No SELECT has begun.
    Start,
    /// What is selected.
    List,
    From,
    On,
    Where,
    GroupBy,
    Having,
    OrderBy,
    /// What stands in OVER.
    Window,
}

/// What comes next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::sql) enum State {
    /// A statement or a query.
    Start,
    /// Right behind SELECT: an operand, DISTINCT, TOP.
    ListStart,
    /// A value.
    Operand,
    /// An operator, an alias, the next clause.
    AfterOperand,
    /// The name of a table, or a query in parentheses.
    Table,
    /// An alias, a join, a condition, the next clause.
    AfterTable,
    /// The same without the alias, which is there.
    AfterAlias,
    /// A name that is new.
    Alias,
    /// A part of a name, behind a dot.
    Member,
    /// A data type.
    Type,
    /// JOIN, behind LEFT and its like.
    JoinWord,
    /// BY
    By,
    /// NULL, NOT NULL
    Is,
    /// IN, LIKE, BETWEEN, behind NOT.
    Not,
    /// A parenthesis.
    Paren,
    /// What follows ASC and DESC.
    AfterKey,
    /// A number of rows.
    Number,
    /// TIME ZONE, behind AT.
    TimeZone,
    /// What of the rows around a row a window has, behind ROWS.
    Bounds,
    /// Which rows of all are returned, behind OFFSET.
    Paging,
    /// Something that nobody can complete.
    Nothing,
}

/// How far a condition is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::sql) enum Predicate {
    /// It has no operator.
    Bare,
    /// It has LIKE: ESCAPE can follow.
    Like,
    /// It has BETWEEN, and no AND yet.
    Between,
    /// It has an operator, and takes no other.
    Whole,
}

/// What a parenthesis or CASE holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Holds {
    /// The statement.
    All,
    /// The arguments of a call.
    Call(TextRange),
    /// An operand, or a query.
    Group,
    /// A table, or a query.
    Table,
    /// Names, hints, numbers: nothing that is completed.
    Other,
    /// A window.
    Window,
    /// CASE: no parenthesis.
    Case,
}

/// What is open.
#[derive(Clone, Copy, Debug)]
pub(super) struct Frame {
    holds: Holds,
    pub(super) state: State,
    pub(super) clause: Clause,
    commas: usize,
    behind_as: bool,
    /// The part of CASE: WHEN, THEN, ELSE; none before them.
    pub(super) part: Option<SyntaxKind>,
    /// The condition that is being written.
    pub(super) predicate: Predicate,
    /// A window has its ORDER BY.
    pub(super) ordered: bool,
    /// How many joins have no ON yet.
    pub(super) pending: usize,
    /// The name that a parenthesis would call.
    callee: Option<TextRange>,
    /// What the name before a dot stood for.
    named: State,
}

impl Frame {
    fn new(holds: Holds, state: State) -> Frame {
        let clause = if holds == Holds::Window { Clause::Window } else { Clause::Start };
        Frame {
            holds,
            state,
            clause,
            commas: 0,
            behind_as: false,
            part: None,
            predicate: Predicate::Bare,
            ordered: false,
            pending: 0,
            callee: None,
            named: State::Operand,
        }
    }

    pub(super) fn is_call(&self) -> bool {
        matches!(self.holds, Holds::Call(_))
    }

    pub(super) fn is_case(&self) -> bool {
        self.holds == Holds::Case
    }
}

pub(super) struct Machine<'a> {
    text: &'a str,
    /// Never empty.
    frames: Vec<Frame>,
    last: Option<Token>,
    /// The parts of the name that is being read.
    name: Vec<TextRange>,
}

impl<'a> Machine<'a> {
    pub(super) fn new(text: &'a str) -> Machine<'a> {
        Machine { text, frames: vec![Frame::new(Holds::All, State::Start)], last: None, name: Vec::new() }
    }

    /// What is innermost around the place; inside of CASE the clause is that around it.
    pub(super) fn innermost(&self) -> Frame {
        let mut frame = self.frames.last().copied().unwrap_or(Frame::new(Holds::All, State::Start));
        let around = self.frames.iter().rev().find(|frame| frame.clause != Clause::Start);
        frame.clause = around.map_or(Clause::Start, |around| around.clause);
        frame
    }

    /// The parts of the name before the dot that comes last.
    pub(super) fn qualifier(&self) -> Vec<TextRange> {
        match self.last {
            Some(last) if last.kind == DOT => self.name.clone(),
            _ => Vec::new(),
        }
    }

    /// The calls that are open in the innermost SELECT, the innermost last.
    pub(super) fn calls(&self) -> Vec<OpenCall> {
        let select = self.frames.iter().rposition(|frame| !frame.is_call() && frame.clause != Clause::Start);
        let inner = self.frames.get(select.unwrap_or(0)..).unwrap_or_default();
        let calls = inner.iter().filter_map(|frame| match frame.holds {
            Holds::Call(name) => Some(OpenCall { name, commas: frame.commas, behind_as: frame.behind_as }),
            _ => None,
        });
        calls.collect()
    }

    pub(super) fn step(&mut self, token: Token) {
        match token.kind {
            L_PAREN => self.open(),
            R_PAREN => self.close(),
            CASE_KW => self.frames.push(Frame::new(Holds::Case, State::Operand)),
            END_KW => {
                if self.frames.last().is_some_and(Frame::is_case) {
                    self.frames.pop();
                }
                self.set(State::AfterOperand);
            }
            SEMICOLON => {
                self.frames.truncate(1);
                self.frames.iter_mut().for_each(|frame| *frame = Frame::new(Holds::All, State::Start));
            }
            _ => self.word(token),
        }
        if !matches!(token.kind, DOT) && !is_name(token) {
            self.name.clear();
        }
        self.last = Some(token);
    }

    fn frame(&mut self) -> Option<&mut Frame> {
        self.frames.last_mut()
    }

    fn set(&mut self, state: State) {
        if let Some(frame) = self.frame() {
            frame.state = state;
            frame.callee = None;
        }
    }

    fn open(&mut self) {
        let last = self.last.map(|token| token.kind);
        let Some(frame) = self.frames.last_mut() else { return };
        let (holds, state) = match (last, frame.state) {
            _ if frame.callee.is_some() => {
                let name = frame.callee.take().unwrap_or_default();
                let text = self.text.get(std::ops::Range::<usize>::from(name)).unwrap_or_default();
                let begins_with_type = ["convert", "try_convert"].iter().any(|known| text.eq_ignore_ascii_case(known));
                (Holds::Call(name), if begins_with_type { State::Type } else { State::Operand })
            }
            (_, State::Table) => (Holds::Table, State::Table),
            (Some(OVER_KW), _) => (Holds::Window, State::Operand),
            (Some(EXISTS_KW | AS_KW), _) => (Holds::Group, State::Start),
            (_, State::AfterTable | State::AfterAlias | State::Alias | State::Type | State::Nothing) => {
                (Holds::Other, State::Nothing)
            }
            (_, State::Start) => (Holds::Group, State::Start),
            _ => (Holds::Group, State::Operand),
        };
        self.frames.push(Frame::new(holds, state));
    }

    fn close(&mut self) {
        // A CASE that nobody ended ends here, too.
        while self.frames.last().is_some_and(Frame::is_case) {
            self.frames.pop();
        }
        if self.frames.len() < 2 {
            return self.set(State::AfterOperand);
        }
        let Some(closed) = self.frames.pop() else { return };
        let Some(frame) = self.frame() else { return };
        frame.callee = None;
        frame.state = match (closed.holds, frame.state) {
            (Holds::Other, State::Type) => State::AfterOperand,
            (Holds::Other, state) => state,
            (Holds::Table, _) => State::AfterTable,
            (Holds::Group, State::Number) => State::Operand,
            // A function that is a table.
            (Holds::Call(_), State::AfterTable) => State::AfterTable,
            // `WITH a AS (…)`: another one, or the query.
            _ if frame.clause == Clause::Start => State::Start,
            _ => State::AfterOperand,
        };
    }

    fn word(&mut self, token: Token) {
        use State::*;
        let (text, last) = (self.text, self.last.map(|token| token.kind));
        let word = text.get(std::ops::Range::<usize>::from(token.range)).unwrap_or_default();
        let in_case = self.frames.last().is_some_and(Frame::is_case);
        if ends_case(token) {
            while self.frames.last().is_some_and(Frame::is_case) {
                self.frames.pop();
            }
        }
        let Some(frame) = self.frames.last_mut() else { return };
        let at_operand = matches!(frame.state, Operand | ListStart | Number);
        let is = |known: &str| word.eq_ignore_ascii_case(known);
        let clause = |frame: &mut Frame, clause, state| (frame.clause, frame.state) = (clause, state);
        frame.callee = None;
        frame.predicate = predicate(frame.predicate, token.kind);
        if matches!(frame.state, Bounds | Paging) && !ends_rows(token) {
            return;
        }
        match token.kind {
            DOT => {
                frame.named = frame.state;
                frame.state = Member;
            }
            COMMA => {
                frame.commas += 1;
                frame.state = match frame.clause {
                    Clause::From => Table,
                    _ if frame.holds == Holds::Other => Nothing,
                    _ => Operand,
                };
            }
            LEFT_KW | RIGHT_KW | CAST_KW | TRY_CAST_KW | PARSE_KW | TRY_PARSE_KW | CONVERT_KW | TRY_CONVERT_KW
            | RESERVED_WORD
                if at_operand =>
            {
                frame.callee = Some(token.range);
                frame.state = AfterOperand;
            }
            SELECT_KW => {
                frame.pending = 0;
                clause(frame, Clause::List, ListStart);
            }
            DISTINCT_KW => frame.state = Operand,
            ALL_KW if last == Some(UNION_KW) => frame.state = Start,
            ALL_KW | ANY_KW | SOME_KW => frame.state = if last == Some(SELECT_KW) { Operand } else { Paren },
            TOP_KW | FETCH_KW => frame.state = Number,
            PERCENT_KW => frame.state = Operand,
            FROM_KW if matches!(frame.holds, Holds::Call(_)) && frame.clause == Clause::Start => frame.state = Operand,
            FROM_KW => clause(frame, Clause::From, Table),
            INTO_KW => frame.state = Table,
            JOIN_KW => {
                frame.pending += usize::from(last != Some(CROSS_KW));
                clause(frame, Clause::From, Table);
            }
            INNER_KW | LEFT_KW | RIGHT_KW | FULL_KW | CROSS_KW | OUTER_KW | JOIN_HINT => {
                clause(frame, Clause::From, JoinWord);
            }
            ON_KW => {
                frame.pending = frame.pending.saturating_sub(1);
                clause(frame, Clause::On, Operand);
            }
            WHERE_KW => clause(frame, Clause::Where, Operand),
            HAVING_KW => clause(frame, Clause::Having, Operand),
            GROUP_KW => clause(frame, Clause::GroupBy, By),
            ORDER_KW if frame.holds == Holds::Window => {
                frame.ordered = true;
                clause(frame, Clause::Window, By);
            }
            ORDER_KW => clause(frame, Clause::OrderBy, By),
            BY_KW => frame.state = Operand,
            UNION_KW | EXCEPT_KW | INTERSECT_KW => clause(frame, Clause::Start, Start),
            WITH_KW => frame.state = if matches!(frame.state, Start) { Alias } else { Nothing },
            AS_KW if matches!(frame.holds, Holds::Call(_)) => {
                frame.behind_as = true;
                frame.state = Type;
            }
            AS_KW => frame.state = Alias,
            WHEN_KW | THEN_KW | ELSE_KW => {
                frame.part = Some(token.kind);
                frame.state = Operand;
            }
            AND_KW | OR_KW | LIKE_KW | BETWEEN_KW | ESCAPE_KW => frame.state = Operand,
            NOT_KW => {
                frame.state = match frame.state {
                    AfterOperand => Not,
                    Is => Is,
                    _ => Operand,
                }
            }
            IS_KW => frame.state = Is,
            IN_KW | EXISTS_KW | OVER_KW | VALUES_KW | PIVOT_KW | UNPIVOT_KW => frame.state = Paren,
            ASC_KW | DESC_KW => frame.state = AfterKey,
            COLLATE_KW | OPTION_KW | FOR_KW | TABLESAMPLE_KW => frame.state = Nothing,
            NULL_KW | DEFAULT_KW | INTEGER | REAL | FLOAT | HEX | MONEY | ODBC_LITERAL | VARIABLE | SYSTEM_VARIABLE => {
                frame.state = if frame.state == Number { Operand } else { AfterOperand };
            }
            STRING | NATIONAL_STRING | SMART_QUOTE => {
                frame.state = match frame.state {
                    Alias | AfterOperand if frame.clause == Clause::List && !in_case => AfterAlias,
                    _ => AfterOperand,
                }
            }
            STAR if at_operand => frame.state = AfterOperand,
            STAR if frame.state == Member => frame.state = AfterOperand,
            // A star that is no factor.
            STAR => frame.state = Operand,
            _ if is_name(token) => {
                if last != Some(DOT) {
                    self.name.clear();
                }
                self.name.push(token.range);
                let bare = token.kind == IDENT;
                match frame.state {
                    Member => {
                        frame.state = match frame.named {
                            AfterTable | Table => AfterTable,
                            _ => AfterOperand,
                        };
                        frame.callee = Some(token.range);
                    }
                    Table => frame.state = AfterTable,
                    AfterTable | JoinWord | AfterAlias if bare && is("apply") => {
                        clause(frame, Clause::From, Table);
                    }
                    Operand if bare && is("partition") && frame.holds == Holds::Window => frame.state = By,
                    AfterOperand | AfterKey if bare && is("offset") && frame.clause == Clause::OrderBy => {
                        frame.state = Paging;
                    }
                    AfterOperand | AfterKey if bare && frame.ordered && (is("rows") || is("range")) => {
                        frame.state = Bounds;
                    }
                    AfterOperand if bare && is("at") => frame.state = TimeZone,
                    TimeZone => frame.state = if is("zone") { Operand } else { TimeZone },
                    AfterOperand if bare && is("within") => frame.state = JoinWord,
                    AfterTable | Alias if frame.clause == Clause::From => frame.state = AfterAlias,
                    AfterOperand | Alias if frame.clause == Clause::List && !in_case => frame.state = AfterAlias,
                    Alias => frame.state = Alias,
                    Type => frame.state = if frame.behind_as { Nothing } else { AfterOperand },
                    Operand | ListStart | Number | Paren => {
                        frame.state = AfterOperand;
                        frame.callee = Some(token.range);
                    }
                    state => frame.state = state,
                }
            }
            EQ if frame.state == AfterAlias => frame.state = Operand,
            kind if kind.is_sql_keyword() => frame.state = Nothing,
            // An operator.
            _ => frame.state = Operand,
        }
    }
}

/// How far a condition is written behind a token.
fn predicate(before: Predicate, kind: SyntaxKind) -> Predicate {
    match kind {
        EQ | EQ2 | NEQ | LTGT | LT | LTE | GT | GTE | NOT_LT | NOT_GT | IS_KW | IN_KW | EXISTS_KW | ESCAPE_KW => {
            Predicate::Whole
        }
        LIKE_KW => Predicate::Like,
        BETWEEN_KW => Predicate::Between,
        AND_KW if before == Predicate::Between => Predicate::Whole,
        AND_KW | OR_KW | WHERE_KW | ON_KW | HAVING_KW | WHEN_KW | THEN_KW | ELSE_KW | SELECT_KW | COMMA => {
            Predicate::Bare
        }
        _ => before,
    }
}

/// Whether a word begins something behind ROWS and OFFSET.
fn ends_rows(token: Token) -> bool {
    ends_case(token) || matches!(token.kind, SELECT_KW | EXCEPT_KW | INTERSECT_KW | OPTION_KW | FOR_KW)
}

/// Whether a word ends the CASE around it, which somebody forgot to.
fn ends_case(token: Token) -> bool {
    matches!(token.kind, FROM_KW | WHERE_KW | GROUP_KW | HAVING_KW | ORDER_KW | JOIN_KW | ON_KW | UNION_KW)
}

fn is_name(token: Token) -> bool {
    matches!(token.kind, IDENT | BRACKET_NAME | QUOTED_NAME | BACKTICK_NAME | TEMP_NAME | PLACEHOLDER)
}
