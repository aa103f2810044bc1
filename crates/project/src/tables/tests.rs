//! Projects on disk, and who sees what.

use std::{fs, path::Path, sync::Arc};

use sfmc_db::{UnitKind, UpdateType};
use sfmc_schema::{Lookup, Schema, TableKind};

use super::TableCache;
use crate::{Configs, rules::RULES};

/// A project in a folder of its own.
struct Project {
    folder: tempfile::TempDir,
    cache: Arc<TableCache>,
}

impl Project {
    fn new(files: &[(&str, &str)]) -> Project {
        let project = Project { folder: tempfile::tempdir().unwrap(), cache: Arc::default() };
        for (path, text) in files {
            project.write(path, text);
        }
        project
    }

    fn write(&self, path: &str, text: &str) {
        let path = self.folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    fn remove(&self, path: &str) {
        fs::remove_file(self.folder.path().join(path)).unwrap();
    }

    /// As a server does whenever something has changed: all anew, but for what was read.
    fn configs(&self) -> Configs {
        Configs::new(self.folder.path(), RULES).with_tables(Arc::clone(&self.cache))
    }

    fn schema(&self, path: &str) -> Schema {
        self.configs().schema(Path::new(path))
    }
}

fn extension(name: &str, fields: &[&str], owner: &str) -> String {
    let field = |name: &&str| format!(r#"{{ "Name": "{name}", "FieldType": "Number", "IsRequired": true }}"#);
    let fields: Vec<_> = fields.iter().map(field).collect();
    format!(
        r#"{{ "Name": "{name}", "CustomerKey": "{name}-key", "Fields": [{}], "r__folder_ContentType": "{owner}" }}"#,
        fields.join(", ")
    )
}

fn own(name: &str, fields: &[&str]) -> String {
    extension(name, fields, "dataextension")
}

/// What a table is: `Name(columns)`, `absent` or `?`.
fn shown(found: Lookup<'_>) -> String {
    match found {
        Lookup::Found(table) => {
            let columns: Vec<_> = table.columns.list().iter().map(|column| &*column.name).collect();
            format!("{}({}{})", table.name, columns.join(", "), if table.columns.open { ", ..." } else { "" })
        }
        Lookup::Absent => "absent".to_owned(),
        Lookup::Unknown => "?".to_owned(),
    }
}

const BU: &str = "retrieve/c/bu/dataExtension";
const QUERY: &str = "retrieve/c/bu/query/q.query-meta.sql";

fn at(folder: &str, key: &str) -> String {
    format!("{folder}/{key}.dataExtension-meta.json")
}

#[test]
fn a_unit_and_its_parent() {
    let parent = "retrieve/c/_ParentBU_/dataExtension";
    let project = Project::new(&[
        (".mcdevrc.json", "{}"),
        (&at(BU, "Orders"), &own("Orders", &["Id"])),
        (&at(parent, "All"), &extension("All", &["Id", "City"], "shared_dataextension")),
        (&at(parent, "Contact"), &extension("Contact", &["Id"], "synchronizeddataextension")),
        (&at(parent, "Secret"), &own("Secret", &["Id"])),
        (&at("retrieve/d/bu/dataExtension", "Others"), &own("Others", &["Id"])),
    ]);
    let schema = project.schema(QUERY);
    assert_eq!(schema.is_parent(), Some(false));
    assert_eq!(shown(schema.table(false, "orders")), "Orders(Id)");
    assert_eq!(shown(schema.table(true, "ALL")), "All(Id, City)");
    assert_eq!(schema.table(true, "Contact").table().unwrap().kind, TableKind::Synchronized);
    for (ent, name) in [(true, "Secret"), (false, "All"), (false, "Others"), (true, "Orders")] {
        assert_eq!(schema.table(ent, name), Lookup::Absent, "{name}");
    }
    assert_eq!(schema.by_key("all-KEY").map(|table| &*table.name), Some("All"));
    let schema = project.schema("deploy/c/_ParentBU_/query/q.query-meta.sql");
    assert_eq!(schema.is_parent(), Some(true));
    assert_eq!(shown(schema.table(false, "Secret")), "Secret(Id)");
    assert_eq!(shown(schema.table(false, "All")), "All(Id, City)");
    // Nothing is known of where these run.
    for path in ["template/query/q.query-meta.sql", "queries/q.sql", "retrieve/e/bu/query/q.query-meta.sql"] {
        assert_eq!(shown(project.schema(path).table(false, "Orders")), "?", "{path}");
    }
}

#[test]
fn what_is_to_be_deployed() {
    let deploy = "deploy/c/bu/dataExtension";
    let project = Project::new(&[
        (&at(BU, "Orders"), &own("Orders", &["Id"])),
        (&at(deploy, "Orders"), &own("Orders", &["ID", "New"])),
        (&at(deploy, "Fresh"), &own("Fresh", &["Id"])),
        (&at("deploy/c/other/dataExtension", "Fresh"), &own("Fresh", &["Id"])),
    ]);
    let schema = project.schema("deploy/c/bu/query/q.query-meta.sql");
    assert_eq!(shown(schema.table(false, "Orders")), "Orders(Id, New)");
    assert_eq!(shown(schema.table(false, "Fresh")), "Fresh(Id)");
    assert_eq!(schema.table(false, "Other"), Lookup::Absent);
    let schema = project.schema("deploy/c/other/query/q.query-meta.sql");
    assert_eq!(shown(schema.table(false, "Fresh")), "Fresh(Id)");
    assert_eq!(schema.table(false, "Other"), Lookup::Unknown, "who knows what the platform has");
}

#[test]
fn folders_have_the_names_that_the_project_gives_them() {
    let project = Project::new(&[
        (".mcdevrc.json", r#"{"directories": {"retrieve": "from/sfmc/", "deploy": "to"}}"#),
        (&at("from/sfmc/c/bu/dataExtension", "Orders"), &own("Orders", &["Id"])),
        (&at(BU, "Wrong"), &own("Wrong", &["Id"])),
    ]);
    assert_eq!(shown(project.schema("to/c/bu/query/q.query-meta.sql").table(false, "Orders")), "Orders(Id)");
    assert_eq!(shown(project.schema(QUERY).table(false, "Wrong")), "?");
}

#[test]
fn damaged_files_prove_nothing() {
    for damaged in ["", "{", "[]", "{}", r#"{"CustomerKey": "x"}"#, "\0\u{1}\u{2}"] {
        let project = Project::new(&[(&at(BU, "a"), &own("Orders", &["Id"])), (&at(BU, "b"), damaged)]);
        let schema = project.schema(QUERY);
        assert_eq!(shown(schema.table(false, "Orders")), "Orders(Id)");
        assert_eq!(schema.table(false, "Other"), Lookup::Unknown, "it may be the damaged one");
    }
    let large = format!("{}{}", own("Huge", &["Id"]), " ".repeat(3 << 20));
    let project = Project::new(&[(&at(BU, "a"), &own("Orders", &["Id"])), (&at(BU, "b"), &large)]);
    assert_eq!(project.schema(QUERY).table(false, "Huge"), Lookup::Unknown);
    let project = Project::new(&[(&at(BU, "a"), &format!("\u{feff}{}", own("Orders", &["Id"])))]);
    assert_eq!(shown(project.schema(QUERY).table(false, "Orders")), "Orders(Id)");
}

#[test]
fn a_damaged_file_says_what_it_said() {
    let project = Project::new(&[(&at(BU, "a"), &own("Orders", &["Id"])), (&at(BU, "b"), &own("Other", &["Id"]))]);
    let before = project.schema(QUERY);
    assert_eq!(before.table(false, "None"), Lookup::Absent);
    project.write(&at(BU, "a"), r#"{ "Name": "Orders", "Fields": ["#);
    let during = project.schema(QUERY);
    assert_eq!(shown(during.table(false, "Orders")), "Orders(Id)");
    assert_eq!(during.table(false, "None"), Lookup::Unknown);
    project.write(&at(BU, "a"), &own("Orders", &["Id", "City"]));
    assert_eq!(shown(project.schema(QUERY).table(false, "Orders")), "Orders(Id, City)");
    project.remove(&at(BU, "a"));
    assert_eq!(project.schema(QUERY).table(false, "Orders"), Lookup::Absent);
    project.write(&at(BU, "c"), &own("Late", &["Id"]));
    assert_eq!(shown(project.schema(QUERY).table(false, "Late")), "Late(Id)");
    fs::remove_dir_all(project.folder.path().join(BU)).unwrap();
    assert_eq!(project.schema(QUERY).table(false, "Other"), Lookup::Unknown);
}

#[test]
fn what_did_not_change_is_the_same() {
    let project = Project::new(&[(&at(BU, "a"), &own("Orders", &["Id"])), (QUERY, "")]);
    let fingerprint = || project.configs().tables_fingerprint(&[QUERY.into()]);
    let (before, schema) = (fingerprint(), project.schema(QUERY));
    assert_eq!(fingerprint(), before);
    assert_eq!(project.schema(QUERY), schema);
    let changes: [&dyn Fn(); 5] = [
        &|| project.write(&at(BU, "b"), "{}"),
        &|| project.write(&at(BU, "a"), &own("Orders", &["Id", "More"])),
        &|| project.write("retrieve/c/bu/query/q.query-meta.json", "{}"),
        &|| project.write(".mcdevrc.json", "{}"),
        &|| project.remove(&at(BU, "a")),
    ];
    for change in changes {
        let before = fingerprint();
        change();
        assert_ne!(fingerprint(), before);
    }
    assert_ne!(project.schema(QUERY), schema);
}

#[test]
fn two_of_one_name() {
    let project = Project::new(&[
        (&at(BU, "a"), &own("Orders", &["Id", "A"])),
        (&at(BU, "b"), &own("ORDERS", &["id", "B"]).replace("ORDERS-key", "second")),
    ]);
    let schema = project.schema(QUERY);
    assert_eq!(shown(schema.table(false, "orders")), "Orders(Id, A, B)");
    assert!(schema.by_key("second").is_some() && schema.by_key("orders-key").is_some());
}

#[test]
fn query_activities() {
    let metadata = "retrieve/c/bu/query/q.query-meta.json";
    let project = Project::new(&[(QUERY, ""), ("queries/q.sql", "")]);
    let query = |path: &str| project.configs().query_info(Path::new(path));
    let target = || query(QUERY).activity.as_ref().and_then(|activity| activity.target_key.clone());
    assert_eq!((query(QUERY).unit, target()), (Some(UnitKind::Child), None));
    assert!(query(QUERY).activity.is_some(), "its name says that it is one");
    project.write(metadata, r#"{"r__dataExtension_key": "K", "targetUpdateTypeName": "Append"}"#);
    assert_eq!(target().as_deref(), Some("K"));
    assert_eq!(query(QUERY).activity.as_ref().unwrap().update_type, Some(UpdateType::Append));
    project.write(metadata, r#"{"r__dataExtension_key": "#);
    assert_eq!(target().as_deref(), Some("K"), "as it was");
    project.remove(metadata);
    assert_eq!(target(), None);
    assert_eq!(*query("queries/q.sql"), sfmc_db::QueryInfo::default());
}

#[test]
fn what_the_configuration_names() {
    let project = Project::new(&[
        (
            "sfmc-analyzer.toml",
            r#"
[schema]
unit = "c/bu"
files = ["tables/*"]
[[schema.tables]]
name = "Orders"
key = "orders"
columns = [
  { name = "Id", type = "Number", primary-key = true },
  { name = "Name", type = "TEXT", length = 50, required = false },
  { name = "Email", type = "EmailAddress" },
]
[[schema.tables]]
name = "All"
shared = true
"#,
        ),
        (&at(BU, "a"), &own("Retrieved", &["Id"])),
        ("tables/Customers.csv", "Id;City\n1;Rom"),
        ("tables/notes.txt", "Id"),
        ("tables/x.dataExtension-meta.json", &own("Described", &["Id"])),
        ("other/Unnamed.csv", "Id"),
    ]);
    let schema = project.schema("queries/q.sql");
    for name in ["Orders", "Customers", "Described", "Retrieved"] {
        assert!(schema.table(false, name).table().is_some(), "{name}");
    }
    assert_eq!(shown(schema.table(false, "customers")), "Customers(Id, City)");
    assert_eq!(shown(schema.table(true, "all")), "All(, ...)");
    let orders = schema.table(false, "Orders").table().unwrap();
    let types: Vec<_> = orders.columns.list().iter().map(|column| column.ty.sql()).collect();
    assert_eq!(types, ["int", "nvarchar(50)", "nvarchar(254)"]);
    assert_eq!(schema.by_key("ORDERS").map(|table| &*table.name), Some("Orders"));
    for name in ["notes", "Unnamed"] {
        assert!(schema.table(false, name).table().is_none(), "{name}");
    }
    let without = Project::new(&[("sfmc-analyzer.toml", "[[schema.tables]]\nname = 'A'\n")]);
    assert_eq!(without.schema("q.sql").table(false, "B"), Lookup::Unknown, "nobody says that this is all");
    let complete = Project::new(&[("sfmc-analyzer.toml", "[schema]\ncomplete = true\ntables = [{ name = 'A' }]\n")]);
    assert_eq!(complete.schema("q.sql").table(false, "B"), Lookup::Absent);
    let damaged = Project::new(&[
        ("sfmc-analyzer.toml", "[schema]\ncomplete = true\nfiles = ['*.json']\ntables = [{ name = 'A' }]\n"),
        ("a.json", "{"),
    ]);
    assert_eq!(damaged.schema("q.sql").table(false, "B"), Lookup::Unknown);
}

#[test]
fn mistakes_in_the_configuration_prove_nothing() {
    let check = |text: &str| {
        let project = Project::new(&[("sfmc-analyzer.toml", text)]);
        let schema = project.schema("q.sql");
        (shown(schema.table(false, "A")), shown(schema.table(false, "B")))
    };
    let text = "[schema]\ncomplete = true\n[[schema.tables]]\nname = 'A'\ncolumns = [{ name = 'Id' }]\n";
    assert_eq!(check(text), ("A(Id)".to_owned(), "absent".to_owned()));
    for mistake in [
        text.replace("}]", "}, 'Name']"),
        text.replace("}]", "}, { type = 'text' }]"),
        text.replace("'A'", "'A'\nkye = 'x'"),
        format!("{text}[[schema.tables]]\nname = 5\n"),
        format!("{text}[rules\n"),
    ] {
        assert_eq!(check(&mistake), ("A(Id, ...)".to_owned(), "?".to_owned()), "{mistake}");
    }
}

#[cfg(unix)]
#[test]
fn links() {
    use std::os::unix::fs::symlink;
    let outside = Project::new(&[("a.dataExtension-meta.json", &own("Outside", &["Id"]))]);
    let project = Project::new(&[
        (&at(BU, "a"), &own("Orders", &["Id"])),
        ("real/b.dataExtension-meta.json", &own("Linked", &["Id"])),
        ("sfmc-analyzer.toml", "[schema]\nfiles = ['tables/**']\n"),
        ("tables/in.json", &own("Listed", &["Id"])),
    ]);
    let path = |path: &str| project.folder.path().join(path);
    symlink(path("real/b.dataExtension-meta.json"), path(&at(BU, "b"))).unwrap();
    assert_eq!(shown(project.schema(QUERY).table(false, "Linked")), "Linked(Id)");
    assert_eq!(project.schema(QUERY).table(false, "Other"), Lookup::Absent);
    symlink(outside.folder.path().join("a.dataExtension-meta.json"), path(&at(BU, "c"))).unwrap();
    symlink(path(&at(BU, "d")), path(&at(BU, "d"))).unwrap();
    symlink(path("tables"), path("tables/cycle")).unwrap();
    symlink(outside.folder.path().join("a.dataExtension-meta.json"), path("tables/out.json")).unwrap();
    let schema = project.schema(QUERY);
    assert_eq!(schema.table(false, "Outside"), Lookup::Unknown, "not read, and not absent either");
    assert_eq!(shown(schema.table(false, "Orders")), "Orders(Id)");
    assert_eq!(shown(schema.table(false, "Listed")), "Listed(Id)");
    // The folder itself.
    fs::create_dir_all(path("retrieve/c/out")).unwrap();
    symlink(outside.folder.path(), path("retrieve/c/out/dataExtension")).unwrap();
    fs::create_dir_all(path("retrieve/c/loop")).unwrap();
    symlink(path("retrieve/c/loop/dataExtension"), path("retrieve/c/loop/dataExtension")).unwrap();
    for unit in ["out", "loop"] {
        let schema = project.schema(&format!("retrieve/c/{unit}/query/q.query-meta.sql"));
        assert_eq!(schema.table(false, "Outside"), Lookup::Unknown);
    }
}

#[test]
fn many_at_once() {
    let project = Project::new(&[]);
    for n in 0..300 {
        project.write(&at(BU, &n.to_string()), &own(&format!("T{n}"), &["Id"]));
    }
    let configs = project.configs();
    std::thread::scope(|scope| {
        for n in 0..8 {
            let configs = &configs;
            scope.spawn(move || {
                let schema = configs.schema(Path::new(QUERY));
                assert_eq!(schema.own().list().len(), 300);
                assert!(schema.table(false, &format!("t{n}")).table().is_some());
            });
        }
    });
}
