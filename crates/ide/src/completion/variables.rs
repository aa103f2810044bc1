//! Which variable is meant? Those that were set or read last and fit what is expected; after SET those that have no value yet.

use sfmc_catalog::ampscript::{Type, Types, system_variables};
use sfmc_semantic::ValueTypes;
use sfmc_syntax::{SyntaxKind, TextSize};

use super::{
    Candidates, CompletionItem, CompletionKind, Place,
    facts::{UseSlot, VariableUse},
    repetition, usual,
};
use crate::{
    expected::Slot,
    hover::{sentence, type_text},
    workspace::{file_title, variables_elsewhere},
};

/// What a repetition counts against the rest.
const SET_AGAIN: f32 = 1.0;
const READ_AGAIN: f32 = 0.4;

/// More variables of other files are not proposed.
const MAX_ELSEWHERE: usize = 300;

/// So much text before an inline expression says what it prints.
const LABEL_BYTES: usize = 60;

pub(super) fn complete(place: &Place<'_>, share: f32, found: &mut Candidates) {
    let has_sigil = place.expected.word.is_some_and(|word| word.kind == SyntaxKind::VARIABLE);
    let types = types_here(place);
    let weights = weights(place, &types);
    // Where none is likely, other things come first.
    let total: f32 = weights.iter().sum::<f32>().max(0.3);
    for (index, name) in place.facts.names.iter().enumerate() {
        if weights[index] == 0.0 {
            continue;
        }
        let mut item = CompletionItem::new(format!("@{}", name.written), CompletionKind::Variable);
        item.filter = (!has_sigil).then(|| name.written.to_string());
        item.detail = types[index].and_then(type_text);
        found.add(weights[index] / total * share, item);
    }
    if !matches!(place.expected.slot, Slot::Declared | Slot::Counter) {
        elsewhere(place, has_sigil, share, found);
    }
}

/// Variables that other files set which are rendered together with this one, behind all that the page names.
fn elsewhere(place: &Place<'_>, has_sigil: bool, share: f32, found: &mut Candidates) {
    let Some(workspace) = place.workspace else { return };
    for (name, written, file) in
        variables_elsewhere(workspace, place.snapshot, place.path).into_iter().take(MAX_ELSEWHERE)
    {
        if place.facts.names.iter().any(|known| known.lower == name) {
            continue;
        }
        let mut item = CompletionItem::new(format!("@{written}"), CompletionKind::Variable);
        item.filter = (!has_sigil).then(|| written.to_string());
        item.detail = Some(format!("set in {}", file_title(workspace, &file)));
        found.add(share * 0.001, item);
    }
}

pub(super) fn system(share: f32, found: &mut Candidates) {
    for variable in system_variables() {
        let mut item = CompletionItem::new(format!("@@{}", variable.name), CompletionKind::Variable);
        item.text.text(sentence(variable.description));
        found.add(share, item);
    }
}

/// What each variable holds at the place, as far as that shows from where it was set last before it, or else first behind it.
fn types_here(place: &Place<'_>) -> Vec<Option<ValueTypes>> {
    let mut types = vec![None; place.facts.names.len()];
    let is_set = |how| matches!(how, VariableUse::Set | VariableUse::Counter);
    for occurrence in place.facts.occurrences.iter().filter(|occurrence| is_set(occurrence.how)) {
        let known = &mut types[occurrence.name];
        if occurrence.at < place.offset || known.is_none() {
            *known = Some(occurrence.types);
        }
    }
    types
}

/// What is known of a variable around the place.
#[derive(Clone, Debug, Default)]
struct Known {
    /// How many other occurrences stand between the place and its last one before it.
    recency: Option<usize>,
    set_before: bool,
    read_before: bool,
    /// Read since it was set last.
    read_since: bool,
    declared_before: bool,
    counts: bool,
    uses: usize,
    same_slot: f32,
    is_target: bool,
    after_last: bool,
}

