use sfmc_semantic::sql::{
    Condition, ConditionKind, Operand, Reference, SelectId, SourceId, SqlMeaning, SqlType, Target,
};
use sfmc_syntax::{
    TextRange,
    ast::{
        AstNode,
        sql::{self, ArithOp, CompareOp, Expr},
    },
};

use crate::sql::{CheckSql, SqlContext, bare_condition, each_row_condition, expr_at, part_of, selects_in};

declare_rule! {
    /// A column that rows are chosen by stands alone on its side.
    ///
    /// ## Why
    /// A function around the column of a condition can keep the server from finding the rows by an index: it computes the function for every
    /// row of the table instead. A range of the column says the same, and text needs no LOWER because case does not count.
    /// Only what can be written otherwise is reported.
    /// Source: sql.md, sections 1, 4 and 6; rules.md, 2.5 (sql/sargable).
    ///
    /// ## Bad
    /// ```sql
    /// SELECT SubscriberKey FROM _Open WHERE YEAR(EventDate) = 2024
    /// ```
    ///
    /// ## Good
    /// ```sql
    /// SELECT SubscriberKey FROM _Open WHERE EventDate >= '20240101' AND EventDate < '20250101'
    /// ```
    pub Sargable {
        id: "sql/sargable",
        aliases: [],
        group: Style,
        severity: Warning,
        fix: Safe,
        since: "0.1.0",
    }
}

impl CheckSql<sql::SelectStmt> for Sargable {
    fn check(ctx: &mut SqlContext<'_>, statement: &sql::SelectStmt) {
        let meaning = ctx.meaning();
        if meaning.doubtful {
            return;
        }
        let mut found = Vec::new();
        for (id, select) in selects_in(meaning, statement.range()) {
            each_row_condition(select, &mut |condition| {
                for (operand, others) in sides(condition) {
                    if let Some((name, help)) = around(ctx, id, operand, &others) {
                        found.push((operand.range, name, help, bare_condition(ctx, condition, operand)));
                    }
                }
            });
        }
        for (range, name, help, fix) in found {
            let what = ctx.text(range).split(['(', ' ']).next().unwrap_or_default().to_ascii_uppercase();
            let what = if what.chars().all(|c| c.is_ascii_alphabetic()) && ctx.text(range).contains('(') {
                what
            } else {
                "arithmetic".to_owned()
            };
            let is_broken = fix.as_ref().is_some_and(|(_, edit)| ctx.is_broken(edit.range));
            let is_day = matches!(what.as_str(), "CAST" | "CONVERT") && cuts_time(ctx, range);
            let message = if is_day {
                format!("a range of times is found more directly than {what} around `{name}`")
            } else {
                format!("{what} around `{name}` can keep an index from being used")
            };
            let report = ctx.report::<Self>(range, message);
            match fix {
                Some((title, edit)) if !is_broken => report.fix(title, [edit]),
                _ => report.help(help),
            };
        }
    }
}

/// Whether an operand is the day of a time: the one conversion behind which the server finds a range by itself.
fn cuts_time(ctx: &SqlContext<'_>, range: TextRange) -> bool {
    let meaning = ctx.meaning();
    let ty = expr_at(ctx, range).and_then(|expr| meaning.expr(&expr).map(|info| info.ty));
    let of_text = meaning.references_in(range).any(|reference| match reference.target {
        Target::Column(column) => meaning.column(column).is_some_and(|column| column.ty.is_text()),
        _ => false,
    });
    ty == Some(SqlType::Date) && !of_text
}

/// The sides of a condition by which rows can be found, each with what it is compared with.
fn sides(condition: &Condition) -> Vec<(&Operand, Vec<&Operand>)> {
    match &condition.kind {
        ConditionKind::Compare { op: CompareOp::NotEqual, .. } => Vec::new(),
        ConditionKind::Compare { left, right, .. } => vec![(left, vec![right]), (right, vec![left])],
        ConditionKind::Between { negated: false, operand, low, high } => vec![(operand, vec![low, high])],
        ConditionKind::In { negated: false, operand, values } => vec![(operand, values.iter().collect())],
        ConditionKind::InQuery { negated: false, operand, .. } => vec![(operand, Vec::new())],
        ConditionKind::Like { negated: false, operand, pattern } => vec![(operand, vec![pattern])],
        _ => Vec::new(),
    }
}

