use sfmc_catalog::ampscript::{Allowed, Literal, Param};
use sfmc_diagnostics::similar;
use sfmc_syntax::{
    TextEdit,
    ast::{self, AstNode, Expr},
};

use crate::context::{Check, Context};

declare_rule! {
    /// An argument for which only some values exist has one of them.
    ///
    /// ## Why
    /// A unit or an option that the function does not know aborts the page, and all of its output is lost.
    /// Source: ampscript.md, sections 8 and 12 (each list tested live).
    ///
    /// ## Bad
    /// ```ampscript
    /// %%=DateAdd(Now(), 3, "days")=%%
    /// ```
    ///
    /// ## Good
    /// ```ampscript
    /// %%=DateAdd(Now(), 3, "D")=%%
    /// ```
    pub InvalidEnumValue {
        id: "amp/invalid-enum-value",
        aliases: ["sfmc/amp-arg-types", "dateadd-unit", "format-data-type"],
        group: Correctness,
        severity: Error,
        fix: Unsafe,
        since: "0.1.0",
    }
}

fn rejected(param: &Param, arg: &Expr) -> bool {
    if let Some(text) = arg.string_value() {
        return param.rejects(Literal::Text(&text));
    }
    arg.integer_value().is_some_and(|number| param.rejects(Literal::Integer(number)))
}

fn spelling(allowed: &Allowed) -> String {
    match allowed {
        Allowed::Text(text) => format!("\"{text}\""),
        Allowed::Integer(number) => number.to_string(),
    }
}

impl Check<ast::CallExpr> for InvalidEnumValue {
    fn check(ctx: &mut Context<'_>, call: &ast::CallExpr) {
        let Some(call) = ctx.known_call(call) else { return };
        for (index, arg) in call.args.iter().enumerate() {
            let Some(param) = call.param(index).filter(|param| rejected(param, arg)) else { continue };
            let values = param.allowed.iter().map(spelling).collect::<Vec<_>>();
            let range = arg.syntax().text_range();
            let text = arg.string_value().unwrap_or_default();
            // A word is meant by its beginning as often as by its letters: "days" is D.
            let initial = values.iter().find(|value| {
                let value = value.trim_matches('"');
                value.len() == 1 && text.get(..1).is_some_and(|first| first.eq_ignore_ascii_case(value))
            });
            let close = || {
                let words = values.iter().map(|value| value.trim_matches('"'));
                similar::closest(&text, words).map(|word| format!("\"{word}\""))
            };
            let better = initial.cloned().or_else(close);
            let message =
                format!("`{}` does not know {} as its {}", call.function.name, arg.syntax().text(), param.name);
            let report = ctx.report::<Self>(range, message).help(format!("it is one of {}", values.join(", ")));
            if let Some(better) = better {
                report.unsafe_fix(format!("write `{better}`"), [TextEdit::replace(range, better)]);
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
            "amp/invalid-enum-value",
            "
%%=DateAdd(Now(), 3, 'weeks')=%%
//                   ^^^^^^^ `DateAdd` does not know 'weeks'
",
        );
    }

    #[test]
    fn silent_on_what_is_known_in_any_case_and_on_what_is_computed() {
        silent("amp/invalid-enum-value", "%%=DateAdd(Now(), 3, 'd')=%% %%=DateAdd(Now(), 3, @unit)=%%");
        silent("amp/invalid-enum-value", "%%=DateAdd(Now(), 3, Concat('d'))=%%");
    }

    #[test]
    fn suggests() {
        fixed("amp/invalid-enum-value", "%%=DateAdd(Now(), 3, 'days')=%%", "%%=DateAdd(Now(), 3, \"D\")=%%");
    }
}
