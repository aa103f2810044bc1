use sfmc_semantic::sql::{Condition, ConditionKind, Constant, Operand, SqlType};
use sfmc_syntax::{
    TextEdit, TextRange,
    ast::{
        AstNode, sql,
        sql::{ArithOp, CompareOp},
    },
};

use super::constant_conversion::never;
use crate::sql::{CheckSql, SqlContext, each_row_condition, selects_in};

declare_rule! {
    /// A text is compared with a text, and a number with a number.
    ///
    /// ## Why
    /// Where a text meets a number or a date, the server converts the text, in every row: one row whose text is no number ends the run with
    /// an error, `007` is equal to `7`, and no index of the column is used. `+` adds where one of both is a number.
    /// Source: sql.md, section 4 (comparing Text with a number literal; joining Text key to Number key); rules.md, 2.5
    /// (sql/implicit-conversion).
    ///
    /// ## Bad
    /// ```sql
    /// SELECT JobID FROM _Sent WHERE SubscriberKey = 12345
    /// ```
    ///
    /// ## Good
    /// ```sql
    /// SELECT JobID FROM _Sent WHERE SubscriberKey = '12345'
    /// ```
    pub ImplicitConversion {
        id: "sql/implicit-conversion",
        aliases: ["MCE017"],
        group: Suspicious,
        severity: Warning,
        fix: Unsafe,
        since: "0.1.0",
    }
}

struct Conversion {
    range: TextRange,
    message: String,
    /// What becomes of numbers that are written.
    quoted: Vec<(TextRange, String)>,
}

impl CheckSql<sql::SelectStmt> for ImplicitConversion {
    fn check(ctx: &mut SqlContext<'_>, statement: &sql::SelectStmt) {
        let mut found = Vec::new();
        for (_, select) in selects_in(ctx.meaning(), statement.range()) {
            each_row_condition(select, &mut |condition| {
                let pairs = condition.pairs();
                let mut conversions = pairs.iter().filter_map(|(text, other)| conversion(ctx, condition, text, other));
                if matches!(condition.kind, ConditionKind::In { .. }) {
                    // One finding for the whole list: its numbers are all converted for one reason.
                    let Some(mut first) = conversions.next() else { return };
                    // One number that stays makes numbers of all.
                    let mut all = !first.quoted.is_empty();
                    for Conversion { quoted, .. } in conversions {
                        all &= !quoted.is_empty();
                        first.quoted.extend(quoted);
                    }
                    first.quoted.truncate(if all { usize::MAX } else { 0 });
                    found.push(first);
                } else {
                    found.extend(conversions);
                }
            });
        }
        for Conversion { range, message, quoted } in found {
            let report = ctx.report::<Self>(range, message);
            if let Some((_, text)) = quoted.first() {
                let more = if quoted.len() > 1 { ", …" } else { "" };
                let title = format!("write `{text}{more}`");
                let edits: Vec<TextEdit> =
                    quoted.into_iter().map(|(place, text)| TextEdit::replace(place, text)).collect();
                report.unsafe_fix(title, edits);
            }
        }
    }
}

impl CheckSql<sql::ArithExpr> for ImplicitConversion {
    fn check(ctx: &mut SqlContext<'_>, arith: &sql::ArithExpr) {
        let meaning = ctx.meaning();
        if meaning.doubtful {
            return;
        }
        if !arith.ops().all(|(_, op)| op == Some(ArithOp::Add)) {
            return computed(ctx, arith);
        }
        // From left to right: a text that meets a number is converted, and the sum is a number.
        let mut text = None;
        let mut number = false;
        for operand in arith.operands() {
            let Some(info) = meaning.expr(&operand) else { return };
            let is_number = info.ty.is_number() && info.ty != SqlType::Bit;
            // What is written in the text and is no number has a rule of its own.
            let written = info.constant.as_ref().and_then(Constant::text);
            if (!is_number && !info.ty.is_text()) || written.is_some_and(|text| never(text, SqlType::Int)) {
                return;
            }
            let column = info.column.filter(|_| info.ty.is_text()).and_then(|column| meaning.column(column));
            let column = column.map(|column| (operand.range(), column.name.as_str()));
            let met = if is_number { text } else { column.filter(|_| number) };
            if let Some((range, name)) = met {
                return added(ctx, range, name);
            }
            text = text.or(column);
            number |= is_number;
        }
    }
}

