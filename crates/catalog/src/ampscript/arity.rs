//! How many arguments a call takes, and which parameter each of them is.

use super::{Function, Param};

/// A group of parameters that a call can repeat.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Repeat {
    /// The index of the group's first parameter in [`Function::params`]. The first group begins at the argument with that
    /// index, a second one after the last round of the first.
    pub start: u8,
    /// How many parameters make a round.
    pub size: u8,
    /// How many rounds there must be.
    pub min: u8,
    /// The parameter whose value says how many rounds there are.
    pub count_param: Option<u8>,
}

/// What is known of an argument.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Arg {
    /// Nothing that matters here.
    Unknown,
    /// It is a literal whole number.
    Integer(i64),
    /// It is a literal text that is no number.
    Text,
}

/// Why a call has a wrong number of arguments.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ArityProblem {
    /// Fewer than the function needs.
    TooFew {
        /// How many it needs.
        min: u16,
    },
    /// More than the function takes.
    TooMany {
        /// How many it takes.
        max: u16,
    },
    /// The last round of a repeating group is not complete: a name without its value.
    IncompleteGroup {
        /// The index of the argument that begins the round.
        start: u16,
        /// How many arguments make a round.
        size: u8,
        /// How many are missing.
        missing: u8,
    },
    /// A text stands where a number says how many groups follow: the number is missing.
    NoCount {
        /// The index of the argument that should be the number.
        argument: u8,
        /// Whether other groups come after the counted ones, so that it counts those of keys.
        keys: bool,
    },
    /// A literal says how many groups follow, and the arguments contradict it.
    PairCount {
        /// The index of the argument that is the count.
        argument: u8,
        /// What it says.
        declared: i64,
        /// How many whole groups follow it.
        present: u16,
        /// How many of these must be left for the groups that come after the counted ones.
        reserved: u8,
    },
}

fn at(index: usize) -> u16 {
    u16::try_from(index).unwrap_or(u16::MAX)
}

impl Function {
    /// What is wrong with the number of arguments of a call, if anything is.
    ///
    /// An incomplete group wins over too few arguments once one round is complete: `UpsertDE(@d, @n, "k", @k, "c")` lacks the
    /// value of "c" rather than "at least six arguments".
    ///
    /// A missing number of groups wins over all of these: it shifts what follows.
    pub fn arity_problem(&self, args: &[Arg]) -> Option<ArityProblem> {
        if let Some(problem) = self.no_count_problem(args) {
            return Some(problem);
        }
        let few = (args.len() < usize::from(self.min_args)).then_some(ArityProblem::TooFew { min: self.min_args });
        if let Some(max) = self.max_args
            && args.len() > usize::from(max)
        {
            return Some(ArityProblem::TooMany { max });
        }
        let Some(first) = self.repeats.first() else {
            return few;
        };
        let (start, size) = (usize::from(first.start), usize::from(first.size));
        let rest = args.len().saturating_sub(start);
        let (rounds, over) = (rest / size, rest % size);
        if over > 0 && (few.is_none() || rounds > 0) {
            let begun = at(start + rounds * size);
            return Some(ArityProblem::IncompleteGroup {
                start: begun,
                size: first.size,
                missing: first.size - over as u8,
            });
        }
        few.or_else(|| self.pair_count_problem(args, rounds))
    }

    fn no_count_problem(&self, args: &[Arg]) -> Option<ArityProblem> {
        let (first, later) = self.repeats.split_first()?;
        let argument = first.count_param?;
        // Without a value behind it, it need not be the name of a group.
        let named = args.get(usize::from(argument)) == Some(&Arg::Text) && args.len() > usize::from(argument) + 1;
        named.then_some(ArityProblem::NoCount { argument, keys: !later.is_empty() })
    }

    fn pair_count_problem(&self, args: &[Arg], present: usize) -> Option<ArityProblem> {
        let (first, later) = self.repeats.split_first()?;
        let argument = first.count_param?;
        let Some(&Arg::Integer(declared)) = args.get(usize::from(argument)) else {
            return None;
        };
        let reserved: u8 = later.iter().map(|repeat| repeat.min).sum();
        let fits = usize::try_from(declared).is_ok_and(|declared| {
            if later.is_empty() { declared == present } else { declared.saturating_add(reserved.into()) <= present }
        });
        let present = at(present);
        (!fits).then_some(ArityProblem::PairCount { argument, declared, present, reserved })
    }

