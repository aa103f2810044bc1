//! Random text and random edits, for as long as somebody wants.
//!
//! Each round takes a text (pieces of syntax, random characters, or a file of a folder, mutated), gives it to a host, edits it at random and
//! after every few edits holds the host against one that sees the text for the first time: same regions, same findings, same text.

use std::{
    path::Path,
    time::{Duration, Instant},
};

use anyhow::bail;
use sfmc_db::{FileId, FileKind, Host, page_tree};
use sfmc_diagnostics::Diagnostic;
use sfmc_lint::check_file;
use sfmc_syntax::{SyntaxNode, TextRange, TextSize};
use sfmc_test_support::Rng;

use crate::levels::EverythingOn;

const PIECES: &[&str] = &[
    "%%[",
    "]%%",
    "%%=",
    "=%%",
    "%%",
    "%",
    "[",
    "]",
    "(",
    ")",
    ",",
    "=",
    "==",
    "!=",
    "<>",
    "&&",
    "'",
    "\"",
    "''",
    "/*",
    "*/",
    "//",
    "<!--",
    "-->",
    "<script language=ampscript runat=server>",
    "<script runat='server'>",
    "</script>",
    "<script",
    "{{",
    "}}",
    "{{x}}",
    "%%name%%",
    "%%[First Name]%%",
    "%%[[type=post;name=a]",
    "%%Before;HTTPGet \"http://x\"%%",
    "<ctrl:var name=x />",
    "set ",
    "var ",
    "if ",
    "then ",
    "else ",
    "elseif ",
    "endif ",
    "for ",
    "to ",
    "do ",
    "next ",
    "and ",
    "or ",
    "not ",
    "end if ",
    "@a",
    "@@b",
    "@",
    "f(",
    "Lookup('d','c','k',@k)",
    "v(@a)",
    "1",
    "-1",
    "007",
    "1.5.2",
    "1e9",
    "null",
    "\n",
    "\r\n",
    "\r",
    "\t",
    " ",
    "\u{a0}",
    "\u{feff}",
    "é",
    "漢",
    "😀",
    "“",
    "”",
    "’",
    "\0",
    ";",
    "<p class=\"x\">",
    "</p>\n",
    "sfmc-ignore amp/x",
    "/* sfmc-ignore syntax: y */",
    "\nset @a = 1\nset @b = 2\n",
    "<html>",
    "/* sfmc-context: email */",
    "<!-- sfmc-context: cloudpage -->",
    "set @a = ",
    "var @a, @b ",
    "if Empty(@a) then ",
    "if RowCount(@a) > 0 then ",
    "endif ",
    "for @i = 1 to RowCount(@a) do ",
    "next @i ",
    "Row(@a, 1)",
    "LookupRows('d', 'a', @b)",
    "RequestParameter('a')",
    "Concat(@a, 'x', 1)",
    "ContentBlockByKey('k')",
    "TreatAsContent(@a)",
    "Redirect('u')",
    "HTTPGet('u', true, 0, @b)",
    "<script runat=server>Variable.SetValue('@a', 1); Variable.GetValue('@b');</script>",
];

const SQL_PIECES: &[&str] = &[
    "SELECT ",
    "select a, b c FROM t ",
    "\nFROM [u v] x\n",
    "WHERE a = 1 ",
    "AND b LIKE '%x' ",
    "= NULL ",
    "JOIN u ON t.a = u.a ",
    "JOIN u ",
    "GROUP BY a ",
    "ORDER BY a DESC ",
    "LIMIT 5 ",
    "LIMIT 5, 6 ",
    "OFFSET 5 ROWS ",
    "UNION ALL ",
    "WITH x AS (SELECT a FROM y), y (b) AS (SELECT c FROM x) ",
    "INSERT INTO t (a)\n",
    "DECLARE @x INT\n",
    "BEGIN\n",
    "END\n",
    "GO\n",
    "CASE WHEN a THEN b ",
    "(SELECT ",
    "FROM (SELECT a FROM t ORDER BY a) ",
    "TOP 5 ",
    "DISTINCT ",
    "N'x'",
    "@a",
    "#t ",
    "`b`",
    "[c]",
    "\"d\"",
    "‘e’",
    "IFNULL(a, b)",
    "MOD(a, b)",
    "EXTRACT(YEAR FROM a)",
    "TRIM(' ' FROM a)",
    "a::int",
    "CAST(a AS VARCHAR)",
    "a AT TIME ZONE 'Central Standard Time' ",
    "b IS NOT DISTINCT FROM c ",
    "OPTION (RECOMPILE) ",
    "FOR XML PATH('') ",
    "WITH (NOLOCK) ",
    "%%name%%",
    "{{{x}}}",
    "-- it's\n",
    "-- sfmc-ignore sql/limit\n",
    "/* sfmc-ignore-file syntax */",
    "/*",
    "*/",
    "'",
    "(",
    ")",
    ",",
    ".",
    ";",
    "*",
    "Some notes of mine\n",
    "\n\n",
    "\r\n",
    " ",
    "é",
    "😀",
    "1",
];

