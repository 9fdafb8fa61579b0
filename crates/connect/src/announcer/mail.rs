//! A mail server (SMTP): a notice is an e-mail of plain text.
//!
//! The document is short: `{subject, text, to}`; `to` is one address or several.

use contract::connector::{Announcement, Bulletin, Notice, Refusal};
use contract::transport::{Call, Letter, Login, Mail, Security, Stage};
use contract::wire::Wire;
use model::connection::Connection;
use model::{AnswerClass, Cause, Map, Value};

/// The fields that a document may have.
pub(super) const FIELDS: &[(&str, &str)] = &[("to", "收件地址"), ("subject", "主题"), ("text", "正文")];

/// Most bytes of a text.
const LONGEST: usize = 200_000;

/// So many characters of what a server said are kept.
const SAID: usize = 300;

/// Signs in, and hands nothing over.
pub(super) async fn sign_in(wire: &dyn Wire) -> Result<(), Refusal> {
    sender(wire.connection())?;
    hand_over(wire, None).await
}

pub(super) async fn send(wire: &dyn Wire, notice: &Notice<'_>) -> Result<String, Refusal> {
    let (name, from) = sender(wire.connection())?;
    let text = |name: &str| notice.document.get(name).and_then(|value| value.plain()).unwrap_or_default();
    let to: Vec<String> = match notice.document.get("to") {
        Some(Value::List(list)) => {
            list.iter().filter_map(|one| one.plain()).map(|one| one.trim().to_owned()).collect()
        }
        Some(one) => one.plain().map(|one| one.trim().to_owned()).into_iter().collect(),
        None => Vec::new(),
    };
    let to: Vec<String> = to.into_iter().filter(|address| !address.is_empty()).collect();
    if to.is_empty() {
        return Err(Refusal::new(AnswerClass::Config, Cause::new("announcer.mail_no_receiver")));
    }
    let wanted = |name: &str| match text(name) {
        blank if blank.trim().is_empty() => {
            Err(Refusal::from(Cause::new("announcer.part_missing").with("part", name)))
        }
        text => Ok(text.into_owned()),
    };
    let id = format!("{:016x}{:016x}", wire.chance().next(), wire.chance().next());
    let letter = Letter {
        name,
        from,
        to,
        subject: wanted("subject")?,
        text: wanted("text")?,
        id: id.clone(),
        date: wire.clock().now(),
    };
    hand_over(wire, Some(letter)).await?;
    Ok(id)
}

async fn hand_over(wire: &dyn Wire, letter: Option<Letter>) -> Result<(), Refusal> {
    let answer = wire.send(Call::mail(mail(wire.connection(), letter)?)).await?;
    if (200..300).contains(&answer.status) {
        // The others have it, so that it is not sent again.
        return match answer.header("refused") {
            None | Some("0") => Ok(()),
            Some(refused) => Err(Cause::new("announcer.mail_partly").with("refused", refused).into()),
        };
    }
    let stage = Stage::of(&answer).unwrap_or(Stage::Message);
    // A reply of 4xx is "not now": nothing was taken, whenever it comes (RFC 5321 §4.2.1).
    let class = if answer.status < 500 { AnswerClass::Transient } else { AnswerClass::Config };
    let code = match (stage, class) {
        (Stage::Login, AnswerClass::Config) => "announcer.mail_login_refused",
        _ => "announcer.mail_refused",
    };
    let cause = Cause::new(code).with("code", answer.status).with("stage", stage.name());
    Err(Refusal::new(class, cause.with("message", said(&String::from_utf8_lossy(&answer.body)))))
}

/// What a server said, without the addresses in it: they are people's.
fn said(text: &str) -> String {
    let words = text.split_whitespace().map(|word| match word.contains('@') {
        true => "…@…",
        false => word,
    });
    words.collect::<Vec<&str>>().join(" ").chars().filter(|c| !c.is_control()).take(SAID).collect()
}

fn wrong(setting: &str) -> Refusal {
    Refusal::new(AnswerClass::Config, Cause::new("announcer.setting_wrong").with("setting", setting))
}

fn setting<'c>(connection: &'c Connection, name: &str) -> Result<&'c str, Refusal> {
    connection.setting(name).ok_or_else(|| {
        let cause = Cause::new("announcer.setting_missing").with("setting", name);
        Refusal::new(AnswerClass::Config, cause)
    })
}

