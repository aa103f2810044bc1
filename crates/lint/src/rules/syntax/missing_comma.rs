use sfmc_catalog::ampscript::{Arg, function};
use sfmc_syntax::{Problem, ProblemKind, TextEdit};

use crate::context::{CheckProblem, Context};
use crate::surroundings::{has_doubtful_quotes, in_text, is_name};

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
        fix: Unsafe,
        since: "0.1.0",
    }
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

/// Calls that are longer than this are not read again for each comma that they lack.
const LONGEST: usize = 4096;

/// Whether the function of a call takes one argument more than its commas say.
fn fits(call: &str) -> bool {
    let name = &call[..call.len() - call.trim_start_matches(is_name).len()];
    if call.len() > LONGEST {
        return false;
    }
    let Some(function) = function(name) else { return true };
    let (mut depth, mut arguments) = (0u32, 2usize);
    let mut rest = call;
    while let Some(c) = rest.chars().next() {
        let comment = rest.starts_with("/*").then(|| rest[2..].find("*/").map(|end| end + 4)).flatten();
        let quoted = |closer: char| rest[1..].find(closer).map_or(rest.len(), |end| end + 2);
        let len = match c {
            '"' | '\'' => quoted(c),
            '[' => quoted(']'),
            _ => comment.unwrap_or(c.len_utf8()),
        };
        match c {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            ',' if depth == 1 => arguments += 1,
            _ => {}
        }
        rest = &rest[len..];
    }
    function.arity_problem(&vec![Arg::Unknown; arguments]).is_none()
}

/// `First Name` as an argument.
fn is_name_of_words(before: &str, after: &str, value: &str) -> bool {
    let is_word = |word: &str| word.starts_with(|c: char| c.is_ascii_alphabetic());
    is_word(before) && is_word(after) && !value[after.len()..].trim_start().starts_with('(')
}

impl CheckProblem for MissingComma {
    const KIND: ProblemKind = ProblemKind::MissingComma;

    fn check(ctx: &mut Context<'_>, problem: &Problem) {
        let place = problem.range.end();
        let (before, after) = (ctx.line_before(place), ctx.line_after(place));
        let value = after.trim_start();
        let word_after = &value[..value.len() - value.trim_start_matches(is_name).len()];
        let word_before = &before[before.trim_end_matches(is_name).len()..];
        let call = problem.related.map_or("", |call| ctx.text(call));
        let doubtful = has_doubtful_quotes(ctx, place);
        let report = ctx.report::<Self>(problem.range, "expected `,` before the next value");
        if [word_before, word_after].iter().any(|word| word.eq_ignore_ascii_case("is")) {
            report.help("there is no operator `is`: use `Empty(…)`");
            return;
        }
        let name = value.strip_prefix('@').unwrap_or(value).trim_start_matches(is_name).trim_start();
        let assigned = name.starts_with('=') && !name.starts_with("==");
        if in_text(before) {
            // The text that is not closed is the mistake.
        } else if assigned || !fits(call) {
            // Something else than a comma is missing, or too much.
        } else if is_name_of_words(word_before, word_after, value) {
            report.help(format!("a name with blanks stands in brackets: `[{word_before} {word_after}]`"));
        } else if !two_values(before, after) && (before.ends_with(['"', '\'']) || value.starts_with(['"', '\''])) {
            report.help("a quote that belongs to the text is doubled: `\"say \"\"hi\"\"\"`");
        } else if !doubtful {
            let blank = if after.is_empty() || after.starts_with([' ', '\t']) { "" } else { " " };
            report.unsafe_fix("insert `,`", [TextEdit::insert(place, format!(",{blank}"))]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{fits, two_values};
    use crate::tests::{check, fixed, silent, unfixed};

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
    fn no_fix_where_something_else_is_wrong() {
        for text in [
            "%%=IIf(@a 'x', 1, 2)=%%",
            "%%=Now(1 2)=%%",
            "%%[ set @h = \"<p class=\"big\">x</p>\" ]%%",
            "%%=Concat('it''s', 'say ' hi '')=%%",
        ] {
            unfixed("amp/missing-comma", text);
        }
    }

    #[test]
    fn the_number_of_arguments() {
        for call in ["Add(1 2)", "IIf(Add(1, 2) == 3 'x, y', [a, b] /* , */)", "Foo(1 2)", "Concat('a' 'b', 'c')"] {
            assert!(fits(call), "{call}");
        }
        for call in ["Now(1 2)", "IIf(@a 'x', 1, 2)", "Trim(\"a", "Add(1 2, 'é"] {
            assert!(!fits(call), "{call}");
        }
        assert!(!fits(&format!("Concat({}1 2)", "1, ".repeat(2000))));
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
