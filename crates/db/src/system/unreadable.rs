//! Why there is nothing to be read at a path.

use std::{
    fmt,
    fs::{self, FileType},
    io,
    path::Path,
};

/// Why a file was not read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unreadable {
    /// It does not exist.
    Missing,
    /// It is a symbolic link to something that does not exist.
    BrokenLink,
    /// It is a symbolic link that leads back to itself.
    LinkLoop,
    /// It is a folder.
    Folder,
    /// It is neither a file nor a folder, but this.
    Special(&'static str),
    /// It has more bytes than may be read.
    TooLarge {
        /// How many may be.
        limit: u64,
    },
    /// The system refuses, and says why.
    Refused(String),
}

impl Unreadable {
    /// What an error about `path` means.
    pub fn from_io(path: &Path, error: &io::Error) -> Unreadable {
        match error.kind() {
            io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => {
                let is_link = fs::symlink_metadata(path).is_ok_and(|metadata| metadata.is_symlink());
                if is_link { Unreadable::BrokenLink } else { Unreadable::Missing }
            }
            io::ErrorKind::IsADirectory => Unreadable::Folder,
            // `ErrorKind::FilesystemLoop` is not stable yet.
            _ if error.to_string().contains("levels of symbolic links") => Unreadable::LinkLoop,
            _ => Unreadable::Refused(reason(error)),
        }
    }

    /// Something that is neither file nor folder.
    pub fn special(file_type: FileType) -> Unreadable {
        #[cfg(unix)]
        {
            use std::os::unix::fs::FileTypeExt;
            if file_type.is_fifo() {
                return Unreadable::Special("a named pipe");
            }
            if file_type.is_socket() {
                return Unreadable::Special("a socket");
            }
            if file_type.is_block_device() || file_type.is_char_device() {
                return Unreadable::Special("a device");
            }
        }
        let _ = file_type;
        Unreadable::Special("something else")
    }
}

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Unreadable::Missing => f.write_str("there is no such file or folder"),
            Unreadable::BrokenLink => f.write_str("a symbolic link to something that does not exist"),
            Unreadable::LinkLoop => f.write_str("a symbolic link that leads back to itself"),
            Unreadable::Folder => f.write_str("this is a folder, not a file"),
            Unreadable::Special(what) => write!(f, "this is {what}, not a file"),
            Unreadable::TooLarge { limit } => write!(f, "larger than {} MB", limit >> 20),
            Unreadable::Refused(reason) => write!(f, "cannot be read: {reason}"),
        }
    }
}

impl std::error::Error for Unreadable {}

/// What the system says about an error, as a part of a sentence.
pub fn reason(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::PermissionDenied => "permission denied".to_owned(),
        _ => {
            let text = error.to_string();
            text.split(" (os error").next().unwrap_or(&text).to_lowercase()
        }
    }
}
