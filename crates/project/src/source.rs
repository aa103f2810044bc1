//! The text of a file: [`read_source`].

use std::{
    fmt,
    fs::{self, File, FileType, OpenOptions},
    hash::Hasher,
    io::{self, Read},
    path::{Path, PathBuf},
    thread,
    time::{Duration, SystemTime},
};

use rustc_hash::FxHasher;
use sfmc_diagnostics::{Diagnostic, Rule};
use sfmc_syntax::{TextRange, TextSize};

use crate::{
    encoding::{Binary, Decoded, Encoding, Unencodable, decode},
    rules::{FILE_BINARY, FILE_NOT_UTF8, FILE_TOO_LARGE, FILE_UNREADABLE},
};

/// The size of a file up to which it is read.
pub const MAX_SIZE: u64 = 256 << 20;

/// How often a file is read that changes all the while.
const ATTEMPTS: u32 = 3;

/// A file that was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// Its text, without the byte order mark. Diagnostics and edits count bytes of this text.
    pub text: String,
    /// How the text is encoded on disk.
    pub encoding: Encoding,
    /// The first place where the bytes are not what they should be: not UTF-8 ([`Encoding::Cp1252`]), or half a character
    /// of UTF-16.
    pub first_invalid: Option<TextSize>,
    /// What the file held, for [`crate::write_atomically`].
    pub stamp: ContentStamp,
}

impl Source {
    /// What there is to say about the encoding.
    pub fn diagnostic(&self) -> Option<Diagnostic> {
        let at = self.first_invalid?;
        let range =
            self.text[at.into()..].chars().next().map_or(TextRange::empty(at), |c| TextRange::at(at, TextSize::of(c)));
        let (message, help) = match self.encoding {
            Encoding::Cp1252 => {
                ("this file is not UTF-8 from here on; it is read as Windows-1252", "save it with the encoding UTF-8")
            }
            _ => (
                "half a character of UTF-16: the file is damaged here",
                "type the character again, and save the file with the encoding UTF-8",
            ),
        };
        let mut diagnostic = Diagnostic::new(&FILE_NOT_UTF8, range, message);
        diagnostic.help = Some(help.to_owned());
        Some(diagnostic)
    }

    /// Whether another text can be written back in the encoding of the file without a loss in the places that stay.
    pub fn is_writable(&self) -> bool {
        self.encoding == Encoding::Cp1252 || self.first_invalid.is_none()
    }

    /// The bytes to write so that the file holds `text`, in its encoding.
    ///
    /// # Errors
    /// When something would be lost.
    pub fn encode(&self, text: &str) -> Result<Vec<u8>, EncodeError> {
        if !self.is_writable() {
            return Err(EncodeError::Lossy(self.encoding));
        }
        let bytes = self.encoding.encode(text).map_err(EncodeError::Unencodable)?;
        Ok(bytes.into_owned())
    }
}

/// Why a text cannot be written in the encoding of its file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EncodeError {
    /// The file was not read without loss.
    Lossy(Encoding),
    /// The encoding, which is Windows-1252, does not have a character.
    Unencodable(Unencodable),
}

impl fmt::Display for EncodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            EncodeError::Lossy(encoding) => {
                write!(f, "the file holds invalid {encoding}, which would be lost")?;
            }
            EncodeError::Unencodable(Unencodable { character, .. }) => {
                write!(f, "the file is Windows-1252, which has no `{character}`")?;
            }
        }
        f.write_str("; save it as UTF-8 first")
    }
}

impl std::error::Error for EncodeError {}

/// Tells whether a file still holds what was read from it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ContentStamp {
    len: u64,
    hash: u64,
}

impl ContentStamp {
    /// The stamp of a file with these bytes.
    pub fn of(bytes: &[u8]) -> ContentStamp {
        let mut hasher = FxHasher::default();
        hasher.write(bytes);
        ContentStamp { len: bytes.len() as u64, hash: hasher.finish() }
    }
}

/// Why a file was not read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadError {
    /// The file, as it was named.
    pub path: PathBuf,
    /// Why.
    pub kind: ReadErrorKind,
}

/// Why a file was not read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReadErrorKind {
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
    /// It has more bytes than [`MAX_SIZE`].
    TooLarge,
    /// It is no text.
    Binary(Binary),
    /// The system refuses, and says why.
    Refused(String),
}

impl ReadErrorKind {
    /// The rule that reports it.
    pub fn rule(&self) -> &'static Rule {
        match self {
            ReadErrorKind::TooLarge => &FILE_TOO_LARGE,
            ReadErrorKind::Binary(_) => &FILE_BINARY,
            _ => &FILE_UNREADABLE,
        }
    }

    /// What to do about it.
    pub fn help(&self) -> &'static str {
        match self {
            ReadErrorKind::Missing => "check the spelling, and the folder that the path starts from",
            ReadErrorKind::BrokenLink => "restore what it points to, or remove it",
            ReadErrorKind::LinkLoop => "remove it",
            ReadErrorKind::Folder => "name a file",
            ReadErrorKind::Special(_) => "name a file, or pass the text on standard input",
            ReadErrorKind::TooLarge => "leave it out with `exclude` under `[files]` in sfmc-analyzer.toml",
            ReadErrorKind::Binary(Binary::Other) => {
                "if it is meant to be there, leave it out with `exclude` under `[files]` in sfmc-analyzer.toml"
            }
            ReadErrorKind::Binary(_) => "save it with the encoding UTF-8",
            ReadErrorKind::Refused(_) => "change its permissions, or leave it out",
        }
    }

    pub(crate) fn from_io(path: &Path, error: &io::Error) -> ReadErrorKind {
        match error.kind() {
            io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => {
                let is_link = fs::symlink_metadata(path).is_ok_and(|metadata| metadata.is_symlink());
                if is_link { ReadErrorKind::BrokenLink } else { ReadErrorKind::Missing }
            }
            io::ErrorKind::IsADirectory => ReadErrorKind::Folder,
            // `ErrorKind::FilesystemLoop` is not stable yet.
            _ if error.to_string().contains("levels of symbolic links") => ReadErrorKind::LinkLoop,
            _ => ReadErrorKind::Refused(reason(error)),
        }
    }
}

