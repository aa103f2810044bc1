//! Reading a file as the engine wants it: its text, and what is known of it beside that.

use std::path::Path;

use sfmc_catalog::ampscript::{self, Role};
use sfmc_db::{FileInfo, FileKind};

use crate::{
    configs::Configs,
    language::{Language, classify},
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

/// Whether a text may call a function of AMPscript that takes the name of a data extension.
pub(crate) fn names_data_extensions(text: &str) -> bool {
    let takes_name = |name: &str| {
        let found = ampscript::function(name);
        found.is_some_and(|found| found.params.iter().any(|param| param.role == Some(Role::DataExtensionName)))
    };
    memchr::memchr_iter(b'(', text.as_bytes()).any(|end| {
        let before = text.get(..end).unwrap_or_default().trim_end();
        before.rsplit(|c: char| !c.is_ascii_alphanumeric()).next().is_some_and(takes_name)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_names_data_extensions() {
        for text in
            ["%%=Lookup('a', 'b', 'c', 1)=%%", "set @x = LOOKUPROWS ('a')", "x claimrow(", "…InsertDE(", "InsertDE("]
        {
            assert!(names_data_extensions(text), "{text}");
        }
        for text in ["", "(", "a(b)", "lookups(", "%%=Add(1, 2)=%%", "ünsertDE(", "Lookup"] {
            assert!(!names_data_extensions(text), "{text}");
        }
    }
}
