//! Expressions: operators, calls, literals.

use rowan::NodeOrToken;

use super::{
    ArithExpr, CallExpr, CompareExpr, ConvertExpr, Expr, Literal, LogicalExpr, NameToken, SqlString, TimeZoneExpr,
};
use crate::{
    SyntaxKind,
    SyntaxKind::*,
    SyntaxNode, SyntaxToken,
    ast::{AstNode, AstToken},
};

/// An operator between numbers or texts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ArithOp {
    /// `+`
    Add,
    /// `-`
    Subtract,
    /// `*`
    Multiply,
    /// `/`
    Divide,
    /// `%`
    Remainder,
    /// `&`
    BitAnd,
    /// `|`
    BitOr,
    /// `^`
    BitXor,
}

/// An operator that compares.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CompareOp {
    /// `=`; also `==`, which is no operator here
    Equal,
    /// `<>`, `!=`
    NotEqual,
    /// `<`
    Less,
    /// `<=`, `!>`
    LessOrEqual,
    /// `>`
    Greater,
    /// `>=`, `!<`
    GreaterOrEqual,
}

impl CompareOp {
    /// The operator that says the same with its sides changed.
    pub fn turned(self) -> CompareOp {
        match self {
            CompareOp::Less => CompareOp::Greater,
            CompareOp::LessOrEqual => CompareOp::GreaterOrEqual,
            CompareOp::Greater => CompareOp::Less,
            CompareOp::GreaterOrEqual => CompareOp::LessOrEqual,
            same @ (CompareOp::Equal | CompareOp::NotEqual) => same,
        }
    }
}

/// An operator between conditions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum LogicalOp {
    /// `AND`; also `&&`, which is no operator here
    And,
    /// `OR`
    Or,
}

fn tokens(node: &SyntaxNode) -> impl Iterator<Item = SyntaxToken> + use<> {
    node.children_with_tokens().filter_map(NodeOrToken::into_token).filter(|token| !token.kind().is_trivia())
}

impl ArithExpr {
    /// The operators, in order: the first stands between the first two operands. None for one of another dialect.
    pub fn ops(&self) -> impl Iterator<Item = (SyntaxToken, Option<ArithOp>)> + use<> {
        tokens(self.syntax()).map(|token| {
            let op = match token.kind() {
                PLUS => Some(ArithOp::Add),
                MINUS => Some(ArithOp::Subtract),
                STAR => Some(ArithOp::Multiply),
                SLASH => Some(ArithOp::Divide),
                PERCENT => Some(ArithOp::Remainder),
                AMP => Some(ArithOp::BitAnd),
                PIPE => Some(ArithOp::BitOr),
                CARET => Some(ArithOp::BitXor),
                _ => None,
            };
            (token, op)
        })
    }
}

impl CompareExpr {
    /// The operator; none for one of another dialect.
    pub fn op(&self) -> Option<CompareOp> {
        let mut tokens = tokens(self.syntax());
        let (first, second) = (tokens.next()?.kind(), tokens.next().map(|token| token.kind()));
        Some(match (first, second) {
            // `! =`, in two words
            (BAD_OPERATOR, Some(EQ)) | (LT, Some(GT)) => CompareOp::NotEqual,
            (LT, Some(EQ)) | (BAD_OPERATOR, Some(GT)) => CompareOp::LessOrEqual,
            (GT, Some(EQ)) | (BAD_OPERATOR, Some(LT)) => CompareOp::GreaterOrEqual,
            (EQ | EQ2, _) => CompareOp::Equal,
            (NEQ | LTGT, _) => CompareOp::NotEqual,
            (LT, _) => CompareOp::Less,
            (LTE | NOT_GT, _) => CompareOp::LessOrEqual,
            (GT, _) => CompareOp::Greater,
            (GTE | NOT_LT, _) => CompareOp::GreaterOrEqual,
            _ => return None,
        })
    }

    /// What stands before the operator.
    pub fn lhs(&self) -> Option<Expr> {
        self.operands().next()
    }

