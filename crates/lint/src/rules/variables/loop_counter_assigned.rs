use sfmc_semantic::ExprId;

use crate::flow::{Assignment, CallSite, CheckCall, CheckFlow, Declaration, FlowContext, Loop};

declare_rule! {
    /// A loop's counter is not changed inside the loop.
    ///
    /// ## Why
    /// The documentation forbids to declare or to set the counter in its loop: it stops the page. Where it is accepted all the same, rows are
    /// skipped or the loop never ends. That holds in conditions and loops inside the loop too.
    /// Source: ampscript.md, section 3 (FOR) and section 14 (22: documented as forbidden, accepted by another implementation).
    ///
    /// ## Bad
    /// ```ampscript
    /// %%[ for @i = 1 to 5 do set @i = Add(@i, 1) next @i ]%%
    /// ```
    ///
    /// ## Good
    /// ```ampscript
    /// %%[ for @i = 1 to 5 do set @n = Add(@i, 1) next @i ]%%
    /// ```
    pub LoopCounterAssigned {
        id: "amp/loop-counter-assigned",
        aliases: ["sfmc/amp-no-loop-counter-assign"],
        group: Suspicious,
        severity: Warning,
        fix: None,
        since: "0.1.0",
    }
}

impl CheckFlow<Assignment> for LoopCounterAssigned {
    fn check(ctx: &mut FlowContext<'_>, assignment: &Assignment) {
        look(ctx, assignment.target, "sets");
    }
}

impl CheckFlow<Declaration> for LoopCounterAssigned {
    fn check(ctx: &mut FlowContext<'_>, declaration: &Declaration) {
        look(ctx, declaration.target, "declares");
    }
}

impl CheckFlow<Loop> for LoopCounterAssigned {
    fn check(ctx: &mut FlowContext<'_>, item: &Loop) {
        if let Some(counter) = item.counter {
            look(ctx, counter, "counts with");
        }
    }
}

impl CheckCall for LoopCounterAssigned {
    const FUNCTIONS: &'static [&'static str] = &[];

    fn check(ctx: &mut FlowContext<'_>, call: &CallSite) {
        if !call.function.has_out() || ctx.loops().next().is_none() {
            return;
        }
        for (index, &arg) in ctx.args(call).iter().enumerate() {
            if ctx.body().out_param(call.call, index).is_some() {
                look(ctx, arg, "stores a result in");
            }
        }
    }
}

fn look(ctx: &mut FlowContext<'_>, target: ExprId, verb: &str) {
    let body = ctx.body();
    let Some(name) = body.variable(target).map(|name| body.name(name)) else { return };
    let found = ctx.loops().rev().find(|(counter, _)| *counter == Some(name.as_str()));
    let Some((_, at)) = found else { return };
    let range = ctx.range(target);
    let written = ctx.text(range);
    ctx.report::<LoopCounterAssigned>(range, format!("this {verb} `{written}`, which a loop around it counts with"))
        .related_at(at, format!("this loop counts with `{written}`"))
        .help("use another variable");
}

#[cfg(test)]
mod tests {
    use crate::tests::{check, silent};

    #[test]
    fn at_the_variable() {
        check(
            "amp/loop-counter-assigned",
            "
%%[ for @i = 1 to 5 do if @x then set @I = 2 endif next for @i = 1 to 2 do for @i = 1 to 2 do next next ]%%
//                                    ^^ this sets `@I`, which a loop around it counts with
//                                                                             ^^ this counts with `@i`
",
        );
    }

    #[test]
    fn declared_in_a_later_block() {
        check(
            "amp/loop-counter-assigned",
            "
%%[ for @i = 1 to 5 do ]%% <p> %%[ var @i ]%% %%[ next ]%%
//                                     ^^ this declares `@i`
",
        );
    }

    #[test]
    fn as_an_argument_that_takes_a_result() {
        check(
            "amp/loop-counter-assigned",
            "
%%[ for @i = 1 to 2 do set @b = HTTPGet(@u, false, 0, @i) set @c = HTTPGet(@u, false, 0, @s) next @i ]%%
//                                                    ^^ this stores a result in `@i`
",
        );
    }

    #[test]
    fn silent_outside() {
        silent("amp/loop-counter-assigned", "%%[ var @i set @i = 1 for @i = 1 to 2 do set @j = @i next set @i = 3 ]%%");
        silent("amp/loop-counter-assigned", "%%[ for @i = 1 to 2 do next for @i = 1 to 2 do next ]%%");
    }
}
