//! The variables at one point of the page, and how they are put back when a branch ends.
//!
//! Changes are logged, so that leaving a branch costs what it changed and not what there is. Code that is not known (a content block)
//! can set every variable: instead of touching them all it begins a new epoch, and a state of an older one says nothing any more.

use crate::value::{Marks, ValueTypes};

/// A variable of a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct VarId(pub(super) u32);

/// What gave a variable its value: a definition, or several where ways meet.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct DefId(pub(super) u32);

impl DefId {
    /// Nothing in the page.
    pub(super) const NOTHING: DefId = DefId(0);
}

/// A constant, by its place in the fold's list, from 1; 0 is none.
pub(super) type ConstantId = u32;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct State {
    pub(super) marks: Marks,
    pub(super) types: ValueTypes,
    pub(super) constant: ConstantId,
    pub(super) def: DefId,
    epoch: u32,
}

impl State {
    /// Nothing in the page has set it. Its type is not known all the same: the page can be part of another one.
    const INITIAL: State =
        State { marks: Marks::MAYBE_UNSET, types: ValueTypes::ANY, constant: 0, def: DefId::NOTHING, epoch: 0 };

    pub(super) fn new(marks: Marks, types: ValueTypes, constant: ConstantId, def: DefId) -> State {
        State { marks, types, constant, def, epoch: 0 }
    }

    #[must_use]
    pub(super) fn with_def(self, def: DefId) -> State {
        State { def, ..self }
    }

    /// What is left of it after code that is not known.
    pub(super) fn opaque(self) -> State {
        let marks = Marks::MAYBE_SET.with(Marks::MAYBE_UNSET).with(Marks::OPAQUE);
        State { marks, types: ValueTypes::ANY, constant: 0, ..self }
    }
}

/// The state in which a branch ends.
#[derive(Debug)]
pub(super) struct Exit {
    /// The variables that it changed, in order of id.
    changes: Vec<(VarId, State)>,
    /// It ran code that is not known.
    opaque: bool,
    /// Nothing runs after it.
    pub(super) dead: bool,
}

/// Where a branch began.
#[derive(Clone, Copy, Debug)]
pub(super) struct Mark {
    log: usize,
    epoch: u32,
    dead: bool,
}

#[derive(Debug, Default)]
pub(super) struct Env {
    states: Vec<State>,
    log: Vec<(VarId, State)>,
    epoch: u32,
    last_epoch: u32,
    /// What comes now is never reached.
    pub(super) dead: bool,
    /// Nothing is known of what runs when.
    pub(super) lost: bool,
}

impl Env {
    pub(super) fn get(&self, var: VarId) -> State {
        let state = self.states.get(var.0 as usize).copied().unwrap_or(State::INITIAL);
        if self.lost || state.epoch < self.epoch { state.opaque() } else { state }
    }

    pub(super) fn set(&mut self, var: VarId, state: State) {
        let index = var.0 as usize;
        if index >= self.states.len() {
            self.states.resize(index + 1, State::INITIAL);
        }
        self.log.push((var, self.states[index]));
        self.states[index] = State { epoch: self.epoch, ..state };
    }

    /// Code that is not known ran.
    pub(super) fn forget(&mut self) {
        self.last_epoch += 1;
        self.epoch = self.last_epoch;
    }

    pub(super) fn mark(&self) -> Mark {
        Mark { log: self.log.len(), epoch: self.epoch, dead: self.dead }
    }

    /// Whether anything happened since.
    pub(super) fn changed_since(&self, mark: Mark) -> bool {
        self.log.len() != mark.log || self.epoch != mark.epoch || self.dead != mark.dead
    }

    /// The state at the end of what began at `mark`; everything is put back to how it was there.
    pub(super) fn leave(&mut self, mark: Mark) -> Exit {
        let mut vars: Vec<VarId> = self.log[mark.log..].iter().map(|(var, _)| *var).collect();
        vars.sort_unstable();
        vars.dedup();
        let changes = vars.into_iter().map(|var| (var, self.get(var))).collect();
        let exit = Exit { changes, opaque: self.epoch != mark.epoch, dead: self.dead };
        for (var, state) in self.log.drain(mark.log..).rev() {
            self.states[var.0 as usize] = state;
        }
        self.epoch = mark.epoch;
        self.dead = mark.dead;
        exit
    }

    /// The way on, where several ways meet that began here. `join` is asked for variables whose states differ.
    pub(super) fn meet(&mut self, exits: &[Exit], mut join: impl FnMut(State, State) -> State) {
        let alive: Vec<&Exit> = exits.iter().filter(|exit| !exit.dead).collect();
        if alive.is_empty() {
            self.dead |= !exits.is_empty();
            return;
        }
        let mut vars: Vec<VarId> = alive.iter().flat_map(|exit| exit.changes.iter().map(|(var, _)| *var)).collect();
        vars.sort_unstable();
        vars.dedup();
        let mut joined = Vec::with_capacity(vars.len());
        for var in vars {
            let entry = self.get(var);
            let mut states = alive.iter().map(|exit| match exit.changes.binary_search_by_key(&var, |(v, _)| *v) {
                Ok(found) => exit.changes[found].1,
                Err(_) if exit.opaque => entry.opaque(),
                Err(_) => entry,
            });
            let Some(mut state) = states.next() else { continue };
            for other in states {
                if !state.same(other) {
                    state = join(state, other);
                }
            }
            joined.push((var, state));
        }
        if alive.iter().any(|exit| exit.opaque) {
            self.forget();
        }
        for (var, state) in joined {
            self.set(var, state);
        }
    }
}

impl Exit {
    /// The state of what was not run at all.
    pub(super) fn untouched() -> Exit {
        Exit { changes: Vec::new(), opaque: false, dead: false }
    }
}

impl State {
    /// Whether the same is known, whenever it was learned.
    fn same(self, other: State) -> bool {
        State { epoch: 0, ..self } == State { epoch: 0, ..other }
    }
}
