//! The sign-in calls that give a session: their bodies and what their replies say (`protocols/kingdee.md §2.1`).

use model::connection::Connection;
use model::{Cause, Map, Value, json};

use super::super::settings::{Settings, SignIn};
use super::by_sign::login_signature;

/// A session as the reply tells it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// `kdservice-sessionid`
    pub id: String,
    /// `ASP.NET_SessionId`; blank where it was not told.
    pub asp_id: String,
    /// The server's zone in seconds east of Greenwich, where it was told.
    pub offset: Option<i32>,
}

/// The method and body of the sign-in, and the texts in the body that nothing may show.
pub struct Login {
    pub method: &'static str,
    pub body: String,
    pub secrets: Vec<String>,
}

/// The sign-in call of a connection. `None` where requests are signed instead.
///
/// # Errors
/// `kingdee.setting_missing` for a secret that is not there.
pub fn login(settings: &Settings, connection: &Connection, seconds: i64) -> Result<Option<Login>, Cause> {
    let mut body = Map::new();
    body.push("acctID", settings.acct_id.as_str());
    body.push("username", settings.username.as_str());
    let mut secrets = Vec::new();
    let method = match settings.sign_in {
        SignIn::SignedHeaders => return Ok(None),
        SignIn::Password => {
            let password = Settings::secret(connection, "password")?;
            body.push("password", password);
            secrets.push(password.to_owned());
            "ValidateUser"
        }
        SignIn::AppSecret => {
            let secret = Settings::secret(connection, "app_secret")?;
            body.push("appId", settings.app_id.as_str());
            body.push("appSecret", secret);
            secrets.push(secret.to_owned());
            "LoginByAppSecret"
        }
        SignIn::Sign => {
            let secret = Settings::secret(connection, "app_secret")?;
            let stamp = seconds.to_string();
            let sign =
                login_signature(&settings.acct_id, &settings.username, &settings.app_id, secret, &stamp);
            body.push("appId", settings.app_id.as_str());
            body.push("timestamp", stamp);
            body.push("sign", sign.clone());
            secrets.extend([secret.to_owned(), sign]);
            "LoginBySign"
        }
    };
    body.push("lcid", number_or_text(&settings.lcid));
    Ok(Some(Login { method, body: json::write(&Value::Map(body)), secrets }))
}

fn number_or_text(text: &str) -> Value<'_> {
    model::Number::parse(text).map_or(Value::text(text), Value::Number)
}

/// The session of a reply, or why there is none. None of the reasons passes by trying again: a wrong password locks
/// the account in the end.
///
/// # Errors
/// `kingdee.credentials` (type 0), `kingdee.password_expired` (-2, -3), `kingdee.activation` (-6, -7),
/// `kingdee.sign_in_refused` (all others), each with the server's message.
pub fn session(reply: &Value) -> Result<Session, Cause> {
    let kind = reply.get("LoginResultType").and_then(Value::plain);
    let kind: i64 = kind.and_then(|kind| kind.trim().parse().ok()).unwrap_or(-1);
    let id = filled(reply, "KDSVCSessionId");
    match (kind, id) {
        // Types -2, -4 and -5 only warn when they come with a session.
        (1 | -2 | -4 | -5, Some(id)) => Ok(Session { id, asp_id: asp_id(reply), offset: offset(reply) }),
        (kind, _) => {
            let code = match kind {
                0 => "kingdee.credentials",
                -2 | -3 => "kingdee.password_expired",
                -6 | -7 => "kingdee.activation",
                _ => "kingdee.sign_in_refused",
            };
            let message = filled(reply, "Message").unwrap_or_default();
            Err(Cause::new(code).with("message", message).with("type", kind))
        }
    }
}

