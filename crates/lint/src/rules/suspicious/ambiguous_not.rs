use sfmc_syntax::{Problem, ProblemKind};

use crate::context::{CheckProblem, Context};

declare_rule! {
    /// Where AND or OR follows a NOT, parentheses say how far the NOT reaches.
    ///
    /// ## Why
    /// The sources disagree on `not a and b`: Sage negates everything to the right, `not (a and b)`; another parser only the first
    /// comparison, `(not a) and b`. What the platform does is not known.
    /// Nothing is said of a NOT before a call or parentheses, `not Empty(@a) and …`: so everybody writes it, and means the call. Nor of a
    /// NOT in the last place, `a and not b`, which has nothing to reach for.
    /// Source: ampscript.md, sections 4 (precedence) and 14 (2).
    ///
    /// ## Bad
    /// ```ampscript
    /// %%[ if not @optOut == 1 and @country == "DE" then set @ask = 1 endif ]%%
    /// ```
    ///
    /// ## Good
    /// ```ampscript
    /// %%[ if (not @optOut == 1) and @country == "DE" then set @ask = 1 endif ]%%
    /// ```
    ///
    /// ## Off
    /// When the page was tested with every combination of values.
    pub AmbiguousNot {
        id: "amp/ambiguous-not",
        aliases: [],
        group: Suspicious,
        severity: Warning,
        fix: None,
        since: "0.1.0",
    }
}

impl CheckProblem for AmbiguousNot {
    const KIND: ProblemKind = ProblemKind::AmbiguousNot;

    fn check(ctx: &mut Context<'_>, problem: &Problem) {
        ctx.report::<Self>(problem.range, "`not` before `and` or `or`: sources disagree on how far it reaches")
            .help("write `(not a) and b` or `not (a and b)`; a `not` in the last place is clear too");
    }
}

#[cfg(test)]
mod tests {
    use crate::tests::{check, silent};

    #[test]
    fn on_the_expression() {
        check(
            "amp/ambiguous-not",
            "
%%[ if not @a == 1 and @b == 2 then endif ]%%
//     ^^^^^^^^^^^^^^^^^^^^^^^ sources disagree
",
        );
    }

    #[test]
    fn silent_where_it_is_clear() {
        silent(
            "amp/ambiguous-not",
            "%%[ if not @a == 1 then elseif Empty(@a) and not Empty(@b) then endif ]%% not a and b",
        );
        silent("amp/ambiguous-not", "%%[ if (not @a) and @b then elseif not (@a and @b) then endif ]%%");
    }
}
