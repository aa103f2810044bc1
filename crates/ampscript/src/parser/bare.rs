//! Calls without parentheses, `if empty @a then`: the function's name and the value behind it tell what was meant.

use sfmc_syntax::{Problem, ProblemKind, SyntaxKind::*, cursor::Code};

use super::{Done, Parser};

/// Functions that people write like statements or operators, in lower case and in order. A column can have such a name, too, but no
/// value stands behind it.
pub const BARE_FUNCTIONS: [&str; 54] = [
    "add",
    "attributevalue",
    "cloudpagesurl",
    "concat",
    "contentblockbyid",
    "contentblockbykey",
    "contentblockbyname",
    "dateadd",
    "datediff",
    "dateparse",
    "datepart",
    "divide",
    "empty",
    "field",
    "format",
    "formatdate",
    "formatnumber",
    "iif",
    "indexof",
    "insertdata",
    "insertde",
    "isemailaddress",
    "isnull",
    "isnulldefault",
    "isphonenumber",
    "length",
    "lookup",
    "lookuporderedrows",
    "lookuporderedrowscs",
    "lookuprows",
    "lookuprowscs",
    "lowercase",
    "multiply",
    "output",
    "outputline",
    "propercase",
    "queryparameter",
    "raiseerror",
    "redirect",
    "redirectto",
    "replace",
    "requestparameter",
    "row",
    "rowcount",
    "substring",
    "subtract",
    "treatascontent",
    "trim",
    "updatedata",
    "updatede",
    "uppercase",
    "upsertdata",
    "upsertde",
    "v",
];

/// The longest of these names.
const LONGEST: usize = 19;

/// Where the names begin that begin with a letter, and in the last place how many there are.
const BY_LETTER: [usize; 27] = {
    let mut starts = [0; 27];
    let mut letter = 0;
    let mut at = 0;
    while letter < starts.len() {
        while at < BARE_FUNCTIONS.len() && (BARE_FUNCTIONS[at].as_bytes()[0] - b'a') < letter as u8 {
            at += 1;
        }
        starts[letter] = at;
        letter += 1;
    }
    starts
};

/// Asked for every part of every name that is called: most are told apart by their first letter and their length.
fn is_bare_function(name: &str) -> bool {
    let letter =
        name.bytes().next().filter(u8::is_ascii_alphabetic).map(|b| usize::from(b.to_ascii_lowercase() - b'a'));
    letter.is_some_and(|letter| {
        let names = &BARE_FUNCTIONS[BY_LETTER[letter]..BY_LETTER[letter + 1]];
        names.iter().any(|known| name.eq_ignore_ascii_case(known))
    })
}

impl Parser<'_, '_> {
    /// The name of a function, a value behind it on the same line.
    pub(super) fn at_bare_call(&self) -> bool {
        let value = match self.nth(1) {
            STRING | INTEGER | REAL | VARIABLE | SYSTEM_VARIABLE => true,
            IDENT => self.nth(2) == L_PAREN,
            _ => false,
        };
        value && !self.first_on_line(1) && !self.glued_to_text() && self.is_known_function(0)
    }

    /// The n-th token is the name of such a function.
    pub(super) fn is_known_function(&self, n: usize) -> bool {
        self.nth(n) == IDENT && is_bare_function(self.token_text(n))
    }

    /// `OutputConcat("a", "b"))`: where the second name begins, if the parenthesis between two names of functions is missing.
    pub(super) fn glued_names(&self) -> Option<usize> {
        let text = self.token_text(0);
        if text.len() > 2 * LONGEST || !text.is_ascii() {
            return None;
        }
        let split = (2..text.len()).find(|&at| is_bare_function(&text[..at]) && is_bare_function(&text[at..]))?;
        (self.unmatched_closers().0 > self.parens).then_some(split)
    }

    /// Whether the name is an error there. Between statements it is only passed over, as is the value.
    pub(super) fn is_bare_call_wrong(&self) -> bool {
        let list = self.nth(2) == COMMA && !self.first_on_line(2);
        self.parens > 0 || self.in_head || self.code == Code::Inline || list
    }

    /// `empty @a`, `Lookup "d", "c", "k", 1`: one problem, at the name.
    pub(super) fn bare_call(&mut self) -> Done {
        let first = self.at;
        let marker = self.start();
        let name = self.range();
        self.bump();
        let list = self.start();
        let start = self.at;
        // Inside of parentheses a comma can be the outer call's, and so can what follows it.
        let several = self.parens == 0;
        let quiet = std::mem::replace(&mut self.quiet, true);
        self.arithmetic();
        while several && self.at(COMMA) && self.begins_expression(1) {
            self.bump();
            self.arithmetic();
        }
        let values = self.range_since(start);
        // What it holds is not known to be what it was meant to hold.
        self.empty_node(ERROR);
        self.finish(list, ARG_LIST);
        if !quiet {
            self.problem(Problem::new(ProblemKind::MissingOpenParen, name).related(values));
        }
        self.done(marker, CALL_EXPR, first)
    }
}

#[cfg(test)]
mod tests {
    use super::{BARE_FUNCTIONS, LONGEST, is_bare_function};

    #[test]
    fn names_are_found() {
        assert!(BARE_FUNCTIONS.is_sorted());
        assert!(BARE_FUNCTIONS.iter().all(|name| is_bare_function(&name.to_uppercase())));
        assert!(["", "vv", "zz", "Lookups", "é", "@v", "add "].iter().all(|name| !is_bare_function(name)));
        assert_eq!(BARE_FUNCTIONS.iter().map(|name| name.len()).max(), Some(LONGEST));
    }
}
