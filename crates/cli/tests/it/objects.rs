//! What one crate writes of an object, another reads: drafts become texts that can be applied.

use mapping::{NoFiles, Text};
use model::Lang;
use model::object::Object;
use objects::import::{openapi, sheet};
use objects::infer::{Sample, infer};
use objects::{Naming, text};

fn naming() -> Naming {
    Naming {
        connection: "u8".into(),
        name: "SaleOrder".into(),
        code: Some("SO01".into()),
        title_zh: Some("销售订单".into()),
        title_en: Some("Sales order".into()),
    }
}

fn is_read_as_written(object: &Object) {
    let written = text::write(object);
    match mapping::read(&written, &NoFiles) {
        Ok(Text::Object(read)) => assert_eq!(read, *object, "{written}"),
        other => panic!("{other:?}\n{written}"),
    }
}

#[test]
fn drafts_become_texts_that_are_read_as_they_were_meant() {
    let sample = r#"[{"id":"1","编号":"KH1","a.b":1,"customer":{"id":"7","名称":"华桥"},"状态":"是","标签":["A: x","no","1"],
        "空":null,"价":1.25,"日期":"2026-11-30","改":1764000000000,"updateTime":1764000000000,"备注":"一\n二",
        "Items":[{"lineId":1,"x.y":{"z":true}}],"- 怪":"1","true":"y","列":[null]}]"#;
    let inferred = infer(&naming(), &[Sample::Json(sample.as_bytes())]).expect("a sample");
    is_read_as_written(&inferred.object);

    let template = sheet::template(Lang::Zh).expect("a template");
    is_read_as_written(&sheet::import(&naming(), &template, None).expect("a sheet").object);

    let document = r#"{"openapi":"3.1.0","components":{"schemas":{"订单":{"properties":{"id":{"type":"string","maxLength":0},
        "级":{"enum":["1","1","",2]},"组":{"type":"array","items":{"type":"string"}},"价":{"type":"number"},
        "行":{"type":"array","items":{"properties":{"a.b":{"type":"integer"}}}}}}}}}"#;
    let imported =
        openapi::import(&naming(), document.as_bytes(), &openapi::Wanted::Only).expect("a document");
    is_read_as_written(&imported.object);
}

#[test]
fn a_text_keeps_what_names_and_labels_hold() {
    let sample = Sample::Json(br#"{"id":"1","name":"2"}"#);
    for label in [
        "停 用", "a: b", "# x", "'", "\"", "\\", "no", "12", "${env}", "$${", "<script>", "{ x }", "- x",
        "a\nb",
    ] {
        let mut object = infer(&naming(), &[sample]).expect("a sample").object;
        object.fields[1].label_zh = label.into();
        object.fields[1].label_en = label.into();
        object.title_zh = label.into();
        object.code = label.into();
        is_read_as_written(&object);
    }
}

#[test]
fn the_guides_texts_can_be_read() {
    for guide in ["any-erp.md", "any-erp.en.md"] {
        let page = crate::tidy::text(&format!("docs/guides/{guide}"));
        let texts: Vec<&str> =
            page.split("```yaml\n").skip(1).filter_map(|rest| rest.split("```").next()).collect();
        let read: Vec<bool> = texts.iter().map(|text| mapping::read(text, &NoFiles).is_ok()).collect();
        assert_eq!(read, [true, true], "{guide}");
    }
}
