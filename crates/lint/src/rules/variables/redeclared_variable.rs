use sfmc_semantic::{Definition, DefinitionKind, ExprId, Step};
use sfmc_syntax::TextRange;

use crate::flow::{CheckFlow, Declaration, FlowContext};

declare_rule! {
    /// A variable is declared once, before it is set.
    ///
    /// ## Why
    /// VAR sets a variable to null again, also when it has a value. Variables are known in the whole page: there are no scopes, so a second
    /// declaration in another block is about the same variable. Declarations in branches that exclude each other are fine.
    /// Source: ampscript.md, section 3 (VAR) and section 6 (official documentation, compared with a live page).
    ///
    /// ## Bad
    /// ```ampscript
    /// %%[ set @total = 0 var @total ]%%
    /// ```
    ///
    /// ## Good
    /// ```ampscript
    /// %%[ var @total set @total = 0 ]%%
    /// ```
    ///
    /// ## When to turn it off
    /// Where VAR is used to empty variables.
    pub RedeclaredVariable {
        id: "amp/redeclared-variable",
        aliases: ["sfmc/amp-no-var-redeclaration"],
        group: Suspicious,
        severity: Info,
        fix: None,
        since: "0.1.0",
    }
}

impl CheckFlow<Declaration> for RedeclaredVariable {
    fn check(ctx: &mut FlowContext<'_>, declaration: &Declaration) {
        let Some(&before) = ctx.declared_before(declaration.target) else { return };
        let range = ctx.range(declaration.target);
        let name = ctx.text(range);
        // The counter of a loop around it: that is the mistake.
        let variable = ctx.body().name(declaration.name).as_str();
        if ctx.loops().any(|(counter, _)| counter == Some(variable)) {
            return;
        }
        if before.kind != DefinitionKind::Declare {
            ctx.report::<Self>(range, format!("this sets `{name}` back to null; it was set before"))
                .related_at(before.at, "it is set here");
            return;
        }
        // A whole list that stands there once more is one mistake.
        if before_in_list(ctx, declaration).any(|earlier| declared_again(ctx, earlier).is_some()) {
            return;
        }
        let list = std::iter::once(declaration.target).chain(after_in_list(ctx, declaration));
        let again: Vec<_> = list.filter_map(|target| Some((target, declared_again(ctx, target)?))).collect();
        let message = match again.len().saturating_sub(1) {
            0 => format!("`{name}` is declared again, which sets it to null again"),
            1 => format!("`{name}` and one more in this list are declared again, which sets them to null again"),
            more => format!("`{name}` and {more} more in this list are declared again, which sets them to null again"),
        };
        let names: Vec<&str> = again.iter().map(|(target, _)| ctx.text(ctx.range(*target))).collect();
        let mut report = ctx.report::<Self>(range, message);
        for ((_, before), name) in again.iter().zip(names).take(MAX_RELATED) {
            report = report.related_at(before.at, format!("`{name}` is declared here"));
        }
    }
}

/// More places explain nothing.
const MAX_RELATED: usize = 4;

/// Where a variable was declared before, if VAR is what gave it its value.
fn declared_again(ctx: &FlowContext<'_>, target: ExprId) -> Option<Definition> {
    ctx.declared_before(target).filter(|before| before.kind == DefinitionKind::Declare).copied()
}

/// The variables before one in its list, from the last.
fn before_in_list(ctx: &FlowContext<'_>, declaration: &Declaration) -> impl Iterator<Item = ExprId> {
    let steps = ctx.body().steps.get(..declaration.step).unwrap_or_default();
    let mut next = declaration.target;
    steps.iter().rev().map_while(variable).take_while(move |&earlier| {
        let goes_on = is_list(ctx, earlier, next);
        next = earlier;
        goes_on
    })
}

/// The variables behind one in its list.
fn after_in_list(ctx: &FlowContext<'_>, declaration: &Declaration) -> impl Iterator<Item = ExprId> {
    let steps = ctx.body().steps.get(declaration.step + 1..).unwrap_or_default();
    let mut last = declaration.target;
    steps.iter().map_while(variable).take_while(move |&later| {
        let goes_on = is_list(ctx, last, later);
        last = later;
        goes_on
    })
}

fn variable(step: &Step) -> Option<ExprId> {
    match step {
        Step::Declare(target) => Some(*target),
        _ => None,
    }
}

/// Whether nothing but a comma stands between two variables.
fn is_list(ctx: &FlowContext<'_>, variable: ExprId, next: ExprId) -> bool {
    let (end, start) = (ctx.range(variable).end(), ctx.range(next).start());
    end <= start && ctx.text(TextRange::new(end, start)).trim() == ","
}

#[cfg(test)]
mod tests {
    use crate::tests::{check, silent};

    #[test]
    fn at_the_second_declaration() {
        check(
            "amp/redeclared-variable",
            "
%%[ var @a, @b set @b = 1 ]%% <p> %%[ VAR @A var @b ]%%
//                                        ^^ `@A` is declared again
//                                               ^^ this sets `@b` back to null
",
        );
    }

    #[test]
    fn silent_on_the_counter_of_a_loop_around_it() {
        silent("amp/redeclared-variable", "%%[ for @i = 1 to 3 do ]%%x%%[ var @I next @i ]%%");
    }

    #[test]
    fn a_list_once() {
        check(
            "amp/redeclared-variable",
            "
%%[ var @a, @b, @c ]%% %%[ var @new, @a,
//                                   ^^ `@a` and 2 more in this list are declared again
    @b, @c var @new ]%% %%[ set @b = 1 var @b, @a, @c ]%%
//             ^^^^ `@new` is declared again
//                                         ^^ this sets `@b` back to null
//                                             ^^ `@a` and one more in this list are
",
        );
    }

    #[test]
    fn silent_in_branches_that_exclude_each_other() {
        silent("amp/redeclared-variable", "%%[ if @x then var @a set @a = 1 else var @a set @a = 2 endif ]%%");
    }

    #[test]
    fn silent_on_the_next_round_of_a_loop() {
        silent("amp/redeclared-variable", "%%[ for @i = 1 to 3 do var @a set @a = @i next ]%%");
    }
}
