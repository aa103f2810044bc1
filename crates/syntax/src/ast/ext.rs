//! What the grammar cannot say about nodes.

use std::borrow::Cow;

use smol_str::SmolStr;

use super::{
    ArgList, AssignExpr, AstChildren, AstNode, AstToken, BadExpr, Block, BlockHeader, CallExpr, Chunk, CompareExpr,
    Expr, ForStmt, Inline, IntegerLiteral, Literal, LogicalExpr, MemberExpr, NameExpr, NextStmt, ScriptBlock,
    ScriptOpen, SetStmt, StringLiteral, VarStmt, VariableExpr, VariableName,
};
use crate::{SyntaxElement, SyntaxKind, SyntaxKind::*, SyntaxNode, SyntaxToken};

/// A region of code.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Region {
    /// `%%[ … ]%%`
    Block(Block),
    /// `%%= … =%%`
    Inline(Inline),
    /// `<script runat=server language=ampscript> … </script>`
    ScriptBlock(ScriptBlock),
}

impl AstNode for Region {
    fn can_cast(kind: SyntaxKind) -> bool {
        matches!(kind, BLOCK | INLINE | SCRIPT_BLOCK)
    }

    fn cast(syntax: SyntaxNode) -> Option<Region> {
        Some(match syntax.kind() {
            BLOCK => Region::Block(Block::cast(syntax)?),
            INLINE => Region::Inline(Inline::cast(syntax)?),
            SCRIPT_BLOCK => Region::ScriptBlock(ScriptBlock::cast(syntax)?),
            _ => return None,
        })
    }

    fn syntax(&self) -> &SyntaxNode {
        match self {
            Region::Block(node) => node.syntax(),
            Region::Inline(node) => node.syntax(),
            Region::ScriptBlock(node) => node.syntax(),
        }
    }
}

impl Chunk {
    /// The regions of code, in order.
    pub fn regions(&self) -> AstChildren<Region> {
        super::support::children(self.syntax())
    }
}

impl Block {
    /// The execution context that it names.
    pub fn header(&self) -> Option<BlockHeader> {
        self.block_header_token().and_then(BlockHeader::cast)
    }
}

impl ScriptBlock {
    /// The tag that opens it.
    pub fn open_tag(&self) -> Option<ScriptOpen> {
        self.script_open_token().and_then(ScriptOpen::cast)
    }
}

impl VarStmt {
    /// The variables that it declares.
    pub fn variables(&self) -> AstChildren<VariableExpr> {
        self.variable_exprs()
    }
}

impl SetStmt {
    /// The variable that it sets.
    pub fn variable(&self) -> Option<VariableExpr> {
        VariableExpr::cast(self.target()?.syntax().clone())
    }
}

/// Which way a loop counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum LoopDirection {
    /// `to`
    Up,
    /// `downto`
    Down,
}

impl ForStmt {
    /// The variable that counts.
    pub fn counter(&self) -> Option<VariableExpr> {
        self.variable_expr()
    }

    /// Which way it counts.
    pub fn direction(&self) -> Option<LoopDirection> {
        let up = self.to_token().map(|_| LoopDirection::Up);
        up.or_else(|| self.downto_token().map(|_| LoopDirection::Down))
    }
}

impl NextStmt {
    /// The variable that it names.
    pub fn counter(&self) -> Option<VariableExpr> {
        self.variable_expr()
    }
}

impl VariableExpr {
    /// The variable.
    pub fn variable(&self) -> Option<VariableName> {
        first_token(self.syntax()).and_then(VariableName::cast)
    }

    /// Its name without `@`, as it is written; none for a lone `@`.
    pub fn name(&self) -> Option<SmolStr> {
        self.variable().map(|variable| SmolStr::new(variable.name())).filter(|name| !name.is_empty())
    }

    /// Its name without `@` in lower case: two variables are the same when their keys are.
    pub fn key(&self) -> Option<SmolStr> {
        self.variable().map(|variable| variable.key()).filter(|key| !key.is_empty())
    }

    /// Whether the platform sets it: `@@name`.
    pub fn is_system(&self) -> bool {
        self.system_variable_token().is_some()
    }
}