fn weights(place: &Place<'_>, types: &[Option<ValueTypes>]) -> Vec<f32> {
    let facts = place.facts;
    let slot = place.slot();
    let here = facts.occurrences.partition_point(|occurrence| occurrence.at < place.offset);
    let mut known = vec![Known::default(); facts.names.len()];
    let mut order = Vec::new();
    // What is being set has its new value only afterwards.
    let target = place.expected.target.map(|target| target.start());
    for (n, occurrence) in facts.occurrences[..here].iter().enumerate().rev() {
        if Some(occurrence.at) == target {
            known[occurrence.name].is_target = true;
            continue;
        }
        let about = &mut known[occurrence.name];
        if about.recency.is_none() {
            about.recency = Some(order.len());
            order.push(occurrence.name);
        }
        about.uses += 1;
        match occurrence.how {
            VariableUse::Declared => about.declared_before = true,
            VariableUse::Set => {
                about.read_since |= about.read_before && !about.set_before;
                about.set_before = true;
            }
            VariableUse::Counter => {
                about.counts = true;
                about.set_before = true;
            }
            VariableUse::Read => about.read_before = true,
        }
        if occurrence.slot == slot && slot != UseSlot::Other && about.same_slot == 0.0 {
            about.same_slot = 1.0 / (1.0 + (here - n) as f32 * 0.05);
        }
    }
    for occurrence in &facts.occurrences[here..] {
        known[occurrence.name].uses += 1;
    }
    successor(place, here, slot, &mut known);
    let repeated = repetition::repeated(place, here);
    let label = Label::new(place);
    let unlikely = own_counter(place, slot).or_else(|| compared(place));
    let wanted = usual::wanted(place);
    let weight = |(index, about): (usize, &Known)| {
        let mut weight = 1.0 / (1.5 + about.recency.map_or(order.len() as f32 + 5.0, |recency| recency as f32));
        match place.expected.slot {
            // What was declared needs no second VAR.
            Slot::Declared => return if about.declared_before { 0.0 } else { weight },
            Slot::SetTarget => {
                if about.declared_before && !about.set_before {
                    weight *= 4.0;
                }
                if about.counts || about.set_before && !about.read_before {
                    weight *= 0.2;
                }
                if about.after_last {
                    weight = weight * 4.0 + 0.5;
                }
                return weight + SET_AGAIN * repeated[index];
            }
            Slot::Counter => return if about.counts { weight + 3.0 } else { weight * 0.1 },
            Slot::NextName => return if about.counts { weight + 1.0 } else { weight * 0.01 },
            _ => {}
        }
        let fits = match (wanted, types[index]) {
            (Some(wanted), Some(types)) => fit(wanted, types, about.counts),
            _ => 1.0,
        };
        weight *= fits;
        if !about.set_before {
            weight *= if about.read_before { 0.7 } else { 0.25 };
        } else if !about.read_since && !about.counts {
            weight *= 2.0;
        }
        if about.is_target && !about.set_before {
            weight *= 0.1;
        }
        if about.after_last {
            weight = weight * 3.0 + 0.3;
        }
        if unlikely.as_deref() == Some(&*facts.names[index].lower) {
            return weight.min(1.0) * 0.01;
        }
        weight *= 1.0 + 3.0 * about.same_slot;
        // Whatever speaks for it: what cannot be passed there is not meant.
        let misfit = if fits < 0.1 { 0.02 } else { 1.0 };
        (weight + READ_AGAIN * repeated[index]) * label.fits(&facts.names[index].lower) * misfit
    };
    known.iter().enumerate().map(weight).collect()
}

/// The counter of the loop whose bounds are being written: it does not run to itself.
fn own_counter(place: &Place<'_>, slot: UseSlot) -> Option<String> {
    let code = place.code;
    let before = code.tokens.partition_point(|token| token.range.end() <= place.replace.start());
    let head = code.tokens[..before].iter().rposition(|token| token.kind == SyntaxKind::FOR_KW);
    let counter = code.solid_after(head.filter(|_| slot == UseSlot::Bound)?);
    let counter = counter.filter(|token| token.kind == SyntaxKind::VARIABLE)?;
    Some(code.text(counter.range).trim_start_matches('@').to_lowercase())
}

