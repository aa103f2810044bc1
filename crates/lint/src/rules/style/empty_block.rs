use sfmc_syntax::{Problem, ProblemKind, TextEdit};

use crate::context::{CheckProblem, Context};

declare_rule! {
    /// A block holds statements.
    ///
    /// ## Why
    /// A block of blanks runs nothing and prints nothing.
    /// Source: ampscript.md, section 1; Sage's tests of an empty block between text.
    ///
    /// ## Bad
    /// ```ampscript
    /// <p>Hello</p>%%[ ]%%
    /// ```
    ///
    /// ## Good
    /// ```ampscript
    /// <p>Hello</p>%%[ /* greeting */ ]%%
    /// ```
    ///
    /// ## Off
    /// Where empty blocks are place holders that another tool fills.
    pub EmptyBlock {
        id: "amp/empty-block",
        aliases: ["sfmc/amp-no-empty-block"],
        group: Style,
        severity: Hint,
        fix: Unsafe,
        since: "0.1.0",
    }
}

impl CheckProblem for EmptyBlock {
    const KIND: ProblemKind = ProblemKind::EmptyBlock;

    fn check(ctx: &mut Context<'_>, problem: &Problem) {
        let before = ctx.line_before(problem.range.start());
        let after = ctx.line_after(problem.range.end());
        // What stands around it must not become a delimiter.
        let closer = (before.ends_with("]%%") || before.ends_with("=%%")) && !after.starts_with(['[', '=']);
        let joins = !closer && before.ends_with(['%', ']', '=', '{', '<']);
        let report = ctx.report::<Self>(problem.range, "this block is empty").unnecessary();
        if !joins {
            report.unsafe_fix("delete the block", [TextEdit::delete(problem.range)]);
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::tests::{check, diagnostics, fixed, silent};

    #[test]
    fn on_the_block() {
        check(
            "amp/empty-block",
            "
<p>%%[ ]%%</p>
// ^^^^^^^ this block is empty
",
        );
    }

    #[test]
    fn silent_on_blocks_that_hold_something() {
        silent("amp/empty-block", "%%[ /* later */ ]%%%%[ set @a = '' ]%%%%[Name]%% [ ] ]%%");
    }

    #[test]
    fn deletes_it() {
        fixed("amp/empty-block", "a %%[ ]%% b", "a  b");
        fixed("amp/empty-block", "%%[\n]%%%%[ set @a = 1 ]%%", "%%[ set @a = 1 ]%%");
        fixed("amp/empty-block", "%%=v(@a)=%%%%[]%%!", "%%=v(@a)=%%!");
    }

    #[test]
    fn no_fix_where_a_delimiter_would_appear() {
        for text in ["100%%%[ ]%%%[x", "]%%[ ]%%%%"] {
            let found = diagnostics(text);
            assert!(found.iter().all(|d| d.rule.id != "amp/empty-block" || d.fixes.is_empty()), "{text}");
        }
    }
}
