//! Names that would be markup, or would end what they stand in, stay text.

use super::*;

const NAMES: &[&str] = &[
    "<script>alert(1)</script>",
    "\"><img src=x onerror=alert(1)>",
    "'quoted'",
    "`ticks`",
    "```",
    "a|b",
    "**b** _i_ [x](http://evil.example)",
    "line\nbreak\r\n# heading",
    "&lt;",
    "\u{0}\u{7}",
    "..",
    "a..b",
    "",
    " ",
    "{{x}}",
    "${x}",
];

fn order_of(name: &str) -> Object {
    let mut order = order();
    order.title_zh = name.into();
    order.fields[1].name = name.into();
    order.fields[1].label_zh = name.into();
    order.fields[4].kind = FieldKind::Select(vec![choice(name, name)]);
    order.details[0].name = name.into();
    order.details[0].title_zh = name.into();
    order.details[0].fields[2].name = name.into();
    order
}

/// The tags of a page, in their order.
fn tags(page: &str) -> Vec<String> {
    let tag = |rest: &str| {
        rest.split(|c: char| !c.is_ascii_alphanumeric() && c != '/').next().unwrap_or_default().to_owned()
    };
    page.split('<').skip(1).map(tag).collect()
}

#[test]
fn html_stays_the_html_that_we_wrote() {
    let addresses = addresses();
    let plain = tags(&html(&order_of("plain"), &addresses, Lang::Zh));
    for name in NAMES {
        let page = html(&order_of(name), &addresses, Lang::Zh);
        // A name of spaces alone has no code element of its own.
        if !name.trim().is_empty() {
            assert_eq!(tags(&page), plain, "{name:?}");
        }
        for banned in ["<script", "<img", "onerror=alert(1)>", "http-equiv=\"refresh", "\u{0}"] {
            assert!(!page.contains(banned), "{name:?}: {banned}");
        }
        assert!(!page.contains("src=\"") && !page.contains("<link"), "nothing is fetched");
    }
}

#[test]
fn markdown_keeps_its_tables_and_fences() {
    let addresses = addresses();
    let rows = |page: &str| page.lines().filter(|line| line.starts_with('|')).count();
    let headings = |page: &str| page.lines().filter(|line| line.starts_with('#')).count();
    let plain = markdown(&order_of("plain"), &addresses, Lang::Zh);
    for name in NAMES {
        let page = markdown(&order_of(name), &addresses, Lang::Zh);
        assert_eq!((rows(&page), headings(&page)), (rows(&plain), headings(&plain)), "{name:?}\n{page}");
        for line in page.lines().filter(|line| line.starts_with('|')) {
            let bars = line.replace("\\|", "").matches('|').count();
            assert!([3, 5, 7].contains(&bars), "{name:?}: {line}");
        }
        let outside = outside_of_code(&page);
        assert!(!outside.contains("<script") && !outside.contains("<img"), "{name:?}");
    }
}

/// What a reader of Markdown would not take for code.
fn outside_of_code(page: &str) -> String {
    let mut outside = String::new();
    let mut fence: Option<String> = None;
    for line in page.lines() {
        let ticks: String = line.chars().take_while(|c| *c == '`').collect();
        match &fence {
            Some(open) if ticks == *open && line.trim_end() == ticks => fence = None,
            Some(_) => {}
            None if ticks.len() >= 3 => fence = Some(ticks),
            None => {
                let mut parts = line.split('`');
                outside.extend(parts.by_ref().step_by(2));
                outside.push('\n');
            }
        }
    }
    assert!(fence.is_none(), "a fence that nothing closes");
    // An escaped bracket is none.
    outside.replace("\\<", "")
}

#[test]
fn json_stays_json() {
    for name in NAMES {
        let text = openapi(&order_of(name), &addresses(), Lang::Zh);
        let document = json::read(&text).unwrap_or_else(|error| panic!("{name:?}: {error}"));
        let schemas = document.get("components").and_then(|components| components.get("schemas"));
        let master = schemas.and_then(|schemas| schemas.get("Master")).expect("the master is there");
        assert!(master.get("properties").and_then(|found| found.get(name)).is_some(), "{name:?}");
    }
}
