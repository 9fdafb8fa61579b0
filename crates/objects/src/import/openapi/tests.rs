use model::object::{FieldKind, Object};

use super::*;

fn naming() -> Naming {
    Naming {
        connection: "u8".into(),
        name: "SaleOrder".into(),
        code: None,
        title_zh: None,
        title_en: Some("Sales order".into()),
    }
}

const YAML: &str = r##"
openapi: 3.0.3
info: { title: ERP, version: "1" }
paths:
  /orders:
    post:
      operationId: saveOrder
      requestBody: { $ref: "#/components/requestBodies/订单" }
  /ping:
    get: { responses: {} }
components:
  requestBodies:
    订单:
      content:
        text/plain: { schema: { type: string } }
        application/json: { schema: { $ref: "#/components/schemas/Order" } }
  schemas:
    Base:
      type: object
      required: [billNo]
      properties:
        id: { type: string, maxLength: 36 }
        billNo: { type: string, maxLength: 30, description: 单据编号 }
    Order:
      title: 销售订单
      allOf:
        - $ref: "#/components/schemas/Base"
        - type: object
          required: [金额, 税率]
          properties:
            客户: { $ref: "#/components/schemas/Customer" }
            金额: { type: number, multipleOf: 0.010, title: 金额合计 }
            税率: { type: number, nullable: true }
            日期: { type: string, format: date }
            updateTime: { type: string, format: date-time }
            状态: { type: string, enum: [A, B], x-enumNames: [暂存, 已审核] }
            已审: { type: boolean }
            备注: { type: string, maxLength: 4000 }
            标签: { type: array, items: { type: string, enum: [x, y] } }
            父单: { $ref: "#/components/schemas/Order" }
            扩展: { type: object }
            明细:
              type: array
              title: 订单明细
              items:
                type: object
                required: [物料]
                properties:
                  lineId: { type: integer }
                  物料: { type: string }
                  批次: { type: array, items: { type: object, properties: { no: { type: string } } } }
    Customer:
      type: object
      properties:
        编码: { type: string }
        名称: { type: string }
"##;

fn line(field: &model::object::Field) -> String {
    let kind = match &field.kind {
        FieldKind::Decimal { scale } => format!("decimal({scale})"),
        FieldKind::Select(choices) | FieldKind::MultiSelect(choices) => {
            let options: Vec<String> = choices.iter().map(|c| format!("{}={}", c.value, c.label)).collect();
            format!("{}[{}]", field.kind.name(), options.join(","))
        }
        FieldKind::Reference(object) => format!("reference({object})"),
        kind => kind.name().to_owned(),
    };
    let length = field.max_length.map(|length| format!("({length})")).unwrap_or_default();
    format!("{}/{} {kind}{length}{}", field.name, field.label_zh, if field.required { "!" } else { "" })
}

fn outline(object: &Object) -> Vec<String> {
    let mut lines: Vec<String> = object.fields.iter().map(line).collect();
    for detail in &object.details {
        lines.push(format!("{}/{} id={}", detail.name, detail.title_zh, detail.id.as_deref().unwrap_or("-")));
        lines.extend(detail.fields.iter().map(|field| format!("  {}", line(field))));
    }
    lines
}

