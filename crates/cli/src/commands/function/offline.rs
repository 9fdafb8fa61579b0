//! A host without systems: a function that is tried out at the command line asks nobody.

use std::sync::{Mutex, PoisonError};

use async_trait::async_trait;
use contract::functions::{Denied, Host, HttpReply, HttpRequest, Level, LinkQuestion, Linked};
use model::{AnswerClass, Cause, Value};

/// Keeps the log, finds no links and lets no call out.
#[derive(Default)]
pub struct Offline {
    log: Mutex<Vec<(&'static str, String)>>,
}

impl Offline {
    /// The lines so far, each with its level.
    pub fn lines(&self) -> Vec<(&'static str, String)> {
        self.log.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

#[async_trait]
impl Host for Offline {
    async fn http(&self, request: HttpRequest) -> Result<HttpReply, Denied> {
        let cause = Cause::new("cli.function.offline").with("url", request.url);
        Err(Denied { cause, class: AnswerClass::Config })
    }

    async fn links(&self, questions: Vec<LinkQuestion>) -> Result<Vec<Linked>, Denied> {
        Ok(questions.iter().map(|_| Linked::Nothing).collect())
    }

    fn value_map(&self, _: &str, _: &str) -> Result<Option<Value<'static>>, Denied> {
        Ok(None)
    }

    fn log(&self, level: Level, text: &str) {
        self.log.lock().unwrap_or_else(PoisonError::into_inner).push((level.name(), text.to_owned()));
    }
}
