use sfmc_syntax::ast::{AstNode, sql};

use crate::sql::{CheckSql, SqlContext, naming_select, outermost_query};

declare_rule! {
    /// The name of an output column can be that of a field.
    ///
    /// ## Why
    /// The columns of a query are the fields of its data extension. A name begins with no underscore, has letters, digits, blanks, `_`, `.`
    /// and `-` alone and is no number; it has 128 characters at most.
    /// Source: sql.md, section 3 (sql/output-name).
    ///
    /// ## Bad
    /// ```sql
    /// SELECT SubscriberKey AS [Key #] FROM Orders
    /// ```
    ///
    /// ## Good
    /// ```sql
    /// SELECT SubscriberKey AS [Key No] FROM Orders
    /// ```
    pub OutputName {
        id: "sql/output-name",
        aliases: [],
        group: Syntax,
        severity: Error,
        fix: None,
        since: "0.1.0",
    }
}

impl CheckSql<sql::Select> for OutputName {
    fn check(ctx: &mut SqlContext<'_>, select: &sql::Select) {
        let Some(query) = outermost_query(select) else { return };
        if query.naming_select().is_none_or(|naming| naming.syntax() != select.syntax()) {
            return;
        }
        let Some(found) = naming_select(ctx.meaning(), &query, select) else { return };
        for column in &found.columns {
            let (Some(name), Some(range)) = (&column.name, column.name_range) else { continue };
            if let Some(message) = wrong_field_name(name)
                && !ctx.is_broken(column.range)
            {
                ctx.report::<Self>(range, message).help("give the column another name: `… AS Name`");
            }
        }
    }
}

/// What is wrong with a name of a field, if something is.
pub fn wrong_field_name(name: &str) -> Option<String> {
    if name.starts_with('_') {
        return Some(format!("no field can be called `{name}`: names begin with no underscore"));
    }
    if let Some(bad) = name.chars().find(|c| !(c.is_alphanumeric() || matches!(c, ' ' | '_' | '.' | '-'))) {
        return Some(format!("no field can be called `{name}`: names have no `{bad}`"));
    }
    if !name.is_empty() && name.chars().all(|c| c.is_ascii_digit()) {
        return Some(format!("no field can be called `{name}`: names are no numbers"));
    }
    (name.chars().count() > MAX_LEN).then(|| format!("names of fields have {MAX_LEN} characters at most"))
}

/// The longest name of a field.
const MAX_LEN: usize = 128;

#[cfg(test)]
mod tests {
    use crate::tests::{check, silent};

    #[test]
    fn on_the_name() {
        check(
            "sql/output-name",
            "
SELECT a AS _b, c [d/e], '1' = f, t._Custom FROM t UNION SELECT 1, 2, 3, 4 AS _x
//          ^^ error: names begin with no underscore
//                ^^^^^ names have no `/`
//                       ^^^ names are no numbers
//                                  ^^^^^^^ names begin with no underscore
",
        );
    }

    #[test]
    fn silent_on_names_of_fields() {
        for text in [
            "SELECT a AS [First Name], b AS [x.y-z_1], c AS größe FROM t",
            "SELECT x.a FROM (SELECT _Subscribersql/output-name AS a, 1 AS _b FROM _Subscribers) x",
            "SELECT a AS {{{p}}}_x FROM t",
            "SELECT a FROM t WHERE _b = 1",
        ] {
            silent("sql/output-name", text);
        }
    }
}
