//! The forms of its own that the ERP pushes in: JSON, XML and text with many records in a body.

use encoding_rs::GB18030;
use sandbox::stand_in::Outgoing;
use serde_json::{Value, json};

use super::desk::{Desk, header, taken};

const NAMES: [&str; 3] = ["大连\"锦达\"<光电>有限公司", "厦门|丰源\\化工有限公司", "合肥瑞创模具有限公司"];

/// Three customers in one body, the first with two contacts.
fn pushed(form: &str, more: Value) -> (Desk, Vec<Outgoing>) {
    let mut desk = Desk::with(&[("push_form", form)]);
    let mut setting = json!({ "records": 10 });
    crate::world::merge(&mut setting, more);
    desk.subscribe(setting);
    for (n, name) in NAMES.iter().enumerate() {
        let contacts = match n {
            0 => json!([{ "contactName": "王敏", "mobile": "13800000001" }, { "contactName": "李强" }]),
            _ => json!([]),
        };
        let filled = json!({ "custNo": format!("KH-{n}"), "custName": name, "remark": "一\n二", "custContact": contacts });
        desk.control("/customer", Some(filled));
    }
    let calls = desk.pushed();
    (desk, calls)
}

fn text(call: &Outgoing) -> String {
    match header(call, "Content-Type").unwrap().contains("GB18030") {
        true => {
            assert!(std::str::from_utf8(&call.body).is_err());
            let (text, broken) = GB18030.decode_without_bom_handling(&call.body);
            assert!(!broken);
            text.into_owned()
        }
        false => String::from_utf8(call.body.clone()).unwrap(),
    }
}

#[test]
fn no_form_of_its_own_carries_an_id_and_each_says_what_it_is() {
    for (form, content_type) in [
        ("json", "application/json; charset=utf-8"),
        ("xml_utf8", "application/xml; charset=UTF-8"),
        ("xml_gb18030", "application/xml; charset=GB18030"),
        ("text_utf8", "text/plain; charset=UTF-8"),
        ("text_gb18030", "text/plain; charset=GB18030"),
    ] {
        let (_, calls) = pushed(form, json!({}));
        assert_eq!(calls.len(), 1, "{form}: ten records fit one body");
        assert_eq!(header(&calls[0], "id"), None);
        assert_eq!(header(&calls[0], "Content-Type"), Some(content_type));
        assert_eq!(header(&calls[0], "objectApiName"), Some("customer"));
        assert!(text(&calls[0]).contains("合肥瑞创模具有限公司"), "{form}");
    }
}

#[test]
fn json_of_its_own_holds_heads_and_rows() {
    let (_, calls) = pushed("json", json!({}));
    let body: Value = serde_json::from_str(&text(&calls[0])).unwrap();
    assert_eq!(
        (&body["sender"], &body["docType"], &body["count"]),
        (&json!("恒信ERP"), &json!("customer"), &json!(3))
    );
    assert_eq!(body["sendTime"], "2026-11-24 15:00:00");
    for (n, name) in NAMES.iter().enumerate() {
        assert_eq!(body["docs"][n]["head"]["custName"], *name);
    }
    assert_eq!(body["docs"][0]["rows"]["custContact"][1]["contactName"], "李强");
}

#[test]
fn xml_of_its_own_is_whole_in_both_charsets() {
    for form in ["xml_utf8", "xml_gb18030"] {
        let (desk, calls) = pushed(form, json!({}));
        let text = text(&calls[0]);
        drop(desk);
        let label = if form == "xml_utf8" { "UTF-8" } else { "GB18030" };
        for part in [
            format!(
                "<?xml version=\"1.0\" encoding=\"{label}\"?>\n<ErpMessage sender=\"恒信ERP\" docType=\"customer\""
            ),
            "count=\"3\">".into(),
            "no=\"KH-0\">".into(),
            "<custName>大连\"锦达\"&lt;光电&gt;有限公司</custName>".into(),
            "<Rows name=\"custContact\"><Row><entryId>".into(),
            "<contactName>王敏</contactName><mobile>13800000001</mobile>".into(),
        ] {
            assert!(text.contains(&part), "{part} in {text}");
        }
        let mut reader = quick_xml::Reader::from_str(&text);
        let mut docs = 0;
        loop {
            match reader.read_event().expect("it is well-formed") {
                quick_xml::events::Event::Start(start) if start.name().into_inner() == "Doc" => docs += 1,
                quick_xml::events::Event::Eof => break,
                _ => {}
            }
        }
        assert_eq!(docs, 3);
    }
}

/// The values of a line, as the ERP's manual says they are written.
fn values(line: &str) -> Vec<String> {
    let (mut values, mut characters) = (vec![String::new()], line.chars());
    while let Some(character) = characters.next() {
        let value = values.last_mut().unwrap();
        match character {
            '|' => values.push(String::new()),
            '\\' => value.push(match characters.next().unwrap() {
                'n' => '\n',
                'r' => '\r',
                other => other,
            }),
            other => value.push(other),
        }
    }
    values
}

