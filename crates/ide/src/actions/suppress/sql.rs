//! Comments that silence findings in SQL.

use sfmc_diagnostics::{Diagnostic, suppression::WORD};
use sfmc_syntax::{TextEdit, TextSize};

use crate::layout::Layout;

/// Where a comment for a finding can stand, best first: above its line, behind it, right before it.
pub(super) fn places(text: &str, diagnostic: &Diagnostic) -> Vec<TextEdit> {
    let rule = diagnostic.rule.id;
    let layout = Layout::new(text);
    let at = diagnostic.range.start();
    let offset = usize::from(at).min(text.len());
    let line_start = text[..offset].rfind('\n').map_or(0, |end| end + 1);
    let line_end = text[offset..].find('\n').map_or(text.len(), |end| offset + end);
    let line = &text[line_start..line_end];
    let first = line_start + line.len() - line.trim_start().len();
    let above = format!("-- {WORD} {rule}{}{}", layout.line_end(), layout.indentation(size(first)));
    let end = line_start + line.trim_end().len();
    vec![
        TextEdit::insert(size(first.min(end)), above),
        TextEdit::insert(size(end), format!(" -- {WORD} {rule}")),
        TextEdit::insert(at, format!("/* {WORD} {rule} */ ")),
    ]
}

/// A comment for a rule in the whole file, in front of everything.
pub(super) fn for_file(text: &str, rule: &str) -> TextEdit {
    TextEdit::insert(TextSize::new(0), format!("-- {WORD}-file {rule}{}", Layout::new(text).line_end()))
}

fn size(n: usize) -> TextSize {
    TextSize::new(u32::try_from(n).unwrap_or(u32::MAX))
}
