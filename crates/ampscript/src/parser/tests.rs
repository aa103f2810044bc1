use expect_test::{Expect, expect};

use rowan::GreenNodeBuilder;
use sfmc_syntax::{SyntaxNode, cursor::Code};

use super::*;

mod slips;

/// Parses the text of one region by its delimiters.
fn parse(text: &str) -> (SyntaxNode, Parse) {
    let (code, open) = if text.starts_with("%%=") { (Code::Inline, 3) } else { (Code::Block, 3) };
    let closer = if code == Code::Inline { "=%%" } else { "]%%" };
    let close = if text.len() >= 6 && text.ends_with(closer) { 3 } else { 0 };
    let mut builder = GreenNodeBuilder::new();
    let region = RegionText { text, code, open, close };
    let parse = parse_region(&mut Workspace::default(), region, &mut builder);
    let node = SyntaxNode::new_root(builder.finish());
    assert_eq!(node.text(), text);
    (node, parse)
}

fn problems(text: &str) -> String {
    let (_, parse) = parse(text);
    let mut out: Vec<String> =
        parse.problems.iter().map(|p| format!("{}@{:?} {:?}", p.kind.id(), p.range, &text[p.range])).collect();
    if let Some(at) = parse.outline.dangling {
        out.push(format!("dangling {}@{:?}", at.kind.id(), at.at));
    }
    if let Some(at) = parse.outline.continues {
        out.push(format!("continues {}@{:?}", at.kind.id(), at.at));
    }
    out.join("; ")
}

fn ids(text: &str) -> String {
    let (_, parse) = parse(text);
    let mut ids: Vec<&str> = parse.problems.iter().map(|p| p.kind.id()).collect();
    let dangling = parse.outline.dangling.map(|d| format!("dangling:{}", d.kind.id()));
    ids.extend(dangling.as_deref());
    let continues = parse.outline.continues.filter(|c| c.kind.class() == ProblemClass::Error);
    let continues = continues.map(|c| format!("continues:{}", c.kind.id()));
    ids.extend(continues.as_deref());
    ids.join(" ")
}

fn tree(text: &str, expected: &Expect) {
    let (node, _) = parse(text);
    expected.assert_eq(&format!("{node:#?}"));
}

