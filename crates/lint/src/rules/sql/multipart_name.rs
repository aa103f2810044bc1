use rustc_hash::FxHashMap;
use sfmc_sql::{SqlProblem, SqlProblemKind};
use sfmc_syntax::{
    SmolStr, SyntaxKind, TextEdit, TextRange, TextSize, WalkEvent,
    ast::{AstNode, AstToken, sql},
};

use crate::sql::{CheckSql, SqlContext};

declare_rule! {
    /// A data extension is called by its name, or by that behind `Ent.`.
    ///
    /// ## Why
    /// A table has no schema, database or business unit in front of its name: "The dbo.Orders table has a multi-part specification. This is
    /// not allowed." Only `Ent.` stands there, for what the parent business unit shares.
    /// Source: sql.md, sections 2 (tables) and 3 (sql/multipart-name).
    ///
    /// ## Bad
    /// ```sql
    /// SELECT SubscriberKey FROM dbo.Orders
    /// ```
    ///
    /// ## Good
    /// ```sql
    /// SELECT SubscriberKey FROM Ent.Orders
    /// ```
    pub MultipartName {
        id: "sql/multipart-name",
        aliases: [],
        group: Syntax,
        severity: Error,
        fix: Unsafe,
        since: "0.1.0",
    }
}

/// Words the problem of a business unit's number in front of a name; says whether it is one.
pub(crate) fn words(ctx: &mut SqlContext<'_>, problem: &SqlProblem) -> bool {
    let text = ctx.text(problem.range);
    let Some((number, name)) = text.split_once('.') else { return false };
    let is_number = !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit());
    if !is_number || name.is_empty() || problem.kind != SqlProblemKind::UnquotedName {
        return false;
    }
    let prefix = TextRange::at(problem.range.start(), TextSize::of(number) + TextSize::of('.'));
    ctx.report::<MultipartName>(problem.range, "a data extension has no business unit in front of its name")
        .help("what the parent shares is called `Ent.…`; of other business units nothing can be read")
        .unsafe_fix(format!("write `{name}`"), [TextEdit::delete(prefix)]);
    true
}

impl CheckSql<sql::Select> for MultipartName {
    fn check(ctx: &mut SqlContext<'_>, select: &sql::Select) {
        let tables: Vec<(sql::NamedTable, sql::Name, Parts)> = tables(select)
            .filter_map(|table| {
                let name = table.name()?;
                let parts = prefixed(ctx, &name)?;
                Some((table, name, parts))
            })
            .collect();
        if tables.is_empty() {
            return;
        }
        let mut prefixes = prefixes(select, tables.iter().map(|(_, _, parts)| key(parts)));
        for (table, name, parts) in tables {
            let range = name.range();
            let report = ctx.report::<Self>(range, "a data extension has nothing but `Ent.` in front of its name");
            // The first table of a name takes the edits of its columns.
            let columns = prefixes.as_mut().map(|prefixes| prefixes.remove(&key(&parts)).unwrap_or_default());
            // Nothing has the name of a table in front that is called by an alias.
            let columns = columns.or_else(|| table.alias().map(|_| Vec::new()));
            let Some(columns) = columns.filter(|columns| columns.len() <= MAX_COLUMNS) else { continue };
            let Some(Some(last)) = parts.last() else { continue };
            let start = last.syntax().text_range().start();
            let mut edits = vec![TextEdit::delete(TextRange::new(range.start(), start))];
            edits.extend(columns.into_iter().map(TextEdit::delete));
            edits.sort_by_key(|edit| edit.range.start());
            report.unsafe_fix(format!("write `{}`", last.text()), edits);
        }
    }
}

type Parts = Vec<Option<sql::NameToken>>;

/// How many columns a fix takes the prefix from: where there are more, somebody replaces it in all of the file.
const MAX_COLUMNS: usize = 50;

/// How long a SELECT is in which columns are looked for: it can stand in others, each with such a table.
const MAX_LEN: TextSize = TextSize::new(16 << 10);

/// The parts of a table's name that has something else than `Ent.` in front.
fn prefixed(ctx: &SqlContext<'_>, name: &sql::Name) -> Option<Parts> {
    let parts = name.parts();
    if parts.len() < 2 || ctx.is_broken(name.range()) || parts.iter().flatten().any(|part| part.has_placeholder()) {
        return None;
    }
    let is_ent = |part: &Option<sql::NameToken>| part.as_ref().is_some_and(|part| part.key() == "ent");
    (parts.len() != 2 || !parts.first().is_some_and(is_ent)).then_some(parts)
}

/// The tables that a SELECT reads itself.
fn tables(select: &sql::Select) -> impl Iterator<Item = sql::NamedTable> + use<> {
    let mut nodes = select.from_clause().map(|from| from.syntax().preorder());
    std::iter::from_fn(move || {
        let nodes = nodes.as_mut()?;
        while let Some(event) = nodes.next() {
            let WalkEvent::Enter(node) = event else { continue };
            match node.kind() {
                SyntaxKind::SQL_SELECT => nodes.skip_subtree(),
                _ => {
                    if let Some(table) = sql::NamedTable::cast(node) {
                        return Some(table);
                    }
                }
            }
        }
        None
    })
}

