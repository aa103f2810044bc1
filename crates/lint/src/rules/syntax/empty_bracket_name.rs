use sfmc_syntax::{Problem, ProblemKind};

use crate::context::{CheckProblem, Context};

declare_rule! {
    /// Brackets hold the name of an attribute.
    ///
    /// ## Why
    /// Brackets without a name are no token, and the page does not compile. There are no lists or arrays.
    /// Source: ampscript.md, section 2 (`bracket`); ampscript-edge-cases.md, 91.
    ///
    /// ## Bad
    /// ```ampscript
    /// %%[ set @items = [] ]%%
    /// ```
    ///
    /// ## Good
    /// ```ampscript
    /// %%[ set @items = [Order Items] ]%%
    /// ```
    pub EmptyBracketName {
        id: "amp/empty-bracket-name",
        aliases: [],
        group: Syntax,
        severity: Error,
        fix: None,
        since: "0.1.0",
    }
}

impl CheckProblem for EmptyBracketName {
    const KIND: ProblemKind = ProblemKind::EmptyBracketName;

    fn check(ctx: &mut Context<'_>, problem: &Problem) {
        let brackets = ctx.text(problem.range);
        ctx.report::<Self>(problem.range, format!("expected the name of an attribute in `{brackets}`"))
            .help("write the name between the brackets, or `\"\"` for an empty value");
    }
}

#[cfg(test)]
mod tests {
    use crate::tests::{check, silent};

    #[test]
    fn on_the_brackets() {
        check(
            "amp/empty-bracket-name",
            "
%%[ set @a = [] set @b = [ ] ]%%
//           ^^ error: expected the name of an attribute in `[]`
//                       ^^^ expected the name of an attribute in `[ ]`
",
        );
    }

    #[test]
    fn silent_on_names_strings_and_text() {
        silent("amp/empty-bracket-name", "%%[ set @a = [x] set @b = '[]' ]%% [] %%[ ]%%");
    }
}
