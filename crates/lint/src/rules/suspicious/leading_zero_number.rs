use sfmc_syntax::{Problem, ProblemKind, TextEdit};

use crate::context::{CheckProblem, Context};

declare_rule! {
    /// A number does not begin with zeros.
    ///
    /// ## Why
    /// Salesforce's open reimplementation of the language reads `007` as three numbers, of which all but the first are dropped.
    /// Post codes and keys whose zeros matter are text.
    /// Source: ampscript.md, section 2 (numbers); ampscript-edge-cases.md, 70.
    ///
    /// ## Bad
    /// ```ampscript
    /// %%[ set @zip = 02134 ]%%
    /// ```
    ///
    /// ## Good
    /// ```ampscript
    /// %%[ set @zip = "02134" ]%%
    /// ```
    ///
    /// ## Off
    /// Turn it off if your pages use such numbers and are known to work.
    pub LeadingZeroNumber {
        id: "amp/leading-zero-number",
        aliases: [],
        group: Suspicious,
        severity: Warning,
        fix: Unsafe,
        since: "0.1.0",
    }
}

/// The number without its leading zeros.
fn stripped(number: &str) -> String {
    let (sign, digits) = match number.strip_prefix('-') {
        Some(digits) => ("-", digits),
        None => ("", number),
    };
    let rest = digits.trim_start_matches('0');
    let zero = if rest.starts_with(|c: char| c.is_ascii_digit()) { "" } else { "0" };
    format!("{sign}{zero}{rest}")
}

impl CheckProblem for LeadingZeroNumber {
    const KIND: ProblemKind = ProblemKind::LeadingZeroNumber;

    fn check(ctx: &mut Context<'_>, problem: &Problem) {
        let number = ctx.text(problem.range);
        let quoted = format!("\"{number}\"");
        let stripped = stripped(number);
        ctx.report::<Self>(problem.range, format!("`{number}` begins with a zero and may be read as several numbers"))
            .help(format!("write `{stripped}`, or `{quoted}` if the zeros matter"))
            .unsafe_fix(format!("write `{quoted}` as text"), [TextEdit::replace(problem.range, quoted)])
            .unsafe_fix(format!("write `{stripped}`"), [TextEdit::replace(problem.range, stripped)]);
    }
}

#[cfg(test)]
mod tests {
    use super::stripped;
    use crate::tests::{check, fixed, silent};

    #[test]
    fn on_the_number() {
        check(
            "amp/leading-zero-number",
            "
%%[ set @a = 007 ]%%
//           ^^^ warning: `007` begins with a zero and may be read as several numbers
",
        );
    }

    #[test]
    fn quotes_it() {
        fixed("amp/leading-zero-number", "%%[ set @a = 007 ]%%", "%%[ set @a = \"007\" ]%%");
    }

    #[test]
    fn without_the_zeros() {
        for (number, expected) in [("007", "7"), ("-01", "-1"), ("00", "0"), ("00.5", "0.5"), ("01.", "1.")] {
            assert_eq!(stripped(number), expected);
        }
    }

    #[test]
    fn silent_on_zero_fractions_and_strings() {
        silent(
            "amp/leading-zero-number",
            "%%[ set @a = 0 set @b = 0.5 set @c = '007' set @d = 100 set @e = -0 ]%% 007",
        );
    }
}
