//! Calls of functions: what they are given, and what they return.

use rustc_hash::FxHashSet;
use sfmc_syntax::{
    SmolStr, TextRange,
    ast::{
        AstNode, AstToken,
        sql::{self, Expr},
    },
};

use super::{
    constants::Constant,
    functions,
    model::{Clause, ExprInfo, SelectId, Target},
    types::{Nullability, SqlType},
    walk::Walk,
};

/// What a function does with rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CallKind {
    /// Nothing: it makes a value of values.
    Scalar,
    /// It makes one value of many rows.
    Aggregate,
    /// It looks at other rows: it has OVER.
    Window,
}

/// A call of a function.
#[derive(Clone, Debug, PartialEq)]
pub struct Call {
    /// Where it stands, OVER included.
    pub range: TextRange,
    /// Its name, without what qualifies it.
    pub name: SmolStr,
    /// Where the name stands.
    pub name_range: TextRange,
    /// Something qualifies the name: `dbo.f(1)`.
    pub qualified: bool,
    /// It has parentheses.
    pub parens: bool,
    /// What it does with rows.
    pub kind: CallKind,
    /// Its arguments, in order.
    pub args: Vec<CallArg>,
    /// The SELECT in which it stands.
    pub select: Option<SelectId>,
    /// The part of that.
    pub clause: Clause,
    /// The aggregate or window function around it, in the same SELECT.
    pub inside: Option<CallKind>,
    /// The SELECT whose rows it makes one value of, if it is an aggregate and that is known: an inner one can fold the rows of an outer.
    pub folds: Option<SelectId>,
    /// It is a source of FROM, or a method of a value.
    pub is_source: bool,
}

/// An argument of a call.
#[derive(Clone, Debug, PartialEq)]
pub struct CallArg {
    /// Where it stands.
    pub range: TextRange,
    /// What it is.
    pub kind: ArgKind,
    /// What is known of it.
    pub info: ExprInfo,
}

/// What an argument is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ArgKind {
    /// A value.
    Value,
    /// A star.
    Star,
    /// A word that means something to the function: `day` in DATEADD.
    Word(SmolStr),
    /// It is missing.
    Missing,
    /// A placeholder, which can stand for several.
    Placeholder,
}

