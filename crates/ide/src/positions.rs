//! Between byte offsets and the lines and columns of a client.

use std::ops::Range;

use sfmc_db::{FileId, Snapshot, page_map};
use sfmc_syntax::{LineCol, PositionEncoding, TextRange};

/// The lines and columns of a range of a file; `None` for a file that the host does not know.
pub fn line_cols(
    snapshot: &Snapshot,
    file: FileId,
    range: TextRange,
    encoding: PositionEncoding,
) -> Option<Range<LineCol>> {
    let map = page_map(snapshot.db(), snapshot.page(file)?);
    let at = |offset| map.line_col(snapshot.db(), offset, encoding);
    Some(at(range.start())..at(range.end()))
}

/// The byte range of lines and columns; what lies outside the text is moved to its end.
pub fn text_range(
    snapshot: &Snapshot,
    file: FileId,
    range: Range<LineCol>,
    encoding: PositionEncoding,
) -> Option<TextRange> {
    let map = page_map(snapshot.db(), snapshot.page(file)?);
    let start = map.offset(snapshot.db(), range.start, encoding);
    let end = map.offset(snapshot.db(), range.end, encoding);
    Some(TextRange::new(start.min(end), end.max(start)))
}
