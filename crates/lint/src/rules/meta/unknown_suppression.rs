declare_rule! {
    /// A suppression names rules, groups or prefixes that exist.
    ///
    /// ## Why
    /// A misspelt name silences nothing. Source: own rule of this tool.
    ///
    /// ## Bad
    /// ```ampscript
    /// %%[ /* sfmc-ignore amp/expected-than: generated */ set @a = 1 ]%%
    /// ```
    ///
    /// ## Good
    /// ```ampscript
    /// %%[ /* sfmc-ignore amp/expected-then: generated */ if @a endif ]%%
    /// ```
    pub UnknownSuppression {
        id: "suppression/unknown-rule",
        aliases: [],
        group: Meta,
        severity: Warning,
        fix: Unsafe,
        since: "0.1.0",
    }
}

#[cfg(test)]
mod tests {
    use crate::tests::{check, silent};

    #[test]
    fn at_the_name() {
        check(
            "suppression/unknown-rule",
            "
%%[ /* sfmc-ignore amp/no-such-thing-at-all */ set @a = 1 ]%%
//                 ^^^^^^^^^^^^^^^^^^^^^^^^ no-such-thing-at-all
",
        );
    }

    #[test]
    fn silent_on_prose() {
        silent("suppression/unknown-rule", "%%[ /* we never use sfmc-ignore here */ set @a = 1 ]%%");
    }
}
