use sfmc_syntax::{Problem, ProblemKind};

use crate::context::{CheckProblem, Context};

declare_rule! {
    /// A string ends with the quote that it begins with.
    ///
    /// ## Why
    /// Without its end the string takes in all that follows, the end of the block too, and the page does not compile. A quote in
    /// the text is written twice; a backslash before it means nothing.
    /// Source: ampscript.md, section 2 (strings and recovery).
    ///
    /// ## Bad
    /// ```ampscript
    /// %%[ set @subject = "Your order ]%%
    /// <p>Thank you</p>
    /// ```
    ///
    /// ## Good
    /// ```ampscript
    /// %%[ set @subject = "Your ""express"" order" ]%%
    /// <p>Thank you</p>
    /// ```
    pub UnterminatedString {
        id: "amp/unterminated-string",
        aliases: [],
        group: Syntax,
        severity: Error,
        fix: None,
        since: "0.1.0",
    }
}

impl CheckProblem for UnterminatedString {
    const KIND: ProblemKind = ProblemKind::UnterminatedString;

    fn check(ctx: &mut Context<'_>, problem: &Problem) {
        let quote = ctx.text(problem.range).get(..1).unwrap_or("\"");
        ctx.report::<Self>(problem.range, format!("this string has no closing `{quote}`")).help(
            if problem.expected.is_empty() {
                format!("end it with `{quote}`; in the text the quote is written twice: `{quote}{quote}`")
            } else {
                format!("a backslash escapes nothing; in the text the quote is written twice: `{quote}{quote}`")
            },
        );
    }
}

#[cfg(test)]
mod tests {
    use crate::tests::{check, silent};

    #[test]
    fn to_where_it_was_given_up() {
        check(
            "amp/unterminated-string",
            r#"
%%[ set @a = "oops ]%%
//           ^^^^^ error: this string has no closing `"`
<p class="x">
%%[ set @b = 'John's'
//                  ^ this string has no closing `'`
set @c = 1 ]%%
"#,
        );
    }

    #[test]
    fn silent_on_quotes_in_text_and_in_comments() {
        silent("amp/unterminated-string", r#"%%[ set @a = "it's" set @b = 'say "hi' /* don't */ ]%% don't"#);
        silent("amp/unterminated-string", "%%[ set @a = 'it''s' set @b = '' set @c = 'a\nb' ]%%");
    }
}
