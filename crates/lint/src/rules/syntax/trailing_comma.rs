use sfmc_catalog::ampscript::{Arg, function};
use sfmc_syntax::{Problem, ProblemKind, TextEdit, TextRange};

use crate::context::{CheckProblem, Context};
use crate::lexemes::{LexemeKind, Lexemes};
use crate::rules::syntax::expected_expression::ExpectedExpression;
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

/// Whether a call takes more arguments than it has, and one more will do.
fn lacks_argument(call: &str) -> bool {
    let code = Lexemes::of(call);
    let (mut depth, mut commas) = (0usize, 0);
    for lexeme in &code.all {
        match code.text(lexeme) {
            "(" => depth += 1,
            ")" => depth = depth.saturating_sub(1),
            "," if depth == 1 => commas += 1,
            _ => {}
        }
    }
    let name = code.all.first().filter(|lexeme| lexeme.kind == LexemeKind::Word);
    let Some(function) = name.and_then(|name| function(code.text(name))) else { return false };
    let fits = |arguments: usize| function.arity_problem(&vec![Arg::Unknown; arguments]).is_none();
    !fits(commas) && fits(commas + 1)
}

impl CheckProblem for TrailingComma {
    const KIND: ProblemKind = ProblemKind::TrailingComma;

    fn check(ctx: &mut Context<'_>, problem: &Problem) {
        let glued = ctx.line_after(problem.range.end()).starts_with(|c: char| c == '_' || c.is_alphanumeric());
        let next = upcoming(ctx, problem.range.end());
        // `var @a, next, @b` lacks an `@` instead.
        let list_ends = ends_or_begins_statement(next);
        // In a call the argument can be what is missing.
        if problem.related.is_some_and(|call| lacks_argument(ctx.text(call))) {
            let place = TextRange::empty(problem.range.end());
            ExpectedExpression::check(ctx, &Problem::new(ProblemKind::ExpectedExpression, place).expected("a value"));
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
        for text in [
            "%%=IIf(@a == 1, 'x', )=%%",
            "%%=Lookup('a', Concat('b', @c), 'd', )=%%",
            "%%[ set @a = Lookup(\"a\",\n\"b\",\n\"c\", ) ]%%",
            "%%[ set @a = Lookup(\n\"a,\",\n\"b\",\n\"c\",\n) ]%%",
        ] {
            silent("amp/trailing-comma", text);
            let found = diagnostics(text);
            let missing = found.iter().find(|found| found.rule.id == "amp/expected-expression").unwrap();
            assert!(missing.fixes.is_empty() && missing.range.is_empty() && missing.help.is_some(), "{text}");
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
