//! The parameters of the two queries.

use engine::serving::{NotServed, Window};
use model::{Cause, Timestamp};

/// Records on a page when nothing is said of how many.
const USUAL: usize = 100;

/// Parameters as they came, decoded.
pub(super) struct Query(Vec<(String, String)>);

impl Query {
    pub fn read(query: &str) -> Query {
        let uri = axum::http::Uri::builder().path_and_query(format!("/?{query}")).build();
        let pairs = uri.ok().and_then(|uri| axum::extract::Query::try_from_uri(&uri).ok());
        Query(pairs.map(|axum::extract::Query(pairs)| pairs).unwrap_or_default())
    }

    /// The window of `queryMasterBatch`, and the page in it.
    pub fn window(&self) -> Result<Window, NotServed> {
        Ok(Window {
            object: self.text("objAPIName")?.to_owned(),
            from: Timestamp(self.number("startTime")?.ok_or_else(|| wrong("startTime"))?),
            to: Timestamp(self.number("endTime")?.ok_or_else(|| wrong("endTime"))?),
            offset: self.number("offset")?.unwrap_or(0),
            limit: self.number("limit")?.unwrap_or(USUAL),
        })
    }

    /// Whether detail lists are told, too: where nothing is said they are.
    pub fn with_details(&self) -> Result<bool, NotServed> {
        match self.get("includeDetail").map(str::to_ascii_lowercase).as_deref() {
            None | Some("true" | "1") => Ok(true),
            Some("false" | "0") => Ok(false),
            Some(_) => Err(wrong("includeDetail")),
        }
    }

    pub fn option(&self, name: &'static str) -> Option<String> {
        self.get(name).map(str::to_owned)
    }

    pub fn text(&self, name: &'static str) -> Result<&str, NotServed> {
        self.get(name).ok_or_else(|| wrong(name))
    }

    fn number<N: std::str::FromStr>(&self, name: &'static str) -> Result<Option<N>, NotServed> {
        self.get(name).map(|text| text.parse().map_err(|_| wrong(name))).transpose()
    }

    /// What is there and not blank.
    fn get(&self, name: &str) -> Option<&str> {
        let value = self.0.iter().find(|(known, _)| known == name).map(|(_, value)| value.trim());
        value.filter(|value| !value.is_empty())
    }
}

fn wrong(name: &str) -> NotServed {
    NotServed::Parameter(Cause::new("serving.parameter").with("name", name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_is_read_from_its_parameters() {
        let query =
            Query::read("objAPIName=%E9%94%80%E5%94%AE%E8%AE%A2%E5%8D%95&startTime=1&endTime=2&limit=50");
        let window = query.window().unwrap();
        assert_eq!((window.object.as_str(), window.offset, window.limit), ("销售订单", 0, 50));
        assert_eq!((window.from, window.to), (Timestamp(1), Timestamp(2)));
        assert!(query.with_details().unwrap());
    }

    #[test]
    fn a_parameter_that_is_wrong_is_named() {
        let whole = "objAPIName=a&startTime=1&endTime=2";
        for (query, wanted) in [
            ("startTime=1&endTime=2".to_owned(), "objAPIName"),
            ("objAPIName=a&endTime=2".to_owned(), "startTime"),
            ("objAPIName=a&startTime=2026-11-30&endTime=2".to_owned(), "startTime"),
            ("objAPIName=a&startTime=1&endTime=".to_owned(), "endTime"),
            (format!("{whole}&offset=-1"), "offset"),
            (format!("{whole}&limit=x"), "limit"),
        ] {
            let NotServed::Parameter(cause) = Query::read(&query).window().unwrap_err() else {
                panic!("{query}")
            };
            assert_eq!(cause.param("name"), Some(wanted), "{query}");
        }
        assert!(Query::read("includeDetail=perhaps").with_details().is_err());
        assert!(!Query::read("includeDetail=False").with_details().unwrap());
    }
}
