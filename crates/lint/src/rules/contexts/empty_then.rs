use sfmc_semantic::Step;

use crate::flow::{CheckPage, PageContext, PageItem};

declare_rule! {
    /// A branch of IF does or shows something, or says in a comment that it is to do nothing.
    ///
    /// ## Why
    /// Where nothing stands between THEN and the end of the branch, not even text between two blocks, either something was forgotten or the
    /// condition can be turned round. Source: rules.md 1.1 (no-empty-then).
    ///
    /// ## Bad
    /// ```ampscript
    /// %%[ if Empty(@name) then else set @greeting = Concat("Dear ", @name) endif ]%%
    /// ```
    ///
    /// ## Good
    /// ```ampscript
    /// %%[ if not Empty(@name) then set @greeting = Concat("Dear ", @name) endif ]%%
    /// ```
    ///
    /// ## When to turn it off
    /// Where empty branches are left for later.
    pub EmptyThen {
        id: "amp/empty-then",
        aliases: ["sfmc/amp-no-empty-then"],
        group: Suspicious,
        severity: Info,
        on_by_default: false,
        fix: None,
        since: "0.1.0",
    }
}

impl CheckPage for EmptyThen {
    fn check(ctx: &mut PageContext<'_>, page: &PageItem<'_>) {
        for &branch in &page.variables.empty_branches {
            let Some((end, text)) = ctx.empty_branch_end(branch) else { continue };
            // A comment says that it is meant, or what is missing.
            if text.contains("/*") {
                continue;
            }
            let keyword = ctx.text(branch).to_ascii_lowercase();
            // That its THEN is missing is an error of its own.
            if keyword != "else" && !text.to_ascii_lowercase().contains("then") {
                continue;
            }
            let (message, help) = match (&*keyword, end) {
                ("else", _) => ("this ELSE does nothing", "leave it out"),
                ("if", Step::Else) => {
                    ("nothing is done where this is true, only where it is not", "turn the condition round: `if not …`")
                }
                (_, Step::Endif) => ("nothing is done where this is true", "leave it out, or do something in it"),
                _ => ("nothing is done where this is true", "if that is meant, say so in a comment"),
            };
            ctx.report::<Self>(branch, message).help(help);
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::tests::{check, silent};

    #[test]
    fn at_the_keyword() {
        check(
            "amp/empty-then",
            "
%%[ if @a == 1 then ]%%  %%[ endif if @b == 1 then set @c = 1 elseif @b == 2 then else endif ]%%
//  ^^ nothing is done where this is true
//                                                            ^^^^^^ nothing is done where this is true
//                                                                                ^^^^ this ELSE does nothing
",
        );
        check(
            "amp/empty-then",
            "
%%[ if @a == 1 then else set @b = 1 endif ]%%
//  ^^ only where it is not
",
        );
    }

    #[test]
    fn silent_on_text_and_comments() {
        let silent = |text: &str| silent("amp/empty-then", text);
        silent("%%[ if @x == 1 then ]%%<p>…</p>%%[ endif ]%%");
        silent("%%[ if @x == 1 then ]%%%%FirstName%%%%[ else ]%%%%=v(@x)=%%%%[ endif ]%%");
        silent("%%[ if @x == 1 then /* as it is */ else set @y = 1 endif ]%%");
        silent("%%[ if @x == 1 then ]%%\n%%[ /* nothing to say */ ]%% %%[ else ]%% x %%[ endif ]%%");
        silent("%%[ if @x == 1 then ]%%<!-- later -->%%[ endif ]%%");
        silent("%%[ if @x == 1 then if @y == 1 then set @z = 1 endif endif ]%%");
        silent("%%[ if @x == 1 endif ]%%");
    }
}
