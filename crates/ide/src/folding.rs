//! What can be folded? Blocks, the branches of IF and the bodies of FOR over all blocks, elements and comments of HTML, comments of code, and
//! `#region`.
//!
//! Folds are whole lines: that is what editors fold. The line of a closing delimiter or keyword stays visible.

use memchr::{memchr_iter, memmem};
use sfmc_db::{Db, FileId, FileKind, Page, Snapshot, chunk_syntax, page_map};
use sfmc_host::{RegionFlags, RegionKind};
use sfmc_semantic::{Place, page_frames};
use sfmc_syntax::{SyntaxKind, TextRange, TextSize};

use crate::{
    control,
    cursor::{token_of, token_of_byte},
    elements::Elements,
    sql,
};

/// What is folded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FoldKind {
    /// Code, or what code decides about.
    Code,
    /// A comment.
    Comment,
    /// What somebody marked by `#region` and `#endregion` in comments.
    Region,
}

/// Lines that can be folded: the first stays visible, and those behind it up to `last` are hidden.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fold {
    /// The line that stays visible, counted from 0.
    pub first: u32,
    /// The last line that is hidden; greater than `first`.
    pub last: u32,
    /// What is folded.
    pub kind: FoldKind,
}

/// The folds of a file in order, at most one for each line: editors show no more, and the largest is what somebody wants there.
pub fn folding_ranges(snapshot: &Snapshot, file: FileId) -> Vec<Fold> {
    let Some(page) = snapshot.page(file) else { return Vec::new() };
    let db: &dyn Db = snapshot.db();
    let mut folds = Folds { lines: Lines::new(db, page), found: Vec::new() };
    if page.kind(db) == FileKind::Sql {
        sql::folds(db, page, &mut folds);
    } else {
        folds.control_flow(db, page);
        folds.regions(db, page);
        folds.elements(db, page);
        folds.comments(db, page);
    }
    let mut found = folds.found;
    found.sort_by_key(|fold| (fold.first, std::cmp::Reverse(fold.last)));
    found.dedup_by_key(|fold| fold.first);
    found
}

/// Where the lines of a page begin, and which begin with nothing but blanks up to some place.
pub(crate) struct Lines {
    starts: Vec<TextSize>,
    /// For each line: its first byte that is no blank.
    firsts: Vec<TextSize>,
}

impl Lines {
    fn new(db: &dyn Db, page: Page) -> Lines {
        let mut lines = Lines { starts: vec![TextSize::new(0)], firsts: Vec::new() };
        for position in page_map(db, page).chunks() {
            let text = &*position.chunk.source(db).text;
            let mut done = 0;
            for end in memchr_iter(b'\n', text.as_bytes()) {
                lines.piece(&text[done..end], position.start + len(done));
                lines.end();
                lines.starts.push(position.start + len(end + 1));
                done = end + 1;
            }
            lines.piece(&text[done..], position.start + len(done));
        }
        lines.end();
        lines
    }

    /// A part of the last line, which begins at `at`.
    fn piece(&mut self, text: &str, at: TextSize) {
        if self.firsts.len() < self.starts.len() {
            self.firsts.extend(text.find(|c: char| !c.is_whitespace()).map(|found| at + len(found)));
        }
    }

    fn end(&mut self) {
        if self.firsts.len() < self.starts.len() {
            self.firsts.push(TextSize::new(u32::MAX));
        }
    }

    pub(crate) fn line(&self, offset: TextSize) -> u32 {
        let line = self.starts.partition_point(|start| *start <= offset).saturating_sub(1);
        u32::try_from(line).unwrap_or(u32::MAX)
    }

    /// The last line before what stands at an offset: its own, where something stands before it on that.
    pub(crate) fn line_before(&self, offset: TextSize) -> u32 {
        let line = self.line(offset);
        let is_first = self.firsts.get(line as usize).is_some_and(|first| *first >= offset);
        if is_first { line.saturating_sub(1) } else { line }
    }
}

/// The first and last lines of folds of control flow: those of blocks give way to them. Folds that cross are shown in odd ways, or not at all.
struct Flow {
    by_first: Vec<(u32, u32)>,
    by_last: Vec<(u32, u32)>,
}