/// The variable that stands on the other side of a comparison: nothing is compared with itself.
fn compared(place: &Place<'_>) -> Option<String> {
    use SyntaxKind::{EQ2, GT, GTE, LT, LTE, NEQ};
    let operator = place.expected.previous.filter(|token| matches!(token.kind, EQ2 | NEQ | LT | LTE | GT | GTE))?;
    let at = place.code.tokens.iter().position(|token| *token == operator)?;
    let left = place.code.solid_before(at).filter(|left| left.kind == SyntaxKind::VARIABLE)?;
    Some(place.code.text(left.range).trim_start_matches('@').to_lowercase())
}

/// How well a value fits a parameter.
fn fit(wanted: Types, found: ValueTypes, counts: bool) -> f32 {
    if found == ValueTypes::ANY {
        return 1.0;
    }
    let is_structured = |kind: Type| !kind.is_scalar();
    let structured = ValueTypes::ROW.or(ValueTypes::ROWSET).or(ValueTypes::OBJECT);
    match found.single() {
        Some(kind) if wanted.contains(kind) => {
            let only_structured = wanted.iter().all(is_structured);
            if only_structured {
                8.0
            } else if counts && !wanted.contains(Type::String) {
                4.0
            } else {
                1.5
            }
        }
        Some(kind) if wanted.accept(kind) => 1.0,
        Some(_) => 0.03,
        None if found.is_within(structured) => 0.5,
        None => 1.0,
    }
}

/// People read and set variables in the order in which they set, read or declared them before: which one comes after the last?
fn successor(place: &Place<'_>, here: usize, slot: UseSlot, known: &mut [Known]) {
    let occurrences = &place.facts.occurrences;
    let (last, from): (_, fn(VariableUse) -> bool) = match place.expected.slot {
        Slot::SetTarget => (occurrences[..here].iter().rfind(|occurrence| occurrence.how == VariableUse::Set), |how| {
            how == VariableUse::Declared
        }),
        _ => (
            occurrences[..here]
                .iter()
                .rfind(|occurrence| occurrence.how == VariableUse::Read && occurrence.slot == slot),
            |how| how != VariableUse::Declared && how != VariableUse::Read,
        ),
    };
    let Some(last) = last else { return };
    let before: Vec<_> = occurrences[..here].iter().filter(|occurrence| from(occurrence.how)).collect();
    for pair in before.windows(2) {
        if pair[0].name == last.name && pair[1].name != last.name {
            known[pair[1].name].after_last = true;
        }
    }
}

/// What stands before the place and names what is meant: `"Email", @email`, `Email: %%=v(@email)=%%`.
struct Label {
    text: String,
    is_argument: bool,
}

impl Label {
    fn new(place: &Place<'_>) -> Label {
        let code = place.code;
        let argument = place.expected.call().and_then(|call| {
            let before = call.args.get(call.active().checked_sub(1)?)?.as_ref()?;
            (before.kind == SyntaxKind::STRING).then(|| code.text(before.range))
        });
        if let Some(text) = argument {
            return Label { text: normal(text), is_argument: true };
        }
        let first = code.tokens.first().filter(|token| token.kind == SyntaxKind::INLINE_OPEN);
        let text = first.map(|token| text_before(place, token.range.start())).unwrap_or_default();
        Label { text: normal(&text), is_argument: false }
    }

    fn fits(&self, name: &str) -> f32 {
        let name = normal(name);
        if name.len() < 2 || self.text.len() < 2 {
            1.0
        } else if self.text == name {
            12.0
        } else if self.is_argument && name.len() > 2 && (self.text.contains(&name) || name.contains(&self.text)) {
            5.0
        } else if !self.is_argument && name.len() > 2 && self.text.contains(&name) {
            4.0
        } else {
            1.0
        }
    }
}

fn normal(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

fn text_before(place: &Place<'_>, end: TextSize) -> String {
    let map = sfmc_db::page_map(place.db, place.page);
    let Some(index) = map.chunk_at(end) else { return String::new() };
    let position = map.chunks()[index];
    let text = &position.chunk.source(place.db).text;
    let end = usize::from(end - position.start).min(text.len());
    let start = text.ceil_char_boundary(end.saturating_sub(LABEL_BYTES));
    text.get(start..end).unwrap_or("").to_owned()
}
