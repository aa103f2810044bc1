//! Who may change the database, and what others see of it.

use std::{
    fmt,
    ops::Range,
    path::{Path, PathBuf},
    sync::{Arc, RwLock},
};

use dashmap::DashMap;
use rustc_hash::FxHashMap;
use salsa::{Durability, Setter};
use sfmc_schema::Schema;
use sfmc_syntax::{LineCol, PositionEncoding, TextRange};

use crate::{
    chunk::ChunkSource,
    cut::{Cut, Slot},
    included::Included,
    inputs::{Chunk, FileInfo, Page, QueryInfo},
    page_text::{PageText, Rescan},
    positions::page_map,
};

/// The salsa database.
#[salsa::db]
#[derive(Clone, Default)]
pub struct Database {
    storage: salsa::Storage<Self>,
    #[cfg(feature = "testing")]
    log: testing::EventLog,
}

#[salsa::db]
impl salsa::Database for Database {}

impl fmt::Debug for Database {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Database")
    }
}

impl Database {
    /// A page that nobody will edit: its chunks are made once and no text is kept beside them.
    pub fn add_page(&self, text: &str, info: impl Into<FileInfo>) -> Page {
        self.add_query(text, info, Arc::default())
    }

    /// The same for a file of SQL of which more is known.
    pub fn add_query(&self, text: &str, info: impl Into<FileInfo>, query: Arc<QueryInfo>) -> Page {
        self.add_known(text, info, query, Schema::default())
    }

    /// The same for a file of which is known, too, what tables its code can name.
    pub fn add_known(&self, text: &str, info: impl Into<FileInfo>, query: Arc<QueryInfo>, schema: Schema) -> Page {
        let info = info.into();
        let make = |source| Chunk::builder(source).durability(Durability::MEDIUM).new(self);
        let chunks: Arc<[Chunk]> = Cut::from(info.kind).chunks(text).map(make).collect();
        Page::builder(chunks, info, query).schema(schema).durability(Durability::MEDIUM).new(self)
    }

    /// What the contents that a page includes do is known now, or is something else. Nothing happens when it is what it was.
    pub fn set_included(&mut self, page: Page, included: Arc<Included>) {
        if *page.included(self) != included {
            page.set_included(self).to(included);
        }
    }
}

/// A file that the host knows, open or not. Never used for another path.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FileId(u32);

#[derive(Debug, Default)]
struct Files {
    by_path: DashMap<PathBuf, FileId>,
    paths: RwLock<Vec<Arc<Path>>>,
    pages: DashMap<FileId, Page>,
}

impl Files {
    fn id(&self, path: &Path) -> FileId {
        if let Some(id) = self.by_path.get(path) {
            return *id;
        }
        // The entry is held while the id is made, so that two threads cannot make two for one path.
        *self.by_path.entry(path.to_path_buf()).or_insert_with(|| {
            let mut paths = self.paths.write().unwrap_or_else(std::sync::PoisonError::into_inner);
            paths.push(path.into());
            FileId(u32::try_from(paths.len() - 1).unwrap_or(u32::MAX))
        })
    }

    fn path(&self, file: FileId) -> Option<Arc<Path>> {
        let paths = self.paths.read().unwrap_or_else(std::sync::PoisonError::into_inner);
        paths.get(file.0 as usize).cloned()
    }
}

/// An edit: what stands in `range` becomes `new_text`. `None` for the whole text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// What is replaced, by line and column in the client's encoding.
    pub range: Option<Range<LineCol>>,
    /// What stands there afterwards.
    pub new_text: String,
}

/// Why an edit was refused; the text is as it was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EditError {
    /// Nobody opened this file.
    UnknownFile,
    /// The range ends before it begins, lies behind the text's end or inside a character.
    OutOfRange(String),
}

impl fmt::Display for EditError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            EditError::UnknownFile => f.write_str("the document is not open"),
            EditError::OutOfRange(range) => {
                write!(f, "the edit at {range} lies outside the document")
            }
        }
    }
}

impl std::error::Error for EditError {}

/// The writable database and the texts of the pages in it.
#[derive(Debug, Default)]
pub struct Host {
    db: Database,
    files: Arc<Files>,
    texts: FxHashMap<FileId, PageText<Chunk>>,
    /// Chunks that no page has any more.
    pool: Vec<Chunk>,
}

/// What readers get: the database as it is now. A write waits until every snapshot is dropped.
#[derive(Clone, Debug)]
pub struct Snapshot {
    db: Database,
    files: Arc<Files>,
}

impl Snapshot {
    /// The database, for queries.
    pub fn db(&self) -> &Database {
        &self.db
    }

    /// The page of a file, if the host has its text.
    pub fn page(&self, file: FileId) -> Option<Page> {
        self.files.pages.get(&file).map(|page| *page)
    }

    /// The files that the host has the texts of, in no order.
    pub fn pages(&self) -> Vec<(Arc<Path>, Page)> {
        let pages = self.files.pages.iter().map(|entry| (*entry.key(), *entry.value()));
        pages.filter_map(|(file, page)| Some((self.files.path(file)?, page))).collect()
    }

