use sfmc_catalog::{Platform, ampscript::Mcn};

use crate::flow::{CallSite, CheckCall, FlowContext};

declare_rule! {
    /// Content for Marketing Cloud Next calls functions that it has.
    ///
    /// ## Why
    /// Marketing Cloud Next has about a quarter of the functions, most of them from version 67 of its API on. Only looked at where the
    /// project or `/* sfmc-target: next 67 */` says that the content is for it. No error, because it gains functions with each release, and
    /// the official pages are ahead of the catalogue.
    /// Source: ampscript.md, section 1.8; rules.md 1.1 (the versions of the catalogue).
    ///
    /// ## Bad
    /// ```ampscript
    /// %%[ /* sfmc-target: next 67 */ ]%%
    /// %%=HTTPGet("https://example.com/offer")=%%
    /// ```
    ///
    /// ## Good
    /// ```ampscript
    /// %%[ /* sfmc-target: next 67 */ ]%%
    /// %%=Lookup("Offers", "Text", "Id", @id)=%%
    /// ```
    ///
    /// ## When to turn it off
    /// Say that the content is for Marketing Cloud Engagement instead.
    pub McnUnsupported {
        id: "amp/mcn-unsupported",
        aliases: ["sfmc/amp-no-mcn-unsupported"],
        group: Correctness,
        severity: Warning,
        fix: None,
        since: "0.1.0",
    }
}

impl CheckCall for McnUnsupported {
    const FUNCTIONS: &'static [&'static str] = &[];

    fn check(ctx: &mut FlowContext<'_>, call: &CallSite) {
        let Platform::Next { api_version } = ctx.environment().platform else { return };
        let function = call.function;
        let message = match function.mcn {
            Mcn::No => format!("Marketing Cloud Next has no function `{}`", function.name),
            Mcn::Since(since) if api_version.is_some_and(|version| version < since) => {
                format!("Marketing Cloud Next has `{}` from version {since} of its API on", function.name)
            }
            Mcn::Since(_) | Mcn::Disputed => return,
        };
        let range = ctx.callee(call);
        let report = ctx.report::<Self>(range, message);
        if let Some(helper) = function.handlebars {
            report.help(format!("the Handlebars helper `{helper}` does the same"));
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::tests::{check, silent};

    #[test]
    fn what_it_does_not_have() {
        check(
            "amp/mcn-unsupported",
            "
%%[ /* sfmc-target: next */ set @r = SystemDateToLocalDate(Now()) ]%%
//                                   ^^^^^^^^^^^^^^^^^^^^^ Marketing Cloud Next has no function `SystemDateToLocalDate`
",
        );
    }

    #[test]
    fn what_it_has_later() {
        check(
            "amp/mcn-unsupported",
            "
%%[ /* sfmc-target: next 65 */ set @r = Lookup('Orders', 'c', 'a', 'b') ]%%
//                                      ^^^^^^ from version 67
",
        );
    }

    #[test]
    fn silent_on_engagement_and_on_what_is_disputed() {
        silent("amp/mcn-unsupported", "%%[ set @r = SystemDateToLocalDate(Now()) ]%%");
        silent("amp/mcn-unsupported", "%%[ /* sfmc-target: next 67 */ set @r = Lookup('Orders', 'c', 'a', 'b') ]%%");
        silent("amp/mcn-unsupported", "%%[ /* sfmc-target: next 67 */ ]%%%%=BeginImpressionRegion('a')=%%");
        silent(
            "amp/mcn-unsupported",
            "%%[ /* sfmc-target: next */ set @r = LookupRows('Orders', 'a', 'b') set @g = GUID() ]%%",
        );
    }
}
