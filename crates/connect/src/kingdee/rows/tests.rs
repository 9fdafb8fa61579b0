use model::json;

use super::super::form::presets;
use super::*;

/// The ids of the lines' rows, `-` where there is none.
fn check(key: Option<&str>, links: &[Option<&str>], mapped: &str, expected: &str) {
    check_beside(&[], (key, links), mapped, expected);
}

fn check_beside(
    others: &[&str],
    (key, links): (Option<&str>, &[Option<&str>]),
    mapped: &str,
    expected: &str,
) {
    let observed = r#"{"FSaleOrderEntry":[
        {"FEntryID":501,"FMaterialId":{"FNumber":"螺栓"},"FQty":10,"F_QIAO_LINE":"甲"},
        {"FEntryID":502,"FMaterialId":{"FNumber":"螺母"},"FQty":20,"F_QIAO_LINE":"乙"},
        {"FEntryID":503,"FMaterialId":{"FNumber":"螺栓"},"FQty":10,"F_QIAO_LINE":" "},
        {"FEntryID":504,"FMaterialId":{"FNumber":"垫片"},"FQty":5,"F_QIAO_LINE":null}]}"#;
    let Value::Map(body) = json::read(observed).unwrap().into_owned() else { panic!("no document") };
    let observed = Found {
        id: "100001".into(),
        number: None,
        name: None,
        version: None,
        status: None,
        void: false,
        closed: None,
        body,
    };
    let lines = DetailLines {
        list: "FSaleOrderEntry".into(),
        key: key.map(str::to_owned),
        rows: links.iter().map(|id| id.map(str::to_owned)).collect(),
        gone: Vec::new(),
        others: others.iter().map(|id| (*id).to_owned()).collect(),
    };
    let mapped_lines = json::read(mapped).unwrap();
    let form = presets().form("SAL_SaleOrder").unwrap();
    let told = rows(&form, &lines, mapped_lines.as_list().unwrap(), &observed);
    let told: Vec<String> = told.into_iter().map(|id| id.unwrap_or_else(|| "-".into())).collect();
    assert_eq!(told.join(" "), expected, "{mapped}");
}

#[test]
fn a_linked_line_has_its_row_whatever_it_says_now() {
    check(None, &[Some("504"), Some("501")], r#"[{"FQty":1},{"FQty":2}]"#, "504 501");
    check(Some("F_QIAO_LINE"), &[Some("502")], r#"[{"F_QIAO_LINE":"甲"}]"#, "502");
}

#[test]
fn lines_that_changed_places_keep_their_rows() {
    let links = [Some("503"), Some("501"), Some("502")];
    check(None, &links, r#"[{"FQty":10},{"FQty":10},{"FQty":20}]"#, "503 501 502");
}

#[test]
fn a_line_whose_linked_row_is_gone_is_found_by_its_key_or_is_new() {
    check(Some("F_QIAO_LINE"), &[Some("999")], r#"[{"F_QIAO_LINE":"乙","FQty":1}]"#, "502");
    check(Some("F_QIAO_LINE"), &[Some("999")], r#"[{"F_QIAO_LINE":"丙","FQty":10}]"#, "-");
}

#[test]
fn a_key_that_two_lines_have_gives_each_a_row_of_its_own() {
    let mapped = r#"[{"FMaterialId":{"FNumber":"螺栓"}},{"FMaterialId":{"FNumber":"螺栓"}},{"FMaterialId":{"FNumber":"螺栓"}}]"#;
    check(Some("FMaterialId.FNumber"), &[], mapped, "501 503 -");
}

#[test]
fn lines_without_link_and_key_have_the_rows_that_hold_them_in_order() {
    let bolts =
        r#"[{"FMaterialId":{"FNumber":"螺栓"},"FQty":"10.00"},{"FMaterialId":{"FNumber":"螺栓"},"FQty":10}]"#;
    check(None, &[], bolts, "501 503");
    check(None, &[Some("501"), None], bolts, "501 503");
    // The server rounded the quantity: the material still tells.
    check(None, &[], r#"[{"FMaterialId":{"FNumber":"垫片"},"FQty":5.004}]"#, "504");
    check(None, &[], r#"[{"FMaterialId":{"FNumber":"弹簧"},"FQty":7}]"#, "-");
}

#[test]
fn a_row_that_was_there_before_is_taken_only_where_it_holds_all_of_a_line() {
    let rounded = r#"[{"FMaterialId":{"FNumber":"垫片"},"FQty":5.004}]"#;
    check_beside(&["504"], (None, &[]), rounded, "-");
    check_beside(&["501", "502"], (None, &[]), rounded, "504");
    let whole = r#"[{"FMaterialId":{"FNumber":"螺栓"},"FQty":10}]"#;
    check_beside(&["501"], (None, &[]), whole, "501");
    check_beside(&["504"], (None, &[Some("504")]), rounded, "504");
}

#[test]
fn a_row_that_another_line_is_linked_to_is_not_taken() {
    let mapped =
        r#"[{"FMaterialId":{"FNumber":"螺母"},"FQty":20},{"FMaterialId":{"FNumber":"螺母"},"FQty":3}]"#;
    check(None, &[None, Some("502")], mapped, "- 502");
}

#[test]
fn five_hundred_lines_keep_their_rows_when_they_are_turned_round() {
    let row = |n: usize| format!(r#"{{"FEntryID":{},"FQty":{n}}}"#, 1000 + n);
    let observed: Vec<String> = (1..=500).map(row).collect();
    let observed = json::read(&format!("[{}]", observed.join(","))).unwrap().into_owned();
    let mapped: Vec<String> = (1..=500).rev().map(|n| format!(r#"{{"FQty":{n}}}"#)).collect();
    let mapped = json::read(&format!("[{}]", mapped.join(","))).unwrap().into_owned();
    let lines = DetailLines { list: "FSaleOrderEntry".into(), ..DetailLines::default() };
    let sides = Sides {
        lines: &lines,
        id_name: "FEntryID",
        mapped: mapped.as_list().unwrap(),
        observed: observed.as_list().unwrap(),
    };
    let expected: Vec<Option<usize>> = (0..500).rev().map(Some).collect();
    assert_eq!(places(&sides, Unlinked::Alike), expected);
    assert_eq!(places(&sides, Unlinked::Alone), vec![None; 500]);
}
