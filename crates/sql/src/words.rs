//! The words of the language: what is reserved, and what may be called although it is.

use sfmc_syntax::{SyntaxKind, SyntaxKind::*};

/// Reserved words that the grammar does not mention, in order.
const RESERVED: &[&str] = &[
    "add",
    "authorization",
    "backup",
    "break",
    "browse",
    "bulk",
    "cascade",
    "check",
    "checkpoint",
    "close",
    "clustered",
    "coalesce",
    "column",
    "commit",
    "compute",
    "constraint",
    "contains",
    "containstable",
    "continue",
    "current_date",
    "current_time",
    "current_timestamp",
    "current_user",
    "cursor",
    "database",
    "dbcc",
    "deallocate",
    "deny",
    "disk",
    "distributed",
    "double",
    "dump",
    "errlvl",
    "exit",
    "external",
    "file",
    "fillfactor",
    "foreign",
    "freetext",
    "freetexttable",
    "goto",
    "grant",
    "holdlock",
    "identity",
    "identity_insert",
    "identitycol",
    "index",
    "key",
    "kill",
    "lineno",
    "load",
    "national",
    "nocheck",
    "nonclustered",
    "nullif",
    "of",
    "off",
    "offsets",
    "open",
    "opendatasource",
    "openquery",
    "openrowset",
    "openxml",
    "plan",
    "precision",
    "primary",
    "public",
    "raiserror",
    "read",
    "readtext",
    "reconfigure",
    "references",
    "replication",
    "restore",
    "restrict",
    "revert",
    "revoke",
    "rollback",
    "rowcount",
    "rowguidcol",
    "rule",
    "save",
    "schema",
    "securityaudit",
    "semantickeyphrasetable",
    "semanticsimilaritydetailstable",
    "semanticsimilaritytable",
    "session_user",
    "setuser",
    "shutdown",
    "statistics",
    "system_user",
    "textsize",
    "to",
    "tran",
    "transaction",
    "tsequal",
    "unique",
    "updatetext",
    "user",
    "varying",
    "waitfor",
    "writetext",
];

/// Reserved words that are functions, in order.
const FUNCTIONS: &[&str] = &[
    "coalesce",
    "contains",
    "containstable",
    "convert",
    "freetext",
    "freetexttable",
    "identity",
    "left",
    "nullif",
    "opendatasource",
    "openquery",
    "openrowset",
    "openxml",
    "raiserror",
    "right",
    "semantickeyphrasetable",
    "semanticsimilaritydetailstable",
    "semanticsimilaritytable",
    "try_convert",
    "tsequal",
    "update",
    "user",
];

/// Reserved words that are values without arguments, in order.
const VALUES: &[&str] =
    &["current_date", "current_time", "current_timestamp", "current_user", "session_user", "system_user", "user"];

/// The longest of these words.
const LONGEST: usize = 30;

/// A bit for what each word of [`RESERVED`] has in [`mark`]: most words are none of them, and need not be looked up.
static MARKS: [u64; 16] = {
    let mut marks = [0; 16];
    let mut at = 0;
    while at < RESERVED.len() {
        let mark = mark(RESERVED[at].as_bytes());
        marks[mark / 64] |= 1 << (mark % 64);
        at += 1;
    }
    marks
};

/// A number below 1,024 by the first, the second and the last letter and the length of a word, in any case.
const fn mark(word: &[u8]) -> usize {
    if word.len() < 2 {
        return 0;
    }
    let (first, second, last) = (word[0] & 0x1f, word[1] & 0x1f, word[word.len() - 1] & 0x1f);
    (first as usize * 31 + second as usize * 7 + last as usize * 3 + word.len() * 101) % 1024
}

fn may_be_reserved(word: &str) -> bool {
    let mark = mark(word.as_bytes());
    word.len() <= LONGEST && MARKS.get(mark / 64).is_some_and(|bits| bits >> (mark % 64) & 1 == 1)
}

