//! What can be written here? Tables behind FROM, columns of what FROM names, functions, words that fit the clause; the best first.
//!
//! As elsewhere every candidate has a weight, in proportion to how likely it is.

mod columns;
mod fit;
mod following;
mod functions;
mod joins;
mod keywords;
mod tables;
mod targets;
mod values;

pub(super) use values::style_form;

use sfmc_catalog::sql::{Form, Function, ParamType, data_types, date_parts, function};
use sfmc_db::{Db, Page, page_map, sql_syntax};
use sfmc_schema::{Schema, Table};
use sfmc_semantic::sql::{SqlMeaning, sql_meaning, sql_meaning_of};
use sfmc_sql::parse_file;
use sfmc_syntax::{SyntaxKind, SyntaxNode, TextRange, TextSize};

use super::{
    context::{Clause, Context, Slot, State},
    quoting::quoted,
    schema::{schema, target},
    scope::Scope,
    signature_help::active_param,
};
use crate::completion::{Candidates, CompletionItem, CompletionKind, CompletionOptions, Completions};

/// Where something is to be proposed, and what is known of that place.
struct Place<'a> {
    context: &'a Context<'a>,
    scope: &'a Scope<'a>,
    schema: &'a Schema,
    /// The data extension that the query writes to.
    target: Option<&'a Table>,
    root: SyntaxNode,
    options: CompletionOptions,
    /// The statement is written in small letters.
    lower: bool,
}

/// What can be written at a place; nothing in comments and numbers.
pub(crate) fn completions(
    db: &dyn Db,
    page: Page,
    offset: TextSize,
    options: CompletionOptions,
) -> Option<Completions> {
    let Some(context) = Context::new(db, page, offset) else {
        let is_empty = offset == TextSize::new(0) && page_map(db, page).is_empty();
        return if is_empty { beginning() } else { None };
    };
    let chunk = context.position.chunk;
    let schema = schema(db, page);
    let closed = context.unclosed.then(|| closed(&context, schema));
    let (meaning, root) = match &closed {
        Some((meaning, root)) => (meaning, root.clone()),
        None => (sql_meaning(db, page, chunk), sql_syntax(db, chunk)),
    };
    let scope = Scope::new(meaning, &context);
    let lower = is_lower(context.text);
    let target = target(schema, page.query(db));
    let place = Place { context: &context, scope: &scope, schema, target, root, options, lower };
    let mut found = Candidates::default();
    let replace = match context.slot {
        Slot::Nothing => return None,
        Slot::Text(content) => {
            values::complete(&place, &mut found);
            content
        }
        Slot::Number(number) => {
            let is_style = place.argument().is_some_and(|(function, param)| is_style(function, param));
            if is_style && context.state == State::Operand {
                values::styles(&mut found);
            }
            number
        }
        Slot::Expected => match tables::of_several_words(&place, &mut found) {
            Some(words) => words,
            None => {
                expected(&place, &mut found);
                context.replaced()
            }
        },
    };
    // Clients show no others.
    found.keep_like(context.typed());
    if options.snippets {
        found.words_as_snippets();
    }
    let start = context.position.start;
    let mut found = found.finish(replace + start, context.offset + start, context.typed())?;
    // In front of a name nobody has typed anything of it.
    if context.slot == Slot::Expected && replace.start() == context.word.start() {
        found.only = context.word + start;
    }
    // The closing bracket is one of what is inserted.
    if context.bracketed {
        found.insert = found.replace;
    }
    Some(found)
}

/// What the statement means when the name that is being typed is closed at the place: as it is, it swallows what stands behind it.
fn closed(context: &Context<'_>, schema: &Schema) -> (SqlMeaning, SyntaxNode) {
    let (before, after) = context.text.split_at_checked(context.offset.into()).unwrap_or((context.text, ""));
    let close = if context.text(context.word).starts_with('"') { '"' } else { ']' };
    let parsed = parse_file(&format!("{before}{close}{after}"));
    let root = SyntaxNode::new_root(parsed.green);
    (sql_meaning_of(&root, &parsed.problems, schema), root)
}

