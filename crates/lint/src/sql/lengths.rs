//! How long the texts are that a query returns, where its conditions and its functions say more than the types of its columns do.
//!
//! `CASE WHEN LEN(x) <= 20 THEN x ELSE LEFT(x, 20) END` has the type of `x`, and never more than 20 characters. LEN does not count blanks at
//! the end; nobody means these.

use rustc_hash::FxHashMap;
use sfmc_semantic::sql::{
    ColumnId, ColumnOrigin, Condition, ConditionKind, Constant, Length, Operand, Query, QueryId, SelectId, SqlMeaning,
    SqlType, date_part,
};
use sfmc_syntax::ast::sql::{ArithOp, CallExpr, CaseExpr, CompareOp, Expr, JoinKind};

use super::{SqlContext, expr_at, item_at, likeness};

/// So many expressions are looked at for one column of a query; of what is behind more of them nothing is known.
const MAX_STEPS: usize = 256;

/// So many queries are looked at one in another.
const MAX_DEPTH: usize = 32;

/// An expression, by what it looks like, and how many characters it has at most where conditions hold.
type Limit = (u64, u64);

/// What holds where an expression stands: of its SELECT, and of the WHENs around it.
struct Limits {
    select: SelectId,
    more: Vec<Limit>,
}

/// How long texts are; what conditions say is asked once.
pub(crate) struct Lengths<'c, 'a> {
    ctx: &'c SqlContext<'a>,
    meaning: &'c SqlMeaning,
    steps: usize,
    depth: usize,
    /// What queries in FROM return at a place. Many columns can be made of one of them.
    outputs: FxHashMap<(QueryId, u32), Length>,
    /// What WHERE and ON say, of SELECTs that were asked before.
    known: FxHashMap<SelectId, FxHashMap<u64, u64>>,
}

impl<'c, 'a> Lengths<'c, 'a> {
    pub(crate) fn of(ctx: &'c SqlContext<'a>) -> Lengths<'c, 'a> {
        Lengths {
            ctx,
            meaning: ctx.meaning(),
            steps: MAX_STEPS,
            depth: 0,
            outputs: FxHashMap::default(),
            known: FxHashMap::default(),
        }
    }

    /// The longest text that a query returns at a place.
    pub(crate) fn longest(&mut self, query: &Query, place: u32) -> Length {
        self.steps = MAX_STEPS;
        self.output(query, place)
    }

    /// The longest text that a query in FROM returns at a place: it is asked once, and has steps of its own.
    fn inner(&mut self, id: QueryId, place: u32) -> Length {
        if let Some(known) = self.outputs.get(&(id, place)) {
            return *known;
        }
        let Some(query) = self.meaning.query(id).filter(|_| self.depth < MAX_DEPTH) else { return Length::Max };
        // A query that reads itself knows of itself no more than its type says.
        self.outputs.insert((id, place), Length::Max);
        let steps = std::mem::replace(&mut self.steps, MAX_STEPS);
        self.depth += 1;
        let length = self.output(query, place);
        self.depth -= 1;
        self.steps = steps;
        self.outputs.insert((id, place), length);
        length
    }

    fn output(&mut self, query: &Query, place: u32) -> Length {
        let mut all = Length::Known(0);
        for id in &query.selects {
            let column = self.meaning.select(*id).and_then(|select| select.columns.get(place as usize));
            let Some(column) = column else { return Length::Unknown };
            let length = match (item_at(self.ctx, column.range), column.origin) {
                (Some(expr), _) => self.expr(&expr, &mut Limits { select: *id, more: Vec::new() }),
                (None, Some(origin)) => shorter(column.ty.as_text_length(), self.column(origin)),
                (None, None) => column.ty.as_text_length(),
            };
            all = all.max(length);
        }
        all
    }

    /// How long what looks like this is at most in all rows of a SELECT.
    fn limit_of(&mut self, id: SelectId, key: u64) -> Option<u64> {
        if let Some(known) = self.known.get(&id) {
            return known.get(&key).copied();
        }
        let select = self.meaning.select(id)?;
        let inner = select.joins.iter().filter(|join| join.kind == JoinKind::Inner);
        let mut known = FxHashMap::default();
        for condition in inner.flat_map(|join| &join.on).chain(&select.filter) {
            for (of, most) in limits(self.ctx, condition) {
                known.entry(of).and_modify(|least: &mut u64| *least = most.min(*least)).or_insert(most);
            }
        }
        let found = known.get(&key).copied();
        self.known.insert(id, known);
        found
    }

