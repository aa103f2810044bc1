use sfmc_catalog::ampscript::function;
use sfmc_diagnostics::similar::is_one_slip;
use sfmc_syntax::{Problem, ProblemKind, TextEdit, TextRange, TextSize};

use crate::context::{CheckProblem, Context};

declare_rule! {
    /// As a statement, only a function call has an effect.
    ///
    /// ## Why
    /// Other expressions may stand between statements, but the engine skips them: nothing is printed, stored or compared. Most often a word
    /// of another language was written (`end`, `return`), or a value was meant to be printed.
    /// Source: ampscript.md, section 3 (expression statements); the Sage corpus `ignored-statements`.
    ///
    /// ## Bad
    /// ```ampscript
    /// %%[ set @total = Add(@price, @tax) @total ]%%
    /// ```
    ///
    /// ## Good
    /// ```ampscript
    /// %%[ set @total = Add(@price, @tax) ]%%%%=v(@total)=%%
    /// ```
    ///
    /// ## Off
    /// On pages where such leftovers are left alone on purpose.
    pub IgnoredExpression {
        id: "amp/ignored-expression",
        aliases: ["ineffective-statement"],
        group: Suspicious,
        severity: Warning,
        fix: Unsafe,
        since: "0.1.0",
    }
}

/// Words that are statements elsewhere.
const STATEMENTS: [&str; 22] = [
    "begin", "break", "call", "case", "continue", "declare", "default", "dim", "each", "exit", "function", "let",
    "loop", "null", "print", "return", "select", "switch", "until", "wend", "while", "write",
];

/// What can be shown of a text inside a message: one line, not too long.
fn shown(text: &str) -> String {
    const LONGEST: usize = 40;
    let line = text.lines().next().unwrap_or("").trim_end();
    let mut short: String = line.chars().take(LONGEST).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    short
}

fn is_name(c: char) -> bool {
    c == '_' || c.is_ascii_alphanumeric()
}

/// What to do about the name of a function with a value behind it: `Output @a`.
fn without_parens(name: &str, value: &str) -> Option<String> {
    let begins = value.starts_with(|c: char| matches!(c, '@' | '"' | '\'' | '-' | '_') || c.is_alphanumeric());
    let name = function(name).filter(|_| begins)?.name;
    Some(match (name, value.starts_with('@')) {
        ("Output" | "OutputLine", true) => {
            format!("`{name}` is a function: its arguments stand in parentheses, `{name}(v(…))`")
        }
        _ => format!("`{name}` is a function: its arguments stand in parentheses, `{name}(…)`"),
    })
}

fn help(found: &str, before: &str, after: &str) -> Option<String> {
    let before = before.trim_end();
    let name = &before[before.trim_end_matches(is_name).len()..];
    let bare = without_parens(found, after.trim_start()).or_else(|| without_parens(name, found));
    if bare.is_some() {
        return bare;
    }
    let word = found.to_ascii_lowercase();
    if word == "end" {
        return Some("`endif` closes an IF, `next` a FOR".to_owned());
    }
    if STATEMENTS.contains(&word.as_str()) {
        return Some(format!("AMPscript has no statement `{word}`"));
    }
    if found.starts_with('[') && before.ends_with(|c: char| is_name(c) || c == ')') {
        let row = found[1..].starts_with(|c: char| c.is_ascii_digit() || c == '@');
        return Some(match row {
            true => {
                "a row of a row set is `Row(@rows, 1)`, counted from 1, and a column of it `Field(@row, \"column\")`"
                    .to_owned()
            }
            false => "a column of a row is `Field(@row, \"column\")`".to_owned(),
        });
    }
    let keyword = &before[before.trim_end_matches(is_name).len()..];
    if keyword.eq_ignore_ascii_case("next") && found.chars().all(is_name) {
        return Some(format!("a variable begins with `@`: `next @{found}`"));
    }
    if found.starts_with(['"', '\'']) && before.ends_with(['"', '\'']) {
        return Some("texts are joined with `Concat(a, b)`, and a quote inside a text is doubled".to_owned());
    }
    let name = found.strip_prefix('@')?;
    (!name.is_empty() && name.chars().all(is_name))
        .then(|| format!("`Output(v({found}))` prints it, or `%%=v({found})=%%` outside"))
}

/// Whether a word is a slip of the pen for `set`, with an assignment behind it.
fn is_misspelt_set(found: &str, after: &str) -> bool {
    let target = after.trim_start().strip_prefix('@').map(|name| name.trim_start_matches(is_name).trim_start());
    let assigned = target.is_some_and(|rest| rest.starts_with('=') && !rest.starts_with("=="));
    assigned && is_one_slip(found, "set")
}

/// The edits that take away the blanks around a name in brackets.
fn blanks_around(ctx: &Context<'_>, range: TextRange) -> Vec<TextEdit> {
    let before = ctx.line_before(range.start());
    let after = ctx.line_after(range.end());
    let blanks = [
        TextRange::new(range.start() - (TextSize::of(before) - TextSize::of(before.trim_end())), range.start()),
        TextRange::at(range.end(), TextSize::of(after) - TextSize::of(after.trim_start())),
    ];
    blanks.into_iter().filter(|blank| !blank.is_empty()).map(|blank| TextEdit::replace(blank, "")).collect()
}

