//! What is to be known of a function? The same for everything that shows it.

use sfmc_catalog::{
    Context, Environment, Platform,
    ampscript::{Allowed, Availability, Cost, Effect, Function, LiteralNeed, Mcn, Param, Role},
};

use crate::markup::{Markup, inline_code};

/// A signature as it is written with types, and where each parameter stands in it, in bytes; by place in [`Function::params`].
pub(crate) fn typed_signature(function: &Function) -> (String, Vec<std::ops::Range<usize>>) {
    let mut out = format!("{}(", function.name);
    let mut places = Vec::new();
    let mut brackets = 0;
    for (index, param) in function.params.iter().enumerate() {
        let group = function.repeats.iter().find(|repeat| usize::from(repeat.start) == index);
        if index > 0 {
            let optional_group = group.is_some_and(|group| group.min == 0);
            if (param.optional || optional_group) && brackets == 0 {
                out.push('[');
                brackets += 1;
            }
            out.push_str(", ");
        } else if param.optional || group.is_some_and(|group| group.min == 0) {
            out.push('[');
            brackets += 1;
        }
        let start = out.len();
        out.push_str(&label(param));
        places.push(start..out.len());
        let ends_group = function.repeats.iter().any(|repeat| usize::from(repeat.start + repeat.size) == index + 1);
        if ends_group {
            out.push_str(", …");
        }
    }
    out.push_str(&"]".repeat(brackets));
    out.push(')');
    if !function.returns.is_empty() {
        out.push_str(&format!(" → {}", function.returns));
    }
    (out, places)
}

fn label(param: &Param) -> String {
    let out = if param.out { "out " } else { "" };
    if param.types.is_empty() {
        format!("{out}{}", param.name)
    } else {
        format!("{out}{}: {}", param.name, param.types)
    }
}

/// All of it, for a page that runs here.
pub(crate) fn describe(function: &Function, environment: Environment) -> Markup {
    let mut doc = Markup::default();
    doc.code(typed_signature(function).0);
    if let Some(deprecated) = function.deprecated {
        doc.text(match deprecated.replacement {
            Some(name) => format!("Deprecated: use {} instead.", inline_code(name)),
            None => "Deprecated.".to_owned(),
        });
    }
    doc.text(function.description);
    facts(&mut doc, function, environment);
    doc
}

/// What stands behind the signature and the description.
pub(crate) fn facts(doc: &mut Markup, function: &Function, environment: Environment) {
    if function.nonfunctional {
        doc.labelled("Does not work", "every call of it fails.");
    }
    if function.doubtful {
        doc.text("Sources doubt that it exists.");
    }
    contexts(doc, function, environment);
    match function.cost {
        Cost::Cheap => {}
        Cost::Lookup => doc.labelled("Cost", "reads or writes data or content of the account with each call."),
        Cost::Remote => doc.labelled("Cost", "crosses the network with each call."),
    }
    let effects: Vec<&str> = function.effects.iter().map(effect).collect();
    if !effects.is_empty() {
        doc.labelled("Effects", format!("{}.", effects.join("; ")));
    }
    for (label, text) in
        [("Limits", function.limits), ("Note", function.notes), ("Sources disagree", function.disputed)]
    {
        if let Some(text) = text {
            doc.labelled(label, text);
        }
    }
    if !function.aliases.is_empty() {
        let names: Vec<String> = function.aliases.iter().map(|name| inline_code(name)).collect();
        doc.labelled("Also called", names.join(", "));
    }
}

fn contexts(doc: &mut Markup, function: &Function, environment: Environment) {
    let known = [Context::CloudPage, Context::Email, Context::Sms, Context::Push];
    let names = |wanted: Availability| {
        let names =
            known.iter().filter(|context| function.availability(**context) == wanted).map(|context| context.as_str());
        names.collect::<Vec<_>>().join(", ")
    };
    let (works, refused) = (names(Availability::Yes), names(Availability::No));
    let mut says = Vec::new();
    if !works.is_empty() {
        says.push(format!("works in {works}"));
    }
    if !refused.is_empty() {
        says.push(format!("refused in {refused}"));
    }
    let mut text = says.join("; ");
    if let Some(reason) = function.contexts.reason {
        if !text.is_empty() {
            text.push_str(". ");
        }
        text.push_str(reason);
    } else if !text.is_empty() {
        text.push('.');
    }
    if let Some(here) = environment.context
        && function.availability(here) == Availability::No
    {
        doc.text(format!("Refused here: this page runs as {here}."));
    }
    if !text.is_empty() {
        doc.labelled("Where", text);
    }
    if let Platform::Next { .. } = environment.platform {
        doc.labelled(
            "Marketing Cloud Next",
            match function.mcn {
                Mcn::No => "does not have it.".to_owned(),
                Mcn::Since(version) => format!("has it from API version {version} on."),
                Mcn::Disputed => "sources disagree whether it has it.".to_owned(),
            },
        );
        if let Some(helper) = function.handlebars {
            doc.labelled("In Handlebars", inline_code(helper));
        }
    }
}

