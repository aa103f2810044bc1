use sfmc_syntax::{Problem, ProblemKind};

use crate::context::{CheckProblem, Context};

declare_rule! {
    /// A script that the server runs ends with `</script>`.
    ///
    /// ## Why
    /// Without the end the rest of the page is read as code, and the page fails. The same happens when the tag itself lacks its
    /// `>`.
    /// Source: ampscript.md, sections 1.2 and 1.5.
    ///
    /// ## Bad
    /// ```ampscript
    /// <script runat="server" language="ampscript">
    ///   set @offer = "A"
    /// ```
    ///
    /// ## Good
    /// ```ampscript
    /// <script runat="server" language="ampscript">
    ///   set @offer = "A"
    /// </script>
    /// ```
    pub UnterminatedScriptTag {
        id: "amp/unterminated-script-tag",
        aliases: [],
        group: Syntax,
        severity: Error,
        fix: None,
        since: "0.1.0",
    }
}

/// Whether the tag ends with a `>` that does not stand in the value of an attribute.
fn is_complete(tag: &str) -> bool {
    let mut quote = None;
    for c in tag.chars() {
        match quote {
            None if matches!(c, '"' | '\'') => quote = Some(c),
            Some(open) if open == c => quote = None,
            _ => {}
        }
    }
    quote.is_none() && tag.ends_with('>')
}

impl CheckProblem for UnterminatedScriptTag {
    const KIND: ProblemKind = ProblemKind::UnterminatedScriptTag;

    fn check(ctx: &mut Context<'_>, problem: &Problem) {
        let missing = if is_complete(ctx.text(problem.range)) { "</script>" } else { ">" };
        ctx.report::<Self>(problem.range, format!("this `<script` has no `{missing}`"));
    }
}

#[cfg(test)]
mod tests {
    use crate::tests::{check, silent};

    #[test]
    fn at_the_tag() {
        check(
            "amp/unterminated-script-tag",
            r#"
<p><script runat=server language=ampscript> set @a = 1
// ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error: this `<script` has no `</script>`
</p>
"#,
        );
        check(
            "amp/unterminated-script-tag",
            r#"
<p><script runat="server">Write("a");
// ^^^^^^^^^^^^^^^^^^^^^^^ this `<script` has no `</script>`
</p>
"#,
        );
    }

    #[test]
    fn a_tag_without_its_end() {
        check(
            "amp/unterminated-script-tag",
            r#"
<p><script runat=server language=ampscript
// ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ this `<script` has no `>`
set @a = 1
</script></p>
"#,
        );
    }

    #[test]
    fn silent_on_what_ends_and_on_client_scripts() {
        silent("amp/unterminated-script-tag", "<script runat=server language=ampscript>set @a = '</script>'</script >");
        silent("amp/unterminated-script-tag", "<script language=ampscript runat=server/><script>var a;");
    }
}