/// What names are told apart by.
fn key(parts: &[Option<sql::NameToken>]) -> Vec<Option<SmolStr>> {
    parts.iter().map(|part| part.as_ref().map(sql::NameToken::key)).collect()
}

/// What the columns of these tables have too much in front: the `dbo.` of `dbo.Orders.OrderId`. Of a SELECT with ORDER BY behind it, of
/// that, too. None where there is too much to look at.
fn prefixes(
    select: &sql::Select,
    tables: impl Iterator<Item = Vec<Option<SmolStr>>>,
) -> Option<FxHashMap<Vec<Option<SmolStr>>, Vec<TextRange>>> {
    let mut found: FxHashMap<_, Vec<TextRange>> = tables.map(|table| (table, Vec::new())).collect();
    let query = select.syntax().parent().filter(|parent| parent.kind() == SyntaxKind::SQL_QUERY);
    let whole = query.unwrap_or_else(|| select.syntax().clone());
    if whole.text_range().len() >= MAX_LEN {
        return None;
    }
    for name in whole.descendants().filter_map(sql::Name::cast) {
        let parent = name.syntax().parent().map(|parent| parent.kind());
        let mut parts = name.parts();
        match parent {
            Some(SyntaxKind::SQL_NAME_EXPR) => {
                parts.pop();
            }
            Some(SyntaxKind::SQL_STAR_EXPR) => {}
            _ => continue,
        }
        let Some(Some(kept)) = parts.last().filter(|_| parts.len() > 1) else { continue };
        if let Some(ranges) = found.get_mut(&key(&parts)) {
            ranges.push(TextRange::new(name.range().start(), kept.syntax().text_range().start()));
        }
    }
    Some(found)
}

#[cfg(test)]
mod tests {
    use crate::tests::{check, fixed, silent, unfixed};

    #[test]
    fn on_the_whole_name() {
        check(
            "sql/multipart-name",
            "
SELECT a FROM dbo.t JOIN [100].u ON 1 = 1 JOIN Ent.dbo.v ON 1 = 1 JOIN a..b ON 1 = 1
//            ^^^^^ error: nothing but `Ent.`
//                       ^^^^^^^ nothing but `Ent.`
//                                             ^^^^^^^^^ nothing but `Ent.`
//                                                                     ^^^^ nothing but `Ent.`
",
        );
    }

    #[test]
    fn on_the_number_of_a_business_unit() {
        check(
            "sql/multipart-name",
            "
SELECT a FROM 5123456.Orders
//            ^^^^^^^^^^^^^^ error: no business unit in front of its name
",
        );
    }

    #[test]
    fn silent_on_ent_and_on_columns() {
        for text in
            ["SELECT t.a FROM ENT.t JOIN [Ent].[u] ON t.b = u.b", "SELECT a FROM [dbo.t]", "SELECT a FROM {{{ent}}}.t"]
        {
            silent("sql/multipart-name", text);
        }
    }

    #[test]
    fn leaves_the_name() {
        fixed("sql/multipart-name", "SELECT a FROM dbo.[My Orders] o", "SELECT a FROM [My Orders] o");
        fixed(
            "sql/multipart-name",
            "SELECT dbo.Orders.a, [dbo].orders.*, Orders.b, x.Orders.c FROM dbo.Orders WHERE DBO.[Orders].d = 1",
            "SELECT Orders.a, orders.*, Orders.b, x.Orders.c FROM Orders WHERE [Orders].d = 1",
        );
        fixed(
            "sql/multipart-name",
            "SELECT dbo.Orders.a FROM dbo.Orders ORDER BY dbo.Orders.a OFFSET 0 ROWS",
            "SELECT Orders.a FROM Orders ORDER BY Orders.a OFFSET 0 ROWS",
        );
        fixed(
            "sql/multipart-name",
            "SELECT 1 FROM dbo.t WHERE a IN (SELECT b FROM u WHERE u.c = dbo.t.c ORDER BY dbo.t.d)",
            "SELECT 1 FROM t WHERE a IN (SELECT b FROM u WHERE u.c = t.c ORDER BY t.d)",
        );
        // The second table of the name leaves the columns to the first.
        fixed(
            "sql/multipart-name",
            "SELECT dbo.t.a FROM dbo.t JOIN dbo.T x ON x.b = 1",
            "SELECT t.a FROM t JOIN dbo.T x ON x.b = 1",
        );
        unfixed("sql/multipart-name", &format!("SELECT {}1 FROM dbo.t", "dbo.t.a, ".repeat(51)));
        let long = format!("SELECT {}dbo.t.a FROM", "t.b, ".repeat(4 << 10));
        unfixed("sql/multipart-name", &format!("{long} dbo.t"));
        fixed("sql/multipart-name", &format!("{long} dbo.t AS x"), &format!("{long} t AS x"));
    }
}
