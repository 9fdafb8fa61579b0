//! The seeds' own requests: the complete customer packet of `seeds/000`, the field list of `seeds/001`.

use sandbox::stand_in::StandIn;
use serde_json::{Value, json};

use super::desk::{Desk, status};

/// The packet as the article sends it, with values for its five variables.
fn packet() -> Value {
    serde_json::from_str(include_str!("customer_packet.json")).unwrap()
}

/// The article's response fields with dots where its platform writes underscores, and what each must hold.
fn fields(kind: &str) -> Vec<(&'static str, Value)> {
    let blank = || json!(" ");
    vec![
        ("FNumber", json!("KH000001")),
        ("FName", json!("苏州恒达精密机械有限公司")),
        ("FCreateOrgId.FNumber", json!("603")),
        ("FUseOrgId.FNumber", json!("603")),
        ("FDescription", blank()),
        ("FIsTrade", json!(true)),
        ("FCustTypeId.FNumber", json!(kind)),
        ("FGroup.FNumber", json!("01")),
        ("FSALDEPTID.FNumber", Value::Null),
        ("FSELLER.FNumber", Value::Null),
        ("FSETTLETYPEID.FNumber", Value::Null),
        ("FRECCONDITIONID.FNumber", Value::Null),
        ("FDISCOUNTLISTID.FNumber", Value::Null),
        ("FPRICELISTID.FNumber", Value::Null),
        ("FTRANSLEADTIME", json!(0)),
        ("FInvoiceType", json!("1")),
        ("FTaxType.FNumber", json!("SFL02_SYS")),
        ("FShortName", blank()),
        ("FADDRESS", blank()),
        ("FZIP", blank()),
        ("FWEBSITE", blank()),
        ("FTEL", blank()),
        ("FFAX", blank()),
        ("FCompanyClassify.FNumber", Value::Null),
        ("FCompanyNature.FNumber", Value::Null),
        ("FCompanyScale.FNumber", Value::Null),
        ("FINVOICETITLE", blank()),
        ("FTAXREGISTERCODE", blank()),
        ("FINVOICEBANKNAME", blank()),
        ("FINVOICETEL", blank()),
        ("FINVOICEBANKACCOUNT", blank()),
        ("FINVOICEADDRESS", blank()),
        ("FSUPPLIERID.FNumber", Value::Null),
        ("FIsGroup", json!(false)),
        ("FIsDefPayer", json!(false)),
        ("FGROUPCUSTID.FNumber", Value::Null),
        ("FCOUNTRY1.FNumber", Value::Null),
        ("FBANKCODE", Value::Null),
        ("FACCOUNTNAME", Value::Null),
        ("FBankTypeRec.FNumber", Value::Null),
        ("FTextBankDetail", Value::Null),
        ("FBankDetail.FNumber", Value::Null),
        ("FOpenAddressRec", Value::Null),
        ("FCNAPS", Value::Null),
        ("FCURRENCYID.FNumber", Value::Null),
        ("FISDEFAULT1", Value::Null),
        ("FDefaultConsiLoc.FNumber", Value::Null),
        ("FDefaultSettleLoc.FNumber", Value::Null),
        ("FDefaultPayerLoc.FNumber", Value::Null),
        ("FDefaultContact.FNumber", Value::Null),
        ("FMarginLevel", json!(0)),
    ]
}

#[test]
fn the_complete_packet_is_saved_audited_and_read_back_with_the_whole_field_list() {
    let mut desk = Desk::open();
    let mut model = packet();
    let kind = desk.value("BOS_ASSISTANTDATA_SELECT", "FNumber", "FId = 'CustType'");
    model["FCustTypeId"]["FNumber"] = kind.clone();
    let body = json!({"formid": "BD_Customer", "data": {"IsVerifyBaseDataField": true, "Model": model}});
    let saved = desk.call("Save", body);
    assert_eq!(status(&saved)["IsSuccess"], true, "{saved}");
    desk.audited("BD_Customer", "KH000001");
    let fields = fields(kind.as_str().unwrap());
    let keys: Vec<&str> = fields.iter().map(|(key, _)| *key).collect();
    let rows = desk.query("BD_Customer", &format!("FCUSTID,{}", keys.join(",")), "");
    assert_eq!(rows.as_array().unwrap().len(), 1, "a customer without banks is one row");
    assert_eq!(rows[0][0], saved["Result"]["Id"]);
    for (n, (key, expected)) in fields.iter().enumerate() {
        assert_eq!(&rows[0][n + 1], expected, "{key}");
    }
}

#[test]
fn the_underscore_names_of_the_article_are_no_keys_of_the_server() {
    let mut desk = Desk::open();
    let refused = desk.query("BD_Customer", "FCreateOrgId_FNumber", "");
    let error = &status(&refused[0][0])["Errors"][0]["Message"];
    assert_eq!(error, "元数据中标识为FCreateOrgId_FNumber的字段不存在");
}

#[test]
fn rows_of_the_packet_without_content_are_dropped_and_others_kept() {
    let mut desk = Desk::open();
    desk.saved("BD_Customer", packet());
    let stored = &desk.control("/customers", Value::Null)[0];
    for (entity, rows) in [
        ("FT_BD_CUSTBANK", 0),
        ("FT_BD_CUSTLOCATION", 0),
        ("FT_BD_CUSTORDERORG", 0),
        ("FT_BD_CUSTCONTACT", 1),
    ] {
        assert_eq!(stored[entity].as_array().unwrap().len(), rows, "{entity}");
    }
    assert_eq!(stored["FT_BD_CUSTCONTACT"][0]["FNAME1"], "李四");
}

#[test]
fn the_same_calls_give_the_same_bytes() {
    let history = || {
        let mut desk = Desk::open();
        let mut bytes = vec![desk.session.clone().unwrap()];
        bytes.push(desk.save("BD_Customer", packet()).to_string());
        desk.audited("BD_Customer", "KH000001");
        bytes.push(desk.query("BD_Customer", "FCUSTID,FName,FModifyDate,FApproveDate", "").to_string());
        bytes.push(desk.control("/customers", Value::Null).to_string());
        bytes.push(desk.system.connection("http://x").to_string());
        bytes
    };
    assert_eq!(history(), history());
}
