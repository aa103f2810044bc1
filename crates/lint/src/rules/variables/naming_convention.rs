use sfmc_semantic::CodeItem;

use crate::flow::{CheckPage, PageContext, PageItem};

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
    /// Where camelCase is your convention.
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
        for variable in &page.variables.variables {
            let first = variable.occurrences.iter().find(|occurrence| matches!(occurrence.at.what, CodeItem::Expr(_)));
            let Some(first) = first else { continue };
            let written = ctx.text(first.at);
            let Some(name) = written.strip_prefix('@') else { continue };
            if let Some(better) = camel_case(name) {
                ctx.report::<Self>(first.at, format!("`{written}` is not in camelCase"))
                    .help(format!("`@{better}` would be"));
            }
        }
    }
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
    use super::camel_case;
    use crate::tests::{check, silent};

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

    #[test]
    fn better_names() {
        assert_eq!(camel_case("Order_ID").as_deref(), Some("orderId"));
        assert_eq!(camel_case("ORDER").as_deref(), Some("order"));
        assert_eq!(camel_case("_First").as_deref(), Some("_first"));
        assert_eq!(camel_case("orderID"), None);
    }
}
