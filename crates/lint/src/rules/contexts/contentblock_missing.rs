use sfmc_catalog::Context as RunContext;
use sfmc_semantic::Expr;

use crate::flow::{CallSite, CheckCall, FlowContext};

declare_rule! {
    /// A message says what happens if a content block that it computes is missing.
    ///
    /// ## Why
    /// Where there is no such block, the call ends the send, unless its third argument says that it should not (0). A key that comes out of
    /// data can be one that nobody made a block for; a key that is written in the content is taken to be right.
    /// Source: rules.md 2.2 (contentblock-missing; tested live).
    ///
    /// ## Bad
    /// ```ampscript
    /// %%[ /* sfmc-context: email */ set @key = Lookup("Offers", "BlockKey", "Id", @id) ]%%
    /// %%=ContentBlockByKey(@key)=%%
    /// ```
    ///
    /// ## Good
    /// ```ampscript
    /// %%[ /* sfmc-context: email */ set @key = Lookup("Offers", "BlockKey", "Id", @id) ]%%
    /// %%=ContentBlockByKey(@key, "", 0)=%%
    /// ```
    ///
    /// ## When to turn it off
    /// Where a send is to end rather than to leave something out.
    pub ContentblockMissing {
        id: "amp/contentblock-missing",
        aliases: [],
        group: Suspicious,
        severity: Info,
        fix: None,
        since: "0.1.0",
    }
}

impl CheckCall for ContentblockMissing {
    const FUNCTIONS: &'static [&'static str] = &["ContentBlockByID", "ContentBlockByKey", "ContentBlockByName"];

    fn check(ctx: &mut FlowContext<'_>, call: &CallSite) {
        let &[key] = ctx.args(call) else { return };
        let messages = [RunContext::Email, RunContext::Sms, RunContext::Push];
        if !ctx.run_context().is_some_and(|context| messages.contains(&context)) || ctx.constant(key).is_some() {
            return;
        }
        // One of several keys that are written in the content is as good as one that is, and so is what `v()` returns of it.
        let inner = match ctx.expr(key) {
            Expr::Call(inner) if inner.function.is_some_and(|function| function.get().name == "v") => {
                ctx.body().operands(inner.args).first().copied().unwrap_or(key)
            }
            _ => key,
        };
        let written = ctx.definitions(inner).map(|definition| ctx.defining_constant(definition).is_some());
        if written.reduce(|all, one| all && one) == Some(true) {
            return;
        }
        let name = call.function.name;
        let range = ctx.range(key);
        let text = ctx.text(range);
        ctx.report::<Self>(range, "the send ends where there is no content block for this")
            .help(format!("with `{name}({text}, \"\", 0, \"…\")` the fourth argument is shown then"));
    }
}

#[cfg(test)]
mod tests {
    use crate::tests::{check, silent};

    #[test]
    fn at_the_key() {
        check(
            "amp/contentblock-missing",
            "
%%[ /* sfmc-context: email */ ]%%%%=ContentBlockByName(Concat('Content Builder\\\\', @name))=%%
//                                                     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ the send ends
",
        );
    }

    #[test]
    fn silent_on_written_keys_and_on_pages() {
        let silent = |text: &str| silent("amp/contentblock-missing", text);
        silent("%%[ /* sfmc-context: email */ ]%%%%=ContentBlockByKey('footer')=%%%%=ContentBlockByID(12)=%%");
        silent("%%[ /* sfmc-context: email */ set @k = 'a' ]%%%%=ContentBlockByKey(@k)=%%");
        silent(
            "%%[ /* sfmc-context: email */ if @a == 1 then set @k = 'a' else set @k = 'b' endif ]%%%%=ContentBlockByKey(@k)=%%",
        );
        silent("%%[ /* sfmc-context: email */ ]%%%%=ContentBlockByKey(@k, '', 0)=%%");
        silent("%%[ /* sfmc-context: cloudpage */ ]%%%%=ContentBlockByKey(@k)=%%");
        silent("%%=ContentBlockByKey(@k)=%%");
    }
}
