//! The derived pages are what they are derived from.

use std::fs;

use crate::tidy::root;

#[test]
fn the_reference_pages_are_up_to_date() {
    let accept = is_accepting();
    let mut stale = Vec::new();
    for (name, text) in cli::reference::pages() {
        let path = root().join("docs/reference").join(name);
        if fs::read_to_string(&path).is_ok_and(|there| there == text) {
            continue;
        }
        if accept {
            fs::create_dir_all(path.parent().expect("the page is in a folder"))
                .expect("the folder can be made");
            fs::write(&path, text).expect("the page can be written");
        } else {
            stale.push(name);
        }
    }
    assert!(stale.is_empty(), "stale: {stale:?}; make them anew with UPDATE_GOLDEN=1 cargo test -p cli");
}

#[expect(
    clippy::disallowed_methods,
    reason = "whoever runs the test says with a variable that new pages are right"
)]
fn is_accepting() -> bool {
    std::env::var_os("UPDATE_GOLDEN").is_some()
}
