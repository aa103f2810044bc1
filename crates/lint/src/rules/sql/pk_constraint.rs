use sfmc_db::UpdateType;
use sfmc_semantic::sql::{
    ColumnId, ConditionKind, Nullability, OutputColumn, Query, QueryRole, Select, SelectId, Source, SourceId,
    SourceKind, Target as Meant, same_name,
};
use sfmc_syntax::{TextRange, ast::sql};

use crate::sql::{
    CheckSql, SqlContext,
    target::{Target, place},
};

declare_rule! {
    /// A query gives each primary key of its data extension once.
    ///
    /// ## Why
    /// Two rows of one primary key end the run with an error, and nothing is written. A join gives a row several times where the other table
    /// has several that fit: one order for each line of it. Take one of each by ROW_NUMBER, by GROUP BY, or by joining a query that has done
    /// so. Only looked at where the keys of all tables are known.
    /// Source: rules.md, 2.5 (sql/pk-constraint); sql.md, section 5.
    ///
    /// ## Bad
    /// ```sql,overwrite
    /// SELECT o.OrderId, o.EmailAddress FROM Orders o WHERE o.EmailAddress IS NOT NULL
    /// UNION ALL SELECT r.OrderId, r.EmailAddress FROM Report r JOIN _Open e ON e.SubscriberKey = r.EmailAddress
    /// WHERE e.EventDate > GETDATE() - 1
    /// ```
    ///
    /// ## Good
    /// ```sql,overwrite
    /// SELECT r.OrderId, r.EmailAddress FROM Report r
    /// ```
    pub PkConstraint {
        id: "sql/pk-constraint",
        aliases: [],
        group: Suspicious,
        severity: Warning,
        fix: None,
        since: "0.1.0",
    }
}

/// The views that hold any number of events of a message.
const EVENTS: &[&str] = &["_open", "_click", "_bounce"];

impl CheckSql<sql::Query> for PkConstraint {
    fn check(ctx: &mut SqlContext<'_>, query: &sql::Query) {
        let Some(target) = Target::of(ctx, query) else { return };
        if !matches!(target.update, Some(UpdateType::Overwrite | UpdateType::Append)) {
            return;
        }
        let meaning = ctx.meaning();
        let only_key = (0..).zip(&target.query.columns).all(|(place, column)| {
            let field = target.field(column);
            field.is_some_and(|field| field.primary_key) || is_same_everywhere(ctx, target.query, place)
        });
        if is_distinct(query, only_key && !target.query.open) {
            return;
        }
        let mut found = Vec::new();
        for id in &target.query.selects {
            let Some(select) = meaning.select(*id).filter(|select| is_plain(ctx, *id, select)) else { continue };
            // Names are those of the first operand; places are the same in all.
            let key: Option<Vec<(&OutputColumn, ColumnId)>> = (0..)
                .zip(&target.query.columns)
                .filter(|(_, column)| target.field(column).is_some_and(|field| field.primary_key))
                .map(|(place, _): (usize, _)| {
                    let column = select.columns.get(place)?;
                    Some((column, column.origin?))
                })
                .collect();
            let Some(key) = key.filter(|key| !key.is_empty()) else { continue };
            let Some((first, origin)) = key.first().copied() else { continue };
            if key.iter().any(|(_, column)| column.source != origin.source)
                || is_chosen(ctx, *id, select, origin.source)
            {
                continue;
            }
            if let Some((range, other)) = fan_out(ctx, *id, select, origin.source) {
                let name = meaning.source(origin.source).and_then(|source| source.name.as_deref()).unwrap_or_default();
                found.push((range, format!("`{other}` can have several rows for one of `{name}`"), place(first)));
            } else if repeats(ctx, *id, origin.source, &key) {
                let name = first.name.as_deref().unwrap_or_default();
                found.push((place(first), format!("the table can have several rows of one `{name}`"), place(first)));
            }
        }
        let table = &target.table.name;
        // Once for the query: what its other operands do is the same mistake.
        let mut found = found.into_iter();
        let Some((range, message, key)) = found.next() else { return };
        let others: Vec<TextRange> = found.map(|(other, ..)| other).filter(|other| *other != range).collect();
        let mut report = ctx
            .report::<Self>(range, format!("{message}: the primary key of `{table}` comes twice, and the run fails"));
        if range != key {
            report = report.related(key, "the key");
        }
        for other in others {
            report = report.related(other, "and here");
        }
    }
}

