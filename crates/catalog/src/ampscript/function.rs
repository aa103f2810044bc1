//! Functions.

use std::sync::LazyLock;

use super::{Param, Repeat, Types};
use crate::{
    Context,
    generated::ampscript_functions::{BY_NAME, FUNCTIONS},
    index::NameIndex,
    set::set_of_words,
};

/// How a function is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CallForm {
    /// `Name(…)`
    Call,
    /// `Msg(0).Name` or `Msg(0).Name(…)`
    Member,
}

/// Whether something can be used somewhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Availability {
    /// Proven or documented.
    Yes,
    /// Proven or documented to be refused.
    No,
    /// Not known.
    Unverified,
}

/// Where a function works.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Contexts {
    /// On pages.
    pub cloud_page: Availability,
    /// In content that is sent.
    pub email: Availability,
    /// In text messages.
    pub sms: Availability,
    /// In push messages.
    pub push: Availability,
    /// Why it is refused somewhere, or what happens there.
    pub reason: Option<&'static str>,
}

/// Whether Marketing Cloud Next has a function.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Mcn {
    /// It has not.
    No,
    /// It has, from this version of the API on.
    Since(u16),
    /// Sources disagree.
    Disputed,
}

/// A function that should not be used any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Deprecated {
    /// What to use instead, with the same arguments.
    pub replacement: Option<&'static str>,
}

/// What a call costs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Cost {
    /// It runs in the process.
    Cheap,
    /// It reads or writes data or content of the account.
    Lookup,
    /// It crosses the network.
    Remote,
}

set_of_words! {
    /// What a call does beside returning a value.
    set Effects;
    /// Something that a call does beside returning a value.
    enum Effect {
        /// Sends an HTTP request.
        Http = "http",
        /// Writes data of the account.
        WritesData = "writes-data",
        /// Writes a record of a connected CRM.
        WritesCrm = "writes-crm",
        /// Runs code that it is given or that it fetches; that code can read and set any variable.
        EvaluatesAmpscript = "evaluates-ampscript",
        /// Changes an object that it is given.
        MutatesObject = "mutates-object",
        /// Marks what follows for tracking.
        Tracking = "tracking",
        /// Prints in the middle of a block.
        Output = "output",
        /// Ends the rendering of the page or of the message.
        EndsRender = "ends-render",
        /// Returns another value each time.
        Nondeterministic = "nondeterministic",
    }
}

/// A function.
#[derive(Debug, PartialEq, Eq)]
pub struct Function {
    /// Its name in the usual spelling; calls are compared without regard to case.
    pub name: &'static str,
    /// Other names that are found for it.
    pub aliases: &'static [&'static str],
    /// How it is called.
    pub form: CallForm,
    /// What it is about, as the reference groups functions.
    pub category: &'static str,
    /// What it does, as one sentence.
    pub description: &'static str,
    /// How a call looks: `Lookup(dataObject, returnColumn, searchColumn1, searchValue1[, searchColumnN, searchValueN, …])`.
    pub syntax: &'static str,
    /// Its parameters: the fixed ones, then one round of each repeating group.
    pub params: &'static [Param],
    /// The fewest arguments.
    pub min_args: u16,
    /// The most arguments; none where groups can be repeated for ever.
    pub max_args: Option<u16>,
    /// The groups of parameters that can be repeated.
    pub repeats: &'static [Repeat],
    /// What it returns; empty when nothing useful.
    pub returns: Types,
    /// Where it works.
    pub contexts: Contexts,
    /// That it should not be used any more.
    pub deprecated: Option<Deprecated>,
    /// It is known, but every call fails.
    pub nonfunctional: bool,
    /// Sources doubt that it exists.
    pub doubtful: bool,
    /// Whether Marketing Cloud Next has it.
    pub mcn: Mcn,
    /// The Handlebars helper of Marketing Cloud Next that does the same.
    pub handlebars: Option<&'static str>,
    /// What a call does beside returning a value.
    pub effects: Effects,
    /// What a call costs.
    pub cost: Cost,
    /// Its behaviour was observed on a live page.
    pub proven: bool,
    /// What limits it has.
    pub limits: Option<&'static str>,
    /// What else to know.
    pub notes: Option<&'static str>,
    /// What sources disagree on. The other fields hold the most lenient claim: nothing that rests on this point is an error.
    pub disputed: Option<&'static str>,
}

impl Function {
    pub(crate) const BASE: Function = Function {
        name: "",
        aliases: &[],
        form: CallForm::Call,
        category: "",
        description: "",
        syntax: "",
        params: &[],
        min_args: 0,
        max_args: None,
        repeats: &[],
        returns: Types::EMPTY,
        contexts: Contexts {
            cloud_page: Availability::Unverified,
            email: Availability::Unverified,
            sms: Availability::Unverified,
            push: Availability::Unverified,
            reason: None,
        },
        deprecated: None,
        nonfunctional: false,
        doubtful: false,
        mcn: Mcn::No,
        handlebars: None,
        effects: Effects::EMPTY,
        cost: Cost::Cheap,
        proven: false,
        limits: None,
        notes: None,
        disputed: None,
    };

    /// Whether it works in `context`.
    pub fn availability(&self, context: Context) -> Availability {
        match context {
            Context::CloudPage => self.contexts.cloud_page,
            Context::Email => self.contexts.email,
            Context::Sms => self.contexts.sms,
            Context::Push => self.contexts.push,
            Context::Script => Availability::Unverified,
        }
    }
}

/// Every function, members too, sorted by name without regard to case.
pub fn functions() -> &'static [Function] {
    FUNCTIONS
}

/// A function by its place in [`functions`]: small, and compared without looking at names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FunctionId(u16);

impl FunctionId {
    /// The function that a call `name(…)` calls, by name or alias, in any case.
    pub fn of(name: &str) -> Option<FunctionId> {
        static INDEX: LazyLock<NameIndex> = LazyLock::new(|| NameIndex::new(BY_NAME));
        INDEX.get(name).map(FunctionId)
    }

    /// What is known of it.
    pub fn get(self) -> &'static Function {
        &FUNCTIONS[self.index()]
    }

    /// Its place in [`functions`].
    pub fn index(self) -> usize {
        usize::from(self.0)
    }
}

/// The function that a call `name(…)` calls, by name or alias, in any case.
pub fn function(name: &str) -> Option<&'static Function> {
    FunctionId::of(name).map(FunctionId::get)
}

/// The member that `Msg(0).name` reads, in any case.
pub fn member(name: &str) -> Option<&'static Function> {
    FUNCTIONS.iter().find(|f| f.form == CallForm::Member && f.name.eq_ignore_ascii_case(name))
}

#[cfg(test)]
mod tests;
