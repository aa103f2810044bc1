use sfmc_semantic::sql::{CallKind, Constant, OutputColumn, Select, SelectId, SqlMeaning};
use sfmc_syntax::{
    TextEdit,
    ast::{
        AstNode,
        sql::{self, QueryBody, SetOp},
    },
};

use crate::sql::{CheckSql, SqlContext};

declare_rule! {
    /// Queries that cannot share a row are joined by UNION ALL.
    ///
    /// ## Why
    /// UNION sorts all rows to find those that are alike. Where each query has another constant in the same column, and gives each row once,
    /// there are none: UNION ALL gives the same rows without the work.
    /// Source: sql.md, section 4 (UNION where ALL is enough).
    ///
    /// ## Bad
    /// ```sql
    /// SELECT DISTINCT SubscriberKey, 'open' AS Event FROM _Open WHERE JobID = 5
    /// UNION SELECT DISTINCT SubscriberKey, 'click' FROM _Click WHERE JobID = 5
    /// ```
    ///
    /// ## Good
    /// ```sql
    /// SELECT DISTINCT SubscriberKey, 'open' AS Event FROM _Open WHERE JobID = 5
    /// UNION ALL SELECT DISTINCT SubscriberKey, 'click' FROM _Click WHERE JobID = 5
    /// ```
    pub UnionAll {
        id: "sql/union-all",
        aliases: [],
        group: Style,
        severity: Hint,
        fix: Safe,
        since: "0.1.0",
    }
}

/// Nobody joins more queries, and each is looked for among all.
const MAX_OPERATORS: usize = 64;

impl CheckSql<sql::SetOperation> for UnionAll {
    fn check(ctx: &mut SqlContext<'_>, operation: &sql::SetOperation) {
        let operators: Vec<sql::SetOperator> = operation.operators().collect();
        let unions =
            operators.iter().all(|operator| operator.op() == Some(SetOp::Union) && operator.all_token().is_none());
        if !unions || !(1..=MAX_OPERATORS).contains(&operators.len()) || ctx.is_broken(operation.range()) {
            return;
        }
        let meaning = ctx.meaning();
        let mut operands = Vec::new();
        for operand in operation.operands() {
            let QueryBody::Select(node) = operand else { return };
            let found =
                meaning.select_ids().find_map(|id| Some((id, meaning.select(id).filter(|s| s.range == node.range())?)));
            let Some((id, select)) = found.filter(|(id, select)| gives_each_once(meaning, *id, select)) else { return };
            operands.push((id, select));
        }
        // A column that takes another type in the union can make one value of two: `'7'` and `'07'` beside a number.
        if !operands.windows(2).all(|pair| same_types(pair[0].1, pair[1].1)) {
            return;
        }
        let differ =
            (0..operands.first().map_or(0, |(_, select)| select.columns.len())).any(|place| differs(&operands, place));
        if !differ || operators.len() + 1 != operands.len() {
            return;
        }
        for operator in operators {
            let end = operator.range().end();
            ctx.report::<Self>(operator.range(), "these queries share no row: UNION looks for duplicates in vain")
                .fix("write UNION ALL", [TextEdit::insert(end, " ALL")]);
        }
    }
}

/// Whether two queries return values of the same types.
fn same_types(one: &Select, other: &Select) -> bool {
    let same = |(one, other): (&OutputColumn, &OutputColumn)| {
        (one.ty.is_known() && one.ty == other.ty) || (one.ty.is_text() && other.ty.is_text())
    };
    one.columns.len() == other.columns.len() && one.columns.iter().zip(&other.columns).all(same)
}

