//! What is said about texts with mistakes, word for word, in both languages.

use super::*;

/// What the lint says.
fn lint(text: &str, lang: Lang) -> String {
    told(
        &mapping::lint(text, &Shelf(BTreeMap::from([("broken.json", "{\n\"a\": }")])), &customer_types),
        lang,
    )
}

#[test]
fn mistakes_of_the_whole_flow_in_chinese() {
    let text = r#"kind: flow
name: 客户
titel: 客户
source: { connection: crm, within: 6 minutes, history: ja }
target: { connection: erp, object: BD_Customer, key: FNo, match: [FNumber, FOrg] }
mode: notfy
base: broken.json
map:
  FNumber: account_no
  FNumber.FName: name
void: Forbid
write_back: { erp_no__c: target.nummer }
retries: { waits: [20], classes: [transiant] }
"#;
    insta::assert_snapshot!(lint(text, Lang::Zh), @"
    3:1 Error 不认识“titel”,是不是“title”?请改正拼写。
    4:9 Error 这里缺少“object”。请补上这一项。
    4:36 Error “within”应当是时长,如 20s、5m、1h、2d。请写数字加单位(ms、s、m、h、d)。
    4:56 Error “history”只能是 true 或 false。请改为 true 或 false。
    5:54 Error “FNo”用于识别单据,但映射和 base 都没有写它。请在 map 里加上这个字段,或改用映射中的字段。
    5:76 Error “FOrg”用于识别单据,但映射和 base 都没有写它。请在 map 里加上这个字段,或改用映射中的字段。
    6:7 Error “mode”不能是“notfy”,是不是“notify”?请改正拼写。
    7:7 Error 文件“broken.json”第 2 行第 6 列不是有效的 JSON:unexpected '}'。请改正该文件。
    10:3 Error 目标字段“FNumber.FName”与第 9 行重复。每个目标字段只映射一次,也不要既写整体又写其中一部分。
    11:7 Error “void”不能是“Forbid”。可以写:keep, { do: … }。请改用其中之一。
    12:26 Error “erp_no__c”不能是“target.nummer”,是不是“target.number”?请改正拼写。
    13:20 Error “waits”应当是时长,如 20s、5m、1h、2d。请写数字加单位(ms、s、m、h、d)。
    13:35 Error “classes”不能是“transiant”,是不是“transient”?请改正拼写。
    ");
}

#[test]
fn mistakes_of_entries_in_english() {
    let text = flow_text(
        r#"base: nowhere.json
map:
  FNumber: { form: account_no }
  FName: tel or mobile1
  FCreateOrgId.FNumber: "603"
  FUseOrgId: 603
  FType: { from: t, values: customer-typ }
  FSELLER: { from: owner, person: erp }
  FA: { from: a, expr: "b" }
  FB: { value: 1, required: true }
  FC: { from: c, later: true }
  FD: { from: d, otherwise: x }
  FE: { from: e, convert: [trimm, decimal(99)] }
  FF: { lines: f, key: FX, map: { FY: { from: y, reference: AccountObj, later: true }, FZ: { lines: z, map: { Q: q } } } }
  FG.0.FH: h
  FI: { from: i, empty: yes }
"#,
    );
    insta::assert_snapshot!(lint(&text, Lang::En), @r#"
    5:7 Error There is no file “nowhere.json”. Look at its name; the path is relative to this file.
    7:3 Error The target field “FNumber” does not say where its value comes from. Write one of from, value, expr or lines.
    7:14 Error “form” is not known here. Did you mean “from”? Correct the spelling.
    8:10 Error “tel or mobile1” looks like an expression, not like a field path. Write { expr: "…" }, or { value: "…" } for a fixed text.
    9:25 Error "603" looks like a constant, where a source field is wanted. Write { value: "603" } for a constant; write field names without quotes.
    10:14 Error 603 looks like a constant, where a source field is wanted. Write { value: 603 } for a constant; write field names without quotes.
    11:29 Error There is no value map “customer-typ”. Add a text of kind: values with this name, or correct the name.
    13:3 Error The target field “FA” names more than one source. Keep one of from, value, expr and lines.
    14:3 Warning “FB” is a constant; required and empty mean nothing for it. Remove them.
    15:3 Error “FC” says later but is no reference. Only fields with from and reference can be written later; remove it.
    16:18 Error “otherwise” has no meaning for the source of “FD”. Remove it; values, reference, person and department belong to from, key and map to lines.
    17:28 Error “convert” cannot be “trimm”. Did you mean “trim”? Correct the spelling.
    17:35 Error “convert” cannot be “decimal(99)”. Did you mean “decimal(2)”? Correct the spelling.
    18:3 Error “FX” is to tell the lines apart, but the mapping of the lines does not write it. Map this field in the lines.
    18:35 Error The line field “FY” cannot be written later. Remove later, or put the reference on a field of the document itself.
    18:88 Error The lines “FZ” stand within other lines. Map them in the document itself; lines reach its fields by record.field.
    19:3 Error The target field “FG.0.FH” must not hold a line number. Map details line by line with { lines: …, map: … }.
    20:25 Error “empty” cannot be “yes”. It may be: send, omit. Use one of them.
    "#);
}

#[test]
fn mistakes_of_expressions_are_placed_in_the_file() {
    let text = flow_text(
        r#"scope: life_status = "normal"
map:
  FNumber: { expr: "uper(account_no)" }
  FPrice: { expr: 'price * 1.13' }
  FName:
    expr: |
      name
      ~ trim()
  FTel: { expr: "tel |" }
  FType: { expr: "lookup('nothing', account_type)" }
"#,
    );
    insta::assert_snapshot!(lint(&text, Lang::En), @"
    5:20 Error The expression has a mistake: unexpected input after expression. Look at brackets, quotes and operators.
    7:21 Error There is no function “uper”. Did you mean “upper”? Correct its name.
    8:20 Error The operator * cannot be used on what may be a decimal. Use mul(a, b), which is exact.
    12:9 Error trim does not take 0 arguments. Write trim(text).
    13:22 Error The expression has a mistake: unexpected end of input, expected identifier. Look at brackets, quotes and operators.
    14:26 Error There is no value map “nothing”. Add a text of kind: values with this name, or correct the name.
    ");
    insta::assert_snapshot!(lint(&text, Lang::Zh), @"
    5:20 Error 表达式有语法错误:unexpected input after expression。请检查括号、引号和运算符。
    7:21 Error 没有函数“uper”,是不是“upper”?请改正函数名。
    8:20 Error 可能是小数的值不能用运算符 *。请用函数 mul(a, b),结果是精确的。
    12:9 Error 函数 trim 的参数个数不对(写了 0 个)。请写成 trim(text)。
    13:22 Error 表达式有语法错误:unexpected end of input, expected identifier。请检查括号、引号和运算符。
    14:26 Error 没有名为“nothing”的值映射。请建立 kind: values、名称与此相同的文件,或改正名字。
    ");
}

#[test]
fn a_text_that_is_no_flow_is_told_so() {
    let mut all = String::new();
    for text in [
        "",
        "kind: flo\n",
        "name: x\n",
        "- a\n",
        "kind: flow\n\tname: x\n",
        "kind: connection\nname: erp\nsettings: { a: [1] }\n",
        "kind: values\nname: v\nmap: [1]\n",
    ] {
        all.push_str(&lint(text, Lang::En));
    }
    insta::assert_snapshot!(all, @"
    1:1 Error The text is empty. Write a document that begins with kind: flow, connection or values.
    1:7 Error “kind” cannot be “flo”. Did you mean “flow”? Correct the spelling.
    1:1 Error “kind” is missing here. Add it.
    1:1 Error “kind” must be names with values. Write indented `name: value` lines below it, or { name: value }.
    1:7 Error This is no valid YAML: while scanning a plain scalar, found a tab. Look at the indentation, the quotes and the space after each colon.
    1:1 Error “connector” is missing here. Add it.
    3:16 Error “a” must be a text that is not empty. Write a text.
    3:6 Error “map” must be names with values. Write indented `name: value` lines below it, or { name: value }.
    ");
}

#[test]
fn a_flow_that_may_double_documents_is_warned_about_and_still_taken() {
    let text = "kind: flow\nname: x\nsource: { connection: crm, object: A }\ntarget: { connection: erp, object: B }\nmap: { F: { value: 1, empty: send } }\n";
    insta::assert_snapshot!(lint(text, Lang::Zh), @"
    4:1 Warning 目标没有写 key 也没有写 match,回答丢失后无法先查再写,可能重复建单。请在 target 里写 key(新建时的唯一字段)或 match。
    5:8 Warning “F”是常量,required 和 empty 对它没有作用。请删除 required 或 empty。
    ");
    assert!(read_flow(text).is_ok());
    let notice = text.replace("map:", "mode: notify\nmap:").replace(", empty: send", "");
    assert_eq!(lint(&notice, Lang::Zh), "", "a notice goes out once by other means");
}

#[test]
fn what_would_be_passed_over_in_silence_is_refused() {
    for (entry, code) in [
        ("{ value: 1, convert: text }", "mapping.stray_key"),
        ("{ lines: l, map: { G: g }, convert: text }", "mapping.stray_key"),
        ("{ from: a, key: b }", "mapping.stray_key"),
        ("{ expr: a, values: customer-type }", "mapping.stray_key"),
        ("{ from: a, person: erp, values: customer-type }", "mapping.stray_key"),
        ("{ from: a, person: erp, department: erp }", "mapping.stray_key"),
        ("{ from: a, back: true }", "mapping.stray_key"),
        ("{ from: a, person: erp, want: name }", "mapping.unknown_word"),
        ("{ from: a, person: erp, later: true }", "mapping.later_without_reference"),
        ("record", "mapping.whole_record"),
        ("$", "mapping.whole_record"),
        ("{ expr: \"length(record)\" }", "mapping.whole_record"),
        ("\"account_no\"", "mapping.constant_as_path"),
        ("[a, b]", "mapping.not_map"),
        ("{ from: a, by: number }", "mapping.stray_key"),
        ("{ from: a, line_of: L }", "mapping.stray_key"),
        ("{ from: a, id: b }", "mapping.stray_key"),
        ("{ from: a, reference: R, line_of: L, want: number }", "mapping.line_has_no_number"),
        ("{ from: a, reference: R, line_of: L, by: number }", "mapping.line_has_no_number"),
        ("{ lines: l, id: \"1\", map: { G: g } }", "mapping.constant_as_path"),
    ] {
        let text = flow_text(&format!("map:\n  FNumber: no\n  F: {entry}\n"));
        let findings = mapping::lint(&text, &Shelf::default(), &customer_types);
        let codes: Vec<&str> = findings.iter().map(|finding| &*finding.cause.code).collect();
        assert_eq!(codes, [code], "{entry}");
    }
}

#[test]
fn a_derivation_says_what_it_lacks() {
    for (target, code) in [
        ("derive: { from: A }", "mapping.key_missing"),
        ("derive: { from: A, by: b c }", "mapping.path_is_expression"),
        ("derive: { from: A, by: b, lines: { by: c, of: L } }", "mapping.derive_without_lines"),
        ("derive: { from: A, by: b, rul: R }", "mapping.unknown_key_near"),
        ("closed: 'state =='", "mapping.expression_broken"),
    ] {
        let text =
            flow_text("map: { FNumber: no }\n").replace("key: FNumber", &format!("key: FNumber, {target}"));
        let findings = mapping::lint(&text, &Shelf::default(), &customer_types);
        let codes: Vec<&str> = findings.iter().map(|finding| &*finding.cause.code).collect();
        assert_eq!(codes, [code], "{target}");
    }
}