fn filled(value: &Value, name: &str) -> Option<String> {
    let text = value.get(name)?.as_text()?.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

fn asp_id(reply: &Value) -> String {
    reply.get("Context").and_then(|context| filled(context, "SessionId")).unwrap_or_default()
}

/// `STimeZone.OffsetTicks` in units of 100 ns.
fn offset(reply: &Value) -> Option<i32> {
    let ticks = reply.get("Context")?.get("STimeZone")?.get("OffsetTicks")?.plain()?;
    i32::try_from(ticks.parse::<i64>().ok()? / 10_000_000).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exchanges::connection;

    const SUCCESS: &str = r#"{"Message":null,"LoginResultType":1,"KDSVCSessionId":"2c6dfa6c-039b","Context":{
        "SessionId":"n3xfizba4et0","STimeZone":{"OffsetTicks":288000000000,"Number":"1078_SYS"}}}"#;

    #[test]
    fn a_session_comes_with_the_zone_of_the_server() {
        let session = session(&json::read(SUCCESS).unwrap()).unwrap();
        assert_eq!(
            (&*session.id, &*session.asp_id, session.offset),
            ("2c6dfa6c-039b", "n3xfizba4et0", Some(28_800))
        );
    }

    #[test]
    fn every_result_type_says_what_to_do() {
        for (kind, session_id, expected) in [
            (0, "null", Err("kingdee.credentials")),
            (-1, "null", Err("kingdee.sign_in_refused")),
            (-2, "\"s\"", Ok(())),
            (-2, "null", Err("kingdee.password_expired")),
            (-3, "\"s\"", Err("kingdee.password_expired")),
            (-4, "\"s\"", Ok(())),
            (-4, "\"\"", Err("kingdee.sign_in_refused")),
            (-5, "\"s\"", Ok(())),
            (-5, "null", Err("kingdee.sign_in_refused")),
            (-6, "null", Err("kingdee.activation")),
            (-7, "null", Err("kingdee.activation")),
            (1, "null", Err("kingdee.sign_in_refused")),
            (1, "\"s\"", Ok(())),
        ] {
            let text = format!(
                r#"{{"Message":"用户名或密码错误","LoginResultType":{kind},"KDSVCSessionId":{session_id}}}"#
            );
            let told =
                session(&json::read(&text).unwrap()).map(|_| ()).map_err(|cause| cause.code.into_owned());
            assert_eq!(told, expected.map_err(str::to_owned), "{text}");
        }
    }

    fn check(sign_in: &str, method: &str, body: &str, secrets: usize) {
        let settings = [
            ("base_url", "https://erp.example.com/k3cloud"),
            ("acct_id", "6501f2c7a2b0a1"),
            ("username", "zhangsan"),
            ("app_id", "225649_AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcY"),
            ("sign_in", sign_in),
        ];
        let secret = [("password", "p@ss"), ("app_secret", "0123456789abcdef0123456789abcdef")];
        let connection = connection("kingdee-k3cloud", &settings, &secret);
        let login = login(&Settings::of(&connection).unwrap(), &connection, 1_700_000_000).unwrap().unwrap();
        assert_eq!((login.method, &*login.body, login.secrets.len()), (method, body, secrets));
    }

    #[test]
    fn each_way_to_sign_in_has_its_body() {
        check(
            "password",
            "ValidateUser",
            r#"{"acctID":"6501f2c7a2b0a1","username":"zhangsan","password":"p@ss","lcid":2052}"#,
            1,
        );
        check(
            "app_secret",
            "LoginByAppSecret",
            r#"{"acctID":"6501f2c7a2b0a1","username":"zhangsan","appId":"225649_AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcY","appSecret":"0123456789abcdef0123456789abcdef","lcid":2052}"#,
            1,
        );
        check(
            "sign",
            "LoginBySign",
            r#"{"acctID":"6501f2c7a2b0a1","username":"zhangsan","appId":"225649_AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcY","timestamp":"1700000000","sign":"a18a16c35480b8f24ccc292b03c0145b75931dc1137b1b0876db73f3b5ade6b8","lcid":2052}"#,
            2,
        );
    }
}
