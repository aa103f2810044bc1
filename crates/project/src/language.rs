//! What kind of code a text is: [`classify`].

use std::path::Path;

use memchr::memmem;

use crate::file_name;

/// What a file is read as.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Language {
    /// Text or HTML with AMPscript, server scripts and personalization strings in it, as the platform reads all content.
    ///
    /// AMPscript without `%%[` around it is a page as well, one of plain text: so the platform would read it.
    Page,
    /// Server-side JavaScript alone: a script activity, or a snippet without its `<script>` tag.
    Ssjs,
    /// A query.
    Sql,
    /// Nothing that runs on the platform.
    Unknown,
}

/// Says how the file at `path` with the content `text` is to be read. The ending of its name says little:
///
/// | ending | language |
/// |---|---|
/// | `.html`, `.htm` | page |
/// | `.sql` | query |
/// | `.ssjs`, `.amp`, `.ampscript` | what the content is, SSJS or a page; if that is hard to tell, as the ending says |
/// | any other, or none | what the content is, if it has code in it |
pub fn classify(text: &str, path: &Path) -> Language {
    let ending = file_name::ending(path);
    match ending.as_deref() {
        Some("html" | "htm") => Language::Page,
        Some("sql") => Language::Sql,
        Some("ssjs") if begins_as_page(text) => Language::Page,
        Some("ssjs") => Language::Ssjs,
        Some("amp" | "ampscript") if is_pure_script(text) => Language::Ssjs,
        Some("amp" | "ampscript") => Language::Page,
        // Metadata quotes code, but is none.
        Some("json") if serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok() => Language::Unknown,
        _ => by_content(text),
    }
}

fn by_content(text: &str) -> Language {
    if is_pure_script(text) {
        let is_ours = ["Platform.", "WSProxy", "Script.Util.", "HTTP.Get", "HTTP.Post"].iter();
        let mut is_ours = is_ours.filter(|sign| contains(text, sign));
        return if is_ours.next().is_some() { Language::Ssjs } else { Language::Unknown };
    }
    let first = first_word(skip_comments(text));
    if first.eq_ignore_ascii_case("select") && !contains(text, "%%[") {
        return Language::Sql;
    }
    let is_page = has_server_code(text) || has_bare_ampscript(text) || has_markup(text);
    if is_page { Language::Page } else { Language::Unknown }
}

/// Whether a text is JavaScript from its first word to its last: it begins so, and no line of it begins as one of a page.
/// Delimiters inside of lines mean nothing: scripts have AMPscript in their strings.
fn is_pure_script(text: &str) -> bool {
    begins_as_script(text) && !text.lines().any(begins_as_page)
}

fn begins_as_page(text: &str) -> bool {
    let text = text.trim_start();
    let is_tag = |rest: &str| rest.starts_with(|c: char| c.is_ascii_alphabetic() || matches!(c, '!' | '/'));
    text.starts_with("%%") || text.strip_prefix('<').is_some_and(is_tag)
}

fn begins_as_script(text: &str) -> bool {
    let text = skip_comments(text);
    let word = first_word(text);
    let rest = text[word.len()..].trim_start();
    match word {
        // AMPscript has it too, but with `@`.
        "var" => !rest.starts_with('@'),
        "for" => rest.starts_with('('),
        // Both languages write `if (`, but only AMPscript `if not`, and only it names its variables so.
        "if" => rest.starts_with('(') && !rest.lines().next().is_some_and(|line| line.contains('@')),
        "function" | "try" | "let" | "const" | "while" | "switch" | "throw" | "return" | "do" => true,
        "" => ["(function", "(()", "'use strict'", "\"use strict\"", "!function"]
            .iter()
            .any(|start| text.starts_with(start)),
        // `Platform.Load(…)`, `Write(…);`, `x = …`: no other language here begins a statement so. Prose may, so the dot
        // and the parenthesis have to follow at once; and a call of AMPscript without delimiters has no semicolon.
        _ => {
            let rest = &text[word.len()..];
            let is_member = rest.strip_prefix('.').is_some_and(|rest| !first_word(rest).is_empty());
            let is_call = rest.starts_with('(') && rest.contains(';');
            is_member || is_call || rest.trim_start().starts_with("= ")
        }
    }
}

/// The text from the first thing that is neither space nor a comment of JavaScript, AMPscript or SQL.
fn skip_comments(mut text: &str) -> &str {
    loop {
        text = text.trim_start();
        let rest = if let Some(rest) = text.strip_prefix("/*") {
            memmem::find(rest.as_bytes(), b"*/").map(|end| &rest[end + 2..])
        } else if text.starts_with("//") || text.starts_with("--") {
            text.split_once('\n').map(|(_, rest)| rest)
        } else {
            return text;
        };
        let Some(rest) = rest else { return "" };
        text = rest;
    }
}

fn first_word(text: &str) -> &str {
    let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '$');
    let end = text.find(|c| !is_part(c)).unwrap_or(text.len());
    &text[..end]
}

fn has_server_code(text: &str) -> bool {
    contains(text, "%%[") || contains(text, "%%=") || has_personalization(text)
}

