//! The pages as they are: kept whole, small, and compared.

use std::fs;
use std::path::Path;

use super::*;

#[test]
fn the_pages_are_as_they_were() {
    let unit = unit();
    let plain = Addresses {
        erp: Erp::new("http://erp.example.com/path"),
        ours: Ours { data_center_id: None, ..addresses().ours },
    };
    let mut stale = Vec::new();
    for (name, text) in [
        ("unit.zh.md", markdown(&unit, &plain, Lang::Zh)),
        ("unit.en.md", markdown(&unit, &plain, Lang::En)),
        ("unit.zh.html", html(&unit, &plain, Lang::Zh)),
        ("unit.openapi.json", openapi(&unit, &plain, Lang::Zh)),
    ] {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("golden").join(name);
        if fs::read_to_string(&path).is_ok_and(|kept| kept == text) {
            continue;
        }
        match is_accepting() {
            true => fs::write(&path, text).expect("the page can be written"),
            false => stale.push(name),
        }
    }
    assert!(stale.is_empty(), "stale: {stale:?}; make them anew with UPDATE_GOLDEN=1 cargo test -p objects");
}

#[expect(
    clippy::disallowed_methods,
    reason = "whoever runs the test says with a variable that new pages are right"
)]
fn is_accepting() -> bool {
    std::env::var_os("UPDATE_GOLDEN").is_some()
}

#[test]
fn a_page_says_what_the_object_is_like() {
    let (order, addresses) = (order(), addresses());
    let page = markdown(&order, &addresses, Lang::Zh);
    for part in [
        "# 销售订单 接口说明",
        "| `billNo` | 单据编号 | 文本 | 是 | 8 | 编号 |",
        "| `amount` | 金额 | 小数（2 位） |  |  |  |",
        "| `status` | 状态 | 单选 | 是 |  | `A` 暂存；`B` 已审核 |",
        "| `lineId` | 行内码 | 整数 | 是 |  | 行的主键，从不改变 |",
        "\"objAPIName\": \"SO01\"",
        "\"billNo\": \"BH000001\"",
        "\"amount\": 1280.50",
        "\"税率\": 0.1300",
        "\"qty\": 1280",
        "`POST https://erp.example.com/api/order/save`",
        "`GET https://erp.example.com/api/queryMasterById`",
        "`POST https://qiao.example.com/erp/syncdata/open/objdata/syncpush`",
        "`GET https://qiao.example.com/erp/u8/queryMasterBatch`",
        "成功时应答的 `errcode` 为 `200`",
        "| `dataCenterId` | `dc1` |",
        "| `s306240009` | 503 | 暂时无法保存 | 稍后原样再推一次 |",
        "export ERP_KEY='…'",
    ] {
        assert!(page.contains(part), "{part}\n{page}");
    }
    let english = markdown(&order, &addresses, Lang::En);
    assert!(english.contains("# Sales order API description"), "{english}");
    assert!(!english.contains('，'), "no Chinese punctuation among English words");
}

#[test]
fn a_create_has_ids_only_where_we_give_them() {
    let create = |addresses: &Addresses| {
        let page = markdown(&order(), addresses, Lang::Zh);
        page.split("### 创建")
            .nth(1)
            .and_then(|rest| rest.split("应答示例").next())
            .map(str::to_owned)
            .unwrap()
    };
    let mut addresses = addresses();
    let theirs = create(&addresses);
    assert!(!theirs.contains("100001") && theirs.contains("\"billNo\""), "{theirs}");
    addresses.erp.gives_ids = false;
    addresses.erp.void = Some(("status".into(), "Z".into()));
    let ours = create(&addresses);
    assert!(ours.contains("\"id\": \"100001\"") && ours.contains("\"lineId\": 1000011"), "{ours}");
    let page = markdown(&order(), &addresses, Lang::Zh);
    assert!(page.contains("作废一条数据时调用修改接口，把 `status` 改为 `Z`。"), "{page}");
}

#[test]
fn a_token_is_only_ever_what_the_caller_gave() {
    let mut addresses = addresses();
    addresses.ours.token = "qiao-测试令牌".into();
    let page = markdown(&order(), &addresses, Lang::Zh);
    assert!(page.contains("--header 'token: qiao-测试令牌'") && !page.contains("export TOKEN="), "{page}");
}

#[test]
fn an_object_of_lines_is_told_as_the_bill_that_it_comes_from() {
    let mut lines = order();
    lines.part = Part::Lines("Items".into());
    lines.id = "lineId".into();
    lines.number = None;
    lines.fields = vec![
        field("lineId", "行内码", FieldKind::Text, true, None),
        field("master.id", "内码", FieldKind::Text, true, None),
        field("master.billNo", "单据编号", FieldKind::Text, false, None),
    ];
    lines.details = Vec::new();
    let page = markdown(&lines, &addresses(), Lang::Zh);
    for part in [
        "\"masterFieldVal\": {\n    \"id\": \"100001\",\n    \"billNo\"",
        "\"Items\": [\n      {\n        \"lineId\"",
    ] {
        assert!(page.contains(part), "{part}\n{page}");
    }
    assert!(!page.contains("/create"), "lines are not written by themselves");
}

#[test]
fn samples_are_in_the_form_in_which_the_erp_speaks() {
    let (order, mut addresses) = (order(), addresses());
    (addresses.erp.format, addresses.erp.answers) = (Format::Xml, Format::Text);
    let page = markdown(&order, &addresses, Lang::Zh);
    for part in [
        "| `Content-Type` | `application/xml; charset=utf-8` |",
        "    <amount>1280.50</amount>\n",
        "result.masterDataId=100001\n",
        "result.dataList.0.masterFieldVal.billNo=BH000001\n",
        // Our own side speaks JSON.
        "\"errCode\": ",
    ] {
        assert!(page.contains(part), "{part} in {page}");
    }
    let document = openapi(&order, &addresses, Lang::Zh);
    assert!(document.contains("\"application/xml\"") && document.contains("\"text/plain\""));
    assert!(json::read(&document).is_ok());
}
