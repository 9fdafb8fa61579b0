//! Tests of the whole house: its walls ([`tidy`]), its derived files ([`golden`]) and the program as it runs
//! ([`program`]), and what one crate writes and another reads ([`objects`]).

mod golden;
mod objects;
mod program;
mod schemas;
mod tidy;
