use encoding_rs::GB18030;
use model::Lang;
use model::object::{FieldKind, Object};
use rust_xlsxwriter::Workbook;

use super::*;

fn naming() -> Naming {
    Naming {
        connection: "u8".into(),
        name: "SaleOrder".into(),
        code: Some("SO".into()),
        title_zh: None,
        title_en: None,
    }
}

const CHINESE: &str = "U8 销售订单字段清单,,,\n\
    字段编码,名称,英文名,类型(必填),必填,长度,小数位,选项,明细,引用对象,作用,说明,排序\n\
    内码,内码,Id,varchar(36),是,,,,,,id,主键,1\n\
    单据编号,单据编号,Number,文本,是,30,,,,,编号,,2\n\
    状态,状态,,单选,否,,,\"A:暂存;B:已审核\",,,,,3\n\
    ,,,,,,,,,,,,\n\
    金额,金额合计,,\"decimal(18,2)\",,,,,,,,,4\n\
    折扣,折扣,,金额,,\"18,4\",4,,,,,,5\n\
    客户,客户,,基础资料,Y,,,,,Customer,,,6\n\
    行内码,行内码,,整数,是,,,,明细表,,id,,7\n\
    数量,数量,,小数,是,,4,,明细表,,,,8\n\
    赠品,赠品,,多选,,,,是|否,明细表,,,,9\n";

fn outline(object: &Object) -> Vec<String> {
    let line = |field: &model::object::Field| {
        let kind = match &field.kind {
            FieldKind::Decimal { scale } => format!("decimal({scale})"),
            FieldKind::Select(choices) | FieldKind::MultiSelect(choices) => {
                let options: Vec<String> =
                    choices.iter().map(|c| format!("{}={}", c.value, c.label)).collect();
                format!("{}[{}]", field.kind.name(), options.join(","))
            }
            FieldKind::Reference(object) => format!("reference({object})"),
            kind => kind.name().to_owned(),
        };
        let length = field.max_length.map(|length| format!("({length})")).unwrap_or_default();
        let labels = format!("{}/{}", field.label_zh, field.label_en);
        format!("{} {labels} {kind}{length}{}", field.name, if field.required { "!" } else { "" })
    };
    let mut lines = vec![format!("{} {} {:?} {:?}", object.code, object.id, object.number, object.version)];
    lines.extend(object.fields.iter().map(line));
    for detail in &object.details {
        lines.push(format!("{} id={}", detail.name, detail.id.as_deref().unwrap_or("-")));
        lines.extend(detail.fields.iter().map(|field| format!("  {}", line(field))));
    }
    lines
}

#[test]
fn a_chinese_sheet_is_read_in_every_encoding_and_format() {
    let (gb18030, ..) = GB18030.encode(CHINESE);
    let mut reader =
        csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(CHINESE.as_bytes());
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    for (row, record) in (0..).zip(reader.records().map(Result::unwrap)) {
        for (column, cell) in (0..).zip(record.iter()) {
            match cell.parse::<u32>() {
                Ok(number) => sheet.write(row, column, number).unwrap(),
                Err(_) => sheet.write(row, column, cell).unwrap(),
            };
        }
    }
    let xlsx = book.save_to_buffer().unwrap();
    let marked = format!("\u{feff}{CHINESE}");
    for bytes in [CHINESE.as_bytes(), marked.as_bytes(), &gb18030, &xlsx] {
        let drafted = import(&naming(), bytes, None).unwrap();
        assert_eq!(
            outline(&drafted.object),
            [
                "SO 内码 Some(\"单据编号\") None",
                "内码 内码/Id text(36)!",
                "单据编号 单据编号/Number text(30)!",
                "状态 状态/状态 select[A=暂存,B=已审核]",
                "金额 金额合计/金额合计 decimal(2)",
                "折扣 折扣/折扣 decimal(4)",
                "客户 客户/客户 reference(Customer)!",
                "明细表 id=行内码",
                "  行内码 行内码/行内码 number!",
                "  数量 数量/数量 decimal(4)!",
                "  赠品 赠品/赠品 multi_select[是=是,否=否]",
            ]
        );
        let unknown = drafted.notes.iter().find(|note| note.code == "objects.sheet.heading_unknown");
        assert_eq!(unknown.and_then(|note| note.param("heading")), Some("排序"));
    }
}

