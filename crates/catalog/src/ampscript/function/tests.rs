use std::collections::BTreeSet;

use super::*;
use crate::ampscript::{Allowed, LiteralNeed, Role, Type};
use crate::compare_names;

#[test]
fn found_in_any_case() {
    for name in ["Lookup", "lookup", "LOOKUP", "lOOKUP"] {
        assert_eq!(function(name).map(|f| f.name), Some("Lookup"));
    }
    assert_eq!(function("v").map(|f| f.name), Some("v"));
    assert_eq!(function("mms_content_url").map(|f| f.name), Some("MMS_Content_URL"));
    for name in ["", "Look", "Lookups", "Löokup", "Concatenate", "zzz", "@v"] {
        assert_eq!(function(name), None, "{name}");
    }
}

#[test]
fn found_by_alias() {
    assert_eq!(function("RequestHeader").map(|f| f.name), Some("HTTPRequestHeader"));
    assert_eq!(function("imagebyid").map(|f| f.name), Some("ContentImageByID"));
}

#[test]
fn members_are_no_functions() {
    assert_eq!(function("Noun"), None);
    assert_eq!(member("NOUN").map(|f| f.max_args), Some(Some(1)));
    assert_eq!(member("verb").map(|f| f.max_args), Some(Some(0)));
    assert_eq!(member("Msg"), None);
    assert!(function("Msg").is_some());
}

#[test]
fn every_function_is_found() {
    for f in functions() {
        let find = if f.form == CallForm::Call { function } else { member };
        for name in [&[f.name], f.aliases].concat() {
            assert_eq!(find(&name.to_uppercase()).map(|f| f.name), Some(f.name));
        }
    }
}

#[test]
fn names_are_unique_and_sorted() {
    let names = || functions().iter().map(|f| f.name);
    assert!(names().is_sorted_by(|a, b| compare_names(a, b).is_lt()));
    let all: Vec<_> = functions().iter().flat_map(|f| [&[f.name], f.aliases].concat()).collect();
    let unique: BTreeSet<_> = all.iter().map(|name| name.to_lowercase()).collect();
    assert_eq!(all.len(), unique.len());
    assert!(BY_NAME.is_sorted_by(|a, b| compare_names(a.0, b.0).is_lt()));
}

#[test]
fn descriptions_are_sentences() {
    for f in functions() {
        let name = f.name;
        assert!(!f.category.is_empty(), "{name}");
        for text in [Some(f.description), f.notes, f.limits, f.disputed, f.contexts.reason].into_iter().flatten() {
            assert!(text.ends_with('.') && text.len() > 5, "{name}: {text}");
            assert!(text.starts_with(|c: char| !c.is_lowercase()), "{name}: {text}");
        }
    }
}

#[test]
fn arity_is_consistent() {
    for f in functions() {
        let name = f.name;
        let params = f.params.len();
        match f.max_args {
            Some(max) => {
                assert!(f.min_args <= max && f.repeats.is_empty(), "{name}");
                assert_eq!(usize::from(max), params, "{name}");
            }
            None => assert!(!f.repeats.is_empty(), "{name}"),
        }
        let fixed = f.repeats.first().map_or(params, |repeat| usize::from(repeat.start));
        let required = f.params[..fixed].iter().take_while(|param| !param.optional).count();
        assert!(usize::from(f.min_args) >= required, "{name}");
        let gap = f.params[..fixed].iter().skip(required).any(|param| !param.optional);
        assert!(!gap, "{name}: a parameter that cannot be left out follows one that can");
        let mut next = fixed;
        for (i, repeat) in f.repeats.iter().enumerate() {
            assert_eq!(usize::from(repeat.start), next, "{name}: groups follow each other");
            assert!(repeat.size > 0, "{name}");
            assert_eq!(repeat.size, f.repeats[0].size, "{name}: parity is all that can be checked");
            if let Some(count) = repeat.count_param {
                assert_eq!(f.params[usize::from(count)].role, Some(Role::PairCount), "{name}");
                assert!(usize::from(count) < fixed && i == 0, "{name}");
            } else {
                assert_eq!(i + 1, f.repeats.len(), "{name}: only a counted group can be followed");
            }
            next += usize::from(repeat.size);
        }
        assert_eq!(next, params, "{name}: the groups are the last parameters");
        assert!(f.params[fixed..].iter().all(|param| !param.optional), "{name}: the group says it");
    }
}