/// An empty file.
fn beginning() -> Option<Completions> {
    let mut found = Candidates::default();
    found.add(1.0, CompletionItem::new("SELECT", CompletionKind::Keyword));
    found.finish(TextRange::empty(TextSize::new(0)), TextSize::new(0), "")
}

fn expected(place: &Place<'_>, found: &mut Candidates) {
    let context = place.context;
    let before_dot = context.after.is_some_and(|after| {
        after.kind == SyntaxKind::DOT && after.range.start() == context.word.end().max(context.offset)
    });
    if before_dot {
        return match context.state {
            State::Operand | State::ListStart => columns::qualifiers(place, found),
            State::Table if !context.bracketed => {
                found.add(1.0, CompletionItem::new("Ent", CompletionKind::Keyword));
            }
            _ => {}
        };
    }
    if let Some((function, param)) = place.argument() {
        match function.params.get(param).map(|param| param.ty) {
            Some(ParamType::DatePart) if matches!(context.state, State::Operand | State::AfterOperand) => {
                return date_part_names(function.name, found);
            }
            Some(ParamType::Type) => return types(place, found),
            _ if is_style(function, param) && context.state == State::Operand => values::styles(found),
            _ => {}
        }
    }
    match context.state {
        State::Member => member(place, found),
        State::Table => tables::complete(place, found),
        State::Operand | State::ListStart => {
            if context.bracketed {
                return columns::complete(place, 1.0, found);
            }
            if context.clause == Clause::On {
                joins::complete(place, found);
            }
            values::quoted(place, found);
            columns::complete(place, 1.0, found);
            functions::complete(place, functions_share(context.clause), found);
        }
        State::Alias => targets::complete(place, found),
        State::Number if context.bracketed => {}
        State::Type => types(place, found),
        _ => {}
    }
    if !context.bracketed {
        keywords::complete(place, found);
    }
}

/// How likely a function is against a column.
fn functions_share(clause: Clause) -> f32 {
    match clause {
        Clause::List | Clause::Having => 0.3,
        Clause::Where | Clause::On => 0.15,
        Clause::GroupBy | Clause::OrderBy | Clause::Window => 0.08,
        Clause::Start | Clause::From => 0.05,
    }
}

/// What stands behind a dot: columns of what is before it, or the tables that others share.
fn member(place: &Place<'_>, found: &mut Candidates) {
    let context = place.context;
    let parts: Vec<String> = context.qualifier.iter().map(|part| bare(context.text(*part)).to_lowercase()).collect();
    let is_from = matches!(context.clause, Clause::From) && !context.in_call;
    match parts.as_slice() {
        [ent] if ent == "ent" && is_from => tables::shared(place, true, found),
        [name] => {
            if let Some(reached) = place.scope.source_named(name) {
                columns::of_source(place, reached, found);
                if context.clause == Clause::List && !context.in_call && !context.bracketed {
                    found.add(0.02, CompletionItem::new("*", CompletionKind::Keyword));
                }
            }
        }
        [ent, name] if ent == "ent" => {
            if let Some(reached) = place.scope.source_named(name) {
                columns::of_source(place, reached, found);
            }
        }
        _ => {}
    }
}

fn date_part_names(function: &str, found: &mut Candidates) {
    const USUAL: [(&str, f32); 6] =
        [("day", 1.0), ("month", 0.6), ("hour", 0.5), ("year", 0.3), ("minute", 0.3), ("week", 0.2)];
    // They can be read, but nothing is so long (the reference of T-SQL).
    let is_length = |name: &str| match name {
        "tzoffset" => false,
        "iso_week" => function == "DATETRUNC",
        _ => true,
    };
    let reads = matches!(function, "DATEPART" | "DATENAME");
    for part in date_parts().iter().filter(|part| reads || is_length(part.name)) {
        let mut item = CompletionItem::new(part.name, CompletionKind::Keyword);
        if !part.abbreviations.is_empty() {
            item.detail = Some(format!("also {}", part.abbreviations.join(", ")));
        }
        let weight = USUAL.iter().find(|(name, _)| *name == part.name).map_or(0.05, |(_, weight)| *weight);
        found.add(weight, item);
    }
}

