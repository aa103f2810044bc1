use sfmc_semantic::Expr;

use crate::flow::{CallSite, CheckCall, FlowContext};

declare_rule! {
    /// What a visitor sends is not run as code.
    ///
    /// ## Why
    /// TreatAsContent runs the AMPscript in the text that it is given. A parameter of the request in that text lets whoever makes a link
    /// run lookups and writes on data extensions, and print what they return. It is followed through variables, Concat, Replace and the like (without `<` it can still be
    /// `%%=…=%%`); a
    /// value that the page compares with fixed values or matches with RegExMatch is taken to be checked.
    /// Source: ampscript.md, section 11; rules.md 2.4 (official warning at TreatAsContent).
    ///
    /// ## Bad
    /// ```ampscript
    /// %%[ set @s = Concat("<p>Hello ", RequestParameter("name"), "</p>") ]%%
    /// %%=TreatAsContent(@s)=%%
    /// ```
    ///
    /// ## Good
    /// ```ampscript
    /// %%[ set @name = RequestParameter("name") ]%%
    /// %%=TreatAsContent("<p>Hello %%=v(@name)=%%</p>")=%%
    /// ```
    ///
    /// ## When to turn it off
    /// Where only people of the own company can open the page.
    pub TreatAsContentInjection {
        id: "amp/treat-as-content-injection",
        aliases: ["sec/template-injection"],
        group: Suspicious,
        severity: Warning,
        fix: None,
        since: "0.1.0",
    }
}

impl CheckCall for TreatAsContentInjection {
    const FUNCTIONS: &'static [&'static str] = &["TreatAsContent", "TreatAsContentArea"];

    fn check(ctx: &mut FlowContext<'_>, call: &CallSite) {
        let index = usize::from(call.function.name == "TreatAsContentArea");
        let Some(value) = ctx.arg(call, index).and_then(|arg| ctx.request_value(arg)) else { return };
        let elsewhere = matches!(ctx.expr(value.leaf), Expr::Variable(_));
        let range = ctx.range(value.leaf);
        let message =
            format!("`{}` runs what a visitor sends: this comes from `{}`", call.function.name, value.function.name);
        let report = ctx
            .report::<Self>(range, message)
            .help("name the variable in the text (`%%=v(@name)=%%`) instead of putting its value there");
        if elsewhere {
            report.related_at(value.at, "read here");
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::tests::{check, silent};

    #[test]
    fn through_variables() {
        check(
            "amp/treat-as-content-injection",
            "
%%[ set @n = Trim(RequestParameter('n')) if not Empty(@n) then set @s = Concat('<b>', @n, '</b>') endif ]%%
%%=TreatAsContent(@s)=%%
//                ^^ comes from `RequestParameter`
",
        );
    }

    #[test]
    fn in_the_argument() {
        check(
            "amp/treat-as-content-injection",
            "
%%=TreatAsContentArea('k', Concat('Hi ', IIf(@a == 1, 'you', QueryParameter('n'))))=%%
//                                                           ^^^^^^^^^^^^^^^^^^^ comes from `QueryParameter`
",
        );
    }

    #[test]
    fn through_what_leaves_code_whole() {
        for text in [
            "Replace(QueryParameter('q'), '<', '')",
            "Substring(QueryParameter('q'), 1, 200)",
            "Substring(QueryParameter('q'), 3)",
            "ReplaceList(QueryParameter('q'), '', '<', '>')",
        ] {
            let text = format!("%%=TreatAsContent({text})=%%");
            let found = crate::tests::diagnostics(&text);
            assert!(found.iter().any(|found| found.rule.id == "amp/treat-as-content-injection"), "{text}");
        }
        for text in [
            "Replace(QueryParameter('q'), '%', '')",
            "Replace(QueryParameter('q'), @x, '')",
            "Replace(Replace(QueryParameter('q'), '%%', ''), '<', '')",
            "Substring(QueryParameter('q'), 1, 2)",
            "Substring(QueryParameter('q'), 1, @n)",
            "ReplaceList(QueryParameter('q'), '', '<', '%%')",
        ] {
            silent("amp/treat-as-content-injection", &format!("%%=TreatAsContent({text})=%%"));
        }
    }

    #[test]
    fn a_look_at_its_beginning_checks_nothing() {
        check(
            "amp/treat-as-content-injection",
            "
%%[ set @q = RequestParameter('q') if Substring(@q, 1, 4) == 'http' then ]%%%%=TreatAsContent(@q)=%%%%[ endif ]%%
//                                                                                            ^^ comes from
",
        );
    }

    #[test]
    fn what_goes_round_in_a_loop() {
        check(
            "amp/treat-as-content-injection",
            "
%%[ set @s = '' for @i = 1 to 3 do set @s = Concat(@s, RequestParameter(Concat('p', @i))) next ]%%
%%=TreatAsContent(@s)=%%
//                ^^ comes from `RequestParameter`
",
        );
    }

    #[test]
    fn silent_on_what_is_looked_up_checked_or_replaced() {
        silent(
            "amp/treat-as-content-injection",
            "%%[ set @key = RequestParameter('k') set @html = Lookup('Blocks', 'Html', 'Key', @key) ]%%
            %%=TreatAsContent(@html)=%% %%=TreatAsContent(ContentBlockByKey(@key))=%%",
        );
        silent(
            "amp/treat-as-content-injection",
            "%%[ set @l = RequestParameter('l') if @l == 'en' or @l == 'de' then ]%%
            %%=TreatAsContent(Concat('%%=ContentBlockByKey(\"', @l, '\")=%%'))=%%%%[ endif ]%%",
        );
        silent("amp/treat-as-content-injection", "%%=TreatAsContent(Replace(RequestParameter('n'), '%%', ''))=%%");
    }
}
