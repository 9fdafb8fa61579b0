//! The business of dispatching: salespeople write delivery notes of orders, and the ERP derives (下推) its outbound
//! documents from its own orders, in parts, while the warehouse pushes some by hand.

pub mod edits;
pub mod law;
