use sfmc_syntax::{Problem, ProblemKind, TextEdit};

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
        fix: Unsafe,
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
    fn of(wanted: &str) -> Open {
        match wanted {
            "=%%" => Open::Inline,
            "</script>" => Open::Script,
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

impl CheckProblem for MismatchedClose {
    const KIND: ProblemKind = ProblemKind::MismatchedClose;

    fn check(ctx: &mut Context<'_>, problem: &Problem) {
        let closer = ctx.text(problem.range);
        let open = Open::of(problem.expected);
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
            // Never unseen: `=%%name%%` is perhaps text, and a call could as well be an inline expression.
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
    fn never_unseen() {
        assert_eq!(only("%%[ if @a > 1 then =%%").fixes[0].applicability, Applicability::Unsafe);
        assert!(only("<script> x = '%%[ set @a = 1 </script>").fixes.is_empty());
    }

    #[test]
    fn silent_on_the_own_closer() {
        silent("amp/mismatched-close", "%%[ set @a = '=%%' ]%% %%=v(']%%')=%%");
        silent("amp/mismatched-close", "<script runat=server language=ampscript>set @a = ']%%'</script>");
    }
}
