//! What an editor does by itself when a line is ended behind `then`, `else`, `do`, `%%[` or a script tag: it indents the next line, and puts the ending
//! keyword or delimiter below if there is none yet.
//!
//! Only the line that is begun and what is inserted behind it change. In texts, comments, HTML and other languages nothing does.

use sfmc_db::{Db, FileId, FileKind, Page, Snapshot};
use sfmc_semantic::{ControlFrame, page_frames};
use sfmc_syntax::{SyntaxKind, TextEdit, TextRange, TextSize};

use crate::{
    casing::cased_like,
    code::{CodeAt, CodeToken},
    control::{keyword_at, range_of},
    layout::Layout,
};

/// How an editor indents.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Indentation {
    /// How many blanks a level has, and how wide a tab is.
    pub width: u32,
    /// Blanks rather than tabs.
    pub blanks: bool,
}

impl Indentation {
    fn unit(self) -> String {
        if self.blanks { " ".repeat(self.width.clamp(1, 16) as usize) } else { "\t".to_owned() }
    }
}

/// What a line that was just begun needs: `offset` is where the cursor is in it.
pub fn on_line_end(snapshot: &Snapshot, file: FileId, offset: TextSize, indentation: Indentation) -> Vec<TextEdit> {
    let page = snapshot.page(file).filter(|page| page.kind(snapshot.db()) == FileKind::Page);
    let edits = page.zip(snapshot.text(file)).and_then(|(page, text)| {
        let (db, layout): (&dyn Db, _) = (snapshot.db(), Layout::new(&text));
        let line = NewLine::at(db, page, layout, offset)?;
        Some(line.edits(&indentation.unit()))
    });
    edits.unwrap_or_default()
}

/// A line that was just begun behind something that opens.
struct NewLine<'a> {
    db: &'a dyn Db,
    page: Page,
    layout: Layout<'a>,
    /// Its start, and where what stands in it begins.
    start: TextSize,
    content: TextSize,
    /// What opens, and the line that its indentation is taken from.
    opener: CodeToken,
    indentation: &'a str,
    frame: Option<&'a ControlFrame>,
    unterminated: bool,
    /// Where the block begins.
    block: TextSize,
}

