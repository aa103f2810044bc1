//! Expressions: their types, whether they can be NULL, and the columns in them.

use rustc_hash::FxHashSet;
use sfmc_syntax::ast::{
    AstChildren, AstNode,
    sql::{self, Expr, QueryBody},
};

use super::{
    constants::{Constant, literal},
    model::{ColumnId, ExprInfo, QueryId, QueryRole, Target},
    types::{Length, Nullability, Size, SqlType, arithmetic, named_type, negated},
    walk::{Walk, key},
};

impl Walk<'_> {
    /// Walks an expression, and remembers what is known of it.
    pub(super) fn expr(&mut self, expr: &Expr) -> ExprInfo {
        let info = match expr {
            Expr::Literal(value) => literal(value),
            Expr::NameExpr(name) => match name.name().and_then(|name| self.column(&name)) {
                Some(target) => self.target_info(&target),
                None => ExprInfo::UNKNOWN,
            },
            Expr::CallExpr(call) => self.call(call),
            Expr::ParenExpr(parens) => match parens.expr() {
                Some(inner) => return self.expr(&inner),
                None => ExprInfo::UNKNOWN,
            },
            Expr::CaseExpr(case) => self.case(case),
            Expr::CastExpr(cast) => self.cast(cast),
            Expr::ConvertExpr(convert) => self.convert(convert),
            Expr::Subquery(subquery) => self.scalar(subquery),
            Expr::UnaryExpr(unary) => self.unary(unary),
            Expr::ArithExpr(arith) => self.arith(arith),
            Expr::CollateExpr(collate) => match collate.expr() {
                Some(inner) => ExprInfo { column: None, ..self.expr(&inner) },
                None => ExprInfo::UNKNOWN,
            },
            Expr::TimeZoneExpr(zone) => {
                let mut infos = zone.exprs().map(|inner| self.expr(&inner)).collect::<Vec<_>>().into_iter();
                let value = infos.next().map_or(Nullability::Unknown, |info| info.nullability);
                ExprInfo::new(SqlType::DateTimeOffset, value)
            }
            Expr::ExistsExpr(exists) => {
                if let Some(query) = exists.subquery().and_then(|subquery| subquery.query()) {
                    self.inner_query(&query, QueryRole::Exists);
                }
                ExprInfo::new(SqlType::Condition, Nullability::Never)
            }
            Expr::QuantifiedExpr(quantified) => {
                let query = quantified.subquery().and_then(|subquery| subquery.query());
                match query.map(|query| self.inner_query(&query, QueryRole::List)) {
                    Some(query) => self.first_column(query),
                    None => ExprInfo::UNKNOWN,
                }
            }
            Expr::InExpr(membership) => {
                if let Some(operand) = membership.expr() {
                    self.expr(&operand);
                }
                if let Some(list) = membership.in_list() {
                    for item in list.items() {
                        self.expr(&item);
                    }
                    if let Some(query) = list.query() {
                        self.inner_query(&query, QueryRole::List);
                    }
                }
                ExprInfo::new(SqlType::Condition, Nullability::Unknown)
            }
            Expr::LikeExpr(like) => {
                let escape = like.escape_clause().and_then(|escape| escape.expr());
                for inner in like.operand().into_iter().chain(like.pattern()).chain(escape) {
                    self.expr(&inner);
                }
                ExprInfo::new(SqlType::Condition, Nullability::Unknown)
            }
            Expr::CompareExpr(_)
            | Expr::LogicalExpr(_)
            | Expr::NotExpr(_)
            | Expr::BetweenExpr(_)
            | Expr::IsNullExpr(_)
            | Expr::IsDistinctExpr(_) => {
                for inner in AstChildren::<Expr>::of(expr.syntax()) {
                    self.expr(&inner);
                }
                ExprInfo::new(SqlType::Condition, Nullability::Unknown)
            }
            Expr::KeyValueExpr(pair) => {
                // In PREDICT a name stands before `=`, in JSON_OBJECT a value before `:`.
                let named =
                    pair.syntax().children_with_tokens().any(|child| child.kind() == sfmc_syntax::SyntaxKind::EQ);
                for inner in pair.key().filter(|_| !named).into_iter().chain(pair.value()) {
                    self.expr(&inner);
                }
                ExprInfo::UNKNOWN
            }
            Expr::MemberExpr(member) => {
                // `Column.nodes('/a').value('.')`: the first is a value, the others are methods.
                let mut links = member.links();
                if let Some(first) = links.next().filter(|first| !matches!(first, Expr::CallExpr(_))) {
                    self.expr(&first);
                }
                for link in links {
                    if let Expr::CallExpr(call) = link {
                        for arg in call.args() {
                            self.expr(&arg);
                        }
                    }
                }
                ExprInfo::UNKNOWN
            }
            Expr::ForeignCast(cast) => {
                if let Some(inner) = cast.expr() {
                    self.expr(&inner);
                }
                ExprInfo::UNKNOWN
            }
            Expr::TupleExpr(tuple) => {
                for inner in tuple.items() {
                    self.expr(&inner);
                }
                ExprInfo::UNKNOWN
            }
            Expr::GroupingExpr(grouping) => {
                for inner in grouping.items() {
                    self.expr(&inner);
                }
                ExprInfo::UNKNOWN
            }
            Expr::StarExpr(star) => {
                if let Some(qualifier) = star.qualifier() {
                    self.star_source(&qualifier);
                }
                ExprInfo::UNKNOWN
            }
            Expr::NextValueExpr(_) | Expr::IntervalExpr(_) | Expr::VariableExpr(_) | Expr::MissingExpr(_) => {
                ExprInfo::UNKNOWN
            }
        };
        self.meaning.exprs.insert(key(expr), info.clone());
        info
    }

    /// A query that stands as a value: its aggregates are its own.
    fn inner_query(&mut self, query: &sql::Query, role: QueryRole) -> QueryId {
        let folding = std::mem::take(&mut self.folding);
        let id = self.query(query, role);
        self.folding = folding;
        id
    }

    /// What is known of a column, where it is used.
    pub(super) fn target_info(&self, target: &Target) -> ExprInfo {
        match target {
            Target::Column(id) => {
                let Some(source) = self.meaning.sources.get(id.source.index()) else { return ExprInfo::UNKNOWN };
                let Some(column) = source.columns.get(id.column) else { return ExprInfo::UNKNOWN };
                let nullability = if source.proven.contains(&id.column) {
                    Nullability::Never
                } else if source.outer && !source.matched {
                    Nullability::Maybe
                } else {
                    column.nullability
                };
                ExprInfo { column: Some(*id), source: Some(id.source), ..ExprInfo::new(column.ty, nullability) }
            }
            Target::Output(query, place) => {
                let column =
                    self.meaning.queries.get(query.index()).and_then(|query| query.columns.get(*place as usize));
                column.map_or(ExprInfo::UNKNOWN, |column| ExprInfo::new(column.ty, column.nullability))
            }
            Target::Open(source) | Target::Hidden(source) => ExprInfo { source: Some(*source), ..ExprInfo::UNKNOWN },
            _ => ExprInfo::UNKNOWN,
        }
    }

    fn first_column(&self, query: QueryId) -> ExprInfo {
        let Some(query) = self.meaning.queries.get(query.index()) else { return ExprInfo::UNKNOWN };
        match query.columns.first() {
            Some(column) if !query.open => ExprInfo::new(column.ty, column.nullability),
            _ => ExprInfo::UNKNOWN,
        }
    }

    fn scalar(&mut self, subquery: &sql::Subquery) -> ExprInfo {
        let Some(query) = subquery.query() else { return ExprInfo::UNKNOWN };
        let id = self.inner_query(&query, QueryRole::Scalar);
        if query.for_clause().is_some() {
            return ExprInfo::new(SqlType::nvarchar(Length::Max), Nullability::Maybe);
        }
        let info = self.first_column(id);
        // Without rows it is NULL; an aggregate of everything always has one.
        let one = match query.query_body() {
            Some(QueryBody::Select(select)) => {
                let whole = select.group_by_clause().is_none() && select.having_clause().is_none();
                whole && query.order_by_clause().is_none() && {
                    let items: Vec<_> = select.items().collect();
                    let single = items.first().filter(|_| items.len() == 1).and_then(|item| item.expr());
                    matches!(single.map(Expr::without_parens), Some(Expr::CallExpr(call))
                        if call.over_clause().is_none() && (call.is_call_of("COUNT") || call.is_call_of("COUNT_BIG")))
                }
            }
            _ => false,
        };
        ExprInfo::new(info.ty, if one { Nullability::Never } else { Nullability::Maybe })
    }

    fn unary(&mut self, unary: &sql::UnaryExpr) -> ExprInfo {
        let Some(inner) = unary.expr() else { return ExprInfo::UNKNOWN };
        let info = self.expr(&inner);
        let minus = unary.minus_token().is_some();
        let constant = match info.constant {
            Some(constant) if minus => constant.negated(),
            Some(constant @ (Constant::Integer(_) | Constant::Number(_))) if unary.plus_token().is_some() => {
                Some(constant)
            }
            _ => None,
        };
        let ty = if minus { negated(info.ty) } else { info.ty };
        ExprInfo { constant, ..ExprInfo::new(ty, info.nullability) }
    }

    fn arith(&mut self, arith: &sql::ArithExpr) -> ExprInfo {
        let mut operands = arith.operands();
        let mut ops = arith.ops();
        let Some(first) = operands.next() else { return ExprInfo::UNKNOWN };
        let mut all = self.expr(&first);
        for operand in operands {
            let next = self.expr(&operand);
            let op = ops.next().and_then(|(_, op)| op);
            let ty = op.map_or(SqlType::Unknown, |op| {
                let (a, b) = (beside(&all, next.ty), beside(&next, all.ty));
                arithmetic(op, a, b)
            });
            all = ExprInfo::new(ty, all.nullability.either(next.nullability));
        }
        all
    }

    fn case(&mut self, case: &sql::CaseExpr) -> ExprInfo {
        let start = self.meaning.references.len();
        if let Some(operand) = case.operand() {
            self.expr(&operand);
        }
        let mut asked = self.columns_from(start);
        let mut all: Option<ExprInfo> = None;
        for arm in case.arms() {
            let start = self.meaning.references.len();
            if let Some(condition) = arm.condition() {
                self.expr(&condition);
            }
            asked.extend(self.columns_from(start));
            let result = arm.result().map_or(ExprInfo::UNKNOWN, |result| self.result(&result, &asked));
            all = Some(joined(all, &result));
        }
        let otherwise =
            case.else_arm().map(|arm| arm.expr().map_or(ExprInfo::UNKNOWN, |result| self.result(&result, &asked)));
        match otherwise {
            Some(otherwise) => joined(all, &otherwise),
            None => {
                let ty = all.map_or(SqlType::Unknown, |all| all.ty);
                ExprInfo::new(ty, Nullability::Maybe)
            }
        }
    }

    fn result(&mut self, result: &Expr, asked: &FxHashSet<ColumnId>) -> ExprInfo {
        let start = self.meaning.references.len();
        let info = self.expr(result);
        self.asked_before(info, start, asked)
    }

    /// A result where conditions have asked about its columns, those from `start` on: whether these let NULL through, nobody follows here.
    pub(super) fn asked_before(&self, info: ExprInfo, start: usize, asked: &FxHashSet<ColumnId>) -> ExprInfo {
        let maybe = info.nullability == Nullability::Maybe && info.constant.is_none();
        if maybe && !asked.is_empty() && self.columns_from(start).iter().any(|column| asked.contains(column)) {
            return ExprInfo { nullability: Nullability::Unknown, ..info };
        }
        info
    }

    /// The columns that are used in what was walked since there were `start` references.
    pub(super) fn columns_from(&self, start: usize) -> FxHashSet<ColumnId> {
        let columns = self.meaning.references.iter().skip(start).filter_map(|reference| match reference.target {
            Target::Column(column) => Some(column),
            _ => None,
        });
        columns.collect()
    }

    fn cast(&mut self, cast: &sql::CastExpr) -> ExprInfo {
        let value = cast.expr().map(|value| self.expr(&value));
        if let Some(culture) = cast.culture_clause().and_then(|clause| clause.expr()) {
            self.expr(&culture);
        }
        let tried = cast.try_cast_token().is_some() || cast.try_parse_token().is_some();
        converted(cast.data_type().as_ref(), value.as_ref(), tried)
    }

    fn convert(&mut self, convert: &sql::ConvertExpr) -> ExprInfo {
        let infos: Vec<ExprInfo> = convert.args().map(|arg| self.expr(&arg)).collect();
        converted(convert.data_type().as_ref(), infos.first(), convert.try_convert_token().is_some())
    }
}

