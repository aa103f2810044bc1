//! Columns of groups: what stands in a list, HAVING or ORDER BY, and differs between the rows of a group.

use std::hash::{Hash, Hasher};

use rustc_hash::{FxHashSet, FxHasher};
use sfmc_sql::holds_placeholder;
use sfmc_syntax::{
    NodeOrToken, SmolStr, SyntaxKind, SyntaxNode, WalkEvent,
    ast::{
        AstChildren, AstNode,
        sql::{self, Expr},
    },
};

use smol_str::StrExt;

use super::{
    calls::CallKind,
    functions,
    model::{Clause, ColumnId, OutputColumn, SelectId, Target, Ungrouped},
    scope::Frame,
    walk::Walk,
};

/// What a SELECT groups by.
#[derive(Default)]
struct Keys {
    columns: FxHashSet<ColumnId>,
    /// Names of columns of which nothing else is known.
    names: FxHashSet<SmolStr>,
    /// Names of the keys that are columns.
    all_names: FxHashSet<SmolStr>,
    /// Keys that are more than a column, by what they look like.
    shapes: FxHashSet<u64>,
    /// A key that nobody knows here, a number: nothing is said.
    unknown: bool,
}

/// A walk for columns that are not grouped.
struct Search<'w, 's> {
    walk: &'w Walk<'s>,
    keys: Keys,
    select: SelectId,
    clause: Clause,
    /// Somebody wants to know what expressions look like.
    shaping: bool,
    found: Vec<Ungrouped>,
}

impl Walk<'_> {
    /// Finds the ungrouped columns of a SELECT, which has been walked together with the `order` of its query.
    pub(super) fn grouping(&mut self, id: SelectId, select: &sql::Select, order: &[sql::OrderItem]) {
        let keys: Vec<Expr> = select.group_by_clause().into_iter().flat_map(|clause| clause.items()).collect();
        self.mut_select(id).grouping.keys = keys.iter().map(AstNode::range).collect();
        let grouped = select.group_by_clause().is_some() || select.having_clause().is_some();
        let open = self.frames.iter().any(|frame| matches!(frame, Frame::Open));
        if self.doubtful || open || !(grouped || self.aggregates(id)) {
            return;
        }
        let mut search = Search {
            walk: self,
            keys: Keys::default(),
            select: id,
            clause: Clause::List,
            shaping: true,
            found: Vec::new(),
        };
        for key in &keys {
            search.key(key);
        }
        search.shaping = !search.keys.shapes.is_empty();
        // An empty GROUP BY is one that is being typed.
        if search.keys.unknown || (select.group_by_clause().is_some() && keys.is_empty()) {
            return;
        }
        let asked = is_asked_by_exists(select);
        for item in select.items() {
            match item.expr() {
                // EXISTS does not look at what a star stands for.
                Some(Expr::StarExpr(_)) if asked => {}
                Some(Expr::StarExpr(star)) => search.star(&star),
                Some(expr) => {
                    search.expr(&expr);
                }
                None => {}
            }
        }
        search.clause = Clause::Having;
        if let Some(condition) = select.having_clause().and_then(|clause| clause.expr()) {
            search.expr(&condition);
        }
        search.clause = Clause::OrderBy;
        for expr in order.iter().filter_map(sql::OrderItem::expr) {
            let place = expr.clone().without_parens().range();
            let named = search.walk.reference(place);
            let named = named.is_some_and(|reference| matches!(reference.target, Target::Output(..)));
            if !named {
                search.expr(&expr);
            }
        }
        let found = search.found;
        self.mut_select(id).grouping.ungrouped = found;
    }

    /// Whether an aggregate makes one row of all rows of a SELECT.
    pub(super) fn aggregates(&self, id: SelectId) -> bool {
        let first = self.first_calls.get(id.index()).copied().unwrap_or_default();
        let mut own = self.meaning.calls.iter().skip(first);
        own.any(|call| {
            call.kind == CallKind::Aggregate
                && call.folds == Some(id)
                // What an inner query folds of the outer rows, it does wherever it stands: nothing is said.
                && call.select == Some(id)
                && matches!(call.clause, Clause::List | Clause::Having | Clause::OrderBy)
        })
    }
}