#[test]
fn params_are_consistent() {
    for f in functions() {
        let unique: BTreeSet<_> = f.params.iter().map(|param| param.name.to_lowercase()).collect();
        assert_eq!(unique.len(), f.params.len(), "{}", f.name);
        for param in f.params {
            let name = format!("{}.{}", f.name, param.name);
            assert!(param.name.chars().all(|c| c.is_ascii_alphanumeric()), "{name}");
            assert!(f.syntax.contains(param.name), "{name}: {}", f.syntax);
            assert!(!param.types.is_empty(), "{name}");
            assert!(!param.allowed_is_exhaustive || !param.allowed.is_empty(), "{name}");
            for allowed in param.allowed {
                let wanted = match allowed {
                    Allowed::Text(_) => Type::String,
                    Allowed::Integer(_) => Type::Number,
                };
                assert!(param.types.accept(wanted), "{name}");
            }
            if param.out {
                assert!(param.role.is_none() && param.literal == LiteralNeed::None, "{name}");
            }
            if param.role == Some(Role::PairCount) {
                assert!(param.types.contains(Type::Number), "{name}");
            }
        }
    }
}

#[test]
fn replacements_take_the_same_arguments() {
    for f in functions() {
        let Some(new) = f.deprecated.and_then(|deprecated| deprecated.replacement) else {
            continue;
        };
        let new = function(new).unwrap();
        assert_eq!((f.min_args, f.max_args), (new.min_args, new.max_args), "{}", f.name);
        assert!(new.deprecated.is_none() && !new.nonfunctional, "{}", f.name);
    }
}

#[test]
fn syntax_is_written_from_the_parameters() {
    let syntax = |name| function(name).or(member(name)).unwrap().syntax;
    assert_eq!(syntax("GUID"), "GUID()");
    assert_eq!(syntax("Now"), "Now([persistFormat])");
    assert_eq!(syntax("Field"), "Field(row, fieldName[, exceptionIfNotFound])");
    assert_eq!(syntax("Concat"), "Concat(string1[, stringN, …])");
    assert_eq!(syntax("Output"), "Output([content1, …])");
    assert_eq!(
        syntax("Lookup"),
        "Lookup(dataObject, returnColumn, searchColumn1, searchValue1[, searchColumnN, searchValueN, …])"
    );
    assert_eq!(
        syntax("HTTPPost"),
        "HTTPPost(urlEndpoint, contentTypeHeader, contentToPost[, @response, headerName1, headerValue1, …])"
    );
    assert_eq!(
        syntax("UpsertDE"),
        "UpsertDE(dataExt, columnValuePairs, searchColumnName1, searchValue1[, searchColumnNameN, searchValueN, …], \
         columnToUpsert1, upsertedValue1[, columnToUpsertN, upsertedValueN, …])"
    );
    assert_eq!(syntax("Noun"), "Msg(0).Noun(position)");
    assert_eq!(syntax("Verb"), "Msg(0).Verb");
}

