use sfmc_syntax::{
    TextEdit,
    ast::{self, AstNode, Expr},
};

use crate::context::{Check, Context};

declare_rule! {
    /// Output and OutputLine take a function call.
    ///
    /// ## Why
    /// Of a literal or a variable a live page prints nothing; the documentation calls it an error, other implementations print it. Through
    /// `v()` it is printed everywhere. Source: ampscript.md, sections 8 and 14 (tested live).
    ///
    /// ## Bad
    /// ```ampscript
    /// %%[ Output(@greeting) ]%%
    /// ```
    ///
    /// ## Good
    /// ```ampscript
    /// %%[ Output(v(@greeting)) ]%%
    /// ```
    pub OutputNeedsCall {
        id: "amp/output-needs-call",
        aliases: ["output-literal"],
        group: Suspicious,
        severity: Warning,
        fix: Unsafe,
        since: "0.1.0",
    }
}

impl Check<ast::CallExpr> for OutputNeedsCall {
    fn check(ctx: &mut Context<'_>, call: &ast::CallExpr) {
        if !(call.is_call_of("Output") || call.is_call_of("OutputLine")) {
            return;
        }
        let Some(call) = ctx.known_call(call) else { return };
        for arg in &call.args {
            let range = arg.syntax().text_range();
            let wrap = match arg {
                Expr::VariableExpr(_) => "v",
                Expr::Literal(_) => "Concat",
                _ => continue,
            };
            let text = arg.syntax().text().to_string();
            let help = match wrap {
                "v" => format!("write `v({text})`"),
                _ => "write the text outside of the block, or wrap it in `Concat()`".to_owned(),
            };
            let report =
                ctx.report::<Self>(range, format!("`{}` prints only what a function returns", call.function.name));
            let report = report.help(help);
            if wrap == "v" {
                report.unsafe_fix("wrap it in `v()`", [TextEdit::replace(range, format!("v({text})"))]);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::tests::{check, fixed, silent};

    #[test]
    fn at_the_argument() {
        check(
            "amp/output-needs-call",
            "
%%[ OutputLine('text') ]%%
//             ^^^^^^ prints only what a function returns
",
        );
    }

    #[test]
    fn silent_on_calls() {
        silent("amp/output-needs-call", "%%[ Output(Concat('a', @b)) OutputLine(v(@a)) ]%%");
    }

    #[test]
    fn wraps_a_variable() {
        fixed("amp/output-needs-call", "%%[ Output(@a) ]%%", "%%[ Output(v(@a)) ]%%");
    }
}
