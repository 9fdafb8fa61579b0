//! AR_RECEIVEBILL 收款单.

use super::shared::{BILL, BILL_OPERATIONS, WRITTEN_OFF};
use crate::kingdee::meta::{
    Entity, Field, Form, FormKind, Numbering, ORGANISATION, Preset, Shape, amount, base, choice, date, text,
    words,
};

const UNIT_TYPES: &[(&str, &str)] = &[("BD_Customer", "客户"), ("BD_Supplier", "供应商")];
const BUSINESS: &[(&str, &str)] = &[("1", "销售业务"), ("2", "采购业务"), ("3", "其他业务")];

pub static RECEIVE_BILL: Form = Form {
    id: "AR_RECEIVEBILL",
    name: "收款单",
    kind: FormKind::Bill,
    pk: "FID",
    number: "FBillNo",
    caption: "",
    numbering: Numbering { prefix: "SKD", dated: false, digits: 8 },
    entities: &[
        Entity {
            key: "FBillHead",
            name: "基本信息",
            table: "T_AR_RECEIVEBILL",
            pk: "FID",
            orm: "",
            shape: Shape::Head,
            fields: &[HEAD, BILL],
        },
        Entity {
            key: "FRECEIVEBILLENTRY",
            name: "收款单明细",
            table: "T_AR_RECEIVEBILLENTRY",
            pk: "FEntryID",
            orm: "RECEIVEBILLENTRY",
            shape: Shape::SomeRows,
            fields: &[ENTRY],
        },
        Entity {
            key: "FRECEIVEBILLSRCENTRY",
            name: "收款单源单明细",
            table: "T_AR_RECEIVEBILLSRCENTRY",
            pk: "FEntryID",
            orm: "RECEIVEBILLSRCENTRY",
            shape: Shape::Rows,
            fields: &[SOURCES],
        },
    ],
    operations: BILL_OPERATIONS,
};

const HEAD: &[Field] = &[
    base("FBillTypeID", "单据类型", "BOS_BillType").must().preset(Preset::Ref("SKDLX01_SYS")),
    text("FBillNo", "单据编号"),
    date("FDATE", "业务日期").must().preset(Preset::Today),
    choice("FCONTACTUNITTYPE", "往来单位类型", UNIT_TYPES).must().preset(Preset::Text("BD_Customer")),
    base("FCONTACTUNIT", "往来单位", "BD_Customer").must(),
    choice("FPAYUNITTYPE", "付款单位类型", UNIT_TYPES).must().preset(Preset::Text("BD_Customer")),
    base("FPAYUNIT", "付款单位", "BD_Customer").must().preset(Preset::SameAs("FCONTACTUNIT")),
    base("FCURRENCYID", "币别", "BD_Currency").must().preset(Preset::Ref("PRE001")),
    base("FSETTLECUR", "结算币别", "BD_Currency").must().preset(Preset::Ref("PRE001")),
    base("FSETTLEMAINBOOKID", "结算本位币", "BD_Currency").must().preset(Preset::Ref("PRE001")),
    base("FPAYORGID", "收款组织", ORGANISATION).must(),
    base("FSETTLEORGID", "结算组织", ORGANISATION).preset(Preset::SameAs("FPAYORGID")),
    choice("FBUSINESSTYPE", "业务类型", BUSINESS).must().preset(Preset::Text("1")),
    base("FSALEERID", "销售员", "BD_Saler"),
    base("FSALEDEPTID", "销售部门", "BD_Department"),
    text("FTHIRDBILLNO", "第三方单据编号"),
    words("FREMARK", "备注"),
    amount("FRECAMOUNTFOR", "实收金额").by_server().preset(Preset::Amount(0)),
    choice("FWRITTENOFFSTATUS", "核销状态", WRITTEN_OFF).by_server().preset(Preset::Text("A")),
];

const ENTRY: &[Field] = &[
    base("FSETTLETYPEID", "结算方式", "BD_SETTLETYPE").must(),
    base("FPURPOSEID", "收款用途", "CN_RECPAYPURPOSE").must().preset(Preset::Ref("SFKYT01_SYS")),
    date("FPOSTDATE", "登账日期").must().preset(Preset::Today),
    amount("FRECTOTALAMOUNTFOR", "应收金额").preset(Preset::Amount(0)),
    amount("FRECAMOUNTFOR_E", "收款金额").preset(Preset::Amount(0)),
    text("FACCOUNTID", "我方银行账号"),
    words("FCOMMENT", "备注"),
];

const SOURCES: &[Field] = &[
    text("FSRCBILLNO", "源单编号"),
    text("FSRCBILLTYPEID", "源单类型"),
    amount("FREALRECAMOUNT", "本次收款金额").preset(Preset::Amount(0)),
    amount("FWRITTENOFFAMOUNT", "已核销金额").by_server().preset(Preset::Amount(0)),
];
