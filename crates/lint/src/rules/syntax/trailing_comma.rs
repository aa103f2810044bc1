use sfmc_syntax::{Problem, ProblemKind, TextEdit};

use super::expected_do::statement_ends;
use crate::context::{CheckProblem, Context};

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

/// Whether the list ends after the comma beyond doubt. `var @a, next, @b` lacks an `@` instead.
fn list_ends(rest: &str) -> bool {
    let rest = rest.trim_start();
    let after_word = rest
        .trim_start_matches(|c: char| c == '_' || c.is_alphanumeric())
        .trim_start();
    rest.starts_with(')') || (statement_ends(rest) && !after_word.starts_with(','))
}

impl CheckProblem for TrailingComma {
    const KIND: ProblemKind = ProblemKind::TrailingComma;

    fn check(ctx: &mut Context<'_>, problem: &Problem) {
        let list_ends = list_ends(ctx.line_after(problem.range.end()));
        let report = ctx.report::<Self>(problem.range, "`,` with nothing after it");
        let edit = TextEdit::delete(problem.range);
        if list_ends {
            report.fix("delete the comma", [edit]);
        } else {
            report.unsafe_fix("delete the comma", [edit]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::list_ends;
    use crate::tests::{check, fixed, silent};

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
        silent(
            "amp/trailing-comma",
            "%%[ var @a,\n@b set @c = Concat('a,', @b) ]%% a, )",
        );
    }

    #[test]
    fn deletes_it() {
        fixed("amp/trailing-comma", "%%[ var @a, ]%%", "%%[ var @a ]%%");
        fixed(
            "amp/trailing-comma",
            "%%[ var @a, set @b = 1 ]%%",
            "%%[ var @a set @b = 1 ]%%",
        );
        fixed(
            "amp/trailing-comma",
            "%%=Concat('a','b',)=%%",
            "%%=Concat('a','b')=%%",
        );
    }

    #[test]
    fn where_a_list_ends() {
        for rest in ["", " ]%%", " )", " set @b = 1", "endif"] {
            assert!(list_ends(rest), "{rest}");
        }
        for rest in [" 'x'", " next, @b", " 1", " to"] {
            assert!(!list_ends(rest), "{rest}");
        }
    }
}
