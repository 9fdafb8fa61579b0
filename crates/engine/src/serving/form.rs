//! What is to be written, as it comes in the standard form (`protocols/standard-erp.md §1`).

use model::{Cause, Map, Value, json};

/// A record to be created or updated.
#[derive(Debug, Clone, PartialEq)]
pub struct Asked {
    pub object: String,
    pub master: Map<'static>,
    /// Detail lists by name, as the mapping of a flow would name them from the document's top.
    pub details: Vec<(String, Vec<Value<'static>>)>,
    /// The status that the document is to have in the end; as it is saved where nothing is said.
    pub status: Option<String>,
    /// The fields that make a create recognisable, apart by commas.
    pub key: Option<String>,
}

impl Asked {
    /// Reads a body.
    ///
    /// # Errors
    /// `serving.no_json`, `serving.form` with the member that is missing or of another kind.
    pub fn read(body: &[u8]) -> Result<Asked, Cause> {
        let read =
            json::read_bytes(body).map_err(|error| Cause::new("serving.no_json").with("reason", error))?;
        let object = read.get("objAPIName").and_then(Value::as_text).map(str::trim);
        let object = object.filter(|object| !object.is_empty()).ok_or_else(|| misses("objAPIName"))?;
        let Some(Value::Map(master)) = read.get("masterFieldVal") else {
            return Err(misses("masterFieldVal"));
        };
        let details = match read.get("detailFieldVals") {
            None | Some(Value::Null) => Vec::new(),
            Some(Value::Map(lists)) => lists.iter().map(list).collect::<Result<_, _>>()?,
            Some(_) => return Err(misses("detailFieldVals")),
        };
        let master = master.clone().into_owned();
        Ok(Asked { object: object.to_owned(), master, details, status: None, key: None })
    }
}

fn list((name, lines): (&str, &Value<'_>)) -> Result<(String, Vec<Value<'static>>), Cause> {
    let lines: &[Value<'_>] = match lines {
        Value::Null => &[],
        lines => lines.as_list().ok_or_else(|| misses(&format!("detailFieldVals.{name}")))?,
    };
    if name.split('.').any(str::is_empty) || lines.iter().any(|line| line.as_map().is_none()) {
        return Err(misses(&format!("detailFieldVals.{name}")));
    }
    Ok((name.to_owned(), lines.iter().map(|line| line.clone().into_owned()).collect()))
}

fn misses(member: &str) -> Cause {
    Cause::new("serving.form").with("member", member)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_comes_with_its_lists() {
        let body = r#"{"objAPIName":" 销售订单 ","masterFieldVal":{"客户":"K1","金额":12.30},
            "detailFieldVals":{"明细":[{"数量":"2"}],"费用":null}}"#;
        let asked = Asked::read(body.as_bytes()).unwrap();
        assert_eq!(asked.object, "销售订单");
        assert_eq!(json::write(&Value::Map(asked.master)), r#"{"客户":"K1","金额":12.30}"#);
        assert_eq!(asked.details[0].1.len(), 1);
        assert_eq!(asked.details[1], ("费用".to_owned(), Vec::new()));
    }

    #[test]
    fn what_is_not_in_the_form_says_where() {
        for (body, wanted) in [
            ("{", "serving.no_json"),
            ("[]", "objAPIName"),
            (r#"{"objAPIName":" "}"#, "objAPIName"),
            (r#"{"objAPIName":"a","masterFieldVal":[]}"#, "masterFieldVal"),
            (r#"{"objAPIName":"a","masterFieldVal":{},"detailFieldVals":[]}"#, "detailFieldVals"),
            (r#"{"objAPIName":"a","masterFieldVal":{},"detailFieldVals":{"b":{}}}"#, "detailFieldVals.b"),
            (r#"{"objAPIName":"a","masterFieldVal":{},"detailFieldVals":{"b":["c"]}}"#, "detailFieldVals.b"),
            (r#"{"objAPIName":"a","masterFieldVal":{},"detailFieldVals":{"b.":[]}}"#, "detailFieldVals.b."),
        ] {
            let cause = Asked::read(body.as_bytes()).unwrap_err();
            let told = cause.param("member").unwrap_or(&cause.code);
            assert_eq!(told, wanted, "{body}");
        }
    }
}
