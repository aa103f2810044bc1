use std::path::Path;

use sfmc_catalog::Platform;
use sfmc_diagnostics::{FixKind, Group, Rule, Severity};

use super::*;
use crate::config::ConfigFile;

static RULE: Rule = Rule {
    id: "amp/a",
    aliases: &[],
    group: Group::Style,
    severity: Severity::Warning,
    on_by_default: true,
    fix: FixKind::None,
    since: "0.1.0",
    docs: "",
};

fn options(text: &str) -> Options {
    let file = ConfigFile::parse(Path::new("sfmc-analyzer.toml"), text.to_owned(), &[&RULE]);
    assert_eq!(file.problems, []);
    file.options
}

/// The settings of a file that nothing but the configuration says anything of.
fn of(settings: &Settings, path: &str) -> FileSettings {
    settings.for_file(Path::new(path), || None)
}

fn settings(layers: &[&str]) -> Settings {
    let layers: Vec<_> = layers.iter().map(|text| options(text)).collect();
    Settings::new(Path::new("/project"), &[&RULE], &layers.iter().collect::<Vec<_>>())
}

#[test]
fn defaults() {
    let settings = settings(&[]);
    let file = of(&settings, "a.html");
    assert_eq!(file.environment(), Environment { context: None, platform: Platform::Engagement, is_block: false });
    assert_eq!(file.severity(&RULE), Some(Severity::Warning));
    assert!(settings.is_failure(Severity::Error) && !settings.is_failure(Severity::Warning));
    assert!(!settings.excludes(Path::new("x/node_modules")));
}

#[test]
fn layers_decide_over_earlier_ones() {
    let severity = |layers: &[&str]| of(&settings(layers), "a.html").severity(&RULE);
    let config = "rules = { amp = 'hint' }\n[[overrides]]\nfiles = ['*.html']\nrules = { amp = 'info' }";
    let client = "rules = { all = 'error' }";
    assert_eq!(severity(&[config]), Some(Severity::Info));
    assert_eq!(severity(&[config, client]), Some(Severity::Error));
    assert_eq!(severity(&[config, client, "ignore = ['amp/a']"]), None);
    assert!(settings(&["error-on = 'never'", "error-on = 'hint'"]).is_failure(Severity::Hint));
    assert!(!settings(&["error-on = 'never'"]).is_failure(Severity::Error));
}

#[test]
fn contexts() {
    let settings = settings(&["context = 'push'
        [contexts]
        'emails/**' = 'email'
        'emails/pages/**' = 'cloudpage'
        [[overrides]]
        files = ['emails/pages/odd.html']
        context = 'sms'"]);
    let context = |path| of(&settings, path).environment().context;
    assert_eq!(context("emails/a.html"), Some(Context::Email));
    assert_eq!(context("emails/pages/a.html"), Some(Context::CloudPage));
    assert_eq!(context("emails/pages/odd.html"), Some(Context::Sms));
    assert_eq!(context("a.html"), Some(Context::Push));
}

#[test]
fn blocks_are_blocks_wherever_they_run() {
    let settings = settings(&["contexts = { 'retrieve/**' = 'cloudpage' }"]);
    let of = |path| of(&settings, path).environment();
    let block = of("retrieve/c/bu/asset/block/hdr.asset-block-meta.html");
    assert!(block.is_block && block.context == Some(Context::CloudPage));
    assert!(!of("retrieve/c/bu/asset/webstudio/p.asset-webstudio-meta.html").is_block && !of("block/a.html").is_block);
}

#[test]
fn what_the_project_says_stands_between_globs_and_the_fallback() {
    let settings = settings(&["context = 'push'\n[contexts]\n'emails/**' = 'email'\n'any/**' = 'unknown'"]);
    let context = |path: &str| settings.for_file(Path::new(path), || Some(Context::Script)).environment().context;
    assert_eq!(context("a.html"), Some(Context::Script));
    assert_eq!(context("emails/a.html"), Some(Context::Email));
    assert_eq!(context("any/a.html"), None);
    // Nobody need look for what is known.
    settings.for_file(Path::new("any/a.html"), || unreachable!());
}

#[test]
fn targets() {
    let settings = settings(&["target = 'next'
        api-version = 65
        [[overrides]]
        files = ['new/**']
        api-version = 67
        [[overrides]]
        files = ['old/**']
        target = 'engagement'"]);
    let target = |path| of(&settings, path).environment().platform;
    assert_eq!(target("a.html"), Platform::Next { api_version: Some(65) });
    assert_eq!(target("new/a.html"), Platform::Next { api_version: Some(67) });
    assert_eq!(target("old/a.html"), Platform::Engagement);
}

#[test]
fn files_share_what_is_the_same() {
    let settings = settings(&["[[overrides]]\nfiles = ['old']\nrules = { amp = 'off' }"]);
    let file = |path| of(&settings, path);
    assert!(Arc::ptr_eq(&file("a.html").0, &file("/project/b.html").0));
    assert_ne!(file("a.html"), file("old/b.html"));
    let other = self::settings(&[]);
    assert_eq!(file("a.html"), of(&other, "a.html"));
}

#[test]
fn files_in_and_out() {
    let settings = settings(&["files = { include = ['*.txt'], exclude = ['/vendor', '*.tmp.html'] }"]);
    assert!(settings.includes(Path::new("/project/a/b.txt")) && !settings.includes(Path::new("a.md")));
    assert!(settings.excludes(Path::new("vendor/a/b.html")) && !settings.excludes(Path::new("a/vendor")));
    assert!(settings.excludes(Path::new("/project/a/b.tmp.html")));
    assert!(!settings.excludes(Path::new("/elsewhere/vendor/a.html")));
}

#[test]
fn files_that_are_queries() {
    let settings = settings(&["files.queries = ['sql/**']", "files.queries = ['*.query.sql']"]);
    assert!(of(&settings, "sql/a/b.sql").is_query() && of(&settings, "x/y.query.sql").is_query());
    assert!(!of(&settings, "a.sql").is_query());
    assert_ne!(of(&settings, "sql/a.sql"), of(&settings, "a.sql"));
}

#[test]
fn what_an_editor_shows_beside_the_code() {
    let all = Notes { parameters: ParameterHints::Literals, ends: true, types: true, references: false };
    assert_eq!(of(&settings(&[]), "a.html").notes(), all);
    let settings = settings(&[
        "[inlay-hints]\nends = false\nparameters = 'none'\n[code-lens]\nreferences = true",
        "[inlay-hints]\nends = true\ntypes = false",
    ]);
    let expected = Notes { parameters: ParameterHints::None, ends: true, types: false, references: true };
    assert_eq!(of(&settings, "a.html").notes(), expected);
    assert_ne!(of(&settings, "a.html"), of(&self::settings(&[]), "a.html"));
}

#[test]
fn the_last_pattern_of_names_counts() {
    let (lower, upper) = ("variable-names = '^[a-z]'", "variable-names = '^[A-Z]'");
    let file = |layers: &[&str]| of(&settings(layers), "a.html");
    let pattern = |layers: &[&str]| file(layers).variable_names().map(|names| format!("{names:?}"));
    assert_eq!(pattern(&[lower, upper, ""]).as_deref(), Some("^[A-Z]"));
    assert_eq!(pattern(&[""]), None);
    assert_ne!(file(&[lower]), file(&[upper]));
}
