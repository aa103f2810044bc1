use sfmc_syntax::{Problem, ProblemKind, TextEdit, TextRange};

use crate::{
    context::{CheckProblem, Context},
    surroundings::{in_case_of_line, is_name},
};

declare_rule! {
    /// Every token of a block belongs to a statement.
    ///
    /// ## Why
    /// The page does not compile and nothing of it is shown. Often it is a form of another language: AMPscript has no `is null`, no
    /// joining of texts with `.` and no thousands separators (`1,000`); or it is HTML, which begins where the block has ended.
    /// Source: ampscript.md, sections 2 (numbers), 3 and 4.
    ///
    /// ## Bad
    /// ```ampscript
    /// %%[ if @coupon is null then set @coupon = "WELCOME" endif ]%%
    /// ```
    ///
    /// ## Good
    /// ```ampscript
    /// %%[ if Empty(@coupon) then set @coupon = "WELCOME" endif ]%%
    /// ```
    pub UnexpectedToken {
        id: "amp/unexpected-token",
        aliases: [],
        group: Syntax,
        severity: Error,
        fix: Safe,
        since: "0.1.0",
    }
}

/// What can be shown of a text inside a message: one line, not too long.
fn shown(text: &str) -> String {
    const LONGEST: usize = 40;
    let line = text.lines().next().unwrap_or("").trim_end();
    let mut short: String = line.chars().take(LONGEST).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    short
}

/// What was meant, where one keyword was.
fn keyword(expected: &str) -> Option<&str> {
    let word = expected.strip_prefix('`')?.strip_suffix('`')?;
    ["if", "elseif", "else", "for", "var"].contains(&word).then_some(word)
}

fn help(found: &str, expected: &str, before: &str, after: &str) -> Option<&'static str> {
    match (found, expected) {
        (",", "`set`") => return Some("one `set` assigns to one variable: write another `set` in place of the comma"),
        (_, "a text in quotes") => return Some("HTML in a value is text, and text stands in quotes"),
        // The quote before it was meant to be part of the text.
        (_, "an address in quotes") if before.trim_end().ends_with(['"', '\'']) => {
            return Some("the quote before it ends the text: write quotes inside a text twice, or take the other kind");
        }
        (_, "an address in quotes") => return Some("an address stands in quotes, like any text"),
        (_, "`,`") => {
            return Some("inside a call arguments stand between commas: `IIf(condition, \"then\", \"else\")`");
        }
        _ => {}
    }
    let mut words = found.split_whitespace().map(str::to_ascii_lowercase);
    if words.next().as_deref() == Some("is") {
        return Some(match words.next().as_deref() {
            Some("not") => "use `not Empty(…)`",
            _ => "use `Empty(…)`",
        });
    }
    let digit = |c: char| c.is_ascii_digit();
    if found == "," && before.ends_with(digit) && after.starts_with(digit) {
        return Some("numbers have no thousands separators, and their decimal point is `.`");
    }
    if let Some(operand) = found.strip_prefix('.') {
        let operand = if operand.is_empty() { after } else { operand };
        if operand.trim_start().starts_with(['"', '\'', '@']) {
            return Some("texts are joined with `Concat(a, b)`");
        }
    }
    None
}

/// `for (@i = 1 to 3) do`: the head of FOR stands without parentheses.
fn around_counter(ctx: &mut Context<'_>, problem: &Problem) {
    let delete = |ctx: &Context<'_>, range: TextRange| {
        let glued =
            ctx.line_before(range.start()).ends_with(is_name) && ctx.line_after(range.end()).starts_with(is_name_start);
        TextEdit::replace(range, if glued { " " } else { "" })
    };
    let mut edits = vec![delete(ctx, problem.range)];
    edits.extend(problem.related.map(|closer| delete(ctx, closer)));
    let report = ctx.report::<UnexpectedToken>(problem.range, format!("`(`: expected {}", problem.expected));
    let report = match problem.related {
        Some(closer) => report.related(closer, "this `)` closes it"),
        None => report,
    };
    report.help("the counter and its values stand without parentheses").fix("remove the parentheses", edits);
}

