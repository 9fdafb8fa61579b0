//! The objects of the tenant: the preset ones that an ERP integration meets, and one custom object.
//!
//! Field names are those of `protocols/fxiaoke.md` §4.7; of the custom fields, those with five letters are the ones
//! of the seed article, the others were named by the tenant's administrator.

use super::{Field, Kind, Object};

/// The values are the positions of the company's customer types.
const ACCOUNT_TYPES: &[(&str, &str)] =
    &[("1", "普通销售客户"), ("2", "寄售客户"), ("3", "内部结算客户"), ("4", "经销商"), ("5", "终端客户")];
const ACCOUNT_LEVELS: &[(&str, &str)] = &[("1", "重点客户"), ("2", "普通客户"), ("3", "一般客户")];
const ACCOUNT_SOURCES: &[(&str, &str)] = &[("1", "广告"), ("2", "展会"), ("3", "转介绍"), ("4", "电话营销")];
/// How far a record has come on its way to the ERP, in the words of whoever writes it back.
const ERP_STATES: &[(&str, &str)] = &[
    ("ready", "待同步"),
    ("running", "同步中"),
    ("waiting", "等待中"),
    ("retrying", "重试中"),
    ("unknown", "结果未知"),
    ("synced", "已同步"),
    ("skipped", "无需同步"),
    ("failed", "同步失败"),
    ("ignored", "已忽略"),
];
const UNITS: &[(&str, &str)] = &[("1", "台"), ("2", "个"), ("3", "根"), ("4", "盒"), ("5", "米")];
const DELIVERY_STATES: &[(&str, &str)] = &[
    ("un_delivery", "未发货"),
    ("in_approval", "审核中"),
    ("has_delivered", "已发货"),
    ("changing", "变更中"),
    ("received", "已收货"),
    ("invalid", "已作废"),
];
const PAYMENT_TERMS: &[(&str, &str)] = &[("cash", "现金"), ("transfer", "转账"), ("post", "邮寄支票")];
const LEAD_STATES: &[(&str, &str)] =
    &[("un_assigned", "未分配"), ("un_processed", "待处理"), ("processed", "已处理"), ("closed", "已关闭")];

static ACCOUNT: Object = Object {
    name: "AccountObj",
    label: "客户",
    writable: true,
    fields: &[
        Field::text("name", "客户名称").required(),
        Field::new("account_no", "客户编号", Kind::AutoNumber).unique(),
        Field::select("account_type", "客户类型", ACCOUNT_TYPES),
        Field::select("account_level", "客户级别", ACCOUNT_LEVELS),
        Field::select("account_source", "来源", ACCOUNT_SOURCES),
        Field::new("tel", "电话", Kind::Phone),
        Field::new("fax", "传真", Kind::Phone),
        Field::new("email", "邮件", Kind::Email),
        Field::new("url", "网址", Kind::Url),
        Field::new("address", "详细地址", Kind::LongText),
        Field::text("country", "国家"),
        Field::text("province", "省"),
        Field::text("city", "市"),
        Field::text("district", "区"),
        Field::text("industry_level1", "1级行业"),
        Field::text("industry_level2", "2级行业"),
        Field::new("remark", "备注", Kind::LongText),
        Field::text("tax_no__c", "纳税人识别号"),
        Field::new("credit_limit__c", "信用额度", Kind::Currency(2)),
        Field::text("field_fnfcA__c", "ERP客户编码"),
        Field::text("field_n5V1I__c", "ERP客户类别"),
        Field::text("field_IdOci__c", "ERP客户分组"),
        Field::text("field_zW12m__c", "首要联系人"),
        Field::new("field_G45nC__c", "首要联系人手机", Kind::Phone),
        Field {
            options: &[("c1jbw8hxa", "A"), ("d7kqm2pzt", "B")],
            ..Field::new("field_8weB5__c", "合作产品线", Kind::SelectMany)
        },
        Field::text("erp_no__c", "金蝶客户编码"),
        Field::select("erp_status__c", "金蝶同步状态", ERP_STATES),
        Field::new("erp_message__c", "金蝶同步说明", Kind::LongText),
    ],
};

