//! The business from order to cash: what salespeople, the warehouse and finance do, and what must come of it.

pub mod edits;
pub mod law;

pub mod books;
pub mod erp;
pub mod sales;
