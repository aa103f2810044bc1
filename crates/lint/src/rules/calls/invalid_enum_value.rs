use sfmc_catalog::ampscript::{Allowed, Arg, Function, Literal, Param};
use sfmc_diagnostics::{Severity, similar};
use sfmc_semantic::{Constant, Expr, ExprId};
use sfmc_syntax::TextEdit;

use crate::flow::{CallSite, CheckCall, FlowContext};

declare_rule! {
    /// An argument for which only some values exist has one of them.
    ///
    /// ## Why
    /// A unit or an option that the function does not know aborts the page, and all of its output is lost. So does the name of an encoding
    /// that does not exist (`UTF8` without its hyphen) and an option of RegExMatch that .NET does not have. A warning where the
    /// documentation has the list but nobody has seen another value fail, and of the third argument of Format: a live page stops on
    /// anything but `"Date"`, while other pages also name `"Number"`. A value counts whether it is written there, came through variables, or
    /// was put together by Concat or chosen by IIf; where several can arrive, all of them are wrong.
    /// Source: ampscript.md, sections 8, 12 (lists tested live) and 14 (29); sfmc.guide, MD5 and RegExMatch (tested live).
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
        aliases: [
            "sfmc/amp-arg-types",
            "sfmc/amp-arg-type",
            "sfmc/amp-enum-value",
            "dateadd-unit",
            "format-data-type",
        ],
        group: Correctness,
        severity: Error,
        fix: Unsafe,
        since: "0.1.0",
    }
}

