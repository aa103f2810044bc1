use sfmc_syntax::{Problem, ProblemKind, TextEdit, TextRange, TextSize};

use crate::context::{CheckProblem, Context};

declare_rule! {
    /// THEN, DO, TO, DOWNTO, AND and OR stand only inside the statement or the expression that they belong to.
    ///
    /// ## Why
    /// Keywords are reserved: one that continues nothing is a compile error, and nothing of the page is shown.
    /// Source: ampscript.md, sections 2 (keywords) and 3.
    ///
    /// ## Bad
    /// ```ampscript
    /// %%[ if @points > 100 then then set @tier = "gold" endif ]%%
    /// ```
    ///
    /// ## Good
    /// ```ampscript
    /// %%[ if @points > 100 then set @tier = "gold" endif ]%%
    /// ```
    pub UnexpectedKeyword {
        id: "amp/unexpected-keyword",
        aliases: [],
        group: Syntax,
        severity: Error,
        fix: Safe,
        since: "0.1.0",
    }
}

/// How many blanks stand between a keyword and the same keyword before it; `None` when something else stands there.
fn blanks_after_same(keyword: &str, before: &str) -> Option<usize> {
    let start = before.trim_end();
    let (head, tail) = start.split_at_checked(start.len().checked_sub(keyword.len())?)?;
    let whole = !head.ends_with(|c: char| c.is_alphanumeric() || matches!(c, '_' | '@'));
    (whole && tail.eq_ignore_ascii_case(keyword)).then_some(before.len() - start.len())
}

impl CheckProblem for UnexpectedKeyword {
    const KIND: ProblemKind = ProblemKind::UnexpectedKeyword;

    fn check(ctx: &mut Context<'_>, problem: &Problem) {
        let found = ctx.text(problem.range);
        let blanks = blanks_after_same(found, ctx.line_before(problem.range.start()));
        if let Some(head) = problem.related {
            let (keyword, what) = if found.eq_ignore_ascii_case("then") {
                ("if", "an `if` before the condition")
            } else {
                ("for", "a `for` before the counter")
            };
            // Whether it was IF or ELSEIF only a person knows.
            ctx.report::<Self>(problem.range, format!("`{found}` without {what}"))
                .related(head, format!("expected `{keyword}` before this"))
                .unsafe_fix(format!("insert `{keyword}`"), [TextEdit::insert(head.start(), format!("{keyword} "))]);
            return;
        }
        if !problem.expected.is_empty() {
            let blanks = ctx.line_after(problem.range.end());
            let blanks = TextSize::of(blanks) - TextSize::of(blanks.trim_start_matches([' ', '\t']));
            let whole = TextRange::at(problem.range.start(), problem.range.len() + blanks);
            ctx.report::<Self>(problem.range, format!("expected {}, found the keyword `{found}`", problem.expected))
                .fix(format!("delete `{found}`"), [TextEdit::delete(whole)]);
            return;
        }
        let ends_head = ["then", "do"].iter().any(|word| found.eq_ignore_ascii_case(word));
        let begins_block = ends_head && ctx.line_before(problem.range.start()).trim_end().ends_with("%%[");
        let report = ctx.report::<Self>(problem.range, format!("expected a statement, found the keyword `{found}`"));
        if let Some(blanks) = blanks.and_then(|n| TextSize::try_from(n).ok()) {
            let doubled = TextRange::new(problem.range.start() - blanks, problem.range.end());
            report.fix(format!("delete the second `{found}`"), [TextEdit::delete(doubled)]);
        } else if begins_block {
            // What it continues stands in the block before, if there is anything: there it can have been missing.
            report.unsafe_fix(format!("delete `{found}`"), [TextEdit::delete(problem.range)]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::blanks_after_same;
    use crate::tests::{check, fixed, silent};

    #[test]
    fn then_without_if() {
        check(
            "amp/unexpected-keyword",
            "
%%[ @a == 1 then set @b = 2 else set @b = 3 endif ]%%
//          ^^^^ `then` without an `if` before the condition
%%[ @i = 1 to 3 do set @b = 2 next @i ]%%
//         ^^ `to` without a `for` before the counter
",
        );
        let text = "%%[ if @a == 1 then set @b = 1 @a == 2 then set @b = 2 else set @b = 3 endif ]%%";
        assert_eq!(crate::tests::diagnostics(text).len(), 1, "an ELSEIF that lacks its keyword");
        fixed("amp/unexpected-keyword", "%%[ @a == 1 then endif ]%%", "%%[ if @a == 1 then endif ]%%");
        fixed("amp/unexpected-keyword", "%%[ @i = 1 to 3 do next ]%%", "%%[ for @i = 1 to 3 do next ]%%");
    }

    #[test]
    fn on_the_keyword() {
        check(
            "amp/unexpected-keyword",
            "
%%[ if @a then do set @b = 1 endif ]%%
//             ^^ expected a statement, found the keyword `do`
",
        );
    }

    #[test]
    fn silent_in_their_places() {
        silent(
            "amp/unexpected-keyword",
            "%%[ if @a and @b then set @do = [To] for @i = 1 to 2 do next endif ]%% then do to",
        );
    }

    #[test]
    fn deletes_a_doubled_one() {
        fixed("amp/unexpected-keyword", "%%[ if @a then then endif ]%%", "%%[ if @a then endif ]%%");
        fixed("amp/unexpected-keyword", "%%[ for @i = 1 to 2 DO do next ]%%", "%%[ for @i = 1 to 2 DO next ]%%");
    }

    #[test]
    fn deletes_one_that_begins_a_block() {
        let text = "%%[ if Empty(@a) ]%%A%%[ then ]%%B%%[ endif ]%%";
        let found = crate::tests::diagnostics(text);
        let edits: Vec<_> = found.iter().flat_map(|d| d.fixes.first()).flat_map(|fix| fix.edits.clone()).collect();
        let mended = sfmc_syntax::apply_edits(text, &edits).unwrap();
        assert_eq!(mended, "%%[ if Empty(@a) then ]%%A%%[  ]%%B%%[ endif ]%%");
        crate::tests::unfixed("amp/unexpected-keyword", "<pre>begins with %%[ and ends with ]%%</pre>");
        assert!(crate::tests::diagnostics(&mended).iter().all(|d| d.severity < sfmc_diagnostics::Severity::Warning));
    }

    #[test]
    fn only_when_doubled() {
        assert_eq!(blanks_after_same("then", "if @a then  "), Some(2));
        for before in ["if @athen ", "if @then ", "if @a 'then' ", "", "hen "] {
            assert_eq!(blanks_after_same("then", before), None, "{before}");
        }
    }

    #[test]
    fn before_the_counter() {
        let rule = "amp/unexpected-keyword";
        for word in ["var", "SET"] {
            let text = format!("%%[ for {word} @i = 1 to 3 do Output(v(@i)) next ]%%");
            fixed(rule, &text, "%%[ for @i = 1 to 3 do Output(v(@i)) next ]%%");
            let errors = crate::tests::diagnostics(&text);
            assert!(errors.iter().all(|d| d.rule.id == rule), "{errors:#?}");
        }
        silent(rule, "%%[ for\nset @i = 1 ]%%");
    }
}
