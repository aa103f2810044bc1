use sfmc_semantic::Marks;

use crate::flow::{CallSite, CheckCall, FlowContext};

declare_rule! {
    /// Whether there was a row to claim is asked before it is read.
    ///
    /// ## Why
    /// On a live page ClaimRow returned an empty row when all rows were taken, and the page went on: the reader gets no coupon and nobody
    /// hears of it. The official reference says that it fails. Source: ampscript.md, section 14, 25 (disputed; tested live).
    ///
    /// ## Bad
    /// ```ampscript
    /// %%[ set @row = ClaimRow("Coupons", "IsClaimed", "Email", @email) ]%% %%=Field(@row, "Code")=%%
    /// ```
    ///
    /// ## Good
    /// ```ampscript
    /// %%[ set @row = ClaimRow("Coupons", "IsClaimed", "Email", @email) ]%%
    /// %%[ if not Empty(@row) then ]%%%%=Field(@row, "Code")=%%%%[ endif ]%%
    /// ```
    pub ClaimrowEmpty {
        id: "amp/claimrow-empty",
        aliases: [],
        group: Suspicious,
        severity: Hint,
        on_by_default: false,
        fix: None,
        since: "0.1.0",
    }
}

impl CheckCall for ClaimrowEmpty {
    const FUNCTIONS: &'static [&'static str] = &["Field"];

    fn check(ctx: &mut FlowContext<'_>, call: &CallSite) {
        let Some(row) = ctx.arg(call, 0) else { return };
        let claimed = ctx.source_call(row).is_some_and(|source| source.function.name == "ClaimRow");
        let marks = ctx.marks(row);
        if claimed && !marks.has(Marks::CHECKED) && !marks.has(Marks::NOT_EMPTY) {
            let (range, set_at) = (ctx.range(row), ctx.set_at(row));
            ctx.report::<Self>(range, "this row is empty where no row was left to claim")
                .help("ask with `Empty()` first")
                .set_at(set_at);
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::tests::{check, silent};

    #[test]
    fn at_the_row() {
        check(
            "amp/claimrow-empty",
            "
%%[ set @row = ClaimRow('C', 'IsClaimed', 'Email', @e) set @code = Field(@row, 'Code') ]%%
//                                                                       ^^^^ no row was left
",
        );
    }

    #[test]
    fn silent_where_it_was_asked_and_on_other_rows() {
        silent(
            "amp/claimrow-empty",
            "%%[ set @r = ClaimRow('C', 'I', 'E', @e) if Empty(@r) then RaiseError('none', true) endif set @c = Field(@r, 'Code') ]%%",
        );
        silent("amp/claimrow-empty", "%%[ set @c = Field(Row(@rows, 1), 'Code') ]%%");
    }
}
