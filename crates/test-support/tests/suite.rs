//! A suite that is read from a file.

use sfmc_test_support::suite::{Case, Finding, check_file};

fn todos(case: &Case) -> Vec<Finding> {
    let mut found = Vec::new();
    for file in &case.files {
        for (line, text) in file.text.lines().enumerate() {
            found.extend(text.match_indices("TODO").map(|(at, _)| Finding {
                path: file.path.clone(),
                line: line + 1,
                column: text[..at].chars().count() + 1,
                severity: "warning".to_owned(),
                rule: "demo/todo".to_owned(),
                message: "something is left to do".to_owned(),
            }));
        }
    }
    found
}

#[test]
fn a_suite_that_holds() {
    check_file(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/suite.md"), todos);
}
