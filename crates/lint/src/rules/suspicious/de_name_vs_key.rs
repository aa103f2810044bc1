use sfmc_catalog::Context as RunContext;
use sfmc_schema::{Lookup, TableKind};
use sfmc_syntax::TextEdit;

use crate::flow::{CallSite, CheckCall, FlowContext};

declare_rule! {
    /// A lookup in an email names a data extension by its name, not by its key.
    ///
    /// ## Why
    /// On a page a lookup finds a data extension by its name or by its external key, in an email by its name alone: what was tried on a page
    /// does not find it when the email is sent. Nothing is said unless the data extensions of the business unit are known, one of them has
    /// this key, and none this name. Source: developer.salesforce.com, Lookup of Rows (name in emails, name or key on pages).
    ///
    /// ## Bad
    /// ```ampscript
    /// %%[ /* sfmc-context: email */ set @total = Lookup("order-lines", "Total", "OrderId", @id) ]%%
    /// ```
    ///
    /// ## Good
    /// ```ampscript
    /// %%[ /* sfmc-context: email */ set @total = Lookup("Order Lines", "Total", "OrderId", @id) ]%%
    /// ```
    pub DeNameVsKey {
        id: "amp/de-name-vs-key",
        aliases: [],
        group: Suspicious,
        severity: Warning,
        fix: Unsafe,
        since: "0.1.0",
    }
}

impl CheckCall for DeNameVsKey {
    const FUNCTIONS: &'static [&'static str] =
        &["Lookup", "LookupRows", "LookupRowsCS", "LookupOrderedRows", "LookupOrderedRowsCS"];

    fn check(ctx: &mut FlowContext<'_>, call: &CallSite) {
        let Some(arg) = ctx.arg(call, 0) else { return };
        let Some(written) = ctx.sure_text(arg) else { return };
        let schema = ctx.schema();
        if schema.data_extension(written) != Lookup::Absent {
            return;
        }
        let Some(table) = schema.by_key(written) else { return };
        if ctx.run_context() != Some(RunContext::Email) {
            return;
        }
        let is_shared = matches!(table.kind, TableKind::Shared | TableKind::Synchronized);
        let prefix = if is_shared && schema.is_parent() != Some(true) { "ENT." } else { "" };
        let name = format!("{prefix}{}", table.name);
        let range = ctx.range(arg);
        let is_literal = ctx.is_literal(arg);
        let quote = ctx.text(range).get(..1).filter(|quote| matches!(*quote, "\"" | "'")).map(str::to_owned);
        let set_at = ctx.set_at(arg);
        let message = format!("`{written}` is a key: emails find data extensions by their names alone");
        let report = ctx.report::<Self>(range, message).help(format!("it is called `{name}`")).set_at(set_at);
        // A variable can be read elsewhere too.
        if let Some(quote) = quote.filter(|_| is_literal) {
            let text = format!("{quote}{}{quote}", name.replace(&quote, &quote.repeat(2)));
            report.unsafe_fix(format!("write `{name}`"), [TextEdit::replace(range, text)]);
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::tests::{check, fixed, silent};

    const RULE: &str = "amp/de-name-vs-key";

    #[test]
    fn at_the_name() {
        check(
            RULE,
            "
%%[ /* sfmc-context: email */ set @rows = LookupRows('ORDER-LINES', 'Id', 1)
//                                                   ^^^^^^^^^^^^^ warning: `ORDER-LINES` is a key
set @de = 'order-lines' set @a = Lookup(@de, 'a', 'b', 1) set @b = Lookup('regions', 'a', 'b', 1) ]%%
//                                      ^^^ is a key
//                                                                        ^^^^^^^^^ is a key
",
        );
    }

    #[test]
    fn silent_where_the_key_is_found_and_where_nobody_knows() {
        for text in [
            "%%[ /* sfmc-context: cloudpage */ set @a = Lookup('order-lines', 'a', 'b', 1) ]%%",
            "%%[ set @a = Lookup('order-lines', 'a', 'b', 1) ]%%",
            "%%[ /* sfmc-context: email */ set @a = Lookup('Order Lines', 'a', 'b', 1) ]%%",
            "%%[ /* sfmc-context: email */ set @a = Lookup('order lines', 'a', 'b', 1) ]%%",
            "%%[ /* sfmc-context: email */ set @a = Lookup('ENT.All Regions', 'a', 'b', 1) ]%%",
            "%%[ /* sfmc-context: email */ set @a = Lookup('nothing', 'a', 'b', 1) ]%%",
            "%%[ /* sfmc-context: email */ set @a = Lookup(@what, 'a', 'b', 1) ]%%",
            "%%[ /* sfmc-context: email */ InsertDE('order-lines', 'a', 1) ]%%",
            // The key of one is the name of another.
            "%%[ /* sfmc-context: email */ set @a = Lookup('Customers', 'a', 'b', 1) ]%%",
        ] {
            silent(RULE, text);
        }
    }

    #[test]
    fn writes_the_name() {
        fixed(
            RULE,
            "%%[ /* sfmc-context: email */ set @a = Lookup('order-lines', 'a', 'b', 1) ]%%",
            "%%[ /* sfmc-context: email */ set @a = Lookup('Order Lines', 'a', 'b', 1) ]%%",
        );
        fixed(
            RULE,
            "%%[ /* sfmc-context: email */ set @a = Lookup(\"regions\", 'a', 'b', 1) ]%%",
            "%%[ /* sfmc-context: email */ set @a = Lookup(\"ENT.All Regions\", 'a', 'b', 1) ]%%",
        );
        fixed(
            RULE,
            "%%[ /* sfmc-context: email */ set @a = Lookup('joes', 'a', 'b', 1) ]%%",
            "%%[ /* sfmc-context: email */ set @a = Lookup('Joe''s', 'a', 'b', 1) ]%%",
        );
    }
}