impl<'a> NewLine<'a> {
    fn at(db: &'a dyn Db, page: Page, layout: Layout<'a>, offset: TextSize) -> Option<NewLine<'a>> {
        use SyntaxKind::{BLOCK_OPEN, COMMENT, DO_KW, ELSE_KW, SCRIPT_OPEN, THEN_KW, WHITESPACE};
        let start = layout.line_start(offset);
        let line_end = start.checked_sub(TextSize::new(1))?;
        if !layout.is_first_on_line(offset) {
            return None;
        }
        let code = CodeAt::new(db, page, line_end)?;
        let index = code.tokens.iter().position(|token| token.range.contains(line_end))?;
        if code.tokens.get(index)?.kind != WHITESPACE {
            return None;
        }
        // What stands before it in the line that was ended; comments may come between.
        let mut before = code.tokens.get(..index)?.iter().rev();
        let opener = *before.find(|token| !matches!(token.kind, WHITESPACE | COMMENT))?;
        let rest = layout.slice(TextRange::new(opener.range.end(), line_end));
        if !matches!(opener.kind, THEN_KW | DO_KW | ELSE_KW | BLOCK_OPEN | SCRIPT_OPEN) || rest.contains('\n') {
            return None;
        }
        let blanks = layout.slice(TextRange::new(start, layout.line_end_at(start)));
        let content = start + TextSize::of(&blanks[..blanks.len() - blanks.trim_start_matches([' ', '\t']).len()]);
        let mut line = NewLine {
            db,
            page,
            layout,
            start,
            content,
            opener,
            indentation: layout.indentation(opener.range.start()),
            frame: None,
            unterminated: code.unterminated,
            block: code.tokens.first()?.range.start(),
        };
        if !matches!(opener.kind, BLOCK_OPEN | SCRIPT_OPEN) {
            let keyword = keyword_at(db, page, opener.range.start())?;
            let frames = page_frames(db, page).iter();
            line.frame = frames.into_iter().find(|frame| frame.keywords().any(|place| place == keyword.place));
            line.indentation = layout.indentation(range_of(db, page, keyword.place)?.start());
        }
        Some(line)
    }

    fn edits(&self, unit: &str) -> Vec<TextEdit> {
        let mut edits = Vec::new();
        // Who indents by tabs goes on to.
        let unit = if self.indentation.contains('\t') { "\t" } else { unit };
        let end = self.missing_end();
        let rest = self.rest();
        // What closes stands where the opener does, what goes on one level deeper.
        let word = rest.split(|c: char| !c.is_ascii_alphabetic()).next().unwrap_or_default().to_ascii_lowercase();
        let ends = matches!(&*word, "endif" | "next" | "else" | "elseif") && self.opener.kind != SyntaxKind::BLOCK_OPEN;
        let closes = ends || rest.starts_with("]%%") || rest.starts_with("</");
        // An editor that has closed what was opened has put both on one line.
        let is_block = matches!(self.opener.kind, SyntaxKind::BLOCK_OPEN | SyntaxKind::SCRIPT_OPEN);
        let splits = is_block && closes && !self.unterminated;
        let wanted = match closes && end.is_none() && !splits {
            true => self.indentation.to_owned(),
            false => format!("{}{unit}", self.indentation),
        };
        let place = TextRange::new(self.start, self.content);
        if self.layout.slice(place) != wanted {
            edits.push(TextEdit::replace(place, wanted));
        }
        if splits {
            let moved = format!("{}{}", self.line_end(), self.indentation);
            edits.push(TextEdit::insert(self.content, moved));
        }
        if let Some(end) = end {
            let (indentation, line_end) = (self.indentation, self.line_end());
            let stop = self.layout.line_end_at(self.content);
            let next = self.layout.next_line(stop);
            edits.push(match next {
                // At the beginning of the next line rather than at the cursor, which must not move.
                Some(next) if rest.is_empty() => TextEdit::insert(next, format!("{indentation}{end}{line_end}")),
                _ if rest.is_empty() => TextEdit::insert(stop, format!("{line_end}{indentation}{end}")),
                // What closes the block stands on its own line where what opens it does.
                _ if self.layout.line_start(self.block) != self.layout.line_start(self.opener.range.start()) => {
                    let outer = self.layout.indentation(self.block);
                    TextEdit::insert(self.content, format!("{line_end}{indentation}{end}{line_end}{outer}"))
                }
                _ => TextEdit::insert(self.content, format!("{line_end}{indentation}{end} ")),
            });
        }
        edits
    }

    /// The line end that was just typed.
    fn line_end(&self) -> &'static str {
        let before = self.start.checked_sub(TextSize::new(2)).unwrap_or_default();
        if self.layout.slice(TextRange::new(before, self.start)) == "\r\n" { "\r\n" } else { "\n" }
    }

    /// What stands in the line behind the cursor.
    fn rest(&self) -> &'a str {
        self.layout.slice(TextRange::new(self.content, self.layout.line_end_at(self.content))).trim_end()
    }

    /// The end that is missing: none where it is there, where what could be the body stands already, or where nobody can say.
    fn missing_end(&self) -> Option<String> {
        let rest = self.rest();
        if self.opener.kind == SyntaxKind::SCRIPT_OPEN {
            return None;
        }
        if self.opener.kind == SyntaxKind::BLOCK_OPEN {
            let is_free =
                rest.is_empty() && self.unterminated && !self.has_body(|next| next.starts_with(['<', '%', '{']));
            return is_free.then(|| "]%%".to_owned());
        }
        if !(rest.is_empty() || rest.starts_with("]%%")) || !self.is_open(self.frame?) {
            return None;
        }
        if rest.is_empty() && self.has_body(|_| false) {
            return None;
        }
        let opener = range_of(self.db, self.page, self.frame?.opener)?;
        let word = match self.opener.kind {
            SyntaxKind::DO_KW => "next",
            _ => "endif",
        };
        let mut end = cased_like(self.layout.slice(opener), word);
        if self.opener.kind == SyntaxKind::DO_KW
            && let Some(counter) = self.counter(opener)
        {
            end = format!("{end} {counter}");
        }
        Some(end)
    }

    /// The variable of a FOR, as it is written.
    fn counter(&self, opener: TextRange) -> Option<&'a str> {
        let head = self.layout.slice(TextRange::new(opener.end(), self.opener.range.start())).trim_start();
        let name = head.strip_prefix('@')?;
        let len = name.find(|c: char| c != '_' && !c.is_alphanumeric()).unwrap_or(name.len());
        head.get(..=len).filter(|_| len > 0)
    }

    /// Whether an IF or FOR has no end. One that was just typed inside of another takes the end of that: then it stands less deep.
    fn is_open(&self, frame: &ControlFrame) -> bool {
        let at = |place| range_of(self.db, self.page, place).map(TextRange::start);
        let Some(end) = frame.end.and_then(at) else { return true };
        let Some(start) = at(frame.opener) else { return false };
        let depth = |at: TextSize| width(self.layout.indentation(at));
        let is_outer =
            |outer: &&ControlFrame| outer.end.is_none() && at(outer.opener).is_some_and(|outer| outer < start);
        let is_taken = self.layout.is_first_on_line(end) && depth(end) < depth(start);
        is_taken && page_frames(self.db, self.page).iter().any(|outer| is_outer(&outer))
    }

    /// Whether what comes next can be meant as the body: it stands deeper, or, behind a delimiter, is no text of the page.
    fn has_body(&self, is_other: impl Fn(&str) -> bool) -> bool {
        let mut at = self.layout.line_end_at(self.content);
        while let Some(next) = self.layout.next_line(at) {
            at = self.layout.line_end_at(next);
            let line = self.layout.slice(TextRange::new(next, at));
            if !line.trim().is_empty() {
                let deeper = width(self.layout.indentation(next)) > width(self.indentation);
                return match self.opener.kind {
                    SyntaxKind::BLOCK_OPEN => !is_other(line.trim_start()),
                    _ => deeper,
                };
            }
        }
        false
    }
}

