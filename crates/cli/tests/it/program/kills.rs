//! The demo in small: answers get lost, the server is killed on the way, and both sides agree.

use super::Place;

#[test]
fn both_sides_agree_with_faults_and_kills() {
    agrees(&["--records", "30", "--faults", "--kill", "2"]);
}

#[test]
fn an_erp_that_pushes_and_the_crm_agree_with_faults_and_a_kill() {
    agrees(&["--example", "any-erp", "--records", "20", "--faults", "--kill", "1"]);
}

fn agrees(options: &[&str]) {
    let place = Place::new();
    let mut command = place.command(&[&["demo", "--once", "--json"], options].concat());
    let output = command.current_dir(crate::tidy::root()).output().expect("qiao runs");
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    let last = out.lines().last().unwrap_or_default();
    let value: serde_json::Value = serde_json::from_str(last).unwrap_or_else(|_| panic!("{out}\n{err}"));
    assert_eq!(value["agree"], true, "{value}\n{err}");
    assert_eq!((&value["lost"], &value["duplicates"]), (&0.into(), &0.into()), "{value}");
    assert_eq!(output.status.code(), Some(0), "{value}\n{err}");
}
