//! Conditions of WHERE, ON and HAVING, taken apart: what must hold for every row, and what that says of each column.

mod bounds;
mod moment;
mod operand;

use std::hash::Hash;

use rustc_hash::FxHashSet;
use sfmc_syntax::{
    TextRange,
    ast::{
        AstNode,
        sql::{self, CompareOp, Expr, LogicalOp},
    },
};

use super::{
    constants::Constant,
    model::{ColumnId, QueryId, SourceId, SqlMeaning},
};

pub use bounds::{Bound, BoundKind, bounds, is_bounded};
pub use moment::Moment;
pub use operand::Operand;

use operand::operand;

/// A part of a condition.
#[derive(Clone, Debug, PartialEq)]
pub struct Condition {
    /// Where it stands.
    pub range: TextRange,
    /// What it says.
    pub kind: ConditionKind,
}

/// What a condition says.
#[derive(Clone, Debug, PartialEq)]
pub enum ConditionKind {
    /// `a < b`
    Compare {
        /// The operator.
        op: CompareOp,
        /// What stands before it.
        left: Operand,
        /// What stands behind it.
        right: Operand,
    },
    /// `a BETWEEN b AND c`
    Between {
        /// NOT stands before it.
        negated: bool,
        /// What is looked at.
        operand: Operand,
        /// Where it begins.
        low: Operand,
        /// Where it ends.
        high: Operand,
    },
    /// `a IN (b, c)`
    In {
        /// NOT stands before it.
        negated: bool,
        /// What is looked for.
        operand: Operand,
        /// Where.
        values: Vec<Operand>,
    },
    /// `a IN (SELECT …)`
    InQuery {
        /// NOT stands before it.
        negated: bool,
        /// What is looked for.
        operand: Operand,
        /// Where; none where its text has no meaning.
        query: Option<QueryId>,
    },
    /// `a IS NULL`
    Null {
        /// NOT stands before NULL.
        negated: bool,
        /// What is looked at.
        operand: Operand,
    },
    /// `a LIKE b`
    Like {
        /// NOT stands before it.
        negated: bool,
        /// What is looked at.
        operand: Operand,
        /// The pattern.
        pattern: Operand,
    },
    /// `EXISTS (SELECT …)`
    Exists {
        /// NOT stands before it.
        negated: bool,
        /// The query.
        query: Option<QueryId>,
    },
    /// One of these holds, each of which is several that all hold: OR.
    Any(Vec<Vec<Condition>>),
    /// Something else.
    Other,
}

/// The conditions that all hold where `expr` does, or does not if it is `denied`. It has been walked.
pub(super) fn conditions(meaning: &SqlMeaning, expr: &Expr, denied: bool) -> Vec<Condition> {
    let mut found = Vec::new();
    collect(meaning, expr, denied, &mut found);
    found
}

fn collect(meaning: &SqlMeaning, expr: &Expr, negated: bool, found: &mut Vec<Condition>) {
    match expr {
        Expr::ParenExpr(parens) => {
            if let Some(inner) = parens.expr() {
                collect(meaning, &inner, negated, found);
            }
        }
        Expr::NotExpr(not) => {
            if let Some(inner) = not.expr() {
                collect(meaning, &inner, !negated, found);
            }
        }
        Expr::LogicalExpr(logical) => {
            // NOT (a OR b) is NOT a AND NOT b.
            if (logical.op() == LogicalOp::And) != negated {
                for operand in logical.operands() {
                    collect(meaning, &operand, negated, found);
                }
            } else {
                let parts = logical.operands().map(|operand| {
                    let mut part = Vec::new();
                    collect(meaning, &operand, negated, &mut part);
                    part
                });
                found.push(Condition { range: expr.range(), kind: ConditionKind::Any(parts.collect()) });
            }
        }
        _ => found.push(Condition { range: expr.range(), kind: simple(meaning, expr, negated) }),
    }
}

