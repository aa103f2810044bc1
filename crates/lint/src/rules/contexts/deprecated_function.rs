use sfmc_diagnostics::Severity;

use crate::flow::{CallSite, CheckCall, FlowContext};

declare_rule! {
    /// A function that is called is not on its way out.
    ///
    /// ## Why
    /// Classic content was retired: what `ContentArea` and `ContentAreaByName` show cannot be edited any more. Its content is moved to
    /// Content Builder, where it gets other ids and names. The `*DE` functions are no part of this: one catalogue calls them deprecated, but
    /// sends accept only them. `LookupValue`, `GetValue` and `SetValue` stand in one old list only: that is a hint.
    /// Source: ampscript.md, sections 8 and 14 (23); rules.md 1.1.
    ///
    /// ## Bad
    /// ```ampscript
    /// %%=ContentAreaByName("my contents\footer")=%%
    /// ```
    ///
    /// ## Good
    /// ```ampscript
    /// %%=ContentBlockByName("Content Builder\footer")=%%
    /// ```
    ///
    /// ## When to turn it off
    /// As long as Classic content is still in use.
    pub DeprecatedFunction {
        id: "amp/deprecated-function",
        aliases: ["sfmc/amp-no-deprecated-function"],
        group: Suspicious,
        severity: Info,
        fix: None,
        since: "0.1.0",
    }
}

impl CheckCall for DeprecatedFunction {
    const FUNCTIONS: &'static [&'static str] = &[];

    fn check(ctx: &mut FlowContext<'_>, call: &CallSite) {
        let function = call.function;
        let Some(deprecated) = function.deprecated else { return };
        // What never works is reported as that. Marketing Cloud Next has none of them, which is said by another rule.
        if function.nonfunctional || ctx.is_next() {
            return;
        }
        let range = ctx.callee(call);
        if function.doubtful {
            let message =
                format!("one old list names `{}`, and says that it was deprecated: it may not exist", function.name);
            let report = ctx.report::<Self>(range, message).severity(Severity::Hint);
            if let Some(other) = deprecated.replacement {
                report.help(format!("use `{other}`"));
            }
            return;
        }
        let report = ctx.report::<Self>(range, format!("`{}` is deprecated", function.name));
        if let Some(other) = deprecated.replacement {
            // No fix: what is moved to Content Builder has another id and another name there.
            report.help(format!("use `{other}` with what the content is called in Content Builder"));
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::tests::{check, silent};

    #[test]
    fn at_the_name() {
        check(
            "amp/deprecated-function",
            "
%%[ set @footer = CONTENTAREA(@id) ]%%
//                ^^^^^^^^^^^ `ContentArea` is deprecated
%%=LookupValue('a', 'b', 'c', 'd')=%%
// ^^^^^^^^^^^ hint: one old list names `LookupValue`
",
        );
    }

    #[test]
    fn silent_on_functions_that_sends_need() {
        silent(
            "amp/deprecated-function",
            "%%[ InsertDE('Log', 'a', 'b') UpdateDE('Log', 1, 'k', 'v', 'a', 'b') UpsertDE('Log', 1, 'k', 'v', 'a', 'b')
            DeleteDE('Log', 'a', 'b') InsertData('Log', 'a', 'b') ]%%%%=ContentBlockByID(1)=%%%%=TreatAsContentArea('a', 'b')=%%",
        );
    }
}
