//! What a command says: sentences for people in their language, or JSON for programs.

use std::io::{IsTerminal, Write};

use model::{Catalogue, Cause, Lang};
use serde_json::{Value, json};

use crate::exit::Failure;

/// Where results go. Results are on the standard output, progress and errors on the standard error.
#[derive(Clone)]
pub struct Screen {
    pub lang: Lang,
    pub json: bool,
    pub catalogue: std::sync::Arc<Catalogue>,
}

impl Screen {
    /// The one of two texts that the reader understands.
    pub fn words<'a>(&self, zh: &'a str, en: &'a str) -> &'a str {
        self.lang.choose(zh, en)
    }

    /// A line of a result for people; programs read JSON instead.
    pub fn line(&self, text: impl AsRef<str>) {
        if !self.json {
            write(&mut std::io::stdout().lock(), text.as_ref());
        }
    }

    /// A line about what is going on, beside the result.
    pub fn progress(&self, text: impl AsRef<str>) {
        write(&mut std::io::stderr().lock(), text.as_ref());
    }

    /// The result for programs: one line of JSON, only with `--json`.
    pub fn result(&self, value: &Value) {
        if self.json {
            write(&mut std::io::stdout().lock(), &value.to_string());
        }
    }

    /// A text that is the result itself, whoever reads it.
    pub fn raw(&self, text: impl AsRef<str>) {
        write(&mut std::io::stdout().lock(), text.as_ref());
    }

    /// A cause in the reader's language: what happened and what to do.
    pub fn sentence(&self, cause: &Cause) -> String {
        self.catalogue.text(cause, self.lang)
    }

    /// A cause for programs.
    pub fn cause_json(&self, cause: &Cause) -> Value {
        let rendered = self.catalogue.render(cause, self.lang);
        let params: serde_json::Map<String, Value> =
            cause.params.iter().map(|(name, value)| (name.clone(), Value::from(value.as_str()))).collect();
        json!({ "code": cause.code, "params": params, "what": rendered.what, "remedy": rendered.remedy })
    }

    /// Says why the command failed.
    pub fn failure(&self, failure: &Failure) {
        self.progress(format!("{}{}", self.words("错误:", "error: "), self.sentence(&failure.cause)));
        self.result(&json!({ "error": self.cause_json(&failure.cause), "exit": failure.exit.code() }));
    }

    /// Whether somebody is there to be asked.
    pub fn can_ask(&self) -> bool {
        !self.json && std::io::stdin().is_terminal() && std::io::stderr().is_terminal()
    }

    /// Asks; anything but a yes is a no.
    pub async fn confirms(&self, question: &str) -> bool {
        let _ = write!(std::io::stderr(), "{question} [y/N] ");
        // The runtime goes on meanwhile, so that Ctrl-C is heard.
        let answer = tokio::task::spawn_blocking(|| {
            let mut answer = String::new();
            std::io::stdin().read_line(&mut answer).map(|_| answer)
        });
        let answer = answer.await.ok().and_then(Result::ok).unwrap_or_default();
        matches!(answer.trim().to_lowercase().as_str(), "y" | "yes" | "是")
    }

    /// Whether a person watches the progress.
    pub fn is_watched(&self) -> bool {
        std::io::stderr().is_terminal()
    }
}

/// A reader who has gone (a closed pipe) is no error of ours.
fn write(to: &mut dyn Write, text: &str) {
    let _ = writeln!(to, "{text}");
    let _ = to.flush();
}
