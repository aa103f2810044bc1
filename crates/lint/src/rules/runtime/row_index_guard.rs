use sfmc_db::Chunk;
use sfmc_semantic::{CodeItem, Constant, DefinitionKind, Expr, ExprId, Marks, Step};

use crate::flow::{CallSite, CheckCall, FlowContext};

declare_rule! {
    /// A row is only taken from rows that are known to be there.
    ///
    /// ## Why
    /// `Row` with an index behind the last row ends the page or the send: nothing is shown. A lookup that finds nothing returns no rows. Inside
    /// a loop up to `RowCount()`, or where a condition holds that says there are rows, it is safe: `RowCount() >= 0`, or one that an OR leaves
    /// a way around, says nothing. Behind a condition that there are none it cannot but fail. A condition that ends before does not help,
    /// unless the page ends in it. Silent where the page counts the rows of a lookup without a variable, in the values of `IIf`, whose
    /// condition can have counted them, where a condition asks for a variable that was set from the count or where the count was asked for,
    /// where it is asked whether a `Lookup` in the same data extension by these columns and values is empty, and where such a row is written
    /// before. Rows of a response are silent where the page can end before, too: its status was asked for. Of several calls only the first is
    /// reported: behind it there are rows.
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
        // There is no such row: that is said already.
        if ctx.sure_constant(index).and_then(Constant::as_integer).is_some_and(|index| index < 1) && !ctx.is_next() {
            return;
        }
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
        let name = ctx.body().variable(rows).map(|name| ctx.body().name(name).as_str());
        if marks.has(Marks::OPAQUE) && name.is_some() || ctx.is_choice() || ctx.is_lost() {
            return;
        }
        let Some(source) = ctx.source_call(rows).filter(|source| ctx.can_be_empty(source)) else { return };
        let range = ctx.callee(call);
        if let Some(name) = name.filter(|_| is_behind_loop(ctx, call.expr, index, rows)) {
            ctx.report::<Self>(
                range,
                format!("this ends the page: behind the loop the counter is one above the count of `@{name}`"),
            )
            .help("take the row in the loop");
            return;
        }
        if marks.has(Marks::HAS_ROWS) {
            if let Some(&Constant::Integer(n @ 2..)) = ctx.constant(index)
                && let Some(name) = name
                && let Some(fewest @ 1..) = ctx.fewest_rows(call.expr, rows, &[(name, ctx.set_at(rows))], n)
                && !ctx.counts_lookups()
            {
                let asked = if fewest == 1 { "one".to_owned() } else { fewest.to_string() };
                ctx.report::<Self>(
                    range,
                    format!(
                        "this ends the page where there are fewer than {n} rows: the condition around it asks for {asked}"
                    ),
                )
                .help(format!("ask whether `RowCount()` is {n} or more"));
            }
            return;
        }
        let checked = marks.has(Marks::CHECKED);
        if marks.has(Marks::NOT_EMPTY) || !is_fixed(ctx, index) || checked && ctx.is_joined(call.expr) {
            return;
        }
        // One lookup that was counted says what an equal one will find.
        if ctx.counts_lookups() || ctx.finds_known_rows(&source, call.expr) {
            return;
        }
        // What a condition has looked at in passing is thought of where it, or what depends on it, is looked at again; so is a status.
        let status = (0..source.arg_count()).filter_map(|arg| source.out(arg));
        let set_at = ctx.set_at(rows);
        let asked: Vec<_> = name.into_iter().chain(status).map(|name| (name, set_at)).collect();
        let mut lets_none_by = false;
        if !asked.is_empty() && ctx.depends_on(call.expr, &asked) {
            let needed = ctx.constant(index).and_then(Constant::as_integer).unwrap_or(1);
            if name.is_none() || ctx.fewest_rows(call.expr, rows, &asked, needed) != Some(0) {
                return;
            }
            lets_none_by = true;
        }
        // A condition that is misspelt is what is wrong.
        if ctx.may_be_misread(&asked) {
            return;
        }
        let name = source.function.name;
        // A response is read where its status was asked for, or behind where the page has ended because of it.
        let is_built = name.starts_with("BuildRow");
        if is_built && (ctx.is_nested() || ctx.can_end_before(call.expr)) {
            return;
        }
        let message = match name.starts_with("Lookup") {
            true => "this ends the page where the lookup found nothing".to_owned(),
            false => format!("this ends the page where `{name}` returns no rows"),
        };
        let report = ctx.report::<Self>(range, message);
        if lets_none_by {
            report.help(
                "the condition around it holds where there are no rows, too: it has to ask for `RowCount()` above 0",
            );
        } else if checked {
            report.help("the rows are counted elsewhere, but no condition around this asks for them");
        } else {
            report.help("ask for `RowCount()` of the rows first");
        }
    }
}

