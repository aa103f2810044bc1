use sfmc_semantic::{CodeItem, DefinitionKind};

use crate::{
    flow::{CheckPage, PageContext, PageItem},
    variables,
};

declare_rule! {
    /// A variable that is set is read.
    ///
    /// ## Why
    /// What nothing reads was forgotten or is left over; a lookup for it still costs its time. Reported only in whole documents and pages that
    /// call no other content, since that could read it, and not for what calls store there or loops count with. The subject of an e-mail,
    /// which is kept elsewhere, can read variables of the body: that is why it is no more than a hint, and silent on
    /// names with `subject` in them.
    /// Source: ampscript.md, section 6 (the subject sees what the body sets; content shares variables).
    ///
    /// ## Bad
    /// ```ampscript
    /// <html>%%[ set @city = Lookup("Customers", "City", "Email", emailaddr) ]%%<p>Hello</p></html>
    /// ```
    ///
    /// ## Good
    /// ```ampscript
    /// <html>%%[ set @city = Lookup("Customers", "City", "Email", emailaddr) ]%%<p>Hello %%=v(@city)=%%</p></html>
    /// ```
    ///
    /// ## When to turn it off
    /// Where subject lines or other parts of a message read what its body sets.
    pub UnusedVariable {
        id: "amp/unused-variable",
        aliases: [],
        group: Suspicious,
        severity: Hint,
        fix: None,
        since: "0.1.0",
    }
}

/// What stands in the names of what other parts of a message read.
const OTHER_PARTS: [&str; 4] = ["subject", "preheader", "previewtext", "fromname"];

/// More places explain nothing.
const MAX_RELATED: usize = 4;

impl CheckPage for UnusedVariable {
    fn check(ctx: &mut PageContext<'_>, page: &PageItem<'_>) {
        if page.variables.opaque || !ctx.is_whole() {
            return;
        }
        let misspelt = variables::misspelt(ctx, page.variables);
        for variable in &page.variables.variables {
            let is_unused = variable.reads().next().is_none()
                && !variable.read_elsewhere
                && variable.occurrences.iter().all(|occurrence| matches!(occurrence.at.what, CodeItem::Expr(_)))
                && variable
                    .definitions()
                    .all(|(kind, _)| matches!(kind, DefinitionKind::Declare | DefinitionKind::Set));
            let other_part = OTHER_PARTS.iter().any(|part| variable.name.contains(part));
            // One that is read under a misspelt name is not unused.
            if !is_unused || other_part || misspelt.iter().any(|(_, right)| right.name == variable.name) {
                continue;
            }
            let mut definitions = variable.definitions();
            let Some((_, first)) = definitions.next() else { continue };
            let others: Vec<_> = definitions.collect();
            let set = variable.definitions().any(|(kind, _)| kind == DefinitionKind::Set);
            let name = ctx.text(first);
            let message = match set {
                true => format!("nothing reads `{name}`"),
                false => format!("`{name}` is neither set nor read"),
            };
            let mut report = ctx.report::<Self>(first, message).unnecessary();
            for (kind, at) in others.into_iter().take(MAX_RELATED) {
                let what = if kind == DefinitionKind::Declare { "declared" } else { "set" };
                report = report.related_at(at, format!("it is {what} here"));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::tests::{check, silent};

    #[test]
    fn at_the_declaration() {
        check(
            "amp/unused-variable",
            "
<html>%%[ var @a, @b set @b = 1 ]%%</html>
//            ^^ `@a` is neither set nor read
//                ^^ nothing reads `@b`
",
        );
    }

    #[test]
    fn silent_where_it_can_be_read_elsewhere() {
        silent("amp/unused-variable", "%%[ set @a = 1 ]%%");
        silent("amp/unused-variable", "<html>%%[ set @a = 1 ]%%%%=ContentBlockByKey('footer')=%%</html>");
        silent(
            "amp/unused-variable",
            "<html>%%[ set @a = 1 ]%%<script runat=server>Variable.GetValue('@a')</script></html>",
        );
        silent("amp/unused-variable", "<html><div data-type=\"slot\"></div>%%[ set @a = 1 ]%%</html>");
        silent("amp/unused-variable", "<html>%%[ set @subjectLine = 1 ]%%</html>");
    }
}
