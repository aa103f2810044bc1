//! What can stand between quotation marks, and which number names a style?

use sfmc_catalog::sql::convert_styles;
use sfmc_semantic::sql::Target;
use sfmc_syntax::{SyntaxKind::*, TextRange};

use super::{Candidates, CompletionItem, CompletionKind, Place};
use crate::sql::{context::State, schema::column_of};

/// Time zones as the server knows them, the one of its clock first: it has no summer time.
const TIME_ZONES: [(&str, &str); 16] = [
    ("Central America Standard Time", "UTC−6 all year: the server's clock"),
    ("UTC", "coordinated universal time"),
    ("GMT Standard Time", "London"),
    ("W. Europe Standard Time", "Berlin, Amsterdam, Rome"),
    ("Romance Standard Time", "Paris, Madrid, Brussels"),
    ("Central European Standard Time", "Warsaw, Zagreb"),
    ("E. Europe Standard Time", "Chisinau"),
    ("FLE Standard Time", "Helsinki, Kyiv"),
    ("Eastern Standard Time", "New York"),
    ("Central Standard Time", "Chicago; has summer time, the server has not"),
    ("Mountain Standard Time", "Denver"),
    ("Pacific Standard Time", "Los Angeles"),
    ("E. South America Standard Time", "São Paulo"),
    ("India Standard Time", "New Delhi"),
    ("Tokyo Standard Time", "Tokyo"),
    ("AUS Eastern Standard Time", "Sydney"),
];

/// Styles of CONVERT for dates, as far as they are used.
const STYLES: [(u8, &str); 12] = [
    (101, "mm/dd/yyyy"),
    (103, "dd/mm/yyyy"),
    (104, "dd.mm.yyyy"),
    (105, "dd-mm-yyyy"),
    (108, "hh:mi:ss"),
    (110, "mm-dd-yyyy"),
    (111, "yyyy/mm/dd"),
    (112, "yyyymmdd"),
    (120, "yyyy-mm-dd hh:mi:ss"),
    (121, "yyyy-mm-dd hh:mi:ss.mmm"),
    (126, "yyyy-mm-ddThh:mi:ss.mmm"),
    (23, "yyyy-mm-dd"),
];

/// The form of dates that a style of CONVERT writes, of those that are used.
pub(in crate::sql) fn style_form(style: &str) -> Option<&'static str> {
    STYLES.iter().find(|(known, _)| known.to_string() == style).map(|(_, form)| *form)
}

/// The content of a text: values that a column of a data view is known to have, a time zone.
pub(super) fn complete(place: &Place<'_>, found: &mut Candidates) {
    let context = place.context;
    let is_zone = context.state == State::Operand
        && context.last().is_some_and(|last| context.text(last.range).eq_ignore_ascii_case("zone"));
    if is_zone {
        for (index, (zone, about)) in TIME_ZONES.iter().enumerate() {
            let mut item = CompletionItem::new(*zone, CompletionKind::Value);
            item.detail = Some((*about).to_owned());
            found.add(1.0 - 0.01 * index as f32, item);
        }
        return;
    }
    known(place, |item| found.add(1.0, item));
}

/// The same where no quotation mark is typed yet.
pub(super) fn quoted(place: &Place<'_>, found: &mut Candidates) {
    known(place, |mut item| {
        let text = item.insert.take().unwrap_or_else(|| item.label.clone());
        item.filter = Some(item.label.clone());
        item.label = format!("'{text}'");
        found.add(0.5, item);
    });
}

fn known(place: &Place<'_>, mut add: impl FnMut(CompletionItem)) {
    let Some(column) = compared(place) else { return };
    let meaning = place.scope.meaning;
    let Some(Target::Column(id)) = meaning.reference_at(column.start()).map(|reference| &reference.target) else {
        return;
    };
    let Some((table, field)) = column_of(place.schema, meaning, *id) else { return };
    let view = table.view().and_then(|view| view.columns.iter().find(|known| known.name == &*field.name));
    for value in view.map(|column| column.values).unwrap_or_default() {
        let mut item = CompletionItem::new(value.value, CompletionKind::Value);
        item.detail = value.label.map(str::to_owned);
        if value.value.contains('\'') {
            item.insert = Some(value.value.replace('\'', "''"));
        }
        add(item);
    }
}

/// The column that a text is compared with: `x = '`, `x IN ('a', '`.
fn compared(place: &Place<'_>) -> Option<TextRange> {
    let context = place.context;
    let mut tokens = context.before.iter().rev();
    let mut last = tokens.next()?;
    while matches!(last.kind, COMMA | STRING) {
        last = tokens.next()?;
    }
    if last.kind == L_PAREN {
        last = tokens.next()?;
        if last.kind != IN_KW {
            return None;
        }
        last = tokens.next()?;
        if last.kind == NOT_KW {
            last = tokens.next()?;
        }
    } else if matches!(last.kind, EQ | NEQ | LTGT | LIKE_KW) {
        last = tokens.next()?;
    } else {
        return None;
    }
    matches!(last.kind, IDENT | BRACKET_NAME).then_some(last.range)
}

/// The styles of CONVERT.
pub(super) fn styles(found: &mut Candidates) {
    for style in convert_styles() {
        let known = STYLES.iter().find(|(known, _)| known == style);
        let mut item = CompletionItem::new(style.to_string(), CompletionKind::Value);
        item.detail = known.map(|(_, form)| (*form).to_owned());
        found.add(if known.is_some() { 3.0 } else { 1.0 }, item);
    }
}
