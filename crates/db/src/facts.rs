//! What the fold over a page reads of a chunk: no offsets, so that typing in a string or moving a block changes nothing.

mod hidden;

use std::sync::Arc;

use sfmc_ampscript::ControlKind;
use sfmc_host::{RegionFlags, RegionKind};
use sfmc_syntax::{ProblemKind, SmolStr, TextSize};

use crate::{
    chunk::{ChunkParse, ChunkSource, chunk_parse},
    inputs::Chunk,
};

/// One fact of a chunk, in order of place.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Fact {
    /// A region of code begins. `index` is its place in [`ChunkParse::code`].
    Enter {
        /// Index among the chunk's regions of code.
        index: u32,
        /// The execution context that its header or tag names, in lower case.
        context: Option<SmolStr>,
        /// It begins with something that begins no statement: what is wrong if it goes on with nothing.
        continues: Option<ProblemKind>,
        /// It does not end. Of a region that is cut [`Fact::Unterminated`] tells.
        unterminated: bool,
    },
    /// The same region goes on from the chunk before.
    Resume {
        /// Index among the chunk's regions of code.
        index: u32,
    },
    /// A control statement. Index is its place in [`ChunkParse::controls`].
    Control {
        /// Index among the chunk's control statements.
        index: u32,
        /// What it does.
        kind: ControlKind,
        /// The variable of FOR or NEXT, without `@`, in lower case.
        name: Option<SmolStr>,
        /// Its head is wrong, and nothing follows it in its region; or the keyword itself is misspelt.
        incomplete: bool,
    },
    /// The region of code ends here inside a statement.
    Dangling {
        /// Index among the chunk's regions of code.
        index: u32,
        /// What is wrong if nothing goes on with it.
        kind: ProblemKind,
    },
    /// A region of code that began in an earlier part ends without its closer.
    Unterminated {
        /// Whether it is a script block.
        script: bool,
    },
    /// A server script begins that is cut. `region` is its place among the chunk's regions.
    ServerScript {
        /// Index among the chunk's regions.
        region: u32,
    },
    /// The server script that was cut ends without its closer.
    ServerScriptUnterminated,
    /// Keywords that are none, because a mistake hides them: what they would do, were they code. Only among [`hidden_facts`].
    Hidden {
        /// In order.
        kinds: Box<[ControlKind]>,
        /// What hides them.
        by: HiddenBy,
    },
}

/// What hides code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum HiddenBy {
    /// A text or a comment that does not end.
    Token,
    /// Nothing so far: it is text of the page, and may be followed by a closer that closes nothing.
    Text,
    /// `]%%` without an opener: the n-th such problem of the chunk.
    StrayClose(u32),
}

/// The facts of a chunk. Inline regions have none.
#[salsa::tracked(returns(ref))]
pub fn chunk_facts(db: &dyn salsa::Database, chunk: Chunk) -> Arc<[Fact]> {
    facts(chunk.source(db), chunk_parse(db, chunk), Vec::new())
}

/// The same with the keywords that mistakes hide, for whoever has found the structure to be wrong.
#[salsa::tracked(returns(ref))]
pub fn hidden_facts(db: &dyn salsa::Database, chunk: Chunk) -> Arc<[Fact]> {
    let (source, parse) = (chunk.source(db), chunk_parse(db, chunk));
    facts(source, parse, hidden::find(source, parse))
}

