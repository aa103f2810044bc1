use sfmc_syntax::{Problem, ProblemKind, SyntaxKind, TextEdit, TextRange, TextSize};

use crate::{
    context::{CheckProblem, Context},
    surroundings::{expects_value, is_name},
};

declare_rule! {
    /// AMPscript is made of names, variables, numbers, strings and the signs `( ) , = == != < <= > >=`.
    ///
    /// ## Why
    /// Any other character begins no token, and the page does not compile. There is no `;` between statements, names stand without
    /// percent signs, comments do not nest, and a minus belongs to the number behind it.
    /// Source: ampscript.md, sections 1.6 and 2.
    ///
    /// ## Bad
    /// ```ampscript
    /// %%[
    ///   set @tier = "gold";
    ///   set @offer = "A"
    /// ]%%
    /// ```
    ///
    /// ## Good
    /// ```ampscript
    /// %%[
    ///   set @tier = "gold"
    ///   set @offer = "A"
    /// ]%%
    /// ```
    pub UnexpectedCharacter {
        id: "amp/unexpected-character",
        aliases: [],
        group: Syntax,
        severity: Error,
        fix: Safe,
        since: "0.1.0",
    }
}

/// The word that `text` begins with, as a keyword with which a statement begins.
fn begins_statement(text: &str) -> bool {
    use SyntaxKind::{ELSE_KW, ELSEIF_KW, ENDIF_KW, FOR_KW, IF_KW, NEXT_KW, SET_KW, VAR_KW};
    let word = text.split(|c| !is_name(c)).next().unwrap_or("");
    matches!(
        SyntaxKind::from_ampscript_keyword(word),
        Some(VAR_KW | SET_KW | IF_KW | ELSEIF_KW | ELSE_KW | ENDIF_KW | FOR_KW | NEXT_KW)
    )
}

/// How many parentheses are open at the end of `line`, as far as the line tells.
fn open_parens(line: &str) -> i32 {
    let mut open = 0;
    let mut quote = None;
    for c in line.chars() {
        match (quote, c) {
            (None, '"' | '\'') => quote = Some(c),
            (Some(mark), _) if mark == c => quote = None,
            (None, '(') => open += 1,
            (None, ')') => open -= 1,
            _ => {}
        }
    }
    open
}

/// The name of the HTML entity that a `;` behind `before` ends.
fn entity(before: &str) -> Option<&str> {
    let name = before.trim_end_matches(|c: char| c == '#' || c.is_ascii_alphanumeric());
    (name.ends_with('&') && name.len() < before.len()).then(|| &before[name.len() - 1..])
}

/// Whether `text` begins with a call that nothing before it can take for an operator.
fn begins_call(text: &str) -> bool {
    let rest = text.trim_start_matches(is_name);
    let word = &text[..text.len() - rest.len()];
    let operators = ["mod", "in", "like", "contains"];
    rest.trim_start().starts_with('(')
        && SyntaxKind::from_ampscript_keyword(word).is_none()
        && !word.is_empty()
        && !operators.iter().any(|operator| word.eq_ignore_ascii_case(operator))
}

/// The text behind `offset` from the next line that is not empty, without the blanks before it.
fn next_code<'a>(ctx: &Context<'a>, offset: TextSize) -> &'a str {
    let mut at = offset;
    loop {
        let line = ctx.line_after(at);
        let code = line.trim_start();
        at += TextSize::of(line);
        let line_end = ctx.text(TextRange::at(at, TextSize::new(1)));
        if !code.is_empty() || !matches!(line_end, "\r" | "\n") {
            return code;
        }
        at += TextSize::new(1);
    }
}

/// The edit that takes away `;` at `range`, when a statement ends there.
fn without_separator(ctx: &Context<'_>, range: TextRange) -> Option<TextEdit> {
    let line = ctx.line_before(range.start());
    let before = line.trim_end();
    let ends_value = before.is_empty()
        || before.ends_with(|c| is_name(c) || matches!(c, ')' | ']' | '"' | '\''))
        || before.ends_with("*/");
    if !ends_value || expects_value(before) || open_parens(before) > 0 {
        return None;
    }
    let next = next_code(ctx, range.end());
    let closes = next.is_empty()
        || next.starts_with("]%%")
        || next.starts_with("=%%")
        || next.get(..8).is_some_and(|tag| tag.eq_ignore_ascii_case("</script"));
    // A call is a statement of its own only if the one before is complete without it.
    let statement = before.rsplit("%%[").next().unwrap_or(before);
    let separates = begins_statement(statement.trim_start()) && (begins_call(next) || next.starts_with("/*"));
    if !(closes || separates || begins_statement(next)) {
        return None;
    }
    let glued = line.ends_with(is_name) && ctx.line_after(range.end()).starts_with(is_name);
    Some(TextEdit::replace(range, if glued { " " } else { "" }))
}