impl Flow {
    fn new(folds: &[Fold]) -> Flow {
        let mut by_first: Vec<_> = folds.iter().map(|fold| (fold.first, fold.last)).collect();
        let mut by_last = by_first.clone();
        by_first.sort_unstable();
        by_last.sort_unstable_by_key(|&(first, last)| (last, first));
        Flow { by_first, by_last }
    }

    /// The last line of a fold that crosses none of these.
    fn shortened(&self, first: u32, last: u32) -> u32 {
        // `%%[`, some lines and `if … then`: up to that. And `%%[`, some lines and `else`: up to that, too.
        let begun = self.by_first.iter().skip(self.by_first.partition_point(|fold| fold.0 <= first));
        let begun = begun.take_while(|fold| fold.0 <= last).find(|fold| fold.1 > last).map(|fold| fold.0 - 1);
        let ended = self.by_last.iter().skip(self.by_last.partition_point(|fold| fold.1 < first));
        let ended = ended.take_while(|fold| fold.1 < last).find(|fold| fold.0 < first).map(|fold| fold.1);
        begun.into_iter().chain(ended).fold(last, u32::min)
    }
}

pub(crate) struct Folds {
    pub(crate) lines: Lines,
    found: Vec<Fold>,
}

impl Folds {
    pub(crate) fn add(&mut self, first: u32, last: u32, kind: FoldKind) {
        if last > first {
            self.found.push(Fold { first, last, kind });
        }
    }

    /// All lines of a comment.
    pub(crate) fn comment(&mut self, range: TextRange) {
        let (first, last) = (self.lines.line(range.start()), self.lines.line(range.end()));
        self.add(first, last, FoldKind::Comment);
    }

    /// Blocks and scripts; behind control flow.
    fn regions(&mut self, db: &dyn Db, page: Page) {
        let flow = Flow::new(&self.found);
        // Where the one that is cut began.
        let mut open: Option<TextSize> = None;
        for position in page_map(db, page).chunks() {
            for region in &position.chunk.source(db).regions {
                if region.kind.code().is_none() && region.kind != RegionKind::ServerScript {
                    continue;
                }
                let start = if region.open > 0 { None } else { open };
                let start = start.unwrap_or(position.start + TextSize::new(region.start));
                if region.has(RegionFlags::CONTINUES) {
                    open = Some(start);
                    continue;
                }
                open = None;
                if region.has(RegionFlags::UNTERMINATED) {
                    // Up to the last line with something in it: whoever writes it has not closed it yet.
                    let text = &position.chunk.source(db).text[region.range()];
                    let end = region.range().start() + position.start + TextSize::of(text.trim_end());
                    let first = self.lines.line(start);
                    self.add(first, flow.shortened(first, self.lines.line(end)), FoldKind::Code);
                }
                if region.close > 0 {
                    let close = position.start + region.close_range().start();
                    let first = self.lines.line(start);
                    let last = flow.shortened(first, self.lines.line_before(close));
                    self.add(first, last, FoldKind::Code);
                }
            }
        }
    }

    /// Elements of HTML; behind code. The line of the end tag stays visible.
    fn elements(&mut self, db: &dyn Db, page: Page) {
        let flow = Flow::new(&self.found);
        for element in Elements::of(db, page).elements {
            let Some(end) = element.end else { continue };
            let first = self.lines.line(element.start.end());
            let Some(last) = self.lines.line(end.start()).checked_sub(1) else { continue };
            self.add(first, flow.shortened(first, last), FoldKind::Code);
        }
    }

    fn control_flow(&mut self, db: &dyn Db, page: Page) {
        for frame in page_frames(db, page).iter() {
            let keywords: Vec<Place> = frame.keywords().collect();
            for pair in keywords.windows(2) {
                let [from, to] = pair else { continue };
                let (Some(head), Some(next)) = (control::head_range(db, page, *from), control::range_of(db, page, *to))
                else {
                    continue;
                };
                let first = self.lines.line(head.end());
                let last = self.lines.line_before(opener_before(db, page, next.start()));
                self.add(first, last, FoldKind::Code);
            }
        }
    }

