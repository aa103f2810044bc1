//! What is named at a place of a statement, and where else is it?

use sfmc_db::{ChunkPosition, Db, Page, page_map, sql_syntax};
use sfmc_semantic::sql::{
    ColumnOrigin, Occurrence, Occurrences, QueryId, SourceId, SourceKind, SqlMeaning, Symbol, sql_meaning,
};
use sfmc_syntax::{
    SyntaxNode, TextRange, TextSize,
    ast::{AstNode, AstToken, sql},
};

/// A name in a statement.
pub(super) struct NameAt<'db> {
    /// The chunk.
    pub(super) position: ChunkPosition,
    /// What the chunk means.
    pub(super) meaning: &'db SqlMeaning,
    /// Its tree.
    pub(super) root: SyntaxNode,
    /// What the name names.
    pub(super) symbol: Symbol,
    /// The name, in the chunk.
    pub(super) range: TextRange,
}

/// The chunks that a place can belong to, with the place in them: that of the byte at the place, and before it that of the byte before.
pub(super) fn chunks_at(db: &dyn Db, page: Page, offset: TextSize) -> Vec<(ChunkPosition, TextSize)> {
    let map = page_map(db, page);
    if offset > map.len() {
        return Vec::new();
    }
    let Some(index) = map.chunk_at(offset) else { return Vec::new() };
    let before = index.checked_sub(1).filter(|_| map.chunks().get(index).is_some_and(|here| here.start == offset));
    let chunks = [Some(index), before].into_iter().flatten().filter_map(|index| map.chunks().get(index));
    chunks.map(|position| (*position, offset - position.start)).collect()
}

/// The name at a place, or the one that ends there.
pub(super) fn name_at(db: &dyn Db, page: Page, offset: TextSize) -> Option<NameAt<'_>> {
    chunks_at(db, page, offset).into_iter().find_map(|(position, at)| {
        let meaning = sql_meaning(db, page, position.chunk);
        let root = sql_syntax(db, position.chunk);
        let symbol = symbol_at(meaning, &root, at)?;
        let places = occurrences(meaning, &root, &symbol).places;
        let range = places.iter().map(|place| place.range).find(|range| range.contains_inclusive(at))?;
        Some(NameAt { position, meaning, root, symbol, range })
    })
}

fn symbol_at(meaning: &SqlMeaning, root: &SyntaxNode, at: TextSize) -> Option<Symbol> {
    let is_here = |range: TextRange| range.contains_inclusive(at);
    if let Some((_, query)) = ctes(meaning, root).find(|(range, _)| is_here(*range)) {
        return Some(Symbol::Cte(query));
    }
    if let Some((_, query)) = cte_uses(meaning, root).into_iter().find(|(range, _)| is_here(*range)) {
        return Some(Symbol::Cte(query));
    }
    if let Some(found) = meaning.symbol_at(at) {
        // Without an alias it is called what WITH calls it.
        let source = source_of(&found).and_then(|id| meaning.source(id));
        return Some(match source.map(|source| (&source.kind, source.aliased)) {
            Some((SourceKind::Cte(Some(query)), false)) => Symbol::Cte(*query),
            _ => found,
        });
    }
    let columns = meaning.sources.iter().flat_map(|source| source.columns.list());
    let mut named = columns.filter_map(|column| match column.origin {
        ColumnOrigin::Named(range) => Some(range),
        _ => None,
    });
    named.find(|range| is_here(*range)).map(Symbol::Named)
}

/// Everywhere that a symbol is named, in the chunk.
pub(super) fn occurrences(meaning: &SqlMeaning, root: &SyntaxNode, symbol: &Symbol) -> Occurrences {
    let mut found = meaning.occurrences(symbol);
    if let Symbol::Cte(query) = symbol {
        // A list behind the name gives its columns other names, but not it.
        found.unsure = false;
        let defined = ctes(meaning, root).filter(|(_, named)| named == query);
        found.places.extend(defined.map(|(range, _)| Occurrence { range, definition: true }));
        let uses = cte_uses(meaning, root).into_iter().filter(|(_, named)| named == query);
        found.places.extend(uses.map(|(range, _)| Occurrence { range, definition: false }));
        let qualifiers = meaning.references.iter().filter(|reference| {
            let source = reference.source().and_then(|id| meaning.source(id));
            source.is_some_and(|source| !source.aliased && source.kind == SourceKind::Cte(Some(*query)))
        });
        let qualifiers = qualifiers.filter_map(|reference| reference.qualifier);
        found.places.extend(qualifiers.map(|range| Occurrence { range, definition: false }));
        found.places.sort_by_key(|place| (place.range.start(), place.range.end()));
        found.places.dedup_by_key(|place| place.range);
    }
    found
}

/// The names that WITH gives to queries.
pub(super) fn ctes(meaning: &SqlMeaning, root: &SyntaxNode) -> impl Iterator<Item = (TextRange, QueryId)> {
    let has_any = meaning.queries.iter().any(|query| query.role == sfmc_semantic::sql::QueryRole::Cte);
    let nodes = has_any.then(|| root.descendants().filter_map(sql::Cte::cast)).into_iter().flatten();
    nodes.filter_map(|cte| {
        let name = cte.name()?.last()?.syntax().text_range();
        let query = cte.subquery()?.query()?;
        Some((name, meaning.query_at(query.syntax().text_range())?))
    })
}

/// The names of such queries where they are sources.
fn cte_uses(meaning: &SqlMeaning, root: &SyntaxNode) -> Vec<(TextRange, QueryId)> {
    let sources = meaning.sources.iter().filter_map(|source| match source.kind {
        SourceKind::Cte(Some(query)) => Some((source.range, query)),
        _ => None,
    });
    sources.filter_map(|(range, query)| Some((table_name(root, range)?, query))).collect()
}

/// The last part of the name of the table at a range.
fn table_name(root: &SyntaxNode, range: TextRange) -> Option<TextRange> {
    let element = root.covering_element(range);
    let mut nodes = element.ancestors().filter_map(sql::NamedTable::cast);
    let table = nodes.find(|table| table.syntax().text_range() == range)?;
    Some(table.name()?.last()?.syntax().text_range())
}

/// The sources that are a table.
pub(super) fn sources_of<'a>(meaning: &'a SqlMeaning, symbol: &'a Symbol) -> impl Iterator<Item = SourceId> + 'a {
    let ids = meaning.selects.iter().flat_map(|select| &select.sources).copied();
    ids.filter(move |id| match (symbol, meaning.source(*id).map(|source| &source.kind)) {
        (Symbol::Table { ent, key }, Some(SourceKind::Table(table))) => {
            table.ent == *ent && table.name.to_lowercase() == key.as_str()
        }
        _ => false,
    })
}

/// The source that the symbol is, if it is one.
pub(super) fn source_of(symbol: &Symbol) -> Option<SourceId> {
    match symbol {
        Symbol::Source(source) => Some(*source),
        _ => None,
    }
}
