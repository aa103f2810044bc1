use sfmc_semantic::{Expr, Marks};

use crate::flow::{CallSite, CheckCall, FlowContext};

declare_rule! {
    /// A row is only taken from rows that are known to be there.
    ///
    /// ## Why
    /// `Row` with an index behind the last row ends the page or the send: nothing is shown. A lookup that finds nothing
    /// returns no rows. Inside a loop up to `RowCount()`, or behind a condition on the rows, it is safe; behind a condition that
    /// there are none it cannot but fail. Silent where the page counts the rows of a lookup without a variable, in the values of `IIf`, whose
    /// condition can have counted them, where a flag that was set from the count is asked, and where it is asked whether a `Lookup` in
    /// the same data extension by the same columns and values is empty. Of several calls only the first is reported: behind it there are rows.
    /// Source: rules.md 2.2 (tested live: index 0 and out of range abort).
    ///
    /// ## Bad
    /// ```ampscript
    /// %%[ set @rows = LookupRows("Orders", "Email", @email) set @row = Row(@rows, 1) ]%%
    /// ```
    ///
    /// ## Good
    /// ```ampscript
    /// %%[ set @rows = LookupRows("Orders", "Email", @email)
    ///     if RowCount(@rows) > 0 then set @row = Row(@rows, 1) endif ]%%
    /// ```
    ///
    /// ## When to turn it off
    /// Where the data is certain to have the rows.
    pub RowIndexGuard {
        id: "amp/row-index-guard",
        aliases: [],
        group: Suspicious,
        severity: Warning,
        fix: None,
        since: "0.1.0",
    }
}

impl CheckCall for RowIndexGuard {
    const FUNCTIONS: &'static [&'static str] = &["Row"];

    fn check(ctx: &mut FlowContext<'_>, call: &CallSite) {
        let &[rows, index] = ctx.args(call) else { return };
        let marks = ctx.marks(rows);
        // It is said where a row is taken first; behind that there are rows.
        if marks.has(Marks::TAKEN) {
            return;
        }
        if marks.has(Marks::NO_ROWS) && !marks.has(Marks::OPAQUE) && !ctx.is_choice() && !ctx.is_lost() {
            let range = ctx.callee(call);
            ctx.report::<Self>(range, "this ends the page: the condition around it says that there are no rows")
                .help("turn the condition round, or take the row where there are some");
            return;
        }
        // What a condition or a loop has looked at is taken to be thought of.
        let guarded = match ctx.expr(rows) {
            Expr::Variable(_) => marks.has(Marks::CHECKED) || marks.has(Marks::HAS_ROWS) || marks.has(Marks::OPAQUE),
            _ => false,
        };
        let source = ctx.source_call(rows).filter(|source| is_rows_lookup(source.function.name));
        // One lookup that was counted says what an equal one will find, and who counts in IIf takes the row there.
        let Some(source) = source.filter(|_| !guarded && ctx.constant(index).is_some()) else { return };
        if !(ctx.is_choice() || ctx.counts_lookups() || ctx.asks_equal_lookup(&source)) {
            let range = ctx.callee(call);
            ctx.report::<Self>(range, "this ends the page where the lookup found nothing")
                .help("ask for `RowCount()` of the rows first");
        }
    }
}

/// Whether a function looks up rows, as many as there are.
fn is_rows_lookup(name: &str) -> bool {
    name.starts_with("LookupRows") || name.starts_with("LookupOrderedRows")
}

#[cfg(test)]
mod tests {
    use crate::tests::{check, silent};

    #[test]
    fn without_a_condition() {
        check(
            "amp/row-index-guard",
            "
%%[ set @rows = LookupRows('d', 'a', 'b') ]%% %%[ set @row = Row(@rows, 1) ]%%
//                                                           ^^^ this ends the page
",
        );
    }

    #[test]
    fn behind_the_opposite_condition() {
        check(
            "amp/row-index-guard",
            "
%%[ if RowCount(@rs) == 0 then set @row = Row(@rs, 1) set @next = Row(@rs, 2) endif ]%%
//                                        ^^^ this ends the page: the condition
%%[ set @n = RowCount(@os) if @n > 0 then else set @row = Row(@os, @i) endif ]%%
//                                                        ^^^ this ends the page: the condition
",
        );
    }

    #[test]
    fn silent_where_it_is_not_sure_that_there_are_none() {
        for text in [
            "%%[ if RowCount(@rs) == 0 then set @rs = @others set @row = Row(@rs, 1) endif ]%%",
            "%%[ if RowCount(@rs) == 0 then Redirect('u') set @row = Row(@rs, 1) endif ]%%",
            "%%[ if RowCount(@rs) == 0 or @x then set @row = Row(@rs, 1) endif ]%%",
            "%%[ if RowCount(@rs) == 1 then set @row = Row(@rs, 1) endif if RowCount(@rs) < 2 then set @row = Row(@rs, 1) endif ]%%",
            "%%[ set @n = RowCount(@rs) ]%%%%=ContentBlockByKey('k')=%%%%[ if @n == 0 then set @row = Row(@rs, 1) endif ]%%",
            "%%[ if RowCount(@rs) == 0 and @x == 1 or @y == 2 then set @row = Row(@rs, 1) endif ]%%",
        ] {
            silent("amp/row-index-guard", text);
        }
    }

