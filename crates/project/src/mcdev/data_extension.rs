//! A data extension as mcdev writes it down: `dataExtension/<key>.dataExtension-meta.json`.

use std::path::Path;

use serde::de::MapAccess;
use sfmc_catalog::sql::FieldType;
use sfmc_schema::{Column, ColumnType, Columns, Deletes, Nullable, Origin, Period, Retention, Table, TableKind};

use super::{
    key_of_file,
    loose::{Entries, Loose, LooseList, LooseTable},
};

/// What mcdev calls the type, in names of files and folders.
pub(crate) const DATA_EXTENSION: &str = "dataExtension";

/// A data extension that was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct DataExtension {
    pub(crate) table: Table,
    /// Whether it says if it is shared.
    pub(crate) says_owner: bool,
}

/// What of it is looked at.
#[derive(Default)]
struct Metadata<'a> {
    key: Loose<'a>,
    name: Loose<'a>,
    is_sendable: Loose<'a>,
    fields: LooseList<LooseTable<Field<'a>>>,
    retention: Loose<'a>,
    retention_period: Loose<'a>,
    retention_unit: Loose<'a>,
    retention_end: Loose<'a>,
    retention_restarts: Loose<'a>,
    description: Loose<'a>,
    sends_by: LooseTable<Named<'a>>,
    content_type: Loose<'a>,
}

impl<'a> Entries<'a> for Metadata<'a> {
    fn read<A: MapAccess<'a>>(&mut self, key: &str, value: &mut A) -> Result<bool, A::Error> {
        let slot = match key {
            "CustomerKey" => &mut self.key,
            "Name" => &mut self.name,
            "IsSendable" => &mut self.is_sendable,
            "Fields" => {
                self.fields = value.next_value()?;
                return Ok(true);
            }
            "SendableDataExtensionField" => {
                self.sends_by = value.next_value()?;
                return Ok(true);
            }
            "Description" => &mut self.description,
            "c__retentionPolicy" => &mut self.retention,
            "DataRetentionPeriodLength" => &mut self.retention_period,
            "c__dataRetentionPeriodUnitOfMeasure" => &mut self.retention_unit,
            "c__retainUntil" => &mut self.retention_end,
            "ResetRetentionPeriodOnImport" => &mut self.retention_restarts,
            "r__folder_ContentType" => &mut self.content_type,
            _ => return Ok(false),
        };
        *slot = value.next_value()?;
        Ok(true)
    }
}

/// What of something is looked at of which only the name matters.
#[derive(Default)]
struct Named<'a> {
    name: Loose<'a>,
}

impl<'a> Entries<'a> for Named<'a> {
    fn read<A: MapAccess<'a>>(&mut self, key: &str, value: &mut A) -> Result<bool, A::Error> {
        if key == "Name" {
            self.name = value.next_value()?;
            return Ok(true);
        }
        Ok(false)
    }
}

/// What of a field is looked at.
#[derive(Default)]
struct Field<'a> {
    name: Loose<'a>,
    new_name: Loose<'a>,
    ty: Loose<'a>,
    max_length: Loose<'a>,
    scale: Loose<'a>,
    is_required: Loose<'a>,
    is_primary_key: Loose<'a>,
    default: Loose<'a>,
}

impl<'a> Entries<'a> for Field<'a> {
    fn read<A: MapAccess<'a>>(&mut self, key: &str, value: &mut A) -> Result<bool, A::Error> {
        let slot = match key {
            "Name" => &mut self.name,
            "Name_new" => &mut self.new_name,
            "FieldType" => &mut self.ty,
            "MaxLength" => &mut self.max_length,
            "Scale" => &mut self.scale,
            "IsRequired" => &mut self.is_required,
            "IsPrimaryKey" => &mut self.is_primary_key,
            "DefaultValue" => &mut self.default,
            _ => return Ok(false),
        };
        *slot = value.next_value()?;
        Ok(true)
    }
}

