use sfmc_diagnostics::similar;
use sfmc_semantic::sql::{Length, SqlType, named_type};
use sfmc_sql::{SqlProblem, SqlProblemKind};
use sfmc_syntax::{
    TextEdit, TextRange,
    ast::{
        AstNode,
        sql::{self, Expr},
    },
};

use crate::sql::{CheckSql, SqlContext, WrongSize, wrong_size};

declare_rule! {
    /// CAST and CONVERT name a type that there is.
    ///
    /// ## Why
    /// T-SQL has types of its own, among them no STRING, NUMBER or BOOLEAN, and refuses others (message 243), and sizes that they cannot
    /// have: `varchar(9000)`, `decimal(40, 2)`, `int(5)` (messages 131, 291 and 2750). CONVERT takes the type first and the value behind
    /// it, CAST the other way round. Source: sql.md, section 7 (grammar), and T-SQL's reference (data types, CAST and CONVERT).
    ///
    /// ## Bad
    /// ```sql
    /// SELECT CAST(OrderId AS STRING) AS OrderId FROM Orders
    /// ```
    ///
    /// ## Good
    /// ```sql
    /// SELECT CAST(OrderId AS nvarchar(50)) AS OrderId FROM Orders
    /// ```
    pub UnknownType {
        id: "sql/unknown-type",
        aliases: [],
        group: Correctness,
        severity: Error,
        fix: Unsafe,
        since: "0.1.0",
    }
}

impl CheckSql<sql::CastExpr> for UnknownType {
    fn check(ctx: &mut SqlContext<'_>, cast: &sql::CastExpr) {
        if let Some(data_type) = cast.data_type() {
            unknown(ctx, &data_type, cast.range());
        }
    }
}

impl CheckSql<sql::ConvertExpr> for UnknownType {
    fn check(ctx: &mut SqlContext<'_>, convert: &sql::ConvertExpr) {
        let (Some(data_type), Some(value)) = (convert.data_type(), convert.value()) else { return };
        if !is_known(&data_type) && is_type(&value) {
            report_swapped(ctx, convert, &data_type, &value);
        } else {
            unknown(ctx, &data_type, convert.range());
        }
    }
}

fn unknown(ctx: &mut SqlContext<'_>, data_type: &sql::DataType, whole: TextRange) {
    let name = data_type.name().filter(|name| name.parts().len() == 1);
    let Some(token) = name.as_ref().and_then(|name| name.last()) else { return };
    size(ctx, data_type, &token, whole);
    if is_known(data_type) || token.has_placeholder() || ctx.meaning().doubtful || ctx.is_broken(whole) {
        return;
    }
    let word = token.value();
    // `DOUBLE PRECISION`, `NATIONAL CHAR`: of several words the range is the whole name.
    let Some(range) = name.map(|name| name.range()).filter(|range| ctx.text(*range).len() == token_len(&token)) else {
        return;
    };
    let sized = data_type.type_size().is_some();
    let meant = foreign(&word.to_ascii_lowercase(), sized);
    let meant = meant.or_else(|| similar::closest(&word, TYPES.iter().copied()));
    let report = ctx.report::<UnknownType>(range, format!("T-SQL has no type `{word}`"));
    if let Some(meant) = meant {
        report
            .help(format!("did you mean `{meant}`?"))
            .unsafe_fix(format!("write `{meant}`"), [TextEdit::replace(range, meant)]);
    }
}

/// Reports a size that a type cannot have.
fn size(ctx: &mut SqlContext<'_>, data_type: &sql::DataType, name: &sql::NameToken, whole: TextRange) {
    let Some(size) = data_type.type_size() else { return };
    let sizes: Option<Vec<i64>> = size.args().map(|arg| arg.as_integer()).collect();
    let wrong = sizes.and_then(|sizes| wrong_size(&name.value().to_ascii_lowercase(), &sizes));
    let Some(wrong) = wrong.filter(|_| !ctx.meaning().doubtful && !ctx.is_broken(whole)) else { return };
    let range = size.range();
    let none = wrong == WrongSize::None;
    let report = ctx.report::<UnknownType>(range, wrong.message(&name.value().to_ascii_lowercase()));
    if none {
        report.unsafe_fix("leave it out", [TextEdit::delete(range)]);
    }
}

fn token_len(token: &sql::NameToken) -> usize {
    use sfmc_syntax::ast::AstToken;
    usize::from(token.syntax().text_range().len())
}

/// `CONVERT(x, varchar)`.
fn report_swapped(ctx: &mut SqlContext<'_>, convert: &sql::ConvertExpr, data_type: &sql::DataType, value: &Expr) {
    if ctx.meaning().doubtful {
        return;
    }
    let (first, second) = (data_type.range(), value.range());
    let (value, ty) = (ctx.text(first).to_owned(), ctx.text(second).to_owned());
    let edits = [TextEdit::replace(first, ty.clone()), TextEdit::replace(second, value.clone())];
    // Of `GETDATE()` the parser found the type's size missing; it reads as a value all the same.
    let unclear = value.contains("--") || ty.contains("--") || convert.r_paren_token().is_none();
    let report = ctx.report::<UnknownType>(
        TextRange::new(first.start(), second.end()),
        "CONVERT takes the type first, then the value",
    );
    if !unclear {
        report.unsafe_fix(format!("write `CONVERT({ty}, {value})`"), edits);
    }
}

