use sfmc_syntax::{Problem, ProblemKind};

use crate::context::{CheckProblem, Context};

declare_rule! {
    /// IF and FOR end in a block of the execution context in which they begin.
    ///
    /// ## Why
    /// A block with a header such as `[type=load;name=first]` runs only when its context is called, other blocks always run. The engine
    /// refuses a statement of which one part runs without the other.
    /// Source: ampscript.md, section 1.4; the official documentation of execution contexts.
    ///
    /// ## Bad
    /// ```ampscript
    /// %%[[type=load;name=first] if @vip then ]%%Welcome%%[[type=load;name=second] endif ]%%
    /// ```
    ///
    /// ## Good
    /// ```ampscript
    /// %%[[type=load;name=first] if @vip then ]%%Welcome%%[[type=load;name=first] endif ]%%
    /// ```
    pub ControlFlowCrossesContext {
        id: "amp/control-flow-crosses-context",
        aliases: [],
        group: Syntax,
        severity: Error,
        fix: None,
        since: "0.1.0",
    }
}

impl CheckProblem for ControlFlowCrossesContext {
    const KIND: ProblemKind = ProblemKind::ControlFlowCrossesContext;

    fn check(ctx: &mut Context<'_>, problem: &Problem) {
        let keyword = ctx.text(problem.range);
        let opener = problem.related.map(|opener| (opener, ctx.text(opener)));
        let message = match opener {
            Some((_, word)) => {
                format!("`{keyword}` stands in another execution context than its `{word}`")
            }
            None => format!("`{keyword}` stands in another execution context than its beginning"),
        };
        let report = ctx.report::<Self>(problem.range, message);
        if let Some((range, word)) = opener {
            report.related(range, format!("the `{word}`"));
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::tests::{check, diagnostics, silent};

    #[test]
    fn on_the_end() {
        check(
            "amp/control-flow-crosses-context",
            "
%%[[type=load;name=a] if @a then ]%%x%%[[type=load;name=b] endif ]%%
//                                                         ^^^^^ `endif` stands in another execution context than its `if`
%%[ for @i = 1 to 3 do ]%%x%%[[type=load;name=b] next ]%%
//                                               ^^^^ `next` stands in another execution context than its `for`
",
        );
    }

    #[test]
    fn says_where_it_begins() {
        let found = diagnostics("%%[ if @a then ]%%x%%[[type=post;name=b] endif ]%%");
        let found = found.iter().find(|d| d.rule.id == "amp/control-flow-crosses-context").unwrap();
        assert_eq!(found.related[0].range, sfmc_syntax::TextRange::new(4.into(), 6.into()));
    }

    #[test]
    fn silent_in_one_context() {
        silent(
            "amp/control-flow-crosses-context",
            "%%[[type=load;name=a] if @a then ]%%x%%[[type=load;name=A] endif ]%%",
        );
        silent(
            "amp/control-flow-crosses-context",
            "%%[ if @a then ]%%x%%[ endif ]%%%%[[type=load;name=a] set @b = 1 ]%%",
        );
    }
}
