//! What the text around a problem says: rules that word a problem see no tokens, and must not offer a fix that the text makes doubtful.

use sfmc_syntax::{SyntaxKind, TextRange, TextSize};

use crate::{context::Context, lexemes::Lexemes};

pub(crate) fn is_name(c: char) -> bool {
    c == '_' || c.is_alphanumeric()
}

/// What comes after `offset`, to the end of its line, when blanks, line ends and comments are skipped, and whether a line end was among
/// them. Empty at the end of the text.
pub(crate) fn upcoming<'a>(ctx: &Context<'a>, mut offset: TextSize) -> (&'a str, bool) {
    let mut own_line = false;
    loop {
        let line = ctx.line_after(offset);
        let rest = line.trim_start();
        if let Some(end) = rest.starts_with("/*").then(|| rest.find("*/")).flatten() {
            offset += TextSize::of(line) - TextSize::of(&rest[end + 2..]);
            continue;
        }
        let line_end = TextRange::at(offset + TextSize::of(line), TextSize::new(1));
        // Where a large block is cut no line ends, and a statement follows.
        if !rest.is_empty() || !matches!(ctx.text(line_end), "\n" | "\r") {
            return (rest, own_line);
        }
        own_line = true;
        offset = line_end.end();
    }
}

/// Whether the region ends with `rest`, or a statement begins with it beyond doubt. On a line of its own a call is one.
pub(crate) fn ends_or_begins_statement((rest, own_line): (&str, bool)) -> bool {
    let after = rest.trim_start_matches(|c: char| c == '_' || c.is_alphanumeric());
    let word = &rest[..rest.len() - after.len()];
    let after = after.trim_start();
    match word.to_ascii_lowercase().as_str() {
        "" => rest.is_empty() || ["]%%", "=%%", "</"].iter().any(|closer| rest.starts_with(closer)),
        // Without the variable it can be a word in a text whose quotes do not match, or a name that lacks its `@`.
        "var" | "set" | "for" => after.starts_with('@'),
        "if" | "elseif" | "else" | "endif" | "next" => !after.starts_with([')', ',', '=', '"', '\'']),
        _ => own_line && after.starts_with('('),
    }
}

/// A keyword in upper or lower case, as another one is written.
pub(crate) fn in_case_of(word: &str, keyword: &str) -> String {
    let upper = word.contains(|c: char| c.is_ascii_uppercase()) && !word.contains(|c: char| c.is_ascii_lowercase());
    if upper { keyword.to_ascii_uppercase() } else { keyword.to_owned() }
}

/// A keyword in upper or lower case, as those on the line of a place are written: the last before it, or the first behind.
pub(crate) fn in_case_of_line(ctx: &Context<'_>, offset: TextSize, keyword: &str) -> String {
    let is_keyword = |word: &str| SyntaxKind::from_ampscript_keyword(word).is_some();
    let (before, after) = (Lexemes::of(region_of(ctx.line_before(offset))), Lexemes::of(ctx.line_after(offset)));
    let last = before.all.iter().rev().map(|lexeme| before.text(lexeme)).find(|word| is_keyword(word));
    let word = last.or_else(|| after.all.iter().map(|lexeme| after.text(lexeme)).find(|word| is_keyword(word)));
    in_case_of(word.unwrap_or(""), keyword)
}

/// Whether the code that `before` ends with stands inside a text or a bracketed name that is not closed.
pub(crate) fn in_text(before: &str) -> bool {
    let openers = ["%%[", "%%="].iter().filter_map(|d| before.rfind(d));
    let mut quote = None;
    for c in before[openers.max().map_or(0, |at| at + 3)..].chars() {
        match quote {
            Some(open) if c == open => quote = None,
            None if matches!(c, '"' | '\'') => quote = Some(c),
            None if c == '[' => quote = Some(']'),
            _ => {}
        }
    }
    quote.is_some()
}

/// Whether the quotes of a line say that a text of it ends elsewhere than it was meant to: one is not closed, or a backslash stands before
/// one. What seems to be missing there can be part of a text. So it can on a line that is cut.
pub(crate) fn has_doubtful_quotes(ctx: &Context<'_>, offset: TextSize) -> bool {
    let Some(before) = ctx.code_before(offset) else { return true };
    let line = format!("{before}{}", ctx.line_after(offset));
    ["\\\"", "\\'"].iter().any(|escape| line.contains(escape)) || !Lexemes::of(&line).closed
}

/// The part of the line before a place that belongs to its region: what stands in the page says nothing.
pub(crate) fn region_of(before: &str) -> &str {
    let opener = ["%%[", "%%=", "<script"].iter().filter_map(|opener| before.rfind(opener)).max();
    opener.map_or(before, |at| &before[at..])
}

/// Whether a value must follow code that ends with the line `before`: behind `=`, `(`, `,`, a comparison or a word such as `and`.
///
/// Answers no where the line looks like HTML that somebody left in the code.
pub(crate) fn expects_value(before: &str) -> bool {
    use SyntaxKind::{AND_KW, DOWNTO_KW, ELSEIF_KW, IF_KW, NOT_KW, OR_KW, TO_KW};
    let mut tags = before.match_indices('<').map(|(at, _)| &before[at + 1..]);
    if tags.any(|rest| rest.starts_with(|c: char| c == '/' || c.is_ascii_alphabetic())) {
        return false;
    }
    let before = before.trim_end();
    if let Some(target) = before.strip_suffix('=') {
        // Of a comparison, of an inline expression, of an assignment; not of an attribute.
        return target.ends_with(['=', '!', '<', '>'])
            || target.ends_with("%%")
            || target.trim_end().trim_end_matches(is_name).ends_with('@');
    }
    if before.ends_with(['(', ',', '<', '>']) {
        return true;
    }
    let name = before.trim_end_matches(is_name);
    let keyword = SyntaxKind::from_ampscript_keyword(&before[name.len()..]);
    !name.ends_with(['@', '.', '['])
        && matches!(keyword, Some(AND_KW | DOWNTO_KW | ELSEIF_KW | IF_KW | NOT_KW | OR_KW | TO_KW))
}