/// A text in a product, or the like, with a number.
fn computed(ctx: &mut SqlContext<'_>, arith: &sql::ArithExpr) {
    let meaning = ctx.meaning();
    let computes = |op| matches!(op, Some(ArithOp::Multiply | ArithOp::Divide | ArithOp::Remainder));
    let Some((sign, _)) = arith.ops().next().filter(|_| arith.ops().all(|(_, op)| computes(op))) else { return };
    let mut text = None;
    let mut number = false;
    for operand in arith.operands() {
        let Some(info) = meaning.expr(&operand) else { return };
        let is_number = info.ty.is_number() && info.ty != SqlType::Bit;
        if !is_number && !info.ty.is_text() {
            return;
        }
        number |= is_number;
        let column = info.column.filter(|_| info.ty.is_text()).and_then(|column| meaning.column(column));
        text = text.or(column.map(|column| (operand.range(), column.name.as_str())));
    }
    let Some((range, name)) = text.filter(|_| number) else { return };
    let message = format!("`{name}` is a text and meets a number: `{}` converts every row of it", sign.text());
    ctx.report::<ImplicitConversion>(range, message)
        .help("write `TRY_CAST(x AS int)`: a text that is no number ends the run");
}

fn added(ctx: &mut SqlContext<'_>, range: TextRange, name: &str) {
    let message = format!("`{name}` is a text and meets a number: `+` converts it and adds");
    ctx.report::<ImplicitConversion>(range, message).help("to put both into one text, write CONCAT");
}

fn conversion(ctx: &SqlContext<'_>, condition: &Condition, text: &Operand, other: &Operand) -> Option<Conversion> {
    let column = text.column.filter(|_| text.ty.is_text())?;
    let name = &ctx.meaning().column(column)?.name;
    let number = matches!(other.constant, Some(Constant::Integer(_) | Constant::Number(_)));
    if number && other.ty.is_number() {
        let written = ctx.text(other.range);
        // As texts `'9'` is more than `'10'`, and `'0123'` is not `'123'`.
        let same = is_equality(condition) && is_canonical(written);
        let quoted = same.then(|| (other.range, format!("'{written}'"))).into_iter().collect();
        let message = format!("`{name}` is a text: every row of it is converted to a number here");
        return Some(Conversion { range: other.range, message, quoted });
    }
    if let Some(key) = other.column {
        let key = &ctx.meaning().column(key)?.name;
        let what = if other.ty.is_date() {
            "a date"
        } else if other.ty.is_number() && other.ty != SqlType::Bit {
            "a number"
        } else {
            return None;
        };
        let message = format!("`{name}` is a text and `{key}` {what}: every row is converted to compare them");
        return Some(Conversion { range: condition.range, message, quoted: Vec::new() });
    }
    if other.ty.is_date() && other.columns.is_empty() && other.moment.is_some() {
        let message = format!("`{name}` is a text: every row of it is converted to a date here");
        return Some(Conversion { range: other.range, message, quoted: Vec::new() });
    }
    None
}

/// Whether a condition asks for the same value, and not for a larger or smaller one.
fn is_equality(condition: &Condition) -> bool {
    match &condition.kind {
        ConditionKind::Compare { op, .. } => matches!(op, CompareOp::Equal | CompareOp::NotEqual),
        ConditionKind::In { .. } => true,
        _ => false,
    }
}

