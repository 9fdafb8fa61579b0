//! E-mail, as it is handed to a mail server (SMTP): a [`Call`] whose answer is the server's reply.

use std::sync::Arc;
use std::time::Duration;

use model::{Map, Secret, Timestamp, Value, json};

use super::{Answer, Call};

/// Mail servers may look at a message for long before they take it.
const LIMIT: Duration = Duration::from_secs(60);

/// What is done at a mail server.
#[derive(Debug, Clone)]
pub struct Mail {
    pub host: String,
    pub port: u16,
    pub security: Security,
    pub login: Option<Login>,
    /// What is handed over; without one, it is only seen whether the server lets us in.
    pub letter: Option<Letter>,
}

/// How the way to a mail server is kept secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Security {
    /// TLS from the first byte (port 465).
    Implicit,
    /// TLS before anything is said (port 587); without it nothing is said.
    StartTls,
    /// None.
    Plain,
}

#[derive(Debug, Clone)]
pub struct Login {
    pub user: String,
    pub password: Secret,
}

/// An e-mail of plain text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letter {
    /// The name shown beside the sender's address.
    pub name: Option<String>,
    pub from: String,
    /// Addresses; at least one.
    pub to: Vec<String>,
    pub subject: String,
    pub text: String,
    /// What makes the message's id its own.
    pub id: String,
    pub date: Timestamp,
}

/// How far a mail server went along, as told by the `stage` of its answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// It refused to begin with.
    Greeting,
    Login,
    Sender,
    /// None of the addresses was taken.
    Receiver,
    /// It has the whole message, and said what it makes of it.
    Message,
    /// It let us in, and nothing was handed over.
    Ready,
}

impl Call {
    /// What is done at a mail server, as a call. Its answer's status is the server's reply code, its body what the server
    /// said, and [`Stage::of`] tells how far it went along.
    pub fn mail(mail: Mail) -> Call {
        let scheme = match mail.security {
            Security::Implicit => "smtps",
            Security::StartTls | Security::Plain => "smtp",
        };
        let mut shown = Map::new();
        if let Some(letter) = &mail.letter {
            shown.push("from", letter.from.clone());
            shown.push("to", Value::List(letter.to.iter().cloned().map(Value::from).collect()));
            shown.push("subject", letter.subject.clone());
            shown.push("text", letter.text.clone());
        }
        let host = if mail.host.contains(':') { format!("[{}]", mail.host) } else { mail.host.clone() };
        let url = format!("{scheme}://{host}:{}", mail.port);
        let call = Call::post_json("mail", url, json::write(&Value::Map(shown)));
        let call = match &mail.login {
            Some(login) => call.hiding(login.password.reveal()),
            None => call,
        };
        Call { method: "MAIL", headers: Vec::new(), timeout: LIMIT, mail: Some(Arc::new(mail)), ..call }
    }
}

impl Stage {
    pub const ALL: [Stage; 6] =
        [Stage::Greeting, Stage::Login, Stage::Sender, Stage::Receiver, Stage::Message, Stage::Ready];

    pub fn name(self) -> &'static str {
        match self {
            Stage::Greeting => "greeting",
            Stage::Login => "login",
            Stage::Sender => "sender",
            Stage::Receiver => "receiver",
            Stage::Message => "message",
            Stage::Ready => "ready",
        }
    }

    /// How far the mail server went along that answered so.
    pub fn of(answer: &Answer) -> Option<Stage> {
        let name = answer.header("stage")?;
        Stage::ALL.into_iter().find(|stage| stage.name() == name)
    }

    /// The answer of a mail server that came so far.
    pub fn answer(self, status: u16, said: impl Into<String>) -> Answer {
        let headers = vec![("stage".to_owned(), self.name().to_owned())];
        Answer { status, headers, body: said.into().into_bytes().into() }
    }
}
