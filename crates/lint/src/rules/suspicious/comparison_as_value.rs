use sfmc_syntax::{Problem, ProblemKind};

use crate::context::{CheckProblem, Context};

declare_rule! {
    /// Whether a comparison gives a value that can be stored is not verified on the platform.
    ///
    /// ## Why
    /// Sage's grammar allows `set @ok = @a == 1`. Nobody has shown what the platform stores; a page also drops a boolean that is given to
    /// Concat and its like. `IIf` chooses a value in every source.
    /// Source: ampscript.md, sections 4 (comparison as a value) and 7 (text form).
    ///
    /// ## Bad
    /// ```ampscript
    /// %%[ set @isAdult = @age >= 18 ]%%
    /// ```
    ///
    /// ## Good
    /// ```ampscript
    /// %%[ set @isAdult = IIf(@age >= 18, "true", "false") ]%%
    /// ```
    ///
    /// ## Off
    /// When the page was tested and the value is only used in conditions.
    pub ComparisonAsValue {
        id: "amp/comparison-as-value",
        aliases: [],
        group: Suspicious,
        severity: Info,
        fix: None,
        since: "0.1.0",
    }
}

impl CheckProblem for ComparisonAsValue {
    const KIND: ProblemKind = ProblemKind::ComparisonAsValue;

    fn check(ctx: &mut Context<'_>, problem: &Problem) {
        ctx.report::<Self>(problem.range, "a comparison as a value: what the platform stores is not verified")
            .help("`IIf(condition, \"true\", \"false\")` chooses a value");
    }
}

#[cfg(test)]
mod tests {
    use crate::tests::{check, silent};

    #[test]
    fn on_the_comparison() {
        check(
            "amp/comparison-as-value",
            "
%%[ set @ok = @a == 1 set @b = 2 ]%%
//            ^^^^^^^ a comparison as a value
",
        );
    }

    #[test]
    fn silent_in_conditions_and_arguments() {
        silent(
            "amp/comparison-as-value",
            "%%[ if @a == 1 then set @b = IIf(@a > 2, '==', 3) endif ]%%set @a = @b == 1",
        );
    }
}