    /// The file at a path, if the host was ever given its text.
    pub fn file(&self, path: &Path) -> Option<FileId> {
        self.files.by_path.get(path).map(|id| *id)
    }

    /// The path of a file.
    pub fn path(&self, file: FileId) -> Option<Arc<Path>> {
        self.files.path(file)
    }

    /// The text of a file.
    pub fn text(&self, file: FileId) -> Option<String> {
        let page = self.page(file)?;
        Some(page.chunks(&self.db).iter().map(|chunk| &*chunk.source(&self.db).text).collect())
    }
}

impl Host {
    /// The database as it is now, for reading.
    pub fn snapshot(&self) -> Snapshot {
        Snapshot { db: self.db.clone(), files: Arc::clone(&self.files) }
    }

    /// The database, for queries of whoever owns the host.
    pub fn db(&self) -> &Database {
        &self.db
    }

    /// The page of a file.
    pub fn page(&self, file: FileId) -> Option<Page> {
        self.files.pages.get(&file).map(|page| *page)
    }

    /// The text of an open file.
    pub fn text(&self, file: FileId) -> Option<&str> {
        self.texts.get(&file).map(PageText::text)
    }

    /// The id of a path, whether its text is known or not.
    pub fn file_id(&self, path: &Path) -> FileId {
        self.files.id(path)
    }

    /// Asks running queries to stop, so that the write that comes next need not wait for them to finish by themselves.
    pub fn cancel_readers(&mut self) {
        salsa::Database::trigger_cancellation(&mut self.db);
    }

    /// Gives a file its text: the first time, or all of it anew. Nothing happens when the text is what it was.
    pub fn set_text(&mut self, path: &Path, text: String, info: impl Into<FileInfo>) -> FileId {
        let info = info.into();
        let file = self.files.id(path);
        let mut page_text = self.texts.remove(&file).unwrap_or_default();
        match self.page(file) {
            Some(page) if page.info(&self.db) == info && page_text.text() == text && !page_text.text().is_empty() => {}
            Some(page) => {
                if page.info(&self.db) != info {
                    page.set_info(&mut self.db).to(info);
                }
                let rescan = page_text.set(text, info.kind.into());
                self.apply(page, &mut page_text, rescan);
            }
            None => {
                let page = Page::builder(Arc::from([]), info, Arc::default()).durability(Durability::LOW).new(&self.db);
                let rescan = page_text.set(text, info.kind.into());
                self.apply(page, &mut page_text, rescan);
                self.files.pages.insert(file, page);
            }
        }
        self.texts.insert(file, page_text);
        file
    }

    /// What is known of a file beside its text has changed. Nothing happens for a file without a page.
    pub fn set_info(&mut self, file: FileId, info: impl Into<FileInfo>) {
        let info = info.into();
        let Some(page) = self.page(file).filter(|page| page.info(&self.db) != info) else { return };
        page.set_info(&mut self.db).to(info);
        if let Some(mut page_text) = self.texts.remove(&file) {
            let cut = info.kind.into();
            if page_text.cut() != cut {
                let rescan = page_text.recut(cut);
                self.apply(page, &mut page_text, rescan);
            }
            self.texts.insert(file, page_text);
        }
    }

    /// What is known of a file of SQL beside its text has changed. Nothing happens for a file without a page.
    pub fn set_query(&mut self, file: FileId, query: Arc<QueryInfo>) {
        if let Some(page) = self.page(file).filter(|page| *page.query(&self.db) != query) {
            page.set_query(&mut self.db).to(query);
        }
    }

    /// The tables that a file's code can name have changed. Nothing happens for a file without a page, and nothing for a schema that says
    /// the same.
    pub fn set_schema(&mut self, file: FileId, schema: Schema) {
        if let Some(page) = self.page(file).filter(|page| *page.schema(&self.db) != schema) {
            page.set_schema(&mut self.db).to(schema);
        }
    }

    /// What the contents that a file includes do is known now, or is something else. Nothing happens for a file without a page.
    pub fn set_included(&mut self, file: FileId, included: Arc<Included>) {
        if let Some(page) = self.page(file) {
            self.db.set_included(page, included);
        }
    }

    /// Applies edits in order, each to the text that the one before left.
    ///
    /// # Errors
    /// When the file is not open or an edit lies outside its text; edits before that one are applied then.
    pub fn edit(&mut self, file: FileId, changes: &[Change], encoding: PositionEncoding) -> Result<(), EditError> {
        let page = self.page(file).ok_or(EditError::UnknownFile)?;
        for change in changes {
            let range = match &change.range {
                None => None,
                Some(range) => Some(self.range(page, range, encoding)?),
            };
            self.replace(file, range, &change.new_text)?;
        }
        Ok(())
    }

