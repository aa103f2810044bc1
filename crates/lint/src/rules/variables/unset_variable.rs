use sfmc_semantic::{CodePlace, DefinitionKind, Marks, OccurrenceKind, Variable};

use crate::{
    flow::{CheckPage, PageContext, PageItem},
    variables::{self, Nesting},
};

declare_rule! {
    /// A variable is set before it is read.
    ///
    /// ## Why
    /// Reading a variable that nothing has set is legal and gives null: a blank in the text, a comparison that is false, a lookup for
    /// nothing. Only whole documents and pages are looked at, since a content block is called by what sets its variables, and only up to
    /// the first content block that a page calls and of which it is not known what it sets; a page that reads more variables of others than it sets is
    /// taken to be called by something as well. Nothing is said where the code asks whether there is a value, and where null is as good as text, as in
    /// `set @list = Concat(@list, "x")`.
    /// `Empty`, `IsNull`, `IsNullDefault`, `Length`, a comparison with an empty text and a bare variable as a condition ask so. What the
    /// condition of an IF or of `IIf` mentions counts as thought of behind it, or in the values of the `IIf`.
    /// Nothing is said either where a mistake hides code of the page, or where the variable is set without its `@`.
    /// Source: ampscript.md, section 6 (reading an unset variable gives null; content shares variables).
    ///
    /// ## Bad
    /// ```ampscript
    /// <html><body>%%[ set @firstName = AttributeValue("First Name") ]%%<p>Dear %%=v(@name)=%%,</p></body></html>
    /// ```
    ///
    /// ## Good
    /// ```ampscript
    /// <html><body>%%[ set @firstName = AttributeValue("First Name") ]%%<p>Dear %%=v(@firstName)=%%,</p></body></html>
    /// ```
    ///
    /// ## When to turn it off
    /// Where whole documents are put around by something that sets their variables.
    pub UnsetVariable {
        id: "amp/unset-variable",
        aliases: ["undefined-variable"],
        group: Suspicious,
        severity: Warning,
        fix: None,
        since: "0.1.0",
    }
}

/// More places explain nothing.
const MAX_RELATED: usize = 4;

impl CheckPage for UnsetVariable {
    fn check(ctx: &mut PageContext<'_>, page: &PageItem<'_>) {
        if !ctx.is_whole() || is_put_into_another(page) || ctx.hides_code() {
            return;
        }
        let misspelt = variables::misspelt(ctx, page.variables);
        let mut nesting = Nesting::default();
        let mut bare = None;
        for variable in &page.variables.variables {
            if misspelt.iter().any(|(wrong, _)| wrong.name == variable.name)
                || variables::stands_for_null(&variable.name)
            {
                continue;
            }
            let unset = unset_reads(ctx, &mut nesting, variable);
            let Some((&first, others)) = unset.split_first() else { continue };
            // That its `@` is missing where it is set is said there.
            if bare.get_or_insert_with(|| variables::bare_targets(ctx, &mut nesting)).contains(&*variable.name) {
                continue;
            }
            let name = ctx.text(first);
            let set: Vec<CodePlace> =
                variable.definitions().filter(|(kind, _)| *kind != DefinitionKind::Declare).map(|(_, at)| at).collect();
            let declared = variable.definitions().next().is_some();
            let message = match (set.is_empty() && !variable.set_elsewhere, declared) {
                (false, _) => format!("`{name}` is null here: it is only set further down or in another branch"),
                (true, true) => format!("`{name}` is declared but never set: it is null"),
                (true, false) => format!("`{name}` is never set: it is null"),
            };
            let mut report = ctx.report::<Self>(first, message);
            for &at in set.iter().take(MAX_RELATED) {
                report = report.related_at(at, "it is set here");
            }
            for &at in others.iter().take(MAX_RELATED) {
                report = report.related_at(at, "it is read here too");
            }
        }
    }
}

/// Whether a page takes more variables from elsewhere than it sets: then something sets them, though the page is a document of its own.
fn is_put_into_another(page: &PageItem<'_>) -> bool {
    let variables = &page.variables.variables;
    let set = variables.iter().filter(|variable| variables::is_set(variable)).count();
    let foreign = variables.iter().filter(|variable| !variables::is_defined(variable)).count();
    foreign > set
}

