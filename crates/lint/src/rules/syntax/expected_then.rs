use sfmc_syntax::{Problem, ProblemKind, TextEdit};

use crate::{
    context::{CheckProblem, Context},
    surroundings::{ends_or_begins_statement, in_case_of_line, in_text, is_name, upcoming},
};

declare_rule! {
    /// The condition of IF or ELSEIF ends with THEN.
    ///
    /// ## Why
    /// THEN is part of the statement; without it the page does not compile and nothing of it is shown.
    /// Source: ampscript.md, section 3 (`if_stmt`).
    ///
    /// ## Bad
    /// ```ampscript
    /// %%[ if @tier == "gold" set @offer = "A" endif ]%%
    /// ```
    ///
    /// ## Good
    /// ```ampscript
    /// %%[ if @tier == "gold" then set @offer = "A" endif ]%%
    /// ```
    pub ExpectedThen {
        id: "amp/expected-then",
        aliases: [],
        group: Syntax,
        severity: Error,
        fix: Safe,
        since: "0.1.0",
    }
}

impl CheckProblem for ExpectedThen {
    const KIND: ProblemKind = ProblemKind::ExpectedThen;

    fn check(ctx: &mut Context<'_>, problem: &Problem) {
        let place = problem.range.end();
        let word = ctx.text(problem.range);
        let keyword = in_case_of_line(ctx, problem.range.start(), "then");
        let glued = ctx.line_after(place).starts_with(is_name);
        let in_text = in_text(ctx.line_before(problem.range.start()));
        let ends = ends_or_begins_statement(upcoming(ctx, place));
        if word == "{" {
            ctx.report::<Self>(problem.range, "expected `then` after the condition, found `{`")
                .help("AMPscript has no braces: `if condition then … endif`");
            return;
        }
        if !word.is_empty() {
            ctx.report::<Self>(problem.range, format!("expected `then` after the condition, found `{word}`"))
                .fix(format!("write `{keyword}`"), [TextEdit::replace(problem.range, keyword)]);
            return;
        }
        let report = ctx.report::<Self>(problem.range, "expected `then` after the condition");
        let edit = TextEdit::insert(place, format!(" {keyword}{}", if glued { " " } else { "" }));
        if in_text {
            // The text that is not closed is the mistake.
        } else if ends {
            report.fix(format!("insert `{keyword}`"), [edit]);
        } else {
            // What follows is no statement: it could be part of the condition.
            report.unsafe_fix(format!("insert `{keyword}`"), [edit]);
        }
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn in_the_case_of_the_code_around() {
        fixed("amp/expected-then", "%%[ IF @a == 1 SET @b = 1 ENDIF ]%%", "%%[ IF @a == 1 THEN SET @b = 1 ENDIF ]%%");
        fixed("amp/expected-then", "%%[ If @a == 1 Set @b = 1 EndIf ]%%", "%%[ If @a == 1 then Set @b = 1 EndIf ]%%");
    }

    use crate::tests::{check, fixed, silent};

    #[test]
    fn one_for_a_construct_in_braces() {
        for (text, rules) in [
            ("%%[ if (@a == 1) { set @b = 2 } ]%%", vec!["amp/expected-then"]),
            (
                "%%[ if (@a == 1) { set @b = 2 } elseif (@a == 2) { set @b = 3 } else { set @b = 4 } ]%%",
                vec!["amp/expected-then"],
            ),
            ("%%[ if @a == 1 { ]%%x%%[ } else { ]%%y%%[ } ]%%", vec!["amp/expected-then"]),
            ("%%[ if @c then if (@a == 1) { set @b = 2 } endif ]%%", vec!["amp/expected-then"]),
            ("%%[ for @i = 1 to 3 { set @b = 1 } ]%%", vec!["amp/expected-do"]),
            ("%%[ if @a == 1 then { set @b = 2 } endif ]%%", vec!["amp/unexpected-character"]),
            ("%%[ set @b = 2 } ]%%", vec!["amp/unexpected-character"]),
        ] {
            let found = crate::tests::diagnostics(text);
            assert_eq!(found.iter().map(|d| d.rule.id).collect::<Vec<_>>(), rules, "{text}");
        }
    }

    #[test]
    fn at_the_end_of_the_condition() {
        check(
            "amp/expected-then",
            r"
%%[ if @a == 1
//            | expected `then` after the condition
set @b = 2 endif ]%%
",
        );
    }

    #[test]
    fn silent_on_complete_statements() {
        silent("amp/expected-then", "%%[ if @a == 1 then elseif Empty(@b) then endif ]%%");
    }

    #[test]
    fn inserts_it() {
        fixed("amp/expected-then", "%%[ if @a endif ]%%", "%%[ if @a then endif ]%%");
        fixed("amp/expected-then", "%%[ if (@a)set @b = 1 endif ]%%", "%%[ if (@a) then set @b = 1 endif ]%%");
    }
}
