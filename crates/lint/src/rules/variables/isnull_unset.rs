use sfmc_catalog::Context as RunContext;
use sfmc_semantic::{Expr, ExprId};
use sfmc_syntax::TextEdit;

use crate::{
    flow::{CallSite, CheckCall, FlowContext, Usage},
    variables,
};

declare_rule! {
    /// IsNull is not asked of what is never null.
    ///
    /// ## Why
    /// `IsNull` is true of a database null alone: of an unset variable, of an empty text and of a parameter that is not there it says no.
    /// `Empty()` says yes to all of these. Of what a lookup returns sources disagree: nothing is said of that.
    /// Source: ampscript.md, section 7 (IsNull) and section 14 (6); rules.md 2.2 (tested live: unset, empty and missing are no null).
    ///
    /// ## Bad
    /// ```ampscript
    /// %%[ set @id = RequestParameter("id") if IsNull(@id) then Redirect("https://example.com") endif ]%%
    /// ```
    ///
    /// ## Good
    /// ```ampscript
    /// %%[ set @id = RequestParameter("id") if Empty(@id) then Redirect("https://example.com") endif ]%%
    /// ```
    pub IsnullUnset {
        id: "amp/isnull-unset",
        aliases: [],
        group: Suspicious,
        severity: Warning,
        fix: Unsafe,
        since: "0.1.0",
    }
}

/// What returns text where there is nothing.
const TEXTS: [&str; 9] = [
    "RequestParameter",
    "QueryParameter",
    "Concat",
    "Trim",
    "Uppercase",
    "Lowercase",
    "ProperCase",
    "Replace",
    "Substring",
];

impl CheckCall for IsnullUnset {
    const FUNCTIONS: &'static [&'static str] = &["IsNull"];

    fn check(ctx: &mut FlowContext<'_>, call: &CallSite) {
        let Some(value) = ctx.arg(call, 0) else { return };
        // `IsNull(@a) or Empty(@a)`: the other half asks what is meant.
        if let Usage::Logical(parent) = call.usage
            && asks_otherwise(ctx, parent, value)
        {
            return;
        }
        let Some(why) = why(ctx, value) else { return };
        let range = ctx.callee(call);
        ctx.report::<Self>(range, format!("`IsNull` is false here: {why}"))
            .help("`Empty()` asks whether there is a value")
            .unsafe_fix("ask with `Empty`", [TextEdit::replace(range, "Empty")]);
    }
}

/// Whether a part of a condition asks whether the same value is empty.
fn asks_otherwise(ctx: &FlowContext<'_>, condition: ExprId, value: ExprId) -> bool {
    let written = |expr: ExprId| ctx.text(ctx.range(expr)).to_ascii_lowercase();
    let wanted = written(value);
    let Expr::Logical { operands, .. } = ctx.expr(condition) else { return false };
    ctx.body().operands(*operands).iter().any(|&operand| {
        let operand = if let Expr::Not(inner) = ctx.expr(operand) { *inner } else { operand };
        match ctx.expr(operand) {
            Expr::Call(call) => {
                let empty = call.function.is_some_and(|function| function.get().name == "Empty");
                empty && ctx.body().operands(call.args).first().is_some_and(|&arg| written(arg) == wanted)
            }
            Expr::Compare { lhs, rhs, .. } => {
                let empty = |expr: ExprId| ctx.constant_text(expr) == Some("");
                (empty(*rhs) && written(*lhs) == wanted) || (empty(*lhs) && written(*rhs) == wanted)
            }
            _ => false,
        }
    })
}

/// Why a value is never null to IsNull.
fn why(ctx: &mut FlowContext<'_>, value: ExprId) -> Option<String> {
    if let Some(source) = ctx.source_call(value) {
        let name = source.function.name;
        // In a message an attribute can be a null of the database.
        let found =
            TEXTS.contains(&name) || (name == "AttributeValue" && ctx.run_context() == Some(RunContext::CloudPage));
        return found.then(|| format!("`{name}` returns a text, be it an empty one"));
    }
    if ctx.constant(value).is_some() {
        return Some("this is no null".to_owned());
    }
    let unset = matches!(ctx.expr(value), Expr::Variable(_))
        && ctx.is_document()
        && variables::is_unset(ctx.marks(value))
        && ctx.definitions(value).next().is_none();
    unset.then(|| "a variable that nothing has set is no null to it".to_owned())
}

#[cfg(test)]
mod tests {
    use crate::tests::{check, fixed, silent};

    #[test]
    fn at_the_name() {
        check(
            "amp/isnull-unset",
            "
%%[ set @id = RequestParameter('id') if IsNull(@id) or not isnull(Trim(@x)) then endif ]%%
//                                      ^^^^^^ `IsNull` is false here: `RequestParameter` returns a text
//                                                         ^^^^^^ `Trim` returns a text
",
        );
    }

    #[test]
    fn unset() {
        check(
            "amp/isnull-unset",
            "
<html>%%[ if IsNull(@name) then set @name = '' endif ]%%</html>
//           ^^^^^^ a variable that nothing has set
",
        );
    }

    #[test]
    fn asks_for_empty() {
        fixed("amp/isnull-unset", "%%=IsNull(QueryParameter('q'))=%%", "%%=Empty(QueryParameter('q'))=%%");
    }

    #[test]
    fn silent_on_data() {
        silent(
            "amp/isnull-unset",
            "%%[ set @n = Lookup('d', 'n', 'k', 1) if IsNull(@n) or IsNull(Field(@r, 'c')) or IsNull(@x) or IsNull(Name)
            or Empty(RequestParameter('id')) or IsNull(AttributeValue('a')) then endif ]%%",
        );
    }
}