/// The name and the address of whom mails come from: `桥 <qiao@example.com>`, or the address alone.
fn sender(connection: &Connection) -> Result<(Option<String>, String), Refusal> {
    let from = setting(connection, "from")?.trim();
    let (name, address) = match from.strip_suffix('>').and_then(|from| from.split_once('<')) {
        Some((name, address)) => (Some(name.trim().trim_matches('"').to_owned()), address.trim()),
        None => (None, from),
    };
    match address.split_once('@') {
        Some((local, domain)) if !local.is_empty() && domain.len() > 1 => {
            Ok((name.filter(|name| !name.is_empty()), address.to_owned()))
        }
        _ => Err(wrong("from")),
    }
}

fn mail(connection: &Connection, letter: Option<Letter>) -> Result<Mail, Refusal> {
    let (security, usual) = match connection.setting("tls") {
        None | Some("implicit") => (Security::Implicit, 465),
        Some("starttls") => (Security::StartTls, 587),
        Some("none") => (Security::Plain, 25),
        Some(_) => return Err(wrong("tls")),
    };
    let port = match connection.setting("port") {
        None => usual,
        Some(port) => port.parse().map_err(|_| wrong("port"))?,
    };
    let host = setting(connection, "host")?.trim().to_owned();
    let login = match (connection.setting("user"), connection.secret("password")) {
        (Some(user), Some(password)) => Some(Login { user: user.to_owned(), password: password.clone() }),
        (None, None) => None,
        (Some(_), None) => setting(connection, "password").map(|_| None)?,
        (None, Some(_)) => setting(connection, "user").map(|_| None)?,
    };
    if security == Security::Plain && login.is_some() && !is_this_machine(&host) {
        let cause = Cause::new("announcer.mail_password_in_clear").with("host", host);
        return Err(Refusal::new(AnswerClass::Config, cause));
    }
    Ok(Mail { host, port, security, login, letter })
}

fn is_this_machine(host: &str) -> bool {
    let address = host.parse::<std::net::IpAddr>();
    host.eq_ignore_ascii_case("localhost") || address.is_ok_and(|address| address.is_loopback())
}

pub(super) fn announcement(bulletin: &Bulletin<'_>) -> Announcement {
    // People of a mail server are their addresses.
    let to = bulletin.emails.iter().chain(bulletin.users).cloned().map(Value::from);
    let mut document = Map::new();
    document.push("to", Value::List(to.collect()));
    document.push("subject", bulletin.title.to_owned());
    document.push("text", bulletin.text_within(LONGEST));
    Announcement { object: "mail", document }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exchanges::connection;

    #[test]
    fn a_sender_may_have_a_name() {
        for (from, read) in [
            ("qiao@example.com", Some((None, "qiao@example.com"))),
            ("桥 <qiao@example.com>", Some((Some("桥"), "qiao@example.com"))),
            ("\"桥, 告警\" <qiao@example.com>", Some((Some("桥, 告警"), "qiao@example.com"))),
            ("qiao", None),
            ("桥 <qiao>", None),
        ] {
            let read = read.map(|(name, address)| (name.map(str::to_owned), address.to_owned()));
            assert_eq!(sender(&connection("smtp", &[("from", from)], &[])).ok(), read, "{from}");
        }
    }

    #[test]
    fn a_password_goes_over_tls_or_within_this_machine() {
        for (host, tls, allowed) in [
            ("mail.example.com", "implicit", true),
            ("mail.example.com", "starttls", true),
            ("mail.example.com", "none", false),
            ("10.0.0.5", "none", false),
            ("127.0.0.1", "none", true),
            ("::1", "none", true),
            ("localhost", "none", true),
        ] {
            let settings = [("host", host), ("tls", tls), ("user", "qiao")];
            let read = mail(&connection("smtp", &settings, &[("password", "密码")]), None);
            assert_eq!(read.is_ok(), allowed, "{host} {tls}");
        }
    }

    #[test]
    fn what_a_server_says_is_told_without_addresses() {
        assert_eq!(said("5.1.1 <wang@example.com>:\r\nRecipient rejected"), "5.1.1 …@… Recipient rejected");
    }
}
