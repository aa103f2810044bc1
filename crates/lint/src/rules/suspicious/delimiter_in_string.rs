use sfmc_syntax::{Problem, ProblemKind};

use crate::context::{CheckProblem, Context};

declare_rule! {
    /// Delimiters in a string are text.
    ///
    /// ## Why
    /// A string protects them from being read as the end of the code. Some tools, and perhaps some steps before the page is sent,
    /// look for delimiters without regard to strings. Functions such as TreatAsContent run them later.
    /// Source: ampscript.md, section 1.2; ampscript-edge-cases.md, 20 and 22.
    ///
    /// ## Bad
    /// ```ampscript
    /// %%[ set @template = "Hello ]%% there" ]%%
    /// ```
    ///
    /// ## Good
    /// ```ampscript
    /// %%[ set @template = Concat("Hello ]%", "% there") ]%%
    /// ```
    ///
    /// ## Off
    /// Turn it off if you build content from strings and run it with TreatAsContent.
    pub DelimiterInString {
        id: "amp/delimiter-in-string",
        aliases: ["literal-in-string-delimiter"],
        group: Suspicious,
        severity: Hint,
        fix: None,
        since: "0.1.0",
    }
}

impl CheckProblem for DelimiterInString {
    const KIND: ProblemKind = ProblemKind::DelimiterInString;

    fn check(ctx: &mut Context<'_>, problem: &Problem) {
        // What is run is code, and the delimiters belong to it.
        if is_run(ctx.line_before(problem.range.start())) {
            return;
        }
        let delimiter = ctx.text(problem.range);
        // `"…?e=%%emailaddr%%"` in a block: nothing that looks for the end of a block finds one there.
        let before = ctx.line_before(problem.range.start());
        if delimiter == "=%%" && !is_inline(before) && is_personalization(ctx.line_after(problem.range.end())) {
            return;
        }
        ctx.report::<Self>(
            problem.range,
            format!("`{delimiter}` in a string is text, but other tools may take it for code"),
        );
    }
}

/// Whether the code before this place is in an inline expression.
fn is_inline(before: &str) -> bool {
    let opener = |delimiter: &str| before.rfind(delimiter);
    opener("%%=").is_some_and(|inline| opener("%%[").is_none_or(|block| block < inline))
}

/// Whether a text goes on with the name of a personalization string and ends it: `emailaddr%%`.
fn is_personalization(rest: &str) -> bool {
    let name = rest.split("%%").next().unwrap_or_default();
    name.len() < rest.len()
        && name.starts_with(|c: char| c == '_' || c.is_alphabetic())
        && name.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | ' ' | '-' | '.'))
}

/// Whether what stands behind this code is in a string of an argument of TreatAsContent.
fn is_run(before: &str) -> bool {
    const NAME: &str = "treatascontent";
    let before = before.to_ascii_lowercase();
    let Some((_, arguments)) = before.rsplit_once(NAME) else { return false };
    let Some(arguments) = arguments.trim_start().strip_prefix('(') else { return false };
    let (mut depth, mut quote) = (1usize, None);
    for c in arguments.chars() {
        match (quote, c) {
            (Some(open), _) if open == c => quote = None,
            (Some(_), _) => {}
            (None, '"' | '\'') => quote = Some(c),
            (None, '(') => depth += 1,
            (None, ')') => depth -= 1,
            (None, _) => {}
        }
        if depth == 0 {
            return false;
        }
    }
    quote.is_some()
}

#[cfg(test)]
mod tests {
    use crate::tests::{check, silent};

    #[test]
    fn at_the_first_of_them() {
        check(
            "amp/delimiter-in-string",
            "
%%[ set @a = 'a ]%% b' ]%%
//              ^^^ hint: `]%%` in a string is text
%%[ set @u = 'sum: %%=Add(1,2)=%%' ]%%
//                 ^^^ `%%=` in a string is text
",
        );
    }

    #[test]
    fn silent_where_the_string_is_run() {
        silent("amp/delimiter-in-string", "%%=TreatAsContent(\"%%=v(@name)=%%\")=%%");
        silent("amp/delimiter-in-string", "%%[ set @a = treatAsContent ( Concat('%%[ set @b = ', @c, ' ]%%')) ]%%");
        check(
            "amp/delimiter-in-string",
            "
%%[ set @a = TreatAsContent('x') set @b = 'sum: %%=Add(1,2)=%%' ]%%
//                                              ^^^ `%%=` in a string is text
",
        );
    }

    #[test]
    fn a_personalization_string_in_an_address() {
        silent("amp/delimiter-in-string", "%%[ set @u = 'https://x.example/?e=%%emailaddr%%' ]%%");
        check(
            "amp/delimiter-in-string",
            "
%%=v('https://x.example/?e=%%emailaddr%%')=%% %%[ set @a = 'x=%% b' ]%%
//                        ^^^ `=%%` in a string is text
//                                                           ^^^ `=%%` in a string is text
",
        );
    }

    #[test]
    fn silent_on_personalization_strings_and_percent_signs() {
        silent("amp/delimiter-in-string", "%%[ set @a = '%%name%% 50%% off [x]%' /* ]%% */ ]%% %%=v('=%')=%%");
    }
}
