//! What the contents that a page includes do to its variables, and what stands beside it, as far as that is known.
//!
//! Data alone, and an input of the page: the page is looked at without the others, and again only where this becomes different.

use std::sync::Arc;

use rustc_hash::FxHashMap;
use sfmc_syntax::SmolStr;

use crate::contents::ContentName;

/// What a content does to the variables of a page that includes it, with all that it includes itself. Names are without `@`, in lower case
/// and in order, each once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ContentEffects {
    /// The variables that it may set, be it to null.
    pub sets: Vec<SmolStr>,
    /// The variables that it may read.
    pub reads: Vec<SmolStr>,
}

/// What stands beside a page and is rendered with it: the other parts of an e-mail, and its subject line.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Beside {
    /// What it does, as far as that is known.
    pub effects: ContentEffects,
    /// It may do more, as it includes what is not known.
    pub opaque: bool,
}

/// What the contents that a page includes do. Of what is not in it nothing is known.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Included {
    by_name: FxHashMap<ContentName, Arc<ContentEffects>>,
    beside: Beside,
}

impl Included {
    /// What a content does, by any spelling of its name.
    pub fn get(&self, name: &ContentName) -> Option<&ContentEffects> {
        // Most pages include nothing that is known.
        if self.by_name.is_empty() {
            return None;
        }
        self.by_name.get(&name.normal()).map(|effects| &**effects)
    }

    /// Whether nothing is known.
    pub fn is_empty(&self) -> bool {
        self.by_name.is_empty() && self.beside == Beside::default()
    }

    /// What stands beside the page.
    pub fn beside(&self) -> &Beside {
        &self.beside
    }

    /// With what stands beside the page.
    #[must_use]
    pub fn with_beside(self, beside: Beside) -> Included {
        Included { beside, ..self }
    }
}

impl FromIterator<(ContentName, Arc<ContentEffects>)> for Included {
    fn from_iter<I: IntoIterator<Item = (ContentName, Arc<ContentEffects>)>>(known: I) -> Included {
        let by_name = known.into_iter().map(|(name, effects)| (name.normal(), effects)).collect();
        Included { by_name, beside: Beside::default() }
    }
}