    /// Replaces a range in bytes, or the whole text.
    ///
    /// # Errors
    /// As for [`Host::edit`].
    pub fn replace(&mut self, file: FileId, range: Option<TextRange>, new_text: &str) -> Result<(), EditError> {
        let page = self.page(file).ok_or(EditError::UnknownFile)?;
        let mut page_text = self.texts.remove(&file).ok_or(EditError::UnknownFile)?;
        let rescan = match range {
            None if page_text.text() == new_text => None,
            None => Some(page_text.set(new_text.to_owned(), page_text.cut())),
            Some(range) => {
                let bytes = usize::from(range.start())..usize::from(range.end());
                match page_text.text().get(bytes.clone()) {
                    None => {
                        self.texts.insert(file, page_text);
                        return Err(EditError::OutOfRange(format!("{range:?}")));
                    }
                    Some(old) if old == new_text => None,
                    Some(_) => Some(page_text.edit(bytes, new_text)),
                }
            }
        };
        if let Some(rescan) = rescan {
            self.apply(page, &mut page_text, rescan);
        }
        self.texts.insert(file, page_text);
        Ok(())
    }

    /// Forgets a file's text and its page.
    pub fn remove(&mut self, file: FileId) {
        self.files.pages.remove(&file);
        let Some(text) = self.texts.remove(&file) else {
            return;
        };
        for slot in text.slots() {
            retire(&mut self.db, &mut self.pool, slot.chunk);
        }
    }

    /// How many chunk inputs there are in all, those in the pool too.
    pub fn chunk_count(&self) -> usize {
        self.texts.values().map(|text| text.slots().len()).sum::<usize>() + self.pool.len()
    }

    fn range(&self, page: Page, range: &Range<LineCol>, encoding: PositionEncoding) -> Result<TextRange, EditError> {
        let map = page_map(&self.db, page);
        let start = map.offset(&self.db, range.start, encoding);
        let end = map.offset(&self.db, range.end, encoding);
        let in_order = range.start <= range.end;
        // A line behind the last is the text's end: clients delete to there. More than that is out of step with us.
        let last = map.line_col(&self.db, map.len(), encoding).line;
        if !in_order || range.start.line > last + 1 {
            let show = |at: LineCol| format!("{}:{}", at.line + 1, at.col + 1);
            return Err(EditError::OutOfRange(format!("{}-{}", show(range.start), show(range.end))));
        }
        Ok(TextRange::new(start.min(end), end))
    }

    /// Sets the chunks that a rescan changed.
    fn apply(&mut self, page: Page, text: &mut PageText<Chunk>, rescan: Rescan) {
        let Rescan { replaced, slots } = rescan;
        let mut old = text.slots()[replaced.clone()].iter().map(|slot| slot.chunk).collect::<Vec<_>>().into_iter();
        let same_chunks = old.len() == slots.len();
        let slots: Vec<Slot<Chunk>> = slots
            .into_iter()
            .map(|(slot, source)| {
                let chunk = match old.next().or_else(|| self.pool.pop()) {
                    Some(chunk) => {
                        if *chunk.source(&self.db) != source {
                            chunk.set_source(&mut self.db).to(source);
                        }
                        chunk
                    }
                    None => Chunk::builder(source).durability(Durability::LOW).new(&self.db),
                };
                slot.with(chunk)
            })
            .collect();
        text.replace(replaced, slots);
        if !same_chunks || page.chunks(&self.db).len() != text.slots().len() {
            let chunks: Arc<[Chunk]> = text.slots().iter().map(|slot| slot.chunk).collect();
            page.set_chunks(&mut self.db).to(chunks);
        }
        for chunk in old {
            retire(&mut self.db, &mut self.pool, chunk);
        }
    }
}

/// Empties a chunk that no page has any more and keeps it for the next one that is needed.
fn retire(db: &mut Database, pool: &mut Vec<Chunk>, chunk: Chunk) {
    chunk.set_source(db).to(ChunkSource::default());
    pool.push(chunk);
}

#[cfg(feature = "testing")]
mod testing {
    use std::sync::{Arc, Mutex, PoisonError};

    use super::{Database, Host};

    /// The names of the queries that ran, while somebody listens.
    #[derive(Clone, Default)]
    pub(super) struct EventLog(Arc<Mutex<Option<Vec<String>>>>);

    impl Host {
        /// A host whose executed queries can be logged.
        pub fn logging() -> Host {
            let log = EventLog::default();
            let sink = log.clone();
            let callback = Box::new(move |event: salsa::Event| {
                if let salsa::EventKind::WillExecute { database_key } = event.kind
                    && let Some(events) = &mut *sink.0.lock().unwrap_or_else(PoisonError::into_inner)
                {
                    events.push(format!("{database_key:?}"));
                }
            });
            Host { db: Database { storage: salsa::Storage::new(Some(callback)), log }, ..Host::default() }
        }

        /// Runs `work` and says which queries it executed, by name, with how often, in alphabetical order.
        pub fn executed(&mut self, work: impl FnOnce(&mut Host)) -> Vec<(String, usize)> {
            let log = self.db.log.clone();
            *log.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(Vec::new());
            work(self);
            let events = log.0.lock().unwrap_or_else(PoisonError::into_inner).take().unwrap_or_default();
            let mut counts = std::collections::BTreeMap::new();
            for event in events {
                let name = event.split('(').next().unwrap_or(&event).to_owned();
                *counts.entry(name).or_insert(0) += 1;
            }
            counts.into_iter().collect()
        }
    }
}
