use std::{
    fs::{self, File},
    process::Command,
};

use sfmc_db::system::DiskSystem;

use super::*;

fn file(name: &str, bytes: &[u8]) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    fs::write(&path, bytes).unwrap();
    (folder, path)
}

fn error(path: &Path) -> ReadErrorKind {
    read_source(&DiskSystem, path).unwrap_err().kind
}

#[test]
fn text_is_decoded_and_encoded_again() {
    let (_folder, path) = file("a.html", b"\xFF\xFE%\0\xFC\0");
    let source = read_source(&DiskSystem, &path).unwrap();
    assert_eq!((source.text.as_str(), source.encoding), ("%ü", Encoding::Utf16Le));
    assert_eq!(source.diagnostic(), None);
    assert_eq!(source.encode("ü").unwrap(), b"\xFF\xFE\xFC\0");
}

#[test]
fn windows_1252_is_reported_at_its_first_letter() {
    let (_folder, path) = file("a.html", b"Gr\xFC\xDFe");
    let source = read_source(&DiskSystem, &path).unwrap();
    assert_eq!(source.text, "Grüße");
    let found = source.diagnostic().unwrap();
    assert_eq!((found.rule.id, found.range), ("file/not-utf8", TextRange::new(2.into(), 4.into())));
    assert!(source.is_writable());
    assert_eq!(source.encode("Größe").unwrap(), b"Gr\xF6\xDFe");
    let refused = source.encode("Gr😀").unwrap_err();
    assert_eq!(refused.to_string(), "the file is Windows-1252, which has no `😀`; save it as UTF-8 first");
}

#[test]
fn what_was_read_with_a_loss_is_not_written() {
    let (_folder, path) = file("a.html", b"\xFF\xFEa\0b");
    let source = read_source(&DiskSystem, &path).unwrap();
    assert!(!source.is_writable() && source.diagnostic().is_some());
    let refused = source.encode("a").unwrap_err().to_string();
    assert_eq!(refused, "the file holds invalid UTF-16, which would be lost; save it as UTF-8 first");
}

#[test]
fn binary_missing_folder() {
    let (folder, path) = file("a.html", b"GIF89a\0\0");
    assert_eq!(error(&path), ReadErrorKind::Binary(Binary::Other));
    assert_eq!(read_source(&DiskSystem, &path).unwrap_err().diagnostic().rule.id, "file/binary");
    assert_eq!(error(&folder.path().join("b.html")), Unreadable::Missing.into());
    assert_eq!(error(&path.join("b.html")), Unreadable::Missing.into());
    assert_eq!(error(folder.path()), Unreadable::Folder.into());
}

#[test]
fn what_is_too_large_is_said_so() {
    let kind = ReadErrorKind::from(Unreadable::TooLarge { limit: MAX_SIZE });
    assert_eq!(
        (kind.rule().id, &*kind.to_string()),
        ("file/too-large", "larger than 256 MB, and therefore not checked")
    );
}

#[test]
fn a_hundred_megabytes() {
    let (_folder, path) = file("a.html", &vec![b'x'; 100 << 20]);
    assert_eq!(read_source(&DiskSystem, &path).unwrap().text.len(), 100 << 20);
}

#[cfg(unix)]
#[test]
fn links() {
    let (folder, path) = file("a.html", b"a");
    let link = |target: &Path, name: &str| {
        let path = folder.path().join(name);
        std::os::unix::fs::symlink(target, &path).unwrap();
        path
    };
    assert_eq!(read_source(&DiskSystem, &link(&path, "good.html")).unwrap().text, "a");
    assert_eq!(error(&link(Path::new("nowhere"), "broken.html")), Unreadable::BrokenLink.into());
    let looping = link(Path::new("loop.html"), "loop.html");
    assert_eq!(error(&looping), Unreadable::LinkLoop.into());
}

#[cfg(unix)]
#[test]
fn a_pipe_and_a_device_are_not_waited_for() {
    let folder = tempfile::tempdir().unwrap();
    let pipe = folder.path().join("pipe.html");
    assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    assert_eq!(error(&pipe), Unreadable::Special("a named pipe").into());
    assert_eq!(error(Path::new("/dev/zero")), Unreadable::Special("a device").into());
    let socket = folder.path().join("socket.html");
    let _listener = std::os::unix::net::UnixListener::bind(&socket).unwrap();
    assert_eq!(error(&socket), Unreadable::Special("a socket").into());
}

#[cfg(unix)]
#[test]
fn a_file_without_permission() {
    use std::os::unix::fs::PermissionsExt;
    let (_folder, path) = file("a.html", b"a");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o000)).unwrap();
    if File::open(&path).is_ok() {
        return; // The superuser may read everything.
    }
    assert_eq!(error(&path), Unreadable::Refused("permission denied".to_owned()).into());
}
