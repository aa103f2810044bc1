//! What functions return, by what they are given: types with their lengths, and whether they can return NULL.
//!
//! Only what T-SQL's reference says beyond the catalogue's table; a function that is not here has an unknown result.

use sfmc_catalog::sql::{Category, function};

use super::{
    calls::{CallArg, CallKind},
    constants::Constant,
    exprs::joined,
    model::ExprInfo,
    types::{Length, Nullability, SqlType},
};

/// Whether it makes one value of many rows. The name is in upper case.
pub(super) fn is_aggregate(name: &str) -> bool {
    // GROUPING tells rows of groups apart; it folds none.
    !name.starts_with("GROUPING") && function(name).is_some_and(|found| found.category == Category::Aggregate)
}

/// Whether it does nothing without OVER. The name is in upper case.
pub(super) fn needs_over(name: &str) -> bool {
    function(name).is_some_and(|found| found.needs_over)
}

/// Whether it is a function of T-SQL. The name is in upper case.
pub(super) fn is_known(name: &str) -> bool {
    function(name).is_some()
}

/// The place of the argument that is no value but a word.
pub(super) fn word_at(name: &str) -> Option<usize> {
    match name {
        "DATEADD" | "DATEDIFF" | "DATEDIFF_BIG" | "DATENAME" | "DATEPART" | "DATETRUNC" | "DATE_BUCKET" => Some(0),
        "ISJSON" => Some(1),
        _ => None,
    }
}

/// The part of a date that a word stands for: `mm` for `month`.
pub fn date_part(word: &str) -> Option<&'static str> {
    sfmc_catalog::sql::date_part(word).map(|part| part.name)
}

