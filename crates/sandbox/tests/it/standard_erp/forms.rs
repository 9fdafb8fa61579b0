//! The forms of requests and answers: JSON, XML and text, in UTF-8 and GB18030.

use encoding_rs::GB18030;
use sandbox::stand_in::Reply;
use serde_json::{Value, json};

use super::desk::{Desk, document};
use crate::world::json_of;

const NAME: &str = "苏州瑞达<精密>&\"机械\"有限公司";

fn content_type(reply: &Reply) -> &str {
    &reply.headers.iter().find(|(name, _)| name == "Content-Type").expect("every answer has one").1
}

/// A customer of that name, asked for in the form that is set; the reply.
fn asked(desk: &mut Desk) -> (String, Reply) {
    let made = desk.control("/customer", Some(json!({ "custName": NAME, "remark": "第一行\n第二行" })));
    let id = made["custId"].as_str().unwrap().to_owned();
    let reply = desk.reply("GET", &format!("/queryMasterById?objAPIName=customer&dataId={id}"), "", b"");
    (id, reply)
}

#[test]
fn answers_in_xml_carry_their_charset_in_the_declaration_and_in_the_content_type() {
    for (switch, label) in [("xml_utf8", "UTF-8"), ("xml_gb18030", "GB18030")] {
        let mut desk = Desk::with(&[("answer_form", switch)]);
        let (id, reply) = asked(&mut desk);
        assert_eq!(content_type(&reply), format!("application/xml; charset={label}"));
        let text = match label {
            "UTF-8" => String::from_utf8(reply.body).unwrap(),
            _ => {
                assert!(std::str::from_utf8(&reply.body).is_err());
                let (text, broken) = GB18030.decode_without_bom_handling(&reply.body);
                assert!(!broken);
                text.into_owned()
            }
        };
        assert!(
            text.starts_with(&format!(
                "<?xml version=\"1.0\" encoding=\"{label}\"?>\n<response><code>0</code>"
            )),
            "{text}"
        );
        for part in [
            "<message>成功</message><data><masterFieldVal>".to_owned(),
            format!("<custId>{id}</custId>"),
            "<custName>苏州瑞达&lt;精密&gt;&amp;\"机械\"有限公司</custName>".to_owned(),
            "<shortName/>".to_owned(),
            "<remark>第一行\n第二行</remark>".to_owned(),
        ] {
            assert!(text.contains(&part), "{part} in {text}");
        }
    }
}

#[test]
fn answers_in_text_are_lines_of_paths() {
    for (switch, label) in [("text_utf8", "UTF-8"), ("text_gb18030", "GB18030")] {
        let mut desk = Desk::with(&[("answer_form", switch)]);
        let (id, reply) = asked(&mut desk);
        assert_eq!(content_type(&reply), format!("text/plain; charset={label}"));
        let text = match label {
            "UTF-8" => String::from_utf8(reply.body).unwrap(),
            _ => GB18030.decode_without_bom_handling(&reply.body).0.into_owned(),
        };
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines[..3], ["code=0", "message=成功", &*format!("data.masterFieldVal.custId={id}")]);
        assert!(lines.contains(&&*format!("data.masterFieldVal.custName={NAME}")));
        assert!(lines.contains(&"data.masterFieldVal.remark=第一行\\n第二行"));
        let created = desk.reply(
            "POST",
            "/create",
            "application/json",
            document(
                "customer",
                json!({ "custName": "甲" }),
                json!({ "custContact": [{ "contactName": "王敏" }] }),
            )
            .to_string()
            .as_bytes(),
        );
        let text = GB18030.decode_without_bom_handling(&created.body).0.into_owned();
        assert!(text.contains("\ndata.masterDataId="), "{text}");
        assert!(text.contains("\ndata.detailDataIds.custContact[0]="), "{text}");
    }
}

#[test]
fn a_list_in_xml_repeats_its_element_or_wraps_it() {
    for (lists, part) in [
        ("repeated", "</saleOrderEntry><saleOrderEntry><entryId>"),
        ("wrapped", "<saleOrderEntry><item><entryId>"),
    ] {
        let mut desk = Desk::with(&[("xml_lists", lists)]);
        let id = desk.order()["masterDataId"].as_str().unwrap().to_owned();
        desk.world.sandbox.set_switch("standard-erp", "answer_form", "xml_utf8");
        let reply = desk.reply("GET", &format!("/queryMasterById?objAPIName=saleOrder&dataId={id}"), "", b"");
        let text = String::from_utf8(reply.body).unwrap();
        assert!(text.contains(part), "{text}");
    }
}

#[test]
fn refusals_have_the_form_of_the_other_answers() {
    let mut desk = Desk::with(&[("answer_form", "xml_gb18030")]);
    let reply = desk.reply("POST", "/create", "application/json", b"{}");
    let text = GB18030.decode_without_bom_handling(&reply.body).0.into_owned();
    assert!(text.contains("<code>1003</code><message>缺少objAPIName</message><data/>"), "{text}");
}

