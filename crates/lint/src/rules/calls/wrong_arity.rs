use sfmc_catalog::ampscript::ArityProblem;
use sfmc_diagnostics::Severity;

use crate::{
    calls::arguments,
    flow::{CallSite, CheckCall, FlowContext},
};

declare_rule! {
    /// A call has as many arguments as its function takes.
    ///
    /// ## Why
    /// A wrong number of arguments is found when the page is compiled: all of it fails, even if the call is never reached.
    /// How few ClaimRowValue takes is disputed: fewer than six are a hint.
    /// Source: ampscript.md, sections 8 (tested live) and 14 (25).
    ///
    /// ## Bad
    /// ```ampscript
    /// %%=Lookup("Customers", "FirstName", "CustomerId")=%%
    /// ```
    ///
    /// ## Good
    /// ```ampscript
    /// %%=Lookup("Customers", "FirstName", "CustomerId", @id)=%%
    /// ```
    pub WrongArity {
        id: "amp/wrong-arity",
        aliases: ["sfmc/amp-function-arity"],
        group: Correctness,
        severity: Error,
        fix: None,
        since: "0.1.0",
    }
}

impl CheckCall for WrongArity {
    const FUNCTIONS: &'static [&'static str] = &[];

    fn check(ctx: &mut FlowContext<'_>, call: &CallSite) {
        let function = call.function;
        let given = call.call.args.len();
        let name = ctx.callee(call);
        let (range, needs) = match ctx.arity_problem(call) {
            Some(ArityProblem::TooFew { min }) => {
                let least = if function.max_args == Some(min) { "" } else { "at least " };
                (name, format!("{least}{}", arguments(min)))
            }
            Some(ArityProblem::TooMany { max }) => {
                let most = if function.min_args == max { "" } else { "at most " };
                let extra = ctx.args_from(call, usize::from(max)).unwrap_or(name);
                let takes = if max == 0 { "no arguments".to_owned() } else { format!("{most}{}", arguments(max)) };
                (extra, takes)
            }
            Some(
                ArityProblem::IncompleteGroup { .. } | ArityProblem::NoCount { .. } | ArityProblem::PairCount { .. },
            )
            | None => {
                claims_too_little(ctx, call);
                return;
            }
        };
        ctx.report::<Self>(range, format!("`{}` takes {needs}, not {given}", function.name))
            .help(format!("`{}`", function.syntax));
    }
}

/// ClaimRowValue without the column and the value of who claims: what is said to suffice, but a live page refused it.
fn claims_too_little(ctx: &mut FlowContext<'_>, call: &CallSite) {
    const NEEDED: usize = 6;
    if call.function.name != "ClaimRowValue" || call.call.args.len() >= NEEDED || !call.call.whole || ctx.is_next() {
        return;
    }
    let range = ctx.callee(call);
    let message = format!(
        "a live page refused `ClaimRowValue` with fewer than {NEEDED} arguments; other sources say that 3 suffice"
    );
    ctx.report::<WrongArity>(range, message)
        .severity(Severity::Hint)
        .help("pass a fallback value, and the column and the value of who claims, too");
}

#[cfg(test)]
mod tests {
    use crate::tests::{check, silent};

    #[test]
    fn too_few_at_the_name() {
        check(
            "amp/wrong-arity",
            "
    %%=add(1)=%%
//     ^^^ `Add` takes 2 arguments, not 1
",
        );
    }

    #[test]
    fn a_hint_where_it_is_disputed() {
        check(
            "amp/wrong-arity",
            "
%%=ClaimRowValue('Coupons', 'Code', 'Used')=%% %%=ClaimRowValue('Coupons', 'Code', 'Used', '', 'Email', @e)=%%
// ^^^^^^^^^^^^^ hint: a live page refused
",
        );
    }

    #[test]
    fn too_many_at_what_is_too_much() {
        check(
            "amp/wrong-arity",
            "
%%=Add(1, 2, @c, 4)=%% %%=GUID(1)=%%
//           ^^^^^ `Add` takes 2 arguments, not 4
//                             ^ `GUID` takes no arguments, not 1
",
        );
    }

    #[test]
    fn silent_where_the_list_is_broken_or_the_function_unknown() {
        silent("amp/wrong-arity", "%%=Add(1, 2=%% %%=Add(1 2)=%% %%=Foo(1)=%% %%=Add(1,)=%%");
    }

    #[test]
    fn silent_where_a_quote_or_a_parenthesis_is_missing() {
        for text in [
            "%%[ set @rows = LookupOrderedRows(\"Orders, 5, \"Date DESC\", \"Key\", @k)\nset @a = 1 ]%%",
            "%%[ set @a = Concat(Lookup('d, 'x'), 'a')\nset @b = 1 ]%%",
            "%%=IIf(RequestParameter('news' == 'on', 1, 0)=%%",
            "%%[ set @a = Concat('x', Trim(@b, 'y') set @c = 1 ]%%",
        ] {
            silent("amp/wrong-arity", text);
            silent("amp/out-argument-not-variable", text);
            silent("amp/invalid-argument-type", text);
        }
    }

    #[test]
    fn what_stands_beside_a_broken_call_is_looked_at() {
        check(
            "amp/wrong-arity",
            "
%%[ set @a = Concat('x', 'y set @b = Trim(@a, 1) ]%%
//                                            ^ `Trim` takes 1 argument, not 2
%%[ set @b = Trim(@a, 1) ]%%
//                    ^ `Trim` takes 1 argument, not 2
",
        );
    }

    #[test]
    fn delimiters_and_doubled_quotes_in_strings_are_text() {
        silent("amp/wrong-arity", "%%[ set @a = Add('x ]%% y', 'z') ]%% %%=Add('a=%%b','c')=%%");
        silent(
            "amp/wrong-arity",
            "%%[ set @a = Add(\"say \"\"hi\"\"\", \"x\") ]%% %%=IIF(@a == 1, '%%=v(@b)=%%', 'x')=%%",
        );
    }
}
