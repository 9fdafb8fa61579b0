//! The business itself: orders, delivery notes, payments, each with its lines.

use super::{ERP_STATES, UNITS};
use crate::fxiaoke::described::{Field, Kind, Object};

const DELIVERY_STATES: &[(&str, &str)] = &[
    ("un_delivery", "未发货"),
    ("in_approval", "审核中"),
    ("has_delivered", "已发货"),
    ("changing", "变更中"),
    ("received", "已收货"),
    ("invalid", "已作废"),
];
const PAYMENT_TERMS: &[(&str, &str)] = &[("cash", "现金"), ("transfer", "转账"), ("post", "邮寄支票")];
/// 关闭状态 of the ERP, in the words of whoever writes it back.
const CLOSE_STATES: &[(&str, &str)] = &[("open", "未关闭"), ("closed", "已关闭")];
/// 核销状态 of the ERP.
const WRITE_OFF_STATES: &[(&str, &str)] =
    &[("none", "未核销"), ("partial", "部分核销"), ("full", "完全核销")];
/// The tenant sells in euros, too, which its ERP may not know.
const CURRENCIES: &[(&str, &str)] = &[("CNY", "人民币"), ("USD", "美元"), ("EUR", "欧元")];

pub static SALES_ORDER: Object = Object {
    name: "SalesOrderObj",
    label: "销售订单",
    writable: true,
    record_types: &[("record_uT4x1__c", "样品订单")],
    fields: &[
        Field::new("name", "销售订单编号", Kind::AutoNumber).unique(),
        Field::new("account_id", "客户名称", Kind::Reference("AccountObj")).required(),
        Field::new("order_time", "下单日期", Kind::Date).required(),
        Field::new("order_amount", "销售订单金额(元)", Kind::Currency(2)).required(),
        Field::new("discount", "整单折扣", Kind::Percentile(2)),
        Field::new("ship_to_id", "收货人", Kind::Reference("ContactObj")),
        Field::new("ship_to_add", "收货地址", Kind::LongText),
        Field::new("ship_to_tel", "收货人电话", Kind::Phone),
        Field::new("delivery_date", "交货日期", Kind::Date),
        Field::new("remark", "备注", Kind::LongText),
        Field::text("field_lLh0C__c", "ERP单据类型"),
        Field::text("erp_no__c", "金蝶订单编号"),
        Field::select("erp_status__c", "金蝶同步状态", ERP_STATES),
        Field::new("erp_message__c", "金蝶同步说明", Kind::LongText),
        Field::select("erp_close_status__c", "金蝶关闭状态", CLOSE_STATES),
        Field::new("delivered_amount__c", "已发货金额", Kind::Currency(2)),
        Field::select("erp_writeoff__c", "金蝶核销状态", WRITE_OFF_STATES),
        Field::select("currency__c", "币种", CURRENCIES),
        Field::new("contract__c", "合同附件", Kind::Attachment),
    ],
};

pub static SALES_ORDER_LINE: Object = Object {
    name: "SalesOrderProductObj",
    label: "订单产品",
    writable: true,
    record_types: &[],
    fields: &[
        Field::new("name", "订单产品编号", Kind::AutoNumber),
        Field::new("order_id", "销售订单编号", Kind::MasterDetail("SalesOrderObj")).required(),
        Field::new("product_id", "产品名称", Kind::Reference("ProductObj")).required(),
        Field::select("unit", "单位", UNITS),
        Field::new("product_price", "价格(元)", Kind::Currency(2)),
        Field::new("sales_price", "销售单价(元)", Kind::Currency(2)),
        Field::new("quantity", "数量", Kind::Number(2)).required(),
        Field::new("discount", "折扣", Kind::Percentile(2)),
        Field::new("subtotal", "小计", Kind::Currency(2)),
        Field::new("remark", "备注", Kind::LongText),
        Field::new("delivered_quantity__c", "已发货数量", Kind::Number(4)),
    ],
};

