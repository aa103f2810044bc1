use sfmc_catalog::ampscript::Type;
use sfmc_syntax::TextEdit;

use crate::flow::{CallSite, CheckCall, FlowContext, as_flag};

declare_rule! {
    /// A yes or no is written as `true` or `false`.
    ///
    /// ## Why
    /// `1`, `0`, `"true"` and `"1"` do the same where a function takes a flag, but say less. The fix is safe where every spelling was seen
    /// to do the same (URLEncode, DateParse). The last argument of RaiseError is left alone: in an e-mail a bare boolean there is read as
    /// the name of a field. Source: rules.md 1.1 and 2.2 (URLEncode, DateParse tested live).
    ///
    /// ## Bad
    /// ```ampscript
    /// %%=ContentBlockByKey("header", "", 0)=%%
    /// ```
    ///
    /// ## Good
    /// ```ampscript
    /// %%=ContentBlockByKey("header", "", false)=%%
    /// ```
    ///
    /// ## When to turn it off
    /// It is off: it is a matter of taste.
    pub PreferBooleanLiteral {
        id: "amp/prefer-boolean-literal",
        aliases: ["sfmc/amp-prefer-boolean-literal"],
        group: Style,
        severity: Hint,
        on_by_default: false,
        fix: Safe,
        since: "0.1.0",
    }
}

/// These take values that can be booleans, and no flags.
const ANY_VALUE: &[&str] = &["Empty", "IIf", "IsNull", "IsNullDefault"];

/// Flags of which all eight spellings were seen to do the same.
const PROVEN: &[(&str, usize)] = &[("URLEncode", 1), ("URLEncode", 2), ("DateParse", 1)];

impl CheckCall for PreferBooleanLiteral {
    const FUNCTIONS: &'static [&'static str] = &[];

    fn check(ctx: &mut FlowContext<'_>, call: &CallSite) {
        let function = call.function;
        if ANY_VALUE.contains(&function.name) {
            return;
        }
        for (index, &arg) in ctx.args(call).iter().enumerate() {
            let flag = function.param(index, &[]).is_some_and(|param| {
                let named = (function.name, index) == ("RaiseError", 4);
                // What takes a date too takes any value: that it can be a boolean says nothing.
                let any = param.types.contains(Type::Date);
                param.types.contains(Type::Boolean) && !any && param.disputed.is_none() && !param.out && !named
            });
            if !flag || !ctx.is_literal(arg) {
                continue;
            }
            let Some(constant) = ctx.constant(arg) else { continue };
            let Some(value) = as_flag(constant) else { continue };
            if matches!(constant, sfmc_semantic::Constant::Boolean(_)) {
                continue;
            }
            let range = ctx.range(arg);
            let report = ctx.report::<Self>(range, format!("this flag of `{}` can say `{value}`", function.name));
            if PROVEN.contains(&(function.name, index)) {
                report.fix(format!("write `{value}`"), [TextEdit::replace(range, value.to_string())]);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::tests::{check, fixed, silent};

    #[test]
    fn at_the_flag() {
        check(
            "amp/prefer-boolean-literal",
            "
%%=Field(@row, 'Code', 0)=%% %%[ RaiseError('a', '1', '', 0, 1) ]%%
//                     ^ can say `false`
//                                               ^^^ can say `true`
",
        );
    }

    #[test]
    fn silent_on_booleans_values_and_numbers() {
        silent("amp/prefer-boolean-literal", "%%=Field(@row, 'Code', false)=%% %%=Empty(0)=%% %%=IIf(@a, 1, 0)=%%");
        silent("amp/prefer-boolean-literal", "%%=URLEncode(@u, @flag, 2)=%% %%=Add(1, 0)=%%");
        silent("amp/prefer-boolean-literal", "%%[ AddObjectArrayItem(@filter, 'Value', 'True') ]%%");
    }

    #[test]
    fn safe_where_it_is_proven() {
        fixed("amp/prefer-boolean-literal", "%%=URLEncode(@u, '1')=%%", "%%=URLEncode(@u, true)=%%");
    }
}
