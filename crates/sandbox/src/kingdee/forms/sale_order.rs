//! SAL_SaleOrder 销售订单.

use super::shared::{BILL, CLOSABLE, OPEN, WRITTEN_OFF};
use crate::kingdee::meta::{
    Effect, Entity, Field, Form, FormKind, FormOperation, Numbering, ORGANISATION, Preset, Shape, amount,
    base, choice, date, flag, int, text, words,
};

const ROW_TYPES: &[(&str, &str)] = &[("Standard", "标准产品"), ("Service", "服务")];
const OWNERS: &[(&str, &str)] = &[("BD_OwnerOrg", "业务组织"), ("BD_Customer", "客户")];

pub static SALE_ORDER: Form = Form {
    id: "SAL_SaleOrder",
    name: "销售订单",
    kind: FormKind::Bill,
    pk: "FID",
    number: "FBillNo",
    caption: "",
    numbering: Numbering { prefix: "XSDD", dated: true, digits: 6 },
    entities: &[
        Entity {
            key: "FBillHead",
            name: "基本信息",
            table: "T_SAL_ORDER",
            pk: "FID",
            orm: "",
            shape: Shape::Head,
            fields: &[HEAD, BILL, CLOSABLE],
        },
        Entity {
            key: "FSaleOrderFinance",
            name: "财务信息",
            table: "T_SAL_ORDERFIN",
            pk: "FEntryId",
            orm: "SaleOrderFinance",
            shape: Shape::Sub,
            fields: &[FINANCE],
        },
        Entity {
            key: "FSaleOrderEntry",
            name: "订单明细",
            table: "T_SAL_ORDERENTRY",
            pk: "FENTRYID",
            orm: "SaleOrderEntry",
            shape: Shape::SomeRows,
            fields: &[ENTRY],
        },
        Entity {
            key: "FSaleOrderPlan",
            name: "收款计划",
            table: "T_SAL_ORDERPLAN",
            pk: "FENTRYID",
            orm: "SaleOrderPlan",
            shape: Shape::Rows,
            fields: &[PLAN],
        },
    ],
    operations: OPERATIONS,
};

const OPERATIONS: &[FormOperation] = &[
    FormOperation { number: "Cancel", name: "作废", effect: Effect::Void },
    FormOperation { number: "Uncancel", name: "反作废", effect: Effect::Unvoid },
    FormOperation { number: "BillClose", name: "整单关闭", effect: Effect::Close },
    FormOperation { number: "BillUnClose", name: "整单反关闭", effect: Effect::Reopen },
    FormOperation { number: "YLBillClose", name: "整单关闭", effect: Effect::Close },
    FormOperation { number: "YLUnBillClose", name: "整单反关闭", effect: Effect::Reopen },
    FormOperation { number: "MRPClose", name: "业务关闭", effect: Effect::Row("FMrpCloseStatus") },
    FormOperation { number: "YLMRPClose", name: "业务关闭", effect: Effect::Row("FMrpCloseStatus") },
    FormOperation {
        number: "UnMRPClose", name: "反业务关闭", effect: Effect::OpenRow("FMrpCloseStatus")
    },
    FormOperation {
        number: "YLUnMRPClose", name: "反业务关闭", effect: Effect::OpenRow("FMrpCloseStatus")
    },
    FormOperation { number: "Freeze", name: "冻结", effect: Effect::Row("FMrpFreezeStatus") },
    FormOperation { number: "YLFreeze", name: "冻结", effect: Effect::Row("FMrpFreezeStatus") },
    FormOperation { number: "UnFreeze", name: "反冻结", effect: Effect::OpenRow("FMrpFreezeStatus") },
    FormOperation { number: "YLUnFreeze", name: "反冻结", effect: Effect::OpenRow("FMrpFreezeStatus") },
    FormOperation { number: "Terminate", name: "终止", effect: Effect::Row("FMrpTerminateStatus") },
    FormOperation { number: "YLTerminate", name: "终止", effect: Effect::Row("FMrpTerminateStatus") },
    FormOperation {
        number: "UnTerminate", name: "反终止", effect: Effect::OpenRow("FMrpTerminateStatus")
    },
    FormOperation {
        number: "YLUnTerminate", name: "反终止", effect: Effect::OpenRow("FMrpTerminateStatus")
    },
];

