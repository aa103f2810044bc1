//! What a business unit sees.

use std::sync::Arc;

use crate::{
    table::{Table, view_table, view_tables},
    tables::Tables,
};

/// The tables that a business unit sees. Without any data extensions it still has the data views.
#[derive(Clone, Debug, Default)]
pub struct Schema {
    own: Arc<Tables>,
    shared: Arc<Tables>,
    is_parent: Option<bool>,
}

/// What came of looking for a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lookup<'a> {
    /// It is this one.
    Found(&'a Table),
    /// There is none of that name.
    Absent,
    /// There can be one that was not read.
    Unknown,
}

impl<'a> Lookup<'a> {
    /// The table, if there is one.
    pub fn table(self) -> Option<&'a Table> {
        match self {
            Lookup::Found(table) => Some(table),
            Lookup::Absent | Lookup::Unknown => None,
        }
    }
}

/// Two are equal when they say the same; the same value is recognised at once.
impl PartialEq for Schema {
    fn eq(&self, other: &Schema) -> bool {
        let same = |one: &Arc<Tables>, other: &Arc<Tables>| Arc::ptr_eq(one, other) || one == other;
        self.is_parent == other.is_parent && same(&self.own, &other.own) && same(&self.shared, &other.shared)
    }
}

impl Eq for Schema {}

impl Schema {
    /// What a unit sees that has these data extensions, and those that its parent shares. `is_parent`: whether it is the parent itself,
    /// which refuses `Ent.`; none where nobody says.
    pub fn new(own: Arc<Tables>, shared: Arc<Tables>, is_parent: Option<bool>) -> Schema {
        Schema { own, shared, is_parent }
    }

    /// The table that a query means. `ent`: `Ent.` stands before the name.
    pub fn table(&self, ent: bool, name: &str) -> Lookup<'_> {
        let tables = if ent { &self.shared } else { &self.own };
        // What is written down of a view of the system is as it is here.
        let found = tables.by_name(name).or_else(|| view_table(name));
        match found {
            Some(table) => Lookup::Found(table),
            // Names with `_` belong to the system, and not all are known.
            None if tables.complete && !name.starts_with('_') && !tables.is_empty() => Lookup::Absent,
            None => Lookup::Unknown,
        }
    }

    /// The data extension that AMPscript means by a name: of the unit, or of the parent behind `Ent.`, which may be written in any case.
    pub fn data_extension(&self, name: &str) -> Lookup<'_> {
        match name.split_at_checked(4) {
            Some((ent, rest)) if ent.eq_ignore_ascii_case("ent.") => self.table(true, rest),
            _ => self.table(false, name),
        }
    }

    /// The data extension of a key: of the unit, else of those that are shared.
    pub fn by_key(&self, key: &str) -> Option<&Table> {
        self.own.by_key(key).or_else(|| self.shared.by_key(key))
    }

    /// The data extensions of the unit.
    pub fn own(&self) -> &Tables {
        &self.own
    }

    /// The data extensions that are written with `Ent.`.
    pub fn shared(&self) -> &Tables {
        &self.shared
    }

    /// The data views.
    pub fn views(&self) -> &'static [Table] {
        view_tables()
    }

    /// Whether this is the parent unit, which refuses `Ent.`; none where nobody says.
    pub fn is_parent(&self) -> Option<bool> {
        self.is_parent
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::TableKind;

    fn tables(names: &[&str], complete: bool) -> Arc<Tables> {
        let table = |name: &&str| Table { key: Some(format!("{name}-key").into()), ..Table::named(*name) };
        Arc::new(Tables::new(names.iter().map(table), complete))
    }

    fn name(found: Lookup<'_>) -> Option<&str> {
        found.table().map(|table| &*table.name)
    }

    #[test]
    fn who_sees_what() {
        let schema = Schema::new(tables(&["Orders", "Käufer"], true), tables(&["All Orders"], true), Some(false));
        assert_eq!(name(schema.table(false, "oRDERS")), Some("Orders"));
        assert_eq!(name(schema.table(false, "KÄUFER")), Some("Käufer"));
        assert_eq!(schema.table(false, "All Orders"), Lookup::Absent, "shared ones need `Ent.`");
        assert_eq!(name(schema.table(true, "all orders")), Some("All Orders"));
        assert_eq!(schema.table(true, "Orders"), Lookup::Absent);
        assert_eq!(name(schema.data_extension("ENT.All Orders")), Some("All Orders"));
        assert_eq!(name(schema.data_extension("Orders")), Some("Orders"));
        assert_eq!(schema.by_key("ORDERS-KEY").map(|table| &*table.name), Some("Orders"));
    }

    #[test]
    fn views_of_the_system() {
        let schema = Schema::new(tables(&["_Job"], true), Arc::default(), None);
        assert!(matches!(schema.table(false, "_SENT"), Lookup::Found(Table { kind: TableKind::View(_), .. })));
        assert_eq!(name(schema.table(true, "_subscribers")), Some("_Subscribers"));
        assert_eq!(schema.table(false, "_Job").table().unwrap().kind, TableKind::DataExtension, "what is on the disk");
        assert_eq!(schema.table(false, "_Unheard"), Lookup::Unknown);
    }

    #[test]
    fn where_little_is_known() {
        assert_eq!(Schema::default().table(false, "Orders"), Lookup::Unknown);
        let schema = Schema::new(tables(&["Orders"], false), Arc::default(), None);
        assert_eq!(schema.table(false, "Other"), Lookup::Unknown, "some file could not be read");
        assert_eq!(schema.table(true, "Other"), Lookup::Unknown, "nothing is shared, or nothing was read");
    }

    #[test]
    fn equal_when_they_say_the_same() {
        let one = Schema::new(tables(&["a"], true), tables(&[], true), None);
        assert_eq!(one, one.clone());
        assert_eq!(one, Schema::new(tables(&["a"], true), tables(&[], true), None));
        assert_ne!(one, Schema::new(tables(&["b"], true), tables(&[], true), None));
        assert_ne!(one, Schema::new(tables(&["a"], true), tables(&[], true), Some(true)));
    }
}
