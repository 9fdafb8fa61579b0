use super::super::form::presets;
use super::*;
use contract::connector::{Derived, DetailLines};

mod bad_input;
mod closing;
mod derivation;
mod lines;

/// What a plan is asked, in JSON texts; the rest is empty.
#[derive(Clone)]
struct Ask<'t> {
    object: &'t str,
    create: &'t str,
    mapped: &'t str,
    changed: &'t [&'t str],
    /// Status, whether it is void, and the body.
    observed: Option<(&'t str, bool, &'t str)>,
    status: Option<&'t str>,
    void: Option<&'t str>,
    agreed: Option<&'t str>,
    lines: &'t [(&'t str, &'t str)],
    links: Option<Links<'t>>,
    /// Whether it is closed, and whether it is to be.
    is_closed: Option<bool>,
    closed: Option<bool>,
    derived: Option<&'t Derived>,
    options: &'t str,
}

/// A list with the rows its lines are linked to and the rows to go.
#[derive(Clone, Copy)]
struct Links<'t> {
    list: &'t str,
    rows: &'t [Option<&'t str>],
    gone: &'t [&'t str],
}

const NOTHING: Ask = Ask {
    object: "BD_Customer",
    create: "{}",
    mapped: "{}",
    changed: &[],
    observed: None,
    status: None,
    void: None,
    agreed: None,
    lines: &[],
    links: None,
    is_closed: None,
    closed: None,
    derived: None,
    options: "{}",
};

fn map(text: &str) -> Map<'static> {
    match json::read(text).unwrap().into_owned() {
        Value::Map(map) => map,
        _ => panic!("{text} is no map"),
    }
}

fn found(status: &str, void: bool, body: &str) -> Found {
    Found {
        id: "100325".into(),
        number: Some("CRM-000123".into()),
        name: None,
        version: None,
        status: (!status.is_empty()).then(|| status.to_owned()),
        void,
        body: map(body),
        closed: None,
    }
}

fn planned(ask: &Ask) -> Result<Vec<Step>, Cause> {
    let (create, mapped, options) = (map(ask.create), map(ask.mapped), map(ask.options));
    let observed =
        ask.observed.map(|(status, void, body)| Found { closed: ask.is_closed, ..found(status, void, body) });
    let changed: Vec<String> = ask.changed.iter().map(|name| (*name).to_owned()).collect();
    let keyed = |(list, key): &(&str, &str)| DetailLines {
        list: (*list).to_owned(),
        key: Some((*key).to_owned()),
        ..DetailLines::default()
    };
    let texts = |ids: &[&str]| ids.iter().map(|id| (*id).to_owned()).collect();
    let linked = ask.links.map(|Links { list, rows, gone }| DetailLines {
        list: list.to_owned(),
        key: None,
        rows: rows.iter().map(|id| id.map(str::to_owned)).collect(),
        gone: texts(gone),
        others: Vec::new(),
    });
    let lines: Vec<DetailLines> = ask.lines.iter().map(keyed).chain(linked).collect();
    let agreed = ask.agreed.map(map);
    let form = presets().form(ask.object).unwrap_or_else(|| Form::bill(ask.object));
    plan(
        &form,
        &PlanAsk {
            connection: &crate::exchanges::connection("kingdee-k3cloud", &[], &[]),
            object: ask.object,
            create: &create,
            mapped: &mapped,
            changed: &changed,
            observed: observed.as_ref(),
            status: ask.status,
            void: ask.void,
            agreed: agreed.as_ref(),
            lines: &lines,
            options: &options,
            closed: ask.closed,
            derived: ask.derived,
            waited: false,
        },
    )
}

/// The actions of the plan, or the code of its refusal.
fn check(ask: &Ask, expected: &str) {
    let told = match planned(ask) {
        Ok(steps) => steps.iter().map(|step| step.action.name()).collect::<Vec<_>>().join(" "),
        Err(cause) => cause.code.into_owned(),
    };
    let (observed, status, void) = (ask.observed, ask.status, ask.void);
    assert_eq!(told, expected, "{observed:?} → {status:?} {void:?} {}", ask.options);
}

