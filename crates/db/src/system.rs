//! The one door to the content of files: on disk, in memory, or open in an editor in front of either.

// This is the seam that the ban on direct file access points to.
#![allow(clippy::disallowed_methods)]

mod disk;
mod unreadable;

use std::{
    fmt,
    path::{Path, PathBuf},
    sync::Arc,
    time::{Duration, SystemTime},
};

use dashmap::DashMap;

pub use disk::DiskSystem;
pub use unreadable::{Unreadable, reason};

/// What tells two states of a file apart without reading it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stamp {
    /// Length in bytes.
    pub len: u64,
    /// When it was last written, where the system knows.
    pub modified: Option<SystemTime>,
}

/// Reads files.
pub trait System: fmt::Debug + Send + Sync {
    /// The bytes of a regular file that has at most `limit` of them. Never waits for a pipe or a device.
    ///
    /// # Errors
    /// When there is nothing to be read, or more than the limit.
    fn read(&self, path: &Path, limit: u64) -> Result<Vec<u8>, Unreadable>;

    /// The stamp of a regular file.
    ///
    /// # Errors
    /// When there is no regular file.
    fn stamp(&self, path: &Path) -> Result<Stamp, Unreadable>;

    /// Whether there is anything at a path, even if it cannot be read: a folder, a link that leads nowhere.
    fn exists(&self, path: &Path) -> bool;

    /// Where a file lies when links are followed; none if it cannot be found.
    fn real(&self, path: &Path) -> Option<PathBuf>;
}

/// Files in memory: what an editor has, and tests.
#[derive(Clone, Debug, Default)]
pub struct MemorySystem {
    files: Arc<DashMap<PathBuf, (Vec<u8>, u64)>>,
}

impl MemorySystem {
    /// Writes a file.
    pub fn write(&self, path: impl Into<PathBuf>, bytes: impl Into<Vec<u8>>) {
        let mut file = self.files.entry(path.into()).or_default();
        *file = (bytes.into(), file.1 + 1);
    }

    /// Removes a file.
    pub fn remove(&self, path: &Path) {
        self.files.remove(path);
    }
}

impl System for MemorySystem {
    fn read(&self, path: &Path, limit: u64) -> Result<Vec<u8>, Unreadable> {
        let file = self.files.get(path).ok_or(Unreadable::Missing)?;
        if file.0.len() as u64 > limit { Err(Unreadable::TooLarge { limit }) } else { Ok(file.0.clone()) }
    }

    fn stamp(&self, path: &Path) -> Result<Stamp, Unreadable> {
        let file = self.files.get(path).ok_or(Unreadable::Missing)?;
        let modified = SystemTime::UNIX_EPOCH + Duration::from_nanos(file.1);
        Ok(Stamp { len: file.0.len() as u64, modified: Some(modified) })
    }

    fn exists(&self, path: &Path) -> bool {
        self.files.contains_key(path)
    }

    fn real(&self, path: &Path) -> Option<PathBuf> {
        self.exists(path).then(|| path.to_owned())
    }
}

/// Texts that are open in an editor, in front of another system: analysis has one way to read. Clones share them.
#[derive(Clone, Debug)]
pub struct OverlaySystem {
    open: MemorySystem,
    below: Arc<dyn System>,
}

impl OverlaySystem {
    /// Nothing open, in front of `below`.
    pub fn new(below: Arc<dyn System>) -> OverlaySystem {
        OverlaySystem { open: MemorySystem::default(), below }
    }

    /// The editor's text counts for `path` from now on.
    pub fn open(&self, path: impl Into<PathBuf>, text: &str) {
        self.open.write(path, text);
    }

    /// The file itself counts again.
    pub fn close(&self, path: &Path) {
        self.open.remove(path);
    }
}

impl System for OverlaySystem {
    fn read(&self, path: &Path, limit: u64) -> Result<Vec<u8>, Unreadable> {
        match self.open.read(path, limit) {
            Err(Unreadable::Missing) => self.below.read(path, limit),
            // Also what is too large: the file on the disk is not what the editor shows.
            found => found,
        }
    }

    fn stamp(&self, path: &Path) -> Result<Stamp, Unreadable> {
        self.open.stamp(path).or_else(|_| self.below.stamp(path))
    }

    fn exists(&self, path: &Path) -> bool {
        self.open.exists(path) || self.below.exists(path)
    }

    fn real(&self, path: &Path) -> Option<PathBuf> {
        self.below.real(path).or_else(|| self.open.real(path))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_overlay_stands_in_front() {
        let disk = MemorySystem::default();
        let path = Path::new("/p/a.html");
        disk.write(path, "on disk");
        let overlay = OverlaySystem::new(Arc::new(disk.clone()));
        let read = || overlay.read(path, 7);
        assert_eq!(read().unwrap(), b"on disk");
        overlay.open(path, "open");
        assert_eq!(read().unwrap(), b"open");
        assert_ne!(overlay.stamp(path).unwrap(), disk.stamp(path).unwrap());
        overlay.open(path, "open and too large");
        assert_eq!(read(), Err(Unreadable::TooLarge { limit: 7 }));
        overlay.clone().close(path);
        assert_eq!(read().unwrap(), b"on disk");
    }

    #[test]
    fn the_overlay_has_files_that_are_nowhere_else() {
        let overlay = OverlaySystem::new(Arc::new(MemorySystem::default()));
        let path = Path::new("/new");
        assert_eq!((overlay.read(path, 9), overlay.exists(path)), (Err(Unreadable::Missing), false));
        overlay.open(path, "x");
        assert_eq!((overlay.read(path, 9), overlay.exists(path)), (Ok(b"x".to_vec()), true));
    }
}
