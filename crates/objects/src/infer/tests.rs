use encoding_rs::GB18030;
use model::object::{FieldKind, Object};

use super::*;

fn naming() -> Naming {
    Naming {
        connection: "u8".into(),
        name: "SaleOrder".into(),
        code: None,
        title_zh: Some("销售订单".into()),
        title_en: None,
    }
}

/// A field in one line: `金额 decimal(2)`, with `!` where it is required.
fn line(field: &model::object::Field) -> String {
    let kind = match &field.kind {
        FieldKind::Decimal { scale } => format!("decimal({scale})"),
        FieldKind::Select(choices) | FieldKind::MultiSelect(choices) => {
            let values: Vec<&str> = choices.iter().map(|choice| choice.value.as_str()).collect();
            format!("{}[{}]", field.kind.name(), values.join(","))
        }
        kind => kind.name().to_owned(),
    };
    let length = field.max_length.map(|length| format!("({length})")).unwrap_or_default();
    format!("{} {kind}{length}{}", field.name, if field.required { "!" } else { "" })
}

fn outline(object: &Object) -> Vec<String> {
    let role = |role: &Option<String>| role.clone().unwrap_or_else(|| "-".into());
    let mut lines = vec![format!(
        "{} id={} number={} name={} version={}",
        object.code,
        object.id,
        role(&object.number),
        role(&object.display),
        role(&object.version)
    )];
    lines.extend(object.fields.iter().map(line));
    for detail in &object.details {
        lines.push(format!("{}: id={}", detail.name, role(&detail.id)));
        lines.extend(detail.fields.iter().map(|field| format!("  {}", line(field))));
    }
    lines
}

fn codes(drafted: &Drafted) -> Vec<String> {
    drafted
        .notes
        .iter()
        .map(|note| {
            let of = note.param("field").or(note.param("list")).unwrap_or_default();
            format!("{} {of}", note.code).trim_end().to_owned()
        })
        .collect()
}

fn json(texts: &[&str]) -> Drafted {
    let samples: Vec<Sample> = texts.iter().map(|text| Sample::Json(text.as_bytes())).collect();
    infer(&naming(), &samples).unwrap()
}

#[test]
fn the_standard_form_is_read_with_its_details() {
    let drafted = json(&[
        r#"{"objAPIName":"SO_Bill","masterFieldVal":{"billId":"9001","billNo":"XSDD000001",
        "客户名称":"深圳市华桥电子有限公司","金额":1280.50,"含税":true,"updateTime":1764000000000,"备注":null},
        "detailFieldVals":{"Items":[{"entryId":"1","物料":"螺丝","数量":"12.5000"},{"entryId":"2","物料":"螺母","数量":"3"}]}}"#,
    ]);
    assert_eq!(
        outline(&drafted.object),
        [
            "SO_Bill id=billId number=billNo name=客户名称 version=updateTime",
            "billId text(50)!",
            "billNo text(50)",
            "客户名称 text(50)",
            "金额 decimal(2)",
            "含税 boolean",
            "updateTime datetime",
            "备注 text",
            "Items: id=entryId",
            "  entryId text(50)!",
            "  物料 text(50)!",
            "  数量 decimal(4)!",
        ]
    );
    assert_eq!(drafted.object.title_en, "销售订单", "one title stands for the other");
    let told = codes(&drafted);
    for code in [
        "objects.one_record",
        "objects.guessed_decimal 金额",
        "objects.guessed_milliseconds updateTime",
        "objects.never_filled 备注",
        "objects.guessed_id_field billId",
        "objects.guessed_version_field updateTime",
        "objects.guessed_line_id Items.entryId",
        "objects.guessed_required Items.数量",
    ] {
        assert!(told.iter().any(|told| told == code), "{code}: {told:?}");
    }
}

#[test]
fn several_records_widen_types_and_tell_what_is_always_there() {
    let drafted = json(&[
        r#"{"code":0,"message":"成功","data":{"totalNum":3,"dataList":[
            {"id":1,"编号":"KH001","单价":1,"折扣":0.5,"日期":"2026-11-30","状态":"是","电话":"0755-1","标签":["A"]},
            {"id":2,"编号":"KH002","单价":12.125,"折扣":"面议","日期":"2026-11-30 10:20:30","状态":"N","标签":["B","A"]}]}}"#,
        r#"[{"id":3,"编号":"KH003","单价":2.50,"日期":"2026/11/30","状态":"否","电话":null,"标签":[]}]"#,
    ]);
    assert_eq!(
        outline(&drafted.object),
        [
            "SaleOrder id=id number=编号 name=- version=-",
            "id number!",
            "编号 text(50)!",
            "单价 decimal(3)!",
            "折扣 text(50)",
            "日期 datetime!",
            "状态 select[是,否,Y,N]!",
            "电话 text(50)",
            "标签 multi_select[A,B]",
        ]
    );
    let told = codes(&drafted);
    for code in [
        "objects.unwrapped data",
        "objects.unwrapped dataList",
        "objects.widened 折扣",
        "objects.guessed_other_datetime 日期",
        "objects.guessed_yes_no 状态",
        "objects.guessed_required 单价",
        "objects.no_version_field",
    ] {
        assert!(told.iter().any(|told| told == code), "{code}: {told:?}");
    }
    assert!(!told.iter().any(|told| told == "objects.one_record" || told.ends_with("required 电话")));
}

