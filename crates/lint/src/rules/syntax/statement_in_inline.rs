use sfmc_syntax::{Problem, ProblemKind};

use crate::context::{CheckProblem, Context};

declare_rule! {
    /// An inline expression prints a value; statements stand in blocks.
    ///
    /// ## Why
    /// `%%= … =%%` holds one expression. VAR, SET, IF, FOR and their parts do not compile there, and nothing of the page is shown.
    /// Source: ampscript.md, section 3 (inline); the Sage grammar, run on it.
    ///
    /// ## Bad
    /// ```ampscript
    /// %%=set @name = "Ada"=%%
    /// ```
    ///
    /// ## Good
    /// ```ampscript
    /// %%[ set @name = "Ada" ]%%
    /// ```
    pub StatementInInline {
        id: "amp/statement-in-inline",
        aliases: ["sfmc/amp-no-inline-statement"],
        group: Syntax,
        severity: Error,
        fix: None,
        since: "0.1.0",
    }
}

impl CheckProblem for StatementInInline {
    const KIND: ProblemKind = ProblemKind::StatementInInline;

    fn check(ctx: &mut Context<'_>, problem: &Problem) {
        let found = ctx.text(problem.range);
        let help = if found.eq_ignore_ascii_case("if") {
            "`IIf(condition, a, b)` chooses one of two values; statements stand in `%%[ … ]%%`"
        } else {
            "statements stand in `%%[ … ]%%`"
        };
        ctx.report::<Self>(problem.range, format!("`{found}` is no expression: an inline expression prints one value"))
            .help(help);
    }
}

#[cfg(test)]
mod tests {
    use crate::tests::{check, silent};

    #[test]
    fn on_the_keyword() {
        check(
            "amp/statement-in-inline",
            "
<p>%%=set @a = 1=%% %%=IF(1 == 1)=%% %%=v(@a) endif=%%</p>
//    ^^^ `set` is no expression
//                     ^^ `IF` is no expression
//                                            ^^^^^ `endif` is no expression
",
        );
    }

    #[test]
    fn silent_on_blocks_and_expressions() {
        silent("amp/statement-in-inline", "%%[ set @a = 1 ]%%%%=IIf(@set == 1, 'if', [If])=%% if set");
    }
}
