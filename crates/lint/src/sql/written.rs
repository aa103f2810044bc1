//! Texts that a query writes itself, so that the server certainly reads them as the date or the number that they are:
//! `CONVERT(varchar(10), d, 120)`, `CAST(n AS varchar)`, `CASE … THEN '1' ELSE '0' END`.

use rustc_hash::FxHashMap;
use sfmc_semantic::sql::{ColumnOrigin, Constant, Length, Query, QueryId, SqlType};
use sfmc_syntax::ast::{
    AstNode,
    sql::{ArithOp, CallExpr, ConvertExpr, Expr},
};

use super::{SqlContext, composed::is_composed_date, item_at};
use crate::rules::sql::constant_conversion::never;

/// So many expressions are looked at for one column of a query.
const MAX_STEPS: usize = 256;

/// So many queries are looked at one in another.
const MAX_DEPTH: usize = 32;

/// What is certainly read as a value of a type; queries in FROM are asked once.
pub(crate) struct Written<'c, 'a> {
    ctx: &'c SqlContext<'a>,
    wanted: SqlType,
    steps: usize,
    depth: usize,
    /// Of queries in FROM, whether what they return at a place is read as a type. Many columns can be made of one of them.
    outputs: FxHashMap<(QueryId, u32, SqlType), bool>,
}

impl<'c, 'a> Written<'c, 'a> {
    pub(crate) fn of(ctx: &'c SqlContext<'a>) -> Written<'c, 'a> {
        Written { ctx, wanted: SqlType::Unknown, steps: MAX_STEPS, depth: 0, outputs: FxHashMap::default() }
    }

    /// Whether all that a query returns at a place is read as a value of a type.
    pub(crate) fn is_read_as(&mut self, query: &Query, place: u32, wanted: SqlType) -> bool {
        self.wanted = wanted;
        self.steps = MAX_STEPS;
        self.output(query, place)
    }

    /// What `output` says of a query in FROM, which has steps of its own.
    fn inner(&mut self, id: QueryId, place: u32) -> bool {
        let key = (id, place, self.wanted);
        if let Some(known) = self.outputs.get(&key) {
            return *known;
        }
        let Some(query) = self.ctx.meaning().query(id).filter(|_| self.depth < MAX_DEPTH) else { return false };
        // Of a query that reads itself nothing is known.
        self.outputs.insert(key, false);
        let steps = std::mem::replace(&mut self.steps, MAX_STEPS);
        self.depth += 1;
        let read = self.output(query, place);
        self.depth -= 1;
        self.steps = steps;
        self.outputs.insert(key, read);
        read
    }

    fn output(&mut self, query: &Query, place: u32) -> bool {
        let meaning = self.ctx.meaning();
        !query.selects.is_empty()
            && query.selects.iter().all(|id| {
                let column = meaning.select(*id).and_then(|select| select.columns.get(place as usize));
                let expr = column.and_then(|column| item_at(self.ctx, column.range));
                expr.is_some_and(|expr| self.fits(&expr))
            })
    }

    fn fits(&mut self, expr: &Expr) -> bool {
        let meaning = self.ctx.meaning();
        let expr = expr.clone().without_parens();
        let (Some(info), Some(steps)) = (meaning.expr(&expr), self.steps.checked_sub(1)) else { return false };
        self.steps = steps;
        match &info.constant {
            Some(Constant::Null) => return true,
            Some(Constant::Text(text)) => return !never(text, self.wanted),
            _ => {}
        }
        let dates = self.wanted.is_date();
        if if dates { info.ty.is_date() } else { info.ty.is_number() } {
            return true;
        }
        match &expr {
            Expr::NameExpr(_) => {
                match info.column.and_then(|column| meaning.column(column)).map(|column| column.origin) {
                    Some(ColumnOrigin::Output(query, place)) => self.inner(query, place),
                    _ => false,
                }
            }
            Expr::CaseExpr(case) => {
                let mut arms = case.arms();
                arms.all(|arm| arm.result().is_some_and(|result| self.fits(&result)))
                    && case.else_arm().is_none_or(|arm| arm.expr().is_some_and(|result| self.fits(&result)))
            }
            Expr::CastExpr(cast) => {
                let value = cast.expr();
                let room = info.ty.text_length().unwrap_or(Length::Unknown);
                value.is_some_and(|value| {
                    if dates { self.is_cast(&value, room) } else { self.has_room(&value, room) && self.fits(&value) }
                })
            }
            Expr::ConvertExpr(convert) => {
                self.converts(convert, info.ty.text_length().unwrap_or(Length::Unknown), dates)
            }
            Expr::ArithExpr(chain) => {
                dates && chain.ops().all(|(_, op)| op == Some(ArithOp::Add)) && is_composed_date(self.ctx, &expr)
            }
            Expr::CallExpr(call) => self.call(call, &expr, dates),
            _ => false,
        }
    }

