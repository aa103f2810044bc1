//! Replacing the contents of a file, all at once or not at all: [`write_atomically`].

use std::{
    fmt,
    fs::{self, File, Metadata, OpenOptions},
    io::{self, Seek, Write},
    path::{Path, PathBuf},
};

use sfmc_db::system::{DiskSystem, System, Unreadable, reason};
use tempfile::NamedTempFile;

use crate::source::{ContentStamp, MAX_SIZE, ReadErrorKind};

/// Why a file was not written. It is as it was, but for [`WriteErrorKind::Torn`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WriteError {
    /// The file, as it was named.
    pub path: PathBuf,
    /// Why.
    pub kind: WriteErrorKind,
}

/// Why a file was not written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WriteErrorKind {
    /// It does not hold what was read from it any more.
    Changed,
    /// Its permissions forbid it.
    ReadOnly,
    /// It can no longer be read, so nobody knows whether it has changed.
    Unreadable(ReadErrorKind),
    /// No file can be made in this folder, for this reason.
    Folder(PathBuf, String),
    /// The system refuses, and says why.
    Refused(String),
    /// The system refused amid writing, for this reason, and did not let the old content be put back: the file may hold parts of both.
    /// The new content is in a file of its own.
    Torn(String, PathBuf),
}

impl fmt::Display for WriteError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: not written: ", self.path.display())?;
        match &self.kind {
            WriteErrorKind::Changed => f.write_str("the file has changed since it was read; run the command again"),
            WriteErrorKind::ReadOnly => f.write_str("the file is read-only; change its permissions"),
            WriteErrorKind::Unreadable(kind) => write!(f, "{kind}; {}", kind.help()),
            WriteErrorKind::Folder(folder, reason) => {
                let folder = folder.display();
                write!(f, "no file can be made in `{folder}` ({reason}); change the permissions of the folder")
            }
            WriteErrorKind::Refused(reason) => f.write_str(reason),
            WriteErrorKind::Torn(reason, kept) => {
                let kept = kept.display();
                write!(f, "{reason}; the file may be damaged now, and all that it should hold is in `{kept}`")
            }
        }
    }
}

impl std::error::Error for WriteError {}

/// Replaces the contents of the file at `path`, if it still holds what is `expected`.
///
/// The bytes go to another file in the same folder first, and to the disk, and only then to the name: whoever reads the
/// file, and whenever the machine stops, there is the old content or the new. A symbolic link stays one; the file that it
/// leads to is replaced. Permissions stay, the owner too as far as the system allows it. What belongs to the file rather
/// than to its name is lost: extended attributes.
///
/// A file that has other names, too (hard links), stays one file under all of them: the bytes are copied into it. Whoever reads
/// it meanwhile may see a part, and if the machine stops then, the other file is still there and has all of them. It is kept, too, where
/// neither the new content nor the old one can be written.
///
/// # Errors
/// When the file has changed, or the system refuses.
pub fn write_atomically(path: &Path, bytes: &[u8], expected: &ContentStamp) -> Result<(), WriteError> {
    replace(path, bytes, expected).map_err(|kind| WriteError { path: path.to_owned(), kind })
}

fn replace(path: &Path, bytes: &[u8], expected: &ContentStamp) -> Result<(), WriteErrorKind> {
    let unreadable = |error: io::Error| WriteErrorKind::Unreadable(Unreadable::from_io(path, &error).into());
    let refused = |error: io::Error| WriteErrorKind::Refused(reason(&error));
    let real = fs::canonicalize(path).map_err(unreadable)?;
    // Before anything is made: what is no file at all, or has changed, is the clearest thing to say.
    check_content(&real, expected)?;
    let metadata = fs::metadata(&real).map_err(unreadable)?;
    if metadata.permissions().readonly() {
        return Err(WriteErrorKind::ReadOnly);
    }
    // To put another file in its place, leave to write to the folder would do: that is not what who protects a file means.
    let file = OpenOptions::new().write(true).open(&real).map_err(|error| match error.kind() {
        io::ErrorKind::PermissionDenied => WriteErrorKind::ReadOnly,
        _ => refused(error),
    })?;
    let folder = real.parent().unwrap_or(Path::new("/"));
    let no_room = |error: io::Error| WriteErrorKind::Folder(folder.to_owned(), reason(&error));
    let mut temporary =
        tempfile::Builder::new().prefix(".sfmc-analyzer-").suffix(".tmp").tempfile_in(folder).map_err(no_room)?;
    temporary.write_all(bytes).map_err(refused)?;
    keep_owner(temporary.as_file(), &metadata);
    temporary.as_file().set_permissions(metadata.permissions()).map_err(refused)?;
    temporary.as_file().sync_all().map_err(refused)?;
    // Again, as late as possible: somebody may have saved the file in the meantime.
    let old = check_content(&real, expected)?;
    if has_other_names(&metadata) {
        return overwrite(file, temporary, bytes, &old);
    }
    // Some systems replace no file that is open.
    drop(file);
    temporary.persist(&real).map_err(|error| refused(error.error))?;
    sync_folder(folder);
    Ok(())
}

