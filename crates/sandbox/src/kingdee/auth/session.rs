//! Sessions: who holds one, how long it lives, and how it travels (`protocols/kingdee.md §2.1, §2.3`).

use std::collections::BTreeMap;

use crate::stand_in::{Chance, Reply, Request};

/// The sessions of all callers, by session id.
#[derive(Debug, Default)]
pub struct Sessions(BTreeMap<String, Session>);

#[derive(Debug, Clone)]
pub struct Session {
    /// The id of the web server's own session, which only travels along.
    pub web_id: String,
    /// Internal id of the organisation the session works in.
    pub org: i64,
    last_seen_ms: i64,
}

impl Sessions {
    /// Opens a session and returns its id.
    pub fn open(&mut self, chance: &mut Chance, org: i64, now_ms: i64) -> (String, Session) {
        let id = guid(chance);
        let session = Session { web_id: chance.hex(24), org, last_seen_ms: now_ms };
        self.0.insert(id.clone(), session.clone());
        (id, session)
    }

    /// The session of a call, if it is alive; being seen renews it.
    pub fn seen(&mut self, call: &Request, now_ms: i64, minutes: i64) -> Option<&mut Session> {
        let id = session_id(call)?;
        let session = self.0.get_mut(&id)?;
        if now_ms.saturating_sub(session.last_seen_ms) > minutes * 60_000 {
            self.0.remove(&id);
            return None;
        }
        session.last_seen_ms = now_ms;
        self.0.get_mut(&id)
    }

    /// Ends the session of a call; whether there was one.
    pub fn close(&mut self, call: &Request) -> bool {
        session_id(call).is_some_and(|id| self.0.remove(&id).is_some())
    }

    /// Ends all sessions; how many there were.
    pub fn close_all(&mut self) -> usize {
        std::mem::take(&mut self.0).len()
    }
}

/// The session id that a call carries, in a header or in its cookies.
fn session_id(call: &Request) -> Option<String> {
    let header = call.header("kdservice-sessionid").or_else(|| call.header("sid"));
    header.map(str::to_owned).or_else(|| cookie(call, "kdservice-sessionid")).filter(|id| !id.is_empty())
}

fn cookie(call: &Request, name: &str) -> Option<String> {
    let cookies = call.headers.iter().filter(|(header, _)| header.eq_ignore_ascii_case("cookie"));
    cookies
        .flat_map(|(_, value)| value.split(';'))
        .filter_map(|pair| pair.split_once('='))
        .find(|(key, _)| key.trim().eq_ignore_ascii_case(name))
        .map(|(_, value)| value.trim().to_owned())
}

/// The two cookies of a session, added to a reply.
pub fn with_cookies(reply: Reply, session_id: &str, web_id: &str) -> Reply {
    reply
        .with_header("Set-Cookie", format!("kdservice-sessionid={session_id}; path=/"))
        .with_header("Set-Cookie", format!("ASP.NET_SessionId={web_id}; path=/; HttpOnly"))
}

/// A random id in the usual five groups.
pub fn guid(chance: &mut Chance) -> String {
    let hex = chance.hex(32);
    format!("{}-{}-{}-{}-{}", &hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn call(header: &str, value: &str) -> Request {
        Request::new("POST", "/", vec![(header.into(), value.into())], "")
    }

    #[test]
    fn a_session_travels_in_a_header_or_a_cookie_and_dies_when_idle() {
        let mut sessions = Sessions::default();
        let (id, _) = sessions.open(&mut Chance::new(1), 1, 0);
        let minute = 60_000;
        assert!(sessions.seen(&call("kdservice-sessionid", &id), 19 * minute, 20).is_some());
        let cookies = format!("Theme=standard;kdservice-sessionid={id}; ASP.NET_SessionId=abc");
        assert!(sessions.seen(&call("Cookie", &cookies), 38 * minute, 20).is_some());
        assert!(sessions.seen(&call("SID", &id), 50 * minute, 20).is_some());
        assert!(sessions.seen(&call("SID", &id), 71 * minute, 20).is_none());
        assert!(sessions.seen(&call("SID", &id), 71 * minute, 20).is_none());
        assert!(sessions.seen(&call("Cookie", "kdservice-sessionid="), 0, 20).is_none());
    }
}
