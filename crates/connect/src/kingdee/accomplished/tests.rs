use model::{Map, json};

use super::*;

fn map(text: &str) -> Map<'static> {
    match json::read(text).unwrap().into_owned() {
        Value::Map(map) => map,
        _ => panic!("{text} is no map"),
    }
}

fn form() -> Form {
    super::super::form::presets().form("BD_Customer").unwrap()
}

fn found(status: &str, void: bool, body: &str) -> Found {
    Found {
        id: "100325".into(),
        number: None,
        name: None,
        version: None,
        status: Some(status.into()),
        void,
        body: map(body),
        closed: None,
    }
}

fn step(action: Action, document: &str, options: &str) -> Step {
    Step {
        action,
        object: "BD_Customer".into(),
        id: Some("100325".into()),
        number: None,
        document: document.into(),
        options: options.into(),
        row_of: None,
    }
}

#[test]
fn a_change_of_status_is_accomplished_when_the_document_has_come_that_far() {
    // operation; the outcomes for draft, saved, submitted, audited, reaudit
    for (operation, expected) in [
        ("Submit", [false, false, true, true, false]),
        ("Audit", [false, false, false, true, false]),
        ("UnAudit", [true, true, true, false, true]),
        ("CancelAssign", [true, true, false, false, true]),
        ("BillClose", [false; 5]),
    ] {
        for (status, expected) in
            ["draft", "saved", "submitted", "audited", "reaudit"].into_iter().zip(expected)
        {
            let step = step(Action::Transition(operation.into()), "", "");
            assert_eq!(
                accomplished(&form(), &step, &found(status, false, "{}")),
                expected,
                "{operation} {status}"
            );
        }
    }
}

#[test]
fn voiding_and_enabling_show_in_the_record() {
    for (operation, void, expected) in [
        ("Forbid", true, true),
        ("Forbid", false, false),
        ("Cancel", true, true),
        ("Enable", false, true),
        ("Enable", true, false),
        ("UnCancel", false, true),
    ] {
        let step = step(Action::Transition(operation.into()), "", "");
        assert_eq!(
            accomplished(&form(), &step, &found("audited", void, "{}")),
            expected,
            "{operation} {void}"
        );
    }
    assert!(!accomplished(&form(), &step(Action::Delete, "", ""), &found("saved", false, "{}")));
    assert!(accomplished(&form(), &step(Action::Create, "{}", ""), &found("saved", false, "{}")));
}

