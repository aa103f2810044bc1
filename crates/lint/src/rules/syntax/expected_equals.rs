use sfmc_syntax::{Problem, ProblemKind, TextEdit};

use crate::context::{CheckProblem, Context};

declare_rule! {
    /// SET and FOR have `=` between the variable and its value.
    ///
    /// ## Why
    /// Without `=` the page does not compile and nothing of it is shown. A name holds only letters, digits and `_`: in `set @my-var = 1`
    /// the name is `@my`, and what follows stands where the `=` belongs.
    /// Source: ampscript.md, sections 2 (`variable`) and 3 (`set_stmt`, `for_stmt`).
    ///
    /// ## Bad
    /// ```ampscript
    /// %%[ set @first-name = AttributeValue("First Name") ]%%
    /// ```
    ///
    /// ## Good
    /// ```ampscript
    /// %%[ set @first_name = AttributeValue("First Name") ]%%
    /// ```
    pub ExpectedEquals {
        id: "amp/expected-equals",
        aliases: [],
        group: Syntax,
        severity: Error,
        fix: Safe,
        since: "0.1.0",
    }
}

/// Whether what follows the variable can only be its value: not a bare word, which may be the rest of a name or a word of another
/// language, and nothing that is glued to the name as an index or a minus would be.
fn value_follows(rest: &str) -> bool {
    let value = rest.trim_start();
    let apart = value.len() < rest.len();
    let name = value.trim_start_matches(|c: char| c.is_ascii_alphanumeric() || c == '_');
    let word = &value[..value.len() - name.len()];
    match value.chars().next() {
        Some(quote @ ('"' | '\'')) => {
            // `set @a "x" = 1` is another mistake.
            let after = value[1..].split_once(quote).map_or("", |(_, after)| after);
            !after.trim_start().starts_with('=')
        }
        Some('0'..='9' | '-') => {
            let digits = value.strip_prefix('-').unwrap_or(value);
            let after = digits.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.');
            apart && after.len() < digits.len() && !after.trim_start().starts_with('=')
        }
        Some('@') => apart,
        Some('[') => apart && value.contains(']'),
        Some('A'..='Z' | 'a'..='z' | '_') => {
            let literal = ["true", "false"].iter().any(|literal| word.eq_ignore_ascii_case(literal));
            let keyword = ["and", "or", "to", "downto", "do", "then"].iter().any(|k| word.eq_ignore_ascii_case(k));
            apart && (literal || (name.starts_with('(') && !keyword))
        }
        _ => false,
    }
}

impl CheckProblem for ExpectedEquals {
    const KIND: ProblemKind = ProblemKind::ExpectedEquals;

    fn check(ctx: &mut Context<'_>, problem: &Problem) {
        let found = ctx.text(problem.range);
        if !problem.range.is_empty() {
            let help = match found.bytes().next() {
                Some(b'@' | b',') => "one `set` assigns to one variable",
                Some(b'[') => "there are no arrays: a name holds letters, digits and `_`",
                // The parser reads these in place of the `=`.
                _ if ["to", "as", "is", "be", "eq", "equals"].iter().any(|word| found.eq_ignore_ascii_case(word))
                    && !ctx.line_after(problem.range.end()).trim_start().starts_with('=') =>
                {
                    let report =
                        ctx.report::<Self>(problem.range, format!("expected `=` after the variable, found `{found}`"));
                    report.fix("write `=`", [TextEdit::replace(problem.range, "=")]);
                    return;
                }
                _ => "a name holds letters, digits and `_`",
            };
            ctx.report::<Self>(problem.range, format!("expected `=` after the variable, found `{found}`")).help(help);
            return;
        }
        let place = problem.range.end();
        let rest = ctx.line_after(place);
        let report = ctx.report::<Self>(problem.range, "expected `=` after the variable");
        if value_follows(rest) {
            let blank = if rest.starts_with([' ', '\t']) { "" } else { " " };
            report.fix("insert `=`", [TextEdit::insert(place, format!(" ={blank}"))]);
        } else if rest.split_whitespace().next().is_some_and(|word| word.eq_ignore_ascii_case("in")) {
            report.help("FOR counts: `for @i = 1 to RowCount(@rows) do`");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::value_follows;
    use crate::tests::{check, fixed, silent, unfixed};

    #[test]
    fn a_word_in_place_of_it() {
        fixed("amp/expected-equals", "%%[ set @a to 5 ]%%", "%%[ set @a = 5 ]%%");
        fixed("amp/expected-equals", "%%[ set @b is Now() ]%%", "%%[ set @b = Now() ]%%");
        unfixed("amp/expected-equals", "%%[ set @a is = 5 ]%%");
        check(
            "amp/expected-equals",
            "
%%[ set @a to
//        | expected `=` after the variable
set @b = 1 ]%%
",
        );
    }

    #[test]
    fn where_it_is_missing() {
        check(
            "amp/expected-equals",
            "
%%[ set @a 1 ]%%
//        | expected `=` after the variable
%%[ for @k to 9 do next ]%%
//        | expected `=` after the variable
",
        );
    }

    #[test]
    fn on_what_is_no_part_of_a_name() {
        check(
            "amp/expected-equals",
            "
%%[ set @my-var = 1 ]%%
//         ^^^^ expected `=` after the variable, found `-var`
%%[ set @include this row = 1 ]%%
//               ^^^^^^^^ expected `=` after the variable, found `this row`
",
        );
    }

    #[test]
    fn silent_on_complete_statements() {
        silent("amp/expected-equals", "%%[ set\n@a\n=\n1 SET@b=2 for @i = 1 to 2 do next ]%% set @my-var 1");
    }

    #[test]
    fn inserts_it() {
        fixed("amp/expected-equals", "%%[ set @a 1 ]%%", "%%[ set @a = 1 ]%%");
        fixed("amp/expected-equals", "%%[ set @a'x' ]%%", "%%[ set @a = 'x' ]%%");
        fixed("amp/expected-equals", "%%[ set @a Now() ]%%", "%%[ set @a = Now() ]%%");
        fixed("amp/expected-equals", "%%[ for @i 1 to 3 do next ]%%", "%%[ for @i = 1 to 3 do next ]%%");
    }

    #[test]
    fn only_in_front_of_a_value() {
        for rest in
            [" 1", " -1", " \"x\"", "'x'", " @b", " TRUE", " 'x' set @b = 'y'", " Now()", " [First Name]", " not(@b)"]
        {
            assert!(value_follows(rest), "{rest}");
        }
        for rest in [
            "",
            " ]%%",
            " to 9",
            " to (9)",
            " name",
            " is 1",
            " in @rows",
            " 'x' = 'y'",
            "@b",
            "-1",
            " - 1",
            " -1 = 1",
            " 1 = 1",
            " (1)",
            " [Name",
            " : 1",
            "(1)",
            "[1]",
            " then",
        ] {
            assert!(!value_follows(rest), "{rest}");
        }
    }
}
