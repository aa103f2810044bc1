use sfmc_semantic::Expr;

use crate::flow::{CallSite, CheckCall, FlowContext, Usage};

declare_rule! {
    /// `v()` is given a variable, not a name in quotation marks.
    ///
    /// ## Why
    /// `v("id")` prints the word `id`. It reads neither the variable nor the parameter or the attribute of that name.
    /// Source: rules.md 2.1 (tested live).
    ///
    /// ## Bad
    /// ```ampscript
    /// <p>Your number: %%=v("customerId")=%%</p>
    /// ```
    ///
    /// ## Good
    /// ```ampscript
    /// <p>Your number: %%=v(@customerId)=%%</p>
    /// ```
    pub VLiteral {
        id: "amp/v-literal",
        aliases: [],
        group: Suspicious,
        severity: Warning,
        fix: None,
        since: "0.1.0",
    }
}

impl CheckCall for VLiteral {
    const FUNCTIONS: &'static [&'static str] = &["v"];

    fn check(ctx: &mut FlowContext<'_>, call: &CallSite) {
        let Some(arg) = ctx.arg(call, 0) else { return };
        let Expr::Text(text) = ctx.expr(arg) else { return };
        // Text goes through `v()` to be printed by Output.
        if let Usage::Argument { call: outer, .. } = call.usage
            && let Expr::Call(outer) = ctx.expr(outer)
            && outer.function.is_some_and(|function| matches!(function.get().name, "Output" | "OutputLine"))
        {
            return;
        }
        let name = text.strip_prefix('@').unwrap_or(text);
        let is_name = name.starts_with(|c: char| c == '_' || c.is_ascii_alphabetic())
            && name.chars().all(|c| c == '_' || c.is_ascii_alphanumeric());
        if !is_name {
            return;
        }
        let range = ctx.range(arg);
        ctx.report::<Self>(range, format!("this prints the word `{text}`")).help(format!(
            "write `@{name}` for the variable, `RequestParameter(\"{name}\")` for the parameter of a page"
        ));
    }
}

#[cfg(test)]
mod tests {
    use crate::tests::{check, silent};

    #[test]
    fn at_the_text() {
        check(
            "amp/v-literal",
            "
%%=v('id')=%% %%=V(\"@name\")=%%
//   ^^^^ this prints the word `id`
//                 ^^^^^^^ this prints the word `@name`
",
        );
    }

    #[test]
    fn silent_on_variables_and_on_prose() {
        silent(
            "amp/v-literal",
            "%%[ set @a = 'id' Output(v('word')) ]%% %%=v(@a)=%% %%=v('Hello there!')=%% %%=v(5)=%% %%=v('')=%%",
        );
    }
}
