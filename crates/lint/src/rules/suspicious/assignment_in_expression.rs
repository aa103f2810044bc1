use sfmc_syntax::{Problem, ProblemKind};

use crate::context::{CheckProblem, Context};

declare_rule! {
    /// One SET assigns to one variable.
    ///
    /// ## Why
    /// A second `=`, inside the value, in an argument or in an inline expression, compiles in Sage but stores nothing: in
    /// `set @a = @b = 2` the variable `@b` keeps its value.
    /// Source: ampscript.md, section 3 (SET); the Sage grammar, run on it.
    ///
    /// ## Bad
    /// ```ampscript
    /// %%[ set @subtotal = @total = 0 ]%%
    /// ```
    ///
    /// ## Good
    /// ```ampscript
    /// %%[ set @subtotal = 0 set @total = 0 ]%%
    /// ```
    pub AssignmentInExpression {
        id: "amp/assignment-in-expression",
        aliases: [],
        group: Suspicious,
        severity: Warning,
        fix: None,
        since: "0.1.0",
    }
}

impl CheckProblem for AssignmentInExpression {
    const KIND: ProblemKind = ProblemKind::AssignmentInExpression;

    fn check(ctx: &mut Context<'_>, problem: &Problem) {
        ctx.report::<Self>(problem.range, "`=` inside an expression stores nothing")
            .help("write one `set` for each variable, or `==` to compare");
    }
}

#[cfg(test)]
mod tests {
    use crate::tests::{check, silent};

    #[test]
    fn on_the_inner_part() {
        check(
            "amp/assignment-in-expression",
            "
%%[ set @a = @b = 2 Output(@c = 1) ]%%%%=@d = 1=%%
//           ^^^^^^ `=` inside an expression stores nothing
//                         ^^^^^^ `=` inside an expression stores nothing
//                                       ^^^^^^ `=` inside an expression stores nothing
",
        );
    }

    #[test]
    fn silent_on_one_each() {
        silent(
            "amp/assignment-in-expression",
            "%%[ set @a = 'b = 2' set @b = 2 for @i = 1 to 2 do next if @a = 1 then endif ]%%",
        );
    }
}
