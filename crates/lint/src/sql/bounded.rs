//! Which of the large data views a statement reads to their end: by what its conditions say of dates and jobs, not by whether a word
//! stands somewhere.
//!
//! A source is bounded by a condition of its own SELECT, by one of a query around it that reads it through a derived table, or by being
//! joined by its job to what is bounded. All conditions are looked at once; what hangs on what is followed afterwards.

use rustc_hash::{FxHashMap, FxHashSet};
use sfmc_catalog::sql::{ColumnType, DataView};
use sfmc_semantic::sql::{
    ColumnId, ColumnOrigin, Condition, ConditionKind, Operand, Query, QueryId, Select, SelectId, SourceId, SqlMeaning,
};
use sfmc_sql::holds_placeholder;
use sfmc_syntax::{TextRange, ast::sql::CompareOp};

use super::{SqlContext, reads::selects_in, restricts};

/// So many columns are followed through queries that read each other; what is behind more of them counts as bounded.
const MAX_FOLLOWED: usize = 256;

/// A large view that a SELECT reads from its beginning to its end.
pub(crate) struct UnboundedView {
    pub(crate) source: SourceId,
    pub(crate) view: &'static DataView,
}

/// The large views in a statement that nothing bounds, in order.
pub(crate) fn unbounded_views(ctx: &SqlContext<'_>, statement: TextRange) -> Vec<UnboundedView> {
    let meaning = ctx.meaning();
    if meaning.doubtful {
        return Vec::new();
    }
    let mut bounds = Bounds { meaning, views: FxHashMap::default(), bounded: Vec::new(), by: FxHashMap::default() };
    for (_, select) in selects_in(meaning, statement) {
        for id in &select.sources {
            if let Some(view) = ctx.source_view(*id) {
                bounds.views.insert(*id, view);
            }
        }
    }
    if !bounds.views.values().any(|view| view.high_volume) {
        return Vec::new();
    }
    for (id, select) in selects_in(meaning, statement) {
        bounds.select(id, select);
    }
    let reached = bounds.reached();
    let mut found = Vec::new();
    for (_, select) in selects_in(meaning, statement) {
        // Rows come until there are enough of them.
        let stops = select.top
            && select.sources.len() == 1
            && select.grouping.group_by.is_none()
            && !is_sorted(meaning, select);
        let unread = holds_placeholder(ctx.text(select.range));
        for id in select.sources.iter().filter(|_| !stops && !unread) {
            if let Some(view) = bounds.views.get(id).copied().filter(|view| view.high_volume)
                && !reached.contains(id)
            {
                found.push(UnboundedView { source: *id, view });
            }
        }
    }
    found
}

fn is_sorted(meaning: &SqlMeaning, select: &Select) -> bool {
    select.distinct || meaning.query(select.query).is_some_and(|query| !query.order.is_empty())
}

struct Bounds<'m> {
    meaning: &'m SqlMeaning,
    views: FxHashMap<SourceId, &'static DataView>,
    /// Sources with a bound of their own.
    bounded: Vec<SourceId>,
    /// What is bounded where the source is.
    by: FxHashMap<SourceId, Vec<SourceId>>,
}

/// What a condition does for a source: bounds it, or does where all of these are.
enum Effect {
    Bounds(SourceId),
    Follows(SourceId, SourceId),
}

