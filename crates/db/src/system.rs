//! The one door to files: on disk, in memory, or open in an editor in front of either.

// This is the seam that the ban on direct file access points to.
#![allow(clippy::disallowed_methods)]

use std::{
    fmt, io,
    path::{Path, PathBuf},
    sync::Arc,
    time::SystemTime,
};

use dashmap::DashMap;

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
    /// The bytes of a regular file.
    ///
    /// # Errors
    /// When it does not exist, cannot be read, or is no regular file (a folder, a FIFO, a device): it never blocks on one.
    fn read(&self, path: &Path) -> io::Result<Vec<u8>>;

    /// The stamp of a regular file.
    ///
    /// # Errors
    /// As for [`System::read`].
    fn stamp(&self, path: &Path) -> io::Result<Stamp>;
}

/// The real file system.
#[derive(Clone, Copy, Debug, Default)]
pub struct DiskSystem;

impl System for DiskSystem {
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        self.stamp(path)?;
        std::fs::read(path)
    }

    fn stamp(&self, path: &Path) -> io::Result<Stamp> {
        let metadata = std::fs::metadata(path)?;
        // Opening a FIFO waits for somebody to write to it.
        if !metadata.is_file() {
            let what = if metadata.is_dir() { "a folder" } else { "no regular file" };
            return Err(io::Error::new(io::ErrorKind::InvalidInput, what));
        }
        Ok(Stamp { len: metadata.len(), modified: metadata.modified().ok() })
    }
}

/// Files in memory, for tests.
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
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        let file = self.files.get(path).ok_or(io::ErrorKind::NotFound)?;
        Ok(file.0.clone())
    }

    fn stamp(&self, path: &Path) -> io::Result<Stamp> {
        let file = self.files.get(path).ok_or(io::ErrorKind::NotFound)?;
        let modified = SystemTime::UNIX_EPOCH + std::time::Duration::from_nanos(file.1);
        Ok(Stamp { len: file.0.len() as u64, modified: Some(modified) })
    }
}

/// Texts that are open in an editor, in front of another system: analysis has one way to read.
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
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        self.open.read(path).or_else(|_| self.below.read(path))
    }

    fn stamp(&self, path: &Path) -> io::Result<Stamp> {
        self.open.stamp(path).or_else(|_| self.below.stamp(path))
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
        assert_eq!(overlay.read(path).unwrap(), b"on disk");
        overlay.open(path, "open");
        assert_eq!(overlay.read(path).unwrap(), b"open");
        assert_ne!(overlay.stamp(path).unwrap(), disk.stamp(path).unwrap());
        overlay.close(path);
        assert_eq!(overlay.read(path).unwrap(), b"on disk");
        assert_eq!(overlay.read(Path::new("/none")).unwrap_err().kind(), io::ErrorKind::NotFound);
    }

    #[test]
    fn a_folder_is_no_file() {
        assert!(DiskSystem.read(Path::new(env!("CARGO_MANIFEST_DIR"))).is_err());
    }
}
