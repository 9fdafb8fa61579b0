//! `errors.md`: every cause with what it says and what to do, by code.

use crate::words::all_sentences;

pub fn page() -> String {
    let mut out = String::from(
        "# Causes 原因一览\n\n\
         What Qiao says when something is as it is, by code; `{name}` stands for a parameter.\n\
         按代码排列的所有说明;`{名称}` 是参数。\n",
    );
    let mut room = String::new();
    for sentence in all_sentences() {
        let this = sentence.code.split('.').next().unwrap_or_default();
        if this != room {
            room = this.to_owned();
            out.push_str(&format!("\n## {room}\n"));
        }
        out.push_str(&format!("\n### {}\n\n", sentence.code));
        for (what, remedy) in [(&sentence.zh, &sentence.remedy_zh), (&sentence.en, &sentence.remedy_en)] {
            out.push_str(&format!("* {}", one_line(what)));
            if !remedy.is_empty() {
                out.push_str(&format!(" → {}", one_line(remedy)));
            }
            out.push('\n');
        }
    }
    out
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
