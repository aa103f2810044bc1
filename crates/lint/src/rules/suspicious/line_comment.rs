use sfmc_syntax::{Problem, ProblemKind, TextEdit, TextRange, TextSize};

use crate::context::{CheckProblem, Context};

declare_rule! {
    /// Comments stand between `/*` and `*/`; `//` begins none.
    ///
    /// ## Why
    /// Sources disagree what the platform makes of such a line: it may be passed over, refused, or the words in it may be read as
    /// code.
    /// Source: ampscript.md, sections 2 (comments) and 14 (number 8).
    ///
    /// ## Bad
    /// ```ampscript
    /// %%[
    ///   // the offer of this week
    ///   set @offer = "A"
    /// ]%%
    /// ```
    ///
    /// ## Good
    /// ```ampscript
    /// %%[
    ///   /* the offer of this week */
    ///   set @offer = "A"
    /// ]%%
    /// ```
    ///
    /// ## Off
    /// Turn it off if your pages use such comments and are known to work.
    pub LineComment {
        id: "amp/line-comment",
        aliases: ["sfmc/amp-no-js-line-comment"],
        group: Suspicious,
        severity: Warning,
        fix: Safe,
        since: "0.1.0",
    }
}

/// The edits that make a comment of it.
fn as_block_comment(range: TextRange, comment: &str) -> Option<[TextEdit; 2]> {
    let comment = comment.trim_end();
    let body = comment.strip_prefix("//")?;
    // At the seam of `/*` and the text no `*/` may come about: `///` would not, but looks as if.
    let open = if body.is_empty() || body.starts_with([' ', '\t']) { "/*" } else { "/* " };
    let opener = TextRange::at(range.start(), TextSize::new(2));
    let end = range.start() + TextSize::of(comment);
    (!body.contains("*/")).then(|| [TextEdit::replace(opener, open), TextEdit::insert(end, " */")])
}

impl CheckProblem for LineComment {
    const KIND: ProblemKind = ProblemKind::LineComment;

    fn check(ctx: &mut Context<'_>, problem: &Problem) {
        let comment = ctx.text(problem.range);
        let is_address = ctx.line_before(problem.range.start()).ends_with(':');
        let report = ctx.report::<Self>(problem.range, "`//` begins no comment in AMPscript");
        if is_address {
            report.help("an address stands in quotes, like any text");
            return;
        }
        let report = report.help("comments stand between `/*` and `*/`");
        if let Some(edits) = as_block_comment(problem.range, comment) {
            report.fix("write it as `/* … */`", edits);
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::tests::{check, diagnostics, fixed, silent};

    #[test]
    fn to_the_end_of_the_line() {
        check(
            "amp/line-comment",
            "
%%[ set @a = 1 // note
//             ^^^^^^^ warning: `//` begins no comment in AMPscript
set @b = 2 ]%%
",
        );
    }

    #[test]
    fn becomes_a_comment() {
        fixed("amp/line-comment", "%%[ // note\nset @a = 1 ]%%", "%%[ /* note */\nset @a = 1 ]%%");
        fixed("amp/line-comment", "%%[ //note \r\nset @a = 1 ]%%", "%%[ /* note */ \r\nset @a = 1 ]%%");
        fixed("amp/line-comment", "%%[ ///\nset @a = 1 ]%%", "%%[ /* / */\nset @a = 1 ]%%");
        fixed("amp/line-comment", "%%[ //\nset @a = 1 // x ]%%", "%%[ /* */\nset @a = 1 // x ]%%");
    }

    #[test]
    fn no_fix_for_addresses_and_ends_of_comments() {
        for text in ["%%[ set @a = sftp://example.com/x\n]%%", "%%[ // a */ b\n set @a = 1 ]%%"] {
            let found = diagnostics(text);
            let comment = found.iter().find(|d| d.rule.id == "amp/line-comment").unwrap();
            assert!(comment.fixes.is_empty(), "{text}");
        }
    }

    #[test]
    fn silent_in_strings_comments_and_text() {
        silent("amp/line-comment", "%%[ set @a = '//cdn.example.com/x.png' /* // x */ ]%% <a href=\"//example.com\">");
        silent("amp/line-comment", "<script runat=\"server\">// note\n</script>");
    }
}
