use crate::flow::{CallSite, CheckCall, FlowContext};

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

impl CheckCall for OutArgumentNotVariable {
    const FUNCTIONS: &'static [&'static str] = &[];

    fn check(ctx: &mut FlowContext<'_>, call: &CallSite) {
        // Of a wrong number of arguments nobody knows which is which.
        if !call.function.has_out() || ctx.arity_problem(call).is_some() {
            return;
        }
        for (index, &arg) in ctx.args(call).iter().enumerate() {
            let Some(param) = ctx.param(call, index).filter(|param| param.out) else { continue };
            if ctx.body().variable(arg).is_none() {
                let name = param.name.trim_start_matches('@');
                let range = ctx.range(arg);
                ctx.report::<Self>(range, format!("`{}` stores its {name} here: pass a variable", call.function.name))
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
