use sfmc_catalog::ampscript::Effect;
use sfmc_semantic::{CodeItem, CodePlace, DefinitionKind, Expr, Step};

use crate::{
    flow::{CheckPage, PageContext, PageItem},
    variables,
};

declare_rule! {
    /// A variable that is set is read.
    ///
    /// ## Why
    /// What nothing reads was forgotten or is left over; a lookup for it still costs its time. Reported only in whole documents and pages that
    /// call no other content, since that could read it, and not for what calls store there or loops count with,
    /// nor where a variable is only set to call what does something, as in `set @done = InsertDE(…)`. The subject of an e-mail,
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
        let mut unused = Vec::new();
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
            // `set @logged = InsertDE(…)`: the call is what it is for.
            let mut set = variable.definitions().filter(|(kind, _)| *kind == DefinitionKind::Set).peekable();
            if set.peek().is_some() && set.all(|(_, at)| is_for_effect(ctx, at)) {
                continue;
            }
            // Code that does not parse can read it.
            if ctx.is_misread(&variable.name) {
                continue;
            }
            unused.push(variable);
        }
        for variable in unused {
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

/// Whether what a variable is set to is a call that does something: SET is one of the ways to call it.
fn is_for_effect(ctx: &PageContext<'_>, at: CodePlace) -> bool {
    let CodeItem::Expr(variable) = at.what else { return false };
    let body = ctx.body(at.chunk);
    let value = body.steps.iter().find_map(|step| match *step {
        Step::Set { target, value } if target == variable => Some(value),
        _ => None,
    });
    let Some(Expr::Call(call)) = value.map(|value| body.expr(value)) else { return false };
    let effects = call.function.map(|function| function.get().effects);
    effects.is_some_and(|effects| effects.iter().any(|effect| effect != Effect::Nondeterministic))
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
    fn silent_where_the_call_is_what_it_is_for() {
        silent("amp/unused-variable", "<html>%%[ var @log set @log = InsertDE('d', 'a', 'b') ]%%</html>");
        check(
            "amp/unused-variable",
            "
<html>%%[ set @log = InsertDE('d', 'a', 'b') set @log = 1 set @a = Lookup('d', 'x', 'a', 'b') set @b = Random(1, 2) ]%%</html>
//            ^^^^ nothing reads `@log`
//                                                            ^^ nothing reads `@a`
//                                                                                                ^^ nothing reads `@b`
",
        );
    }

    #[test]
    fn silent_where_what_does_not_parse_names_it() {
        for text in [
            "<html>%%[ set @em = AttributeValue('Email') ]%%<p>v(@em)=%%</p></html>",
            "<html>%%[ set @n = 3 for @i = 1 too @N do ]%%x%%[ next @i ]%%</html>",
            "<html>%%[ set @n = 3 set @m = Concat(\"a, @n) ]%%%%=v(@m)=%%</html>",
            "<html>%%[ set @n = 3 ]%%%[\nset @m = @n\n]%%%%=v(@m)=%%</html>",
        ] {
            silent("amp/unused-variable", text);
        }
        check(
            "amp/unused-variable",
            "
<html>%%[ set @em = 1 ]%%<p>v(@emma)=%%</p></html>
//            ^^^ nothing reads `@em`
",
        );
    }

    #[test]
    fn where_other_text_names_it() {
        check(
            "amp/unused-variable",
            "
<html><style>@media print {}</style>%%[ set @media = 1 set @x = 1 + 2 ]%%%%=v(@x)=%%</html>
//                                          ^^^^^^ nothing reads `@media`
",
        );
        check(
            "amp/unused-variable",
            "
<html>%%[ set @em = 1 /* @em is the mail */ set @x = 1 + 2 ]%%%%=v(@x)=%%</html>
//            ^^^ nothing reads `@em`
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