fn is_among(words: &[&str], word: &str) -> bool {
    let mut lower = [0u8; LONGEST];
    let Some(lower) = lower.get_mut(..word.len()) else { return false };
    lower.copy_from_slice(word.as_bytes());
    lower.make_ascii_lowercase();
    words.binary_search_by(|reserved| reserved.as_bytes().cmp(lower)).is_ok()
}

/// What a bare word is, wherever it stands.
pub(crate) fn kind(word: &str) -> SyntaxKind {
    SyntaxKind::from_sql_keyword(word)
        .unwrap_or_else(|| if may_be_reserved(word) && is_among(RESERVED, word) { RESERVED_WORD } else { IDENT })
}

/// Whether a reserved word can be called.
pub(crate) fn is_function(word: &str) -> bool {
    is_among(FUNCTIONS, word)
}

/// Whether a reserved word is a value of its own: CURRENT_TIMESTAMP.
pub(crate) fn is_value(word: &str) -> bool {
    is_among(VALUES, word)
}

/// Words with a meaning that may stand right behind a text.
pub(crate) fn is_word_of_sql(word: &str) -> bool {
    kind(word) != IDENT || ["at", "time", "offset", "rows", "row"].iter().any(|known| word.eq_ignore_ascii_case(known))
}

/// Whether a token is a word that cannot be a name without brackets.
pub(crate) fn is_reserved(kind: SyntaxKind) -> bool {
    use sfmc_syntax::SyntaxKind as K;
    kind == RESERVED_WORD
        || (K::SELECT_KW..=K::TRIGGER_KW).contains(&kind)
        || matches!(kind, SET_KW | IF_KW | THEN_KW | ELSE_KW | FOR_KW | AND_KW | OR_KW | NOT_KW)
}

/// Whether a word becomes a keyword in lower case by one slip: a letter too many, missing or wrong, or two neighbours swapped.
pub(crate) fn is_slip_of(word: &str, keyword: &str) -> bool {
    if word.len().abs_diff(keyword.len()) > 1 || word.len() < 3 {
        return false;
    }
    let (a, b) = (word.as_bytes(), keyword.as_bytes());
    let same = |(x, y): &(&u8, &u8)| x.eq_ignore_ascii_case(y);
    let begin = a.iter().zip(b).take_while(same).count();
    let (a, b) = (a.get(begin..).unwrap_or_default(), b.get(begin..).unwrap_or_default());
    let end = a.iter().rev().zip(b.iter().rev()).take_while(same).count();
    let rest = |bytes: &[u8]| bytes.len().saturating_sub(end);
    match (a.get(..rest(a)).unwrap_or_default(), b.get(..rest(b)).unwrap_or_default()) {
        ([_], [] | [_]) | ([], [_]) => true,
        ([w, x], [y, z]) => w.eq_ignore_ascii_case(z) && x.eq_ignore_ascii_case(y),
        _ => false,
    }
}

/// Whether a word cannot be a name without brackets.
pub fn is_reserved_word(word: &str) -> bool {
    is_reserved(kind(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_in_order_and_in_lower_case() {
        for list in [RESERVED, FUNCTIONS, VALUES] {
            assert!(list.is_sorted());
            assert!(
                list.iter()
                    .all(|word| word.len() <= LONGEST && word.chars().all(|c| c == '_' || c.is_ascii_lowercase()))
            );
        }
        for word in FUNCTIONS.iter().chain(VALUES) {
            assert_ne!(kind(word), IDENT, "{word}");
        }
    }

    #[test]
    fn what_is_reserved() {
        for (word, expected) in
            [("SELECT", SELECT_KW), ("Order", ORDER_KW), ("and", AND_KW), ("Key", RESERVED_WORD), ("offset", IDENT)]
        {
            assert_eq!(kind(word), expected);
            assert_eq!(is_reserved(expected), expected != IDENT);
        }
        // Often bracketed, but free.
        for word in ["Date", "Name", "Status", "Type", "Value", "Id", "Count", "Year", "next", "apply", "größe"] {
            assert_eq!(kind(word), IDENT, "{word}");
        }
    }
}
