//! Detail lines in a plan: by key and by link.

use super::*;

const CONTACTS: &[(&str, &str)] = &[("FT_BD_CUSTCONTACT", "FNUMBER1")];
const OBSERVED_CONTACTS: &str = r#"{"FT_BD_CUSTCONTACT":[{"FENTRYID":11,"FNUMBER1":"K1","FNAME1":"李四"},{"FENTRYID":12,"FNUMBER1":"K2","FNAME1":"王五"},{"FENTRYID":13,"FNUMBER1":"人工","FNAME1":"赵六"}],"FT_BD_CUSTBANK":[{"FENTRYID":7}]}"#;

fn contacts<'t>(mapped: &'t str, agreed: Option<&'t str>) -> Ask<'t> {
    Ask {
        mapped,
        changed: &["FT_BD_CUSTCONTACT"],
        observed: Some(("saved", false, OBSERVED_CONTACTS)),
        agreed,
        lines: CONTACTS,
        ..NOTHING
    }
}

#[test]
fn lines_are_matched_to_rows_and_new_ones_have_no_id() {
    let mapped =
        r#"{"FT_BD_CUSTCONTACT":[{"FNUMBER1":"K2","FNAME1":"王五五"},{"FNUMBER1":"K3","FNAME1":"钱七"}]}"#;
    let steps = planned(&contacts(mapped, None)).unwrap();
    assert_eq!(
        steps[0].document,
        r#"{"FCUSTID":100325,"FT_BD_CUSTCONTACT":[{"FENTRYID":12,"FNAME1":"王五五"},{"FNUMBER1":"K3","FNAME1":"钱七"}]}"#
    );
    assert!(steps[0].options.contains(r#""NeedUpDateFields":["FT_BD_CUSTCONTACT","FNAME1","FNUMBER1"]"#));
    let known = r#""known":{"FT_BD_CUSTCONTACT":["11","12","13"]}"#;
    assert!(steps[0].options.contains(known), "a new row is told by what was there: {}", steps[0].options);
    assert!(steps[0].options.contains(r#""IsDeleteEntry":"false""#));
}

#[test]
fn a_line_that_was_agreed_on_and_is_gone_is_removed_and_every_other_row_is_named() {
    let agreed =
        r#"{"FT_BD_CUSTCONTACT":[{"FNUMBER1":"K1","FNAME1":"李四"},{"FNUMBER1":"K2","FNAME1":"王五"}]}"#;
    let ask = contacts(r#"{"FT_BD_CUSTCONTACT":[{"FNUMBER1":"K2","FNAME1":"王五"}]}"#, Some(agreed));
    let steps = planned(&ask).unwrap();
    assert_eq!(steps.len(), 1, "the line that stays is as it is");
    assert_eq!(
        steps[0].document,
        r#"{"FCUSTID":100325,"FT_BD_CUSTCONTACT":[{"FENTRYID":12},{"FENTRYID":13}],"FT_BD_CUSTBANK":[{"FENTRYID":7}]}"#
    );
    assert!(steps[0].options.contains(r#""IsDeleteEntry":"true""#));
    assert!(steps[0].options.contains(r#""gone":{"FT_BD_CUSTCONTACT":["11"]}"#));
}

#[test]
fn a_removal_and_a_change_of_an_audited_document_are_two_saves_on_one_path() {
    let agreed = r#"{"FT_BD_CUSTCONTACT":[{"FNUMBER1":"K1"},{"FNUMBER1":"K2"}]}"#;
    let mapped = r#"{"FT_BD_CUSTCONTACT":[{"FNUMBER1":"K2","FNAME1":"新"}]}"#;
    let ask = Ask { observed: Some(("audited", false, OBSERVED_CONTACTS)), ..contacts(mapped, Some(agreed)) };
    check(&ask, "UnAudit update update Submit Audit");
    let documents = documents(&ask);
    assert!(documents[1].contains(r#"{"FENTRYID":13}"#), "rows of people stay: {}", documents[1]);
    assert!(documents[2].contains(r#"{"FENTRYID":12,"FNAME1":"新"}"#), "{}", documents[2]);
}

#[test]
fn all_agreed_lines_may_go() {
    let agreed = r#"{"FT_BD_CUSTCONTACT":[{"FNUMBER1":"K1"},{"FNUMBER1":"K2"}]}"#;
    for mapped in [r#"{"FT_BD_CUSTCONTACT":[]}"#, r#"{"FT_BD_CUSTCONTACT":null}"#] {
        let documents = documents(&contacts(mapped, Some(agreed)));
        assert_eq!(
            documents,
            [r#"{"FCUSTID":100325,"FT_BD_CUSTCONTACT":[{"FENTRYID":13}],"FT_BD_CUSTBANK":[{"FENTRYID":7}]}"#]
        );
    }
    check(&contacts(r#"{"FT_BD_CUSTCONTACT":[]}"#, None), "");
}

#[test]
fn lines_that_cannot_be_matched_safely_are_refused() {
    let line = r#"{"FT_BD_CUSTCONTACT":[{"FNUMBER1":" ","FNAME1":"李四"}]}"#;
    check(&contacts(line, None), "kingdee.line_key_blank");
    check(&Ask { lines: &[], ..contacts(line, None) }, "kingdee.lines_without_key");
    check(&Ask { observed: Some(("saved", false, "{}")), ..contacts(line, None) }, "kingdee.lines_unread");
    // The first rows of a list cannot be mistaken for others.
    let empty = Some(("saved", false, r#"{"FT_BD_CUSTCONTACT":[]}"#));
    check(&Ask { lines: &[], observed: empty, ..contacts(line, None) }, "update");
    let with_id = r#"{"FT_BD_CUSTCONTACT":[{"FENTRYID":11,"FNAME1":"李四四"}]}"#;
    check(&Ask { lines: &[], ..contacts(with_id, None) }, "update");
}

#[test]
fn a_reference_may_tell_lines_apart() {
    let ask = Ask {
        object: "SAL_SaleOrder",
        mapped: r#"{"FSaleOrderEntry":[{"FMaterialId":{"FNumber":"CH4441"},"FQty":12}]}"#,
        changed: &["FSaleOrderEntry"],
        observed: Some((
            "saved",
            false,
            r#"{"FSaleOrderEntry":[{"FEntryID":501,"FMaterialId":{"FNumber":"CH4440"},"FQty":1},{"FEntryID":502,"FMaterialId":{"FNumber":"CH4441"},"FQty":10.0}]}"#,
        )),
        lines: &[("FSaleOrderEntry", "FMaterialId.FNumber")],
        ..NOTHING
    };
    let expected = r#"{"FID":100325,"FSaleOrderEntry":[{"FEntryID":502,"FQty":12}]}"#;
    assert_eq!(documents(&ask), [expected]);
    assert_eq!(documents(&Ask { lines: &[("FSaleOrderEntry", "FMaterialId")], ..ask }), [expected]);
}

const ORDER: &str = r#"{"FSaleOrderEntry":[
    {"FEntryID":501,"FMaterialId":{"FNumber":"螺栓"},"FQty":10,"FTaxPrice":1.13},
    {"FEntryID":502,"FMaterialId":{"FNumber":"螺母"},"FQty":20,"FTaxPrice":0.5},
    {"FEntryID":503,"FMaterialId":{"FNumber":"人工加的"},"FQty":1,"FTaxPrice":9}]}"#;

fn order<'t>(mapped: &'t str, rows: &'t [Option<&'t str>], gone: &'t [&'t str]) -> Ask<'t> {
    Ask {
        object: "SAL_SaleOrder",
        mapped,
        changed: &["FSaleOrderEntry"],
        observed: Some(("saved", false, ORDER)),
        links: Some(Links { list: "FSaleOrderEntry", rows, gone }),
        ..NOTHING
    }
}

#[test]
fn a_linked_line_sends_what_differs_to_its_row_and_nothing_else() {
    let mapped = r#"{"FSaleOrderEntry":[{"FMaterialId":{"FNumber":"螺栓"},"FQty":"10.000","FTaxPrice":1.2},{"FMaterialId":{"FNumber":"螺母"},"FQty":20,"FTaxPrice":0.50}]}"#;
    let ask = order(mapped, &[Some("501"), Some("502")], &[]);
    assert_eq!(documents(&ask), [r#"{"FID":100325,"FSaleOrderEntry":[{"FEntryID":501,"FTaxPrice":1.2}]}"#]);
    let options = &planned(&ask).unwrap()[0].options;
    assert_eq!(
        options,
        r#"{"NeedUpDateFields":["FSaleOrderEntry","FTaxPrice"],"NeedReturnFields":["FBillNo"],"IsDeleteEntry":"false"}"#
    );
}

#[test]
fn lines_that_only_changed_places_change_nothing() {
    let mapped = r#"{"FSaleOrderEntry":[{"FMaterialId":{"FNumber":"螺母"},"FQty":20,"FTaxPrice":0.5},{"FMaterialId":{"FNumber":"螺栓"},"FQty":10,"FTaxPrice":1.13}]}"#;
    check(&order(mapped, &[Some("502"), Some("501")], &[]), "");
}

#[test]
fn an_inserted_line_is_a_row_without_an_id_and_a_gone_one_is_removed() {
    let mapped = r#"{"FSaleOrderEntry":[{"FMaterialId":{"FNumber":"螺母"},"FQty":20,"FTaxPrice":0.5},{"FMaterialId":{"FNumber":"垫片"},"FQty":5}]}"#;
    let ask = order(mapped, &[Some("502"), None], &["501"]);
    assert_eq!(
        documents(&ask),
        [
            r#"{"FID":100325,"FSaleOrderEntry":[{"FEntryID":502},{"FEntryID":503}]}"#,
            r#"{"FID":100325,"FSaleOrderEntry":[{"FMaterialId":{"FNumber":"垫片"},"FQty":5}]}"#,
        ],
        "the row that people added stays"
    );
}

#[test]
fn where_every_line_is_replaced_the_new_ones_come_first() {
    let mapped = r#"{"FSaleOrderEntry":[{"FMaterialId":{"FNumber":"垫片"},"FQty":5}]}"#;
    let only = r#"{"FSaleOrderEntry":[{"FEntryID":501,"FMaterialId":{"FNumber":"螺栓"},"FQty":10}]}"#;
    let ask = Ask { observed: Some(("saved", false, only)), ..order(mapped, &[None], &["501"]) };
    let sent = documents(&ask);
    assert_eq!(sent[0], r#"{"FID":100325,"FSaleOrderEntry":[{"FMaterialId":{"FNumber":"垫片"},"FQty":5}]}"#);
    assert_eq!(sent.len(), 2, "then the old row goes: {sent:?}");
}

#[test]
fn where_the_head_changes_too_the_rows_go_after_it() {
    // The customer of before may be forbidden by now, and the server checks it with every save.
    let mapped = r#"{"FCustId":{"FNumber":"KH2"},"FSaleOrderEntry":[{"FMaterialId":{"FNumber":"螺母"},"FQty":20,"FTaxPrice":0.5}]}"#;
    let observed = format!(r#"{{"FCustId":{{"FNumber":"KH1"}},{}"#, &ORDER[1..]);
    let ask = Ask {
        changed: &["FCustId", "FSaleOrderEntry"],
        observed: Some(("saved", false, &observed)),
        ..order(mapped, &[Some("502")], &["501"])
    };
    let sent = documents(&ask);
    assert_eq!(sent[0], r#"{"FID":100325,"FCustId":{"FNumber":"KH2"}}"#);
    assert_eq!(sent[1], r#"{"FID":100325,"FSaleOrderEntry":[{"FEntryID":502},{"FEntryID":503}]}"#);
}

#[test]
fn a_line_without_a_link_takes_the_row_that_a_lost_save_made() {
    let mapped = r#"{"FSaleOrderEntry":[{"FMaterialId":{"FNumber":"螺栓"},"FQty":10,"FTaxPrice":1.13},{"FMaterialId":{"FNumber":"螺母"},"FQty":20,"FTaxPrice":0.5}]}"#;
    check(&order(mapped, &[Some("501"), None], &[]), "");
}

#[test]
fn all_linked_rows_may_go_even_where_nothing_else_changed() {
    let ask = Ask { changed: &[], ..order(r#"{"FSaleOrderEntry":[]}"#, &[], &["501", "502", "999"]) };
    assert_eq!(documents(&ask), [r#"{"FID":100325,"FSaleOrderEntry":[{"FEntryID":503}]}"#]);
}

#[test]
fn one_line_of_five_hundred_is_one_row() {
    let rows: Vec<String> = (1..=500).map(|n| format!(r#"{{"FEntryID":{},"FQty":{n}}}"#, 1000 + n)).collect();
    let observed = format!(r#"{{"FSaleOrderEntry":[{}]}}"#, rows.join(","));
    let quantity = |n: usize| if n == 250 { 7 } else { n };
    let lines: Vec<String> = (1..=500).map(|n| format!(r#"{{"FQty":{}}}"#, quantity(n))).collect();
    let mapped = format!(r#"{{"FSaleOrderEntry":[{}]}}"#, lines.join(","));
    let ids: Vec<String> = (1001..=1500).map(|id| id.to_string()).collect();
    let links: Vec<Option<&str>> = ids.iter().map(|id| Some(id.as_str())).collect();
    let ask = Ask { observed: Some(("saved", false, &observed)), ..order(&mapped, &links, &[]) };
    assert_eq!(documents(&ask), [r#"{"FID":100325,"FSaleOrderEntry":[{"FEntryID":1250,"FQty":7}]}"#]);
}