    fn comments(&mut self, db: &dyn Db, page: Page) {
        let mut html = HtmlComments::default();
        // The lines of `#region` that are open.
        let mut marks: Vec<u32> = Vec::new();
        for position in page_map(db, page).chunks() {
            db.unwind_if_revision_cancelled();
            let source = position.chunk.source(db);
            let text = &*source.text;
            let mut done = 0;
            for region in source.regions.iter().map(Some).chain([None]) {
                let start = region.map_or(text.len(), |region| region.start as usize);
                html.text(&text[done..start], position.start + len(done), |range, words| {
                    self.comment(range);
                    self.mark(&mut marks, range, words);
                });
                let Some(region) = region else { break };
                done = region.end() as usize;
                if region.kind.code().is_none() {
                    continue;
                }
                let mut until = start;
                for at in memmem::find_iter(&text.as_bytes()[start..done], b"/*").map(|at| start + at) {
                    if at < until {
                        continue;
                    }
                    let token = token_of_byte(&chunk_syntax(db, position.chunk), len(at));
                    let is_comment = |kind, start| kind == SyntaxKind::COMMENT && start == len(at);
                    if let Some(token) = token.filter(|t| is_comment(t.kind(), t.text_range().start())) {
                        until = usize::from(token.text_range().end());
                        let range = token.text_range() + position.start;
                        self.comment(range);
                        self.mark(&mut marks, range, token.text().trim_start_matches("/*"));
                    }
                }
            }
        }
    }

    /// Folds from `#region` to `#endregion`, if a comment is one of them.
    pub(crate) fn mark(&mut self, marks: &mut Vec<u32>, range: TextRange, words: &str) {
        match words.split_whitespace().next() {
            Some("#region") => marks.push(self.lines.line(range.start())),
            Some("#endregion") => {
                if let Some(first) = marks.pop() {
                    let last = self.lines.line(range.start());
                    self.add(first, last, FoldKind::Region);
                }
            }
            _ => {}
        }
    }
}

fn len(n: usize) -> TextSize {
    TextSize::new(u32::try_from(n).unwrap_or(u32::MAX))
}

/// Where a block begins whose first statement begins at an offset; else the offset.
fn opener_before(db: &dyn Db, page: Page, offset: TextSize) -> TextSize {
    let Some(found) = token_of(db, page, offset) else { return offset };
    let mut before = found.token.prev_token();
    while let Some(token) = before.take_if(|token| token.kind().is_trivia()) {
        before = token.prev_token();
    }
    let is_opener = |kind| matches!(kind, SyntaxKind::BLOCK_OPEN | SyntaxKind::SCRIPT_OPEN);
    before
        .filter(|token| is_opener(token.kind()))
        .map_or(offset, |token| token.text_range().start() + found.position.start)
}

/// Comments of HTML, by their marks alone; code may stand in them.
#[derive(Default)]
struct HtmlComments {
    /// Where the one that is open begins, and what it begins with.
    open: Option<(TextSize, String)>,
}

