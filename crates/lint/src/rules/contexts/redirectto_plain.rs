use sfmc_host::html::HtmlContext;

use crate::flow::{CallSite, CheckCall, FlowContext, Usage};

declare_rule! {
    /// `RedirectTo` stands in the address of a link.
    ///
    /// ## Why
    /// It marks an address as that of a link, so that clicks are counted; it redirects nobody. Printed as text or as the address of an image
    /// it puts the address there, or one that counts clicks where none are made.
    /// Source: rules.md 2.2 (redirectto-plain; tested live: the address comes back, no redirect).
    ///
    /// ## Bad
    /// ```ampscript
    /// <img src="%%=RedirectTo(@picture)=%%">
    /// ```
    ///
    /// ## Good
    /// ```ampscript
    /// <a href="%%=RedirectTo(@offer)=%%"><img src="%%=v(@picture)=%%"></a>
    /// ```
    ///
    /// ## When to turn it off
    /// Where addresses are shown as text on purpose.
    pub RedirecttoPlain {
        id: "amp/redirectto-plain",
        aliases: [],
        group: Suspicious,
        severity: Hint,
        fix: None,
        since: "0.1.0",
    }
}

/// Whether the text before is markup that is shown: `&lt;a href="`.
fn shows_link(ctx: &FlowContext<'_>, call: &CallSite) -> bool {
    ctx.text_before_region(call.expr, 8).trim_end_matches("&quot;").trim_end_matches(['"', '\'']).ends_with('=')
}

impl CheckCall for RedirecttoPlain {
    const FUNCTIONS: &'static [&'static str] = &["RedirectTo"];

    fn check(ctx: &mut FlowContext<'_>, call: &CallSite) {
        if call.usage != Usage::Printed {
            return;
        }
        let place = match ctx.html_context(call.expr) {
            // In a text email and in a part of a page, the address may well be what is meant to stand there.
            Some(HtmlContext::Text) if ctx.is_document() && !shows_link(ctx, call) => "text".to_owned(),
            Some(HtmlContext::AttributeValue { .. }) => match ctx.attribute_begun(call.expr) {
                Some((_, attribute)) if matches!(&*attribute, "src" | "background" | "alt" | "title") => {
                    format!("`{attribute}`")
                }
                _ => return,
            },
            _ => return,
        };
        let range = ctx.callee(call);
        ctx.report::<Self>(
            range,
            format!("`RedirectTo` marks the address of a link: as {place} it does not count clicks"),
        )
        .help("`v()` prints an address");
    }
}

#[cfg(test)]
mod tests {
    use crate::tests::{check, silent};

    #[test]
    fn at_the_name() {
        check(
            "amp/redirectto-plain",
            "
<html><p>%%=RedirectTo(@url)=%%</p><td background='%%=RedirectTo(@picture)=%%'></td></html>
//          ^^^^^^^^^^ as text
//                                                    ^^^^^^^^^^ as `background`
",
        );
    }

    #[test]
    fn silent_in_links() {
        let silent = |text: &str| silent("amp/redirectto-plain", text);
        silent("<html><a href='%%=RedirectTo(@url)=%%'><area href = %%=RedirectTo(@url)=%%></html>");
        silent("<html><a href='%%=RedirectTo(Concat(@url, \"?a=b\"))=%%' title='%%=v(@url)=%%'></html>");
        silent("<html><pre>&lt;a href=\"%%=RedirectTo(@url)=%%\"&gt;</pre></html>");
        silent("Read on: %%=RedirectTo(@url)=%%");
        silent("<html>%%[ set @link = RedirectTo(@url) ]%%%%=Concat('<a href=', RedirectTo(@url), '>')=%%</html>");
        silent("<html><script>location = '%%=RedirectTo(@url)=%%'</script></html>");
    }
}
