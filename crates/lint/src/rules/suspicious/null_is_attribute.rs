use sfmc_syntax::{Problem, ProblemKind};

use crate::context::{CheckProblem, Context};

declare_rule! {
    /// There is no null: the bare word reads the attribute of that name.
    ///
    /// ## Why
    /// Any word without `@` and parentheses is an attribute of the recipient, `null` too. A page finds nothing under that name, a send can
    /// stop at it. `Empty()` tells whether there is a value; an argument that is to be empty is written `""`.
    /// Source: ampscript.md, sections 2 (no null literal) and 14 (21).
    ///
    /// ## Bad
    /// ```ampscript
    /// %%[ if @coupon == null then set @coupon = "WELCOME" endif ]%%
    /// ```
    ///
    /// ## Good
    /// ```ampscript
    /// %%[ if Empty(@coupon) then set @coupon = "WELCOME" endif ]%%
    /// ```
    ///
    /// ## Off
    /// Where calls pass `null` for an optional argument, as pages of the official documentation suggest.
    pub NullIsAttribute {
        id: "amp/null-is-attribute",
        aliases: [],
        group: Suspicious,
        severity: Warning,
        fix: None,
        since: "0.1.0",
    }
}

/// Operators that compare, and whether they do so for difference.
const OPERATORS: [(&str, bool); 3] = [("==", false), ("!=", true), ("<>", true)];

fn is_name(c: char) -> bool {
    c == '_' || c.is_ascii_alphanumeric()
}

fn help(before: &str, after: &str) -> String {
    let (before, after) = (before.trim_end(), after.trim_start());
    let left = OPERATORS.iter().find_map(|(operator, differs)| {
        let left = before.strip_suffix(operator)?.trim_end();
        let head = left.trim_end_matches(is_name);
        let variable = head.strip_suffix('@').map(|head| &left[head.len()..]);
        Some((variable, *differs))
    });
    let right = OPERATORS.iter().find_map(|(operator, differs)| {
        let right = after.strip_prefix(operator)?.trim_start();
        let rest = right.strip_prefix('@')?.trim_start_matches(is_name);
        let variable = &right[..right.len() - rest.len()];
        Some((Some(variable), *differs))
    });
    match left.or(right) {
        Some((variable, differs)) => {
            let not = if differs { "not " } else { "" };
            let variable = variable.filter(|name| name.len() > 1).unwrap_or("…");
            format!("use `{not}Empty({variable})`")
        }
        None => "write `\"\"` for an empty value, and ask with `Empty(…)`".to_owned(),
    }
}

impl CheckProblem for NullIsAttribute {
    const KIND: ProblemKind = ProblemKind::NullIsAttribute;

    fn check(ctx: &mut Context<'_>, problem: &Problem) {
        let word = ctx.text(problem.range);
        let help = help(ctx.line_before(problem.range.start()), ctx.line_after(problem.range.end()));
        ctx.report::<Self>(problem.range, format!("`{word}` reads the attribute of that name")).help(help);
    }
}

#[cfg(test)]
mod tests {
    use super::help;
    use crate::tests::{check, silent};

    #[test]
    fn on_the_word() {
        check(
            "amp/null-is-attribute",
            "
%%[ if @a == NULL then set @b = null endif ]%%
//           ^^^^ `NULL` reads the attribute of that name
//                              ^^^^ `null` reads the attribute of that name
",
        );
    }

    #[test]
    fn silent_on_names_and_texts() {
        silent(
            "amp/null-is-attribute",
            "%%[ set @null = 'null' set @a = [null] set @b = IsNull(@null) set @c = nullable ]%% null",
        );
    }

    #[test]
    fn advice() {
        assert_eq!(help("if @a == ", " then"), "use `Empty(@a)`");
        assert_eq!(help("if @a_1!=", " then"), "use `not Empty(@a_1)`");
        assert_eq!(help("if Field(@r, 'x') == ", ""), "use `Empty(…)`");
        assert_eq!(help("if @a <>", ""), "use `not Empty(@a)`");
        assert_eq!(help("if ", " != @a then"), "use `not Empty(@a)`");
        assert_eq!(help("if ", "==@a"), "use `Empty(@a)`");
        assert!(help("Lookup('a', ", ")").starts_with("write `\"\"`"));
        assert!(help("set @a = ", "").starts_with("write `\"\"`"));
        assert_eq!(help("==", ""), "use `Empty(…)`");
    }
}
