use sfmc_catalog::ampscript::LiteralNeed;
use sfmc_syntax::ast::{self, AstNode, Expr};

use crate::context::{Check, Context};

declare_rule! {
    /// Some arguments must be literals, because they are read before the page runs.
    ///
    /// ## Why
    /// Names of impression regions are collected when the content is compiled; a variable there aborts the page.
    /// Source: ampscript.md, sections 1.7 and 12 (tested live).
    ///
    /// ## Bad
    /// ```ampscript
    /// %%=BeginImpressionRegion(@name)=%% %%=EndImpressionRegion()=%%
    /// ```
    ///
    /// ## Good
    /// ```ampscript
    /// %%=BeginImpressionRegion("hero")=%% %%=EndImpressionRegion()=%%
    /// ```
    pub LiteralRequired {
        id: "amp/literal-required",
        aliases: [],
        group: Correctness,
        severity: Error,
        fix: None,
        since: "0.1.0",
    }
}

impl Check<ast::CallExpr> for LiteralRequired {
    fn check(ctx: &mut Context<'_>, call: &ast::CallExpr) {
        let Some(call) = ctx.known_call(call) else { return };
        for (index, arg) in call.args.iter().enumerate() {
            let needs = call.param(index).is_some_and(|param| param.literal == LiteralNeed::Required);
            if needs && !matches!(arg.clone().without_parens(), Expr::Literal(_)) {
                let name = call.param(index).map_or("argument", |param| param.name);
                ctx.report::<Self>(
                    arg.syntax().text_range(),
                    format!("the {name} of `{}` must be a literal", call.function.name),
                );
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::tests::{check, silent};

    #[test]
    fn at_the_argument() {
        check(
            "amp/literal-required",
            "
%%=BeginImpressionRegion(Concat('a', @b))=%%
//                       ^^^^^^^^^^^^^^^ must be a literal
",
        );
    }

    #[test]
    fn silent_on_literals() {
        silent("amp/literal-required", "%%=BeginImpressionRegion('a')=%% %%=Lookup(@d, @c, @k, @v)=%%");
    }
}
