//! What is to be known of a function of SQL? The same for everything that shows it.

use std::ops::Range;

use sfmc_catalog::sql::{Form, Function, Param, ParamType, Support, foreign_function, function};

use crate::{
    hover::sentence,
    markup::{Markup, inline_code},
};

/// A signature with types, and where each parameter stands in it, in bytes.
pub(super) fn signature(function: &Function) -> (String, Vec<Range<usize>>) {
    let mut out = function.name.to_owned();
    let mut places = Vec::new();
    if function.form != Form::NoParens {
        out.push('(');
        let mut brackets = 0;
        for (index, param) in function.params.iter().enumerate() {
            let separator = match (index, function.form) {
                (0, _) => "",
                (_, Form::WithAs) if index == 1 => " AS ",
                _ => ", ",
            };
            if param.optional && !param.variadic {
                out.push('[');
                brackets += 1;
            }
            out.push_str(separator);
            let start = out.len();
            out.push_str(param.name);
            let ty = type_text(param.ty);
            if !ty.is_empty() && ty != param.name {
                out.push_str(": ");
                out.push_str(ty);
            }
            places.push(start..out.len());
            if param.variadic {
                out.push_str(", …");
            }
        }
        out.push_str(&"]".repeat(brackets));
        out.push(')');
    }
    if let Some(clause) = function.clause {
        out.push_str(&format!(" [{clause}]"));
    }
    if function.needs_over {
        out.push_str(" OVER (…)");
    }
    if !function.returns.is_empty() {
        out.push_str(&format!(" → {}", function.returns));
    }
    (out, places)
}

/// What a parameter takes, in a word.
fn type_text(ty: ParamType) -> &'static str {
    match ty {
        ParamType::Any => "",
        ParamType::AnyOrStar => "value or *",
        ParamType::Boolean => "condition",
        ParamType::Date => "date",
        ParamType::DatePart => "part of a date",
        ParamType::Float => "float",
        ParamType::Int => "int",
        ParamType::Number => "number",
        ParamType::String => "text",
        ParamType::Type => "type",
        ParamType::VarBinary => "bytes",
        ParamType::Word => "word",
    }
}

/// All of it; also of a function that only other dialects have.
pub(crate) fn describe(name: &str) -> Option<Markup> {
    let mut doc = Markup::default();
    let Some(function) = function(name) else {
        let foreign = foreign_function(name)?;
        doc.text(format!("T-SQL has no {}: write {}.", inline_code(foreign.name), inline_code(foreign.instead)));
        return Some(doc);
    };
    doc.sql(signature(function).0);
    facts(&mut doc, function);
    Some(doc)
}

/// What stands behind the signature.
pub(super) fn facts(doc: &mut Markup, function: &Function) {
    if !function.note.is_empty() {
        doc.text(sentence(&capitalized(function.note)));
    }
    match function.support {
        Support::Yes => {}
        Support::No => doc.text("Query activities refuse it."),
        Support::Unknown => doc.text("Whether query activities have it is not known."),
    }
    if function.needs_over {
        doc.text("It needs `OVER`.");
    }
}

/// What a parameter takes, in a sentence; nothing where its name and type say it.
pub(super) fn describe_param(param: &Param) -> Markup {
    let mut doc = Markup::default();
    match param.ty {
        ParamType::DatePart => {
            doc.text("A bare word: `year`, `quarter`, `month`, `day`, `week`, `hour`, `minute`, `second`, …");
        }
        ParamType::Type => doc.text("A data type: `nvarchar(50)`, `int`, `decimal(18,2)`, `date`, `datetime`, …"),
        ParamType::Boolean => doc.text("A condition."),
        _ => {}
    }
    if param.optional && !param.variadic {
        doc.text("Can be left out.");
    }
    doc
}

fn capitalized(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map(|first| first.to_uppercase().chain(chars).collect()).unwrap_or_default()
}