/// Whether a type stands at a place as a value, because CONVERT was given it behind the value: of the name nothing else is to be said.
pub(super) fn is_swapped(ctx: &SqlContext<'_>, place: TextRange) -> bool {
    let Some(convert) = convert_at(ctx, place) else { return false };
    let lacks = convert.data_type().is_none_or(|data_type| !is_known(&data_type));
    lacks && convert.args().any(|arg| arg.range().contains_range(place) && is_type(&arg))
}

/// Of `CONVERT(GETDATE(), varchar(10))` the parser found that the size of a type is missing: another mistake is reported for it.
pub(super) fn words(ctx: &mut SqlContext<'_>, problem: &SqlProblem) -> bool {
    let lacks = problem.kind == SqlProblemKind::ExpectedExpression;
    let Some(convert) = Some(problem.range).filter(|_| lacks).and_then(|range| convert_at(ctx, range)) else {
        return false;
    };
    let (Some(data_type), Some(value)) = (convert.data_type(), convert.value()) else { return false };
    // In a type nothing else can be missing.
    data_type.range().contains_range(problem.range)
        && !is_known(&data_type)
        && is_type(&value)
        && !ctx.meaning().doubtful
}

/// The CONVERT around a place.
fn convert_at(ctx: &SqlContext<'_>, place: TextRange) -> Option<sql::ConvertExpr> {
    // A name is a token in a name in an expression; a size stands in a type.
    ctx.token_at(place.start())?.parent_ancestors().take(4).find_map(sql::ConvertExpr::cast)
}

/// Whether it is a type of the server, or can be one that somebody has made.
fn is_known(data_type: &sql::DataType) -> bool {
    let Some(name) = data_type.name() else { return true };
    let text = name.syntax().text().to_string().to_ascii_lowercase();
    let words: Vec<&str> = text.split_whitespace().collect();
    match words.as_slice() {
        // `sys.int` and `dbo.MyType` are types, `t.Column` is none.
        [word] if word.contains('.') => {
            name.qualifier().is_some_and(|first| ["sys", "dbo"].contains(&first.key().as_str()))
        }
        [word] => is_type_name(word.trim_matches(['[', ']', '"'])),
        // `DOUBLE PRECISION`, `NATIONAL CHARACTER VARYING`
        [first, ..] => matches!(*first, "double" | "national" | "char" | "character" | "binary") || words.len() > 3,
        [] => true,
    }
}

fn is_type_name(word: &str) -> bool {
    named_type(word, &[], Length::Unknown) != SqlType::Unknown || OTHERS.contains(&word)
}

/// Whether an expression reads as a type: `varchar`, `varchar(10)`.
fn is_type(expr: &Expr) -> bool {
    let name = match expr {
        Expr::NameExpr(name) => name.name(),
        Expr::CallExpr(call) if call.over_clause().is_none() => call.name(),
        _ => None,
    };
    let name = name.filter(|name| name.parts().len() == 1).and_then(|name| name.last());
    name.is_some_and(|name| !name.is_quoted() && is_type_name(&name.value().to_ascii_lowercase()))
}

/// Types of which nothing else is known here.
const OTHERS: &[&str] =
    &["image", "timestamp", "rowversion", "geography", "geometry", "hierarchyid", "json", "vector", "cursor", "table"];

/// What is most likely meant by a word that is nearly one of these.
const TYPES: &[&str] = &[
    "nvarchar",
    "varchar",
    "int",
    "bigint",
    "smallint",
    "tinyint",
    "decimal",
    "numeric",
    "float",
    "bit",
    "date",
    "datetime",
    "datetime2",
    "datetimeoffset",
    "smalldatetime",
    "time",
    "nchar",
    "uniqueidentifier",
];