/// What the pieces of a file of this kind are.
fn pieces_of(kind: FileKind) -> &'static [&'static str] {
    if kind == FileKind::Sql { SQL_PIECES } else { PIECES }
}

pub(crate) fn run(seconds: u64, seed: u64, dir: Option<&Path>) -> anyhow::Result<()> {
    let files = dir.map(super::corpus::read).transpose()?.unwrap_or_default();
    let end = Instant::now() + Duration::from_secs(seconds);
    let mut random = Rng::new(seed);
    let (mut rounds, mut edits) = (0u64, 0u64);
    while Instant::now() < end {
        let kind = if random.below(3) == 0 { FileKind::Sql } else { FileKind::Page };
        let (kind, text) = match random.below(3) {
            0 if !files.is_empty() => {
                let (path, text) = &files[random.below(files.len())];
                (super::corpus::kind(path), text.clone())
            }
            1 => (kind, random_characters(&mut random)),
            _ => (kind, pieces(&mut random, kind, 200)),
        };
        edits += round(&mut random, kind, text)?;
        rounds += 1;
    }
    println!(
        "{rounds} texts, {edits} edits, {seconds} s, seed {seed}: no panic, nothing lost, incremental equals from scratch"
    );
    Ok(())
}

fn pieces(random: &mut Rng, kind: FileKind, most: usize) -> String {
    (0..random.below(most)).map(|_| *random.pick(pieces_of(kind))).collect()
}

fn random_characters(random: &mut Rng) -> String {
    let bytes: Vec<u8> = (0..random.below(400)).map(|_| u8::try_from(random.below(256)).unwrap_or(0)).collect();
    String::from_utf8_lossy(&bytes).into_owned()
}

fn round(random: &mut Rng, kind: FileKind, mut text: String) -> anyhow::Result<u64> {
    let mut host = Host::default();
    let file = host.set_text(Path::new("/fuzz"), text.clone(), kind);
    let count = 1 + random.below(12);
    for n in 0..count {
        let before = text.clone();
        let from = text.floor_char_boundary(random.below(text.len() + 1));
        let to = text.floor_char_boundary((from + random.below(30)).min(text.len()));
        let insert = if random.below(3) == 0 { String::new() } else { pieces(random, kind, 5) };
        host.replace(file, Some(TextRange::new(size(from), size(to))), &insert)?;
        text.replace_range(from..to, &insert);
        if n % 3 == 2 || n + 1 == count {
            compare(&host, file, &text, &before)?;
        }
    }
    Ok(count as u64)
}

fn compare(host: &Host, file: FileId, text: &str, before: &str) -> anyhow::Result<()> {
    let Some(page) = host.page(file) else { bail!("the page is gone") };
    let tree = SyntaxNode::new_root(page_tree(host.db(), page));
    let found = check_file(host.db(), page, &EverythingOn);
    let expected = from_scratch(text, page.kind(host.db()));
    if host.text(file) != Some(text) || tree.text() != text || found != expected {
        let list = |some: &[Diagnostic], others: &[Diagnostic]| -> Vec<String> {
            let alone = some.iter().filter(|found| !others.contains(found));
            alone
                .map(|found| {
                    format!(
                        "{} {:?} {} {:?} {:?} {:?}",
                        found.rule.id, found.range, found.message, found.help, found.fixes, found.related
                    )
                })
                .collect()
        };
        let (more, less) = (list(&found, &expected), list(&expected, &found));
        bail!(
            "differs from scratch\ntoo much: {more:#?}\ntoo little: {less:#?}\nbefore the last edit: {before:?}\nafter: {text:?}"
        );
    }
    Ok(())
}

fn from_scratch(text: &str, kind: FileKind) -> Vec<Diagnostic> {
    let mut host = Host::default();
    let file = host.set_text(Path::new("/scratch"), text.to_owned(), kind);
    host.page(file).map(|page| check_file(host.db(), page, &EverythingOn)).unwrap_or_default()
}

fn size(n: usize) -> TextSize {
    TextSize::new(u32::try_from(n).unwrap_or(u32::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bounded_run() {
        let mut random = Rng::new(42);
        for n in 0..250 {
            let kind = if n % 3 == 0 { FileKind::Sql } else { FileKind::Page };
            let text = if n % 4 == 0 { random_characters(&mut random) } else { pieces(&mut random, kind, 60) };
            round(&mut random, kind, text).unwrap();
        }
    }
}
