//! Who is calling: logins that set cookies, signed headers, and the sessions both lead to
//! (`protocols/kingdee.md §2`).

pub mod login;
pub mod session;
pub mod signature;
