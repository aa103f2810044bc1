//! What is known of a statement: plain data with ranges of its chunk, in the order in which things stand.
//!
//! Ids are places in the lists of [`SqlMeaning`]; they mean nothing in another one.

use std::sync::Arc;

use rustc_hash::FxHashMap;
use sfmc_syntax::{SmolStr, SyntaxKind, TextRange, ast::sql::JoinKind};

use super::{
    calls::Call,
    columns::{Columns, TableInfo},
    constants::Constant,
    predicates::Condition,
    types::{Nullability, SqlType},
};

macro_rules! ids {
    ($($(#[doc = $doc:literal])* $name:ident)*) => {
        $(
            $(#[doc = $doc])*
            #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
            pub struct $name(pub(crate) u32);

            impl $name {
                pub(crate) fn new(place: usize) -> $name {
                    $name(u32::try_from(place).unwrap_or(u32::MAX))
                }

                /// Its place in the list.
                pub fn index(self) -> usize {
                    self.0 as usize
                }
            }
        )*
    };
}

ids! {
    /// A query of a statement: [`SqlMeaning::queries`].
    QueryId
    /// A SELECT of a query: [`SqlMeaning::selects`].
    SelectId
    /// A source of a SELECT: [`SqlMeaning::sources`].
    SourceId
}

/// A column of a source.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ColumnId {
    /// The source.
    pub source: SourceId,
    /// Its place among the source's columns.
    pub column: u32,
}

/// What the queries of a chunk mean.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SqlMeaning {
    /// Its queries, those in parentheses too; one that holds another comes before it.
    pub queries: Vec<Query>,
    /// Their SELECTs.
    pub selects: Vec<Select>,
    /// The sources of these.
    pub sources: Vec<Source>,
    /// Columns where they are used, in order.
    pub references: Vec<Reference>,
    /// Calls of functions, in order.
    pub calls: Vec<Call>,
    /// UNION, EXCEPT and INTERSECT, in order.
    pub set_operations: Vec<SetOperation>,
    /// The query of the only statement, if that is a SELECT: what a query activity runs.
    pub output: Option<QueryId>,
    /// The text is broken so that nobody knows which names belong to what: nothing is said to be absent or ambiguous.
    pub doubtful: bool,
    pub(crate) exprs: FxHashMap<ExprKey, ExprInfo>,
    /// Queries by where they stand.
    pub(crate) places: FxHashMap<TextRange, QueryId>,
}

/// What an expression is found by.
pub(crate) type ExprKey = (TextRange, SyntaxKind);

/// What is known of an expression.
#[derive(Clone, Debug, PartialEq)]
pub struct ExprInfo {
    /// Its type.
    pub ty: SqlType,
    /// Whether it can be NULL.
    pub nullability: Nullability,
    /// Its value, where it is the same for every row and can be read off.
    pub constant: Option<Constant>,
    /// The column that it is, unchanged.
    pub column: Option<ColumnId>,
    /// The source of which it is a column, whether that is known to have it or not.
    pub source: Option<SourceId>,
}

impl ExprInfo {
    pub(crate) const UNKNOWN: ExprInfo = ExprInfo {
        ty: SqlType::Unknown,
        nullability: Nullability::Unknown,
        constant: None,
        column: None,
        source: None,
    };

    pub(crate) fn new(ty: SqlType, nullability: Nullability) -> ExprInfo {
        ExprInfo { ty, nullability, constant: None, column: None, source: None }
    }
}

/// A query: what stands between parentheses, or a whole statement.
#[derive(Clone, Debug, PartialEq)]
pub struct Query {
    /// Where it stands.
    pub range: TextRange,
    /// Where it stands as part of another.
    pub role: QueryRole,
    /// Its SELECTs, in order: several where it is a UNION. The first gives the columns their names.
    pub selects: Vec<SelectId>,
    /// What it returns.
    pub columns: Vec<OutputColumn>,
    /// It returns more than that: a star of a source whose columns are not known.
    pub open: bool,
    /// FOR XML or FOR JSON makes one text of all of it.
    pub serialized: bool,
    /// The keys of its ORDER BY, in order.
    pub order: Vec<OrderKey>,
}

/// What a query is to what holds it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum QueryRole {
    /// A statement, or a part of one that is no SELECT.
    Statement,
    /// A source of FROM.
    Derived,
    /// WITH names it.
    Cte,
    /// A value.
    Scalar,
    /// EXISTS asks whether it has rows.
    Exists,
    /// IN, or ANY, ALL and SOME look something up in it.
    List,
    /// An operand of UNION and its like, or another query in parentheses of its own.
    Operand,
}

