//! A navigation as the protocol has it.

use sfmc_ide::{ContentTarget, Navigation};
use tower_lsp::ls_types::{GotoDefinitionResponse, Location, LocationLink};

use crate::{conversions::Positions, places, requests::Context};

/// Where a navigation leads: as links for a client that understands them, which then shows what was asked for and the whole of each target.
pub(crate) fn response(context: &Context, found: &Navigation, links: bool) -> GotoDefinitionResponse {
    let targets = found.targets.iter();
    let ranges = targets.clone().flat_map(|target| [target.range, target.focus]).chain([found.origin]);
    let positions = Positions::of_ranges(context, ranges);
    if links {
        let link = targets.map(|target| LocationLink {
            origin_selection_range: Some(positions.range(found.origin)),
            target_uri: context.uri.clone(),
            target_range: positions.range(target.range),
            target_selection_range: positions.range(target.focus),
        });
        GotoDefinitionResponse::Link(link.collect())
    } else {
        let location = targets.map(|target| Location::new(context.uri.clone(), positions.range(target.focus)));
        GotoDefinitionResponse::Array(location.collect())
    }
}

/// To the beginnings of files.
pub(crate) fn to_files(context: &Context, found: &ContentTarget, links: bool) -> GotoDefinitionResponse {
    let uris = found.files.iter().filter_map(|file| Some(context.documents.identify(file)?.0));
    if links {
        let positions = Positions::of_ranges(context, [found.origin]);
        let link = uris.map(|target_uri| LocationLink {
            origin_selection_range: Some(positions.range(found.origin)),
            target_uri,
            target_range: Default::default(),
            target_selection_range: Default::default(),
        });
        GotoDefinitionResponse::Link(link.collect())
    } else {
        GotoDefinitionResponse::Array(uris.map(places::beginning).collect())
    }
}
