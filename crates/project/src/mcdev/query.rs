//! A query activity as mcdev writes it down: `<key>.query-meta.json` beside the query.

use std::path::{Path, PathBuf};

use serde::de::MapAccess;
use sfmc_db::{QueryActivity, UpdateType};

use super::{
    is_query_activity,
    loose::{Entries, Loose, LooseTable},
};

/// What of it is looked at.
#[derive(Default)]
struct Metadata<'a> {
    target_key: Loose<'a>,
    old_target_key: Loose<'a>,
    target_name: Loose<'a>,
    old_target_name: Loose<'a>,
    update_type: Loose<'a>,
    update_type_id: Loose<'a>,
}

impl<'a> Entries<'a> for Metadata<'a> {
    fn read<A: MapAccess<'a>>(&mut self, key: &str, value: &mut A) -> Result<bool, A::Error> {
        let slot = match key {
            // Of mcdev 4 and later; `target…` is what older ones and the platform write.
            "r__dataExtension_key" => &mut self.target_key,
            "targetKey" => &mut self.old_target_key,
            "r__dataExtension_name" => &mut self.target_name,
            "targetName" => &mut self.old_target_name,
            "targetUpdateTypeName" => &mut self.update_type,
            "targetUpdateTypeId" => &mut self.update_type_id,
            _ => return Ok(false),
        };
        *slot = value.next_value()?;
        Ok(true)
    }
}

/// The metadata of the query activity whose query a file holds.
pub(crate) fn query_metadata_of(path: &Path) -> Option<PathBuf> {
    is_query_activity(path).then(|| path.with_extension("json"))
}

/// What the text of such a file says; none where it is damaged.
pub(crate) fn parse_query(text: &str) -> Option<QueryActivity> {
    let metadata: Metadata<'_> = serde_json::from_str::<LooseTable<_>>(text).ok()?.0?;
    let first = |a: &Loose<'_>, b: &Loose<'_>| a.text().or_else(|| b.text()).map(Into::into);
    let by_name = metadata.update_type.text().and_then(|name| match name.trim().to_ascii_lowercase().as_str() {
        "overwrite" => Some(UpdateType::Overwrite),
        "update" => Some(UpdateType::Update),
        "append" => Some(UpdateType::Append),
        _ => None,
    });
    let by_id = || match metadata.update_type_id.number()? {
        0 => Some(UpdateType::Overwrite),
        1 => Some(UpdateType::Update),
        2 => Some(UpdateType::Append),
        _ => None,
    };
    Some(QueryActivity {
        target_name: first(&metadata.target_name, &metadata.old_target_name),
        target_key: first(&metadata.target_key, &metadata.old_target_key),
        update_type: by_name.or_else(by_id),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> Option<(Option<String>, Option<String>, Option<UpdateType>)> {
        let found = parse_query(text)?;
        Some((found.target_key.map(Into::into), found.target_name.map(Into::into), found.update_type))
    }

    #[test]
    fn what_versions_wrote() {
        let some = |text: &str| Some(text.to_owned());
        let new =
            r#"{"name": "Fill", "key": "Fill", "r__dataExtension_key": "K", "targetUpdateTypeName": "Overwrite"}"#;
        assert_eq!(shown(new), Some((some("K"), None, Some(UpdateType::Overwrite))));
        let old = r#"{"targetKey": "K", "targetName": "N", "targetUpdateTypeId": 1, "queryText": "SELECT 1"}"#;
        assert_eq!(shown(old), Some((some("K"), some("N"), Some(UpdateType::Update))));
        let strange =
            r#"{"targetKey": 7, "r__dataExtension_key": "", "targetUpdateTypeName": "append", "steps": [{}]}"#;
        assert_eq!(shown(strange), Some((None, None, Some(UpdateType::Append))));
        assert_eq!(shown("{}"), Some((None, None, None)));
        for damaged in ["", "{", "[]", "7", "null", r#"{"targetKey": "K""#] {
            assert_eq!(shown(damaged), None, "{damaged}");
        }
    }

    #[test]
    fn where_it_stands() {
        let metadata = |path: &str| query_metadata_of(Path::new(path)).map(|path| path.display().to_string());
        assert_eq!(metadata("query/a.b.query-meta.sql").as_deref(), Some("query/a.b.query-meta.json"));
        assert_eq!(metadata("query/a.sql"), None);
    }
}
