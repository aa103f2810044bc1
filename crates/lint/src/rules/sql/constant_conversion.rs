use sfmc_catalog::sql::Confidence;
use sfmc_diagnostics::Severity;
use sfmc_semantic::sql::{ColumnId, Constant, ExprInfo, Nullability, OutputColumn, Select, SqlType, Target};
use sfmc_syntax::{
    TextRange,
    ast::{
        AstNode,
        sql::{self, ArithOp, Expr},
    },
};

use super::syntax::excerpt;
use crate::sql::{CheckSql, DayOrder, SqlContext, each_row_condition, is_no_day, is_optional, selects_in};

declare_rule! {
    /// A text that meets a number can be read as one.
    ///
    /// ## Why
    /// Where a text meets a number, a date or true and false, the server converts the text; so do CAST and CONVERT. One that is written in
    /// the query and is none, such as the 30th of February, ends the run with an error (messages 241, 242, 245 and 8114), and Validate does
    /// not see it. What is a day in one order of month and day and none in the other, `2024-13-01`, is a warning where the server's
    /// language says which is read first; so is what CASE, AND and their like may not come to. To put a number into a text, CONCAT converts
    /// the other way. What ISNULL, COALESCE, IIF and CASE return has one type, and so has a column of UNION: a text beside a number becomes
    /// one, in the rows that come to it. Source: sql.md, section 6 (types), and T-SQL's reference (data type precedence).
    ///
    /// ## Bad
    /// ```sql,target
    /// SELECT OrderId, EmailAddress FROM Orders WHERE Total = 'none'
    /// ```
    ///
    /// ## Good
    /// ```sql,target
    /// SELECT OrderId, EmailAddress FROM Orders WHERE Total = '0'
    /// ```
    pub ConstantConversion {
        id: "sql/constant-conversion",
        aliases: [],
        group: Correctness,
        severity: Error,
        fix: None,
        since: "0.1.0",
    }
}

impl CheckSql<sql::SelectStmt> for ConstantConversion {
    fn check(ctx: &mut SqlContext<'_>, statement: &sql::SelectStmt) {
        let meaning = ctx.meaning();
        if meaning.doubtful {
            return;
        }
        let mut found: Vec<(TextRange, String, bool)> = Vec::new();
        for (_, select) in selects_in(meaning, statement.range()) {
            each_row_condition(select, &mut |condition| {
                for (value, text) in condition.pairs() {
                    let constant = text.constant.as_ref().and_then(Constant::text);
                    if let (Some(constant), Some(what)) = (constant, what(value.ty))
                        && value.constant.is_none()
                        && (never(constant, value.ty) || hardly(constant, value.ty))
                        && !is_vague(ctx, value.columns.iter().chain(&value.column))
                    {
                        let side = value.column.and_then(|column| meaning.column(column));
                        let side =
                            side.map_or("what it is compared with".to_owned(), |column| format!("`{}`", column.name));
                        let message = format!("`'{}'` is not {what}, and {side} is", excerpt(constant));
                        found.push((text.range, message, never(constant, value.ty)));
                    }
                }
            });
        }
        for (range, message, sure) in found {
            if !ctx.is_broken(range) {
                let report = ctx.report::<Self>(range, message).help("the run fails when it converts this text");
                if !sure {
                    report.severity(Severity::Warning);
                }
            }
        }
    }
}

/// Whether the type of a value hangs on a data view that is not documented in all parts.
fn is_vague<'c>(ctx: &SqlContext<'_>, columns: impl IntoIterator<Item = &'c ColumnId>) -> bool {
    let view = |column: &ColumnId| ctx.view_column(*column).map(|(view, _)| view);
    columns.into_iter().filter_map(view).any(|view| view.confidence != Confidence::High)
}

