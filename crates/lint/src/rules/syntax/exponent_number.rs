use sfmc_syntax::{Problem, ProblemKind, TextEdit};

use crate::context::{CheckProblem, Context};

declare_rule! {
    /// Numbers are written out, without an exponent.
    ///
    /// ## Why
    /// The grammar of Salesforce's open reimplementation knows no exponents, and its tests list them among what the hosted
    /// service reads differently: the service probably accepts them. A number that is written out is read alike by everybody.
    /// Source: ampscript.md, sections 2 (numbers) and 12.
    ///
    /// ## Bad
    /// ```ampscript
    /// %%[ set @limit = 1e6 ]%%
    /// ```
    ///
    /// ## Good
    /// ```ampscript
    /// %%[ set @limit = 1000000 ]%%
    /// ```
    ///
    /// ## Off
    /// Turn it off if your pages use such numbers and are known to work.
    pub ExponentNumber {
        id: "amp/exponent-number",
        aliases: [],
        group: Syntax,
        severity: Warning,
        fix: Unsafe,
        since: "0.1.0",
    }
}

/// The number written out, when it is an integer that fits in 64 bits.
fn written_out(number: &str) -> Option<String> {
    let (digits, exponent) = number.split_once(['e', 'E'])?;
    let zeros: usize = exponent.parse().ok()?;
    if zeros > 18 || digits.starts_with('0') || digits.starts_with("-0") {
        return None;
    }
    let out = format!("{digits}{}", "0".repeat(zeros));
    out.parse::<i64>().is_ok().then_some(out)
}

impl CheckProblem for ExponentNumber {
    const KIND: ProblemKind = ProblemKind::ExponentNumber;

    fn check(ctx: &mut Context<'_>, problem: &Problem) {
        let number = ctx.text(problem.range);
        let report =
            ctx.report::<Self>(problem.range, format!("`{number}` has an exponent, which not every reader knows"));
        match written_out(number) {
            Some(out) => {
                let edit = TextEdit::replace(problem.range, out.clone());
                report.unsafe_fix(format!("write `{out}`"), [edit]);
            }
            None => {
                report.help("write the number out");
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::written_out;
    use crate::tests::{check, fixed, silent};

    #[test]
    fn on_the_number() {
        check(
            "amp/exponent-number",
            "
%%[ set @a = 1.5e-3 ]%%
//           ^^^^^^ warning: `1.5e-3` has an exponent
",
        );
    }

    #[test]
    fn writes_it_out() {
        fixed("amp/exponent-number", "%%[ set @a = -12E+3 ]%%", "%%[ set @a = -12000 ]%%");
    }

    #[test]
    fn what_can_be_written_out() {
        assert_eq!(written_out("1e3").as_deref(), Some("1000"));
        for number in ["1.5e3", "1e-3", "0e3", "12e18", "1e99999999999999999999"] {
            assert_eq!(written_out(number), None, "{number}");
        }
    }

    #[test]
    fn silent_on_names_and_strings() {
        silent("amp/exponent-number", "%%[ set @a = '1e3' set @e3 = e3 set @b = 10 set @c = [1e3] ]%% 1e3");
    }
}