impl NameExpr {
    /// The name of the attribute, without brackets.
    pub fn text(&self) -> Option<SmolStr> {
        let token = first_token(self.syntax())?;
        let text = token.text();
        Some(SmolStr::new(match token.kind() {
            BRACKET_NAME => text.trim_start_matches('[').trim_end_matches(']'),
            _ => text,
        }))
    }
}

/// What a literal stands for.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum LiteralValue {
    /// Text.
    String(StringLiteral),
    /// A whole number.
    Integer(IntegerLiteral),
    /// A decimal number.
    Real(SyntaxToken),
    /// `true`, `false`
    Boolean(bool),
}

impl Literal {
    /// What it stands for.
    pub fn value(&self) -> Option<LiteralValue> {
        let token = first_token(self.syntax())?;
        Some(match token.kind() {
            INTEGER => LiteralValue::Integer(IntegerLiteral::cast(token)?),
            REAL => LiteralValue::Real(token),
            TRUE_KW => LiteralValue::Boolean(true),
            FALSE_KW => LiteralValue::Boolean(false),
            _ => LiteralValue::String(StringLiteral::cast(token)?),
        })
    }

    /// It as a string.
    pub fn as_string(&self) -> Option<StringLiteral> {
        first_token(self.syntax()).and_then(StringLiteral::cast)
    }

    /// It as a whole number, if the platform can hold it.
    pub fn as_integer(&self) -> Option<i64> {
        first_token(self.syntax()).and_then(IntegerLiteral::cast)?.value()
    }
}

impl Expr {
    /// The expression without parentheses around it.
    #[must_use]
    pub fn without_parens(self) -> Expr {
        let mut expr = self;
        while let Expr::ParenExpr(parens) = &expr
            && let Some(inner) = parens.expr()
        {
            expr = inner;
        }
        expr
    }

    /// The content of the string that it is.
    pub fn string_value(&self) -> Option<SmolStr> {
        let Expr::Literal(literal) = self else {
            return None;
        };
        let string = literal.as_string()?;
        Some(match string.value() {
            Cow::Borrowed(text) => SmolStr::new(text),
            Cow::Owned(text) => SmolStr::from(text),
        })
    }

    /// The whole number that it is written as.
    pub fn integer_value(&self) -> Option<i64> {
        let Expr::Literal(literal) = self else {
            return None;
        };
        literal.as_integer()
    }
}

impl CallExpr {
    /// The name of the function.
    pub fn name_token(&self) -> Option<SyntaxToken> {
        self.ident_token()
    }

    /// The name of the function, as it is written.
    pub fn name(&self) -> Option<SmolStr> {
        self.ident_token().map(|token| SmolStr::new(token.text()))
    }

    /// The arguments, in order; a missing one is a [`super::MissingExpr`]. See [`ArgList::is_whole`] before counting them.
    pub fn args(&self) -> impl Iterator<Item = Expr> + use<> {
        self.arg_list().into_iter().flat_map(|list| list.args())
    }

    /// Whether its name is `name`, in any case.
    pub fn is_call_of(&self, name: &str) -> bool {
        self.ident_token().is_some_and(|token| token.text().eq_ignore_ascii_case(name))
    }
}

impl MemberExpr {
    /// The name of the member.
    pub fn name_token(&self) -> Option<SyntaxToken> {
        self.ident_token()
    }

    /// The arguments, in order.
    pub fn args(&self) -> impl Iterator<Item = Expr> + use<> {
        self.arg_list().into_iter().flat_map(|list| list.args())
    }
}

impl ArgList {
    /// The arguments, in order; a missing one is a [`super::MissingExpr`].
    pub fn args(&self) -> AstChildren<Expr> {
        self.exprs()
    }

    /// Whether every argument was read: nothing is missing in the list and nothing in it is an error, so that its arguments can be
    /// counted.
    pub fn is_whole(&self) -> bool {
        let whole = |child: SyntaxNode| match child.kind() {
            ERROR | MISSING_EXPR => false,
            // A text that does not end holds what was meant as the next arguments.
            LITERAL => first_token(&child).is_none_or(|token| token.kind() != STRING || ends(token.text())),
            _ => true,
        };
        self.r_paren_token().is_some() && self.syntax().children().all(whole)
    }
}

