use sfmc_syntax::{
    Problem, ProblemKind, TextEdit, TextRange, TextSize,
    cursor::{self, Code, Found},
};

use crate::context::{CheckProblem, Context};
use crate::surroundings::expects_value;

declare_rule! {
    /// Inside code stand no further `%%[ ]%%` and `%%= =%%`.
    ///
    /// ## Why
    /// The delimiters lead from the text of the page into code. In code that is open already they begin no token, and the page does
    /// not compile; the expression alone is meant.
    /// Source: ampscript.md, sections 1.2 and 1.6.
    ///
    /// ## Bad
    /// ```ampscript
    /// %%[ set @greeting = Concat("Hello ", %%=v(@name)=%%) ]%%
    /// ```
    ///
    /// ## Good
    /// ```ampscript
    /// %%[ set @greeting = Concat("Hello ", @name) ]%%
    /// ```
    pub NestedBlockDelimiter {
        id: "amp/nested-block-delimiter",
        aliases: ["sfmc/amp-no-nested-ampscript-delimiter"],
        group: Syntax,
        severity: Error,
        fix: Unsafe,
        since: "0.1.0",
    }
}

/// The closer of the inner code, when it stands on the same line with nothing doubtful before it.
fn closer(code: Code, line: &str, from: TextSize) -> Option<TextRange> {
    let step = cursor::next(code, line.as_bytes(), 0, false);
    let start = TextSize::try_from(step.start).ok()?;
    let len = TextSize::try_from(step.end).ok()? - start;
    (step.found == Found::Close).then(|| TextRange::at(from + start, len))
}

/// The edits that take the delimiters away and leave what they enclose, where that can be a value or statements.
fn without_delimiters(ctx: &Context<'_>, opener: TextRange) -> Option<[TextEdit; 2]> {
    let code = match ctx.text(opener) {
        // As a statement the expression would no longer be shown, and what was meant is another thing.
        "%%=" if expects_value(ctx.line_before(opener.start())) => Code::Inline,
        "%%[" => Code::Block,
        _ => return None,
    };
    let closer = closer(code, ctx.line_after(opener.end()), opener.end())?;
    Some([TextEdit::delete(opener), TextEdit::delete(closer)])
}

impl CheckProblem for NestedBlockDelimiter {
    const KIND: ProblemKind = ProblemKind::NestedBlockDelimiter;

    fn check(ctx: &mut Context<'_>, problem: &Problem) {
        let delimiter = problem.expected;
        let edits = without_delimiters(ctx, problem.range);
        let report = ctx
            .report::<Self>(problem.range, format!("`{delimiter}` inside code that is open already"))
            .help("leave the inner delimiters out");
        if let Some(edits) = edits {
            report.unsafe_fix("remove the inner delimiters", edits);
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::tests::{check, diagnostics, fixed, silent};

    #[test]
    fn at_the_inner_opener() {
        check(
            "amp/nested-block-delimiter",
            "
%%[ %%[ set @a = 1 ]%% ]%%
//  ^^^ error: `%%[` inside code that is open already
%%[ set @b = %%=v(@a)=%% ]%%
//           ^^^ `%%=` inside code that is open already
",
        );
    }

    #[test]
    fn in_a_script_block() {
        check(
            "amp/nested-block-delimiter",
            r#"
<script runat="server" language="ampscript">
  %%[ set @a = 1 ]%%
//^^^ `%%[` inside code that is open already
</script>
"#,
        );
    }

    #[test]
    fn removes_both() {
        fixed("amp/nested-block-delimiter", "%%[ %%[ set @a = 1 ]%% ]%%", "%%[  set @a = 1  ]%%");
        fixed("amp/nested-block-delimiter", "%%[ set @a = %%=v('=%%')=%% ]%%", "%%[ set @a = v('=%%') ]%%");
    }

    #[test]
    fn leaves_alone_what_would_mean_another_thing() {
        for text in ["%%[ set @a = 1 %%=v(@a)=%% ]%%", "%%[ set @a = 1 %%[ set @b = 2\n]%% ]%%"] {
            let found = diagnostics(text);
            let nested = found.iter().find(|d| d.rule.id == "amp/nested-block-delimiter").unwrap();
            assert!(nested.fixes.is_empty(), "{text}");
        }
    }

    #[test]
    fn silent_in_strings_comments_and_text() {
        silent("amp/nested-block-delimiter", "%%[ set @a = '%%=v(1)=%%' /* %%[ ]%% */ ]%% %%=v(@a)=%%");
        silent("amp/nested-block-delimiter", "<script>var a = '%%=v(@a)=%%';</script>");
    }
}
