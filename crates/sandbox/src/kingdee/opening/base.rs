//! Organisation, people and base data.

use std::collections::BTreeSet;

use super::{Opening, text};
use crate::company::{Company, Person};
use crate::kingdee::cell::{Cell, read_amount};
use crate::kingdee::meta::{ASSISTANT, ORGANISATION, USER};

/// (form, number, name)
const NAMED: &[(&str, &str, &str)] = &[
    ("BOS_BillType", "XSDD01_SYS", "标准销售订单"),
    ("BOS_BillType", "FHTZD01_SYS", "标准发货通知单"),
    ("BOS_BillType", "XSCKD01_SYS", "标准销售出库单"),
    ("BOS_BillType", "XSCKD02_SYS", "寄售出库单"),
    ("BOS_BillType", "XSCKD03_SYS", "零售出库单"),
    ("BOS_BillType", "XSCKD04_SYS", "分销购销出库单"),
    ("BOS_BillType", "XSCKD05_SYS", "VMI出库单"),
    ("BOS_BillType", "XSCKD06_SYS", "现销出库单"),
    ("BOS_BillType", "XSCKD07_SYS", "B2C销售出库单"),
    ("BOS_BillType", "YSD01_SYS", "标准应收单"),
    ("BOS_BillType", "YSD02_SYS", "费用应收单"),
    ("BOS_BillType", "YSD03_SYS", "资产应收单"),
    ("BOS_BillType", "SKDLX01_SYS", "销售收款单"),
    ("BOS_BillType", "SKDLX02_SYS", "其他业务收款单"),
    ("BD_RateType", "HLTX01_SYS", "固定汇率"),
    ("BD_StockStatus", "KCZT01_SYS", "可用"),
    ("BD_StockStatus", "KCZT02_SYS", "待检"),
    ("BD_SETTLETYPE", "JSFS01_SYS", "现金"),
    ("BD_SETTLETYPE", "JSFS04_SYS", "电汇"),
    ("BD_RecCondition", "SKTJ01_SYS", "货到收款"),
    ("BD_RecCondition", "SKTJ02_SYS", "月结30天"),
    ("CN_RECPAYPURPOSE", "SFKYT01_SYS", "销售收款"),
    ("CN_RECPAYPURPOSE", "SFKYT02_SYS", "预收款"),
    ("BD_MATERIALCATEGORY", "CHLB01_SYS", "原材料"),
    ("BD_MATERIALCATEGORY", "CHLB05_SYS", "产成品"),
    ("BD_BANKTYPE", "ICBC", "中国工商银行"),
    ("BD_BANKTYPE", "CMB", "招商银行"),
    ("BD_CustomerGroup", "01", "国内客户"),
    ("BD_CustomerGroup", "02", "海外客户"),
    ("BD_MaterialGroup", "01", "产成品"),
    ("BD_SAL_PriceList", "XSJMB0001", "标准销售价目表"),
];

/// (group, number, name)
const ASSISTANTS: &[(&str, &str, &str)] = &[
    ("Country", "China", "中国"),
    ("Country", "America", "美国"),
    ("TaxType", "SFL01_SYS", "小规模纳税人"),
    ("TaxType", "SFL02_SYS", "一般纳税人"),
    ("CompanyClassify", "GSLB01", "制造业"),
    ("CompanyClassify", "GSLB02", "商业"),
    ("CompanyNature", "GSXZ01", "有限责任公司"),
    ("CompanyNature", "GSXZ02", "股份有限公司"),
    ("CompanyScale", "GSGM01", "100人以下"),
    ("CompanyScale", "GSGM02", "100人以上"),
];

/// (number, name, percent)
const TAX_RATES: &[(&str, &str, &str)] =
    &[("SL01_SYS", "零税率", "0"), ("SL02_SYS", "13%增值税", "13"), ("SL04_SYS", "6%增值税", "6")];

