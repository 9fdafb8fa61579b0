//! The business from order to cash: what salespeople, the warehouse and finance do, and what must come of it.

pub mod edits;
pub mod law;

mod books;
mod erp;
mod sales;
