//! The headers of a push (`protocols/standard-erp.md §3`). Their names are compared without case, as HTTP does.

use axum::http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use axum::http::{HeaderMap, HeaderName};

use super::answer::Said;

/// `operationType` of a record that is void (作废).
const VOID: &str = "3";
/// Those that say something else than void.
const NOT_VOID: [&str; 2] = ["1", "2"];

/// What the headers say.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Headers<'h> {
    pub token: &'h str,
    pub tenant: &'h str,
    pub data_center: Option<&'h str>,
    pub object: &'h str,
    pub id: Option<&'h str>,
    pub void: bool,
    pub content_type: Option<&'h str>,
    /// How large the body says it is.
    pub length: Option<usize>,
}

impl Headers<'_> {
    /// Reads them; the first that is wrong is told, the token before all others. One that comes twice means two things, and
    /// is refused.
    pub fn read(headers: &HeaderMap) -> Result<Headers<'_>, Said> {
        let token = one(headers, "token")?.ok_or(Said::NoToken)?;
        let tenant = one(headers, "tenantid")?.ok_or(Said::NoTenant)?;
        let data_center = one(headers, "datacenterid")?;
        match one(headers, "version")? {
            Some("v1") => {}
            _ => return Err(Said::WrongVersion),
        }
        let object = one(headers, "objectapiname")?.ok_or(Said::NoObject)?;
        let void = match one(headers, "operationtype")? {
            Some(VOID) => true,
            None => false,
            Some(other) if NOT_VOID.contains(&other) => false,
            Some(_) => return Err(Said::WrongHeader("operationType")),
        };
        let id = one(headers, "id")?;
        let content_type = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
        let length = headers.get(CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse().ok());
        Ok(Headers { token, tenant, data_center, object, id, void, content_type, length })
    }
}

/// The header's one value; `None` where there is none, or an empty one. Values may be UTF-8: codes of objects may be Chinese.
fn one<'h>(headers: &'h HeaderMap, name: &'static str) -> Result<Option<&'h str>, Said> {
    let mut values = headers.get_all(HeaderName::from_static(name)).iter();
    let Some(value) = values.next() else { return Ok(None) };
    if values.next().is_some() {
        return Err(Said::WrongHeader(name));
    }
    let value = std::str::from_utf8(value.as_bytes()).map_err(|_| Said::WrongHeader(name))?.trim();
    Ok(Some(value).filter(|value| !value.is_empty()))
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    const WHOLE: [(&str, &str); 4] =
        [("token", "t"), ("tenantId", "82313"), ("objectApiName", "销售订单"), ("version", "v1")];

    fn map(pairs: &[(&str, &str)]) -> HeaderMap {
        let pair = |(name, value): &(&str, &str)| {
            let name = HeaderName::from_bytes(name.as_bytes()).unwrap();
            (name, HeaderValue::from_bytes(value.as_bytes()).unwrap())
        };
        let mut map = HeaderMap::new();
        for (name, value) in pairs.iter().map(pair) {
            map.append(name, value);
        }
        map
    }

    #[test]
    fn the_headers_say_whose_and_what_it_is() {
        let more =
            [("dataCenterId", "账套二"), ("OPERATIONTYPE", "3"), ("id", " SO-1 "), ("Content-Length", "12")];
        let map = map(&[&WHOLE[..], &more[..]].concat());
        let headers = Headers::read(&map).unwrap();
        assert_eq!((headers.tenant, headers.object, headers.id), ("82313", "销售订单", Some("SO-1")));
        assert_eq!((headers.data_center, headers.void, headers.length), (Some("账套二"), true, Some(12)));
    }

    #[test]
    fn whatever_is_missing_or_wrong_is_told_by_its_own_code() {
        let without = |name: &str| -> Vec<(&str, &str)> {
            WHOLE.iter().copied().filter(|(known, _)| *known != name).collect()
        };
        for (name, said) in [
            ("token", Said::NoToken),
            ("tenantId", Said::NoTenant),
            ("objectApiName", Said::NoObject),
            ("version", Said::WrongVersion),
        ] {
            assert_eq!(Headers::read(&map(&without(name))).unwrap_err(), said, "{name}");
            let empty = [&without(name)[..], &[(name, " ")]].concat();
            assert_eq!(Headers::read(&map(&empty)).unwrap_err(), said, "an empty {name}");
        }
        for (more, said) in [
            (("version", "v1"), Said::WrongHeader("version")),
            (("Token", "u"), Said::WrongHeader("token")),
            (("operationType", "7"), Said::WrongHeader("operationType")),
        ] {
            let doubled = [&WHOLE[..], &[more]].concat();
            assert_eq!(Headers::read(&map(&doubled)).unwrap_err(), said, "{more:?}");
        }
        let wrong = [&without("version")[..], &[("version", "v2")]].concat();
        assert_eq!(Headers::read(&map(&wrong)).unwrap_err(), Said::WrongVersion);
        let mut latin = map(&without("objectApiName"));
        latin.append("objectApiName", HeaderValue::from_bytes(b"\xb6\xa9\xb5\xa5").unwrap());
        assert_eq!(Headers::read(&latin).unwrap_err(), Said::WrongHeader("objectapiname"), "not UTF-8");
    }

    #[test]
    fn one_and_two_are_not_a_void() {
        for operation in ["1", "2"] {
            let map = map(&[&WHOLE[..], &[("operationType", operation)]].concat());
            assert!(!Headers::read(&map).unwrap().void);
        }
    }
}
