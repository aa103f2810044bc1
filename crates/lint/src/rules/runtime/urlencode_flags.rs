use sfmc_semantic::{Constant, Expr, Marks};
use sfmc_syntax::TextEdit;

use crate::flow::{CallSite, CheckCall, FlowContext, Usage};

declare_rule! {
    /// A value in a query string is encoded with both flags of URLEncode.
    ///
    /// ## Why
    /// With one argument URLEncode only touches what stands behind a `?` in its text, and only the spaces there: a value such as a name or
    /// an address comes out as it went in, and an `&` or `+` in it breaks the link. With `1, 1` all of it is encoded.
    /// Source: rules.md 2.2 (tested live).
    ///
    /// ## Bad
    /// ```ampscript
    /// %%[ set @link = Concat("https://example.com/find?q=", URLEncode(@query)) ]%%
    /// ```
    ///
    /// ## Good
    /// ```ampscript
    /// %%[ set @link = Concat("https://example.com/find?q=", URLEncode(@query, 1, 1)) ]%%
    /// ```
    pub UrlencodeFlags {
        id: "amp/urlencode-flags",
        aliases: [],
        group: Suspicious,
        severity: Hint,
        fix: Unsafe,
        since: "0.1.0",
    }
}

/// Whether a text ends where the value of a parameter begins: `…?name=`, `…&name=`.
fn ends_with_parameter(text: &str) -> bool {
    let Some(rest) = text.strip_suffix('=') else { return false };
    let name = rest.trim_end_matches(|c: char| c.is_ascii_alphanumeric() || "_-.[]".contains(c));
    name.len() < rest.len() && (name.ends_with(['?', '&']) || name.ends_with("&amp;"))
}

/// Whether the value of a parameter begins where a call stands.
fn is_in_query(ctx: &FlowContext<'_>, call: &CallSite) -> bool {
    match call.usage {
        Usage::Argument { call: outer, index } if index > 0 => {
            let Expr::Call(outer) = ctx.expr(outer) else { return false };
            let concat = outer.function.is_some_and(|id| id.get().name == "Concat");
            let before = ctx.body().operands(outer.args).get(index - 1);
            let text = before.and_then(|&expr| ctx.constant(expr)).and_then(Constant::as_text);
            concat && text.is_some_and(ends_with_parameter)
        }
        Usage::Printed => ends_with_parameter(&ctx.text_before_region(call.expr, 80)),
        _ => false,
    }
}

impl CheckCall for UrlencodeFlags {
    const FUNCTIONS: &'static [&'static str] = &["URLEncode"];

    fn check(ctx: &mut FlowContext<'_>, call: &CallSite) {
        let &[value] = ctx.args(call) else { return };
        // What needs no encoding is as well without.
        let plain = |text: &str| text.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.~".contains(&b));
        let harmless = match ctx.constant(value) {
            Some(constant) => constant.printed().is_some_and(|text| plain(&text)),
            None => ctx.source_call(value).is_some_and(|source| source.function.name == "URLEncode"),
        };
        if harmless || ctx.marks(value).has(Marks::EMPTY) || !is_in_query(ctx, call) {
            return;
        }
        let (range, end) = (ctx.callee(call), ctx.range(call.expr).end());
        let closed = ctx.text(ctx.range(call.expr)).ends_with(')');
        let report = ctx
            .report::<Self>(range, "with one argument `URLEncode` leaves this value as it is")
            .help("`URLEncode(value, 1, 1)` encodes all of it");
        if closed {
            let at = end - sfmc_syntax::TextSize::of(')');
            report.unsafe_fix("encode all of it", [TextEdit::insert(at, ", 1, 1")]);
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::tests::{check, fixed, silent};

    #[test]
    fn at_the_name() {
        check(
            "amp/urlencode-flags",
            "
<a href=\"https://e.example/?a=1&amp;email=%%=URLEncode(@email)=%%\">%%=Concat(@base, '?n=', URLEncode(@name))=%%
//                                           ^^^^^^^^^ leaves this value as it is
//                                                                                         ^^^^^^^^^ leaves this
",
        );
    }

    #[test]
    fn silent_on_whole_addresses_and_with_flags() {
        silent(
            "amp/urlencode-flags",
            "<a href=\"%%=URLEncode(@url)=%%\"> %%=Concat('https://e.example/?q=', URLEncode(@q, 1, 1))=%%
            %%=Concat('https://e.example/', URLEncode(@path))=%% %%=Concat('?c=', URLEncode('black-friday-2026'))=%%
            total=%%=URLEncode(@x)=%%",
        );
    }

    #[test]
    fn with_both_flags() {
        fixed("amp/urlencode-flags", "?q=%%=URLEncode(@q)=%%", "?q=%%=URLEncode(@q, 1, 1)=%%");
    }
}
