use sfmc_semantic::Expr;
use sfmc_syntax::TextEdit;

use crate::flow::{CallSite, CheckCall, FlowContext};

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

impl CheckCall for OutputNeedsCall {
    const FUNCTIONS: &'static [&'static str] = &["Output", "OutputLine"];

    fn check(ctx: &mut FlowContext<'_>, call: &CallSite) {
        for &arg in ctx.args(call) {
            let range = ctx.range(arg);
            let is_variable = matches!(ctx.expr(arg), Expr::Variable(_) | Expr::System(_));
            if !is_variable && !ctx.is_literal(arg) {
                continue;
            }
            let text = ctx.text(range);
            let help = if is_variable {
                format!("write `v({text})`")
            } else {
                "write the text outside of the block, or wrap it in `Concat()`".to_owned()
            };
            let report =
                ctx.report::<Self>(range, format!("`{}` prints only what a function returns", call.function.name));
            let report = report.help(help);
            if is_variable {
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
