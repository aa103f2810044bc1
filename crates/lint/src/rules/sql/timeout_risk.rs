use sfmc_semantic::sql::{ConditionKind, Join, Select, SqlMeaning};
use sfmc_syntax::{
    TextRange,
    ast::{
        AstNode,
        sql::{self, JoinKind},
    },
};

use crate::sql::{CheckSql, SqlContext, selects_in, target::head, unbounded_views};

declare_rule! {
    /// A query does not gather what makes queries slow.
    ///
    /// ## Why
    /// A query is stopped after 30 minutes. None of these alone has to be slow, but together they are: large views without a bound of time
    /// (3 each), three or more large views in one join (2), joins without a condition (2), functions or OR in ON (1 each), DISTINCT or a
    /// sort over a large view (1), queries in queries in queries (1), and texts that are looked for in the middle of others (1). From 7 on
    /// that is said, with what it is made of. Query in steps: narrow each view down in a query of its own, and join the results.
    /// Source: sql.md, section 6; rules.md, 2.5 (sql/timeout-risk).
    ///
    /// ## Bad
    /// ```sql
    /// SELECT DISTINCT s.SubscriberKey FROM _Sent s LEFT JOIN _Open o ON LOWER(o.SubscriberKey) = LOWER(s.SubscriberKey)
    /// ```
    ///
    /// ## Good
    /// ```sql
    /// SELECT DISTINCT s.SubscriberKey FROM _Sent s LEFT JOIN _Open o ON o.SubscriberKey = s.SubscriberKey AND o.JobID = s.JobID
    /// WHERE s.EventDate > DATEADD(day, -30, GETDATE())
    /// ```
    pub TimeoutRisk {
        id: "sql/timeout-risk",
        aliases: [],
        group: Suspicious,
        severity: Hint,
        fix: None,
        since: "0.1.0",
    }
}

/// From here on it is said.
const ENOUGH: u32 = 7;

/// So many queries in each other are usual.
const USUAL_DEPTH: usize = 3;

impl CheckSql<sql::SelectStmt> for TimeoutRisk {
    fn check(ctx: &mut SqlContext<'_>, statement: &sql::SelectStmt) {
        let Some(query) = statement.query() else { return };
        let range = statement.range();
        let parts = parts(ctx, range);
        let score: u32 = parts.iter().map(|part| part.points).sum();
        if score < ENOUGH {
            return;
        }
        let parts: Vec<String> = parts.iter().map(|part| format!("{} ({})", part.what, part.points)).collect();
        let message = format!("this may not end within 30 minutes, {score} points: {}", parts.join(", "));
        ctx.report::<Self>(head(&query), message).help("narrow each view down in a query of its own");
    }
}

/// Something that takes time, and how many points it counts.
struct Part {
    what: String,
    points: u32,
}

fn parts(ctx: &SqlContext<'_>, statement: TextRange) -> Vec<Part> {
    let meaning = ctx.meaning();
    let mut found = Vec::new();
    let mut add = |points: u32, what: String| {
        if points > 0 {
            found.push(Part { what, points });
        }
    };
    let mut views: Vec<&str> = unbounded_views(ctx, statement).iter().map(|found| found.view.name).collect();
    let count = count(views.len());
    views.dedup();
    views.truncate(4);
    add(3 * count, format!("no bound on {}", views.join(", ")));
    let (mut wide, mut crossed, mut computed, mut any, mut sorted, mut middle) = (0, 0, 0, 0, 0, 0);
    for (_, select) in selects_in(meaning, statement) {
        let large = select.sources.iter().filter(|id| {
            let view = ctx.source_view(**id);
            view.is_some_and(|view| view.high_volume)
        });
        let large = large.count();
        wide = wide.max(if large >= 3 { large } else { 0 });
        let ordered = meaning.query(select.query).is_some_and(|query| !query.order.is_empty());
        sorted |= u32::from(large > 0 && (select.distinct || ordered));
        crossed += select.joins.iter().filter(|join| join.kind == JoinKind::Cross).count();
        computed += select.joins.iter().filter(|join| is_computed(join)).count();
        any += select.joins.iter().filter(|join| has_any(join)).count();
        middle += middles(ctx, select);
    }
    add(if wide > 0 { 2 } else { 0 }, format!("{wide} large views in one join"));
    add(if crossed > 0 { 2 } else { 0 }, "a join without a condition".to_owned());
    add(self::count(computed.min(2)), "functions in ON".to_owned());
    add(self::count(any.min(2)), "OR in ON".to_owned());
    add(sorted, "DISTINCT or ORDER BY over a large view".to_owned());
    let depth = depth(meaning, statement);
    add(u32::from(depth > USUAL_DEPTH), format!("queries in each other, {depth} deep"));
    add(self::count(middle.min(1)), "LIKE '%…'".to_owned());
    found
}

fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX).min(1000)
}

fn is_computed(join: &Join) -> bool {
    let wrapped = |condition: &sfmc_semantic::sql::Condition| match &condition.kind {
        ConditionKind::Compare { left, right, .. } => left.wrapped.is_some() || right.wrapped.is_some(),
        _ => false,
    };
    join.on.iter().any(wrapped)
}

fn has_any(join: &Join) -> bool {
    join.on.iter().any(|condition| matches!(condition.kind, ConditionKind::Any(_)))
}

fn middles(ctx: &SqlContext<'_>, select: &Select) -> usize {
    let mut found = 0;
    crate::sql::each_row_condition(select, &mut |condition| {
        if let ConditionKind::Like { pattern, .. } = &condition.kind {
            found += usize::from(ctx.text(pattern.range).trim_start_matches('\'').starts_with('%'));
        }
    });
    found
}

/// How deep queries of FROM are in each other.
fn depth(meaning: &SqlMeaning, statement: TextRange) -> usize {
    let mut ends: Vec<TextRange> = Vec::new();
    let mut ranges: Vec<TextRange> = selects_in(meaning, statement).map(|(_, select)| select.range).collect();
    ranges.sort_by_key(|range| (range.start(), std::cmp::Reverse(range.end())));
    let mut deepest = 0;
    for range in ranges {
        while ends.last().is_some_and(|last| !last.contains_range(range)) {
            ends.pop();
        }
        ends.push(range);
        deepest = deepest.max(ends.len());
    }
    deepest
}

#[cfg(test)]
mod tests {
    use crate::tests::{check, silent};

    const RULE: &str = "sql/timeout-risk";

    #[test]
    fn says_what_it_counts() {
        check(
            RULE,
            "
   SELECT s.JobID FROM _Sent s JOIN _Open o ON o.SubscriberKey = s.SubscriberKey JOIN _Click c ON c.SubscriberKey = s.SubscriberKey ORDER BY s.JobID
// ^^^^^^ hint: this may not end within 30 minutes, 12 points: no bound on _Sent, _Open, _Click (9), 3 large views in one join (2), DISTINCT or ORDER BY over a large view (1)
",
        );
    }

    #[test]
    fn silent_on_little() {
        for text in [
            "SELECT JobID FROM _Sent",
            "SELECT s.JobID FROM _Sent s JOIN _Open o ON o.JobID = s.JobID",
            "SELECT DISTINCT JobID FROM _Sent WHERE Domain LIKE '%x'",
            "SELECT a.x FROM a CROSS JOIN b",
            "SELECT s.JobID FROM _Sent s JOIN _Open o ON o.JobID = s.JobID JOIN _Click c ON c.JobID = s.JobID \
             WHERE s.EventDate > GETDATE() - 1 ORDER BY s.JobID",
        ] {
            silent(RULE, text);
        }
    }
}
