//! A mapping told without a record.

use mapping::{NoFiles, Text};
use model::{Lang, json};

const FLOW: &str = "\
kind: flow
name: orders
source: { connection: crm, object: SalesOrderObj }
target: { connection: erp, object: SAL_SaleOrder, key: FBillNo }
map:
  FBillNo: { from: name, required: true, convert: [trim, decimal(2)] }
  FOrgId.FNumber: { value: \"100\" }
  FCustId.FNumber: { from: account_id, reference: AccountObj, later: true }
  FEntity:
    lines: order_lines
    map:
      FQty: { from: quantity, empty: send }
";

#[test]
fn every_target_field_is_told_with_its_source() {
    let Ok(Text::Flow(flow)) = mapping::read(FLOW, &NoFiles) else { panic!("a flow") };
    let outline = mapping::compile(flow, &|_| None).unwrap().outline();
    let zh = outline.text(Lang::Zh);
    for line in [
        "FBillNo          字段 name                         6:3   必填、trim、decimal(2)",
        "FOrgId.FNumber   常量 \"100\"                        7:3",
        "FEntity[].FQty   字段 quantity                     12:7  为空也发送",
    ] {
        assert!(zh.contains(line), "{line}\n{zh}");
    }
    let en = outline.text(Lang::En);
    assert!(en.contains("linked number AccountObj ← account_id") && en.contains("second pass"), "{en}");
    let told = json::write(&outline.to_value());
    assert!(
        told.contains(r#"{"field":"FOrgId.FNumber","kind":"constant","from":"constant","value":"100""#),
        "{told}"
    );
}
