//! What has to change for a variable to be called otherwise? Every place of the page that names it, and nothing else: no string, no comment,
//! no text.

use std::fmt;

use sfmc_db::{Db, FileId, FileKind, Page, Snapshot};
use sfmc_syntax::{SyntaxKind, TextEdit, TextRange, TextSize};

use crate::{
    cursor::token_at,
    sql,
    treated::is_out_of_reach,
    variables::{VariableAt, key, places, variable_at},
};

/// What a rename would begin with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RenameTarget {
    /// The name at the place, as it is written, with its `@`.
    pub range: TextRange,
    /// What stands there.
    pub placeholder: String,
}

/// Why something cannot be renamed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RenameError {
    /// No variable stands there.
    NoVariable,
    /// A system variable stands there.
    SystemVariable,
    /// The new name is none.
    InvalidName(String),
    /// Another variable of the page has the new name.
    Taken(String),
    /// A variable of a file that is rendered together with this one has the new name.
    TakenIn {
        /// The new name.
        name: String,
        /// What the file is called.
        file: String,
    },
    /// A file that shares the variable cannot be read.
    Unreadable(String),
    /// Two paths lead to one file, and the editor would change it by both.
    SameFile(String, String),
    /// Text that runs as code, or that a server script passes on, names the variable, and is put together or cannot be read.
    InText(String),
    /// So does that of another file.
    InTextOf {
        /// The variable.
        name: String,
        /// What the file is called.
        file: String,
    },
    /// The metadata of a content names the variable, as in a subject line.
    InMetadata {
        /// The variable.
        name: String,
        /// What the content is called.
        file: String,
    },
    /// In SQL: nothing stands there that the statement gives its name.
    NoName,
    /// In SQL: the name belongs to the data extension or data view.
    BelongsToSchema(String),
    /// In SQL: the name is that of a field of the data extension that the query writes to, which is given.
    IsTargetField {
        /// The name.
        name: String,
        /// The data extension.
        target: String,
    },
    /// In SQL: the new name is none.
    InvalidSqlName(String),
    /// No field of a data extension can be called so, for this reason.
    InvalidFieldName(String),
    /// In SQL: something else there has the new name.
    TakenInStatement(String),
    /// In SQL: a star passes the column on, so that another name would change what the query returns.
    PassedOn(String),
}

impl fmt::Display for RenameError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            RenameError::NoVariable => f.write_str("only variables can be renamed, and none stands here"),
            RenameError::SystemVariable => f.write_str("system variables (`@@…`) belong to the platform"),
            RenameError::InvalidName(name) => write!(
                f,
                "`{name}` is no name of a variable: a letter or `_`, then letters, digits and `_`, with or without `@` before them"
            ),
            RenameError::TakenIn { name, file } => {
                write!(f, "`{file}`, which is rendered together with this page, already has a variable `@{name}`")
            }
            RenameError::Unreadable(file) => write!(f, "`{file}` shares this variable and cannot be read"),
            RenameError::SameFile(one, other) => {
                write!(f, "`{one}` and `{other}` are the same file; close the one that is not in the project's folder")
            }
            RenameError::InText(name) => write!(
                f,
                "text that this page runs as code (`TreatAsContent`), or that a server script of it passes on, names `@{name}`, and is put together or cannot be read; rename it there first"
            ),
            RenameError::InTextOf { name, file } => write!(
                f,
                "text that `{file}` runs as code (`TreatAsContent`), or that a server script of it passes on, names or may name `@{name}`, and is put together or cannot be read; rename it there first"
            ),
            RenameError::InMetadata { name, file } => write!(
                f,
                "the metadata of `{file}`, as in a subject line or preheader, names `@{name}`; rename it there first"
            ),
            RenameError::IsTargetField { name, target } => {
                write!(
                    f,
                    "`{name}` is a field of `{target}`, which this query writes to; it would have no such field then"
                )
            }
            RenameError::NoName => {
                f.write_str("only aliases, and columns that a query names, can be renamed; none stands here")
            }
            RenameError::BelongsToSchema(name) => {
                write!(f, "`{name}` is called so by its data extension or data view; give it an alias instead")
            }
            RenameError::InvalidFieldName(message) => f.write_str(message),
            RenameError::InvalidSqlName(name) => write!(f, "`{name}` is no name: it has to have 1 to 128 characters"),
            RenameError::TakenInStatement(name) => {
                write!(f, "something else here is called `{name}`, so that the query would mean another thing")
            }
            RenameError::PassedOn(name) => {
                write!(f, "a star passes `{name}` on, so that the query would return another column")
            }
            RenameError::Taken(name) => {
                write!(f, "this page already has a variable `@{name}`; upper and lower case make no difference")
            }
        }
    }
}