fn simple(meaning: &SqlMeaning, expr: &Expr, outer: bool) -> ConditionKind {
    let of = |expr: Option<Expr>| expr.map(|expr| operand(meaning, &expr));
    let query_at = |query: Option<sql::Query>| meaning.query_at(query?.range());
    let found = match expr {
        // `a > ALL (SELECT …)` holds where there are no rows, whatever `a` is.
        Expr::CompareExpr(compare) if compare.operands().any(|side| matches!(side, Expr::QuantifiedExpr(_))) => None,
        Expr::CompareExpr(compare) => compare.op().and_then(|op| {
            let op = if outer { opposite(op) } else { op };
            Some(ConditionKind::Compare { op, left: of(compare.lhs())?, right: of(compare.rhs())? })
        }),
        Expr::BetweenExpr(between) => of(between.operand()).and_then(|operand| {
            let negated = between.not_token().is_some() != outer;
            Some(ConditionKind::Between { negated, operand, low: of(between.low())?, high: of(between.high())? })
        }),
        Expr::InExpr(membership) => of(membership.expr()).and_then(|found| {
            let negated = membership.not_token().is_some() != outer;
            let list = membership.in_list()?;
            Some(match list.query() {
                Some(query) => ConditionKind::InQuery { negated, operand: found, query: query_at(Some(query)) },
                None => {
                    let values = list.items().map(|item| operand(meaning, &item)).collect();
                    ConditionKind::In { negated, operand: found, values }
                }
            })
        }),
        Expr::IsNullExpr(is_null) => of(is_null.expr())
            .map(|operand| ConditionKind::Null { negated: is_null.not_token().is_some() != outer, operand }),
        Expr::LikeExpr(like) if like.like_token().is_some() => of(like.operand()).and_then(|operand| {
            let negated = like.not_token().is_some() != outer;
            Some(ConditionKind::Like { negated, operand, pattern: of(like.pattern())? })
        }),
        Expr::ExistsExpr(exists) => Some(ConditionKind::Exists {
            negated: outer,
            query: query_at(exists.subquery().and_then(|subquery| subquery.query())),
        }),
        _ => None,
    };
    found.unwrap_or(ConditionKind::Other)
}

fn opposite(op: CompareOp) -> CompareOp {
    match op {
        CompareOp::Equal => CompareOp::NotEqual,
        CompareOp::NotEqual => CompareOp::Equal,
        CompareOp::Less => CompareOp::GreaterOrEqual,
        CompareOp::LessOrEqual => CompareOp::Greater,
        CompareOp::Greater => CompareOp::LessOrEqual,
        CompareOp::GreaterOrEqual => CompareOp::Less,
    }
}

/// Columns that are not NULL where all of the conditions hold.
pub(super) fn never_null(conditions: &[Condition]) -> Vec<ColumnId> {
    demanded(conditions, |operand| &operand.strict)
}

/// What must not be NULL where all of the conditions hold, of what NULL goes through in an operand.
fn demanded<T: Copy + Eq + Hash>(conditions: &[Condition], of: fn(&Operand) -> &[T]) -> Vec<T> {
    let mut found = Vec::new();
    for condition in conditions {
        condition.demanded(of, &mut found);
    }
    found
}

impl Condition {
    /// What stands on its sides, in order; of OR what stands in its parts.
    pub fn operands(&self) -> Vec<&Operand> {
        let mut found = Vec::new();
        self.add_operands(&mut found);
        found
    }

    /// What is compared with what: the sides of a comparison each way round, what is looked for with each bound and value.
    pub fn pairs(&self) -> Vec<(&Operand, &Operand)> {
        match &self.kind {
            ConditionKind::Compare { left, right, .. } => vec![(left, right), (right, left)],
            ConditionKind::Between { operand, low, high, .. } => vec![(operand, low), (operand, high)],
            ConditionKind::In { operand, values, .. } => values.iter().map(|value| (operand, value)).collect(),
            _ => Vec::new(),
        }
    }

