use sfmc_catalog::ampscript::{Allowed, Arg, Literal, Param};
use sfmc_diagnostics::similar;
use sfmc_semantic::{Constant, Expr};
use sfmc_syntax::TextEdit;

use crate::flow::{CallSite, CheckCall, FlowContext};

declare_rule! {
    /// An argument for which only some values exist has one of them.
    ///
    /// ## Why
    /// A unit or an option that the function does not know aborts the page, and all of its output is lost. So does the name of an encoding
    /// that does not exist (`UTF8` without its hyphen) and an option of RegExMatch that .NET does not have.
    /// Source: ampscript.md, sections 8 and 12 (each list tested live); sfmc.guide, MD5 and RegExMatch (tested live).
    ///
    /// ## Bad
    /// ```ampscript
    /// %%=DateAdd(Now(), 3, "days")=%%
    /// ```
    ///
    /// ## Good
    /// ```ampscript
    /// %%=DateAdd(Now(), 3, "D")=%%
    /// ```
    pub InvalidEnumValue {
        id: "amp/invalid-enum-value",
        aliases: ["sfmc/amp-arg-types", "dateadd-unit", "format-data-type"],
        group: Correctness,
        severity: Error,
        fix: Unsafe,
        since: "0.1.0",
    }
}

fn rejected(param: &Param, value: &Constant) -> bool {
    match value {
        Constant::Text(text) => param.rejects(Literal::Text(text)),
        Constant::Integer(number) => param.rejects(Literal::Integer(*number)),
        Constant::Number(_) | Constant::Boolean(_) => false,
    }
}

fn spelling(allowed: &Allowed) -> String {
    match allowed {
        Allowed::Text(text) => format!("\"{text}\""),
        Allowed::Integer(number) => number.to_string(),
    }
}

/// The options of RegExMatch: the members of .NET's `RegexOptions`.
const REGEX_OPTIONS: &[&str] = &[
    "None",
    "IgnoreCase",
    "Multiline",
    "ExplicitCapture",
    "Compiled",
    "Singleline",
    "IgnorePatternWhitespace",
    "RightToLeft",
    "ECMAScript",
    "CultureInvariant",
];

/// The values that are meant where a list cannot be complete but this value is known to fail.
fn fails(function: &str, index: usize, value: &Constant) -> Option<Vec<String>> {
    let text = value.as_text()?;
    let quoted = |words: &[&str]| words.iter().map(|word| format!("\"{word}\"")).collect();
    match (function, index) {
        // Two names with a comma between them, and numbers, can be understood.
        ("RegExMatch", 3..) => {
            let word = !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphabetic());
            let known = REGEX_OPTIONS.iter().any(|option| option.eq_ignore_ascii_case(text));
            (word && !known).then(|| quoted(REGEX_OPTIONS))
        }
        ("MD5" | "SHA1" | "SHA256" | "SHA512" | "StringToHex" | "Base64Encode", 1) => {
            text.eq_ignore_ascii_case("utf8").then(|| quoted(&["UTF-8", "UTF-16", "ASCII"]))
        }
        _ => None,
    }
}

