use sfmc_syntax::{Problem, ProblemKind, TextEdit};

use crate::context::{CheckProblem, Context};

declare_rule! {
    /// An integer that does not fit in 64 bits is read as 0.
    ///
    /// ## Why
    /// The largest integer is 9223372036854775807, the smallest -9223372036854775808. The page runs with a larger one and counts
    /// with 0 in its place. Long keys and card numbers are text.
    /// Source: ampscript.md, section 2 (numbers); checked against the live render service.
    ///
    /// ## Bad
    /// ```ampscript
    /// %%[ set @key = 98765432109876543210 ]%%
    /// ```
    ///
    /// ## Good
    /// ```ampscript
    /// %%[ set @key = "98765432109876543210" ]%%
    /// ```
    pub IntegerOverflow {
        id: "amp/integer-overflow",
        aliases: [],
        group: Suspicious,
        severity: Warning,
        fix: Unsafe,
        since: "0.1.0",
    }
}

impl CheckProblem for IntegerOverflow {
    const KIND: ProblemKind = ProblemKind::IntegerOverflow;

    fn check(ctx: &mut Context<'_>, problem: &Problem) {
        let quoted = format!("\"{}\"", ctx.text(problem.range));
        ctx.report::<Self>(problem.range, "this integer does not fit in 64 bits and is read as 0")
            .help("write a key as text")
            .unsafe_fix("write it as text", [TextEdit::replace(problem.range, quoted)]);
    }
}

#[cfg(test)]
mod tests {
    use crate::tests::{check, fixed, silent};

    #[test]
    fn on_the_number() {
        check(
            "amp/integer-overflow",
            "
%%[ set @a = 9223372036854775808 ]%%
//           ^^^^^^^^^^^^^^^^^^^ warning: this integer does not fit in 64 bits and is read as 0
",
        );
    }

    #[test]
    fn quotes_it() {
        fixed("amp/integer-overflow", "%%=v(-9223372036854775809)=%%", "%%=v(\"-9223372036854775809\")=%%");
    }

    #[test]
    fn silent_at_the_limits_and_on_fractions() {
        silent("amp/integer-overflow", "%%[ set @a = 9223372036854775807 set @b = -9223372036854775808 ]%%");
        silent("amp/integer-overflow", "%%[ set @a = 9223372036854775808.5 set @b = '9223372036854775808' ]%%");
    }
}
