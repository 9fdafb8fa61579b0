//! Objects and fields as the vendor describes them.

use super::*;

const DESCRIBED: &str = r#"{"errorCode":0,"data":{"describe":{"api_name":"ProductObj","label":"产品","fields":{
 "name":{"api_name":"name","label":"产品名称","type":"text","is_required":true,"is_active":true},
 "price":{"api_name":"price","label":"标准价格","type":"currency","decimal_places":2,"is_required":true},
 "product_status":{"label":"上下架","type":"select_one","options":[{"label":"已上架","value":"1"},{"label":"已下架","value":"2"}]},
 "total__c":{"label":"合计","type":"formula"},
 "spu_id":{"label":"商品","type":"object_reference","target_api_name":"SPUObj"},
 "last_modified_time":{"label":"最后修改时间","type":"date_time"},
 "old__c":{"label":"停用","type":"text","is_active":false}}}}}"#;

#[tokio::test]
async fn an_object_is_described_with_its_active_fields() {
    let wire = signed_in(&[]).answering(DESCRIBED);
    let described = fxiaoke().describe(&wire, Some("ProductObj")).await.unwrap().remove(0);
    assert_eq!((&*described.object, &*described.title), ("ProductObj", "产品"));
    let names: Vec<&str> = described.fields.iter().map(|field| &*field.name).collect();
    assert_eq!(names, ["name", "price", "product_status", "total__c", "spu_id", "last_modified_time"]);
    let of = |name: &str| described.fields.iter().find(|field| field.name == name).unwrap();
    assert!(of("name").required && !of("name").read_only);
    assert_eq!(
        of("product_status").options,
        [("1".to_owned(), "已上架".to_owned()), ("2".to_owned(), "已下架".to_owned())]
    );
    assert!(of("total__c").read_only && of("last_modified_time").read_only);
    assert_eq!(
        (&*of("spu_id").kind, of("spu_id").refers_to.as_deref()),
        ("object_reference", Some("SPUObj"))
    );
}

#[tokio::test]
async fn the_object_is_named_where_the_style_wants_it() {
    let wire = signed_in(&[]).answering(DESCRIBED);
    fxiaoke().describe(&wire, Some("ProductObj")).await.unwrap();
    let sent = wire.sent();
    assert_eq!(
        (path(&sent[1]), body(&sent[1]).get("apiName")),
        ("/cgi/crm/v2/object/describe", Some(&"ProductObj".into()))
    );

    let token = r#"{"errorCode":0,"accessToken":"T","expiresIn":7200,"ea":"demo188"}"#;
    let wire = super::wire(&[("style", "oauth"), ("operator", "1000")]).answering(token).answering(DESCRIBED);
    fxiaoke().describe(&wire, Some("ProductObj")).await.unwrap();
    assert_eq!(inner(&wire.sent()[1]), r#"{"apiName":"ProductObj","includeDetail":true}"#);
}

#[tokio::test]
async fn all_active_objects_are_listed() {
    let answer = r#"{"errorCode":0,"data":{"objects":[
        {"describeApiName":"AccountObj","describeDisplayName":"客户","defineType":"package","isActive":true},
        {"describeApiName":"object_8Kx2a__c","describeDisplayName":"门店","defineType":"custom","isActive":true},
        {"describeApiName":"object_old__c","describeDisplayName":"停用","isActive":false}]}}"#;
    let wire = signed_in(&[]).answering(answer);
    let listed: Vec<(String, String)> =
        fxiaoke().describe(&wire, None).await.unwrap().into_iter().map(|d| (d.object, d.title)).collect();
    assert_eq!(
        listed,
        [("AccountObj".to_owned(), "客户".to_owned()), ("object_8Kx2a__c".to_owned(), "门店".to_owned())]
    );
    let wire = signed_in(&[]).answering(r#"{"errorCode":0}"#);
    assert_eq!(&*fxiaoke().describe(&wire, None).await.unwrap_err().cause.code, "fxiaoke.unreadable");
}
