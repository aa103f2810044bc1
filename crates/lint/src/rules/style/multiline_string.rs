use sfmc_syntax::{Problem, ProblemKind};

use crate::context::{CheckProblem, Context};

declare_rule! {
    /// A string may go over several lines; the line ends are part of its text.
    ///
    /// ## Why
    /// The platform accepts it. In a subject, an address or a key the line ends and the indentation that come with them are seldom
    /// meant. Nothing is said of HTML, JSON and other code in strings, which has many lines and does not mind.
    /// Source: ampscript.md, section 2 (strings); ampscript-edge-cases.md, 61.
    ///
    /// ## Bad
    /// ```ampscript
    /// %%[ set @subject = "Your order
    ///   is on its way" ]%%
    /// ```
    ///
    /// ## Good
    /// ```ampscript
    /// %%[ set @subject = "Your order is on its way" ]%%
    /// ```
    pub MultilineString {
        id: "amp/multiline-string",
        aliases: [],
        group: Style,
        severity: Hint,
        fix: None,
        since: "0.1.0",
    }
}

impl CheckProblem for MultilineString {
    const KIND: ProblemKind = ProblemKind::MultilineString;

    fn check(ctx: &mut Context<'_>, problem: &Problem) {
        // Of a large block that is cut all of a string is in one piece.
        if ctx.text(problem.range).trim_matches(['"', '\'']).contains(['<', '>', '{', '}', '[', ']', '"', ';']) {
            return;
        }
        ctx.report::<Self>(problem.range, "this string goes over several lines, whose ends are part of its text");
    }
}

#[cfg(test)]
mod tests {
    use crate::tests::{check, silent};

    #[test]
    fn on_the_string() {
        check(
            "amp/multiline-string",
            "
%%[ set @a = 'one
//           ^^^^... hint: this string goes over several lines
two' ]%%
",
        );
    }

    #[test]
    fn silent_on_one_line_and_in_text() {
        silent("amp/multiline-string", "%%[ set @a = 'one' set @b\n= 'two' /* 'x\ny' */ ]%% 'x\ny'");
    }

    #[test]
    fn silent_on_code() {
        for text in ["<p>one\ntwo</p>", "\",\n \"Data\": {", ",\n\"a\":", "[\n1"] {
            silent("amp/multiline-string", &format!("%%[ set @a = '{text}' ]%%"));
        }
    }
}