/// Whether all operands return one and the same constant at a place: it tells no two rows apart.
fn is_same_everywhere(ctx: &SqlContext<'_>, query: &Query, place: usize) -> bool {
    let meaning = ctx.meaning();
    let mut constants = query.selects.iter().map(|id| meaning.select(*id)?.columns.get(place)?.constant.as_ref());
    let Some(Some(first)) = constants.next() else { return false };
    constants.all(|constant| constant == Some(first))
}

/// Whether the rows of a query as a whole are known to differ, or to be few: FETCH takes as many as it says, and what UNION, EXCEPT and
/// INTERSECT return holds no row twice, which is enough where a row is nothing but its key.
fn is_distinct(query: &sql::Query, only_key: bool) -> bool {
    if query.order_by_clause().is_some_and(|order| order.fetch_clause().is_some()) {
        return true;
    }
    let Some(sql::QueryBody::SetOperation(operation)) = query.query_body() else { return false };
    operation.operators().any(|operator| match operator.op() {
        Some(sql::SetOp::Union) => only_key,
        Some(sql::SetOp::UnionAll) => false,
        // Which rows of an operand are left, nobody knows here.
        Some(sql::SetOp::Except | sql::SetOp::Intersect) | None => true,
    })
}

/// Whether a condition asks the same table once more which row of several is meant: `NOT EXISTS (… a later one …)`.
fn is_chosen(ctx: &SqlContext<'_>, id: SelectId, select: &Select, source: SourceId) -> bool {
    let meaning = ctx.meaning();
    let Some(SourceKind::Table(table)) = meaning.source(source).map(|source| &source.kind) else { return false };
    let is_same = |id: &SourceId| match meaning.source(*id).map(|source| &source.kind) {
        Some(SourceKind::Table(other)) => other.ent == table.ent && same_name(&other.name, &table.name),
        _ => false,
    };
    let mut inner = meaning.selects.iter().filter(|inner| {
        let asked = meaning
            .query(inner.query)
            .is_some_and(|query| matches!(query.role, QueryRole::Scalar | QueryRole::Exists | QueryRole::List));
        let listed = select.list.is_some_and(|list| list.contains_range(inner.range));
        asked && inner.outer == Some(id) && !listed
    });
    inner.any(|inner| {
        let same = inner.sources.iter().any(is_same);
        let correlated = meaning
            .references_in(inner.range)
            .any(|reference| matches!(reference.target, Meant::Column(column) if column.source == source));
        same && (correlated || inner.grouping.group_by.is_some())
    })
}

/// Whether every pair of rows becomes a row of the result.
fn is_plain(ctx: &SqlContext<'_>, id: SelectId, select: &Select) -> bool {
    let folded = ctx
        .meaning()
        .calls_in(select.range)
        .any(|call| call.select == Some(id) && call.kind != sfmc_semantic::sql::CallKind::Scalar);
    !select.distinct && !select.top && !select.open && select.grouping.group_by.is_none() && !folded
}

/// The first source that can have several rows for one of `source`, and where it is joined.
fn fan_out(ctx: &SqlContext<'_>, id: SelectId, select: &Select, source: SourceId) -> Option<(TextRange, String)> {
    let meaning = ctx.meaning();
    let others = select.sources.iter().copied().filter(|other| *other != source);
    let mut found = others.filter_map(|other| Some((other, meaning.source(other)?)));
    let (_, other) = found.find(|(other, known)| {
        let demanded = meaning.demanded(id, *other);
        if demanded.is_empty()
            || !matches!(known.kind, SourceKind::Table(_))
            || is_absent(known, *other, select, &demanded)
        {
            return false;
        }
        let unique =
            demanded.iter().any(|column| known.columns.get(*column).is_some_and(|column| column.key == "isunique"));
        is_event(ctx, known) && !unique || meaning.covers_key(*other, demanded.iter().copied()) == Some(false)
    })?;
    Some((other.range, other.name.as_deref().unwrap_or_default().to_owned()))
}

/// Whether only rows without a match in an outer join's source are let through: `LEFT JOIN … WHERE x.Id IS NULL`, where no match has NULL
/// in that column.
fn is_absent(source: &Source, id: SourceId, select: &Select, demanded: &[u32]) -> bool {
    let filled = |column: u32| {
        let known = source.columns.get(column);
        demanded.contains(&column) || known.is_some_and(|column| column.nullability == Nullability::Never)
    };
    source.outer
        && select.filter.iter().any(|condition| match &condition.kind {
            ConditionKind::Null { negated: false, operand } => {
                operand.column.is_some_and(|column| column.source == id && filled(column.column))
            }
            _ => false,
        })
}

