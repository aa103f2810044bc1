//! What can stand in this string? Only what its parameter is known to take, and what the page passes for the like elsewhere.

use rustc_hash::FxHashSet;
use sfmc_catalog::ampscript::{Allowed, Param, Role, Type, Types, function};
use sfmc_db::Content;
use sfmc_schema::Table;
use sfmc_semantic::Literal;
use sfmc_syntax::{SyntaxKind, TextRange};

use super::{Candidates, CompletionItem, CompletionKind, Place, attributes, is_like};
use crate::{
    data_extensions,
    format_samples::{
        DATE_PARTS, DATE_PATTERNS, NUMBER_PATTERNS, Part, TIME_PARTS, TIME_PATTERNS, date_sample, number_sample,
    },
    rows::formats_date,
    signature_help::active_param,
};

/// Culture codes that are often used.
const LOCALES: &[&str] = &[
    "en-US", "en-GB", "de-DE", "fr-FR", "es-ES", "it-IT", "nl-NL", "pt-BR", "pt-PT", "sv-SE", "da-DK", "pl-PL", "ja-JP",
];

pub(super) fn complete(place: &Place<'_>, found: &mut Candidates) {
    let Some(call) = place.expected.call() else { return };
    // Only a string that is the whole argument.
    let is_all = call.args.last().is_some_and(|arg| arg.is_some_and(|token| token.kind == SyntaxKind::STRING));
    let (Some(function), Some(index), true) = (call.function, active_param(place.code, call), is_all) else { return };
    let param = &function.params[index];
    let has_columns = matches!(param.role, Some(Role::ColumnName | Role::SortExpression));
    let schema = place.page.schema(place.db);
    let table =
        if has_columns { data_extensions::table_of_call(place.db, place.page, place.code, call, schema) } else { None };
    let mut values = Values { place, found, seen: FxHashSet::default(), table };
    for (n, allowed) in param.allowed.iter().enumerate() {
        if let Allowed::Text(text) = *allowed
            && !text.is_empty()
        {
            values.add(text, 3.0 - n as f32 * 0.01, None);
        }
    }
    if param.allowed_is_exhaustive {
        return;
    }
    if let Some(role) = param.role {
        if role == Role::SortExpression && sorted_by(place, &mut values) {
            return;
        }
        // It has no others than these.
        if table.is_some_and(|table| !table.columns.open) {
            return in_schema(place, role, &mut values);
        }
        seen(place, call.args.first(), param, role, &mut values);
        in_workspace(place, call.args.first(), role, &mut values);
        in_schema(place, role, &mut values);
        usual(function.name, index, role, &mut values);
        if role == Role::AttributeName {
            attributes::in_code(place, 1.0, values.found);
        }
    }
}

/// The values that a parameter takes, where no string is begun: with their quotation marks.
pub(super) fn quoted(place: &Place<'_>, found: &mut Candidates) {
    // Only as the whole argument.
    let Some(call) = place.expected.call().filter(|call| call.begins_argument()) else { return };
    // In front of a string it would be a second one.
    if place.behind(true).is_some_and(|token| token.kind == SyntaxKind::STRING) {
        return;
    }
    let (Some(function), Some(index)) = (call.function, active_param(place.code, call)) else { return };
    let strings = place.code.tokens.iter().filter(|token| token.kind == SyntaxKind::STRING);
    let last = strings.take_while(|token| token.range.end() <= place.offset).last();
    let quote = last.and_then(|last| place.code.text(last.range).get(..1)).unwrap_or("\"");
    if let Some(param) = function.params.get(index) {
        quoted_names(place, function.name, index, param, call.args.first(), quote, found);
    }
    for (n, allowed) in function.params.get(index).map_or(&[][..], |param| param.allowed).iter().enumerate() {
        if let Allowed::Text(text) = *allowed
            && !text.is_empty()
        {
            let mut item = CompletionItem::new(format!("{quote}{text}{quote}"), CompletionKind::Value);
            item.filter = Some(text.to_owned());
            found.add(1.0 - n as f32 * 0.01, item);
        }
    }
}

/// More values in quotation marks are not proposed: what stands there most is a variable.
const MAX_QUOTED: usize = 40;

