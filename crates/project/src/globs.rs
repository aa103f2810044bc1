//! The globs of the configuration.

use std::path::{Component, Path};

use globset::{GlobBuilder, GlobSet, GlobSetBuilder};

use crate::options::Glob;

/// Why a glob cannot be used, and what to write instead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct BadGlob {
    pub(crate) message: String,
    pub(crate) help: Option<String>,
}

/// Says what is wrong with a glob.
pub(crate) fn check_glob(glob: &str) -> Result<(), BadGlob> {
    compile(glob).map(drop)
}

/// Some globs, to be matched against paths that begin at the folder of the configuration.
#[derive(Clone, Debug, Default)]
pub(crate) struct Globs {
    set: GlobSet,
    /// For each glob of the set, which of those that were given it was made of.
    origin: Vec<usize>,
}

impl Globs {
    /// Compiles what can be compiled: mistakes were reported where the globs stand.
    pub(crate) fn new<'a>(globs: impl IntoIterator<Item = &'a Glob>) -> Globs {
        let mut builder = GlobSetBuilder::new();
        let mut origin = Vec::new();
        for (index, Glob(glob)) in globs.into_iter().enumerate() {
            for compiled in compile(glob).into_iter().flatten() {
                builder.add(compiled);
                origin.push(index);
            }
        }
        let set = builder.build().unwrap_or_default();
        Globs { set, origin }
    }

    pub(crate) fn is_match(&self, path: &Path) -> bool {
        !self.set.is_empty() && self.set.is_match(path)
    }

    /// Which of the globs, counted as they were given, match; ascending.
    pub(crate) fn matches(&self, path: &Path) -> Vec<usize> {
        if self.set.is_empty() {
            return Vec::new();
        }
        let mut found: Vec<_> = self.set.matches(path).into_iter().map(|index| self.origin[index]).collect();
        found.sort_unstable();
        found.dedup();
        found
    }
}

/// A glob as those of `globset` that together mean it: the thing itself, and everything in it if it is a folder.
fn compile(glob: &str) -> Result<Vec<globset::Glob>, BadGlob> {
    let bad = |message: &str, help: Option<String>| Err(BadGlob { message: message.to_owned(), help });
    if glob.trim().is_empty() {
        return bad("this glob is empty", Some("`**` stands for all files".to_owned()));
    }
    if glob.contains('\\') {
        let help = format!("write `{}`", glob.replace('\\', "/"));
        return bad("the folders of a glob are separated by `/`", Some(help));
    }
    if glob.starts_with('!') {
        let help = "name what is meant, instead of everything else".to_owned();
        return bad("a glob cannot be negated", Some(help));
    }
    if Path::new(glob).components().any(|part| part == Component::ParentDir) {
        let help = "put a configuration file into the folder that is meant".to_owned();
        return bad("a glob cannot lead out of the folder of the configuration file", Some(help));
    }
    let trimmed = glob.strip_prefix("./").unwrap_or(glob).trim_end_matches('/');
    let is_anchored = trimmed.contains('/') || glob.starts_with("./");
    let path = trimmed.trim_start_matches('/');
    let path = if is_anchored { path.to_owned() } else { format!("**/{path}") };
    let build = |text: &str| {
        let mut builder = GlobBuilder::new(text);
        builder.literal_separator(true).backslash_escape(false).build()
    };
    match build(&path) {
        Ok(itself) => {
            let content = build(&format!("{path}/**"));
            Ok(std::iter::once(itself).chain(content).collect())
        }
        Err(error) => bad(&format!("this is no glob: {}", error.kind()), None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(glob: &str, yes: &[&str], no: &[&str]) {
        let globs = Globs::new([&Glob(glob.to_owned())]);
        for path in yes {
            assert!(globs.is_match(Path::new(path)), "{glob} should match {path}");
        }
        for path in no {
            assert!(!globs.is_match(Path::new(path)), "{glob} should not match {path}");
        }
    }

    #[test]
    fn what_globs_match() {
        check("*.txt", &["a.txt", "b/c/a.txt"], &["a.txt2", "a.TXT"]);
        check("vendor", &["vendor", "vendor/a/b.html", "x/vendor/c.html"], &["vendors/a.html"]);
        check("vendor/", &["vendor/a.html", "x/vendor/c.html"], &["vendors/a.html"]);
        check("/vendor", &["vendor/a.html"], &["x/vendor/c.html"]);
        check("./vendor", &["vendor/a.html"], &["x/vendor/c.html"]);
        check("emails/**", &["emails/a.html", "emails/b/a.html"], &["x/emails/a.html", "a.html"]);
        check("emails/*.html", &["emails/a.html"], &["emails/b/a.html"]);
        check("**/old/*", &["old/a", "x/y/old/a", "old/a/b"], &["old"]);
        check("{a,b}/*.amp", &["a/x.amp", "b/x.amp"], &["c/x.amp"]);
        check("**", &["a", "a/b/c"], &[]);
        check("a[0-9].html", &["a1.html"], &["ab.html"]);
    }

    #[test]
    fn which_ones_match() {
        let globs = ["emails/**", "b", "*.html"].map(|glob| Glob(glob.to_owned()));
        assert_eq!(Globs::new(&globs).matches(Path::new("emails/b/a.html")), [0, 1, 2]);
        assert_eq!(Globs::new(&globs).matches(Path::new("a.html")), [2]);
    }

    #[test]
    fn mistakes() {
        let message = |glob| check_glob(glob).unwrap_err().message;
        assert_eq!(message(" "), "this glob is empty");
        assert_eq!(check_glob("a\\b").unwrap_err().help.unwrap(), "write `a/b`");
        assert_eq!(message("!a"), "a glob cannot be negated");
        assert_eq!(message("a/../../b"), "a glob cannot lead out of the folder of the configuration file");
        assert!(message("a[b").starts_with("this is no glob: "));
        assert!(message("{a").starts_with("this is no glob: "));
    }
}
