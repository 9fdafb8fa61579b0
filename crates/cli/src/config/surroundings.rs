//! The surroundings of the process, read here and nowhere else.

/// A variable; blank ones count as absent.
#[expect(clippy::disallowed_methods, reason = "this is where surroundings are read")]
pub fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.trim().is_empty())
}