#[test]
fn trees_keep_everything() {
    tree(
        "%%[ set @a = Concat('x', @b) /* c */ ]%%",
        &expect![[r#"
            BLOCK@0..40
              BLOCK_OPEN@0..3 "%%["
              WHITESPACE@3..4 " "
              SET_STMT@4..28
                SET_KW@4..7 "set"
                WHITESPACE@7..8 " "
                VARIABLE_EXPR@8..10
                  VARIABLE@8..10 "@a"
                WHITESPACE@10..11 " "
                EQ@11..12 "="
                WHITESPACE@12..13 " "
                CALL_EXPR@13..28
                  IDENT@13..19 "Concat"
                  ARG_LIST@19..28
                    L_PAREN@19..20 "("
                    LITERAL@20..23
                      STRING@20..23 "'x'"
                    COMMA@23..24 ","
                    WHITESPACE@24..25 " "
                    VARIABLE_EXPR@25..27
                      VARIABLE@25..27 "@b"
                    R_PAREN@27..28 ")"
              WHITESPACE@28..29 " "
              COMMENT@29..36 "/* c */"
              WHITESPACE@36..37 " "
              BLOCK_CLOSE@37..40 "]%%"
        "#]],
    );
    tree(
        "%%[[type=post;name=Save] if @a and not @b then else endif ]%%",
        &expect![[r#"
            BLOCK@0..61
              BLOCK_OPEN@0..3 "%%["
              BLOCK_HEADER@3..24 "[type=post;name=Save]"
              WHITESPACE@24..25 " "
              IF_STMT@25..46
                IF_KW@25..27 "if"
                WHITESPACE@27..28 " "
                LOGICAL_EXPR@28..41
                  VARIABLE_EXPR@28..30
                    VARIABLE@28..30 "@a"
                  WHITESPACE@30..31 " "
                  AND_KW@31..34 "and"
                  WHITESPACE@34..35 " "
                  NOT_EXPR@35..41
                    NOT_KW@35..38 "not"
                    WHITESPACE@38..39 " "
                    VARIABLE_EXPR@39..41
                      VARIABLE@39..41 "@b"
                WHITESPACE@41..42 " "
                THEN_KW@42..46 "then"
              WHITESPACE@46..47 " "
              ELSE_STMT@47..51
                ELSE_KW@47..51 "else"
              WHITESPACE@51..52 " "
              ENDIF_STMT@52..57
                ENDIF_KW@52..57 "endif"
              WHITESPACE@57..58 " "
              BLOCK_CLOSE@58..61 "]%%"
        "#]],
    );
}

#[test]
fn clean_code_has_no_problems() {
    for text in [
        "%%[SET@a=1]%%",
        "%%[ set @a = 1 set @b = 2 ]%%",
        "%%[ set\n@a\n=\n1 ]%%",
        "%%[ Concat (\"a\",\"b\") ]%%",
        "%%[ set @a = 'it''s' ]%%",
        "%%[ set @a = \"say \"\"hi\"\"\" ]%%",
        "%%[ set @a = \"\" ]%%",
        "%%[ set @a = TRUE set @b = False ]%%",
        "%%[ if @@ExecCtx == \"LOAD\" then endif ]%%",
        "%%[ set @a = [First Name] ]%%",
        "%%[ set @a = [x]]%%",
        "%%[ set @do = 1 ]%%",
        "%%=FirstName=%%",
        "%%[ var @a, @b,@c ]%%",
        "%%[ for @i = 1 to RowCount(@r) do next @i ]%%",
        "%%[ for @i = 9 downto 1 do next ]%%",
        "%%[ if @a == 1 and @b == 2 or @c == 3 then endif ]%%",
        "%%[ if not @a == 1 then endif ]%%",
        "%%=Add(1,2)=%%",
        "%%=aDD( 1 , 2 )=%%",
        "%%=IIf(Empty(@a),\"x\",Concat(\"y\",@b))=%%",
        "%%=IIf(Empty(@a) and @b > 1,\"x\",\"y\")=%%",
        "%%=Msg(0).Noun(1)=%%",
        "%%[ set @n = -1.5 Set @t = 'it''s' ]%%",
        "%%[ if Empty(@a) and not Empty(@b) then endif ]%%",
    ] {
        assert_eq!(problems(text), "", "{text}");
    }
}

#[test]
fn one_problem_for_one_mistake() {
    let mut wrong = Vec::new();
    for (text, expected) in [
        ("%%[ ]%%", "empty-block"),
        ("%%==%%", "expected-expression"),
        ("%%[ /* a /* b */ set @a = 1 */ ]%%", "unexpected-character"),
        ("%%[ // note\nset @a = 1 ]%%", "line-comment"),
        ("%%[ <!-- note --> set @a = 1 ]%%", "html-comment-in-code"),
        ("%%[ set @a = \"a\\\"b\" ]%%", "backslash-escape unterminated-string"),
        ("%%[ set @a = \"line1\nline2\" ]%%", "multiline-string"),
        ("%%[ set @a = \"oops ]%%", "unterminated-string"),
        ("%%[ set @a = \"John’s\" ]%%", ""),
        ("%%[ set @a = “x” ]%%", "smart-quote"),
        ("%%[ set @a = \"x\" \"y\" ]%%", "ignored-expression"),
        ("%%[ set @a = - 5 ]%%", "unexpected-character"),
        ("%%[ set @a = 3-5 ]%%", "unsupported-operator ignored-expression"),
        ("%%[ set @a = 007 ]%%", "leading-zero-number"),
        ("%%[ set @a = 1. ]%%", "number-style"),
        ("%%[ set @a = 1.2.3 ]%%", "invalid-number"),
        ("%%[ set @a = 1,000 ]%%", "unexpected-token"),
        ("%%[ set @a = 9223372036854775808 ]%%", "integer-overflow"),
        ("%%[ if @n == null then endif ]%%", "null-is-attribute"),
        ("%%[ set @my-var = 1 ]%%", "expected-equals"),
        ("%%[ set @include this row = 1 ]%%", "expected-equals"),
        ("%%[ set @ = 1 ]%%", "expected-variable"),
        ("%%[ set @{{name}} = 1 ]%%", "invalid-variable-name"),
        ("%%[ set @größe = 1 ]%%", "invalid-variable-name"),
        ("%%[ set @2row = 1 ]%%", "variable-leading-digit"),
        ("%%[ set @@ExecCtx = \"POST\" ]%%", "assign-system-variable"),
        ("%%[ set @a = [] ]%%", "empty-bracket-name"),
        ("%%[ set @a = [Shoe Size ]%%", "unterminated-bracket-name"),
        ("%%[ set @a = if ]%%", "expected-expression"),
        ("%%=\"text\"=%%", "inline-not-function-call"),
        ("%%[ var @a, ]%%", "trailing-comma"),
        ("%%[ var @a,\nset @b = 1 ]%%", "trailing-comma"),
        ("%%[ var @a @b ]%%", "missing-comma"),
        ("%%[ var @p, , @q ]%%", "expected-variable"),
        ("%%[ var @a = 1 ]%%", "var-initializer"),
        ("%%[ var @a @a = 1 ]%%", "assignment-without-set"),
        ("%%[ var @a, @b @c = 1 set @d = 1 ]%%", "assignment-without-set"),
        ("%%[ First Name ]%%", "ignored-expression"),
        ("%%[ end if ]%%", "end-if-two-words"),
        ("%%[ set next = 1 ]%%", "expected-variable"),
        ("%%[ set var = 2 set @a = 1 ]%%", "expected-variable"),
        ("%%[ set to\n= 2 ]%%", "expected-variable"),
        ("%%[\n-- this is a header\nset @a = 1 ]%%", "unexpected-character"),
        ("%%[ ---- if this is set then ----\nset @a = 1 ]%%", "unexpected-character"),
        ("%%[\n# note, and more\n## next\nset @a = 1 ]%%", "unexpected-character unexpected-character"),
        ("%%[ set @a = 1 # set @b 2 ]%%", "unexpected-character expected-equals"),
        ("%%[ if @a then # note\nendif ]%%", "unexpected-character"),
        ("%%[ for (@i = 1 to 3) do next ]%%", "unexpected-token"),
        ("%%[ for var @i = 1 to 3 do next ]%%", "unexpected-keyword"),
        ("%%[ for set @i = 1 to 3 do next ]%%", "unexpected-keyword"),
        ("%%[ set = Lookup(\"d\",\"c\",\"k\",@k) ]%%", "expected-variable"),
        ("%%[ set p = 1 ]%%", "expected-variable"),
        ("%%[ set @a 1 ]%%", "expected-equals"),
        ("%%[ set @a == 1 ]%%", "equality-in-set"),
        ("%%[ set @a = @b = 2 ]%%", "assignment-in-expression"),
        ("%%[ @a = 1 ]%%", "assignment-without-set"),
        ("%%[ if @a == 1 set @b = 2 endif ]%%", "expected-then"),
        ("%%[ if @a == 1 ]%%", "expected-then"),
        ("%%[ if 1==1 then else if 2==2 then endif endif ]%%", "else-if-two-words"),
        ("%%[ end if ]%%", "end-if-two-words"),
        ("%%[ for @i = 1 to 3 next @i ]%%", "expected-do"),
        ("%%[ for @i = 1 to 10 step 2 do next @i ]%%", "unsupported-step"),
        ("%%[ for @k to 9 do next ]%%", "expected-equals"),
        ("%%[ for @k = 1 9 do next ]%%", "expected-to"),
        ("%%[ if not @a == 1 and @b == 2 then endif ]%%", "ambiguous-not"),
        ("%%[ if not Empty(@a) and @b == 2 then endif ]%%", ""),
        ("%%[ if @a and not @b == 1 or @c then endif ]%%", "ambiguous-not"),
        ("%%[ if @a or @b and @c then endif ]%%", "mixed-and-or"),
        ("%%[ if 1 < 2 < 3 then endif ]%%", "chained-comparison"),
        ("%%[ if @a = 1 then endif ]%%", "single-equals-comparison"),
        ("%%[ if (@a = 1) then endif ]%%", "single-equals-comparison"),
        ("%%[ if @a === 1 then endif ]%%", "unsupported-operator"),
        ("%%[ if @a <> 1 then endif ]%%", "unsupported-operator"),
        ("%%[ if @a && @b then endif ]%%", "unsupported-operator"),
        ("%%[ if @a is null then endif ]%%", "unexpected-token"),
        ("%%[ if !Empty(@a) then endif ]%%", "unsupported-operator"),
        ("%%[ if @p and or @q then endif ]%%", "expected-expression"),
        ("%%[ if then endif ]%%", "expected-expression"),
        ("%%[ if @a == then endif ]%%", "expected-expression"),
        ("%%[ if @a then then endif ]%%", "unexpected-keyword"),
        ("%%[ set @a = 1 + 2 ]%%", "unsupported-operator"),
        ("%%[ set @a = \"x\" + \"y\" + @z ]%%", "unsupported-operator"),
        ("%%[ set @ok = @a == 1 ]%%", "comparison-as-value"),
        ("%%[ set @a = (1 ]%%", "dangling:missing-close-paren"),
        ("%%[ if ((@p == 1) then endif ]%%", "missing-close-paren"),
        ("%%[ set @a = 1) ]%%", "unmatched-close-paren"),
        ("%%[ if (@a == 1)) then endif ]%%", "unmatched-close-paren"),
        ("%%[ set @n = +1; ]%%", "number-style unexpected-character"),
        ("%%=Concat(\"a\",\"b\",)=%%", "trailing-comma"),
        ("%%=Concat(\"a\" \"b\")=%%", "missing-comma"),
        ("%%=Concat(,\"b\")=%%", "expected-expression"),
        ("%%=v(@a)) =%%", "unmatched-close-paren"),
        ("%%=v(@a) v(@b)=%%", "multiple-expressions-in-inline"),
        ("%%=if(1==1)=%%", "statement-in-inline"),
        ("%%=set @a = 1=%%", "statement-in-inline"),
        ("%%=v(@a=%%", "missing-close-paren"),
        ("%%=Lowercase(%%firstname%%)=%%", "unexpected-character"),
        ("%%=v(/* x */ @a)=%%", "comment-in-inline"),
        ("%%[ set @a = Add(1, ]%%", "dangling:missing-close-paren"),
        ("%%[ set @a = Add(1,\nset @b = 2 ]%%", "missing-close-paren"),
        ("%%[ set @a = ]%%", "dangling:expected-expression"),
        ("%%[ set @a = $5 ]%%", "unexpected-character"),
        ("%%[ set @a = 1\n<li class=\"x\">a; for you</li>\nset @b = 2 ]%%", "unexpected-token"),
        ("%%[ if @a\n< @b then endif ]%%", ""),
        ("%%[ set @a = AttributeValue(\"First), \" \", v(\"Last\")) ]%%", "unterminated-string"),
        (
            "%%[ set @a = Concat(\"Hello , @b, \", Thank you for being one, we're\") set @c = 1 ]%%",
            "unterminated-string",
        ),
        ("%%[ set @a = Mozilla/5.0 (Windows NT; x64) KHTML, 1\" set @b = 1 ]%%", "unterminated-string"),
        ("%%[ set @a = Lookup(\n\"Orders,\n\"Id\",\n\"Key\",\n@b) set @c = 1 ]%%", "unterminated-string"),
        ("%%[ UpsertDE(\n\"d\", 1,\nEmail\", @b,\n\"c\", @d) ]%%", "unterminated-string"),
        ("%%[ Output(Concat(Error: \", @a))\nset @b = 1 ]%%", "unterminated-string"),
        ("%%[ InsertDE\n\"d\",\n\"a\", @b,\n\"c\", @d)\nset @e = 1 ]%%", "missing-open-paren"),
        ("%%[ Call\n\"d\",\n\"a\", @b,\n\"c\", @d)\nset @e = 1 ]%%", "unexpected-token"),
        ("%%[ OutputLineConcat(\"a\", @b)) ]%%", "missing-open-paren"),
        ("%%[ OutputConcat(\"a\", @b) ]%%", ""),
        ("%%=ContentBlockByNameConcat(\"a\", @b))=%%", "missing-open-paren"),
        ("%%[ set @a = Trimv(@b), 1) ]%%", "missing-open-paren"),
        ("%%[[type=post;name=save set @a = 1\nset @b = 2 ]%%", "unterminated-bracket-name"),
        ("%%[[type=post;name=save] set @a = 1 ]%%", ""),
        ("%%[[type=post]]%%", ""),
        ("%%[ set @a = @row.Name ]%%", "unsupported-operator"),
        ("%%[ set @a = IIf(@a is null, 1, 2) ]%%", "unexpected-token"),
        ("%%[ if @a is not null then endif ]%%", "unexpected-token"),
        ("%%[ if @a in ('x', 'y') then endif ]%%", "unsupported-operator"),
        ("%%[ set @a = Concat(\"a, \"b\") ]%%", "unterminated-string"),
        ("%%[ set @a = Concat('it's', 'b') ]%%", "unterminated-string"),
        ("%%[ set @a = f(,) ]%%", "expected-expression"),
        ("%%[ if @a == 'x then ]%%", "unterminated-string"),
        ("%%[ set @a = f({{#x}}\"a\", @b) ]%%", "unexpected-character"),
        ("%%[ set @a = \"a \\\"b\\\" c\" ]%%", "backslash-escape"),
        ("%%[ set @a = Add(1, 2 ]%%", "dangling:missing-close-paren"),
        ("%%[ set @a\u{a0}= 1 ]%%", "non-ascii-whitespace"),
        ("%%[ set @a = Concat('a' + @b, 'c') ]%%", "unsupported-operator"),
        ("%%[ set @a = -@c ]%%", "unsupported-operator"),
        // forms of other languages, and slips of the finger
        ("%%[ @a == 1 then set @b = 2 endif ]%%", "continues:unexpected-keyword"),
        ("%%[ set @b = 1\n@a == 1 then set @b = 2 endif ]%%", "unexpected-keyword"),
        ("%%[ @i = 1 to 3 do set @x = 1 next @i ]%%", "unexpected-keyword"),
        ("%%[ fi @a == 1 then endif ]%%", "unexpected-token"),
        ("%%[ if @a then elsif @b == 1 then esle endif ]%%", "unexpected-token unexpected-token"),
        ("%%[ vra @a, @b fro @i = 1 to 3 do next ]%%", "unexpected-token unexpected-token"),
        ("%%[ while @a < 3 do set @a = 1 endwhile ]%%", "unsupported-statement"),
        (
            "%%[ foreach (@r in @rows) { } for each @r in @rows do next ]%%",
            "unsupported-statement unsupported-statement",
        ),
        ("%%[ function f(a) { return a } let @a = 1 ]%%", "unsupported-statement unsupported-statement"),
        // braces, and words that end something, are reported by the page
        ("%%[ if (@a == 1) { set @b = 2 } else { set @c = 1 } ]%%", ""),
        ("%%[ for @i = 1 to 3 do break endfor end for nxt end fi endswitch ]%%", ""),
        ("%%=v({)=%%", "unexpected-character"),
        // a comment that lacks its beginning
        ("%%[ set @a = 1\n the old way, in short: it's 'if' or else\n*/ set @b = 2 ]%%", "unexpected-character"),
        ("%%[\n see Lookup (old)\n*/\nset @b = 2 ]%%", "unexpected-character"),
        ("%%[ /* a /* b */ set @a = x y */ ]%%", "unexpected-character"),
        ("%%[ --> set @a = 1 --> ]%%", "unexpected-character unexpected-character"),
        // a list that the region ends in or begins with
        ("%%[ set @a = Concat('x', ]%%", "dangling:missing-close-paren"),
        ("%%[ 'y') ]%%", "continues:unmatched-close-paren"),
        ("%%[ , 'y',\n'z') set @b = 1 ]%%", "continues:unmatched-close-paren"),
        ("%%[ ) ]%%", "continues:unmatched-close-paren"),
        ("%%[ ( ]%%", "dangling:expected-expression"),
        // quotes
        ("%%[ set @a = ‘it’s’ ]%%", "smart-quote"),
        ("%%[ set @a = “x\" ]%%", "smart-quote"),
        ("%%[ set @a = Concat(\"x”, \"y\") set @b = \"z\" ]%%", "smart-quote"),
        ("%%[ set @a = \"Hello, \"World\" set @b = 1 ]%%", "unterminated-string"),
        ("%%[ set @a = \"<p>\n<b>x</b>\nset @b = \"y\" ]%%", "unterminated-string"),
        ("%%[ set @a = \"x\" set @b = \"y set @c = \"z\" ]%%", "unterminated-string"),
        // what is no value, and what is none yet
        ("%%=%%FirstName%%=%%", "unexpected-character"),
        ("%%=v(%%[First Name]%%)=%%", "unexpected-character"),
        ("%%[ set @a = Concat(%%First Name%%, 'x') ]%%", "unexpected-character"),
        (
            "%%[ set {{x}} = {{y}} set @a = {z} set @b = ${z} ]%%",
            "unexpected-character unexpected-character unexpected-character unexpected-character",
        ),
        ("%%[ set @a = Lookup({{a\nb}}, {{c}}) ]%%", "unexpected-character unexpected-character"),
        ("%%[ if @a = then endif ]%%", "expected-expression"),
        ("%%[ if (@a = ) then endif ]%%", "expected-expression"),
        ("%%[ if @a then set @b=end if ]%%", "expected-expression"),
        ("%%[ set @a, @b = 1 ]%%", "expected-equals"),
        ("%%[ set @a = 1, @b = 2 ]%%", "unexpected-token"),
        ("%%[ set @a = x, ]%%", "trailing-comma"),
        ("%%[ set $a = 1 ]%%", "unexpected-character"),
        ("%%[ set @a++ set @b += 1 ]%%", "unsupported-operator unsupported-operator"),
        ("%%[ set a++ ]%%", "expected-variable"),
        ("%%=IIf(@a == 1 then 'x' else 'y')=%%", "unexpected-token"),
        ("%%=IIf(@a == 1, 'x' else 'y')=%%", "unexpected-token"),
        ("%%[ if Empty(@a then set @b = f(1) endif ]%%", "missing-close-paren"),
        ("%%=v@a)=%%", "missing-open-paren"),
        ("%%=Concat(Lowercase @a), 'x')=%%", "missing-open-paren"),
        ("%%=Concat(FirstName @a)=%%", "missing-comma"),
        ("%%[ if not Empty @a) then endif ]%%", "missing-open-paren"),
        (
            "%%[ if @a eq 1 and @b is not 'x' or @c is 1 then endif ]%%",
            "unsupported-operator unsupported-operator unsupported-operator",
        ),
        ("%%[ if FirstName ne LastName then endif ]%%", "unsupported-operator"),
        ("%%[ set @a = b1a4-5f26\"\nset @b = 1 ]%%", "unterminated-string"),
        ("%%[ set @a = Concat(Key: \", @b) ]%%", "unterminated-string"),
        // something twice, or its beginning not at all
        ("%%[ set @a = = 1 ]%%", "equality-in-set"),
        ("%%[ if if @a then set set @b = 1 endif ]%%", "unexpected-keyword unexpected-keyword"),
        ("%%[ set @a = ('x', 'y') ]%%", "expected-expression"),
        ("%%[ set @a = IIf((@b 'x'), 1, 2) ]%%", "unexpected-token"),
        ("%%[ set @a = Field(Row(@b, 1)), 'x') ]%%", "unmatched-close-paren"),
        ("%%=v(@a)\" class=\"x\">it's; {=%%", "unexpected-token"),
        ("%%=v(@a); color: red; it's=%%", "unexpected-character"),
        // words, operators and values of other languages
        ("%%[ set @a to 5 set @b = 1 ]%%", "expected-equals"),
        ("%%[ set @a is \"x\" ]%%", "expected-equals"),
        ("%%[ set @a = \"x\" . \"y\" ]%%", "unsupported-operator"),
        ("%%[ set @a = @x . @y . \"z\" ]%%", "unsupported-operator"),
        ("%%[ set @a = \"x\" ~ \"y\" ]%%", "unsupported-operator"),
        ("%%[ set @a = {\"a\": 1, \"b\": {\"c\": @x}} set @b = 1 ]%%", "unexpected-character"),
        ("%%[ set @a = `b c` set @b = `d` ]%%", "unexpected-character unexpected-character"),
        ("%%[ set @a = Concat(`b`, \"x\") ]%%", "unexpected-character"),
        ("%%[ set straße = 1 ]%%", "expected-variable"),
    ] {
        let found = ids(text);
        if found != expected {
            wrong.push(format!("{text}\n  expected {expected}\n  found    {found}: {}", problems(text)));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn places() {
    let check = |text: &str, expected: &Expect| expected.assert_eq(&problems(text));
    check("%%[ if @a == 1\n  set @b = 2 ]%%", &expect![[r#"expected-then@14..14 """#]]);
    check("%%[ set @a = Concat('a' 'b') ]%%", &expect![[r#"missing-comma@23..23 """#]]);
    check("%%[ set @a = Concat('a', 'b'\nset @c = 1 ]%%", &expect![[r#"missing-close-paren@28..28 """#]]);
    check("%%[ set @a = 1 ]%%", &expect![""]);
}

#[test]
fn deep_and_long_input_neither_overflows_nor_hangs() {
    std::thread::Builder::new()
        .stack_size(2 << 20)
        .spawn(|| {
            let n = 10_000;
            for text in [
                format!("%%[ set @a = {}1{} ]%%", "(".repeat(n), ")".repeat(n)),
                format!("%%[ set @a = {}1{} ]%%", "f(".repeat(n), ")".repeat(n)),
                format!("%%[ set @a = {} 1 ]%%", "not ".repeat(n)),
                format!("%%[ set @a = {} 1 ]%%", "- ".repeat(n)),
                format!("%%[ set @a = {} 1 ]%%", "1 + ".repeat(n)),
                format!("%%[ if {} 1 then ]%%", "1 and ".repeat(n)),
                format!("%%[ if {} 1 then ]%%", "1 < ".repeat(n)),
                format!("%%[ {} ]%%", "if 1 then ".repeat(n)),
                format!("%%[ f({}) ]%%", "a ".repeat(n)),
                format!("%%[ f{} ]%%", "(0).g".repeat(n)),
                format!("%%[ {} ]%%", "@a = ".repeat(n)),
            ] {
                let (_, parse) = parse(&text);
                drop(parse);
            }
        })
        .unwrap()
        .join()
        .unwrap();
}

#[test]
fn nesting_is_reported_once() {
    let n = 300;
    let text = format!("%%[ set @a = {}1{} ]%%", "(".repeat(n), ")".repeat(n));
    assert_eq!(ids(&text), "nesting-too-deep");
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(400))]

    #[test]
    fn lossless_on_any_mix(pieces in proptest::collection::vec(proptest::sample::select(PIECES), 0..24), inline: bool) {
        let body = pieces.concat();
        let text = if inline { format!("%%={body}") } else { format!("%%[{body}") };
        parse(&text);
    }

    #[test]
    fn lossless_on_any_text(body in ".{0,80}") {
        parse(&format!("%%[{body}"));
    }
}

const PIECES: &[&str] = &[
    "set ",
    "var ",
    "if ",
    "then ",
    "else ",
    "elseif ",
    "endif ",
    "for ",
    "to ",
    "do ",
    "next ",
    "end ",
    "@a",
    " @@b",
    " = ",
    " == ",
    "<",
    ">=",
    "!",
    "&&",
    "+",
    "- ",
    "-1",
    "1.5",
    "007",
    "1e3",
    "(",
    ")",
    ",",
    "f(",
    "'x'",
    "\"",
    "'",
    "[N a]",
    "[",
    "]",
    "/*",
    "*/",
    "//",
    "<!--",
    "-->",
    "\n",
    " ",
    "\u{a0}",
    "é",
    "“",
    "”",
    ";",
    "{{x}}",
    "%%n%%",
    "%%[",
    "]%%",
    "%%=",
    "=%%",
    "<script language=ampscript>",
    "</script>",
    "and ",
    "or ",
    "not ",
    "true",
    "null",
    ".",
];