fn documents(ask: &Ask) -> Vec<String> {
    planned(ask).unwrap().into_iter().map(|step| step.document).collect()
}

#[test]
fn a_create_goes_as_far_as_is_wanted() {
    for (status, expected) in [
        (None, "create"),
        (Some("draft"), "create"),
        (Some("saved"), "create"),
        (Some("submitted"), "create Submit"),
        (Some("audited"), "create Submit Audit"),
    ] {
        check(&Ask { create: r#"{"FName":"甲"}"#, status, ..NOTHING }, expected);
    }
    let draft = planned(&Ask { status: Some("draft"), ..NOTHING }).unwrap();
    assert!(draft[0].options.contains(r#""operation":"Draft""#), "{}", draft[0].options);
}

#[test]
fn a_create_sends_its_document_in_the_order_of_the_packet() {
    let create = r#"{"FCUSTID":0,"FCreateOrgId":{"FNumber":"603"},"FNumber":"CRM-000123","FName":"启明","FTRANSLEADTIME":0}"#;
    let steps = planned(&Ask { create, status: Some("submitted"), ..NOTHING }).unwrap();
    assert_eq!(steps[0].document, create);
    assert_eq!((steps[0].id.as_deref(), steps[0].number.as_deref()), (None, Some("CRM-000123")));
    assert_eq!(steps[1].number.as_deref(), Some("CRM-000123"), "a later step can act by number");
    assert_eq!(
        steps[0].options,
        r#"{"NeedUpDateFields":[],"NeedReturnFields":["FNumber"],"IsDeleteEntry":"false"}"#
    );
}

#[test]
fn every_observed_status_has_its_way_to_every_wanted_one() {
    let name = r#"{"FName":"新名字"}"#;
    // observed; the plans for draft, saved, submitted, audited and no wish, with a change and without one.
    for (observed, changed, unchanged) in [
        (
            "draft",
            ["update", "update", "update Submit", "update Submit Audit", "update"],
            ["", "update", "Submit", "Submit Audit", ""],
        ),
        (
            "saved",
            ["update", "update", "update Submit", "update Submit Audit", "update"],
            ["", "", "Submit", "Submit Audit", ""],
        ),
        (
            "reaudit",
            ["update", "update", "update Submit", "update Submit Audit", "update"],
            ["", "", "Submit", "Submit Audit", ""],
        ),
        (
            "submitted",
            [
                "CancelAssign update Submit",
                "CancelAssign update Submit",
                "CancelAssign update Submit",
                "CancelAssign update Submit Audit",
                "CancelAssign update Submit",
            ],
            ["", "", "", "Audit", ""],
        ),
        ("audited", ["UnAudit update Submit Audit"; 5], [""; 5]),
    ] {
        let wanted = [Some("draft"), Some("saved"), Some("submitted"), Some("audited"), None];
        for ((status, changed), unchanged) in wanted.into_iter().zip(changed).zip(unchanged) {
            let observed = Some((observed, false, r#"{"FName":"旧名字"}"#));
            check(&Ask { mapped: name, changed: &["FName"], observed, status, ..NOTHING }, changed);
            check(&Ask { mapped: name, changed: &[], observed, status, ..NOTHING }, unchanged);
        }
    }
}

#[test]
fn a_draft_stays_a_draft_unless_more_is_wanted() {
    let ask = Ask {
        mapped: r#"{"FName":"新"}"#,
        changed: &["FName"],
        observed: Some(("draft", false, r#"{"FName":"旧"}"#)),
        ..NOTHING
    };
    let is_draft = |ask: &Ask| planned(ask).unwrap()[0].options.contains(r#""operation":"Draft""#);
    assert!(is_draft(&ask));
    assert!(is_draft(&Ask { status: Some("draft"), ..ask.clone() }));
    assert!(!is_draft(&Ask { status: Some("saved"), ..ask }));
}

#[test]
fn an_audited_document_is_left_alone_where_the_flow_says_so() {
    let ask = Ask {
        mapped: r#"{"FName":"新"}"#,
        changed: &["FName"],
        observed: Some(("audited", false, r#"{"FName":"旧"}"#)),
        options: r#"{"on_audited":"refuse"}"#,
        ..NOTHING
    };
    check(&ask, "kingdee.audited");
    check(&Ask { changed: &[], ..ask.clone() }, "");
    check(
        &Ask { observed: Some(("submitted", false, r#"{"FName":"旧"}"#)), ..ask },
        "CancelAssign update Submit",
    );
}

#[test]
fn a_forbidden_record_that_is_back_is_enabled_first() {
    let ask = Ask {
        mapped: r#"{"FName":"新"}"#,
        changed: &["FName"],
        observed: Some(("audited", true, r#"{"FName":"旧"}"#)),
        ..NOTHING
    };
    check(&ask, "Enable UnAudit update Submit Audit");
    check(&Ask { changed: &[], ..ask.clone() }, "Enable");
    check(&Ask { options: r#"{"on_forbidden":"refuse"}"#, ..ask.clone() }, "kingdee.forbidden");
    check(&Ask { object: "SAL_SaleOrder", changed: &[], ..ask }, "UnCancel");
}

#[test]
fn a_cancelled_order_that_is_back_goes_as_far_as_is_wanted() {
    let ask = Ask {
        object: "SAL_SaleOrder",
        observed: Some(("reaudit", true, "{}")),
        status: Some("audited"),
        ..NOTHING
    };
    check(&ask, "UnCancel Submit Audit");
}

#[test]
fn a_bill_is_made_editable_before_it_is_cancelled() {
    for (status, expected) in [
        ("draft", "Cancel"),
        ("saved", "Cancel"),
        ("reaudit", "Cancel"),
        ("submitted", "CancelAssign Cancel"),
        ("audited", "UnAudit Cancel"),
    ] {
        let ask = Ask {
            object: "SAL_SaleOrder",
            void: Some("Cancel"),
            observed: Some((status, false, "{}")),
            ..NOTHING
        };
        check(&ask, expected);
        check(&Ask { observed: Some((status, true, "{}")), ..ask.clone() }, "");
    }
    let audited = Some(("audited", false, "{}"));
    let refused = Ask {
        object: "SAL_SaleOrder",
        void: Some("Cancel"),
        observed: audited,
        options: r#"{"on_audited":"refuse"}"#,
        ..NOTHING
    };
    check(&refused, "kingdee.audited");
}

#[test]
fn a_submitted_document_is_taken_back_by_name_too() {
    let ask = |status| Ask {
        object: "SAL_SaleOrder",
        void: Some("CancelAssign"),
        observed: Some((status, false, "{}")),
        ..NOTHING
    };
    check(&ask("submitted"), "CancelAssign");
    check(&ask("saved"), "");
    check(&ask("audited"), "");
}

#[test]
fn a_record_is_allocated_last_of_all() {
    let ask = Ask { status: Some("audited"), options: r#"{"allocate_to":["101","102"]}"#, ..NOTHING };
    check(&ask, "create Submit Audit Allocate");
    let steps = planned(&ask).unwrap();
    assert_eq!(steps[3].options, r#"{"to":["101","102"],"IsAutoSubmitAndAudit":"true"}"#);
    check(&Ask { observed: Some(("audited", false, "{}")), ..ask }, "Allocate");
}

#[test]
fn a_voided_record_is_forbidden_cancelled_or_deleted_as_the_flow_says() {
    let saved = Some(("saved", false, "{}"));
    for (void, observed, expected) in [
        ("Forbid", None, ""),
        ("Forbid", saved, "Forbid"),
        ("Forbid", Some(("audited", false, "{}")), "Forbid"),
        ("Forbid", Some(("audited", true, "{}")), ""),
        ("Cancel", saved, "Cancel"),
        ("Cancel", Some(("saved", true, "{}")), ""),
        ("Delete", None, ""),
        ("Delete", Some(("draft", false, "{}")), "delete"),
        ("Delete", saved, "delete"),
        ("Delete", Some(("reaudit", false, "{}")), "delete"),
        ("Delete", Some(("submitted", false, "{}")), "CancelAssign delete"),
        ("Delete", Some(("audited", false, "{}")), "UnAudit delete"),
        ("UnAudit", Some(("audited", false, "{}")), "UnAudit"),
        ("UnAudit", saved, ""),
        ("YLBillClose", saved, "YLBillClose"),
        ("Forbid; drop", saved, "kingdee.operation_unknown"),
    ] {
        // What is mapped does not matter any more.
        let ask =
            Ask { void: Some(void), observed, mapped: r#"{"FName":"新"}"#, changed: &["FName"], ..NOTHING };
        check(&ask, expected);
    }
    let audited = Some(("audited", false, "{}"));
    let refused =
        Ask { void: Some("Delete"), observed: audited, options: r#"{"on_audited":"refuse"}"#, ..NOTHING };
    check(&refused, "kingdee.audited");
}

#[test]
fn statuses_and_options_that_do_not_exist_are_refused() {
    check(&Ask { status: Some("C"), ..NOTHING }, "kingdee.status_unknown");
    check(&Ask { status: Some("reaudit"), ..NOTHING }, "kingdee.status_unknown");
    check(&Ask { object: "STK_Inventory", status: Some("audited"), ..NOTHING }, "kingdee.status_none");
    check(&Ask { options: r#"{"IsAutoSubmitAndAudit":"true"}"#, ..NOTHING }, "kingdee.option_auto_audit");
}

#[test]
fn an_update_sends_what_differs_with_the_id_first() {
    let ask = Ask {
        mapped: r#"{"FNumber":"CRM-000123","FName":"新","FSELLER":{"FNumber":"001"},"FTEL":"","FT_BD_CUSTOMEREXT":{"FMarginLevel":5}}"#,
        changed: &["FName", "FSELLER", "FTEL", "FT_BD_CUSTOMEREXT"],
        observed: Some((
            "saved",
            false,
            r#"{"FName":"旧","FSELLER":{"FNumber":"001"},"FTEL":" ","FT_BD_CUSTOMEREXT":{"FMarginLevel":0.00}}"#,
        )),
        options: r#"{"IsVerifyBaseDataField":"true"}"#,
        ..NOTHING
    };
    let steps = planned(&ask).unwrap();
    assert_eq!(steps.len(), 1);
    assert_eq!(
        steps[0].document,
        r#"{"FCUSTID":100325,"FName":"新","FT_BD_CUSTOMEREXT":{"FMarginLevel":5}}"#
    );
    assert_eq!(
        steps[0].options,
        r#"{"NeedUpDateFields":["FName","FT_BD_CUSTOMEREXT","FMarginLevel"],"NeedReturnFields":["FNumber"],"IsDeleteEntry":"false","IsVerifyBaseDataField":"true"}"#
    );
    assert_eq!((steps[0].id.as_deref(), steps[0].number.as_deref()), (Some("100325"), Some("CRM-000123")));
}

#[test]
fn the_id_of_a_sub_head_is_no_difference() {
    let ask = Ask {
        mapped: r#"{"FT_BD_CUSTOMEREXT":{"FEntryId":0,"FMarginLevel":0}}"#,
        changed: &["FT_BD_CUSTOMEREXT"],
        observed: Some(("saved", false, r#"{"FT_BD_CUSTOMEREXT":{"FMarginLevel":0.0}}"#)),
        ..NOTHING
    };
    check(&ask, "");
}

#[test]
fn what_the_target_already_holds_is_not_sent_again() {
    let ask = Ask {
        mapped: r#"{"FName":"甲","FISCREDITCHECK":"true"}"#,
        changed: &["FName", "FISCREDITCHECK"],
        observed: Some(("audited", false, r#"{"FName":"甲 ","FISCREDITCHECK":true}"#)),
        status: Some("audited"),
        ..NOTHING
    };
    check(&ask, "");
}
