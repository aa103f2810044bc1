//! The words that a page uses, for whoever writes another one: functions, attributes, and what is passed for which purpose.

use rustc_hash::{FxHashMap, FxHashSet};
use sfmc_catalog::ampscript::{FunctionId, Role, personalization_string};
use sfmc_db::{Db, Page};
use sfmc_syntax::SmolStr;

use crate::body::{Body, Call, Expr, chunk_body};

/// The words of a page, each once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Words {
    /// The functions that it calls, and how often.
    pub calls: Vec<(FunctionId, u32)>,
    /// The attributes that it names, as written; not those that the platform has.
    pub attributes: Vec<SmolStr>,
    /// The literals that it passes for something that has a name.
    pub literals: Vec<Literal>,
}

/// A literal argument.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Literal {
    /// What it names.
    pub role: Role,
    /// Its text.
    pub text: SmolStr,
    /// Of a column: the data extension, if that is a literal too.
    pub table: Option<SmolStr>,
}

/// The words of a page.
pub fn words(db: &dyn Db, page: Page) -> Words {
    let mut calls: FxHashMap<FunctionId, u32> = FxHashMap::default();
    let mut known: FxHashSet<SmolStr> = FxHashSet::default();
    let mut literals: FxHashSet<Literal> = FxHashSet::default();
    let mut words = Words::default();
    for &chunk in page.chunks(db).iter() {
        let body = chunk_body(db, chunk);
        for expr in &body.exprs {
            match expr {
                Expr::Call(call) => {
                    let Some(function) = call.function else { continue };
                    *calls.entry(function).or_default() += 1;
                    words
                        .literals
                        .extend(literal_args(body, *call, function).filter(|new| literals.insert(new.clone())));
                }
                Expr::Attribute(name)
                    if personalization_string(name).is_none() && known.insert(name.to_lowercase().into()) =>
                {
                    words.attributes.push(name.clone());
                }
                _ => {}
            }
        }
    }
    words.calls = calls.into_iter().collect();
    words.calls.sort_unstable();
    words
}

/// The literals that a call passes for something that has a name.
fn literal_args(body: &Body, call: Call, function: FunctionId) -> impl Iterator<Item = Literal> {
    let args = body.operands(call.args);
    let text = |index: usize| match body.expr(*args.get(index)?) {
        Expr::Text(text) if !text.trim().is_empty() && !text.contains(['\n', '\r']) => Some(text.clone()),
        _ => None,
    };
    let literal = move |index: usize| {
        let role = function.get().param(index, &[])?.role.filter(|role| names_something(*role))?;
        let is_column = matches!(role, Role::ColumnName | Role::SortExpression);
        Some(Literal { role, text: text(index)?, table: if is_column { text(0) } else { None } })
    };
    (0..args.len()).filter_map(literal)
}

/// Whether what is passed for something names a thing of the project, which other pages name too.
fn names_something(role: Role) -> bool {
    matches!(
        role,
        Role::AttributeName
            | Role::ColumnName
            | Role::ContentBlockKey
            | Role::ContentBlockName
            | Role::DataExtensionName
            | Role::DataFilterKey
            | Role::ExternalKey
            | Role::HttpHeaderName
            | Role::ImpressionRegionName
            | Role::KeyManagementKey
            | Role::Locale
            | Role::ObjectFieldName
            | Role::RequestParameterName
            | Role::SortExpression
    )
}

#[cfg(test)]
mod tests {
    use sfmc_db::{Database, FileKind};

    use super::*;

    #[test]
    fn what_a_page_names() {
        let text = "%%Points%% %%emailaddr%%%%[ set @a = Lookup('Stores', 'City', 'Id', points) set @b = Lookup('Stores', 'City', 'Key', @x)\n\
                    set @c = AttributeValue('Rank') set @d = FormatDate(Now(), 'yyyy') ]%%";
        let db = Database::default();
        let found = words(&db, db.add_page(text, FileKind::Page));
        assert_eq!(found.attributes, ["Points"]);
        let literals: Vec<_> = found
            .literals
            .iter()
            .map(|found| (found.role, found.text.as_str(), found.table.as_deref().unwrap_or("")))
            .collect();
        assert_eq!(
            literals,
            [
                (Role::DataExtensionName, "Stores", ""),
                (Role::ColumnName, "City", "Stores"),
                (Role::ColumnName, "Id", "Stores"),
                (Role::ColumnName, "Key", "Stores"),
                (Role::AttributeName, "Rank", ""),
            ]
        );
        let calls: Vec<_> = found.calls.iter().map(|(function, count)| (function.get().name, *count)).collect();
        assert!(calls.contains(&("Lookup", 2)) && calls.contains(&("Now", 1)), "{calls:?}");
    }
}