/// Whether a page that runs here can call it; what is not known counts as yes.
pub(crate) fn is_usable(function: &Function, environment: Environment) -> bool {
    let in_context = environment.context.is_none_or(|context| function.availability(context) != Availability::No);
    let on_platform = match environment.platform {
        Platform::Engagement => true,
        Platform::Next { api_version } => match function.mcn {
            Mcn::No => false,
            Mcn::Since(since) => api_version.is_none_or(|version| version >= since),
            Mcn::Disputed => true,
        },
    };
    in_context && on_platform
}

fn effect(effect: Effect) -> &'static str {
    match effect {
        Effect::Http => "sends an HTTP request",
        Effect::WritesData => "writes data of the account",
        Effect::WritesCrm => "writes a record of a connected CRM",
        Effect::EvaluatesAmpscript => "runs code that can read and set any variable",
        Effect::MutatesObject => "changes an object that it is given",
        Effect::Tracking => "marks what follows for tracking",
        Effect::Output => "prints in the middle of a block",
        Effect::EndsRender => "ends the rendering",
        Effect::Nondeterministic => "returns another value each time",
    }
}

/// What is to be known of a parameter.
pub(crate) fn describe_param(param: &Param) -> Markup {
    let mut doc = Markup::default();
    if param.out {
        doc.text("Receives a result: it must be a plain variable.");
    }
    if let Some(role) = param.role {
        doc.text(format!("{}.", role_text(role)));
    }
    match param.literal {
        LiteralNeed::Required => doc.text("Must be written out: anything but a literal stops the page."),
        LiteralNeed::Preferred | LiteralNeed::None => {}
    }
    if !param.allowed.is_empty() {
        let values: Vec<String> = param.allowed.iter().map(|value| inline_code(&allowed_text(*value))).collect();
        let label = if param.allowed_is_exhaustive { "One of" } else { "For example" };
        doc.labelled(label, values.join(", "));
    }
    if param.optional {
        doc.text("Can be left out.");
    }
    if let Some(disputed) = param.disputed {
        doc.labelled("Sources disagree", disputed);
    }
    doc
}

/// An allowed value as it is written in code.
pub(crate) fn allowed_text(value: Allowed) -> String {
    match value {
        Allowed::Text(text) => format!("\"{text}\""),
        Allowed::Integer(number) => number.to_string(),
    }
}

/// What an argument names, in words.
pub(crate) fn role_text(role: Role) -> &'static str {
    match role {
        Role::AmpscriptSource => "Code that the platform runs",
        Role::AttributeName => "An attribute of the subscriber or contact",
        Role::ColumnName => "A column",
        Role::ContentBlockId => "The number of a content block",
        Role::ContentBlockKey => "The customer key of a content block",
        Role::ContentBlockName => "The folder path and name of a content block",
        Role::DataExtensionName => "A data extension, by name or external key",
        Role::DataFilterKey => "The external key of a data filter",
        Role::Date => "A date or text that is one",
        Role::ExternalKey => "An external key",
        Role::FormatPattern => "A .NET format pattern",
        Role::HttpHeaderName => "The name of an HTTP header",
        Role::ImageAsset => "The number or key of an image",
        Role::ImpressionRegionName => "The name of an impression region",
        Role::JsonPath => "A JSONPath expression",
        Role::KeyManagementKey => "The external key of a key in Key Management",
        Role::Locale => "A culture code such as en-US",
        Role::ObjectFieldName => "A field of a Salesforce object",
        Role::PageId => "The number of a page",
        Role::PairCount => "How many pairs of arguments follow",
        Role::Regex => "A .NET regular expression",
        Role::RequestParameterName => "A parameter of the page request",
        Role::SortExpression => "A column, and asc or desc",
        Role::Url => "A web address",
        Role::XPath => "An XPath expression",
    }
}
