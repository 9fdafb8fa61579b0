//! `functions.md`: the functions of expressions, as the mapping describes them.

pub fn page() -> String {
    mapping::functions_reference()
}
