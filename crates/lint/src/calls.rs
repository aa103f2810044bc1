//! A call beside what the catalog knows of its function.

use sfmc_catalog::ampscript::{Arg, Function, Param, function};
use sfmc_syntax::{
    SyntaxKind, SyntaxToken, TextRange,
    ast::{self, AstNode, Expr},
};

/// A call of a known function whose arguments can be counted.
pub(crate) struct KnownCall {
    /// The name as it is written.
    pub(crate) name: SyntaxToken,
    /// What the catalog knows.
    pub(crate) function: &'static Function,
    /// The arguments.
    pub(crate) args: Vec<Expr>,
    /// What is known of their values.
    pub(crate) known: Vec<Arg>,
}

impl KnownCall {
    /// `None` for a function that does not exist, or where the parser found the argument list wrong.
    pub(crate) fn new(call: &ast::CallExpr) -> Option<KnownCall> {
        let name = call.name_token()?;
        let function = function(name.text())?;
        let list = call.arg_list().filter(ast::ArgList::is_whole)?;
        let args: Vec<Expr> = list.args().collect();
        // A comma too many, or one that is missing, is reported as that.
        let tokens = list.syntax().children_with_tokens();
        let commas = tokens.filter(|element| element.kind() == SyntaxKind::COMMA).count();
        if commas != args.len().saturating_sub(1) {
            return None;
        }
        let known = args.iter().map(|arg| arg.integer_value().map_or(Arg::Unknown, Arg::Integer)).collect();
        Some(KnownCall { name, function, args, known })
    }

    /// The parameter that an argument is passed for, where sources agree on it.
    pub(crate) fn param(&self, index: usize) -> Option<&'static Param> {
        self.function.param(index, &self.known).filter(|param| param.disputed.is_none())
    }

    /// The range from one argument to the last.
    pub(crate) fn args_from(&self, index: usize) -> Option<TextRange> {
        let first = self.args.get(index)?.syntax().text_range();
        let last = self.args.last()?.syntax().text_range();
        Some(first.cover(last))
    }
}

/// `1 argument`, `2 arguments`
pub(crate) fn arguments(n: impl Into<u64>) -> String {
    match n.into() {
        1 => "1 argument".to_owned(),
        n => format!("{n} arguments"),
    }
}
