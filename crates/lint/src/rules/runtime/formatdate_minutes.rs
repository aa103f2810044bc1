use sfmc_semantic::Constant;
use sfmc_syntax::{TextEdit, TextRange};

use crate::flow::{CallSite, CheckCall, FlowContext};

declare_rule! {
    /// Minutes stand in the time pattern of FormatDate, its third argument.
    ///
    /// ## Why
    /// On a live page `mm` in the date pattern prints the month, in capitals or not: `FormatDate(@d, "yyyy-MM-dd HH:mm")` printed `13:03`
    /// at 13:52 in March. The official reference shows it as minutes. Under either reading the minutes are right in the third argument.
    /// Source: ampscript.md, section 14, 30 (disputed; tested live).
    ///
    /// ## Bad
    /// ```ampscript
    /// %%=FormatDate(@start, "dd/MM/yyyy HH:mm")=%%
    /// ```
    ///
    /// ## Good
    /// ```ampscript
    /// %%=FormatDate(@start, "dd/MM/yyyy", "HH:mm")=%%
    /// ```
    pub FormatdateMinutes {
        id: "amp/formatdate-minutes",
        aliases: [],
        group: Suspicious,
        severity: Hint,
        on_by_default: false,
        fix: Unsafe,
        since: "0.1.0",
    }
}

/// Where the time begins in a date pattern that has minutes: at the hour that stands before `:mm`.
fn time_of(pattern: &str) -> Option<usize> {
    let lower = pattern.to_ascii_lowercase();
    let minutes = lower.find(":mm")?;
    let hour = lower[..minutes].trim_end_matches('h').len();
    (hour < minutes).then_some(hour)
}

/// Whether no part of a time stands before the time: it would go into the date pattern.
fn is_date(before: &str) -> bool {
    !before.contains(['h', 'H', 's', 'S', 't', 'T', 'f', 'F'])
}

/// Whether nothing but the time begins with the hour: a day or a month behind it would go into the time pattern.
fn is_time(time: &str) -> bool {
    let lower = time.to_ascii_lowercase();
    let rest = lower.split_once(":mm").map_or("", |(_, rest)| rest);
    rest.chars().all(|c| matches!(c, 's' | 't' | 'f' | 'z' | ':' | '.' | ' '))
}

impl CheckCall for FormatdateMinutes {
    const FUNCTIONS: &'static [&'static str] = &["FormatDate"];

    fn check(ctx: &mut FlowContext<'_>, call: &CallSite) {
        let Some(arg) = ctx.arg(call, 1).filter(|_| !ctx.is_next()) else { return };
        let Some(pattern) = ctx.constant(arg).and_then(Constant::as_text) else { return };
        let Some(start) = time_of(pattern) else { return };
        let (range, set_at, literal) = (ctx.range(arg), ctx.set_at(arg), ctx.is_literal(arg));
        let written = ctx.text(range);
        let alone = call.call.args.len() == 2;
        let report = ctx
            .report::<Self>(range, "`mm` in the date pattern printed the month on a live page, not the minutes")
            .help("move the time into the third argument")
            .set_at(set_at);
        // Between the two patterns one space is printed.
        let before = &pattern[..start];
        let splits = is_date(before) && is_time(&pattern[start..]);
        let splits = splits && (before.is_empty() || (before.ends_with(' ') && !before.ends_with("  ")));
        if literal && alone && splits && written.len() == pattern.len() + 2 {
            let quote = &written[..1];
            let text = format!("{quote}{}{quote}, {quote}{}{quote}", before.trim_end(), &pattern[start..]);
            report
                .unsafe_fix("split the pattern", [TextEdit::replace(TextRange::new(range.start(), range.end()), text)]);
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::tests::{check, fixed, silent, unfixed};

    #[test]
    fn at_the_pattern() {
        check(
            "amp/formatdate-minutes",
            "
%%=FormatDate(Now(), 'MM/DD/YYYY HH:mm:ss')=%%
//                   ^^^^^^^^^^^^^^^^^^^^^ printed the month
",
        );
    }

    #[test]
    fn silent_on_times_in_their_place() {
        silent("amp/formatdate-minutes", "%%=FormatDate(@d, 'MM/dd', 'HH:mm')=%% %%=Format(@d, 'HH:mm', 'Date')=%%");
        silent("amp/formatdate-minutes", "%%=FormatDate(@d, 'mm/dd/yyyy')=%%");
    }

    #[test]
    fn split() {
        fixed(
            "amp/formatdate-minutes",
            "%%=FormatDate(@d, \"yyyy-MM-dd HH:mm\")=%%",
            "%%=FormatDate(@d, \"yyyy-MM-dd\", \"HH:mm\")=%%",
        );
        fixed("amp/formatdate-minutes", "%%=FormatDate(@d, 'h:mm tt')=%%", "%%=FormatDate(@d, '', 'h:mm tt')=%%");
        for pattern in ["HH:mm dd/MM", "HH:mm, MMMM", "tt h:mm", "hh:mm:ss MM"] {
            unfixed("amp/formatdate-minutes", &format!("%%=FormatDate(@d, '{pattern}')=%%"));
        }
    }
}
