use sfmc_diagnostics::Severity;
use sfmc_semantic::{Constant, DefinitionKind, ExprId, Marks};

use crate::flow::{CallSite, CheckCall, FlowContext};

declare_rule! {
    /// Where an empty text ends the page, none is passed.
    ///
    /// ## Why
    /// AttributeValue without a name, BarcodeURL without a value, Redirect without an address, GetJWT without a secret and a few others do
    /// not return an empty text: they end the page, and all of its output is lost. Source: ampscript.md, section 12; rules.md 2.2; the
    /// reference pages of these functions on sfmc.guide (each tested live).
    ///
    /// ## Bad
    /// ```ampscript
    /// %%=BarcodeURL("", "code128auto", 280, 80)=%%
    /// ```
    ///
    /// ## Good
    /// ```ampscript
    /// %%[ if not Empty(@coupon) then ]%%<img src="%%=BarcodeURL(@coupon, "code128auto", 280, 80)=%%">%%[ endif ]%%
    /// ```
    pub EmptyArgument {
        id: "amp/empty-argument",
        aliases: ["attributevalue-empty", "barcodeurl-empty"],
        group: Correctness,
        severity: Error,
        fix: None,
        since: "0.1.0",
    }
}

/// The arguments that were seen to end the page when they are empty.
const FAILS: &[(&str, usize)] = &[
    ("AttributeValue", 0),
    ("BarcodeURL", 0),
    ("Base64Encode", 1),
    ("GetJWT", 0),
    ("GetSocialPublishURL", 1),
    ("GetSocialPublishURLByName", 2),
    ("IsCHTMLBrowser", 0),
    ("MD5", 1),
    ("Redirect", 0),
    ("TransformXML", 1),
];

/// Whether a variable was declared and certainly not set since.
fn is_null(ctx: &FlowContext<'_>, arg: ExprId) -> bool {
    let marks = ctx.marks(arg);
    let doubts = [Marks::OPAQUE, Marks::MAYBE_SET, Marks::CHECKED];
    let mut definitions = ctx.definitions(arg).peekable();
    definitions.peek().is_some()
        && definitions.all(|definition| definition.kind == DefinitionKind::Declare)
        && !doubts.iter().any(|&doubt| marks.has(doubt))
}

impl CheckCall for EmptyArgument {
    const FUNCTIONS: &'static [&'static str] = &[
        "AttributeValue",
        "BarcodeURL",
        "Base64Encode",
        "GetJWT",
        "GetSocialPublishURL",
        "GetSocialPublishURLByName",
        "IsCHTMLBrowser",
        "MD5",
        "Redirect",
        "TransformXML",
    ];

    fn check(ctx: &mut FlowContext<'_>, call: &CallSite) {
        let name = call.function.name;
        for &(_, index) in FAILS.iter().filter(|(function, _)| *function == name) {
            let Some(arg) = ctx.arg(call, index).filter(|_| !ctx.is_next()) else { continue };
            let is_null = is_null(ctx, arg);
            let is_empty = |constant: &Constant| (constant.as_text() == Some("")).then_some(());
            if !is_null && ctx.every_value(arg, is_empty).is_none() {
                continue;
            }
            let set_at = ctx.set_at(arg);
            let what = call.function.param(index, &[]).map_or("argument", |param| param.name);
            let range = ctx.range(arg);
            let report = ctx
                .report::<Self>(range, format!("`{name}` with an empty {what} ends the page"))
                .help("call it only behind a condition that it is not empty")
                .set_at(set_at);
            if is_null {
                // That null is taken for an empty text was seen of other functions.
                report.severity(Severity::Warning);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::{check, silent};

    #[test]
    fn at_the_argument() {
        check(
            "amp/empty-argument",
            "
%%=AttributeValue('')=%% %%[ set @to = '' Redirect(@to) ]%%
//                ^^ with an empty attributeName ends the page
//                                                 ^^^ with an empty url ends the page
%%[ var @name set @key = Concat('', '') set @a = AttributeValue(@name) set @b = AttributeValue(@key) ]%%
//                                                              ^^^^^ warning: with an empty attributeName ends the page
//                                                                                             ^^^^ error: with an empty attributeName
%%[ set @mode = 'page' if @mode == 'Page' then ]%%%%=AttributeValue('')=%%%%[ endif ]%%
//                                                                  ^^ error: with an empty attributeName
",
        );
    }

    #[test]
    fn silent_where_a_condition_has_looked() {
        silent("amp/empty-argument", "%%[ set @to = '' if not Empty(@to) then Redirect(@to) endif ]%%");
        silent(
            "amp/empty-argument",
            "%%[ var @name if Empty(@x) then set @name = 'b' endif ]%%%%=AttributeValue(@name)=%%",
        );
        silent(
            "amp/empty-argument",
            "%%[ var @name, @c ]%%%%=ContentBlockByKey('k')=%%%%=AttributeValue(@name)=%% %%=Redirect(IIf(@a, '', @b))=%%
            %%[ if @x then set @c = '' else set @c = 'y' endif Redirect(@c) ]%%",
        );
        silent(
            "amp/empty-argument",
            "%%[ set @mode = 'page' if @mode == 'email' then ]%%%%=AttributeValue('')=%%%%[ endif ]%%",
        );
        silent("amp/empty-argument", "%%=TreatAsContent('')=%% %%=AttributeValue(@name)=%% %%=Base64Decode('')=%%");
    }

    #[test]
    fn every_function_is_listed() {
        let functions: Vec<&str> = FAILS.iter().map(|(function, _)| *function).collect();
        assert_eq!(functions, EmptyArgument::FUNCTIONS);
    }
}
