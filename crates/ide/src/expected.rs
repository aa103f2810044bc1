//! What does the grammar expect at a place, and which calls stand around it? Answered from the tokens before it alone, so that it holds in
//! code that is being written: words that begin statements are reserved, and end whatever was left open before them.

use sfmc_catalog::ampscript::{Arg, Function, function, member};
use sfmc_syntax::{SyntaxKind, TextRange, TextSize};

use crate::code::{CodeAt, CodeToken, is_word};

/// What can stand at a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Slot {
    /// A statement begins.
    Statement,
    /// An expression.
    Operand,
    /// An expression is complete: what goes on with it, ends its head, or begins the next statement.
    Operator,
    /// A variable after VAR.
    Declared,
    /// A variable was declared: a comma, or the next statement.
    AfterDeclared,
    /// A variable after SET.
    SetTarget,
    /// A variable after FOR.
    Counter,
    /// `=`
    Equals,
    /// The name after NEXT, or the next statement.
    NextName,
    /// A member after `Msg(0).`
    Member,
    /// In a string: its content.
    Text(TextRange),
    /// In `[…]`: its content.
    Bracket(TextRange),
    /// In a number.
    Number,
    /// In a comment or anything else that nobody can help with.
    Nothing,
}

/// The head that is being written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Head {
    /// None.
    None,
    /// `%%=`
    Print,
    /// `var`
    Var,
    /// `set @a = …`
    Set,
    /// `if`, `elseif`
    If,
    /// `for @i = …`
    ForStart,
    /// `… to …`
    ForBound,
    /// An expression as a statement.
    Expr,
}

/// A call, or parentheses, that are open at a place.
#[derive(Clone, Debug)]
pub(crate) struct OpenCall {
    /// The name before the parenthesis.
    pub(crate) name: Option<TextRange>,
    pub(crate) function: Option<&'static Function>,
    /// Its arguments so far, the one at the place included; for each its only token, or none where it has more.
    pub(crate) args: Vec<Option<CodeToken>>,
    /// For each: how many tokens.
    sizes: Vec<usize>,
}

impl OpenCall {
    /// The argument at the place.
    pub(crate) fn active(&self) -> usize {
        self.args.len() - 1
    }

    /// Nothing of the argument at the place was written before it.
    pub(crate) fn begins_argument(&self) -> bool {
        self.sizes.last() == Some(&0)
    }

    /// What the catalog can count with.
    pub(crate) fn known_args(&self, code: &CodeAt) -> Vec<Arg> {
        let known = |arg: &Option<CodeToken>| {
            let text =
                arg.as_ref().filter(|token| token.kind == SyntaxKind::INTEGER).map(|token| code.text(token.range));
            text.and_then(|text| text.parse().ok()).map_or(Arg::Unknown, Arg::Integer)
        };
        self.args.iter().map(known).collect()
    }
}

/// What is expected at a place.
#[derive(Clone, Debug)]
pub(crate) struct Expected {
    pub(crate) slot: Slot,
    pub(crate) head: Head,
    /// The calls around it, outermost first; parentheses without a name too.
    pub(crate) calls: Vec<OpenCall>,
    /// The word that is being written: it begins before the place, and may go on behind it.
    pub(crate) word: Option<CodeToken>,
    /// The variable that is being set.
    pub(crate) target: Option<TextRange>,
    /// The last token before the word that is no blank or comment.
    pub(crate) previous: Option<CodeToken>,
}

impl Expected {
    /// The innermost call with a name, if nothing else stands between it and the place.
    pub(crate) fn call(&self) -> Option<&OpenCall> {
        self.calls.last().filter(|call| call.name.is_some())
    }
}

/// What is expected at a place of a region.
pub(crate) fn expected(code: &CodeAt, offset: TextSize) -> Expected {
    let mut scan = Expected {
        slot: Slot::Statement,
        head: Head::None,
        calls: Vec::new(),
        word: None,
        target: None,
        previous: None,
    };
    for token in &code.tokens {
        let range = token.range;
        if range.start() >= offset {
            break;
        }
        if range.end() >= offset
            && let Some(slot) = inside(code, token, offset)
        {
            match slot {
                Inside::Word => scan.word = Some(*token),
                Inside::Slot(slot) => scan.slot = slot,
            }
            if matches!(scan.slot, Slot::Text(_)) {
                scan.note(*token);
            }
            break;
        }
        if !token.kind.is_trivia() && !is_comment(token.kind) {
            scan.token(code, *token);
            scan.previous = Some(*token);
        }
    }
    scan
}

enum Inside {
    Word,
    Slot(Slot),
}

