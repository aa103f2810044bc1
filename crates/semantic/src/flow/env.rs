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

/// The state in which a way ends.
#[derive(Debug)]
pub(super) struct Exit {
    /// Where it began.
    pub(super) from: Mark,
    /// The variables that it changed, in order of id.
    pub(super) changes: Vec<(VarId, State)>,
    /// It ran code that is not known.
    pub(super) opaque: bool,
    /// Nothing runs after it.
    pub(super) dead: bool,
}

/// Where a way began.
#[derive(Clone, Copy, Debug)]
pub(super) struct Mark {
    /// How much had changed by then.
    pub(super) log: usize,
    pub(super) epoch: u32,
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
        let state = self.stored(var);
        if self.lost || state.is_older_than(self.epoch) { state.opaque() } else { state }
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

    /// The state in which what began at `mark` ends; everything is put back to how it was there.
    pub(super) fn leave(&mut self, mark: Mark) -> Exit {
        let mut vars: Vec<VarId> = self.log[mark.log..].iter().map(|(var, _)| *var).collect();
        vars.sort_unstable();
        vars.dedup();
        let changes = vars.into_iter().map(|var| (var, self.get(var))).collect();
        let exit = Exit { from: mark, changes, opaque: self.epoch != mark.epoch, dead: self.dead };
        self.back_to(mark);
        exit
    }

    /// Undoes what happened since.
    pub(super) fn back_to(&mut self, mark: Mark) {
        for (var, state) in self.log.drain(mark.log..).rev() {
            self.states[var.0 as usize] = state;
        }
        self.epoch = mark.epoch;
        self.dead = mark.dead;
    }

    /// What happened since, one after the other: the variables that changed, each with its state before.
    pub(super) fn changes_since(&self, mark: Mark) -> &[(VarId, State)] {
        &self.log[mark.log..]
    }

    /// What was learned of a variable last, whatever ran since.
    pub(super) fn stored(&self, var: VarId) -> State {
        self.states.get(var.0 as usize).copied().unwrap_or(State::INITIAL)
    }
}

impl Exit {
    /// The state of what was not run at all.
    pub(super) fn untouched(from: Mark) -> Exit {
        Exit { from, changes: Vec::new(), opaque: false, dead: from.dead }
    }
}

impl State {
    /// Whether something was learned before the epoch began: it says nothing in it.
    pub(super) fn is_older_than(self, epoch: u32) -> bool {
        self.epoch < epoch
    }

    /// Whether the same is known, whenever it was learned.
    pub(super) fn same(self, other: State) -> bool {
        State { epoch: 0, ..self } == State { epoch: 0, ..other }
    }
}
