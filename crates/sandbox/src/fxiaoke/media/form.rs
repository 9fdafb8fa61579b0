//! Reads a file out of a `multipart/form-data` body.

use crate::stand_in::Request;

/// A file of a form.
#[derive(Debug, PartialEq, Eq)]
pub struct Part {
    /// The file name; empty when none was sent.
    pub name: String,
    pub content: Vec<u8>,
}

/// Whether the body says that it is a form.
pub fn is_form(call: &Request) -> bool {
    boundary(call).is_some()
}

/// The part of that field name; `None` when the body has none.
pub fn file(call: &Request, field: &str) -> Option<Part> {
    let boundary = boundary(call)?;
    let mut rest = &call.body[find(&call.body, format!("--{boundary}").as_bytes())? + boundary.len() + 2..];
    loop {
        rest = rest.strip_prefix(b"\r\n")?;
        let head_end = find(rest, b"\r\n\r\n")?;
        let (head, body) = (&rest[..head_end], &rest[head_end + 4..]);
        let end = find(body, format!("\r\n--{boundary}").as_bytes())?;
        let head = String::from_utf8_lossy(head);
        if parameter(&head, "name").as_deref() == Some(field) {
            let name = parameter(&head, "filename").unwrap_or_default();
            return Some(Part { name, content: body[..end].to_vec() });
        }
        rest = &body[end + boundary.len() + 4..];
    }
}

fn boundary(call: &Request) -> Option<String> {
    let kind = call.header("content-type")?;
    if !kind.to_ascii_lowercase().starts_with("multipart/form-data") {
        return None;
    }
    let (_, after) = kind.split_once("boundary=")?;
    Some(after.split(';').next()?.trim().trim_matches('"').to_string())
}

/// A parameter of the part's disposition: `name="media"`.
fn parameter(head: &str, name: &str) -> Option<String> {
    head.split(['\r', '\n', ';']).map(str::trim).find_map(|piece| {
        let value = piece.strip_prefix(name)?.strip_prefix('=')?;
        Some(value.trim_matches('"').to_string())
    })
}

fn find(within: &[u8], what: &[u8]) -> Option<usize> {
    within.windows(what.len()).position(|window| window == what)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(body: &str) -> Request {
        let headers = vec![("Content-Type".to_string(), "multipart/form-data; boundary=xyz".to_string())];
        Request::new("POST", "/media/upload", headers, body)
    }

    #[test]
    fn the_file_of_a_field_is_found_among_others() {
        let call = form(
            "--xyz\r\nContent-Disposition: form-data; name=\"类型\"\r\n\r\nimage\r\n--xyz\r\n\
             Content-Disposition: form-data; name=\"media\"; filename=\"合同.pdf\"\r\nContent-Type: text/plain\r\n\r\n\
             第一行\r\n第二行\r\n--xyz--\r\n",
        );
        let expected = Part { name: "合同.pdf".into(), content: "第一行\r\n第二行".into() };
        assert_eq!(file(&call, "media"), Some(expected));
        assert_eq!(file(&call, "facishareFile"), None);
    }

    #[test]
    fn a_body_that_is_cut_off_has_no_file() {
        for body in ["", "--xyz", "--xyz\r\nContent-Disposition: form-data; name=\"media\"\r\n\r\n没有结尾"]
        {
            assert_eq!(file(&form(body), "media"), None, "{body}");
        }
    }
}