/// What the system says about an error, as a part of a sentence.
pub(crate) fn reason(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::PermissionDenied => "permission denied".to_owned(),
        _ => {
            let text = error.to_string();
            text.split(" (os error").next().unwrap_or(&text).to_lowercase()
        }
    }
}

impl fmt::Display for ReadErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ReadErrorKind::Missing => f.write_str("there is no such file or folder"),
            ReadErrorKind::BrokenLink => f.write_str("a symbolic link to something that does not exist"),
            ReadErrorKind::LinkLoop => f.write_str("a symbolic link that leads back to itself"),
            ReadErrorKind::Folder => f.write_str("this is a folder, not a file"),
            ReadErrorKind::Special(what) => write!(f, "this is {what}, not a file"),
            ReadErrorKind::TooLarge => write!(f, "larger than {} MB, and therefore not checked", MAX_SIZE >> 20),
            ReadErrorKind::Binary(binary) => binary.fmt(f),
            ReadErrorKind::Refused(reason) => write!(f, "cannot be read: {reason}"),
        }
    }
}

impl ReadError {
    /// The error as a finding in the file.
    pub fn diagnostic(&self) -> Diagnostic {
        let mut diagnostic = Diagnostic::new(self.kind.rule(), TextRange::default(), self.kind.to_string());
        diagnostic.help = Some(self.kind.help().to_owned());
        diagnostic
    }
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.path.display(), self.kind)
    }
}

impl std::error::Error for ReadError {}

/// Reads a file and decodes it. Never waits for a pipe or a device.
///
/// A file that changes while it is read is read again; one that changes all the time is taken as it was found last.
///
/// # Errors
/// When there is no text to be had.
pub fn read_source(path: &Path) -> Result<Source, ReadError> {
    let fail = |kind| ReadError { path: path.to_owned(), kind };
    let bytes = read_bytes(path, MAX_SIZE).map_err(fail)?;
    source_from_bytes(bytes).map_err(|binary| fail(ReadErrorKind::Binary(binary)))
}

/// The source that a file with these bytes would be; for what comes from standard input.
///
/// # Errors
/// When the bytes are no text.
pub fn source_from_bytes(bytes: Vec<u8>) -> Result<Source, Binary> {
    let stamp = ContentStamp::of(&bytes);
    let Decoded { text, encoding, first_invalid } = decode(bytes)?;
    Ok(Source { text, encoding, first_invalid, stamp })
}

/// Reads the bytes of a regular file of at most `limit` bytes.
pub(crate) fn read_bytes(path: &Path, limit: u64) -> Result<Vec<u8>, ReadErrorKind> {
    let fail = |error: io::Error| ReadErrorKind::from_io(path, &error);
    read_stable(
        || State::of(&fs::metadata(path).map_err(fail)?, limit),
        || {
            let file = open(path).map_err(fail)?;
            // It can be another file by now.
            let state = State::of(&file.metadata().map_err(fail)?, limit)?;
            let mut bytes = Vec::with_capacity(usize::try_from(state.len).unwrap_or(0) + 1);
            file.take(limit + 1).read_to_end(&mut bytes).map_err(fail)?;
            if bytes.len() as u64 > limit { Err(ReadErrorKind::TooLarge) } else { Ok(bytes) }
        },
    )
}

/// By what a change of a file is noticed.
#[derive(PartialEq)]
struct State {
    len: u64,
    modified: Option<SystemTime>,
}

impl State {
    fn of(metadata: &fs::Metadata, limit: u64) -> Result<State, ReadErrorKind> {
        if metadata.is_dir() {
            return Err(ReadErrorKind::Folder);
        }
        if !metadata.is_file() {
            return Err(ReadErrorKind::Special(special_name(metadata.file_type())));
        }
        if metadata.len() > limit {
            return Err(ReadErrorKind::TooLarge);
        }
        Ok(State { len: metadata.len(), modified: metadata.modified().ok() })
    }
}

fn read_stable(
    mut state: impl FnMut() -> Result<State, ReadErrorKind>,
    mut read: impl FnMut() -> Result<Vec<u8>, ReadErrorKind>,
) -> Result<Vec<u8>, ReadErrorKind> {
    let mut attempt = 1;
    loop {
        let before = state()?;
        let bytes = read()?;
        let is_stable = bytes.len() as u64 == before.len && state().is_ok_and(|after| after == before);
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

/// What something that is neither file nor folder is.
pub(crate) fn special_name(file_type: FileType) -> &'static str {
    #[cfg(unix)]
    {
        use std::os::unix::fs::FileTypeExt;
        if file_type.is_fifo() {
            return "a named pipe";
        }
        if file_type.is_socket() {
            return "a socket";
        }
        if file_type.is_block_device() || file_type.is_char_device() {
            return "a device";
        }
    }
    let _ = file_type;
    "something else"
}

#[cfg(test)]
mod tests;
