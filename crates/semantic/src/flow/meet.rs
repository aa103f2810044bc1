//! Where ways meet: the branches of an IF, a loop and what passes it by.
//!
//! The ways of a chain of ELSEIFs begin one after the other, each behind the conditions before it. They are all joined at its end and at
//! once: were each ELSEIF an IF in the ELSE of the one before, every level would pass on what all below it changed.

use std::ops::Range;

use super::env::{Env, Exit, Mark, State, VarId};

/// A state of a variable that some of the ways begin with: those up to `end` that another one does not say anything of.
struct Entry {
    var: VarId,
    end: usize,
    state: State,
}

/// A state of a variable that one of the ways ends with.
struct Own {
    var: VarId,
    way: usize,
    state: State,
}

impl Env {
    /// The way on, where several ways meet. They began at `first` and after it, in order; all of them have been left. `join` is asked for
    /// states that differ.
    ///
    /// It takes time in proportion to what the ways changed and what happened between their beginnings.
    pub(super) fn meet(&mut self, first: Mark, exits: &[Exit], mut join: impl FnMut(State, State) -> State) {
        let alive: Vec<&Exit> = exits.iter().filter(|exit| !exit.dead).collect();
        let entries = self.entries(first, &alive);
        let mut own: Vec<Own> = Vec::new();
        for (way, exit) in alive.iter().enumerate() {
            own.extend(exit.changes.iter().map(|&(var, state)| Own { var, way, state }));
        }
        own.sort_by_key(|own| own.var);
        let ways = Ways::new(&alive);
        let (mut entries, mut own) = (&entries[..], &own[..]);
        let (mut met, mut joined) = (Vec::new(), Vec::new());
        while let Some(var) =
            [entries.first().map(|entry| entry.var), own.first().map(|own| own.var)].into_iter().flatten().min()
        {
            let (of_var, rest) = entries.split_at(entries.partition_point(|entry| entry.var <= var));
            entries = rest;
            let (changed, rest) = own.split_at(own.partition_point(|own| own.var <= var));
            own = rest;
            met.clear();
            met.extend(changed.iter().map(|own| (own.way, own.state)));
            ways.unchanged(of_var, self.stored(var), changed, &mut met);
            met.sort_by_key(|(way, _)| *way);
            let mut states = met.iter().rev().map(|(_, state)| *state);
            let Some(last) = states.next() else { continue };
            let state = states.fold(last, |later, state| if state.same(later) { state } else { join(state, later) });
            joined.push((var, state));
        }
        let opaque = alive.iter().any(|exit| exit.opaque || exit.from.epoch != first.epoch);
        let dead = alive.is_empty() && !exits.is_empty();
        self.back_to(first);
        self.dead |= dead;
        if opaque {
            self.forget();
        }
        for (var, state) in joined {
            self.set(var, state);
        }
    }

    /// What happened between the beginnings of the ways, by variable and in order.
    fn entries(&self, first: Mark, alive: &[&Exit]) -> Vec<Entry> {
        let changes = (first.log..).zip(self.changes_since(first));
        let mut entries: Vec<Entry> = changes
            .map(|(at, &(var, state))| Entry { var, end: alive.partition_point(|way| way.from.log <= at), state })
            .collect();
        entries.sort_by_key(|entry| entry.var);
        entries
    }
}

/// The ways that meet.
struct Ways<'a> {
    alive: &'a [&'a Exit],
    /// How many of those before each ran code that is not known.
    opaque: Vec<usize>,
}

impl<'a> Ways<'a> {
    fn new(alive: &'a [&'a Exit]) -> Ways<'a> {
        let mut opaque = vec![0];
        opaque.extend(alive.iter().scan(0, |count, way| {
            *count += usize::from(way.opaque);
            Some(*count)
        }));
        Ways { alive, opaque }
    }

    /// Adds the states of a variable on the ways that do not change it, each with the first way that has it, or one shortly before that.
    fn unchanged(&self, entries: &[Entry], last: State, own: &[Own], met: &mut Vec<(usize, State)>) {
        let entries = entries.iter().map(|entry| (entry.end, entry.state));
        let mut own = own.iter().map(|own| own.way).peekable();
        let mut start = 0;
        for (end, state) in entries.chain([(self.alive.len(), last)]) {
            let Some(ways) = self.alive.get(start..end) else { continue };
            // Behind code that is not known nothing is left of what was learned before it.
            let old = start + ways.partition_point(|way| !state.is_older_than(way.from.epoch));
            for (range, state) in [(start..old, state), (old..end, state.opaque())] {
                let (mut known, mut opaque) = (None, None);
                gaps(range, &mut own, |gap| {
                    let count = self.opaque_in(&gap);
                    if count < gap.len() {
                        known.get_or_insert(gap.start);
                    }
                    if count > 0 {
                        opaque.get_or_insert(gap.start);
                    }
                });
                met.extend(known.map(|way| (way, state)));
                met.extend(opaque.map(|way| (way, state.opaque())));
            }
            start = end;
        }
    }

    fn opaque_in(&self, ways: &Range<usize>) -> usize {
        let before = |way: usize| self.opaque.get(way).copied().unwrap_or_default();
        before(ways.end) - before(ways.start)
    }
}

/// The parts of a range between some places in it; `places` has none before it, and is left behind it.
fn gaps(
    range: Range<usize>,
    places: &mut std::iter::Peekable<impl Iterator<Item = usize>>,
    mut see: impl FnMut(Range<usize>),
) {
    let mut start = range.start;
    while let Some(place) = places.next_if(|&place| place < range.end) {
        if start < place {
            see(start..place);
        }
        start = place + 1;
    }
    if start < range.end {
        see(start..range.end);
    }
}