impl Search<'_, '_> {
    fn key(&mut self, key: &Expr) {
        match key.clone().without_parens() {
            Expr::GroupingExpr(sets) => sets.items().for_each(|item| self.key(&item)),
            Expr::TupleExpr(tuple) => tuple.items().for_each(|item| self.key(&item)),
            Expr::NameExpr(name) => {
                let reference = self.walk.reference(name.range());
                match reference {
                    Some(reference) => {
                        let lower = reference.name.to_lowercase_smolstr();
                        match &reference.target {
                            Target::Column(column) => {
                                self.keys.columns.insert(*column);
                            }
                            Target::Unknown if holds_placeholder(&reference.name) => self.keys.unknown = true,
                            // Another name is meant: what it is to group by, nobody knows.
                            Target::Absent(_) | Target::NoSource | Target::Ambiguous(_) => self.keys.unknown = true,
                            _ => {
                                self.keys.names.insert(lower.clone());
                            }
                        }
                        self.keys.all_names.insert(lower);
                    }
                    None => self.keys.unknown = true,
                }
            }
            // The server refuses a number here; who wrote it meant a column of the list.
            Expr::Literal(_) | Expr::MissingExpr(_) | Expr::VariableExpr(_) => self.keys.unknown = true,
            other => {
                let shape = self.shape(&other);
                self.keys.shapes.insert(shape);
            }
        }
    }

    /// Finds a star that stands for a column which is not grouped: one is enough.
    fn star(&mut self, star: &sql::StarExpr) {
        let Some(select) = self.walk.meaning.selects.get(self.select.index()).filter(|select| !select.open) else {
            return;
        };
        let place = star.range();
        let first = select.columns.partition_point(|column| column.range.start() < place.start());
        let mut columns = select.columns.iter().skip(first).take_while(|column| column.range == place);
        let is_grouped = |column: &OutputColumn| {
            let named = |name: &SmolStr| self.keys.names.contains(&name.to_lowercase_smolstr());
            column.origin.is_none_or(|id| self.keys.columns.contains(&id)) || column.name.as_ref().is_none_or(named)
        };
        if columns.any(|column| !is_grouped(column)) {
            self.found.push(Ungrouped { range: place, clause: self.clause });
        }
    }

    /// What a key looks like: nothing in it is a column that lacks.
    fn shape(&mut self, expr: &Expr) -> u64 {
        let count = self.found.len();
        let shape = self.expr(expr);
        self.found.truncate(count);
        shape
    }

    /// Finds the columns in an expression that are not grouped. Returns what it looks like: equal expressions are written alike but for
    /// case, blanks, parentheses and what qualifies a column.
    fn expr(&mut self, expr: &Expr) -> u64 {
        let mut hash = FxHasher::default();
        let count = self.found.len();
        match expr {
            Expr::ParenExpr(parens) if parens.expr().is_some() => {
                return parens.expr().map_or(0, |inner| self.expr(&inner));
            }
            Expr::NameExpr(name) => {
                self.column(name, &mut hash);
                return hash.finish();
            }
            Expr::ArithExpr(chain) => return self.chain(chain),
            Expr::CompareExpr(compare) if compare.op().is_some() => {
                expr.syntax().kind().hash(&mut hash);
                compare.op().hash(&mut hash);
                for operand in AstChildren::<Expr>::of(expr.syntax()) {
                    self.expr(&operand).hash(&mut hash);
                }
            }
            Expr::CallExpr(call) if date_part(call).is_some() => {
                if let Some((part, value)) = date_part(call) {
                    expr.syntax().kind().hash(&mut hash);
                    part.hash(&mut hash);
                    self.expr(&value).hash(&mut hash);
                }
            }
            Expr::CastExpr(_) | Expr::ConvertExpr(_) if conversion(expr).is_some() => {
                if let Some((data_type, value, tries)) = conversion(expr) {
                    (SyntaxKind::SQL_CAST_EXPR, tries).hash(&mut hash);
                    let tokens = data_type.syntax().descendants_with_tokens().filter_map(NodeOrToken::into_token);
                    tokens.filter(|token| !token.kind().is_trivia()).for_each(|token| text(token.text(), &mut hash));
                    self.expr(&value).hash(&mut hash);
                }
            }
            Expr::Subquery(_) | Expr::ExistsExpr(_) | Expr::QuantifiedExpr(_) => {
                expr.range().hash(&mut hash);
                // What an inner query sees of a key that is more than a column, only the server says.
                if matches!(expr, Expr::Subquery(_)) && self.clause == Clause::List && self.keys.shapes.is_empty() {
                    self.inner(expr.syntax());
                }
                return hash.finish();
            }
            _ => self.children(expr, &mut hash),
        }
        let shape = hash.finish();
        let own = match expr {
            Expr::CallExpr(call) => self.is_folded(call),
            _ => false,
        };
        if own || self.keys.shapes.contains(&shape) {
            self.found.truncate(count);
        }
        shape
    }