#[test]
fn text_of_its_own_is_lines_of_values_that_can_be_read_back() {
    for form in ["text_utf8", "text_gb18030"] {
        let (_, calls) = pushed(form, json!({}));
        let text = text(&calls[0]);
        let lines: Vec<Vec<String>> = text.lines().map(values).collect();
        assert_eq!(lines[0], ["S", "恒信ERP", "customer", "2026-11-24 15:00:00", "3"]);
        assert_eq!(lines[1][..4], ["F", "custId", "custNo", "custName"]);
        assert_eq!(
            lines[2],
            ["G", "custContact", "entryId", "seq", "contactName", "mobile", "title", "email"]
        );
        let marks: String = lines[3..].iter().map(|line| line[0].as_str()).collect();
        assert_eq!(marks, "DRRDD", "each record before its rows");
        let place = |name: &str| lines[1].iter().position(|known| known == name).unwrap();
        let docs: Vec<&Vec<String>> = lines.iter().filter(|line| line[0] == "D").collect();
        for (doc, name) in docs.iter().zip(NAMES) {
            assert_eq!((doc.len(), &*doc[place("custName")]), (lines[1].len(), name));
            assert_eq!(doc[place("remark")], "一\n二");
        }
        assert_eq!(lines[4][4..6], ["王敏", "13800000001"]);
    }
}

#[test]
fn what_a_text_does_not_tell_is_a_tilde() {
    let mut desk = Desk::with(&[("push_form", "text_utf8"), ("push_content", "changed")]);
    let ids = ["KH-1", "KH-2"].map(|number| {
        let made = desk.control("/customer", Some(json!({ "custNo": number, "custName": "甲" })));
        made["id"].as_str().unwrap().to_owned()
    });
    desk.subscribe(json!({ "records": 10 }));
    desk.control(&format!("/customer/{}", ids[0]), Some(json!({ "tel": "1" })));
    desk.control(&format!("/customer/{}", ids[1]), Some(json!({ "city": "苏州" })));
    let calls = desk.pushed();
    let lines: Vec<String> = text(&calls[0]).lines().map(str::to_owned).collect();
    assert_eq!(
        lines[1..],
        [
            "F|custId|tel|rowVersion|city".to_owned(),
            format!("D|{}|1|2|~", ids[0]),
            format!("D|{}|~|2|苏州", ids[1])
        ]
    );
}

#[test]
fn a_body_holds_at_most_so_many_records_of_one_object_and_voids_apart() {
    let (mut desk, calls) = pushed("json", json!({ "records": 2 }));
    let count =
        |call: &Outgoing| serde_json::from_slice::<Value>(&call.body).unwrap()["count"].as_u64().unwrap();
    assert_eq!(calls.iter().map(count).collect::<Vec<_>>(), [2, 1]);
    calls.iter().for_each(|call| desk.answer(call, Some(&taken())));
    desk.control("/customer/KH-0/void", Some(json!({})));
    desk.control("/material/01.01.0001", Some(json!({ "spec": "新款" })));
    desk.control("/customer/KH-1", Some(json!({ "tel": "1" })));
    desk.control("/customer/KH-1", Some(json!({ "tel": "2" })));
    let calls = desk.pushed();
    let told: Vec<_> = calls
        .iter()
        .map(|call| (header(call, "objectApiName").unwrap(), header(call, "operationType"), count(call)))
        .collect();
    assert_eq!(told, [("customer", Some("3"), 1), ("material", None, 1), ("customer", None, 1)]);
}

#[test]
fn records_of_a_body_that_was_not_taken_are_sent_again() {
    let (mut desk, calls) = pushed("xml_gb18030", json!({}));
    desk.answer(&calls[0], None);
    desk.control("/customer/KH-1", Some(json!({ "tel": "1" })));
    desk.world.pass(2_000);
    let again = desk.pushed();
    assert_eq!(again.len(), 1, "the later change of the second waits for its first");
    let text = text(&again[0]);
    assert_eq!((text.matches("<Doc ").count(), text.contains("<tel>1</tel>")), (3, false));
    desk.answer(&again[0], Some(&taken()));
    assert!(super::pushing_forms::text(&desk.pushed()[0]).contains("<tel>1</tel>"));
    assert_eq!(desk.control("/push", None)["accepted"]["customer"], 3);
}

#[test]
fn an_object_of_the_setting_keeps_the_standard_form_while_others_go_in_the_form_of_the_erp() {
    let mut desk = Desk::with(&[("push_form", "xml_gb18030")]);
    desk.subscribe(json!({ "records": 10, "standard": ["material"], "objects": ["customer", "material"] }));
    for (n, name) in NAMES.iter().enumerate() {
        desk.control("/customer", Some(json!({ "custNo": format!("KH-{n}"), "custName": name })));
    }
    for number in ["01.01.0001", "01.01.0002"] {
        desk.control(&format!("/material/{number}"), Some(json!({ "price": "35.80" })));
    }
    let calls = desk.pushed();
    let told: Vec<_> = calls.iter().map(|call| (header(call, "objectApiName"), header(call, "id"))).collect();
    let [own, one, other] = &calls[..] else { panic!("one body of three records and two of one: {told:?}") };
    assert_eq!(told[0], (Some("customer"), None));
    assert!(text(own).contains("<ErpMessage ") && text(own).contains("count=\"3\""));
    for call in [one, other] {
        assert_eq!(header(call, "Content-Type"), Some("application/json; charset=utf-8"));
        let body: Value = serde_json::from_slice(&call.body).unwrap();
        assert_eq!(header(call, "id"), body["masterFieldVal"]["matId"].as_str());
    }
}
