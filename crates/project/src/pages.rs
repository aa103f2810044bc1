//! Reading a file as the engine wants it: its text, and what is known of it beside that.

use std::{path::Path, sync::Arc};

use sfmc_db::{FileInfo, FileKind, QueryActivity, QueryInfo};

use crate::{
    configs::Configs,
    language::{Language, classify},
    mcdev,
    settings::FileSettings,
    source::{Source, read_source},
};

/// The text of a file and what is known of it beside that; `None` if there is none to be had.
pub fn read_page(configs: &Configs, path: &Path) -> Option<(String, FileInfo)> {
    let source = read_source(configs.system(), &configs.absolute(path)).ok()?;
    let settings = configs.file_settings(path);
    let (info, _) = file_info(&source, path, &settings);
    Some((source.text, info))
}

/// What is known of a file beside its text, and which language it holds.
pub(crate) fn file_info(source: &Source, path: &Path, settings: &FileSettings) -> (FileInfo, Language) {
    let language = classify(&source.text, path);
    let kind = match language {
        Language::Page => FileKind::Page,
        Language::Sql => FileKind::Sql,
        Language::Ssjs | Language::Unknown => FileKind::Other,
    };
    (FileInfo { kind, environment: settings.environment() }, language)
}

/// What is known of a file of SQL beside its text, by where it stands.
pub fn query_info(path: &Path) -> Arc<QueryInfo> {
    // The metadata beside the query says more of the activity.
    let activity = mcdev::is_query_activity(path).then(QueryActivity::default);
    Arc::new(QueryInfo { activity, unit: mcdev::unit_kind(path), ..QueryInfo::default() })
}
