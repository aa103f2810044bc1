declare_rule! {
    /// A suppression stands in a comment of the code, not of the HTML.
    ///
    /// ## Why
    /// HTML comments are part of the message or page that is sent; comments in code stay on the server. Source: own rule of this tool.
    ///
    /// ## Bad
    /// ```html
    /// <!-- sfmc-ignore amp/ignored-expression: shown in the preview only -->
    /// %%[ "x" ]%%
    /// ```
    ///
    /// ## Good
    /// ```html
    /// %%[ /* sfmc-ignore amp/ignored-expression: shown in the preview only */ "x" ]%%
    /// ```
    pub VisibleSuppression {
        id: "suppression/visible",
        aliases: [],
        group: Meta,
        severity: Hint,
        fix: None,
        since: "0.1.0",
    }
}

#[cfg(test)]
mod tests {
    use crate::tests::{check, silent};

    #[test]
    fn at_the_directive() {
        check(
            "suppression/visible",
            "
<!-- sfmc-ignore amp/ignored-expression -->
//   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ sent to every reader
%%[ \"x\" ]%%
",
        );
    }

    #[test]
    fn silent_in_code() {
        silent("suppression/visible", "%%[ /* sfmc-ignore amp/ignored-expression */ \"x\" ]%%");
    }
}