const HEAD: &[Field] = &[
    base("FBillTypeID", "单据类型", "BOS_BillType").must().preset(Preset::Ref("XSDD01_SYS")),
    text("FBillNo", "单据编号"),
    date("FDate", "日期").must().preset(Preset::Today),
    base("FSaleOrgId", "销售组织", ORGANISATION).must(),
    base("FCustId", "客户", "BD_Customer").must(),
    base("FSaleDeptId", "销售部门", "BD_Department"),
    base("FSaleGroupId", "销售组", "BD_OPERATORGROUP"),
    base("FSalerId", "销售员", "BD_Saler"),
    base("FReceiveId", "收货方", "BD_Customer").preset(Preset::SameAs("FCustId")),
    base("FSettleId", "结算方", "BD_Customer").preset(Preset::SameAs("FCustId")),
    base("FChargeId", "付款方", "BD_Customer").preset(Preset::SameAs("FCustId")),
    words("FReceiveAddress", "收货方地址"),
    text("FLinkMan", "收货人姓名"),
    text("FLinkPhone", "联系电话"),
    words("FNote", "备注"),
    text("F_QIAO_ExtId", "外部系统内码"),
];

const FINANCE: &[Field] = &[
    base("FSettleCurrId", "结算币别", "BD_Currency").must().preset(Preset::Ref("PRE001")),
    base("FRecConditionId", "收款条件", "BD_RecCondition"),
    flag("FIsIncludedTax", "是否含税").preset(Preset::Flag(true)),
    base("FExchangeTypeId", "汇率类型", "BD_RateType").preset(Preset::Ref("HLTX01_SYS")),
    amount("FExchangeRate", "汇率").preset(Preset::Amount(1)),
    amount("FBillAmount", "金额").by_server().preset(Preset::Amount(0)),
    amount("FBillAllAmount", "价税合计").by_server().preset(Preset::Amount(0)),
    amount("FReceivedAmount", "累计收款金额").by_server().preset(Preset::Amount(0)),
    choice("FWRITTENOFFSTATUS", "核销状态", WRITTEN_OFF).by_server().preset(Preset::Text("A")),
];

const ENTRY: &[Field] = &[
    choice("FRowType", "产品类型", ROW_TYPES).preset(Preset::Text("Standard")),
    base("FMaterialId", "物料编码", "BD_MATERIAL").must(),
    base("FUnitID", "销售单位", "BD_UNIT").must(),
    amount("FQty", "销售数量").must().preset(Preset::Amount(0)),
    amount("FPrice", "单价").preset(Preset::Amount(0)),
    amount("FTaxPrice", "含税单价").preset(Preset::Amount(0)),
    amount("FEntryTaxRate", "税率%").preset(Preset::Amount(13)),
    flag("FIsFree", "是否赠品"),
    date("FDeliveryDate", "要货日期").must().preset(Preset::Today),
    base("FStockOrgId", "库存组织", ORGANISATION).preset(Preset::SameAs("FSaleOrgId")),
    base("FSettleOrgIds", "结算组织", ORGANISATION).preset(Preset::SameAs("FSaleOrgId")),
    choice("FOwnerTypeId", "货主类型", OWNERS).preset(Preset::Text("BD_OwnerOrg")),
    base("FOwnerId", "货主", ORGANISATION).preset(Preset::SameAs("FSaleOrgId")),
    words("FEntryNote", "备注"),
    text("F_QIAO_LINE", "外部系统分录内码"),
    amount("FAmount", "金额").by_server().preset(Preset::Amount(0)),
    amount("FAllAmount", "价税合计").by_server().preset(Preset::Amount(0)),
    amount("FStockOutQty", "累计出库数量").by_server().preset(Preset::Amount(0)),
    amount("FRemainOutQty", "剩余未出数量").by_server().preset(Preset::Amount(0)),
    choice("FMrpCloseStatus", "业务关闭", OPEN).by_server().preset(Preset::Text("A")),
    choice("FMrpFreezeStatus", "业务冻结", OPEN).by_server().preset(Preset::Text("A")),
    choice("FMrpTerminateStatus", "业务终止", OPEN).by_server().preset(Preset::Text("A")),
];

const PLAN: &[Field] =
    &[int("FPlanSeq", "期次"), date("FRecDate", "应收日期"), amount("FRecAmount", "应收金额")];
