//! `qiao export`: writes what is in force to a folder, byte for byte as it was applied. Secrets are not among it: where
//! one was sealed out of a text, a reference to a variable stands, with a word on how to fill it.

use std::fs;
use std::path::PathBuf;

use clap::Args;
use contract::store::ConfigText;
use engine::setup::{Environments, SEALED};
use model::Cause;
use serde_json::json;

use crate::commands::Context;
use crate::exit::{Exit, Failure, Outcome};
use crate::{texts, wire};

#[derive(Debug, Args)]
pub struct Options {
    path: PathBuf,
}

/// Writes one file for each text; files of the folder that are no texts in force are left alone.
pub async fn run(context: &Context, options: &Options) -> Outcome {
    let current = wire::existing_store(&context.settings)?.current().await?;
    let all: Vec<(ConfigText, i64)> = current.into_iter().map(|text| (text.text, text.version)).collect();
    let environment = Environments::of(&all).chosen_name().map(str::to_owned);
    let mut written = Vec::new();
    for text in texts::files_of(all.iter().map(|(text, _)| text)) {
        let Some(below) = texts::path_of(text) else {
            let cause = Cause::new("cli.file").with("path", &text.name).with("reason", "..");
            return Err(Failure::configuration(cause));
        };
        let path = options.path.join(below);
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder).map_err(|error| Failure::file(folder, &error))?;
        }
        fs::write(&path, referring(text)).map_err(|error| Failure::file(&path, &error))?;
        context.screen.line(path.display().to_string());
        written.push(path.display().to_string());
    }
    if let Some(name) = &environment {
        context.screen.line(context.screen.words(
            &format!("在用环境 {name}:应用时请加 --environment {name}。"),
            &format!("The environment {name} is in force: apply with --environment {name}."),
        ));
    }
    context.screen.result(&json!({ "written": written, "environment": environment }));
    Ok(Exit::Ok)
}

/// The text with references where secrets were sealed.
fn referring(text: &ConfigText) -> String {
    if text.kind != "connection" || !text.text.contains(SEALED) {
        return text.text.clone();
    }
    text.text.split_inclusive('\n').map(|line| reference(&text.name, line)).collect()
}

fn reference(connection: &str, line: &str) -> String {
    let (content, end) = match line.strip_suffix('\n') {
        Some(content) => (content, "\n"),
        None => (line, ""),
    };
    match content.split_once(':') {
        Some((setting, value)) if value.trim().trim_matches('"') == SEALED => {
            let variable = variable(connection, setting.trim());
            format!(
                "{setting}: {{ env: {variable} }} # 密钥不导出,应用前请设置该变量 / not exported: set it before you apply{end}"
            )
        }
        _ => line.to_owned(),
    }
}

/// A variable's name for a setting: `erp`, `password` → `ERP_PASSWORD`.
fn variable(connection: &str, setting: &str) -> String {
    let upper = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_uppercase() } else { '_' };
    let name: String = format!("{connection}_{setting}").chars().map(upper).collect();
    match name.starts_with(|c: char| c.is_ascii_digit()) {
        true => format!("_{name}"),
        false => name,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sealed_setting_becomes_a_reference_and_the_rest_stays() {
        let written =
            "kind: connection # 连接\nname: erp-2\nsettings:\r\n  username: u\n  password: \"(sealed)\"\n";
        let text = ConfigText { kind: "connection".into(), name: "erp-2".into(), text: written.into() };
        let exported = referring(&text);
        let expected = written.replace("\"(sealed)\"", "{ env: ERP_2_PASSWORD } #");
        assert!(exported.starts_with(expected.trim_end()), "{exported}");
        let plain = ConfigText { text: "title: (sealed)".into(), kind: "flow".into(), ..text };
        assert_eq!(referring(&plain), "title: (sealed)");
    }
}