    fn column(&mut self, column: ColumnId) -> Length {
        let Some(known) = self.meaning.column(column) else { return Length::Unknown };
        let own = known.ty.as_text_length();
        match known.origin {
            ColumnOrigin::Output(query, place) => shorter(own, self.inner(query, place)),
            ColumnOrigin::Passed(inner) => shorter(own, self.column(inner)),
            ColumnOrigin::Table(_) | ColumnOrigin::Named(_) => own,
        }
    }

    /// How long an expression is where `limits` hold.
    fn expr(&mut self, expr: &Expr, limits: &mut Limits) -> Length {
        let expr = expr.clone().without_parens();
        let Some(info) = self.meaning.expr(&expr) else { return Length::Unknown };
        let mut own = info.ty.as_text_length();
        if info.constant == Some(Constant::Null) {
            return Length::Known(0);
        }
        let Some(steps) = self.steps.checked_sub(1) else { return own };
        self.steps = steps;
        let key = likeness(self.ctx, &expr);
        let known = limits.more.iter().filter(|(of, _)| *of == key).map(|(_, most)| *most);
        if let Some(most) = known.chain(self.limit_of(limits.select, key)).min() {
            own = own.at_most(most);
        }
        let inner = match &expr {
            Expr::NameExpr(_) => info.column.map_or(own, |column| self.column(column)),
            Expr::CaseExpr(case) => self.case(case, limits),
            Expr::CallExpr(call) => self.call(call, limits),
            Expr::ArithExpr(chain) if chain.ops().all(|(_, op)| op == Some(ArithOp::Add)) && info.ty.is_text() => {
                self.sum(chain.operands(), limits)
            }
            _ => own,
        };
        shorter(own, inner)
    }

    fn sum(&mut self, parts: impl Iterator<Item = Expr>, limits: &mut Limits) -> Length {
        parts.fold(Length::Known(0), |all, part| {
            match self.meaning.expr(&part).and_then(|info| info.constant.as_ref()) {
                Some(Constant::Text(text)) if text.is_empty() => all,
                _ => all.plus(self.expr(&part, limits), u16::MAX),
            }
        })
    }

    fn case(&mut self, case: &CaseExpr, limits: &mut Limits) -> Length {
        let before = limits.more.len();
        let asks = case.operand().is_none();
        let mut all = Length::Known(0);
        for arm in case.arms() {
            if self.steps == 0 {
                return Length::Max;
            }
            let condition = arm.condition().filter(|_| asks);
            let Some(result) = arm.result() else { return Length::Unknown };
            let length = self.result(&result, condition.as_ref(), false, limits);
            all = all.max(length);
            // Where one comes to the next, none before it did hold.
            limits.more.extend(condition.iter().flat_map(|condition| self.limits_by(condition, true)));
        }
        if let Some(result) = case.else_arm().and_then(|arm| arm.expr()) {
            all = all.max(self.expr(&result, limits));
        }
        limits.more.truncate(before);
        all
    }

    fn call(&mut self, call: &CallExpr, limits: &mut Limits) -> Length {
        let is = |names: &[&str]| names.iter().any(|name| call.is_call_of(name));
        let args: Vec<Expr> = call.args().collect();
        match args.as_slice() {
            [condition, one, other] if is(&["IIF"]) => {
                let one = self.result(one, Some(condition), false, limits);
                one.max(self.result(other, Some(condition), true, limits))
            }
            [first] if is(&["UPPER", "LOWER", "LTRIM", "RTRIM", "TRIM", "MAX", "MIN"]) => self.expr(first, limits),
            [first, _, ..] if is(&["LEFT", "RIGHT", "SUBSTRING", "NULLIF"]) => self.expr(first, limits),
            [_, _, ..] if is(&["COALESCE", "ISNULL"]) => {
                args.iter().fold(Length::Known(0), |all, arg| all.max(self.expr(arg, limits)))
            }
            [_, ..] if is(&["CONCAT"]) => self.sum(args.into_iter(), limits),
            [part, _] if is(&["DATENAME"]) => name_length(part).map_or(Length::Unknown, Length::Known),
            // Of what no rule is written here the type says all that is known.
            _ => Length::Max,
        }
    }

    fn result(&mut self, result: &Expr, condition: Option<&Expr>, denied: bool, limits: &mut Limits) -> Length {
        let before = limits.more.len();
        limits.more.extend(condition.iter().flat_map(|condition| self.limits_by(condition, denied)));
        let length = self.expr(result, limits);
        limits.more.truncate(before);
        length
    }