    /// The parameter that the argument at `index` is passed for. `args` are the call's arguments, for a count among them; what
    /// is not known of them is taken to be as small as it can be.
    pub fn param(&self, index: usize, args: &[Arg]) -> Option<&'static Param> {
        let params: &'static [Param] = self.params;
        let Some(first) = self.repeats.first() else {
            return params.get(index);
        };
        let mut begin = usize::from(first.start);
        if index < begin {
            return params.get(index);
        }
        let mut last = *first;
        for (repeat, next) in self.repeats.iter().zip(&self.repeats[1..]) {
            let counted = repeat.count_param.and_then(|count| match args.get(usize::from(count)) {
                Some(&Arg::Integer(n)) => usize::try_from(n).ok(),
                _ => None,
            });
            let rounds = counted.unwrap_or(usize::from(repeat.min.max(1)));
            let end = begin.saturating_add(rounds.saturating_mul(usize::from(repeat.size)));
            if index < end {
                last = *repeat;
                break;
            }
            begin = end;
            last = *next;
        }
        params.get(usize::from(last.start) + (index - begin) % usize::from(last.size))
    }

    /// Whether some argument says how many of the others there are: only then does it matter what the arguments are.
    pub fn counts_arguments(&self) -> bool {
        self.repeats.iter().any(|repeat| repeat.count_param.is_some())
    }

    /// Whether a call can store a result in some argument.
    pub fn has_out(&self) -> bool {
        self.params.iter().any(|param| param.out)
    }

    /// The parameter that the argument at `index` is passed for, if a call stores a result in it.
    pub fn out_param(&self, index: usize) -> Option<&'static Param> {
        if !self.has_out() {
            return None;
        }
        self.param(index, &[]).filter(|param| param.out)
    }
}

#[cfg(test)]
mod tests {
    use super::{Arg::*, ArityProblem::*, *};
    use crate::ampscript::function;

    fn problem(name: &str, args: &[Arg]) -> Option<ArityProblem> {
        function(name).unwrap().arity_problem(args)
    }

    fn problem_of(name: &str, args: usize) -> Option<ArityProblem> {
        problem(name, &vec![Unknown; args])
    }

    /// The smallest and largest number of unknown arguments that `name` takes without a problem, out of 0 to 40.
    fn accepted(name: &str) -> Vec<usize> {
        (0..=40).filter(|&n| problem_of(name, n).is_none()).collect()
    }

    #[test]
    fn fixed() {
        assert_eq!(accepted("Add"), [2]);
        assert_eq!(accepted("GUID"), [0]);
        assert_eq!(accepted("IIf"), [3]);
        assert_eq!(accepted("HTTPGet"), [1, 2, 3, 4]);
        assert_eq!(accepted("EncryptSymmetric"), [8]);
        assert_eq!(problem_of("Add", 1), Some(TooFew { min: 2 }));
        assert_eq!(problem_of("Add", 3), Some(TooMany { max: 2 }));
        assert_eq!(problem_of("GUID", 1), Some(TooMany { max: 0 }));
    }

    #[test]
    fn pairs() {
        assert_eq!(problem_of("Lookup", 3), Some(TooFew { min: 4 }));
        assert_eq!(problem_of("Lookup", 4), None);
        let incomplete = IncompleteGroup { start: 4, size: 2, missing: 1 };
        assert_eq!(problem_of("Lookup", 5), Some(incomplete));
        assert_eq!(problem_of("Lookup", 6), None);
        assert_eq!(accepted("LookupRows")[..3], [3, 5, 7]);
        assert_eq!(accepted("LookupOrderedRows")[..3], [5, 7, 9]);
        assert_eq!(accepted("InsertDE")[..3], [3, 5, 7]);
        assert_eq!(accepted("CloudPagesURL")[..3], [1, 3, 5]);
        assert_eq!(accepted("ClaimRow")[..3], [4, 6, 8]);
        assert_eq!(accepted("BuildOptionList")[..3], [3, 5, 7]);
        assert_eq!(problem_of("UpdateSingleSalesforceObject", 3), Some(TooFew { min: 4 }));
    }

    #[test]
    fn pairs_after_optional_parameters() {
        assert_eq!(accepted("HTTPPost")[..4], [3, 4, 6, 8]);
        assert_eq!(accepted("HTTPPost2")[..6], [3, 4, 5, 6, 8, 10]);
        assert_eq!(accepted("HTTPPostWithRetry")[..8], [3, 4, 5, 6, 7, 8, 10, 12]);
        let incomplete = IncompleteGroup { start: 4, size: 2, missing: 1 };
        assert_eq!(problem_of("HTTPPost", 5), Some(incomplete));
    }

    #[test]
    fn triples() {
        assert_eq!(accepted("RetrieveSalesforceObjects")[..3], [5, 8, 11]);
        let missing = |missing| Some(IncompleteGroup { start: 5, size: 3, missing });
        assert_eq!(problem_of("RetrieveSalesforceObjects", 6), missing(2));
        assert_eq!(problem_of("RetrieveSalesforceObjects", 7), missing(1));
    }

