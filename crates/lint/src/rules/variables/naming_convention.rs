use sfmc_semantic::{CodeItem, CodePlace, Variable};

use crate::{
    check::NamePattern,
    flow::{CheckPage, PageContext, PageItem},
};

declare_rule! {
    /// Names of variables are in camelCase.
    ///
    /// ## Why
    /// AMPscript compares names without regard to case, people do not. One spelling for all of them makes a page easier to read. A leading
    /// underscore, digits and names without any capital are fine.
    /// Source: rules.md 1.1 (naming-convention); ampscript.md, section 2 (names compare without regard to case).
    ///
    /// ## Bad
    /// ```ampscript
    /// %%[ set @First_Name = "Ada" ]%%
    /// ```
    ///
    /// ## Good
    /// ```ampscript
    /// %%[ set @firstName = "Ada" ]%%
    /// ```
    ///
    /// ## When to turn it on
    /// Where camelCase is your convention, or another one that the option `variable-names` says: `variable-names = "^[A-Z]"`.
    pub NamingConvention {
        id: "amp/naming-convention",
        aliases: ["sfmc/amp-naming-convention"],
        group: Style,
        severity: Hint,
        on_by_default: false,
        fix: None,
        since: "0.1.0",
    }
}

impl CheckPage for NamingConvention {
    fn check(ctx: &mut PageContext<'_>, page: &PageItem<'_>) {
        for (at, written, name) in names(ctx, page) {
            if let Some(better) = camel_case(name) {
                ctx.report::<Self>(at, format!("`{written}` is not in camelCase"))
                    .help(format!("`@{better}` would be"));
            }
        }
    }
}

/// Names by another convention than camelCase: the one of the configuration.
pub(crate) fn check_pattern(ctx: &mut PageContext<'_>, page: &PageItem<'_>, pattern: &dyn NamePattern) {
    for (at, written, name) in names(ctx, page) {
        if !pattern.is_match(name) {
            ctx.report::<NamingConvention>(at, format!("`{written}` does not match `{}`", pattern.as_str()));
        }
    }
}

/// The variables of a page where they occur first, as they are written there, with `@` and without.
fn names<'a>(ctx: &PageContext<'a>, page: &PageItem<'_>) -> Vec<(CodePlace, &'a str, &'a str)> {
    let first = |variable: &Variable| {
        let mut occurrences = variable.occurrences.iter();
        let at = occurrences.find(|occurrence| matches!(occurrence.at.what, CodeItem::Expr(_)))?.at;
        let written = ctx.text(at);
        Some((at, written, written.strip_prefix('@')?))
    };
    page.variables.variables.iter().filter_map(first).collect()
}

/// A name in camelCase, if it is not.
fn camel_case(name: &str) -> Option<String> {
    let start = name.trim_start_matches('_');
    let capital = start.starts_with(char::is_uppercase);
    if !capital && !start.contains('_') {
        return None;
    }
    let mut found = name[..name.len() - start.len()].to_owned();
    for (index, word) in start.split('_').filter(|word| !word.is_empty()).enumerate() {
        let (first, rest) = word.split_at(word.chars().next().map_or(0, char::len_utf8));
        // `@ORDER_ID` consists of words, `@orderID` of one.
        let shouts = word.len() > 1 && !word.contains(char::is_lowercase);
        let rest = if shouts { rest.to_lowercase() } else { rest.to_owned() };
        match index {
            0 => found.push_str(&first.to_lowercase()),
            _ => found.push_str(&first.to_uppercase()),
        }
        found.push_str(&rest);
    }
    (found != name).then_some(found)
}

#[cfg(test)]
mod tests {
    use sfmc_db::{Database, FileKind};
    use sfmc_diagnostics::{Rule, Severity};

    use super::camel_case;
    use crate::{
        Levels, NamePattern, check_file,
        tests::{check, silent},
    };

    #[test]
    fn at_the_first_occurrence() {
        check(
            "amp/naming-convention",
            "
%%[ var @FirstName set @firstname = 1 ]%% %%=v(@order_id)=%%
//      ^^^^^^^^^^ `@FirstName` is not in camelCase
//                                             ^^^^^^^^^ `@order_id` is not in camelCase
",
        );
    }

    #[test]
    fn silent_on_what_is_fine() {
        silent("amp/naming-convention", "%%[ var @a, @_b, @__c, @row1, @orderID, @a1b set @x = @@ExecCtx ]%%");
    }

    struct Capitals;

    impl NamePattern for Capitals {
        fn as_str(&self) -> &str {
            "^[A-Z]"
        }

        fn is_match(&self, name: &str) -> bool {
            name.starts_with(|c: char| c.is_ascii_uppercase())
        }
    }

    impl Levels for Capitals {
        fn severity(&self, rule: &'static Rule) -> Option<Severity> {
            (rule.id == "amp/naming-convention").then_some(Severity::Warning)
        }

        fn variable_names(&self) -> Option<&dyn NamePattern> {
            Some(self)
        }
    }

    #[test]
    fn another_convention() {
        let text = "%%[ var @First_Name, @lastName set @first_name = 1 ]%%";
        let db = Database::default();
        let found = check_file(&db, db.add_page(text, FileKind::Page), &Capitals);
        let found: Vec<_> = found.iter().map(|found| (&text[found.range], found.severity, &*found.message)).collect();
        assert_eq!(found, [("@lastName", Severity::Warning, "`@lastName` does not match `^[A-Z]`")]);
    }

    #[test]
    fn better_names() {
        assert_eq!(camel_case("Order_ID").as_deref(), Some("orderId"));
        assert_eq!(camel_case("ORDER").as_deref(), Some("order"));
        assert_eq!(camel_case("_First").as_deref(), Some("_first"));
        assert_eq!(camel_case("orderID"), None);
    }
}
