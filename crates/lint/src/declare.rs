//! How a rule is declared.

use sfmc_diagnostics::Rule;

/// A type that stands for a rule: the logic is implemented on it.
pub(crate) trait Declared {
    /// What the rule says about itself.
    const RULE: &'static Rule;
}

/// Declares a rule: its documentation, then its name and what it says about itself.
macro_rules! declare_rule {
    (
        $(#[doc = $doc:literal])*
        pub $name:ident {
            id: $id:literal,
            aliases: [$($alias:literal),* $(,)?],
            group: $group:ident,
            severity: $severity:ident,
            $(on_by_default: $on:literal,)?
            fix: $fix:ident,
            since: $since:literal $(,)?
        }
    ) => {
        $(#[doc = $doc])*
        pub(crate) struct $name;

        impl $crate::declare::Declared for $name {
            const RULE: &'static sfmc_diagnostics::Rule = {
                static RULE: sfmc_diagnostics::Rule = sfmc_diagnostics::Rule {
                    id: $id,
                    aliases: &[$($alias),*],
                    group: sfmc_diagnostics::Group::$group,
                    severity: sfmc_diagnostics::Severity::$severity,
                    on_by_default: true $(&& $on)?,
                    fix: sfmc_diagnostics::FixKind::$fix,
                    since: $since,
                    docs: concat!($($doc, "\n"),*),
                };
                &RULE
            };
        }
    };
}
