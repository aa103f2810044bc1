use sfmc_catalog::ampscript::{FunctionId, personalization_string};
use sfmc_semantic::Expr;
use sfmc_syntax::TextEdit;

use crate::flow::{CheckFlow, FlowContext, NameRead, Usage};

declare_rule! {
    /// Attributes are read with `AttributeValue`.
    ///
    /// ## Why
    /// Where a subscriber or a data extension does not have the attribute, the bare name can end the send; `AttributeValue("Name")` is
    /// empty. Names of the platform, such as `jobid`, are always there.
    /// Source: rules.md 1.1 (prefer-attribute-value); ampscript.md, sections 1.6 and 14 (12).
    ///
    /// ## Bad
    /// ```ampscript
    /// %%[ set @size = ShoeSize ]%%
    /// ```
    ///
    /// ## Good
    /// ```ampscript
    /// %%[ set @size = AttributeValue("ShoeSize") ]%%
    /// ```
    ///
    /// ## When to turn it off
    /// It is off, because most content reads only attributes that are there.
    pub PreferAttributeValue {
        id: "amp/prefer-attribute-value",
        aliases: ["sfmc/amp-prefer-attribute-value"],
        group: Style,
        severity: Hint,
        on_by_default: false,
        fix: Unsafe,
        since: "0.1.0",
    }
}

impl CheckFlow<NameRead> for PreferAttributeValue {
    fn check(ctx: &mut FlowContext<'_>, read: &NameRead) {
        if read.in_text || matches!(read.usage, Usage::Statement | Usage::Other) {
            return;
        }
        let Expr::Attribute(name) = ctx.expr(read.expr) else { return };
        // A name of a function lacks parentheses rather than this, one with `_` in front is of the platform, and `null` means no name.
        let other = name.is_empty() || name.starts_with('_') || name.contains('"') || name.eq_ignore_ascii_case("null");
        if other || personalization_string(name).is_some() || FunctionId::of(name).is_some() {
            return;
        }
        let range = ctx.range(read.expr);
        ctx.report::<Self>(range, format!("a send can end where there is no attribute `{name}`"))
            .help(format!("`AttributeValue(\"{name}\")` is empty then"))
            .unsafe_fix(
                "wrap it in `AttributeValue()`",
                [TextEdit::replace(range, format!("AttributeValue(\"{name}\")"))],
            );
    }
}

#[cfg(test)]
mod tests {
    use crate::tests::{check, fixed, silent};

    #[test]
    fn at_the_name() {
        check(
            "amp/prefer-attribute-value",
            "
%%[ set @a = Concat(City, [Postal Code]) if Tier == 'Gold' then endif ]%%
//                  ^^^^ a send can end where there is no attribute `City`
//                        ^^^^^^^^^^^^^ `Postal Code`
//                                          ^^^^ `Tier`
",
        );
    }

    #[test]
    fn silent_on_names_of_the_platform() {
        silent(
            "amp/prefer-attribute-value",
            "%%[ set @a = jobid set @b = _subscriberkey set @h = _JobId set @c = [emailaddr] set @d = null set @e = Now set @f = @City
            set @g = AttributeValue('City') ]%% %%City%% City",
        );
    }

    #[test]
    fn wraps() {
        fixed(
            "amp/prefer-attribute-value",
            "%%=Uppercase([Postal Code])=%%",
            "%%=Uppercase(AttributeValue(\"Postal Code\"))=%%",
        );
    }
}