impl Bounds<'_> {
    fn select(&mut self, id: SelectId, select: &Select) {
        for join in &select.joins {
            for condition in &join.on {
                let meaning = self.meaning;
                self.condition(id, condition, &|source| restricts(meaning, select, join, source));
            }
        }
        for condition in &select.filter {
            self.condition(id, condition, &|_| true);
        }
    }

    fn condition(&mut self, select: SelectId, condition: &Condition, counts: &dyn Fn(SourceId) -> bool) {
        let mut effects = Vec::new();
        self.effects(select, condition, counts, &mut effects);
        for effect in effects {
            match effect {
                Effect::Bounds(source) => self.bounded.push(source),
                Effect::Follows(source, by) => self.by.entry(by).or_default().push(source),
            }
        }
    }

    /// What a condition does for the sources of a SELECT; `counts` says for which of them it holds.
    fn effects(
        &self,
        select: SelectId,
        condition: &Condition,
        counts: &dyn Fn(SourceId) -> bool,
        found: &mut Vec<Effect>,
    ) {
        let mut own = |operand: &Operand, kind: Reach<'_>| {
            for column in &operand.columns {
                let is_own = self.meaning.source(column.source).is_some_and(|source| source.select == select);
                if is_own && counts(column.source) {
                    self.column(*column, &kind, found);
                }
            }
        };
        match &condition.kind {
            ConditionKind::Compare { op, left, right } => {
                let (to_left, to_right) = match op {
                    CompareOp::Equal => (Reach::Equal(right), Reach::Equal(left)),
                    CompareOp::Greater | CompareOp::GreaterOrEqual => (Reach::From(right), Reach::To(left)),
                    CompareOp::Less | CompareOp::LessOrEqual => (Reach::To(right), Reach::From(left)),
                    CompareOp::NotEqual => return,
                };
                own(left, to_left);
                own(right, to_right);
            }
            ConditionKind::Between { negated: false, operand, low, high } => {
                own(operand, Reach::From(low));
                own(low, Reach::To(operand));
                own(high, Reach::From(operand));
            }
            ConditionKind::In { negated: false, operand, .. } => own(operand, Reach::Given),
            ConditionKind::Like { negated: false, operand, .. } => own(operand, Reach::Some),
            ConditionKind::InQuery { negated: false, operand, query } => own(operand, Reach::Query(*query)),
            ConditionKind::Exists { negated: false, query } => {
                let selects = query.and_then(|query| self.meaning.query(query)).map(|query| query.selects.as_slice());
                for inner in selects.unwrap_or_default().iter().filter_map(|inner| self.meaning.select(*inner)) {
                    for condition in &inner.filter {
                        if matches!(condition.kind, ConditionKind::Compare { .. } | ConditionKind::Between { .. }) {
                            self.effects(select, condition, counts, found);
                        }
                    }
                }
            }
            ConditionKind::Any(parts) => {
                let mut common: Option<FxHashSet<SourceId>> = None;
                for part in parts {
                    let mut effects = Vec::new();
                    for condition in part {
                        self.effects(select, condition, counts, &mut effects);
                    }
                    // What hangs on another source counts as bounded here.
                    let sources = effects.into_iter().map(|effect| match effect {
                        Effect::Bounds(source) | Effect::Follows(source, _) => source,
                    });
                    let sources: FxHashSet<SourceId> = sources.collect();
                    match &mut common {
                        None => common = Some(sources),
                        Some(common) => common.retain(|source| sources.contains(source)),
                    }
                }
                found.extend(common.into_iter().flatten().map(Effect::Bounds));
            }
            // Something that nobody looks into: whatever it says of a date or a job counts.
            ConditionKind::Other => {
                for reference in self.meaning.references_in(condition.range) {
                    if let sfmc_semantic::sql::Target::Column(column) = reference.target
                        && counts(column.source)
                    {
                        self.column(column, &Reach::Given, found);
                    }
                }
            }
            _ => {}
        }
    }

    /// What a condition on a column does for the views behind it.
    fn column(&self, column: ColumnId, reach: &Reach<'_>, found: &mut Vec<Effect>) {
        let Some(bases) = bases(self.meaning, column) else { return };
        for base in bases {
            let Some(view) = self.views.get(&base.source) else { continue };
            let Some(name) = self.meaning.column(base).map(|column| &*column.key) else { continue };
            let source = base.source;
            let bounds = match role(view, name) {
                Role::None => false,
                // One subscriber's rows are few.
                Role::Subscriber => matches!(reach, Reach::Equal(other) if other.columns.is_empty() && !other.varies),
                Role::Bound | Role::Job => match reach {
                    Reach::Given => true,
                    Reach::Some => role(view, name) == Role::Job,
                    Reach::To(other) => other.columns.is_empty(),
                    Reach::Equal(other) | Reach::From(other) => match self.follows(source, &other.columns, found) {
                        Some(bounds) => bounds,
                        None => continue,
                    },
                    Reach::Query(query) => {
                        let columns = query
                            .and_then(|query| self.meaning.query(query))
                            .and_then(|query| outputs(self.meaning, query, 0));
                        match columns {
                            Some(columns) => self.follows(source, &columns, found) == Some(true),
                            None => true,
                        }
                    }
                },
            };
            if bounds {
                found.push(Effect::Bounds(source));
            }
        }
    }

    /// Whether what is compared with these columns is bounded; none where that hangs on their sources.
    fn follows(&self, source: SourceId, columns: &[ColumnId], found: &mut Vec<Effect>) -> Option<bool> {
        let mut depends = false;
        for column in columns {
            for base in bases(self.meaning, *column).into_iter().flatten().filter(|base| base.source != source) {
                let is_large = self.views.get(&base.source).is_some_and(|view| view.high_volume || is_job(view));
                let select = self.meaning.source(base.source).and_then(|source| self.meaning.select(source.select));
                // TOP leaves few of them.
                if is_large && !select.is_some_and(|select| select.top) {
                    depends = true;
                    found.push(Effect::Follows(source, base.source));
                }
            }
        }
        (!depends).then_some(true)
    }

    fn reached(&self) -> FxHashSet<SourceId> {
        let mut open = self.bounded.clone();
        let mut reached = FxHashSet::default();
        while let Some(source) = open.pop() {
            if reached.insert(source) {
                open.extend(self.by.get(&source).into_iter().flatten());
            }
        }
        reached
    }
}

