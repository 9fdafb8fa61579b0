//! The business of partners: customers that both the CRM and the ERP maintain. Flows go both ways; a value map takes two
//! levels to one, amounts are rounded, and the vendors' clocks are off.

pub mod edits;
pub mod law;
pub mod quarrels;
