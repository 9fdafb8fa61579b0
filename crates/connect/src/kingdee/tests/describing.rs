//! Descriptions, shapes and checks.

use super::*;

const DESCRIBED: &str = r#"{"Result":{"ResponseStatus":{"IsSuccess":true,"MsgCode":0},"NeedReturnData":{"Id":"BD_Customer","Name":[{"Key":2052,"Value":"客户"}],"PkFieldName":"FCUSTID","Entrys":[
    {"Key":"FBillHead","ParentKey":null,"Fields":[{"Key":"FNumber"},{"Key":"FName","MustInput":1},{"Key":"F_PAEZ_Owner","LookUpObjectFormId":"SEC_User"},{"Key":"F_PAEZ_Text","LookUpObjectFormId":null}]}]}}}"#;

#[tokio::test]
async fn unknown_plain_values_are_shaped_by_the_description_and_it_is_asked_once() {
    let wire = wire(&[]).answering(DESCRIBED);
    let connector = kingdee();
    for _ in 0..2 {
        let document =
            map(r#"{"FName":"甲","FCreateOrgId":"603","F_PAEZ_Owner":"zhangsan","F_PAEZ_Text":"文本"}"#);
        let shaped = connector.shape(&wire, "BD_Customer", document).await.unwrap();
        assert_eq!(
            json::write(&Value::Map(shaped)),
            r#"{"FName":"甲","FCreateOrgId":{"FNumber":"603"},"F_PAEZ_Owner":{"FUserID":"zhangsan"},"F_PAEZ_Text":"文本"}"#
        );
    }
    assert_eq!(calls(&wire), [("QueryBusinessInfo", r#"{"data":{"FormId":"BD_Customer"}}"#.to_owned())]);
}

#[tokio::test]
async fn a_document_of_known_fields_is_shaped_without_a_call() {
    let wire = wire(&[]);
    let shaped = kingdee().shape(&wire, "BD_Customer", map(r#"{"FGroup_FNumber":"01"}"#)).await.unwrap();
    assert_eq!(json::write(&Value::Map(shaped)), r#"{"FGroup":{"FNumber":"01"}}"#);
    assert!(wire.sent().is_empty());
}

#[tokio::test]
async fn objects_are_listed_and_one_is_described() {
    let wire = wire(&[]).answering(DESCRIBED);
    let connector = kingdee();
    let all = connector.describe(&wire, None).await.unwrap();
    assert_eq!((&*all[0].object, &*all[0].title), ("BD_Customer", "客户 Customer"));
    assert!(wire.sent().is_empty());
    let one = connector.describe(&wire, Some("BD_Customer")).await.unwrap();
    assert_eq!(one[0].fields.iter().filter(|field| field.required).count(), 1);
    assert_eq!(one[0].fields[2].refers_to.as_deref(), Some("SEC_User"));
}

#[tokio::test]
async fn an_unknown_form_is_named() {
    let refused = failure(4, "标识为“BD_客户”的业务对象不存在，或者被删除");
    let wire = wire(&[]).answering(&refused);
    let told = kingdee().describe(&wire, Some("BD_客户")).await.unwrap_err();
    assert_eq!((&*told.cause.code, told.cause.param("object")), ("kingdee.form_unknown", Some("BD_客户")));
}

/// The findings of a check: well or not, and the code.
async fn check(wire: &ScriptedWire) -> Vec<(bool, String)> {
    let findings = kingdee().check(wire).await;
    let known = Manifest::built_in(super::super::BUILT_IN.manifest).sentences();
    let is_known = |code: &str| known.iter().any(|sentence| sentence.code == code);
    assert!(findings.iter().all(|finding| is_known(&finding.cause.code)));
    findings.into_iter().map(|finding| (finding.ok, finding.cause.code.into_owned())).collect()
}

fn bare(settings: &[(&str, &str)]) -> ScriptedWire {
    ScriptedWire::new(connection("kingdee-k3cloud", settings, &[("password", "p@ss")]))
}

#[tokio::test]
async fn a_check_tells_server_account_set_sign_in_and_rights_apart() {
    let settings = [
        ("base_url", "https://erp.example.com/k3cloud"),
        ("acct_id", "6501f2c7a2b0a1"),
        ("username", "zhangsan"),
    ];
    let sets = r#"[{"Id":"6501f2c7a2b0a1","Number":"001","Name":"演示账套"}]"#;
    let wire = bare(&settings).answering(sets).answering(SIGNED_IN).answering(r#"[["100"]]"#);
    let well = ["kingdee.account_set", "kingdee.signed_in", "kingdee.may_read"];
    assert_eq!(check(&wire).await, well.map(|code| (true, code.to_owned())));

    let other = r#"[{"Id":"999","Number":"002","Name":"正式账套"}]"#;
    let refused = r#"{"Message":"账套不存在","LoginResultType":-1}"#;
    let wire = bare(&settings).answering(other).answering(refused);
    let told = check(&wire).await;
    assert_eq!(
        told,
        [(false, "kingdee.account_set_unknown".into()), (false, "kingdee.sign_in_refused".into())]
    );

    let told = check(&bare(&settings[..2])).await;
    assert_eq!(told, [(false, "kingdee.setting_missing".into())]);
}

#[test]
fn every_cause_of_this_module_has_words() {
    let known = Manifest::built_in(super::super::BUILT_IN.manifest).sentences();
    let sources = [
        include_str!("../answer.rs"),
        include_str!("../call.rs"),
        include_str!("../check.rs"),
        include_str!("../operations.rs"),
        include_str!("../plan.rs"),
        include_str!("../plan/lines.rs"),
        include_str!("../plan/options.rs"),
        include_str!("../query.rs"),
        include_str!("../query/filter.rs"),
        include_str!("../reading.rs"),
        include_str!("../settings.rs"),
        include_str!("../sign_in.rs"),
        include_str!("../sign_in/login.rs"),
        include_str!("../viewed.rs"),
        include_str!("../writing.rs"),
        include_str!("../writing/save.rs"),
        include_str!("../writing/status.rs"),
        include_str!("../zone.rs"),
    ];
    let codes = sources.iter().flat_map(|source| source.split("\"kingdee.").skip(1));
    let codes: std::collections::BTreeSet<&str> = codes.filter_map(|rest| rest.split('"').next()).collect();
    assert!(codes.len() > 40, "the codes are written as literals: {codes:?}");
    for code in codes {
        let code = format!("kingdee.{code}");
        assert!(known.iter().any(|sentence| sentence.code == code), "{code} has no words");
    }
}
