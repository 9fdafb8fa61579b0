//! Plans and what they are held against; nothing is sent.

use contract::connector::{Found, PlanAsk};
use model::step::{Action, Step};

use super::*;

/// What a plan is asked, with the parts that matter.
#[derive(Default)]
struct Case {
    object: &'static str,
    create: &'static str,
    mapped: &'static str,
    changed: &'static [&'static str],
    observed: Option<Found>,
    agreed: Option<&'static str>,
    status: Option<&'static str>,
    void: Option<&'static str>,
    options: &'static str,
    waited: bool,
}

fn case() -> Case {
    Case { object: "AccountObj", create: "{}", mapped: "{}", options: "{}", ..Case::default() }
}

impl Case {
    /// The steps as text, or the code of the cause.
    fn planned(self) -> Result<Vec<String>, String> {
        let changed = strings(self.changed);
        let agreed = self.agreed.map(map);
        let ask = PlanAsk {
            connection: &crate::exchanges::connection("fxiaoke", &[], &[]),
            object: self.object,
            create: &map(self.create),
            mapped: &map(self.mapped),
            changed: &changed,
            observed: self.observed.as_ref(),
            status: self.status,
            void: self.void,
            agreed: agreed.as_ref(),
            lines: &[],
            options: &map(self.options),
            waited: self.waited,
            closed: None,
            derived: None,
        };
        let steps = fxiaoke().plan(&ask).map_err(|refusal| refusal.cause.code.into_owned())?;
        Ok(steps.iter().map(shown).collect())
    }
}

fn shown(step: &Step) -> String {
    let id = step.id.as_deref().unwrap_or("-");
    format!("{} {id} {}{}", step.action.name(), step.document, step.options).trim_end().to_owned()
}

fn found(status: &str, body: &str) -> Found {
    Found {
        id: "5f3a".into(),
        number: Some("KH-001".into()),
        name: Some("桥梁公司".into()),
        version: Some(1),
        status: Some(status.into()),
        void: status == "invalid",
        body: map(body),
        closed: None,
    }
}

#[test]
fn a_create_sends_the_whole_document_with_a_record_type_and_lists_where_lists_are_wanted() {
    for (create, document) in [
        (
            r#"{"name":"桥梁公司","owner":"FSUID_A"}"#,
            r#"{"name":"桥梁公司","owner":["FSUID_A"],"record_type":"default__c"}"#,
        ),
        (
            r#"{"record_type":"record_x__c","order_amount":200.10}"#,
            r#"{"record_type":"record_x__c","order_amount":200.10}"#,
        ),
        (
            r#"{"_id":"old","record_type":"","owner":["FSUID_A"]}"#,
            r#"{"record_type":"default__c","owner":["FSUID_A"]}"#,
        ),
    ] {
        assert_eq!(Case { create, ..case() }.planned(), Ok(vec![format!("create - {document}")]));
    }
}

