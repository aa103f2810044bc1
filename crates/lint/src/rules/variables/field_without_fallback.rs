use sfmc_syntax::{TextEdit, TextSize};

use crate::flow::{CallSite, CheckCall, FlowContext};

declare_rule! {
    /// Field says what to do about a column that is missing.
    ///
    /// ## Why
    /// `Field` with two arguments ends the page where the row has no such column: after one was renamed, or on a row of another source. With 0
    /// as its third argument it returns an empty text instead. Which is better depends on the page: off unless you turn it on.
    /// Source: ampscript-functions.json (Field); rules.md 2.2 (tested live).
    ///
    /// ## Bad
    /// ```ampscript
    /// %%=Field(@row, "City")=%%
    /// ```
    ///
    /// ## Good
    /// ```ampscript
    /// %%=Field(@row, "City", 0)=%%
    /// ```
    ///
    /// ## When to turn it on
    /// Where a page has to be shown whatever becomes of the data.
    pub FieldWithoutFallback {
        id: "amp/field-without-fallback",
        aliases: ["field-missing-column"],
        group: Suspicious,
        severity: Hint,
        on_by_default: false,
        fix: Unsafe,
        since: "0.1.0",
    }
}

impl CheckCall for FieldWithoutFallback {
    const FUNCTIONS: &'static [&'static str] = &["Field"];

    fn check(ctx: &mut FlowContext<'_>, call: &CallSite) {
        let &[_, column] = ctx.args(call) else { return };
        let (range, whole) = (ctx.range(column), ctx.range(call.expr));
        if !ctx.text(whole).ends_with(')') {
            return;
        }
        // Behind all parentheses that can be around the column.
        let end = whole.end() - TextSize::new(1);
        ctx.report::<Self>(range, "this ends the page where the column is missing")
            .unsafe_fix("return an empty text then", [TextEdit::insert(end, ", 0")]);
    }
}

#[cfg(test)]
mod tests {
    use crate::tests::{check, fixed, silent};

    #[test]
    fn at_the_column() {
        check(
            "amp/field-without-fallback",
            "
%%[ set @city = Field(Row(@rows, 1), 'City') ]%%
//                                   ^^^^^^ this ends the page where the column is missing
",
        );
    }

    #[test]
    fn adds_the_argument() {
        fixed("amp/field-without-fallback", "%%=Field(@row, ('City'))=%%", "%%=Field(@row, ('City'), 0)=%%");
    }

    #[test]
    fn silent_with_three() {
        silent("amp/field-without-fallback", "%%=Field(@row, 'City', 0)=%% %%=Field(@row, 'City', 1)=%%");
    }
}
