use sfmc_semantic::DefinitionKind;

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
        let (message, what) = match before.kind {
            DefinitionKind::Declare => (format!("`{name}` is declared again, which sets it to null again"), "declared"),
            _ => (format!("this sets `{name}` back to null; it was set before"), "set"),
        };
        ctx.report::<Self>(range, message).related_at(before.at, format!("it is {what} here"));
    }
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
    fn silent_in_branches_that_exclude_each_other() {
        silent("amp/redeclared-variable", "%%[ if @x then var @a set @a = 1 else var @a set @a = 2 endif ]%%");
    }

    #[test]
    fn silent_on_the_next_round_of_a_loop() {
        silent("amp/redeclared-variable", "%%[ for @i = 1 to 3 do var @a set @a = @i next ]%%");
    }
}