    fn limits_by(&self, condition: &Expr, denied: bool) -> Vec<Limit> {
        let conditions = self.meaning.conditions(condition, denied);
        conditions.iter().flat_map(|condition| limits(self.ctx, condition)).collect()
    }
}

/// The longest word that DATENAME makes of a part of a date: `September`, `Wednesday`, and numbers.
fn name_length(part: &Expr) -> Option<u16> {
    let Expr::NameExpr(word) = part else { return None };
    Some(match date_part(&word.name()?.last()?.value())? {
        "month" | "weekday" | "nanosecond" => 9,
        "tzoffset" | "microsecond" => 6,
        "year" => 4,
        "dayofyear" | "millisecond" => 3,
        _ => 2,
    })
}

/// What holds of both.
fn shorter(a: Length, b: Length) -> Length {
    match (a, b) {
        (Length::Known(a), Length::Known(b)) => Length::Known(a.min(b)),
        (Length::Known(length), _) | (_, Length::Known(length)) => Length::Known(length),
        (Length::Unknown, _) | (_, Length::Unknown) => Length::Unknown,
        _ => Length::Max,
    }
}

/// Which expressions are how long at most where a condition holds.
fn limits(ctx: &SqlContext<'_>, condition: &Condition) -> Vec<Limit> {
    match &condition.kind {
        ConditionKind::Compare { op, left, right } => {
            let sides = [(left, *op, right), (right, op.turned(), left)];
            sides.into_iter().filter_map(|(side, op, other)| compared(ctx, side, op, other)).collect()
        }
        ConditionKind::Between { negated: false, operand, high, .. } => {
            compared(ctx, operand, CompareOp::LessOrEqual, high).into_iter().collect()
        }
        ConditionKind::In { negated: false, operand, values } => {
            let found: Option<Vec<Limit>> =
                values.iter().map(|value| compared(ctx, operand, CompareOp::Equal, value)).collect();
            found.unwrap_or_default().into_iter().reduce(|(key, a), (_, b)| (key, a.max(b))).into_iter().collect()
        }
        // What holds in each of its parts.
        ConditionKind::Any(parts) => {
            let mut parts = parts.iter().map(|part| part.iter().flat_map(|part| limits(ctx, part)).collect::<Vec<_>>());
            let Some(mut all) = parts.next() else { return Vec::new() };
            for part in parts {
                all.retain_mut(|(key, most)| {
                    let other = part.iter().filter(|(of, _)| of == key).map(|(_, most)| *most).min();
                    *most = other.map_or(*most, |other| other.max(*most));
                    other.is_some()
                });
            }
            all
        }
        _ => Vec::new(),
    }
}

/// How long what stands on one side is at most: `LEN(x) < 21`, `x = 'Gold'`.
fn compared(ctx: &SqlContext<'_>, side: &Operand, op: CompareOp, other: &Operand) -> Option<Limit> {
    match other.constant.as_ref()? {
        Constant::Text(text) if op == CompareOp::Equal => {
            let expr = expr_at(ctx, side.range)?;
            Some((likeness(ctx, &expr), text.encode_utf16().count() as u64))
        }
        Constant::Integer(number) => {
            let Expr::CallExpr(call) = expr_at(ctx, side.range)? else { return None };
            let bytes = call.is_call_of("DATALENGTH");
            let arg = call.args().next().filter(|_| bytes || call.is_call_of("LEN"))?;
            let most = match op {
                CompareOp::Equal | CompareOp::LessOrEqual => *number,
                CompareOp::Less => number.checked_sub(1)?,
                _ => return None,
            };
            let most = u64::try_from(most).ok()?;
            let wide = matches!(ctx.meaning().expr(&arg)?.ty, SqlType::Text { national: true, .. });
            Some((likeness(ctx, &measured(arg)), if bytes && wide { most / 2 } else { most }))
        }
        _ => None,
    }
}

/// What is no longer than what LEN was given: `LEN(ISNULL(x, ''))` says as much of `x`.
fn measured(arg: Expr) -> Expr {
    let Expr::CallExpr(call) = arg.clone().without_parens() else { return arg };
    let same = ["ISNULL", "COALESCE", "RTRIM", "UPPER", "LOWER"].iter().any(|name| call.is_call_of(name));
    call.args().next().filter(|_| same).unwrap_or(arg)
}
