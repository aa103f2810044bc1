declare_rule! {
    /// A suppression says which rules it silences.
    ///
    /// ## Why
    /// A comment that silences everything hides mistakes that nobody has made yet. Source: own rule of this tool.
    ///
    /// ## Bad
    /// ```ampscript
    /// %%[ /* sfmc-ignore */ set @a = 1 ]%%
    /// ```
    ///
    /// ## Good
    /// ```ampscript
    /// %%[ /* sfmc-ignore amp/expected-then: generated */ if @a endif ]%%
    /// ```
    pub InvalidSuppression {
        id: "suppression/invalid",
        aliases: [],
        group: Meta,
        severity: Warning,
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
            "suppression/invalid",
            "
%%[ /* sfmc-ignore: because */ set @a = 1 ]%%
//                ^ rule
",
        );
    }

    #[test]
    fn silent_on_a_complete_one() {
        silent("suppression/invalid", "%%[ /* sfmc-ignore amp/expected-then */ set @a = 1 ]%%");
    }
}
