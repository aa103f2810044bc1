use sfmc_semantic::Marks;

use crate::flow::{CheckFlow, FlowContext, Loop};

declare_rule! {
    /// Rows are counted before they are looped over.
    ///
    /// ## Why
    /// A loop up to the count of no rows does not run: nothing fails, but the heading and the empty list around it are shown. The
    /// documentation advises to ask for rows first. Any condition on the rows or on their count that stands before the loop will do.
    /// Source: ampscript.md, section 3 (FOR runs zero times); rules.md 1.1 (require-rowcount-check).
    ///
    /// ## Bad
    /// ```ampscript
    /// %%[ set @rows = LookupRows("Orders", "Email", emailaddr) for @i = 1 to RowCount(@rows) do ]%%<li></li>%%[ next @i ]%%
    /// ```
    ///
    /// ## Good
    /// ```ampscript
    /// %%[ set @rows = LookupRows("Orders", "Email", emailaddr) if RowCount(@rows) > 0 then
    ///     for @i = 1 to RowCount(@rows) do ]%%<li></li>%%[ next @i endif ]%%
    /// ```
    ///
    /// ## When to turn it off
    /// Where nothing stands around the loops that should not be shown without rows.
    pub RowcountGuardMissing {
        id: "amp/rowcount-guard-missing",
        aliases: ["sfmc/amp-require-rowcount-check", "require-rowcount-check"],
        group: Suspicious,
        severity: Info,
        fix: None,
        since: "0.1.0",
    }
}

impl CheckFlow<Loop> for RowcountGuardMissing {
    fn check(ctx: &mut FlowContext<'_>, item: &Loop) {
        if ctx.is_lost() {
            return;
        }
        let count = if item.down { item.start } else { item.bound };
        let Some(counted) = ctx.counted_rows(count) else { return };
        let thought_of = [Marks::CHECKED, Marks::HAS_ROWS, Marks::NOT_EMPTY, Marks::EMPTY, Marks::OPAQUE];
        if thought_of.iter().any(|&mark| counted.marks.has(mark)) {
            return;
        }
        let Some(rows) = counted.rows else { return };
        let Some(source) = ctx.call_of(&rows).filter(|source| ctx.can_be_empty(source)) else { return };
        let range = ctx.range(count);
        ctx.report::<Self>(
            range,
            "no condition asks for rows: without any this loop does not run, and nothing says so",
        )
        .related_at(rows.at, format!("`{}` finds them", source.function.name))
        .help("ask for `RowCount()` of the rows first");
    }
}

#[cfg(test)]
mod tests {
    use crate::tests::{check, silent};

    #[test]
    fn direct_and_through_a_variable() {
        check(
            "amp/rowcount-guard-missing",
            "
%%[ set @r = LookupRows('d', 'a', 'b') for @i = 1 to RowCount(@r) do next set @n = RowCount(@r) for @i = @n downto 1 do next ]%%
//                                                   ^^^^^^^^^^^^ no condition asks for rows
",
        );
        check(
            "amp/rowcount-guard-missing",
            "
%%[ set @r = LookupRows('d', 'a', 'b') set @n = RowCount(@r) for @i = @n downto 1 do next if @n > 0 then endif ]%%
//                                                                    ^^ no condition asks for rows
",
        );
    }

    #[test]
    fn silent_behind_conditions() {
        for guard in [
            "if RowCount(@r) == 0 then Redirect('u') endif",
            "set @has = @n > 0 if not @has then Redirect('u') endif",
            "if @n > 0 then set @x = 1 endif",
            "if not Empty(@r) then set @x = 1 endif",
        ] {
            let text = format!(
                "%%[ set @r = LookupRows('d', 'a', 'b') set @n = RowCount(@r) {guard} for @i = 1 to @n do next ]%%"
            );
            silent("amp/rowcount-guard-missing", &text);
        }
    }

    #[test]
    fn rows_from_elsewhere() {
        for call in [
            "RetrieveSalesforceObjects('Lead', 'Id', 'Email', '=', @e)",
            "BuildRowsetFromXML(@xml, '/a/b', 1)",
            "BuildRowsetFromJSON(@json, '$.a[*]', 1)",
        ] {
            let text = format!("%%[ set @r = {call} for @i = 1 to RowCount(@r) do next ]%%");
            let found = crate::tests::diagnostics(&text);
            assert!(found.iter().any(|d| d.rule.id == "amp/rowcount-guard-missing"), "{text}");
            let text =
                format!("%%[ set @r = {call} if RowCount(@r) > 0 then for @i = 1 to RowCount(@r) do next endif ]%%");
            silent("amp/rowcount-guard-missing", &text);
        }
    }

    #[test]
    fn silent_on_other_rows() {
        silent(
            "amp/rowcount-guard-missing",
            "%%[ for @i = 1 to RowCount(@r) do next set @r = BuildRowsetFromString('a|b', '|') for @i = 1 to RowCount(@r) do next
            for @i = 1 to 5 do next ]%%",
        );
    }
}
