//! Code that does not stand in the page: contents that it includes, which may be known, and what nobody knows.

use sfmc_catalog::ampscript::Function;
use sfmc_db::ContentName;

use super::{
    env::{DefId, VarId},
    eval::is_plain,
    fold::{Def, Fold},
};
use crate::{body::ExprId, inclusions::content_name, value::Constant};

impl Fold<'_> {
    /// Code runs of which nothing is known.
    pub(super) fn unknown_code(&mut self) {
        self.env.forget();
        self.opaque = true;
        self.unnamed = true;
    }

    /// The content that a call includes, if that is known and all that it runs.
    pub(super) fn included_by(&self, function: &Function, args: &[ExprId]) -> Option<ContentName> {
        let args: Vec<Option<&Constant>> = args.iter().map(|&arg| self.constant_of(arg)).collect();
        only_content(function, &args)
    }

    /// A content is included.
    pub(super) fn include(&mut self, name: &ContentName) {
        let Some(effects) = self.included.get(name) else {
            self.env.forget();
            self.opaque = true;
            return;
        };
        // What the page does not name is of no interest in it.
        for name in &effects.reads {
            if let Some(var) = self.by_name.get(name) {
                self.variables[var.0 as usize].read_elsewhere = true;
            }
        }
        for name in &effects.sets {
            if let Some(&var) = self.by_name.get(name) {
                self.set_elsewhere(var);
            }
        }
    }

    /// What stands beside the page, and may run before it and behind it.
    pub(super) fn beside(&mut self) {
        let beside = self.included.beside();
        for variable in &mut self.variables {
            let reads = || beside.effects.reads.binary_search(&variable.name).is_ok();
            variable.read_elsewhere |= beside.opaque || reads();
        }
        for name in &beside.effects.sets {
            if let Some(&var) = self.by_name.get(name) {
                self.set_elsewhere(var);
            }
        }
    }

    /// A content that is known may set a variable.
    pub(super) fn set_elsewhere(&mut self, var: VarId) {
        self.variables[var.0 as usize].set_elsewhere = true;
        let before = self.env.get(var);
        let def = self.def(Def { joined: [before.def, DefId::NOTHING], ..Def::default() });
        self.env.set(var, before.opaque().with_def(def));
    }
}

/// The content that a function includes which is given these arguments, if that is known and all that it runs: what it shows where there
/// is no such content can be code as well.
pub(super) fn only_content(function: &Function, args: &[Option<&Constant>]) -> Option<ContentName> {
    let (name, others) = args.split_first()?;
    let is_harmless = |(index, arg): (usize, &Option<&Constant>)| match arg {
        Some(constant) => constant.as_text().is_none_or(is_plain),
        None => function.out_param(index + 1).is_some(),
    };
    let name = content_name(function, (*name)?)?;
    others.iter().enumerate().all(is_harmless).then_some(name)
}
