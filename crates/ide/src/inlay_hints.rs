//! What does the code mean that it does not say where it stands? What an argument is passed for, what an END ends, what a variable holds.
//!
//! A hint that says what everybody sees is clutter: each kind leaves out what is evident.

mod arguments;
mod ends;
mod types;

use sfmc_db::{ChunkPosition, Db, FileId, FileKind, Page, Snapshot, page_map};
use sfmc_syntax::{TextRange, TextSize};

use crate::{markup::Markup, sql};

/// A note between the characters of the code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InlayHint {
    /// Where it stands: before the argument, behind the variable or the end.
    pub at: TextSize,
    /// What it is about.
    pub kind: InlayHintKind,
    /// What it says: `returnColumn:`, `: rowset`, `if @a == 1`.
    pub label: String,
    /// What it names, in the same file: the IF or FOR that is ended.
    pub target: Option<TextRange>,
    /// More about it.
    pub tooltip: Option<Markup>,
}

/// What a hint is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum InlayHintKind {
    /// The parameter that an argument is passed for.
    Parameter,
    /// The IF or FOR that ends here.
    End,
    /// The type of the value that a variable is set to; in SQL of a column that a query returns.
    Type,
}

/// Which hints are wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InlayHintOptions {
    /// Names of parameters.
    pub parameters: ParameterHints,
    /// What ends.
    pub ends: bool,
    /// Types of variables, and of columns that queries return.
    pub types: bool,
}

/// At which arguments names of parameters are wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ParameterHints {
    /// At none.
    None,
    /// At strings, numbers and booleans.
    Literals,
    /// At any.
    All,
}

/// The hints that stand in a range, in order.
pub fn inlay_hints(snapshot: &Snapshot, file: FileId, range: TextRange, options: InlayHintOptions) -> Vec<InlayHint> {
    let Some(page) = snapshot.page(file) else { return Vec::new() };
    let db: &dyn Db = snapshot.db();
    if page.kind(db) == FileKind::Sql {
        return if options.types { sql::inlay_hints(db, page, range) } else { Vec::new() };
    }
    let mut found = Vec::new();
    if options.parameters != ParameterHints::None || options.types {
        for position in chunks_in(page_map(db, page).chunks(), range) {
            db.unwind_if_revision_cancelled();
            let chunk = InChunk { page, position: *position, range };
            if options.parameters != ParameterHints::None {
                arguments::hints(db, chunk, options.parameters, &mut found);
            }
            if options.types {
                types::hints(db, chunk, &mut found);
            }
        }
    }
    if options.ends {
        ends::hints(db, page, range, &mut found);
    }
    found.sort_by_key(|hint| hint.at);
    found
}

/// A chunk, and the part of its page in which hints are wanted.
#[derive(Clone, Copy)]
struct InChunk {
    page: Page,
    position: ChunkPosition,
    range: TextRange,
}

impl InChunk {
    /// A range of the chunk in the page, if any of it lies where hints are wanted.
    fn wanted(self, range: TextRange) -> Option<TextRange> {
        let range = range + self.position.start;
        (range.start() <= self.range.end() && self.range.start() <= range.end()).then_some(range)
    }

    /// A place of the chunk in the page, if hints are wanted there.
    fn place(self, at: TextSize) -> Option<TextSize> {
        let at = at + self.position.start;
        self.range.contains_inclusive(at).then_some(at)
    }
}

/// The chunks that hold some of a range.
fn chunks_in(chunks: &[ChunkPosition], range: TextRange) -> &[ChunkPosition] {
    let end = chunks.partition_point(|position| position.start <= range.end());
    let start = chunks.partition_point(|position| position.start < range.start()).saturating_sub(1);
    chunks.get(start..end).unwrap_or_default()
}

#[cfg(test)]
mod tests;
