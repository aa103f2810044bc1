use sfmc_syntax::ast::{self, AstNode, Expr};

use crate::context::{Check, Context};

declare_rule! {
    /// Where a function stores a result in an argument, that argument is a variable.
    ///
    /// ## Why
    /// The status of HTTPGet, the response of HTTPPost, the messages of the Invoke functions are written into the variable that is passed;
    /// anything else cannot take them. Source: ampscript.md, section 8 (out-variables).
    ///
    /// ## Bad
    /// ```ampscript
    /// %%[ set @body = HTTPGet("https://example.com/feed", false, 0, "status") ]%%
    /// ```
    ///
    /// ## Good
    /// ```ampscript
    /// %%[ set @body = HTTPGet("https://example.com/feed", false, 0, @status) ]%%
    /// ```
    pub OutArgumentNotVariable {
        id: "amp/out-argument-not-variable",
        aliases: [],
        group: Correctness,
        severity: Error,
        fix: None,
        since: "0.1.0",
    }
}

impl Check<ast::CallExpr> for OutArgumentNotVariable {
    fn check(ctx: &mut Context<'_>, call: &ast::CallExpr) {
        let Some(call) = ctx.known_call(call) else { return };
        for (index, arg) in call.args.iter().enumerate() {
            let Some(param) = call.param(index).filter(|param| param.out) else { continue };
            let is_variable = match arg.clone().without_parens() {
                Expr::VariableExpr(variable) => !variable.is_system(),
                _ => false,
            };
            if !is_variable {
                let name = param.name.trim_start_matches('@');
                ctx.report::<Self>(
                    arg.syntax().text_range(),
                    format!("`{}` stores its {name} here: pass a variable", call.function.name),
                )
                .help(format!("`{}`", call.function.syntax));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::tests::{check, silent};

    #[test]
    fn at_the_argument() {
        check(
            "amp/out-argument-not-variable",
            "
%%=ContentBlockByKey('k', '', false, 'x', 'status')=%%
//                                        ^^^^^^^^ stores its statusCode here
",
        );
    }

    #[test]
    fn silent_on_variables_and_where_there_is_none() {
        silent(
            "amp/out-argument-not-variable",
            "%%=ContentBlockByKey('k', '', false, 'x', @s)=%% %%=ContentBlockByKey('k')=%%",
        );
    }
}