/// Whether a file is reached by other names that are no symbolic links.
fn has_other_names(metadata: &Metadata) -> bool {
    #[cfg(unix)]
    return std::os::unix::fs::MetadataExt::nlink(metadata) > 1;
    #[cfg(not(unix))]
    {
        let _ = metadata;
        false
    }
}

/// Writes into a file as it is, without emptying it first: what it holds keeps its room on the disk, so that it can be put back when there is
/// none for more. Where it cannot, the file that has the new bytes already stays.
fn overwrite(mut file: File, mut temporary: NamedTempFile, bytes: &[u8], old: &[u8]) -> Result<(), WriteErrorKind> {
    let mut write = |bytes: &[u8]| {
        file.rewind()?;
        file.write_all(bytes)?;
        file.set_len(bytes.len() as u64)?;
        file.sync_all()
    };
    let Err(error) = write(bytes) else { return Ok(()) };
    if write(old).is_ok() {
        return Err(WriteErrorKind::Refused(reason(&error)));
    }
    temporary.disable_cleanup(true);
    Err(WriteErrorKind::Torn(reason(&error), temporary.path().to_owned()))
}

/// What the file holds, which is what is expected.
fn check_content(path: &Path, expected: &ContentStamp) -> Result<Vec<u8>, WriteErrorKind> {
    match DiskSystem.read(path, MAX_SIZE) {
        Ok(bytes) if ContentStamp::of(&bytes) == *expected => Ok(bytes),
        Ok(_) | Err(Unreadable::TooLarge { .. }) => Err(WriteErrorKind::Changed),
        Err(why) => Err(WriteErrorKind::Unreadable(why.into())),
    }
}

/// Gives the file to the owner of the old one. Only the superuser can give files away, everybody else has most probably
/// made the old one as well, so a failure is none.
fn keep_owner(file: &File, old: &Metadata) {
    #[cfg(unix)]
    {
        use std::os::unix::fs::{MetadataExt, fchown};
        let is_same = |new: Metadata| (new.uid(), new.gid()) == (old.uid(), old.gid());
        if !file.metadata().is_ok_and(is_same) {
            let _ = fchown(file, Some(old.uid()), Some(old.gid()));
        }
    }
    #[cfg(not(unix))]
    let _ = (file, old);
}