/// What a call returns. `name` is in upper case; `grouped` says whether there is a row for each group only.
pub(super) fn result(name: &str, args: &[CallArg], kind: CallKind, grouped: bool, parens: bool) -> ExprInfo {
    let ty = |at: usize| args.get(at).map_or(SqlType::Unknown, CallArg::ty);
    let any_null = || args.iter().fold(Nullability::Never, |all, arg| all.either(arg.nullability()));
    let null = |at: usize| args.get(at).map_or(Nullability::Unknown, CallArg::nullability);
    let (found, nullability) = match name {
        "GETDATE" | "GETUTCDATE" => (SqlType::DateTime, Nullability::Never),
        "CURRENT_TIMESTAMP" if !parens => (SqlType::DateTime, Nullability::Never),
        "SYSDATETIME" | "SYSUTCDATETIME" => (SqlType::DateTime2, Nullability::Never),
        "SYSDATETIMEOFFSET" => (SqlType::DateTimeOffset, Nullability::Never),
        "NEWID" => (SqlType::UniqueIdentifier, Nullability::Never),
        "PI" | "RAND" => (SqlType::Float, Nullability::Never),

        "COUNT" | "APPROX_COUNT_DISTINCT" | "CHECKSUM_AGG" | "COUNT_BIG" => {
            let wide = matches!(name, "COUNT_BIG" | "APPROX_COUNT_DISTINCT");
            let nullability = if name == "CHECKSUM_AGG" { Nullability::Unknown } else { Nullability::Never };
            (if wide { SqlType::BigInt } else { SqlType::Int }, nullability)
        }
        "SUM" => (sum(ty(0)), folded(null(0), kind, grouped)),
        "AVG" => (average(ty(0)), folded(null(0), kind, grouped)),
        "MIN" | "MAX" => (ty(0), folded(null(0), kind, grouped)),
        "STDEV" | "STDEVP" | "VAR" | "VARP" => (SqlType::Float, Nullability::Maybe),
        "STRING_AGG" => {
            let national = matches!(ty(0), SqlType::Text { national: true, .. });
            let known = ty(0).is_text();
            let text = SqlType::Text { national, fixed: false, length: Length::Unknown };
            (if known { text } else { SqlType::nvarchar(Length::Unknown) }, folded(null(0), kind, grouped))
        }
        "ROW_NUMBER" | "RANK" | "DENSE_RANK" | "NTILE" => (SqlType::BigInt, Nullability::Never),
        "CUME_DIST" | "PERCENT_RANK" => (SqlType::Float, Nullability::Never),
        "FIRST_VALUE" | "LAST_VALUE" => (ty(0), null(0)),
        "LAG" | "LEAD" => {
            let nullability = if args.len() > 2 { null(0).either(null(2)) } else { Nullability::Maybe };
            (ty(0), nullability)
        }
        "GROUPING" => (SqlType::TinyInt, Nullability::Never),
        "GROUPING_ID" => (SqlType::Int, Nullability::Never),

        "COALESCE" => return coalesced(args),
        "ISNULL" => {
            let found = if ty(0) == SqlType::Null { ty(1) } else { ty(0) };
            (found, null(0).both(null(1)))
        }
        "NULLIF" => (ty(0), Nullability::Maybe),
        "IIF" => (ty(1).join(ty(2)), null(1).either(null(2))),
        "CHOOSE" => {
            let rest = args.get(1..).unwrap_or_default();
            let ty = rest.iter().map(CallArg::ty).reduce(SqlType::join).unwrap_or(SqlType::Unknown);
            (ty, chosen(args.first().and_then(CallArg::integer), rest))
        }
        "GREATEST" | "LEAST" => {
            let all = args.iter().fold(None, |all, arg| Some(joined(all, &arg.info)));
            (all.map_or(SqlType::Unknown, |all| all.ty), Nullability::Unknown)
        }

        "LEN" | "CHARINDEX" | "PATINDEX" | "ASCII" | "UNICODE" | "DATALENGTH" | "DATEDIFF" | "DATEPART" | "DAY"
        | "MONTH" | "YEAR" | "DIFFERENCE" => {
            // A length of more than 8,000 is counted in bigint.
            let long = name == "LEN" && ty(0).text_length() != Some(Length::Max);
            let counted = matches!(name, "LEN" | "DATALENGTH" | "CHARINDEX" | "PATINDEX") && !long;
            let wide = counted && args.iter().any(|arg| arg.ty().text_length() == Some(Length::Max));
            (if wide { SqlType::BigInt } else { SqlType::Int }, any_null())
        }
        "DATEDIFF_BIG" => (SqlType::BigInt, any_null()),
        "ISNUMERIC" | "ISDATE" => (SqlType::Int, Nullability::Never),
        "ISJSON" | "JSON_PATH_EXISTS" => (SqlType::Int, any_null()),
        "CHECKSUM" | "BINARY_CHECKSUM" => (SqlType::Int, Nullability::Unknown),

        "DATEADD" | "DATETRUNC" | "DATE_BUCKET" => {
            let value = if name == "DATETRUNC" { 1 } else { 2 };
            (if ty(value).is_text() { SqlType::DateTime } else { date_only(ty(value)) }, any_value_null(args))
        }
        "DATENAME" => (SqlType::nvarchar(Length::Known(30)), null(1)),
        "EOMONTH" | "DATEFROMPARTS" => (SqlType::Date, any_null()),
        "DATETIMEFROMPARTS" => (SqlType::DateTime, any_null()),
        "DATETIME2FROMPARTS" => (SqlType::DateTime2, any_null()),
        "SMALLDATETIMEFROMPARTS" => (SqlType::SmallDateTime, any_null()),
        "TIMEFROMPARTS" => (SqlType::Time, any_null()),
        "DATETIMEOFFSETFROMPARTS" | "SWITCHOFFSET" | "TODATETIMEOFFSET" => (SqlType::DateTimeOffset, any_null()),

        "UPPER" | "LOWER" | "LTRIM" | "RTRIM" | "TRIM" | "REVERSE" => (varying(ty(0)), any_null()),
        "LEFT" | "RIGHT" => (part(ty(0), args.get(1)), any_null()),
        "SUBSTRING" => (part(ty(0), args.get(2)), any_null()),
        "REPLACE" => (replaced(args), any_null()),
        "STUFF" | "TRANSLATE" => {
            let same = name == "TRANSLATE";
            let length = if same { ty(0).as_text_length() } else { Length::Unknown };
            (text_like(args, length), any_null())
        }
        "REPLICATE" => {
            let count = args.get(1).and_then(CallArg::integer).and_then(|count| u16::try_from(count).ok());
            let length = match (ty(0).as_text_length(), count) {
                (Length::Known(length), Some(count)) => Length::Known(length.saturating_mul(count).min(8000)),
                _ => Length::Unknown,
            };
            (text_like(args.get(..1).unwrap_or_default(), length), any_null())
        }
        "SPACE" => {
            let count = args.first().and_then(CallArg::integer).and_then(|count| u16::try_from(count).ok());
            (SqlType::varchar(count.map_or(Length::Unknown, Length::Known)), any_null())
        }
        "CONCAT" => (concatenated(args, Length::Known(0)), Nullability::Never),
        "CONCAT_WS" => {
            let between = match (ty(0).as_text_length(), args.len()) {
                (Length::Known(length), count) => {
                    Length::Known(length.saturating_mul(u16::try_from(count.saturating_sub(2)).unwrap_or(u16::MAX)))
                }
                (other, _) => other,
            };
            (concatenated(args.get(1..).unwrap_or_default(), between), Nullability::Never)
        }
        "CHAR" | "NCHAR" => {
            let national = name == "NCHAR";
            let last = if national { 0xFFFF } else { 0xFF };
            let exists = args.first().and_then(CallArg::integer).is_some_and(|code| (0..=last).contains(&code));
            let nullability = if exists { Nullability::Never } else { Nullability::Maybe };
            (SqlType::Text { national, fixed: true, length: Length::Known(1) }, nullability)
        }
        "SOUNDEX" => (SqlType::varchar(Length::Known(4)), any_null()),
        "QUOTENAME" => {
            // A text of more than 128 characters is no name.
            let short = matches!(ty(0).as_text_length(), Length::Known(length) if length <= 128) && args.len() == 1;
            (SqlType::nvarchar(Length::Known(258)), if short { null(0) } else { Nullability::Maybe })
        }
        "STR" => {
            let length = if args.len() > 1 { args.get(1).and_then(CallArg::integer) } else { Some(10) };
            let length = length.and_then(|length| u16::try_from(length).ok()).map_or(Length::Unknown, Length::Known);
            (SqlType::varchar(length), any_null())
        }
        "FORMAT" => {
            // A format that is written out is one that has been seen to work.
            let written =
                args.get(1).is_some_and(|format| format.info.constant.as_ref().and_then(Constant::text).is_some());
            (SqlType::nvarchar(Length::Unknown), if written { null(0) } else { Nullability::Maybe })
        }
        "JSON_VALUE" | "JSON_MODIFY" | "STRING_ESCAPE" => (SqlType::nvarchar(Length::Unknown), Nullability::Maybe),
        "JSON_QUERY" | "JSON_OBJECT" | "JSON_ARRAY" | "JSON_ARRAYAGG" | "JSON_OBJECTAGG" => {
            (SqlType::nvarchar(Length::Unknown), Nullability::Unknown)
        }

        "ABS" | "SIGN" | "ROUND" | "POWER" | "DEGREES" | "RADIANS" => (number(ty(0)), any_null()),
        "CEILING" | "FLOOR" => {
            let whole = match number(ty(0)) {
                SqlType::Decimal(Some((precision, _))) => SqlType::decimal(precision, 0),
                other => other,
            };
            (whole, any_null())
        }
        "ACOS" | "ASIN" | "ATAN" | "ATN2" | "COS" | "COT" | "EXP" | "LOG" | "LOG10" | "SIN" | "SQRT" | "SQUARE"
        | "TAN" => (SqlType::Float, any_null()),
        "HASHBYTES" | "COMPRESS" | "DECOMPRESS" => (SqlType::Binary(Length::Unknown), any_null()),
        "DB_NAME" | "HOST_NAME" | "USER_NAME" | "SYSTEM_USER" => {
            (SqlType::nvarchar(Length::Known(128)), Nullability::Unknown)
        }
        _ => return ExprInfo::UNKNOWN,
    };
    let constant = if name == "ISNULL" || name == "NULLIF" { None } else { null_of(name, args) };
    ExprInfo { constant, ..ExprInfo::new(found, nullability) }
}

