//! What an edit computes anew.

use std::path::Path;

use sfmc_db::{FileKind, Host};
use sfmc_syntax::{TextRange, TextSize};

use crate::sql::sql_meaning;

#[test]
fn typing_in_a_statement_computes_that_one() {
    let mut host = Host::logging();
    let text = "SELECT a FROM t;\nSELECT b FROM u;\nSELECT c FROM v;\n";
    let file = host.set_text(Path::new("/q.sql"), text.to_owned(), FileKind::Sql);
    let references = |host: &Host| {
        let page = host.page(file).unwrap();
        let meanings = page.chunks(host.db()).iter().map(|chunk| sql_meaning(host.db(), page, *chunk));
        meanings.map(|meaning| meaning.references.len()).collect::<Vec<_>>()
    };
    assert_eq!(references(&host), [1, 1, 1]);
    let place = TextSize::new(u32::try_from(text.find("b FROM").unwrap()).unwrap());
    let executed = host.executed(|host| {
        host.replace(file, Some(TextRange::empty(place)), "x, ").unwrap();
        assert_eq!(references(host), [1, 2, 1]);
    });
    assert_eq!(executed, [("sql_meaning".to_owned(), 1), ("sql_parse".to_owned(), 1)]);
}
