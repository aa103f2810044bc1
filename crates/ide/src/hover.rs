//! What is this? Functions, variables, words of the language, personalization strings, format patterns, and the names of data extensions and
//! their columns, addresses of the web, told where they stand.

mod address;
mod keyword;
mod variable;

pub(crate) use variable::type_text;

use sfmc_catalog::ampscript::{
    Audience, Function, PersonalizationString, function, member, personalization_string, system_variable,
};
use sfmc_db::{Db, FileId, FileKind, Page, Snapshot};
use sfmc_semantic::{lowered, page_environment};
use sfmc_syntax::{SyntaxKind, TextRange, TextSize};

use crate::{
    code::{CodeAt, personalization_at},
    data_extensions::{self, named_at},
    expected::expected,
    format_samples::{Part, date_sample, number_sample},
    function_docs::describe,
    markup::{Markup, inline_code},
    rows::{call_at, formats_date},
    sql,
    variables::variable_at,
};

/// What is known of what stands somewhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hover {
    /// What it is about.
    pub range: TextRange,
    /// What there is to know.
    pub text: Markup,
}

/// What stands at `offset`; nothing in text, and where nothing is known.
pub fn hover(snapshot: &Snapshot, file: FileId, offset: TextSize) -> Option<Hover> {
    let page = snapshot.page(file)?;
    let db = snapshot.db();
    if page.kind(db) == FileKind::Sql {
        return sql::hover(db, page, offset);
    }
    let Some(code) = CodeAt::new(db, page, offset) else {
        // A script names variables, too.
        if let Some(variable) = variable_at(db, page, offset) {
            let range = variable.at.range;
            return variable::hover(db, page, range, &format!("@{}", variable.written.trim_start_matches('@')))
                .map(|text| Hover { range, text });
        }
        if let Some((range, name)) = personalization_at(db, page, offset) {
            let text = personalization(personalization_string(&name)?);
            return Some(Hover { range, text });
        }
        return address::attribute(db, page, offset);
    };
    let index = code.token_at(offset)?;
    let token = code.tokens[index];
    let text = match token.kind {
        SyntaxKind::IDENT => word(snapshot, page, &code, index),
        SyntaxKind::VARIABLE => variable::hover(db, page, token.range, code.text(token.range)),
        SyntaxKind::SYSTEM_VARIABLE => {
            let name = code.text(token.range).trim_start_matches('@');
            system_variable(name).map(|variable| {
                let mut doc = Markup::default();
                doc.code(format!("@@{}", variable.name));
                doc.text(sentence(variable.description));
                doc
            })
        }
        SyntaxKind::BRACKET_NAME => {
            let name = code.text(token.range).trim_start_matches('[').trim_end_matches(']').trim();
            personalization_string(name).map(personalization)
        }
        SyntaxKind::STRING => format_pattern(db, page, &code, token.range)
            .or_else(|| Some(data_extensions::describe(named_at(db, page, &code, token.range, page.schema(db))?)))
            .or_else(|| address::address(&code, token))
            .or_else(|| address::content_number(&code, index)),
        SyntaxKind::INTEGER => address::content_number(&code, index),
        kind if kind.is_ampscript_keyword() => keyword::hover(db, page, token.range, code.text(token.range)),
        _ => None,
    };
    text.map(|text| Hover { range: token.range, text })
}

/// A bare word: a function where it is called, or else an attribute.
fn word(snapshot: &Snapshot, page: Page, code: &CodeAt, index: usize) -> Option<Markup> {
    let name = code.text(code.tokens[index].range);
    let is_called = code.solid_after(index).is_some_and(|token| token.kind == SyntaxKind::L_PAREN);
    let is_member = code.solid_before(index).is_some_and(|token| token.kind == SyntaxKind::DOT);
    let of_message = is_member && code.is_member_of_message(index);
    let about = |function: &'static Function| describe(function, page_environment(snapshot.db(), page));
    match (is_member, is_called) {
        (true, _) => member(name).filter(|_| of_message).map(about),
        (false, true) => function(name).map(about),
        (false, false) => personalization_string(name).map(personalization),
    }
}

/// What is known of a personalization string.
pub(crate) fn personalization(string: &PersonalizationString) -> Markup {
    let mut doc = Markup::default();
    doc.code(if string.attribute_only {
        format!("AttributeValue(\"{}\")", string.name)
    } else {
        format!("%%{}%%", string.name)
    });
    doc.text(sentence(string.description));
    let audience = |audience: Audience| match audience {
        Audience::Email => "email",
        Audience::EmailReply => "replies to email",
        Audience::CloudPage => "CloudPages",
        Audience::Sms => "SMS",
        Audience::Push => "push",
        Audience::Line => "LINE",
        Audience::MobileContact => "MobileConnect contacts",
        Audience::Recommendations => "Einstein recommendations",
    };
    let places: Vec<&str> = string.audiences.iter().map(audience).collect();
    doc.labelled("Has a value in", places.join(", "));
    if string.attribute_only {
        doc.text("Only AttributeValue reads it; between percent signs it does nothing.");
    }
    if !string.aliases.is_empty() {
        let names: Vec<String> = string.aliases.iter().map(|name| inline_code(name)).collect();
        doc.labelled("Also called", names.join(", "));
    }
    doc
}

/// A pattern of FormatDate, FormatNumber or Format, if its outcome is sure.
fn format_pattern(db: &dyn Db, page: Page, code: &CodeAt, range: TextRange) -> Option<Markup> {
    let around = expected(code, range.start() + TextSize::new(1));
    let call = around.call()?;
    let name = call.function?.name;
    let text = code.text(range);
    let pattern = text.get(1..text.len().checked_sub(1)?)?;
    let locale = if name == "FormatNumber" { 2 } else { 3 };
    let language = in_english(db, page, call.name?.start(), locale)?;
    let (sample, of) = match (name, call.active()) {
        ("FormatDate", 1) => (date_sample(pattern, Part::Date)?, "Tuesday, 7 May 2024"),
        ("FormatDate", 2) => (date_sample(pattern, Part::Time)?, "15:04:09"),
        ("Format", 1) if formats_date(db, page, call.name?.start()) => {
            (date_sample(pattern, Part::Moment)?, "Tuesday, 7 May 2024, 15:04:09")
        }
        ("FormatNumber" | "Format", 1) => (number_sample(pattern)?, "1234.5"),
        _ => return None,
    };
    let mut doc = Markup::default();
    doc.text(format!("Prints {of} as {}, in {language}.", inline_code(&sample)));
    Some(doc)
}

/// The kind of English that a call writes in, by the argument that says it; none where it is another language, or is not known.
fn in_english(db: &dyn Db, page: Page, name: TextSize, locale: usize) -> Option<String> {
    let Some((chunk, call)) = call_at(db, page, name) else { return Some("English".to_owned()) };
    let body = &lowered(db, chunk).body;
    let Some(argument) = body.operands(call.args).get(locale) else { return Some("English".to_owned()) };
    let constant = sfmc_semantic::chunk_flow(db, page, chunk).constant(*argument);
    let text = constant.and_then(|constant| constant.as_text()).map(str::trim)?;
    ["en-US", "en-GB"].into_iter().find(|known| known.eq_ignore_ascii_case(text)).map(str::to_owned)
}

/// A description of the catalog as a sentence.
pub(crate) fn sentence(text: &str) -> String {
    let end = if text.ends_with(['.', '!', '?']) { "" } else { "." };
    format!("{text}{end}")
}

#[cfg(test)]
mod tests;
