//! Explanations as people and machines see them.

use super::*;

const FLOW: &str = r#"scope: life_status == "normal"
map:
  FNumber: { from: account_no, required: true }
  FName: name
  FCreateOrgId.FNumber: { value: "603" }
  FCustTypeId.FNumber: { from: account_type, values: customer-type }
  FTEL: { expr: "tel or mobile1" }
  FParent.FNumber: { from: parent, reference: AccountObj, later: true }
  FSELLER.FNumber: { from: owner, reference: PersonnelObj }
  FSalerId.FNumber: { from: owner, person: erp }
  FEntity: { lines: contacts, map: { FNAME1: name, FMOBILE: mobile } }
"#;

const RECORD: &str = r#"{"account_no":"C001","name":"上海启明机械有限公司","account_type":"9","mobile1":"13800000000",
    "parent":"zz","owner":["1000"],"life_status":"normal","contacts":[{"name":"张三","mobile":"139"},{"name":"李四"}]}"#;

fn explanation() -> mapping::Explanation {
    compiled(&flow_text(FLOW)).explain(&json::read(RECORD).unwrap(), &linked())
}

#[test]
fn an_explanation_stands_in_columns_in_both_languages() {
    insta::assert_snapshot!(explanation().text(Lang::Zh, &catalogue()), @r#"
    在数据范围内
    目标字段              来源                                    源值                    位置   结果
    FNumber               字段 account_no                         "C001"                  7:3    "C001"
    FName                 字段 name                               "上海启明机械有限公司"  8:3    "上海启明机械有限公司"
    FCreateOrgId.FNumber  常量                                    -                       9:3    "603"
    FCustTypeId.FNumber   值映射 customer-type ← account_type     "9"                     10:3   ✗ 字段 FCustTypeId.FNumber:值“9”不在值映射“customer-type”里。请在值映射中加上它,或写 otherwise。
    FTEL                  表达式 tel or mobile1                   -                       11:3   "13800000000"
    FParent.FNumber       对方编码 AccountObj ← parent(第二步写)  "zz"                    12:3   ✗ 字段 FParent.FNumber 引用的 AccountObj(id zz)还没有同步到目标系统。请先同步被引用的数据;它到达后本数据会自动继续。
    FSELLER.FNumber       对方编码 PersonnelObj ← owner           ["1000"]                13:3   ["S001"]
    FSalerId.FNumber      绑定的人员 erp ← owner                  ["1000"]                14:3   "S001"
    FEntity               明细 contacts                           -                       15:3   2 行
    FEntity[1].FNAME1     字段 name                               "张三"                  15:38  "张三"
    FEntity[1].FMOBILE    字段 mobile                             "139"                   15:52  "139"
    FEntity[2].FNAME1     字段 name                               "李四"                  15:38  "李四"
    FEntity[2].FMOBILE    字段 mobile                             -                       15:52  不发送
    "#);
    insta::assert_snapshot!(explanation().text(Lang::En, &catalogue()), @r#"
    in scope
    target field          from                                             source value            at     result
    FNumber               field account_no                                 "C001"                  7:3    "C001"
    FName                 field name                                       "上海启明机械有限公司"  8:3    "上海启明机械有限公司"
    FCreateOrgId.FNumber  constant                                         -                       9:3    "603"
    FCustTypeId.FNumber   value map customer-type ← account_type           "9"                     10:3   ✗ FCustTypeId.FNumber: the value “9” is not in the value map “customer-type”. Add it to the value map, or give it an otherwise.
    FTEL                  expression tel or mobile1                        -                       11:3   "13800000000"
    FParent.FNumber       linked number AccountObj ← parent (second pass)  "zz"                    12:3   ✗ FParent.FNumber refers to a record of AccountObj (id zz) that is not at the target yet. Bring that record over first; this one then goes on by itself.
    FSELLER.FNumber       linked number PersonnelObj ← owner               ["1000"]                13:3   ["S001"]
    FSalerId.FNumber      bound person erp ← owner                         ["1000"]                14:3   "S001"
    FEntity               lines of contacts                                -                       15:3   2 lines
    FEntity[1].FNAME1     field name                                       "张三"                  15:38  "张三"
    FEntity[1].FMOBILE    field mobile                                     "139"                   15:52  "139"
    FEntity[2].FNAME1     field name                                       "李四"                  15:38  "李四"
    FEntity[2].FMOBILE    field mobile                                     -                       15:52  not sent
    "#);
}

#[test]
fn an_explanation_for_machines_is_exact() {
    let flow = compiled(&flow_text(
        "map: { FNumber: { from: price, required: true }, FB: { from: none_there, required: true } }\n",
    ));
    let explanation = flow.explain(&json::read(r#"{"price":10.10}"#).unwrap(), &linked());
    insta::assert_snapshot!(json::write(&explanation.to_value()), @r#"{"in_scope":true,"entries":[{"field":"FNumber","kind":"path","from":"field price","source":10.10,"value":10.10,"line":5,"column":8},{"field":"FB","kind":"path","from":"field none_there","problem":{"code":"mapping.required","source":"none_there","field":"FB"},"line":5,"column":50}]}"#);
}