    /// Finds the columns of the group's rows in a query that stands as a value: the server asks the same of them. What an inner aggregate
    /// makes of them is left out.
    fn inner(&mut self, node: &SyntaxNode) {
        let mut nodes = node.preorder();
        while let Some(event) = nodes.next() {
            let WalkEvent::Enter(node) = event else { continue };
            if sql::CallExpr::cast(node.clone()).is_some_and(|call| self.is_folded(&call)) {
                nodes.skip_subtree();
                continue;
            }
            let Some(name) = sql::NameExpr::cast(node) else { continue };
            let target = self.walk.reference(name.range()).map(|reference| &reference.target);
            if let Some(Target::Column(column)) = target
                && self.walk.source(column.source).select == self.select
                && !self.keys.columns.contains(column)
                && !self.walk.meaning.column(*column).is_some_and(|column| self.keys.names.contains(&column.key))
            {
                self.found.push(Ungrouped { range: name.range(), clause: self.clause });
            }
        }
    }

    /// A chain is worked out from its left: `a + b + 1` is made of the value of `a + b`.
    fn chain(&mut self, chain: &sql::ArithExpr) -> u64 {
        let count = self.found.len();
        let mut ops = chain.ops();
        let mut all: Option<u64> = None;
        for operand in chain.operands() {
            let own = self.expr(&operand);
            let Some(before) = all.replace(own) else { continue };
            let mut hash = FxHasher::default();
            chain.syntax().kind().hash(&mut hash);
            before.hash(&mut hash);
            if let Some((op, _)) = ops.next() {
                text(op.text(), &mut hash);
            }
            own.hash(&mut hash);
            let shape = hash.finish();
            if self.keys.shapes.contains(&shape) {
                self.found.truncate(count);
            }
            all = Some(shape);
        }
        all.unwrap_or_default()
    }

    fn children(&mut self, expr: &Expr, hash: &mut FxHasher) {
        expr.syntax().kind().hash(hash);
        let word = match expr {
            Expr::CallExpr(call) => {
                let name = call.function().map(|name| name.value().to_ascii_uppercase());
                name.and_then(|name| functions::word_at(&name))
            }
            _ => None,
        };
        self.node(expr.syntax(), word, hash);
    }

    fn node(&mut self, node: &SyntaxNode, word: Option<usize>, hash: &mut FxHasher) {
        let mut place = 0;
        if !self.shaping {
            for child in node.children() {
                self.child(child, &mut place, word, hash);
            }
            return;
        }
        for child in node.children_with_tokens() {
            match child {
                NodeOrToken::Token(token) if token.kind().is_trivia() => {}
                NodeOrToken::Token(token) => text(token.text(), hash),
                NodeOrToken::Node(child) => self.child(child, &mut place, word, hash),
            }
        }
    }

    fn child(&mut self, child: SyntaxNode, place: &mut usize, word: Option<usize>, hash: &mut FxHasher) {
        let kind = child.kind();
        if Expr::can_cast(kind) {
            if word == Some(*place) {
                let word = child.text().to_string();
                text(functions::date_part(word.trim()).unwrap_or(&word), hash);
            } else if let Some(inner) = Expr::cast(child) {
                self.expr(&inner).hash(hash);
            }
            *place += 1;
        } else if sql::InList::can_cast(kind) && child.children().any(|c| sql::Query::can_cast(c.kind())) {
            child.text_range().hash(hash);
        } else {
            self.node(&child, word, hash);
        }
    }