const XML: &str = "<request><objAPIName>saleOrder</objAPIName><masterFieldVal><billNo>SO-甲</billNo>\
    <billDate>2026-11-24</billDate><custNo>KH-甲</custNo><isUrgent>true</isUrgent><remark/></masterFieldVal>\
    <detailFieldVals>ROWS</detailFieldVals></request>";
const ROW: &str =
    "<matNo>01.01.0001</matNo><qty>2</qty><price>1860.50</price><rowRemark>甲&amp;乙</rowRemark>";

/// Writes one order in some form; what the ERP holds then.
fn written(kind: &str, body: &[u8]) -> Value {
    let mut desk = Desk::new();
    desk.control("/customer", Some(json!({ "custNo": "KH-甲", "custName": "甲" })));
    let answer = json_of(&desk.reply("POST", "/create", kind, body));
    assert_eq!(answer["code"], 0, "{kind}: {answer}");
    desk.control("/saleOrder/SO-甲", None)
}

#[test]
fn requests_in_xml_are_taken_with_lists_repeated_wrapped_or_of_one_row() {
    for (rows, count) in [
        (format!("<saleOrderEntry>{ROW}</saleOrderEntry>"), 1),
        (format!("<saleOrderEntry>{ROW}</saleOrderEntry><saleOrderEntry>{ROW}</saleOrderEntry>"), 2),
        (format!("<saleOrderEntry><item>{ROW}</item></saleOrderEntry>"), 1),
        (format!("<saleOrderEntry><item>{ROW}</item><item>{ROW}</item></saleOrderEntry>"), 2),
    ] {
        let body = XML.replace("ROWS", &rows);
        let order = written("application/xml", body.as_bytes());
        let lines = order["saleOrderEntry"].as_array().unwrap();
        assert_eq!(lines.len(), count, "{rows}");
        assert_eq!((&lines[0]["rowRemark"], &lines[0]["price"]), (&json!("甲&乙"), &json!("1860.500000")));
        assert_eq!((&order["isUrgent"], &order["remark"]), (&json!(true), &Value::Null));
    }
}

#[test]
fn the_charset_of_a_request_is_read_from_its_label_or_its_declaration() {
    let body = XML.replace("ROWS", &format!("<saleOrderEntry>{ROW}</saleOrderEntry>"));
    let plain = GB18030.encode(&body).0.into_owned();
    assert_eq!(written("text/xml; charset=\"gb18030\"", &plain)["number"], "SO-甲");
    let declared = format!("<?xml version=\"1.0\" encoding=\"GB18030\"?>{body}");
    assert_eq!(written("application/xml", &GB18030.encode(&declared).0)["number"], "SO-甲");
    let mut desk = Desk::new();
    for (kind, body) in
        [("application/xml", &plain[..]), ("application/xml; charset=klingon", body.as_bytes())]
    {
        assert_eq!(json_of(&desk.reply("POST", "/create", kind, body))["code"], 1003, "{kind}");
    }
    let bomb = "<!DOCTYPE a [<!ENTITY b \"cccc\">]><a>&b;</a>";
    assert_eq!(json_of(&desk.reply("POST", "/create", "text/xml", bomb.as_bytes()))["code"], 1003);
}

#[test]
fn requests_in_text_are_lines_of_paths() {
    let body = "objAPIName=saleOrder\r\nmasterFieldVal.billNo=SO-甲\nmasterFieldVal.billDate=2026-11-24\n\
        masterFieldVal.custNo=KH-甲\nmasterFieldVal.remark=一\\n二\n\
        detailFieldVals.saleOrderEntry[0].matNo=01.01.0001\ndetailFieldVals.saleOrderEntry[0].qty=3\n\
        detailFieldVals.saleOrderEntry[0].price=9.99\n";
    let order = written("text/plain; charset=utf-8", body.as_bytes());
    assert_eq!((&order["remark"], &order["totalAmount"]), (&json!("一\n二"), &json!("29.97")));
}

#[test]
fn an_erp_may_take_one_form_only() {
    let json_body = document("customer", json!({ "custName": "甲" }), json!({})).to_string();
    let xml =
        "<r><objAPIName>customer</objAPIName><masterFieldVal><custName>甲</custName></masterFieldVal></r>";
    let text = "objAPIName=customer\nmasterFieldVal.custName=甲\n";
    let bodies =
        [("json", "application/json", &*json_body), ("xml", "text/xml", xml), ("text", "text/plain", text)];
    for only in ["any", "json", "xml", "text"] {
        let mut desk = Desk::with(&[("request_form", only)]);
        for (form, kind, body) in bodies {
            let code = json_of(&desk.reply("POST", "/create", kind, body.as_bytes()))["code"].clone();
            assert_eq!(code == 0, only == "any" || only == form, "{only} {form}: {code}");
        }
    }
}
