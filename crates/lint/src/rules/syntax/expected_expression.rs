use sfmc_syntax::{Problem, ProblemKind};

use crate::context::{CheckProblem, Context};
use crate::surroundings::upcoming;

declare_rule! {
    /// A value stands after every `=`, operator and comma, in every argument, and after IF, ELSEIF, TO and DOWNTO.
    ///
    /// ## Why
    /// There are no empty arguments and no empty values: a page that lacks one does not compile and nothing of it is shown. A keyword is
    /// no value; the attribute of that name is written in brackets, `[Next]`.
    /// Source: ampscript.md, sections 2 (keywords) and 4 (`primary`, calls).
    ///
    /// ## Bad
    /// ```ampscript
    /// %%[ set @greeting = Concat("Dear ", , @lastName) ]%%
    /// ```
    ///
    /// ## Good
    /// ```ampscript
    /// %%[ set @greeting = Concat("Dear ", @title, @lastName) ]%%
    /// ```
    pub ExpectedExpression {
        id: "amp/expected-expression",
        aliases: [],
        group: Syntax,
        severity: Error,
        fix: None,
        since: "0.1.0",
    }
}

impl CheckProblem for ExpectedExpression {
    const KIND: ProblemKind = ProblemKind::ExpectedExpression;

    fn check(ctx: &mut Context<'_>, problem: &Problem) {
        let expected = if problem.expected.is_empty() { "a value" } else { problem.expected };
        let found = ctx.text(problem.range);
        if found.is_empty() {
            let before = ctx.line_before(problem.range.start()).trim_end();
            let next = upcoming(ctx, problem.range.end()).0;
            let empty_argument =
                before.ends_with(['(', ',']) && next.starts_with(',') || before.ends_with(',') && next.starts_with(')');
            let report = ctx.report::<Self>(problem.range, format!("expected {expected}"));
            if empty_argument {
                report.help("no argument can be left out: write `\"\"` for an empty text");
            }
            return;
        }
        let keyword = found.bytes().all(|b| b.is_ascii_alphabetic());
        let report = ctx.report::<Self>(problem.range, format!("expected {expected}, found `{found}`"));
        if keyword {
            report.help(format!("`{found}` is a keyword: a variable is written `@{found}`, an attribute `[{found}]`"));
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::tests::{check, silent};

    #[test]
    fn where_the_value_is_missing() {
        check(
            "amp/expected-expression",
            r#"
%%[ set @a = Concat("x", , @b) ]%%
//                      | expected a value
"#,
        );
        check(
            "amp/expected-expression",
            "
%%[ if then set @a = 1 endif ]%%
//    | expected a condition
",
        );
        check(
            "amp/expected-expression",
            "
%%[ for @i = to 3 do next @i ]%%
//          | expected the start value
",
        );
        check(
            "amp/expected-expression",
            "
<p>%%==%%</p>
//    | expected a function call
",
        );
    }

    #[test]
    fn at_the_end_of_a_block() {
        check(
            "amp/expected-expression",
            "
%%[ set @a = ]%%<p>text</p>
//          | expected a value
",
        );
    }

    #[test]
    fn on_a_keyword() {
        check(
            "amp/expected-expression",
            "
%%[ set @a = if ]%%
//           ^^ expected a value, found `if`
",
        );
    }

    #[test]
    fn silent_on_values_of_every_kind() {
        silent(
            "amp/expected-expression",
            "%%[ set @a = '' set @b = [Next] set @c = -1 set @d = Now() set @e = @if ]%%",
        );
        silent("amp/expected-expression", "%%[ if Empty(FirstName) and not @b then endif ]%% if then , , set @a =");
    }
}