#[test]
fn an_update_sends_the_changed_fields_that_differ_and_the_owner_by_a_step_of_its_own() {
    for (mapped, changed, body, planned) in [
        (r#"{"tel":"0755","fax":"1"}"#, &["tel"][..], "{}", vec![r#"update 5f3a {"tel":"0755"}"#]),
        (r#"{"order_amount":100.5}"#, &["order_amount"], r#"{"order_amount":"100.50"}"#, vec![]),
        (
            r#"{"order_amount":"100.51"}"#,
            &["order_amount"],
            r#"{"order_amount":"100.50"}"#,
            vec![r#"update 5f3a {"order_amount":"100.51"}"#],
        ),
        (
            r#"{"owner":"FSUID_B","tel":"1"}"#,
            &["owner", "tel"],
            r#"{"owner":["FSUID_A"]}"#,
            vec![r#"changeOwner 5f3a {"owner":["FSUID_B"]}"#, r#"update 5f3a {"tel":"1"}"#],
        ),
        (r#"{"owner":"FSUID_B"}"#, &["owner"], r#"{"owner":["FSUID_B"]}"#, vec![]),
        (r#"{"owner":""}"#, &["owner"], r#"{"owner":["FSUID_B"]}"#, vec![]),
        (r#"{"remark":""}"#, &["remark"], r#"{"remark":"旧"}"#, vec![r#"update 5f3a {"remark":""}"#]),
        (r#"{"remark":""}"#, &["remark"], "{}", vec![]),
        (r#"{"tags":["b","a"]}"#, &["tags"], r#"{"tags":["a","b"]}"#, vec![]),
        (r#"{"tel":"0755"}"#, &[], "{}", vec![]),
    ] {
        let observed = Some(found("normal", body));
        let steps = Case { mapped, changed, observed, ..case() }.planned();
        assert_eq!(steps, Ok(planned.into_iter().map(str::to_owned).collect()), "{mapped}");
    }
}

#[test]
fn a_field_that_left_the_agreement_is_sent_whatever_a_lagging_search_shows() {
    let back = Case {
        mapped: r#"{"tel":"0755"}"#,
        changed: &["tel"],
        agreed: Some(r#"{"tel":"0756"}"#),
        observed: Some(found("normal", r#"{"tel":"0755"}"#)),
        ..case()
    };
    assert_eq!(back.planned(), Ok(vec![r#"update 5f3a {"tel":"0755"}"#.to_owned()]));
}

#[test]
fn voiding_is_one_step_unless_it_is_done_already() {
    for (observed, planned) in [
        (Some(found("normal", "{}")), vec!["invalid 5f3a".to_owned()]),
        (Some(found("ineffective", "{}")), vec!["invalid 5f3a".to_owned()]),
        (Some(found("invalid", "{}")), vec![]),
        (None, vec![]),
    ] {
        assert_eq!(Case { void: Some("invalid"), observed, ..case() }.planned(), Ok(planned));
    }
}

#[test]
fn what_cannot_be_written_is_told_before_it_is_sent() {
    let tel = Case { mapped: r#"{"tel":"1"}"#, changed: &["tel"], ..case() };
    for (case, code) in [
        (Case { observed: Some(found("invalid", "{}")), ..tel }, "fxiaoke.voided"),
        (Case { observed: Some(found("invalid", "{}")), ..case() }, "fxiaoke.voided"),
        (
            Case {
                mapped: r#"{"tel":"1"}"#,
                changed: &["tel"],
                observed: Some(found("locked", "{}")),
                ..case()
            },
            "fxiaoke.locked",
        ),
        (Case { void: Some("invalid"), observed: Some(found("locked", "{}")), ..case() }, "fxiaoke.locked"),
        (Case { create: r#"{"account_id__r":"桥"}"#, ..case() }, "fxiaoke.read_only"),
        (Case { status: Some("audited"), ..case() }, "fxiaoke.status_unknown"),
        (
            Case { void: Some("Forbid"), observed: Some(found("normal", "{}")), ..case() },
            "fxiaoke.transition_unknown",
        ),
        (Case { options: r#"{"IsAutoSubmitAndAudit":true}"#, ..case() }, "fxiaoke.option_unknown"),
        (Case { options: r#"{"skipDataStatusValidate":true}"#, ..case() }, "fxiaoke.option_custom"),
    ] {
        assert_eq!(case.planned(), Err(code.to_owned()));
    }
}

#[test]
fn options_of_custom_objects_open_what_is_closed_otherwise() {
    let options = r#"{"skipDataStatusValidate":true,"needConvertLookup":true}"#;
    let custom = Case { object: "object_8Kx2a__c", options, ..case() };
    let locked =
        Case { mapped: r#"{"tel":"1"}"#, changed: &["tel"], observed: Some(found("locked", "{}")), ..custom };
    assert_eq!(locked.planned(), Ok(vec![format!(r#"update 5f3a {{"tel":"1"}}{options}"#)]));
    let by_name =
        Case { object: "object_8Kx2a__c", create: r#"{"account_id__r":"桥梁公司"}"#, options, ..case() };
    assert!(by_name.planned().is_ok());
}

#[test]
fn a_step_is_accomplished_when_the_record_is_as_it_would_make_it() {
    let update = |document: &str| Step { action: Action::Update, document: document.into(), ..step() };
    let invalid = Step { action: Action::Transition("invalid".into()), ..step() };
    for (step, observed, accomplished) in [
        (step(), found("normal", "{}"), true),
        (
            update(r#"{"order_amount":100.5,"owner":["FSUID_A"]}"#),
            found("normal", r#"{"order_amount":"100.50","owner":["FSUID_A"]}"#),
            true,
        ),
        (update(r#"{"order_amount":100.5}"#), found("normal", r#"{"order_amount":"100.00"}"#), false),
        (update(r#"{"remark":""}"#), found("normal", "{}"), true),
        (update(r#"{"tel":"0755"}"#), found("normal", "{}"), false),
        (invalid.clone(), found("invalid", "{}"), true),
        (invalid, found("normal", "{}"), false),
    ] {
        assert_eq!(fxiaoke().accomplished(&step, &observed), accomplished, "{step:?} {observed:?}");
    }
}

fn step() -> Step {
    Step {
        action: Action::Create,
        object: "AccountObj".into(),
        id: None,
        number: None,
        document: "{}".into(),
        options: String::new(),
        row_of: None,
    }
}

#[test]
fn a_lock_that_the_flow_decides_about_is_opened_for_edits_and_closed_after_them() {
    let tel = |status| Case { mapped: r#"{"tel":"1"}"#, changed: &["tel"], status: Some(status), ..case() };
    let nothing = |status| Case { status: Some(status), ..case() };
    let (update, lock, unlock) = (r#"update 5f3a {"tel":"1"}"#, "lock 5f3a", "unlock 5f3a");
    for (case, observed, planned) in [
        (tel("locked"), "locked", vec![unlock, update, lock]),
        (tel("locked"), "normal", vec![update, lock]),
        (tel("normal"), "locked", vec![unlock, update]),
        (tel("normal"), "normal", vec![update]),
        (nothing("locked"), "normal", vec![lock]),
        (nothing("locked"), "locked", vec![]),
        (nothing("normal"), "locked", vec![unlock]),
        (nothing("normal"), "normal", vec![]),
    ] {
        let planned: Vec<String> = planned.into_iter().map(str::to_owned).collect();
        let case = Case { observed: Some(found(observed, "{}")), ..case };
        assert_eq!(case.planned(), Ok(planned), "{observed}");
    }
    let create = Case { create: r#"{"name":"桥","team":["FSUID_C"]}"#, status: Some("locked"), ..case() };
    assert_eq!(
        create.planned().unwrap(),
        [
            r#"create - {"name":"桥","record_type":"default__c"}"#,
            r#"addTeam - {"teamMemberEmployee":["FSUID_C"],"teamMemberRole":"4","teamMemberPermissionType":"1"}"#,
            "lock -",
        ]
    );
}

#[test]
fn an_approval_is_waited_for_by_whatever_would_change_the_record() {
    for status in ["under_review", "in_change"] {
        for (case, code) in [
            (
                Case { mapped: r#"{"tel":"1"}"#, changed: &["tel"], ..case() },
                Err("fxiaoke.in_approval".into()),
            ),
            (Case { void: Some("invalid"), ..case() }, Err("fxiaoke.in_approval".into())),
            (Case { status: Some("locked"), ..case() }, Err("fxiaoke.in_approval".into())),
            (case(), Ok(Vec::new())),
        ] {
            assert_eq!(Case { observed: Some(found(status, "{}")), ..case }.planned(), code, "{status}");
        }
    }
}

#[test]
fn the_team_loses_only_whom_we_brought_and_takes_changed_roles_anew() {
    let there = r#"{"team":[{"employee":"FSUID_A","role":"4","permission":"1"},
        {"employee":"FSUID_P","role":"4","permission":"1"},{"employee":"FSUID_Z","role":"4","permission":"1"}]}"#;
    let steps = Case {
        mapped: r#"{"team":[{"employee":"FSUID_A","role":"2","permission":"2"},"FSUID_N"]}"#,
        changed: &["team"],
        agreed: Some(r#"{"team":["FSUID_A","FSUID_Z"]}"#),
        observed: Some(found("normal", there)),
        ..case()
    };
    assert_eq!(
        steps.planned().unwrap(),
        [
            r#"removeTeam 5f3a {"teamMemberEmployee":["FSUID_A","FSUID_Z"]}"#,
            r#"addTeam 5f3a {"teamMemberEmployee":["FSUID_A"],"teamMemberRole":"2","teamMemberPermissionType":"2"}"#,
            r#"addTeam 5f3a {"teamMemberEmployee":["FSUID_N"],"teamMemberRole":"4","teamMemberPermissionType":"1"}"#,
        ],
        "FSUID_P was added by people"
    );
}

#[test]
fn a_voided_record_is_recovered_where_the_flow_says_so_and_a_deleted_one_never() {
    let recover = Case { options: r#"{"on_voided":"recover"}"#, ..case() };
    let voided = Case { observed: Some(found("invalid", "{}")), ..recover };
    assert_eq!(voided.planned().unwrap(), [r#"recover 5f3a {"on_voided":"recover"}"#]);
    let options = r#"{"on_voided":"recover"}"#;
    let deleted = Found { void: true, ..found("deleted", "{}") };
    let gone = Case { options, observed: Some(deleted.clone()), ..case() };
    assert_eq!(gone.planned(), Err("fxiaoke.voided".into()));
    let wrong = Case { options: r#"{"on_voided":"ignore"}"#, ..case() };
    assert_eq!(wrong.planned(), Err("fxiaoke.on_voided".into()));
    for (observed, planned) in [
        (found("normal", "{}"), vec!["invalid 5f3a", "delete 5f3a"]),
        (found("invalid", "{}"), vec!["delete 5f3a"]),
        (deleted, vec![]),
    ] {
        let case = Case { void: Some("delete"), observed: Some(observed), ..case() };
        assert_eq!(case.planned().unwrap(), planned);
    }
}
