use sfmc_semantic::{CodeItem, OccurrenceKind};
use sfmc_syntax::TextEdit;

use crate::{
    flow::{CheckPage, PageContext, PageItem},
    variables,
};

declare_rule! {
    /// A variable has the same name where it is set and where it is read.
    ///
    /// ## Why
    /// A name with a wrong letter is another variable: it is null, and nothing says so. Reported is a variable that is read and set nowhere,
    /// where exactly one variable that is set differs from it by a letter or two swapped ones. In content blocks, which are called by what
    /// sets their variables, that other one must not be read at all.
    /// Source: ampscript.md, section 6 (an unset variable is null); rules.md 2.1.
    ///
    /// ## Bad
    /// ```ampscript
    /// %%[ set @firstName = AttributeValue("First Name") ]%%Dear %%=v(@fristName)=%%
    /// ```
    ///
    /// ## Good
    /// ```ampscript
    /// %%[ set @firstName = AttributeValue("First Name") ]%%Dear %%=v(@firstName)=%%
    /// ```
    pub MisspeltVariable {
        id: "amp/misspelt-variable",
        aliases: [],
        group: Suspicious,
        severity: Warning,
        fix: Unsafe,
        since: "0.1.0",
    }
}

impl CheckPage for MisspeltVariable {
    fn check(ctx: &mut PageContext<'_>, page: &PageItem<'_>) {
        for (wrong, right) in variables::misspelt(ctx, page.variables) {
            let meant = variables::written(ctx, right);
            let set = right.definitions().next().map(|(_, at)| at);
            for occurrence in &wrong.occurrences {
                if occurrence.kind != OccurrenceKind::Read || !matches!(occurrence.at.what, CodeItem::Expr(_)) {
                    continue;
                }
                let at = occurrence.at;
                let (name, range) = (ctx.text(at), ctx.range(at));
                let report = ctx
                    .report::<Self>(at, format!("`{name}` is set nowhere; did you mean `{meant}`?"))
                    .unsafe_fix(format!("write `{meant}`"), [TextEdit::replace(range, meant.clone())]);
                if let Some(set) = set {
                    report.related_at(set, format!("`{meant}` is set here"));
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::tests::{check, fixed, silent};

    #[test]
    fn at_the_read() {
        check(
            "amp/misspelt-variable",
            "
<html>%%[ set @firstName = 'x' ]%% %%=v(@firstName)=%% %%=v(@fistName)=%%</html>
//                                                          ^^^^^^^^^ `@fistName` is set nowhere; did you mean `@firstName`?
",
        );
    }

    #[test]
    fn mends_it() {
        fixed(
            "amp/misspelt-variable",
            "%%[ set @Offers = 'x' ]%% %%=v(@ofefrs)=%%",
            "%%[ set @Offers = 'x' ]%% %%=v(@Offers)=%%",
        );
    }

    #[test]
    fn silent_without_evidence() {
        // What calls the block can set the other one.
        silent("amp/misspelt-variable", "%%[ set @firstName = 'x' ]%% %%=v(@firstName)=%% %%=v(@fistName)=%%");
        silent(
            "amp/misspelt-variable",
            "<html>%%[ set @offer1 = 'x' set @offers = 'y' ]%% %%=v(@offer2)=%% %%=v(@offer)=%%</html>",
        );
    }
}