#[test]
fn any_json_becomes_fields_and_lists() {
    let drafted = json(&[
        r#"{"FNumber":"0012","FName":"华桥","customer":{"id":"7","address":{"city":"深圳"}},
        "entries":{"entry":[{"qty":1,"sub":[{"a":1}]}]},"空":[],"无":{},"乱":[[1]],"备注":"第一行\n第二行"}"#,
    ]);
    assert_eq!(
        outline(&drafted.object),
        [
            "SaleOrder id=FNumber number=FNumber name=FName version=-",
            "FNumber text(50)!",
            "FName text(50)",
            "customer_id text(50)",
            "customer_address_city text(50)",
            "备注 long_text(50)",
            "entries: id=-",
            "  qty number",
        ]
    );
    let told = codes(&drafted);
    for code in [
        "objects.flattened customer",
        "objects.flattened customer_address",
        "objects.list_in_line sub",
        "objects.empty_list 空",
        "objects.left_out 无",
        "objects.left_out 乱",
        "objects.no_id_field FNumber",
        "objects.no_line_id entries",
    ] {
        assert!(told.iter().any(|told| told == code), "{code}: {told:?}");
    }
}

#[test]
fn an_id_that_records_share_is_none() {
    let drafted = json(&[r#"[{"id":"1","billNo":"A"},{"id":"1","billNo":"B"}]"#]);
    assert_eq!(drafted.object.id, "billNo");
    assert!(codes(&drafted).contains(&"objects.id_not_unique id".into()));
}

#[test]
fn xml_of_any_shape_is_read_in_gb18030_too() {
    let text = "<?xml version='1.0' encoding='GBK'?><Envelope><Header/><Body><客户列表>\
        <客户 编码='0007'><名称>深圳市华桥</名称><信用额度>5000.00</信用额度><启用>true</启用>\
        <修改时间>2026-11-30 10:20:30</修改时间><联系人列表><联系人行><手机>13800138000</手机><年龄>30</年龄></联系人行></联系人列表></客户>\
        <客户 编码='0008'><名称>广州华南</名称><信用额度>1</信用额度><启用>false</启用>\
        <修改时间>2026-11-29 08:00:00</修改时间><联系人列表><联系人行><手机>13800138001</手机></联系人行><联系人行><手机>13800138002</手机></联系人行></联系人列表></客户>\
        </客户列表></Body></Envelope>";
    let (bytes, ..) = GB18030.encode(text);
    let drafted = infer(&naming(), &[Sample::Xml(&bytes)]).unwrap();
    assert_eq!(
        outline(&drafted.object),
        [
            "SaleOrder id=编码 number=编码 name=名称 version=修改时间",
            "编码 text(50)!",
            "名称 text(50)!",
            "信用额度 decimal(2)!",
            "启用 boolean!",
            "修改时间 datetime!",
            "联系人列表: id=-",
            "  手机 text(50)!",
            "  年龄 number",
        ]
    );
}

#[test]
fn what_is_no_sample_is_refused_with_its_position() {
    let good = Sample::Json(br#"{"id":1}"#);
    let deep = "[".repeat(10_000);
    for (bad, code) in [
        (Sample::Json(b""), "objects.bad_json"),
        (Sample::Json(br#"{"a":1,"a":2}"#), "objects.bad_json"),
        (Sample::Json(deep.as_bytes()), "objects.bad_json"),
        (Sample::Json(b"\xff\xfe"), "objects.bad_json"),
        (Sample::Json(b"12"), "objects.no_record"),
        (Sample::Json(b"[]"), "objects.no_record"),
        (Sample::Xml(b"<a>1</a>"), "objects.no_record"),
        (
            Sample::Json(br#"{"code":"0","message":"","data":{"totalNum":0,"dataList":[]}}"#),
            "objects.none_held",
        ),
        (Sample::Json(br#"{"code":0,"data":null}"#), "objects.none_held"),
        (Sample::Xml("<应答><code>0</code><total>0</total><rows/></应答>".as_bytes()), "objects.none_held"),
        (Sample::Xml(b"<!DOCTYPE a []><a/>"), "xml.dtd"),
    ] {
        let cause = infer(&naming(), &[good, bad]).unwrap_err();
        assert_eq!((&*cause.code, cause.param("sample")), (code, Some("2")), "{bad:?}");
    }
    assert_eq!(infer(&naming(), &[]).unwrap_err().code, "objects.no_record");
    let only_list = Sample::Json(br#"{"a":"","Items":[{"x":[1]}],"b":{}}"#);
    assert!(infer(&naming(), &[only_list]).is_ok());
}

#[test]
fn no_note_holds_a_value_of_a_sample() {
    let drafted = json(&[r#"[{"id":"1","姓名":"王强","手机":"13800138000","生日":"1990-01-02"}]"#]);
    let told: Vec<String> = drafted.notes.iter().map(|note| format!("{note:?}")).collect();
    assert!(!told.concat().contains("王强") && !told.concat().contains("1380013"), "{told:?}");
}