/// The edit that takes the percent signs from around the name at `range`, when it is a value.
fn without_percent_signs(ctx: &Context<'_>, range: TextRange) -> Option<(String, TextEdit)> {
    let before = ctx.line_before(range.start());
    let after = ctx.line_after(range.end());
    if !expects_value(before) || after.starts_with(|c| c == '@' || is_name(c)) || after.trim_start().starts_with('(') {
        return None;
    }
    let name = ctx.text(range).trim_matches('%').trim_start_matches('[').trim_end_matches(']').trim();
    let bare = name.chars().all(is_name) && !name.starts_with(|c: char| c.is_ascii_digit());
    let bare = bare && !name.contains(' ') && SyntaxKind::from_ampscript_keyword(name).is_none();
    let name = if bare { name.to_owned() } else { format!("[{name}]") };
    let blank = if bare && before.ends_with(is_name) { " " } else { "" };
    let edit = TextEdit::replace(range, format!("{blank}{name}"));
    Some((name, edit))
}

/// The edit that puts the sign at `range` right before its number, or takes a plus away; and the number as it is then.
fn with_its_number(ctx: &Context<'_>, range: TextRange) -> Option<(String, TextEdit)> {
    let after = ctx.line_after(range.end());
    let number = after.trim_start_matches([' ', '\t']);
    let blanks = TextSize::of(after) - TextSize::of(number);
    if !expects_value(ctx.line_before(range.start())) || !number.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let digits = number.split(|c: char| c != '.' && !c.is_ascii_digit()).next().unwrap_or("");
    let sign = if ctx.text(range) == "-" { "-" } else { "" };
    let edit = TextEdit::replace(TextRange::at(range.start(), range.len() + blanks), sign);
    Some((format!("{sign}{digits}"), edit))
}

/// The edits that make a comment of a line that is one elsewhere, `-- note`.
fn as_comment(ctx: &Context<'_>, range: TextRange) -> Option<[TextEdit; 2]> {
    let sign = matches!(ctx.text(range), "--" | "#" | "##");
    let alone = ctx.line_before(range.start()).trim().is_empty();
    let note = ctx.line_after(range.end()).trim_end();
    // Where code or a delimiter stands in it, it is not known where it was meant to end.
    let plain = note.starts_with([' ', '\t']) && !["*/", "%%", "\"", "'"].iter().any(|part| note.contains(part));
    let end = range.end() + TextSize::of(note);
    (sign && alone && plain).then(|| [TextEdit::replace(range, "/*"), TextEdit::insert(end, " */")])
}

/// The characters as a message can show them.
fn shown(text: &str) -> String {
    let mut shown = String::new();
    for (n, c) in text.chars().enumerate() {
        if n == 24 {
            shown.push('…');
            break;
        }
        if c.is_control() || matches!(c, '\u{ad}' | '\u{200c}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{fffd}') {
            shown.push_str(&format!("U+{:04X}", u32::from(c)));
        } else {
            shown.push(c);
        }
    }
    shown
}

fn is_place_holder(text: &str) -> bool {
    text.len() > 2 && (text.starts_with("${") || text.starts_with('{')) && text.ends_with('}')
}

/// What to do about characters for which there is nothing to repair.
fn advice(text: &str) -> Option<&'static str> {
    Some(match text {
        "*/" => "a comment begins with `/*`, and comments do not nest: the first `*/` ends one",
        "-->" => "comments stand between `/*` and `*/`",
        "]%%" | "=%%" => "no code that it could close is open here",
        "-" | "+" => "the sign belongs to the number: write `-5` without a blank",
        "`" | "´" | "«" | "»" => "strings stand between `\"` or `'`",
        "–" | "—" | "−" => "this is no hyphen: write `-`",
        "$" => "variables begin with `@`",
        "%%" => "inside code names stand without percent signs",
        "\\" => "a backslash escapes nothing; a quote in a string is written twice",
        "{" | "}" => "words enclose statements: `then` and `endif`, `do` and `next`",
        "--" => "comments stand between `/*` and `*/`",
        _ if text.bytes().all(|b| b == b'#') => "comments stand between `/*` and `*/`",
        _ if is_place_holder(text) => "what fills it in must run before the platform reads the page",
        _ if text.starts_with("</") => "no code that it could close is open here",
        _ => return None,
    })
}

