use sfmc_syntax::{Problem, ProblemKind, TextEdit};

use crate::context::{CheckProblem, Context};
use crate::surroundings::in_text;

declare_rule! {
    /// Arguments of a call and variables of VAR are separated by commas.
    ///
    /// ## Why
    /// Two values next to each other are not joined and not separated: the page does not compile and nothing of it is shown. A quote
    /// inside a text with the same quotes ends it, so that what follows looks like another value; there it has to be doubled.
    /// Source: ampscript.md, sections 2 (`string`), 3 (`var_decl`) and 4 (`call`).
    ///
    /// ## Bad
    /// ```ampscript
    /// %%[ set @greeting = Concat("Dear " @firstName) ]%%
    /// ```
    ///
    /// ## Good
    /// ```ampscript
    /// %%[ set @greeting = Concat("Dear ", @firstName) ]%%
    /// ```
    pub MissingComma {
        id: "amp/missing-comma",
        aliases: [],
        group: Syntax,
        severity: Error,
        fix: Safe,
        since: "0.1.0",
    }
}

fn is_name(c: char) -> bool {
    c == '_' || c.is_alphanumeric()
}

/// Whether two values stand around the gap beyond doubt. Bare words are attributes, or what lies between two quotes that were meant to
/// be part of a text; so is whatever is glued to a quote.
fn two_values(before: &str, after: &str) -> bool {
    let value = after.trim_start();
    let apart = value.len() < after.len() || after.is_empty();
    let rest = value.trim_start_matches(is_name);
    let word_after = value.starts_with(|c: char| is_name(c) && !c.is_ascii_digit()) && !rest.starts_with('(');
    let head = before.trim_end_matches(is_name);
    let last = &before[head.len()..];
    let word_before = !last.is_empty() && !last.bytes().all(|b| b.is_ascii_digit()) && !head.ends_with('@');
    apart && !word_after && !word_before
}

impl CheckProblem for MissingComma {
    const KIND: ProblemKind = ProblemKind::MissingComma;

    fn check(ctx: &mut Context<'_>, problem: &Problem) {
        let place = problem.range.end();
        let (before, after) = (ctx.line_before(place), ctx.line_after(place));
        let value = after.trim_start();
        let word_after = &value[..value.len() - value.trim_start_matches(is_name).len()];
        let word_before = &before[before.trim_end_matches(is_name).len()..];
        let report = ctx.report::<Self>(problem.range, "expected `,` before the next value");
        if [word_before, word_after].iter().any(|word| word.eq_ignore_ascii_case("is")) {
            report.help("there is no operator `is`: use `Empty(…)`");
            return;
        }
        let blank = if after.is_empty() || after.starts_with([' ', '\t']) { "" } else { " " };
        let edit = TextEdit::insert(place, format!(",{blank}"));
        if in_text(before) {
            // The text that is not closed is the mistake.
        } else if two_values(before, after) {
            report.fix("insert `,`", [edit]);
        } else {
            let report = report.unsafe_fix("insert `,`", [edit]);
            if before.ends_with(['"', '\'']) || value.starts_with(['"', '\'']) {
                report.help("a quote that belongs to the text is doubled: `\"say \"\"hi\"\"\"`");
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::two_values;
    use crate::tests::{check, fixed, silent};

    #[test]
    fn where_it_belongs() {
        check(
            "amp/missing-comma",
            "
%%[ var @a @b
//        | expected `,` before the next value
set @c = Concat('a', @b  'c') ]%%
//                     | expected `,` before the next value
",
        );
    }

    #[test]
    fn silent_on_separated_values() {
        silent(
            "amp/missing-comma",
            "%%[ var @a, @b\n@c = 1 set @d = Concat(\"a \"\"b\"\" c\", @b) ]%% Concat('a' 'b')",
        );
    }

    #[test]
    fn inserts_it() {
        fixed("amp/missing-comma", "%%=Concat('a' @b)=%%", "%%=Concat('a', @b)=%%");
        fixed("amp/missing-comma", "%%[ var @a @b ]%%", "%%[ var @a, @b ]%%");
        fixed("amp/missing-comma", "%%=Concat('a'\n  Lowercase(@b))=%%", "%%=Concat('a',\n  Lowercase(@b))=%%");
    }

    #[test]
    fn beyond_doubt() {
        for (before, after) in [
            ("f('a'", " @b)"),
            ("f(@a", " 'b')"),
            ("f(1", " 2)"),
            ("f(g()", " g(2))"),
            ("f([a b]", " [c])"),
            ("f(1", ""),
        ] {
            assert!(two_values(before, after), "{before}{after}");
        }
        for (before, after) in [
            ("f('say '", "hi'')"),
            ("f('say '", " hi '')"),
            ("f('say ' hi", " '')"),
            ("f('a'", "'b')"),
            ("f(@a", " is null)"),
        ] {
            assert!(!two_values(before, after), "{before}{after}");
        }
    }
}