impl CheckProblem for IgnoredExpression {
    const KIND: ProblemKind = ProblemKind::IgnoredExpression;

    fn check(ctx: &mut Context<'_>, problem: &Problem) {
        let found = ctx.text(problem.range);
        if problem.expected == "a personalization string" {
            let message =
                format!("these words are read as code and print nothing: `%%[{found}]%%` has no blanks inside");
            let edits = blanks_around(ctx, problem.range);
            ctx.report::<Self>(problem.range, message)
                .help("a personalization string is `%%[First Name]%%`, or `%%FirstName%%` for a name of one word")
                .unsafe_fix("remove the blanks", edits);
            return;
        }
        let before = ctx.line_before(problem.range.start());
        // `@rows[1]["Name"]`: said of the first bracket. `ste @a = 1`: said of the assignment.
        let goes_on = found.starts_with('[') && before.ends_with(']') && before.contains('@');
        if goes_on || is_misspelt_set(found, ctx.line_after(problem.range.end())) {
            return;
        }
        let help = help(found, ctx.line_before(problem.range.start()), ctx.line_after(problem.range.end()));
        let report = ctx
            .report::<Self>(
                problem.range,
                format!("`{}` does nothing here: only a function call has an effect", shown(found)),
            )
            .unnecessary();
        if let Some(help) = help {
            report.help(help);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::help;
    use crate::tests::{check, diagnostics, fixed, silent};

    #[test]
    fn one_finding_for_one_slip() {
        for (text, rule, word) in [
            ("%%[ ste @a = 1 ]%%", "amp/assignment-without-set", "in place of the word before"),
            ("%%[ set @x = @r[1]['x'] ]%%", "amp/ignored-expression", "`Row(@rows, 1)`"),
            ("%%[ set @x = @r['x'] ]%%", "amp/ignored-expression", "`Field(@row"),
        ] {
            let found = diagnostics(text);
            let found: Vec<_> = found.iter().filter(|d| d.severity >= sfmc_diagnostics::Severity::Warning).collect();
            assert_eq!(found.iter().map(|d| d.rule.id).collect::<Vec<_>>(), [rule], "{text}");
            assert!(found[0].help.as_deref().unwrap_or_default().contains(word), "{found:#?}");
        }
    }

    #[test]
    fn on_the_expression() {
        check(
            "amp/ignored-expression",
            "
%%[ set @a = 'x' 'y' @b @a == 1
//               ^^^ `'y'` does nothing here
//                   ^^ `@b` does nothing here
//                      ^^^^^^^ `@a == 1` does nothing here
(Add(1, 2)) FirstName Gender ]%%
//<^^^^^^^^ `(Add(1, 2))` does nothing here
//          ^^^^^^^^^ `FirstName` does nothing here
//                    ^^^^^^ `Gender` does nothing here
",
        );
    }

    #[test]
    fn a_personalization_string_with_blanks() {
        let rule = "amp/ignored-expression";
        check(
            rule,
            "
Dear %%[ First Name ]%%
//       ^^^^^^^^^^ warning: these words are read as code and print nothing: `%%[First Name]%%` has no blanks inside
",
        );
        assert_eq!(diagnostics("Dear %%[ First Name ]%%").len(), 1);
        fixed(rule, "Dear %%[ First Name ]%%!", "Dear %%[First Name]%%!");
        for text in ["%%[First Name]%%", "%%[ set @a = 1 ]%%"] {
            silent(rule, text);
        }
    }

    #[test]
    fn once_for_a_call_without_parentheses() {
        check(
            "amp/ignored-expression",
            "
%%[ Output @x
//  ^^^^^^ `Output` does nothing here
set @a = Trim @b ]%%
//            ^^ `@b` does nothing here
",
        );
    }

    #[test]
    fn silent_on_calls_and_text() {
        silent("amp/ignored-expression", "@a %%[ Output(v(@a)) set @b = 1 /* @c */ ]%% 'x' %%=v(@b)=%% %%FirstName%%");
    }

    #[test]
    fn advice() {
        let starts = |found, before, start: &str| {
            assert!(help(found, before, "").is_some_and(|help| help.starts_with(start)), "{found}");
        };
        starts("End", "", "`endif` closes an IF");
        starts("WHILE", "", "AMPscript has no statement `while`");
        starts("null", "set @a = 1 ", "AMPscript has no statement `null`");
        starts("i", "  Next ", "a variable begins with `@`: `next @i`");
        starts("'b'", "set @a = 'a' ", "texts are joined");
        starts("@total", "", "`Output(v(@total))`");
        starts("@total", "set @a = trim ", "`Trim` is a function");
        assert!(help("output", "", " @a").is_some_and(|help| help.ends_with("`Output(v(…))`")));
        assert_eq!(help("Output", "", ""), None);
        for (found, before) in [("FirstName", ""), ("@a == 1", ""), ("i", "xnext "), ("'b'", "set @a = @b ")] {
            assert_eq!(help(found, before, ""), None, "{found}");
        }
    }
}
