use sfmc_syntax::{Problem, ProblemKind, TextEdit};

use crate::{
    context::{CheckProblem, Context},
    surroundings::expects_value,
};

declare_rule! {
    /// A number has digits on both sides of its decimal point and no plus before it.
    ///
    /// ## Why
    /// Some readers of AMPscript know `.5`, `1.` and `+1`, others do not. `0.5` and `1` are read alike by everybody.
    /// Source: ampscript.md, sections 2 (numbers), 12 and 14 (number 17).
    ///
    /// ## Bad
    /// ```ampscript
    /// %%[ set @discount = .5 ]%%
    /// ```
    ///
    /// ## Good
    /// ```ampscript
    /// %%[ set @discount = 0.5 ]%%
    /// ```
    ///
    /// ## Off
    /// Turn it off if you prefer the short forms.
    pub NumberStyle {
        id: "amp/number-style",
        aliases: [],
        group: Style,
        severity: Hint,
        fix: Safe,
        since: "0.1.0",
    }
}

impl CheckProblem for NumberStyle {
    const KIND: ProblemKind = ProblemKind::NumberStyle;

    fn check(ctx: &mut Context<'_>, problem: &Problem) {
        let range = problem.range;
        let text = ctx.text(range);
        if text == "+" {
            // At the beginning of a line it rather goes on with a sum, which AMPscript does not have.
            let is_sign = expects_value(ctx.line_before(range.start()));
            let report = ctx.report::<Self>(range, "a number needs no plus");
            if is_sign {
                report.fix("remove `+`", [TextEdit::delete(range)]);
            }
            return;
        }
        // Glued to a name the digits would become a part of it.
        let is_name = |c: char| matches!(c, '_' | '}') || c.is_alphanumeric();
        let apart =
            !ctx.line_before(range.start()).ends_with(is_name) && !ctx.line_after(range.end()).starts_with(is_name);
        if let Some(whole) = text.strip_suffix('.') {
            // `1.` is a decimal, `1` an integer: not the same to every function.
            let report = ctx.report::<Self>(range, format!("`{text}` ends with its decimal point"));
            if apart {
                report.unsafe_fix(format!("write `{whole}`"), [TextEdit::replace(range, whole)]);
            }
        } else {
            let full = text.replacen('.', "0.", 1);
            let report = ctx.report::<Self>(range, format!("`{text}` begins with its decimal point"));
            if apart {
                report.fix(format!("write `{full}`"), [TextEdit::replace(range, full)]);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::tests::{check, diagnostics, fixed, silent};

    #[test]
    fn on_the_number_or_its_sign() {
        check(
            "amp/number-style",
            "
%%[ set @a = 1. set @b = .5 set @c = +1 ]%%
//           ^^ hint: `1.` ends with its decimal point
//                       ^^ `.5` begins with its decimal point
//                                   ^ a number needs no plus
",
        );
    }

    #[test]
    fn writes_it_in_full() {
        fixed("amp/number-style", "%%[ set @a = -.5 ]%%", "%%[ set @a = -0.5 ]%%");
        fixed("amp/number-style", "%%[ set @a = 1. ]%%", "%%[ set @a = 1 ]%%");
        fixed("amp/number-style", "%%=Add(+1, 2)=%%", "%%=Add(1, 2)=%%");
    }

    #[test]
    fn no_fix_for_a_sum_over_two_lines_and_at_names() {
        for text in ["%%[ set @a = @b\n+1 ]%%", "%%[ set @a = @b.5 ]%%"] {
            let found = diagnostics(text);
            let number = found.iter().find(|d| d.rule.id == "amp/number-style").unwrap();
            assert!(number.fixes.is_empty(), "{text}");
        }
    }

    #[test]
    fn silent_on_other_numbers_and_strings() {
        silent("amp/number-style", "%%[ set @a = 0.5 set @b = -1.0 set @c = '.5' set @d = 1 /* +1 */ ]%% .5 +1");
    }
}