/// What the types of other languages are called in T-SQL.
fn foreign(word: &str, sized: bool) -> Option<&'static str> {
    Some(match word {
        "string" | "str" | "varchar2" | "nvarchar2" | "clob" if sized => "nvarchar",
        "string" | "str" | "varchar2" | "nvarchar2" | "clob" | "longtext" | "mediumtext" => "nvarchar(4000)",
        "number" if sized => "decimal",
        "number" | "signed" | "unsigned" | "int4" | "int32" | "mediumint" if !sized => "int",
        "long" | "int8" | "int64" => "bigint",
        "bool" | "boolean" => "bit",
        "double" | "float8" | "float64" => "float",
        "datetime64" | "timestamptz" => "datetime2",
        "guid" | "uuid" => "uniqueidentifier",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use sfmc_diagnostics::Severity;

    use crate::tests::{check, every_sql_finding, fixed, silent, target::target, unfixed};

    const RULE: &str = "sql/unknown-type";

    #[test]
    fn on_the_type() {
        check(
            RULE,
            "
SELECT CAST(a AS STRING) AS b, TRY_CONVERT(Boolean, c) AS d, TRY_CAST(e AS nvarchr(10)) AS f, PARSE(g AS quux) AS h FROM t
//               ^^^^^^ error: T-SQL has no type `STRING`
//                                         ^^^^^^^ T-SQL has no type `Boolean`
//                                                                         ^^^^^^^ T-SQL has no type `nvarchr`
//                                                                                                       ^^^^ T-SQL has no type `quux`
SELECT CONVERT(a, varchar) AS b, CONVERT(t.c, nvarchar(10)) AS d FROM t
//             ^^^^^^^^^^ CONVERT takes the type first, then the value
//                                       ^^^^^^^^^^^^^^^^^ CONVERT takes the type first, then the value
",
        );
    }

    #[test]
    fn on_sizes() {
        check(
            RULE,
            "
SELECT CAST(a AS varchar(9000)) AS b, CONVERT(nvarchar(4001), a) AS c, CAST(a AS int(5)) AS d, CAST(a AS varchar(0)) AS e FROM t
//                      ^^^^^^ error: `varchar` has up to 8000 characters: write `varchar(max)`
//                                                    ^^^^^^ `nvarchar` has up to 4000 characters
//                                                                                  ^^^ `int` has no size
//                                                                                                              ^^^ at least 1
SELECT CAST(a AS decimal(40, 2)) AS b, TRY_CAST(a AS NUMERIC(5,6)) AS c, CAST(a AS datetime2(8)) AS d FROM t
//                      ^^^^^^^ `decimal` has 1 to 38 digits
//                                                          ^^^^^ of 5 digits no 6
//                                                                                          ^^^ `datetime2` has 0 to 7 digits
",
        );
        for text in [
            "SELECT CAST(a AS varchar(8000)) AS b, CAST(a AS nvarchar(max)) AS c, CAST(a AS decimal(38, 38)) AS d FROM t",
            "SELECT CAST(a AS time(0)) AS b, CAST(a AS float(53)) AS c, CAST(a AS varchar({{{n}}})) AS d FROM t",
        ] {
            silent(RULE, text);
        }
        fixed(RULE, "SELECT CAST(a AS int(5)) AS b FROM t", "SELECT CAST(a AS int) AS b FROM t");
    }

    /// What the parser makes of such a CONVERT is not said.
    #[test]
    fn one_mistake() {
        for text in [
            "SELECT CONVERT(d.a, varchar) AS b FROM (SELECT 1 AS a) d",
            "SELECT CONVERT(a, varchar(10)) AS b FROM (SELECT 1 AS a) d",
            "SELECT CONVERT(GETDATE(), varchar(10), 120) AS b FROM (SELECT 1 AS a) d",
        ] {
            let found = every_sql_finding(text, &target());
            let found = found
                .iter()
                .filter(|found| found.severity >= Severity::Warning && !found.rule.id.starts_with("sql/target"));
            let found: Vec<_> = found.map(|found| found.rule.id).collect();
            assert_eq!(found, [RULE], "{text}");
        }
    }

    #[test]
    fn silent_on_types() {
        for text in [
            "SELECT CAST(a AS INT) AS b, CAST(a AS [varchar](5)) AS c, CONVERT(date, a) AS d, CONVERT(varchar(10), a, 120) AS e FROM t",
            "SELECT CAST(a AS double precision) AS b, CAST(a AS national char varying(5)) AS c FROM t",
            "SELECT CAST(a AS rowversion) AS b, CAST(a AS sys.int) AS c, CAST(a AS dbo.MyType) AS d FROM t",
            "SELECT CONVERT(varchar, date) AS b, CONVERT(date, [varchar]) AS c, CAST(a AS sysname) AS d FROM t",
            "SELECT CAST(a AS {{{type}}}) AS b, CONVERT({{{type}}}, c) AS d FROM t",
            "SELECT CAST(a AS ) AS b FROM t",
            "SELECT a::string AS b FROM t",
            "SELECT CAST(a AS character varying(10)) AS b, CAST(a AS xml) AS c, CAST(a AS money) AS d FROM t",
        ] {
            silent(RULE, text);
        }
    }

    #[test]
    fn writes_what_was_meant() {
        fixed(RULE, "SELECT CAST(a AS String(20)) AS b FROM t", "SELECT CAST(a AS nvarchar(20)) AS b FROM t");
        fixed(RULE, "SELECT CAST(a AS string) AS b FROM t", "SELECT CAST(a AS nvarchar(4000)) AS b FROM t");
        fixed(RULE, "SELECT CAST(a AS datetim) AS b FROM t", "SELECT CAST(a AS datetime) AS b FROM t");
        fixed(
            RULE,
            "SELECT CONVERT(t.a, varchar(10), 120) AS b FROM t",
            "SELECT CONVERT(varchar(10), t.a, 120) AS b FROM t",
        );
        unfixed(RULE, "SELECT CAST(a AS quux) AS b FROM t");
    }
}
