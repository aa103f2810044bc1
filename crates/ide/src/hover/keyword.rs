//! What is this word of the language, and what does it belong to?

use sfmc_catalog::ampscript::keyword;
use sfmc_db::{Db, Page, chunk_parse, page_map};
use sfmc_semantic::{Place, PlaceKind, opener_of, place_range};
use sfmc_syntax::{PositionEncoding, TextRange};

use crate::{
    control::frame_of,
    hover::sentence,
    markup::{Markup, inline_code},
};

pub(super) fn hover(db: &dyn Db, page: Page, range: TextRange, word: &str) -> Option<Markup> {
    let keyword = keyword(word)?;
    let mut doc = Markup::default();
    doc.code(grammar(keyword.name));
    doc.text(sentence(keyword.description));
    if let Some((line, text)) = opener(db, page, range) {
        doc.text(format!("Belongs to line {line}: {}", inline_code(&text)));
    }
    Some(doc)
}

/// How the statement of a keyword is written.
fn grammar(keyword: &str) -> &'static str {
    match keyword {
        "var" => "var @name, @name, …",
        "set" => "set @name = expression",
        "if" | "then" | "elseif" | "else" | "endif" => {
            "if condition then\n  …\nelseif condition then\n  …\nelse\n  …\nendif"
        }
        "for" | "to" | "downto" | "do" | "next" => "for @i = first to last do\n  …\nnext @i",
        "and" => "condition and condition",
        "or" => "condition or condition",
        "not" => "not condition",
        "true" => "true",
        _ => "false",
    }
}

/// The line of the IF or FOR that a word belongs to, and its head.
fn opener(db: &dyn Db, page: Page, range: TextRange) -> Option<(u32, String)> {
    let map = page_map(db, page);
    let position = map.chunks()[map.chunk_at(range.start())?];
    let here = range - position.start;
    let index = chunk_parse(db, position.chunk).controls.iter().position(|control| control.keyword == here)?;
    let index = u32::try_from(index).ok()?;
    let place = Place { chunk: position.chunk, index, kind: PlaceKind::Keyword };
    // Where something of the page is wrong, it is what the keyword goes with all the same.
    let opener = || frame_of(db, page, place).map(|frame| frame.opener).filter(|opener| *opener != place);
    let opener = opener_of(db, page, place).map(|opener| opener.at).or_else(opener)?;
    let keyword = map.range_in(opener.chunk, place_range(db, opener)?)?;
    let line = map.line_col(db, keyword.start(), PositionEncoding::Utf8).line + 1;
    let text = &opener.chunk.source(db).text[usize::from(place_range(db, opener)?.start())..];
    let head = text.lines().next().unwrap_or_default();
    let head = head.find("]%%").map_or(head, |end| &head[..end]).trim();
    let short = match head.char_indices().nth(80) {
        Some((at, _)) => format!("{}…", &head[..at]),
        None => head.to_owned(),
    };
    Some((line, short))
}
