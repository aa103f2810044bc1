use sfmc_syntax::{Problem, ProblemKind, TextEdit};

use crate::context::{CheckProblem, Context};
use crate::surroundings::{ends_or_begins_statement, upcoming};

declare_rule! {
    /// A list does not end with a comma.
    ///
    /// ## Why
    /// After a comma an argument or a variable has to follow; without one the page does not compile and nothing of it is shown. A sample
    /// in the official documentation has such a comma in VAR; the Sage grammar refuses it there too.
    /// Source: ampscript.md, sections 3 (`var_decl`) and 4 (`call`); the Sage grammar, run on both.
    ///
    /// ## Bad
    /// ```ampscript
    /// %%[ var @firstName, @lastName, ]%%
    /// ```
    ///
    /// ## Good
    /// ```ampscript
    /// %%[ var @firstName, @lastName ]%%
    /// ```
    pub TrailingComma {
        id: "amp/trailing-comma",
        aliases: [],
        group: Syntax,
        severity: Error,
        fix: Safe,
        since: "0.1.0",
    }
}

impl CheckProblem for TrailingComma {
    const KIND: ProblemKind = ProblemKind::TrailingComma;

    fn check(ctx: &mut Context<'_>, problem: &Problem) {
        let glued = ctx.line_after(problem.range.end()).starts_with(|c: char| c == '_' || c.is_alphanumeric());
        let next = upcoming(ctx, problem.range.end());
        // `var @a, next, @b` lacks an `@` instead.
        // In a call the argument can be what is missing.
        let list_ends = ends_or_begins_statement(next);
        let report = ctx.report::<Self>(problem.range, "`,` with nothing after it");
        let edit = TextEdit::replace(problem.range, if glued { " " } else { "" });
        if list_ends {
            report.fix("delete the comma", [edit]);
        } else {
            report.unsafe_fix("delete the comma", [edit]);
        }
    }
}

#[cfg(test)]
mod tests {
    use sfmc_diagnostics::Applicability;

    use crate::tests::{check, diagnostics, fixed, silent};

    #[test]
    fn on_the_comma() {
        check(
            "amp/trailing-comma",
            "
%%[ var @a,
//        ^ `,` with nothing after it
set @b = Concat('a', 'b', ) ]%%
//                      ^ `,` with nothing after it
",
        );
    }

    #[test]
    fn silent_on_lists() {
        silent("amp/trailing-comma", "%%[ var @a,\n@b set @c = Concat('a,', @b) ]%% a, )");
    }

    #[test]
    fn deletes_it() {
        fixed("amp/trailing-comma", "%%[ var @a, ]%%", "%%[ var @a ]%%");
        fixed("amp/trailing-comma", "%%[ var @a,set @b = 1 ]%%", "%%[ var @a set @b = 1 ]%%");
        fixed("amp/trailing-comma", "%%[ var @a, set @b = 1 ]%%", "%%[ var @a set @b = 1 ]%%");
        fixed("amp/trailing-comma", "%%=Concat('a','b',)=%%", "%%=Concat('a','b')=%%");
    }

    #[test]
    fn unseen_only_where_the_list_ends() {
        for (text, safe) in [
            ("%%[ set @a = Concat(\n'a',\n) ]%%", false),
            ("%%[ var @a,\n\nset @b = 1 ]%%", true),
            ("%%[ var @a, /* last */ ]%%", true),
            ("%%[ var @a, 'x' ]%%", false),
            ("%%[ var @a, next, @b ]%%", false),
        ] {
            let found = diagnostics(text);
            let fix = found.iter().find(|d| d.rule.id == "amp/trailing-comma").and_then(|d| d.fixes.first()).unwrap();
            assert_eq!(fix.applicability == Applicability::Safe, safe, "{text}");
        }
    }
}
