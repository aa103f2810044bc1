use sfmc_syntax::{Problem, ProblemKind};

use crate::context::{CheckProblem, Context};

declare_rule! {
    /// Variables that begin with `@@` belong to the platform and can only be read.
    ///
    /// ## Why
    /// `@@ExecCtx` and its like are set by the platform. They cannot be declared, assigned or counted with.
    /// Source: ampscript.md, section 6; the official documentation of execution contexts ("read-only").
    ///
    /// ## Bad
    /// ```ampscript
    /// %%[ set @@ExecCtx = "POST" ]%%
    /// ```
    ///
    /// ## Good
    /// ```ampscript
    /// %%[ set @context = @@ExecCtx ]%%
    /// ```
    pub AssignSystemVariable {
        id: "amp/assign-system-variable",
        aliases: [],
        group: Syntax,
        severity: Error,
        fix: None,
        since: "0.1.0",
    }
}

impl CheckProblem for AssignSystemVariable {
    const KIND: ProblemKind = ProblemKind::AssignSystemVariable;

    fn check(ctx: &mut Context<'_>, problem: &Problem) {
        let found = ctx.text(problem.range);
        let own = found.trim_start_matches('@');
        let report = ctx.report::<Self>(problem.range, format!("`{found}` can only be read"));
        if !own.is_empty() {
            report.help(format!("a variable of the page has one `@`: `@{own}`"));
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::tests::{check, silent};

    #[test]
    fn on_the_variable() {
        check(
            "amp/assign-system-variable",
            "
%%[ set @@ExecCtx = 'POST' var @@a
//      ^^^^^^^^^ `@@ExecCtx` can only be read
//                             ^^^ `@@a` can only be read
for @@i = 1 to 3 do next ]%%
//  ^^^ `@@i` can only be read
",
        );
    }

    #[test]
    fn silent_on_reading() {
        silent(
            "amp/assign-system-variable",
            "%%[ if @@ExecCtx == 'LOAD' then set @a = @@ExecCtx endif ]%% set @@a = 1",
        );
    }
}
