use sfmc_syntax::{Problem, ProblemKind};

use crate::context::{CheckProblem, Context};

declare_rule! {
    /// Inside code stands no further AMPscript script tag.
    ///
    /// ## Why
    /// The tag leads from the text of the page into code. In code that is open already it begins no statement, and the page does
    /// not compile.
    /// Source: ampscript.md, section 1.2.
    ///
    /// ## Bad
    /// ```ampscript
    /// <script runat="server" language="ampscript">
    ///   set @offer = "A"
    ///   <script runat="server" language="ampscript">
    ///     set @price = 10
    ///   </script>
    /// </script>
    /// ```
    ///
    /// ## Good
    /// ```ampscript
    /// <script runat="server" language="ampscript">
    ///   set @offer = "A"
    ///   set @price = 10
    /// </script>
    /// ```
    pub NestedScriptTag {
        id: "amp/nested-script-tag",
        aliases: ["sfmc/amp-no-nested-script-tag"],
        group: Syntax,
        severity: Error,
        fix: None,
        since: "0.1.0",
    }
}

impl CheckProblem for NestedScriptTag {
    const KIND: ProblemKind = ProblemKind::NestedScriptTag;

    fn check(ctx: &mut Context<'_>, problem: &Problem) {
        ctx.report::<Self>(problem.range, "script tag inside code that is open already")
            .help("leave the inner tags out, or end the outer code before them");
    }
}

#[cfg(test)]
mod tests {
    use crate::tests::{check, silent};

    #[test]
    fn at_the_inner_tag() {
        check(
            "amp/nested-script-tag",
            "
<script runat=server language=ampscript>
  <script runat=server language=ampscript>
//^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error: script tag inside code that is open already
    set @a = 1
  </script>
</script>
",
        );
    }

    #[test]
    fn in_a_block() {
        check(
            "amp/nested-script-tag",
            "
%%[ <script language=ampscript runat=server> set @a = 1 </script> set @b = 2 ]%%
//  ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ script tag inside code that is open already
",
        );
    }

    #[test]
    fn silent_side_by_side_and_in_strings() {
        let tag = "<script runat=server language=ampscript>";
        silent("amp/nested-script-tag", &format!("{tag}set @a = 1</script>{tag}set @b = 2</script>"));
        silent("amp/nested-script-tag", &format!("%%[ set @a = '{tag}</script>' ]%%"));
    }
}
