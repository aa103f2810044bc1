//! Regions as plain data.

use std::{fmt, ops};

use sfmc_syntax::{Problem, ProblemKind, TextRange, TextSize, cursor::Code};

/// What a region is (ampscript.md section 1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum RegionKind {
    /// `%%[ … ]%%`. The header `[type=…;name=…]` belongs to the content.
    Block,
    /// `%%= … =%%`
    Inline,
    /// `<script language=ampscript> … </script>`, the tags included.
    ScriptBlock,
    /// `%%name%%` and `%%[Shoe Size]%%`
    Personalization,
    /// `%%Before;HTTPGet "…"%%`
    Syndication,
    /// `{{ … }}`: a tag of the guide template language or of Handlebars, not the text between two.
    TemplateTag,
    /// `<ctrl:var name=x />`, or its closing tag.
    CtrlTag,
    /// `<script runat=server> … </script>`, the tags included: server-side JavaScript. Nothing in it is a region.
    ServerScript,
}

impl RegionKind {
    /// The code of regions that hold AMPscript.
    pub fn code(self) -> Option<Code> {
        match self {
            RegionKind::Block => Some(Code::Block),
            RegionKind::Inline => Some(Code::Inline),
            RegionKind::ScriptBlock => Some(Code::Script),
            _ => None,
        }
    }

    /// What to report at the opener of such a region that does not end: one with [`RegionFlags::UNTERMINATED`].
    pub fn unterminated(self) -> ProblemKind {
        match self {
            RegionKind::Inline => ProblemKind::UnterminatedInline,
            RegionKind::ScriptBlock | RegionKind::ServerScript => ProblemKind::UnterminatedScriptTag,
            _ => ProblemKind::UnterminatedBlock,
        }
    }

    pub(crate) fn of_code(code: Code) -> RegionKind {
        match code {
            Code::Block => RegionKind::Block,
            Code::Inline => RegionKind::Inline,
            Code::Script => RegionKind::ScriptBlock,
        }
    }
}

/// What else the scanner found out about a region.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct RegionFlags(u16);