/// The column in an operand that something is around which can be avoided, and how.
fn around<'a>(
    ctx: &SqlContext<'a>,
    select: SelectId,
    operand: &Operand,
    others: &[&Operand],
) -> Option<(&'a str, &'static str)> {
    operand.wrapped.as_ref()?;
    let meaning = ctx.meaning();
    let mut references = meaning.references_in(operand.range);
    let reference = references.next().filter(|_| references.next().is_none())?;
    let source = stored(meaning, reference, select)?;
    // What is compared with another column of the same row can be found by no index.
    let of_same = |other: &&Operand| {
        let mut references = meaning.references_in(other.range);
        references.any(|other| source_of(other).is_none_or(|other| Some(other) == source))
    };
    if others.iter().any(of_same) {
        return None;
    }
    let expr = expr_at(ctx, operand.range)?;
    // Computing on the other side would only change places where a column stands there, too.
    let is_computed = operand.wrapped.as_deref() == Some("DATEADD") || matches!(expr, Expr::ArithExpr(_));
    let is_stored = |other: &&Operand| {
        let mut references = meaning.references_in(other.range);
        references.any(|other| stored(meaning, other, select).is_some())
    };
    if is_computed && others.iter().any(is_stored) {
        return None;
    }
    Some((ctx.text(reference.range), avoidable(ctx, &expr, reference)?))
}

/// The source of a column that a table holds; none of what a query computes, or an outer one gives.
#[allow(clippy::option_option, reason = "the outer one says whether it is stored, the inner one where")]
fn stored(meaning: &SqlMeaning, reference: &Reference, select: SelectId) -> Option<Option<SourceId>> {
    let source = source_of(reference);
    if let Target::Column(column) = reference.target {
        meaning.table_column(column)?;
    }
    if let Some(source) = source {
        (meaning.source(source)?.select == select).then_some(())?;
    }
    matches!(reference.target, Target::Column(_) | Target::Open(_) | Target::Unknown).then_some(source)
}

fn source_of(reference: &Reference) -> Option<SourceId> {
    match reference.target {
        Target::Column(column) => Some(column.source),
        Target::Open(source) | Target::Hidden(source) => Some(source),
        _ => None,
    }
}

