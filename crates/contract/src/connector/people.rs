//! The people and departments of a system, as it lists them: to bind them, and to name them.

use model::Secret;
use model::binding::Kind;

/// Who is to be listed.
#[derive(Debug, Clone, Copy)]
pub struct PeopleAsk<'a> {
    pub kind: Kind,
    /// Only those with these ids or numbers; absent lists all. A connector may give more than were asked for.
    pub ids: Option<&'a [String]>,
}

/// A person or department as the system knows it. What identifies a person elsewhere is theirs, so it is kept like a
/// secret: it prints as nothing and goes nowhere but to whoever may compare or see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// The id that the system's fields for people hold.
    pub id: String,
    /// The number by which its documents refer to them, where that is not the id.
    pub number: Option<String>,
    pub name: String,
    pub mobile: Option<Secret>,
    /// The number that the company itself gives.
    pub employee_number: Option<String>,
    /// Still at work; a department still in use.
    pub active: bool,
}
