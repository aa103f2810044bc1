use sfmc_catalog::ampscript::{Arg, function};
use sfmc_syntax::{Problem, ProblemKind, TextEdit, TextRange};

use crate::context::{CheckProblem, Context};
use crate::lexemes::{LexemeKind, Lexemes};
use crate::rules::syntax::expected_expression::ExpectedExpression;
use crate::surroundings::{ends_or_begins_statement, region_of, upcoming};

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

/// Whether the call that code ends in takes more arguments than it has, and one more will do.
fn lacks_argument(before: &str) -> bool {
    let code = Lexemes::of(region_of(before));
    let mut open = Vec::new();
    let mut word = "";
    for lexeme in &code.all {
        let text = code.text(lexeme);
        match text {
            "(" => open.push((word, 0usize)),
            ")" => {
                open.pop();
            }
            "," => {
                if let Some((_, commas)) = open.last_mut() {
                    *commas += 1;
                }
            }
            _ => {}
        }
        word = if lexeme.kind == LexemeKind::Word { text } else { "" };
    }
    let Some((function, commas)) = open.last().and_then(|(name, commas)| Some((function(name)?, commas))) else {
        return false;
    };
    let fits = |arguments: usize| function.arity_problem(&vec![Arg::Unknown; arguments]).is_none();
    !fits(commas + 1) && fits(commas + 2)
}

impl CheckProblem for TrailingComma {
    const KIND: ProblemKind = ProblemKind::TrailingComma;

    fn check(ctx: &mut Context<'_>, problem: &Problem) {
        let glued = ctx.line_after(problem.range.end()).starts_with(|c: char| c == '_' || c.is_alphanumeric());
        let next = upcoming(ctx, problem.range.end());
        // `var @a, next, @b` lacks an `@` instead.
        // In a call the argument can be what is missing.
        let list_ends = ends_or_begins_statement(next);
        if next.0.starts_with(')') && lacks_argument(ctx.line_before(problem.range.start())) {
            let place = TextRange::empty(problem.range.end());
            ctx.report::<ExpectedExpression>(place, "expected a value")
                .help("no argument can be left out: write `\"\"` for an empty text");
            return;
        }
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
    fn in_a_call_that_needs_one_more_a_value_is_missing() {
        for text in ["%%=IIf(@a == 1, 'x', )=%%", "%%=Lookup('a', Concat('b', @c), 'd', )=%%"] {
            silent("amp/trailing-comma", text);
            let found = diagnostics(text);
            let missing = found.iter().find(|found| found.rule.id == "amp/expected-expression").unwrap();
            assert!(missing.fixes.is_empty() && missing.range.is_empty(), "{text}");
        }
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