/// Where a variable is read for its value and nothing can have set it.
fn unset_reads(ctx: &PageContext<'_>, nesting: &mut Nesting, variable: &Variable) -> Vec<CodePlace> {
    let mut found = Vec::new();
    for occurrence in &variable.occurrences {
        let at = occurrence.at;
        let sfmc_semantic::CodeItem::Expr(expr) = at.what else { continue };
        let marks = ctx.flow(at.chunk).value(expr).marks;
        // What a condition has looked at is taken to be thought of.
        if occurrence.kind == OccurrenceKind::Read
            && variables::is_unset(marks)
            && !marks.has(Marks::CHECKED)
            && !variables::null_will_do(ctx, nesting, at)
        {
            found.push(at);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use crate::tests::{check, silent};

    #[test]
    fn at_the_first_read() {
        check(
            "amp/unset-variable",
            "
<html>%%=v(@name)=%% %%[ if @name == 'x' then endif set @name = 'y' ]%% %%=v(@name)=%%</html>
//         ^^^^^ `@name` is null here: it is only set further down or in another branch
",
        );
    }

    #[test]
    fn declared_only() {
        check(
            "amp/unset-variable",
            "
<html>%%[ var @name set @a = 1 ]%% %%=v(@name)=%%</html>
//                                      ^^^^^ `@name` is declared but never set
",
        );
    }

    #[test]
    fn silent_where_something_else_can_set_it() {
        silent("amp/unset-variable", "<p>%%[ set @a = 1 ]%%%%=v(@name)=%%</p>");
        silent("amp/unset-variable", "<html>%%=v(@name)=%%</html>");
    }

    #[test]
    fn on_pages() {
        check(
            "amp/unset-variable",
            "
%%[ /* sfmc-context: cloudpage */ set @a = 1 ]%% %%=v(@name)=%%
//                                                    ^^^^^ `@name` is never set
",
        );
    }

    #[test]
    fn silent_where_null_will_do() {
        silent(
            "amp/unset-variable",
            "<html>%%[ if Empty(@a) or not @b or @c == '' or @d == @null then endif set @e = Concat(@e, 'x')
            set @f = EncryptSymmetric('x', 'AES', @g, 'p', @g, 's', @g, 'i') ]%% %%=IIf(@h, 'a', 'b')=%%</html>",
        );
    }

    #[test]
    fn silent_where_a_mistake_can_hide_what_sets_it() {
        let rest = "%%[ set @c = 3 set @d = 4 ]%%<p>%%=v(@a)=%% %%=v(@c)=%% %%=v(@d)=%%</p></html>";
        for head in [
            "%%[ /* head\nset @a = 1\n]%%\n",
            "\nset @a = 1\n]%%\n",
            "%%[ set @c = \"x set @a = 1 ]%%",
            "%%[ set A = 1 ]%%",
            "%%[ a = 1 ]%%",
            "%%[ set @e = HTTPGet('https://example.com', true, 0, a) ]%%",
            "%%[ for a = 1 to 3 do next ]%%",
        ] {
            silent("amp/unset-variable", &format!("<html>{head}{rest}"));
        }
        check(
            "amp/unset-variable",
            "
<html>%%[ set @c = Concat(a, 'x') if a then endif ]%%%%=v(@a)=%%%%=v(@c)=%%%%=a=%%</html>
//                                                        ^^ `@a` is never set
",
        );
    }

    #[test]
    fn silent_where_the_condition_of_a_choice_asks() {
        for choice in [
            "IIf(Empty(@x), 'd', @x)",
            "IIf(not Empty(@x), @x, 'd')",
            "IIf(@x == '', 'd', @x)",
            "IIf(Empty(@x), '', Concat('?utm=', @x))",
        ] {
            silent("amp/unset-variable", &format!("<html>%%[ set @y = {choice} ]%%%%=v(@y)=%%</html>"));
        }
    }

    #[test]
    fn a_choice_says_nothing_of_other_variables_and_places() {
        check(
            "amp/unset-variable",
            "
<html>%%[ set @y = IIf(Empty(@x), @z, @x) ]%%%%=v(@y)=%%</html>
//                                ^^ `@z` is never set
%%[ set @i = IIf(@c == 'a', @y, 'b') set @j = @c ]%%%%=v(@i)=%%
//               ^^ `@c` is never set
",
        );
    }
}
