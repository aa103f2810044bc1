use sfmc_diagnostics::Severity;
use sfmc_semantic::Constant;

use super::dateparse_untrusted::is_day_first;
use crate::{
    calendar::is_day,
    flow::{CallSite, CheckCall, FlowContext},
};

declare_rule! {
    /// Where a function reads a date, it is given one that it can read.
    ///
    /// ## Why
    /// An empty text, words, a number, digits without separators and a day with an ending (`March 4th`) are no dates: all but FormatDate
    /// end the page on them, and all of its output is lost. So it is with a day that the calendar has in no order of month and day,
    /// `2026-02-30`. A date with the day first, `31/12/2026`, is a warning in DateAdd, DateDiff and DatePart: the month is read first where
    /// it was tried (of DateParse `amp/dateparse-untrusted` says so). A column name in quotation marks is words too: only `@name`, a
    /// bare name or `[name]` is a value. Source: ampscript.md, section 12; the notes of DateParse (each function tested live).
    ///
    /// ## Bad
    /// ```ampscript
    /// %%=DateAdd("ExpiryDate", 7, "D")=%%
    /// ```
    ///
    /// ## Good
    /// ```ampscript
    /// %%=DateAdd(ExpiryDate, 7, "D")=%%
    /// ```
    pub UnparseableDate {
        id: "amp/unparseable-date",
        aliases: [],
        group: Correctness,
        severity: Error,
        fix: None,
        since: "0.1.0",
    }
}

/// The beginnings of the names of months and days; with a number a date can be made of them.
const NAMES: &[&str] = &[
    "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec", "mon", "tue", "wed", "thu",
    "fri", "sat", "sun",
];

/// Why a text certainly is no date.
fn why(text: &str) -> Option<&'static str> {
    if text.is_empty() {
        return Some("an empty text is no date");
    }
    let lower = text.to_ascii_lowercase();
    if !lower.contains(|c: char| c.is_numeric()) {
        let words = lower.is_ascii() && lower.contains(|c: char| c.is_ascii_lowercase());
        let named = lower.split(|c: char| !c.is_ascii_lowercase()).any(|word| {
            NAMES.iter().any(|name| word.starts_with(name)) || ["am", "pm", "t", "z", "gmt"].contains(&word)
        });
        return (words && !named).then_some("these words are no date");
    }
    if lower.bytes().all(|b| b.is_ascii_digit()) && lower.len() >= 8 {
        return Some("digits without separators are no date");
    }
    if is_no_day(text) {
        return Some("there is no such day");
    }
    ordinal(&lower).then_some("a day with an ending is not read")
}

/// Whether a text is a date in figures of which no order of month and day makes a day: `2026-02-30`, `13/32/2026`.
fn is_no_day(text: &str) -> bool {
    let date = text.split([' ', 'T']).next().unwrap_or_default();
    let separator = if date.contains('/') { '/' } else { '-' };
    let parts: Vec<&str> = date.split(separator).collect();
    let number = |part: &str| part.parse::<i64>().ok().filter(|_| part.bytes().all(|b| b.is_ascii_digit()));
    let [year, a, b] = match parts[..] {
        [year, a, b] if year.len() == 4 => [year, a, b],
        [a, b, year] if year.len() == 4 => [year, a, b],
        _ => return false,
    };
    let (Some(year), Some(a), Some(b)) = (number(year), number(a), number(b)) else { return false };
    !is_day(year, a, b) && !is_day(year, b, a)
}

/// Whether a word is a day with an ending, as `4th`.
fn ordinal(lower: &str) -> bool {
    lower.split(|c: char| !c.is_ascii_alphanumeric()).any(|word| {
        let ending = word.trim_start_matches(|c: char| c.is_ascii_digit());
        (1..=2).contains(&(word.len() - ending.len())) && ["st", "nd", "rd", "th"].contains(&ending)
    })
}

/// Functions that take a date beside other things, and read it as DateParse does.
const DATES_BY_THE_WAY: &[&str] = &["DateAdd", "DateDiff", "DatePart"];

