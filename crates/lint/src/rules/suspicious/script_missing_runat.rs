use sfmc_syntax::{Problem, ProblemKind, TextEdit, TextSize};

use crate::context::{CheckProblem, Context};

declare_rule! {
    /// A script tag with AMPscript says `runat="server"`.
    ///
    /// ## Why
    /// The documentation requires the attribute. Salesforce's open reimplementation of the language runs the script without it,
    /// other tools take it for a script of the browser.
    /// Source: ampscript.md, section 1.5 (table of script tag forms).
    ///
    /// ## Bad
    /// ```ampscript
    /// <script language="ampscript">
    ///   set @offer = "A"
    /// </script>
    /// ```
    ///
    /// ## Good
    /// ```ampscript
    /// <script runat="server" language="ampscript">
    ///   set @offer = "A"
    /// </script>
    /// ```
    ///
    /// ## Off
    /// Turn it off if your pages have such tags and are known to work.
    pub ScriptMissingRunat {
        id: "amp/script-missing-runat",
        aliases: [],
        group: Suspicious,
        severity: Warning,
        fix: Unsafe,
        since: "0.1.0",
    }
}

const TAG: &str = "<script";

impl CheckProblem for ScriptMissingRunat {
    const KIND: ProblemKind = ProblemKind::ScriptMissingRunat;

    fn check(ctx: &mut Context<'_>, problem: &Problem) {
        let tag = ctx.text(problem.range).to_ascii_lowercase();
        let report = ctx
            .report::<Self>(problem.range, "AMPscript script tag without `runat=\"server\"`")
            .help("the documentation requires `runat=\"server\"`");
        // Of two attributes with one name the first counts: one that says another thing is not overruled.
        if tag.starts_with(TAG) && !tag.contains("runat") {
            let at = problem.range.start() + TextSize::of(TAG);
            report.unsafe_fix("insert `runat=\"server\"`", [TextEdit::insert(at, " runat=\"server\"")]);
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::tests::{check, diagnostics, fixed, silent};

    #[test]
    fn at_the_tag() {
        check(
            "amp/script-missing-runat",
            r#"
<p><script language="ampscript">set @a = 1</script></p>
// ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning: AMPscript script tag without `runat="server"`
"#,
        );
    }

    #[test]
    fn inserts_it() {
        fixed(
            "amp/script-missing-runat",
            "<SCRIPT language=ampscript>set @a = 1</SCRIPT>",
            "<SCRIPT runat=\"server\" language=ampscript>set @a = 1</SCRIPT>",
        );
    }

    #[test]
    fn does_not_overrule_another_value() {
        let found = diagnostics("<script runat=client language=ampscript>set @a = 1</script>");
        let found = found.iter().find(|d| d.rule.id == "amp/script-missing-runat").unwrap();
        assert!(found.fixes.is_empty());
    }

    #[test]
    fn silent_on_scripts_of_the_browser_and_complete_tags() {
        silent("amp/script-missing-runat", "<script>var a;</script><script language=javascript></script>");
        silent("amp/script-missing-runat", "<script language='AMPscript' RUNAT=Server>set @a = 1</script>");
    }
}
