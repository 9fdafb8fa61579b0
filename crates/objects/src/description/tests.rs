use model::object::{Choice, Detail, Field, FieldKind, ObjectHooks, Part, Push};
use model::{Value, json};

use super::*;
use crate::import::openapi::{Wanted, import};
use crate::{Naming, draft};

mod hostile;
mod pages;
mod shape;
mod shell;

fn field(name: &str, label: &str, kind: FieldKind, required: bool, max_length: Option<u32>) -> Field {
    Field { label_zh: label.into(), label_en: name.into(), ..draft::field(name, kind, required, max_length) }
}

fn choice(value: &str, label: &str) -> Choice {
    Choice { value: value.into(), label: label.into() }
}

/// A sales order with every type of field, and lines.
fn order() -> Object {
    let options = vec![choice("A", "暂存"), choice("B", "已审核")];
    Object {
        connection: "u8".into(),
        name: "SaleOrder".into(),
        code: "SO01".into(),
        title_zh: "销售订单".into(),
        title_en: "Sales order".into(),
        part: Part::Bill,
        id: "id".into(),
        number: Some("billNo".into()),
        display: Some("customerName".into()),
        version: Some("updateTime".into()),
        push: Push::Full,
        void: None,
        fields: vec![
            field("id", "内码", FieldKind::Text, true, Some(50)),
            field("billNo", "单据编号", FieldKind::Text, true, Some(8)),
            field("customerName", "客户", FieldKind::Text, true, Some(100)),
            field("customer", "客户资料", FieldKind::Reference("Customer".into()), false, None),
            field("status", "状态", FieldKind::Select(options.clone()), true, None),
            field("tags", "标签", FieldKind::MultiSelect(options), false, None),
            field("amount", "金额", FieldKind::Decimal { scale: 2 }, false, None),
            field("税率", "税率", FieldKind::Decimal { scale: 4 }, false, None),
            field("days", "账期", FieldKind::Number, false, None),
            field("date", "日期", FieldKind::Date, false, None),
            field("updateTime", "修改时间", FieldKind::DateTime, true, None),
            field("urgent", "加急", FieldKind::Boolean, false, None),
            field("owner", "业务员", FieldKind::Person, false, None),
            field("dept", "部门", FieldKind::Department, false, None),
            field("contract", "合同", FieldKind::Attachment, false, None),
            field("备注", "备注", FieldKind::LongText, false, Some(2000)),
        ],
        details: vec![Detail {
            name: "Items".into(),
            title_zh: "订单明细".into(),
            title_en: "Order lines".into(),
            id: Some("lineId".into()),
            fields: vec![
                field("lineId", "行内码", FieldKind::Number, true, None),
                field("master", "订单", FieldKind::MasterDetail("SaleOrder".into()), false, None),
                field("物料", "物料", FieldKind::Text, true, Some(80)),
                field("qty", "数量", FieldKind::Decimal { scale: 0 }, true, None),
            ],
        }],
        hooks: ObjectHooks::default(),
    }
}

fn addresses() -> Addresses {
    let mut erp = Erp::new("https://erp.example.com/api/");
    erp.paths.create = "order/save".into();
    erp.headers = vec![("X-App".into(), "桥".into()), ("X-Key".into(), "$ERP_KEY".into())];
    erp.success = Success {
        code_name: "errcode".into(),
        message_name: "errmsg".into(),
        data_name: "result".into(),
        code: "200".into(),
    };
    let ours = Ours {
        base: "https://qiao.example.com".into(),
        token: "$TOKEN".into(),
        tenant_id: "81961".into(),
        data_center_id: Some("dc1".into()),
    };
    Addresses { erp, ours }
}

/// A small object, for the pages that are kept whole.
fn unit() -> Object {
    let mut unit = order();
    unit.name = "Unit".into();
    unit.code = "Unit".into();
    unit.title_zh = "计量单位".into();
    unit.title_en = "Unit".into();
    unit.number = None;
    unit.display = Some("name".into());
    unit.version = None;
    unit.fields = vec![
        field("id", "内码", FieldKind::Text, true, Some(20)),
        field("name", "名称", FieldKind::Text, true, Some(20)),
        field("kind", "类别", FieldKind::Select(vec![choice("1", "重量"), choice("2", "数量")]), false, None),
    ];
    unit.details = Vec::new();
    unit
}