impl Walk<'_> {
    /// Walks a call.
    pub(super) fn call(&mut self, call: &sql::CallExpr) -> ExprInfo {
        let Some(name) = call.name() else { return ExprInfo::UNKNOWN };
        let Some(function) = name.last() else { return ExprInfo::UNKNOWN };
        let key = function.value().to_ascii_uppercase();
        let qualified = name.parts().len() > 1;
        let over = call.over_clause();
        let kind = match () {
            () if qualified => CallKind::Scalar,
            () if over.is_some() || functions::needs_over(&key) => CallKind::Window,
            () if functions::is_aggregate(&key) => CallKind::Aggregate,
            () => CallKind::Scalar,
        };
        let inside = self.folding.last().filter(|(_, select)| *select == self.select).map(|(kind, _)| *kind);
        if kind != CallKind::Scalar {
            self.folding.push((kind, self.select));
        }
        let start = self.meaning.references.len();
        let words = functions::word_at(&key);
        let mut args = Vec::new();
        let mut asked = FxHashSet::default();
        for (place, arg) in call.args().enumerate() {
            let from = self.meaning.references.len();
            let mut found = self.argument(&arg, words == Some(place), functions::is_known(&key));
            if key == "IIF" && place == 0 {
                asked = self.columns_from(from);
            }
            found.info = self.asked_before(found.info, from, &asked);
            args.push(found);
        }
        let folds = if kind == CallKind::Aggregate { self.folded(start) } else { None };
        if kind != CallKind::Scalar {
            self.folding.pop();
        }
        // What a window is made of can be aggregated itself.
        let order = call.within_group().and_then(|within| within.order_by_clause());
        for key in order.into_iter().flat_map(|order| order.items()).filter_map(|item| item.expr()) {
            self.expr(&key);
        }
        if let Some(condition) =
            call.filter_clause().and_then(|filter| filter.where_clause()).and_then(|clause| clause.expr())
        {
            self.expr(&condition);
        }
        if let Some(spec) = over.and_then(|over| over.window_spec()) {
            self.folding.push((CallKind::Window, self.select));
            self.window(&spec);
            self.folding.pop();
        }
        let grouped = self.groups();
        let mut info = if qualified {
            ExprInfo::UNKNOWN
        } else {
            functions::result(&key, &args, kind, grouped, call.arg_list().is_some())
        };
        info.column = None;
        if matches!(key.as_str(), "COALESCE" | "ISNULL") && self.is_one_of_both(&args) {
            info.nullability = Nullability::Unknown;
        }
        self.meaning.calls.push(Call {
            range: call.range(),
            name: function.value(),
            name_range: function.syntax().text_range(),
            qualified,
            parens: call.arg_list().is_some(),
            kind,
            args,
            select: self.select,
            clause: self.clause,
            inside,
            folds,
            is_source: self.clause == Clause::From,
        });
        info
    }

    fn argument(&mut self, arg: &Expr, word: bool, known: bool) -> CallArg {
        let range = arg.range();
        if let Expr::NameExpr(expr) = arg
            && let Some(name) = expr.name()
            && let [Some(part)] = name.parts().as_slice()
        {
            if part.has_placeholder() {
                return CallArg { range, kind: ArgKind::Placeholder, info: ExprInfo::UNKNOWN };
            }
            // What functions of other dialects call parts of dates are no columns, most likely.
            if word || (!known && functions::date_part(&part.value()).is_some()) {
                return CallArg { range, kind: ArgKind::Word(part.value()), info: ExprInfo::UNKNOWN };
            }
        }
        let kind = match arg {
            Expr::StarExpr(_) => ArgKind::Star,
            Expr::MissingExpr(_) => ArgKind::Missing,
            _ => ArgKind::Value,
        };
        CallArg { range, kind, info: self.expr(arg) }
    }

    /// The SELECT whose rows an aggregate folds, by the columns in it: those from `start` on.
    fn folded(&self, start: usize) -> Option<SelectId> {
        let here = self.select?;
        let inner = self.meaning.selects.get(here.index()).is_some_and(|select| select.outer.is_some());
        let mut outermost = None;
        for reference in self.meaning.references.iter().skip(start) {
            let source = match &reference.target {
                Target::Column(column) => column.source,
                Target::Hidden(source) | Target::Open(source) => *source,
                _ if inner => return None,
                _ => return Some(here),
            };
            let select = self.source(source).select;
            if select == here {
                return Some(here);
            }
            outermost = Some(select);
        }
        outermost.or(Some(here))
    }

    /// Whether the SELECT that is walked has GROUP BY.
    fn groups(&self) -> bool {
        let select = self.select.and_then(|id| self.meaning.selects.get(id.index()));
        select.is_some_and(|select| select.grouping.group_by.is_some())
    }

    /// Whether the arguments are columns of both sides of a FULL JOIN, of which each row has one.
    fn is_one_of_both(&self, args: &[CallArg]) -> bool {
        let select = self.select.and_then(|id| self.meaning.selects.get(id.index()));
        let full = select.is_some_and(|select| select.joins.iter().any(|join| join.kind == sql::JoinKind::Full));
        let sources: FxHashSet<_> = args.iter().filter_map(|arg| arg.info.column).map(|column| column.source).collect();
        full && sources.len() > 1
    }

    /// What OVER looks at.
    pub(super) fn window(&mut self, spec: &sql::WindowSpec) {
        let partition = spec.partition_clause().into_iter().flat_map(|clause| clause.items());
        let order = spec.order_by_clause().into_iter().flat_map(|order| order.items()).filter_map(|item| item.expr());
        let bounds = spec.frame_clause().into_iter().flat_map(|frame| frame.bounds()).filter_map(|bound| bound.expr());
        for expr in partition.chain(order).chain(bounds) {
            self.expr(&expr);
        }
    }
}

impl CallArg {
    /// Its type.
    pub fn ty(&self) -> SqlType {
        self.info.ty
    }

    /// Whether it can be NULL.
    pub fn nullability(&self) -> Nullability {
        self.info.nullability
    }

    /// The whole number that it is.
    pub fn integer(&self) -> Option<i64> {
        self.info.constant.as_ref().and_then(Constant::integer)
    }
}