impl HtmlComments {
    /// Calls `found` for each comment that ends in a piece of text, with its range and what it begins with.
    fn text(&mut self, text: &str, at: TextSize, mut found: impl FnMut(TextRange, &str)) {
        let mut done = 0;
        loop {
            let rest = &text[done..];
            match self.open.take() {
                None => {
                    let Some(begin) = memmem::find(rest.as_bytes(), b"<!--") else { return };
                    let words = &rest[begin + 4..];
                    let words = &words[..words.floor_char_boundary(64)];
                    self.open = Some((at + len(done + begin), words.to_owned()));
                    done += begin + 4;
                }
                Some((start, words)) => match memmem::find(rest.as_bytes(), b"-->") {
                    Some(end) => {
                        done += end + 3;
                        found(TextRange::new(start, at + len(done)), &words);
                    }
                    None => {
                        self.open = Some((start, words));
                        return;
                    }
                },
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Write;

    use expect_test::{Expect, expect};

    use super::*;
    use crate::testing::{far_apart, host};

    #[track_caller]
    fn check(text: &str, expected: &Expect) {
        let (host, file) = host(text);
        let mut out = String::new();
        let lines: Vec<&str> = text.split('\n').collect();
        for fold in folding_ranges(&host.snapshot(), file) {
            let shown = lines[fold.first as usize];
            writeln!(out, "{}-{} {:?} {shown}", fold.first, fold.last, fold.kind).unwrap();
            assert!(fold.last > fold.first && (fold.last as usize) < lines.len());
            let crosses = |other: &Fold| {
                let are_code = fold.kind == FoldKind::Code && other.kind == FoldKind::Code;
                are_code && fold.first < other.first && other.first <= fold.last && fold.last < other.last
            };
            assert!(!folding_ranges(&host.snapshot(), file).iter().any(crosses), "{fold:?}");
        }
        expected.assert_eq(&out);
    }

    #[test]
    fn blocks() {
        check(
            "<p>\n%%[\n  set @a = 1\n]%%\n%%[ set @b = 1\nset @c = 1 ]%%\n%%=Concat(\n  @a\n)=%%\n<script runat=\"server\">\n  x();\n</script>\n%%[ set @a",
            &expect![[r#"
                1-2 Code %%[
                4-5 Code %%[ set @b = 1
                6-8 Code %%=Concat(
                9-10 Code <script runat="server">
            "#]],
        );
    }

    #[test]
    fn elements_and_what_is_not_closed_yet() {
        check(
            "<div>\n<p>x</p>\n<ul>\n<li>y\n</ul></div><b>\nz\n</b>\n%%[\nif @a then\n set @x = 1\n\n",
            &expect![[r#"
                0-3 Code <div>
                2-3 Code <ul>
                4-5 Code </ul></div><b>
                7-9 Code %%[
            "#]],
        );
        check(
            "<div>\n%%[ if @a then ]%%\n</div>\n<div>\n%%[ endif ]%%\n</div>",
            &expect![[r#"
            1-3 Code %%[ if @a then ]%%
        "#]],
        );
    }

    #[test]
    fn control_flow() {
        check(
            "%%[ if @a then ]%%\n<p>\n%%[ elseif @b\n then ]%%\n<p>\n%%[\nelse\n]%%\n<p>\n%%[ for @i = 1 to 2 do ]%%\n<p>\n%%[ next ]%%\n%%[ endif ]%%",
            &expect![[r#"
                0-1 Code %%[ if @a then ]%%
                3-4 Code  then ]%%
                6-11 Code else
                9-10 Code %%[ for @i = 1 to 2 do ]%%
            "#]],
        );
        check(
            "%%[\nif @a then\n  set @b = 1\nelse\n  set @b = 2\nendif\n]%%",
            &expect![[r#"
                0-5 Code %%[
                1-2 Code if @a then
                3-4 Code else
            "#]],
        );
        check("%%[ if @a then ]%%\n<p>\n", &expect![""]);
    }

    /// A block ends for folding where what it begins goes on behind it, and where what goes on in it ends.
    #[test]
    fn no_fold_crosses_another() {
        check(
            "%%[\nset @a = 1\nif @a then\n]%%\n<p>\n%%[\nset @b = 1\nset @c = 1\nelse\n]%%\n<p>\n%%[\nendif\nset @d = 1\n]%%",
            &expect![[r#"
                0-1 Code %%[
                2-7 Code if @a then
                5-7 Code %%[
                8-10 Code else
                11-13 Code %%[
            "#]],
        );
    }

    #[test]
    fn comments_and_regions() {
        check(
            "<!-- one\ntwo -->\n<!-- %%[ /* a\nb */ set @a = '/*\n' ]%%\n-->\n<!-- #region Head -->\n<p>\n<!-- #endregion -->\n%%[ /* #region x */\nset @b = 1\n/* #endregion */ ]%%\n<!-- open\n",
            &expect![[r#"
                0-1 Comment <!-- one
                2-5 Comment <!-- %%[ /* a
                6-8 Region <!-- #region Head -->
                9-11 Code %%[ /* #region x */
            "#]],
        );
    }

    #[test]
    fn over_chunks() {
        let text = far_apart(&["<!-- a", "-->%%[ if @a then ]%%", "%%[ endif ]%%"]);
        let (host, file) = host(&text);
        let found = folding_ranges(&host.snapshot(), file);
        let pairs: Vec<_> = found.iter().map(|fold| (fold.first, fold.last, fold.kind)).collect();
        assert_eq!(pairs, [(0, 700, FoldKind::Comment), (700, 1399, FoldKind::Code)]);
        let statements = "set @a = 1\n".repeat(3000);
        let (host, file) = crate::testing::host(&format!("%%[\n{statements}]%%"));
        let found = folding_ranges(&host.snapshot(), file);
        assert_eq!(found, [Fold { first: 0, last: 3000, kind: FoldKind::Code }]);
    }
}
