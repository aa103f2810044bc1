//! How a run of the command line is written down. Each format is a [`Reporter`] in a file of its own and one line in the list
//! of formats in this one.

mod excerpt;
mod human;
mod json;
mod positions;
mod summary;

use std::{fmt, io, str::FromStr};

use crate::{Diagnostic, similar::closest};

pub use summary::Summary;

/// What was found in one file.
#[derive(Clone, Copy, Debug)]
pub struct FileReport<'a> {
    /// Its path as people are to read it: as given, or relative to the working folder.
    pub path: &'a str,
    /// Its text, in which the ranges of the diagnostics are meant.
    pub text: &'a str,
    /// What was found, sorted by position.
    pub diagnostics: &'a [Diagnostic],
}

/// What the place that a report goes to can show. Only formats for people ask; the caller decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Terminal {
    /// Whether there may be colours.
    pub color: bool,
    /// Whether there may be links (OSC 8): the id of a rule leads to its page.
    pub hyperlinks: bool,
    /// How many columns an excerpt may take.
    pub width: usize,
}

impl Default for Terminal {
    /// A file: no colours, no links, and lines that one can still read.
    fn default() -> Terminal {
        Terminal { color: false, hyperlinks: false, width: 120 }
    }
}

/// Writes a report, file by file, so that no more than one text has to be there at a time. What is written of a file does not depend on the
/// others, and takes more time than to find it where there is much: [`OutputFormat::draw`] can be called for many of them at once.
pub trait Reporter {
    /// Writes what was drawn of a file.
    ///
    /// # Errors
    /// When the output cannot be written.
    fn drawn(&mut self, drawn: &[u8]) -> io::Result<()>;

    /// Ends the report; called once, after the last file.
    ///
    /// # Errors
    /// When the output cannot be written.
    fn finish(&mut self, summary: &Summary) -> io::Result<()>;
}

/// Declares the formats: name, word on the command line, what it is for, what draws a file, and its reporter.
macro_rules! formats {
    ($($name:ident, $word:literal, $about:literal, $draw:expr, $reporter:expr;)+) => {
        /// A format of reports.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum OutputFormat {
            $(#[doc = $about] $name,)+
        }

        impl OutputFormat {
            /// Every format.
            pub const ALL: &'static [OutputFormat] = &[$(OutputFormat::$name),+];

            /// The word for it on the command line.
            pub fn as_str(self) -> &'static str {
                match self {
                    $(OutputFormat::$name => $word,)+
                }
            }

            /// What it is for, as one sentence.
            pub fn about(self) -> &'static str {
                match self {
                    $(OutputFormat::$name => $about,)+
                }
            }

            /// What a reporter of this format writes of a file, to be handed to one.
            ///
            /// # Errors
            /// When a finding cannot be written in this format.
            pub fn draw(self, report: &FileReport<'_>, terminal: Terminal) -> io::Result<Vec<u8>> {
                match self {
                    $(OutputFormat::$name => $draw(report, terminal),)+
                }
            }

            /// A reporter that writes this format to `out`.
            pub fn reporter<'w>(self, out: &'w mut dyn io::Write, terminal: Terminal) -> Box<dyn Reporter + 'w> {
                match self {
                    $(OutputFormat::$name => Box::new($reporter(out, terminal)),)+
                }
            }
        }
    };
}

formats! {
    Human, "human", "Excerpts of the source, for people.", human::draw, human::Human::new;
    Json, "json", "One array of findings, for other programs.", json::draw, json::Json::new;
}

impl OutputFormat {
    /// Writes a whole report.
    ///
    /// # Errors
    /// When the output cannot be written.
    pub fn write<'a>(
        self,
        files: impl IntoIterator<Item = FileReport<'a>>,
        summary: &Summary,
        terminal: Terminal,
        out: &mut dyn io::Write,
    ) -> io::Result<()> {
        let mut reporter = self.reporter(out, terminal);
        for file in files {
            reporter.drawn(&self.draw(&file, terminal)?)?;
        }
        reporter.finish(summary)
    }
}

impl fmt::Display for OutputFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// A word that is not the name of a format.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownFormat(String);

impl fmt::Display for UnknownFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let words = || OutputFormat::ALL.iter().map(|format| format.as_str());
        write!(f, "there is no output format `{}`", self.0)?;
        match closest(&self.0, words()) {
            Some(word) => write!(f, "; did you mean `{word}`?"),
            None => write!(f, ", only {}", words().collect::<Vec<_>>().join(", ")),
        }
    }
}

impl std::error::Error for UnknownFormat {}

impl FromStr for OutputFormat {
    type Err = UnknownFormat;

    fn from_str(word: &str) -> Result<OutputFormat, UnknownFormat> {
        let format = OutputFormat::ALL.iter().copied().find(|format| format.as_str() == word);
        format.ok_or_else(|| UnknownFormat(word.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words() {
        for &format in OutputFormat::ALL {
            assert_eq!(format.to_string().parse(), Ok(format));
            assert!(format.about().ends_with('.'));
        }
        let error = |word: &str| word.parse::<OutputFormat>().unwrap_err().to_string();
        assert_eq!(error("jsno"), "there is no output format `jsno`; did you mean `json`?");
        assert_eq!(error("xml"), "there is no output format `xml`, only human, json");
    }
}
