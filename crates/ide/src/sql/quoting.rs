//! How is a name written so that it is one?

pub(crate) use sfmc_sql::{is_plain_name as is_plain, quoted_name as quoted};