/// How bad a value is for a parameter that has a list of values.
fn severity(function: &Function, param: &Param, value: &Constant) -> Option<Severity> {
    let literal = match value {
        Constant::Text(text) => Literal::Text(text),
        Constant::Integer(number) => Literal::Integer(*number),
        Constant::Number(_) | Constant::Boolean(_) => return None,
    };
    // Of RegExMatch two options with a comma between them are one text.
    if param.lists(literal) || function.nonfunctional || function.name == "RegExMatch" {
        return None;
    }
    let certain = param.rejects(literal) && param.disputed.is_none();
    Some(if certain { Severity::Error } else { Severity::Warning })
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

/// The functions of which [`fails`] knows values.
const HAS_FAILING: &[&str] = &["RegExMatch", "MD5", "SHA1", "SHA256", "SHA512", "StringToHex", "Base64Encode"];

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

/// The words for the units of dates that say which one is meant.
const UNITS: &[(&str, &[&str])] = &[
    ("Y", &["year", "years", "yr", "yrs", "yy", "yyyy"]),
    ("M", &["month", "months", "mon"]),
    ("D", &["day", "days", "dd"]),
    ("H", &["hour", "hours", "hr", "hrs", "hh"]),
    ("MI", &["minute", "minutes", "min", "mins"]),
];

/// The value that was meant, with its quotes.
fn better(text: &str, values: &[String]) -> Option<String> {
    let words = || values.iter().map(|value| value.trim_matches('"'));
    let found = if words().any(|word| word == "MI") {
        // Letters alone decide nothing: `minutes` begins as `M` does, which is the month, and `mm` is either.
        let is_it =
            |(_, spelled): &&(&'static str, &[&str])| spelled.iter().any(|s| s.eq_ignore_ascii_case(text.trim()));
        UNITS.iter().find(is_it).map(|(unit, _)| *unit)
    } else if text.contains(|c: char| c.is_ascii_digit()) {
        // A word with digits names something else: "RS256" is not a misspelt "HS256".
        None
    } else {
        similar::closest(text, words())
    };
    found.map(|word| format!("\"{word}\""))
}

/// The amount and the unit of a DateAdd, where the one stands in the place of the other.
pub(crate) fn swapped_unit(ctx: &FlowContext<'_>, call: &CallSite) -> Option<(ExprId, ExprId)> {
    let &[_, unit, amount] = ctx.args(call) else { return None };
    let param = call.function.param(2, &[]).filter(|_| call.function.name == "DateAdd")?;
    let is_unit = param.lists(Literal::Text(ctx.sure_constant(unit)?.as_text()?));
    let is_amount = ctx.sure_constant(amount)?.as_integer().is_some();
    (is_unit && is_amount).then_some((amount, unit))
}

/// Reports them as one mistake.
fn report_swapped(ctx: &mut FlowContext<'_>, amount: ExprId, unit: ExprId) {
    let (first, second) = (ctx.range(unit), ctx.range(amount));
    let edits = [TextEdit::replace(first, ctx.text(second)), TextEdit::replace(second, ctx.text(first))];
    ctx.report::<InvalidEnumValue>(first.cover(second), "`DateAdd` takes the amount before its unit")
        .unsafe_fix("exchange the two", edits);
}

impl CheckCall for InvalidEnumValue {
    const FUNCTIONS: &'static [&'static str] = &[];

    fn check(ctx: &mut FlowContext<'_>, call: &CallSite) {
        if let Some((amount, unit)) = swapped_unit(ctx, call).filter(|_| !ctx.is_never_reached(call.expr)) {
            report_swapped(ctx, amount, unit);
            return;
        }
        // Of a repeating group it depends on the numbers before it which parameter an argument is.
        let known = |&arg| match ctx.expr(arg) {
            Expr::Integer(number) => Arg::Integer(*number),
            _ => Arg::Unknown,
        };
        let known: Vec<Arg> = ctx.args(call).iter().map(known).collect();
        for (index, &arg) in ctx.args(call).iter().enumerate() {
            let Some(param) = call.function.param(index, &known) else { continue };
            let has_list = !param.allowed.is_empty() || HAS_FAILING.contains(&call.function.name);
            let constants = if has_list { ctx.sure_constants(arg) } else { Vec::new() };
            let mut worst = None;
            let mut values = Vec::new();
            for value in &constants {
                let found = match severity(call.function, param, value) {
                    Some(found) => {
                        values = param.allowed.iter().map(spelling).collect();
                        found
                    }
                    None => match fails(call.function.name, index, value) {
                        Some(meant) => {
                            values = meant;
                            Severity::Error
                        }
                        None => {
                            // One of the values is right.
                            worst = None;
                            break;
                        }
                    },
                };
                worst = Some(found);
            }
            let Some(severity) = worst.filter(|_| !ctx.is_never_reached(arg)) else { continue };
            let range = ctx.range(arg);
            let better = constants.first().and_then(Constant::as_text).and_then(|text| better(text, &values));
            let written = ctx.is_literal(arg);
            let held = if written {
                String::new()
            } else {
                let held: Vec<String> =
                    constants.iter().filter_map(Constant::printed).map(|text| format!("\"{text}\"")).collect();
                format!(", which is {},", held.join(" or "))
            };
            let message =
                format!("`{}` does not know {}{held} as its {}", call.function.name, ctx.text(range), param.name);
            let set_at = ctx.set_at(arg).filter(|_| constants.len() == 1);
            let report = ctx
                .report::<Self>(range, message)
                .severity(severity)
                .help(format!("it is one of {}", values.join(", ")))
                .set_at(set_at);
            // A variable can be read elsewhere too.
            if let Some(better) = better.filter(|_| written) {
                report.unsafe_fix(format!("write `{better}`"), [TextEdit::replace(range, better)]);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::tests::{check, fixed, silent, unfixed};

    #[test]
    fn the_amount_and_the_unit_exchanged() {
        let text = "%%=DateAdd(Now(),'D',7)=%%";
        let found = crate::tests::diagnostics(text);
        assert_eq!(found.iter().map(|found| found.rule.id).collect::<Vec<_>>(), ["amp/invalid-enum-value"]);
        fixed("amp/invalid-enum-value", text, "%%=DateAdd(Now(),7,'D')=%%");
        silent("amp/invalid-enum-value", "%%=DateAdd(Now(),@n,'D')=%%");
    }

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
    fn silent_where_constants_let_nobody_come_by() {
        for condition in [
            "@n == 2",
            "@n != 1",
            "not (@n == 1)",
            "@on == false",
            "@off",
            "@x == 1 and @n == 2",
            "@n == 2 or @t == 'b'",
            "@t == 'b'",
            "@n == 1 then else",
            "@n == 1 then elseif @x == 1",
        ] {
            let then = if condition.ends_with("else") { "" } else { "then" };
            let code = format!(
                "%%[ set @n = 1 set @t = 'a' set @on = true set @off = false
                if {condition} {then} set @a = DateAdd(@d, 1, 'W') endif ]%%"
            );
            silent("amp/invalid-enum-value", &code);
        }
        for condition in ["@n == 1", "@x == 2", "@t == 'A'", "@n == '01'", "@n == 1 or @x == 1", "not @off", "@n < 2"] {
            unfixed(
                "amp/invalid-enum-value",
                &format!(
                    "%%[ set @u = 'W' set @n = 1 set @t = 'a' set @off = false if {condition} then set @a = DateAdd(@d, 1, @u) endif ]%%"
                ),
            );
        }
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
    fn every_value_that_can_arrive() {
        check(
            "amp/invalid-enum-value",
            "
%%[ set @u = Concat('day', 's') set @a = DateAdd(@d, 1, @u) if @x then set @w = 'weeks' else set @w = 'days' endif ]%%
//                                                      ^^ which is \"days\",
%%=DateAdd(@d, 1, @w)=%% %%=DateAdd(@d, 1, IIf(Empty(@x), 'weeks', 'days'))=%%
//                ^^ which is \"weeks\" or \"days\",
//                                         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ which is \"weeks\" or \"days\",
",
        );
        silent(
            "amp/invalid-enum-value",
            "%%[ if @x then set @w = 'weeks' else set @w = 'D' endif if @y then set @v = 'weeks' endif set @k = 'M'
            for @i = 1 to 3 do set @a = DateAdd(@d, 1, @k) set @k = Concat(@k, 'O') next ]%%
            %%=DateAdd(@d, 1, @w)=%% %%=DateAdd(@d, 1, @v)=%% %%=DateAdd(@d, 1, IIf(@x, 'weeks', @unit))=%%",
        );
    }

    #[test]
    fn a_warning_where_no_one_has_seen_it_fail() {
        check(
            "amp/invalid-enum-value",
            "
%%=Format(12.5, 'C2', 'Number')=%% %%=BarcodeURL('1', 'zzz', 9, 9)=%% %%[ set @h = HTTPGet(@u, false, 5) ]%%
//                    ^^^^^^^^ warning: `Format` does not know
//                                                    ^^^^^ warning: `BarcodeURL` does not know
//                                                                                                    ^ warning: `HTTPGet` does not know
%%[ set @r = RetrieveSalesforceObjects('Lead', 'Id', 'Email', '==', @e) ]%%
//                                                            ^^^^ warning: `RetrieveSalesforceObjects`
",
        );
        silent(
            "amp/invalid-enum-value",
            "%%=Format(@d, 'd', 'DATE')=%% %%=Format(@d, 'd', '', 'de-DE')=%% %%=BarcodeURL('1', 'Code128auto', 9, 9)=%%
            %%[ set @r = RetrieveSalesforceObjects('Lead', 'Id', 'Email', '=', @e, 'Age', '>=', 3) ]%%",
        );
    }

    #[test]
    fn suggests() {
        fixed("amp/invalid-enum-value", "%%=DateAdd(Now(), 3, 'days')=%%", "%%=DateAdd(Now(), 3, \"D\")=%%");
        fixed("amp/invalid-enum-value", "%%=DateAdd(@d, 5, 'minutes')=%%", "%%=DateAdd(@d, 5, \"MI\")=%%");
        fixed("amp/invalid-enum-value", "%%=DatePart(@d, 'mins')=%%", "%%=DatePart(@d, \"MI\")=%%");
        for unit in ["mm", "m n", "s", "weeks", "mo"] {
            unfixed("amp/invalid-enum-value", &format!("%%=DateAdd(@d, 5, '{unit}')=%%"));
        }
    }
}