/// What would grow together with a name before it, or be hard to read there.
fn is_name_start(c: char) -> bool {
    c == '@' || is_name(c)
}

impl CheckProblem for UnexpectedToken {
    const KIND: ProblemKind = ProblemKind::UnexpectedToken;

    fn check(ctx: &mut Context<'_>, problem: &Problem) {
        let found = ctx.text(problem.range);
        let expected = if problem.expected.is_empty() { "a statement" } else { problem.expected };
        if let Some(keyword) = keyword(expected) {
            // What was meant follows from what stands behind it, but the word can be another's.
            ctx.report::<Self>(problem.range, format!("expected `{keyword}`, found `{}`", shown(found)))
                .unsafe_fix(format!("write `{keyword}`"), [TextEdit::replace(problem.range, keyword)]);
            return;
        }
        if matches!(expected, "`]%%`" | "`</script>`") && found.starts_with('<') {
            ctx.report::<Self>(
                problem.range,
                format!("`{}` is HTML: the code has to end with {expected} before it", shown(found)),
            )
            .help(match expected {
                "`]%%`" => "write `]%%` before the HTML, and `%%[` where code goes on",
                _ => "write `</script>` before the HTML, and the tag again where code goes on",
            });
            return;
        }
        if found == "(" {
            around_counter(ctx, problem);
            return;
        }
        let comma = found == "," && expected == "`set`";
        let help = help(found, expected, ctx.line_before(problem.range.start()), ctx.line_after(problem.range.end()));
        let set = in_case_of_line(ctx, problem.range.start(), "set");
        let report = ctx.report::<Self>(problem.range, format!("`{}`: expected {expected}", shown(found)));
        let report = match help {
            Some(help) => report.help(help),
            None => report,
        };
        if comma {
            let title = format!("replace the comma by `{set}`");
            report.unsafe_fix(title, [TextEdit::replace(problem.range, format!(" {set}"))]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{help, shown};
    use crate::tests::{check, diagnostics, fixed, silent};

    #[test]
    fn what_does_not_belong_there() {
        check(
            "amp/unexpected-token",
            "
%%[ if @a is null then endif
//        ^^^^^^^ `is null`: expected `then`
set @n = 1,000
//        ^ `,`: expected a statement
if @a . 5 then endif ]%%
//    ^^^ `. 5`: expected `then`
",
        );
    }

    #[test]
    fn silent_on_what_only_looks_like_it() {
        silent(
            "amp/unexpected-token",
            "%%[ set @a = 'is null, 1,000' set @b = Msg(0).Noun(1) set @c = -1.5 ]%% 1,000 . is null",
        );
    }

    #[test]
    fn advice() {
        assert_eq!(help("is null", "a statement", "if @a ", " then"), Some("use `Empty(…)`"));
        assert_eq!(help("IS NOT NULL", "a statement", "if @a ", " then"), Some("use `not Empty(…)`"));
        assert!(help(",", "a statement", "set @a = 1", "000").is_some_and(|help| help.contains("thousands")));
        assert_eq!(help(",", "a statement", "set @a = @b", " 1"), None);
        assert!(help(".", "a statement", "set @a = 'x' ", " @b").is_some_and(|help| help.contains("Concat")));
        assert!(help(". 'b'", "a statement", "if @a ", " then").is_some_and(|help| help.contains("Concat")));
        assert_eq!(help("{", "a statement", "set @a ", ""), None);
    }

    #[test]
    fn messages_stay_short() {
        assert_eq!(shown("is null"), "is null");
        assert_eq!(shown("a b\n c"), "a b…");
        assert_eq!(shown(&"é".repeat(50)), format!("{}…", "é".repeat(40)));
    }

    #[test]
    fn parentheses_around_a_counter() {
        let rule = "amp/unexpected-token";
        let good = "%%[ for @i = 1 to 3 do Output(v(@i)) next ]%%";
        for text in [
            "%%[ for (@i = 1 to 3) do Output(v(@i)) next ]%%",
            "%%[ for(@i = 1 to 3)do Output(v(@i)) next ]%%",
            "%%[ for (@i = 1 to 3 do Output(v(@i)) next ]%%",
        ] {
            assert_eq!(diagnostics(text).len(), 1, "{text}");
            fixed(rule, text, good);
        }
        let text = "%%[ for (@i = Add(1, 1) to RowCount(@r)) do next ]%%";
        fixed(rule, text, "%%[ for @i = Add(1, 1) to RowCount(@r) do next ]%%");
    }

    #[test]
    fn html_in_code() {
        check(
            "amp/unexpected-token",
            "
%%[ set @a = 1 <b>Hello</b> set @b = 2
//             ^^^ `<b>` is HTML: the code has to end with `]%%` before it
if @a == 1 then <p class='x'>this &nbsp; is for you, if you like</p>
//              ^^^^^^^^^^^^^ `<p class='x'>` is HTML: the code has to end with `]%%` before it
else <p>No</p> endif
//   ^^^ `<p>` is HTML
set @c = <br/> ]%%
//       ^^^^^ `<br/>`: expected a text in quotes
%%=v(@a) <br>=%% <script runat=server language=ampscript>set @d = 1 </td></tr> </script>
//       ^^^^ `<br>`: expected `=%%`
//                                                                  ^^^^^ `</td>` is HTML: the code has to end with `</script>` before it
",
        );
        for text in [
            "%%[ set @a = 1 <b>Hello</b> set @b = @a Output(v(@b)) ]%%",
            "%%[ set @a = 1 if @a == 1 then\n<p>it's 5 > 4 &nbsp; # (</p>\nendif ]%%",
            "%%[ set @a = 1 for @i = 1 to 3 do <li>Item</li> next @i Output(v(@a)) ]%%",
            "%%[ set @a = 1 Output(v(@a)) </td></tr> if Empty(@a) then Output(v(@a)) endif ]%%",
            "%%[ <div> set @a = 1 if @a == 1 then ]%% x %%[ endif ]%%",
        ] {
            let found = diagnostics(text);
            let found: Vec<_> = found.iter().map(|d| d.rule.id).collect();
            assert_eq!(found, ["amp/unexpected-token"], "{text}");
        }
    }

    #[test]
    fn a_comparison_is_no_tag() {
        for text in [
            "%%[ if @a < @b then endif if @a <b and @b> 1 then endif if @a <b> 2 then endif ]%%",
            "%%[ if @a <p then endif set @x = IIf(@a <i, 1, 2) set @y = IIf(@a <b and c> @d, 1, 2) ]%%",
            "%%[ set @html = '<b>x</b>' /* <p> */ ]%% <p>",
        ] {
            silent("amp/unexpected-token", text);
        }
    }

    #[test]
    fn an_address_behind_a_quote_that_ends_the_text() {
        let found = diagnostics("%%[ set @h = \"<a href=\"https://e.example\">x</a>\" ]%%");
        let help = found.first().and_then(|d| d.help.as_deref()).unwrap_or_default();
        assert!(help.starts_with("the quote before it ends the text"), "{found:#?}");
    }

    #[test]
    fn an_address_without_quotes() {
        for text in [
            "%%[ RedirectTo(https://e.example/) ]%%",
            "%%[ RedirectTo(https://e.example/)\nset @a = 1 Output(v(@a)) ]%%",
            "%%[ set @url = http://e.example/?a=b\nOutput(v(@url)) ]%%",
            "%%=RedirectTo(https://e.example/)=%%",
        ] {
            let found = diagnostics(text);
            let found: Vec<_> = found.iter().map(|d| (d.rule.id, d.message.as_str(), d.fixes.len())).collect();
            let address = if text.contains("https") { "https" } else { "http" };
            let message = format!("`{address}`: expected an address in quotes");
            assert_eq!(found, [("amp/unexpected-token", message.as_str(), 0)], "{text}");
        }
    }
}