    fn add_operands<'c>(&'c self, found: &mut Vec<&'c Operand>) {
        match &self.kind {
            ConditionKind::Compare { left, right, .. } => found.extend([left, right]),
            ConditionKind::Between { operand, low, high, .. } => found.extend([operand, low, high]),
            ConditionKind::In { operand, values, .. } => {
                found.push(operand);
                found.extend(values);
            }
            ConditionKind::Like { operand, pattern, .. } => found.extend([operand, pattern]),
            ConditionKind::InQuery { operand, .. } | ConditionKind::Null { operand, .. } => found.push(operand),
            ConditionKind::Any(parts) => parts.iter().flatten().for_each(|part| part.add_operands(found)),
            ConditionKind::Exists { .. } | ConditionKind::Other => {}
        }
    }

    /// The columns on its sides, each once.
    pub fn columns(&self) -> Vec<ColumnId> {
        let mut columns: Vec<ColumnId> =
            self.operands().iter().flat_map(|operand| operand.columns.iter().copied()).collect();
        columns.sort_unstable();
        columns.dedup();
        columns
    }

    /// The sources that have a row where it holds: of the rows that an outer join keeps without one it lets none through.
    pub fn matched(&self) -> Vec<SourceId> {
        demanded(std::slice::from_ref(self), |operand| &operand.rows)
    }

    /// Where what must not be NULL stands, as a whole, where it holds.
    pub fn filled(&self) -> Vec<TextRange> {
        demanded(std::slice::from_ref(self), |operand| std::slice::from_ref(&operand.range))
    }

    /// A comparison with NULL never holds, not even one that is denied.
    fn demanded<T: Copy + Eq + Hash>(&self, of: fn(&Operand) -> &[T], found: &mut Vec<T>) {
        match &self.kind {
            ConditionKind::Compare { left, right, .. } => {
                found.extend_from_slice(of(left));
                found.extend_from_slice(of(right));
            }
            ConditionKind::Between { negated, operand, low, high } => {
                found.extend_from_slice(of(operand));
                if !negated {
                    found.extend_from_slice(of(low));
                    found.extend_from_slice(of(high));
                }
            }
            ConditionKind::In { operand, values, negated } => {
                found.extend_from_slice(of(operand));
                if *negated {
                    found.extend(values.iter().flat_map(|value| of(value).iter().copied()));
                }
            }
            // Nothing is in a query without rows, and NOT IN holds then.
            ConditionKind::InQuery { operand, negated: false, .. } | ConditionKind::Null { negated: true, operand } => {
                found.extend_from_slice(of(operand));
            }
            ConditionKind::Like { operand, pattern, .. } => {
                found.extend_from_slice(of(operand));
                found.extend_from_slice(of(pattern));
            }
            ConditionKind::Any(parts) => {
                let mut parts = parts.iter().map(|part| demanded(part, of));
                let Some(mut all) = parts.next() else { return };
                for part in parts {
                    if all.is_empty() {
                        return;
                    }
                    let part: FxHashSet<T> = part.into_iter().collect();
                    all.retain(|item| part.contains(item));
                }
                found.append(&mut all);
            }
            ConditionKind::InQuery { .. }
            | ConditionKind::Null { .. }
            | ConditionKind::Exists { .. }
            | ConditionKind::Other => {}
        }
    }

    /// The columns that must be equal where it holds: `a.Id = b.Id`.
    pub fn equated(&self) -> Option<(ColumnId, ColumnId)> {
        match &self.kind {
            ConditionKind::Compare { op: CompareOp::Equal, left, right } => Some((left.column?, right.column?)),
            _ => None,
        }
    }

    /// The value that a column must have where it holds, and the column.
    pub fn fixed(&self) -> Option<(ColumnId, &Constant)> {
        match &self.kind {
            ConditionKind::Compare { op: CompareOp::Equal, left, right } => match (left.column, right.column) {
                (Some(column), None) => Some((column, right.constant.as_ref()?)),
                (None, Some(column)) => Some((column, left.constant.as_ref()?)),
                _ => None,
            },
            _ => None,
        }
    }
}
