//! Chains of ELSEIFs: what they say, and what they cost.

use sfmc_test_support::{Rng, assert_linear};

use super::*;

const CONDITIONS: &[&str] = &[
    "@c == 1",
    "Empty(@a)",
    "not Empty(@b)",
    "RowCount(@r) > 0",
    "IsNull(@b)",
    "HTTPGet(@u, true, 0, @s) == 'x'",
    "TreatAsContent(@k) == 'x'",
    "Empty(@c) or IsNull(RaiseError('no'))",
    "Redirect('x') == @a",
];

const BRANCHES: &[&str] = &[
    "",
    "set @a = 1",
    "set @a = @b",
    "set @b = @a set @a = 'x'",
    "Redirect('x')",
    "set @r = LookupRows('d', 'a', @b)",
    "set @b = ContentBlockByKey('k')",
    "if Empty(@b) then set @b = 2 elseif @b == 1 then set @a = 1 else Redirect('x') endif",
    "for @i = 1 to RowCount(@r) do set @s = @i next",
];

/// A chain, written with ELSEIFs and with IFs in ELSEs.
fn both(rng: &mut Rng) -> [String; 2] {
    let (mut chain, mut nested) = (String::new(), String::new());
    let ways = 2 + rng.below(5);
    for way in 0..ways {
        let (condition, branch) = (rng.pick(CONDITIONS), rng.pick(BRANCHES));
        chain.push_str(&format!("{}if {condition} then {branch}\n", if way == 0 { "" } else { "else" }));
        nested.push_str(&format!("{}if {condition} then {branch}\n", if way == 0 { "" } else { "else " }));
    }
    if rng.one_in(2) {
        let last = format!("else {}\n", rng.pick(BRANCHES));
        chain.push_str(&last);
        nested.push_str(&last);
    }
    let ends = ["endif".to_owned(), "endif ".repeat(ways)];
    [chain, nested]
        .into_iter()
        .zip(ends)
        .map(|(text, end)| {
            let before = "set @b = 1 set @r = LookupRows('d', 'a', 1)";
            format!("%%[ {before}\n{text}{end} ]%%\n%%=v(@a)=%%%%=v(@b)=%%%%=v(@r)=%%%%=v(@s)=%%%%=v(@c)=%%%%=v(@z)=%%")
        })
        .collect::<Vec<_>>()
        .try_into()
        .unwrap()
}

#[test]
fn an_elseif_is_an_if_in_an_else() {
    let mut rng = Rng::new(3);
    for _ in 0..800 {
        let [chain, nested] = both(&mut rng);
        assert_eq!(reads(&chain), reads(&nested), "{chain}");
    }
}

fn chain(ways: usize) -> (Database, Page, usize) {
    let mut text = "%%[ if @c == 0 then set @v = 1\n".to_owned();
    for way in 1..ways {
        writeln!(text, "elseif @c{way} == {way} then set @v{way} = {way}").unwrap();
    }
    text.push_str("endif ]%%%%=v(@v)=%%");
    let db = Database::default();
    let page = db.add_page(&text, FileKind::Page);
    for &chunk in page.chunks(&db).iter() {
        crate::body::chunk_body(&db, chunk);
    }
    crate::structure::page_structure(&db, page);
    (db, page, ways)
}

/// A chain costs what its branches and conditions change.
#[test]
fn chains_are_linear_work() {
    assert_linear("ELSEIFs", [1_000, 4_000], chain, |(db, page, ways)| {
        assert_eq!(page_flow(&db, page).variables.variables.len(), 2 * ways);
    });
}
