//! XML: what stands in elements and attributes of secret and personal names, also in `<![CDATA[…]]>`.

use super::pairs::local;
use super::{mask_of, masked_text};

const CDATA: &str = "<![CDATA[";
const CDATA_END: &str = "]]>";

/// What stands in the CDATA of XML is looked through so deep.
pub(super) const DEEPEST: usize = 2;

/// The text with what those elements and attributes hold hidden; it may be cut anywhere. `depth` is that of the text
/// itself.
pub(super) fn mask_elements(text: &str, personal: &[String], depth: usize) -> String {
    let mut out = String::with_capacity(text.len());
    // The elements that are open: a text belongs to the last.
    let mut open: Vec<&str> = Vec::new();
    let mut rest = text;
    loop {
        let (content, after) = rest.split_at(rest.find('<').unwrap_or(rest.len()));
        out.push_str(&masked_content(&open, content, personal).unwrap_or_else(|| content.to_owned()));
        rest = after;
        if rest.is_empty() {
            return out;
        }
        if let Some(inside) = rest.strip_prefix(CDATA) {
            let (content, after) = inside.split_at(inside.find(CDATA_END).unwrap_or(inside.len()));
            out.push_str(CDATA);
            out.push_str(&match masked_content(&open, content, personal) {
                Some(hidden) => hidden,
                None if depth == DEEPEST => content.to_owned(),
                None if content.trim_start().starts_with('<') => mask_elements(content, personal, depth + 1),
                None => masked_text(content, personal),
            });
            rest = after;
            if let Some(after) = rest.strip_prefix(CDATA_END) {
                out.push_str(CDATA_END);
                rest = after;
            }
            continue;
        }
        let (tag, after) = rest.split_at(tag_length(rest));
        rest = after;
        match tag.as_bytes().get(1) {
            Some(b'/') => drop(open.pop()),
            Some(b'!' | b'?') => {}
            _ if tag.ends_with("/>") => {}
            _ => open.push(name_of(tag)),
        }
        out.push_str(&mask_attributes(tag, personal));
    }
}

fn masked_content(open: &[&str], content: &str, personal: &[String]) -> Option<String> {
    let name = open.last().filter(|_| !content.trim().is_empty())?;
    mask_of(name, content, personal)
}

/// The name of an element, without its prefix.
fn name_of(tag: &str) -> &str {
    let name = tag[1..].split([' ', '\t', '\r', '\n', '/', '>']).next().unwrap_or_default();
    local(name, ':')
}

/// How long the tag is at which the text begins: to the `>` that stands in no attribute.
fn tag_length(text: &str) -> usize {
    let mut quote = None;
    for (at, byte) in text.bytes().enumerate() {
        match (quote, byte) {
            (None, b'>') => return at + 1,
            (None, b'"' | b'\'') => quote = Some(byte),
            (Some(open), byte) if open == byte => quote = None,
            _ => {}
        }
    }
    // A quote that is never closed is none, or the text is cut.
    text.find('>').map_or(text.len(), |at| at + 1)
}

fn mask_attributes(tag: &str, personal: &[String]) -> String {
    let mut out = String::with_capacity(tag.len());
    let mut rest = tag;
    while let Some(at) = rest.find('=') {
        let name =
            rest[..at].trim_end().rsplit([' ', '\t', '\r', '\n', '"', '\'']).next().unwrap_or_default();
        let after = rest[at + 1..].trim_start();
        let Some(quote) = after.chars().next().filter(|c| matches!(c, '"' | '\'')) else {
            out.push_str(&rest[..=at]);
            rest = &rest[at + 1..];
            continue;
        };
        let (before, value) = rest.split_at(rest.len() - after.len() + 1);
        let (value, after) = value.split_at(value.find(quote).unwrap_or(value.len()));
        out.push_str(before);
        out.push_str(mask_of(local(name, ':'), value, personal).as_deref().unwrap_or(value));
        rest = after;
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::super::masked;

    #[test]
    fn elements_and_attributes_are_hidden_however_they_are_written() {
        let personal = ["负责人".to_owned()];
        for (text, hidden) in [
            (
                "<请求><名称>桥梁公司</名称><负责人>王小明</负责人><n:mobile a=\"1\">13812345678</n:mobile><token>t</token></请求>",
                "<请求><名称>桥梁公司</名称><负责人>王***</负责人><n:mobile a=\"1\">138****5678</n:mobile><token>***</token></请求>",
            ),
            ("<负责人/><a/>", "<负责人/><a/>"),
            (
                "<a><负责人><![CDATA[王<小>明]]></负责人><b><![CDATA[桥<br>梁]]></b></a>",
                "<a><负责人><![CDATA[王***]]></负责人><b><![CDATA[桥<br>梁]]></b></a>",
            ),
            ("<负责人>\n  <![CDATA[王小", "<负责人>\n  <![CDATA[王***"),
            (
                "<客户 负责人='王小明' 名称=\"a>b\" n:Token = \"t=1\"><密码 password=\"x\"/>桥</客户>",
                "<客户 负责人='王***' 名称=\"a>b\" n:Token = \"***\"><密码 password=\"***\"/>桥</客户>",
            ),
            ("<负责人>王<b>小</b>明</负责人>人", "<负责人>王***<b>小</b>明***</负责人>人"),
            ("<负责人 title=\"没有完>王小明", "<负责人 title=\"没有完>王***"),
            (
                "<return><![CDATA[<客户><负责人>王小明</负责人></客户>]]></return>",
                "<return><![CDATA[<客户><负责人>王***</负责人></客户>]]></return>",
            ),
            (
                "<return><![CDATA[负责人=王小明&a=1]]></return>",
                "<return><![CDATA[负责人=王***&a=1]]></return>",
            ),
            ("<!-- 注 --><?xml version='1.0'?><a>1</a>", "<!-- 注 --><?xml version='1.0'?><a>1</a>"),
        ] {
            assert_eq!(masked(text.as_bytes(), &[], &personal), hidden);
        }
    }
}
