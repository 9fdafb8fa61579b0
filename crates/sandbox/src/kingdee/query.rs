//! ExecuteBillQuery and BillQuery: one SQL statement with LEFT JOINs over the tables of a form
//! (`protocols/kingdee.md §5`).
//!
//! [`request`] reads the packet, [`column`] finds what the keys mean, [`filter`] reads the condition into an
//! [`expression`](expression::Expression), [`narrow`] finds the documents it can be true for without looking at all
//! of them, and [`run`] joins, filters, orders and cuts.

pub mod column;
pub mod expression;
mod filter;
mod filter_list;
mod lexer;
mod narrow;
pub mod print;
pub mod request;
pub mod run;
