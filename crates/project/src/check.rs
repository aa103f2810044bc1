//! A check run: files in, findings out, in parallel; and the repairs that a run may apply.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    path::{Path, PathBuf},
    sync::Arc,
};

use rayon::prelude::*;
use sfmc_db::{Database, FileInfo, FileKind, Page, QueryInfo};
use sfmc_diagnostics::{Diagnostic, FixKind, Group, Rule, Severity};
pub use sfmc_lint::FixMode;
use sfmc_lint::{Fixed, Levels, NamePattern, fix};
use sfmc_schema::Schema;
use sfmc_syntax::TextRange;

use crate::{
    configs::Configs,
    discover::FoundFile,
    inclusions::Inclusions,
    language::Language,
    pages::{file_info, names_data_extensions},
    paths::displayed,
    settings::FileSettings,
    source::{ReadError, ReadErrorKind, Source, read_source, source_from_bytes},
    write::write_atomically,
};

impl Levels for FileSettings {
    fn severity(&self, rule: &'static Rule) -> Option<Severity> {
        FileSettings::severity(self, rule)
    }

    fn variable_names(&self) -> Option<&dyn NamePattern> {
        FileSettings::variable_names(self).map(|names| names as &dyn NamePattern)
    }
}

/// The engine failed on a file. The other files are checked all the same.
pub static INTERNAL_PANIC: Rule = Rule {
    id: "internal/panic",
    aliases: &[],
    group: Group::Meta,
    severity: Severity::Error,
    on_by_default: true,
    fix: FixKind::None,
    since: "0.1.0",
    docs: "The tool failed on this file.\n\n## Why\nA mistake in the tool, never in the file. The other files are checked all the \
           same; the exit code is 3. Source: own rule of this tool.\n",
};

/// Every rule that a configuration can speak of: those of the languages and those about files and configurations.
pub fn all_rules() -> Vec<&'static Rule> {
    let mut rules: Vec<&'static Rule> = sfmc_lint::RULES.to_vec();
    rules.extend(crate::rules::RULES);
    rules.push(&INTERNAL_PANIC);
    rules.sort_by_key(|rule| rule.id);
    rules
}

/// What came of a file.
#[derive(Debug, Default)]
pub struct Checked {
    /// Its path as it is to be shown.
    pub path: PathBuf,
    /// Its text, as it is now; the findings count its bytes. Empty if it could not be read, or if there are none.
    pub text: String,
    /// The findings that remain, in order of place.
    pub diagnostics: Vec<Diagnostic>,
    /// How many repairs were applied and written.
    pub fixed: usize,
    /// Whether a finding is as bad as the configuration's failing level, or worse.
    pub fails: bool,
    /// Whether the engine panicked on it.
    pub panicked: bool,
    /// What the file is, when that is nothing which is checked.
    pub skipped: Option<Language>,
}

/// How a run goes about its files.
#[derive(Debug)]
pub struct Checker<'a> {
    configs: &'a Configs,
    fix: FixMode,
}

/// What is known of a file beside its text.
struct Known {
    info: FileInfo,
    query: Arc<QueryInfo>,
    schema: Schema,
}

impl Known {
    /// How much more memory a text takes than one of a page: the trees of SQL are made to be checked.
    fn weight(&self) -> usize {
        if self.info.kind == FileKind::Sql { 4 } else { 1 }
    }
}

/// A database and how much it holds: inputs are never freed, so a worker takes a new one now and then.
struct Worker<'a> {
    inclusions: &'a Inclusions<'a>,
    db: Database,
    bytes: usize,
}

/// How many bytes of text a worker's database may hold: little enough that the next one finds its memory warm.
const MAX_BYTES: usize = 256 << 10;

