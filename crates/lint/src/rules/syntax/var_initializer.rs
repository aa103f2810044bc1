use sfmc_syntax::{Problem, ProblemKind, TextEdit, TextRange, TextSize};

use crate::context::{CheckProblem, Context};
use crate::surroundings::{in_case_of_line, upcoming};

declare_rule! {
    /// VAR declares variables and gives them no value; SET does.
    ///
    /// ## Why
    /// VAR puts names into the dictionary as null. There is no place for a value in it: the page does not compile and nothing of it
    /// is shown.
    /// Source: ampscript.md, section 3 (`var_decl`).
    ///
    /// ## Bad
    /// ```ampscript
    /// %%[ var @subject = "Your order" ]%%
    /// ```
    ///
    /// ## Good
    /// ```ampscript
    /// %%[ var @subject set @subject = "Your order" ]%%
    /// ```
    pub VarInitializer {
        id: "amp/var-initializer",
        aliases: [],
        group: Syntax,
        severity: Error,
        fix: Safe,
        since: "0.1.0",
    }
}

fn is_name(c: char) -> bool {
    c == '_' || c.is_ascii_alphanumeric()
}

/// The variable of a `var @name` that ends the line so far and declares nothing else.
fn only_variable(before: &str) -> Option<&str> {
    let before = before.trim_end();
    let head = before.trim_end_matches(is_name);
    let declared = head.strip_suffix('@')?;
    let keyword = declared.trim_end();
    let start = keyword.len().checked_sub("var".len())?;
    let (front, word) = keyword.split_at_checked(start)?;
    let is_var = word.eq_ignore_ascii_case("var") && !front.ends_with(|c: char| is_name(c) || c == '@');
    (is_var && head.len() < before.len()).then(|| &before[declared.len()..])
}

/// Whether `value` reads `variable`, which VAR has just emptied.
fn reads(value: &str, variable: &str) -> bool {
    let (value, variable) = (value.to_ascii_lowercase(), variable.to_ascii_lowercase());
    value.match_indices(&variable).any(|(at, _)| !value[at + variable.len()..].starts_with(is_name))
}

impl CheckProblem for VarInitializer {
    const KIND: ProblemKind = ProblemKind::VarInitializer;

    fn check(ctx: &mut Context<'_>, problem: &Problem) {
        let start = problem.range.start();
        let text = ctx.text(problem.range);
        let value = text.trim_start_matches('=');
        let before = ctx.line_before(start);
        // A list goes on, or something that may hide one.
        let goes_on = upcoming(ctx, problem.range.end()).0.starts_with([',', '@', '/', '<', '=']);
        let has_value = value.lines().next().is_some_and(|line| !line.trim().is_empty());
        let variable = only_variable(before).filter(|_| has_value && !goes_on);
        let set = in_case_of_line(ctx, start, "set");
        let report = ctx.report::<Self>(problem.range, "`var` only declares: no value can be given here");
        let Some(variable) = variable else {
            report.help("declare with `var`, then assign with `set @name = …`");
            return;
        };
        let blank = if before.ends_with([' ', '\t']) { "" } else { " " };
        let equals = TextRange::at(start, TextSize::of(text) - TextSize::of(value));
        let edit = TextEdit::replace(equals, format!("{blank}{set} {variable} ="));
        let report = report.help("assign with `set` after it");
        let title = format!("assign with `{set} {variable} = …`");
        if reads(value, variable) {
            report.unsafe_fix(title, [edit]);
        } else {
            report.fix(title, [edit]);
        }
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn in_the_case_of_var() {
        fixed("amp/var-initializer", "%%[ VAR @p = 1 ]%%", "%%[ VAR @p SET @p = 1 ]%%");
    }

    use super::{only_variable, reads};
    use crate::tests::{check, diagnostics, fixed, silent};

    #[test]
    fn from_the_equals_sign_to_the_value() {
        check(
            "amp/var-initializer",
            "
%%[ var @a = Concat('x', @b)
//         ^^^^^^^^^^^^^^^^^ `var` only declares
var @c = 1, @d = 2 ]%%
//     ^^^ `var` only declares
//             ^^^ `var` only declares
",
        );
    }

    #[test]
    fn silent_on_declarations() {
        silent("amp/var-initializer", "%%[ var @a, @b set @a = 1 var @c\n@d = 1 ]%% var @e = 1");
    }

    #[test]
    fn splits_the_statement() {
        fixed("amp/var-initializer", "%%[ var @a = 1 ]%%", "%%[ var @a set @a = 1 ]%%");
        fixed("amp/var-initializer", "%%[ VAR @a='x'\nset @b = 2 ]%%", "%%[ VAR @a SET @a ='x'\nset @b = 2 ]%%");
        fixed("amp/var-initializer", "%%[var @a == Now()]%%", "%%[var @a set @a = Now()]%%");
    }

    #[test]
    fn no_fix_in_lists() {
        for text in [
            "%%[ var @a = 1, @b ]%%",
            "%%[ var @b, @a = 1 ]%%",
            "%%[ var @a = 1\n , @b ]%%",
            "%%[ var @@a = 1 ]%%",
            "%%[ var @a = ]%%",
            "%%[ var @a = 1 /* one */, @b ]%%",
            "%%[ var @a =\nNow() ]%%",
        ] {
            let found = diagnostics(text);
            let found = found.iter().find(|d| d.rule.id == "amp/var-initializer").unwrap();
            assert!(found.fixes.is_empty(), "{text}");
        }
    }

    #[test]
    fn what_stands_before() {
        assert_eq!(only_variable("%%[ var @a "), Some("@a"));
        assert_eq!(only_variable("var@_b2"), Some("@_b2"));
        for before in ["var @@a ", "var @b, @a ", "@var @a", "set @a ", "var ", "@a", "var a", "xvar @a"] {
            assert_eq!(only_variable(before), None, "{before}");
        }
    }

    #[test]
    fn a_value_that_reads_the_variable() {
        assert!(reads(" Add(@N, 1)", "@n"));
        assert!(!reads(" Add(@nn, 1)", "@n"));
        let found = diagnostics("%%[ var @n = Add(@n, 1) ]%%");
        let fix = found.iter().find(|d| d.rule.id == "amp/var-initializer").and_then(|d| d.fixes.first()).unwrap();
        assert_eq!(fix.applicability, sfmc_diagnostics::Applicability::Unsafe);
    }
}
