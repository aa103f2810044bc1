//! The two things of Markdown that a suite is made of: headings and fenced blocks.

use std::ops::Range;

/// A heading or a fenced block.
pub(crate) enum Block<'a> {
    /// `# Title`.
    Heading {
        /// How many `#`.
        level: usize,
        /// The title.
        title: &'a str,
    },
    /// A fenced block.
    Fence(Fence<'a>),
}

/// A fenced block.
pub(crate) struct Fence<'a> {
    /// What stands after the opening backticks.
    pub(crate) info: &'a str,
    /// The line of the opening fence, from 1.
    pub(crate) line: usize,
    /// The bytes between the fences.
    pub(crate) content: Range<usize>,
    /// Where the line of the closing fence ends, its line end included.
    pub(crate) end: usize,
}

impl Fence<'_> {
    /// The text of the block.
    pub(crate) fn text(&self, source: &str) -> String {
        source[self.content.clone()].to_owned()
    }
}

/// The headings and fenced blocks of `source`. A block that is not closed goes to the end, as in CommonMark; blocks inside
/// lists and quotes are not looked for.
pub(crate) fn blocks(source: &str) -> Vec<Block<'_>> {
    let mut found = Vec::new();
    let mut open: Option<(&str, Fence<'_>)> = None;
    let mut at = 0;
    for (index, raw) in source.split_inclusive('\n').enumerate() {
        let start = at;
        at += raw.len();
        let line = raw.trim_end();
        if let Some((mark, fence)) = &mut open {
            // The mark of the opening fence, or a longer one, and nothing else.
            let closes = line.starts_with(*mark) && line.trim_start_matches(&mark[..1]).is_empty();
            fence.content.end = if closes { start } else { at };
            fence.end = at;
            if closes {
                found.extend(open.take().map(|(_, fence)| Block::Fence(fence)));
            }
            continue;
        }
        let ticks = line.len() - line.trim_start_matches('`').len();
        let tildes = line.len() - line.trim_start_matches('~').len();
        let mark = &line[..ticks.max(tildes)];
        let info = line[mark.len()..].trim();
        // `` ```a``` `` is code in a line of prose.
        if mark.len() >= 3 && !(ticks > 0 && info.contains('`')) {
            open = Some((mark, Fence { info, line: index + 1, content: at..at, end: at }));
            continue;
        }
        let level = line.len() - line.trim_start_matches('#').len();
        if (1..=6).contains(&level)
            && let Some(title) = line[level..].strip_prefix(' ')
        {
            found.push(Block::Heading { level, title: title.trim() });
        }
    }
    found.extend(open.map(|(_, fence)| Block::Fence(fence)));
    found
}
