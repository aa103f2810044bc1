//! What must be equal in the rows of a SELECT.

use rustc_hash::FxHashMap;
use sfmc_semantic::sql::{ColumnId, Condition, Constant, Select};
use sfmc_syntax::ast::sql::JoinKind;

use super::reads::row_conditions;

/// Columns that are equal in every row, by what conditions demand.
#[derive(Default)]
pub(crate) struct Equal<'c> {
    parents: FxHashMap<ColumnId, ColumnId>,
    fixed: FxHashMap<ColumnId, &'c Constant>,
}

impl<'c> Equal<'c> {
    /// Those of a SELECT.
    pub(crate) fn of(select: &'c Select) -> Equal<'c> {
        Equal::by(row_conditions(select))
    }

    /// Those of a SELECT that no join can leave without a row: what an outer join demands is not equal in rows that meet none.
    pub(crate) fn in_all_rows(select: &'c Select) -> Equal<'c> {
        let joins = select.joins.iter().filter(|join| join.kind == JoinKind::Inner);
        Equal::by(joins.flat_map(|join| &join.on).chain(&select.filter))
    }

    fn by(conditions: impl Iterator<Item = &'c Condition>) -> Equal<'c> {
        let mut equal = Equal::default();
        for condition in conditions {
            if let Some((a, b)) = condition.equated() {
                let (a, b) = (equal.root(a), equal.root(b));
                if a != b {
                    equal.parents.insert(a, b);
                }
            } else if let Some((column, value)) = condition.fixed() {
                equal.fixed.insert(column, value);
            }
        }
        let fixed = std::mem::take(&mut equal.fixed);
        for (column, value) in fixed {
            let root = equal.root(column);
            equal.fixed.insert(root, value);
        }
        equal
    }

    fn root(&mut self, column: ColumnId) -> ColumnId {
        let mut root = column;
        while let Some(parent) = self.parents.get(&root) {
            root = *parent;
        }
        // What was passed on the way is found at once next time.
        let mut at = column;
        while let Some(parent) = self.parents.get(&at).copied().filter(|parent| *parent != root) {
            self.parents.insert(at, root);
            at = parent;
        }
        root
    }

    /// Whether two columns are.
    pub(crate) fn are_equal(&mut self, a: ColumnId, b: ColumnId) -> bool {
        let (a, b) = (self.root(a), self.root(b));
        a == b || self.fixed.get(&a).is_some_and(|value| self.fixed.get(&b) == Some(value))
    }
}