static ACCOUNT_ADDRESS: Object = Object {
    name: "AccountAddrObj",
    label: "客户地址",
    writable: true,
    fields: &[
        Field::new("name", "编号", Kind::AutoNumber),
        Field::new("account_id", "客户名称", Kind::Reference("AccountObj")).required(),
        Field::new("contact_id", "联系人", Kind::Reference("ContactObj")),
        Field::text("contact_way", "联系方式"),
        Field::new("address", "详细地址", Kind::LongText).required(),
        Field::text("zipcode", "邮编"),
        Field::new("is_default_add", "默认地址", Kind::TrueOrFalse),
        Field::new("is_ship_to_add", "收货地址", Kind::TrueOrFalse),
        Field::new("remark", "备注", Kind::LongText),
    ],
};

static ACCOUNT_FINANCE: Object = Object {
    name: "AccountFinInfoObj",
    label: "客户财务信息",
    writable: true,
    fields: &[
        Field::new("name", "编号", Kind::AutoNumber),
        Field::new("account_id", "客户名称", Kind::Reference("AccountObj")).required(),
        Field::text("tax_id", "纳税人识别号"),
        Field::text("account_bank", "开户银行"),
        Field::text("account_bank_no", "开户账号"),
        Field::new("is_default", "默认", Kind::TrueOrFalse),
        Field::new("remark", "备注", Kind::LongText),
    ],
};

static CONTACT: Object = Object {
    name: "ContactObj",
    label: "联系人",
    writable: true,
    fields: &[
        Field::text("name", "姓名").required(),
        Field::new("account_id", "客户名称", Kind::Reference("AccountObj")),
        Field::new("tel1", "电话1", Kind::Phone),
        Field::new("tel2", "电话2", Kind::Phone),
        Field::new("mobile1", "手机1", Kind::Phone),
        Field::new("mobile2", "手机2", Kind::Phone),
        Field::new("email", "邮件", Kind::Email),
        Field::text("company", "公司"),
        Field::text("department", "部门"),
        Field::text("job_title", "职务"),
        Field::new("remark", "备注", Kind::LongText),
        Field::text("erp_no__c", "金蝶联系人编码"),
    ],
};

static LEADS: Object = Object {
    name: "LeadsObj",
    label: "销售线索",
    writable: true,
    fields: &[
        Field::text("name", "姓名").required(),
        Field::text("company", "公司"),
        Field::new("email", "邮件", Kind::Email),
        Field::new("mobile", "手机", Kind::Phone),
        Field::new("tel", "电话", Kind::Phone),
        Field::text("job_title", "职务"),
        Field::select("biz_status", "状态", LEAD_STATES),
        Field::new("account_id", "转换客户", Kind::Reference("AccountObj")),
        Field::new("contact_id", "转换联系人", Kind::Reference("ContactObj")),
        Field::new("remark", "备注", Kind::LongText),
    ],
};

static PRODUCT: Object = Object {
    name: "ProductObj",
    label: "产品",
    writable: true,
    fields: &[
        Field::text("name", "产品名称").required(),
        Field::text("product_code", "产品编码").unique(),
        Field::text("product_spec", "规格属性"),
        Field::select("unit", "单位", UNITS),
        Field::new("price", "标准价格", Kind::Currency(2)).required(),
        Field::select("product_status", "上下架", &[("1", "已上架"), ("2", "已下架")]),
        Field::new("off_shelves_time", "下架时间", Kind::DateTime),
        Field::new("remark", "备注", Kind::LongText),
    ],
};

static SALES_ORDER: Object = Object {
    name: "SalesOrderObj",
    label: "销售订单",
    writable: true,
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
    ],
};