#[test]
fn an_english_sheet_with_tabs_is_read() {
    let text = "name\tlabel\ttype\trequired\tmax_length\nid\tID\tstring\tyes\t20\nlastModified\tChanged\tdatetime\tno\t\n";
    let drafted = import(&naming(), text.as_bytes(), None).unwrap();
    assert_eq!(
        outline(&drafted.object),
        ["SO id None Some(\"lastModified\")", "id ID/ID text(20)!", "lastModified Changed/Changed datetime"]
    );
    let both = "api name,name,type\nid,编号,text\n";
    assert_eq!(import(&naming(), both.as_bytes(), None).unwrap().object.fields[0].label_zh, "编号");
}

fn findings(text: &str) -> Vec<(String, String)> {
    let told = |cause: Cause| (cause.code.to_string(), cause.param("row").unwrap_or("-").to_owned());
    import(&naming(), text.as_bytes(), None).unwrap_err().into_iter().map(told).collect()
}

#[test]
fn every_bad_row_is_told_and_nothing_is_made() {
    let text = "字段编码,类型,必填,长度,小数位,选项,引用对象,明细,作用\n\
        id,文本,是,,,,,,id\n\
        ,文本,,,,,,,\n\
        a,文本框,,,,,,,\n\
        b,文本,也许,,,,,,\n\
        c,文本,,很长,,,,,\n\
        d,小数,,,二,,,,\n\
        e,单选,,,,,,,\n\
        f,单选,,,,1:甲;1:乙,,,\n\
        g,引用,,,,,,,\n\
        id,整数,,,,,,,\n\
        h,文本,,,,,,,主人\n\
        i,文本,,,,,,,id\n\
        j,文本,,,,,,行,编号\n\
        k,decimal(x),,,,,,,\n\
        l,小数,,,19,,,,\n";
    let expected = [
        ("no_name", 3),
        ("bad_type", 4),
        ("bad_required", 5),
        ("bad_length", 6),
        ("bad_scale", 7),
        ("bad_options", 8),
        ("bad_options", 9),
        ("no_object", 10),
        ("name_twice", 11),
        ("bad_role", 12),
        ("role_twice", 13),
        ("bad_role", 14),
        ("bad_type", 15),
        ("bad_scale", 16),
    ];
    let expected: Vec<(String, String)> =
        expected.iter().map(|(code, row)| (format!("objects.sheet.{code}"), row.to_string())).collect();
    assert_eq!(findings(text), expected);
}

#[test]
fn what_is_no_list_of_fields_is_refused() {
    for (text, code) in [
        ("", "objects.sheet.no_headings"),
        ("客户,金额\n华桥,1\n", "objects.sheet.no_headings"),
        ("字段编码,类型,类型\nid,文本,文本\n", "objects.sheet.heading_twice"),
        ("字段编码,类型\n", "objects.no_fields"),
        ("字段编码,类型,明细\nqty,整数,Items\n", "objects.no_fields"),
    ] {
        assert_eq!(findings(text)[0].0, code, "{text}");
    }
    for (bytes, code) in [
        (b"PK\x03\x04 no zip".to_vec(), "objects.sheet.unreadable"),
        (b"\xff\xff\xff".to_vec(), "charset.wrong"),
        (vec![b'x'; 9 << 20], "objects.sheet.too_large"),
        ("字段编码,类型\n".repeat(6000).into_bytes(), "objects.sheet.too_large"),
    ] {
        assert_eq!(import(&naming(), &bytes, None).unwrap_err()[0].code, code);
    }
    let cause = &import(&naming(), &template(Lang::Zh).unwrap(), Some("没有")).unwrap_err()[0];
    assert_eq!((&*cause.code, cause.param("known")), ("objects.sheet.no_sheet", Some("字段")));
}

#[test]
fn a_cell_at_the_far_end_costs_nothing() {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    sheet.write(0, 0, "字段编码").unwrap();
    sheet.write(1_048_575, 16_383, "远").unwrap();
    let bytes = book.save_to_buffer().unwrap();
    assert_eq!(import(&naming(), &bytes, None).unwrap_err()[0].code, "objects.sheet.no_headings");
}

#[test]
fn the_template_is_a_sheet_that_can_be_imported_and_is_always_the_same() {
    for (lang, label) in [(Lang::Zh, "内码"), (Lang::En, "内码")] {
        let bytes = template(lang).unwrap();
        assert_eq!(bytes, template(lang).unwrap());
        let drafted = import(&naming(), &bytes, None).unwrap();
        let object = &drafted.object;
        assert_eq!((&*object.id, object.version.as_deref()), ("id", Some("updateTime")));
        assert_eq!(object.fields[0].label_zh, label);
        assert_eq!(object.details[0].id.as_deref(), Some("lineId"));
        assert_eq!(object.fields.len() + object.details[0].fields.len(), 8);
        assert!(drafted.notes.is_empty(), "{:?}", drafted.notes);
    }
}