/// Functions that return NULL where one of their arguments is NULL. The name is in upper case.
pub(super) fn is_strict(name: &str) -> bool {
    matches!(
        name,
        "LEN"
            | "CHARINDEX"
            | "PATINDEX"
            | "ASCII"
            | "UNICODE"
            | "DATEDIFF"
            | "DATEDIFF_BIG"
            | "DATEPART"
            | "DATENAME"
            | "DAY"
            | "MONTH"
            | "YEAR"
            | "DATEADD"
            | "DATETRUNC"
            | "EOMONTH"
            | "UPPER"
            | "LOWER"
            | "LTRIM"
            | "RTRIM"
            | "TRIM"
            | "REVERSE"
            | "LEFT"
            | "RIGHT"
            | "SUBSTRING"
            | "REPLACE"
            | "ABS"
            | "SIGN"
            | "ROUND"
            | "FLOOR"
            | "CEILING"
            | "SQRT"
            | "SQUARE"
    )
}

/// Strict functions of NULL are NULL.
fn null_of(name: &str, args: &[CallArg]) -> Option<Constant> {
    let null = is_strict(name) && args.iter().any(|arg| arg.info.constant == Some(Constant::Null));
    null.then_some(Constant::Null)
}

fn any_value_null(args: &[CallArg]) -> Nullability {
    let values = args.iter().skip(1);
    values.fold(Nullability::Never, |all, arg| all.either(arg.nullability()))
}

/// Aggregates skip NULL, and are NULL where no row is left: without groups there can be none.
fn folded(value: Nullability, kind: CallKind, grouped: bool) -> Nullability {
    match kind {
        CallKind::Window => value,
        _ if grouped => value,
        _ => Nullability::Maybe,
    }
}

