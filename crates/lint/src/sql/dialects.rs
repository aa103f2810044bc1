//! What is of another dialect, as T-SQL writes it.

use sfmc_syntax::{
    SyntaxKind, TextEdit, TextRange,
    ast::{AstNode, sql},
};

use super::{SqlContext, is_condition};

/// A function of another dialect.
pub(crate) struct Foreign {
    /// Its name, in upper case.
    pub(crate) name: &'static str,
    /// What T-SQL has instead, for people.
    instead: &'static str,
    rewrite: Rewrite,
}

/// How a call is rewritten.
#[derive(Clone, Copy)]
enum Rewrite {
    /// Not by a tool: something else is to be said first.
    Never,
    /// The call has no arguments, and this stands for it; parentheses or not.
    Constant(&'static str),
    /// The arguments stay, if there are as many; whether it is the same then.
    Rename(&'static str, usize, bool),
    /// The two arguments change places.
    Swap(&'static str),
    /// `$1`, `$2`, … are the arguments, if there are as many.
    Template(&'static str, usize),
}

use Rewrite::{Constant, Never, Rename, Swap, Template};

const fn foreign(name: &'static str, instead: &'static str, rewrite: Rewrite) -> Foreign {
    Foreign { name, instead, rewrite }
}

/// The functions, in order of name.
static FOREIGN: &[Foreign] = &[
    foreign("ATAN2", "ATN2(y, x)", Rename("ATN2", 2, true)),
    foreign("CEIL", "CEILING(x)", Rename("CEILING", 1, true)),
    // LEN does not count blanks at the end.
    foreign("CHAR_LENGTH", "LEN(x)", Rename("LEN", 1, false)),
    // Which knows no letters but those of the server's alphabet.
    foreign("CHR", "CHAR(n)", Rename("CHAR", 1, false)),
    foreign("CURDATE", "CAST(GETDATE() AS DATE)", Constant("CAST(GETDATE() AS DATE)")),
    foreign("CURRENT_DATE", "CAST(GETDATE() AS DATE)", Constant("CAST(GETDATE() AS DATE)")),
    foreign("CURRENT_TIME", "CAST(GETDATE() AS TIME)", Constant("CAST(GETDATE() AS TIME)")),
    foreign("DATE_ADD", "DATEADD(day, n, date)", Never),
    foreign("DATE_FORMAT", "FORMAT(date, format)", Never),
    foreign("DATE_SUB", "DATEADD(day, -n, date)", Never),
    foreign("DATE_TRUNC", "DATETRUNC(part, date) or CONVERT(DATE, x)", Never),
    foreign("DECODE", "CASE", Never),
    foreign("EXTRACT", "DATEPART(part, date)", Template("DATEPART($1, $2)", 2)),
    // Here the second argument of GROUP_CONCAT is more of the text, not what stands between.
    foreign("GROUP_CONCAT", "STRING_AGG(x, ',')", Never),
    foreign("IF", "IIF(condition, a, b)", Rename("IIF", 3, true)),
    // Not ISNULL, which cuts the second to the length of the first.
    foreign("IFNULL", "ISNULL(a, b) or COALESCE(a, b)", Rename("COALESCE", 2, true)),
    foreign("INITCAP", "UPPER and LOWER of its parts", Never),
    foreign("INSTR", "CHARINDEX(what, text)", Swap("CHARINDEX")),
    foreign("LENGTH", "LEN(x)", Rename("LEN", 1, false)),
    foreign("LISTAGG", "STRING_AGG(x, ',')", Rename("STRING_AGG", 2, true)),
    foreign("LOCATE", "CHARINDEX(what, text)", Rename("CHARINDEX", 2, true)),
    foreign("LPAD", "RIGHT(REPLICATE(pad, n) + x, n)", Never),
    foreign("MOD", "a % b", Template("(($1) % ($2))", 2)),
    foreign("NOW", "GETDATE()", Constant("GETDATE()")),
    foreign("NVL", "ISNULL(a, b) or COALESCE(a, b)", Rename("COALESCE", 2, true)),
    foreign("NVL2", "IIF(a IS NOT NULL, b, c)", Template("IIF($1 IS NOT NULL, $2, $3)", 3)),
    foreign("POSITION", "CHARINDEX(what, text)", Never),
    foreign("RANDOM", "RAND() or NEWID()", Never),
    foreign("REGEXP_LIKE", "LIKE or PATINDEX", Never),
    foreign("REGEXP_REPLACE", "REPLACE or TRANSLATE", Never),
    foreign("REPEAT", "REPLICATE(x, n)", Rename("REPLICATE", 2, true)),
    foreign("RPAD", "LEFT(x + REPLICATE(pad, n), n)", Never),
    foreign("STRPOS", "CHARINDEX(what, text)", Swap("CHARINDEX")),
    foreign("STR_TO_DATE", "CONVERT(DATE, x, style)", Never),
    // A negative start counts from the end there.
    foreign("SUBSTR", "SUBSTRING(x, start, length)", Rename("SUBSTRING", 3, false)),
    foreign("SYSDATE", "GETDATE()", Constant("GETDATE()")),
    // That counts whole units, DATEDIFF boundaries.
    foreign("TIMESTAMPDIFF", "DATEDIFF(part, a, b)", Rename("DATEDIFF", 3, false)),
    foreign("TO_CHAR", "FORMAT(x, format)", Never),
    foreign("TO_DATE", "CONVERT(DATE, x, style)", Never),
    foreign("TO_NUMBER", "CONVERT(DECIMAL(18, 2), x)", Never),
    foreign("TRUNC", "ROUND(x, n, 1)", Template("ROUND($1, $2, 1)", 2)),
    foreign("UUID", "NEWID()", Constant("NEWID()")),
];

/// The function of another dialect that has this name.
pub(crate) fn foreign_function(name: &str) -> Option<&'static Foreign> {
    const LONGEST: usize = 16;
    if name.len() > LONGEST {
        return None;
    }
    let upper = name.to_ascii_uppercase();
    FOREIGN.binary_search_by(|foreign| foreign.name.cmp(&upper)).ok().map(|at| &FOREIGN[at])
}

impl Foreign {
    /// Whether it is called without parentheses.
    pub(crate) fn is_bare(&self) -> bool {
        matches!(self.name, "CURRENT_DATE" | "CURRENT_TIME")
    }

    /// What to write instead.
    pub(crate) fn help(&self) -> String {
        format!("T-SQL has {}", self.instead)
    }

    /// What the repair does.
    pub(crate) fn title(&self) -> String {
        format!("write {}", self.instead.split(" or ").last().unwrap_or(self.instead))
    }

    /// Whether T-SQL's function takes these arguments, where the other takes more.
    fn takes(&self, list: &sql::ArgList, args: &[&str]) -> bool {
        let mut exprs = list.args();
        match self.name {
            // A number is no condition here.
            "IF" => exprs.next().is_some_and(|condition| is_condition(&condition)),
            // Of a date it gives the beginning of the month.
            "TRUNC" => matches!(exprs.nth(1), Some(sql::Expr::Literal(digits)) if digits.as_integer().is_some()),
            "EXTRACT" => args.first().is_some_and(|part| PARTS.iter().any(|known| part.eq_ignore_ascii_case(known))),
            _ => true,
        }
    }

    /// The call as T-SQL writes it, and whether that is certainly the same.
    pub(crate) fn rewrite(&self, ctx: &SqlContext<'_>, call: &sql::CallExpr) -> Option<(String, bool)> {
        let plain = call.within_group().is_none()
            && call.over_clause().is_none()
            && call.filter_clause().is_none()
            && call.null_treatment().is_none();
        let list = call.arg_list();
        if let Constant(text) = self.rewrite {
            let empty = list.is_none_or(|list| list.args().next().is_none());
            return (plain && empty).then(|| (text.to_owned(), true));
        }
        let list = list?;
        let word = |kind| list.syntax().children_with_tokens().any(|element| element.kind() == kind);
        let args: Vec<&str> = list.args().map(|arg| ctx.text(arg.range())).collect();
        // EXTRACT has FROM where others have a comma.
        let from = word(SyntaxKind::FROM_KW);
        if from != (self.name == "EXTRACT") || word(SyntaxKind::DISTINCT_KW) || word(SyntaxKind::ALL_KW) {
            return None;
        }
        // A comment in a line of its own takes in what comes behind it.
        if args.iter().any(|arg| arg.is_empty() || arg.contains("--")) || !self.takes(&list, &args) {
            return None;
        }
        match self.rewrite {
            Rename(name, count, same) if args.len() == count => {
                let rest = call.range();
                let start = call.name()?.range().end();
                let tail = ctx.text(TextRange::new(start, rest.end()));
                Some((format!("{name}{tail}"), same))
            }
            Swap(name) if plain => match args.as_slice() {
                [text, what] => Some((format!("{name}({what}, {text})"), true)),
                _ => None,
            },
            Template(template, count) if plain && args.len() == count => {
                let mut text = template.to_owned();
                // From the last on: an argument can hold what looks like a place.
                let mut parts = Vec::new();
                while let Some(at) = text.rfind('$') {
                    let tail = text.split_off(at);
                    let number = tail[1..].chars().next().and_then(|digit| digit.to_digit(10))? as usize;
                    parts.push(format!("{}{}", args.get(number - 1)?, &tail[2..]));
                }
                parts.push(text);
                parts.reverse();
                Some((parts.concat(), true))
            }
            _ => None,
        }
    }
}

/// The parts of dates that both sides count alike.
const PARTS: &[&str] = &["year", "quarter", "month", "day", "hour", "minute", "second"];

/// `x::int` as CAST.
pub(crate) fn as_cast(ctx: &SqlContext<'_>, cast: &sql::ForeignCast) -> Option<TextEdit> {
    let value = ctx.text(cast.expr()?.range());
    let mut types = cast.types();
    let (data_type, None) = (types.next()?, types.next()) else { return None };
    let data_type = ctx.text(data_type.range());
    let fits = !value.is_empty() && !data_type.is_empty() && !value.contains("--");
    fits.then(|| TextEdit::replace(cast.range(), format!("CAST({value} AS {data_type})")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn functions_are_in_order() {
        assert!(FOREIGN.is_sorted_by_key(|foreign| foreign.name));
    }
}
