use sfmc_semantic::{CompareOp, DefinitionKind, Expr, Marks, ValueTypes};

use crate::flow::{CheckFlow, Comparison, FlowContext};

declare_rule! {
    /// What is compared by order is not null.
    ///
    /// ## Why
    /// Null is smaller and greater than everything: where one side is null, `<` and `>` are true whatever the other is, `<=` and `>=` are
    /// false. Reported is a variable that VAR sets to null and that is set only on some ways to the comparison, unless a condition has looked
    /// at it. A condition elsewhere can rule that case out: off unless you turn it on.
    /// Source: ampscript.md, section 7 (comparison; as implemented by Sage).
    ///
    /// ## Bad
    /// ```ampscript
    /// %%[ var @points if @member == "yes" then set @points = 20 endif
    ///     if @points > 100 then set @level = "gold" endif ]%%
    /// ```
    ///
    /// ## Good
    /// ```ampscript
    /// %%[ var @points set @points = 0 if @member == "yes" then set @points = 20 endif
    ///     if @points > 100 then set @level = "gold" endif ]%%
    /// ```
    ///
    /// ## When to turn it on
    /// Where numbers decide what is shown, and you want every default to be written.
    pub OrderingWithPossibleNull {
        id: "amp/ordering-with-possible-null",
        aliases: [],
        group: Suspicious,
        severity: Hint,
        on_by_default: false,
        fix: None,
        since: "0.1.0",
    }
}

impl CheckFlow<Comparison> for OrderingWithPossibleNull {
    fn check(ctx: &mut FlowContext<'_>, comparison: &Comparison) {
        let always = match comparison.op {
            CompareOp::Equal | CompareOp::NotEqual => return,
            CompareOp::Less | CompareOp::Greater => "true",
            CompareOp::LessOrEqual | CompareOp::GreaterOrEqual => "false",
        };
        for side in [comparison.lhs, comparison.rhs] {
            let (types, marks) = (ctx.types(side), ctx.marks(side));
            let silent = [Marks::OPAQUE, Marks::CHECKED, Marks::NOT_EMPTY].iter().any(|&mark| marks.has(mark));
            let is_null = types != ValueTypes::ANY && types.intersects(ValueTypes::NULL);
            if silent || !is_null || !marks.has(Marks::MAYBE_UNSET) || !matches!(ctx.expr(side), Expr::Variable(_)) {
                continue;
            }
            let declared = ctx.definitions(side).find(|definition| definition.kind == DefinitionKind::Declare);
            let Some(declared) = declared.copied() else { continue };
            let range = ctx.range(side);
            let name = ctx.text(range);
            let (can, comes) = if marks.has(Marks::MAYBE_SET) { ("can be", "then") } else { ("is", "so") };
            ctx.report::<Self>(range, format!("`{name}` {can} null here: {comes} this comparison is {always}"))
                .related_at(declared.at, "VAR sets it to null")
                .help("set it to a default first");
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::tests::{check, silent};

    #[test]
    fn at_the_variable() {
        check(
            "amp/ordering-with-possible-null",
            "
%%[ var @a, @b if @x == 1 then set @a = 1 endif if @a >= 2 or 3 < @b then endif ]%%
//                                                 ^^ `@a` can be null here: then this comparison is false
//                                                                ^^ `@b` is null here: so this comparison is true
",
        );
    }

    #[test]
    fn silent_where_it_is_set_or_was_thought_of() {
        silent(
            "amp/ordering-with-possible-null",
            "%%[ var @a, @b set @a = 1 if not Empty(@b) then if @a > 1 or @b > 1 or @c > 1 then endif endif
            var @d set @d = Lookup('d', 'n', 'k', 1) if @d > 1 or @a == 1 then endif ]%%",
        );
    }
}