/// Whether there is a `%%name%%`.
fn has_personalization(text: &str) -> bool {
    let mut marks = memmem::find_iter(text.as_bytes(), b"%%");
    let mut last: Option<usize> = None;
    marks.any(|at| {
        let name = last.and_then(|last| text.get(last + 2..at)).unwrap_or("");
        last = Some(at);
        let is_part = |c: char| c.is_alphanumeric() || matches!(c, '_' | ' ' | '-' | '.');
        !name.is_empty() && name.len() <= 128 && name.chars().all(is_part)
    })
}

/// Whether a line begins with `set @` or `var @`.
fn has_bare_ampscript(text: &str) -> bool {
    contains(text, " @")
        && text.lines().any(|line| {
            let line = line.trim_start();
            let word = first_word(line);
            let is_statement = ["set", "var"].iter().any(|name| word.eq_ignore_ascii_case(name));
            is_statement && line[word.len()..].trim_start().starts_with('@')
        })
}

/// Whether there is an HTML tag.
fn has_markup(text: &str) -> bool {
    const TAGS: &[&str] = &[
        "!doctype", "a", "b", "body", "br", "center", "div", "form", "h1", "h2", "h3", "head", "html", "img", "input",
        "li", "link", "meta", "p", "script", "span", "strong", "style", "table", "tbody", "td", "tr", "ul",
    ];
    memchr::memchr_iter(b'<', text.as_bytes()).any(|at| {
        let rest = &text[at + 1..];
        let end = rest.find(|c: char| !(c.is_ascii_alphanumeric() || c == '!')).unwrap_or(rest.len());
        let is_tag = TAGS.iter().any(|tag| tag.eq_ignore_ascii_case(&rest[..end]));
        is_tag && rest[end..].starts_with([' ', '>', '/', '\t', '\r', '\n'])
    })
}

fn contains(text: &str, needle: &str) -> bool {
    memmem::find(text.as_bytes(), needle.as_bytes()).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(expected: Language, name: &str, text: &str) {
        assert_eq!(classify(text, Path::new(name)), expected, "{name}: {text}");
    }

    #[test]
    fn endings_that_say_it_all() {
        check(Language::Page, "a.HTML", "Platform.Load('core', '1')");
        check(Language::Page, "a.htm", "");
        check(Language::Sql, "a.sql", "%%[ ]%%");
        check(Language::Sql, "k.query-meta.SQL", "");
    }

    #[test]
    fn amp_is_ampscript_or_ssjs() {
        for text in [
            "",
            "Hello",
            "%%[ set @x = 1 ]%%",
            "<script runat=server>\nPlatform.Load('core','1');\n</script>",
            "/* header */\n%%[ var @x ]%%",
            "var @x, @y\nset @x = 1",
            "SET @x = Lookup('a','b','c','d')",
            "if (@x == 1) then",
            "Dear customer (you),",
            "Lookup(DataExtensionName, Column, Key, Value)",
            "Platform.Load('core','1');\n%%[ set @x = 1 ]%%",
            "function f() {}\n<div>%%=v(@x)=%%</div>",
        ] {
            check(Language::Page, "a.amp", text);
        }
        for text in [
            "Platform.Load('core', '1.1.5');\nvar x = 1;",
            "// c\n/* d */ var x = Platform.Function.TreatAsContent('%%[ set @x = 1 ]%%');",
            "try { Write('%%=v(@x)=%%') } catch (e) {}",
            "function f(a) { return '<b>' + a + '</b>'; }",
            "if (x == 1) {\n Write('<br>')\n}",
            "prox = new Script.Util.WSProxy();",
            "(function () {})()",
        ] {
            check(Language::Ssjs, "a.amp", text);
        }
    }

    #[test]
    fn ssjs_is_bare_or_in_its_tag() {
        check(Language::Ssjs, "a.ssjs", "var x = 1;\n<b>");
        check(Language::Ssjs, "a.ssjs", "");
        check(Language::Page, "a.ssjs", "\n<script runat=server>Write(1)</script>");
        check(Language::Page, "a.ssjs", "%%[ set @x = 1 ]%%");
    }

    #[test]
    fn any_other_ending_is_asked_for_its_content() {
        for (name, text) in [
            ("PC2V1.js", "<!DOCTYPE html>\n<input %%[if @x then]%%checked%%[endif]%%>"),
            ("a.txt", "Dear %%First Name%%,"),
            ("prefCenter", "x\n%%[ set @x = 1 ]%%"),
            ("a.md", "See\n```\n%%=v(@x)=%%\n```"),
            ("a", "<table><tr>"),
            ("a.txt", "/* c */\n  SET @x = 1\n"),
            ("k.asset-coderesource-meta.jsonc", "{\"a\": \"%%=v(@x)=%%\"}"),
            ("a.json", "{\"a\": %%=v(@x)=%%}"),
        ] {
            check(Language::Page, name, text);
        }
        check(Language::Ssjs, "a.js", "var x = Platform.Function.Lookup('a','b','c','d');");
        check(Language::Sql, "query.txt", "/* c */ -- d\nSELECT a FROM b");
        for (name, text) in [
            ("app.js", "document.querySelector('a').remove();"),
            ("a.json", "{\"content\": \"%%=v(@x)=%%\"}"),
            ("a.txt", "100 %% sure, 5 < 6, set @x = 1"),
            ("A.java", "class A { List<String> a; }"),
            ("README", ""),
        ] {
            check(Language::Unknown, name, text);
        }
    }
}