impl CheckCall for UnparseableDate {
    const FUNCTIONS: &'static [&'static str] = &[
        "DateParse",
        "StringToDate",
        "DateAdd",
        "DateDiff",
        "DatePart",
        "LocalDateToSystemDate",
        "SystemDateToLocalDate",
    ];

    fn check(ctx: &mut FlowContext<'_>, call: &CallSite) {
        let name = call.function.name;
        let dates = if name == "DateDiff" { 2 } else { 1 };
        for &arg in ctx.args(call).iter().take(dates) {
            if ctx.is_next() {
                continue;
            }
            let (set_at, range) = (ctx.set_at(arg), ctx.range(arg));
            let reads_only_dates = |constant: &Constant| match constant {
                Constant::Text(text) => why(text),
                // For the two conversions it was not tried.
                Constant::Integer(_) => (!name.contains("Local")).then_some("a number is no date"),
                _ => None,
            };
            let Some(why) = ctx.every_value(arg, reads_only_dates) else {
                // Of what DateParse reads another rule speaks.
                let day_first = |constant: &Constant| constant.as_text().filter(|text| is_day_first(text)).map(drop);
                if DATES_BY_THE_WAY.contains(&name) && ctx.every_value(arg, day_first).is_some() {
                    ctx.report::<Self>(range, format!("`{name}` reads the month first, and there is no such month"))
                        .severity(Severity::Warning)
                        .help("write the date as `2026-12-25`")
                        .set_at(set_at);
                }
                continue;
            };
            ctx.report::<Self>(range, format!("`{name}` ends the page here: {why}"))
                .help("it reads `2026-03-04`, `3/4/2026` (month first) and `March 4, 2026`")
                .set_at(set_at);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::why;
    use crate::tests::{check, silent};

    #[test]
    fn at_the_argument() {
        check(
            "amp/unparseable-date",
            "
%%=DateDiff('EventDate', Now(), 'D')=%% %%=DateParse(20260304)=%%
//          ^^^^^^^^^^^ these words are no date
//                                                   ^^^^^^^^ a number is no date
",
        );
    }

    #[test]
    fn what_is_put_together_and_what_has_the_day_first() {
        check(
            "amp/unparseable-date",
            "
%%[ set @d = IIf(@a, 'tomorrow', Concat('to', 'day')) set @n = DateAdd(@d, 1, 'D') ]%% %%=DateAdd('2025-02-30', 1, 'D')=%%
//                                                                     ^^ error: these words are no date
//                                                                                                ^^^^^^^^^^^^ error: there is no such day
%%=DateAdd('31/12/2025', 1, 'D')=%% %%=DateDiff('31.12.2025', @b, 'D')=%%
//         ^^^^^^^^^^^^ warning: reads the month first
//                                              ^^^^^^^^^^^^ warning: reads the month first
",
        );
        silent(
            "amp/unparseable-date",
            "%%=DateAdd(IIf(@a, 'tomorrow', @d), 1, 'D')=%% %%=DateAdd('12/31/2025', 1, 'D')=%% %%=DateAdd('5/8/2025', 1, 'D')=%%",
        );
    }

    #[test]
    fn what_can_be_read_or_is_not_known_to_fail() {
        for text in [
            "2026-02-28",
            "2026-13-05",
            "13/2/2026",
            "2024-02-29 10:00",
            "1-2-3",
            "2026-03-04",
            "4 March 2026",
            "March",
            "1:41 PM",
            "2026",
            "3/4/2026 9:05 AM",
            "Tuesday",
            "4/8",
            "マ",
        ] {
            assert_eq!(why(text), None, "{text}");
        }
        for text in [
            "2026-02-30",
            "2026-13-45T10:00",
            "2/30/2026",
            "13/13/2026",
            "2026-02-29",
            "",
            "tomorrow",
            "March 4th, 2026",
            "1772614800",
            "EventDate",
            "free text",
        ] {
            assert!(why(text).is_some(), "{text}");
        }
    }

    #[test]
    fn silent_on_what_returns_an_empty_text_and_on_what_is_checked() {
        silent("amp/unparseable-date", "%%=FormatDate('EventDate', 'D')=%% %%=DateAdd(EventDate, 1, 'D')=%%");
        silent("amp/unparseable-date", "%%[ set @d = '' if not Empty(@d) then set @e = DateParse(@d) endif ]%%");
    }
}