#[test]
fn an_update_is_accomplished_when_all_that_it_sends_is_there() {
    let body = r#"{"FName":"启明","FGroup":{"FNumber":"01"},"FT_BD_CUSTCONTACT":[{"FENTRYID":11,"FNAME1":"李四"},{"FENTRYID":12,"FNAME1":"王五"}]}"#;
    for (document, expected) in [
        (r#"{"FCUSTID":100325,"FName":"启明"}"#, true),
        (r#"{"FCUSTID":100325,"FName":"启明","FGroup":{"FNumber":"02"}}"#, false),
        (r#"{"FCUSTID":100325,"FGroup":{"FNUMBER":"01"}}"#, true),
        (r#"{"FCUSTID":100325,"FT_BD_CUSTCONTACT":[{"FENTRYID":12,"FNAME1":"王五"}]}"#, true),
        (r#"{"FCUSTID":100325,"FT_BD_CUSTCONTACT":[{"FNAME1":"李四"}]}"#, true),
        (r#"{"FCUSTID":100325,"FT_BD_CUSTCONTACT":[{"FENTRYID":11,"FNAME1":"王五"}]}"#, false),
        (r#"{"FCUSTID":100325,"FTEL":""}"#, true),
        (r#"{"FCUSTID":100325,"FTEL":"0755"}"#, false),
        ("", false),
    ] {
        let step = step(Action::Update, document, "{}");
        assert_eq!(accomplished(&form(), &step, &found("saved", false, body)), expected, "{document}");
    }
    let bare = step(Action::Update, r#"{"FCUSTID":100325}"#, "{}");
    assert!(accomplished(&form(), &bare, &found("saved", false, "{}")));
    assert!(!accomplished(&form(), &bare, &found("draft", false, "{}")));
}

#[test]
fn a_removal_is_accomplished_when_the_rows_are_gone() {
    let options = r#"{"IsDeleteEntry":"true","gone":{"FT_BD_CUSTCONTACT":["11"]}}"#;
    let step = step(Action::Update, r#"{"FCUSTID":100325,"FT_BD_CUSTCONTACT":[{"FENTRYID":12}]}"#, options);
    for (body, expected) in [
        (r#"{"FT_BD_CUSTCONTACT":[{"FENTRYID":12,"FNAME1":"王五"}]}"#, true),
        (r#"{"FT_BD_CUSTCONTACT":[]}"#, true),
        (r#"{"FT_BD_CUSTCONTACT":[{"FENTRYID":11},{"FENTRYID":12}]}"#, false),
        (r#"{}"#, false),
    ] {
        assert_eq!(accomplished(&form(), &step, &found("saved", false, body)), expected, "{body}");
    }
}

#[test]
fn closing_shows_in_the_field_of_the_form() {
    let order = super::super::form::presets().form("SAL_SaleOrder").unwrap();
    for (operation, closed, expected) in [
        ("YLBillClose", Some(true), true),
        ("YLBillClose", Some(false), false),
        ("YLBillClose", None, false),
        ("YLUnBillClose", Some(false), true),
        ("YLUnBillClose", Some(true), false),
        ("YLUnBillClose", None, false),
        ("YLTerminate", Some(true), false),
    ] {
        let observed = Found { closed, ..found("audited", false, "{}") };
        let step = step(Action::Transition(operation.into()), "", "");
        assert_eq!(accomplished(&order, &step, &observed), expected, "{operation} {closed:?}");
    }
}

#[test]
fn a_derivation_made_the_document_that_was_not_there_before() {
    let derive = step(Action::Derive, "{}", r#"{"from":"SAL_SaleOrder","known":["100700"]}"#);
    let child = |id: &str| Found { id: id.into(), ..found("draft", false, "{}") };
    assert!(!accomplished(&form(), &derive, &child("100700")), "made by people, before");
    assert!(accomplished(&form(), &derive, &child("100777")));
}

#[test]
fn an_inserted_line_needs_a_row_that_was_not_there_before() {
    let options = r#"{"known":{"FT_BD_CUSTCONTACT":["11"]}}"#;
    let line = r#"{"FNAME1":"李四"}"#;
    for (lines, body, expected) in [
        // The same contact twice: the old row does not stand for the new line.
        (line.to_owned(), r#"{"FT_BD_CUSTCONTACT":[{"FENTRYID":11,"FNAME1":"李四"}]}"#, false),
        (
            line.to_owned(),
            r#"{"FT_BD_CUSTCONTACT":[{"FENTRYID":11,"FNAME1":"李四"},{"FENTRYID":12,"FNAME1":"李四"}]}"#,
            true,
        ),
        // Two new lines need two rows.
        (
            format!("{line},{line}"),
            r#"{"FT_BD_CUSTCONTACT":[{"FENTRYID":11,"FNAME1":"李四"},{"FENTRYID":12,"FNAME1":"李四"}]}"#,
            false,
        ),
        (
            r#"{"FENTRYID":11,"FNAME1":"李四"}"#.to_owned(),
            r#"{"FT_BD_CUSTCONTACT":[{"FENTRYID":11,"FNAME1":"李四"}]}"#,
            true,
        ),
    ] {
        let document = format!(r#"{{"FCUSTID":100325,"FT_BD_CUSTCONTACT":[{lines}]}}"#);
        let step = step(Action::Update, &document, options);
        assert_eq!(accomplished(&form(), &step, &found("saved", false, body)), expected, "{document} {body}");
    }
}