/// What a query is sorted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct OrderKey {
    /// Where it stands.
    pub range: TextRange,
    /// The output column, where the key is its name or its number.
    pub output: Option<u32>,
}

/// A column that a query returns.
#[derive(Clone, Debug, PartialEq)]
pub struct OutputColumn {
    /// Its name; none where the server finds none.
    pub name: Option<SmolStr>,
    /// Where it is given its name: an alias, or the name of a column. None for the columns of a star.
    pub name_range: Option<TextRange>,
    /// The item of the list: for the columns of a star, the star.
    pub range: TextRange,
    /// Whether an alias gives it its name.
    pub given: bool,
    /// Whether a star stands for it.
    pub star: bool,
    /// Its type.
    pub ty: SqlType,
    /// Whether it can be NULL.
    pub nullability: Nullability,
    /// Its value, where it is the same in every row.
    pub constant: Option<Constant>,
    /// The column that it is, unchanged.
    pub origin: Option<ColumnId>,
}

/// The operands of UNION, EXCEPT or INTERSECT.
#[derive(Clone, Debug, PartialEq)]
pub struct SetOperation {
    /// Where it stands.
    pub range: TextRange,
    /// For each operand where it stands, and how many columns it has if that is known.
    pub operands: Vec<(TextRange, Option<usize>)>,
}

/// A SELECT with its FROM.
#[derive(Clone, Debug, PartialEq)]
pub struct Select {
    /// Where it stands.
    pub range: TextRange,
    /// The query that it belongs to.
    pub query: QueryId,
    /// The SELECT whose rows it can see, where it stands in one.
    pub outer: Option<SelectId>,
    /// What stands between SELECT and FROM.
    pub list: Option<TextRange>,
    /// The sources of its FROM, in order.
    pub sources: Vec<SourceId>,
    /// How they are joined, in order of the joined sources.
    pub joins: Vec<Join>,
    /// WHERE: all of these hold for every row.
    pub filter: Vec<Condition>,
    /// HAVING: all of these hold for every group.
    pub having: Vec<Condition>,
    /// What it returns.
    pub columns: Vec<OutputColumn>,
    /// It returns more than that.
    pub open: bool,
    /// DISTINCT stands behind SELECT.
    pub distinct: bool,
    /// TOP stands behind SELECT.
    pub top: bool,
    /// How its rows become groups.
    pub grouping: Grouping,
    /// A join of it makes one column of two: USING or NATURAL of other dialects.
    pub(crate) merged: bool,
    /// It has FROM, or something that can stand for it.
    pub(crate) has_from: bool,
    /// A source of it has no name that anybody knows: a placeholder, what is missing.
    pub(crate) unnamed_sources: bool,
}

/// Whether a SELECT returns rows or groups of them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Grouping {
    /// It has GROUP BY.
    pub group_by: Option<TextRange>,
    /// It has HAVING.
    pub having: bool,
    /// What it groups by.
    pub keys: Vec<TextRange>,
    /// Columns that stand in its list, HAVING or ORDER BY outside of an aggregate, and are not what it groups by.
    pub ungrouped: Vec<Ungrouped>,
}

