//! What to call a variable that holds an expression: what it is about, and nothing that the page, or what is rendered together with it, already names.

use sfmc_catalog::ampscript::{Arg, Role};
use sfmc_semantic::{Body, Expr, ExprId, page_mentions};

use super::{Site, effects};
use crate::variables::{key, places};

/// A name for the value of an expression, without `@`.
pub(super) fn variable_name(site: &Site<'_>, body: &Body, expr: ExprId) -> String {
    let words = match body.expr(expr) {
        Expr::Call(call) => {
            let args = body.operands(call.args);
            let about = args.iter().enumerate().find_map(|(index, &arg)| match body.expr(arg) {
                Expr::Text(text) => {
                    let shapes = vec![Arg::Unknown; args.len()];
                    let role = call.function?.get().param(index, &shapes)?.role?;
                    let names = matches!(
                        role,
                        Role::ColumnName | Role::AttributeName | Role::RequestParameterName | Role::ObjectFieldName
                    );
                    names.then(|| text.to_string())
                }
                _ => None,
            });
            about.filter(|about| !camel_case(about).is_empty()).or_else(|| Some(call.function?.get().name.to_owned()))
        }
        Expr::Attribute(name) => Some(name.to_string()),
        Expr::Text(_) | Expr::Integer(_) | Expr::Number(_) => {
            effects::parameter(body, expr).ok().flatten().map(|param| param.name.to_owned())
        }
        _ => None,
    };
    // `v` says nothing.
    let name = words.map(|words| camel_case(&words)).filter(|name| name.len() > 1);
    let name = name.unwrap_or_else(|| "value".to_owned());
    let is_free = |name: &str| {
        let key = key(name);
        places(site.db, site.page, &key).is_empty()
            && !page_mentions(site.db, site.page).names(&key)
            && !site.elsewhere.names(&key)
    };
    if is_free(&name) {
        return name;
    }
    let numbered = (2..).map(|n| format!("{name}{n}"));
    numbered.into_iter().find(|name| is_free(name)).unwrap_or(name)
}

/// `First Name` as `firstName`, `LookupRows` as `lookupRows`, `URLEncode` as `urlEncode`: words of letters and digits, the first one small.
/// Nothing where it has letters that no other letters stand for.
fn camel_case(words: &str) -> String {
    let mut plain = String::new();
    for c in words.chars() {
        match in_ascii(c) {
            Some(letters) => plain.push_str(letters),
            None if !c.is_ascii() && c.is_alphabetic() => return String::new(),
            None => plain.push(c),
        }
    }
    // `1st Name`: no name begins with a digit, and what is left of the word says nothing.
    let mut words = plain.as_str();
    while let Some((first, rest)) = words.split_once(|c: char| !c.is_ascii_alphanumeric())
        && !first.starts_with(|c: char| c.is_ascii_alphabetic())
        && rest.contains(|c: char| c.is_ascii_alphabetic())
    {
        words = rest;
    }
    let mut name = String::new();
    for word in words.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty()) {
        if name.is_empty() {
            let word = word.trim_start_matches(|c: char| c.is_ascii_digit());
            // Capitals at the beginning are one word up to the one that begins the next.
            let capitals = word.chars().take_while(char::is_ascii_uppercase).count();
            let goes_on = word.as_bytes().get(capitals).is_some_and(u8::is_ascii_lowercase);
            let small = if capitals > 1 && goes_on { capitals - 1 } else { capitals };
            let (first, rest) = word.split_at(small);
            name.push_str(&first.to_ascii_lowercase());
            name.push_str(rest);
        } else {
            let (first, rest) = word.split_at(1);
            name.push_str(&first.to_ascii_uppercase());
            name.push_str(rest);
        }
    }
    name
}

/// The letters that are written for one where there are only those of ASCII.
fn in_ascii(c: char) -> Option<&'static str> {
    Some(match c {
        'ä' | 'æ' => "ae",
        'Ä' | 'Æ' => "Ae",
        'ö' | 'ø' | 'œ' => "oe",
        'Ö' | 'Ø' | 'Œ' => "Oe",
        'ü' => "ue",
        'Ü' => "Ue",
        'ß' => "ss",
        'à' | 'á' | 'â' | 'ã' | 'å' => "a",
        'À' | 'Á' | 'Â' | 'Ã' | 'Å' => "A",
        'ç' => "c",
        'Ç' => "C",
        'è' | 'é' | 'ê' | 'ë' => "e",
        'È' | 'É' | 'Ê' | 'Ë' => "E",
        'ì' | 'í' | 'î' | 'ï' => "i",
        'Ì' | 'Í' | 'Î' | 'Ï' => "I",
        'ñ' => "n",
        'Ñ' => "N",
        'ò' | 'ó' | 'ô' | 'õ' => "o",
        'Ò' | 'Ó' | 'Ô' | 'Õ' => "O",
        'ù' | 'ú' | 'û' => "u",
        'Ù' | 'Ú' | 'Û' => "U",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names() {
        let names = [
            "First Name",
            "LookupRows",
            "URLEncode",
            "SHA256",
            "v",
            "emailaddr",
            "2nd-name",
            "ID",
            "é",
            "a é b",
            "Größe",
            "1st Name!",
            "2nd",
            "Имя",
        ];
        let found = names.map(camel_case);
        let expected = [
            "firstName",
            "lookupRows",
            "urlEncode",
            "sha256",
            "v",
            "emailaddr",
            "name",
            "id",
            "e",
            "aEB",
            "groesse",
            "name",
            "nd",
            "",
        ];
        assert_eq!(found, expected);
    }
}