/// `hidden` are in order of their places.
fn facts(source: &ChunkSource, parse: &ChunkParse, hidden: Vec<(TextSize, Fact)>) -> Arc<[Fact]> {
    let mut hidden = hidden.into_iter().peekable();
    let mut facts = Vec::new();
    for (i, code) in parse.code.iter().enumerate() {
        let Some(region) = source.regions.get(code.region as usize) else {
            continue;
        };
        while let Some((_, fact)) = hidden.next_if(|(at, _)| *at < region.range().start()) {
            facts.push(fact);
        }
        if region.kind == RegionKind::Inline {
            continue;
        }
        let index = u32::try_from(i).unwrap_or(u32::MAX);
        let start = usize::from(region.range().start());
        let last = parse.code.get(i + 1).map_or(parse.controls.len(), |next| next.first_control as usize);
        let controls = code.first_control as usize..last;
        if region.open == 0 {
            facts.push(Fact::Resume { index });
        } else {
            let context = execution_context(region.kind, &source.text[start..]);
            let unterminated = region.has(RegionFlags::UNTERMINATED);
            let continues = code.continues.map(|continues| continues.kind);
            facts.push(Fact::Enter { index, context, continues, unterminated });
        }
        for n in controls {
            while let Some((_, fact)) = hidden.next_if(|(at, _)| *at < parse.controls[n].keyword.start()) {
                facts.push(fact);
            }
            facts.push(control(parse, &source.text, n));
        }
        while let Some((_, fact)) = hidden.next_if(|(at, _)| *at < region.range().end()) {
            facts.push(fact);
        }
        if let Some(dangling) = code.dangling {
            facts.push(Fact::Dangling { index, kind: dangling.kind });
        }
        if region.open == 0 && region.has(RegionFlags::UNTERMINATED) {
            facts.push(Fact::Unterminated { script: region.kind == RegionKind::ScriptBlock });
        }
    }
    for (i, region) in source.regions.iter().enumerate().filter(|(_, region)| region.kind == RegionKind::ServerScript) {
        if region.open > 0 && region.has(RegionFlags::CONTINUES) {
            facts.push(Fact::ServerScript { region: u32::try_from(i).unwrap_or(u32::MAX) });
        }
        if region.open == 0 && region.has(RegionFlags::UNTERMINATED) {
            facts.push(Fact::ServerScriptUnterminated);
        }
    }
    facts.extend(hidden.map(|(_, fact)| fact));
    debug_assert!(source.regions.iter().filter(|r| r.kind.code().is_some()).count() == parse.code.len());
    facts.into()
}

fn control(parse: &ChunkParse, text: &str, n: usize) -> Fact {
    let control = parse.controls[n];
    let name = control.name.map(|range| {
        let name = &text[usize::from(range.start())..usize::from(range.end())];
        SmolStr::new(name.trim_start_matches('@').to_ascii_lowercase())
    });
    Fact::Control {
        index: u32::try_from(n).unwrap_or(u32::MAX),
        kind: control.kind,
        name,
        incomplete: control.incomplete,
    }
}

/// The execution context that a region of code names, in lower case: the `name` of a block's header `[type=post;name=save]`, or of a
/// tag's `executioncontextname`. `text` begins with the region.
pub fn execution_context(kind: RegionKind, text: &str) -> Option<SmolStr> {
    let value = |text: &str| {
        let text = text.trim_start();
        let text = text.strip_prefix('=')?.trim_start();
        let quote = text.chars().next().filter(|c| matches!(c, '"' | '\''));
        let value = match quote {
            Some(quote) => text[1..].split(quote).next()?,
            None => text.split([';', ']', '>', ' ', '\t', '\n', '\r']).next()?,
        };
        (!value.is_empty()).then(|| SmolStr::new(value.to_ascii_lowercase()))
    };
    match kind {
        RegionKind::Block => {
            let header = text.strip_prefix("%%[[")?;
            let header = &header[..header.find(']')?];
            header.split(';').find_map(|item| {
                let item = item.trim_start();
                let key = item.get(..4).filter(|key| key.eq_ignore_ascii_case("name"))?;
                value(&item[key.len()..])
            })
        }
        RegionKind::ScriptBlock => {
            let tag = &text[..text.find('>')?];
            const KEY: &str = "executioncontextname";
            let at = tag.to_ascii_lowercase().find(KEY)?;
            value(&tag[at + KEY.len()..])
        }
        _ => None,
    }
}