    fn column(&mut self, name: &sql::NameExpr, hash: &mut FxHasher) {
        let Some(reference) = self.walk.reference(name.range()) else {
            text(&name.syntax().text().to_string(), hash);
            return;
        };
        let lower = reference.name.to_lowercase_smolstr();
        let grouped = match &reference.target {
            Target::Column(column) => {
                column.hash(hash);
                // A key of which only its name is known can be this one.
                self.keys.columns.contains(column)
                    || self.keys.names.contains(&lower)
                    || self.walk.source(column.source).select != self.select
            }
            Target::Open(source) | Target::Hidden(source) => {
                lower.hash(hash);
                self.keys.all_names.contains(&lower) || self.walk.source(*source).select != self.select
            }
            _ => {
                lower.hash(hash);
                let inner = self.walk.meaning.selects[self.select.index()].outer.is_some();
                // What is wrong with such a name is said elsewhere.
                inner
                    || reference.target != Target::Unknown
                    || self.keys.all_names.contains(&lower)
                    || !is_plain(&lower)
            }
        };
        if !grouped {
            self.found.push(Ungrouped { range: name.range(), clause: self.clause });
        }
    }

    /// Whether a call makes one value of the rows of a group.
    fn is_folded(&self, call: &sql::CallExpr) -> bool {
        let plain = call.name().is_some_and(|name| name.parts().len() == 1) && call.over_clause().is_none();
        let name = call.function().map(|name| name.value().to_ascii_uppercase()).unwrap_or_default();
        plain && (functions::is_aggregate(&name) || matches!(name.as_str(), "GROUPING" | "GROUPING_ID"))
    }
}

/// Whether EXISTS asks for the rows of a SELECT, or of a UNION of which it is a part.
fn is_asked_by_exists(select: &sql::Select) -> bool {
    let mut around = select.syntax().ancestors().skip(1).map(|node| node.kind());
    let outer = around.find(|kind| {
        !matches!(
            kind,
            SyntaxKind::SQL_QUERY
                | SyntaxKind::SQL_SET_OPERATION
                | SyntaxKind::SQL_PAREN_QUERY
                | SyntaxKind::SQL_SUBQUERY
        )
    });
    outer == Some(SyntaxKind::SQL_EXISTS_EXPR)
}

/// The type, the value, and whether it is only tried: `CONVERT(date, d)` is `CAST(d AS date)`.
fn conversion(expr: &Expr) -> Option<(sql::DataType, Expr, bool)> {
    match expr {
        Expr::CastExpr(cast) => {
            let tries = cast.try_cast_token().is_some();
            let plain = tries || cast.cast_token().is_some();
            Some((cast.data_type()?, cast.expr().filter(|_| plain)?, tries))
        }
        Expr::ConvertExpr(convert) => {
            let plain = convert.style().is_none();
            Some((convert.data_type()?, convert.value().filter(|_| plain)?, convert.try_convert_token().is_some()))
        }
        _ => None,
    }
}

/// `YEAR(d)` is `DATEPART(year, d)`, and `yy` is `year`.
fn date_part(call: &sql::CallExpr) -> Option<(&'static str, Expr)> {
    let plain = call.name().is_some_and(|name| name.parts().len() == 1) && call.over_clause().is_none();
    let name = call.function().filter(|_| plain)?.value().to_ascii_uppercase();
    let mut args = call.args();
    let part = match name.as_str() {
        "YEAR" | "MONTH" | "DAY" => functions::date_part(&name)?,
        "DATEPART" => functions::date_part(args.next()?.syntax().text().to_string().trim())?,
        _ => return None,
    };
    let value = args.next()?;
    args.next().is_none().then_some((part, value))
}

fn text(text: &str, hash: &mut FxHasher) {
    match text.to_lowercase().as_str() {
        // Two words for one type.
        "integer" => "int".hash(hash),
        lower => lower.hash(hash),
    }
}

/// Whether a name is surely one of a column: no variable, no placeholder.
fn is_plain(name: &str) -> bool {
    !holds_placeholder(name) && !name.starts_with(['@', '$'])
}
