use sfmc_catalog::Context as RunContext;
use sfmc_semantic::{Constant, Definition, Expr, ExprId, Marks};
use sfmc_syntax::TextEdit;

use crate::flow::{CheckFlow, FlowContext, Printed, SourceCall};

declare_rule! {
    /// An address that an email computes is passed to `RedirectTo`.
    ///
    /// ## Why
    /// A link whose address comes out of a variable works, but its clicks are not counted. `RedirectTo` marks the address for tracking.
    /// Source: rules.md 2.2 (link-not-tracked); the reference of RedirectTo.
    ///
    /// ## Bad
    /// ```ampscript
    /// %%[ /* sfmc-context: email */ set @url = Concat("https://example.com/?id=", @id) ]%%
    /// <a href="%%=v(@url)=%%">Your offer</a>
    /// ```
    ///
    /// ## Good
    /// ```ampscript
    /// %%[ /* sfmc-context: email */ set @url = Concat("https://example.com/?id=", @id) ]%%
    /// <a href="%%=RedirectTo(@url)=%%">Your offer</a>
    /// ```
    ///
    /// ## When to turn it off
    /// Where clicks are not to be counted.
    pub LinkNotTracked {
        id: "amp/link-not-tracked",
        aliases: [],
        group: Suspicious,
        severity: Hint,
        fix: Unsafe,
        since: "0.1.0",
    }
}

/// Functions that make addresses which are tracked by themselves, or that must not be wrapped.
const MAKES_LINKS: [&str; 6] =
    ["RedirectTo", "CloudPagesURL", "MicrositeURL", "WrapLongURL", "GetSocialPublishURL", "GetSocialPublishURLByName"];

/// Whether an address that begins so is one of the web. What is not known is taken for one: most are.
fn is_web(address: &str) -> bool {
    let address = address.trim_start().to_ascii_lowercase();
    let scheme = address.split(['/', '?', '#']).next().unwrap_or("");
    !address.starts_with('#') && (!scheme.contains(':') || scheme.starts_with("http"))
}

fn is_web_constant(constant: Option<&Constant>) -> bool {
    constant.and_then(Constant::as_text).is_none_or(|text| !text.trim().is_empty() && is_web(text))
}

/// Whether the value of a call is an address that should be wrapped.
fn is_call_untracked(call: &SourceCall<'_>) -> bool {
    !MAKES_LINKS.contains(&call.function.name) && (call.function.name != "Concat" || is_web_constant(call.constant(0)))
}

/// Whether an expression is an address that should be wrapped, as far as it is known how it came about.
fn is_untracked(ctx: &FlowContext<'_>, expr: ExprId) -> bool {
    if !is_web_constant(ctx.constant(expr)) {
        return false;
    }
    match ctx.expr(expr) {
        Expr::Variable(_) => {
            let untracked = |definition: &Definition| {
                let known = match ctx.defining_expr(definition) {
                    Some(Expr::Call(_)) => ctx.call_of(definition).is_some_and(|call| is_call_untracked(&call)),
                    value => value.is_some(),
                };
                known && is_web_constant(ctx.defining_constant(definition))
            };
            let all = ctx.definitions(expr).map(untracked).reduce(|all, one| all && one);
            all == Some(true) && !ctx.marks(expr).has(Marks::OPAQUE)
        }
        Expr::Call(_) => ctx.source_call(expr).is_some_and(|call| is_call_untracked(&call)),
        _ => false,
    }
}

impl CheckFlow<Printed> for LinkNotTracked {
    fn check(ctx: &mut FlowContext<'_>, printed: &Printed) {
        let expr = printed.expr;
        // What is printed: a variable, `v()` of one, or texts that are joined.
        let address = match ctx.expr(expr) {
            Expr::Variable(_) => expr,
            Expr::Call(call) => {
                match (call.function.map(|function| function.get().name), ctx.body().operands(call.args)) {
                    (Some("v"), &[arg]) => arg,
                    (Some("Concat"), &[first, ..]) if is_untracked(ctx, first) || ctx.is_literal(first) => expr,
                    _ => return,
                }
            }
            _ => return,
        };
        if ctx.run_context() != Some(RunContext::Email) || !is_untracked(ctx, address) {
            return;
        }
        let Some((tag, attribute)) = ctx.attribute_begun(expr) else { return };
        if attribute != "href" || !matches!(&*tag, "a" | "area") {
            return;
        }
        let text = ctx.text(ctx.range(address));
        let range = ctx.range(expr);
        let edit = TextEdit::replace(range, format!("RedirectTo({text})"));
        ctx.report::<Self>(range, "clicks on this link are not counted: its address is computed")
            .help(format!("write `RedirectTo({text})`"))
            .unsafe_fix("pass the address to `RedirectTo`", [edit]);
    }
}

#[cfg(test)]
mod tests {
    use super::is_web;
    use crate::tests::{check, fixed, silent};

    #[test]
    fn at_what_is_printed() {
        check(
            "amp/link-not-tracked",
            "
%%[ /* sfmc-context: email */ set @url = Lookup('Links', 'Url', 'Id', @id) ]%%<a class='b' href='%%=v(@url)=%%&x=1'>
//                                                                                                  ^^^^^^^ clicks on this link
",
        );
    }

    #[test]
    fn silent_on_links_that_are_tracked_and_on_other_places() {
        let silent = |text: &str| {
            silent("amp/link-not-tracked", &format!("%%[ /* sfmc-context: email */ set @u = @x ]%%{text}"));
        };
        silent("<a href='%%=RedirectTo(@u)=%%'>");
        silent("<a href='https://example.com/%%=v(@u)=%%'>");
        silent("<img src='%%=v(@u)=%%'><link href='%%=v(@u)=%%'>");
        silent("%%[ set @u = CloudPagesURL(12) ]%%<a href='%%=v(@u)=%%'>");
        silent("%%[ set @u = 'mailto:a@example.com' ]%%<a href='%%=v(@u)=%%'><a href=\"%%=Concat('tel:', @x)=%%\">");
        silent("<a href='%%view_email_url%%'>");
        silent("%%[ set @u = Shortened(@x) ]%%<a href='%%=v(@u)=%%'>");
        silent("<a href='%%=v(@elsewhere)=%%'>");
        silent("<p>href='%%=v(@u)=%%'</p>");
    }

    #[test]
    fn silent_on_pages() {
        silent("amp/link-not-tracked", "%%[ /* sfmc-context: cloudpage */ set @u = @x ]%%<a href='%%=v(@u)=%%'>");
        silent("amp/link-not-tracked", "%%[ set @u = @x ]%%<a href='%%=v(@u)=%%'>");
    }

    #[test]
    fn wraps() {
        fixed(
            "amp/link-not-tracked",
            "%%[ /* sfmc-context: email */ set @u = @x ]%%<a href='%%=v(@u)=%%'>",
            "%%[ /* sfmc-context: email */ set @u = @x ]%%<a href='%%=RedirectTo(@u)=%%'>",
        );
    }

    #[test]
    fn schemes() {
        assert!(is_web("https://example.com") && is_web("example.com/a:b") && is_web("//example.com"));
        assert!(!is_web("mailto:a@example.com") && !is_web(" TEL:1") && !is_web("#top"));
    }
}