static SALES_ORDER_LINE: Object = Object {
    name: "SalesOrderProductObj",
    label: "订单产品",
    writable: true,
    fields: &[
        Field::new("name", "订单产品编号", Kind::AutoNumber),
        Field::new("order_id", "销售订单编号", Kind::MasterDetail("SalesOrderObj")).required(),
        Field::new("product_id", "产品名称", Kind::Reference("ProductObj")).required(),
        Field::text("unit", "单位"),
        Field::new("product_price", "价格(元)", Kind::Currency(2)),
        Field::new("sales_price", "销售单价(元)", Kind::Currency(2)),
        Field::new("quantity", "数量", Kind::Number(2)).required(),
        Field::new("discount", "折扣", Kind::Percentile(2)),
        Field::new("subtotal", "小计", Kind::Currency(2)),
        Field::new("remark", "备注", Kind::LongText),
    ],
};

static DELIVERY_NOTE: Object = Object {
    name: "DeliveryNoteObj",
    label: "发货单",
    writable: true,
    fields: &[
        Field::new("name", "发货单编号", Kind::AutoNumber).unique(),
        Field::new("sales_order_id", "销售订单编号", Kind::Reference("SalesOrderObj")).required(),
        Field::new("delivery_date", "发货日期", Kind::Date).required(),
        Field::text("express_org", "物流公司"),
        Field::text("express_order_id", "物流单号"),
        Field::new("total_delivery_money", "发货总金额", Kind::Currency(2)),
        Field::new("receive_date", "收货日期", Kind::Date),
        Field::new("receive_remark", "收货备注", Kind::LongText),
        Field::new("remark", "备注", Kind::LongText),
        Field::select("status", "状态", DELIVERY_STATES),
        Field::text("erp_no__c", "金蝶出库单编号").unique(),
    ],
};

static DELIVERY_NOTE_LINE: Object = Object {
    name: "DeliveryNoteProductObj",
    label: "发货单产品",
    writable: true,
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
    ],
};

static PAYMENT: Object = Object {
    name: "PaymentObj",
    label: "回款",
    writable: true,
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
    ],
};

static PAYMENT_LINE: Object = Object {
    name: "OrderPaymentObj",
    label: "回款明细",
    writable: true,
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

static PERSONNEL: Object = Object {
    name: "PersonnelObj",
    label: "人员",
    writable: false,
    fields: &[
        Field::text("name", "姓名").required(),
        Field::text("full_name", "全名"),
        Field::new("phone", "手机", Kind::Phone),
        Field::new("email", "邮件", Kind::Email),
        Field::text("employee_number", "员工编号"),
        Field::new("main_department", "主属部门", Kind::Department),
        Field::text("position", "职位"),
        Field::select("status", "状态", &[("0", "启用"), ("1", "停用")]),
        Field::text("user_id", "员工ID"),
    ],
};

static DEPARTMENT: Object = Object {
    name: "DepartmentObj",
    label: "部门",
    writable: false,
    fields: &[
        Field::text("name", "部门名称").required(),
        Field::text("dept_code", "部门编码"),
        Field::new("parent_id", "上级部门", Kind::Department),
        Field::select("status", "状态", &[("0", "启用"), ("1", "停用"), ("2", "删除")]),
    ],
};

static VISIT: Object = Object {
    name: "object_7Kd2m__c",
    label: "客户回访",
    writable: true,
    fields: &[
        Field::text("name", "回访主题").required(),
        Field::new("account__c", "客户", Kind::Reference("AccountObj")).required(),
        Field::new("visit_date__c", "回访日期", Kind::Date),
        Field::new("score__c", "满意度", Kind::Number(1)),
        Field::new("solved__c", "已解决", Kind::TrueOrFalse),
        Field::new("content__c", "内容", Kind::LongText),
    ],
};

pub static ALL: &[&Object] = &[
    &ACCOUNT,
    &ACCOUNT_ADDRESS,
    &ACCOUNT_FINANCE,
    &CONTACT,
    &LEADS,
    &PRODUCT,
    &SALES_ORDER,
    &SALES_ORDER_LINE,
    &DELIVERY_NOTE,
    &DELIVERY_NOTE_LINE,
    &PAYMENT,
    &PAYMENT_LINE,
    &PERSONNEL,
    &DEPARTMENT,
    &VISIT,
];
