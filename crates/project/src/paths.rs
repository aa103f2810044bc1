//! Paths as text, without the disk.

use std::path::{Component, Path, PathBuf};

/// The same path without `.` and, as far as that is possible, without `..`. Symbolic links are not looked at: what the
/// configuration says about `a/../b` is what it says about `b`.
pub(crate) fn normalized(path: &Path) -> PathBuf {
    let mut result = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir if ends_in_name(&result) => {
                result.pop();
            }
            Component::ParentDir if result.has_root() => {}
            _ => result.push(part),
        }
    }
    result
}

fn ends_in_name(path: &Path) -> bool {
    matches!(path.components().next_back(), Some(Component::Normal(_)))
}

/// A path as it is shown: without `./` before it.
pub(crate) fn displayed(path: &Path) -> PathBuf {
    match path.strip_prefix(".") {
        Ok(rest) if !rest.as_os_str().is_empty() => rest.to_owned(),
        _ => path.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_dots() {
        let normalized = |path| normalized(Path::new(path)).display().to_string();
        assert_eq!(normalized("/a/./b/../c"), "/a/c");
        assert_eq!(normalized("/../a"), "/a");
        assert_eq!(normalized("../a/../../b"), "../../b");
    }

    #[test]
    fn shown_short() {
        let displayed = |path| displayed(Path::new(path)).display().to_string();
        assert_eq!(displayed("./a.html"), "a.html");
        assert_eq!(displayed("."), ".");
        assert_eq!(displayed("../a"), "../a");
    }
}
