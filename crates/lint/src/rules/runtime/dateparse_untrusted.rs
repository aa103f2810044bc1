use crate::flow::{CallSite, CheckCall, FlowContext};

declare_rule! {
    /// A date that a visitor sends is checked before it is read.
    ///
    /// ## Why
    /// DateParse and StringToDate end the page on an empty text and on everything that they cannot read: without the parameter in the
    /// address the page shows nothing. They read the month first: in `25/12/2026` there is none.
    /// Source: ampscript.md, section 12; rules.md 2.2 (tested live).
    ///
    /// ## Bad
    /// ```ampscript
    /// %%[ set @day = DateParse(RequestParameter("day")) ]%%
    /// ```
    ///
    /// ## Good
    /// ```ampscript
    /// %%[ set @text = RequestParameter("day")
    ///     if not Empty(@text) then set @day = DateParse(@text) endif ]%%
    /// ```
    pub DateparseUntrusted {
        id: "amp/dateparse-untrusted",
        aliases: [],
        group: Suspicious,
        severity: Warning,
        fix: None,
        since: "0.1.0",
    }
}

/// `25/12/2026` or `25.12.2026`, with a time behind it or not: read month first there is no such month.
pub(super) fn is_day_first(text: &str) -> bool {
    let date = text.split(' ').next().unwrap_or_default();
    let parts: Vec<&str> = date.split(if date.contains('/') { '/' } else { '.' }).collect();
    let number = |part: &str| part.parse::<u16>().ok().filter(|_| part.len() <= 2);
    match parts[..] {
        [day, month, year] => {
            year.len() == 4
                && year.bytes().all(|b| b.is_ascii_digit())
                && number(day).is_some_and(|day| (13..=31).contains(&day))
                && number(month).is_some_and(|month| (1..=12).contains(&month))
        }
        _ => false,
    }
}

impl CheckCall for DateparseUntrusted {
    const FUNCTIONS: &'static [&'static str] = &["DateParse", "StringToDate"];

    fn check(ctx: &mut FlowContext<'_>, call: &CallSite) {
        let Some(arg) = ctx.arg(call, 0).filter(|_| !ctx.is_next()) else { return };
        let name = call.function.name;
        let range = ctx.range(arg);
        if ctx.every_value(arg, |constant| constant.as_text().filter(|text| is_day_first(text)).map(drop)).is_some() {
            let set_at = ctx.set_at(arg);
            ctx.report::<Self>(range, format!("`{name}` reads the month first, and there is no such month"))
                .help("write the date as `2026-12-25`")
                .set_at(set_at);
        } else if let Some(value) = ctx.request_value(arg).filter(|value| !value.guarded) {
            let message = format!("`{name}` ends the page where the request has no such parameter or no date in it");
            ctx.report::<Self>(range, message)
                .help(format!("ask first whether what `{}` returns is empty", value.function.name))
                .related_at(value.at, "read here");
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::tests::{check, silent};

    #[test]
    fn at_the_argument() {
        check(
            "amp/dateparse-untrusted",
            "
%%[ set @raw = RequestParameter('d') set @d = StringToDate(Trim(@raw)) set @e = DateParse('25/12/2026') ]%%
//                                                         ^^^^^^^^^^ where the request has no such parameter
//                                                                                        ^^^^^^^^^^^^ no such month
",
        );
    }

    #[test]
    fn silent_where_something_stands_in() {
        silent(
            "amp/dateparse-untrusted",
            "%%[ set @raw = RequestParameter('d') if Empty(@raw) then set @raw = Now() endif set @d = DateParse(@raw)
            set @e = DateParse(IIf(Empty(QueryParameter('e')), '2026-01-01', QueryParameter('e'))) ]%%",
        );
        silent(
            "amp/dateparse-untrusted",
            "%%=DateParse('12/25/2026')=%% %%=DateParse(@due)=%% %%=DateParse(DueDate)=%%",
        );
    }
}