impl CheckSql<sql::ArithExpr> for ConstantConversion {
    fn check(ctx: &mut SqlContext<'_>, arith: &sql::ArithExpr) {
        let meaning = ctx.meaning();
        if meaning.doubtful || ctx.is_broken(arith.range()) {
            return;
        }
        let mut operands = arith.operands();
        let Some(first) = operands.next() else { return };
        // What stands so far: a text that holds letters, which this constant gave it.
        let (mut ty, mut letters) = part(ctx, &first);
        for (operand, (_, op)) in operands.zip(arith.ops()) {
            let (next, next_letters) = part(ctx, &operand);
            let sum = op == Some(ArithOp::Add);
            let meets = |letters: &'_ Letters, number: SqlType| {
                let (text, range) = letters.clone()?;
                let counts = number.is_number() && number != SqlType::Bit;
                // Other types of dates the server does not add at all.
                let refused = sum && (counts || is_counted(number)) && never(&text, number);
                refused.then_some((text, range, number))
            };
            let bad = meets(&letters, next).or_else(|| meets(&next_letters, ty));
            if let Some((text, range, ty)) = bad {
                let what = what(ty).unwrap_or("a number");
                let message = format!("`'{}'` is not {what}: `+` converts a text that meets one", excerpt(&text));
                let help = if ty.is_date() {
                    "write CONCAT, or FORMAT the date"
                } else {
                    "write CONCAT, or CAST the number to nvarchar"
                };
                ctx.report::<Self>(range, message).help(help);
                return;
            }
            let texts = sum && ty.is_text() && next.is_text();
            letters = if texts { letters.or(next_letters) } else { None };
            ty = match () {
                () if texts => ty,
                () if ty.is_number() && next.is_number() => ty.join(next),
                () => SqlType::Unknown,
            };
        }
    }
}

impl CheckSql<sql::CastExpr> for ConstantConversion {
    fn check(ctx: &mut SqlContext<'_>, cast: &sql::CastExpr) {
        if cast.cast_token().is_some() {
            converted(ctx, cast.expr(), &Expr::CastExpr(cast.clone()), "CAST");
        }
    }
}

impl CheckSql<sql::ConvertExpr> for ConstantConversion {
    fn check(ctx: &mut SqlContext<'_>, convert: &sql::ConvertExpr) {
        // A style says how the text is to be read.
        if convert.convert_token().is_some() && convert.style().is_none() {
            converted(ctx, convert.value(), &Expr::ConvertExpr(convert.clone()), "CONVERT");
        }
    }
}

/// Reports a text that is converted to what it is not.
fn converted(ctx: &mut SqlContext<'_>, value: Option<Expr>, whole: &Expr, word: &str) {
    let meaning = ctx.meaning();
    let ty = meaning.expr(whole).map_or(SqlType::Unknown, |info| info.ty);
    let Some((value, what)) = value.zip(what(ty)) else { return };
    let text = meaning.expr(&value).and_then(|info| info.constant.as_ref()).and_then(Constant::text);
    let Some(text) = text.filter(|text| never(text, ty) || hardly(text, ty)) else { return };
    if meaning.doubtful || ctx.is_broken(whole.range()) {
        return;
    }
    let sure = never(text, ty) && !is_optional(whole.syntax());
    let message = format!("`'{}'` is not {what}, which {word} makes of it here", excerpt(text));
    let report = ctx
        .report::<ConstantConversion>(value.range(), message)
        .help(format!("TRY_{word} gives NULL instead of an error"));
    if !sure {
        report.severity(Severity::Warning);
    }
}

impl CheckSql<sql::CaseExpr> for ConstantConversion {
    fn check(ctx: &mut SqlContext<'_>, case: &sql::CaseExpr) {
        let results: Option<Vec<Expr>> = case
            .arms()
            .map(|arm| arm.result())
            .chain(case.else_arm().map(|arm| arm.expr()))
            .map(|result| result.map(Expr::without_parens))
            .collect();
        if let Some(results) = results {
            one_type(ctx, "CASE", &results, Reach::Each);
        }
        let Some(operand) = case.operand() else { return };
        for value in case.arms().filter_map(|arm| arm.condition()) {
            one_type(ctx, "CASE", &[operand.clone(), value], Reach::Each);
        }
    }
}