/// Whether a number is written as it would be shown.
fn is_canonical(number: &str) -> bool {
    number == "0" || !number.starts_with('0') && number.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use crate::tests::{check, check_known, fixed, silent, silent_known, target::target, unfixed};

    const RULE: &str = "sql/implicit-conversion";

    #[test]
    fn on_what_makes_it_convert() {
        check(
            RULE,
            "
SELECT s.JobID FROM _Sent s JOIN _Job j ON j.EventID = s.JobID
//                                         ^^^^^^^^^^^^^^^^^^^ warning: `EventID` is a text and `JobID` a number
WHERE s.SubscriberKey IN (1, '2') AND s.Domain > GETDATE() AND s.SubscriberKey BETWEEN 1 AND -5
//                        ^ `SubscriberKey` is a text: every row of it is converted to a number
//                                               ^^^^^^^^^ `Domain` is a text: every row of it is converted to a date
//                                                                                     ^ converted to a number
//                                                                                           ^^ converted to a number
",
        );
        check_known(
            RULE,
            &target(),
            "
SELECT OrderId, EmailAddress FROM Orders WHERE City = 5
//                                                    ^ `City` is a text
SELECT City * 2 AS OrderId, 2.5 / Total / City AS EmailAddress FROM Orders
//     ^^^^ `City` is a text and meets a number: `*` converts
//                                        ^^^^ `City` is a text and meets a number: `/` converts
SELECT City + Total AS OrderId, 1 + OrderId AS EmailAddress, City + '-' + Total AS City FROM Orders
//     ^^^^ `City` is a text and meets a number
//                                  ^^^^^^^ `OrderId` is a text and meets a number
//                                                           ^^^^ `City` is a text and meets a number
",
        );
    }

    #[test]
    fn once_for_a_list() {
        check(
            RULE,
            "
SELECT JobID FROM _Sent WHERE SubscriberKey IN (1, 2, 3) AND Domain NOT IN ('a', 4)
//                                              ^ `SubscriberKey` is a text
//                                                                               ^ `Domain` is a text
",
        );
    }

    #[test]
    fn silent_on_like_types() {
        for text in [
            "SELECT JobID FROM _Sent WHERE JobID = '5'",
            "SELECT JobID FROM _Sent WHERE SubscriberKey = '5'",
            "SELECT JobID FROM _Sent WHERE EventDate > '2024-01-01'",
            "SELECT JobID FROM _Sent WHERE CAST(SubscriberKey AS INT) = 5",
            "SELECT JobID FROM _Open WHERE IsUnique = 'True'",
            "SELECT s.JobID FROM _Sent s JOIN _Subscribers u ON u.SubscriberID = s.SubscriberID",
            "SELECT Id FROM Orders WHERE City = 5",
        ] {
            silent(RULE, text);
        }
        silent_known(RULE, &target(), "SELECT OrderId, EmailAddress FROM Orders WHERE Total = 5 AND City = '5'");
        for list in [
            "City + OrderId",
            "City + '-' + OrderId",
            "Total + 1",
            "City + CAST(Total AS varchar(5))",
            "Total + Unknown",
            "'Total: ' + City + Total",
            "Placed + 1",
            "Total * 2",
            "Total / Total",
            "TRY_CAST(City AS int) * 2",
            "Unknown * 2",
            "'5' * 2",
        ] {
            silent_known(RULE, &target(), &format!("SELECT {list} AS OrderId, EmailAddress FROM Orders"));
        }
    }

    #[test]
    fn writes_a_text() {
        fixed(
            RULE,
            "SELECT JobID FROM _Sent WHERE 12 = SubscriberKey",
            "SELECT JobID FROM _Sent WHERE '12' = SubscriberKey",
        );
        fixed(
            RULE,
            "SELECT JobID FROM _Sent WHERE SubscriberKey IN (1, 'a', 23)",
            "SELECT JobID FROM _Sent WHERE SubscriberKey IN ('1', 'a', '23')",
        );
        for condition in
            ["SubscriberKey > 12", "SubscriberKey BETWEEN 1 AND 2", "SubscriberKey = 012", "1.0 = SubscriberKey"]
        {
            unfixed(RULE, &format!("SELECT JobID FROM _Sent WHERE {condition}"));
        }
    }
}
