use std::{fs, path::Path};

use sfmc_catalog::{Context, Environment, Platform};

use super::*;
use crate::discover;

fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (path, text) in files {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    folder
}

#[test]
fn the_files_of_a_mcdev_project_are_checked_where_they_run() {
    let page = "<p>%%=v(@a)=%%</p>";
    let web_page = r#"{ "assetType": { "name": "webpage" }, "name": "p" }"#;
    let folder = folder(&[
        (".mcdevrc.json", "{}"),
        (".mcdev-auth.json", "not to be read"),
        ("retrieve/c/b/asset/message/m/views.html.content.asset-message-meta.html", page),
        ("retrieve/c/b/asset/message/m/m.asset-message-meta.json", web_page),
        ("retrieve/c/b/asset/asset/p/content.asset-asset-meta.html", page),
        ("retrieve/c/b/asset/asset/p/p.asset-asset-meta.json", web_page),
        ("retrieve/c/b/asset/asset/x/content.asset-asset-meta.html", page),
        ("retrieve/c/b/asset/asset/x/x.asset-asset-meta.json", "{ broken"),
        ("retrieve/c/b/asset/coderesource/r.asset-coderesource-meta.js", page),
        ("retrieve/c/b/asset/block/b.asset-block-meta.html", page),
        ("retrieve/c/b/mobileMessage/s.mobileMessage-meta.amp", page),
        ("retrieve/c/b/script/a.script-meta.html", page),
        ("deploy/c/b/asset/message/m.asset-message-meta.amp", page),
        ("sfmc-analyzer.toml", "contexts = { '/deploy' = 'push' }"),
    ]);
    let configs = Configs::new(folder.path(), &all_rules());
    let found = discover(&[PathBuf::from(".")], &configs);
    let checked = Checker::new(&configs, FixMode::Off).files(&found.files);
    let environments = found.files.iter().zip(&checked).map(|(file, checked)| {
        assert_eq!((checked.panicked, checked.skipped), (false, None), "{}", file.path.display());
        let environment = configs.file_settings(&file.path).environment();
        assert_eq!(environment.platform, Platform::Engagement);
        (file.path.to_str().unwrap().rsplit('/').next().unwrap(), environment.context)
    });
    assert_eq!(
        environments.collect::<Vec<_>>(),
        [
            ("m.asset-message-meta.amp", Some(Context::Push)),
            ("content.asset-asset-meta.html", Some(Context::CloudPage)),
            ("content.asset-asset-meta.html", None),
            ("b.asset-block-meta.html", None),
            ("r.asset-coderesource-meta.js", Some(Context::CloudPage)),
            ("views.html.content.asset-message-meta.html", Some(Context::Email)),
            ("s.mobileMessage-meta.amp", Some(Context::Sms)),
            ("a.script-meta.html", Some(Context::Script)),
        ]
    );
    assert!(configs.files().iter().all(|file| file.problems.is_empty()));
}

#[test]
fn the_environment_is_that_of_the_page_in_the_database() {
    let settings = |toml: &str| {
        let folder = folder(&[("sfmc-analyzer.toml", toml)]);
        Configs::new(folder.path(), &all_rules()).file_settings(Path::new("a.html"))
    };
    let settings = settings("context = 'sms'\ntarget = 'next'\napi-version = 66");
    let environment = Environment {
        context: Some(Context::Sms),
        platform: Platform::Next { api_version: Some(66) },
        is_block: false,
    };
    assert_eq!(settings.environment(), environment);
    let configs = Configs::new(Path::new("/"), &all_rules());
    let inclusions = Inclusions::new(&configs, []);
    let mut worker = Worker::new(&inclusions);
    let page = worker.add(
        "x",
        &Known {
            info: FileInfo { kind: FileKind::Page, environment: settings.environment() },
            query: Arc::default(),
            schema: Schema::default(),
        },
    );
    assert_eq!(page.environment(&worker.db), environment);
}

