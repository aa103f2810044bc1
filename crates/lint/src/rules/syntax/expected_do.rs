use sfmc_syntax::{Problem, ProblemKind, TextEdit};

use crate::context::{CheckProblem, Context};

declare_rule! {
    /// The head of FOR ends with DO.
    ///
    /// ## Why
    /// DO is part of the statement; without it the page does not compile and nothing of it is shown.
    /// Source: ampscript.md, section 3 (`for_stmt`).
    ///
    /// ## Bad
    /// ```ampscript
    /// %%[ for @i = 1 to RowCount(@orders) ]%%<li>%%=v(@i)=%%</li>%%[ next @i ]%%
    /// ```
    ///
    /// ## Good
    /// ```ampscript
    /// %%[ for @i = 1 to RowCount(@orders) do ]%%<li>%%=v(@i)=%%</li>%%[ next @i ]%%
    /// ```
    pub ExpectedDo {
        id: "amp/expected-do",
        aliases: [],
        group: Syntax,
        severity: Error,
        fix: Safe,
        since: "0.1.0",
    }
}

/// Whether nothing more of a statement stands on a line that goes on with `rest`: it ends, or the region or the next statement follows.
pub(crate) fn statement_ends(rest: &str) -> bool {
    let rest = rest.trim_start();
    let word = rest
        .find(|c: char| !c.is_ascii_alphanumeric() && c != '_')
        .map_or(rest, |end| &rest[..end]);
    let keywords = ["var", "set", "if", "elseif", "else", "endif", "for", "next"];
    rest.is_empty()
        || ["]%%", "=%%", "</"]
            .iter()
            .any(|closer| rest.starts_with(closer))
        || keywords
            .iter()
            .any(|keyword| word.eq_ignore_ascii_case(keyword))
}

impl CheckProblem for ExpectedDo {
    const KIND: ProblemKind = ProblemKind::ExpectedDo;

    fn check(ctx: &mut Context<'_>, problem: &Problem) {
        let rest = ctx.line_after(problem.range.end());
        let word_follows = rest.starts_with(|c: char| c == '_' || c.is_alphanumeric());
        let edit = TextEdit::insert(
            problem.range.end(),
            if word_follows { " do " } else { " do" },
        );
        let report = ctx.report::<Self>(problem.range, "expected `do` after the last value");
        // `for @i = 1 to 9 by 2`: with DO after the 9 the page would compile and count by one.
        if statement_ends(rest) {
            report.fix("insert `do`", [edit]);
        } else {
            report.unsafe_fix("insert `do`", [edit]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::statement_ends;
    use crate::tests::{check, diagnostics, fixed, silent};

    #[test]
    fn after_the_last_value() {
        check(
            "amp/expected-do",
            "
%%[ for @i = 1 to RowCount(@rows)
//                               | expected `do` after the last value
  set @row = Row(@rows, @i)
next @i ]%%
",
        );
    }

    #[test]
    fn silent_on_complete_loops() {
        silent(
            "amp/expected-do",
            "%%[ for @i = 1 to 3 do next for @i = 3 downto 1\ndo next @i ]%% for each to 3",
        );
    }

    #[test]
    fn inserts_it() {
        fixed(
            "amp/expected-do",
            "%%[ for @i = 1 to 3 next @i ]%%",
            "%%[ for @i = 1 to 3 do next @i ]%%",
        );
        fixed(
            "amp/expected-do",
            "%%[ for @i = 1 to (3)next ]%%",
            "%%[ for @i = 1 to (3) do next ]%%",
        );
        fixed(
            "amp/expected-do",
            "%%[ for @i = 1 to 3 ]%%x%%[ next ]%%",
            "%%[ for @i = 1 to 3 do ]%%x%%[ next ]%%",
        );
    }

    #[test]
    fn not_unseen_when_more_follows() {
        let found = diagnostics("%%[ for @i = 1 to 9 by 2 next @i ]%%");
        let fix = found
            .iter()
            .find(|d| d.rule.id == "amp/expected-do")
            .and_then(|d| d.fixes.first())
            .unwrap();
        assert_eq!(fix.applicability, sfmc_diagnostics::Applicability::Unsafe);
    }

    #[test]
    fn where_a_statement_ends() {
        for rest in [
            "",
            "  ",
            " ]%%",
            "=%%",
            "</script>",
            " SET @b",
            "next",
            " else",
        ] {
            assert!(statement_ends(rest), "{rest}");
        }
        for rest in [" by 2", " nextrow", "'x'", " @b", ") ]%%", " /* */ 2"] {
            assert!(!statement_ends(rest), "{rest}");
        }
    }
}
