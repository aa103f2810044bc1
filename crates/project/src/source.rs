//! The text of a file: [`read_source`].

use std::{
    fmt,
    hash::Hasher,
    path::{Path, PathBuf},
};

use rustc_hash::FxHasher;
use sfmc_db::system::{System, Unreadable};
use sfmc_diagnostics::{Diagnostic, Rule};
use sfmc_syntax::{TextRange, TextSize};

use crate::{
    encoding::{Binary, Decoded, Encoding, Unencodable, decode},
    rules::{FILE_BINARY, FILE_NOT_UTF8, FILE_TOO_LARGE, FILE_UNREADABLE},
};

/// The size of a file up to which it is read.
pub const MAX_SIZE: u64 = 256 << 20;

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
    /// There are no bytes to be had.
    Unreadable(Unreadable),
    /// The bytes are no text.
    Binary(Binary),
}

impl From<Unreadable> for ReadErrorKind {
    fn from(why: Unreadable) -> ReadErrorKind {
        ReadErrorKind::Unreadable(why)
    }
}

impl ReadErrorKind {
    /// The rule that reports it.
    pub fn rule(&self) -> &'static Rule {
        match self {
            ReadErrorKind::Unreadable(Unreadable::TooLarge { .. }) => &FILE_TOO_LARGE,
            ReadErrorKind::Unreadable(_) => &FILE_UNREADABLE,
            ReadErrorKind::Binary(_) => &FILE_BINARY,
        }
    }

    /// What to do about it.
    pub fn help(&self) -> &'static str {
        match self {
            ReadErrorKind::Unreadable(why) => match why {
                Unreadable::Missing => "check the spelling, and the folder that the path starts from",
                Unreadable::BrokenLink => "restore what it points to, or remove it",
                Unreadable::LinkLoop => "remove it",
                Unreadable::Folder => "name a file",
                Unreadable::Special(_) => "name a file, or pass the text on standard input",
                Unreadable::TooLarge { .. } => "leave it out with `exclude` under `[files]` in sfmc-analyzer.toml",
                Unreadable::Refused(_) => "change its permissions, or leave it out",
            },
            ReadErrorKind::Binary(Binary::Other) => {
                "if it is meant to be there, leave it out with `exclude` under `[files]` in sfmc-analyzer.toml"
            }
            ReadErrorKind::Binary(_) => "save it with the encoding UTF-8",
        }
    }
}

impl fmt::Display for ReadErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ReadErrorKind::Unreadable(why @ Unreadable::TooLarge { .. }) => {
                write!(f, "{why}, and therefore not checked")
            }
            ReadErrorKind::Unreadable(why) => why.fmt(f),
            ReadErrorKind::Binary(binary) => binary.fmt(f),
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

/// Reads a file and decodes it.
///
/// # Errors
/// When there is no text to be had.
pub fn read_source(system: &dyn System, path: &Path) -> Result<Source, ReadError> {
    let fail = |kind| ReadError { path: path.to_owned(), kind };
    let bytes = system.read(path, MAX_SIZE).map_err(|why| fail(why.into()))?;
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

#[cfg(test)]
mod tests;
