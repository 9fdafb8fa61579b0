//! Why a function did not give what its hook asks for.

use model::{AnswerClass, Cause};

/// A failed call. The cause carries the place as parameters, too.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    pub cause: Cause,
    /// [`AnswerClass::Rejected`] where the function is to blame, so that its record fails alone and waits for a person;
    /// [`AnswerClass::Transient`] where trying again helps; else what the host's denial said.
    pub class: AnswerClass,
    /// Absent where no line is to blame.
    pub place: Option<Place>,
}

/// A place in the text of a function, counted from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    pub line: u32,
    pub column: u32,
}

impl Fault {
    /// A fault of the function itself.
    pub fn of_function(cause: Cause, place: Option<Place>) -> Fault {
        Fault { cause, class: AnswerClass::Rejected, place }
    }

    /// A fault that passes.
    pub fn passing(cause: Cause) -> Fault {
        Fault { cause, class: AnswerClass::Transient, place: None }
    }
}
