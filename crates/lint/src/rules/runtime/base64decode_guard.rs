use crate::flow::{CallSite, CheckCall, FlowContext};

declare_rule! {
    /// Base64Decode is given Base64.
    ///
    /// ## Why
    /// Text that is no Base64 ends the page and all of its output is lost, even where only the `=` at its end is missing. What comes from
    /// the request can be anything: links are cut off and edited. Source: rules.md 2.2 (three malformed texts tested live).
    ///
    /// ## Bad
    /// ```ampscript
    /// %%=v(Base64Decode("SGVsbG8"))=%%
    /// ```
    ///
    /// ## Good
    /// ```ampscript
    /// %%=v(Base64Decode("SGVsbG8="))=%%
    /// ```
    pub Base64decodeGuard {
        id: "amp/base64decode-guard",
        aliases: [],
        group: Suspicious,
        severity: Warning,
        fix: None,
        since: "0.1.0",
    }
}

/// Whether a text certainly is no Base64: it has other characters, or its length is no multiple of four. White space is skipped.
fn is_malformed(text: &str) -> bool {
    let text: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    let body = text.trim_end_matches('=');
    let padding = text.len() - body.len();
    padding > 2
        || !text.len().is_multiple_of(4)
        || !body.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'+' || b == b'/')
}

impl CheckCall for Base64decodeGuard {
    const FUNCTIONS: &'static [&'static str] = &["Base64Decode"];

    fn check(ctx: &mut FlowContext<'_>, call: &CallSite) {
        // The third argument says whether it ends the page.
        if ctx.arg(call, 2).is_some() {
            return;
        }
        let Some(arg) = ctx.arg(call, 0).filter(|_| !ctx.is_next()) else { return };
        let range = ctx.range(arg);
        if ctx.sure_text(arg).is_some_and(is_malformed) {
            let set_at = ctx.set_at(arg);
            ctx.report::<Self>(range, "this is no Base64: `Base64Decode` ends the page").set_at(set_at);
        } else if let Some(value) = ctx.request_value(arg).filter(|value| !value.guarded) {
            ctx.report::<Self>(
                range,
                "`Base64Decode` ends the page where the request sends something else than Base64",
            )
            .help("check the value first, for instance with `RegExMatch`")
            .related_at(value.at, "read here");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::is_malformed;
    use crate::tests::{check, silent};

    #[test]
    fn at_the_argument() {
        check(
            "amp/base64decode-guard",
            "
%%=Base64Decode(QueryParameter('t'))=%% %%=Base64Decode('not!base64###')=%%
//              ^^^^^^^^^^^^^^^^^^^ where the request sends something else
//                                                      ^^^^^^^^^^^^^^^ this is no Base64
",
        );
    }

    #[test]
    fn what_is_malformed() {
        for text in ["", "SGVsbG8=", "SGVsbA==", "SGVs", "SG Vs\nbG8="] {
            assert!(!is_malformed(text), "{text}");
        }
        for text in ["SGVsbG8", "SGVsbG8=====", "not!base64###", "SGV-bG8="] {
            assert!(is_malformed(text), "{text}");
        }
    }

    #[test]
    fn silent_on_what_is_checked_and_on_what_is_not_known() {
        silent(
            "amp/base64decode-guard",
            "%%[ set @t = QueryParameter('t') if not Empty(@t) then set @u = Base64Decode(@t) endif ]%%",
        );
        silent("amp/base64decode-guard", "%%=Base64Decode(@t)=%% %%=Base64Decode(Base64Encode('x'))=%%");
    }
}