fn types(place: &Place<'_>, found: &mut Candidates) {
    const USUAL: [(&str, &str, f32); 7] = [
        ("NVARCHAR", "NVARCHAR(${1:50})", 1.0),
        ("VARCHAR", "VARCHAR(${1:50})", 0.7),
        ("DECIMAL", "DECIMAL(${1:18}, ${2:2})", 0.4),
        ("INT", "INT", 0.8),
        ("DATE", "DATE", 0.8),
        ("DATETIME", "DATETIME", 0.5),
        ("BIT", "BIT", 0.3),
    ];
    for name in data_types() {
        let usual = USUAL.iter().find(|(known, ..)| known == name);
        let mut item = CompletionItem::new(place.cased(name), CompletionKind::Type);
        if let Some((_, snippet, _)) = usual.filter(|(_, snippet, _)| place.options.snippets && snippet.contains('(')) {
            // A size behind the place stays as it is.
            if place.context.after.is_none_or(|after| after.kind != SyntaxKind::L_PAREN) {
                let (name, size) = snippet.split_once('(').unwrap_or((snippet, ")"));
                item.snippet = Some(format!("{}({size}$0", place.cased(name)));
            }
        }
        found.add(usual.map_or(0.02, |(_, _, weight)| *weight), item);
    }
}

fn is_style(function: &Function, param: usize) -> bool {
    matches!(function.name, "CONVERT" | "TRY_CONVERT") && param == 2
}

impl Place<'_> {
    /// The function whose argument is wanted, and the place of its parameter.
    fn argument(&self) -> Option<(&'static Function, usize)> {
        if !self.context.in_call {
            return None;
        }
        let call = self.context.calls.last()?;
        let function = function(self.context.text(call.name)).filter(|function| function.form != Form::NoParens)?;
        Some((function, active_param(function, *call)?))
    }

    /// A word of the language as the statement writes them.
    fn cased(&self, word: &str) -> String {
        if self.lower { word.to_lowercase() } else { word.to_owned() }
    }

    /// Adds a name: in brackets where it needs them, or stands in some.
    fn add_name(&self, weight: f32, name: &str, mut item: CompletionItem, prefix: &str, found: &mut Candidates) {
        let written = if self.context.bracketed { bracketed(name) } else { quoted(name) };
        let insert = format!("{prefix}{written}");
        if self.context.bracketed {
            item.filter = Some(written);
        } else if !prefix.is_empty() && item.filter.is_none() && !item.label.starts_with(prefix) {
            item.filter = Some(name.to_owned());
        }
        if insert != item.label {
            item.insert = Some(insert);
        }
        found.add(weight, item);
    }
}

fn bracketed(name: &str) -> String {
    format!("[{}]", name.replace(']', "]]"))
}

/// A name without its brackets.
fn bare(text: &str) -> String {
    match text.strip_prefix('[') {
        Some(inner) => inner.strip_suffix(']').unwrap_or(inner).replace("]]", "]"),
        None => text.trim_matches('"').to_owned(),
    }
}

/// Whether the first word of the language in a text is written in small letters.
pub(super) fn is_lower(text: &str) -> bool {
    let words = text.split(|c: char| !c.is_ascii_alphabetic()).filter(|word| word.len() > 3);
    let mut known = words.filter(|word| {
        ["select", "from", "where", "insert", "with"].iter().any(|known| word.eq_ignore_ascii_case(known))
    });
    known.next().is_some_and(|word| word.starts_with(|c: char| c.is_ascii_lowercase()))
}

#[cfg(test)]
mod tests;
