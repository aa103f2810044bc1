use std::{fmt::Write as _, process::Command};

use expect_test::{Expect, expect};

use super::*;
use crate::rules::RULES;

struct Project(tempfile::TempDir);

impl Project {
    /// Makes files; a name that ends in `/` is a folder, `a -> b` is a link, `a: text` has a text.
    fn new(entries: &[&str]) -> Project {
        let folder = tempfile::tempdir().unwrap();
        for entry in entries {
            let (name, text) = entry.split_once(": ").unwrap_or((entry, ""));
            let (name, target) = name.split_once(" -> ").map_or((name, None), |(a, b)| (a, Some(b)));
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            match target {
                #[cfg(unix)]
                Some(target) => std::os::unix::fs::symlink(target, path).unwrap(),
                _ if name.ends_with('/') => fs::create_dir_all(path).unwrap(),
                _ => fs::write(path, text).unwrap(),
            }
        }
        Project(folder)
    }

    fn configs(&self) -> Configs {
        Configs::new(self.0.path(), RULES)
    }

    fn show(&self, paths: &[&str]) -> String {
        let paths: Vec<_> = paths.iter().map(PathBuf::from).collect();
        let found = discover(&paths, &self.configs());
        let mut out = String::new();
        for file in &found.files {
            let _ = writeln!(out, "{}{}", file.path.display(), if file.is_named { " (named)" } else { "" });
        }
        for problem in &found.problems {
            let _ = writeln!(out, "{}: {problem}", problem.severity);
        }
        out.replace(self.0.path().to_str().unwrap(), "/project")
    }

    #[track_caller]
    #[allow(clippy::needless_pass_by_value, reason = "so that a call is one `expect!`")]
    fn check(&self, paths: &[&str], expected: Expect) {
        expected.assert_eq(&self.show(paths));
    }
}