impl<'a> Checker<'a> {
    /// A run under these configurations.
    pub fn new(configs: &'a Configs, fix: FixMode) -> Checker<'a> {
        Checker { configs, fix }
    }

    /// Checks files in parallel; the answers are in the order of the files.
    pub fn files(&self, files: &[FoundFile]) -> Vec<Checked> {
        // A panic becomes a finding of its file: what it prints on the way would only frighten.
        let quiet = QuietPanics::new();
        let inclusions = Inclusions::new(self.configs, files.iter().map(|file| file.path.as_path()));
        let worker = || Worker::new(&inclusions);
        let checked = files.par_iter().with_min_len(4).map_init(worker, |worker, file| self.file(worker, &file.path));
        let checked = checked.collect();
        drop(quiet);
        checked
    }

    /// Checks a text that stands in no file, under the name `path`.
    pub fn text(&self, path: &Path, bytes: Vec<u8>) -> Checked {
        let quiet = QuietPanics::new();
        let checked = match source_from_bytes(bytes) {
            Ok(source) => self.source(&mut Worker::new(&Inclusions::new(self.configs, [])), path, source),
            Err(binary) => {
                let error = ReadError { path: path.to_owned(), kind: ReadErrorKind::Binary(binary) };
                self.finish(path, String::new(), vec![error.diagnostic()])
            }
        };
        drop(quiet);
        checked
    }

    fn file(&self, worker: &mut Worker<'_>, path: &Path) -> Checked {
        match read_source(self.configs.system(), &self.configs.absolute(path)) {
            Ok(source) => self.source(worker, path, source),
            Err(error) => self.finish(path, String::new(), vec![error.diagnostic()]),
        }
    }

    fn source(&self, worker: &mut Worker<'_>, path: &Path, source: Source) -> Checked {
        let mut encoding = source.diagnostic();
        let settings = self.configs.file_settings(path);
        let (info, language) = file_info(&source, path, &settings);
        let known = self.known(path, info, &source.text);
        let result = catch_unwind(AssertUnwindSafe(|| {
            let found = worker.check(path, &source.text, &known, &settings);
            match self.fix.applies(&found) {
                true => fix(
                    source.text.clone(),
                    found,
                    |found| self.fix.choose(found),
                    |text| worker.check(path, text, &known, &settings),
                ),
                false => Fixed { text: None, edits: Vec::new(), diagnostics: found, count: 0 },
            }
        }));
        let fixed = match result {
            Ok(fixed) => fixed,
            Err(panic) => {
                // Whatever the panic left behind in the database is not trusted.
                *worker = Worker::new(worker.inclusions);
                let message = format!("the tool failed on this file: {}", panic_message(&*panic));
                let mut diagnostic = Diagnostic::new(&INTERNAL_PANIC, TextRange::default(), message);
                diagnostic.help = Some("please report it, with the file if you can".to_owned());
                let mut checked = self.finish(path, source.text, vec![diagnostic]);
                checked.panicked = true;
                return checked;
            }
        };
        let (mut diagnostics, mut text, mut count) = (fixed.diagnostics, None, 0);
        if let Some(new_text) = fixed.text {
            match self.write(path, &source, &new_text) {
                Ok(written) => {
                    // The file keeps its encoding, and what is to be said of it.
                    encoding = written.diagnostic();
                    (text, count) = (Some(new_text), fixed.count);
                }
                Err(message) => {
                    // Nothing was written: the findings of the file as it is.
                    diagnostics = worker.check(path, &source.text, &known, &settings);
                    let rule = &crate::rules::FILE_UNREADABLE;
                    let message = format!("the fixes were not applied: {message}");
                    diagnostics.insert(0, Diagnostic::new(rule, TextRange::default(), message));
                }
            }
        }
        let level = |mut found: Diagnostic| {
            found.severity = settings.severity(found.rule)?;
            Some(found)
        };
        diagnostics.extend(encoding.and_then(level));
        diagnostics.sort_by_key(|found| (found.range.start(), found.range.end()));
        let mut checked = self.finish(path, text.unwrap_or(source.text), diagnostics);
        checked.fixed = count;
        checked.skipped = (info.kind == FileKind::Other).then_some(language);
        checked
    }

    /// What is known of a file beside its text. What data extensions there are is only read for who can name one.
    fn known(&self, path: &Path, info: FileInfo, text: &str) -> Known {
        let configs = self.configs;
        let (query, schema) = match info.kind {
            FileKind::Sql => (configs.query_info(path), configs.schema(path)),
            FileKind::Page if configs.may_have_tables(path) && names_data_extensions(text) => {
                (Arc::default(), configs.schema(path))
            }
            FileKind::Page | FileKind::Other => (Arc::default(), Schema::default()),
        };
        Known { info, query, schema }
    }

    /// Writes a text in the place of a file's, and returns the file as it is then.
    fn write(&self, path: &Path, source: &Source, text: &str) -> Result<Source, String> {
        let bytes = source.encode(text).map_err(|error| error.to_string())?;
        write_atomically(&self.configs.absolute(path), &bytes, &source.stamp).map_err(|error| error.to_string())?;
        source_from_bytes(bytes).map_err(|binary| ReadErrorKind::Binary(binary).to_string())
    }

    fn finish(&self, path: &Path, text: String, diagnostics: Vec<Diagnostic>) -> Checked {
        let settings = self.configs.for_file(path);
        let fails = diagnostics.iter().any(|found| settings.is_failure(found.severity));
        // Of a file without findings nobody shows the text, and a run can have thousands of them.
        let text = if diagnostics.is_empty() { String::new() } else { text };
        Checked { path: displayed(path), text, diagnostics, fails, ..Checked::default() }
    }
}

impl<'a> Worker<'a> {
    fn new(inclusions: &'a Inclusions<'a>) -> Worker<'a> {
        Worker { inclusions, db: Database::default(), bytes: 0 }
    }

    fn check(&mut self, path: &Path, text: &str, known: &Known, settings: &FileSettings) -> Vec<Diagnostic> {
        let page = self.add(text, known);
        self.inclusions.tell(&mut self.db, page, path);
        sfmc_lint::check_file(&self.db, page, settings)
    }

    fn add(&mut self, text: &str, known: &Known) -> Page {
        self.bytes += text.len() * known.weight();
        if self.bytes > MAX_BYTES {
            *self = Worker { bytes: text.len() * known.weight(), ..Worker::new(self.inclusions) };
        }
        self.db.add_known(text, known.info, Arc::clone(&known.query), known.schema.clone())
    }
}

fn panic_message(panic: &(dyn std::any::Any + Send)) -> &str {
    let message = panic.downcast_ref::<&str>().copied();
    message.or_else(|| panic.downcast_ref::<String>().map(String::as_str)).unwrap_or("unknown cause")
}

type PanicHook = Box<dyn Fn(&std::panic::PanicHookInfo<'_>) + Sync + Send>;

/// While this lives, panics print nothing.
struct QuietPanics {
    previous: Option<PanicHook>,
}

impl QuietPanics {
    fn new() -> QuietPanics {
        let previous = std::panic::take_hook();
        std::panic::set_hook(Box::new(|info| tracing::debug!("{info}")));
        QuietPanics { previous: Some(previous) }
    }
}

impl Drop for QuietPanics {
    fn drop(&mut self) {
        if let Some(previous) = self.previous.take() {
            std::panic::set_hook(previous);
        }
    }
}

#[cfg(test)]
mod tests;
