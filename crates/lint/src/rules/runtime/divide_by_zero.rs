use sfmc_semantic::{Expr, ExprId, Marks};

use crate::flow::{CallSite, CheckCall, FlowContext};

declare_rule! {
    /// Nothing is divided by 0.
    ///
    /// ## Why
    /// Divide by 0 does not fail: it returns `∞`, or `NaN` for `0 / 0`, and Mod returns `NaN`. That is what the reader sees. The number of
    /// rows that a lookup found is 0 where it found nothing; nothing is said of it in a loop, where there are rows, and where the rows or
    /// their number are compared or asked for anywhere in the page, be it in `IIf`.
    /// Source: rules.md 2.2; ampscript.md, section 12 (tested live).
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

/// Whether an expression is the number of rows of a lookup that nothing in the page has looked at.
fn is_unchecked_count(ctx: &FlowContext<'_>, divisor: ExprId) -> bool {
    let thought_of = |expr: ExprId| {
        let marks = ctx.marks(expr);
        let ways = [Marks::CHECKED, Marks::HAS_ROWS, Marks::NOT_EMPTY, Marks::OPAQUE];
        ctx.body().variable(expr).is_some() && ways.iter().any(|&mark| marks.has(mark))
    };
    let Some(count) = ctx.source_call(divisor).filter(|source| source.function.name == "RowCount") else {
        return false;
    };
    let is_variable = ctx.body().variable(divisor);
    // The rows of a count that stands here are known; those of one that stands elsewhere can only be told by their name.
    if is_variable.is_none() {
        let Expr::Call(call) = ctx.expr(divisor) else { return false };
        let Some(&rows) = ctx.body().operands(call.args).first() else { return false };
        let looked_up = ctx.source_call(rows).is_some_and(|rows| rows.function.name.starts_with("Lookup"));
        if !looked_up || thought_of(rows) {
            return false;
        }
    } else if thought_of(divisor) {
        return false;
    }
    let names = [is_variable.map(|name| ctx.body().name(name).as_str()), count.variable(0)];
    !names.into_iter().flatten().any(|name| is_looked_at(ctx, name))
}

/// Whether a variable, or the number of its rows, is compared or asked for being empty anywhere in the page: the answer can have been kept in
/// another variable.
fn is_looked_at(ctx: &FlowContext<'_>, name: &str) -> bool {
    ctx.page_code().any(|body| {
        let is_it = |expr: ExprId| body.variable(expr).is_some_and(|found| body.name(found) == name);
        let holds_it = |expr: ExprId| match body.expr(expr) {
            Expr::Call(call) => body.operands(call.args).iter().any(|&arg| is_it(arg)),
            _ => is_it(expr),
        };
        body.exprs.iter().any(|expr| match expr {
            Expr::Compare { lhs, rhs, .. } => holds_it(*lhs) || holds_it(*rhs),
            Expr::Call(call) => {
                call.function.is_some_and(|id| ["Empty", "IIf"].contains(&id.get().name)) && {
                    body.operands(call.args).first().is_some_and(|&arg| holds_it(arg))
                }
            }
            _ => false,
        })
    })
}

impl CheckCall for DivideByZero {
    const FUNCTIONS: &'static [&'static str] = &["Divide", "Mod"];

    fn check(ctx: &mut FlowContext<'_>, call: &CallSite) {
        let Some(divisor) = ctx.arg(call, 1) else { return };
        let result = if call.function.name == "Mod" { "NaN" } else { "∞" };
        let range = ctx.range(divisor);
        if ctx.every_value(divisor, |constant| (constant.as_number() == Some(0.0)).then_some(())).is_some() {
            let set_at = ctx.set_at(divisor);
            ctx.report::<Self>(range, format!("this divides by 0: `{result}` is printed")).set_at(set_at);
            return;
        }
        // In a loop there are rows.
        if !ctx.is_lost() && ctx.loops().next().is_none() && is_unchecked_count(ctx, divisor) {
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
%%[ set @z = Subtract(3, 3) ]%%%%=Divide(4, @z)=%%
//                                          ^^ this divides by 0
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
        silent(
            "amp/divide-by-zero",
            "%%[ set @r = LookupRows('d', 'a', 'b') set @n = RowCount(@r) set @has = IIf(@n > 0, 1, 0)
            if @has == 1 then set @b = Divide(@sum, @n) endif ]%%",
        );
        silent("amp/divide-by-zero", "%%=Divide(@a, @b)=%% %%=Divide(0, 2)=%% %%=Mod(@i, 2)=%%");
    }
}
