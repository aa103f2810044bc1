use expect_test::{Expect, expect};
use sfmc_db::{Database, FileKind};

use super::*;

#[track_caller]
fn check(text: &str, expect: &Expect) {
    let db = Database::default();
    let page = db.add_page(text, FileKind::Page);
    let mut found = String::new();
    for &chunk in page.chunks(&db).iter() {
        let lowered = lowered(&db, chunk);
        for (step, range) in lowered.body.steps.iter().zip(&lowered.steps) {
            let name = format!("{step:?}");
            let name = name.split([' ', '(']).next().unwrap();
            found.push_str(&format!("{name} `{}`\n", &text[*range]));
        }
        for (expr, range) in lowered.body.exprs.iter().zip(&lowered.exprs) {
            found.push_str(&format!("  `{}` {expr:?}\n", &text[*range]));
        }
    }
    expect.assert_eq(&found);
}

#[test]
fn steps_and_expressions() {
    check(
        "%%[ VAR @a, @B set @a = Concat(\"x\"\"y\", [First Name]) if (@a != '') and not Empty(@b) then ]%% text \
         %%=v(@a)=%% %%[ endif for @i = 1 downto 0 do next ]%%%%name%%",
        &expect![[r#"
            Enter `%%[`
            Declare `@a`
            Declare `@B`
            Set `set`
            If `if`
            Exit `]%%`
            Text ` text `
            Print `v(@a)`
            Enter `%%[`
            Endif `endif`
            For `for`
            Next `next`
            Exit `]%%`
            Personalization `%%name%%`
              `@a` Variable(NameId(0))
              `@B` Variable(NameId(1))
              `@a` Variable(NameId(0))
              `"x""y"` Text("x\"y")
              `[First Name]` Attribute("First Name")
              `Concat("x""y", [First Name])` Call(Call { function: Some(FunctionId(24)), args: Operands { start: 0, len: 2 }, whole: true })
              `@a` Variable(NameId(0))
              `''` Text("")
              `@a != ''` Compare { op: NotEqual, lhs: ExprId(6), rhs: ExprId(7) }
              `@b` Variable(NameId(1))
              `Empty(@b)` Call(Call { function: Some(FunctionId(48)), args: Operands { start: 4, len: 1 }, whole: true })
              `not Empty(@b)` Not(ExprId(10))
              `(@a != '') and not Empty(@b)` Logical { op: And, operands: Operands { start: 5, len: 2 }, disputed: false }
              `@a` Variable(NameId(0))
              `v(@a)` Call(Call { function: Some(FunctionId(155)), args: Operands { start: 7, len: 1 }, whole: true })
              `@i` Variable(NameId(2))
              `1` Integer(1)
              `0` Integer(0)
              `%%name%%` Attribute("name")
        "#]],
    );
}

#[test]
fn wrong_code() {
    check(
        "%%[ set a = 1 set @b = 1 + @c if @x = 2 then endif Foo(1, ]%%",
        &expect![[r#"
        Enter `%%[`
        Eval `set`
        Set `set`
        If `if`
        Endif `endif`
        Eval `Foo(1, `
        Exit `]%%`
          `a` Other(Operands { start: 0, len: 0 })
          `1` Integer(1)
          `@b` Variable(NameId(0))
          `1` Integer(1)
          `@c` Variable(NameId(1))
          `1 + @c` Other(Operands { start: 0, len: 2 })
          `@x` Variable(NameId(2))
          `2` Integer(2)
          `@x = 2` Other(Operands { start: 2, len: 2 })
          `1` Integer(1)
          `` Missing
          `Foo(1, ` Call(Call { function: None, args: Operands { start: 4, len: 2 }, whole: false })
    "#]],
    );
}