impl std::error::Error for RenameError {}

/// What is renamed at a place.
pub fn prepare_rename(snapshot: &Snapshot, file: FileId, offset: TextSize) -> Result<RenameTarget, RenameError> {
    if let Some((db, page)) = query(snapshot, file) {
        return sql::prepare_rename(db, page, offset);
    }
    let variable = target(snapshot, file, offset)?;
    Ok(RenameTarget { range: variable.at.range, placeholder: variable.written.to_string() })
}

/// The edits that give the variable at a place another name, in order of place. The new name is given with or without `@`; whether a place
/// has one stays as it is.
pub fn rename(
    snapshot: &Snapshot,
    file: FileId,
    offset: TextSize,
    new_name: &str,
) -> Result<Vec<TextEdit>, RenameError> {
    if let Some((db, page)) = query(snapshot, file) {
        return sql::rename(db, page, offset, new_name);
    }
    let variable = target(snapshot, file, offset)?;
    let page = snapshot.page(file).ok_or(RenameError::NoVariable)?;
    let db: &dyn Db = snapshot.db();
    let name = valid_name(new_name)?;
    let new_key = key(name);
    if new_key != variable.key
        && let Some(other) = places(db, page, &new_key).first()
    {
        let written =
            snapshot.text(file).and_then(|text| Some(text.get(std::ops::Range::from(other.name))?.to_owned()));
        return Err(RenameError::Taken(written.unwrap_or_else(|| name.to_owned())));
    }
    if is_out_of_reach(db, page, &variable.key) {
        return Err(RenameError::InText(variable.key.to_string()));
    }
    // Code in a text, or a script that looks for it by name, would meet this one.
    if new_key != variable.key && is_out_of_reach(db, page, &new_key) {
        return Err(RenameError::Taken(name.to_owned()));
    }
    let found = places(db, page, &variable.key).into_iter();
    Ok(found.map(|named| TextEdit { range: named.name, new_text: name.to_owned() }).collect())
}

/// A file of SQL.
fn query(snapshot: &Snapshot, file: FileId) -> Option<(&dyn Db, Page)> {
    let db: &dyn Db = snapshot.db();
    snapshot.page(file).filter(|page| page.kind(db) == FileKind::Sql).map(|page| (db, page))
}

fn target(snapshot: &Snapshot, file: FileId, offset: TextSize) -> Result<VariableAt, RenameError> {
    let page = snapshot.page(file).ok_or(RenameError::NoVariable)?;
    let db: &dyn Db = snapshot.db();
    variable_at(db, page, offset).ok_or_else(|| {
        match token_at(db, page, offset, |kind| kind == SyntaxKind::SYSTEM_VARIABLE) {
            Some(_) => RenameError::SystemVariable,
            None => RenameError::NoVariable,
        }
    })
}

/// A name without `@`. The platform reads letters of other alphabets in no name (ampscript.md section 2).
pub(crate) fn valid_name(given: &str) -> Result<&str, RenameError> {
    let given = given.trim();
    let name = given.strip_prefix('@').unwrap_or(given);
    let begins = name.starts_with(|c: char| c == '_' || c.is_ascii_alphabetic());
    let plain = name.chars().all(|c| c == '_' || c.is_ascii_alphanumeric());
    if begins && plain { Ok(name) } else { Err(RenameError::InvalidName(given.to_owned())) }
}

#[cfg(test)]
mod tests;
