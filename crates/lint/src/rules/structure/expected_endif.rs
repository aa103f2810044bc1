use sfmc_syntax::{Problem, ProblemKind, TextEdit};

use crate::context::{CheckProblem, Context};
use crate::surroundings::in_case_of;

declare_rule! {
    /// An IF is closed by ENDIF, and by no other word.
    ///
    /// ## Why
    /// `fi`, `end` or a misspelt `enidf` is read as an attribute that does nothing: the IF stays open, and the page does not compile.
    /// Source: ampscript.md, section 3 (`if_stmt`, expression statements).
    ///
    /// ## Bad
    /// ```ampscript
    /// %%[ if @vip == "true" then set @offer = "A" enidf ]%%
    /// ```
    ///
    /// ## Good
    /// ```ampscript
    /// %%[ if @vip == "true" then set @offer = "A" endif ]%%
    /// ```
    pub ExpectedEndif {
        id: "amp/expected-endif",
        aliases: [],
        group: Syntax,
        severity: Error,
        fix: Safe,
        since: "0.1.0",
    }
}

impl CheckProblem for ExpectedEndif {
    const KIND: ProblemKind = ProblemKind::ExpectedEndif;

    fn check(ctx: &mut Context<'_>, problem: &Problem) {
        let found = ctx.text(problem.range);
        // `end` can stand elsewhere than the end that is missing.
        let certain = !["end", "loop", "done", "endif", "next"].iter().any(|word| found.eq_ignore_ascii_case(word));
        let end = in_case_of(found, "endif");
        let title = format!("write `{end}`");
        let edit = TextEdit::replace(problem.range, end);
        let report = ctx.report::<Self>(problem.range, format!("expected `endif`, found `{found}`"));
        if certain {
            report.fix(title, [edit]);
        } else {
            report.unsafe_fix(title, [edit]);
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::tests::{check, fixed, silent};

    #[test]
    fn on_the_word_that_ends_it() {
        check(
            "amp/expected-endif",
            "
%%[ if @a then set @b = 1 fi ]%%
//                        ^^ expected `endif`, found `fi`
%%[ if @a then ]%%x%%[ enidf ]%%
//                     ^^^^^ expected `endif`, found `enidf`
%%[ if @a then set @b = 1 end ]%%
//                        ^^^ expected `endif`, found `end`
",
        );
    }

    #[test]
    fn once_where_ifs_nest() {
        for text in [
            "%%[ if @a then if @b then set @c = 1 end endif ]%%",
            "%%[ if @a then if @b then set @c = 1 end else set @c = 2 endif ]%%",
            "%%[ if @a then if @b then set @c = 1 else set @c = 2 end else set @c = 3 endif ]%%",
        ] {
            let found = crate::tests::diagnostics(text);
            assert_eq!(found.iter().map(|d| d.rule.id).collect::<Vec<_>>(), ["amp/expected-endif"], "{text}");
        }
    }

    #[test]
    fn silent_where_nothing_is_open() {
        silent("amp/expected-endif", "%%[ if @a then set @b = fi endif fi ]%% end fi");
        silent("amp/expected-endif", "%%[ if @a then ]%%x%%[end]%%y%%[ endif ]%%");
        silent("amp/expected-endif", "%%[ for @i = 1 to 3 do end ]%%");
    }

    #[test]
    fn writes_it() {
        fixed("amp/expected-endif", "%%[ if @a then enidf ]%%", "%%[ if @a then endif ]%%");
        fixed("amp/expected-endif", "%%[ if @a then end ]%%", "%%[ if @a then endif ]%%");
    }
}
