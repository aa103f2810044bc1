//! Names of several words without brackets in a list of columns.
//!
//! Where two words follow a value, the parser says that a comma is missing between them. What columns and tables there are says what was
//! meant: `c.FirstName First Name` names the column by two words where no table has a column `Name`, and of `Web Orders.Total` the table
//! lacks its brackets where there is one of that name.

use rustc_hash::{FxHashMap, FxHashSet};
use sfmc_schema::Lookup;
use sfmc_semantic::sql::{SelectId, Target};
use sfmc_sql::SqlProblemKind;
use sfmc_syntax::{
    TextRange,
    ast::{AstNode, AstToken, sql},
};

use super::SqlContext;
use crate::rules::sql::unquoted_name;

/// Reports such names, and returns where they stand, in order.
pub(super) fn unquoted_aliases(ctx: &mut SqlContext<'_>) -> Vec<TextRange> {
    let mut found: Vec<TextRange> = Vec::new();
    let mut columns = KnownColumns::default();
    for problem in ctx.problems().iter().filter(|problem| problem.kind == SqlProblemKind::MissingComma) {
        let Some((first, second)) = items_around(ctx, problem.range) else { continue };
        let named = two_words(ctx, &mut columns, &first, &second);
        if let Some(range) = named.or_else(|| table_of_two_words(ctx, &first, &second)) {
            // With a third word the second would be an alias, too.
            if found.last().is_none_or(|last| last.end() < range.start()) {
                unquoted_name::report(ctx, range, named.is_some());
                found.push(range);
            }
        }
    }
    found
}

/// The items between which a comma is missing.
fn items_around(ctx: &SqlContext<'_>, gap: TextRange) -> Option<(sql::SelectItem, sql::SelectItem)> {
    let before = ctx.token_before(gap.start())?;
    let first = before.parent_ancestors().take(4).find_map(sql::SelectItem::cast)?;
    let second = sql::SelectItem::cast(first.syntax().next_sibling()?)?;
    let between = ctx.text(TextRange::new(gap.start(), second.range().start().max(gap.start())));
    between.bytes().all(|byte| byte == b' ').then_some((first, second))
}

/// `First Name` of `c.FirstName First Name`, where nothing has a column `Name`.
fn two_words<'a>(
    ctx: &SqlContext<'a>,
    columns: &mut KnownColumns<'a>,
    first: &sql::SelectItem,
    second: &sql::SelectItem,
) -> Option<TextRange> {
    let alias = first.alias()?.name()?;
    let Some(sql::Expr::NameExpr(word)) = second.expr() else { return None };
    let parts = word.name()?.parts();
    let [Some(part)] = parts.as_slice() else { return None };
    let is_word = |name: &sql::NameToken| name.text().chars().all(|c| c.is_alphanumeric() || c == '_');
    let range = part.syntax().text_range();
    let plain = is_word(&alias) && is_word(part) && second.alias().is_none();
    (plain && columns.lack(ctx, range, &part.key())).then(|| alias.syntax().text_range().cover(range))
}

/// The columns of all sources of a SELECT, by their keys; none where not all are known.
#[derive(Default)]
struct KnownColumns<'a> {
    selects: FxHashMap<SelectId, Option<FxHashSet<&'a str>>>,
}

impl<'a> KnownColumns<'a> {
    /// Whether no source in reach of the SELECT around a place has a column of that name; the tree is not sure there, the tables are.
    fn lack(&mut self, ctx: &SqlContext<'a>, range: TextRange, key: &str) -> bool {
        let meaning = ctx.meaning();
        let Some(id) = meaning.reference_at(range.start()).and_then(|reference| reference.select) else { return false };
        let known = self.selects.entry(id).or_insert_with(|| {
            let select = meaning.select(id)?;
            let sources: Option<Vec<_>> = select.sources.iter().map(|id| meaning.source(*id)).collect();
            let sources = sources.filter(|sources| !sources.is_empty() && select.outer.is_none())?;
            let all = !sources.iter().any(|source| source.columns.open);
            let columns = sources.into_iter().flat_map(|source| source.columns.list());
            all.then(|| columns.map(|column| column.key.as_str()).collect())
        });
        known.as_ref().is_some_and(|known| !known.contains(key))
    }
}

/// `Web Orders` of `Web Orders.Total`, where there is such a table.
fn table_of_two_words(ctx: &SqlContext<'_>, first: &sql::SelectItem, second: &sql::SelectItem) -> Option<TextRange> {
    let Some(sql::Expr::NameExpr(word)) = first.expr() else { return None };
    let Some(sql::Expr::NameExpr(column)) = second.expr() else { return None };
    let (words, columns) = (word.name()?.parts(), column.name()?.parts());
    let ([Some(begin)], [Some(end), _]) = (words.as_slice(), columns.as_slice()) else { return None };
    let begin = begin.syntax().text_range();
    let is_column = |target: &Target| matches!(target, Target::Column(_) | Target::Ambiguous(_));
    let known = ctx.meaning().reference_at(begin.start()).is_some_and(|reference| is_column(&reference.target));
    let range = begin.cover(end.syntax().text_range());
    let there = matches!(ctx.schema().table(false, ctx.text(range)), Lookup::Found(_));
    (first.alias().is_none() && !known && there).then_some(range)
}
