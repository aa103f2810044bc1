//! What is this variable? Its type and value where they are known, where it is set, how often it is used.

use std::fmt::Write;

use sfmc_db::{Db, Page, page_map};
use sfmc_semantic::{
    CodeItem, CodePlace, Constant, DefinitionKind, OccurrenceKind, Step, ValueTypes, Variable, chunk_body, chunk_flow,
    page_structure, page_variables,
};
use sfmc_syntax::{PositionEncoding, TextRange};

use crate::{markup::Markup, rows::data_text, treated::in_literals, variables::Use};

/// As many lines are named.
const MAX_LINES: usize = 8;

/// A constant that is longer is cut.
const MAX_CONSTANT: usize = 80;

pub(super) fn hover(db: &dyn Db, page: Page, range: TextRange, written: &str) -> Option<Markup> {
    let name = written.trim_start_matches('@').to_lowercase();
    if name.is_empty() {
        return None;
    }
    let variables = page_variables(db, page);
    let variable = variables.variables.iter().find(|variable| variable.name == name.as_str())?;
    let (types, constant, data) = value(db, page, variable, range).unwrap_or((ValueTypes::ANY, None, None));
    let mut doc = Markup::default();
    let mut head = written.to_owned();
    if let Some(types) = data.filter(|_| constant.is_none()).or_else(|| type_text(types)) {
        let _ = write!(head, ": {types}");
    }
    if let Some(constant) = constant {
        let _ = write!(head, " = {}", constant_text(&constant));
    }
    doc.code(head);
    usage(db, page, variable, variables.opaque, &mut doc);
    Some(doc)
}

/// What is known of the value of the variable that stands at a place, at last what it is read from: that it is given there, or that it has there.
fn value(
    db: &dyn Db,
    page: Page,
    variable: &Variable,
    range: TextRange,
) -> Option<(ValueTypes, Option<Constant>, Option<String>)> {
    let map = page_map(db, page);
    let position = map.chunks()[map.chunk_at(range.start())?];
    let here = range - position.start;
    let is_here = |at: CodePlace| at.chunk == position.chunk && at.range(db) == here;
    let occurrence = variable.occurrences.iter().find(|occurrence| is_here(occurrence.at))?;
    let CodeItem::Expr(expr) = occurrence.at.what else { return None };
    let flow = chunk_flow(db, page, position.chunk);
    let expr = match occurrence.kind {
        OccurrenceKind::Read => expr,
        OccurrenceKind::Define(DefinitionKind::Set) => {
            chunk_body(db, position.chunk).steps.iter().find_map(|step| match step {
                Step::Set { target, value } if *target == expr => Some(*value),
                _ => None,
            })?
        }
        OccurrenceKind::Define(DefinitionKind::Declare) => return Some((ValueTypes::NULL, None, None)),
        OccurrenceKind::Define(DefinitionKind::Counter) => return Some((ValueTypes::NUMBER, None, None)),
        _ => return None,
    };
    let data = data_text(db, page, position.chunk, expr);
    Some((flow.value(expr).types, flow.constant(expr).cloned(), data))
}

/// Where it is set, and how often it is used.
fn usage(db: &dyn Db, page: Page, variable: &Variable, opaque: bool, doc: &mut Markup) {
    let map = page_map(db, page);
    let mut cursor = map.cursor(db, PositionEncoding::Utf8);
    let mut declared = Vec::new();
    let mut set = Vec::new();
    // In code that is the text of a literal, too.
    let mut in_texts = Vec::new();
    for position in map.chunks() {
        in_literals(db, *position, &variable.name, &mut in_texts);
    }
    // Where SET is missing nothing is set.
    let definitions = || variable.definitions().filter(|(kind, _)| *kind != DefinitionKind::Assign);
    for (kind, at) in definitions() {
        let Some(range) = map.range_in(at.chunk, at.range(db)) else { continue };
        let line = cursor.line_col(range.start()).line + 1;
        let lines = if kind == DefinitionKind::Declare { &mut declared } else { &mut set };
        if lines.last() != Some(&line) {
            lines.push(line);
        }
    }
    let set_in_texts = || in_texts.iter().filter(|named| named.how.is_definition() && named.how != Use::Declare);
    set.extend(set_in_texts().map(|named| cursor.line_col(named.range.start()).line + 1));
    set.sort_unstable();
    set.dedup();
    if !set.is_empty() {
        doc.text(format!("Set in {}.", lines_text(&set)));
    }
    if !declared.is_empty() {
        doc.text(format!("Declared in {}.", lines_text(&declared)));
    }
    // What was not understood can set and read it as well.
    if !is_understood(db, page) {
        return;
    }
    if set.is_empty() {
        doc.text("Never set in this page.");
    }
    let writes = definitions().filter(|(kind, _)| *kind != DefinitionKind::Declare).count() + set_in_texts().count();
    let reads = variable.reads().count() + in_texts.iter().filter(|named| named.how == Use::Read).count();
    doc.text(format!("Writes: {writes}, reads: {reads}."));
    if opaque || variable.set_elsewhere || variable.read_elsewhere {
        doc.text("Content that the page calls in can set and read it too.");
    }
}

/// Whether every statement of a page was understood: only then it is sure that nothing else sets a variable.
fn is_understood(db: &dyn Db, page: Page) -> bool {
    let lost = |chunk| chunk_body(db, chunk).steps.iter().any(|step| matches!(step, Step::Lost));
    !page_structure(db, page).is_wrong() && !page.chunks(db).iter().any(|&chunk| lost(chunk))
}

fn lines_text(lines: &[u32]) -> String {
    let shown: Vec<String> = lines.iter().take(MAX_LINES).map(u32::to_string).collect();
    let word = if lines.len() == 1 { "line" } else { "lines" };
    let more = if lines.len() > MAX_LINES { format!(" and {} more", lines.len() - MAX_LINES) } else { String::new() };
    format!("{word} {}{more}", shown.join(", "))
}

/// Types as prose; none where nothing is known.
pub(crate) fn type_text(types: ValueTypes) -> Option<String> {
    if types == ValueTypes::ANY || types == ValueTypes::NONE {
        return None;
    }
    Some(format!("{types:?}").replace('|', " or "))
}

fn constant_text(constant: &Constant) -> String {
    let text = match constant {
        Constant::Text(text) => format!("\"{}\"", text.replace('"', "\"\"").replace(['\n', '\r'], " ")),
        Constant::Integer(number) => number.to_string(),
        Constant::Number(number) => number.to_string(),
        Constant::Boolean(value) => value.to_string(),
    };
    match text.char_indices().nth(MAX_CONSTANT) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text,
    }
}
