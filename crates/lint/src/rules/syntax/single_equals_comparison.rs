use sfmc_syntax::{Problem, ProblemKind, TextEdit};

use crate::context::{CheckProblem, Context};
use crate::lexemes::{LexemeKind, Lexemes};
use crate::surroundings::region_of;

declare_rule! {
    /// A condition compares with `==`.
    ///
    /// ## Why
    /// A single `=` does not compare. Sage's grammar accepts `if @a = 1`, but the condition is then the value on the right alone: with
    /// `@count = 1` it is true whatever `@count` is.
    /// Source: ampscript.md, section 4 (single `=` in a condition).
    ///
    /// ## Bad
    /// ```ampscript
    /// %%[ if @country = "DE" then set @greeting = "Hallo" endif ]%%
    /// ```
    ///
    /// ## Good
    /// ```ampscript
    /// %%[ if @country == "DE" then set @greeting = "Hallo" endif ]%%
    /// ```
    pub SingleEqualsComparison {
        id: "amp/single-equals-comparison",
        aliases: [],
        group: Syntax,
        severity: Error,
        fix: Safe,
        since: "0.1.0",
    }
}

/// Whether the sign between two parts of a line gives the counter of a FOR its first value, as the head is written in other languages or
/// behind a surplus word: `for (@i = 1; …`, `for if @i = 1 to 3`.
fn counts(before: &str, after: &str) -> bool {
    let before = Lexemes::of(region_of(before));
    let mut back = before.all.iter().rev().peekable();
    if back.next_if(|lexeme| lexeme.kind == LexemeKind::Variable).is_some() {
        let is_for = |word: &str| word.eq_ignore_ascii_case("for");
        let surplus = |word: &str| ["(", "if", "set", "var"].iter().any(|other| word.eq_ignore_ascii_case(other));
        while back.next_if(|lexeme| surplus(before.text(lexeme))).is_some() {}
        if back.peek().is_some_and(|lexeme| is_for(before.text(lexeme))) {
            return true;
        }
    }
    let after = Lexemes::of(after);
    let words = after.all.iter().map(|lexeme| after.text(lexeme));
    let mut head = words.take_while(|word| !word.eq_ignore_ascii_case("then"));
    head.any(|word| ["to", "downto"].iter().any(|to| word.eq_ignore_ascii_case(to)))
}

impl CheckProblem for SingleEqualsComparison {
    const KIND: ProblemKind = ProblemKind::SingleEqualsComparison;

    fn check(ctx: &mut Context<'_>, problem: &Problem) {
        let after = ctx.line_after(problem.range.end()).trim_start();
        let before = ctx.line_before(problem.range.start());
        // Part of an operator that is written otherwise: `= =`, `=!`, `! =`.
        let part = after.starts_with(['=', '!', '<', '>']) || before.trim_end().ends_with(['=', '!', '<', '>']);
        // `@a == not @b` would need parentheses.
        let not = after.get(..3).is_some_and(|word| word.eq_ignore_ascii_case("not"))
            && !after[3..].starts_with(|c: char| c == '_' || c.is_alphanumeric());
        let report = ctx.report::<Self>(problem.range, "`=` does not compare: expected `==`");
        if !part && !not && !counts(before, after) {
            report.fix("replace `=` by `==`", [TextEdit::replace(problem.range, "==")]);
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::tests::{check, diagnostics, fixed, silent};

    #[test]
    fn on_the_operator() {
        check(
            "amp/single-equals-comparison",
            "
%%[ if @a = 1 then elseif (@b = 2) then endif ]%%
//        ^ `=` does not compare
//                            ^ `=` does not compare
%%=IIf(@a = 1, 'x', 'y')=%%
//        ^ `=` does not compare
",
        );
    }

    #[test]
    fn silent_on_assignments_and_comparisons() {
        silent(
            "amp/single-equals-comparison",
            "%%[ if @a == 1 and @b != 2 and @c <= 3 then set @a = 1 endif for @i = 1 to 2 do next ]%% if @a = 1 then",
        );
    }

    #[test]
    fn replaces_it() {
        fixed("amp/single-equals-comparison", "%%[ if @a = 1 then endif ]%%", "%%[ if @a == 1 then endif ]%%");
        fixed("amp/single-equals-comparison", "%%[ if @a='=' then endif ]%%", "%%[ if @a=='=' then endif ]%%");
    }

    #[test]
    fn no_fix_where_two_would_be_wrong() {
        for text in ["%%[ if @a = not @b then endif ]%%", "%%[ for if @i = 1 to 3 do ]%%x%%[ next @i ]%%"] {
            let found = diagnostics(text);
            let found = found.iter().find(|d| d.rule.id == "amp/single-equals-comparison").unwrap();
            assert!(found.fixes.is_empty(), "{text}");
        }
    }

    #[test]
    fn one_operator_in_two_parts() {
        fixed("amp/single-equals-comparison", "%%[ if @a = = 1 then endif ]%%", "%%[ if @a == 1 then endif ]%%");
    }
}
