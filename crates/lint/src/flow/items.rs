//! What rules look at.

#![allow(dead_code, reason = "what a rule can ask; which of it is in use changes with the rules")]

use sfmc_catalog::ampscript::Function;
use sfmc_semantic::{Call, CompareOp, ExprId, NameId, PageVariables};

/// What becomes of the value of an expression.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Usage {
    /// Nothing: it is a statement of a block.
    Statement,
    /// It is printed: it is all that an inline expression consists of.
    Printed,
    /// It is the new value of a variable.
    Assigned(ExprId),
    /// It is the condition of IF or ELSEIF.
    Condition,
    /// It is an argument of a call.
    Argument {
        /// The call.
        call: ExprId,
        /// Which argument, from 0.
        index: usize,
    },
    /// It is one side of a comparison.
    Compared(ExprId),
    /// It is negated, or joined by AND or OR.
    Logical(ExprId),
    /// It is the first or last value of a loop.
    Bound,
    /// Something that the platform does not evaluate.
    Other,
}

/// A call of a function that the catalog knows, with all its arguments.
#[derive(Clone, Copy, Debug)]
pub(crate) struct CallSite {
    pub(crate) expr: ExprId,
    pub(crate) call: Call,
    pub(crate) function: &'static Function,
    /// What becomes of what it returns.
    pub(crate) usage: Usage,
}

/// A call of a function that the catalog does not know, whatever its arguments are.
#[derive(Clone, Copy, Debug)]
pub(crate) struct UnknownCall {
    /// Where the name stands.
    pub(crate) name: sfmc_syntax::TextRange,
    /// The call.
    pub(crate) call: Call,
}

/// A variable that is read.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Read {
    pub(crate) expr: ExprId,
    pub(crate) name: NameId,
    pub(crate) usage: Usage,
}

/// A string that is written in the code.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Literal {
    pub(crate) expr: ExprId,
}

/// An attribute that is read.
#[derive(Clone, Copy, Debug)]
pub(crate) struct NameRead {
    pub(crate) expr: ExprId,
    /// What becomes of its value.
    pub(crate) usage: Usage,
    /// It is `%%name%%` in the text of the page rather than a word of code.
    pub(crate) in_text: bool,
}

/// A block or script block begins.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Opening {
    /// Its step: the opening delimiter or tag.
    pub(crate) step: usize,
}

/// `set @target = value`
#[derive(Clone, Copy, Debug)]
pub(crate) struct Assignment {
    pub(crate) target: ExprId,
    pub(crate) name: NameId,
    pub(crate) value: ExprId,
}

/// `var @target`
#[derive(Clone, Copy, Debug)]
pub(crate) struct Declaration {
    /// Its step.
    pub(crate) step: usize,
    pub(crate) target: ExprId,
    pub(crate) name: NameId,
}

/// The condition of IF or ELSEIF, or a part of it: what AND, OR and NOT join.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Condition {
    pub(crate) expr: ExprId,
}

/// A comparison.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Comparison {
    pub(crate) expr: ExprId,
    pub(crate) op: CompareOp,
    pub(crate) lhs: ExprId,
    pub(crate) rhs: ExprId,
}

/// The head of a FOR.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Loop {
    /// Its step.
    pub(crate) step: usize,
    pub(crate) counter: Option<ExprId>,
    pub(crate) start: ExprId,
    pub(crate) bound: ExprId,
    /// `downto`
    pub(crate) down: bool,
}

/// An expression that is printed by an inline expression.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Printed {
    pub(crate) expr: ExprId,
}

/// An expression that is a statement of a block.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Statement {
    pub(crate) expr: ExprId,
}

/// An IF or a FOR that is open.
#[derive(Clone, Debug)]
pub(crate) enum FrameKind {
    /// IF.
    Branch,
    /// FOR, with the name of its counter, without `@` and in lower case.
    Loop(Option<sfmc_syntax::SmolStr>),
}

/// A page as a whole.
#[derive(Clone, Copy, Debug)]
pub(crate) struct PageItem<'a> {
    pub(crate) variables: &'a PageVariables,
}
