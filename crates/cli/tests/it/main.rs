//! Tests of the whole house: its walls ([`tidy`]), its derived files ([`golden`]) and the program as it runs
//! ([`program`]).

mod golden;
mod program;
mod schemas;
mod tidy;
