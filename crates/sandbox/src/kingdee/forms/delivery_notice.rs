//! SAL_DELIVERYNOTICE 发货通知单.

use super::shared::{BILL, CLOSABLE, OPEN};
use crate::kingdee::meta::{
    Effect, Entity, Field, Form, FormKind, FormOperation, Numbering, ORGANISATION, Preset, Shape, amount,
    base, choice, date, int, text, words,
};

pub static DELIVERY_NOTICE: Form = Form {
    id: "SAL_DELIVERYNOTICE",
    name: "发货通知单",
    kind: FormKind::Bill,
    pk: "FID",
    number: "FBillNo",
    caption: "",
    numbering: Numbering { prefix: "FHTZD", dated: false, digits: 6 },
    entities: &[
        Entity {
            key: "FBillHead",
            name: "基本信息",
            table: "T_SAL_DELIVERYNOTICE",
            pk: "FID",
            orm: "",
            shape: Shape::Head,
            fields: &[HEAD, BILL, CLOSABLE],
        },
        Entity {
            key: "SubHeadEntity",
            name: "财务信息",
            table: "T_SAL_DELIVERYNOTICEFIN",
            pk: "FEntryId",
            orm: "SAL_DELIVERYNOTICEFIN",
            shape: Shape::Sub,
            fields: &[FINANCE],
        },
        Entity {
            key: "FEntity",
            name: "明细信息",
            table: "T_SAL_DELIVERYNOTICEENTRY",
            pk: "FEntryID",
            orm: "SAL_DELIVERYNOTICEENTRY",
            shape: Shape::SomeRows,
            fields: &[ENTRY],
        },
        Entity {
            key: "FDeliNoticeTrace",
            name: "物流跟踪",
            table: "T_SAL_DELINOTICETRACE",
            pk: "FEntryID",
            orm: "DeliNoticeTrace",
            shape: Shape::Rows,
            fields: &[TRACE],
        },
    ],
    operations: OPERATIONS,
};

const OPERATIONS: &[FormOperation] = &[
    FormOperation { number: "Cancel", name: "作废", effect: Effect::Void },
    FormOperation { number: "Uncancel", name: "反作废", effect: Effect::Unvoid },
    FormOperation { number: "BillClose", name: "整单关闭", effect: Effect::Close },
    FormOperation { number: "UncloseBill", name: "整单反关闭", effect: Effect::Reopen },
];

const HEAD: &[Field] = &[
    base("FBillTypeID", "单据类型", "BOS_BillType").must().preset(Preset::Ref("FHTZD01_SYS")),
    text("FBillNo", "单据编号"),
    date("FDate", "日期").must().preset(Preset::Today),
    base("FSaleOrgId", "销售组织", ORGANISATION).must(),
    base("FCustomerID", "客户", "BD_Customer").must(),
    base("FDeliveryOrgID", "发货组织", ORGANISATION).must().preset(Preset::SameAs("FSaleOrgId")),
    base("FSaleDeptID", "销售部门", "BD_Department"),
    base("FSalesManID", "销售员", "BD_Saler"),
    base("FReceiverID", "收货方", "BD_Customer").preset(Preset::SameAs("FCustomerID")),
    base("FSettleID", "结算方", "BD_Customer").preset(Preset::SameAs("FCustomerID")),
    base("FPayerID", "付款方", "BD_Customer").preset(Preset::SameAs("FCustomerID")),
    base("FReceiverContactID", "收货方联系人", "BD_CommonContact"),
    words("FReceiveAddress", "收货方地址"),
    text("FLinkMan", "收货人姓名"),
    text("FLinkPhone", "联系电话"),
    base("FCarrierID", "承运商", "BD_Supplier"),
    text("FCarriageNO", "运输单号"),
    words("FNote", "备注"),
];

const FINANCE: &[Field] = &[
    base("FSettleOrgID", "结算组织", ORGANISATION).preset(Preset::SameAs("FSaleOrgId")),
    base("FSettleCurrID", "结算币别", "BD_Currency").preset(Preset::Ref("PRE001")),
    base("FExchangeTypeID", "汇率类型", "BD_RateType").preset(Preset::Ref("HLTX01_SYS")),
    amount("FExchangeRate", "汇率").preset(Preset::Amount(1)),
];

const ENTRY: &[Field] = &[
    base("FMaterialID", "物料编码", "BD_MATERIAL").must(),
    base("FUnitID", "销售单位", "BD_UNIT").must(),
    amount("FQty", "销售数量").preset(Preset::Amount(0)),
    amount("FTaxPrice", "含税单价").preset(Preset::Amount(0)),
    amount("FEntryTaxRate", "税率%").preset(Preset::Amount(13)),
    date("FDeliveryDate", "要货日期").preset(Preset::Today),
    base("FStockID", "出货仓库", "BD_STOCK"),
    base("FLot", "批号", "BD_BatchMainFile"),
    words("FNoteEntry", "备注"),
    amount("FSumOutQty", "累计出库数量").by_server().preset(Preset::Amount(0)),
    choice("FCLOSESTATUS_MX", "行关闭状态", OPEN).by_server().preset(Preset::Text("A")),
    text("FSrcType", "源单类型").by_server(),
    text("FSrcBillNo", "源单编号").by_server(),
    int("FSOEntryId", "销售订单分录内码").by_server(),
];

const TRACE: &[Field] = &[
    base("FLogComId", "物流公司", "BD_KD100LogisticsCom"),
    text("FCarryBillNo", "物流单号"),
    text("FPhoneNumber", "寄件人手机号"),
    text("FTraceStatus", "物流状态"),
];
