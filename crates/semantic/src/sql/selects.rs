//! SELECT: its clauses in the order in which the server looks at them, and what it returns.

use sfmc_syntax::ast::{AstNode, AstToken, sql, sql::JoinKind};

use super::{
    model::{Clause, ColumnId, OutputColumn, QueryId, Select, SelectId, SourceId, Target},
    predicates::{Condition, ConditionKind, conditions, never_null},
    queries::Rows,
    scope::Frame,
    walk::Walk,
};

/// Whether something in a SELECT without FROM can stand for one: a placeholder.
fn can_have_from(select: &sql::Select) -> bool {
    let text = select.syntax().text().to_string();
    sfmc_sql::holds_placeholder(&text) || text.contains("%%")
}

impl Walk<'_> {
    pub(super) fn select(&mut self, query: QueryId, select: &sql::Select) -> (Rows, SelectId) {
        let id = self.new_select(query, select.range());
        self.select = Some(id);
        let found = self.mut_select(id);
        found.distinct = select.distinct_token().is_some();
        found.top = select.top_clause().is_some();
        found.has_from = select.from_clause().is_some() || can_have_from(select);
        found.grouping.group_by = select.group_by_clause().map(|clause| clause.range());
        found.grouping.having = select.having_clause().is_some();
        found.list = select.select_list().map(|list| list.range());
        let pending = select.from_clause().map(|from| self.from(id, &from)).unwrap_or_default();
        self.select = Some(id);
        // A later RIGHT or FULL JOIN brings back what a condition kept out.
        let joins = &self.meaning.selects[id.index()].joins;
        let widened = joins.iter().rposition(|join| matches!(join.kind, JoinKind::Right | JoinKind::Full));
        for join in pending {
            let Some(reach) =
                self.meaning.selects[id.index()].joins.get(join.join).map(|join| (join.left.0, join.right.1))
            else {
                continue;
            };
            let (first, end) = (reach.0 as usize, reach.1 as usize);
            self.clause = Clause::On;
            self.frames.push(Frame::Select { id, first, end });
            self.expr(&join.condition);
            let on = conditions(&self.meaning, &join.condition, false);
            self.frames.pop();
            let kept = join.outermost && widened.is_none_or(|last| last <= join.join);
            let kind = self.meaning.selects[id.index()].joins.get(join.join).map(|join| join.kind);
            if kept && kind == Some(JoinKind::Inner) {
                self.prove(&never_null(&on));
            }
            if let Some(found) = self.mut_select(id).joins.get_mut(join.join) {
                found.on = on;
            }
        }
        let end = self.count(id);
        self.frames.push(Frame::Select { id, first: 0, end });
        if let Some(condition) = select.where_clause().and_then(|clause| clause.expr()) {
            self.clause = Clause::Where;
            self.expr(&condition);
            let filter = conditions(&self.meaning, &condition, false);
            self.prove(&never_null(&filter));
            self.prove(&self.asked_by_exists(&filter));
            self.mut_select(id).filter = filter;
        }
        self.clause = Clause::GroupBy;
        for item in select.group_by_clause().into_iter().flat_map(|clause| clause.items()) {
            self.expr(&item);
        }
        if let Some(condition) = select.having_clause().and_then(|clause| clause.expr()) {
            self.clause = Clause::Having;
            self.expr(&condition);
            let having = conditions(&self.meaning, &condition, false);
            // Of what is not grouped by an aggregate is asked, of some rows.
            let keys: Vec<ColumnId> = select
                .group_by_clause()
                .into_iter()
                .flat_map(|clause| clause.items())
                .filter_map(|key| self.meaning.expr(&key)?.column)
                .collect();
            let asked: Vec<ColumnId> = never_null(&having).into_iter().filter(|column| keys.contains(column)).collect();
            self.prove(&asked);
            self.mut_select(id).having = having;
        }
        self.clause = Clause::Window;
        for definition in select.window_clause().into_iter().flat_map(|clause| clause.definitions()) {
            if let Some(spec) = definition.window_spec() {
                self.window(&spec);
            }
        }
        self.clause = Clause::Top;
        if let Some(count) = select.top_clause().and_then(|top| top.expr()) {
            self.expr(&count);
        }
        self.clause = Clause::List;
        let rows = self.list(id, select);
        self.frames.pop();
        let found = self.mut_select(id);
        (found.columns, found.open) = (rows.columns.clone(), rows.open);
        (rows, id)
    }

    /// The columns of which EXISTS asks something that NULL does not fulfil: `EXISTS (SELECT 1 FROM b WHERE b.Key = a.Key)`.
    fn asked_by_exists(&self, filter: &[Condition]) -> Vec<ColumnId> {
        let mut found = Vec::new();
        for condition in filter {
            let ConditionKind::Exists { negated: false, query: Some(query) } = condition.kind else { continue };
            let selects = self.meaning.query(query).map_or(&[][..], |query| &query.selects);
            let [id] = selects else { continue };
            // An aggregate of no rows is a row, and so is what HAVING alone makes of them.
            let folds = |select: &Select| select.grouping.having && select.grouping.group_by.is_none();
            let select = self.meaning.select(*id).filter(|select| !folds(select) && !self.aggregates(*id));
            if let Some(select) = select {
                found.extend(never_null(&select.filter));
            }
        }
        found
    }

    fn prove(&mut self, columns: &[ColumnId]) {
        for column in columns {
            if let Some(source) = self.meaning.sources.get_mut(column.source.index()) {
                // Only what the SELECT itself reads: an inner condition proves nothing of an outer row.
                if Some(source.select) == self.select && !source.proven.contains(&column.column) {
                    source.proven.push(column.column);
                    source.matched = true;
                }
            }
        }
    }

    fn list(&mut self, id: SelectId, select: &sql::Select) -> Rows {
        let mut rows = Rows { columns: Vec::new(), open: select.select_list().is_none() };
        for item in select.items() {
            let Some(expr) = item.expr() else { continue };
            if item.is_assignment() {
                self.expr(&expr);
                rows.open = true;
                continue;
            }
            if let sql::Expr::StarExpr(star) = &expr {
                self.star(id, star, &mut rows);
                continue;
            }
            let info = self.expr(&expr);
            let output = item.output_name();
            let token = output.as_ref().map(|name| name.token().clone());
            // A placeholder can stand for anything, also for several columns.
            let placeholder = token.as_ref().is_some_and(|name| name.has_placeholder());
            rows.open |= placeholder && matches!(output, Some(sql::OutputName::Column(_)));
            let name = token.filter(|name| !name.has_placeholder());
            rows.columns.push(OutputColumn {
                name: name.as_ref().map(|name| name.value()),
                name_range: name.as_ref().map(|name| name.syntax().text_range()),
                range: item.range(),
                given: matches!(output, Some(sql::OutputName::Given(_))),
                star: false,
                ty: info.ty,
                nullability: info.nullability,
                constant: info.constant,
                origin: info.column,
            });
        }
        rows
    }

    fn star(&mut self, id: SelectId, star: &sql::StarExpr, rows: &mut Rows) {
        let sources: Vec<SourceId> = match star.qualifier() {
            Some(qualifier) => match self.star_source(&qualifier) {
                Some(source) => vec![source],
                None => {
                    rows.open = true;
                    return;
                }
            },
            None => self.meaning.selects[id.index()].sources.clone(),
        };
        rows.open |= sources.is_empty() || self.meaning.selects[id.index()].merged;
        for source in sources {
            let columns = self.source(source).columns.clone();
            let count = columns.list().len();
            rows.open |= columns.open || count > self.budget;
            if count > self.budget {
                continue;
            }
            self.budget -= count;
            for (place, column) in (0..).zip(columns.list()) {
                let id = ColumnId { source, column: place };
                let info = self.target_info(&Target::Column(id));
                rows.columns.push(OutputColumn {
                    name: (!column.name.is_empty()).then(|| column.name.clone()),
                    name_range: None,
                    range: star.range(),
                    given: false,
                    star: true,
                    ty: info.ty,
                    nullability: info.nullability,
                    constant: None,
                    origin: Some(id),
                });
            }
        }
    }
}
