//! The pages, as HTML.

use engine::alerts::story::{Page, Task};
use model::Lang;

const STYLE: &str = "body{font:16px/1.6 system-ui,sans-serif;max-width:44rem;margin:2rem auto;padding:0 1rem;color:#1f2328}\
                     h1{font-size:1.3rem}h2{font-size:1.05rem;margin:1.6rem 0 .4rem}table{border-collapse:collapse;width:100%}\
                     td,th{text-align:left;vertical-align:top;padding:.25rem .75rem .25rem 0;border-bottom:1px solid #d8dee4}\
                     th,.state{white-space:nowrap}.state{font-weight:600}.remedy{color:#57606a}footer{margin-top:2rem;color:#57606a;font-size:.85rem}";

/// The text as it may stand in a page, between tags and in attributes.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
    out
}

/// A whole page; the title is escaped here, the body is markup.
fn page(lang: &str, title: &str, body: &str) -> String {
    let title = escaped(title);
    format!(
        "<!doctype html>\n<html lang=\"{lang}\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>{title}</title>\n\
         <style>{STYLE}</style>\n</head>\n<body>\n{body}</body>\n</html>\n"
    )
}

/// The story.
pub(super) fn told(story: &Page) -> String {
    let zh = story.lang == Lang::Zh;
    let word = |zh_word: &'static str, en_word: &'static str| if zh { zh_word } else { en_word };
    let number = story.sides.first().map(|side| side.number.as_str()).unwrap_or_default();
    let title = format!("{}{number}", word("数据经过:", "Story of "));
    let mut body = format!("<h1>{}</h1>\n<table>\n", escaped(&title));
    for (at, side) in story.sides.iter().enumerate() {
        let role = if at == 0 { word("来源", "source") } else { word("目标", "target") };
        let number = match side.number.is_empty() {
            true => word("还没有", "none yet").to_owned(),
            false => escaped(&side.number),
        };
        body.push_str(&format!(
            "<tr><th>{role}</th><td>{}</td><td>{number}</td></tr>\n",
            escaped(&side.place)
        ));
    }
    body.push_str("</table>\n");
    for task in &story.tasks {
        body.push_str(&of_flow(
            task,
            word("什么时候", "when"),
            word("结果", "outcome"),
            word("怎么办:", "What to do: "),
        ));
    }
    let footer = match zh {
        true => format!("只读页面,链接有效期至 {}。", story.until),
        false => format!("Read only; the link is good until {}.", story.until),
    };
    body.push_str(&format!("<footer>{}</footer>\n", escaped(&footer)));
    page(if zh { "zh-CN" } else { "en" }, &title, &body)
}

fn of_flow(task: &Task, when: &str, outcome: &str, remedy: &str) -> String {
    let mut out = format!(
        "<h2>{} · {} · <span class=\"state\">{}</span></h2>\n",
        escaped(&task.flow),
        escaped(task.kind),
        escaped(task.state)
    );
    if !task.what.is_empty() {
        out.push_str(&format!("<p>{}</p>\n", escaped(&task.what)));
    }
    if !task.remedy.is_empty() {
        out.push_str(&format!("<p class=\"remedy\">{remedy}{}</p>\n", escaped(&task.remedy)));
    }
    if !task.tries.is_empty() {
        out.push_str(&format!("<table>\n<tr><th>{when}</th><th>{outcome}</th><th></th></tr>\n"));
        for tried in &task.tries {
            let [at, state, what] = [tried.at.as_str(), tried.state, tried.what.as_str()].map(escaped);
            out.push_str(&format!("<tr><td>{at}</td><td class=\"state\">{state}</td><td>{what}</td></tr>\n"));
        }
        out.push_str("</table>\n");
    }
    out
}

fn short(zh: &str, en: &str) -> String {
    page("zh-CN", zh, &format!("<h1>{}</h1>\n<p lang=\"en\">{}</p>\n", escaped(zh), escaped(en)))
}

pub(super) fn unknown() -> String {
    short("没有这个页面。", "There is no such page.")
}

pub(super) fn expired() -> String {
    short("链接已过期,请向管理员询问。", "This link is too old. Ask whoever looks after the integration.")
}

pub(super) fn later() -> String {
    short("暂时打不开,请稍后再试。", "This cannot be shown right now. Try again later.")
}

#[cfg(test)]
mod tests {
    use engine::alerts::story::{Side, Try};

    use super::*;

    const EVIL: &str = "<script>alert(1)</script>\"'&<img src=x onerror=y>";

    #[test]
    fn nothing_that_is_told_is_markup() {
        let evil = EVIL.to_owned();
        for lang in [Lang::Zh, Lang::En] {
            let story = Page {
                lang,
                sides: vec![
                    Side { place: evil.clone(), number: evil.clone() },
                    Side { place: evil.clone(), number: String::new() },
                ],
                tasks: vec![Task {
                    flow: evil.clone(),
                    kind: "sync",
                    state: "failed",
                    what: evil.clone(),
                    remedy: evil.clone(),
                    tries: vec![Try { at: evil.clone(), state: "failed", what: evil.clone() }],
                }],
                until: evil.clone(),
            };
            let page = told(&story);
            assert!(!page.contains("<script") && !page.contains("<img"), "{page}");
            assert_eq!(
                page.matches("&lt;script&gt;alert(1)&lt;/script&gt;&quot;&#39;&amp;&lt;img").count(),
                11
            );
        }
    }

    #[test]
    fn a_page_that_is_not_there_says_so_in_both_languages() {
        for (page, zh, en) in [
            (unknown(), "没有这个页面", "no such page"),
            (expired(), "已过期", "too old"),
            (later(), "稍后", "later"),
        ] {
            assert!(page.contains(zh) && page.contains(en), "{page}");
        }
    }
}
