use sfmc_semantic::{CodeItem, Constant, DefinitionKind, Expr, ExprId, Marks, Step};

use crate::flow::{CallSite, CheckCall, FlowContext};

declare_rule! {
    /// Rows count from 1.
    ///
    /// ## Why
    /// `Row` with an index of 0 or less ends the page or the send: nothing is shown. In a loop that starts at 0 the first round does, and
    /// so it is with a variable that was set to 0 before the loop and is raised behind the call.
    /// Source: rules.md 2.2 (tested live: index 0 aborts).
    ///
    /// ## Bad
    /// ```ampscript
    /// %%[ for @i = 0 to RowCount(@rows) do set @row = Row(@rows, @i) next @i ]%%
    /// ```
    ///
    /// ## Good
    /// ```ampscript
    /// %%[ for @i = 1 to RowCount(@rows) do set @row = Row(@rows, @i) next @i ]%%
    /// ```
    ///
    /// ## When to turn it off
    /// Never: there is no such row.
    pub RowIndexZero {
        id: "amp/row-index-zero",
        aliases: [],
        group: Correctness,
        severity: Error,
        fix: None,
        since: "0.1.0",
    }
}

impl CheckCall for RowIndexZero {
    const FUNCTIONS: &'static [&'static str] = &["Row"];

    fn check(ctx: &mut FlowContext<'_>, call: &CallSite) {
        let Some(index) = ctx.arg(call, 1).filter(|_| !ctx.is_next()) else { return };
        let range = ctx.range(index);
        if let Some(n @ ..=0) = ctx.sure_constant(index).and_then(Constant::as_integer) {
            let set_at = ctx.set_at(index);
            ctx.report::<Self>(range, format!("rows count from 1: there is no row {n}")).set_at(set_at);
        } else if let Some(n) = counted_by_hand(ctx, index) {
            ctx.report::<Self>(range, format!("rows count from 1, but the first round asks for row {n}"))
                .help("set the index to 1 before the loop, or raise it before the row is taken");
        } else if let Some(n) = counted_from(ctx, index) {
            ctx.report::<Self>(range, format!("rows count from 1, but the first round asks for row {n}"))
                .help("start the loop at 1");
        }
    }
}

/// Where the loop starts that alone gives an index its value, if that is no row and the first round certainly asks for it.
fn counted_from(ctx: &FlowContext<'_>, index: ExprId) -> Option<i64> {
    let name = ctx.body().variable(index)?;
    if ctx.round() != Some(ctx.body().name(name).as_str()) {
        return None;
    }
    let definition = ctx.only_definition(index).filter(|definition| definition.kind == DefinitionKind::Counter)?;
    let CodeItem::Expr(counter) = definition.at.what else { return None };
    let (body, flow) = ctx.code(definition.at.chunk);
    let (start, down) = body.steps.iter().find_map(|step| match *step {
        Step::For { counter: Some(found), start, down, .. } if found == counter => Some((start, down)),
        _ => None,
    })?;
    match (down, body.expr(start), flow.constant(start)) {
        (false, Expr::Integer(n @ ..=0), Some(_)) => Some(*n),
        _ => None,
    }
}

/// What a variable holds in the first round of the loop around it, if that is no row and the first round certainly asks for it: it was set
/// before the loop, and the loop sets it only behind this place.
fn counted_by_hand(ctx: &FlowContext<'_>, index: ExprId) -> Option<i64> {
    ctx.body().variable(index)?;
    let doubts = [Marks::OPAQUE, Marks::MAYBE_UNSET, Marks::CHECKED];
    if ctx.round().is_none() || ctx.is_lost() || doubts.iter().any(|&doubt| ctx.marks(index).has(doubt)) {
        return None;
    }
    let (_, around) = ctx.loops().next_back()?;
    let CodeItem::Step(step) = around.what else { return None };
    let Some(Step::For { bound, .. }) = ctx.code(around.chunk).0.steps.get(step as usize) else { return None };
    let begin = (ctx.position(around.chunk)?, *bound);
    let here = (ctx.position(ctx.chunk())?, index);
    let mut first = None;
    let mut raised = false;
    for definition in ctx.definitions(index) {
        let CodeItem::Expr(target) = definition.at.what else { return None };
        let at = (ctx.position(definition.at.chunk)?, target);
        if at > here {
            // Of a round before this one.
            raised = true;
            continue;
        }
        let value = ctx.code(definition.at.chunk).0.literal(definition.value?)?;
        let Constant::Integer(n @ ..=0) = value else { return None };
        if at > begin || definition.kind != DefinitionKind::Set || first.replace(n).is_some() {
            return None;
        }
    }
    first.filter(|_| raised)
}

#[cfg(test)]
mod tests {
    use crate::tests::{check, silent};

    #[test]
    fn at_the_index() {
        check(
            "amp/row-index-zero",
            "
%%[ set @first = 0 set @row = Row(@rows, @first) ]%%
//                                       ^^^^^^ there is no row 0
",
        );
    }

    #[test]
    fn in_a_loop_from_zero() {
        check(
            "amp/row-index-zero",
            "
%%[ for @i = 0 to RowCount(@rows) do set @row = Row(@rows, @i) next @i ]%%
//                                                         ^^ the first round asks for row 0
",
        );
    }

    #[test]
    fn raised_behind_the_call() {
        check(
            "amp/row-index-zero",
            "
%%[ set @i = 0 for @k = 1 to RowCount(@rs) do ]%%<li>%%[ set @r = Row(@rs, @i) ]%%</li>%%[ set @i = Add(@i, 1) next @k ]%%
//                                                                         ^^ the first round asks for row 0
",
        );
        silent(
            "amp/row-index-zero",
            "%%[ set @i = 0 for @k = 1 to @n do set @i = Add(@i, 1) set @r = Row(@rs, @i) next @k
            set @j = 0 if @x then set @j = 1 endif for @k = 1 to @n do set @r = Row(@rs, @j) set @j = Add(@j, 1) next @k
            set @h = 0 for @k = 1 to @n do if @h > 0 then set @r = Row(@rs, @h) endif set @h = Add(@h, 1) next @k
            set @g = 1 for @k = 1 to @n do set @r = Row(@rs, @g) set @g = Add(@g, 1) next @k ]%%",
        );
    }

    #[test]
    fn silent_on_rows_that_can_be() {
        silent("amp/row-index-zero", "%%[ for @i = 1 to 3 do set @row = Row(@rows, @i) next @i ]%%");
        silent("amp/row-index-zero", "%%[ for @i = 0 to 3 do set @row = Row(@rows, Add(@i, 1)) next @i ]%%");
        silent(
            "amp/row-index-zero",
            "%%[ for @i = 0 to 3 do if @i > 0 then set @row = Row(@rows, @i) endif next @i ]%%",
        );
        silent("amp/row-index-zero", "%%[ for @i = 3 downto 1 do set @row = Row(@rows, @i) next @i ]%%");
    }
}
