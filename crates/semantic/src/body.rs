//! What the code of a chunk says, without its tree: steps in order and the expressions in them, without offsets.
//!
//! Two queries, so that typing which moves code but does not change it runs nothing above: [`lowered`] knows where everything stands,
//! [`chunk_body`] does not and compares equal.

mod lower;
mod script;

use std::sync::Arc;

use sfmc_catalog::ampscript::{FunctionId, Param};
use sfmc_db::{Chunk, Db};
pub use sfmc_syntax::ast::{CompareOp, LogicalOp};
use sfmc_syntax::{SmolStr, TextRange};

use crate::value::Constant;

/// An expression, by its place in [`Body::exprs`]. Operands stand before what they are operands of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ExprId(u32);

impl ExprId {
    /// Its place.
    pub fn index(self) -> usize {
        self.0 as usize
    }

    pub(crate) fn new(index: usize) -> ExprId {
        ExprId(u32::try_from(index).unwrap_or(u32::MAX))
    }
}

/// A variable of a chunk, by its place in [`Body::names`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NameId(u32);

impl NameId {
    /// Its place.
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// Operands of an expression, as a range of [`Body::list`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Operands {
    start: u32,
    len: u32,
}

impl Operands {
    /// How many there are.
    pub fn len(self) -> usize {
        self.len as usize
    }

    /// Whether there are none.
    pub fn is_empty(self) -> bool {
        self.len == 0
    }
}

/// An expression.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Expr {
    /// One that should stand there.
    Missing,
    /// `"text"`, without quotation marks.
    Text(SmolStr),
    /// `12`
    Integer(i64),
    /// A number that is no whole one, or too large: as it is written.
    Number(SmolStr),
    /// `true`, `false`
    Boolean(bool),
    /// `@name`
    Variable(NameId),
    /// `@@name`, in lower case.
    System(SmolStr),
    /// An attribute: a bare word or `[name]`, as it is written.
    Attribute(SmolStr),
    /// A call of a function.
    Call(Call),
    /// `Msg(0).Verb`: its operands.
    Member(Operands),
    /// `not …`
    Not(ExprId),
    /// `… and …`, `… or …`
    Logical {
        /// What joins them.
        op: LogicalOp,
        /// What is joined.
        operands: Operands,
        /// Sources disagree on how it groups.
        disputed: bool,
    },
    /// `… == …`
    Compare {
        /// How.
        op: CompareOp,
        /// The left side.
        lhs: ExprId,
        /// The right side.
        rhs: ExprId,
    },
    /// What the platform does not evaluate as anything: wrong code, with what stands in it.
    Other(Operands),
}

/// A call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Call {
    /// The function; none when the catalog does not know it.
    pub function: Option<FunctionId>,
    /// The arguments.
    pub args: Operands,
    /// Whether every argument was read, so that they can be counted.
    pub whole: bool,
}

/// What code does, one after the other. Bodies of IF and FOR are no parts of them: a chunk can hold the one without the other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// A block or script block begins; inside, it is run only in this execution context if there is one.
    Enter(Option<SmolStr>),
    /// It ends.
    Exit,
    /// `var @name`: each variable is a step.
    Declare(ExprId),
    /// `@name = value`: without SET it does nothing, but whoever wrote it takes the variable for set.
    Assign {
        /// The variable.
        target: ExprId,
        /// What it was meant to get.
        value: ExprId,
    },
    /// `set @name = value`
    Set {
        /// The variable.
        target: ExprId,
        /// Its value.
        value: ExprId,
    },
    /// An expression as a statement: nothing of it is printed.
    Eval(ExprId),
    /// `%%= … =%%`
    Print(ExprId),
    /// `if … then`
    If(ExprId),
    /// `elseif … then`
    Elseif(ExprId),
    /// `else`
    Else,
    /// `endif`
    Endif,
    /// `for @counter = start to bound do`
    For {
        /// The variable that counts.
        counter: Option<ExprId>,
        /// The first value.
        start: ExprId,
        /// The last.
        bound: ExprId,
        /// `downto`
        down: bool,
    },
    /// `next`
    Next,
    /// `%%name%%`: an [`Expr::Attribute`].
    Personalization(ExprId),
    /// Text, markup or anything else that is printed.
    Text,
    /// Server-side JavaScript, by its place in [`Body::scripts`].
    Script(u32),
    /// Code that was not understood: it can do anything.
    Lost,
}

/// What a server script does with the variables of the page.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ScriptUse {
    /// The variables that it sets.
    pub sets: Vec<NameId>,
    /// The variables that it reads.
    pub gets: Vec<NameId>,
    /// It sets or reads others too, or runs AMPscript.
    pub opaque: bool,
}