    fn call(&mut self, call: &CallExpr, expr: &Expr, dates: bool) -> bool {
        let is = |names: &[&str]| names.iter().any(|name| call.is_call_of(name));
        let args: Vec<Expr> = call.args().collect();
        match args.as_slice() {
            [_, one, other] if is(&["IIF"]) => self.fits(one) && self.fits(other),
            [first, ..] if is(&["NULLIF", "MAX", "MIN"]) => self.fits(first),
            [_, _, ..] if is(&["COALESCE", "ISNULL"]) => args.iter().all(|arg| self.fits(arg)),
            [value, format] if is(&["FORMAT"]) => {
                let meaning = self.ctx.meaning();
                let of_date = meaning.expr(value).is_some_and(|info| info.ty.is_date());
                let format = meaning.expr(format).and_then(|info| info.constant.as_ref()).and_then(Constant::text);
                of_date && format.is_some_and(|format| if dates { is_read(format) } else { is_digits(format) })
            }
            [value, count] if is(&["LEFT"]) => {
                let count = self.ctx.meaning().expr(count).and_then(|info| info.constant.as_ref()?.integer());
                dates && count.is_some_and(|count| count >= 10) && self.fits(value)
            }
            [part, _] if is(&["DATENAME"]) => {
                let word = part.syntax().text().to_string();
                let part = sfmc_semantic::sql::date_part(word.trim());
                !dates && part.is_some_and(|part| !matches!(part, "month" | "weekday" | "tzoffset"))
            }
            [value, ..] if is(&["STR"]) => !dates && self.fits(value),
            [_, _, ..] if is(&["CONCAT", "CONCAT_WS"]) => dates && is_composed_date(self.ctx, expr),
            _ => false,
        }
    }

    /// Whether a text of so many characters has room for a date as CAST writes it: `Jan 31 2026`, of DATE `2026-01-31`.
    fn is_cast(&mut self, value: &Expr, room: Length) -> bool {
        let Some(ty) = self.ctx.meaning().expr(value).map(|info| info.ty) else { return false };
        let needed = if ty == SqlType::Date { 10 } else { 11 };
        let fits = room.known().is_none_or(|room| room >= needed);
        fits && (ty.is_date() || ty.is_text() && self.fits(value))
    }

    /// Whether a text of so many characters has room for the numbers of a column; of one that is too long the server writes `*`.
    fn has_room(&self, value: &Expr, room: Length) -> bool {
        let ty = self.ctx.meaning().expr(value).map_or(SqlType::Unknown, |info| info.ty);
        let needed = match ty {
            SqlType::Bit => 1,
            SqlType::TinyInt => 3,
            ty if ty.is_number() => 4,
            _ => 0,
        };
        !matches!(value, Expr::NameExpr(_)) || room.known().is_none_or(|room| room >= needed)
    }

    fn converts(&mut self, convert: &ConvertExpr, room: Length, dates: bool) -> bool {
        let Some(value) = convert.value() else { return false };
        let Some(style) = convert.style() else {
            return if dates { self.is_cast(&value, room) } else { self.has_room(&value, room) && self.fits(&value) };
        };
        let meaning = self.ctx.meaning();
        let Some(ty) = meaning.expr(&value).map(|info| info.ty) else { return false };
        let Some(style) = meaning.expr(&style).and_then(|info| info.constant.as_ref()?.integer()) else { return false };
        if !dates {
            // `20260131`, and numbers but for money with its commas.
            return if ty.is_date() { matches!(style, 12 | 112) } else { ty.is_number() && style == 0 };
        }
        // Not those that write the day before the month, the year before both in two digits, or the time alone.
        let needed = match style {
            12 => 6,
            1 | 10 | 112 => 8,
            6 => 9,
            7 | 20 | 21 | 23 | 25 | 101 | 102 | 110 | 111 | 120 | 121 | 126 | 127 => 10,
            0 | 9 | 13 | 100 | 106 | 109 | 113 => 11,
            107 => 12,
            _ => return false,
        };
        ty.is_date() && room.known().is_none_or(|room| room >= needed)
    }
}

/// Whether the server reads what FORMAT writes so: year, month and day, the day not before a month in digits.
fn is_read(format: &str) -> bool {
    match format {
        "d" | "s" | "u" | "g" | "G" => true,
        // `Monday, 30 November 2026` is no date to it: `D`, `F` and `f` write it so.
        _ if format.contains("dddd") => false,
        _ => {
            let named = format.contains("MMM");
            let day_first = format.starts_with('d') && !named;
            format.contains("yy") && format.contains('M') && format.contains('d') && !day_first
        }
    }
}

/// Whether FORMAT writes nothing but digits so.
fn is_digits(format: &str) -> bool {
    format.len() > 1
        && format.bytes().all(|byte| b"yMdHhmsf".contains(&byte))
        && !["MMM", "ddd"].iter().any(|name| format.contains(name))
}
