//! Customers and the people there: accounts, addresses, contacts, leads, visits.

use super::ERP_STATES;
use crate::fxiaoke::described::{Field, Kind, Object};

/// The values are the positions of the company's customer types.
const ACCOUNT_TYPES: &[(&str, &str)] =
    &[("1", "普通销售客户"), ("2", "寄售客户"), ("3", "内部结算客户"), ("4", "经销商"), ("5", "终端客户")];
const ACCOUNT_LEVELS: &[(&str, &str)] = &[("1", "重点客户"), ("2", "普通客户"), ("3", "一般客户")];
const ACCOUNT_SOURCES: &[(&str, &str)] = &[("1", "广告"), ("2", "展会"), ("3", "转介绍"), ("4", "电话营销")];
const LEAD_STATES: &[(&str, &str)] = &[
    ("un_assigned", "未分配"),
    ("un_processed", "待处理"),
    ("processed", "已处理"),
    ("transformed", "已转换"),
    ("closed", "已关闭"),
];
const LEAD_STAGES: &[(&str, &str)] = &[("1", "初步接触"), ("2", "需求确认"), ("3", "成熟线索")];

pub static ACCOUNT: Object = Object {
    name: "AccountObj",
    label: "客户",
    writable: true,
    record_types: &[("record_Dm3k9__c", "经销商")],
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
        Field::new("contract__c", "合同附件", Kind::Attachment),
        Field::new("photos__c", "门头照片", Kind::Image),
        Field::text("erp_no__c", "金蝶客户编码"),
        Field::select("erp_status__c", "金蝶同步状态", ERP_STATES),
        Field::new("erp_message__c", "金蝶同步说明", Kind::LongText),
    ],
};

pub static ACCOUNT_ADDRESS: Object = Object {
    name: "AccountAddrObj",
    label: "客户地址",
    writable: true,
    record_types: &[],
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

pub static ACCOUNT_FINANCE: Object = Object {
    name: "AccountFinInfoObj",
    label: "客户财务信息",
    writable: true,
    record_types: &[],
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

pub static CONTACT: Object = Object {
    name: "ContactObj",
    label: "联系人",
    writable: true,
    record_types: &[],
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
        Field::select("erp_status__c", "金蝶同步状态", ERP_STATES),
        Field::new("erp_message__c", "金蝶同步说明", Kind::LongText),
    ],
};

pub static LEADS: Object = Object {
    name: "LeadsObj",
    label: "销售线索",
    writable: true,
    record_types: &[],
    fields: &[
        Field::text("name", "姓名").required(),
        Field::text("company", "公司"),
        Field::new("email", "邮件", Kind::Email),
        Field::new("mobile", "手机", Kind::Phone),
        Field::new("tel", "电话", Kind::Phone),
        Field::text("job_title", "职务"),
        Field::select("biz_status", "状态", LEAD_STATES),
        Field::select("leads_stage", "线索阶段", LEAD_STAGES),
        Field::new("assigned_time", "分配时间", Kind::DateTime),
        Field::new("assigner_id", "分配人", Kind::Employee),
        Field::new("is_duplicated", "是否重复", Kind::TrueOrFalse),
        Field::new("transform_time", "转换时间", Kind::DateTime),
        Field::new("account_id", "转换客户", Kind::Reference("AccountObj")),
        Field::new("contact_id", "转换联系人", Kind::Reference("ContactObj")),
        Field::new("remark", "备注", Kind::LongText),
        Field::text("source__c", "来源渠道"),
        Field::text("external_no__c", "外部线索编号").unique(),
    ],
};

pub static VISIT: Object = Object {
    name: "object_7Kd2m__c",
    label: "客户回访",
    writable: true,
    record_types: &[],
    fields: &[
        Field::text("name", "回访主题").required(),
        Field::new("account__c", "客户", Kind::Reference("AccountObj")).required(),
        Field::new("visit_date__c", "回访日期", Kind::Date),
        Field::new("score__c", "满意度", Kind::Number(1)),
        Field::new("solved__c", "已解决", Kind::TrueOrFalse),
        Field::new("content__c", "内容", Kind::LongText),
        Field::new("photos__c", "现场照片", Kind::Image),
    ],
};
