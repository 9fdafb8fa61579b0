//! What a new object is called, and where its text goes.

use std::fs::{self, OpenOptions};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use clap::Args;
use model::Cause;
use objects::{Drafted, Naming};
use serde_json::{Value, json};

use crate::exit::{Exit, Failure, Outcome};
use crate::screen::Screen;

#[derive(Debug, Args)]
pub struct Called {
    #[arg(long, value_name = "CONNECTION")]
    connection: String,
    #[arg(long, value_name = "OBJECT")]
    name: String,
    #[arg(long, value_name = "CODE")]
    code: Option<String>,
    #[arg(long, value_name = "TEXT")]
    title: Option<String>,
    #[arg(long, value_name = "TEXT")]
    title_en: Option<String>,
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

impl Called {
    pub fn naming(&self) -> Naming {
        Naming {
            connection: self.connection.as_str().into(),
            name: self.name.as_str().into(),
            code: self.code.clone(),
            title_zh: self.title.clone(),
            title_en: self.title_en.clone(),
        }
    }

    /// The text as the result, what was guessed beside it.
    pub fn tell(&self, screen: &Screen, drafted: &Drafted) -> Outcome {
        let text = objects::text::write(&drafted.object);
        if !screen.json {
            for note in &drafted.notes {
                screen.progress(format!("- {}", screen.sentence(note)));
            }
        }
        let notes: Vec<Value> = drafted.notes.iter().map(|note| screen.cause_json(note)).collect();
        match &self.out {
            None if !screen.json => screen.raw(text.trim_end()),
            None => {}
            Some(path) => {
                write_new(path, text.as_bytes())?;
                let path = path.display();
                screen.line(screen.words(
                    &format!("对象已写入 {path}。请核对上面的猜测,改好后用 qiao apply 应用。"),
                    &format!("The object is in {path}. Check what was guessed, then put it in force with qiao apply."),
                ));
            }
        }
        screen.result(&json!({ "text": text, "notes": notes, "path": self.out }));
        Ok(Exit::Ok)
    }
}

/// Reads a file for a command that makes something of it.
pub fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    fs::read(path).map_err(|error| Failure::file(path, &error))
}

/// Writes a file that was not there: what people have corrected is never overwritten.
pub fn write_new(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(|error| Failure::file(folder, &error))?;
    }
    let file = OpenOptions::new().write(true).create_new(true).open(path);
    file.and_then(|mut file| file.write_all(bytes)).map_err(|error| match error.kind() {
        ErrorKind::AlreadyExists => {
            Failure::configuration(Cause::new("cli.object.there").with("path", path.display()))
        }
        _ => Failure::file(path, &error),
    })
}
