declare_rule! {
    /// HTML comments do not keep code from running.
    ///
    /// ## Why
    /// The server runs AMPscript and server scripts before anybody reads the HTML; a comment around them hides only their output. Code that is
    /// meant to rest stands in `/* */`. Conditional comments such as `<!--[if mso]>` are not reported. Source: ampscript.md, section 1
    /// (regions begin anywhere), peers.md, section 3.2.
    ///
    /// ## Bad
    /// ```html
    /// <!-- %%[ set @discount = 20 ]%% -->
    /// ```
    ///
    /// ## Good
    /// ```html
    /// %%[ /* set @discount = 20 */ ]%%
    /// ```
    ///
    /// ## Off
    /// Where comments hide code from a visual editor on purpose.
    pub CodeInHtmlComment {
        id: "amp/code-in-html-comment",
        aliases: ["commented-code-runs"],
        group: Suspicious,
        severity: Hint,
        fix: None,
        since: "0.1.0",
    }
}

#[cfg(test)]
mod tests {
    use crate::tests::{check, silent};

    #[test]
    fn once_in_each_comment() {
        check(
            "amp/code-in-html-comment",
            "
<p><!-- %%[ set @a = 1 ]%% %%=v(@a)=%% --> %%=v(@a)=%%</p>
//      ^^^ this code runs
",
        );
    }

    #[test]
    fn over_several_regions() {
        check(
            "amp/code-in-html-comment",
            "
%%[ if @a then ]%% <!-- x %%[ endif ]%% -->
//                        ^^^ this code runs
",
        );
    }

    #[test]
    fn silent_in_conditional_comments_attributes_and_scripts() {
        silent("amp/code-in-html-comment", "<!--[if mso]>%%=v(@a)=%%<![endif]--> <!-- x --> %%=v(@a)=%%");
        silent(
            "amp/code-in-html-comment",
            "<a title=\"<!--\">%%=v(@a)=%%</a><script>var a = '<!-- %%=v(@a)=%%'</script>",
        );
    }
}
