use sfmc_catalog::ampscript::{CallForm, FunctionId, personalization_string};
use sfmc_semantic::Expr;
use sfmc_syntax::TextEdit;

use crate::flow::{CheckFlow, FlowContext, NameRead, Usage};

declare_rule! {
    /// A function is called with parentheses, even without arguments.
    ///
    /// ## Why
    /// A word without parentheses reads the attribute of that name. There is none that is called `Now`: the value is empty, and a send can
    /// end. Names that columns are likely to have, such as `Field` or `Length`, are let be.
    /// Source: ampscript.md, sections 1.6 and 11.
    ///
    /// ## Bad
    /// ```ampscript
    /// %%[ set @today = Now ]%%
    /// ```
    ///
    /// ## Good
    /// ```ampscript
    /// %%[ set @today = Now() ]%%
    /// ```
    ///
    /// ## When to turn it off
    /// Where attributes have names of functions.
    pub FunctionWithoutParens {
        id: "amp/function-without-parens",
        aliases: [],
        group: Suspicious,
        severity: Hint,
        fix: Unsafe,
        since: "0.1.0",
    }
}

/// Functions whose names columns have, too.
const COLUMN_NAMES: [&str; 37] = [
    "add",
    "barcodeurl",
    "char",
    "cloudpagesurl",
    "contentarea",
    "datepart",
    "divide",
    "domain",
    "empty",
    "field",
    "format",
    "getvalue",
    "image",
    "indexof",
    "isemailaddress",
    "isphonenumber",
    "length",
    "longsfid",
    "lookup",
    "lookupvalue",
    "md5",
    "micrositeurl",
    "mod",
    "msg",
    "multiply",
    "output",
    "random",
    "ratingstars",
    "redirect",
    "replace",
    "row",
    "rowcount",
    "substring",
    "subtract",
    "trim",
    "v",
    "wat",
];

impl CheckFlow<NameRead> for FunctionWithoutParens {
    fn check(ctx: &mut FlowContext<'_>, read: &NameRead) {
        // `[Now]` and `%%Now%%` are attributes for all to see; a word that is a statement does nothing, which is reported as that.
        if read.in_text || matches!(read.usage, Usage::Statement | Usage::Other) {
            return;
        }
        let Expr::Attribute(name) = ctx.expr(read.expr) else { return };
        let range = ctx.range(read.expr);
        if ctx.text(range) != name {
            return;
        }
        let Some(function) = FunctionId::of(name).map(FunctionId::get) else { return };
        let is_column = COLUMN_NAMES.contains(&name.to_ascii_lowercase().as_str()) || name.len() < 3;
        let is_sha = function.name.starts_with("SHA") || function.name.starts_with("WAT");
        if is_column || is_sha || function.form != CallForm::Call || personalization_string(name).is_some() {
            return;
        }
        let message = format!("`{name}` without parentheses is an attribute, not a call of the function");
        let report = ctx.report::<Self>(range, message);
        if function.min_args == 0 {
            report.help(format!("write `{name}()`")).unsafe_fix("insert `()`", [TextEdit::insert(range.end(), "()")]);
        } else {
            report.help(format!("write `{}`", function.syntax));
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::tests::{check, fixed, silent};

    #[test]
    fn at_the_word() {
        check(
            "amp/function-without-parens",
            "
%%[ set @d = DateAdd(now, 1, 'D') ]%%%%=GUID()=%%
//                   ^^^ `now` without parentheses is an attribute
%%=GUID=%%
// ^^^^ `GUID` without parentheses is an attribute
",
        );
    }

    #[test]
    fn silent_on_names_of_columns() {
        silent(
            "amp/function-without-parens",
            "%%[ set @a = Field set @b = Row set @c = [Now] set @d = Domain set @e = Now() set @f = 'Now' set @g = @now
            if Length == 1 then Output(Concat(Image, Char)) endif ]%%%%Now%% Now %%=FirstName=%%",
        );
    }

    #[test]
    fn inserts_them() {
        fixed("amp/function-without-parens", "%%[ set @d = Now ]%%", "%%[ set @d = Now() ]%%");
    }
}
