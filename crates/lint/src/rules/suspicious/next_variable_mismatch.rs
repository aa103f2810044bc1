use sfmc_syntax::{Problem, ProblemKind, TextEdit};

use crate::context::{CheckProblem, Context};

declare_rule! {
    /// NEXT names the counter of the loop that it closes.
    ///
    /// ## Why
    /// The engine ignores the name: NEXT always closes the innermost FOR. A wrong name makes a reader think that another loop ends there.
    /// Where the names of two loops inside each other are swapped, that is one mistake, which is reported at the inner one.
    /// Source: ampscript.md, section 3 (FOR); the Sage grammar does not check it.
    ///
    /// ## Bad
    /// ```ampscript
    /// %%[ for @i = 1 to RowCount(@orders) do ]%%<li>%%=v(@i)=%%</li>%%[ next @row ]%%
    /// ```
    ///
    /// ## Good
    /// ```ampscript
    /// %%[ for @i = 1 to RowCount(@orders) do ]%%<li>%%=v(@i)=%%</li>%%[ next @i ]%%
    /// ```
    pub NextVariableMismatch {
        id: "amp/next-variable-mismatch",
        aliases: ["mismatched-next"],
        group: Suspicious,
        severity: Warning,
        fix: Safe,
        since: "0.1.0",
    }
}

impl CheckProblem for NextVariableMismatch {
    const KIND: ProblemKind = ProblemKind::NextVariableMismatch;

    fn check(ctx: &mut Context<'_>, problem: &Problem) {
        let name = ctx.text(problem.range);
        let counter = problem.related.map(|range| (range, ctx.text(range)));
        let Some((range, counter)) = counter.filter(|(_, text)| !text.is_empty()) else {
            ctx.report::<Self>(problem.range, format!("`next {name}` closes a loop that counts with another variable"));
            return;
        };
        let another = ctx.line_after(problem.range.end()).trim_start().starts_with('@');
        let report = ctx
            .report::<Self>(problem.range, format!("`next {name}` closes the loop of `{counter}`"))
            .related(range, format!("`{counter}` is counted here"));
        // `next @x @i`: a name too many, not a wrong one.
        if !another {
            report.fix(format!("write `next {counter}`"), [TextEdit::replace(problem.range, counter)]);
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::tests::{check, diagnostics, fixed, silent};

    #[test]
    fn on_the_name() {
        check(
            "amp/next-variable-mismatch",
            "
%%[ for @i = 1 to 3 do ]%%
  %%[ for @j = 1 to 3 do ]%%x%%[ next @i ]%%
//                                    ^^ `next @i` closes the loop of `@j`
%%[ next @k ]%%
//       ^^ `next @k` closes the loop of `@i`
",
        );
    }

    #[test]
    fn once_where_two_are_swapped() {
        check(
            "amp/next-variable-mismatch",
            "
%%[ for @i = 1 to 3 do if @a then for @j = 1 to 3 do next @i endif ]%%
//                                                        ^^ `next @i` closes the loop of `@j`
%%[ next @j for @i = 1 to 3 do for @j = 1 to 3 do next @i next for @k = 1 to 3 do next @j ]%%
//                                                     ^^ `next @i` closes the loop of `@j`
//                                                                                     ^^ `next @j` closes the loop of `@k`
",
        );
    }

    #[test]
    fn says_where_the_counter_is() {
        let text = "%%[ for @i = 1 to 3 do ]%%x%%[ next @k ]%%";
        let found = diagnostics(text);
        let found = found.iter().find(|d| d.rule.id == "amp/next-variable-mismatch").unwrap();
        assert_eq!(&text[found.related[0].range], "@i");
    }

    #[test]
    fn silent_on_the_same_name_or_none() {
        silent("amp/next-variable-mismatch", "%%[ for @i = 1 to 3 do for @j = 1 to 3 do next @J next ]%% next @k");
        silent("amp/next-variable-mismatch", "%%[ for @i = 1 to 3 do next @k = 1 ]%%");
    }

    #[test]
    fn renames_to_the_counter() {
        fixed(
            "amp/next-variable-mismatch",
            "%%[ for @Index = 1 to 3 do ]%%é%%[ next @i ]%%",
            "%%[ for @Index = 1 to 3 do ]%%é%%[ next @Index ]%%",
        );
    }

    #[test]
    fn no_fix_where_a_name_is_too_many() {
        let found = crate::tests::diagnostics("%%[ for @i = 1 to 3 do next @x @i ]%%");
        assert!(found.iter().all(|d| d.fixes.is_empty()), "{found:#?}");
    }
}
