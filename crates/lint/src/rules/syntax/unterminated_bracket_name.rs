use sfmc_syntax::{Problem, ProblemKind, SyntaxKind, TextEdit};

use crate::context::{CheckProblem, Context};

declare_rule! {
    /// A name that `[` opens ends with `]`.
    ///
    /// ## Why
    /// The `]` of `]%%` belongs to the end of the block, so that `[Shoe Size]%%` is a name without end and the page does not
    /// compile. The documentation recommends a blank between the two.
    /// Source: ampscript.md, sections 1.2 and 2 (recovery).
    ///
    /// ## Bad
    /// ```ampscript
    /// %%[ set @size = [Shoe Size ]%%
    /// ```
    ///
    /// ## Good
    /// ```ampscript
    /// %%[ set @size = [Shoe Size] ]%%
    /// ```
    pub UnterminatedBracketName {
        id: "amp/unterminated-bracket-name",
        aliases: [],
        group: Syntax,
        severity: Error,
        fix: Safe,
        since: "0.1.0",
    }
}

/// Whether all of it can only be the name: words, and none of them a keyword.
fn is_whole_name(name: &str) -> bool {
    let is_word = |word: &str| {
        let known = |c: char| c == '_' || c == '-' || c.is_alphanumeric();
        word.chars().all(known) && SyntaxKind::from_ampscript_keyword(word).is_none()
    };
    !name.trim().is_empty() && name.split_whitespace().all(is_word)
}

impl CheckProblem for UnterminatedBracketName {
    const KIND: ProblemKind = ProblemKind::UnterminatedBracketName;

    fn check(ctx: &mut Context<'_>, problem: &Problem) {
        let text = ctx.text(problem.range);
        let name = text.strip_prefix('[').unwrap_or("");
        let after = ctx.line_after(problem.range.end());
        // The end of the block must not become the second of two brackets.
        let bracket = if after.starts_with(']') { "] " } else { "]" };
        let report = ctx.report::<Self>(problem.range, format!("the name `{text}` has no `]`"));
        // Before percent signs the bracket would be the end of the block.
        if is_whole_name(name) && !after.starts_with('%') {
            report.fix("insert `]`", [TextEdit::insert(problem.range.end(), bracket)]);
        } else {
            report.help("write `]` where the name ends");
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::tests::{check, diagnostics, fixed, silent};

    #[test]
    fn on_the_name() {
        check(
            "amp/unterminated-bracket-name",
            "
%%[ set @a = [Shoe Size ]%%
//           ^^^^^^^^^^ error: the name `[Shoe Size` has no `]`
%%[ set @a = [x]%%
//           ^^ the name `[x` has no `]`
",
        );
    }

    #[test]
    fn inserts_the_bracket() {
        fixed("amp/unterminated-bracket-name", "%%[ set @a = [Shoe Size ]%%", "%%[ set @a = [Shoe Size] ]%%");
        fixed("amp/unterminated-bracket-name", "%%[ set @a = [x]%%", "%%[ set @a = [x] ]%%");
        fixed(
            "amp/unterminated-bracket-name",
            "%%[ set @a = [Ort\nset @b = 1 ]%%",
            "%%[ set @a = [Ort]\nset @b = 1 ]%%",
        );
    }

    #[test]
    fn no_fix_where_the_name_ends_somewhere_before() {
        for text in [
            "%%[ if [Vip then set @a = 1 endif ]%%",
            "%%[ set @a = Concat([Vip, 'x') ]%%",
            "%%[ set @a = [Vip%%name%% ]%%",
        ] {
            let found = diagnostics(text);
            let name = found.iter().find(|d| d.rule.id == "amp/unterminated-bracket-name").unwrap();
            assert!(name.fixes.is_empty(), "{text}");
        }
    }

    #[test]
    fn silent_on_names_that_end() {
        silent("amp/unterminated-bracket-name", "%%[ set @a = [Shoe Size] set @b = '[x' set @c = [x]]%% [y");
        silent("amp/unterminated-bracket-name", "%%[[type=load;name=A] var @a ]%% %%=v([Shoe Size])=%%");
    }
}