/// How wide an indentation is, a tab counted as four.
fn width(indentation: &str) -> usize {
    indentation.bytes().map(|b| if b == b'\t' { 4 } else { 1 }).sum()
}

#[cfg(test)]
mod tests {
    use sfmc_syntax::apply_edits;

    use super::*;
    use crate::testing::with_cursor;

    /// What a page is after its edits; the cursor stands in the line that was just begun.
    #[track_caller]
    fn check(markup: &str, expected: &str) {
        let (host, file, at, text) = with_cursor(markup);
        let edits = on_line_end(&host.snapshot(), file, at, Indentation { width: 2, blanks: true });
        assert_eq!(apply_edits(&text, &edits).unwrap(), expected, "{markup}");
    }

    #[track_caller]
    fn nothing(markup: &str) {
        check(markup, &markup.replace("$0", ""));
    }

    #[test]
    fn behind_then() {
        check("%%[\n  if @a == 1 then\n$0\n]%%", "%%[\n  if @a == 1 then\n    \n  endif\n]%%");
        check(
            "%%[\n  IF @a == 1\n    and @b == 2 THEN /* x */\n  $0\n]%%",
            "%%[\n  IF @a == 1\n    and @b == 2 THEN /* x */\n    \n  ENDIF\n]%%",
        );
        check("%%[\r\nif @a == 1 then\r\n$0\r\n]%%", "%%[\r\nif @a == 1 then\r\n  \r\nendif\r\n]%%");
        check("%%[ if @a == 1 then\n$0]%%", "%%[ if @a == 1 then\n  \nendif ]%%");
        check("%%[ if @a == 1 then\n$0", "%%[ if @a == 1 then\n  \nendif");
    }

    #[test]
    fn behind_do() {
        check("%%[\nfor @I = 1 to 3 do\n$0\n]%%", "%%[\nfor @I = 1 to 3 do\n  \nnext @I\n]%%");
        check(
            "%%[\nFOR @i = 1 TO RowCount(@rows) DO\n$0\n]%%",
            "%%[\nFOR @i = 1 TO RowCount(@rows) DO\n  \nNEXT @i\n]%%",
        );
    }

