//! Bodies that are no JSON: elements of XML, and lines of `path.name=value`.

use super::mask_of;

/// The text with the values of secret and personal fields hidden, where it is XML or lines.
pub(super) fn mask_written(text: String, personal: &[String]) -> String {
    match text.trim_start_matches(['\u{feff}', ' ', '\t', '\r', '\n']).chars().next() {
        Some('<') => mask_elements(&text, personal),
        Some('{' | '[' | '"') | None => text,
        Some(_) if text.lines().next().is_some_and(|line| path_of(line).is_some()) => {
            mask_lines(&text, personal)
        }
        Some(_) => text,
    }
}

fn mask_elements(text: &str, personal: &[String]) -> String {
    let mut out = String::with_capacity(text.len());
    let mut parts = text.split('<');
    out.push_str(parts.next().unwrap_or_default());
    for part in parts {
        out.push('<');
        let hidden = part.split_once('>').and_then(|(tag, value)| {
            let name = tag.split([' ', '\t', '\r', '\n', '/']).next().unwrap_or_default();
            let name = name.rsplit(':').next().unwrap_or(name);
            Some(format!("{tag}>{}", mask_of(name, value, personal)?))
        });
        out.push_str(hidden.as_deref().unwrap_or(part));
    }
    out
}

fn mask_lines(text: &str, personal: &[String]) -> String {
    let mut out = String::with_capacity(text.len());
    for line in text.split_inclusive('\n') {
        let hidden = path_of(line).and_then(|(path, value)| {
            let name = path.rsplit('.').next().unwrap_or(path);
            let end = value.len() - value.trim_end_matches(['\r', '\n']).len();
            let (value, end) = value.split_at(value.len() - end);
            Some(format!("{path}={}{end}", mask_of(name, value, personal)?))
        });
        out.push_str(hidden.as_deref().unwrap_or(line));
    }
    out
}

/// A path without anything that paths do not have, and what follows it.
fn path_of(line: &str) -> Option<(&str, &str)> {
    let (path, value) = line.split_once('=')?;
    let is_path = !path.is_empty() && !path.contains([' ', '&', '?', '/', '"', '<', '{']);
    is_path.then_some((path, value))
}

#[cfg(test)]
mod tests {
    use super::super::masked;

    #[test]
    fn fields_are_hidden_in_xml_and_lines_too() {
        let personal = ["负责人".to_owned()];
        for (text, hidden) in [
            (
                "<请求><名称>桥梁公司</名称><负责人>王小明</负责人><n:mobile a=\"1\">13812345678</n:mobile><token>t</token></请求>",
                "<请求><名称>桥梁公司</名称><负责人>王***</负责人><n:mobile a=\"1\">138****5678</n:mobile><token>***</token></请求>",
            ),
            (
                "masterFieldVal.名称=桥梁公司\nmasterFieldVal.负责人=王小明\r\ntoken=t",
                "masterFieldVal.名称=桥梁公司\nmasterFieldVal.负责人=王***\r\ntoken=***",
            ),
            (r#"{"负责人":33010619900101,"a":1}"#, r#"{"负责人":330****0101,"a":1}"#),
            ("没有等号", "没有等号"),
            ("a=1&负责人=王", "a=1&负责人=王"),
            ("<负责人/><a/>", "<负责人/><a/>"),
        ] {
            assert_eq!(masked(text.as_bytes(), &[], &personal), hidden);
        }
    }
}
