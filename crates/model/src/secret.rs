//! Secret texts: shown by nothing.

use std::fmt;

/// A secret in memory. It has no `Display` and no `Serialize`, and its `Debug` shows nothing; it is read where it is
/// used, by [`Secret::reveal`], and nowhere else.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Secret(String);

impl Secret {
    pub fn new(text: impl Into<String>) -> Secret {
        Secret(text.into())
    }

    /// The secret itself. Whatever it is put into must not reach a log, an error or a stored call.
    pub fn reveal(&self) -> &str {
        &self.0
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}