/// What a condition says of a column.
enum Reach<'c> {
    /// It is equal to this.
    Equal(&'c Operand),
    /// It is no less than this.
    From(&'c Operand),
    /// It is no greater than this.
    To(&'c Operand),
    /// It is one of what is written down.
    Given,
    /// It looks like something.
    Some,
    /// A query returns it.
    Query(Option<QueryId>),
}

/// What a column of a view is good for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Role {
    /// A bound of it bounds the view.
    Bound,
    /// Anything that is said of a job says which jobs.
    Job,
    Subscriber,
    None,
}

fn role(view: &DataView, column: &str) -> Role {
    if is_job(view) {
        return Role::Job;
    }
    let is_date = |found: &&sfmc_catalog::sql::ViewColumn| found.ty == ColumnType::DateTime;
    match column {
        "jobid" => Role::Bound,
        "subscriberkey" | "subscriberid" => Role::Subscriber,
        _ if view.columns.iter().filter(is_date).any(|found| found.name.eq_ignore_ascii_case(column)) => Role::Bound,
        _ => Role::None,
    }
}

fn is_job(view: &DataView) -> bool {
    view.name.eq_ignore_ascii_case("_Job")
}

/// The columns of tables that a column is, through queries and the operands of UNION; none where it is something else as well.
fn bases(meaning: &SqlMeaning, column: ColumnId) -> Option<Vec<ColumnId>> {
    let mut found = Vec::new();
    let mut open = vec![column];
    let mut followed = 0;
    while let Some(column) = open.pop() {
        followed += 1;
        if followed > MAX_FOLLOWED {
            return None;
        }
        match meaning.column(column)?.origin {
            ColumnOrigin::Table(_) => found.push(column),
            ColumnOrigin::Output(query, place) => open.extend(outputs(meaning, meaning.query(query)?, place)?),
            ColumnOrigin::Passed(inner) => open.push(inner),
            // A list behind the alias of a query names it: that is not followed.
            ColumnOrigin::Named(_) => return None,
        }
    }
    Some(found)
}

/// The columns that the operands of a query return at a place; none where one of them is no column.
fn outputs(meaning: &SqlMeaning, query: &Query, place: u32) -> Option<Vec<ColumnId>> {
    let outputs = query.selects.iter().map(|select| meaning.select(*select)?.columns.get(place as usize)?.origin);
    outputs.collect()
}
