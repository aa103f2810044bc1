use sfmc_catalog::ampscript::ArityProblem;

use crate::flow::{CallSite, CheckCall, FlowContext};

declare_rule! {
    /// The number that says how many pairs follow is the number of pairs that follow.
    ///
    /// ## Why
    /// UpsertDE and its kin take as many key pairs as the number says, and at least one pair to write after them; another number makes
    /// a name a value or leaves nothing to write, and the call fails. Source: ampscript.md, section 8.
    ///
    /// ## Bad
    /// ```ampscript
    /// %%[ UpsertDE("Customers", 2, "Id", @id, "City", @city) ]%%
    /// ```
    ///
    /// ## Good
    /// ```ampscript
    /// %%[ UpsertDE("Customers", 1, "Id", @id, "City", @city) ]%%
    /// ```
    pub PairCountMismatch {
        id: "amp/pair-count-mismatch",
        aliases: [],
        group: Correctness,
        severity: Error,
        fix: None,
        since: "0.1.0",
    }
}

impl CheckCall for PairCountMismatch {
    const FUNCTIONS: &'static [&'static str] = &[];

    fn check(ctx: &mut FlowContext<'_>, call: &CallSite) {
        let problem = ctx.arity_problem(call);
        let Some(ArityProblem::PairCount { argument, declared, present, reserved }) = problem else { return };
        let Some(count) = ctx.arg(call, usize::from(argument)) else { return };
        let name = call.function.name;
        let pairs = |n: i64| if n == 1 { "1 pair".to_owned() } else { format!("{n} pairs") };
        let message = if reserved == 0 {
            format!("`{name}` is told of {}, but {} follow", pairs(declared), present)
        } else {
            format!(
                "`{name}` is told of {} of keys, and {} follow in all: nothing is left to write",
                pairs(declared),
                pairs(present.into())
            )
        };
        ctx.report::<Self>(ctx.range(count), message).help(format!("`{}`", call.function.syntax));
    }
}

#[cfg(test)]
mod tests {
    use crate::tests::{check, silent};

    #[test]
    fn at_the_number() {
        check(
            "amp/pair-count-mismatch",
            "
%%[ UpsertData('d', 2, 'k', @k, 'c', 1) ]%%
//                  ^ nothing is left to write
",
        );
    }

    #[test]
    fn exact_where_nothing_else_follows() {
        check(
            "amp/pair-count-mismatch",
            "
%%[ set @id = CreateSalesforceObject('Lead', 3, 'FirstName', @f, 'LastName', @l) ]%%
//                                           ^ is told of 3 pairs, but 2 follow
",
        );
    }

    #[test]
    fn silent_where_the_number_fits_or_is_not_known() {
        silent(
            "amp/pair-count-mismatch",
            "%%[ UpsertDE('d', 1, 'k', @k, 'c', 1) UpsertDE('d', @n, 'k', @k, 'c', 1) ]%%",
        );
        silent("amp/pair-count-mismatch", "%%[ UpdateDE('d', 2, 'k', @k, 'l', @l, 'c', 1, 'd', 2) ]%%");
    }
}