macro_rules! region_flags {
    ($($(#[doc = $doc:literal])* $name:ident = $bit:literal;)*) => {
        impl RegionFlags {
            $($(#[doc = $doc])* pub const $name: RegionFlags = RegionFlags(1 << $bit);)*
            const NAMES: &'static [(RegionFlags, &'static str)] = &[$((RegionFlags::$name, stringify!($name))),*];
        }
    };
}

region_flags! {
    /// It has no closer of its own and ends where the scanner gave it up. Of a cut region the last part tells, or
    /// already the first, when its script tag has no `>`. Whoever reports
    /// this should report nothing else from inside the region: it follows from this.
    UNTERMINATED = 0;
    /// It is cut here: its next part begins where this one ends.
    CONTINUES = 1;
    /// It was closed by another kind's closer.
    MISMATCHED_CLOSE = 2;
    /// It holds delimiters of regions nested in it, which mean nothing.
    NESTED = 3;
    /// `%%[Foo]%%`: a personalization string, or a block of one word.
    AMBIGUOUS = 4;
    /// `%%First Name%%`: the documentation wants brackets round it.
    NEEDS_BRACKETS = 5;
    /// `<script … />`
    SELF_CLOSING = 6;
    /// An AMPscript script tag without `runat=server`.
    MISSING_RUNAT = 7;
}

impl RegionFlags {
    /// Whether all of `flags` are set.
    pub fn contains(self, flags: RegionFlags) -> bool {
        self.0 & flags.0 == flags.0
    }

    /// These and not those.
    #[must_use]
    pub fn without(self, flags: RegionFlags) -> RegionFlags {
        RegionFlags(self.0 & !flags.0)
    }
}

impl ops::BitOr for RegionFlags {
    type Output = RegionFlags;

    fn bitor(self, other: RegionFlags) -> RegionFlags {
        RegionFlags(self.0 | other.0)
    }
}

impl ops::BitOrAssign for RegionFlags {
    fn bitor_assign(&mut self, other: RegionFlags) {
        self.0 |= other.0;
    }
}

impl fmt::Debug for RegionFlags {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut separator = "";
        for &(flag, name) in RegionFlags::NAMES {
            if self.contains(flag) {
                write!(f, "{separator}{name}")?;
                separator = "|";
            }
        }
        Ok(())
    }
}

/// A region, or a part of one that was cut because it is large.
///
/// A cut region is a first part with `open > 0`, then parts with `open == 0`; all but the last have [`RegionFlags::CONTINUES`].
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Region {
    /// Where it begins, in bytes of the text that was scanned.
    pub start: u32,
    /// Its length in bytes, delimiters included.
    pub len: u32,
    /// The length in bytes of its opening delimiter; 0 in a later part of a region that was cut.
    pub open: u32,
    /// The length in bytes of its closing delimiter; 0 when it is cut, unterminated or self-closing.
    pub close: u32,
    /// What it is.
    pub kind: RegionKind,
    /// What else is known.
    pub flags: RegionFlags,
}

impl Region {
    /// All of it.
    pub fn range(&self) -> TextRange {
        TextRange::at(TextSize::new(self.start), TextSize::new(self.len))
    }

    /// The byte after it.
    pub fn end(&self) -> u32 {
        self.start + self.len
    }

    /// Its opening delimiter: empty in a later part.
    pub fn open_range(&self) -> TextRange {
        TextRange::at(TextSize::new(self.start), TextSize::new(self.open))
    }

    /// Its closing delimiter: empty when there is none.
    pub fn close_range(&self) -> TextRange {
        TextRange::new(TextSize::new(self.end() - self.close), TextSize::new(self.end()))
    }

    /// What stands between its delimiters.
    pub fn content_range(&self) -> TextRange {
        TextRange::new(self.open_range().end(), self.close_range().start())
    }

    /// The length in bytes of its opening delimiter.
    pub fn open_len(&self) -> u32 {
        self.open
    }

    /// The length in bytes of its closing delimiter.
    pub fn close_len(&self) -> u32 {
        self.close
    }

    /// Whether all of `flags` are set.
    pub fn has(&self, flags: RegionFlags) -> bool {
        self.flags.contains(flags)
    }

    /// The same region in a text that begins at `base` of this one's, which must not be behind it.
    #[must_use]
    pub fn relative_to(mut self, base: TextSize) -> Region {
        self.start -= u32::from(base);
        self
    }

    /// The same region in a text that this one's text begins at `base` of.
    #[must_use]
    pub fn shifted(mut self, base: TextSize) -> Region {
        self.start += u32::from(base);
        self
    }
}

impl fmt::Debug for Region {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}@{}..{} {}+{}", self.kind, self.start, self.end(), self.open, self.close)?;
        if self.flags != RegionFlags::default() {
            write!(f, " {:?}", self.flags)?;
        }
        Ok(())
    }
}

/// Puts the parts of cut regions together again.
pub fn merge_parts(parts: impl IntoIterator<Item = Region>) -> Vec<Region> {
    let mut merged: Vec<Region> = Vec::new();
    for part in parts {
        match merged.last_mut() {
            Some(last) if last.has(RegionFlags::CONTINUES) && part.open == 0 => {
                last.len += part.len;
                last.close = part.close;
                last.flags = last.flags.without(RegionFlags::CONTINUES) | part.flags;
            }
            _ => merged.push(part),
        }
    }
    merged
}

/// The problems of a region that stand at its opening delimiter or concern all of it; the scanner's items tell the others.
///
/// `region` must be whole, or the first part of one that was cut; then it is still open whether it ends, which the last part tells:
/// see [`RegionKind::unterminated`].
pub fn region_problems(region: &Region) -> Vec<Problem> {
    let mut problems = Vec::new();
    let mut at_opener = |kind| problems.push(Problem::new(kind, region.open_range()));
    if region.has(RegionFlags::UNTERMINATED) {
        at_opener(region.kind.unterminated());
    }
    if region.has(RegionFlags::MISSING_RUNAT) {
        at_opener(ProblemKind::ScriptMissingRunat);
    }
    if region.has(RegionFlags::SELF_CLOSING) {
        at_opener(ProblemKind::SelfClosingScript);
    }
    if region.has(RegionFlags::AMBIGUOUS) {
        problems.push(Problem::new(ProblemKind::AmbiguousBracketPersonalization, region.range()));
    }
    if region.has(RegionFlags::NEEDS_BRACKETS) {
        problems.push(Problem::new(ProblemKind::PersonalizationNeedsBrackets, region.range()));
    }
    problems
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_region_is_small() {
        assert!(size_of::<Region>() <= 20);
    }
}
