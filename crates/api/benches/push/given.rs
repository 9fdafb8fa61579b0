//! What is pushed.

use std::fmt::Write as _;

/// The token that both servers know.
pub const TOKEN: &str = "qiao_bench_0123456789abcdef";

pub fn bodies() -> [(&'static str, String); 2] {
    [("a record of 30 fields", record()), ("an order of ten lines", order())]
}

fn record() -> String {
    let mut fields =
        String::from(r#""billNo":"XSDD20261130-000001","custName":"上海市浦东新区桥梁贸易有限公司","rev":1"#);
    for field in 0..27 {
        write!(fields, r#","field{field}":"值 {field} 的内容""#).expect("a text takes all");
    }
    format!(r#"{{"objAPIName":"SAL_Order","masterFieldVal":{{{fields}}}}}"#)
}

fn order() -> String {
    let line = |line: usize| {
        format!(
            r#"{{"entryId":"{line}","material":"CH-{line:05}","name":"不锈钢螺栓 M8×{line}","qty":{line}.50,"price":12.3400,"amount":{line}7.17,"note":"随货同行"}}"#
        )
    };
    let lines: Vec<String> = (1..=10).map(line).collect();
    format!(
        r#"{{"objAPIName":"SAL_Order","masterFieldVal":{{"billNo":"XSDD20261130-000001","custName":"桥梁贸易","rev":1}},"detailFieldVals":{{"entries":[{}]}}}}"#,
        lines.join(",")
    )
}
