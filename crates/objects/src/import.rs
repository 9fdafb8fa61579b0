//! Objects from descriptions that exist already: an API description, a spreadsheet.

pub mod openapi;
pub mod sheet;