#[test]
fn names_decide_in_folders() {
    let project = Project::new(&[
        "b.HTML",
        "a/z.amp",
        "a/q.sql",
        "a.ssjs",
        "x.htm",
        "y.ampscript",
        "notes.txt",
        "app.js",
        "data.json",
        "none",
        "r/k.asset-message-meta.html",
        "r/k.asset-message-meta.json",
        "r/k.asset-coderesource-meta.js",
        "r/k.dataExtension-doc.html",
        ".hidden.html",
        ".hidden/a.html",
        "node_modules/m/a.html",
    ]);
    let expected = expect![[r#"
        a/q.sql
        a/z.amp
        a.ssjs
        b.HTML
        r/k.asset-coderesource-meta.js
        r/k.asset-message-meta.html
        x.htm
        y.ampscript
    "#]];
    expected.assert_eq(&project.show(&["."]));
    assert_eq!(project.show(&["."]), project.show(&["./"]));
    assert_eq!(project.show(&["."]), project.show(&[project.0.path().to_str().unwrap()]).replace("/project/", ""));
    project.check(
        &["a", "r/"],
        expect![[r#"
        a/q.sql
        a/z.amp
        r/k.asset-coderesource-meta.js
        r/k.asset-message-meta.html
    "#]],
    );
    project.check(
        &["a/../a/./"],
        expect![[r#"
        a/../a/./q.sql
        a/../a/./z.amp
    "#]],
    );
}

#[test]
fn a_named_file_is_always_taken() {
    let project = Project::new(&[
        "notes.txt",
        ".hidden.html",
        "v/a.html",
        ".gitignore: v/",
        "sfmc-analyzer.toml: files.exclude = ['v', '*.txt']",
    ]);
    project.check(&["."], expect![[r#""#]]);
    project.check(
        &["./notes.txt", ".hidden.html", "v/a.html"],
        expect![[r#"
        .hidden.html (named)
        notes.txt (named)
        v/a.html (named)
    "#]],
    );
    project.check(&["v"], expect![[r#"
        warning: v: nothing in this folder is checked: the configuration excludes it; name its files, or change `exclude` under `[files]`
    "#]]);
}

/// What nobody excluded is looked into where it is named.
#[test]
fn a_named_folder_is_looked_into() {
    let project = Project::new(&[
        "node_modules/m/a.html",
        "node_modules/m/node_modules/n/b.html",
        "sub/node_modules/c.html",
        ".gitignore: dist/",
        "dist/d.html",
        "dist/deep/e.html",
        ".hidden/f.html",
    ]);
    project.check(&["."], expect![[r#""#]]);
    project.check(
        &["node_modules", "sub/node_modules", "dist", ".hidden"],
        expect![[r#"
        .hidden/f.html
        dist/d.html
        dist/deep/e.html
        node_modules/m/a.html
        sub/node_modules/c.html
    "#]],
    );
    project.check(
        &["dist/deep", "node_modules/m/node_modules"],
        expect![[r#"
        dist/deep/e.html
        node_modules/m/node_modules/n/b.html
    "#]],
    );
    // Where the configuration excludes it, that is what is told.
    let project = Project::new(&["node_modules/a.html", "sfmc-analyzer.toml: files.exclude = ['node_modules']"]);
    project.check(&["node_modules"], expect![[r#"
        warning: node_modules: nothing in this folder is checked: the configuration excludes it; name its files, or change `exclude` under `[files]`
    "#]]);
}

#[test]
fn gitignore_counts_without_a_repository() {
    let project = Project::new(&[
        ".gitignore: /build\n*.tmp.html\n",
        "build/a.html",
        "src/build/a.html",
        "src/a.tmp.html",
        "src/a.html",
        "src/.gitignore: b.html",
        "src/b.html",
        "b.html",
    ]);
    project.check(
        &["."],
        expect![[r#"
        b.html
        src/a.html
        src/build/a.html
    "#]],
    );
    project.check(
        &["src"],
        expect![[r#"
        src/a.html
        src/build/a.html
    "#]],
    );
    project.check(
        &["build"],
        expect![[r#"
        build/a.html
    "#]],
    );
}

#[test]
fn the_configuration_of_each_folder_counts() {
    let project = Project::new(&[
        "sfmc-analyzer.toml: files = { include = ['*.txt'], exclude = ['old', 'sub/b.html'] }",
        "old/a.html",
        "a.txt",
        "sub/b.html",
        "sub/c.html",
        "nested/sfmc-analyzer.toml: files.exclude = ['/d.html']",
        "nested/d.html",
        "nested/e.html",
        "nested/e.txt",
        "nested/old/f.html",
    ]);
    project.check(
        &["."],
        expect![[r#"
        a.txt
        nested/e.html
        nested/old/f.html
        sub/c.html
    "#]],
    );
    project.check(
        &["sub", "nested"],
        expect![[r#"
        nested/e.html
        nested/old/f.html
        sub/c.html
    "#]],
    );
}

#[test]
fn each_file_once() {
    let project = Project::new(&["a/b/c.html", "a/d.html"]);
    project.check(
        &["a/b", "./a", "a/b/c.html", "a/b/../b/c.html", "a"],
        expect![[r#"
        a/b/c.html (named)
        a/d.html
    "#]],
    );
    project.check(
        &["./a/b/c.html", "a"],
        expect![[r#"
        a/b/c.html (named)
        a/d.html
    "#]],
    );
}

#[test]
fn what_is_not_there() {
    let project = Project::new(&["emails/welcome.html", "a.html"]);
    project.check(
        &["emials", "emials/welcome.html", "emails/welcom.html", "*.html", "zzz/y", "a.html/b", "b.html"],
        expect![[r#"
            error: *.html: there is no such file or folder; patterns are for the shell, and it found nothing for this one; name a folder instead
            error: a.html/b: there is no such file or folder; check the spelling, and the folder that the path starts from
            error: b.html: there is no such file or folder; did you mean `a.html`?
            error: emails/welcom.html: there is no such file or folder; did you mean `emails/welcome.html`?
            error: emials: there is no such file or folder; did you mean `emails`?
            error: emials/welcome.html: there is no such file or folder; did you mean `emails/welcome.html`?
            error: zzz/y: there is no such file or folder; check the spelling, and the folder that the path starts from
        "#]],
    );
}

#[cfg(unix)]
#[test]
fn links() {
    let project = Project::new(&[
        "p/a.html",
        "p/loop -> .",
        "p/up -> ..",
        "p/sub/b.html",
        "p/again -> sub",
        "p/0.html -> a.html",
        "p/broken.html -> nowhere",
        "p/self.html -> self.html",
        "p/outside.html -> ../o/c.html",
        "o/c.html",
        "p/note.txt -> nowhere",
        "p/under-other-name.html -> code.txt",
        "p/code.txt",
        "door -> p",
    ]);
    project.check(&["p"], expect![[r#"
        p/a.html
        p/sub/b.html
        p/under-other-name.html
        warning: p/broken.html: a symbolic link to something that does not exist; restore what it points to, or remove it
        warning: p/self.html: a symbolic link that leads back to itself; remove it
    "#]]);
    project.check(&["door", "p"], expect![[r#"
        door/a.html
        door/sub/b.html
        door/under-other-name.html
        warning: door/broken.html: a symbolic link to something that does not exist; restore what it points to, or remove it
        warning: door/self.html: a symbolic link that leads back to itself; remove it
    "#]]);
    project.check(
        &["p/outside.html", "p/broken.html", "p/self.html", "p/again"],
        expect![[r#"
        p/again/b.html
        p/outside.html (named)
        error: p/broken.html: a symbolic link to something that does not exist; restore what it points to, or remove it
        error: p/self.html: a symbolic link that leads back to itself; remove it
    "#]],
    );
}

#[cfg(unix)]
#[test]
fn pipes_are_not_opened() {
    let project = Project::new(&["a.html", "sub/b.html", "deep/er/c.html"]);
    let pipe = |path: &str| {
        let path = project.0.path().join(path);
        assert!(Command::new("mkfifo").arg(path).status().unwrap().success());
    };
    pipe("pipe.html");
    pipe("sub/.gitignore");
    project.check(
        &[".", "pipe.html"],
        expect![[r#"
        a.html
        deep/er/c.html
        error: pipe.html: this is a named pipe, not a file; name a file, or pass the text on standard input
        error: sub: nothing in this folder is checked: its `.gitignore` is not a file; remove it
    "#]],
    );
    pipe("deep/.gitignore");
    project.check(
        &["deep/er"],
        expect![[r#"
        error: deep/er: nothing in this folder is checked: its `.gitignore` is not a file; remove it
    "#]],
    );
}

#[cfg(unix)]
#[test]
fn a_folder_without_permission() {
    use std::os::unix::fs::PermissionsExt;
    let project = Project::new(&["a.html", "closed/b.html"]);
    let closed = project.0.path().join("closed");
    let set_mode = |mode| fs::set_permissions(&closed, fs::Permissions::from_mode(mode)).unwrap();
    set_mode(0o000);
    let is_superuser = fs::read_dir(&closed).is_ok();
    let shown = project.show(&["."]);
    set_mode(0o700);
    if !is_superuser {
        expect![[r#"
            a.html
            error: closed: cannot be read: permission denied; change its permissions, or leave it out
        "#]]
        .assert_eq(&shown);
    }
}

#[cfg(target_os = "linux")]
#[test]
fn names_that_are_not_unicode() {
    use std::os::unix::ffi::OsStrExt;
    let project = Project::new(&["a.html"]);
    let name = std::ffi::OsStr::from_bytes(b"\xFF.html");
    fs::write(project.0.path().join(name), "").unwrap();
    let paths = [PathBuf::from("."), PathBuf::from(name)];
    let found = discover(&paths, &project.configs());
    assert_eq!(found.files.len(), 2);
    assert!(found.files.iter().any(|file| file.path == Path::new(name) && file.is_named));
    assert_eq!(found.problems, []);
}

#[test]
fn the_order_does_not_depend_on_chance() {
    let names: Vec<_> = (0..200).map(|n| format!("d{}/f{n}.html", n % 7)).collect();
    let project = Project::new(&names.iter().map(String::as_str).collect::<Vec<_>>());
    let first = project.show(&["."]);
    assert_eq!(first.lines().count(), 200);
    for _ in 0..5 {
        assert_eq!(project.show(&["."]), first);
    }
}