/// Whether the index of a row does not depend on how many there are: it is known, or counted between numbers that are.
fn is_fixed(ctx: &FlowContext<'_>, index: ExprId) -> bool {
    ctx.constant(index).is_some()
        || counting(ctx, index).is_some_and(|(chunk, start, bound)| {
            let flow = ctx.code(chunk).1;
            flow.constant(start).is_some() && flow.constant(bound).is_some()
        })
}

/// Of a variable that only a FOR sets: between what it counts.
fn counting(ctx: &FlowContext<'_>, index: ExprId) -> Option<(Chunk, ExprId, ExprId)> {
    let definition = ctx.only_definition(index).filter(|definition| definition.kind == DefinitionKind::Counter)?;
    let CodeItem::Expr(counter) = definition.at.what else { return None };
    let chunk = definition.at.chunk;
    match *ctx.step_of(chunk, counter)? {
        Step::For { counter: Some(found), start, bound, down: false } if found == counter => {
            Some((chunk, start, bound))
        }
        _ => None,
    }
}

/// Whether an index is the counter of a loop up to the count of the rows that has ended: it is one above it then.
fn is_behind_loop(ctx: &FlowContext<'_>, at: ExprId, index: ExprId, rows: ExprId) -> bool {
    let Some((chunk, _, bound)) = counting(ctx, index) else { return false };
    let (body, flow) = ctx.code(chunk);
    let counter = ctx.body().variable(index).map(|name| ctx.body().name(name).as_str());
    let is_open = ctx.loops().any(|(open, _)| open == counter);
    let Expr::Call(call) = body.expr(bound) else { return false };
    let counts = call.function.is_some_and(|id| id.get().name == "RowCount");
    let Some(&counted) = body.operands(call.args).first() else { return false };
    // They are the same rows: nothing else was put into the variable since.
    let same = !is_open && counts && flow.definitions(counted).eq(ctx.definitions(rows));
    // A condition on the counter can let nothing come by that is above the count.
    same && !counter.is_some_and(|counter| ctx.is_asked_around(at, counter))
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
    fn behind_a_condition_that_has_ended() {
        for code in [
            "if RowCount(@rs) > 0 then ]%%yes%%[ endif set @r = Row(@rs, 1)",
            "set @n = RowCount(@rs) if @n > 0 then ]%%yes%%[ endif ]%%<p>%%=Field(Row(@rs, 1), 'x')=%%</p>%%[",
            "if RowCount(@rs) == 0 then ]%%none%%[ endif set @r = Row(@rs, 1)",
            "for @i = 1 to RowCount(@rs) do ]%%x%%[ next @i set @r = Row(@rs, 1)",
            "for @i = 1 to 5 do set @r = Row(@rs, @i) next @i",
            "for @i = 1 to RowCount(@rs) do ]%%x%%[ next @i ]%%%%=Field(Row(@rs, @i), 'a')=%%%%[",
            "if RowCount(@rs) > 0 then set @r = Row(@rs, 2) endif",
            "if RowCount(@rs) > 0 then ]%%yes%%[ endif if @other == 1 then set @r = Row(@rs, 1) endif",
            "]%%<script runat=server>Platform.Load('core', '1');</script>%%[ set @rs = LookupRows('d', 'b', @k) set @r = Row(@rs, 1)",
        ] {
            let text = format!("%%[ set @rs = LookupRows('d', 'a', @k) {code} ]%%");
            let found = crate::tests::diagnostics(&text);
            assert_eq!(found.iter().filter(|d| d.rule.id == "amp/row-index-guard").count(), 1, "{text}");
        }
        for call in [
            "RetrieveSalesforceObjects('Lead', 'Id', 'Email', '=', @e)",
            "BuildRowsetFromXML(@xml, '/a/b', 1)",
            "ExecuteFilter('f')",
        ] {
            let text = format!("%%[ set @rs = {call} set @r = Row(@rs, 1) ]%%");
            let found = crate::tests::diagnostics(&text);
            assert_eq!(found.iter().filter(|d| d.rule.id == "amp/row-index-guard").count(), 1, "{text}");
        }
    }

    #[test]
    fn silent_where_something_else_says_that_there_are_rows() {
        for code in [
            "if RowCount(@rs) == 0 then set @none = 1 endif if @none != 1 then set @r = Row(@rs, 1) endif",
            "if RowCount(@rs) == 0 then set @e = 'x' endif set @f = @e if Empty(@f) then ]%%%%=Field(Row(@rs, 1), 'x')=%%%%[ endif",
            "set @ok = 'N' if RowCount(@rs) > 0 then set @ok = 'Y' endif if @ok == 'N' then Redirect('u') endif set @r = Row(@rs, 1)",
            "if IsNull(@rs) then RaiseError('x') endif set @r = Row(@rs, 1)",
            "if not Empty(@rs) then set @r = Row(@rs, 1) endif",
            "if RowCount(@rs) > 0 and Field(Row(@rs, 1), 'x') == 1 then endif",
            "if RowCount(@rs) > 1 then set @r = Row(@rs, 2) endif",
            "if RowCount(@rs) > 0 then if RowCount(@rs) == 2 then set @r = Row(@rs, 2) endif endif",
            "set @n = RowCount(@rs) if @n > 0 then for @i = 1 to @n do set @r = Row(@rs, @i) next @i endif",
            "for @i = 1 to RowCount(@rs) do set @r = Row(@rs, @i) next @i",
            "for @i = 1 to RowCount(@rs) do next @i set @rs = LookupRows('e', 'a', @k) set @r = Row(@rs, @i)",
            "set @n = RowCount(@rs) if @n > 5 then set @n = 5 endif for @i = 1 to @n do set @r = Row(@rs, @i) next @i",
        ] {
            silent("amp/row-index-guard", &format!("%%[ set @rs = LookupRows('d', 'a', @k) {code} ]%%"));
        }
        silent(
            "amp/row-index-guard",
            "%%[ set @ms = LookupRows('d', 'a', @k) set @n = RowCount(@ms) if @n > 0 then set @x = 1 endif ]%%
            <script runat=server>if (Variable.GetValue('@n') == 0) { Platform.Response.Redirect('u'); }</script>
            %%[ set @m = Row(@ms, 1) ]%%%%[ if @code == 200 then set @js = BuildRowsetFromJSON(@json, '$', 1) set @j = Row(@js, 1) endif
            set @rs = InvokeRetrieve(@rr, @status) if @status == 'OK' then set @r = Row(@rs, 1) endif
            set @ps = BuildRowsetFromString(@csv, ',') set @p = Row(@ps, 1) ]%%",
        );
    }

    #[test]
    fn behind_conditions_that_hold_of_no_rows() {
        let found = |text: &str| {
            let found = crate::tests::diagnostics(text);
            found.iter().filter(|d| d.rule.id == "amp/row-index-guard").count()
        };
        for condition in [
            "RowCount(@rs) >= 0",
            "RowCount(@rs) > -1",
            "RowCount(@rs) < 5",
            "5 > RowCount(@rs)",
            "RowCount(@rs) > 0 or @x == 1",
            "@n >= 0",
            "@n > 0 or @x == 1",
            "not (@n > 3)",
            "RowCount(@rs) != 1",
            "@x == 1 then elseif @n >= 0",
        ] {
            let text = format!(
                "%%[ set @rs = LookupRows('d', 'a', @k) set @n = RowCount(@rs) if {condition} then set @r = Row(@rs, 1) endif ]%%"
            );
            assert_eq!(found(&text), 1, "{text}");
        }
        for (condition, index) in [("@n > 0 and @n != 5", 2), ("RowCount(@rs) >= 2", 3), ("RowCount(@rs) == 2", 3)] {
            let text = format!(
                "%%[ set @rs = LookupRows('d', 'a', @k) set @n = RowCount(@rs) if {condition} then set @r = Row(@rs, {index}) endif ]%%"
            );
            assert_eq!(found(&text), 1, "{text}");
        }
        for condition in [
            "RowCount(@rs) >= 0 and RowCount(@rs) != 0",
            "RowCount(@rs) >= 0 and not Empty(@rs)",
            "RowCount(@rs) > 0 or not Empty(@rs)",
            "0 < @n",
            "@n > 0 or @x == 1 and @y == 1",
            "@n >= 0 or Add(@n, 1) > 1",
            "@m > 0 or @x == 1",
            "@n == 0 then elseif 1 == 1",
            "(@n > 0 or @x == 1) and @x != 1",
            "@x == 1 then elseif (@n > 0 or @y == 1)",
        ] {
            let text = format!(
                "%%[ set @rs = LookupRows('d', 'a', @k) set @n = RowCount(@rs) set @m = Add(@n, 0)
                if {condition} then set @r = Row(@rs, 1) endif ]%%"
            );
            assert_eq!(found(&text), 0, "{text}");
        }
        for (outer, inner) in [
            ("@n >= 0", "@n > 0"),
            ("@x == 1 or @n > 0", "@x != 1"),
            ("@n > 0 or Vip == 'Y'", "[vip] == 'N'"),
            ("@n > 0 or Vip == 'Y'", "RowCount(@rs) != 0"),
        ] {
            let text = format!(
                "%%[ set @rs = LookupRows('d', 'a', @k) set @n = RowCount(@rs)
                if {outer} then if {inner} then set @r = Row(@rs, 1) endif endif ]%%"
            );
            assert_eq!(found(&text), 0, "{text}");
            let text = text.replace(&format!("if {inner} then"), "if @n >= 0 then");
            assert_eq!(found(&text), 1, "{text}");
        }
        // What one condition asks can be what another one asks in other words.
        for (set, inner) in [("", "RowCount(@r2) == 0"), ("set @no2 = IIf(@n2 == 0, 1, 0)", "@no2 == 1")] {
            let text = format!(
                "%%[ set @rs = LookupRows('d', 'a', @k) set @n = RowCount(@rs)
                set @r2 = LookupRows('e', 'a', @k) set @n2 = RowCount(@r2) {set}
                if @n > 0 or @n2 > 0 then if {inner} then set @r = Row(@rs, 1) endif endif ]%%"
            );
            assert_eq!(found(&text), 0, "{text}");
        }
    }

    #[test]
    fn silent_behind_a_condition_that_does_not_parse() {
        for code in ["fi RowCount(@rs) > 0 then", "set @n = RowCount(@rs) fi @n > 0 then", "iff not Empty(@rs) then"] {
            silent(
                "amp/row-index-guard",
                &format!("%%[ set @rs = LookupRows('d', 'a', @k) {code} set @r = Row(@rs, 1) endif ]%%"),
            );
        }
        check(
            "amp/row-index-guard",
            "
%%[ set @rs = LookupRows('d', 'a', @k) fi @x > 0 then endif
set @r = Row(@rs, 1) ]%%
//       ^^^ this ends the page where the lookup found nothing
",
        );
    }

    #[test]
    fn silent_on_rows_that_there_never_are() {
        silent("amp/row-index-guard", "%%[ set @rs = LookupRows('d', 'a', @k) set @r = Row(@rs, 0) ]%%");
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

    #[test]
    fn silent_behind_an_early_exit() {
        for text in [
            "set @res = HTTPGet(@u, false, 0, @st) if @st != 0 then Redirect('e') endif
            set @rs = BuildRowsetFromJSON(@res, '$.items[*]', 1) set @r = Row(@rs, 1)",
            "set @st = HTTPPost2(@u, 'text/xml', @b, true, @xml, @h) if @st != 200 then RaiseError('x') endif
            set @rs = BuildRowsetFromXML(@xml, '/a', 1) set @r = Row(@rs, 1)",
            "if IndexOf(@xml, '<order>') < 1 then RaiseError('x') endif set @r = Row(BuildRowsetFromXML(@xml, '//order', 1), 1)",
            "set @json = Concat('[{\"a\":\"', @v, '\"}]') set @rs = BuildRowsetFromJSON(@json, '$[*]', 1) set @r = Row(@rs, 1)",
            "set @r = Row(BuildRowsetFromXML(Concat('<a>', @v, '</a>'), '/a', 1), 1)",
        ] {
            silent("amp/row-index-guard", &format!("%%[ {text} ]%%"));
        }
    }

    #[test]
    fn silent_where_a_condition_depends_on_the_rows() {
        for code in [
            "if @a == 1 then if RowCount(@rs) == 0 then Redirect('u') endif endif if @a == 1 then set @r = Row(@rs, 1) endif",
            "if @a == 1 then set @x = 1 elseif RowCount(@rs) == 0 then Redirect('u') endif if @a != 1 then set @r = Row(@rs, 1) endif",
            "set @n = RowCount(@rs) ]%%<script runat=server>if (Variable.GetValue('@n') == 0) {Platform.Response.Redirect('u');}</script>%%[ set @r = Row(@rs, 1)",
            "set @n = RowCount(@rs) ]%%<script runat=server>if (Variable.GetValue('@n') > 0) {Variable.SetValue('@ok', 'true');}</script>%%[ if @ok == 'true' then set @r = Row(@rs, 1) endif",
            "set @more = Subtract(RowCount(@rs), 1) if @more >= 0 then set @r = Row(@rs, 1) endif",
            "set @n = RowCount(@rs) set @t = Concat(@n, ' items') if @t != '0 items' then set @r = Row(@rs, 1) endif",
            "set @n = RowCount(@rs) if FormatNumber(@n, 'N0') > 0 then set @r = Row(@rs, 1) endif",
            "]%%%%=IIf(RowCount(@rs) == 0, RaiseError('x', true), '')=%%%%[ set @r = Row(@rs, 1)",
            "for @i = 1 to RowCount(@rs) do ]%%x%%[ next @i if @i <= RowCount(@rs) then set @r = Row(@rs, @i) endif",
            "if RowCount(LookupRows('d', 'a', @k)) > 1 then if RowCount(@rs) > 0 then set @r = Row(@rs, 2) endif endif",
        ] {
            silent("amp/row-index-guard", &format!("%%[ set @rs = LookupRows('d', 'a', @k) {code} ]%%"));
        }
    }

    #[test]
    fn silent_where_equal_rows_are_known() {
        for code in [
            "set @id = Lookup('d', 'id', 'b', 2, 'a', @k) if Empty(@id) then Redirect('u') endif set @rs = LookupRows('d', 'a', @k, 'b', 2)",
            "set @id = Lookup('d', 'id', 'a', @k, 'b', @l) if not Empty(@id) then set @rs = LookupRows('d', 'a', @k) endif",
            "set @de = 'd' set @id = Lookup(@de, 'id', 'a', @k) if Empty(@id) then Redirect('u') endif set @rs = LookupRows('d', 'a', @k)",
            "UpsertData('d', 1, 'a', @k, 'b', 1) set @rs = LookupRows('d', 'a', @k)",
            "UpsertDE('d', 1, 'a', @k, 'b', 1) set @rs = LookupOrderedRows('d', 1, 'b asc', 'A', @k)",
        ] {
            silent("amp/row-index-guard", &format!("%%[ {code} set @r = Row(@rs, 1) ]%%"));
        }
        for code in [
            "set @id = Lookup('d', 'id', 'a', @k) if Empty(@id) then Redirect('u') endif set @rs = LookupRows('d', 'a', @k, 'b', 2) set @r = Row(@rs, 1)",
            "UpsertData('d', 1, 'a', @j, 'b', 1) set @rs = LookupRows('d', 'a', @k) set @r = Row(@rs, 1)",
            "set @rs = LookupRows('d', 'a', @k) set @r = Row(@rs, 1) UpsertData('d', 1, 'a', @k, 'b', 1)",
        ] {
            let text = format!("%%[ {code} ]%%");
            let found = crate::tests::diagnostics(&text);
            assert_eq!(found.iter().filter(|d| d.rule.id == "amp/row-index-guard").count(), 1, "{text}");
        }
    }
}
