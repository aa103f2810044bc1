use sfmc_syntax::{Problem, ProblemKind, TextEdit};

use crate::context::{CheckProblem, Context};

declare_rule! {
    /// `%%[Name]%%` can be read as a personalization string and as a block.
    ///
    /// ## Why
    /// Community documentation writes names in brackets, Salesforce's open reimplementation of the language reads a block with
    /// one bare word, which prints nothing. For a name of one word there is a form that everybody reads alike.
    /// Source: ampscript.md, sections 1.1 and 14 (number 13).
    ///
    /// ## Bad
    /// ```ampscript
    /// <p>Hello %%[FirstName]%%</p>
    /// ```
    ///
    /// ## Good
    /// ```ampscript
    /// <p>Hello %%FirstName%%</p>
    /// ```
    ///
    /// ## Off
    /// Turn it off if your pages use this form and print what they should.
    pub AmbiguousBracketPersonalization {
        id: "amp/ambiguous-bracket-personalization",
        aliases: [],
        group: Suspicious,
        severity: Info,
        fix: Unsafe,
        since: "0.1.0",
    }
}

/// Whether `%%name%%` is a personalization string.
fn is_plain(name: &str) -> bool {
    name.starts_with(|c: char| c == '_' || c.is_ascii_alphabetic())
        && name.bytes().all(|b| b == b'_' || b.is_ascii_alphanumeric())
}

impl CheckProblem for AmbiguousBracketPersonalization {
    const KIND: ProblemKind = ProblemKind::AmbiguousBracketPersonalization;

    fn check(ctx: &mut Context<'_>, problem: &Problem) {
        let text = ctx.text(problem.range);
        let name = text.strip_prefix("%%[").and_then(|rest| rest.strip_suffix("]%%")).unwrap_or("");
        let message = format!("`{text}` can be read as a personalization string and as a block");
        let report = ctx.report::<Self>(problem.range, message);
        if is_plain(name) {
            let plain = format!("%%{name}%%");
            report
                .help(format!("if the value is to be printed, write `{plain}`"))
                .unsafe_fix(format!("write `{plain}`"), [TextEdit::replace(problem.range, plain)]);
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::tests::{check, fixed, silent};

    #[test]
    fn on_one_word() {
        check(
            "amp/ambiguous-bracket-personalization",
            "
Hi %%[FirstName]%%!
// ^^^^^^^^^^^^^^^ info: `%%[FirstName]%%` can be read as a personalization string and as a block
",
        );
    }

    #[test]
    fn takes_the_brackets_away() {
        fixed("amp/ambiguous-bracket-personalization", "Hi %%[FirstName]%%!", "Hi %%FirstName%%!");
    }

    #[test]
    fn silent_on_code_and_on_several_words() {
        silent("amp/ambiguous-bracket-personalization", "%%[endif]%% %%[else]%% %%[ Foo ]%% %%[Foo()]%%");
        silent("amp/ambiguous-bracket-personalization", "%%[First Name]%% %%[Shoe-Size]%% %%FirstName%%");
    }
}
