use sfmc_syntax::{Problem, ProblemKind};

use crate::context::{CheckProblem, Context};

declare_rule! {
    /// An inline expression is one expression.
    ///
    /// ## Why
    /// `%%= … =%%` holds exactly one expression; with two the page does not compile and nothing of it is shown.
    /// Source: ampscript.md, section 3 (inline); the Sage grammar, run on it.
    ///
    /// ## Bad
    /// ```ampscript
    /// Dear %%=v(@firstName) v(@lastName)=%%
    /// ```
    ///
    /// ## Good
    /// ```ampscript
    /// Dear %%=v(@firstName)=%% %%=v(@lastName)=%%
    /// ```
    pub MultipleExpressionsInInline {
        id: "amp/multiple-expressions-in-inline",
        aliases: [],
        group: Syntax,
        severity: Error,
        fix: None,
        since: "0.1.0",
    }
}

impl CheckProblem for MultipleExpressionsInInline {
    const KIND: ProblemKind = ProblemKind::MultipleExpressionsInInline;

    fn check(ctx: &mut Context<'_>, problem: &Problem) {
        ctx.report::<Self>(problem.range, "a second expression: `%%= =%%` holds one")
            .help("write one `%%= … =%%` for each, or join the values with `Concat(a, b)`");
    }
}

#[cfg(test)]
mod tests {
    use crate::tests::{check, silent};

    #[test]
    fn from_the_second_on() {
        check(
            "amp/multiple-expressions-in-inline",
            "
<p>%%=v(@a) v(@b) 'x'=%%</p>
//          ^^^^^^^^^ a second expression
",
        );
    }

    #[test]
    fn silent_on_one_each() {
        silent(
            "amp/multiple-expressions-in-inline",
            "%%=v(@a)=%% %%=Concat(@a, ' ', @b)=%%%%=IIf(@a == 1 and @b, 'x y', 'z')=%%",
        );
    }
}
