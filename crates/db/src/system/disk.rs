//! The real file system, read so that nothing on it can make the reader wait or take half of a file for the whole.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Read},
    path::{Path, PathBuf},
    thread,
    time::Duration,
};

use super::{Stamp, System, Unreadable};

/// How often a file is read that changes all the while.
const ATTEMPTS: u32 = 3;

/// The real file system.
///
/// A file that changes while it is read is read again; one that changes all the time is taken as it was found last.
#[derive(Clone, Copy, Debug, Default)]
pub struct DiskSystem;

impl System for DiskSystem {
    fn read(&self, path: &Path, limit: u64) -> Result<Vec<u8>, Unreadable> {
        let fail = |error: io::Error| Unreadable::from_io(path, &error);
        let within = |stamp: Stamp| if stamp.len > limit { Err(Unreadable::TooLarge { limit }) } else { Ok(stamp) };
        read_stable(
            || self.stamp(path).and_then(within),
            || {
                let file = open(path).map_err(fail)?;
                // It can be another file by now.
                let stamp = stamp_of(&file.metadata().map_err(fail)?).and_then(within)?;
                let mut bytes = Vec::with_capacity(usize::try_from(stamp.len).unwrap_or(0) + 1);
                file.take(limit + 1).read_to_end(&mut bytes).map_err(fail)?;
                if bytes.len() as u64 > limit { Err(Unreadable::TooLarge { limit }) } else { Ok(bytes) }
            },
        )
    }

    fn stamp(&self, path: &Path) -> Result<Stamp, Unreadable> {
        stamp_of(&fs::metadata(path).map_err(|error| Unreadable::from_io(path, &error))?)
    }

    fn exists(&self, path: &Path) -> bool {
        path.symlink_metadata().is_ok()
    }

    fn real(&self, path: &Path) -> Option<PathBuf> {
        fs::canonicalize(path).ok()
    }
}

fn stamp_of(metadata: &fs::Metadata) -> Result<Stamp, Unreadable> {
    if metadata.is_dir() {
        return Err(Unreadable::Folder);
    }
    // Opening a pipe waits for somebody to write to it.
    if !metadata.is_file() {
        return Err(Unreadable::special(metadata.file_type()));
    }
    Ok(Stamp { len: metadata.len(), modified: metadata.modified().ok() })
}

fn read_stable(
    mut stamp: impl FnMut() -> Result<Stamp, Unreadable>,
    mut read: impl FnMut() -> Result<Vec<u8>, Unreadable>,
) -> Result<Vec<u8>, Unreadable> {
    let mut attempt = 1;
    loop {
        let before = stamp()?;
        let bytes = read()?;
        // What the system makes up as it is read, as under `/proc`, says of itself that it is empty.
        let is_whole = bytes.len() as u64 == before.len || before.len == 0;
        let is_stable = is_whole && stamp().is_ok_and(|after| after == before);
        if is_stable || attempt == ATTEMPTS {
            return Ok(bytes);
        }
        attempt += 1;
        // Long enough for a program that empties the file and writes it again.
        thread::sleep(Duration::from_millis(15));
    }
}

/// Opens a file so that neither opening nor reading waits, should it have become a pipe since it was looked at.
fn open(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true);
    #[cfg(unix)]
    if let Some(flag) = O_NONBLOCK {
        std::os::unix::fs::OpenOptionsExt::custom_flags(&mut options, flag);
    }
    options.open(path)
}

/// `O_NONBLOCK`, where its value is known.
#[cfg(unix)]
const O_NONBLOCK: Option<i32> = if cfg!(any(target_vendor = "apple", target_os = "freebsd")) {
    Some(0x4)
} else if cfg!(all(target_os = "linux", any(target_arch = "x86_64", target_arch = "aarch64"))) {
    Some(0o4000)
} else {
    None
};

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;

    const LIMIT: u64 = 1 << 20;

    #[test]
    fn a_folder_is_no_file() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
        assert_eq!(DiskSystem.read(folder, LIMIT), Err(Unreadable::Folder));
        assert_eq!(DiskSystem.stamp(&folder.join("none")), Err(Unreadable::Missing));
        assert!(DiskSystem.exists(folder) && !DiskSystem.exists(&folder.join("none")));
    }

    #[test]
    fn the_limit_is_inclusive() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml");
        let len = DiskSystem.stamp(&path).unwrap().len;
        assert_eq!(DiskSystem.read(&path, len).unwrap().len() as u64, len);
        assert_eq!(DiskSystem.read(&path, len - 1), Err(Unreadable::TooLarge { limit: len - 1 }));
    }

    #[cfg(unix)]
    #[test]
    fn a_pipe_and_a_device_are_not_waited_for() {
        assert_eq!(DiskSystem.read(Path::new("/dev/zero"), LIMIT), Err(Unreadable::Special("a device")));
        let pipe = std::env::temp_dir().join(format!("sfmc-db-pipe-{}", std::process::id()));
        assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
        let (found, opened) = (DiskSystem.read(&pipe, LIMIT), open(&pipe));
        fs::remove_file(&pipe).unwrap();
        assert_eq!(found, Err(Unreadable::Special("a named pipe")));
        // Even if it became one only after it was looked at.
        assert!(opened.is_ok());
    }

    #[test]
    fn a_file_that_changes_is_read_again() {
        let reads = Cell::new(0);
        // What is read is always one byte long; what the file says of itself settles after a while.
        let read_while_changing = |changes: u32| {
            reads.set(0);
            let stamp = || {
                let len = if reads.get() < changes { 9 } else { 1 };
                Ok(Stamp { len, modified: None })
            };
            let read = || {
                reads.set(reads.get() + 1);
                Ok(vec![u8::try_from(reads.get()).unwrap()])
            };
            read_stable(stamp, read).unwrap()
        };
        assert_eq!(read_while_changing(0), [1]);
        assert_eq!(read_while_changing(1), [2]);
        assert_eq!(read_while_changing(99), [3]);
    }

    #[test]
    fn what_says_that_it_is_empty_is_taken_at_once_but_not_while_it_is_written() {
        let reads = Cell::new(0);
        let read = || {
            reads.set(reads.get() + 1);
            Ok(b"x".to_vec())
        };
        read_stable(|| Ok(Stamp { len: 0, modified: None }), read).unwrap();
        assert_eq!(reads.take(), 1);
        let stamp = || Ok(Stamp { len: u64::from(reads.get() > 0), modified: None });
        read_stable(stamp, read).unwrap();
        assert_eq!(reads.get(), 2);
    }
}
