//! The life of a document: steps, statuses and dates, and the dial (`protocols/kingdee.md §3.2, §6`).

use sandbox::stand_in::StandIn;
use serde_json::{Value, json};

use super::desk::{Desk, customer, error, status};

/// A customer brought to a status.
fn at_status(wanted: &str) -> Desk {
    let mut desk = Desk::open();
    let method = if wanted == "Z" { "Draft" } else { "Save" };
    desk.call(method, json!({"formid": "BD_Customer", "data": {"Model": customer("A1", "甲公司")}}));
    let path: &[&str] = match wanted {
        "B" => &["Submit"],
        "C" => &["Submit", "Audit"],
        "D" => &["Submit", "Audit", "UnAudit"],
        _ => &[],
    };
    for step in path {
        desk.step(step, "BD_Customer", "A1");
    }
    assert_eq!(desk.value("BD_Customer", "FDocumentStatus", ""), wanted);
    desk
}

#[test]
fn every_step_from_every_status() {
    let submit = "单据编号为“A1”的客户，只有暂存、创建和重新审核的数据才允许提交！";
    let audit = "单据编号为“A1”的客户，只有审核中的数据才允许审核！";
    let unaudit = "单据编号为“A1”的客户，只有已审核的数据才允许反审核！";
    let cancel = "单据编号为“A1”的客户，只有审核中的数据才允许撤销！";
    let delete = "单据编号为“A1”的客户，只能删除创建/暂存/重新审核状态的数据！";
    let edit = "单据编号为“A1”的客户，已审核的数据不允许修改！";
    let editing = "单据编号为“A1”的客户，审核中的数据不允许修改！";
    for (status_before, step, outcome) in [
        ("Z", "Submit", Ok("B")),
        ("A", "Submit", Ok("B")),
        ("D", "Submit", Ok("B")),
        ("B", "Submit", Err(submit)),
        ("C", "Submit", Err(submit)),
        ("B", "Audit", Ok("C")),
        ("Z", "Audit", Err(audit)),
        ("A", "Audit", Err(audit)),
        ("D", "Audit", Err(audit)),
        ("C", "Audit", Err("单据编号为“A1”的客户，单据已经审核！")),
        ("C", "UnAudit", Ok("D")),
        ("Z", "UnAudit", Err(unaudit)),
        ("A", "UnAudit", Err(unaudit)),
        ("B", "UnAudit", Err(unaudit)),
        ("D", "UnAudit", Err(unaudit)),
        ("B", "CancelAssign", Ok("D")),
        ("Z", "CancelAssign", Err(cancel)),
        ("A", "CancelAssign", Err(cancel)),
        ("C", "CancelAssign", Err(cancel)),
        ("D", "CancelAssign", Err(cancel)),
        ("Z", "Delete", Ok("")),
        ("A", "Delete", Ok("")),
        ("D", "Delete", Ok("")),
        ("B", "Delete", Err(delete)),
        ("C", "Delete", Err(delete)),
        ("Z", "Save", Ok("A")),
        ("A", "Save", Ok("A")),
        ("D", "Save", Ok("D")),
        ("B", "Save", Err(editing)),
        ("C", "Save", Err(edit)),
    ] {
        let mut desk = at_status(status_before);
        let id = desk.value("BD_Customer", "FCUSTID", "");
        let reply = match step {
            "Save" => desk.save("BD_Customer", json!({"FCUSTID": id, "FName": "改名"})),
            _ => desk.step(step, "BD_Customer", "A1"),
        };
        match outcome {
            Ok("") => assert_eq!(desk.query("BD_Customer", "FNumber", ""), json!([])),
            Ok(after) => {
                assert_eq!(status(&reply)["IsSuccess"], true, "{status_before} {step}: {reply}");
                assert_eq!(desk.value("BD_Customer", "FDocumentStatus", ""), after);
            }
            Err(message) => {
                assert_eq!(error(&reply), (message.to_owned(), 11), "{status_before} {step}");
                assert_eq!(desk.value("BD_Customer", "FDocumentStatus", ""), status_before);
            }
        }
    }
}

#[test]
fn ids_win_over_numbers_and_each_document_is_answered_for_itself() {
    let mut desk = Desk::open();
    let first = desk.saved("BD_Customer", customer("A1", "甲"));
    desk.saved("BD_Customer", customer("A2", "乙"));
    let data = json!({"Ids": format!("{first},999"), "Numbers": ["A2"]});
    let reply = desk.call("Submit", json!({"formid": "BD_Customer", "data": data}));
    assert_eq!(status(&reply)["IsSuccess"], false);
    assert_eq!(status(&reply)["SuccessEntitys"], json!([{"Id": first, "Number": "A1", "DIndex": 0}]));
    assert_eq!(status(&reply)["Errors"][0]["DIndex"], 1);
    assert_eq!(desk.value("BD_Customer", "FDocumentStatus", "FNumber='A2'"), "A");
}

