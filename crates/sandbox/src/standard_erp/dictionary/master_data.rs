//! Customers and materials, and the object that the protocol document itself uses in its samples.

use super::{Detail, Field, Kind, Object, field, required};

const CUSTOMER_TYPES: &[(&str, &str)] = &[
    ("01", "普通销售客户"),
    ("02", "寄售客户"),
    ("03", "内部结算客户"),
    ("04", "经销商"),
    ("05", "终端客户"),
];

/// 客户
pub const CUSTOMER: Object = Object {
    name: "customer",
    label: "客户",
    id: "custId",
    number: "custNo",
    prefix: "C",
    named_by_caller: false,
    fields: &[
        field("custNo", "客户编码", Kind::Text(30)),
        required("custName", "客户名称", Kind::Text(100)),
        field("shortName", "简称", Kind::Text(40)),
        field("custType", "客户类型", Kind::Choice(CUSTOMER_TYPES)),
        field("province", "省份", Kind::Text(20)),
        field("city", "城市", Kind::Text(20)),
        field("address", "地址", Kind::Text(200)),
        field("tel", "电话", Kind::Text(30)),
        field("taxNo", "统一社会信用代码", Kind::Text(18)),
        field("salesman", "业务员工号", Kind::Text(20)),
        field("creditLimit", "信用额度", Kind::Decimal(2)),
        field("isStopped", "停止往来", Kind::Flag),
        field("remark", "备注", Kind::LongText(500)),
    ],
    details: &[Detail {
        name: "custContact",
        label: "联系人",
        fields: &[
            required("contactName", "姓名", Kind::Text(30)),
            field("mobile", "手机", Kind::Text(20)),
            field("title", "职务", Kind::Text(30)),
            field("email", "邮箱", Kind::Text(60)),
        ],
        is_required: false,
    }],
};

/// 物料
pub const MATERIAL: Object = Object {
    name: "material",
    label: "物料",
    id: "matId",
    number: "matNo",
    prefix: "M",
    named_by_caller: false,
    fields: &[
        field("matNo", "物料编码", Kind::Text(30)),
        required("matName", "物料名称", Kind::Text(80)),
        field("spec", "规格型号", Kind::Text(120)),
        required("unit", "计量单位", Kind::Text(10)),
        field("price", "销售单价", Kind::Decimal(6)),
        field("stockQty", "现存量", Kind::Decimal(4)),
        field("leadDays", "提前期（天）", Kind::Whole),
        field("isStopped", "停用", Kind::Flag),
    ],
    details: &[],
};

const fn key(name: &'static str) -> Field {
    field(name, name, Kind::Text(50))
}

/// The object of the protocol document's own `curl` lines, so that they work with only the address changed.
pub const SAMPLE: Object = Object {
    name: "ERP 侧对象的 APIName",
    label: "接口示例",
    id: "Key1",
    number: "Key2",
    prefix: "KEY",
    named_by_caller: true,
    fields: &[key("Key1"), key("Key2"), key("Key3")],
    details: &[
        Detail {
            name: "明细 apiName1",
            label: "明细一",
            fields: &[key("Key4"), key("Key5"), key("Key6")],
            is_required: false,
        },
        Detail {
            name: "明细 apiName2",
            label: "明细二",
            fields: &[key("Key4"), key("Key5"), key("Key6")],
            is_required: false,
        },
    ],
};