    #[test]
    fn any_number() {
        assert_eq!(accepted("Concat").len(), 40);
        assert_eq!(problem_of("Concat", 0), Some(TooFew { min: 1 }));
        assert_eq!(accepted("Output").len(), 41);
        assert_eq!(problem_of("ReplaceList", 2), Some(TooFew { min: 3 }));
        assert_eq!(problem_of("RegExMatch", 9), None);
    }

    #[test]
    fn key_pairs_and_value_pairs() {
        for name in ["UpdateDE", "UpsertDE", "UpdateData", "UpsertData"] {
            let call = |declared, args: usize| {
                let mut all = vec![Unknown; args];
                all[1] = declared;
                problem(name, &all)
            };
            let incomplete = |start| Some(IncompleteGroup { start, size: 2, missing: 1 });
            assert_eq!(call(Integer(1), 2), Some(TooFew { min: 6 }));
            assert_eq!(call(Integer(1), 4), Some(TooFew { min: 6 }));
            assert_eq!(call(Unknown, 5), incomplete(4));
            assert_eq!(call(Unknown, 6), None);
            assert_eq!(call(Unknown, 7), incomplete(6));
            assert_eq!(call(Integer(1), 6), None);
            assert_eq!(call(Integer(1), 10), None);
            assert_eq!(call(Integer(2), 8), None);
            // Two key pairs leave nothing to write.
            let contradiction = PairCount { argument: 1, declared: 2, present: 2, reserved: 1 };
            assert_eq!(call(Integer(2), 6), Some(contradiction));
            assert_eq!(call(Integer(2), 7), incomplete(6));
            let negative = PairCount { argument: 1, declared: -1, present: 2, reserved: 1 };
            assert_eq!(call(Integer(-1), 6), Some(negative));
            // Whether no key at all is accepted is not known.
            assert_eq!(call(Integer(0), 6), None);
        }
    }

    #[test]
    fn a_text_for_the_number_of_pairs() {
        for (name, keys) in [("UpsertDE", true), ("UpdateData", true), ("CreateSalesforceObject", false)] {
            for args in 3..8 {
                let mut all = vec![Unknown; args];
                all[1] = Text;
                assert_eq!(problem(name, &all), Some(NoCount { argument: 1, keys }), "{name} {args}");
            }
            assert!(matches!(problem(name, &[Unknown, Text]), Some(TooFew { .. })), "{name}");
        }
        assert_eq!(problem("InsertDE", &[Unknown, Text, Unknown]), None);
    }

    #[test]
    fn counted_pairs() {
        let call = |declared, args: usize| {
            let mut all = vec![Unknown; args];
            all[1] = Integer(declared);
            problem("CreateSalesforceObject", &all)
        };
        let contradiction = |declared, present| Some(PairCount { argument: 1, declared, present, reserved: 0 });
        assert_eq!(call(1, 4), None);
        assert_eq!(call(2, 6), None);
        assert_eq!(call(2, 4), contradiction(2, 1));
        assert_eq!(call(1, 6), contradiction(1, 2));
        assert_eq!(call(i64::MAX, 6), contradiction(i64::MAX, 2));
        assert_eq!(call(2, 5), Some(IncompleteGroup { start: 4, size: 2, missing: 1 }));
        assert_eq!(problem_of("CreateSalesforceObject", 6), None);
    }

    #[test]
    fn disputed_numbers_are_lenient() {
        assert_eq!(accepted("ClaimRowValue")[..5], [3, 4, 5, 6, 8]);
        assert_eq!(accepted("IndexOf"), [2, 3]);
        assert_eq!(accepted("Replace"), [2, 3]);
        assert_eq!(accepted("BarcodeURL"), [4, 5, 6, 7, 8, 9]);
        assert_eq!(accepted("UpsertMSCRMRecord")[..3], [9, 11, 13]);
    }

    #[test]
    fn parameter_of_an_argument() {
        let name = |function_name: &str, index, args: &[Arg]| {
            function(function_name).unwrap().param(index, args).map(|param| param.name)
        };
        assert_eq!(name("Lookup", 0, &[]), Some("dataObject"));
        assert_eq!(name("Lookup", 2, &[]), Some("searchColumn"));
        assert_eq!(name("Lookup", 3, &[]), Some("searchValue"));
        assert_eq!(name("Lookup", 6, &[]), Some("searchColumn"));
        assert_eq!(name("Add", 2, &[]), None);
        assert_eq!(name("Concat", 7, &[]), Some("string"));
        for (declared, keys) in [(Integer(2), 2), (Integer(1), 1), (Unknown, 1), (Integer(-4), 1)] {
            let args = [Unknown, declared];
            for pair in 0..4 {
                let wanted = if pair < keys { "searchColumnName" } else { "columnToUpsert" };
                assert_eq!(name("UpsertDE", 2 + 2 * pair, &args), Some(wanted), "{declared:?} {pair}");
            }
        }
        assert_eq!(name("UpsertDE", 7, &[Unknown, Integer(i64::MAX)]), Some("searchValue"));
    }
}
