use sfmc_semantic::Constant;

use crate::flow::{CallSite, CheckCall, FlowContext};

declare_rule! {
    /// `CloudPagesURL` is given the number of a page.
    ///
    /// ## Why
    /// The ids of pages are numbers above zero. One that is no id of a page ends the page or the send: it does not return an empty text.
    /// `MicrositeURL` is different: it returns an address for any id.
    /// Source: rules.md 2.2 (cloudpagesurl-id; tested live: HTTP 422).
    ///
    /// ## Bad
    /// ```ampscript
    /// <a href="%%=CloudPagesURL('preferences')=%%">Preferences</a>
    /// ```
    ///
    /// ## Good
    /// ```ampscript
    /// <a href="%%=CloudPagesURL(1234)=%%">Preferences</a>
    /// ```
    ///
    /// ## When to turn it off
    /// In templates in which another tool writes the ids.
    pub CloudpagesurlId {
        id: "amp/cloudpagesurl-id",
        aliases: [],
        group: Correctness,
        severity: Error,
        fix: None,
        since: "0.1.0",
    }
}

/// Whether something can be the id of a page. What only looks like a place for one, in the marks of templates, is let be.
fn can_be_id(id: &Constant) -> bool {
    match id {
        Constant::Integer(id) => *id > 0,
        Constant::Number(_) | Constant::Boolean(_) => false,
        Constant::Text(id) => {
            let id = id.trim();
            let is_number = !id.is_empty() && id.bytes().all(|b| b.is_ascii_digit()) && id.bytes().any(|b| b != b'0');
            is_number || id.contains(['{', '<', '[', '$', '%', '#'])
        }
    }
}

impl CheckCall for CloudpagesurlId {
    const FUNCTIONS: &'static [&'static str] = &["CloudPagesURL"];

    fn check(ctx: &mut FlowContext<'_>, call: &CallSite) {
        let Some(arg) = ctx.arg(call, 0) else { return };
        let Some(id) = ctx.constant(arg).filter(|id| !can_be_id(id)) else { return };
        // Behind a condition, a variable that holds no id may be one that the condition asks about.
        if !ctx.is_literal(arg) && ctx.is_nested() {
            return;
        }
        let shown = match id.printed() {
            Some(text) if text.is_empty() => "an empty text".to_owned(),
            Some(text) => format!("`{text}`"),
            None => "a boolean".to_owned(),
        };
        let range = ctx.range(arg);
        ctx.report::<Self>(range, format!("{shown} is no id of a page: the call ends the page or the send"))
            .help("the id is the number in the properties of the CloudPage");
    }
}

#[cfg(test)]
mod tests {
    use crate::tests::{check, silent};

    #[test]
    fn at_the_id() {
        check(
            "amp/cloudpagesurl-id",
            "
%%[ set @page = 0 ]%%<a href='%%=CloudPagesURL(@page, \"a\", 1)=%%'><a href='%%=RedirectTo(CloudPagesURL(\"\"))=%%'>
//                                             ^^^^^ `0` is no id
//                                                                                                     ^^ an empty text is no id
",
        );
        check(
            "amp/cloudpagesurl-id",
            "
%%=CloudPagesURL(-12)=%%%%=CloudPagesURL(1.5)=%%%%=CloudPagesURL('home')=%%%%=CloudPagesURL(true)=%%
//               ^^^ `-12` is no id
//                                       ^^^ `1.5` is no id
//                                                               ^^^^^^ `home` is no id
//                                                                                          ^^^^ a boolean is no id
",
        );
    }

    #[test]
    fn silent_on_ids_and_on_what_is_not_known() {
        silent(
            "amp/cloudpagesurl-id",
            "%%=CloudPagesURL(12)=%%%%=CloudPagesURL(' 0012 ')=%%%%=CloudPagesURL(@id)=%%%%=CloudPagesURL(homePage)=%%
            %%=CloudPagesURL('{{pageId}}')=%%%%=MicrositeURL('home')=%%%%=MicrositeURL(0)=%%
            %%[ set @page = 0 if @page > 0 then set @u = CloudPagesURL(@page) endif ]%%",
        );
    }
}
