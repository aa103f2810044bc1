use sfmc_semantic::{Constant, Expr};

use crate::flow::{CheckFlow, Comparison, FlowContext};

declare_rule! {
    /// The status of a POST is what HTTPPost returns, not what it stores.
    ///
    /// ## Why
    /// On a live page the variable at the end of HTTPPost and HTTPPost2 received the body of the response; the status was the value that
    /// the function returned. The official reference says the variable receives the status.
    /// Source: ampscript.md, section 14, 28 (disputed; tested live).
    ///
    /// ## Bad
    /// ```ampscript
    /// %%[ set @n = HTTPPost(@url, "application/json", @body, @status) if @status == 200 then set @ok = 1 endif ]%%
    /// ```
    ///
    /// ## Good
    /// ```ampscript
    /// %%[ set @status = HTTPPost(@url, "application/json", @body, @answer) if @status == 200 then set @ok = 1 endif ]%%
    /// ```
    pub HttppostStatusArg {
        id: "amp/httppost-status-arg",
        aliases: [],
        group: Suspicious,
        severity: Hint,
        on_by_default: false,
        fix: None,
        since: "0.1.0",
    }
}

impl CheckFlow<Comparison> for HttppostStatusArg {
    fn check(ctx: &mut FlowContext<'_>, item: &Comparison) {
        for (side, other) in [(item.lhs, item.rhs), (item.rhs, item.lhs)] {
            let status = ctx.constant(other).and_then(Constant::as_integer).is_some_and(|n| (100..600).contains(&n));
            if !status || !matches!(ctx.expr(side), Expr::Variable(_)) {
                continue;
            }
            let Some((call, index)) = ctx.out_call(side) else { continue };
            if matches!((call.function.name, index), ("HTTPPost", 3) | ("HTTPPost2", 4)) {
                let (range, set_at) = (ctx.range(side), ctx.set_at(side));
                ctx.report::<Self>(range, format!("on a live page `{}` stored the body here", call.function.name))
                    .help("compare what the function returns")
                    .set_at(set_at);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::tests::{check, silent};

    #[test]
    fn at_the_variable() {
        check(
            "amp/httppost-status-arg",
            "
%%[ HTTPPost(@url, 'text/plain', 'x', @s) ]%%a%%[ if '200' != @s then set @e = 1 endif ]%%
//                                                            ^^ stored the body here
",
        );
    }

    #[test]
    fn silent_on_what_is_returned_and_on_bodies() {
        silent(
            "amp/httppost-status-arg",
            "%%[ set @s = HTTPPost(@u, 't', 'x', @b) if @s == 200 and @b == 'ok' then endif ]%%",
        );
        silent("amp/httppost-status-arg", "%%[ set @b = HTTPGet(@u, true, 0, @s) if @s == 200 then endif ]%%");
    }
}