fn is_event(ctx: &SqlContext<'_>, source: &Source) -> bool {
    ctx.view(source).is_some_and(|view| EVENTS.iter().any(|name| view.name.eq_ignore_ascii_case(name)))
}

/// Whether the table itself has several rows of one key of the target.
fn repeats(ctx: &SqlContext<'_>, id: SelectId, source: SourceId, key: &[(&OutputColumn, ColumnId)]) -> bool {
    let meaning = ctx.meaning();
    let Some(known) = meaning.source(source).filter(|source| matches!(source.kind, SourceKind::Table(_))) else {
        return false;
    };
    let listed = key.iter().map(|(_, column)| column.column);
    let demanded = meaning.demanded(id, source);
    let Some(view) = ctx.view(known) else {
        return meaning.covers_key(source, listed.chain(demanded)) == Some(false);
    };
    let has = |columns: &[u32], name: &str| {
        columns.iter().any(|column| known.columns.get(*column).is_some_and(|column| column.key == name))
    };
    let listed: Vec<u32> = listed.collect();
    let is_sent = view.name.eq_ignore_ascii_case("_Sent");
    // A message reaches a subscriber once for each job, but for lists and batches of an automated one, which nobody sees here. Events come
    // any number of times for a job, and once where the first of each is asked for; with its time in the key each is another. Who asks for
    // one subscriber expects few.
    match () {
        () if has(&demanded, "subscriberkey") || has(&demanded, "subscriberid") => false,
        () if is_sent => !(has(&demanded, "jobid") || has(&listed, "jobid")),
        () => is_event(ctx, known) && !has(&demanded, "isunique") && !has(&listed, "eventdate"),
    }
}

#[cfg(test)]
mod tests {
    use crate::tests::{
        check_known, silent_known,
        target::{overwrite, target},
    };

    const RULE: &str = "sql/pk-constraint";

    #[test]
    fn on_what_is_joined() {
        check_known(
            RULE,
            &overwrite(),
            "
SELECT o.OrderId, o.EmailAddress FROM Orders o JOIN _Click c ON c.SubscriberKey = o.EmailAddress
//                                                  ^^^^^^^^ warning: `c` can have several rows for one of `o`: the primary key of `Report` comes twice
",
        );
        check_known(
            RULE,
            &overwrite(),
            "
SELECT o.OrderId, o.EmailAddress FROM Orders o JOIN Report r ON r.EmailAddress = o.EmailAddress
//                                                  ^^^^^^^^ `r` can have several rows
",
        );
        check_known(
            RULE,
            &overwrite(),
            "
SELECT o.OrderId, o.EmailAddress FROM Orders o LEFT JOIN Report r ON r.EmailAddress = o.EmailAddress WHERE r.City IS NULL
//                                                       ^^^^^^^^ `r` can have several rows
",
        );
        check_known(
            RULE,
            &overwrite(),
            "
SELECT r.EmailAddress AS OrderId, r.EmailAddress FROM Report r
//                       ^^^^^^^ the table can have several rows of one `OrderId`
",
        );
        check_known(
            RULE,
            &overwrite(),
            "
SELECT r.EmailAddress AS OrderId, r.City AS EmailAddress FROM Report r UNION SELECT o.OrderId, o.EmailAddress FROM Orders o
//                       ^^^^^^^ the table can have several rows of one `OrderId`
",
        );
        check_known(
            RULE,
            &overwrite(),
            "
SELECT r.EmailAddress AS OrderId FROM Report r WHERE EXISTS (SELECT 1 FROM Orders o WHERE o.OrderId = r.OrderId)
//                       ^^^^^^^ the table can have several rows of one `OrderId`
",
        );
    }

    #[test]
    fn once_for_a_union() {
        check_known(
            RULE,
            &overwrite(),
            "
SELECT r.EmailAddress AS OrderId, r.EmailAddress FROM Report r UNION ALL SELECT s.City, s.EmailAddress FROM Report s
//                       ^^^^^^^ the table can have several rows of one `OrderId`
",
        );
        for text in [
            "SELECT r.EmailAddress AS OrderId, 'x' AS EmailAddress FROM Report r UNION SELECT s.City, 'x' FROM Report s",
            "SELECT r.City AS OrderId, NULL AS Total FROM Report r UNION SELECT s.SubscriberKey, NULL FROM _Sent s",
        ] {
            silent_known(RULE, &overwrite(), text);
        }
        check_known(
            RULE,
            &overwrite(),
            "
SELECT r.City AS OrderId, 'x' AS EmailAddress FROM Report r UNION SELECT s.City, 'y' FROM Report s
//               ^^^^^^^ the table can have several rows of one `OrderId`
",
        );
    }

