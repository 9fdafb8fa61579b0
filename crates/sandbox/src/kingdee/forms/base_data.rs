//! Base data that customers, materials and bills refer to: small tables with a number and a name.

use super::shared::{MASTER, MASTER_OPERATIONS};
use crate::kingdee::meta::{
    self, Entity, Field, Form, FormKind, Numbering, ORGANISATION, Preset, Shape, amount, base, int, text,
    words,
};

const NO_NUMBERS: Numbering = Numbering { prefix: "", dated: false, digits: 4 };

const NAMED: &[Field] = &[text("FNumber", "编码"), words("FName", "名称")];

/// A small table: id, form, name, primary key, table.
const fn small(id: &'static str, name: &'static str, pk: &'static str, entities: &'static [Entity]) -> Form {
    Form {
        id,
        name,
        kind: FormKind::Master,
        pk,
        number: "FNumber",
        caption: "FName",
        numbering: NO_NUMBERS,
        entities,
        operations: MASTER_OPERATIONS,
    }
}

const fn head(table: &'static str, pk: &'static str, fields: &'static [&'static [Field]]) -> Entity {
    Entity { key: "FBillHead", name: "基本信息", table, pk, orm: "", shape: Shape::Head, fields }
}

/// 辅助资料: the value's name is `FDataValue`; groups share one table.
pub static ASSISTANT: Form = Form {
    id: meta::ASSISTANT,
    name: "辅助资料",
    kind: FormKind::System,
    pk: "FEntryID",
    number: "FNumber",
    caption: "FDataValue",
    numbering: NO_NUMBERS,
    entities: &[head("T_BAS_ASSISTANTDATAENTRY", "FEntryID", &[ASSISTANT_HEAD])],
    operations: &[],
};

const ASSISTANT_HEAD: &[Field] = &[text("FNumber", "编码"), words("FDataValue", "名称"), text("FId", "类别")];

pub static CURRENCY: Form = small(
    "BD_Currency",
    "币别",
    "FCURRENCYID",
    &[head("T_BD_CURRENCY", "FCURRENCYID", &[NAMED, &[text("FCODE", "货币代码")], MASTER])],
);
pub static UNIT: Form =
    small("BD_UNIT", "计量单位", "FUNITID", &[head("T_BD_UNIT", "FUNITID", &[NAMED, MASTER])]);
pub static STOCK: Form = small(
    "BD_STOCK",
    "仓库",
    "FSTOCKID",
    &[head(
        "T_BD_STOCK",
        "FSTOCKID",
        &[
            NAMED,
            &[
                base("FCreateOrgId", "创建组织", ORGANISATION),
                base("FUseOrgId", "使用组织", ORGANISATION).preset(Preset::SameAs("FCreateOrgId")),
                text("FAddress", "仓库地址"),
            ],
            MASTER,
        ],
    )],
);
pub static STOCK_STATUS: Form = small(
    "BD_StockStatus",
    "库存状态",
    "FSTOCKSTATUSID",
    &[head("T_BD_STOCKSTATUS", "FSTOCKSTATUSID", &[NAMED, MASTER])],
);
pub static LOT: Form =
    small("BD_BatchMainFile", "批号主档", "FLOTID", &[head("T_BD_LOTMASTER", "FLOTID", &[NAMED, MASTER])]);
pub static TAX_RATE: Form = small(
    "BD_TaxRate",
    "税率",
    "FID",
    &[head("T_BD_TAXRATE", "FID", &[NAMED, &[amount("FTaxRate", "税率%")], MASTER])],
);
pub static RATE_TYPE: Form = small(
    "BD_RateType",
    "汇率类型",
    "FRATETYPEID",
    &[head("T_BD_RATETYPE", "FRATETYPEID", &[NAMED, MASTER])],
);
pub static BILL_TYPE: Form = small(
    "BOS_BillType",
    "单据类型",
    "FBILLTYPEID",
    &[head("T_BAS_BILLTYPE", "FBILLTYPEID", &[NAMED, &[text("FBillFormID", "单据")], MASTER])],
);
pub static SETTLE_TYPE: Form =
    small("BD_SETTLETYPE", "结算方式", "FID", &[head("T_BD_SETTLETYPE", "FID", &[NAMED, MASTER])]);
pub static RECEIPT_CONDITION: Form =
    small("BD_RecCondition", "收款条件", "FID", &[head("T_BD_RecCondition", "FID", &[NAMED, MASTER])]);
pub static PURPOSE: Form =
    small("CN_RECPAYPURPOSE", "收付款用途", "FID", &[head("T_CN_RECPAYPURPOSE", "FID", &[NAMED, MASTER])]);
pub static SALES_GROUP: Form =
    small("BD_OPERATORGROUP", "业务组", "FID", &[head("T_BD_OPERATORGROUP", "FID", &[NAMED, MASTER])]);
pub static PRICE_LIST: Form =
    small("BD_SAL_PriceList", "销售价目表", "FID", &[head("T_SAL_PRICELIST", "FID", &[NAMED, MASTER])]);
pub static DISCOUNT_LIST: Form =
    small("BD_SAL_DiscountList", "销售折扣表", "FID", &[head("T_SAL_DISCOUNTLIST", "FID", &[NAMED, MASTER])]);
pub static BANK_TYPE: Form =
    small("BD_BANKTYPE", "银行", "FID", &[head("T_BD_BANKTYPE", "FID", &[NAMED, MASTER])]);
pub static BANK_BRANCH: Form =
    small("BD_BANKDETAIL", "银行网点", "FID", &[head("T_BD_BANKDETAIL", "FID", &[NAMED, MASTER])]);
pub static MATERIAL_CATEGORY: Form = small(
    "BD_MATERIALCATEGORY",
    "存货类别",
    "FCATEGORYID",
    &[head("T_BD_MATERIALCATEGORY", "FCATEGORYID", &[NAMED, MASTER])],
);
pub static LOCATION: Form = small(
    "BD_CustLocation",
    "客户地点",
    "FENTRYID",
    &[head("T_BD_CUSTLOCATIONVIEW", "FENTRYID", &[NAMED, MASTER])],
);

/// The logistics company is addressed by its code (§6): `{"FCODE": "SF"}`.
pub static LOGISTICS: Form = Form {
    id: "BD_KD100LogisticsCom",
    name: "物流公司",
    kind: FormKind::Master,
    pk: "FID",
    number: "FCODE",
    caption: "FName",
    numbering: NO_NUMBERS,
    entities: &[head(
        "T_BD_KD100LOGISTICSCOM",
        "FID",
        &[&[text("FCODE", "编码"), words("FName", "名称")], MASTER],
    )],
    operations: MASTER_OPERATIONS,
};

/// A group of master records (§3.6), itself a small tree.
const GROUP: &[Field] = &[
    text("FNumber", "编码"),
    words("FName", "名称"),
    int("FParentId", "上级分组").preset(Preset::Int(0)),
    words("FDescription", "描述"),
];

/// Groups are kept by operations of their own, not by Save.
const fn group(id: &'static str, name: &'static str, pk: &'static str, entities: &'static [Entity]) -> Form {
    Form { kind: FormKind::System, ..small(id, name, pk, entities) }
}

pub static CUSTOMER_GROUP: Form =
    group("BD_CustomerGroup", "客户分组", "FID", &[head("T_BD_CUSTOMERGROUP", "FID", &[GROUP])]);
pub static MATERIAL_GROUP: Form =
    group("BD_MaterialGroup", "物料分组", "FID", &[head("T_BD_MATERIALGROUP", "FID", &[GROUP])]);