    #[test]
    fn behind_a_delimiter() {
        check("<p>\n  %%[\n$0\n</p>", "<p>\n  %%[\n    \n  ]%%\n</p>");
        check("%%[\n$0", "%%[\n  \n]%%");
        check("%%[\n$0\n%%[ set @a = 1 ]%%", "%%[\n  \n]%%\n%%[ set @a = 1 ]%%");
        check("%%[\n$0]%%", "%%[\n  \n]%%");
        let script = "<script runat=server language=ampscript>\n";
        check(&format!("{script}$0</script>"), &format!("{script}  \n</script>"));
        check("\t%%[\n\tif @a == 1 then\n$0\n]%%", "\t%%[\n\tif @a == 1 then\n\t\t\n\tendif\n]%%");
        check("%%[\n  if @a == 1 then\n$0]%%", "%%[\n  if @a == 1 then\n    \n  endif\n]%%");
        check("%%[\n$0set @a = 1\n]%%", "%%[\n  set @a = 1\n]%%");
    }

    #[test]
    fn behind_else_and_elseif() {
        check(
            "%%[\nif @a == 1 then\n  set @b = 1\nelse\n$0\nendif\n]%%",
            "%%[\nif @a == 1 then\n  set @b = 1\nelse\n  \nendif\n]%%",
        );
        check(
            "%%[\nif @a == 1 then\n  set @b = 1\nelseif @a == 2 then\n$0\n]%%",
            "%%[\nif @a == 1 then\n  set @b = 1\nelseif @a == 2 then\n  \nendif\n]%%",
        );
    }

    #[test]
    fn no_end_that_is_there() {
        check("%%[\nif @a == 1 then\n$0\nendif\n]%%", "%%[\nif @a == 1 then\n  \nendif\n]%%");
        check("%%[ if @a == 1 then\n$0]%%\ntext %%[ endif ]%%", "%%[ if @a == 1 then\n]%%\ntext %%[ endif ]%%");
        check("%%[\nif @a == 1 then\n$0\n  set @b = 1\n]%%", "%%[\nif @a == 1 then\n  \n  set @b = 1\n]%%");
        check("%%[\nif @a == 1 then\n$0set @b = 1\n]%%", "%%[\nif @a == 1 then\n  set @b = 1\n]%%");
        check("%%[\n  if @a == 1 then\n$0endif\n]%%", "%%[\n  if @a == 1 then\n  endif\n]%%");
        check("%%[\n  if @a == 1 then\n  $0ELSE endif\n]%%", "%%[\n  if @a == 1 then\n  ELSE endif\n]%%");
        nothing("%%[\n  $0\n  set @a = 1\n]%%");
    }

    /// It takes the end of the one around it, which is not its own.
    #[test]
    fn inside_of_another() {
        check(
            "%%[\nif @a == 1 then\n  if @b == 1 then\n  $0\nendif\n]%%",
            "%%[\nif @a == 1 then\n  if @b == 1 then\n    \n  endif\nendif\n]%%",
        );
        check(
            "%%[\nif @a == 1 then\n  if @b == 1 then\n  $0\n  endif\nendif\n]%%",
            "%%[\nif @a == 1 then\n  if @b == 1 then\n    \n  endif\nendif\n]%%",
        );
    }

    #[test]
    fn nowhere_else() {
        nothing("if then\n$0\n");
        nothing("<p>\n%%[ /* then\n$0 */ ]%%");
        nothing("%%[ set @a = 'then\n$0' ]%%");
        nothing("<script runat=server>\nif (x) then\n$0\n</script>");
        nothing("%%=v(@a)=%%\n$0");
        nothing("%%[ set @a = 1\n$0\n]%%");
        nothing("%%[ if @a == 1 then\n\n$0\n]%%");
        nothing("%%[ if @a == 1 then\nset$0\n]%%");
        nothing("$0");
    }

    #[test]
    fn with_tabs() {
        let (host, file, at, text) = with_cursor("%%[\n\tif @a then\n$0\n]%%");
        let edits = on_line_end(&host.snapshot(), file, at, Indentation { width: 4, blanks: false });
        assert_eq!(apply_edits(&text, &edits).unwrap(), "%%[\n\tif @a then\n\t\t\n\tendif\n]%%");
    }
}
