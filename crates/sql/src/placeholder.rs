//! What templates and other tools put into a query before it runs: `{{{x}}}`, `{{x}}`, `{x}`, `${x}`, `$(x)`.

/// The longest that a placeholder may be, in bytes.
pub(crate) const MAX_PLACEHOLDER: usize = 256;

/// The marks between which a placeholder stands, where a text begins like one.
pub(crate) fn marks(text: &str) -> Option<(&'static str, &'static str)> {
    let marks = [("{{{", "}}}"), ("{{", "}}"), ("${", "}"), ("$(", ")")];
    marks
        .into_iter()
        .find(|(open, _)| text.starts_with(open))
        .or_else(|| text.strip_prefix('{').filter(|rest| rest.starts_with(char::is_alphabetic)).map(|_| ("{", "}")))
}

/// How long the placeholder is with which a text begins, if one of these marks does not only look like it.
pub(crate) fn length(text: &str, (open, close): (&str, &str)) -> Option<usize> {
    let body = text.get(open.len()..)?;
    let body = &body[..body.floor_char_boundary(MAX_PLACEHOLDER)];
    let line = &body[..body.find('\n').unwrap_or(body.len())];
    let end = line.find(close)?;
    // `{ fn now() }` is code.
    let single = open != "{{{" && open != "{{";
    if single && !line[..end].chars().all(|c| is_name(c) || matches!(c, '.' | '-')) {
        return None;
    }
    Some(open.len() + end + close.len())
}

/// Whether a placeholder is a part of a text, so that nobody knows what it will say. What begins with two braces is one, however it ends.
pub fn holds_placeholder(text: &str) -> bool {
    let mut from = 0;
    while let Some(rest) = text.get(from..).filter(|rest| !rest.is_empty()) {
        let Some(at) = memchr::memchr2(b'{', b'$', rest.as_bytes()) else { return false };
        let rest = &rest[at..];
        if rest.starts_with("{{") || marks(rest).is_some_and(|marks| length(rest, marks).is_some()) {
            return true;
        }
        from += at + 1;
    }
    false
}

/// Whether a character can stand in a bare name.
pub(crate) fn is_name(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '@' | '#' | '$')
}

#[cfg(test)]
mod tests {
    use super::holds_placeholder;

    #[test]
    fn texts_with_placeholders() {
        for text in ["{{{x}}}", "a {{ if x }}\n", "{name}", "x-${from.day}", "$(n)", "ä{b}", "$ {x}", "{a{b}"] {
            assert!(holds_placeholder(text), "{text}");
        }
        for text in ["", "$", "{", "{0", "$5", "{\"a\": 1}", "{ x }", "$(a, b)", "{a b}", "{ä", "$.a.b"] {
            assert!(!holds_placeholder(text), "{text}");
        }
    }
}
