//! Which table is meant? Those of the business unit, those of the system, what WITH names; and those that the parent unit shares, which need
//! `Ent.`.

use rustc_hash::FxHashSet;
use sfmc_catalog::sql::ViewStatus;
use sfmc_schema::Table;
use sfmc_semantic::sql::SourceKind;
use sfmc_syntax::{SyntaxKind::*, TextRange};

use super::{Candidates, CompletionItem, CompletionKind, Place};
use crate::{
    completion::is_like,
    sql::{hover::table_doc, names::ctes, schema::kind_text},
};

/// Data views by how often published queries read them.
const VIEWS: [(&str, f32); 8] = [
    ("_Subscribers", 0.5),
    ("_Sent", 0.6),
    ("_Open", 0.5),
    ("_Job", 0.5),
    ("_Click", 0.45),
    ("_Bounce", 0.35),
    ("_Unsubscribe", 0.25),
    ("_ListSubscribers", 0.2),
];

/// A table is described where so many are proposed at most: the text of thousands of them would be long.
const MAX_DESCRIBED: usize = 60;

/// Names have fewer words.
const MAX_WORDS: usize = 12;

pub(super) fn complete(place: &Place<'_>, found: &mut Candidates) {
    let used = used(place);
    let weight = |name: &str, usual: f32| if used.contains(&name.to_lowercase()) { usual * 0.6 } else { usual };
    for (range, _) in ctes(place.scope.meaning, &place.root) {
        let name = super::bare(&place.root.text().slice(range).to_string());
        let mut item = CompletionItem::new(name.as_str(), CompletionKind::Table);
        item.detail = Some("common table expression".to_owned());
        place.add_name(1.5, &name, item, "", found);
    }
    let own = matching(place, place.schema.own().list().iter().map(|table| -> &Table { table }), "");
    let described = own.len() <= MAX_DESCRIBED;
    for table in own {
        add(place, table, weight(&table.name, 0.8), "", described, found);
    }
    for table in place.schema.views() {
        let Some(view) = table.view() else { continue };
        let usual = VIEWS.iter().find(|(name, _)| *name == &*table.name).map(|(_, weight)| *weight);
        let usual = usual.unwrap_or(match view.status {
            ViewStatus::Supported => 0.12,
            ViewStatus::Legacy | ViewStatus::Unsupported | ViewStatus::Undocumented => 0.03,
            ViewStatus::Retired | ViewStatus::NameOnly => continue,
        });
        add(place, table, weight(&table.name, usual), "", true, found);
    }
    shared(place, false, found);
}

/// Tables whose names have blanks, where somebody types the second word of one without brackets: `FROM Order L`. Returns the words.
pub(super) fn of_several_words(place: &Place<'_>, found: &mut Candidates) -> Option<TextRange> {
    let context = place.context;
    if context.bracketed || context.word.is_empty() {
        return None;
    }
    let nearest =
        context.before.iter().rev().take(MAX_WORDS).position(|token| matches!(token.kind, FROM_KW | JOIN_KW))?;
    let behind = context.before.get(context.before.len().checked_sub(nearest)?..)?;
    let (tables, words) = match behind {
        [ent, dot, words @ ..] if dot.kind == DOT && context.text(ent.range).eq_ignore_ascii_case("ent") => {
            (place.schema.shared(), words)
        }
        words => (place.schema.own(), words),
    };
    let first = words.first()?.range;
    let is_plain = words.iter().all(|word| word.kind == IDENT || word.kind.is_sql_keyword());
    if !is_plain || tables.by_name(context.text(first)).is_some() {
        return None;
    }
    let typed = context.text(TextRange::new(first.start(), context.offset));
    let begins = |name: &str| name.get(..typed.len()).is_some_and(|start| start.eq_ignore_ascii_case(typed));
    let mut is_any = false;
    for table in tables.list().iter().filter(|table| begins(&table.name)) {
        is_any = true;
        add(place, table, 1.0, "", true, found);
    }
    is_any.then(|| TextRange::new(first.start(), context.word.end()))
}

/// The tables of the parent unit; behind `Ent.` without it, and with them the data views, which are those of all units there.
pub(super) fn shared(place: &Place<'_>, behind_ent: bool, found: &mut Candidates) {
    if place.schema.is_parent() == Some(true) {
        return;
    }
    let prefix = if behind_ent { "" } else { "Ent." };
    let tables = matching(place, place.schema.shared().list().iter().map(|table| -> &Table { table }), prefix);
    let described = tables.len() <= MAX_DESCRIBED;
    for table in tables {
        add(place, table, 0.4, prefix, described, found);
    }
    if behind_ent {
        for table in place.schema.views() {
            let usual = if &*table.name == "_Subscribers" { 0.6 } else { 0.1 };
            add(place, table, usual, "", true, found);
        }
    } else if !place.context.bracketed {
        let mut item = CompletionItem::new("Ent.", CompletionKind::Keyword);
        item.detail = Some("of the parent business unit".to_owned());
        found.add(0.05, item);
    }
}

/// Those that what was typed is like: of thousands the others are not worth being made into proposals.
fn matching<'t>(place: &Place<'_>, tables: impl Iterator<Item = &'t Table>, prefix: &str) -> Vec<&'t Table> {
    let typed = place.context.typed();
    let is_wanted = |table: &&Table| {
        typed.is_empty()
            || is_like(&table.name, typed)
            || !prefix.is_empty() && is_like(&format!("{prefix}{}", table.name), typed)
    };
    tables.filter(is_wanted).collect()
}

fn add(place: &Place<'_>, table: &Table, weight: f32, prefix: &str, described: bool, found: &mut Candidates) {
    let mut item = CompletionItem::new(format!("{prefix}{}", table.name), CompletionKind::Table);
    item.detail = Some(kind_text(table).to_owned());
    if described {
        item.text = table_doc(table);
    }
    place.add_name(weight, &table.name, item, prefix, found);
}

/// What the statement reads already.
fn used(place: &Place<'_>) -> FxHashSet<String> {
    let names = place.scope.meaning.sources.iter().filter_map(|source| match &source.kind {
        SourceKind::Table(table) => Some(table.name.to_lowercase()),
        _ => None,
    });
    names.collect()
}