impl CheckSql<sql::SetOperation> for ConstantConversion {
    fn check(ctx: &mut SqlContext<'_>, operation: &sql::SetOperation) {
        let meaning = ctx.meaning();
        let query = operation.syntax().parent().and_then(|node| meaning.query_at(node.text_range()));
        let Some(query) = query.and_then(|id| meaning.query(id)).filter(|_| !meaning.doubtful) else { return };
        let selects: Vec<&Select> = query.selects.iter().filter_map(|id| meaning.select(*id)).collect();
        let plain = operation.operands().zip(&selects).all(|(body, select)| body.range() == select.range);
        let count = selects.first().map_or(0, |first| first.columns.len());
        let known = |select: &&Select| !select.open && select.columns.len() == count;
        if !plain || operation.operands().count() != selects.len() || !selects.iter().all(known) {
            return;
        }
        let mut found = Vec::new();
        for place in 0..count {
            let columns: Vec<&OutputColumn> = selects.iter().filter_map(|select| select.columns.get(place)).collect();
            let ty = columns.iter().map(|column| column.ty).reduce(SqlType::join).unwrap_or(SqlType::Unknown);
            let Some(what) = what(ty) else { continue };
            let is_unsure = |column: &&OutputColumn| ctx.is_broken(column.range) || reads_vague(ctx, column.range);
            if columns.iter().any(is_unsure) {
                continue;
            }
            let texts = columns.iter().filter_map(|column| Some((column.range, column.constant.as_ref()?.text()?)));
            found.extend(texts.filter(|(_, text)| never(text, ty)).map(|(range, text)| {
                (range, format!("`'{}'` is not {what}, which this column is in another SELECT", excerpt(text)))
            }));
        }
        for (range, message) in found {
            ctx.report::<Self>(range, message).help("CAST what stands in the other SELECT to nvarchar");
        }
    }
}

impl CheckSql<sql::CallExpr> for ConstantConversion {
    fn check(ctx: &mut SqlContext<'_>, call: &sql::CallExpr) {
        let args = || call.args().map(Expr::without_parens).collect::<Vec<_>>();
        if call.is_call_of("ISNULL") {
            one_type(ctx, "ISNULL", &args(), Reach::AfterNull { first_decides: true });
        } else if call.is_call_of("COALESCE") {
            one_type(ctx, "COALESCE", &args(), Reach::AfterNull { first_decides: false });
        } else if call.is_call_of("NULLIF") {
            one_type(ctx, "NULLIF", &args(), Reach::Each);
        } else if call.is_call_of("IIF") {
            one_type(ctx, "IIF", args().get(1..).unwrap_or_default(), Reach::Each);
        }
    }
}

/// In which rows the server comes to a value.
#[derive(Clone, Copy, PartialEq)]
enum Reach {
    /// In some, for all that is known.
    Each,
    /// In those where all before it are NULL. `first_decides`: the others are converted to the type of the first.
    AfterNull { first_decides: bool },
}

/// Reports the texts among values of one type that are none of it.
fn one_type(ctx: &mut SqlContext<'_>, word: &str, values: &[Expr], reach: Reach) {
    let meaning = ctx.meaning();
    let infos: Option<Vec<&ExprInfo>> = values.iter().map(|value| meaning.expr(value)).collect();
    let Some(infos) = infos.filter(|infos| infos.len() > 1 && !meaning.doubtful) else { return };
    let ty = match reach {
        Reach::AfterNull { first_decides: true } => infos.first().map_or(SqlType::Unknown, |first| first.ty),
        _ => infos.iter().map(|info| info.ty).reduce(SqlType::join).unwrap_or(SqlType::Unknown),
    };
    let Some(what) = what(ty) else { return };
    let mut found = Vec::new();
    for (value, info) in values.iter().zip(&infos) {
        let text = info.constant.as_ref().and_then(Constant::text);
        if let Some(text) = text.filter(|text| never(text, ty)) {
            found.push((value.range(), excerpt(text)));
        }
        if reach != Reach::Each && info.nullability == Nullability::Never {
            break;
        }
    }
    let is_unsure = |value: &Expr| ctx.is_broken(value.range()) || reads_vague(ctx, value.range());
    if found.is_empty() || values.iter().any(is_unsure) {
        return;
    }
    for (range, text) in found {
        let message = format!("`'{text}'` is not {what}, which {word} makes of it here");
        ctx.report::<ConstantConversion>(range, message)
            .severity(Severity::Warning)
            .help("the run fails on the first row that comes to it; CAST what it stands beside to nvarchar");
    }
}

/// Whether an expression reads a data view that is not documented in all parts.
fn reads_vague(ctx: &SqlContext<'_>, range: TextRange) -> bool {
    ctx.meaning().references_in(range).any(|reference| match &reference.target {
        Target::Column(column) => is_vague(ctx, [column]),
        _ => false,
    })
}

/// A text that is written in the query, and where.
type Letters = Option<(String, TextRange)>;

/// The type of an operand, and the text that it is.
fn part(ctx: &SqlContext<'_>, expr: &sql::Expr) -> (SqlType, Letters) {
    let Some(info) = ctx.meaning().expr(expr) else { return (SqlType::Unknown, None) };
    let text = info.constant.as_ref().and_then(Constant::text);
    let ty = if is_vague(ctx, &info.column) { SqlType::Unknown } else { info.ty };
    (ty, text.map(|text| (text.to_owned(), expr.range())))
}

