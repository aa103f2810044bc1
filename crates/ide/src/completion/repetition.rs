//! What came next the last time? Code repeats itself: branches set the same variables in the same order, rows of a table print the same
//! ones. What followed the same few variables elsewhere in the page is likely to follow them here.

use super::{Place, facts::VariableUse};
use crate::expected::Slot;

/// As many variables before the place are compared.
const LONGEST: usize = 3;

/// For each variable: how much speaks for it, at most about the sum of `1..=LONGEST`.
pub(super) fn repeated(place: &Place<'_>, here: usize) -> Vec<f32> {
    let facts = place.facts;
    let mut scores = vec![0.0; facts.names.len()];
    let sets = place.expected.slot == Slot::SetTarget;
    let is_one = |how: VariableUse| if sets { how == VariableUse::Set } else { how != VariableUse::Declared };
    let sequence = |from: &[super::facts::Occurrence]| -> Vec<(usize, bool)> {
        let ones = from.iter().filter(|occurrence| is_one(occurrence.how));
        ones.map(|occurrence| (occurrence.name, occurrence.how == VariableUse::Read)).collect()
    };
    let before = sequence(&facts.occurrences[..here]);
    let behind = sequence(&facts.occurrences[here..]);
    for len in 1..=LONGEST {
        let Some(context) = before.len().checked_sub(len).map(|from| &before[from..]) else { break };
        // What is nearer counts more, and what comes before more than what comes behind.
        let earlier = before.windows(len + 1).rev().filter(|window| &window[..len] == context);
        let later = behind.windows(len + 1).filter(|window| &window[..len] == context);
        let mut share = len as f32;
        for window in earlier.chain(later).take(20) {
            let (name, reads) = window[len];
            if reads != sets {
                scores[name] += share * 0.5;
                share *= 0.5;
            }
        }
    }
    scores
}