/// What is known to be passed there, in quotation marks.
fn quoted_names(
    place: &Place<'_>,
    function: &str,
    index: usize,
    param: &Param,
    first: Option<&Option<crate::code::CodeToken>>,
    quote: &str,
    found: &mut Candidates,
) {
    let names = matches!(
        param.role,
        Some(Role::DataExtensionName | Role::ContentBlockKey | Role::ContentBlockName | Role::AttributeName)
    );
    let Some(role) = param.role.filter(|_| names) else { return };
    let mut inner = Candidates::default();
    let mut values = Values { place, found: &mut inner, seen: FxHashSet::default(), table: None };
    seen(place, first, param, role, &mut values);
    in_workspace(place, first, role, &mut values);
    in_schema(place, role, &mut values);
    usual(function, index, role, &mut values);
    inner.found.sort_by(|(a, one), (b, other)| b.total_cmp(a).then_with(|| one.label.cmp(&other.label)));
    found.cut |= inner.cut || inner.found.len() > MAX_QUOTED;
    for (n, (weight, mut item)) in inner.found.into_iter().take(MAX_QUOTED).enumerate() {
        item.filter = Some(item.label.clone());
        item.insert = None;
        item.label = format!("{quote}{}{quote}", item.label.replace(quote, &quote.repeat(2)));
        found.add(weight.min(1.0) * 0.1 / (1.0 + n as f32), item);
    }
}

/// Behind a column of a sort expression its direction, behind a comma the next column. Whether the place is one of these.
fn sorted_by(place: &Place<'_>, values: &mut Values<'_, '_>) -> bool {
    let typed = place.typed();
    let head = typed.rfind(',').map_or("", |comma| &typed[..=comma]);
    let key = &typed[head.len()..];
    let (gap, word) = key.split_at(key.len() - key.trim_start().len());
    let add = |values: &mut Values<'_, '_>, label: &str, text: String, weight: f32| {
        let mut item = CompletionItem::new(label, CompletionKind::Value);
        item.filter = Some(text.clone());
        item.insert = Some(text);
        values.found.add(weight, item);
    };
    let last = word.rsplit(' ').next().unwrap_or_default();
    let column = word[..word.len() - last.len()].trim_end();
    let is_column = |name: &str| values.table.is_none_or(|table| table.columns.get(name).is_some());
    if !column.is_empty() && is_column(column) {
        for (direction, weight) in [("asc", 0.5), ("desc", 1.0)] {
            add(values, direction, format!("{}{direction}", &typed[..typed.len() - last.len()]), weight);
        }
        return true;
    }
    let Some(table) = values.table.filter(|_| !head.is_empty()) else { return false };
    let gap = if gap.is_empty() { " " } else { gap };
    for (n, column) in table.columns.list().iter().enumerate() {
        add(values, &column.name, format!("{head}{gap}{}", column.name), 1.0 / (1.0 + n as f32 * 0.001));
    }
    true
}

struct Values<'a, 'p> {
    place: &'a Place<'p>,
    found: &'a mut Candidates,
    seen: FxHashSet<String>,
    /// The data extension whose columns are wanted, if it is known.
    table: Option<&'a Table>,
}

impl Values<'_, '_> {
    fn add(&mut self, text: &str, weight: f32, detail: Option<String>) {
        if !self.seen.insert(text.to_owned()) {
            return;
        }
        let mut item = CompletionItem::new(text, CompletionKind::Value);
        let column = self.table.and_then(|table| Some(data_extensions::column_summary(table.columns.get(text)?.1)));
        item.detail = column.filter(|column| !column.is_empty()).or(detail);
        // A quotation mark in a string is written twice.
        let start = self.place.replace.start();
        let quote = self.place.code.text(TextRange::at(start.checked_sub(1.into()).unwrap_or_default(), 1.into()));
        if matches!(quote, "\"" | "'") && text.contains(quote) {
            item.insert = Some(text.replace(quote, &quote.repeat(2)));
        }
        self.found.add(weight, item);
    }
}

/// What other calls of the page pass for the same; of columns first those of the same data extension.
fn seen(
    place: &Place<'_>,
    first: Option<&Option<crate::code::CodeToken>>,
    param: &Param,
    role: Role,
    values: &mut Values<'_, '_>,
) {
    let first = table(place, first);
    let mut counts: Vec<(&str, f32, &str)> = Vec::new();
    let columns = [Role::ColumnName, Role::SortExpression];
    for literal in &place.facts.literals {
        let same = literal.role == Some(role) || columns.contains(&role) && literal.role == Some(Role::ColumnName);
        // Patterns of a date are none of a time.
        let same_place = role != Role::FormatPattern || std::ptr::eq(&literal.function.params[literal.param], param);
        if !same || !same_place || role == Role::AmpscriptSource {
            continue;
        }
        let same_table =
            first.is_some_and(|first| literal.first.as_deref().is_some_and(|other| other.eq_ignore_ascii_case(first)));
        let weight = if same_table && columns.contains(&role) { 5.0 } else { 1.0 };
        match counts.iter_mut().find(|(text, ..)| *text == literal.text.as_str()) {
            Some((_, known, _)) => *known = known.max(weight) + 0.01,
            None => counts.push((&literal.text, weight, literal.first.as_deref().unwrap_or(""))),
        }
    }
    for (text, weight, table) in counts {
        let detail = if role == Role::FormatPattern {
            None
        } else if columns.contains(&role) && !table.is_empty() {
            Some(table.to_owned())
        } else {
            Some("used in this page".to_owned())
        };
        values.add(text, weight, detail);
    }
}