    #[test]
    fn once_for_several_calls() {
        check(
            "amp/row-index-guard",
            "
%%[ set @rows = LookupRows('d', 'a', 'b') set @a = Field(Row(@rows, 1), 'a') set @b = Field(Row(@rows, 1), 'b') ]%%
//                                                       ^^^ this ends the page where
%%[ if @x then set @os = LookupRows('d', 'a', 'b') set @a = Row(@os, 1) endif set @rows = LookupRows('d', 'a', 'c') ]%%
//                                                          ^^^ this ends
%%=Field(Row(@rows, 1), 'a')=%%%%=Field(Row(@rows, 1), 'b')=%%
//       ^^^ this ends
",
        );
    }

    #[test]
    fn silent_where_the_rows_were_counted() {
        silent(
            "amp/row-index-guard",
            "%%[ set @rows = LookupRows('d', 'a', 'b') set @n = RowCount(@rows) if @n == 0 then Redirect('u') endif
            set @row = Row(@rows, 1) for @i = 1 to @n do set @row = Row(@rows, @i) next ]%%",
        );
    }

    #[test]
    fn silent_where_an_equal_lookup_was_counted() {
        silent(
            "amp/row-index-guard",
            "%%[ if RowCount(LookupRows('d', 'a', @k)) > 0 then set @rs = LookupRows('d', 'a', @k) set @r = Row(@rs, 1) endif ]%%",
        );
    }

    #[test]
    fn silent_where_an_equal_value_was_asked_for() {
        for text in [
            "%%[ if not Empty(Lookup('D', 'id', 'a', @k)) then set @r = Row(LookupRows('d', 'a', @k), 1) endif ]%%",
            "%%[ set @id = Lookup('d', 'id', 'a', @k) if Empty(@id) then Redirect('u') endif
            set @rs = LookupOrderedRows('d', 1, 'id asc', 'a', @k) ]%%%%=Field(Row(@rs, 1), 'x')=%%",
            "%%[ set @id = Lookup('d', 'id', 'a', Trim(@k), 'b', 1) if @id != '' then
            set @r = Row(LookupRows('d', 'a', Trim(@k), 'b', 1), 1) endif ]%%",
        ] {
            silent("amp/row-index-guard", text);
        }
        check(
            "amp/row-index-guard",
            "
%%[ set @id = Lookup('d', 'id', 'a', @j) if not Empty(@id) then set @r = Row(LookupRows('d', 'a', @k), 1) endif ]%%
//                                                                       ^^^ this ends the page where
%%[ set @no = Lookup('e', 'id', 'a', @k) set @rs = LookupRows('e', 'a', @k) set @r = Row(@rs, 1) ]%%
//                                                                                   ^^^ this ends the page where
",
        );
    }

    #[test]
    fn silent_where_a_copy_was_counted() {
        silent(
            "amp/row-index-guard",
            "%%[ set @rs = LookupRows('d', 'a', @k) set @copy = @rs
            if RowCount(@copy) > 0 then set @r = Row(@rs, 1) endif ]%%",
        );
        check(
            "amp/row-index-guard",
            "
%%[ set @rs = LookupRows('d', 'a', @k) set @copy = @rs set @rs = LookupRows('d', 'a', @l) ]%%
%%[ if RowCount(@copy) > 0 then set @r = Row(@rs, 1) endif ]%%
//                                       ^^^ this ends the page where
",
        );
    }

    #[test]
    fn silent_in_a_choice_and_behind_a_flag() {
        silent(
            "amp/row-index-guard",
            "%%[ set @rs = LookupRows('d', 'a', @k) ]%%%%=IIf(RowCount(@rs) > 0, Field(Row(@rs, 1), 'x'), '')=%%",
        );
        silent(
            "amp/row-index-guard",
            "%%[ set @rs = LookupRows('d', 'a', @k) set @ok = IIf(RowCount(@rs) > 0, 'Y', 'N')
            if @ok == 'Y' then set @r = Row(@rs, 1) endif ]%%",
        );
        silent(
            "amp/row-index-guard",
            "%%[ set @rs = LookupRows('d', 'a', @k) set @n = Add(RowCount(@rs), 1) if @n > 1 then set @r = Row(@rs, 1) endif ]%%",
        );
    }

    #[test]
    fn silent_on_rows_from_elsewhere() {
        silent("amp/row-index-guard", "%%[ set @row = Row(@rows, 1) ]%%");
    }
}
