use sfmc_syntax::{Problem, ProblemKind};

use crate::context::{CheckProblem, Context};

declare_rule! {
    /// Expressions and control statements are followed to a depth of 256.
    ///
    /// ## Why
    /// The limit is this tool's own, so that no page can exhaust it; the platform's is not known. What is nested more deeply is kept but
    /// may not be checked.
    /// Source: ampscript.md, section 9 (nesting depth).
    ///
    /// ## Bad
    /// ```ampscript
    /// %%[ set @a =
    ///   ((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((
    ///   ((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((
    ///   ((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((
    ///   ((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((
    ///   1
    ///   ))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))
    ///   ))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))
    ///   ))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))
    ///   ))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))
    /// ]%%
    /// ```
    ///
    /// ## Good
    /// ```ampscript
    /// %%[ set @a = Add(1, Add(2, Add(3, (4)))) ]%%
    /// ```
    ///
    /// ## Off
    /// When the page is generated and runs.
    pub NestingTooDeep {
        id: "amp/nesting-too-deep",
        aliases: [],
        group: Suspicious,
        severity: Warning,
        fix: None,
        since: "0.1.0",
    }
}

impl CheckProblem for NestingTooDeep {
    const KIND: ProblemKind = ProblemKind::NestingTooDeep;

    fn check(ctx: &mut Context<'_>, problem: &Problem) {
        ctx.report::<Self>(problem.range, "nested more than 256 levels deep")
            .help("256 is the limit of this tool, not the platform's: what is nested more deeply may not be checked");
    }
}

#[cfg(test)]
mod tests {
    use crate::tests::{diagnostics, silent};

    #[test]
    fn once_in_an_expression() {
        let text = format!("%%[ var @a set @a = {}1{} ]%%", "(".repeat(300), ")".repeat(300));
        let found = diagnostics(&text);
        let places: Vec<_> = found.iter().map(|d| (d.rule.id, &text[d.range])).collect();
        assert_eq!(places, [("amp/nesting-too-deep", "(")]);
    }

    #[test]
    fn once_among_statements() {
        let text = format!("%%[ {}{} ]%%", "if @a then\n".repeat(260), "endif\n".repeat(260));
        let found = diagnostics(&text);
        let places: Vec<_> = found.iter().map(|d| (d.rule.id, &text[d.range])).collect();
        assert_eq!(places, [("amp/nesting-too-deep", "if")]);
    }

    #[test]
    fn silent_on_many_at_one_level() {
        silent("amp/nesting-too-deep", &format!("%%[ set @a = Concat({}'x') ]%%", "(1), ".repeat(300)));
        silent("amp/nesting-too-deep", &format!("%%[ {} ]%%", "if @a then endif\n".repeat(300)));
    }
}