/// More contents are not sent at once: a project can have thousands, and with each letter that is typed it is asked again.
const MAX_CONTENTS: usize = 200;

/// Nor more data extensions.
const MAX_EXTENSIONS: usize = 200;

/// Nor more of what other pages name; those that most of them name come first.
const MAX_LITERALS: usize = 600;

/// What the project holds, and what other pages pass for the same.
fn in_workspace(
    place: &Place<'_>,
    first: Option<&Option<crate::code::CodeToken>>,
    role: Role,
    values: &mut Values<'_, '_>,
) {
    let Some(workspace) = place.workspace else { return };
    let typed = place.code.text(TextRange::new(place.replace.start(), place.offset));
    if matches!(role, Role::ContentBlockKey | Role::ContentBlockName) {
        let mut count = 0;
        for content in workspace.contents.visible(place.path).into_iter().filter(|content| is_part(content)) {
            let (text, detail) = match role {
                Role::ContentBlockKey => (Some(content.key.clone()), content.path()),
                _ => (content.path(), Some(content.key.clone())),
            };
            let Some(text) = text.filter(|text| is_like(text, typed)) else { continue };
            count += 1;
            if count > MAX_CONTENTS {
                values.found.cut = true;
                break;
            }
            values.add(&text, 0.6, detail);
        }
    }
    let table = table(place, first);
    let columns = matches!(role, Role::ColumnName | Role::SortExpression);
    let literals = workspace.vocabulary.literals(role).iter();
    let others = workspace.vocabulary.literals(Role::ColumnName).iter().filter(|_| role == Role::SortExpression);
    let is_same = |literal: &Literal| {
        table.is_some_and(|table| literal.table.as_deref().is_some_and(|other| other.eq_ignore_ascii_case(table)))
    };
    let mut fitting: Vec<&Literal> = literals.chain(others).filter(|literal| is_like(&literal.text, typed)).collect();
    // None of the data extension's own columns may be among those that are left out.
    fitting.sort_by_key(|literal| !(columns && is_same(literal)));
    for (n, literal) in fitting.into_iter().enumerate() {
        if n >= MAX_LITERALS {
            values.found.cut = true;
            break;
        }
        let base = if columns && is_same(literal) { 3.0 } else { 0.5 };
        let detail = literal.table.as_ref().map_or_else(|| "used in this project".to_owned(), ToString::to_string);
        // Those that more pages use come first.
        values.add(&literal.text, base / (1.0 + n as f32 * 0.001), Some(detail));
    }
}

/// Whether a content is a part of others: e-mails and pages are not, though they have keys, too.
fn is_part(content: &Content) -> bool {
    let name = content.file().file_name().map(|name| name.to_string_lossy()).unwrap_or_default();
    !name.contains(".asset-message-meta.") && !name.contains(".asset-cloudpage-meta.")
}

/// What data extensions there are, and what columns the one has that the call names.
fn in_schema(place: &Place<'_>, role: Role, values: &mut Values<'_, '_>) {
    let schema = place.page.schema(place.db);
    let typed = place.code.text(TextRange::new(place.replace.start(), place.offset));
    match role {
        Role::DataExtensionName => {
            let mut count = 0;
            for table in data_extensions::all(schema) {
                let name = data_extensions::written_name(schema, table);
                if !is_like(&name, typed) {
                    continue;
                }
                count += 1;
                if count > MAX_EXTENSIONS {
                    values.found.cut = true;
                    break;
                }
                // Behind those that pages name already: there can be thousands.
                values.add(&name, 0.4, Some(data_extensions::summary(table)));
            }
        }
        Role::ColumnName | Role::SortExpression => {
            let Some(table) = values.table else { return };
            for (n, column) in table.columns.list().iter().enumerate() {
                // In their order, and before those of other data extensions.
                values.add(&column.name, 2.0 / (1.0 + n as f32 * 0.001), None);
            }
        }
        _ => {}
    }
}

