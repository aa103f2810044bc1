//! What is usual? Shares of what people write in which places, rounded, from published pages: where the page itself says little yet, these
//! order what is proposed.

use sfmc_catalog::ampscript::{Function, Type, Types};

use super::{Place, facts::UseSlot};
use crate::expected::Slot;

/// How likely each kind of thing is at a place.
pub(super) struct Kinds {
    pub(super) call: f32,
    pub(super) variable: f32,
}

pub(super) fn kinds(place: &Place<'_>) -> Kinds {
    let (call, variable) = match (place.expected.slot, place.slot()) {
        (Slot::Statement | Slot::AfterDeclared | Slot::Operator, _) => (0.35, 0.0),
        (Slot::NextName, _) => (0.05, 0.9),
        (_, UseSlot::Print) => (0.95, 0.05),
        (_, UseSlot::Set) => (0.85, 0.15),
        (_, UseSlot::Condition) => (0.4, 0.6),
        (_, UseSlot::Bound) => (0.3, 0.7),
        (_, UseSlot::Argument(function, param)) => {
            let param = function.get().params.get(usize::from(param));
            if param.is_some_and(|param| param.out) { (0.0, 1.0) } else { (0.3, 0.7) }
        }
        _ => (0.3, 0.7),
    };
    Kinds { call, variable }
}

/// The types that fit where an argument or a bound is expected.
pub(super) fn wanted(place: &Place<'_>) -> Option<Types> {
    let (function, param) = match place.slot() {
        UseSlot::Argument(function, param) => (function, param),
        UseSlot::Bound => return Some(Types::of(&[Type::Number])),
        _ => return None,
    };
    let types = function.get().params.get(usize::from(param))?.types;
    if counts(function.get(), param) {
        return Some(Types::of(&[Type::Number]));
    }
    (!types.is_empty() && types != Types::ANY).then_some(types)
}

/// Whether a parameter is a number to whoever writes it, even if a text that says one will do.
fn counts(function: &Function, param: u8) -> bool {
    let Some(param) = function.params.get(usize::from(param)) else { return false };
    let name = param.name.to_ascii_lowercase();
    let is_called_so = ["number", "position", "length", "index", "amount"].iter().any(|word| name.contains(word));
    let only = param.types.iter().all(|found| found == Type::Number) && !param.types.is_empty();
    only || (is_called_so || function.category == "Math") && param.types == Types::of(&[Type::String, Type::Number])
}

/// How likely personalization strings are, against all others.
pub(super) fn personalization(name: &str) -> f32 {
    const USUAL: [&str; 14] = [
        "member_busname",
        "member_addr",
        "member_city",
        "member_state",
        "member_postalcode",
        "member_country",
        "firstname",
        "profile_center_url",
        "unsub_center_url",
        "subscription_center_url",
        "lastname",
        "view_email_url",
        "emailaddr",
        "subscriberkey",
    ];
    let place = USUAL.iter().position(|usual| usual.eq_ignore_ascii_case(name));
    place.map_or(0.0, |place| 0.5 - place as f32 * 0.02)
}

type Shares = &'static [(&'static str, f32)];

/// The functions that are usual in a place, with their shares.
pub(super) fn functions(slot: UseSlot) -> Shares {
    match slot {
        UseSlot::Print => &[
            ("v", 0.68),
            ("TreatAsContent", 0.05),
            ("IIf", 0.05),
            ("RedirectTo", 0.05),
            ("ContentBlockByKey", 0.04),
            ("Concat", 0.03),
            ("CloudPagesURL", 0.02),
            ("RequestParameter", 0.02),
            ("ContentBlockByID", 0.02),
            ("ContentBlockByName", 0.02),
            ("Field", 0.01),
            ("Lookup", 0.01),
            ("FormatDate", 0.01),
        ],
        UseSlot::Set => &[
            ("Field", 0.26),
            ("Lookup", 0.13),
            ("Concat", 0.1),
            ("Row", 0.07),
            ("AttributeValue", 0.07),
            ("RequestParameter", 0.06),
            ("LookupRows", 0.06),
            ("RowCount", 0.04),
            ("CreateObject", 0.02),
            ("IIf", 0.02),
            ("ProperCase", 0.02),
            ("Now", 0.02),
            ("FormatDate", 0.02),
            ("LookupOrderedRows", 0.015),
            ("QueryParameter", 0.01),
            ("Add", 0.01),
            ("Trim", 0.01),
            ("Substring", 0.01),
            ("CloudPagesURL", 0.01),
            ("DateAdd", 0.01),
            ("Format", 0.01),
        ],
        UseSlot::Condition => &[
            ("Empty", 0.55),
            ("RowCount", 0.2),
            ("IndexOf", 0.08),
            ("RequestParameter", 0.03),
            ("Length", 0.02),
            ("Substring", 0.01),
            ("IsNull", 0.01),
            ("IsEmailAddress", 0.01),
        ],
        UseSlot::Bound => &[("RowCount", 0.7), ("Length", 0.05), ("Subtract", 0.05)],
        UseSlot::Statement => &[
            ("SetObjectProperty", 0.2),
            ("AddObjectArrayItem", 0.1),
            ("InsertDE", 0.08),
            ("UpsertDE", 0.08),
            ("InsertData", 0.05),
            ("UpsertData", 0.08),
            ("UpdateData", 0.03),
            ("OutputLine", 0.08),
            ("Output", 0.08),
            ("Redirect", 0.05),
            ("RaiseError", 0.05),
        ],
        UseSlot::Argument(function, param) => {
            let shares = inner(function.get().name, param);
            if counts(function.get(), param) && std::ptr::eq(shares, OTHERS) { NUMBERS } else { shares }
        }
        UseSlot::Other => &[],
    }
}

