use sfmc_syntax::{Problem, ProblemKind, TextEdit};

use crate::context::{CheckProblem, Context};

declare_rule! {
    /// A personalization string whose name has blanks is documented with and without brackets.
    ///
    /// ## Why
    /// The documentation and Salesforce's open reimplementation of the language read `%%First Name%%`; community documentation
    /// wants `%%[First Name]%%`. A page should stay with one of the forms. Look at the result before you change one that works.
    /// Source: ampscript.md, sections 1.6 and 14 (number 13).
    ///
    /// ## Bad
    /// ```ampscript
    /// <p>Hello %%First Name%%</p>
    /// ```
    ///
    /// ## Good
    /// ```ampscript
    /// <p>Hello %%[First Name]%%</p>
    /// ```
    ///
    /// ## Off
    /// Turn it off if your pages use the form without brackets and print what they should.
    pub PersonalizationNeedsBrackets {
        id: "amp/personalization-needs-brackets",
        aliases: [],
        group: Suspicious,
        severity: Info,
        fix: Unsafe,
        since: "0.1.0",
    }
}

impl CheckProblem for PersonalizationNeedsBrackets {
    const KIND: ProblemKind = ProblemKind::PersonalizationNeedsBrackets;

    fn check(ctx: &mut Context<'_>, problem: &Problem) {
        let text = ctx.text(problem.range);
        let name = text.strip_prefix("%%").and_then(|rest| rest.strip_suffix("%%")).unwrap_or("");
        let report = ctx.report::<Self>(problem.range, format!("the name in `{text}` has blanks and no brackets"));
        if !name.is_empty() {
            let bracketed = format!("%%[{name}]%%");
            report
                .help(format!("community documentation writes `{bracketed}`"))
                .unsafe_fix(format!("write `{bracketed}`"), [TextEdit::replace(problem.range, bracketed)]);
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::tests::{check, fixed, silent};

    #[test]
    fn on_the_whole() {
        check(
            "amp/personalization-needs-brackets",
            "
Hi %%First Name%%!
// ^^^^^^^^^^^^^^ info: the name in `%%First Name%%` has blanks and no brackets
",
        );
    }

    #[test]
    fn puts_brackets() {
        fixed("amp/personalization-needs-brackets", "Hi %%First Name%%!", "Hi %%[First Name]%%!");
    }

    #[test]
    fn silent_on_one_word_on_brackets_and_on_text_between_regions() {
        silent("amp/personalization-needs-brackets", "%%FirstName%% %%[First Name]%% 50%% off or 20%% less");
        silent("amp/personalization-needs-brackets", "%%[ set @a = 1 ]%%some text%%[ set @b = 2 ]%%");
    }
}
