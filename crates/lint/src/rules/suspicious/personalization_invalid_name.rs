use sfmc_syntax::{Problem, ProblemKind};

use crate::context::{CheckProblem, Context};

declare_rule! {
    /// The name between two `%%` begins with a letter or `_` and holds letters A to Z, digits, `_` and blanks.
    ///
    /// ## Why
    /// Anything else but an indexed name such as `MSG(0).VERB` is text of the page: whoever opens it sees the name and its percent
    /// signs. Community documentation writes names with other characters in brackets.
    /// Source: ampscript.md, section 1.1; ampscript-edge-cases.md, 2.
    ///
    /// ## Bad
    /// ```ampscript
    /// <p>Your size: %%Shoe-Size%%</p>
    /// ```
    ///
    /// ## Good
    /// ```ampscript
    /// <p>Your size: %%[Shoe-Size]%%</p>
    /// ```
    ///
    /// ## Off
    /// Turn it off for text in which words between double percent signs are meant as they stand.
    pub PersonalizationInvalidName {
        id: "amp/personalization-invalid-name",
        aliases: [],
        group: Suspicious,
        severity: Info,
        fix: None,
        since: "0.1.0",
    }
}

impl CheckProblem for PersonalizationInvalidName {
    const KIND: ProblemKind = ProblemKind::PersonalizationInvalidName;

    fn check(ctx: &mut Context<'_>, problem: &Problem) {
        let text = ctx.text(problem.range);
        let name = text.trim_matches('%');
        ctx.report::<Self>(problem.range, format!("`{text}` is read as text, not as a personalization string"))
            .help(format!("community documentation writes `%%[{name}]%%`"));
    }
}

#[cfg(test)]
mod tests {
    use crate::tests::{check, silent};

    #[test]
    fn on_the_whole() {
        check(
            "amp/personalization-invalid-name",
            "
Size %%Shoe-Size%%, for %%Größe%%
//   ^^^^^^^^^^^^^ info: `%%Shoe-Size%%` is read as text, not as a personalization string
//                      ^^^^^^^^^ `%%Größe%%` is read as text
",
        );
    }

    #[test]
    fn silent_on_valid_names_and_on_text() {
        silent("amp/personalization-invalid-name", "%%FirstName%% %%MSG(0).VERB%% %%[Shoe-Size]%% 50%%-60%% off");
        silent("amp/personalization-invalid-name", "%%[ set @a = 1 ]%%in-between%%=v(@a)=%%");
    }
}
