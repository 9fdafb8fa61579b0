//! The reference page of the functions is the one that the table makes.

#[test]
fn the_page_of_functions_is_fresh() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/reference/functions.md");
    let written = std::fs::read_to_string(path).unwrap_or_default();
    if written != mapping::functions_reference() {
        std::fs::write(path, mapping::functions_reference()).unwrap();
        panic!("docs/reference/functions.md was stale and has been written anew; commit it");
    }
}
