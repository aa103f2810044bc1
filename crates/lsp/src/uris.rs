//! From the URIs of a client to paths and back.

use std::path::{Path, PathBuf};

use tower_lsp::ls_types::Uri;

/// What a document is known by. Two URIs that name one file in two ways (`file:///c%3A/x`, `file:///C:/x`) have one path.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum DocumentPath {
    /// A file on a disk, open or not.
    File(PathBuf),
    /// Something that only the editor has: `untitled:Untitled-1`, `vscode-vfs://…`. Never looked for on a disk.
    Virtual(PathBuf),
}

impl DocumentPath {
    pub(crate) fn new(uri: &Uri) -> DocumentPath {
        DocumentPath::parse(uri, cfg!(windows))
    }

    fn parse(uri: &Uri, windows: bool) -> DocumentPath {
        let is_file = uri.scheme().as_str().eq_ignore_ascii_case("file");
        let path = uri.path().decode().to_bytes();
        if !is_file || path.is_empty() {
            return DocumentPath::Virtual(PathBuf::from(uri.as_str()));
        }
        let host = uri.authority().map_or("", |authority| authority.host());
        let is_remote = !(host.is_empty() || host.eq_ignore_ascii_case("localhost"));
        if !windows && !is_remote {
            return DocumentPath::File(path_from_bytes(&path));
        }
        let path = String::from_utf8_lossy(&path);
        DocumentPath::File(if is_remote {
            PathBuf::from(format!("//{host}{path}"))
        } else {
            PathBuf::from(without_slash_before_drive(&path))
        })
    }

    /// The path that the host knows it by.
    pub(crate) fn as_path(&self) -> &Path {
        match self {
            DocumentPath::File(path) | DocumentPath::Virtual(path) => path,
        }
    }

    /// Whether it is a configuration file. What is wrong with those is told when they are read, open or not.
    pub(crate) fn is_configuration(&self) -> bool {
        let name = self.file().and_then(Path::file_name).and_then(|name| name.to_str());
        matches!(name, Some("sfmc-analyzer.toml" | ".sfmc-analyzer.toml"))
    }

    /// Whether it is read for what it says about other files.
    pub(crate) fn is_about_others(&self) -> bool {
        self.is_configuration() || self.file().is_some_and(sfmc_project::is_metadata)
    }

    /// The path on the disk, if there is one.
    pub(crate) fn file(&self) -> Option<&Path> {
        match self {
            DocumentPath::File(path) => Some(path),
            DocumentPath::Virtual(_) => None,
        }
    }
}

/// The URI of a file, given by its absolute path.
pub(crate) fn file_uri(path: &Path) -> Option<Uri> {
    // A relative path would be looked for on the disk.
    if path.is_absolute() { Uri::from_file_path(path) } else { None }
}

#[cfg(unix)]
fn path_from_bytes(bytes: &[u8]) -> PathBuf {
    use std::{ffi::OsStr, os::unix::ffi::OsStrExt};

    PathBuf::from(OsStr::from_bytes(bytes))
}

#[cfg(not(unix))]
fn path_from_bytes(bytes: &[u8]) -> PathBuf {
    PathBuf::from(String::from_utf8_lossy(bytes).into_owned())
}

/// `/c:/x` → `C:/x`: clients disagree about the case of drive letters.
fn without_slash_before_drive(path: &str) -> String {
    match path.as_bytes() {
        [b'/', drive, b':', ..] if drive.is_ascii_alphabetic() => {
            format!("{}{}", drive.to_ascii_uppercase() as char, &path[2..])
        }
        _ => path.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(uri: &str, windows: bool) -> (bool, String) {
        let path = DocumentPath::parse(&uri.parse().unwrap(), windows);
        (path.file().is_some(), path.as_path().to_str().unwrap().to_owned())
    }

    #[test]
    fn files() {
        let unix = |uri| parse(uri, false);
        assert_eq!(unix("file:///a/b%20c/%C3%BC.html"), (true, "/a/b c/ü.html".to_owned()));
        assert_eq!(unix("file://localhost/a.html"), (true, "/a.html".to_owned()));
        assert_eq!(unix("FILE:///a.html?x#y"), (true, "/a.html".to_owned()));
        assert_eq!(unix("file:///a%2Fb.html"), (true, "/a/b.html".to_owned()));
    }

    #[test]
    fn windows() {
        let windows = |uri| parse(uri, true);
        assert_eq!(windows("file:///c%3A/a.html"), (true, "C:/a.html".to_owned()));
        assert_eq!(windows("file:///C:/a.html"), (true, "C:/a.html".to_owned()));
        assert_eq!(windows("file://server/share/a.html"), (true, "//server/share/a.html".to_owned()));
    }

    #[test]
    fn what_is_no_file() {
        for uri in
            ["untitled:Untitled-1", "vscode-vfs://github/a/b.html", "file:", "git:/a.html?%7B%22ref%22%3A%22%22%7D"]
        {
            assert_eq!(parse(uri, false), (false, uri.to_owned()));
        }
    }

    #[cfg(unix)]
    #[test]
    fn there_and_back() {
        let path = Path::new("/a/b c/ü%20[x].html");
        let uri = file_uri(path).unwrap();
        assert_eq!(DocumentPath::new(&uri), DocumentPath::File(path.to_owned()));
        assert_eq!(file_uri(Path::new("a.html")), None);
        let no_text: Uri = "file:///a%FF.html".parse().unwrap();
        assert_ne!(DocumentPath::new(&no_text), DocumentPath::new(&"file:///a%FE.html".parse().unwrap()));
    }
}
