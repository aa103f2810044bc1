//! What do the pages of the workspace call things? For proposals in a page that does not name them yet.

use rustc_hash::FxHashMap;
use sfmc_catalog::ampscript::{FunctionId, Role};
use sfmc_semantic::{Literal, Mentions};
use sfmc_syntax::SmolStr;

/// More are not kept of one kind: whoever has so many names finds none by looking.
const MAX_NAMES: usize = 5000;

/// The words of all pages of a workspace. Those that most pages use come first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Vocabulary {
    /// The functions and how often they are called, in no order.
    calls: FxHashMap<FunctionId, u32>,
    all_calls: u32,
    attributes: Vec<SmolStr>,
    literals: FxHashMap<Role, Vec<Literal>>,
}

impl Vocabulary {
    /// The words of some pages.
    pub fn new<'a>(pages: impl IntoIterator<Item = &'a Mentions>) -> Vocabulary {
        let mut calls: FxHashMap<FunctionId, u32> = FxHashMap::default();
        let mut attributes: FxHashMap<String, (u32, &SmolStr)> = FxHashMap::default();
        let mut literals: FxHashMap<&Literal, u32> = FxHashMap::default();
        for page in pages {
            for (function, count) in &page.words.calls {
                let sum = calls.entry(*function).or_default();
                *sum = sum.saturating_add(*count);
            }
            for name in &page.words.attributes {
                attributes.entry(name.to_lowercase()).or_insert((0, name)).0 += 1;
            }
            for literal in &page.words.literals {
                *literals.entry(literal).or_default() += 1;
            }
        }
        let mut by_role: FxHashMap<Role, Vec<(u32, &Literal)>> = FxHashMap::default();
        for (literal, count) in literals {
            by_role.entry(literal.role).or_default().push((count, literal));
        }
        let literals = by_role.into_iter().map(|(role, mut found)| {
            found.sort_by(|(a, one), (b, other)| (b, &one.text, &one.table).cmp(&(a, &other.text, &other.table)));
            found.truncate(MAX_NAMES);
            (role, found.into_iter().map(|(_, literal)| literal.clone()).collect())
        });
        let mut attributes: Vec<(u32, &SmolStr)> = attributes.into_values().collect();
        attributes.sort_by(|(a, one), (b, other)| (b, one).cmp(&(a, other)));
        attributes.truncate(MAX_NAMES);
        Vocabulary {
            all_calls: calls.values().fold(0, |sum, count| sum.saturating_add(*count)),
            calls,
            attributes: attributes.into_iter().map(|(_, name)| name.clone()).collect(),
            literals: literals.collect(),
        }
    }

    /// Which part of all calls is one of a function.
    #[allow(clippy::cast_precision_loss, reason = "a share")]
    pub(crate) fn share(&self, function: FunctionId) -> f32 {
        let count = self.calls.get(&function).copied().unwrap_or(0);
        count as f32 / self.all_calls.max(1) as f32
    }

    pub(crate) fn attributes(&self) -> &[SmolStr] {
        &self.attributes
    }

    pub(crate) fn literals(&self, role: Role) -> &[Literal] {
        self.literals.get(&role).map_or(&[], Vec::as_slice)
    }
}

#[cfg(test)]
mod tests {
    use sfmc_db::{Database, FileKind};

    use super::*;

    #[test]
    fn what_most_pages_name_comes_first() {
        let pages = [
            "%%=Lookup('Shops', 'City', 'Id', 1)=%%%%Rank%%",
            "%%=Lookup('Stores', 'City', 'Id', 1)=%%%%=Lookup('Stores', 'Zip', 'Id', 1)=%%%%points%%",
            "%%=Lookup('Stores', 'Zip', 'Id', 1)=%%%%=v(1)=%%%%Points%%",
        ];
        let db = Database::default();
        let pages: Vec<_> =
            pages.iter().map(|text| crate::workspace::mentions_of(&db, text, FileKind::Page.into())).collect();
        let found = Vocabulary::new(pages.iter().map(|page| &**page));
        let texts =
            |role: Role| -> Vec<&str> { found.literals(role).iter().map(|found| found.text.as_str()).collect() };
        assert_eq!(texts(Role::DataExtensionName), ["Stores", "Shops"]);
        assert_eq!(texts(Role::ColumnName), ["Id", "Zip", "City", "City", "Id"]);
        assert_eq!(found.attributes().iter().map(|name| name.to_lowercase()).collect::<Vec<_>>(), ["points", "rank"]);
        assert!((found.share(FunctionId::of("Lookup").unwrap()) - 0.8).abs() < 0.001);
    }
}
