use sfmc_syntax::ast::sql::ArithOp;

use super::*;

#[track_caller]
fn joined(a: &str, b: &str, expected: &str) {
    let (a, b) = (SqlType::parse(a), SqlType::parse(b));
    assert_eq!(a.join(b).to_string(), expected);
    assert_eq!(b.join(a).to_string(), expected);
}

#[test]
fn the_higher_type_wins() {
    joined("int", "varchar(5)", "int");
    joined("int", "bigint", "bigint");
    joined("bit", "tinyint", "tinyint");
    joined("nvarchar(5)", "varchar(10)", "nvarchar(10)");
    joined("nvarchar(5)", "varchar(max)", "nvarchar(max)");
    joined("nvarchar(?)", "varchar(10)", "nvarchar");
    joined("char(2)", "char(3)", "char(3)");
    joined("char(2)", "varchar(3)", "varchar(3)");
    joined("date", "datetime", "datetime");
    joined("datetime", "nvarchar(20)", "datetime");
    joined("decimal(5,2)", "decimal(10,0)", "decimal(12,2)");
    joined("decimal(5,2)", "int", "decimal(12,2)");
    joined("decimal(5,2)", "float", "float");
    joined("decimal(38,0)", "decimal(38,10)", "decimal(38,10)");
    joined("uniqueidentifier", "nvarchar(36)", "uniqueidentifier");
    joined("geometry", "int", "?");
}

#[test]
fn types_as_they_are_written() {
    for text in ["nvarchar(254)", "varchar(max)", "decimal(4,2)", "char(1)", "varbinary(8000)", "real", "datetime2"] {
        assert_eq!(SqlType::parse(text).to_string(), text);
    }
    assert_eq!(SqlType::parse("NUMERIC").to_string(), "decimal(18,0)");
    assert_eq!(SqlType::parse("float(24)").to_string(), "real");
    assert_eq!(SqlType::parse("nvarchar(?)").to_string(), "nvarchar");
    assert_eq!(SqlType::parse("decimal(99,120)").to_string(), "decimal(38,38)");
    assert_eq!(SqlType::parse(""), SqlType::Unknown);
    assert_eq!(SqlType::parse("(("), SqlType::Unknown);
}

#[test]
fn operators() {
    let check = |a: &str, op: ArithOp, b: &str, expected: &str| {
        assert_eq!(arithmetic(op, SqlType::parse(a), SqlType::parse(b)).to_string(), expected, "{a} {op:?} {b}");
    };
    check("int", ArithOp::Divide, "int", "int");
    check("bit", ArithOp::Add, "bit", "int");
    check("int", ArithOp::Add, "varchar(3)", "int");
    check("varchar(3)", ArithOp::Add, "nvarchar(4)", "nvarchar(7)");
    check("varchar(3)", ArithOp::Subtract, "nvarchar(4)", "?");
    check("nvarchar(4000)", ArithOp::Add, "nvarchar(10)", "nvarchar(4000)");
    check("nvarchar(max)", ArithOp::Add, "nvarchar(10)", "nvarchar(max)");
    check("datetime", ArithOp::Subtract, "int", "datetime");
    check("date", ArithOp::Add, "int", "?");
    check("datetime", ArithOp::Multiply, "int", "?");
    // As the server answers `1.0 / 3`.
    check("decimal(2,1)", ArithOp::Divide, "decimal(1,0)", "decimal(7,6)");
    check("decimal(5,2)", ArithOp::Multiply, "decimal(5,2)", "decimal(11,4)");
    check("decimal(5,2)", ArithOp::Add, "decimal(7,1)", "decimal(9,2)");
    check("decimal(38,10)", ArithOp::Multiply, "decimal(38,10)", "decimal(38,6)");
    check("decimal(38,0)", ArithOp::Add, "decimal(38,0)", "decimal(38,0)");
    check("decimal(5,2)", ArithOp::Add, "float", "float");
    check("money", ArithOp::Multiply, "int", "money");
    check("int", ArithOp::BitAnd, "bigint", "bigint");
    check("float", ArithOp::BitAnd, "int", "?");
    assert_eq!(negated(SqlType::Bit), SqlType::SmallInt);
    assert_eq!(negated(SqlType::Date), SqlType::Unknown);
}

#[test]
fn nullability() {
    use Nullability::{Maybe, Never, Unknown};
    assert_eq!(Never.either(Maybe), Maybe);
    assert_eq!(Unknown.either(Maybe), Maybe);
    assert_eq!(Never.either(Unknown), Unknown);
    assert_eq!(Maybe.both(Never), Never);
    assert_eq!(Maybe.both(Unknown), Unknown);
}
