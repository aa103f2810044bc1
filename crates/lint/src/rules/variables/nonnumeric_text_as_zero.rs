use sfmc_semantic::{CompareOp, Constant, ExprId, ValueTypes};

use crate::flow::{CheckFlow, Comparison, FlowContext};

declare_rule! {
    /// A number is compared with a number.
    ///
    /// ## Why
    /// Where one side of `<` or `>` is a number, the other is converted to one; a text that is none counts as 0. `5 > "low"` is true.
    /// Source: ampscript.md, section 7 (comparison; as implemented by Sage).
    ///
    /// ## Bad
    /// ```ampscript
    /// %%[ if RowCount(@rows) > "none" then set @found = true endif ]%%
    /// ```
    ///
    /// ## Good
    /// ```ampscript
    /// %%[ if RowCount(@rows) > 0 then set @found = true endif ]%%
    /// ```
    pub NonnumericTextAsZero {
        id: "amp/nonnumeric-text-as-zero",
        aliases: [],
        group: Suspicious,
        severity: Info,
        fix: None,
        since: "0.1.0",
    }
}

impl CheckFlow<Comparison> for NonnumericTextAsZero {
    fn check(ctx: &mut FlowContext<'_>, comparison: &Comparison) {
        if matches!(comparison.op, CompareOp::Equal | CompareOp::NotEqual) {
            return;
        }
        for (side, other) in [(comparison.lhs, comparison.rhs), (comparison.rhs, comparison.lhs)] {
            let text = ctx.constant_text(side).filter(|text| is_no_number(text));
            if text.is_some() && is_number(ctx, other) {
                let range = ctx.range(side);
                ctx.report::<Self>(range, "this text is no number: compared with one it counts as 0");
            }
        }
    }
}

/// Words only: what has a digit in it may be converted somehow, and an empty text is rather a question for null.
fn is_no_number(text: &str) -> bool {
    text.contains(char::is_alphabetic) && !text.contains(|c: char| c.is_numeric())
}

fn is_number(ctx: &FlowContext<'_>, expr: ExprId) -> bool {
    match ctx.constant(expr) {
        Some(Constant::Text(text)) => text.trim().parse::<f64>().is_ok_and(f64::is_finite),
        Some(Constant::Boolean(_)) => false,
        Some(_) => true,
        None => ctx.types(expr).is_within(ValueTypes::NUMBER),
    }
}

#[cfg(test)]
mod tests {
    use crate::tests::{check, silent};

    #[test]
    fn at_the_text() {
        check(
            "amp/nonnumeric-text-as-zero",
            "
%%[ set @low = 'low' if @low < 5 or Length(@x) >= 'long' then endif ]%%
//                      ^^^^ this text is no number
//                                                ^^^^^^ it counts as 0
",
        );
    }

    #[test]
    fn silent_on_texts_and_numbers() {
        silent(
            "amp/nonnumeric-text-as-zero",
            "%%[ if 'a' < 'b' or @n > '10' or 5 > '1,000' or 3 < '' or RowCount(@r) == 'none' or @x < 'm' then endif ]%%",
        );
    }
}
