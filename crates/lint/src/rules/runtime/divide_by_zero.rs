use sfmc_semantic::{Constant, Expr, ExprId, Marks};

use crate::flow::{CallSite, CheckCall, FlowContext, Usage};

declare_rule! {
    /// Nothing is divided by 0.
    ///
    /// ## Why
    /// Divide by 0 does not fail: it returns `∞`, or `NaN` for `0 / 0`, and Mod returns `NaN`. That is what the reader sees. The number of
    /// rows that a lookup found is 0 where it found nothing. Source: rules.md 2.2; ampscript.md, section 12 (tested live).
    ///
    /// ## Bad
    /// ```ampscript
    /// %%[ set @orders = LookupRows("Orders", "Id", @id) ]%%
    /// %%=Divide(@total, RowCount(@orders))=%%
    /// ```
    ///
    /// ## Good
    /// ```ampscript
    /// %%[ set @orders = LookupRows("Orders", "Id", @id) ]%%
    /// %%[ if RowCount(@orders) > 0 then ]%%%%=Divide(@total, RowCount(@orders))=%%%%[ endif ]%%
    /// ```
    ///
    /// ## When to turn it off
    /// Where the data is certain to have rows.
    pub DivideByZero {
        id: "amp/divide-by-zero",
        aliases: [],
        group: Suspicious,
        severity: Warning,
        fix: None,
        since: "0.1.0",
    }
}

/// Whether an expression is the number of rows of a lookup that nothing has looked at.
fn is_unchecked_count(ctx: &FlowContext<'_>, divisor: ExprId) -> bool {
    let thought_of = |expr: ExprId| {
        let marks = ctx.marks(expr);
        matches!(ctx.expr(expr), Expr::Variable(_))
            && [Marks::CHECKED, Marks::HAS_ROWS, Marks::NOT_EMPTY, Marks::OPAQUE].iter().any(|&mark| marks.has(mark))
    };
    if thought_of(divisor) {
        return false;
    }
    // The rows of a call that stands here can have been looked at; those of one that stands elsewhere are looked at through the number.
    if let Expr::Call(call) = ctx.expr(divisor)
        && let Some(&rows) = ctx.body().operands(call.args).first()
        && (thought_of(rows) || !ctx.source_call(rows).is_some_and(|rows| rows.function.name.starts_with("Lookup")))
    {
        return false;
    }
    ctx.source_call(divisor).is_some_and(|source| source.function.name == "RowCount")
}

impl CheckCall for DivideByZero {
    const FUNCTIONS: &'static [&'static str] = &["Divide", "Mod"];

    fn check(ctx: &mut FlowContext<'_>, call: &CallSite) {
        let Some(divisor) = ctx.arg(call, 1) else { return };
        let result = if call.function.name == "Mod" { "NaN" } else { "∞" };
        let range = ctx.range(divisor);
        if ctx.sure_constant(divisor).and_then(Constant::as_number) == Some(0.0) {
            let set_at = ctx.set_at(divisor);
            ctx.report::<Self>(range, format!("this divides by 0: `{result}` is printed")).set_at(set_at);
            return;
        }
        // In a loop there are rows, and IIf can have a condition on them.
        let chosen = matches!(call.usage, Usage::Argument { call, .. }
            if matches!(ctx.expr(call), Expr::Call(call) if call.function.is_some_and(|id| id.get().name == "IIf")));
        if !ctx.is_lost() && !chosen && ctx.loops().next().is_none() && is_unchecked_count(ctx, divisor) {
            let set_at = ctx.set_at(divisor);
            ctx.report::<Self>(range, format!("this divides by 0 where there are no rows: `{result}` is printed"))
                .help("divide only behind a condition that there are rows")
                .set_at(set_at);
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::tests::{check, silent};

    #[test]
    fn zero() {
        check(
            "amp/divide-by-zero",
            "
%%[ set @n = 0 ]%% %%=Divide(@total, @n)=%% %%=Mod(10, '0')=%%
//                                   ^^ this divides by 0: `∞` is printed
//                                                     ^^^ this divides by 0: `NaN` is printed
",
        );
    }

    #[test]
    fn the_number_of_rows() {
        check(
            "amp/divide-by-zero",
            "
%%[ set @r = LookupRows('d', 'a', 'b') set @n = RowCount(@r) set @avg = Divide(@sum, @n) ]%%
//                                                                                   ^^ where there are no rows
",
        );
    }

    #[test]
    fn silent_where_it_was_counted() {
        silent(
            "amp/divide-by-zero",
            "%%[ set @r = LookupRows('d', 'a', 'b') set @n = RowCount(@r) if @n > 0 then set @avg = Divide(@sum, @n)
            set @b = Divide(@sum, RowCount(@r)) endif set @c = IIf(@n == 0, 0, Divide(1, @n)) ]%%",
        );
        silent("amp/divide-by-zero", "%%=Divide(@a, @b)=%% %%=Divide(0, 2)=%% %%=Mod(@i, 2)=%%");
    }
}