fn what(ty: SqlType) -> Option<&'static str> {
    match ty {
        SqlType::Bit => Some("true or false"),
        ty if ty.is_integer() => Some("a whole number"),
        ty if ty.is_number() => Some("a number"),
        SqlType::DateTime | SqlType::SmallDateTime | SqlType::DateTime2 | SqlType::Date => Some("a date"),
        _ => None,
    }
}

/// Whether a text is surely nothing that the server makes a value of this type of. Blanks are zero, and signs may be.
pub(crate) fn never(text: &str, ty: SqlType) -> bool {
    let letters = || text.chars().filter(|c| c.is_alphabetic());
    match ty {
        SqlType::Bit => {
            let word = text.trim();
            letters().next().is_some() && !["true", "false"].iter().any(|known| word.eq_ignore_ascii_case(known))
        }
        ty if ty.is_integer() => letters().next().is_some() || text.contains(['.', ',', '/', ':']),
        // Commas between digits are for money only, and of blanks it makes no decimal.
        SqlType::Decimal(_) if text.trim().is_empty() => true,
        SqlType::Decimal(_) | SqlType::Float | SqlType::Real if text.contains(',') => true,
        // `1e5` is a number to some of them.
        ty if ty.is_number() => letters().any(|c| !matches!(c, 'e' | 'E' | 'd' | 'D')),
        // These are read in one order.
        SqlType::Date | SqlType::DateTime2 if is_no_day(text, DayOrder::Fixed) => true,
        ty if ty.is_date() && is_no_day(text, DayOrder::OfLanguage) => true,
        // Which words the server reads as a date depends on its language; without a digit there is none.
        ty if ty.is_date() => {
            let few = if text.contains('/') { 0 } else { 2 };
            letters().count() > few && !text.contains(|c: char| c.is_ascii_digit())
        }
        _ => false,
    }
}

/// Whether a text is no day to a server whose language writes the month before the day, as that of the server does most likely.
fn hardly(text: &str, ty: SqlType) -> bool {
    is_counted(ty) && is_no_day(text, DayOrder::MonthFirst)
}

/// Whether a type of dates knows days as numbers, and converts a text that meets it.
fn is_counted(ty: SqlType) -> bool {
    matches!(ty, SqlType::DateTime | SqlType::SmallDateTime)
}

#[cfg(test)]
mod tests {
    use crate::tests::{check, check_known, silent, silent_known, target::target};

    const RULE: &str = "sql/constant-conversion";

    #[test]
    fn on_the_text() {
        check_known(
            RULE,
            &target(),
            "
SELECT OrderId, EmailAddress FROM Orders WHERE Total = 'none' AND 'x' < Total AND Total IN ('1', 'a') AND Placed > 'today'
//                                                     ^^^^^^ error: `'none'` is not a whole number, and `Total` is
//                                                                ^^^ `'x'` is not a whole number
//                                                                                               ^^^ `'a'` is not a whole number
//                                                                                                                 ^^^^^^^ is not a date
SELECT CONCAT(OrderId, 1) AS OrderId, 'No. ' + Total AS EmailAddress FROM Orders WHERE Total BETWEEN '1.5' AND '20'
//                                    ^^^^^^ `'No. '` is not a whole number: `+` converts
//                                                                                                   ^^^^^ is not a whole number
",
        );
        check(
            RULE,
            "
SELECT 'a' + b + 'c' AS d, 'Id-' + LEFT(City, 2) + LEN(e) AS f, 1 + 'x' AS g FROM t WHERE CAST(h AS bit) = 'Yes' AND LEN(i) > 'x'
//                         ^^^^^ error: `'Id-'` is not a whole number
//                                                                  ^^^ `'x'` is not a whole number
//                                                                                                         ^^^^^ is not true or false
//                                                                                                                            ^^^ is not
SELECT JobID FROM _Open WHERE IsUnique = 'Yes'
//                                       ^^^^^ is not true or false
",
        );
    }