impl CheckProblem for UnexpectedCharacter {
    const KIND: ProblemKind = ProblemKind::UnexpectedCharacter;

    fn check(ctx: &mut Context<'_>, problem: &Problem) {
        let range = problem.range;
        let text = ctx.text(range);
        let message = match text {
            "*/" => "`*/` without an open `/*`".to_owned(),
            _ if is_place_holder(text) => {
                format!("`{}` is a place holder of another language, no AMPscript", shown(text))
            }
            _ => format!("unexpected `{}`", shown(text)),
        };
        if text.starts_with("%%") && text.len() > 4 && text.ends_with("%%") {
            let edit = without_percent_signs(ctx, range);
            let report = ctx.report::<Self>(range, message).help("inside code the name stands without percent signs");
            if let Some((name, edit)) = edit {
                report.fix(format!("write `{name}`"), [edit]);
            }
        } else if text.bytes().all(|b| b == b';') {
            if let Some(entity) = entity(ctx.line_before(range.start())) {
                let help = format!("code is no HTML: write the character itself instead of `{entity};`");
                ctx.report::<Self>(range, message).help(help);
                return;
            }
            let edit = without_separator(ctx, range);
            let report = ctx.report::<Self>(range, message).help("AMPscript statements need no separator");
            if let Some(edit) = edit {
                report.fix(format!("remove `{text}`"), [edit]);
            }
        } else {
            let edit = if matches!(text, "-" | "+") { with_its_number(ctx, range) } else { None };
            let comment = as_comment(ctx, range);
            let is_object = text == "{" && expects_value(ctx.line_before(range.start()).trim_end());
            let mut report = ctx.report::<Self>(range, message);
            let advice =
                if is_object { Some("AMPscript has no objects: JSON is text, in quotes") } else { advice(text) };
            if let Some(advice) = advice {
                report = report.help(advice);
            }
            if let Some((number, edit)) = edit {
                report.fix(format!("write `{number}`"), [edit]);
            } else if let Some(edits) = comment {
                report.unsafe_fix("write it as `/* … */`", edits);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use sfmc_diagnostics::Diagnostic;

    use super::*;
    use crate::tests::{check, diagnostics, fixed, silent};

    const RULE: &str = "amp/unexpected-character";

    fn first(text: &str) -> Diagnostic {
        diagnostics(text).into_iter().find(|d| d.rule.id == RULE).unwrap()
    }

    #[test]
    fn on_the_characters() {
        check(
            RULE,
            "
%%[ set @a = 1; set @b = $x ]%%
//            ^ error: unexpected `;`
//                       ^ unexpected `$`
%%[ /* a /* b */ set @c = 1 */ ]%%
//                          ^^ `*/` without an open `/*`
%%=Lowercase(%%firstname%%)=%%
//           ^^^^^^^^^^^^^ unexpected `%%firstname%%`
%%[ set @d = - 5 ]%%
//           ^ unexpected `-`
",
        );
    }

    #[test]
    fn a_run_is_one() {
        check(
            RULE,
            "
%%[ set @a = 1 ##;\\ ]%%
//             ^^^^ unexpected `##;\\`
",
        );
    }

    #[test]
    fn removes_separators() {
        fixed(RULE, "%%[ set @a = 1; ]%%", "%%[ set @a = 1 ]%%");
        fixed(RULE, "%%[ set @a = 1;set @b = 2 ]%%", "%%[ set @a = 1 set @b = 2 ]%%");
        fixed(
            RULE,
            "%%[ set @a = Concat('(', 'b');\n\n  InsertDE('d', 'k', 1) ]%%",
            "%%[ set @a = Concat('(', 'b')\n\n  InsertDE('d', 'k', 1) ]%%",
        );
        fixed(RULE, "%%[ if @a then;\r\nset @b = 1;; endif ]%%", "%%[ if @a then\r\nset @b = 1;; endif ]%%");
        fixed(RULE, "%%=v(@a);=%%", "%%=v(@a)=%%");
    }

    #[test]
    fn leaves_a_separator_that_stands_for_something_else() {
        for text in [
            "%%[ set @a = ; set @b = 1 ]%%",
            "%%[ var @a;\n@b ]%%",
            "%%[ set @a = 'x';\n'y' ]%%",
            "%%[ set @a = @b &amp; set @c = 1 ]%%",
        ] {
            assert!(first(text).fixes.is_empty(), "{text}");
        }
        let help = first("%%[ set @a = @b &amp; set @c = 1 ]%%").help;
        assert_eq!(help.as_deref(), Some("code is no HTML: write the character itself instead of `&amp;`"));
    }

    #[test]
    fn takes_percent_signs_away() {
        fixed(RULE, "%%=Lowercase(%%firstname%%)=%%", "%%=Lowercase(firstname)=%%");
        fixed(RULE, "%%=%%firstname%%=%%", "%%=firstname=%%");
        fixed(RULE, "%%=v(%%[First Name]%%)=%%", "%%=v([First Name])=%%");
        fixed(RULE, "%%[ if %%[Vip]%% == 'x' then endif ]%%", "%%[ if Vip == 'x' then endif ]%%");
        fixed(RULE, "%%[ set @a = %%First Name%% ]%%", "%%[ set @a = [First Name] ]%%");
        fixed(RULE, "%%[ if @a ==%%next%% then endif ]%%", "%%[ if @a ==[next] then endif ]%%");
        fixed(RULE, "%%[ if%%vip%% then endif ]%%", "%%[ if vip then endif ]%%");
        assert!(first("%%[ set @a = 1 %%firstname%% ]%%").fixes.is_empty());
        silent(RULE, "%%[ <td width=%%width%%> ]%%");
        assert!(first("%%[ set @a = %%lower%%('x') ]%%").fixes.is_empty());
    }

    #[test]
    fn puts_the_minus_to_its_number() {
        fixed(RULE, "%%[ set @a = - 5 ]%%", "%%[ set @a = -5 ]%%");
        fixed(RULE, "%%=Add(+ 2.5, 1)=%%", "%%=Add(2.5, 1)=%%");
        assert!(first("%%[ set @a = @b\n- 5 ]%%").fixes.is_empty());
    }

    #[test]
    fn every_kind_has_its_advice() {
        for (text, part) in [
            ("%%[ set @a = {{x}} ]%%", "fills it in"),
            ("%%[ set @a = 1 =%% set @b = 2 ]%%", "could close"),
            ("%%[ if @a then { set @b = 1 endif ]%%", "words enclose"),
            ("%%[ set @a = `x` ]%%", "strings stand"),
        ] {
            let help = first(text).help.unwrap_or_default();
            assert!(help.contains(part), "{text}: {help}");
        }
    }

    #[test]
    fn what_cannot_be_seen_is_named() {
        assert_eq!(shown("\0\u{200f}"), "U+0000U+200F");
        assert_eq!(shown(&"#".repeat(30)), format!("{}…", "#".repeat(24)));
    }

    #[test]
    fn where_a_value_must_follow() {
        for before in ["set @a =", "%%=", "Concat(", "f(1, ", "if ", "@a and", "@a >= ", "@a>", "for @i = 1 to "] {
            assert!(expects_value(before), "{before}");
        }
        for before in ["", "set @a = 1", "@and", "[To", "f(1)", "then", "<p>", "<td width=", "width="] {
            assert!(!expects_value(before), "{before}");
        }
    }

    #[test]
    fn silent_in_strings_comments_names_and_text() {
        silent(RULE, "%%[ set @a = 'a;b {{x}} %%name%%' /* ; */ set @b = [a;b] set @c = -5 ]%% ; {{x}} $ %%name%%");
    }

    #[test]
    fn comments_of_other_languages() {
        for sign in ["--", "#", "##"] {
            let text = format!("%%[\n{sign} what if this is set\nset @a = 1 Output(v(@a))\n]%%");
            assert_eq!(diagnostics(&text).len(), 1, "{text}");
            fixed(RULE, &text, "%%[\n/* what if this is set */\nset @a = 1 Output(v(@a))\n]%%");
        }
        assert!(first("%%[\n-- say \"a\"\nset @a = 1 ]%%").fixes.is_empty());
    }
}
