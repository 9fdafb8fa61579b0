//! Organisations, groups, files, and the account set on the day it is opened (`protocols/kingdee.md §3.6, §3.9`).

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sandbox::company::Company;
use serde_json::{Value, json};

use super::desk::{Desk, customer, error, status};

#[test]
fn master_data_is_allocated_to_other_organisations_and_taken_back() {
    let mut desk = Desk::open();
    let id = desk.saved("BD_Customer", customer("A1", "甲"));
    let org = desk.value("ORG_Organizations", "FOrgID", "FNumber='603'");
    let body = |audit: bool| {
        let data =
            json!({"PkIds": id.to_string(), "TOrgIds": org.to_string(), "IsAutoSubmitAndAudit": audit});
        json!({"formid": "BD_Customer", "data": data})
    };
    assert!(error(&desk.call("Allocate", body(true))).0.contains("只有已审核"));
    desk.audited("BD_Customer", "A1");
    assert_eq!(status(&desk.call("Allocate", body(true)))["IsSuccess"], true);
    assert!(error(&desk.call("Allocate", body(true))).0.contains("已经分配"));
    let rows = desk.query("BD_Customer", "FNumber,FUseOrgId.FNumber,FDocumentStatus,FMasterId", "");
    assert_eq!(rows, json!([["A1", "100", "C", id], ["A1", "603", "C", id]]));
    assert_eq!(desk.control("/duplicates", Value::Null), json!({}), "copies are not duplicates");
    assert_eq!(status(&desk.call("CancelAllocate", body(true)))["IsSuccess"], true);
    assert_eq!(desk.query("BD_Customer", "COUNT(1)", ""), json!([[1]]));
}

#[test]
fn groups_are_saved_listed_and_deleted_when_empty() {
    let mut desk = Desk::open();
    let data = json!({"GroupFieldKey": "", "GroupPkId": 0, "FParentId": 0, "FNumber": "03", "FName": "华东"});
    let reply = desk.call("GroupSave", json!({"formid": "BD_Customer", "data": data}));
    let group = reply["Result"]["Id"].as_i64().unwrap();
    let mut model = customer("A1", "甲");
    model["FGroup"] = json!({"FNumber": "03"});
    desk.saved("BD_Customer", model);
    assert_eq!(desk.value("BD_Customer", "FGROUP.FName", ""), "华东");
    let ask = json!({"data": {"FormId": "BD_Customer", "GroupPkIds": group.to_string()}});
    let found = desk.call("QueryGroupInfo", ask.clone());
    assert_eq!(found["Result"]["NeedReturnData"][0]["FNAME"], "华东");
    assert!(error(&desk.call("GroupDelete", ask.clone())).0.contains("存在数据"));
    desk.step("Delete", "BD_Customer", "A1");
    assert_eq!(status(&desk.call("GroupDelete", ask))["IsSuccess"], true);
}

#[test]
fn files_go_up_and_down_in_chunks() {
    let mut desk = Desk::open();
    let id = desk.saved("BD_Customer", customer("A1", "甲"));
    let chunk = |file: &str, bytes: &[u8], last: bool| {
        json!({"data": {"FileName": "合同.pdf", "FormId": "BD_Customer", "IsLast": last, "InterId": id.to_string(),
                        "BillNO": "A1", "FileId": file, "SendByte": STANDARD.encode(bytes)}})
    };
    let big = vec![7_u8; 4 * 1024 * 1024];
    let first = desk.call("AttachmentUpload", chunk("", &big, false));
    let file = first["Result"]["FileId"].as_str().unwrap().to_owned();
    let down = |start: usize| json!({"data": {"FileId": file, "StartIndex": start}});
    assert_eq!(error(&desk.call("AttachmentDownLoad", down(0))).1, 10, "not whole yet");
    desk.call("AttachmentUpload", chunk(&file, b"end", true));
    let part = desk.call("AttachmentDownLoad", down(0));
    assert_eq!(part["Result"]["IsLast"], false);
    assert_eq!(part["Result"]["FileSize"], big.len() + 3);
    let part = desk.call("AttachmentDownLoad", down(big.len()));
    assert_eq!(part["Result"]["IsLast"], true);
    assert_eq!(part["Result"]["FilePart"], STANDARD.encode(b"end"));
    let keys = "FBillType,FBillNo,FAttachmentName,FAttachmentSize,FFileId";
    let attached = json!([["BD_Customer", "A1", "合同.pdf", big.len() + 3, file]]);
    assert_eq!(desk.query("BOS_Attachment", keys, &format!("FInterID = '{id}'")), attached);
}

#[test]
fn the_company_is_there_when_the_account_set_is_opened() {
    let company = Company::new(7, 40);
    let mut desk = Desk::with(&company, 50);
    desk.sign_in();
    let count =
        |desk: &mut Desk, form: &str| desk.query(form, "COUNT(1)", "")[0][0].as_u64().unwrap() as usize;
    assert_eq!(count(&mut desk, "BD_Empinfo"), company.people.len());
    assert_eq!(count(&mut desk, "BD_MATERIAL"), company.products.len());
    assert_eq!(count(&mut desk, "STK_Inventory"), company.products.len());
    assert_eq!(count(&mut desk, "BD_Department"), company.departments.len());
    let customers = count(&mut desk, "BD_Customer");
    assert!((1..40).contains(&customers), "{customers}");
    let known = desk.value("BD_Customer", "FNumber", "FDocumentStatus='C'");
    let known = known.as_str().unwrap();
    let before = company.customers.iter().find(|customer| customer.number == known).unwrap();
    let banks = desk.query("BD_Customer", "FBANKCODE", &format!("FNumber='{known}'"));
    assert_eq!(banks.as_array().unwrap().len(), before.banks.len());
    let orders = count(&mut desk, "SAL_SaleOrder");
    assert!(orders > 0);
    let dangling =
        desk.query("SAL_SaleOrder", "COUNT(1)", "FCustId.FNumber is null or FMaterialId.FNumber is null");
    assert_eq!(dangling, json!([[0]]));
}