#[test]
fn an_audit_sets_its_own_date_and_moves_the_other_only_by_switch() {
    for (switch, moved) in [("unchanged", false), ("moved", true)] {
        let mut desk = Desk::open();
        assert!(desk.system.set_switch("modified_on_audit", switch));
        assert!(desk.system.set_switch("modified_on_forbid", switch));
        desk.saved("BD_Customer", customer("A1", "甲"));
        let saved = desk.value("BD_Customer", "FModifyDate", "");
        desk.now_ms += 4_000;
        desk.audited("BD_Customer", "A1");
        assert_eq!(desk.value("BD_Customer", "FApproveDate", ""), "2026-06-01T09:12:48.72");
        assert_eq!(desk.value("BD_Customer", "FModifyDate", "") != saved, moved, "{switch}");
        let audited = desk.value("BD_Customer", "FModifyDate", "");
        desk.now_ms += 4_000;
        let forbid = json!({"formid": "BD_Customer", "opNumber": "Forbid", "data": {"Numbers": ["A1"]}});
        desk.call("ExcuteOperation", forbid);
        assert_eq!(desk.value("BD_Customer", "FModifyDate", "") != audited, moved, "{switch}");
        assert_eq!(desk.value("BD_Customer", "FForbidDate", ""), "2026-06-01T09:12:52.72");
        desk.step("UnAudit", "BD_Customer", "A1");
        assert_eq!(desk.value("BD_Customer", "FApproveDate", ""), Value::Null);
    }
}

#[test]
fn the_switches_of_the_life_of_a_document() {
    let mut desk = at_status("A");
    assert!(desk.system.set_switch("audit_from_created", "accepted"));
    desk.step("Audit", "BD_Customer", "A1");
    assert_eq!(desk.value("BD_Customer", "FDocumentStatus", ""), "C");
    let forbid = json!({"formid": "BD_Customer", "opNumber": "Forbid", "data": {"Numbers": ["A1"]}});
    for (switch, again) in [("accepted", true), ("refused", false)] {
        assert!(desk.system.set_switch("repeated_forbid", switch));
        desk.call("ExcuteOperation", forbid.clone());
        assert_eq!(status(&desk.call("ExcuteOperation", forbid.clone()))["IsSuccess"], again);
    }
}

#[test]
fn the_dial_locks_documents_and_spoils_one_member_of_a_batch() {
    let mut desk = Desk::open();
    let id = desk.saved("BD_Customer", customer("A1", "甲"));
    desk.conditions.locked = true;
    let lock = "“demo”使用业务单据：“客户”业务操作-“[客户-A1-修改]”冲突，请稍候再使用。";
    let save = desk.save("BD_Customer", json!({"FCUSTID": id, "FName": "改名"}));
    assert_eq!(error(&save), (lock.to_owned(), 0));
    assert_eq!(error(&desk.step("Submit", "BD_Customer", "A1")), (lock.to_owned(), 0));
    assert!(desk.system.set_switch("lock_code", "13"));
    assert_eq!(error(&desk.step("Submit", "BD_Customer", "A1")), (lock.to_owned(), 13));
    assert_eq!(status(&desk.save("BD_Customer", customer("A2", "新的没有人占用")))["IsSuccess"], true);
    desk.conditions.locked = false;
    desk.conditions.partial = true;
    let models = [customer("P1", "一"), customer("P2", "二")];
    let reply = desk.call("BatchSave", json!({"formid": "BD_Customer", "data": {"Model": models}}));
    assert_eq!(status(&reply)["SuccessEntitys"].as_array().unwrap().len(), 1);
    assert_eq!(status(&reply)["Errors"].as_array().unwrap().len(), 1);
    assert_eq!(reply["Result"]["NeedReturnData"], json!([{}, {}]));
    assert!(desk.system.set_switch("batch_return", "successes"));
    let models = [customer("P3", "三"), customer("P4", "四")];
    let reply = desk.call("BatchSave", json!({"formid": "BD_Customer", "data": {"Model": models}}));
    assert_eq!(reply["Result"]["NeedReturnData"], json!([{}]));
}

#[test]
fn people_at_the_screens_move_the_modification_date() {
    let mut desk = Desk::open();
    desk.saved("BD_Customer", customer("A1", "甲"));
    desk.audited("BD_Customer", "A1");
    desk.now_ms += 60_000;
    let changed = desk.control("/customers/A1", json!({"FTEL": "0512-1", "FSELLER": ""}));
    assert_eq!(changed["FTEL"], "0512-1");
    assert_eq!(changed["FDocumentStatus"], "C");
    assert_eq!(changed["FModifyDate"], "2026-06-01T09:13:44.72");
    let with_bank =
        desk.control("/customers/A1/FT_BD_CUSTBANK", json!({"FBANKCODE": "6222", "FCURRENCYID": "PRE001"}));
    assert_eq!(with_bank["FT_BD_CUSTBANK"][0]["FCURRENCYID"], "PRE001");
    assert_eq!(desk.control("/customers/A1/Forbid", json!({}))["FForbidStatus"], "B");
    assert_eq!(desk.control("/customers/A1/unaudit", json!({}))["FDocumentStatus"], "D");
    assert!(desk.control("/customers/A1", json!({"FSELLER": "没有"}))["error"].is_string());
    let created = desk.control("/BD_CommonContact", json!({"FName": "王芳", "FCompany": "A1"}));
    assert_eq!(created["FCompany"], "A1");
    assert_eq!(desk.control("/counts", Value::Null)["BD_Customer"], 1);
}