/// Facts of the specification, section 8: which arguments receive a result.
#[test]
fn out_parameters() {
    let out: Vec<_> = functions()
        .iter()
        .filter(|f| f.params.iter().any(|param| param.out))
        .map(|f| (f.name, f.params.iter().enumerate().filter(|(_, p)| p.out).map(|(i, _)| i + 1).collect::<Vec<_>>()))
        .collect();
    let wanted = [
        ("ContentArea", vec![5]),
        ("ContentAreaByName", vec![5]),
        ("ContentBlockByID", vec![5]),
        ("ContentBlockByKey", vec![5]),
        ("ContentBlockByName", vec![5]),
        ("HTTPGet", vec![4]),
        ("HTTPPost", vec![4]),
        ("HTTPPost2", vec![5, 6]),
        ("HTTPPostWithRetry", vec![7, 8]),
        ("InvokeCreate", vec![2, 3]),
        ("InvokeDelete", vec![2, 3]),
        ("InvokeExecute", vec![2, 3]),
        ("InvokePerform", vec![3]),
        ("InvokeRetrieve", vec![2, 3]),
        ("InvokeUpdate", vec![2, 3]),
    ];
    assert_eq!(out, wanted);
}

#[test]
fn literals() {
    let with = |need| -> Vec<_> {
        let has = |f: &&Function| f.params.iter().any(|param| param.literal == need);
        functions().iter().filter(has).map(|f| f.name).collect()
    };
    assert_eq!(with(LiteralNeed::Required), ["BeginImpressionRegion"]);
    assert_eq!(with(LiteralNeed::Preferred), ["ClaimRow", "ClaimRowValue"]);
}

#[test]
fn exhaustive_lists() {
    let exhaustive: Vec<_> = functions()
        .iter()
        .flat_map(|f| f.params.iter().filter(|p| p.allowed_is_exhaustive).map(|p| (f.name, p.name)))
        .collect();
    let wanted = [
        ("DateAdd", "unitToAdd"),
        ("DateDiff", "unitOfDifference"),
        ("DatePart", "datePart"),
        ("Format", "dataFormat"),
        ("GetJWT", "algorithm"),
        ("UpsertContact", "channel"),
    ];
    assert_eq!(exhaustive, wanted);
}

#[test]
fn what_messages_refuse() {
    let refused = |name| function(name).unwrap().availability(Context::Email) == Availability::No;
    for name in [
        "Output",
        "Redirect",
        "HTTPRequestHeader",
        "IsCHTMLBrowser",
        "ExecuteFilter",
        "ExecuteFilterOrderedRows",
        "GetPublishedSocialContent",
        "CreateObject",
        "SetObjectProperty",
        "AddObjectArrayItem",
        "InvokeCreate",
        "InvokeUpdate",
        "InvokeDelete",
        "InvokeExecute",
        "InvokePerform",
        "InvokeRetrieve",
        "InsertData",
        "UpdateData",
        "UpsertData",
        "DeleteData",
    ] {
        assert!(refused(name), "{name}");
    }
    // A list of one tool is no proof.
    for name in ["RequestParameter", "QueryParameter", "InsertDE", "OutputLine", "HTTPGet", "RatingStars"] {
        assert!(!refused(name), "{name}");
    }
}

#[test]
fn disputes_are_recorded() {
    for name in [
        "ClaimRowValue",
        "Concat",
        "IndexOf",
        "Replace",
        "RatingStars",
        "IsNull",
        "IIf",
        "Output",
        "OutputLine",
        "BuildRowsetFromJSON",
        "BuildRowsetFromXML",
        "HTTPGet",
        "HTTPPost",
        "Format",
        "FormatDate",
        "BarcodeURL",
        "AttachFile",
        "BuildOptionList",
        "BeginImpressionRegion",
        "InsertDE",
        "LookupValue",
    ] {
        assert!(function(name).unwrap().disputed.is_some(), "{name}");
    }
    assert_eq!(function("BeginImpressionRegion").unwrap().mcn, Mcn::Disputed);
}

#[test]
fn calls_that_run_other_code() {
    let runs: Vec<_> =
        functions().iter().filter(|f| f.effects.contains(Effect::EvaluatesAmpscript)).map(|f| f.name).collect();
    let wanted = [
        "ContentArea",
        "ContentAreaByName",
        "ContentBlockByID",
        "ContentBlockByKey",
        "ContentBlockByName",
        "TreatAsContent",
        "TreatAsContentArea",
    ];
    assert_eq!(runs, wanted);
}
