//! Places in files as the protocol has them: of the document that a request is about, and of others.

use sfmc_ide::{FilePlaces, View};
use sfmc_syntax::{PositionEncoding, TextRange};
use tower_lsp::ls_types::{self as lsp, Location, Uri};

use crate::{conversions::Positions, documents::OpenDocuments};

/// The ranges of a file in the client's units.
pub(crate) fn ranges(view: &View, encoding: PositionEncoding, ranges: &[TextRange]) -> Vec<lsp::Range> {
    let ends = ranges.iter().flat_map(|range| [range.start(), range.end()]);
    let positions = Positions::in_file(&view.snapshot, view.file, encoding, ends);
    ranges.iter().map(|range| positions.range(*range)).collect()
}

/// Makes locations of the places in a file; what lies nowhere that a client could find is left out.
pub(crate) fn locate(
    documents: &OpenDocuments,
    encoding: PositionEncoding,
) -> impl FnMut(FilePlaces) -> Vec<Location> + '_ {
    move |found| {
        let Some((uri, _)) = documents.identify(&found.view.path) else { return Vec::new() };
        let located = ranges(&found.view, encoding, &found.ranges).into_iter();
        located.map(|range| Location::new(uri.clone(), range)).collect()
    }
}

/// The beginning of a file.
pub(crate) fn beginning(uri: Uri) -> Location {
    Location::new(uri, lsp::Range::default())
}
