use sfmc_syntax::{Problem, ProblemKind, SyntaxKind, TextEdit, TextRange, TextSize};

use crate::context::{CheckProblem, Context};
use crate::surroundings::is_name;

declare_rule! {
    /// Comments in code stand between `/*` and `*/`; `<!--` begins none there.
    ///
    /// ## Why
    /// Sources disagree what the platform makes of an HTML comment inside code: it may be passed over, refused, or the words in it
    /// may be read as code.
    /// Source: ampscript.md, sections 2 (comments) and 14 (number 8).
    ///
    /// ## Bad
    /// ```ampscript
    /// %%[
    ///   <!-- the offer of this week -->
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
    pub HtmlCommentInCode {
        id: "amp/html-comment-in-code",
        aliases: ["sfmc/amp-no-html-comment"],
        group: Suspicious,
        severity: Warning,
        fix: Safe,
        since: "0.1.0",
    }
}

/// The edits that make a comment of it, when it ends and holds no other end of a comment and no delimiter.
fn as_code_comment(range: TextRange, comment: &str) -> Option<[TextEdit; 2]> {
    let inner = comment.strip_prefix("<!--")?.strip_suffix("-->")?;
    if ["*/", "--", "%%"].iter().any(|end| inner.contains(end)) || inner.starts_with('/') || inner.ends_with('/') {
        return None;
    }
    let opener = TextRange::at(range.start(), TextSize::of("<!--"));
    let closer = TextRange::new(range.end() - TextSize::of("-->"), range.end());
    Some([TextEdit::replace(opener, "/*"), TextEdit::replace(closer, "*/")])
}

/// Whether what stands in it can be code, which may run now: statements, calls, variables.
fn can_run(comment: &str) -> bool {
    let inner = comment.trim_start_matches("<!--");
    let begins_statement = |line: &str| {
        let line = line.trim_start();
        let word = &line[..line.len() - line.trim_start_matches(is_name).len()];
        SyntaxKind::from_ampscript_keyword(word).is_some()
    };
    inner.contains(['@', '(', '=']) || inner.lines().any(begins_statement)
}

impl CheckProblem for HtmlCommentInCode {
    const KIND: ProblemKind = ProblemKind::HtmlCommentInCode;

    fn check(ctx: &mut Context<'_>, problem: &Problem) {
        let can_run = can_run(ctx.text(problem.range));
        let edits = as_code_comment(problem.range, ctx.text(problem.range));
        let report = ctx
            .report::<Self>(problem.range, "`<!--` begins no comment in AMPscript")
            .help("comments stand between `/*` and `*/`");
        match edits {
            Some(edits) if can_run => {
                report.unsafe_fix("write it as `/* … */`, which does not run", edits);
            }
            Some(edits) => {
                report.fix("write it as `/* … */`", edits);
            }
            None => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use sfmc_diagnostics::Applicability;

    use crate::tests::{check, diagnostics, fixed, silent};

    #[test]
    fn on_the_comment() {
        check(
            "amp/html-comment-in-code",
            "
%%[ <!-- note --> set @a = 1 ]%%
//  ^^^^^^^^^^^^^ warning: `<!--` begins no comment in AMPscript
%%[ <!-- open
//  ^^^^^^^^^ `<!--` begins no comment in AMPscript
set @b = 1 ]%%
",
        );
    }

    #[test]
    fn becomes_a_comment() {
        fixed("amp/html-comment-in-code", "%%[ <!-- a\nb --> set @a = 1 ]%%", "%%[ /* a\nb */ set @a = 1 ]%%");
    }

    #[test]
    fn not_unseen_where_it_holds_statements() {
        for (text, expected) in [
            ("<script runat=server language=ampscript>\n<!--\nset @a = 1\n-->\n</script>", Applicability::Unsafe),
            ("%%[ <!-- Redirect('u') --> ]%%", Applicability::Unsafe),
            ("%%[ <!--\nelse\n--> ]%%", Applicability::Unsafe),
            ("%%[ <!-- what is set here --> ]%%", Applicability::Safe),
        ] {
            let found = diagnostics(text);
            let comment = found.iter().find(|d| d.rule.id == "amp/html-comment-in-code").unwrap();
            assert_eq!(comment.fixes.first().map(|fix| fix.applicability), Some(expected), "{text}");
        }
    }

    #[test]
    fn no_fix_where_it_could_end_elsewhere() {
        for text in ["%%[ <!-- open\nset @a = 1 ]%%", "%%[ <!-- a -- b --> ]%%", "%%[ <!--/* a */--> ]%%"] {
            let found = diagnostics(text);
            let comment = found.iter().find(|d| d.rule.id == "amp/html-comment-in-code").unwrap();
            assert!(comment.fixes.is_empty(), "{text}");
        }
    }

    #[test]
    fn silent_in_strings_comments_and_text() {
        silent(
            "amp/html-comment-in-code",
            "<!-- %%[ set @a = '<!-- x -->' /* <!-- --> */ ]%% --> <!--[if mso]>x<![endif]-->",
        );
    }
}