/// The data extension that the text of a file describes; none where it is damaged, or does not say what the data extension is called.
pub(crate) fn parse_data_extension(text: &str, path: &Path) -> Option<DataExtension> {
    let metadata: Metadata<'_> = serde_json::from_str::<LooseTable<_>>(text).ok()?.0?;
    let name = metadata.name.text()?;
    let key = metadata.key.text().map(str::to_owned).or_else(|| key_of_file(path, DATA_EXTENSION));
    let (columns, places) = columns(metadata.fields.0.as_deref(), text);
    let content_type = metadata.content_type.text().map(str::to_ascii_lowercase);
    let kind = match content_type.as_deref() {
        Some(kind) if kind.starts_with("synchronized") => TableKind::Synchronized,
        Some(kind) if kind.starts_with("shared") => TableKind::Shared,
        _ => TableKind::DataExtension,
    };
    let table = Table {
        key: key.map(String::into_boxed_str),
        kind,
        columns,
        has_retention: !metadata.retention.text().is_some_and(|policy| policy.eq_ignore_ascii_case("none")),
        sendable: metadata.is_sendable.is_true(),
        sends_by: metadata.sends_by.0.as_ref().and_then(|field| field.name.text()).map(Into::into),
        description: metadata.description.text().map(|text| text.trim().into()),
        retention: retention(&metadata).map(Box::new),
        origin: Some(Origin {
            path: path.to_owned(),
            offset: metadata.name.offset_in(text).unwrap_or(0),
            columns: places.into(),
        }),
        ..Table::named(name)
    };
    Some(DataExtension { table, says_owner: content_type.is_some() })
}

/// When rows are deleted; none where it does not say so in words that are known.
fn retention(metadata: &Metadata<'_>) -> Option<Retention> {
    let deletes = Deletes::of(metadata.retention.text()?)?;
    let count = metadata.retention_period.number().filter(|&count| count > 0);
    let unit = metadata.retention_unit.text().and_then(Period::of);
    Some(Retention {
        deletes,
        period: count.zip(unit),
        until: metadata.retention_end.text().map(|day| day.trim().into()),
        restarts: metadata.retention_restarts.is_true(),
    })
}

/// The columns, and where their names stand.
fn columns<'a>(fields: Option<&[LooseTable<Field<'a>>]>, text: &'a str) -> (Columns, Vec<u32>) {
    // There is no data extension without a field: an empty list says nothing of them.
    let Some(fields) = fields.filter(|fields| !fields.is_empty()) else { return (Columns::unknown(), Vec::new()) };
    let (mut columns, mut places) = (Columns::default(), Vec::new());
    for field in fields {
        let named = field.0.as_ref().and_then(|field| Some((field, field.name.text()?)));
        let Some((field, name)) = named else {
            // There is a column, whatever it is called.
            columns.open = true;
            continue;
        };
        let place = field.name.offset_in(text).unwrap_or(0);
        let column = column(name, field);
        let renamed = column.new_name.clone().map(|new| Column { name: new, new_name: None, ..column.clone() });
        // Two of one name are a mistake of the file; the first one counts.
        if columns.push(column) {
            places.push(place);
        }
        if renamed.is_some_and(|renamed| columns.push(renamed)) {
            places.push(field.new_name.offset_in(text).unwrap_or(place));
        }
    }
    (columns, places)
}

fn column(name: &str, field: &Field<'_>) -> Column {
    let ty = field.ty.text().and_then(|ty| FieldType::of(ty.trim()));
    let max_length = field.max_length.number().filter(|&length| length > 0);
    let primary_key = field.is_primary_key.is_true();
    // A primary key is required in fact.
    let is_required = primary_key || field.is_required.is_true();
    Column {
        ty: ty.map_or(ColumnType::Unknown, |ty| ColumnType::of_field(ty, max_length, field.scale.number())),
        nullable: if is_required { Nullable::No } else { Nullable::Yes },
        primary_key,
        default: field.default.text().map(Into::into),
        new_name: field.new_name.text().map(Into::into),
        ..Column::named(name)
    }
}

