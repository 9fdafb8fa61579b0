//! AR_receivable 应收单.

use super::shared::{BILL, BILL_OPERATIONS, WRITTEN_OFF};
use crate::kingdee::meta::{
    Entity, Field, Form, FormKind, Numbering, ORGANISATION, Preset, Shape, amount, base, choice, date, text,
    words,
};

const OPEN_STATUS: &[(&str, &str)] = &[("A", "空"), ("B", "部分开票"), ("C", "完全开票")];
const BUSINESS: &[(&str, &str)] = &[("BZ", "普通销售"), ("FY", "费用")];

pub static RECEIVABLE: Form = Form {
    id: "AR_receivable",
    name: "应收单",
    kind: FormKind::Bill,
    pk: "FID",
    number: "FBillNo",
    caption: "",
    numbering: Numbering { prefix: "AR", dated: false, digits: 8 },
    entities: &[
        Entity {
            key: "FBillHead",
            name: "基本信息",
            table: "T_AR_RECEIVABLE",
            pk: "FID",
            orm: "",
            shape: Shape::Head,
            fields: &[HEAD, BILL],
        },
        Entity {
            key: "FsubHeadSuppiler",
            name: "往来信息",
            table: "T_AR_RECEIVABLE_O",
            pk: "FEntryId",
            orm: "AR_RECEIVABLE_O",
            shape: Shape::Sub,
            fields: &[PARTNERS],
        },
        Entity {
            key: "FsubHeadFinc",
            name: "财务信息",
            table: "T_AR_RECEIVABLEFIN",
            pk: "FEntryId",
            orm: "AR_RECEIVABLEFIN",
            shape: Shape::Sub,
            fields: &[FINANCE],
        },
        Entity {
            key: "FEntityDetail",
            name: "明细",
            table: "T_AR_RECEIVABLEENTRY",
            pk: "FEntryID",
            orm: "AP_PAYABLEENTRY",
            shape: Shape::SomeRows,
            fields: &[DETAIL],
        },
        Entity {
            key: "FEntityPlan",
            name: "收款计划",
            table: "T_AR_RECEIVABLEPLAN",
            pk: "FEntryID",
            orm: "AP_PAYABLEPLAN",
            shape: Shape::Rows,
            fields: &[PLAN],
        },
    ],
    operations: BILL_OPERATIONS,
};

const HEAD: &[Field] = &[
    base("FBillTypeID", "单据类型", "BOS_BillType").must().preset(Preset::Ref("YSD01_SYS")),
    text("FBillNo", "单据编号"),
    date("FDATE", "业务日期").must().preset(Preset::Today),
    date("FENDDATE_H", "到期日").must().preset(Preset::Today),
    base("FCUSTOMERID", "客户", "BD_Customer").must(),
    base("FCURRENCYID", "币别", "BD_Currency").must().preset(Preset::Ref("PRE001")),
    base("FSETTLEORGID", "结算组织", ORGANISATION).must(),
    base("FPAYORGID", "收款组织", ORGANISATION).must().preset(Preset::SameAs("FSETTLEORGID")),
    base("FSALEORGID", "销售组织", ORGANISATION).preset(Preset::SameAs("FSETTLEORGID")),
    base("FSALEERID", "销售员", "BD_Saler"),
    base("FSALEDEPTID", "销售部门", "BD_Department"),
    choice("FBUSINESSTYPE", "业务类型", BUSINESS).preset(Preset::Text("BZ")),
    words("FAR_Remark", "备注"),
    amount("FALLAMOUNTFOR", "价税合计").by_server().preset(Preset::Amount(0)),
    amount("FWRITTENOFFAMOUNT", "已核销金额").by_server().preset(Preset::Amount(0)),
    choice("FWRITTENOFFSTATUS", "核销状态", WRITTEN_OFF).by_server().preset(Preset::Text("A")),
    choice("FOPENSTATUS", "开票状态", OPEN_STATUS).by_server().preset(Preset::Text("A")),
];

const PARTNERS: &[Field] = &[
    base("FORDERID", "订货方", "BD_Customer").preset(Preset::SameAs("FCUSTOMERID")),
    base("FTRANSFERID", "收货方", "BD_Customer").preset(Preset::SameAs("FCUSTOMERID")),
    base("FChargeId", "付款方", "BD_Customer").preset(Preset::SameAs("FCUSTOMERID")),
];

const FINANCE: &[Field] = &[
    date("FACCNTTIMEJUDGETIME", "到期日计算日期").must().preset(Preset::Today),
    base("FMAINBOOKSTDCURRID", "本位币", "BD_Currency").must().preset(Preset::Ref("PRE001")),
    base("FEXCHANGETYPE", "汇率类型", "BD_RateType").must().preset(Preset::Ref("HLTX01_SYS")),
    amount("FExchangeRate", "汇率").preset(Preset::Amount(1)),
    base("FSettleTypeID", "结算方式", "BD_SETTLETYPE"),
];

const DETAIL: &[Field] = &[
    base("FMATERIALID", "物料编码", "BD_MATERIAL"),
    amount("FPriceQty", "计价数量").preset(Preset::Amount(0)),
    amount("FTaxPrice", "含税单价").preset(Preset::Amount(0)),
    amount("FEntryTaxRate", "税率%").preset(Preset::Amount(13)),
    amount("FALLAMOUNTFOR_D", "价税合计").by_server().preset(Preset::Amount(0)),
    text("FSourceType", "源单类型").by_server(),
    text("FSrcBillNo", "源单编号").by_server(),
];

const PLAN: &[Field] = &[
    date("FENDDATE", "到期日"),
    amount("FPAYAMOUNTFOR", "应收金额").preset(Preset::Amount(0)),
    amount("FWRITTENOFFAMOUNTFOR", "已核销金额").by_server().preset(Preset::Amount(0)),
];
