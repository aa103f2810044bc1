use sfmc_catalog::ampscript::{Effect, Effects, Function};
use sfmc_semantic::{Expr, ExprId};

use crate::flow::{CallSite, CheckCall, FlowContext, Usage};

declare_rule! {
    /// What a function returns is used.
    ///
    /// ## Why
    /// In a block nothing is printed by itself: a call that does nothing but return a value does nothing at all. `Output()` prints in a block,
    /// `%%=…=%%` outside. Calls that write, send, print or run other content are not meant, nor are calls that such a call is part of.
    /// Source: ampscript.md, section 3 (expression statements); rules.md 2.1.
    ///
    /// ## Bad
    /// ```ampscript
    /// %%[ set @name = "Ada" Concat("Dear ", @name) ]%%
    /// ```
    ///
    /// ## Good
    /// ```ampscript
    /// %%[ set @name = "Ada" Output(Concat("Dear ", @name)) ]%%
    /// ```
    ///
    /// ## When to turn it off
    /// While calls are tried out.
    pub ExpressionResultDropped {
        id: "amp/expression-result-dropped",
        aliases: [],
        group: Suspicious,
        severity: Warning,
        fix: None,
        since: "0.1.0",
    }
}

/// Returning another value each time is nothing that is done.
const NOTHING: Effects = Effects::of(&[Effect::Nondeterministic]);

/// Functions that can do something which the catalogue does not say: web analytics, and what only text messages have.
const UNCLEAR: [&str; 3] = ["WAT", "WATP", "MMS_Content_URL"];

/// Whether all that a function does is to return a value.
fn only_returns(function: &Function) -> bool {
    let effects = function.effects == Effects::EMPTY || function.effects == NOTHING;
    let out = function.has_out();
    let known = !function.nonfunctional && !function.doubtful && !UNCLEAR.contains(&function.name);
    effects && !out && known && !function.returns.is_empty()
}

/// Whether evaluating an expression does nothing.
fn is_idle(ctx: &FlowContext<'_>, expr: ExprId) -> bool {
    let body = ctx.body();
    let all = |operands| body.operands(operands).iter().all(|&operand| is_idle(ctx, operand));
    match ctx.expr(expr) {
        Expr::Call(call) => call.function.is_some_and(|function| only_returns(function.get())) && all(call.args),
        Expr::Not(operand) => is_idle(ctx, *operand),
        Expr::Logical { operands, .. } => all(*operands),
        Expr::Compare { lhs, rhs, .. } => is_idle(ctx, *lhs) && is_idle(ctx, *rhs),
        Expr::Missing | Expr::Member(_) | Expr::Other(_) => false,
        _ => true,
    }
}

impl CheckCall for ExpressionResultDropped {
    const FUNCTIONS: &'static [&'static str] = &[];

    fn check(ctx: &mut FlowContext<'_>, call: &CallSite) {
        if call.usage != Usage::Statement || !is_idle(ctx, call.expr) {
            return;
        }
        let name = call.function.name;
        let help = match name {
            "RedirectTo" => "`Redirect()` sends the visitor of a page elsewhere".to_owned(),
            _ => {
                let text = ctx.text(ctx.range(call.expr));
                match text.len() < 60 && !text.contains('\n') {
                    true => format!("`Output({text})` prints it, or `set @name = {text}` keeps it"),
                    false => "`Output()` prints a value in a block, `set @name = …` keeps it".to_owned(),
                }
            }
        };
        let range = ctx.callee(call);
        ctx.report::<Self>(range, format!("what `{name}` returns is neither printed nor kept")).help(help);
    }
}

#[cfg(test)]
mod tests {
    use crate::tests::{check, silent};

    #[test]
    fn at_the_name() {
        check(
            "amp/expression-result-dropped",
            "
%%[ v(@name) set @a = 1 LOOKUP('Orders', 'Total', 'Id', @id) if @a == 1 then RedirectTo('https://example.com') endif ]%%
//  ^ what `v` returns is neither printed nor kept
//                      ^^^^^^ what `Lookup` returns
//                                                                           ^^^^^^^^^^ what `RedirectTo` returns
",
        );
    }

    #[test]
    fn silent_on_what_does_something() {
        let silent = |text: &str| silent("amp/expression-result-dropped", text);
        silent(
            "%%[ Output(v(@a)) OutputLine(Concat('a')) InsertDE('Log', 'a', 'b') UpsertData('Log', 1, 'a', 'b', 'c', 'd') ]%%",
        );
        silent(
            "%%[ ContentBlockByKey('setup') TreatAsContent(@code) RaiseError('no', true) HTTPGet('https://example.com') ]%%",
        );
        silent("%%[ ClaimRow('Codes', 'Used', 'Email', @e) Redirect('u') SetObjectProperty(@o, 'a', 'b') ]%%");
        silent("%%[ IIf(@a == 1, InsertDE('Log', 'a', 'b'), '') Empty(ContentBlockByID(1)) Foo(1) Concat(Foo(1)) ]%%");
        silent("%%[ set = Concat('a', 'b') ]%%");
        silent("%%=Concat('a', @b)=%%%%[ set @a = Concat('a', @b) if Empty(@a) then Output(v(@a)) endif ]%%");
    }
}
