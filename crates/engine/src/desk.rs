//! The repair desk (数据维护): which tasks a person means, why they stand still, and what is done about all of them.
//!
//! What it does at once is for as many tasks as a person waits for; more is a job ([`crate::jobs`]).

mod causes;
mod selecting;

pub use causes::{CauseGroup, causes};
pub use selecting::{Chosen, all_of, holds, page};
