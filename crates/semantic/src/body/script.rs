//! What server-side JavaScript does with the variables of AMPscript, by its text alone: `Variable.SetValue("@name", …)` and
//! `Variable.GetValue("@name")`, with or without `Platform.` before them.

use memchr::memmem;

/// What was found, in order.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Access<'a> {
    /// A variable is set: its name, as it is written.
    Set(&'a str),
    /// A variable is read.
    Get(&'a str),
    /// The name is computed, or AMPscript is run: any variable can be meant.
    Opaque,
}

/// The accesses in the text of a script.
pub(super) fn accesses(script: &str) -> impl Iterator<Item = Access<'_>> {
    let calls = memmem::find_iter(script.as_bytes(), "etValue").filter_map(|at| {
        let set = match script.as_bytes().get(at.checked_sub(1)?)? {
            b'S' => true,
            b'G' => false,
            _ => return None,
        };
        let rest = script.get(at + "etValue".len()..)?;
        // Where it is not called as usual (`Variable["SetValue"](…)`, `var set = Variable.SetValue`), it is called with any name elsewhere.
        Some(match rest.trim_start().strip_prefix('(').and_then(literal) {
            Some(name) if set => Access::Set(name),
            Some(name) => Access::Get(name),
            None => Access::Opaque,
        })
    });
    let runs = ["TreatAsContent", "ContentBlock", "ContentArea"];
    let opaque = runs.iter().any(|word| memmem::find(script.as_bytes(), word.as_bytes()).is_some());
    calls.chain(opaque.then_some(Access::Opaque))
}

/// The name in a literal argument that ends behind it.
fn literal(text: &str) -> Option<&str> {
    let text = text.trim_start();
    let quote = text.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let (name, rest) = text[1..].split_once(quote)?;
    let name = name.trim().trim_start_matches('@');
    let plain = !name.is_empty() && name.chars().all(|c| c == '_' || c.is_alphanumeric());
    (plain && rest.trim_start().starts_with([',', ')'])).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn literal_names_are_known_and_others_can_be_any() {
        let found: Vec<_> = accesses(
            "Variable.SetValue(\"@Name\", x); var y = Platform.Variable.GetValue( '@b' ); Variable.SetValue(key, 1); o.getValue('c')",
        )
        .collect();
        assert_eq!(found, [Access::Set("Name"), Access::Get("b"), Access::Opaque]);
    }

    #[test]
    fn running_ampscript_is_opaque() {
        assert_eq!(accesses("Platform.Function.TreatAsContent(s)").collect::<Vec<_>>(), [Access::Opaque]);
        assert_eq!(accesses("Write('etValue')").count(), 0);
        for script in ["Variable['SetValue']('@a', 1)", "var s = Variable.SetValue; s('@b', 1)"] {
            assert_eq!(accesses(script).collect::<Vec<_>>(), [Access::Opaque], "{script}");
        }
        assert_eq!(accesses("SetValue('@a' + i, 1)").collect::<Vec<_>>(), [Access::Opaque]);
    }
}
