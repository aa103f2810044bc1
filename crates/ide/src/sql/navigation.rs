//! Where does what stands here come from, and where is it used? Aliases, queries that have names, columns that a query makes.

use sfmc_db::{Db, Page};
use sfmc_semantic::sql::{Occurrence, Symbol};
use sfmc_syntax::{
    SyntaxNode, TextRange, TextSize,
    ast::{AstNode, sql},
};

use super::names::{NameAt, name_at, occurrences, sources_of};
use crate::{
    cursor::trimmed,
    definition::{Navigation, NavigationTarget},
    highlights::{Highlight, HighlightKind},
};

/// Of an alias: the source that has it; of a column: the expression that a query makes it of. Tables and their columns are given their names
/// elsewhere.
pub(crate) fn definition(db: &dyn Db, page: Page, offset: TextSize) -> Option<Navigation> {
    let name = name_at(db, page, offset)?;
    let places = occurrences(name.meaning, &name.root, &name.symbol).places;
    let targets = places.iter().filter(|place| place.definition).map(|place| target(&name, place.range));
    let targets: Vec<_> = targets.collect();
    (!targets.is_empty()).then_some(Navigation { origin: name.range + name.position.start, targets })
}

/// What gives a thing its name: the source with its alias, the item with its expression.
fn target(name: &NameAt<'_>, focus: TextRange) -> NavigationTarget {
    let token = name.root.covering_element(focus);
    let holder = token.ancestors().find(is_definition).map(|node| trimmed(&node));
    let range = holder.filter(|range| range.contains_range(focus)).unwrap_or(focus);
    NavigationTarget { range: range + name.position.start, focus: focus + name.position.start }
}

fn is_definition(node: &SyntaxNode) -> bool {
    sql::TableSource::can_cast(node.kind()) || sql::SelectItem::can_cast(node.kind()) || sql::Cte::can_cast(node.kind())
}

/// The places that name what stands at a place, in order.
pub(crate) fn references(db: &dyn Db, page: Page, offset: TextSize, with_declaration: bool) -> Option<Vec<TextRange>> {
    let places = places(db, page, offset)?.into_iter();
    Some(places.filter(|place| with_declaration || !place.definition).map(|place| place.range).collect())
}

/// What to show for what stands at a place, in order.
pub(crate) fn highlights(db: &dyn Db, page: Page, offset: TextSize) -> Option<Vec<Highlight>> {
    let kind = |place: &Occurrence| if place.definition { HighlightKind::Write } else { HighlightKind::Read };
    let places = places(db, page, offset)?;
    Some(places.iter().map(|place| Highlight { range: place.range, kind: kind(place) }).collect())
}