/// The first argument of the call, if it is a literal: for many functions the data extension.
fn table<'a>(place: &Place<'a>, first: Option<&Option<crate::code::CodeToken>>) -> Option<&'a str> {
    let first = first.and_then(|first| *first).filter(|token| token.kind == SyntaxKind::STRING)?;
    Some(place.code.text(first.range).trim_matches(['"', '\'']))
}

fn usual(function: &str, param: usize, role: Role, values: &mut Values<'_, '_>) {
    match (role, function, param) {
        (Role::FormatPattern, "FormatDate", 1) => {
            patterns(DATE_PATTERNS, |text| date_sample(text, Part::Date), values);
            parts(DATE_PARTS, |text| date_sample(text, Part::Date), values);
        }
        (Role::FormatPattern, "FormatDate", 2) => {
            patterns(TIME_PATTERNS, |text| date_sample(text, Part::Time), values);
            parts(TIME_PARTS, |text| date_sample(text, Part::Time), values);
        }
        (Role::FormatPattern, "Format", 1) if is_date(values.place) => {
            patterns(DATE_PATTERNS, |text| date_sample(text, Part::Moment), values);
            patterns(TIME_PATTERNS, |text| date_sample(text, Part::Moment), values);
            parts(DATE_PARTS, |text| date_sample(text, Part::Moment), values);
            parts(TIME_PARTS, |text| date_sample(text, Part::Moment), values);
        }
        (Role::FormatPattern, "FormatNumber" | "Format", 1) => patterns(NUMBER_PATTERNS, number_sample, values),
        (Role::Locale, ..) => {
            for (n, locale) in LOCALES.iter().enumerate() {
                values.add(locale, 0.1 - n as f32 * 0.001, None);
            }
        }
        _ => {}
    }
}

/// Whether the call of Format around the place formats a date, as far as it is written.
fn is_date(place: &Place<'_>) -> bool {
    let Some(name) = place.expected.call().and_then(|call| call.name) else { return false };
    if formats_date(place.db, place.page, name.start()) {
        return true;
    }
    // In a region that does not end nothing flows: what is called there says it.
    let mut tokens =
        place.code.tokens.iter().filter(|token| token.range.start() >= name.end() && !token.kind.is_trivia());
    let first = tokens.nth(1).filter(|token| token.kind == SyntaxKind::IDENT);
    let function = first.and_then(|token| function(place.code.text(token.range)));
    function.is_some_and(|function| function.returns == Types::of(&[Type::Date]))
}

/// What a pattern can go on with at the place: a part in the place of the letters that stand around it, or behind what separates.
fn parts(known: &[&str], sample: impl Fn(&str) -> Option<String>, values: &mut Values<'_, '_>) {
    let place = values.place;
    let before = place.typed();
    let behind = place.code.text(TextRange::new(place.offset, place.replace.end().max(place.offset)));
    let letter = before.chars().next_back().filter(char::is_ascii_alphabetic);
    let is_run = |c: char| Some(c) == letter;
    let (head, rest) = (before.trim_end_matches(is_run), behind.trim_start_matches(is_run));
    // At the beginning whole patterns say it.
    if before.is_empty() && !behind.is_empty() {
        return;
    }
    for (n, part) in known.iter().enumerate() {
        let goes_on = letter.is_some_and(|letter| part.starts_with(letter));
        let starts = if goes_on || letter.is_none() { head } else { before };
        let rest = if letter.is_none() { rest.trim_start_matches(|c| part.starts_with(c)) } else { rest };
        let text = format!("{starts}{part}{rest}");
        if !values.seen.insert(text.clone()) {
            continue;
        }
        let mut item = CompletionItem::new(*part, CompletionKind::Value);
        item.detail = sample(part).or_else(|| sample(&format!("{part} ")).map(|text| text.trim().to_owned()));
        item.filter = Some(format!("{starts}{part}"));
        item.insert = Some(text);
        values.found.add((if goes_on { 0.3 } else { 0.1 }) - n as f32 * 0.001, item);
    }
}

fn patterns(known: &[&str], sample: impl Fn(&str) -> Option<String>, values: &mut Values<'_, '_>) {
    for (n, pattern) in known.iter().enumerate() {
        values.add(pattern, 0.5 - n as f32 * 0.01, sample(pattern));
    }
}
