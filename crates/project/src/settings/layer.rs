//! One layer of options, ready to be asked about a path.

use std::path::Path;

use super::selection::Directives;
use crate::{
    globs::Globs,
    options::{Context, Options, Platform},
};

pub(super) struct Layer {
    /// Where files run that nothing else is known about.
    pub(super) fallback_context: Option<Context>,
    base: Table,
    contexts: Globs,
    /// The contexts of the globs.
    context_of: Vec<Context>,
    overrides: Vec<(Globs, Table)>,
}

/// What holds for all files, or for those of an override.
pub(super) struct Table {
    pub(super) rules: Directives,
    pub(super) target: Option<Platform>,
    pub(super) api_version: Option<u16>,
    context: Option<Context>,
}

impl Layer {
    pub(super) fn new(options: &Options) -> Layer {
        // A table has no order: the longest glob is the one that was written for the fewest files.
        let mut contexts: Vec<_> = options.contexts.iter().collect();
        contexts.sort_by_key(|(glob, _)| glob.0.len());
        let overrides = options.overrides.iter().map(|table| {
            let overriding = Table {
                rules: Directives::new(&table.rules),
                target: table.target,
                api_version: table.api_version,
                context: table.context,
            };
            (Globs::new(&table.files), overriding)
        });
        Layer {
            fallback_context: options.context,
            base: Table {
                rules: Directives::new(&options.rules),
                target: options.target,
                api_version: options.api_version,
                context: None,
            },
            contexts: Globs::new(contexts.iter().map(|(glob, _)| *glob)),
            context_of: contexts.iter().map(|(_, context)| **context).collect(),
            overrides: overrides.collect(),
        }
    }

    /// Which overrides apply to a file.
    pub(super) fn overrides(&self, path: &Path) -> Vec<usize> {
        let is_match = |index: &usize| self.overrides[*index].0.is_match(path);
        (0..self.overrides.len()).filter(is_match).collect()
    }

    /// Where a file runs, if a glob says so.
    pub(super) fn context(&self, path: &Path) -> Option<Context> {
        let overrides = self.overrides.iter().rev().filter(|(globs, _)| globs.is_match(path));
        let overriding = overrides.filter_map(|(_, table)| table.context).next();
        overriding.or_else(|| self.contexts.matches(path).last().map(|&index| self.context_of[index]))
    }

    /// What holds for a file that some overrides apply to; a later table decides over an earlier one.
    pub(super) fn tables<'a>(&'a self, overrides: &'a [usize]) -> impl Iterator<Item = &'a Table> {
        let overrides = overrides.iter().map(|&index| &self.overrides[index].1);
        std::iter::once(&self.base).chain(overrides)
    }
}
