//! BD_Customer 客户: every key of the seeds' complete packet and of their query list.

use super::shared::{MASTER, MASTER_OPERATIONS};
use crate::kingdee::meta::{
    Entity, Field, Form, FormKind, Numbering, ORGANISATION, Preset, Shape, USER, amount, assistant, base,
    choice, date, flag, int, text, words,
};

const INVOICE_TYPES: &[(&str, &str)] = &[("1", "增值税专用发票"), ("2", "普通发票")];
const NUMBERS: Numbering = Numbering { prefix: "CUST", dated: false, digits: 4 };

pub static CUSTOMER: Form = Form {
    id: "BD_Customer",
    name: "客户",
    kind: FormKind::Master,
    pk: "FCUSTID",
    number: "FNumber",
    caption: "FName",
    numbering: NUMBERS,
    entities: &[
        Entity {
            key: "FBillHead",
            name: "基本信息",
            table: "T_BD_CUSTOMER",
            pk: "FCUSTID",
            orm: "",
            shape: Shape::Head,
            fields: &[IDENTITY, ADDRESS, INVOICE, TRADE, MASTER],
        },
        Entity {
            key: "FT_BD_CUSTOMEREXT",
            name: "客户扩展信息",
            table: "T_BD_CUSTOMEREXT",
            pk: "FEntryId",
            orm: "BD_CUSTOMEREXT",
            shape: Shape::Sub,
            fields: &[EXTENSION],
        },
        Entity {
            key: "FT_BD_CUSTLOCATION",
            name: "联系人",
            table: "T_BD_CUSTLOCATION",
            pk: "FENTRYID",
            orm: "BD_CUSTLOCATION",
            shape: Shape::Rows,
            fields: &[LOCATIONS],
        },
        Entity {
            key: "FT_BD_CUSTBANK",
            name: "银行信息",
            table: "T_BD_CUSTBANK",
            pk: "FENTRYID",
            orm: "BD_CUSTBANK",
            shape: Shape::Rows,
            fields: &[BANKS],
        },
        Entity {
            key: "FT_BD_CUSTCONTACT",
            name: "地址信息",
            table: "T_BD_CUSTCONTACT",
            pk: "FENTRYID",
            orm: "BD_CUSTCONTACT",
            shape: Shape::Rows,
            fields: &[CONTACTS],
        },
        Entity {
            key: "FT_BD_CUSTORDERORG",
            name: "订货组织",
            table: "T_BD_CUSTORDERORG",
            pk: "FEntryID",
            orm: "BD_CUSTORDERORG",
            shape: Shape::Rows,
            fields: &[ORDER_ORGANISATIONS],
        },
    ],
    operations: MASTER_OPERATIONS,
};

const IDENTITY: &[Field] = &[
    text("FNumber", "客户编码"),
    words("FName", "客户名称").must(),
    base("FCreateOrgId", "创建组织", ORGANISATION).must(),
    base("FUseOrgId", "使用组织", ORGANISATION).preset(Preset::SameAs("FCreateOrgId")),
    words("FShortName", "简称"),
    words("FDescription", "描述"),
    base("FGroup", "客户分组", "BD_CustomerGroup"),
    assistant("FCustTypeId", "客户类别", "CustType"),
    assistant("FCompanyClassify", "公司类别", "CompanyClassify"),
    assistant("FCompanyNature", "公司性质", "CompanyNature"),
    assistant("FCompanyScale", "公司规模", "CompanyScale"),
    base("FSUPPLIERID", "对应供应商", "BD_Supplier"),
    flag("FIsGroup", "集团客户"),
    flag("FIsDefPayer", "默认付款方"),
    base("FGROUPCUSTID", "对应集团客户", "BD_Customer"),
    base("FCorrespondOrgId", "对应组织", ORGANISATION),
    text("F_QIAO_ExtId", "外部系统内码"),
];

const ADDRESS: &[Field] = &[
    assistant("FCOUNTRY", "国家", "Country"),
    assistant("FPROVINCIAL", "地区", "Province"),
    words("FADDRESS", "通讯地址"),
    text("FZIP", "邮政编码"),
    text("FWEBSITE", "公司网址"),
    text("FTEL", "联系电话").orm("FTel"),
    text("FFAX", "传真"),
];

