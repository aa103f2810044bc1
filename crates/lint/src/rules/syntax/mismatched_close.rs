use sfmc_syntax::{Problem, ProblemKind, SyntaxKind, TextEdit, TextRange};

use crate::context::{CheckProblem, Context};

declare_rule! {
    /// Code ends with the counterpart of the delimiter that it begins with.
    ///
    /// ## Why
    /// The documentation wants `]%%` for `%%[`, `=%%` for `%%=` and `</script>` for a script tag. Salesforce's open
    /// reimplementation of the language takes `]%%` and `</script>` for each other and refuses the rest.
    /// Source: ampscript.md, section 1.2.
    ///
    /// ## Bad
    /// ```ampscript
    /// %%[ set @offer = "A" =%%
    /// <p>Offer</p>
    /// ```
    ///
    /// ## Good
    /// ```ampscript
    /// %%[ set @offer = "A" ]%%
    /// <p>Offer</p>
    /// ```
    pub MismatchedClose {
        id: "amp/mismatched-close",
        aliases: [],
        group: Syntax,
        severity: Error,
        fix: Safe,
        since: "0.1.0",
    }
}

/// What the code is that ends with another kind's closer.
#[derive(Clone, Copy, PartialEq)]
enum Open {
    Block,
    Inline,
    Script,
}

impl Open {
    /// Block and script block take each other's closers, block and inline expression too: only `]%%` can be of two kinds. A script
    /// block can be so long that its tag is out of sight, an inline expression cannot.
    fn of(closer: &str, before: &str) -> Open {
        match closer {
            "]%%" => match (before.rfind("%%="), before.to_ascii_lowercase().rfind("<script")) {
                (Some(inline), script) if script.is_none_or(|script| script < inline) => Open::Inline,
                _ => Open::Script,
            },
            _ => Open::Block,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Open::Block => "block",
            Open::Inline => "inline expression",
            Open::Script => "script block",
        }
    }

    fn closer(self) -> &'static str {
        match self {
            Open::Block => "]%%",
            Open::Inline => "=%%",
            Open::Script => "</script>",
        }
    }
}

/// Whether `before` ends in statements of a block that begins in the page's text, and in nothing that could be such text.
fn is_in_statements(before: &str) -> bool {
    use SyntaxKind::{ELSE_KW, ELSEIF_KW, ENDIF_KW, FOR_KW, IF_KW, NEXT_KW, SET_KW, VAR_KW};
    let Some((text, code)) = before.rsplit_once("%%[") else { return false };
    let last = |delimiters: [&str; 3]| delimiters.iter().filter_map(|delimiter| text.rfind(delimiter)).max();
    if last(["%%[", "%%=", "<script"]) > last(["]%%", "=%%", "</script"]) {
        return false;
    }
    let code = code.trim_start();
    let word = code.split(|c: char| !c.is_ascii_alphabetic()).next().unwrap_or("");
    let statement = matches!(
        SyntaxKind::from_ampscript_keyword(word),
        Some(VAR_KW | SET_KW | IF_KW | ELSEIF_KW | ELSE_KW | ENDIF_KW | FOR_KW | NEXT_KW)
    );
    let mut tags = code.match_indices('<').map(|(at, _)| &code[at + 1..]);
    statement && !tags.any(|rest| rest.starts_with(|c: char| c == '/' || c.is_ascii_alphabetic()))
}

impl CheckProblem for MismatchedClose {
    const KIND: ProblemKind = ProblemKind::MismatchedClose;

    fn check(ctx: &mut Context<'_>, problem: &Problem) {
        let closer = ctx.text(problem.range);
        let before = ctx.text(TextRange::up_to(problem.range.start()));
        let name_follows = ctx.line_after(problem.range.end()).starts_with(|c: char| c == '_' || c.is_alphanumeric());
        let open = Open::of(closer, before);
        let wanted = open.closer();
        let message = format!("expected `{wanted}` at the end of the {}, found `{closer}`", open.name());
        let report = ctx.report::<Self>(problem.range, message);
        let title = format!("replace `{closer}` by `{wanted}`");
        let edit = TextEdit::replace(problem.range, wanted);
        match open {
            // `</script>` is perhaps the end of a script of the browser in which the block stands.
            Open::Block if closer != "=%%" => {
                report.help("write `]%%` where the code ends");
            }
            // `=%%name%%` is perhaps text.
            Open::Block if name_follows => {}
            // Statements can only have been meant as a block; a call could as well be an inline expression.
            Open::Block if is_in_statements(before) => {
                report.fix(title, [edit]);
            }
            Open::Block | Open::Inline | Open::Script => {
                report.unsafe_fix(title, [edit]);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use sfmc_diagnostics::{Applicability, Diagnostic};

    use crate::tests::{check, diagnostics, fixed, silent};

    fn only(text: &str) -> Diagnostic {
        let mut found = diagnostics(text);
        found.retain(|d| d.rule.id == "amp/mismatched-close");
        assert_eq!(found.len(), 1, "{text}");
        found.remove(0)
    }

    #[test]
    fn at_the_closer() {
        check(
            "amp/mismatched-close",
            "
%%[ set @a = 1 =%%
//             ^^^ error: expected `]%%` at the end of the block, found `=%%`
%%=v(@a)]%%
//      ^^^ expected `=%%` at the end of the inline expression, found `]%%`
<script runat=server language=ampscript> set @a = 1 ]%%
//                                                  ^^^ expected `</script>` at the end of the script block, found `]%%`
%%[ set @a = 1 </script>
//             ^^^^^^^^^ expected `]%%` at the end of the block, found `</script>`
",
        );
    }

    #[test]
    fn replaces_it() {
        fixed("amp/mismatched-close", "%%[\n set @a = 1\n=%% text", "%%[\n set @a = 1\n]%% text");
        fixed("amp/mismatched-close", "%%[ v(@a) =%%", "%%[ v(@a) ]%%");
        fixed("amp/mismatched-close", "%%=v(@a)]%%", "%%=v(@a)=%%");
        fixed(
            "amp/mismatched-close",
            "<script runat=server language=ampscript>set @a = 1]%%",
            "<script runat=server language=ampscript>set @a = 1</script>",
        );
    }

    #[test]
    fn unseen_only_where_nothing_else_can_be_meant() {
        let safe = |text| only(text).fixes.iter().any(|fix| fix.applicability == Applicability::Safe);
        assert!(safe("%%[ if @a > 1 then =%%"));
        assert!(!safe("%%[ v(@a) =%%"));
        assert!(!safe("%%=v(@a)]%%"));
        assert!(!safe("%%[ set @a = 1 <a href=x =%%"));
        assert!(!safe("%%=v(@a) %%[ set @a = 1 =%%"));
        assert!(only("<script> x = '%%[ set @a = 1 </script>").fixes.is_empty());
        assert!(only("%%[ set @a = 1 ?x=%%name").fixes.is_empty());
    }

    #[test]
    fn silent_on_the_own_closer() {
        silent("amp/mismatched-close", "%%[ set @a = '=%%' ]%% %%=v(']%%')=%%");
        silent("amp/mismatched-close", "<script runat=server language=ampscript>set @a = ']%%'</script>");
    }
}
