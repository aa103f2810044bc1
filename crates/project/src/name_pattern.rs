//! What the names of variables have to look like, as a regular expression of the configuration.

use std::fmt;

use regex_automata::meta::Regex;
use sfmc_lint::NamePattern;

/// The parts of a pattern that nobody writes would fill the memory: `(a{1000}){1000}`.
const MAX_SIZE: usize = 1 << 20;

/// A pattern that can be used.
#[derive(Clone)]
pub(crate) struct VariableNames {
    written: String,
    regex: Regex,
}

impl VariableNames {
    /// Compiles a pattern.
    ///
    /// # Errors
    /// What is wrong with it, in a few words.
    pub(crate) fn new(pattern: &str) -> Result<VariableNames, String> {
        let config = Regex::config().nfa_size_limit(Some(MAX_SIZE)).onepass_size_limit(Some(MAX_SIZE));
        let regex = Regex::builder().configure(config).build(pattern).map_err(|error| match error.syntax_error() {
            // Its first lines draw the pattern once more.
            Some(error) => {
                error.to_string().lines().last().unwrap_or_default().trim_start_matches("error: ").to_owned()
            }
            None => "it is too large".to_owned(),
        })?;
        Ok(VariableNames { written: pattern.to_owned(), regex })
    }
}

impl NamePattern for VariableNames {
    fn as_str(&self) -> &str {
        &self.written
    }

    fn is_match(&self, name: &str) -> bool {
        self.regex.is_match(name)
    }
}

impl fmt::Debug for VariableNames {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.written)
    }
}

impl PartialEq for VariableNames {
    fn eq(&self, other: &VariableNames) -> bool {
        self.written == other.written
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_matches() {
        let pascal = VariableNames::new(r"^\p{Lu}[\p{L}\d]*$").unwrap();
        assert!(pascal.is_match("FirstName") && pascal.is_match("Äpfel"));
        assert!(!pascal.is_match("firstName") && !pascal.is_match("First_Name"));
        assert!(VariableNames::new("name").unwrap().is_match("firstname"), "anywhere, unless it says otherwise");
    }

    #[test]
    fn mistakes() {
        assert_eq!(VariableNames::new("[a-z").unwrap_err(), "unclosed character class");
        assert_eq!(VariableNames::new("(a{1000}){1000}").unwrap_err(), "it is too large");
    }
}