/// Where nothing more is known.
static OTHERS: Shares =
    &[("Concat", 0.1), ("Now", 0.1), ("RequestParameter", 0.08), ("AttributeValue", 0.08), ("Lookup", 0.05)];

/// Where a number is wanted.
const NUMBERS: Shares = &[("RowCount", 0.1), ("Length", 0.08), ("IndexOf", 0.06), ("Add", 0.05), ("Subtract", 0.05)];

fn inner(function: &str, param: u8) -> Shares {
    match (function, param) {
        ("Output" | "OutputLine", 0) => {
            &[("Concat", 0.75), ("ContentBlockByKey", 0.06), ("v", 0.06), ("ContentBlockByName", 0.03)]
        }
        ("Field", 0) => &[("Row", 0.8), ("LookupRows", 0.05)],
        ("Row", 0) => &[("LookupRows", 0.5), ("LookupOrderedRows", 0.2), ("BuildRowsetFromString", 0.2)],
        ("RowCount", 0) => &[("LookupRows", 0.7), ("LookupOrderedRows", 0.2)],
        ("WrapLongURL" | "TreatAsContent" | "RaiseError" | "Base64Encode", 0) => {
            &[("Concat", 0.6), ("ContentBlockByName", 0.1)]
        }
        ("ProperCase", 0) => &[("Trim", 0.5), ("AttributeValue", 0.1), ("Lowercase", 0.1), ("Field", 0.1)],
        ("IIf", 0) => &[("Empty", 0.55), ("RequestParameter", 0.1), ("IndexOf", 0.1), ("Length", 0.08)],
        ("Empty" | "Trim" | "Length" | "IsNull", 0) => {
            &[("RequestParameter", 0.35), ("AttributeValue", 0.25), ("Trim", 0.1), ("Lookup", 0.1)]
        }
        ("FormatDate" | "DateAdd" | "DatePart" | "SystemDateToLocalDate" | "DateDiff" | "Format", _) => {
            &[("Now", 0.6), ("SystemDateToLocalDate", 0.1), ("DateAdd", 0.05)]
        }
        ("RedirectTo" | "Redirect", 0) => &[("CloudPagesURL", 0.4), ("Concat", 0.35)],
        ("Concat", _) => &[
            ("RequestParameter", 0.1),
            ("RedirectTo", 0.08),
            ("AttributeValue", 0.08),
            ("FormatDate", 0.06),
            ("Now", 0.05),
        ],
        _ => OTHERS,
    }
}

/// What variables of such a name are usually set to.
pub(super) fn for_target(name: &str) -> Vec<(&'static str, f32)> {
    let ends = |words: &[&str]| words.iter().any(|word| name.ends_with(word));
    if ends(&["count", "cnt", "total"]) {
        vec![("RowCount", 0.8)]
    } else if ends(&["rows", "rowset", "rs", "list", "results"]) {
        vec![("LookupRows", 0.6), ("LookupOrderedRows", 0.25)]
    } else if ends(&["row", "record"]) {
        vec![("Row", 0.9)]
    } else if ends(&["url", "link"]) {
        vec![("Concat", 0.3), ("CloudPagesURL", 0.3)]
    } else if ends(&["now", "today"]) {
        vec![("Now", 0.5)]
    } else if ends(&["date", "time"]) {
        vec![("FormatDate", 0.2), ("Now", 0.15)]
    } else {
        Vec::new()
    }
}
