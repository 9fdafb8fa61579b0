//! Value maps both ways.

use proptest::prelude::*;

use super::*;

const CHANNELS: &str = "kind: values
name: channel
map: { 直销: \"01\", 门店: \"01\", 渠道: \"02\", 电商: 3, 无: \"\" }
otherwise: \"99\"
back: { \"01\": 门店, \"99\": 其他 }
otherwise_back: 未分类
";

fn values(text: &str) -> ValueMap {
    match mapping::read(text, &Shelf::default()) {
        Ok(Text::Values(values)) => values.map,
        other => panic!("no value map: {other:?}"),
    }
}

/// Maps `t` through one entry, with this value map at hand under the name `channel`.
fn through(map: &ValueMap, entry: &str, value: &str) -> Result<String, String> {
    let flow = read_flow(&flow_text(&format!("map:\n  FNumber: {{ value: N }}\n  F: {entry}\n"))).unwrap();
    let named = |name: &str| (name == "channel").then(|| map.clone());
    let flow = mapping::compile(flow, &named).map_err(|findings| told(&findings, Lang::Zh))?;
    let text = format!(r#"{{"t":{value}}}"#);
    let record = json::read(&text).unwrap();
    let mapped = flow.map(&record, &linked());
    let problem = mapped.problems.first().map(cause_line);
    problem.map_or_else(|| Ok(mapped.document.get("F").map_or("-".into(), json::write)), Err)
}

#[test]
fn a_map_is_gone_forth_and_back() {
    let map = values(CHANNELS);
    for (entry, value, expected) in [
        ("{ from: t, values: channel }", "\"直销\"", Ok("\"01\"")),
        ("{ from: t, values: channel }", "\"加盟\"", Ok("\"99\"")),
        ("{ from: t, values: channel, back: false }", "\"直销\"", Ok("\"01\"")),
        ("{ from: t, values: channel, back: true }", "\"01\"", Ok("\"门店\"")),
        ("{ from: t, values: channel, back: true }", "\"02\"", Ok("\"渠道\"")),
        ("{ from: t, values: channel, back: true }", "3", Ok("\"电商\"")),
        ("{ from: t, values: channel, back: true }", "\"99\"", Ok("\"其他\"")),
        ("{ from: t, values: channel, back: true }", "\"77\"", Ok("\"未分类\"")),
        ("{ from: t, values: channel, back: true, otherwise: 新 }", "\"77\"", Ok("\"新\"")),
        ("{ from: t, values: channel, back: true }", "[\"02\",\"01\"]", Ok("[\"渠道\",\"门店\"]")),
        ("{ from: t, values: channel, back: true }", "null", Ok("-")),
        ("{ from: t, values: { 男: M, 女: F }, back: true }", "\"F\"", Ok("\"女\"")),
        ("{ from: t, values: { 男: M }, back: true }", "\"X\"", Err("mapping.value_without_way_back F")),
    ] {
        let expected = expected.map(str::to_owned).map_err(str::to_owned);
        assert_eq!(through(&map, entry, value), expected, "{entry} over {value}");
    }
}

#[test]
fn a_map_without_one_way_back_is_a_mistake_of_the_flow_that_goes_it() {
    let map = values("kind: values\nname: channel\nmap: { 直销: \"01\", 门店: \"01\", 渠道: [a] }\n");
    assert_eq!(
        through(&map, "{ from: t, values: channel }", "\"门店\""),
        Ok("\"01\"".into()),
        "forth it is used"
    );
    insta::assert_snapshot!(
        through(&map, "{ from: t, values: channel, back: true }", "\"01\"").unwrap_err(),
        @r#"
    7:25 Error 值映射“channel”不能反向使用:“01”对应多个选项(直销, 门店)。请在该值映射的 back 中写明反向时用哪一个,例如 back: { "01": 选项 }。
    7:25 Error 值映射“channel”不能反向使用:选项“渠道”对应的是列表或对象。请改为单个值,或不要反向使用它。
    "#
    );
    let stray = values(
        "kind: values\nname: channel\nmap: { 直销: \"01\" }\notherwise: \"99\"\notherwise_back: 直销\n",
    );
    insta::assert_snapshot!(
        through(&stray, "{ from: t, values: channel, back: true }", "\"01\"").unwrap_err(),
        @"7:25 Error 值映射“channel”的 otherwise 发出“99”,而 otherwise_back 给出的“直销”正向不对应“99”。请让 otherwise_back 是一个不在 map 里的选项,或在 back 里写明“99”对应的选项。"
    );
}

#[test]
fn a_declared_way_back_that_does_not_lead_forth_is_a_mistake_of_the_map() {
    let text = "kind: values\nname: channel\nmap: { 直销: \"01\", 渠道: \"02\" }\nback:\n  \"01\": 渠道\n  \"02\": [渠道]\n";
    let findings = mapping::lint(text, &Shelf::default(), &customer_types);
    insta::assert_snapshot!(told(&findings, Lang::En), @"
    5:3 Error back of the value map “channel” leads from “01” to “渠道”, which does not stand for it. Name an option that stands for “01”.
    6:9 Error “02” must be a text that is not empty. Write a text.
    ");
}

#[test]
fn an_explanation_says_that_a_map_is_gone_backwards() {
    let flow = read_flow(&flow_text("map: { FNumber: { from: t, values: channel, back: true } }\n")).unwrap();
    let map = values(CHANNELS);
    let flow = mapping::compile(flow, &|_: &str| Some(map.clone())).unwrap();
    let explanation = flow.explain(&json::read(r#"{"t":"01"}"#).unwrap(), &linked());
    insta::assert_snapshot!(explanation.text(Lang::Zh, &catalogue()), @r#"
    在数据范围内
    目标字段  来源                    源值  位置  结果
    FNumber   值映射反向 channel ← t  "01"  5:8   "门店"
    "#);
    assert_eq!(flow.source_fields(), ["t".to_owned()].into());
}

/// Any table over few options and values, so that many of them are many-to-one, and some declared ways back.
fn table() -> impl Strategy<Value = ValueMap> {
    let option =
        || prop::sample::select(vec!["直销", "门店", "渠道", "电商", "其他"]).prop_map(str::to_owned);
    let text = || prop::sample::select(vec!["01", "02", "99"]).prop_map(str::to_owned);
    let value =
        || prop_oneof![4 => text().prop_map(Value::from), 1 => Just(Value::from(3)), 1 => Just(Value::Null)];
    let pairs = prop::collection::btree_map(option(), value(), 0..5);
    let back = prop::collection::btree_map(text(), option(), 0..3);
    let otherwise = (prop::option::of(value()), prop::option::of(option().prop_map(Value::from)));
    (pairs, back, otherwise).prop_map(|(pairs, back, (otherwise, otherwise_back))| ValueMap {
        pairs: pairs.into_iter().collect(),
        otherwise,
        back: back.into_iter().collect(),
        otherwise_back,
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn forth_and_back_and_forth_again_is_what_forth_was(map in table(), option in "直销|门店|渠道|电商|其他|加盟") {
        let Ok(back) = map.way_back() else { return Ok(()) };
        let Some(forth) = map.sent(&option).filter(|value| !value.is_blank()) else { return Ok(()) };
        let returned = back.sent(&forth.plain().unwrap()).and_then(Value::plain);
        if let Some(returned) = returned {
            let again = map.sent(&returned).and_then(Value::plain);
            prop_assert_eq!(again, forth.plain(), "{} came back as {}", option, returned);
        }
    }

    #[test]
    fn every_value_of_a_map_with_a_way_back_comes_back(map in table()) {
        let Ok(back) = map.way_back() else { return Ok(()) };
        for (option, value) in map.pairs.iter().filter(|(_, value)| !value.is_blank()) {
            prop_assert!(back.get(&value.plain().unwrap()).is_some(), "{} is lost", option);
        }
    }
}