const INVOICE: &[Field] = &[
    words("FINVOICETITLE", "发票抬头"),
    text("FTAXREGISTERCODE", "纳税登记号"),
    text("FINVOICEBANKNAME", "开户银行"),
    text("FINVOICETEL", "开票联系电话"),
    text("FINVOICEBANKACCOUNT", "银行账号"),
    text("FINVOICEADDRESS", "开票通讯地址"),
    choice("FInvoiceType", "发票类型", INVOICE_TYPES).preset(Preset::Text("1")),
    assistant("FTaxType", "税分类", "TaxType"),
    base("FTaxRate", "默认税率", "BD_TaxRate"),
];

const TRADE: &[Field] = &[
    base("FTRADINGCURRID", "结算币别", "BD_Currency").must(),
    base("FRECEIVECURRID", "收款币别", "BD_Currency"),
    base("FSALDEPTID", "销售部门", "BD_Department"),
    base("FSELLER", "销售员", "BD_Saler"),
    base("FSETTLETYPEID", "结算方式", "BD_SETTLETYPE"),
    base("FRECCONDITIONID", "收款条件", "BD_RecCondition"),
    base("FDISCOUNTLISTID", "折扣表", "BD_SAL_DiscountList"),
    base("FPRICELISTID", "价目表", "BD_SAL_PriceList"),
    int("FTRANSLEADTIME", "运输提前期").preset(Preset::Int(0)),
    int("FPriority", "客户优先级").preset(Preset::Int(1)),
    flag("FISCREDITCHECK", "启用信用管理"),
    flag("FIsTrade", "是否交易客户").preset(Preset::Flag(true)),
];

const EXTENSION: &[Field] = &[
    flag("FEnableSL", "启用商联在线"),
    text("FFreezeLimit", "冻结范围"),
    base("FFreezeOperator", "冻结人", USER),
    date("FFreezeDate", "冻结日期"),
    assistant("FPROVINCE", "省份", "Province"),
    assistant("FCITY", "城市", "City"),
    base("FDefaultConsiLoc", "默认收货地点", "BD_CustLocation"),
    base("FDefaultSettleLoc", "默认开票地点", "BD_CustLocation"),
    base("FDefaultPayerLoc", "默认付款地点", "BD_CustLocation"),
    base("FDefaultContact", "默认联系人", "BD_CommonContact"),
    amount("FMarginLevel", "保证金比例(%)").preset(Preset::Amount(0)),
    text("FDebitCard", "结算卡号"),
    base("FSettleId", "结算方", "BD_Customer"),
    base("FChargeId", "付款方", "BD_Customer"),
];

const LOCATIONS: &[Field] = &[
    base("FContactId", "联系人", "BD_CommonContact"),
    flag("FIsDefaultConsigneeCT", "默认"),
    flag("FIsCopy", "复制"),
];

const BANKS: &[Field] = &[
    assistant("FCOUNTRY1", "开户国家", "Country"),
    text("FBANKCODE", "银行账号"),
    words("FACCOUNTNAME", "账户名称"),
    base("FBankTypeRec", "收款银行", "BD_BANKTYPE"),
    text("FTextBankDetail", "网点名称"),
    base("FBankDetail", "银行网点", "BD_BANKDETAIL"),
    text("FOpenAddressRec", "开户行地址"),
    words("FOPENBANKNAME", "开户银行"),
    text("FCNAPS", "联行号"),
    base("FCURRENCYID", "币别", "BD_Currency"),
    flag("FISDEFAULT1", "默认"),
];

const CONTACTS: &[Field] = &[
    text("FNUMBER1", "地点编码"),
    words("FNAME1", "地点名称"),
    words("FADDRESS1", "详细地址"),
    int("FTRANSLEADTIME1", "运输提前期"),
    text("FMOBILE", "移动电话"),
    flag("FIsDefaultConsignee", "默认收货地址"),
    flag("FIsDefaultSettle", "默认开票地址"),
    flag("FIsDefaultPayer", "默认付款地址"),
    flag("FIsUsed", "启用"),
];

const ORDER_ORGANISATIONS: &[Field] =
    &[base("FOrderOrgId", "订货组织", ORGANISATION), flag("FIsDefaultOrderOrg", "默认订货组织")];