#[test]
fn an_operations_body_becomes_an_object() {
    for wanted in [
        Wanted::Operation("saveOrder".into()),
        Wanted::Operation("POST /orders".into()),
        Wanted::Schema("Order".into()),
    ] {
        let drafted = import(&naming(), YAML.as_bytes(), &wanted).unwrap();
        assert_eq!(
            outline(&drafted.object),
            [
                "id/id text(36)!",
                "billNo/单据编号 text(30)!",
                "客户_编码/编码 text",
                "客户_名称/名称 text",
                "金额/金额合计 decimal(2)!",
                "税率/税率 decimal(2)",
                "日期/日期 date",
                "updateTime/updateTime datetime",
                "状态/状态 select[A=暂存,B=已审核]",
                "已审/已审 boolean",
                "备注/备注 long_text(4000)",
                "标签/标签 multi_select[x=x,y=y]",
                "明细/订单明细 id=lineId",
                "  lineId/lineId number",
                "  物料/物料 text!",
            ]
        );
        let object = &drafted.object;
        assert_eq!((&*object.title_zh, &*object.title_en, &*object.id), ("销售订单", "Sales order", "id"));
        assert_eq!(object.version.as_deref(), Some("updateTime"));
        let told: Vec<(&str, &str)> =
            drafted.notes.iter().map(|note| (&*note.code, note.param("field").unwrap_or_default())).collect();
        for note in [
            ("objects.flattened", "客户"),
            ("objects.scale_guessed", "税率"),
            ("objects.openapi.circle", "父单"),
            ("objects.left_out", "扩展"),
            ("objects.list_in_line", "批次"),
        ] {
            assert!(told.contains(&note), "{note:?}: {told:?}");
        }
    }
}

#[test]
fn a_document_of_3_1_is_read_as_json() {
    let text = r##"{"openapi":"3.1.0","components":{"schemas":{"客户":{"type":"object","required":["编号"],"properties":{
        "编号":{"type":["string","null"]},"级别":{"oneOf":[{"const":"1","title":"重点"},{"const":2,"description":"普通"}]},
        "地址":{"oneOf":[{"type":"null"},{"type":"string","maxLength":9},{"type":"integer"}]},
        "类型":{"$ref":"#/components/schemas/%E5%AE%A2%E6%88%B7/properties/编号","title":"客户类型"}}}}}}"##;
    let drafted = import(&naming(), text.as_bytes(), &Wanted::Only).unwrap();
    assert_eq!(
        outline(&drafted.object),
        ["编号/编号 text!", "级别/级别 select[1=重点,2=普通]", "地址/地址 text(9)", "类型/客户类型 text"]
    );
    assert!(drafted.notes.iter().any(|note| note.code == "objects.openapi.first_way"));
}

#[test]
fn what_is_no_description_of_that_object_is_told() {
    let with = |schemas: &str| format!("{{\"openapi\":\"3.1.0\",\"components\":{{\"schemas\":{schemas}}}}}");
    let schema = |name: &str| Wanted::Schema(name.into());
    for (text, wanted, code) in [
        ("{}".to_owned(), Wanted::Only, "objects.openapi.version"),
        ("swagger: '2.0'\n".into(), Wanted::Only, "objects.openapi.version"),
        ("{\"a\":".into(), Wanted::Only, "objects.bad_json"),
        ("a: [".into(), Wanted::Only, "objects.bad_yaml"),
        (YAML.into(), Wanted::Only, "objects.openapi.which"),
        (YAML.into(), schema("没有"), "objects.openapi.no_schema"),
        (YAML.into(), Wanted::Operation("没有".into()), "objects.openapi.no_operation"),
        (YAML.into(), Wanted::Operation("get /ping".into()), "objects.openapi.no_body"),
        (with(r#"{"a":{"$ref":"http://example.com/x.json#/a"}}"#), Wanted::Only, "objects.openapi.outside"),
        (with(r##"{"a":{"$ref":"#/nowhere"}}"##), Wanted::Only, "objects.openapi.dangling"),
        (with(r##"{"a":{"$ref":"#/components/schemas/a"}}"##), Wanted::Only, "objects.openapi.dangling"),
        (
            with(r##"{"a":{"allOf":[{"$ref":"#/components/schemas/a"}]}}"##),
            Wanted::Only,
            "objects.openapi.dangling",
        ),
        (with(r#"{"a":{"type":"string"}}"#), Wanted::Only, "objects.no_fields"),
    ] {
        assert_eq!(import(&naming(), text.as_bytes(), &wanted).unwrap_err().code, code, "{text}");
    }
    let cause = import(&naming(), YAML.as_bytes(), &Wanted::Only).unwrap_err();
    assert_eq!(cause.param("known"), Some("Base, Order, Customer"));
}