/// Makes the new name survive a crash. Some file systems cannot do this for folders; the content is safe all the same.
fn sync_folder(folder: &Path) {
    if cfg!(unix) {
        let _ = File::open(folder).and_then(|folder| folder.sync_all());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder_with(name: &str, content: &[u8]) -> (tempfile::TempDir, PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(name);
        fs::write(&path, content).unwrap();
        (folder, path)
    }

    fn names(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).unwrap();
        let mut names: Vec<_> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    #[test]
    fn replaces_the_content() {
        let (folder, path) = folder_with("a.html", b"old");
        write_atomically(&path, b"new", &ContentStamp::of(b"old")).unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"new");
        assert_eq!(names(folder.path()), ["a.html"]);
    }

    #[test]
    fn refuses_when_the_file_has_changed() {
        let (folder, path) = folder_with("a.html", b"odd");
        let error = write_atomically(&path, b"new", &ContentStamp::of(b"old")).unwrap_err();
        assert_eq!(error.kind, WriteErrorKind::Changed);
        assert!(
            error
                .to_string()
                .ends_with("a.html: not written: the file has changed since it was read; run the command again")
        );
        assert_eq!(fs::read(&path).unwrap(), b"odd");
        assert_eq!(names(folder.path()), ["a.html"]);
    }

    #[test]
    fn refuses_what_is_gone_or_no_file() {
        let folder = tempfile::tempdir().unwrap();
        let write = |path: &Path| write_atomically(path, b"", &ContentStamp::of(b"")).unwrap_err().kind;
        let missing = WriteErrorKind::Unreadable(Unreadable::Missing.into());
        assert_eq!(write(&folder.path().join("a.html")), missing);
        assert_eq!(write(folder.path()), WriteErrorKind::Unreadable(Unreadable::Folder.into()));
    }

    #[test]
    fn refuses_a_read_only_file() {
        let (folder, path) = folder_with("a.html", b"old");
        let mut permissions = fs::metadata(&path).unwrap().permissions();
        permissions.set_readonly(true);
        fs::set_permissions(&path, permissions).unwrap();
        let error = write_atomically(&path, b"new", &ContentStamp::of(b"old")).unwrap_err();
        assert_eq!(error.kind, WriteErrorKind::ReadOnly);
        assert_eq!(names(folder.path()), ["a.html"]);
    }

    #[cfg(unix)]
    #[test]
    fn keeps_permissions_and_owner() {
        use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
        let (_folder, path) = folder_with("a.html", b"old");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o664)).unwrap();
        let given_away = chown(&path, Some(65534), Some(65534)).is_ok();
        write_atomically(&path, b"new", &ContentStamp::of(b"old")).unwrap();
        let metadata = fs::metadata(&path).unwrap();
        assert_eq!(metadata.mode() & 0o7777, 0o664);
        assert!(!given_away || metadata.uid() == 65534);
    }

    #[cfg(unix)]
    #[test]
    fn a_link_stays_a_link() {
        let (folder, path) = folder_with("a.html", b"old");
        fs::create_dir(folder.path().join("sub")).unwrap();
        let link = folder.path().join("sub/link.html");
        std::os::unix::fs::symlink("../a.html", &link).unwrap();
        write_atomically(&link, b"new", &ContentStamp::of(b"old")).unwrap();
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        assert_eq!(fs::read(&path).unwrap(), b"new");
        assert_eq!(names(&folder.path().join("sub")), ["link.html"]);
    }

    #[cfg(unix)]
    #[test]
    fn all_names_of_a_file_show_the_new_content() {
        use std::os::unix::fs::{MetadataExt, PermissionsExt};
        for new in [&b"new"[..], b"", b"longer than what was there"] {
            let (folder, path) = folder_with("a.html", b"old content");
            let other = folder.path().join("b.html");
            fs::hard_link(&path, &other).unwrap();
            fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
            write_atomically(&path, new, &ContentStamp::of(b"old content")).unwrap();
            assert_eq!(fs::read(&path).unwrap(), new);
            assert_eq!(fs::read(&other).unwrap(), new);
            let [one, two] = [&path, &other].map(|path| fs::metadata(path).unwrap());
            assert_eq!((one.ino(), one.mode() & 0o7777, one.nlink()), (two.ino(), 0o640, 2));
            assert_eq!(names(folder.path()), ["a.html", "b.html"]);
        }
    }

    /// The room that is missing on the disk is played by a file that can only be read: nothing is written, and nothing is put back.
    #[test]
    fn what_can_be_written_nowhere_else_is_kept() {
        let (folder, path) = folder_with("a.html", b"old");
        let mut temporary = NamedTempFile::new_in(folder.path()).unwrap();
        temporary.write_all(b"new").unwrap();
        let kind = overwrite(File::open(&path).unwrap(), temporary, b"new", b"old").unwrap_err();
        assert_eq!(fs::read(&path).unwrap(), b"old");
        let error = WriteError { path, kind };
        let WriteErrorKind::Torn(_, kept) = &error.kind else { panic!("{error}") };
        assert_eq!(fs::read(kept).unwrap(), b"new");
        assert!(error.to_string().ends_with(&format!("all that it should hold is in `{}`", kept.display())), "{error}");
    }

    /// As for a file of somebody else in a folder that all may write to.
    #[cfg(unix)]
    #[test]
    fn a_file_without_permission() {
        use std::os::unix::fs::PermissionsExt;
        let (_folder, path) = folder_with("a.html", b"old");
        // Others may write, the owner may not.
        fs::set_permissions(&path, fs::Permissions::from_mode(0o466)).unwrap();
        if OpenOptions::new().write(true).open(&path).is_err() {
            let error = write_atomically(&path, b"new", &ContentStamp::of(b"old")).unwrap_err();
            assert_eq!(error.kind, WriteErrorKind::ReadOnly);
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_folder_without_permission() {
        use std::os::unix::fs::PermissionsExt;
        let (folder, path) = folder_with("a.html", b"old");
        let set_mode = |mode| fs::set_permissions(folder.path(), fs::Permissions::from_mode(mode)).unwrap();
        set_mode(0o500);
        let is_superuser = File::create(folder.path().join("probe")).is_ok();
        let result = write_atomically(&path, b"new", &ContentStamp::of(b"old"));
        set_mode(0o700);
        if !is_superuser {
            let kind = result.unwrap_err().kind;
            assert!(matches!(kind, WriteErrorKind::Folder(_, reason) if reason == "permission denied"));
        }
    }
}
