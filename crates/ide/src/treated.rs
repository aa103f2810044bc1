//! Code in texts: what TreatAsContent and TreatAsContentArea are given runs as a part of the page, and its variables are those of the page.
//!
//! A literal that is all of the argument is read as a page of its own. What is put together, or does not parse, nobody renames in.

use std::path::Path;

use rustc_hash::FxHashSet;
use sfmc_db::{Chunk, ChunkPosition, Db, FileKind, Host, Page, chunk_parse, chunk_syntax, page_map};
use sfmc_semantic::{Body, Expr, ExprId, code_arguments, each_script, lowered, page_structure, script_texts};
use sfmc_syntax::{ProblemClass, SyntaxKind, TextSize};

use crate::{
    cursor::token_of_byte,
    variables::{Named, begins_with_name, places},
};

/// The places in literals of a chunk that name a variable.
pub(crate) fn in_literals(db: &dyn Db, position: ChunkPosition, key: &str, found: &mut Vec<Named>) {
    for argument in treated(db, position.chunk) {
        let Some((content, start)) = literal(db, position.chunk, argument) else { continue };
        if !names(&content, key) {
            continue;
        }
        let Some(inner) = code_in(&content, key) else { continue };
        let base = position.start + start;
        found.extend(inner.into_iter().map(|named| Named {
            range: named.range + base,
            name: named.name + base,
            statement: named.statement + base,
            how: named.how,
        }));
    }
}

/// Whether text that runs as code names a variable where [`in_literals`] does not find it: then nobody knows what a new name would change.
pub(crate) fn is_out_of_reach(db: &dyn Db, page: Page, key: &str) -> bool {
    let mut computed = false;
    let mut other_texts = false;
    for position in page_map(db, page).chunks() {
        let known: Vec<ExprId> = treated(db, position.chunk).collect();
        let lowered = lowered(db, position.chunk);
        let readable = |argument: ExprId| {
            let read = literal(db, position.chunk, argument);
            read.is_some_and(|(content, _)| !names(&content, key) || code_in(&content, key).is_some())
        };
        let is_computed = |argument: &&ExprId| !matches!(lowered.body.expr(**argument), Expr::Text(_));
        let parts = texts_in(&lowered.body, known.iter().filter(is_computed).copied().collect());
        computed |= known.iter().any(|argument| is_computed(&argument));
        for (id, expr) in lowered.body.ids() {
            let Expr::Text(text) = expr else { continue };
            if names(text, key) {
                match known.contains(&id) {
                    true if !readable(id) => return true,
                    true => {}
                    false => other_texts |= text.contains('%') || parts.contains(&id),
                }
            }
            // What stands behind it may be the rest of the name.
            other_texts |= ends_within_name(text, key) && !known.contains(&id);
        }
    }
    is_in_script(db, page, key) || (computed && other_texts)
}

/// Whether server scripts say the name of a variable in a text that they may run as code, pass on as a name, or put a name together from.
fn is_in_script(db: &dyn Db, page: Page, key: &str) -> bool {
    let (mut computes, mut runs) = (false, false);
    // A text that is the name, or a part of it, and one that says it with `@`; and that in a text which looks like code.
    let (mut alone, mut cut, mut named, mut in_code) = (false, false, false, false);
    each_script(db, page, |script, _| {
        let found = script_texts(script);
        computes |= found.computes_names;
        runs |= found.runs_code;
        for text in found.texts.iter().map(|range| &script[*range]) {
            alone |= text.trim().to_lowercase() == key;
            cut |= ends_within_name(text, key);
            let names = names(text, key);
            named |= names;
            in_code |= names && text.contains("%%");
        }
    });
    in_code || (computes && alone) || ((computes || runs) && (cut || named))
}

/// Whether some text of a page may run as code, given to a function or by a script.
pub(crate) fn runs_text(db: &dyn Db, page: Page) -> bool {
    let mut in_script = false;
    each_script(db, page, |script, _| in_script |= script.to_ascii_lowercase().contains("treatascontent"));
    in_script || page_map(db, page).chunks().iter().any(|position| treated(db, position.chunk).next().is_some())
}

/// The arguments in a chunk that run as code.
fn treated(db: &dyn Db, chunk: Chunk) -> impl Iterator<Item = ExprId> {
    code_arguments(&lowered(db, chunk).body)
}

/// The literals that expressions are made of.
fn texts_in(body: &Body, mut exprs: Vec<ExprId>) -> FxHashSet<ExprId> {
    let mut found = FxHashSet::default();
    while let Some(expr) = exprs.pop() {
        found.extend(Some(expr).filter(|expr| matches!(body.expr(*expr), Expr::Text(_))));
        exprs.extend(body.children(expr));
    }
    found
}

/// Whether a text ends with `@`, or with that and the beginning of a name.
fn ends_within_name(text: &str, key: &str) -> bool {
    let before = text.trim_end_matches(|c: char| c == '_' || c.is_alphanumeric());
    let name = &text[before.len()..];
    before.ends_with('@') && name.chars().count() < key.chars().count() && key.starts_with(&name.to_lowercase())
}

/// What a literal says, and where it begins in its chunk; none of one that has doubled quotation marks, so that it says less than it is long.
fn literal(db: &dyn Db, chunk: Chunk, expr: ExprId) -> Option<(String, TextSize)> {
    let lowered = lowered(db, chunk);
    let Expr::Text(text) = lowered.body.expr(expr) else { return None };
    let token = token_of_byte(&chunk_syntax(db, chunk), lowered.range(expr).start())?;
    let written = Some(token.text()).filter(|_| token.kind() == SyntaxKind::STRING)?;
    let content = written.get(1..written.len().checked_sub(1)?)?;
    (content == text).then(|| (content.to_owned(), token.text_range().start() + TextSize::new(1)))
}

/// The places in a text that name a variable; none if it is not understood, or names it in another way, too.
fn code_in(text: &str, key: &str) -> Option<Vec<Named>> {
    let mut host = Host::default();
    let file = host.set_text(Path::new("text"), text.to_owned(), FileKind::Page);
    let page = host.page(file)?;
    let db: &dyn Db = host.db();
    let map = page_map(db, page);
    let is_read = map.chunks().iter().all(|position| {
        let mut problems = chunk_parse(db, position.chunk).problems.iter();
        problems.all(|problem| problem.kind.class() != ProblemClass::Error)
    });
    let is_understood = is_read && !page_structure(db, page).is_wrong() && !is_out_of_reach(db, page, key);
    is_understood.then(|| places(db, page, key))
}

/// Whether a text has the name of a variable in it, with its `@`.
fn names(text: &str, key: &str) -> bool {
    text.match_indices('@').any(|(at, _)| begins_with_name(&text[at + 1..], key))
}
