use crate::flow::{CallSite, CheckCall, FlowContext};

declare_rule! {
    /// A function that is called works.
    ///
    /// ## Why
    /// The platform knows these functions, so that the page compiles, but what was behind them is gone: each call ends the page or the
    /// send. Source: ampscript.md, section 8 (non-functional functions), and rules.md 1.1 (tested live).
    ///
    /// ## Bad
    /// ```ampscript
    /// <p>%%=GetPortfolioItem("banner")=%%</p>
    /// ```
    ///
    /// ## Good
    /// ```ampscript
    /// <p>%%=ContentImageByKey("banner")=%%</p>
    /// ```
    ///
    /// ## When to turn it off
    /// Where an account is known in which such a function still works.
    pub NonfunctionalFunction {
        id: "amp/nonfunctional-function",
        aliases: ["sfmc/amp-no-nonfunctional-function"],
        group: Correctness,
        severity: Error,
        fix: None,
        since: "0.1.0",
    }
}

fn help(name: &str) -> Option<&'static str> {
    Some(match name {
        "GetPortfolioItem" | "Image" => {
            "show an image of Content Builder with `ContentImageByKey` or `ContentImageByID`"
        }
        "LiveContentMicrositeURL" => "link to a CloudPage with `CloudPagesURL`",
        name if name.to_ascii_lowercase().contains("mscrm") => "the connector to Dynamics CRM was retired",
        _ => return None,
    })
}

impl CheckCall for NonfunctionalFunction {
    const FUNCTIONS: &'static [&'static str] = &[];

    fn check(ctx: &mut FlowContext<'_>, call: &CallSite) {
        let function = call.function;
        // On Marketing Cloud Next they do not exist, which is said by another rule.
        if !function.nonfunctional || ctx.is_next() {
            return;
        }
        let range = ctx.callee(call);
        let report =
            ctx.report::<Self>(range, format!("`{}` is known to the platform, but every call fails", function.name));
        if let Some(help) = help(function.name) {
            report.help(help);
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::tests::{check, silent};

    #[test]
    fn at_the_name() {
        check(
            "amp/nonfunctional-function",
            "
<td>%%= getPortfolioItem('banner') =%%</td>
//      ^^^^^^^^^^^^^^^^ every call fails
",
        );
    }

    #[test]
    fn silent_on_what_works_and_on_next() {
        silent("amp/nonfunctional-function", "%%=ContentImageByKey('banner')=%% %%=ContentArea('12')=%%");
        silent("amp/nonfunctional-function", "%%[ /* sfmc-target: next */ ]%%%%=GetPortfolioItem('banner')=%%");
        silent(
            "amp/nonfunctional-function",
            "%%[ /* GetPortfolioItem('banner') */ set @a = \"GetPortfolioItem('b')\" ]%%",
        );
    }
}