fn sum(ty: SqlType) -> SqlType {
    match ty {
        SqlType::TinyInt | SqlType::SmallInt | SqlType::Int => SqlType::Int,
        SqlType::BigInt | SqlType::Float => ty,
        SqlType::Decimal(Some((_, scale))) => SqlType::decimal(38, scale),
        SqlType::Decimal(None) => ty,
        SqlType::SmallMoney | SqlType::Money => SqlType::Money,
        SqlType::Real => SqlType::Float,
        _ => SqlType::Unknown,
    }
}

fn average(ty: SqlType) -> SqlType {
    match ty {
        SqlType::Decimal(Some((_, scale))) => SqlType::decimal(38, scale.max(6)),
        other => sum(other),
    }
}

fn number(ty: SqlType) -> SqlType {
    match ty {
        SqlType::TinyInt | SqlType::SmallInt | SqlType::Int => SqlType::Int,
        SqlType::BigInt | SqlType::Decimal(_) | SqlType::Float => ty,
        SqlType::SmallMoney | SqlType::Money => SqlType::Money,
        SqlType::Real => SqlType::Float,
        _ => SqlType::Unknown,
    }
}

fn date_only(ty: SqlType) -> SqlType {
    if ty.is_date() { ty } else { SqlType::Unknown }
}

/// The text that a function makes of a value.
fn varying(ty: SqlType) -> SqlType {
    match ty {
        SqlType::Text { national, length, .. } => SqlType::Text { national, fixed: false, length },
        // Text it is all the same.
        SqlType::Unknown => SqlType::nvarchar(Length::Unknown),
        other => SqlType::varchar(other.as_text_length()),
    }
}

/// A part of a text: no longer than it, nor than is asked for.
fn part(ty: SqlType, count: Option<&CallArg>) -> SqlType {
    let count = count.and_then(CallArg::integer).and_then(|count| u64::try_from(count).ok());
    let at_most = |length: Length| count.map_or(length, |count| length.at_most(count));
    match varying(ty) {
        SqlType::Text { national, length, .. } => SqlType::Text { national, fixed: false, length: at_most(length) },
        other => other,
    }
}

/// A text that is national if one of the arguments is, or can be.
fn text_like(args: &[CallArg], length: Length) -> SqlType {
    let national = |ty: SqlType| matches!(ty, SqlType::Text { national: true, .. } | SqlType::Unknown);
    let national = args.iter().any(|arg| national(arg.ty()));
    SqlType::Text { national, fixed: false, length }
}

/// REPLACE makes a text longer only where what it puts in is longer than what it takes out.
fn replaced(args: &[CallArg]) -> SqlType {
    let size = |at: usize| {
        let text = args.get(at)?.info.constant.as_ref()?.text()?.to_owned();
        Some(text.encode_utf16().count())
    };
    let shrinks = matches!((size(1), size(2)), (Some(out), Some(put)) if put <= out);
    let length = args.first().filter(|_| shrinks).map_or(Length::Unknown, |arg| arg.ty().as_text_length());
    text_like(args, length)
}

fn concatenated(args: &[CallArg], between: Length) -> SqlType {
    let national = |ty: SqlType| matches!(ty, SqlType::Text { national: true, .. } | SqlType::Unknown);
    let national = args.iter().any(|arg| national(arg.ty()));
    let limit = if national { 4000 } else { 8000 };
    let length = args.iter().fold(between, |all, arg| {
        let empty = arg.info.constant.as_ref().and_then(Constant::text).is_some_and(str::is_empty);
        if empty { all } else { all.plus(arg.ty().as_text_length(), limit) }
    });
    SqlType::Text { national, fixed: false, length }
}

/// Whether what CHOOSE takes can be NULL: by a number that is no place of a value, it takes none.
fn chosen(place: Option<i64>, values: &[CallArg]) -> Nullability {
    match place {
        Some(place) => {
            let value = usize::try_from(place).ok().and_then(|place| values.get(place.checked_sub(1)?));
            value.map_or(Nullability::Maybe, CallArg::nullability)
        }
        None => match values.iter().fold(Nullability::Never, |all, value| all.either(value.nullability())) {
            Nullability::Never => Nullability::Unknown,
            other => other,
        },
    }
}

fn coalesced(args: &[CallArg]) -> ExprInfo {
    let ty = args.iter().map(CallArg::ty).reduce(SqlType::join).unwrap_or(SqlType::Unknown);
    let nullability = args.iter().map(CallArg::nullability).reduce(Nullability::both);
    ExprInfo::new(ty, nullability.unwrap_or(Nullability::Unknown))
}