/// Whether all operands have another constant at a place.
fn differs(operands: &[(SelectId, &Select)], place: usize) -> bool {
    let mut seen: Vec<(bool, String)> = Vec::new();
    operands.iter().all(|(_, select)| {
        let value = match select.columns.get(place).and_then(|column| column.constant.as_ref()) {
            // Case and blanks at the end do not count.
            Some(Constant::Text(text)) if text.is_ascii() => (true, text.trim_end().to_lowercase()),
            Some(Constant::Integer(number)) => (false, number.to_string()),
            _ => return false,
        };
        // A text that meets a number becomes one: `'01'` and 1 are alike.
        let is_new = !seen.contains(&value) && seen.iter().all(|other| other.0 == value.0);
        seen.push(value);
        is_new
    })
}

/// Whether no two rows of a SELECT are alike.
fn gives_each_once(meaning: &SqlMeaning, id: SelectId, select: &Select) -> bool {
    if select.open {
        return false;
    }
    let aggregates =
        || meaning.calls_in(select.range).any(|call| call.kind == CallKind::Aggregate && call.folds == Some(id));
    if select.distinct || (select.grouping.group_by.is_none() && aggregates()) {
        return true;
    }
    let returned: Vec<_> = select.columns.iter().filter_map(|column| column.origin).collect();
    if select.grouping.group_by.is_some() {
        // Groups that are told apart by columns, all of which are returned.
        let keys: Option<Vec<_>> = select
            .grouping
            .keys
            .iter()
            .map(|key| {
                let reference =
                    meaning.references_in(*key).next().filter(|reference| reference.range.end() == key.end())?;
                match reference.target {
                    sfmc_semantic::sql::Target::Column(column) => Some(column),
                    _ => None,
                }
            })
            .collect();
        return keys.is_some_and(|keys| !keys.is_empty() && keys.iter().all(|key| returned.contains(key)));
    }
    match select.sources.as_slice() {
        [source] => {
            let columns = returned.iter().filter(|column| column.source == *source).map(|column| column.column);
            meaning.covers_key(*source, columns) == Some(true)
        }
        [] => true,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use crate::tests::{check, fixed, silent};

    const RULE: &str = "sql/union-all";

    #[test]
    fn on_the_word() {
        check(
            RULE,
            "
SELECT JobID, 1 AS k FROM _Job UNION SELECT JobID, 2 FROM _Job
//                             ^^^^^ hint: these queries share no row
",
        );
    }

    #[test]
    fn silent_where_rows_could_be_alike() {
        for text in [
            "SELECT SubscriberKey, 'a' AS k FROM _Open UNION SELECT SubscriberKey, 'b' FROM _Click",
            "SELECT DISTINCT SubscriberKey FROM _Open UNION SELECT DISTINCT SubscriberKey FROM _Click",
            "SELECT DISTINCT SubscriberKey, 'a' AS k FROM _Open UNION SELECT DISTINCT SubscriberKey, 'A ' FROM _Click",
            "SELECT JobID, 1 AS k FROM _Job UNION ALL SELECT JobID, 2 FROM _Job",
            "SELECT JobID, 1 AS k FROM _Job UNION SELECT JobID, 2 FROM _Job UNION SELECT JobID, 1 FROM _Job",
            "SELECT DISTINCT *, 'a' AS k FROM t UNION SELECT DISTINCT *, 'b' FROM u",
            "SELECT DISTINCT SubscriberKey, 'a' AS k FROM _Open UNION SELECT DISTINCT JobID, 'b' FROM _Click",
            "SELECT DISTINCT a, 'a' AS k FROM t UNION SELECT DISTINCT JobID, 'b' FROM _Click",
            "SELECT JobID, 1 AS k FROM _Job EXCEPT SELECT JobID, 2 FROM _Job",
        ] {
            silent(RULE, text);
        }
    }

    #[test]
    fn adds_all() {
        fixed(
            RULE,
            "SELECT DISTINCT JobID, 'x' AS k FROM _Sent UNION SELECT JobID, 'y' FROM _Job GROUP BY JobID",
            "SELECT DISTINCT JobID, 'x' AS k FROM _Sent UNION ALL SELECT JobID, 'y' FROM _Job GROUP BY JobID",
        );
    }
}
