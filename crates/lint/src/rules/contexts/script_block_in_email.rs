use sfmc_catalog::Context as RunContext;

use crate::flow::{CheckFlow, FlowContext, Opening};

declare_rule! {
    /// AMPscript of an email stands in `%%[ ]%%`, not in a script tag.
    ///
    /// ## Why
    /// Script tags are removed from emails without a warning, also those that the server would run.
    /// Source: ampscript.md, section 1.5 (script tags in emails).
    ///
    /// ## Bad
    /// ```ampscript
    /// <!-- sfmc-context: email -->
    /// <script runat="server" language="ampscript">
    ///   set @name = AttributeValue("FirstName")
    /// </script>
    /// ```
    ///
    /// ## Good
    /// ```ampscript
    /// <!-- sfmc-context: email -->
    /// %%[ set @name = AttributeValue("FirstName") ]%%
    /// ```
    ///
    /// ## When to turn it off
    /// Where such emails were sent and are known to work.
    pub ScriptBlockInEmail {
        id: "amp/script-block-in-email",
        aliases: [],
        group: Suspicious,
        severity: Warning,
        fix: None,
        since: "0.1.0",
    }
}

impl CheckFlow<Opening> for ScriptBlockInEmail {
    fn check(ctx: &mut FlowContext<'_>, opening: &Opening) {
        let range = ctx.step_range(opening.step);
        // No fix: `</script>` can stand far away, and several blocks can be one.
        if ctx.text(range).starts_with('<') && ctx.run_context() == Some(RunContext::Email) {
            ctx.report::<Self>(range, "script tags are removed from emails, and this code with them")
                .help("write the code in a block: `%%[ … ]%%`");
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::tests::{check, silent};

    #[test]
    fn at_the_tag() {
        check(
            "amp/script-block-in-email",
            "
%%[ /* sfmc-context: email */ ]%%<script runat=server language=ampscript>set @a = 1</script>
//                               ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ script tags are removed from emails
",
        );
    }

    #[test]
    fn silent_elsewhere() {
        let tag = "<script runat=server language=ampscript>set @a = 1</script>";
        silent("amp/script-block-in-email", tag);
        silent("amp/script-block-in-email", &format!("%%[ /* sfmc-context: cloudpage */ ]%%{tag}"));
        silent(
            "amp/script-block-in-email",
            "%%[ /* sfmc-context: email */ set @a = '<script>' ]%%<script>var a;</script>",
        );
    }
}
