use sfmc_syntax::{Problem, ProblemKind, TextEdit, TextRange, TextSize};

use crate::context::{CheckProblem, Context};
use crate::lexemes::Lexemes;
use crate::surroundings::{is_name, region_of};

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

/// Whether the line can be code whose quotes do not match, so that what looks like a comment is part of a text: `Load(@xml, //item", 1)`.
fn is_in_text(before: &str, comment: &str) -> bool {
    let escaped = ["\\\"", "\\'"].iter().any(|escape| before.contains(escape) || comment.contains(escape));
    // What closes more than it opens belongs to a call that began before it.
    let mut depth = 0i32;
    let closes = Lexemes::of(comment).all.iter().any(|lexeme| {
        let sign = comment.get(lexeme.range.clone());
        depth += i32::from(sign == Some("(")) - i32::from(sign == Some(")"));
        depth < 0
    });
    let code = Lexemes::of(before);
    let signs = |sign: &str| code.all.iter().filter(|lexeme| code.is_sign(Some(lexeme), sign)).count();
    escaped || has_odd_quote(comment) || closes && signs("(") > signs(")")
}

/// Whether a quote in words has no other: the apostrophe of `don't` is none.
fn has_odd_quote(words: &str) -> bool {
    let mut before = ' ';
    let (mut single, mut double) = (false, false);
    let mut rest = words.chars().peekable();
    while let Some(c) = rest.next() {
        let apostrophe = is_name(before) && rest.peek().is_some_and(|c| is_name(*c));
        double ^= c == '"';
        single ^= c == '\'' && !apostrophe;
        before = c;
    }
    single || double
}

impl CheckProblem for LineComment {
    const KIND: ProblemKind = ProblemKind::LineComment;

    fn check(ctx: &mut Context<'_>, problem: &Problem) {
        let comment = ctx.text(problem.range);
        let before = region_of(ctx.line_before(problem.range.start()));
        let in_text = is_in_text(before, comment);
        let is_address = ctx.line_before(problem.range.start()).ends_with(':');
        // `"<a href="https://…`: the quote before the address is what is wrong.
        let scheme = before.trim_end_matches(':').trim_end_matches(is_name);
        let address = TextSize::of(before) - TextSize::of(scheme);
        let quoted = is_address && scheme.ends_with(['"', '\'']);
        if quoted && ctx.has_error_in(TextRange::new(problem.range.start() - address, problem.range.start())) {
            return;
        }
        let report = ctx.report::<Self>(problem.range, "`//` begins no comment in AMPscript");
        if is_address {
            report.help("an address stands in quotes, like any text");
            return;
        }
        let report = report.help("comments stand between `/*` and `*/`");
        if let Some(edits) = as_block_comment(problem.range, comment).filter(|_| !in_text) {
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
        fixed("amp/line-comment", "%%[ // don't (ever) :)\n ]%%", "%%[ /* don't (ever) :) */\n ]%%");
        fixed("amp/line-comment", "%%=Concat(@a, // first (1)\n@b)=%%", "%%=Concat(@a, /* first (1) */\n@b)=%%");
    }

    #[test]
    fn no_fix_for_addresses_and_ends_of_comments() {
        for text in [
            "%%[ set @a = sftp://example.com/x\n]%%",
            "%%[ // a */ b\n set @a = 1 ]%%",
            "%%[ set @r = BuildRowsetFromXML(@xml, //item\", 1) ]%%",
            "%%[ set @r = BuildRowsetFromXML(@xml, //item, 1) ]%%",
        ] {
            let found = diagnostics(text);
            let comment = found.iter().find(|d| d.rule.id == "amp/line-comment").unwrap();
            assert!(comment.fixes.is_empty(), "{text}");
        }
    }

    #[test]
    fn silent_where_a_quote_before_the_address_is_wrong() {
        let text = "%%[ set @m = Concat(\"<a href=\"https://x.example\">\",\"x\") ]%%";
        silent("amp/line-comment", text);
        let errors = diagnostics(text);
        assert_eq!(errors.iter().map(|found| found.rule.id).collect::<Vec<_>>(), ["amp/missing-comma"]);
    }

    #[test]
    fn silent_in_strings_comments_and_text() {
        silent("amp/line-comment", "%%[ set @a = '//cdn.example.com/x.png' /* // x */ ]%% <a href=\"//example.com\">");
        silent("amp/line-comment", "<script runat=\"server\">// note\n</script>");
    }
}