impl CheckCall for InvalidEnumValue {
    const FUNCTIONS: &'static [&'static str] = &[];

    fn check(ctx: &mut FlowContext<'_>, call: &CallSite) {
        // Of a repeating group it depends on the numbers before it which parameter an argument is.
        let known = |&arg| match ctx.expr(arg) {
            Expr::Integer(number) => Arg::Integer(*number),
            _ => Arg::Unknown,
        };
        let known: Vec<Arg> = ctx.args(call).iter().map(known).collect();
        for (index, &arg) in ctx.args(call).iter().enumerate() {
            let Some(param) = call.function.param(index, &known).filter(|param| param.disputed.is_none()) else {
                continue;
            };
            let Some(value) = ctx.sure_constant(arg) else { continue };
            let values = if rejected(param, value) {
                param.allowed.iter().map(spelling).collect::<Vec<_>>()
            } else if let Some(values) = fails(call.function.name, index, value) {
                values
            } else {
                continue;
            };
            let range = ctx.range(arg);
            let text = value.as_text().unwrap_or_default();
            // A word is meant by its beginning as often as by its letters: "days" is D.
            let initial = values.iter().find(|value| {
                let value = value.trim_matches('"');
                value.len() == 1 && text.get(..1).is_some_and(|first| first.eq_ignore_ascii_case(value))
            });
            let close = || {
                let words = values.iter().map(|value| value.trim_matches('"'));
                similar::closest(text, words).map(|word| format!("\"{word}\""))
            };
            let spelled_out = ["year", "month", "day", "hour", "minute"];
            let word = text.trim().to_ascii_lowercase();
            let initial = initial.filter(|_| spelled_out.contains(&word.trim_end_matches('s')));
            // A word with digits names something else: "RS256" is not a misspelt "HS256".
            let better = initial.cloned().or_else(|| close().filter(|_| !text.contains(|c: char| c.is_ascii_digit())));
            let written = ctx.is_literal(arg);
            let held = if written {
                String::new()
            } else {
                format!(", which is \"{}\",", value.printed().unwrap_or_default())
            };
            let message =
                format!("`{}` does not know {}{held} as its {}", call.function.name, ctx.text(range), param.name);
            let set_at = ctx.set_at(arg);
            let report =
                ctx.report::<Self>(range, message).help(format!("it is one of {}", values.join(", "))).set_at(set_at);
            // A variable can be read elsewhere too.
            if let Some(better) = better.filter(|_| written) {
                report.unsafe_fix(format!("write `{better}`"), [TextEdit::replace(range, better)]);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::tests::{check, fixed, silent};

    #[test]
    fn at_the_argument() {
        check(
            "amp/invalid-enum-value",
            "
%%=DateAdd(Now(), 3, 'weeks')=%%
//                   ^^^^^^^ `DateAdd` does not know 'weeks'
",
        );
    }

    #[test]
    fn through_a_variable() {
        check(
            "amp/invalid-enum-value",
            "
%%[ set @unit = 'W' ]%%a%%[ set @next = DateAdd(@d, 1, @unit) ]%%
//                                                     ^^^^^ does not know @unit, which is \"W\", as its
",
        );
    }

    #[test]
    fn encodings_and_options_that_are_known_to_fail() {
        check(
            "amp/invalid-enum-value",
            "
%%=MD5(@email, 'UTF8')=%% %%=RegExMatch(@a, 'x', 0, 'i')=%%
//             ^^^^^^ does not know
//                                                  ^^^ does not know
",
        );
        silent(
            "amp/invalid-enum-value",
            "%%=MD5(@a, 'utf-8')=%% %%=RegExMatch(@a, 'x', 0, 'ignorecase', 'Multiline')=%%",
        );
    }

    #[test]
    fn silent_where_the_variable_can_hold_something_else() {
        silent(
            "amp/invalid-enum-value",
            "%%[ set @unit = 'W' if @weekly == 'no' then set @unit = 'D' endif set @a = DateAdd(@d, 1, @unit)
            set @u = 'W' if @u == 'W' then set @a = DateAdd(@d, 7, 'D') else set @a = DateAdd(@d, 1, @u) endif ]%%",
        );
    }

    #[test]
    fn silent_on_what_is_known_in_any_case_and_on_what_is_computed() {
        silent("amp/invalid-enum-value", "%%=DateAdd(Now(), 3, 'd')=%% %%=DateAdd(Now(), 3, @unit)=%%");
        silent("amp/invalid-enum-value", "%%=DateAdd(Now(), 3, Concat('d'))=%%");
    }

    #[test]
    fn suggests() {
        fixed("amp/invalid-enum-value", "%%=DateAdd(Now(), 3, 'days')=%%", "%%=DateAdd(Now(), 3, \"D\")=%%");
    }
}