#[test]
fn a_content_block_is_no_document_of_its_own() {
    let text = "<!DOCTYPE html><html>%%[ set @spare = 1 set @b = 2 if IsNull(@name) then endif ]%%%%=v(@subjectLine)=%%%%=v(@b)=%%</html>";
    let folder = folder(&[
        ("asset/block/hdr.asset-block-meta.html", text),
        ("asset/block/whole.asset-block-meta.html", &format!("%%[ /* sfmc-context: cloudpage */ ]%%{text}")),
        ("asset/message/m.asset-message-meta.html", text),
    ]);
    let configs = Configs::new(folder.path(), &all_rules());
    let found = discover(&[PathBuf::from(".")], &configs);
    let checked = Checker::new(&configs, FixMode::Off).files(&found.files);
    let rules = |file: &Checked| file.diagnostics.iter().map(|found| found.rule.id).collect::<Vec<_>>();
    let all = ["amp/unused-variable", "amp/isnull-unset", "amp/unset-variable"];
    assert_eq!(checked.iter().map(rules).collect::<Vec<_>>(), [vec![], all.to_vec(), all.to_vec()]);
}

#[test]
fn what_contents_do_counts_in_the_pages_that_include_them() {
    let page = "<html>%%[ set @title = 'x' ]%%%%=ContentBlockByKey('Head')=%%%%=v(@name)=%%%%=v(@other)=%%</html>";
    let key = r#"{ "customerKey": "head" }"#;
    let folder = folder(&[
        ("retrieve/c/b/asset/block/h.asset-block-meta.html", "%%=v(@title)=%%%%=ContentBlockByKey('logo')=%%"),
        ("retrieve/c/b/asset/block/h.asset-block-meta.json", key),
        ("retrieve/c/b/asset/block/logo.asset-block-meta.html", "%%[ set @name = 1 ]%%"),
        ("retrieve/c/b/asset/message/m.asset-message-meta.html", page),
        ("retrieve/c/c/asset/message/n.asset-message-meta.html", page),
    ]);
    let configs = Configs::new(folder.path(), &all_rules());
    let found = discover(&[PathBuf::from(".")], &configs);
    let checked = Checker::new(&configs, FixMode::Off).files(&found.files);
    let findings = |name: &str| {
        let file = checked.iter().find(|file| file.path.ends_with(name)).unwrap();
        file.diagnostics.iter().map(|found| (found.rule.id, &file.text[found.range])).collect::<Vec<_>>()
    };
    assert_eq!(findings("m.asset-message-meta.html"), [("amp/unset-variable", "@other")]);
    assert_eq!(findings("n.asset-message-meta.html"), [], "another unit has no such content");
}

#[test]
fn parts_of_one_message_and_its_subject_line_share_variables() {
    let html = "<html>%%[ set @dead = 1 set @subj = 2 set @text = 3 ]%%</html>";
    let metadata = r#"{ "customerKey": "m", "views": { "subjectline": { "content": "Hi %%=v(@subj)=%%" } } }"#;
    let part = |name: &str| format!("retrieve/c/b/asset/message/{name}");
    let files = [
        (part("m/views.html.content.asset-message-meta.html"), html),
        (part("m/views.text.content.asset-message-meta.amp"), "%%=v(@text)=%%"),
        (part("m/m.asset-message-meta.json"), metadata),
        (part("alone.asset-message-meta.html"), html),
        // Nobody knows what that one reads.
        (part("o/views.html.content.asset-message-meta.html"), html),
        (part("o/views.text.content.asset-message-meta.amp"), "%%=ContentBlockByKey('unknown')=%%"),
    ];
    let folder = folder(&files.each_ref().map(|(name, text)| (name.as_str(), *text)));
    let configs = Configs::new(folder.path(), &all_rules());
    let found = discover(&[PathBuf::from(".")], &configs);
    let checked = Checker::new(&configs, FixMode::Off).files(&found.files);
    let findings = |name: &str| {
        let file = checked.iter().find(|file| file.path.ends_with(name)).unwrap();
        let unused = file.diagnostics.iter().filter(|found| found.rule.id == "amp/unused-variable");
        unused.map(|found| &file.text[found.range]).collect::<Vec<_>>()
    };
    assert_eq!(findings("m/views.html.content.asset-message-meta.html"), ["@dead"]);
    assert_eq!(findings("alone.asset-message-meta.html"), ["@dead", "@subj", "@text"]);
    assert_eq!(findings("o/views.html.content.asset-message-meta.html"), [""; 0]);
}