    #[test]
    fn on_days_and_commas() {
        check_known(
            RULE,
            &target(),
            "
SELECT OrderId, EmailAddress FROM Orders WHERE Placed = '20230229' AND Placed > '2024-13-01' AND Total > '1,000'
//                                                      ^^^^^^^^^^ error: `'20230229'` is not a date, and `Placed` is
//                                                                              ^^^^^^^^^^^^ warning: `'2024-13-01'` is not a date
//                                                                                                       ^^^^^^^ error: `'1,000'` is not
SELECT 'Date: ' + Placed AS EmailAddress, CONCAT('Date: ', Placed) AS OrderId FROM Orders
//     ^^^^^^^^ `'Date: '` is not a date: `+` converts
",
        );
        check(
            RULE,
            "
SELECT CAST('abc' AS int) AS a, CONVERT(date, '2024-02-30') AS b, IIF(c = 1, CAST('x' AS int), 0) AS d FROM t
//          ^^^^^ error: `'abc'` is not a whole number, which CAST makes of it here
//                                            ^^^^^^^^^^^^ error: `'2024-02-30'` is not a date, which CONVERT makes of it here
//                                                                                ^^^ warning: `'x'` is not a whole number
SELECT CAST('2024-13-01' AS datetime) AS a, CAST('2024-13-01' AS datetime2) AS b, ISNULL(CAST(c AS decimal(9, 2)), '') AS d FROM t
//          ^^^^^^^^^^^^ warning: `'2024-13-01'` is not a date
//                                               ^^^^^^^^^^^^ error: `'2024-13-01'` is not a date
//                                                                                                                 ^^ warning: `''` is not a number
",
        );
        for text in [
            "SELECT CAST('12' AS int) AS a, TRY_CAST('abc' AS int) AS b, CONVERT(date, '31/12/2024', 103) AS c FROM t",
            "SELECT CAST('1,000' AS money) AS a, CAST('' AS int) AS b, CAST('' AS float) AS c, CAST('' AS date) AS d FROM t",
            "SELECT CAST('2024-02-29' AS date) AS a, CAST('abc' AS varchar(2)) AS b, CAST('Feb 30' AS datetime) AS c FROM t",
            "SELECT CAST('{{{x}}}' AS int) AS a, 'x{{{a}}}' + GETDATE() AS b FROM t WHERE CAST(c AS date) > '{{{day}}}'",
            "SELECT CAST('${n}' AS int) AS a, CAST('$(n)' AS int) AS b, CAST('{n}' AS int) AS c FROM _Sent WHERE EventDate > '${from}'",
            "SELECT 'x' + FORMAT(GETDATE(), 'd') AS a, '' + GETDATE() AS b, ' ' + a AS c FROM t",
        ] {
            silent(RULE, text);
        }
    }

    #[test]
    fn what_may_not_be_evaluated() {
        check(
            RULE,
            "
SELECT a FROM t WHERE EXISTS (SELECT CAST('abc' AS int) FROM Foo) OR b = CAST('y' AS int)
//                                        ^^^^^ warning: `'abc'` is not a whole number
//                                                                            ^^^ warning: `'y'` is not a whole number
SELECT a FROM t WHERE 1 = 0 AND b = CAST('x' AS int)
//                                       ^^^ warning: `'x'` is not a whole number
SELECT a FROM t WHERE b IN (CAST('x' AS int), CAST('y' AS int))
//                               ^^^ error: `'x'` is not a whole number
//                                                 ^^^ warning: `'y'` is not a whole number
SELECT a FROM t WHERE CAST('x' AS int) = b AND NOT a = 1
//                         ^^^ error: `'x'` is not a whole number
SELECT CASE WHEN a = 1 THEN (SELECT CAST('x' AS int) FROM u) END AS b FROM t
//                                       ^^^ warning: `'x'` is not a whole number
",
        );
    }

    #[test]
    fn among_the_operands_of_union() {
        check_known(
            RULE,
            &target(),
            "
SELECT Total, City FROM Orders UNION ALL SELECT 'n/a' AS x, 'n/a' FROM Log UNION SELECT 1, 'x' FROM Log
//                                              ^^^^^^^^^^ error: `'n/a'` is not a whole number, which this column is in another SELECT
",
        );
        for text in [
            "SELECT Total FROM Orders UNION ALL SELECT '12' FROM Log",
            "SELECT Unheard FROM Orders UNION ALL SELECT 'n/a' FROM Log",
            "SELECT Total FROM Orders UNION ALL SELECT 'n/a', 1 FROM Log",
            "SELECT * FROM Unheard UNION ALL SELECT 'n/a' FROM Log",
            "SELECT Total FROM Orders UNION ALL (SELECT 'n/a' FROM Log)",
            "SELECT CAST(Total AS nvarchar(10)) FROM Orders UNION ALL SELECT 'n/a' FROM Log",
        ] {
            silent_known(RULE, &target(), text);
        }
    }