pub static DELIVERY_NOTE: Object = Object {
    name: "DeliveryNoteObj",
    label: "发货单",
    writable: true,
    record_types: &[],
    fields: &[
        Field::new("name", "发货单编号", Kind::AutoNumber).unique(),
        Field::new("sales_order_id", "销售订单编号", Kind::Reference("SalesOrderObj")).required(),
        Field::new("delivery_date", "发货日期", Kind::Date).required(),
        Field::text("express_org", "物流公司"),
        Field::text("express_order_id", "物流单号"),
        Field::new("total_delivery_money", "发货总金额", Kind::Currency(2)),
        Field::new("delivery_warehouse_id", "发货仓库", Kind::Reference("WarehouseObj")),
        Field::new("receive_date", "收货日期", Kind::Date),
        Field::new("receive_remark", "收货备注", Kind::LongText),
        Field::new("remark", "备注", Kind::LongText),
        Field::select("status", "状态", DELIVERY_STATES),
        Field::text("erp_no__c", "金蝶出库单编号").unique(),
    ],
};

pub static DELIVERY_NOTE_LINE: Object = Object {
    name: "DeliveryNoteProductObj",
    label: "发货单产品",
    writable: true,
    record_types: &[],
    fields: &[
        Field::new("name", "发货单产品编号", Kind::AutoNumber),
        Field::new("delivery_note_id", "发货单编号", Kind::MasterDetail("DeliveryNoteObj")).required(),
        Field::new("sales_order_id", "销售订单编号", Kind::Reference("SalesOrderObj")),
        Field::new("product_id", "产品名称", Kind::Reference("ProductObj")).required(),
        Field::text("specs", "规格"),
        Field::text("unit", "单位"),
        Field::new("order_product_amount", "订单产品数量", Kind::Number(2)),
        Field::new("has_delivered_num", "已发货数", Kind::Number(2)),
        Field::new("delivery_num", "本次发货数", Kind::Number(2)).required(),
        Field::new("avg_price", "平均单价", Kind::Currency(2)),
        Field::new("delivery_money", "发货金额", Kind::Currency(2)),
        Field::new("real_receive_num", "实收数量", Kind::Number(2)),
        Field::new("remark", "备注", Kind::LongText),
        Field::new("stock_id", "库存", Kind::Reference("StockObj")),
        Field::new("order_product_id__c", "订单产品", Kind::Reference("SalesOrderProductObj")),
        Field::text("erp_entry_id__c", "金蝶分录内码"),
    ],
};

pub static PAYMENT: Object = Object {
    name: "PaymentObj",
    label: "回款",
    writable: true,
    record_types: &[],
    fields: &[
        Field::new("name", "回款编号", Kind::AutoNumber).unique(),
        Field::new("account_id", "客户名称", Kind::Reference("AccountObj")).required(),
        Field::new("payment_amount", "本次回款总金额(元)", Kind::Currency(2)).required(),
        Field::new("payment_time", "回款日期", Kind::Date).required(),
        Field::select("payment_term", "回款方式", PAYMENT_TERMS),
        Field::new("notification_time", "提醒时间", Kind::DateTime),
        Field::new("submit_time", "提交时间", Kind::DateTime),
        Field::new("attachment", "附件", Kind::Attachment),
        Field::new("remark", "备注", Kind::LongText),
        Field::text("erp_no__c", "金蝶收款单编号").unique(),
        Field::select("erp_status__c", "金蝶同步状态", ERP_STATES),
        Field::new("erp_message__c", "金蝶同步说明", Kind::LongText),
        Field::select("erp_writeoff__c", "金蝶核销状态", WRITE_OFF_STATES),
    ],
};

pub static PAYMENT_LINE: Object = Object {
    name: "OrderPaymentObj",
    label: "回款明细",
    writable: true,
    record_types: &[],
    fields: &[
        Field::new("name", "回款明细编号", Kind::AutoNumber),
        Field::new("payment_id", "回款编号", Kind::MasterDetail("PaymentObj")).required(),
        Field::new("order_id", "销售订单编号", Kind::Reference("SalesOrderObj")),
        Field::new("payment_amount", "本次回款金额(元)", Kind::Currency(2)).required(),
        Field::new("payment_time", "回款日期", Kind::Date),
        Field::select("payment_term", "回款方式", PAYMENT_TERMS),
        Field::new("attachment", "附件", Kind::Attachment),
        Field::new("remark", "备注", Kind::LongText),
    ],
};
