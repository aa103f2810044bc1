use sfmc_syntax::{Problem, ProblemKind, SyntaxKind, TextEdit};

use crate::context::{CheckProblem, Context};

declare_rule! {
    /// VAR, SET and FOR name variables, which begin with `@`.
    ///
    /// ## Why
    /// A word without `@` is an attribute: it can be read but not set, and in the place of a variable the page does not compile.
    /// Source: ampscript.md, sections 2 (`variable`) and 3 (`var_decl`, `set_stmt`, `for_stmt`).
    ///
    /// ## Bad
    /// ```ampscript
    /// %%[ set firstName = AttributeValue("First Name") ]%%
    /// ```
    ///
    /// ## Good
    /// ```ampscript
    /// %%[ set @firstName = AttributeValue("First Name") ]%%
    /// ```
    pub ExpectedVariable {
        id: "amp/expected-variable",
        aliases: ["sfmc/amp-set-requires-target"],
        group: Syntax,
        severity: Error,
        fix: Unsafe,
        since: "0.1.0",
    }
}

fn is_name(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
}

impl CheckProblem for ExpectedVariable {
    const KIND: ProblemKind = ProblemKind::ExpectedVariable;

    fn check(ctx: &mut Context<'_>, problem: &Problem) {
        let expected = if problem.expected.is_empty() { "a variable, such as `@name`" } else { problem.expected };
        let found = ctx.text(problem.range);
        if found == "@" {
            ctx.report::<Self>(problem.range, "expected a name after `@`")
                .help("a name holds letters, digits and `_` and follows the `@` without a blank");
            return;
        }
        let after = ctx.line_after(problem.range.end()).trim_start();
        if found.is_empty() {
            let word =
                &after[..after.len() - after.trim_start_matches(|c: char| c == '_' || c.is_ascii_alphanumeric()).len()];
            let report = ctx.report::<Self>(problem.range, format!("expected {expected}"));
            if is_name(word) && SyntaxKind::from_ampscript_keyword(word).is_none() {
                report.help("a variable begins with `@`; its name holds letters, digits and `_`");
            }
            return;
        }
        let report = ctx.report::<Self>(problem.range, format!("expected {expected}, found `{found}`"));
        if !is_name(found) {
            report.help("only variables can be set, and a variable begins with `@`");
            return;
        }
        let title = format!("write `@{found}`");
        let edit = TextEdit::insert(problem.range.start(), "@");
        let report = report.help("a variable begins with `@`");
        // The places that read it may have to change as well.
        report.unsafe_fix(title, [edit]);
    }
}

#[cfg(test)]
mod tests {
    use sfmc_diagnostics::Applicability;

    use crate::tests::{check, diagnostics, fixed, silent};

    #[test]
    fn what_stands_in_its_place() {
        check(
            "amp/expected-variable",
            "
%%[ set name = 1 ]%%
//      ^^^^ expected a variable, such as `@name`, found `name`
%%[ for i = 1 to 3 do next ]%%
//      ^ expected the loop's counter, such as `@i`, found `i`
%%[ var total ]%%
//      ^^^^^ expected a variable, such as `@name`, found `total`
%%[ set [First Name] = 1 ]%%
//      ^^^^^^^^^^^^ expected a variable, such as `@name`, found `[First Name]`
",
        );
    }

    #[test]
    fn where_it_is_missing() {
        check(
            "amp/expected-variable",
            r#"
%%[ set = Lookup("d", "c", "k", @k) ]%%
//     | expected a variable, such as `@name`
%%[ var @p, , @q ]%%
//         | expected a variable, such as `@name`
%%=v(@)=%%
//   ^ expected a name after `@`
%%[ set my-name = 1 ]%%
//     | expected a variable, such as `@name`
"#,
        );
    }

    #[test]
    fn silent_on_variables() {
        silent("amp/expected-variable", "%%[ var @a, @_b SET@c=1 for @do = 1 to 2 do next @do ]%% set name = 1 @");
    }

    #[test]
    fn writes_the_at_sign() {
        fixed("amp/expected-variable", "%%[ set name = 1 ]%%", "%%[ set @name = 1 ]%%");
        fixed("amp/expected-variable", "%%[ var total ]%%", "%%[ var @total ]%%");
        fixed("amp/expected-variable", "%%[ for i = 1 to 3 do next ]%%", "%%[ for @i = 1 to 3 do next ]%%");
    }

    #[test]
    fn never_unseen() {
        for (text, safe) in
            [("%%[ SET name = 1 ]%%", false), ("%%[ var name ]%%", false), ("%%[ var @set, name ]%%", false)]
        {
            let found = diagnostics(text);
            let fix =
                found.iter().find(|d| d.rule.id == "amp/expected-variable").and_then(|d| d.fixes.first()).unwrap();
            assert_eq!(fix.applicability == Applicability::Safe, safe, "{text}");
        }
    }

    #[test]
    fn no_fix_for_what_is_no_name() {
        for text in ["%%[ set [First Name] = 1 ]%%", "%%[ set 'name' = 1 ]%%", "%%[ set = 1 ]%%"] {
            let found = diagnostics(text);
            let found = found.iter().find(|d| d.rule.id == "amp/expected-variable").unwrap();
            assert!(found.fixes.is_empty(), "{text}");
        }
    }
}