/// A column of a group that differs from row to row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Ungrouped {
    /// Where it is used.
    pub range: TextRange,
    /// Where in the SELECT.
    pub clause: Clause,
}

/// A part of a SELECT.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Clause {
    /// The list.
    List,
    /// TOP.
    Top,
    /// FROM, but for conditions.
    From,
    /// The condition of a join.
    On,
    /// WHERE
    Where,
    /// GROUP BY
    GroupBy,
    /// HAVING
    Having,
    /// WINDOW
    Window,
    /// ORDER BY
    OrderBy,
}

/// How sources are joined.
#[derive(Clone, Debug, PartialEq)]
pub struct Join {
    /// Where it stands, from its first word on.
    pub range: TextRange,
    /// What it keeps.
    pub kind: JoinKind,
    /// Places in [`Select::sources`] of what stands left of it, and which it joins to something.
    pub left: (u32, u32),
    /// The same of what it joins to those.
    pub right: (u32, u32),
    /// ON: all of these hold for every pair.
    pub on: Vec<Condition>,
    /// Where the condition stands.
    pub on_range: Option<TextRange>,
    /// It has USING or NATURAL of other dialects, so that nobody knows its condition.
    pub using: bool,
}

/// What FROM names.
#[derive(Clone, Debug, PartialEq)]
pub struct Source {
    /// Where it stands.
    pub range: TextRange,
    /// The SELECT that reads it.
    pub select: SelectId,
    /// What it is.
    pub kind: SourceKind,
    /// What its columns are qualified with; none where nobody can know.
    pub name: Option<SmolStr>,
    /// The name in lower case.
    pub key: Option<SmolStr>,
    /// Where it is given that name.
    pub name_range: Option<TextRange>,
    /// Whether the name is an alias.
    pub aliased: bool,
    /// Its columns.
    pub columns: Arc<Columns>,
    /// An outer join can leave it without a row.
    pub outer: bool,
    /// Conditions of its SELECT let rows through only where an outer join has found one of it.
    pub matched: bool,
    /// The columns that conditions of its SELECT let through only where they are not NULL.
    pub proven: Vec<u32>,
}

/// What a source is.
#[derive(Clone, Debug, PartialEq)]
pub enum SourceKind {
    /// A data extension or a data view.
    Table(TableInfo),
    /// A query in parentheses.
    Derived(QueryId),
    /// A query that WITH names.
    Cte(Option<QueryId>),
    /// `(VALUES …)`.
    Values,
    /// A function that returns rows.
    Function,
    /// What PIVOT or UNPIVOT make of a source, which is not visible itself.
    Pivot(SourceId),
    /// `@t`, `#t`, a placeholder, what is missing.
    Other,
}

/// A column where it is used.
#[derive(Clone, Debug, PartialEq)]
pub struct Reference {
    /// Where its name stands, without what qualifies it.
    pub range: TextRange,
    /// Where what qualifies it stands.
    pub qualifier: Option<TextRange>,
    /// Its name.
    pub name: SmolStr,
    /// The SELECT in which it stands.
    pub select: Option<SelectId>,
    /// The part of that.
    pub clause: Clause,
    /// What it means.
    pub target: Target,
}

/// What a name of a column means.
#[derive(Clone, Debug, PartialEq)]
pub enum Target {
    /// A column.
    Column(ColumnId),
    /// A column of a data extension that no list shows: `_CustomObjectKey`.
    Hidden(SourceId),
    /// A column that a query returns: in ORDER BY.
    Output(QueryId, u32),
    /// All columns of a source: `t.*`.
    All(SourceId),
    /// The column of this source, if there is one: nobody knows here what it has.
    Open(SourceId),
    /// Several sources have it.
    Ambiguous(Vec<ColumnId>),
    /// The source that it is qualified with certainly has none; nor has any source in reach, where it is not qualified.
    Absent(Option<SourceId>),
    /// Nothing in reach has the name that it is qualified with.
    NoSource,
    /// Nobody knows here.
    Unknown,
}
