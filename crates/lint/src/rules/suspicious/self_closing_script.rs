use sfmc_syntax::{Problem, ProblemKind};

use crate::context::{CheckProblem, Context};

declare_rule! {
    /// A script that the server runs stands between `<script …>` and `</script>`.
    ///
    /// ## Why
    /// A tag that ends in `/>` holds no code, and what follows it is text of the page. Salesforce's open reimplementation of the
    /// language refuses such a tag.
    /// Source: ampscript.md, section 1.5; ampscript-edge-cases.md, 41.
    ///
    /// ## Bad
    /// ```ampscript
    /// <script runat="server" language="ampscript" />
    /// <p>Welcome</p>
    /// ```
    ///
    /// ## Good
    /// ```ampscript
    /// <script runat="server" language="ampscript">set @offer = "A"</script>
    /// <p>Welcome</p>
    /// ```
    pub SelfClosingScript {
        id: "amp/self-closing-script",
        aliases: [],
        group: Suspicious,
        severity: Warning,
        fix: None,
        since: "0.1.0",
    }
}

impl CheckProblem for SelfClosingScript {
    const KIND: ProblemKind = ProblemKind::SelfClosingScript;

    fn check(ctx: &mut Context<'_>, problem: &Problem) {
        ctx.report::<Self>(problem.range, "a script tag that ends in `/>` holds no code")
            .help("write the code between `<script …>` and `</script>`, or remove the tag");
    }
}

#[cfg(test)]
mod tests {
    use crate::tests::{check, silent};

    #[test]
    fn at_the_tag() {
        check(
            "amp/self-closing-script",
            r#"
<p><script runat="server" language="ampscript"/>text
// ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning: a script tag that ends in `/>` holds no code
"#,
        );
    }

    #[test]
    fn silent_on_elements_and_scripts_of_the_browser() {
        silent("amp/self-closing-script", "<script src=\"a.js\"/><br/>");
        silent("amp/self-closing-script", "<script runat=server language=ampscript>set @a = '/>'</script>");
    }
}
