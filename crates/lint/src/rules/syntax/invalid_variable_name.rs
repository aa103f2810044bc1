use sfmc_syntax::{Problem, ProblemKind, TextEdit};

use crate::context::{CheckProblem, Context};
use crate::surroundings::expects_value;

declare_rule! {
    /// Names of variables, functions and attributes are made of letters A to Z, digits and `_`.
    ///
    /// ## Why
    /// At any other letter the name ends, and what is left of it does not compile. The name of an attribute may hold other
    /// characters if it stands in brackets.
    /// Source: ampscript.md, section 2 (`variable`, `ident`, `bracket`).
    ///
    /// ## Bad
    /// ```ampscript
    /// %%[ set @größe = "XL" ]%%
    /// ```
    ///
    /// ## Good
    /// ```ampscript
    /// %%[ set @groesse = "XL" ]%%
    /// ```
    pub InvalidVariableName {
        id: "amp/invalid-variable-name",
        aliases: [],
        group: Syntax,
        severity: Error,
        fix: Unsafe,
        since: "0.1.0",
    }
}

impl CheckProblem for InvalidVariableName {
    const KIND: ProblemKind = ProblemKind::InvalidVariableName;

    fn check(ctx: &mut Context<'_>, problem: &Problem) {
        let name = ctx.text(problem.range);
        let is_call = ctx.line_after(problem.range.end()).trim_start().starts_with('(');
        let is_value = expects_value(ctx.line_before(problem.range.start()));
        let report = ctx.report::<Self>(
            problem.range,
            format!("the name `{name}` has other characters than A to Z, digits and `_`"),
        );
        if name.contains("{{") {
            report.help("a place holder of another language must be filled in before the platform reads the page");
        } else if name.starts_with('@') {
            report.help("rename the variable everywhere");
        } else if !is_call {
            let bracketed = format!("[{name}]");
            let report = report.help(format!("the name of an attribute stands in brackets: `{bracketed}`"));
            if is_value {
                report.unsafe_fix(format!("write `{bracketed}`"), [TextEdit::replace(problem.range, bracketed)]);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::tests::{check, fixed, silent};

    #[test]
    fn on_the_name() {
        check(
            "amp/invalid-variable-name",
            "
%%[ set @größe = 1 set @{{name}} = Ort ]%%
//      ^^^^^^ error: the name `@größe` has other characters than A to Z, digits and `_`
//                     ^^^^^^^^^ the name `@{{name}}` has other characters
",
        );
    }

    #[test]
    fn once_for_each_name() {
        check(
            "amp/invalid-variable-name",
            "
%%[ set @größe = 1 set @b = @Größe ]%%<p>%%=v(@größe)=%% %%=v(@straße)=%%
//      ^^^^^^ error: the name `@größe`
//                                                            ^^^^^^^ the name `@straße`
",
        );
        let found = crate::tests::diagnostics("%%[ set @größe = 1 set @b = @Größe ]%%%%=v(@größe)=%%");
        let first = found.iter().find(|found| found.rule.id == "amp/invalid-variable-name").unwrap();
        assert_eq!(first.related.len(), 2, "{first:?}");
        // Where the first is silenced, the next one is reported.
        check(
            "amp/invalid-variable-name",
            "
%%[ /* sfmc-ignore amp/invalid-variable-name */
set @größe = 1
set @b = @größe ]%%
//       ^^^^^^ the name `@größe`
",
        );
    }

    #[test]
    fn puts_attributes_in_brackets() {
        fixed("amp/invalid-variable-name", "%%[ set @a = Größe ]%%", "%%[ set @a = [Größe] ]%%");
    }

    #[test]
    fn silent_in_strings_brackets_and_text() {
        silent("amp/invalid-variable-name", "%%[ set @a_1 = 'größe' set @b = [Größe] /* größe */ ]%% @größe");
    }
}