/// What has one value or another.
pub(super) fn joined(all: Option<ExprInfo>, next: &ExprInfo) -> ExprInfo {
    match all {
        None => ExprInfo::new(next.ty, next.nullability),
        Some(all) => ExprInfo::new(all.ty.join(next.ty), all.nullability.either(next.nullability)),
    }
}

/// A whole number as it is written has as many digits as it needs beside a decimal.
fn beside(info: &ExprInfo, other: SqlType) -> SqlType {
    match (&info.constant, other) {
        (Some(Constant::Integer(number)), SqlType::Decimal(_)) if info.ty == SqlType::Int => {
            SqlType::digits(number.unsigned_abs().to_string().len())
        }
        _ => info.ty,
    }
}

/// What CAST and CONVERT make of a value.
fn converted(ty: Option<&sql::DataType>, value: Option<&ExprInfo>, tried: bool) -> ExprInfo {
    let ty = ty.map_or(SqlType::Unknown, data_type);
    // What was shorter stays so.
    let ty = match (ty, value) {
        (SqlType::Text { national, fixed: false, length: length @ Length::Known(limit) }, Some(value)) => {
            let shorter = match value.ty.as_text_length() {
                Length::Known(was) if was < limit && (value.ty.is_text() || value.ty.is_integer()) => {
                    Length::Known(was.max(1))
                }
                _ => length,
            };
            SqlType::Text { national, fixed: false, length: shorter }
        }
        (ty, _) => ty,
    };
    let nullability = match value {
        _ if tried => Nullability::Maybe,
        Some(value) => value.nullability,
        None => Nullability::Unknown,
    };
    let constant = value.and_then(|value| value.constant.clone()).filter(|constant| *constant == Constant::Null);
    ExprInfo { constant, ..ExprInfo::new(ty, nullability) }
}

/// A type as it is written in CAST and CONVERT.
pub(super) fn data_type(ty: &sql::DataType) -> SqlType {
    let Some(name) = ty.name() else { return SqlType::Unknown };
    let [Some(name)] = name.parts().try_into().unwrap_or([None]) else { return SqlType::Unknown };
    let mut sizes = Vec::new();
    if let Some(size) = ty.type_size() {
        for arg in size.args() {
            let number = arg.as_integer().and_then(|number| u32::try_from(number).ok());
            sizes.push(number.map_or(Size::Other, Size::Number));
        }
        if let Some(word) = size.ident_token() {
            sizes.push(Size::parse(word.text()));
        }
    }
    named_type(&name.value(), &sizes, Length::Known(30))
}
