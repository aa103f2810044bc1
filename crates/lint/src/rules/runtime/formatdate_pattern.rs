use sfmc_syntax::TextEdit;

use crate::flow::{CallSite, CheckCall, FlowContext};

declare_rule! {
    /// The patterns of FormatDate print what they look like.
    ///
    /// ## Why
    /// FormatDate takes a pattern for the date, one for the time and then a locale. Four things go wrong without a word, or with the
    /// whole page: a pattern of a date in the place of the time pattern prints something else than the date, because the two are read in
    /// ways of their own; a locale in the place of the time pattern is not taken for one; `ddd` prints neither the day nor its name but a mixture
    /// as `We4ne74a26` (`dddd` prints `Wed`, `ddddd` the whole name); and a single `h` or `H` as the time pattern ends the page.
    /// Source: rules.md 2.2 (tested live); developer.salesforce.com, "Date and Time Formats" for `ddd`.
    ///
    /// ## Bad
    /// ```ampscript
    /// %%=FormatDate(@due, "dd/MM/yyyy", "pt-BR")=%%
    /// ```
    ///
    /// ## Good
    /// ```ampscript
    /// %%=FormatDate(@due, "dd/MM/yyyy", "", "pt-BR")=%%
    /// ```
    pub FormatdatePattern {
        id: "amp/formatdate-pattern",
        aliases: [],
        group: Suspicious,
        severity: Warning,
        fix: Unsafe,
        since: "0.1.0",
    }
}

/// `en-US`, `pt_BR`
fn is_locale(text: &str) -> bool {
    let parts = text.split_once(['-', '_']);
    parts.is_some_and(|(language, region)| {
        let letters = |part: &str| part.bytes().all(|b| b.is_ascii_alphabetic());
        // `hh-mm` and `MM-dd` look like it too.
        let tokens = |part: &str| part.bytes().all(|b| b"dfhmsty".contains(&b.to_ascii_lowercase()));
        let pattern = tokens(language) || tokens(region);
        language.len() == 2 && region.len() == 2 && letters(language) && letters(region) && !pattern
    })
}

/// `MM/dd/yyyy`: whether a pattern is made of days or years, with months between, and of nothing that a time has.
fn is_date(pattern: &str) -> bool {
    let lower = pattern.to_ascii_lowercase();
    lower.len() > 1
        && lower.contains(['d', 'y'])
        && lower.chars().all(|c| matches!(c, 'd' | 'm' | 'y' | '/' | '-' | '.' | ',' | ' '))
}

/// Whether a pattern has `d` three times, not more and not fewer.
fn has_ddd(pattern: &str) -> bool {
    let lower = pattern.to_ascii_lowercase();
    // What is quoted or escaped is text.
    !lower.contains(['\'', '"', '\\', '%']) && lower.split(|c| c != 'd').any(|run| run.len() == 3)
}

impl CheckCall for FormatdatePattern {
    const FUNCTIONS: &'static [&'static str] = &["FormatDate"];

    fn check(ctx: &mut FlowContext<'_>, call: &CallSite) {
        // The other platform has another dialect of patterns.
        if ctx.is_next() {
            return;
        }
        if let Some(arg) = ctx.arg(call, 1)
            && ctx.constant_text(arg).is_some_and(has_ddd)
        {
            let (range, set_at) = (ctx.range(arg), ctx.set_at(arg));
            ctx.report::<Self>(range, "`ddd` prints a mixture of letters and digits")
                .help("`dddd` prints `Wed`, `ddddd` prints `Wednesday`")
                .set_at(set_at);
        }
        let Some(arg) = ctx.arg(call, 2) else { return };
        let Some(pattern) = ctx.constant_text(arg) else { return };
        let (range, set_at) = (ctx.range(arg), ctx.set_at(arg));
        if is_locale(pattern) {
            let report = ctx
                .report::<Self>(range, "this is a locale in the place of the time pattern: it is not taken for one")
                .help("the locale is the fourth argument: pass an empty time pattern before it")
                .set_at(set_at);
            if call.call.args.len() == 3 {
                let edit = TextEdit::insert(range.start(), "\"\", ");
                report.unsafe_fix("pass an empty time pattern before it", [edit]);
            }
        } else if is_date(pattern) {
            ctx.report::<Self>(range, "this is the pattern of a date in the place of the time pattern")
                .help("the date pattern is the second argument: the two are patterns of their own")
                .set_at(set_at);
        } else if pattern.eq_ignore_ascii_case("h") {
            ctx.report::<Self>(range, "a single letter for the hour ends the page")
                .help("write `hh` or `HH`")
                .set_at(set_at);
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::tests::{check, fixed, silent};

    #[test]
    fn at_the_pattern() {
        check(
            "amp/formatdate-pattern",
            "
%%=FormatDate(@d, 'ddd, d MMM')=%% %%[ set @l = 'en_US' ]%% %%=FormatDate(@d, 'MMM d', @l)=%% %%=FormatDate(@d, '', 'H')=%%
//                ^^^^^^^^^^^^ prints a mixture
//                                                                                     ^^ a locale in the place of
//                                                                                                                  ^^^ ends the page
%%=FormatDate(Now(), '', 'MM/dd/yyyy')=%%
//                       ^^^^^^^^^^^^ this is the pattern of a date
",
        );
    }

    #[test]
    fn silent_on_what_is_disputed_and_on_what_is_right() {
        silent(
            "amp/formatdate-pattern",
            "%%=FormatDate(@d, 'dddd, dd MMMM yyyy', 'HH:mm', 'en-US')=%% %%=FormatDate(@d, 'yyyy-MM-dd HH:mm:ss')=%%
            %%=FormatDate(@d, 'MM/dd', 'hh:MM tt')=%% %%=FormatDate(@d, 'D', 'hh-mm')=%% %%=FormatDate(@d, 'yyyy', 'D')=%%
            %%=FormatDate(@d, 'D', 'HH:MM')=%%",
        );
    }

    #[test]
    fn an_empty_time_pattern() {
        fixed(
            "amp/formatdate-pattern",
            "%%=FormatDate(@d, 'dd/MM', 'pt-BR')=%%",
            "%%=FormatDate(@d, 'dd/MM', \"\", 'pt-BR')=%%",
        );
    }
}
