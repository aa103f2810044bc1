use sfmc_semantic::sql::{
    CallKind, ColumnId, Condition, ConditionKind, QueryRole, Select, SelectId, SourceId, SqlMeaning,
};
use sfmc_syntax::{
    TextRange,
    ast::{AstNode, sql},
};

use crate::sql::{CheckSql, Equal, SqlContext, is_distinct, selects_in};

declare_rule! {
    /// Sends, opens, clicks and bounces are joined by all four of their keys.
    ///
    /// ## Why
    /// A row of `_Sent` is one message: its job, list, batch and subscriber. An open or a click belongs to it where all four are equal. Joined
    /// by fewer, an event meets every other message of the same subscriber or job: rows come several times, and counts are too high.
    /// Nothing is said where duplicates do no harm: with DISTINCT, in EXISTS, where only rows without a match are wanted.
    /// Source: sql.md, section 4; data-views.json (joins); rules.md, 2.5 (sql/engagement-join-grain).
    ///
    /// ## Bad
    /// ```sql
    /// SELECT s.SubscriberKey, o.EventDate FROM _Sent s JOIN _Open o ON o.JobID = s.JobID AND o.SubscriberID = s.SubscriberID
    /// WHERE s.EventDate > DATEADD(day, -30, GETDATE())
    /// ```
    ///
    /// ## Good
    /// ```sql
    /// SELECT s.SubscriberKey, o.EventDate FROM _Sent s JOIN _Open o
    /// ON o.JobID = s.JobID AND o.ListID = s.ListID AND o.BatchID = s.BatchID AND o.SubscriberID = s.SubscriberID
    /// WHERE s.EventDate > DATEADD(day, -30, GETDATE())
    /// ```
    pub EngagementJoinGrain {
        id: "sql/engagement-join-grain",
        aliases: ["MCE046"],
        group: Suspicious,
        severity: Warning,
        fix: None,
        since: "0.1.0",
    }
}

/// The views whose rows are messages, or events of these.
const VIEWS: &[&str] = &["_sent", "_open", "_click", "_bounce", "_complaint", "_unsubscribe"];

/// Nobody joins more of them.
const MAX_VIEWS: usize = 16;

/// What a message is known by; each with another column that says the same.
const KEYS: &[(&str, Option<&str>)] =
    &[("JobID", None), ("ListID", None), ("BatchID", None), ("SubscriberID", Some("SubscriberKey"))];

impl CheckSql<sql::SelectStmt> for EngagementJoinGrain {
    fn check(ctx: &mut SqlContext<'_>, statement: &sql::SelectStmt) {
        let meaning = ctx.meaning();
        if meaning.doubtful {
            return;
        }
        let mut found = Vec::new();
        for (id, select) in selects_in(meaning, statement.range()) {
            let views: Vec<SourceId> = select.sources.iter().copied().filter(|id| is_event(ctx, *id)).collect();
            if views.len() > 1 && counts_rows(ctx, id, select) {
                look_at(meaning, select, &views, &mut found);
            }
        }
        for (range, name, other, missing) in found {
            let message =
                format!("`{name}` meets rows of `{other}` that are not its own: {} not compared", listed(&missing));
            ctx.report::<Self>(range, message);
        }
    }
}

fn is_event(ctx: &SqlContext<'_>, id: SourceId) -> bool {
    let view = ctx.source_view(id);
    view.is_some_and(|view| VIEWS.iter().any(|name| view.name.eq_ignore_ascii_case(name)))
}

