use sfmc_syntax::{Problem, ProblemKind};

use crate::context::{CheckProblem, Context};

declare_rule! {
    /// A statement ends in the block in which it begins.
    ///
    /// ## Why
    /// Sage does not see the delimiters between two blocks that touch and reads on; text between them is an error. What the platform does
    /// is not known. Only the bodies of IF and FOR may leave a block.
    /// Source: ampscript.md, section 1.3; the Sage grammar, run on it.
    ///
    /// ## Bad
    /// ```ampscript
    /// %%[ set @name = ]%%%%[ @firstName ]%%
    /// ```
    ///
    /// ## Good
    /// ```ampscript
    /// %%[ set @name = @firstName ]%%
    /// ```
    pub StatementCrossesBlock {
        id: "amp/statement-crosses-block",
        aliases: [],
        group: Syntax,
        severity: Error,
        fix: None,
        since: "0.1.0",
    }
}

impl CheckProblem for StatementCrossesBlock {
    const KIND: ProblemKind = ProblemKind::StatementCrossesBlock;

    fn check(ctx: &mut Context<'_>, problem: &Problem) {
        let report = ctx
            .report::<Self>(problem.range, "this statement does not end in its block: it cannot go on in the next one")
            .help("close the block after the statement");
        if let Some(rest) = problem.related {
            report.related(rest, "the next block begins with the rest");
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::tests::{check, diagnostics, silent};

    #[test]
    fn one_for_a_statement() {
        for text in [
            "%%[ set @a = Concat('x', ]%% text %%[ 'y') ]%%",
            "%%[ set @a = Concat('x' ]%% text %%[ , 'y') set @b = 1 ]%%",
            "%%[ set @a = Concat('x', @b ]%% text %%[ ) ]%%",
            "%%[ if @a == 1 and ]%% text %%[ @b == 2 then ]%%x%%[ endif ]%%",
        ] {
            let found = diagnostics(text);
            assert_eq!(found.iter().map(|d| d.rule.id).collect::<Vec<_>>(), ["amp/statement-crosses-block"], "{text}");
        }
    }

    #[test]
    fn where_the_value_is_missing() {
        check(
            "amp/statement-crosses-block",
            "
%%[ set @a = ]%%%%[ 1 ]%%
//          | this statement does not end in its block
",
        );
    }

    #[test]
    fn says_what_follows() {
        let text = "%%[ set @a = ]%%%%[ @b ]%%";
        let found = diagnostics(text);
        let found = found.iter().find(|d| d.rule.id == "amp/statement-crosses-block").unwrap();
        assert_eq!(&text[found.related[0].range], "@b");
    }

    #[test]
    fn silent_on_bodies() {
        silent("amp/statement-crosses-block", "%%[ if @a then ]%%x%%[ set @b = 1 ]%%y%%[ endif ]%%");
        // A value that is missing, and a block that has nothing to do with it.
        silent("amp/statement-crosses-block", "%%[ set @a = ]%%x%%[ set @b = 1 ]%%");
    }
}