    #[test]
    fn among_values_of_one_type() {
        check_known(
            RULE,
            &target(),
            "
SELECT ISNULL(Total, 'none') AS OrderId, COALESCE(Total, NULL, ('none'), 'x') AS EmailAddress FROM Orders
//                   ^^^^^^ warning: `'none'` is not a whole number, which ISNULL makes of it here
//                                                              ^^^^^^ warning: `'none'` is not a whole number, which COALESCE makes of it here
SELECT ISNULL(Placed, 'n/a') AS a, IIF(City = 'x', Placed, 'never') AS b FROM Orders
//                    ^^^^^ warning: `'n/a'` is not a date, which ISNULL makes of it here
//                                                         ^^^^^^^ warning: `'never'` is not a date, which IIF makes of it here
",
        );
        check(
            RULE,
            "
SELECT CASE WHEN a = 1 THEN 1 WHEN a = 2 THEN 'two' ELSE 'none' END AS b, IIF(a = 1, 1.5, 'n/a') AS c FROM t
//                                            ^^^^^ warning: `'two'` is not a whole number
//                                                       ^^^^^^ warning: `'none'` is not a whole number, which CASE makes of it here
//                                                                                        ^^^^^ warning: `'n/a'` is not a number
SELECT NULLIF(LEN(a), 'x') AS b, CASE LEN(a) WHEN 1 THEN 'a' WHEN 'many' THEN 'b' END AS c FROM t
//                    ^^^ warning: `'x'` is not a whole number
//                                                                ^^^^^^ warning: `'many'` is not a whole number
",
        );
    }

    #[test]
    fn silent_among_values_that_convert_or_are_never_reached() {
        for text in [
            "SELECT ISNULL(City, 'none') AS a, COALESCE(Total, '0') AS b, ISNULL(Total, '') AS c FROM Orders",
            "SELECT ISNULL(Placed, '') AS a, COALESCE(Placed, '2020-01-01') AS b, ISNULL(Placed, 'am') AS c FROM Orders",
            "SELECT COALESCE(CAST(Total AS nvarchar(10)), 'none') AS a, CASE WHEN Total > 1 THEN 'a' ELSE NULL END AS b FROM Orders",
            "SELECT COALESCE(Total, 0, 'none') AS a, ISNULL(LEN('a'), 'none') AS b FROM Orders",
            "SELECT CASE WHEN Total > 1 THEN Unheard ELSE 'none' END AS a, ISNULL(City, Total) AS b FROM Orders",
            "SELECT CASE City WHEN 'x' THEN 1 ELSE 2 END AS a, NULLIF(City, 'x') AS b FROM Orders",
            "SELECT CASE WHEN City = 'a' THEN {{{x}}} ELSE 'none' END AS a FROM Orders",
        ] {
            silent_known(RULE, &target(), text);
        }
    }

    #[test]
    fn silent_on_what_converts_or_nobody_knows() {
        for text in [
            "SELECT OrderId, EmailAddress FROM Orders WHERE Total = '5' AND Total > '-1' AND Total <> '' AND Total < ' 7 '",
            "SELECT OrderId, EmailAddress FROM Orders WHERE City = 'none' AND Placed > '2024-01-01' AND Placed < 'Jan 5 2024'",
            "SELECT OrderId, EmailAddress FROM Orders WHERE Unknown = 'none' AND CAST(Total AS varchar(5)) = 'none'",
            "SELECT CONCAT('No. ', Total) AS OrderId, 'x' + City AS EmailAddress FROM Orders",
            "SELECT '1' + Total AS OrderId, Placed + '' AS EmailAddress FROM Orders",
        ] {
            silent_known(RULE, &target(), text);
        }
        for text in [
            "SELECT a FROM t WHERE a = 'x' AND CAST(b AS bit) = 'True' AND CAST(c AS float) = '1e5'",
            "SELECT JobID FROM _Open WHERE IsUnique = 'true' AND JobID = '5'",
            "SELECT 'a' + b AS c, 'a' + 'b' AS d, a - 'x' AS e FROM t",
            "SELECT 'x' + CAST(a AS varchar(5)) AS b, 'x' + STR(a) AS c FROM t",
        ] {
            silent(RULE, text);
        }
    }
}