fn places(db: &dyn Db, page: Page, offset: TextSize) -> Option<Vec<Occurrence>> {
    let name = name_at(db, page, offset)?;
    let mut places = occurrences(name.meaning, &name.root, &name.symbol).places;
    // A table without an alias is what its columns are qualified with.
    if let Symbol::Table { .. } = name.symbol {
        for id in sources_of(name.meaning, &name.symbol) {
            if name.meaning.source(id).is_some_and(|source| !source.aliased) {
                places.extend(name.meaning.occurrences(&Symbol::Source(id)).places);
            }
        }
        places.sort_by_key(|place| (place.range.start(), place.range.end()));
        places.dedup_by_key(|place| place.range);
        places.iter_mut().for_each(|place| place.definition = false);
    }
    let start = name.position.start;
    Some(places.into_iter().map(|place| Occurrence { range: place.range + start, ..place }).collect())
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use crate::{
        HighlightKind, definition, highlights, references,
        testing::{marked, size, sql_host},
    };

    /// Where everything leads: the definition of what stands at `$0`, and all its places.
    #[track_caller]
    fn check(markup: &str, expected: &Expect) {
        let at = size(markup.find("$0").unwrap());
        let text = markup.replace("$0", "");
        let (host, file) = sql_host(&text);
        let snapshot = host.snapshot();
        let mut out = String::new();
        if let Some(found) = definition(&snapshot, file, at) {
            assert!(found.origin.contains_inclusive(at));
            for target in found.targets {
                out.push_str(&format!("{} in {:?}\n", &text[target.focus], &text[target.range]));
            }
        }
        let label = |kind| if kind == HighlightKind::Write { "w" } else { "" };
        let shown = highlights(&snapshot, file, at).unwrap_or_default();
        let used = references(&snapshot, file, at, true).unwrap_or_default();
        assert!(shown.iter().map(|highlight| highlight.range).eq(used));
        out.push_str(&marked(&text, shown.into_iter().map(|highlight| (highlight.range, label(highlight.kind)))));
        expected.assert_eq(&out);
    }

    #[test]
    fn aliases_of_sources() {
        check(
            "SELECT a$0.x, b.y, a.* FROM t AS a JOIN u b ON a.id = b.id\nWHERE EXISTS (SELECT 1 FROM v WHERE v.a = A.z)",
            &expect![[r#"
                a in "t AS a"
                SELECT «a».x, b.y, «a».* FROM t AS «a»w JOIN u b ON «a».id = b.id
                WHERE EXISTS (SELECT 1 FROM v WHERE v.a = «A».z)
            "#]],
        );
        check(
            "SELECT a.x FROM t AS a UNION SELECT a.x FROM u a$0 ORDER BY x",
            &expect![[r#"
            a in "u a"
            SELECT a.x FROM t AS a UNION SELECT «a».x FROM u «a»w ORDER BY x
        "#]],
        );
        check(
            "SELECT [My Orders].x FROM Ent.[My Orders$0] JOIN u ON u.x = [my orders].y",
            &expect![[r#"
            SELECT «[My Orders]».x FROM Ent.«[My Orders]» JOIN u ON u.x = «[my orders]».y
        "#]],
        );
        check(
            "SELECT Orders$0.x FROM Orders, u",
            &expect![[r#"
            Orders in "Orders"
            SELECT «Orders».x FROM «Orders»w, u
        "#]],
        );
    }

    #[test]
    fn columns_that_queries_make() {
        check(
            "SELECT d.n$0, d.m AS n FROM (SELECT COUNT(*) AS n, m FROM t GROUP BY m HAVING COUNT(*) > 1) AS d\nWHERE n > 1 ORDER BY n",
            &expect![[r#"
                n in "COUNT(*) AS n"
                SELECT d.«n», d.m AS n FROM (SELECT COUNT(*) AS «n»w, m FROM t GROUP BY m HAVING COUNT(*) > 1) AS d
                WHERE «n» > 1 ORDER BY «n»
            "#]],
        );
        check(
            "SELECT a AS x, b AS y FROM t ORDER BY x$0, y",
            &expect![[r#"
            x in "a AS x"
            SELECT a AS «x»w, b AS y FROM t ORDER BY «x», y
        "#]],
        );
        check(
            "SELECT p.b FROM (SELECT 1, 2) AS p (a, b$0) WHERE b = 1",
            &expect![[r#"
            b in "(SELECT 1, 2) AS p (a, b)"
            SELECT p.«b» FROM (SELECT 1, 2) AS p (a, «b»w) WHERE «b» = 1
        "#]],
        );
        check(
            "SELECT x$0 FROM (SELECT x FROM (SELECT y AS x FROM t) AS i) AS o",
            &expect![[r#"
            x in "y AS x"
            SELECT «x» FROM (SELECT «x» FROM (SELECT y AS «x»w FROM t) AS i) AS o
        "#]],
        );
    }

    #[test]
    fn queries_that_with_names() {
        check(
            "WITH c AS (SELECT 1 AS x), d (y) AS (SELECT x FROM c$0)\nSELECT c.x, e.x, d.y FROM c JOIN c AS e ON 1 = 1 JOIN d ON 1 = 1",
            &expect![[r#"
                c in "c AS (SELECT 1 AS x)"
                WITH «c»w AS (SELECT 1 AS x), d (y) AS (SELECT x FROM «c»)
                SELECT «c».x, e.x, d.y FROM «c» JOIN «c» AS e ON 1 = 1 JOIN d ON 1 = 1
            "#]],
        );
        check(
            "WITH c AS (SELECT 1 AS x) SELECT c$0.x FROM c",
            &expect![[r#"
            c in "c AS (SELECT 1 AS x)"
            WITH «c»w AS (SELECT 1 AS x) SELECT «c».x FROM «c»
        "#]],
        );
    }

    #[test]
    fn what_nobody_knows() {
        check("SELECT x$0 FROM t", &expect![[r#""#]]);
        check("SELECT a.x FROM t WHERE '$0'", &expect![[r#""#]]);
        check("$0", &expect![[r#""#]]);
        check("SELECT q$0. FROM", &expect![[r#""#]]);
    }
}