/// Fills the small tables; gives the internal id of the user that integrations sign in as.
pub fn fill(opening: &mut Opening, company: &Company, username: &str) -> i64 {
    let user = opening.add(USER, &[("FUserAccount", text(username)), ("FName", text("集成用户"))]);
    opening.turn.user = user;
    for (number, name) in &company.organisations {
        let org = opening.add(
            ORGANISATION,
            &[
                ("FNumber", text(number)),
                ("FName", text(name)),
                ("FOrgFormID", text("法人公司")),
                ("FForbidStatus", text("A")),
            ],
        );
        if opening.turn.org == 0 {
            opening.turn.org = org;
        }
    }
    for (form, number, name) in NAMED {
        opening.add(form, &[("FNumber", text(number)), ("FName", text(name))]);
    }
    for (number, name) in &company.units {
        opening.add("BD_UNIT", &[("FNumber", text(number)), ("FName", text(name))]);
    }
    currencies(opening);
    assistants(opening, company);
    for (number, name, percent) in TAX_RATES {
        let rate = Cell::Amount(read_amount(percent).unwrap_or_default());
        opening.add("BD_TaxRate", &[("FNumber", text(number)), ("FName", text(name)), ("FTaxRate", rate)]);
    }
    opening.add("BD_KD100LogisticsCom", &[("FCODE", text("shunfeng")), ("FName", text("顺丰速运"))]);
    people(opening, company);
    user
}

fn currencies(opening: &mut Opening) {
    for (number, name, code) in [("PRE001", "人民币", "CNY"), ("PRE007", "美元", "USD")] {
        opening
            .add("BD_Currency", &[("FNumber", text(number)), ("FName", text(name)), ("FCODE", text(code))]);
    }
}

fn assistants(opening: &mut Opening, company: &Company) {
    let mut add = |group: &str, number: &str, name: &str| {
        let cells = [("FNumber", text(number)), ("FDataValue", text(name)), ("FId", text(group))];
        opening.add(ASSISTANT, &cells);
    };
    for (group, number, name) in ASSISTANTS {
        add(group, number, name);
    }
    for (number, name) in &company.customer_types {
        add("CustType", number, name);
    }
    let customers = || company.customers.iter();
    for province in customers().map(|customer| &customer.province).collect::<BTreeSet<&String>>() {
        add("Province", province, province);
    }
    for city in customers().map(|customer| &customer.city).collect::<BTreeSet<&String>>() {
        add("City", city, city);
    }
}

fn people(opening: &mut Opening, company: &Company) {
    let org = Cell::Ref(opening.turn.org);
    for (number, name) in &company.departments {
        opening.add(
            "BD_Department",
            &[
                ("FNumber", text(number)),
                ("FName", text(name)),
                ("FFullName", text(name)),
                ("FCreateOrgId", org.clone()),
            ],
        );
    }
    for (number, name, _) in &company.sales_groups {
        opening.add("BD_OPERATORGROUP", &[("FNumber", text(number)), ("FName", text(name))]);
    }
    for person in &company.people {
        add_person(opening, company, person);
    }
}

fn add_person(opening: &mut Opening, company: &Company, person: &Person) {
    let org = Cell::Ref(opening.turn.org);
    let department = match company.departments.get(person.department) {
        Some((number, _)) => opening.to("BD_Department", number),
        None => Cell::Ref(0),
    };
    let head = [
        ("FStaffNumber", text(&person.employee_number)),
        ("FName", text(&person.name)),
        ("FMobile", text(&person.mobile)),
        ("FCreateOrgId", org.clone()),
    ];
    let post = [
        ("FWorkOrgId", org.clone()),
        ("FPostDept", department.clone()),
        ("FPost", text("职员")),
        ("FIsFirstPost", Cell::Flag(true)),
    ];
    let mut staff = opening.draw_up("BD_Empinfo", &head);
    opening.add_row("BD_Empinfo", &mut staff, "FPostEntity", &post);
    let staff = opening.store("BD_Empinfo", staff);
    if person.is_salesperson {
        let group = company.sales_groups.iter().find(|(.., department)| *department == person.department);
        let cells = [
            ("FOperatorGroupId", opening.to("BD_OPERATORGROUP", group.map_or("", |(number, ..)| number))),
            ("FNumber", text(&person.employee_number)),
            ("FName", text(&person.name)),
            ("FStaffId", Cell::Ref(staff)),
            ("FDeptId", department),
            ("FBizOrgId", org),
        ];
        opening.add("BD_Saler", &cells);
    }
}
