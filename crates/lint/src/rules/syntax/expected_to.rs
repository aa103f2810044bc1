use sfmc_syntax::{Problem, ProblemKind, TextEdit};

use crate::context::{CheckProblem, Context};
use crate::surroundings::in_case_of_line;

declare_rule! {
    /// The start value and the last value of FOR stand around TO or DOWNTO.
    ///
    /// ## Why
    /// A loop counts up by one (`to`) or down by one (`downto`). Without either the page does not compile and nothing of it is shown.
    /// Source: ampscript.md, section 3 (`for_stmt`).
    ///
    /// ## Bad
    /// ```ampscript
    /// %%[ for @i = 1 RowCount(@orders) do ]%%<li>%%=v(@i)=%%</li>%%[ next @i ]%%
    /// ```
    ///
    /// ## Good
    /// ```ampscript
    /// %%[ for @i = 1 to RowCount(@orders) do ]%%<li>%%=v(@i)=%%</li>%%[ next @i ]%%
    /// ```
    pub ExpectedTo {
        id: "amp/expected-to",
        aliases: [],
        group: Syntax,
        severity: Error,
        fix: Unsafe,
        since: "0.1.0",
    }
}

/// Whether what follows is a value beyond doubt: a number, a variable, a text or a call.
fn value_follows(rest: &str) -> bool {
    let value = rest.trim_start();
    let name = value.trim_start_matches(|c: char| c.is_ascii_alphanumeric() || c == '_');
    let call = name.len() < value.len() && name.starts_with('(');
    value.len() < rest.len()
        && (call || value.starts_with(|c: char| matches!(c, '@' | '"' | '\'') || c.is_ascii_digit()))
}

impl CheckProblem for ExpectedTo {
    const KIND: ProblemKind = ProblemKind::ExpectedTo;

    fn check(ctx: &mut Context<'_>, problem: &Problem) {
        let place = problem.range.end();
        let value_follows = value_follows(ctx.line_after(place));
        let [to, downto] = ["to", "downto"].map(|keyword| in_case_of_line(ctx, place, keyword));
        let report = ctx.report::<Self>(problem.range, "expected `to` or `downto` after the start value");
        if value_follows {
            // Which way the loop counts only its author knows.
            report
                .unsafe_fix(format!("insert `{to}`"), [TextEdit::insert(place, format!(" {to}"))])
                .unsafe_fix(format!("insert `{downto}`"), [TextEdit::insert(place, format!(" {downto}"))]);
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::tests::{check, diagnostics, fixed, silent};

    #[test]
    fn after_the_start_value() {
        check(
            "amp/expected-to",
            "
%%[ for @k = 1 9 do next ]%%
//            | expected `to` or `downto` after the start value
",
        );
    }

    #[test]
    fn silent_on_both_directions() {
        silent("amp/expected-to", "%%[ for @i = 1 to 3 do next for @i = Add(1, 2) DOWNTO 1 do next @i ]%% for 1 9 do");
    }

    #[test]
    fn inserts_it() {
        fixed("amp/expected-to", "%%[ for @k = 1 9 do next ]%%", "%%[ for @k = 1 to 9 do next ]%%");
        fixed(
            "amp/expected-to",
            "%%[ for @k = 1 RowCount(@r) do next ]%%",
            "%%[ for @k = 1 to RowCount(@r) do next ]%%",
        );
    }

    #[test]
    fn no_fix_in_front_of_a_word() {
        for text in
            ["%%[ for @k = 1 until 9 do next ]%%", "%%[ for @k = 1, 9 do next ]%%", "%%[ for @k = 1 do next ]%%"]
        {
            let found = diagnostics(text);
            let found = found.iter().find(|d| d.rule.id == "amp/expected-to").unwrap();
            assert!(found.fixes.is_empty(), "{text}");
        }
    }
}