fn ends(string: &str) -> bool {
    string.len() > 1 && string.as_bytes().first() == string.as_bytes().last()
}

/// How two values are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CompareOp {
    /// `==`
    Equal,
    /// `!=`
    NotEqual,
    /// `<`
    Less,
    /// `<=`
    LessOrEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterOrEqual,
}

impl CompareOp {
    /// Whether it orders: every operator but `==` and `!=`.
    pub fn is_ordering(self) -> bool {
        !matches!(self, CompareOp::Equal | CompareOp::NotEqual)
    }

    /// What asks the same with the operands exchanged: `1 < @a` is `@a > 1`.
    pub fn mirrored(self) -> CompareOp {
        match self {
            CompareOp::Less => CompareOp::Greater,
            CompareOp::LessOrEqual => CompareOp::GreaterOrEqual,
            CompareOp::Greater => CompareOp::Less,
            CompareOp::GreaterOrEqual => CompareOp::LessOrEqual,
            CompareOp::Equal | CompareOp::NotEqual => self,
        }
    }
}

impl CompareExpr {
    /// The operator, the first one in a chain.
    pub fn op_token(&self) -> Option<SyntaxToken> {
        tokens(self.syntax()).find(|token| CompareOp::of(token.kind()).is_some() || token.kind() == BAD_OPERATOR)
    }

    /// What the operator asks; none for one that the language does not have.
    pub fn op(&self) -> Option<CompareOp> {
        CompareOp::of(self.op_token()?.kind())
    }

    /// What is compared: two, or more in a chain.
    pub fn operands(&self) -> AstChildren<Expr> {
        super::support::children(self.syntax())
    }
}

impl CompareOp {
    /// The comparison that a token stands for.
    pub fn of(kind: SyntaxKind) -> Option<CompareOp> {
        Some(match kind {
            EQ2 => CompareOp::Equal,
            NEQ => CompareOp::NotEqual,
            LT => CompareOp::Less,
            LTE => CompareOp::LessOrEqual,
            GT => CompareOp::Greater,
            GTE => CompareOp::GreaterOrEqual,
            _ => return None,
        })
    }
}

/// How conditions are joined.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum LogicalOp {
    /// `and`
    And,
    /// `or`
    Or,
}

impl LogicalExpr {
    /// The operator, the first one in a chain.
    pub fn op_token(&self) -> Option<SyntaxToken> {
        tokens(self.syntax()).find(|token| matches!(token.kind(), AND_KW | OR_KW | BAD_OPERATOR))
    }

    /// What joins the operands; `&&` and `||` count as the words that they stand for.
    pub fn op(&self) -> Option<LogicalOp> {
        let token = self.op_token()?;
        match (token.kind(), token.text()) {
            (AND_KW, _) | (_, "&" | "&&") => Some(LogicalOp::And),
            (OR_KW, _) | (_, "|" | "||") => Some(LogicalOp::Or),
            _ => None,
        }
    }

    /// What is joined: two or more.
    pub fn operands(&self) -> AstChildren<Expr> {
        self.exprs()
    }
}

impl AssignExpr {
    /// The values on both sides: two, or more in a chain.
    pub fn operands(&self) -> AstChildren<Expr> {
        super::support::children(self.syntax())
    }
}

impl BadExpr {
    /// The first operator; none in `3-5`, where the sign belongs to the second number.
    pub fn op_token(&self) -> Option<SyntaxToken> {
        self.bad_operator_token()
    }
}

fn tokens(node: &SyntaxNode) -> impl Iterator<Item = SyntaxToken> + use<> {
    node.children_with_tokens().filter_map(SyntaxElement::into_token)
}

/// The first token that is no blank or comment.
fn first_token(node: &SyntaxNode) -> Option<SyntaxToken> {
    tokens(node).find(|token| !token.kind().is_trivia())
}