    #[test]
    fn on_views_of_events() {
        check_known(
            RULE,
            &overwrite(),
            "
SELECT s.SubscriberKey AS OrderId, s.SubscriberKey AS EmailAddress FROM _Sent s WHERE s.EventDate > GETDATE() - 1
//                        ^^^^^^^ the table can have several rows of one `OrderId`
",
        );
        check_known(
            RULE,
            &overwrite(),
            "
SELECT c.SubscriberKey AS OrderId, c.SubscriberKey AS EmailAddress FROM _Click c WHERE c.JobID = 1
//                        ^^^^^^^ the table can have several rows of one `OrderId`
",
        );
        for text in [
            "SELECT s.SubscriberKey AS OrderId FROM _Sent s WHERE s.JobID = 1",
            "SELECT s.SubscriberKey AS OrderId FROM _Sent s WHERE s.JobID = 1 AND s.BatchID = 2",
            "SELECT c.SubscriberKey AS OrderId FROM _Click c WHERE c.JobID = 1 AND c.IsUnique = 1",
            "SELECT s.SubscriberKey AS OrderId FROM _Sent s WHERE s.JobID = 1 GROUP BY s.SubscriberKey",
            "SELECT s.SubscriberKey AS OrderId FROM Ent._Subscribers s",
            "SELECT s.SubscriberKey AS OrderId FROM _Sent s WHERE s.JobID = 1 AND s.SubscriberKey = 'x'",
        ] {
            silent_known(RULE, &overwrite(), text);
        }
    }

    #[test]
    fn silent_where_each_comes_once_or_nobody_knows() {
        for text in [
            "SELECT o.OrderId, o.EmailAddress FROM Orders o JOIN Report r ON r.OrderId = o.OrderId",
            "SELECT DISTINCT o.OrderId, o.EmailAddress FROM Orders o JOIN _Click c ON c.SubscriberKey = o.EmailAddress",
            "SELECT o.OrderId, MAX(o.EmailAddress) AS EmailAddress FROM Orders o JOIN _Click c \
             ON c.SubscriberKey = o.EmailAddress GROUP BY o.OrderId",
            "SELECT o.OrderId, o.EmailAddress FROM Orders o JOIN Orders p ON p.EmailAddress = o.EmailAddress",
            "SELECT o.OrderId, o.EmailAddress FROM Orders o JOIN (SELECT DISTINCT SubscriberKey FROM _Click) c \
             ON c.SubscriberKey = o.EmailAddress",
            "SELECT o.OrderId, o.EmailAddress FROM Orders o LEFT JOIN _Click c ON c.SubscriberKey = o.EmailAddress \
             WHERE c.SubscriberKey IS NULL",
            "SELECT r.EmailAddress AS OrderId FROM Report r UNION SELECT o.OrderId FROM Orders o",
            "SELECT r.EmailAddress AS OrderId FROM Report r EXCEPT SELECT o.OrderId FROM Orders o",
            "SELECT r.EmailAddress AS OrderId, r.EmailAddress FROM Report r ORDER BY r.City OFFSET 0 ROWS \
             FETCH NEXT 1 ROW ONLY",
            "SELECT r.EmailAddress AS OrderId, r.EmailAddress FROM Report r WHERE r.OrderId = (SELECT TOP 1 s.OrderId \
             FROM Report s WHERE s.EmailAddress = r.EmailAddress ORDER BY s.City)",
            "SELECT r.EmailAddress AS OrderId, r.EmailAddress FROM Report r WHERE NOT EXISTS (SELECT 1 FROM Report s \
             WHERE s.EmailAddress = r.EmailAddress AND s.OrderId > r.OrderId)",
            "SELECT o.OrderId, o.EmailAddress FROM Orders o JOIN {{{t}}} c ON c.SubscriberKey = o.EmailAddress",
        ] {
            silent_known(RULE, &overwrite(), text);
        }
        let text = "SELECT o.OrderId, o.EmailAddress FROM Orders o JOIN _Click c ON c.SubscriberKey = o.EmailAddress";
        silent_known(RULE, &target(), text);
    }
}