#[cfg(test)]
mod tests {
    use sfmc_schema::Length;

    use super::*;

    const ORDERS: &str = r#"{
  "CustomerKey": "Orders_Key", "Name": "Orders", "Description": "", "IsSendable": true,
  "Fields": [
    { "Name": "ContactKey", "DefaultValue": "", "MaxLength": 50, "IsRequired": true, "IsPrimaryKey": true, "FieldType": "Text" },
    { "Name": "Amount", "MaxLength": "18", "Scale": 2, "IsRequired": "False", "FieldType": "Decimal" },
    { "Name": "Note", "FieldType": "text" },
    { "Name": "OrderDate", "DefaultValue": "GetDate()", "IsRequired": "TRUE", "FieldType": "Date" }
  ],
  "c__retentionPolicy": "allRecords", "r__folder_ContentType": "dataextension"
}"#;

    fn parse(text: &str) -> Option<DataExtension> {
        parse_data_extension(text, Path::new("/p/dataExtension/a%2Fb_STAR_.dataExtension-meta.json"))
    }

    fn shown(text: &str) -> String {
        let table = parse(text).unwrap().table;
        let column = |column: &Column| {
            let null = if column.nullable == Nullable::No { "" } else { " null" };
            let key = if column.primary_key { " key" } else { "" };
            format!("{} {}{null}{key}", column.name, column.ty.sql())
        };
        let columns: Vec<_> = table.columns.list().iter().map(column).collect();
        format!("{}({}{})", table.name, columns.join(", "), if table.columns.open { ", ..." } else { "" })
    }

    #[test]
    fn what_mcdev_writes() {
        let expected = "Orders(ContactKey nvarchar(50) key, Amount decimal(18,2) null, Note nvarchar(max) null, OrderDate datetime)";
        assert_eq!(shown(ORDERS), expected);
        let found = parse(ORDERS).unwrap();
        let table = &found.table;
        assert_eq!(table.key.as_deref(), Some("Orders_Key"));
        assert!(table.has_retention && table.sendable && found.says_owner);
        assert_eq!(table.kind, TableKind::DataExtension);
        assert_eq!(table.columns.list()[3].default.as_deref(), Some("GetDate()"));
        let origin = table.origin.as_ref().unwrap();
        let at = |offset: u32| &ORDERS[offset as usize..];
        assert!(at(origin.offset).starts_with("Orders\", \"Description\""));
        let names: Vec<_> = origin.columns.iter().map(|place| at(*place).split('"').next().unwrap()).collect();
        assert_eq!(names, ["ContactKey", "Amount", "Note", "OrderDate"]);
    }

    #[test]
    fn what_is_said_about_it() {
        let told = |text: &str| {
            let table = parse(text).unwrap().table;
            let retention = table.retention.as_deref().cloned();
            (table.description.map(String::from), table.sends_by.map(String::from), retention)
        };
        let text = r#"{"Name": "T", "Description": " All of them\n", "SendableDataExtensionField": {"Name": "ContactKey"},
            "DataRetentionPeriodLength": "6", "c__dataRetentionPeriodUnitOfMeasure": "Months", "c__retainUntil": "",
            "c__retentionPolicy": "individialRecords", "ResetRetentionPeriodOnImport": "true"}"#;
        let period = Some((6, Period::Months));
        let retention = Retention { deletes: Deletes::Rows, period, until: None, restarts: true };
        assert_eq!(told(text), (Some("All of them".to_owned()), Some("ContactKey".to_owned()), Some(retention)));
        let text = r#"{"Name": "T", "Description": ["x"], "SendableDataExtensionField": "ContactKey", "c__retentionPolicy": "allRecords",
            "DataRetentionPeriodLength": {"a": 1}, "c__dataRetentionPeriodUnitOfMeasure": 5, "c__retainUntil": "1/2/2030 12:00:00 AM"}"#;
        let until = Some("1/2/2030 12:00:00 AM".into());
        let retention = Retention { deletes: Deletes::AllRows, until, ..Retention::default() };
        assert_eq!(told(text), (None, None, Some(retention)));
        for policy in ["7", "[]", "\"\"", "\"sometimes\""] {
            assert_eq!(told(&format!(r#"{{"Name": "T", "c__retentionPolicy": {policy}}}"#)), (None, None, None));
        }
        let none = Retention::default();
        assert_eq!(told(r#"{"Name": "T", "c__retentionPolicy": "none"}"#).2, Some(none));
    }

    #[test]
    fn what_can_be_missing() {
        assert_eq!(shown(r#"{"Name": "T"}"#), "T(, ...)");
        assert_eq!(shown(r#"{"Name": "T", "Fields": {"Field": []}}"#), "T(, ...)");
        assert_eq!(shown(r#"{"Name": "T", "Fields": []}"#), "T(, ...)");
        assert_eq!(shown(r#"{"Name": "T", "Fields": [{"Name": "a"}, 7, {"Name": 5}]}"#), "T(a  null, ...)");
        assert_eq!(
            shown(r#"{"Name": "T", "Fields": [{"Name": "a", "FieldType": "Blob"}, {"Name": "A"}]}"#),
            "T(a  null)"
        );
        let found = parse(r#"{"Name": "T", "CustomerKey": null}"#).unwrap();
        assert_eq!(found.table.key.as_deref(), Some("a/b*"), "of the name of the file");
        assert!(!found.says_owner && found.table.has_retention, "nobody says that there is none");
        assert!(!parse(r#"{"Name": "T", "c__retentionPolicy": "none"}"#).unwrap().table.has_retention);
    }

    #[test]
    fn who_owns_it() {
        let kind =
            |ty: &str| parse(&format!(r#"{{"Name": "T", "r__folder_ContentType": "{ty}"}}"#)).unwrap().table.kind;
        assert_eq!(kind("shared_dataextension"), TableKind::Shared);
        assert_eq!(kind("shared_data"), TableKind::Shared);
        assert_eq!(kind("synchronizeddataextension"), TableKind::Synchronized);
        assert_eq!(kind("salesforcedataextension"), TableKind::DataExtension);
    }

    #[test]
    fn a_column_that_is_about_to_be_renamed() {
        let text = r#"{"Name": "T", "Fields": [{"Name": "Old", "Name_new": "New", "FieldType": "Number", "IsPrimaryKey": "true"}]}"#;
        assert_eq!(shown(text), "T(Old int key, New int key)");
        let table = parse(text).unwrap().table;
        assert_eq!(table.columns.list()[0].new_name.as_deref(), Some("New"));
        assert_eq!(table.columns.list()[1].new_name, None);
    }

    #[test]
    fn strange_values_hide_nothing() {
        let text = r#"{"Name": "T", "Name": "U", "IsSendable": {"a": [1]}, "CustomerKey": ["x"],
            "Fields": [{"Name": "a\u0062", "MaxLength": -3, "Scale": 1e99, "FieldType": "Text", "IsRequired": 1}]}"#;
        assert_eq!(shown(text), "U(ab nvarchar(max) null)");
        let huge = r#"{"Name": "T", "Fields": [{"Name": "a", "FieldType": "Text", "MaxLength": 99999999999}]}"#;
        assert_eq!(parse(huge).unwrap().table.columns.list()[0].ty, ColumnType::Text(Length::Max));
    }

    #[test]
    fn what_is_damaged_says_nothing() {
        let deep = "[".repeat(100_000);
        for text in ["", "{", "[]", "null", "7", "{}", r#"{"Name": ""}"#, r#"{"Name": ["T"]}"#, &deep, &ORDERS[..300]] {
            assert_eq!(parse(text), None);
        }
        for end in 0..ORDERS.len() {
            assert_eq!(parse(&ORDERS[..end]), None);
        }
    }
}