    /// What stands behind the operator.
    pub fn rhs(&self) -> Option<Expr> {
        self.operands().nth(1)
    }
}

impl LogicalExpr {
    /// The operator.
    pub fn op(&self) -> LogicalOp {
        if self.or_token().is_some() { LogicalOp::Or } else { LogicalOp::And }
    }
}

impl ConvertExpr {
    /// What is converted.
    pub fn value(&self) -> Option<Expr> {
        self.args().next()
    }

    /// The style.
    pub fn style(&self) -> Option<Expr> {
        self.args().nth(1)
    }
}

impl TimeZoneExpr {
    /// What is converted.
    pub fn value(&self) -> Option<Expr> {
        self.exprs().next()
    }

    /// The time zones, in order.
    pub fn zones(&self) -> impl Iterator<Item = Expr> + use<> {
        self.exprs().skip(1)
    }
}

impl CallExpr {
    /// The name of the function, without what qualifies it.
    pub fn function(&self) -> Option<NameToken> {
        self.name()?.last()
    }

    /// Whether the function is `name`, in any case, and nothing qualifies it.
    pub fn is_call_of(&self, name: &str) -> bool {
        self.only_name().is_some_and(|(_, text)| text.eq_ignore_ascii_case(name))
    }

    /// The name of the function as it is written, if nothing qualifies it and nothing stands around it.
    pub fn bare_name(&self) -> Option<&str> {
        self.only_name().filter(|(kind, _)| *kind == IDENT).map(|(_, text)| text)
    }

    /// The only part of the name. Many rules ask each call for it: no cursor is made.
    fn only_name(&self) -> Option<(SyntaxKind, &str)> {
        let mut nodes = self.syntax().green().children().filter_map(NodeOrToken::into_node);
        let name = nodes.find(|node| SyntaxKind::from_raw(node.kind()) == SQL_NAME)?;
        let mut only = None;
        for token in name.children().filter_map(NodeOrToken::into_token) {
            let kind = SyntaxKind::from_raw(token.kind());
            if NameToken::can_cast(kind) {
                only = Some((kind, token.text()));
            } else if !kind.is_trivia() {
                return None;
            }
        }
        only
    }

    /// The arguments, in order; a missing one is a [`super::MissingExpr`].
    pub fn args(&self) -> impl Iterator<Item = Expr> + use<> {
        self.arg_list().into_iter().flat_map(|list| list.args())
    }
}

/// What a literal stands for.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum LiteralValue {
    /// Text; `N'…'` is one, too.
    Text(SqlString),
    /// A whole number, as it is written.
    Integer(SyntaxToken),
    /// A number with a decimal point.
    Decimal(SyntaxToken),
    /// A number with an exponent.
    Float(SyntaxToken),
    /// Bytes: `0xFF`
    Binary(SyntaxToken),
    /// An amount of money.
    Money(SyntaxToken),
    /// A date or a time as ODBC writes it: `{d '2024-01-31'}`
    Odbc(SyntaxToken),
    /// NULL
    Null,
    /// DEFAULT
    Default,
}

impl Literal {
    /// What it stands for.
    pub fn value(&self) -> Option<LiteralValue> {
        let token = tokens(self.syntax()).next()?;
        Some(match token.kind() {
            INTEGER => LiteralValue::Integer(token),
            REAL => LiteralValue::Decimal(token),
            FLOAT => LiteralValue::Float(token),
            HEX => LiteralValue::Binary(token),
            MONEY => LiteralValue::Money(token),
            ODBC_LITERAL => LiteralValue::Odbc(token),
            NULL_KW => LiteralValue::Null,
            DEFAULT_KW => LiteralValue::Default,
            _ => LiteralValue::Text(SqlString::cast(token)?),
        })
    }

    /// The whole number that it is written as.
    pub fn as_integer(&self) -> Option<i64> {
        self.integer_token()?.text().parse().ok()
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
}
