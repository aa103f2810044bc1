//! SQL of query activities: functions, words, and the system's data views.

mod function;
mod view;
mod words;

pub use function::{
    Category, ForeignFunction, Form, Function, Param, ParamType, Support, foreign_function, foreign_functions,
    function, functions, is_untried_function,
};
pub use view::{
    ColumnType, Confidence, DataView, FieldType, Join, KnownValue, Length, Retention, ViewColumn, ViewStatus, view,
    views,
};
pub use words::{DatePart, convert_styles, data_types, date_part, date_parts};