/// What a place inside of a token is, or at the end of one that goes on; none where the token is complete.
fn inside(code: &CodeAt, token: &CodeToken, offset: TextSize) -> Option<Inside> {
    use SyntaxKind::{BRACKET_NAME, COMMENT, HTML_COMMENT, INTEGER, LINE_COMMENT, REAL, SMART_QUOTE, STRING};
    let at_end = offset == token.range.end();
    let text = code.text(token.range);
    if is_word(token.kind) {
        return Some(Inside::Word);
    }
    let nothing = Some(Inside::Slot(Slot::Nothing));
    let closed = |close: &str| text.len() > close.len() && text.ends_with(close);
    match token.kind {
        STRING => {
            let quote = text.get(..1).unwrap_or("");
            let closed = text.len() > 1 && text.ends_with(quote);
            if at_end && closed {
                return None;
            }
            let end = if closed { token.range.end() - TextSize::new(1) } else { token.range.end() };
            Some(Inside::Slot(Slot::Text(TextRange::new(token.range.start() + TextSize::new(1), end))))
        }
        BRACKET_NAME => {
            if at_end && closed("]") {
                return None;
            }
            let end = if closed("]") { token.range.end() - TextSize::new(1) } else { token.range.end() };
            Some(Inside::Slot(Slot::Bracket(TextRange::new(token.range.start() + TextSize::new(1), end))))
        }
        COMMENT if at_end && closed("*/") => None,
        HTML_COMMENT if at_end && closed("-->") => None,
        COMMENT | HTML_COMMENT | LINE_COMMENT | SMART_QUOTE => nothing,
        INTEGER | REAL => Some(Inside::Slot(Slot::Number)),
        SyntaxKind::BLOCK_OPEN | SyntaxKind::BLOCK_HEADER | SyntaxKind::INLINE_OPEN | SyntaxKind::SCRIPT_OPEN
            if !at_end =>
        {
            nothing
        }
        _ => None,
    }
}

fn is_comment(kind: SyntaxKind) -> bool {
    matches!(kind, SyntaxKind::COMMENT | SyntaxKind::LINE_COMMENT | SyntaxKind::HTML_COMMENT)
}

impl Expected {
    fn begin(&mut self, head: Head, slot: Slot) {
        self.calls.clear();
        self.target = None;
        (self.head, self.slot) = (head, slot);
    }

    /// A token of the argument that is being read.
    fn note(&mut self, token: CodeToken) {
        if let Some(call) = self.calls.last_mut()
            && let (Some(arg), Some(size)) = (call.args.last_mut(), call.sizes.last_mut())
        {
            *size += 1;
            *arg = (*size == 1).then_some(token);
        }
    }

    fn operand(&mut self) {
        // Two operands without anything between them: another statement.
        if self.calls.is_empty()
            && matches!(self.slot, Slot::Statement | Slot::Operator | Slot::AfterDeclared | Slot::NextName)
        {
            self.begin(Head::Expr, Slot::Operand);
        }
        self.slot = Slot::Operator;
    }

    fn token(&mut self, code: &CodeAt, token: CodeToken) {
        use SyntaxKind::*;
        match token.kind {
            L_PAREN => {
                let name = self.previous.filter(|previous| previous.kind == IDENT && self.slot == Slot::Operator);
                let name = name.map(|name| name.range);
                self.note(token);
                let text = name.map(|name| code.text(name));
                // `Msg(0).Noun(1)`: members and functions do not share names.
                let found = text.and_then(|text| function(text).or_else(|| member(text)));
                if name.is_none() && self.calls.is_empty() && self.slot == Slot::Statement {
                    self.begin(Head::Expr, Slot::Operand);
                }
                self.calls.push(OpenCall { name, function: found, args: vec![None], sizes: vec![0] });
                self.slot = Slot::Operand;
                return;
            }
            R_PAREN => {
                // It ends an operand; it is none.
                self.calls.pop();
                self.slot = Slot::Operator;
                self.note(token);
                return;
            }
            COMMA => {
                if let Some(call) = self.calls.last_mut() {
                    call.args.push(None);
                    call.sizes.push(0);
                    self.slot = Slot::Operand;
                } else if self.head == Head::Var {
                    self.slot = Slot::Declared;
                }
                return;
            }
            _ => {}
        }
        match token.kind {
            BLOCK_OPEN | SCRIPT_OPEN | BLOCK_HEADER => self.begin(Head::None, Slot::Statement),
            INLINE_OPEN => self.begin(Head::Print, Slot::Operand),
            VAR_KW => self.begin(Head::Var, Slot::Declared),
            SET_KW => self.begin(Head::Set, Slot::SetTarget),
            IF_KW | ELSEIF_KW => self.begin(Head::If, Slot::Operand),
            FOR_KW => self.begin(Head::ForStart, Slot::Counter),
            NEXT_KW => self.begin(Head::None, Slot::NextName),
            ELSE_KW | ENDIF_KW | THEN_KW | DO_KW => self.begin(Head::None, Slot::Statement),
            TO_KW | DOWNTO_KW => self.begin(Head::ForBound, Slot::Operand),
            AND_KW | OR_KW | NOT_KW | EQ2 | NEQ | LT | LTE | GT | GTE | BAD_OPERATOR => {
                if self.calls.is_empty() && self.slot == Slot::Statement {
                    self.begin(Head::Expr, Slot::Operand);
                }
                self.slot = Slot::Operand;
            }
            EQ => self.slot = Slot::Operand,
            DOT => self.slot = Slot::Member,
            VARIABLE => match self.slot {
                Slot::Declared => self.slot = Slot::AfterDeclared,
                Slot::SetTarget | Slot::Counter => {
                    self.target = Some(token.range);
                    self.slot = Slot::Equals;
                }
                Slot::NextName => self.slot = Slot::Statement,
                _ => self.operand(),
            },
            _ => self.operand(),
        }
        self.note(token);
    }
}
