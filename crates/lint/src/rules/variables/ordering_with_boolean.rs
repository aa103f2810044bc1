use sfmc_semantic::{CompareOp, ValueTypes};

use crate::flow::{CheckFlow, Comparison, FlowContext};

declare_rule! {
    /// True and false have no order.
    ///
    /// ## Why
    /// As soon as one side is a boolean, `<` and `>` ask whether the sides differ, `<=` and `>=` whether they are equal.
    /// Source: ampscript.md, section 7 (comparison; as implemented by Sage).
    ///
    /// ## Bad
    /// ```ampscript
    /// %%[ if Empty(@name) > false then set @name = "friend" endif ]%%
    /// ```
    ///
    /// ## Good
    /// ```ampscript
    /// %%[ if Empty(@name) then set @name = "friend" endif ]%%
    /// ```
    pub OrderingWithBoolean {
        id: "amp/ordering-with-boolean",
        aliases: [],
        group: Suspicious,
        severity: Info,
        fix: None,
        since: "0.1.0",
    }
}

impl CheckFlow<Comparison> for OrderingWithBoolean {
    fn check(ctx: &mut FlowContext<'_>, comparison: &Comparison) {
        let (sign, meaning) = match comparison.op {
            CompareOp::Equal | CompareOp::NotEqual => return,
            CompareOp::Less => ("<", "differ"),
            CompareOp::Greater => (">", "differ"),
            CompareOp::LessOrEqual => ("<=", "are equal"),
            CompareOp::GreaterOrEqual => (">=", "are equal"),
        };
        let sides = [comparison.lhs, comparison.rhs];
        let Some(side) = sides.into_iter().find(|&side| ctx.types(side).is_within(ValueTypes::BOOLEAN)) else { return };
        // `1 < 2 < 3` is reported as what it is.
        if matches!(ctx.expr(side), sfmc_semantic::Expr::Compare { .. }) {
            return;
        }
        let range = ctx.range(side);
        ctx.report::<Self>(range, format!("this is true or false: `{sign}` only asks whether the sides {meaning}"))
            .help("compare with `==` or `!=`");
    }
}

#[cfg(test)]
mod tests {
    use crate::tests::{check, silent};

    #[test]
    fn at_the_boolean() {
        check(
            "amp/ordering-with-boolean",
            "
%%[ set @ok = true if @x >= @ok or IsEmailAddress(@m) < 1 then endif ]%%
//                          ^^^ this is true or false: `>=` only asks whether the sides are equal
//                                 ^^^^^^^^^^^^^^^^^^ whether the sides differ
",
        );
    }

    #[test]
    fn silent_on_equality_and_on_the_rest() {
        silent(
            "amp/ordering-with-boolean",
            "%%[ if @ok == true or @n > 1 or Empty(@x) != false or 'true' < @x then endif ]%%",
        );
    }
}