type Finding = (TextRange, String, String, Vec<&'static str>);

/// For each view what it lacks beside the one before it that it fits best; nothing where it shares no key with any.
fn look_at(meaning: &SqlMeaning, select: &Select, views: &[SourceId], found: &mut Vec<Finding>) {
    let mut equal = Equal::of(select);
    for (place_of, &later) in views.iter().enumerate().take(MAX_VIEWS) {
        let earlier = views.iter().take(place_of);
        let lacking = earlier.filter_map(|earlier| Some((*earlier, missing(meaning, &mut equal, *earlier, later)?)));
        let best = lacking.min_by_key(|(_, missing)| missing.len());
        let Some((earlier, missing)) = best.filter(|(_, missing)| (1..KEYS.len()).contains(&missing.len())) else {
            continue;
        };
        if is_without_match(select, later) || is_without_match(select, earlier) {
            continue;
        }
        let name = |id: SourceId| meaning.source(id).and_then(|source| source.name.as_deref()).unwrap_or_default();
        let Some(source) = meaning.source(later) else { continue };
        found.push((place(select, later, source.range), name(later).to_owned(), name(earlier).to_owned(), missing));
    }
}

/// The keys that are not compared between two sources.
fn missing(meaning: &SqlMeaning, equal: &mut Equal<'_>, a: SourceId, b: SourceId) -> Option<Vec<&'static str>> {
    let (first, second) = (meaning.source(a)?, meaning.source(b)?);
    let mut is_compared = |name: &str| {
        let key = name.to_ascii_lowercase();
        match (first.columns.place(&key), second.columns.place(&key)) {
            (Some(left), Some(right)) => {
                equal.are_equal(ColumnId { source: a, column: left }, ColumnId { source: b, column: right })
            }
            _ => true,
        }
    };
    let lacks = |(key, other): &&(&'static str, Option<&'static str>)| {
        !is_compared(key) && !other.is_some_and(&mut is_compared)
    };
    Some(KEYS.iter().filter(lacks).map(|(key, _)| *key).collect())
}

/// Where a source is joined: its ON, or else itself.
fn place(select: &Select, source: SourceId, range: TextRange) -> TextRange {
    let joined = select.joins.iter().find(|join| {
        let (first, end) = join.right;
        select.sources.get(first as usize..end as usize) == Some(&[source])
    });
    joined.and_then(|join| join.on_range).unwrap_or(range)
}

/// Whether a row more changes what a SELECT gives.
fn counts_rows(ctx: &SqlContext<'_>, id: SelectId, select: &Select) -> bool {
    let meaning = ctx.meaning();
    let query = meaning.query(select.query);
    let asked = query.is_some_and(|query| matches!(query.role, QueryRole::Exists | QueryRole::List));
    if select.distinct || asked || query.is_some_and(|query| query.selects.len() > 1) {
        return false;
    }
    let calls = || meaning.calls_in(select.range).filter(|call| call.select == Some(id));
    // Rows are numbered to take one of each: duplicates go.
    let numbered = calls().any(|call| call.kind == CallKind::Window);
    let grouped = select.grouping.group_by.is_some() || calls().any(|call| call.kind == CallKind::Aggregate);
    let sums = calls().any(|call| {
        let name = call.name.to_ascii_uppercase();
        call.kind == CallKind::Aggregate && !is_distinct(ctx, call) && !matches!(name.as_str(), "MIN" | "MAX")
    });
    !numbered && (!grouped || sums)
}

/// Whether only rows are wanted for which an outer join found none of a source.
fn is_without_match(select: &Select, source: SourceId) -> bool {
    let of_source = |condition: &Condition| match &condition.kind {
        ConditionKind::Null { negated: false, operand } => operand.rows.contains(&source),
        _ => false,
    };
    select.filter.iter().any(|condition| match &condition.kind {
        ConditionKind::Any(parts) => parts.iter().any(|part| part.iter().any(of_source)),
        _ => of_source(condition),
    })
}

fn listed(names: &[&str]) -> String {
    match names {
        [] => String::new(),
        [one] => format!("{one} is"),
        [rest @ .., last] => format!("{} and {last} are", rest.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use crate::tests::{check, silent};

    const RULE: &str = "sql/engagement-join-grain";

    #[test]
    fn on_the_condition() {
        check(
            RULE,
            "
SELECT s.JobID FROM _Sent s LEFT JOIN _Open o ON o.SubscriberKey = s.SubscriberKey
//                                            ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning: `o` meets rows of `s` that are not its own: JobID, ListID and BatchID
SELECT k.Status FROM _Subscribers k LEFT JOIN _Open o ON o.SubscriberID = k.SubscriberID LEFT JOIN _Click c ON c.SubscriberID = k.SubscriberID
//                                                                                                          ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ `c` meets rows of `o`
SELECT COUNT(o.JobID) AS n FROM _Sent s JOIN _Open o ON o.JobID = s.JobID AND o.SubscriberID = s.SubscriberID AND o.ListID = s.ListID
//                                                   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ BatchID is not
",
        );
    }

    #[test]
    fn silent_where_all_are_compared_or_duplicates_do_no_harm() {
        let keys = |a: &str, b: &str| {
            format!(
                "{a}.JobID = {b}.JobID AND {a}.ListID = {b}.ListID AND {a}.BatchID = {b}.BatchID AND {a}.SubscriberKey = {b}.SubscriberKey"
            )
        };
        silent(
            RULE,
            &format!(
                "SELECT s.JobID FROM _Sent s LEFT JOIN _Open o ON {} LEFT JOIN _Click c ON {}",
                keys("s", "o"),
                keys("o", "c")
            ),
        );
        for text in [
            "SELECT DISTINCT s.JobID FROM _Sent s JOIN _Open o ON o.JobID = s.JobID AND o.SubscriberKey = s.SubscriberKey",
            "SELECT s.JobID FROM _Sent s LEFT JOIN _Open o ON o.JobID = s.JobID AND o.SubscriberKey = s.SubscriberKey \
             WHERE o.JobID IS NULL",
            "SELECT s.SubscriberKey, MAX(o.EventDate) AS d FROM _Sent s JOIN _Open o ON o.SubscriberKey = s.SubscriberKey \
             GROUP BY s.SubscriberKey",
            "SELECT s.JobID FROM _Sent s JOIN _Job j ON j.JobID = s.JobID",
            "SELECT s.JobID FROM _Sent s WHERE EXISTS (SELECT 1 FROM _Open o JOIN _Click c ON o.JobID = c.JobID)",
            "SELECT k.Id FROM Keys k LEFT JOIN _Open o ON o.SubscriberKey = k.Id LEFT JOIN _Click c ON c.JobID = k.Job",
            "SELECT COUNT(DISTINCT o.JobID) AS n FROM _Sent s JOIN _Open o ON o.JobID = s.JobID",
        ] {
            silent(RULE, text);
        }
    }
}
