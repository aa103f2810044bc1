use sfmc_catalog::ampscript::ArityProblem;

use crate::{
    calls::arguments,
    flow::{CallSite, CheckCall, FlowContext},
};

declare_rule! {
    /// Names and values, and other arguments that repeat, come in whole groups.
    ///
    /// ## Why
    /// A name without its value is a wrong number of arguments, which stops the page from compiling.
    /// Source: ampscript.md, section 8 (variadic pairs).
    ///
    /// ## Bad
    /// ```ampscript
    /// %%[ InsertDE("Log", "Email", @email, "Source") ]%%
    /// ```
    ///
    /// ## Good
    /// ```ampscript
    /// %%[ InsertDE("Log", "Email", @email, "Source", "newsletter") ]%%
    /// ```
    pub IncompleteGroup {
        id: "amp/incomplete-group",
        aliases: [],
        group: Correctness,
        severity: Error,
        fix: None,
        since: "0.1.0",
    }
}

impl CheckCall for IncompleteGroup {
    const FUNCTIONS: &'static [&'static str] = &[];

    fn check(ctx: &mut FlowContext<'_>, call: &CallSite) {
        let problem = ctx.arity_problem(call);
        if let Some(ArityProblem::NoCount { argument, keys }) = problem {
            let Some(arg) = ctx.arg(call, usize::from(argument)) else { return };
            let pairs = if keys { "key pairs" } else { "pairs" };
            let message = format!(
                "the number of {pairs} belongs here: `{}` is told it before the first name",
                call.function.name
            );
            ctx.report::<Self>(ctx.range(arg), message).help(format!("`{}`", call.function.syntax));
            return;
        }
        let Some(ArityProblem::IncompleteGroup { start, size, missing }) = problem else { return };
        let Some(range) = ctx.args_from(call, usize::from(start)) else { return };
        let what = if size == 2 {
            "this name has no value".to_owned()
        } else {
            format!(
                "{} missing",
                if missing == 1 { "1 argument is".to_owned() } else { format!("{} are", arguments(missing)) }
            )
        };
        ctx.report::<Self>(range, format!("`{}` takes groups of {size} arguments here: {what}", call.function.name))
            .help(format!("`{}`", call.function.syntax));
    }
}

#[cfg(test)]
mod tests {
    use crate::tests::{check, silent};

    #[test]
    fn at_the_name_without_value() {
        check(
            "amp/incomplete-group",
            "
%%[ UpsertData('d', @n, 'k', @k, 'c') ]%%
//                               ^^^ this name has no value
",
        );
    }

    #[test]
    fn at_the_name_where_the_number_of_pairs_is_missing() {
        check(
            "amp/incomplete-group",
            "
%%[ UpsertDE('DE', 'K', @k, 'V', @v)
//                 ^^^ the number of key pairs belongs here: `UpsertDE` is told it before the first name
UpsertData('Prefs', 'Email', @e, 'News', @n, 'X')
//                  ^^^^^^^ the number of key pairs belongs here
set @id = CreateSalesforceObject('Lead', 'LastName', @l) ]%%
//                                       ^^^^^^^^^^ the number of pairs belongs here
",
        );
        crate::tests::silent("amp/wrong-arity", "%%[ UpsertDE('DE', 'K', @k, 'V', @v) ]%%");
    }

    #[test]
    fn silent_on_what_can_be_the_number() {
        silent(
            "amp/incomplete-group",
            "%%[ set @n = 'x' UpsertDE('d', '1', 'k', 1, 'c', 2) UpsertDE('d', @n, 'k', 1, 'c', 2) ]%%",
        );
    }

    #[test]
    fn silent_on_whole_groups() {
        silent("amp/incomplete-group", "%%[ UpsertDE('d', 1, 'k', @k, 'c', 1) InsertDE('d', 'a', 1, 'b', 2) ]%%");
        silent("amp/incomplete-group", "%%=Lookup('d', 'c', 'k')=%% %%=CloudPagesURL(1)=%% %%=Concat('a')=%%");
    }
}
