//! SAL_OUTSTOCK 销售出库单.

use super::shared::{BILL, BILL_OPERATIONS};
use crate::kingdee::meta::{
    Entity, Field, Form, FormKind, Numbering, ORGANISATION, Preset, Shape, amount, base, choice, date, int,
    text, words,
};

const ROW_TYPES: &[(&str, &str)] = &[("Standard", "标准产品"), ("Service", "服务")];
const OWNERS: &[(&str, &str)] = &[("BD_OwnerOrg", "业务组织"), ("BD_Customer", "客户")];

pub static OUTSTOCK: Form = Form {
    id: "SAL_OUTSTOCK",
    name: "销售出库单",
    kind: FormKind::Bill,
    pk: "FID",
    number: "FBillNo",
    caption: "",
    numbering: Numbering { prefix: "XSCKD", dated: false, digits: 6 },
    entities: &[
        Entity {
            key: "FBillHead",
            name: "基本信息",
            table: "T_SAL_OUTSTOCK",
            pk: "FID",
            orm: "",
            shape: Shape::Head,
            fields: &[HEAD, BILL],
        },
        Entity {
            key: "SubHeadEntity",
            name: "财务信息",
            table: "T_SAL_OUTSTOCKFIN",
            pk: "FEntryId",
            orm: "SAL_OUTSTOCKFIN",
            shape: Shape::Sub,
            fields: &[FINANCE],
        },
        Entity {
            key: "FEntity",
            name: "明细信息",
            table: "T_SAL_OUTSTOCKENTRY",
            pk: "FENTRYID",
            orm: "SAL_OUTSTOCKENTRY",
            shape: Shape::SomeRows,
            fields: &[ENTRY],
        },
    ],
    operations: BILL_OPERATIONS,
};

const HEAD: &[Field] = &[
    base("FBillTypeID", "单据类型", "BOS_BillType").must().preset(Preset::Ref("XSCKD01_SYS")),
    text("FBillNo", "单据编号"),
    date("FDate", "日期").must().preset(Preset::Today),
    base("FSaleOrgId", "销售组织", ORGANISATION).must(),
    base("FCustomerID", "客户", "BD_Customer").must(),
    base("FStockOrgId", "发货组织", ORGANISATION).must().preset(Preset::SameAs("FSaleOrgId")),
    base("FSaleDeptID", "销售部门", "BD_Department"),
    base("FSalesManID", "销售员", "BD_Saler"),
    base("FReceiverID", "收货方", "BD_Customer").preset(Preset::SameAs("FCustomerID")),
    base("FSettleID", "结算方", "BD_Customer").preset(Preset::SameAs("FCustomerID")),
    base("FPayerID", "付款方", "BD_Customer").preset(Preset::SameAs("FCustomerID")),
    choice("FOwnerTypeIdHead", "货主类型", OWNERS).preset(Preset::Text("BD_OwnerOrg")),
    text("FCarriageNO", "运输单号"),
    words("FReceiveAddress", "收货方地址"),
    text("FLinkMan", "收货人姓名"),
    text("FLinkPhone", "联系电话"),
    words("FNote", "备注"),
];

const FINANCE: &[Field] = &[
    base("FSettleCurrID", "结算币别", "BD_Currency").preset(Preset::Ref("PRE001")),
    base("FSettleOrgID", "结算组织", ORGANISATION).preset(Preset::SameAs("FSaleOrgId")),
    base("FLocalCurrID", "本位币", "BD_Currency").preset(Preset::Ref("PRE001")),
    base("FExchangeTypeID", "汇率类型", "BD_RateType").preset(Preset::Ref("HLTX01_SYS")),
    amount("FExchangeRate", "汇率").preset(Preset::Amount(1)),
    text("FThirdBillNo", "第三方单据编号"),
    amount("FBillAmount", "金额").by_server().preset(Preset::Amount(0)),
    amount("FBillAllAmount", "价税合计").by_server().preset(Preset::Amount(0)),
];

const ENTRY: &[Field] = &[
    choice("FRowType", "产品类型", ROW_TYPES).preset(Preset::Text("Standard")),
    base("FMaterialID", "物料编码", "BD_MATERIAL").must(),
    base("FUnitID", "库存单位", "BD_UNIT").must(),
    amount("FMustQty", "应发数量").preset(Preset::Amount(0)),
    amount("FRealQty", "实发数量").must().preset(Preset::Amount(0)),
    amount("FPrice", "单价").preset(Preset::Amount(0)),
    amount("FTaxPrice", "含税单价").preset(Preset::Amount(0)),
    amount("FEntryTaxRate", "税率%").preset(Preset::Amount(13)),
    base("FStockID", "仓库", "BD_STOCK").must(),
    base("FStockStatusID", "库存状态", "BD_StockStatus").preset(Preset::Ref("KCZT01_SYS")),
    base("FLot", "批号", "BD_BatchMainFile"),
    choice("FOwnerTypeID", "货主类型", OWNERS).preset(Preset::Text("BD_OwnerOrg")),
    base("FOwnerID", "货主", ORGANISATION).preset(Preset::SameAs("FStockOrgId")),
    amount("FAmount", "金额").by_server().preset(Preset::Amount(0)),
    amount("FAllAmount", "价税合计").by_server().preset(Preset::Amount(0)),
    amount("FSALUNITQTY", "销售数量").by_server().preset(Preset::Amount(0)),
    amount("FARNOTJOINQTY", "未关联应收数量").by_server().preset(Preset::Amount(0)),
    text("FSrcType", "源单类型").by_server(),
    text("FSrcBillNo", "源单编号").by_server(),
    text("FSoorDerno", "销售订单号").by_server(),
    int("FSOEntryId", "销售订单分录内码").by_server(),
];
