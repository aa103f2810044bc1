//! Names before columns that no source of a SELECT has: those that queries in its FROM without an alias should have.

use rustc_hash::FxHashMap;
use sfmc_semantic::sql::Target;
use sfmc_syntax::TextRange;

use super::SqlContext;

/// The names of one SELECT, in order of place. It is read once for all queries in its FROM.
pub(crate) struct StrayNames {
    /// Where each stands first and where it stands last.
    names: Vec<(TextRange, TextRange)>,
    /// Whether several sources have no name: which of them is meant, nobody knows.
    several: bool,
}

impl StrayNames {
    pub(super) fn of(ctx: &SqlContext<'_>, select: TextRange) -> StrayNames {
        let meaning = ctx.meaning();
        let mut names: Vec<(TextRange, TextRange)> = Vec::new();
        let mut places: FxHashMap<String, usize> = FxHashMap::default();
        for reference in meaning.references_in(select) {
            let open = matches!(reference.target, Target::Unknown | Target::NoSource);
            let Some(range) = reference.qualifier.filter(|_| open) else { continue };
            let place = *places.entry(ctx.text(range).to_ascii_lowercase()).or_insert(names.len());
            match names.get_mut(place) {
                Some((_, last)) => *last = range,
                None => names.push((range, range)),
            }
        }
        let found = meaning.selects.iter().find(|found| found.range == select);
        let sources = found.map(|found| found.sources.as_slice()).unwrap_or_default();
        let unnamed = sources.iter().filter(|id| meaning.source(**id).is_some_and(|source| source.name.is_none()));
        StrayNames { names, several: unnamed.take(2).count() == 2 }
    }

    /// Two of the names that stand outside a range, or as many as there are.
    pub(crate) fn outside(&self, range: TextRange) -> [Option<TextRange>; 2] {
        let outside = |place: &TextRange| !range.contains_range(*place);
        let mut found = self.names.iter().filter_map(|(first, last)| [*first, *last].into_iter().find(outside));
        [found.next(), found.next()]
    }

    /// Whether several sources have no name.
    pub(crate) fn for_several(&self) -> bool {
        self.several
    }
}