/// What to do instead, where something can be done.
fn avoidable(ctx: &SqlContext<'_>, expr: &Expr, reference: &Reference) -> Option<&'static str> {
    let is_column = |expr: &Expr| {
        let expr = expr.clone().without_parens();
        matches!(expr, Expr::NameExpr(_)) && expr.range().contains_range(reference.range)
    };
    match expr {
        Expr::CallExpr(call) => {
            let args: Vec<Expr> = call.args().collect();
            let name = call.function()?.value().to_ascii_uppercase();
            let at = |place: usize| args.get(place).is_some_and(is_column);
            match name.as_str() {
                "LOWER" | "UPPER" if at(0) => Some("leave it out: case does not count"),
                "YEAR" if at(0) => Some("compare the column with the first days of years"),
                "DATEPART" if at(1) && part_of(args.first()?)? == "year" => {
                    Some("compare the column with the first days of years")
                }
                "DATEDIFF" if at(1) || at(2) => Some("compare the column with a time that DATEADD computes from now"),
                "DATEADD" if at(2) => Some("add to the other side with the opposite sign"),
                "LTRIM" | "RTRIM" | "TRIM" if at(0) => Some("trim where the data extension is filled"),
                "ISNULL" | "COALESCE" if at(0) => Some("ask for NULL with OR … IS NULL, where it is wanted"),
                "LEFT" if at(0) => Some("compare the column by LIKE 'abc%'"),
                "SUBSTRING" if at(0) && is_one(ctx, args.get(1)?) => Some("compare the column by LIKE 'abc%'"),
                _ => None,
            }
        }
        Expr::CastExpr(cast) if cast.cast_token().is_some() && !cuts_date(cast.data_type().as_ref(), None) => {
            cast.expr().filter(is_column).map(|_| "convert the other side, or compare with a range")
        }
        Expr::ConvertExpr(convert)
            if convert.convert_token().is_some()
                && !cuts_date(convert.data_type().as_ref(), convert.style().as_ref()) =>
        {
            convert.value().filter(is_column).map(|_| "convert the other side, or compare with a range")
        }
        Expr::ArithExpr(arith) => {
            let operands: Vec<Expr> = arith.operands().collect();
            let plain = arith.ops().all(|(_, op)| matches!(op, Some(ArithOp::Add | ArithOp::Subtract)));
            let is_text = ctx.meaning().expr(expr).is_none_or(|info| !(info.ty.is_number() || info.ty.is_date()));
            (operands.len() == 2 && plain && !is_text && operands.iter().any(is_column))
                .then_some("compute on the other side")
        }
        _ => None,
    }
}

/// Styles of CONVERT that begin with the year.
const YEAR_FIRST: &[i64] = &[2, 11, 12, 20, 21, 23, 25, 102, 111, 112, 120, 121, 126, 127];

/// Styles that give the time of day alone.
const TIMES: &[i64] = &[8, 14, 24, 108, 114];

/// Whether a conversion leaves of a date what no range of it can say: the time of day, or a day without its year.
fn cuts_date(data_type: Option<&sql::DataType>, style: Option<&Expr>) -> bool {
    let Some(data_type) = data_type else { return false };
    let Some(name) = data_type.name().and_then(|name| name.last()).map(|name| name.key()) else { return false };
    let number = |expr: &Expr| match expr {
        Expr::Literal(literal) => literal.as_integer(),
        _ => None,
    };
    match (name.as_str(), style.and_then(number)) {
        ("time", _) => true,
        ("char" | "nchar" | "varchar" | "nvarchar", Some(style)) => {
            let length = data_type.type_size().and_then(|size| size.args().next()).and_then(|size| size.as_integer());
            TIMES.contains(&style) || (!YEAR_FIRST.contains(&style) && length.is_some_and(|length| length < 10))
        }
        _ => false,
    }
}

fn is_one(ctx: &SqlContext<'_>, expr: &Expr) -> bool {
    ctx.text(TextRange::new(expr.range().start(), expr.range().end())).trim() == "1"
}

#[cfg(test)]
mod tests {
    use crate::tests::{check, fixed, silent, unfixed};

    const RULE: &str = "sql/sargable";

    #[test]
    fn on_what_is_around_the_column() {
        check(
            RULE,
            "
SELECT s.JobID FROM _Sent s JOIN Keys k ON LOWER(k.SubscriberKey) = UPPER(s.SubscriberKey)
//                                         ^^^^^^^^^^^^^^^^^^^^^^ warning: LOWER around `SubscriberKey` can keep an index
//                                                                  ^^^^^^^^^^^^^^^^^^^^^^ UPPER around `SubscriberKey`
WHERE DATEDIFF(day, s.EventDate, GETDATE()) < 7 AND (s.JobID + 1 = 5 OR ISNULL(k.City, '') = '')
//    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ DATEDIFF around `EventDate`
//                                                   ^^^^^^^^^^^ arithmetic around `JobID`
//                                                                      ^^^^^^^^^^^^^^^^^^ ISNULL around `City`
",
        );
    }

    #[test]
    fn on_whole_dates_and_months() {
        check(
            RULE,
            "
SELECT Id FROM t WHERE CONVERT(VARCHAR(10), Sent, 104) = '31.01.2024' AND CONVERT(VARCHAR(7), Opened, 120) = '2024-01'
//                     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning: CONVERT around `Sent`
//                                                                        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ CONVERT around `Opened`
",
        );
    }

    #[test]
    fn on_the_day_of_a_time() {
        check(
            RULE,
            "
SELECT JobID FROM _Sent WHERE CONVERT(date, EventDate) = '2024-01-31' AND CAST(Domain AS date) = '2024-01-31'
//                            ^^^^^^^^^^^^^^^^^^^^^^^^ warning: a range of times is found more directly than CONVERT around `EventDate`
//                                                                        ^^^^^^^^^^^^^^^^^^^^ CAST around `Domain` can keep an index
",
        );
    }

    #[test]
    fn silent_where_nothing_else_can_be_said() {
        for text in [
            "SELECT JobID FROM _Sent WHERE EventDate >= DATEADD(day, -7, GETDATE())",
            "SELECT Id FROM t WHERE MONTH(Birthday) = MONTH(GETDATE())",
            "SELECT l.Id FROM _Sent l JOIN k ON l.EventDate < DATEADD(day, 1, k.Ended) AND l.JobID = k.JobID + 1",
            "SELECT Id FROM t WHERE CONVERT(VARCHAR(5), Birthday, 110) = CONVERT(VARCHAR(5), GETDATE(), 110)",
            "SELECT Id FROM t WHERE CONVERT(CHAR(5), Sent, 108) > '12:00' OR CAST(Sent AS TIME) < '08:00'",
            "SELECT Id FROM t WHERE LEN(Email) > 5 OR CHARINDEX('@', Email) > 0",
            "SELECT Id FROM t WHERE DATEDIFF(day, t.Opened, t.Sent) > 5",
            "SELECT Id FROM t WHERE ISNULL(City, '') <> 'Rome'",
            "SELECT YEAR(EventDate) AS y FROM _Sent GROUP BY YEAR(EventDate) HAVING YEAR(EventDate) > 2020",
            "SELECT Id FROM t WHERE TRY_CAST(Code AS INT) = 5",
            "SELECT x.n FROM (SELECT COUNT(*) AS n FROM t) x WHERE x.n + 1 > 5",
            "SELECT Id FROM t WHERE Total = CAST('5' AS INT)",
            "SELECT Id FROM t WHERE First + ' ' + Last = 'a b'",
            "SELECT Id FROM t WHERE CASE WHEN City = 'a' THEN 1 ELSE 0 END = 1",
        ] {
            silent(RULE, text);
        }
    }

    /// Words in names are no words of SQL.
    #[test]
    fn columns_called_like_functions() {
        let query = |condition: &str| {
            format!(
                "SELECT d.Collateral FROM (SELECT EventDate AS Collateral, Domain AS Brand FROM _Sent WHERE JobID = 1) d WHERE {condition}"
            )
        };
        fixed(
            RULE,
            &query("YEAR(d.Collateral) = 2024"),
            &query("d.Collateral >= '20240101' AND d.Collateral < '20250101'"),
        );
        fixed(RULE, &query("LOWER(d.Brand) = 'a--b'"), &query("d.Brand = 'a--b'"));
        unfixed(RULE, &query("LOWER(d.Brand) = 'a' COLLATE Latin1_General_CS_AS"));
        unfixed(RULE, &query("LOWER(d.Brand) /* x */ = 'a'"));
        unfixed(RULE, &query("DATEDIFF(day, d.Collateral, DATEADD(day, CAST(RAND() * 9 AS int), GETDATE())) = 5"));
    }

    #[test]
    fn ranges_of_dates() {
        for (before, after) in [
            ("YEAR(EventDate) >= 2024", "EventDate >= '20240101'"),
            ("2024 > YEAR(EventDate)", "EventDate < '20240101'"),
            ("DATEPART(yy, EventDate) BETWEEN 2022 AND 2023", "EventDate >= '20220101' AND EventDate < '20240101'"),
            (
                "CONVERT(date, EventDate) = '2024-01-31'",
                "EventDate >= '2024-01-31' AND EventDate < DATEADD(day, 1, '2024-01-31')",
            ),
            (
                "CAST(EventDate AS DATE) <= CAST(GETDATE() AS DATE)",
                "EventDate < DATEADD(day, 1, CAST(GETDATE() AS DATE))",
            ),
            ("DATEDIFF(day, EventDate, GETDATE()) <= 7", "EventDate >= DATEADD(day, -7, CAST(GETDATE() AS DATE))"),
            ("DATEDIFF(dd, EventDate, GETDATE()) < 7", "EventDate >= DATEADD(day, -6, CAST(GETDATE() AS DATE))"),
            ("DATEDIFF(day, EventDate, GETDATE()) > 7", "EventDate < DATEADD(day, -7, CAST(GETDATE() AS DATE))"),
            (
                "DATEDIFF(day, EventDate, GETDATE()) = 0",
                "EventDate >= CAST(GETDATE() AS DATE) AND EventDate < DATEADD(day, 1, CAST(GETDATE() AS DATE))",
            ),
            ("DATEDIFF(day, GETDATE(), EventDate) >= 1", "EventDate >= DATEADD(day, 1, CAST(GETDATE() AS DATE))"),
            ("DATEDIFF(day, GETDATE(), EventDate) <= 1", "EventDate < DATEADD(day, 2, CAST(GETDATE() AS DATE))"),
            ("DATEADD(hour, 24, EventDate) > GETDATE()", "EventDate > DATEADD(hour, -24, GETDATE())"),
            ("LEFT(SubscriberKey, 3) = '003'", "SubscriberKey LIKE '003%'"),
            ("LOWER(Domain) = 'a.b'", "Domain = 'a.b'"),
        ] {
            let query = |condition: &str| format!("SELECT JobID FROM _Sent WHERE {condition} AND JobID = 1");
            fixed(RULE, &query(before), &query(after));
        }
    }

    #[test]
    fn parentheses_where_they_are_needed() {
        fixed(
            RULE,
            "SELECT JobID FROM _Sent WHERE JobID = 1 OR YEAR(EventDate) = 2024",
            "SELECT JobID FROM _Sent WHERE JobID = 1 OR (EventDate >= '20240101' AND EventDate < '20250101')",
        );
    }

    #[test]
    fn no_fix_where_the_rows_could_differ() {
        for condition in [
            "YEAR(EventDate) = JobID + 1",
            "CONVERT(date, EventDate) = GETDATE() - 1",
            "CONVERT(date, EventDate) = '01/31/2024'",
            "DATEDIFF(month, EventDate, GETDATE()) <= 6",
            "DATEADD(month, 1, EventDate) > GETDATE()",
            "LEFT(SubscriberKey, 4) = '003'",
            "LEFT(SubscriberKey, 3) = '003' COLLATE Latin1_General_CS_AS",
            "CAST(EventDate AS DATE) <= '9999-12-31'",
            "CAST(EventDate AS DATE) = CAST('99991231' AS DATE)",
            "DATEDIFF(day, EventDate, GETDATE()) < 999999",
            "YEAR(/* fiscal */ EventDate) = 2024",
            "CAST(EventDate AS DATE) = DATEADD(day, -1 * CAST(RAND() * 10 AS INT), CAST(GETDATE() AS DATE))",
            "LEFT(SubscriberKey, 3) = '0_3'",
            "LOWER(Domain) COLLATE Latin1_General_CS_AS = 'a'",
            "CAST(JobID AS VARCHAR(10)) = '5'",
        ] {
            let text = format!("SELECT JobID FROM _Sent WHERE {condition}");
            let found = crate::tests::every_sql_finding(&text, &sfmc_db::QueryInfo::default());
            let found: Vec<_> = found.iter().filter(|found| found.rule.id == RULE).collect();
            assert!(found.iter().all(|found| found.fixes.is_empty()), "{condition}: {found:#?}");
        }
        unfixed(RULE, "SELECT Id FROM t WHERE LOWER(City) = 'rome'");
        unfixed(RULE, "SELECT JobID FROM _Sent WHERE NOT (YEAR(EventDate) < 2024)");
    }
}
