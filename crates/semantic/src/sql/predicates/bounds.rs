//! What conditions say of one column.

use sfmc_syntax::{TextRange, ast::sql::CompareOp};

use super::{Condition, ConditionKind, Operand};
use crate::sql::model::ColumnId;

/// Something that a condition says of a column.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bound<'c> {
    /// The condition.
    pub range: TextRange,
    /// What it says.
    pub kind: BoundKind<'c>,
    /// The column, with what stands around it.
    pub operand: &'c Operand,
}

impl Bound<'_> {
    /// Whether an index of the column can be used: nothing stands around it.
    pub fn is_sargable(&self) -> bool {
        self.operand.column.is_some()
    }
}

/// What a condition says of a column.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum BoundKind<'c> {
    /// It is equal to this.
    Equal(&'c Operand),
    /// It is not.
    NotEqual(&'c Operand),
    /// It is no less than this, or greater.
    Lower(&'c Operand),
    /// It is no greater than this, or less.
    Upper(&'c Operand),
    /// It is between these, both included.
    Between(&'c Operand, &'c Operand),
    /// It is one of these.
    In(&'c [Operand]),
    /// A query returns it.
    InQuery,
    /// It looks like this.
    Like(&'c Operand),
    /// It is not NULL.
    NotNull,
    /// It is NULL.
    Null,
    /// What it is not: NOT IN, NOT LIKE, NOT BETWEEN.
    Excluded,
}

/// What conditions that all hold say of a column; nothing of what only one of several parts of OR says.
pub fn bounds(conditions: &[Condition], column: ColumnId) -> Vec<Bound<'_>> {
    let mut found = Vec::new();
    for condition in conditions {
        condition.bounds(column, &mut found);
    }
    found
}

/// Whether something that `fits` bounds a column in every case: in every part of OR, too.
pub fn is_bounded(conditions: &[Condition], column: ColumnId, fits: &dyn Fn(&Bound<'_>) -> bool) -> bool {
    conditions.iter().any(|condition| {
        if let ConditionKind::Any(parts) = &condition.kind {
            return !parts.is_empty() && parts.iter().all(|part| is_bounded(part, column, fits));
        }
        let mut found = Vec::new();
        condition.bounds(column, &mut found);
        found.iter().any(fits)
    })
}

impl Condition {
    fn bounds<'c>(&'c self, column: ColumnId, found: &mut Vec<Bound<'c>>) {
        let reads = |operand: &Operand| operand.columns.contains(&column);
        let mut push = |operand: &'c Operand, kind: BoundKind<'c>| {
            if reads(operand) {
                found.push(Bound { range: self.range, kind, operand });
            }
        };
        match &self.kind {
            ConditionKind::Compare { op, left, right } => {
                let kind = |op: CompareOp, other: &'c Operand| match op {
                    CompareOp::Equal => BoundKind::Equal(other),
                    CompareOp::NotEqual => BoundKind::NotEqual(other),
                    CompareOp::Less | CompareOp::LessOrEqual => BoundKind::Upper(other),
                    CompareOp::Greater | CompareOp::GreaterOrEqual => BoundKind::Lower(other),
                };
                push(left, kind(*op, right));
                push(right, kind(op.turned(), left));
            }
            ConditionKind::Between { negated, operand, low, high } => {
                push(operand, if *negated { BoundKind::Excluded } else { BoundKind::Between(low, high) });
                if !negated {
                    // `GETDATE() BETWEEN Start AND End`
                    push(low, BoundKind::Upper(operand));
                    push(high, BoundKind::Lower(operand));
                }
            }
            ConditionKind::In { negated, operand, values } => {
                push(operand, if *negated { BoundKind::Excluded } else { BoundKind::In(values) });
            }
            ConditionKind::InQuery { negated, operand, .. } => {
                push(operand, if *negated { BoundKind::Excluded } else { BoundKind::InQuery });
            }
            ConditionKind::Null { negated, operand } => {
                push(operand, if *negated { BoundKind::NotNull } else { BoundKind::Null });
            }
            ConditionKind::Like { negated, operand, pattern } => {
                push(operand, if *negated { BoundKind::Excluded } else { BoundKind::Like(pattern) });
            }
            ConditionKind::Exists { .. } | ConditionKind::Any(_) | ConditionKind::Other => {}
        }
    }
}