/// What the code of a chunk does.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Body {
    /// The variables, without `@` and in lower case, each once.
    pub names: Box<[SmolStr]>,
    /// The expressions.
    pub exprs: Box<[Expr]>,
    list: Box<[ExprId]>,
    /// What is done, in order.
    pub steps: Box<[Step]>,
    /// The server scripts.
    pub scripts: Box<[ScriptUse]>,
}

impl Body {
    /// The expression of an id of this body.
    pub fn expr(&self, id: ExprId) -> &Expr {
        self.exprs.get(id.index()).unwrap_or(&Expr::Missing)
    }

    /// The id of the expression at a place of [`Body::exprs`].
    pub fn id(&self, index: usize) -> Option<ExprId> {
        (index < self.exprs.len()).then(|| ExprId::new(index))
    }

    /// The expressions with their ids, in order.
    pub fn ids(&self) -> impl Iterator<Item = (ExprId, &Expr)> {
        self.exprs.iter().enumerate().map(|(index, expr)| (ExprId::new(index), expr))
    }

    /// What an expression consists of.
    pub fn children(&self, id: ExprId) -> Vec<ExprId> {
        match self.expr(id) {
            Expr::Call(call) => self.operands(call.args).to_vec(),
            Expr::Member(operands) | Expr::Other(operands) | Expr::Logical { operands, .. } => {
                self.operands(*operands).to_vec()
            }
            Expr::Not(operand) => vec![*operand],
            Expr::Compare { lhs, rhs, .. } => vec![*lhs, *rhs],
            _ => Vec::new(),
        }
    }

    /// The value of an expression that is written as a literal.
    pub fn literal(&self, id: ExprId) -> Option<Constant> {
        Some(match self.expr(id) {
            Expr::Text(text) => Constant::Text(text.clone()),
            Expr::Integer(number) => Constant::Integer(*number),
            Expr::Number(text) => Constant::Number(text.clone()),
            Expr::Boolean(value) => Constant::Boolean(*value),
            _ => return None,
        })
    }

    /// Operands of an expression of this body.
    pub fn operands(&self, operands: Operands) -> &[ExprId] {
        let start = operands.start as usize;
        self.list.get(start..start + operands.len()).unwrap_or(&[])
    }

    /// The parameter that an argument of a call is passed for, if the argument is a variable in which the call stores a result.
    pub fn out_param(&self, call: Call, index: usize) -> Option<&'static Param> {
        let arg = *self.operands(call.args).get(index)?;
        self.variable(arg)?;
        call.function?.get().out_param(index)
    }

    /// The variable that an expression is.
    pub fn variable(&self, id: ExprId) -> Option<NameId> {
        match self.expr(id) {
            Expr::Variable(name) => Some(*name),
            _ => None,
        }
    }

    /// A name of this body.
    pub fn name(&self, id: NameId) -> &SmolStr {
        &self.names[id.index()]
    }
}

impl Step {
    /// The last of the expressions in it; those of a step stand behind those of the one before.
    pub fn last_expr(&self) -> Option<ExprId> {
        match *self {
            Step::Declare(expr)
            | Step::Eval(expr)
            | Step::Print(expr)
            | Step::If(expr)
            | Step::Elseif(expr)
            | Step::Personalization(expr) => Some(expr),
            Step::Set { target, value } | Step::Assign { target, value } => Some(target.max(value)),
            Step::For { counter, start, bound, .. } => counter.max(Some(start.max(bound))),
            _ => None,
        }
    }
}

/// A body, and where everything in it stands, in bytes from the chunk's start.
#[derive(Clone, Debug, Default)]
pub struct Lowered {
    /// The body.
    pub body: Arc<Body>,
    /// For each expression: where it stands, without parentheses around it.
    pub exprs: Box<[TextRange]>,
    /// For each call, by its [`ExprId`]: the name of the function. In order.
    pub callees: Box<[(ExprId, TextRange)]>,
    /// For each step: its keyword, or all of it where it has none.
    pub steps: Box<[TextRange]>,
}

impl Lowered {
    /// Where an expression stands.
    pub fn range(&self, expr: ExprId) -> TextRange {
        self.exprs.get(expr.index()).copied().unwrap_or_default()
    }

    /// Where the name of the function of a call stands.
    pub fn callee(&self, call: ExprId) -> Option<TextRange> {
        let found = self.callees.binary_search_by_key(&call, |(id, _)| *id).ok()?;
        Some(self.callees[found].1)
    }
}

/// What a chunk says, and where.
#[salsa::tracked(no_eq, returns(ref))]
pub fn lowered(db: &dyn Db, chunk: Chunk) -> Lowered {
    lower::lower(db, chunk)
}

/// What a chunk says.
#[salsa::tracked(returns(ref))]
pub fn chunk_body(db: &dyn Db, chunk: Chunk) -> Arc<Body> {
    Arc::clone(&lowered(db, chunk).body)
}

#[cfg(test)]
mod tests;
