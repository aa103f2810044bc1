use sfmc_syntax::{Problem, ProblemKind, TextEdit, TextRange, TextSize};

use crate::context::{CheckProblem, Context};

declare_rule! {
    /// FOR counts by one: there is no STEP.
    ///
    /// ## Why
    /// `to` counts up by one, `downto` down by one. With STEP the page does not compile and nothing of it is shown.
    /// Source: ampscript.md, section 3 (FOR); the Sage grammar, run on it.
    ///
    /// ## Bad
    /// ```ampscript
    /// %%[ for @i = 0 to 10 step 2 do ]%%<li>%%=v(@i)=%%</li>%%[ next @i ]%%
    /// ```
    ///
    /// ## Good
    /// ```ampscript
    /// %%[ for @i = 0 to 5 do ]%%<li>%%=Multiply(@i, 2)=%%</li>%%[ next @i ]%%
    /// ```
    pub UnsupportedStep {
        id: "amp/unsupported-step",
        aliases: [],
        group: Syntax,
        severity: Error,
        fix: Safe,
        since: "0.1.0",
    }
}

impl CheckProblem for UnsupportedStep {
    const KIND: ProblemKind = ProblemKind::UnsupportedStep;

    fn check(ctx: &mut Context<'_>, problem: &Problem) {
        let found: Vec<&str> = ctx.text(problem.range).split_whitespace().collect();
        let before = ctx.line_before(problem.range.start());
        let blanks = TextSize::of(before) - TextSize::of(before.trim_end());
        let report = ctx.report::<Self>(problem.range, "`for` has no `step`: it counts by one");
        match found[..] {
            // What the loop does anyway.
            [_, "1"] => {
                let range = TextRange::new(problem.range.start() - blanks, problem.range.end());
                report.fix("delete `step 1`", [TextEdit::delete(range)]);
            }
            [_, step] if step.starts_with('-') => {
                report.help("`downto` counts down by one");
            }
            _ => {
                report.help("count by one and compute the value in the loop, as with `Multiply(@i, 2)`");
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::tests::{check, diagnostics, fixed, silent};

    #[test]
    fn with_its_value() {
        check(
            "amp/unsupported-step",
            "
%%[ for @i = 1 to 10 step 2 do next @i ]%%
//                   ^^^^^^ `for` has no `step`
",
        );
    }

    #[test]
    fn silent_on_names() {
        silent("amp/unsupported-step", "%%[ set @step = [step] for @i = 1 to @step do next @i ]%% step 2");
    }

    #[test]
    fn deletes_what_changes_nothing() {
        fixed("amp/unsupported-step", "%%[ for @i = 1 to 9  STEP 1 do next ]%%", "%%[ for @i = 1 to 9 do next ]%%");
    }

    #[test]
    fn no_fix_for_other_steps() {
        for text in ["%%[ for @i = 1 to 9 step 2 do next ]%%", "%%[ for @i = 9 to 1 step -1 do next ]%%"] {
            let found = diagnostics(text);
            let found = found.iter().find(|d| d.rule.id == "amp/unsupported-step").unwrap();
            assert!(found.fixes.is_empty() && found.help.is_some(), "{text}");
        }
    }
}
