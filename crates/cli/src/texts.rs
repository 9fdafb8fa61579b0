//! Configuration texts as files: reading a folder, writing one, and where they differ from what is in force.
//!
//! A folder holds `connections/`, `flows/`, `values/`, `environments/` with one YAML text each, `objects/CONNECTION/` with
//! one for each object, and the files that texts name (`packets/*.json`, `tests/*.yaml`, `functions/*.js`), whose names are
//! their paths below the folder.

pub mod difference;
pub mod recorded;

use std::fs;
use std::path::{Path, PathBuf};

use contract::store::ConfigText;
use engine::setup::Environments;
use mapping::EnvironmentText;
use model::Cause;
use serde::Deserialize;

use crate::exit::Failure;

/// A text and the file it came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TextFile {
    pub path: PathBuf,
    pub text: ConfigText,
    /// How many lines of the file stand before the text: a file may hold several.
    pub lines_before: usize,
}

/// The texts of a folder, or of one file in its folder, in order of their paths.
///
/// # Errors
/// A file that cannot be read, one that is no text, two of the same kind and name, and a folder without any.
pub fn load(path: &Path) -> Result<Vec<TextFile>, Failure> {
    let mut paths = Vec::new();
    match path.is_dir() {
        true => walk(path, &mut paths)?,
        false => paths.push(path.to_owned()),
    }
    let folder = if path.is_dir() { path } else { path.parent().unwrap_or(path) };
    paths.sort();
    let mut texts: Vec<TextFile> = Vec::new();
    for path in paths {
        let content = fs::read_to_string(&path).map_err(|error| Failure::file(&path, &error))?;
        for (document, lines_before) in documents(&path, content) {
            let text = TextFile { lines_before, ..read(folder, &path, document)? };
            if let Some(other) = texts.iter().find(|other| same_name(&other.text, &text.text)) {
                return Err(twice(&text, other));
            }
            texts.push(text);
        }
    }
    match texts.is_empty() {
        true => Err(Failure::configuration(Cause::new("cli.text.none").with("path", path.display()))),
        false => Ok(texts),
    }
}

/// The environment of that name among the texts; none when none is named.
pub fn environment(files: &[TextFile], name: Option<&str>) -> Result<Option<EnvironmentText>, Failure> {
    let Some(name) = name else { return Ok(None) };
    let texts: Vec<(ConfigText, i64)> = files.iter().map(|file| (file.text.clone(), 0)).collect();
    match Environments::of(&texts).named(name) {
        Some(environment) => Ok(Some(environment.clone())),
        None => Err(Failure::configuration(Cause::new("cli.unknown_environment").with("environment", name))),
    }
}

/// The environments to look at a folder in: the one that is named, else each that the folder has; where there is none,
/// none.
pub fn environments(files: &[TextFile], named: Option<&str>) -> Vec<Option<String>> {
    let of_folder = files.iter().filter(|file| file.text.kind == "environment");
    let names: Vec<Option<String>> = match named {
        Some(name) => vec![Some(name.to_owned())],
        None => of_folder.map(|file| Some(file.text.name.clone())).collect(),
    };
    if names.is_empty() { vec![None] } else { names }
}

/// Where a text is written below a folder.
pub fn path_of(text: &ConfigText) -> Option<PathBuf> {
    let name = match text.kind.as_str() {
        "connection" => format!("connections/{}.yaml", text.name),
        "flow" => format!("flows/{}.yaml", text.name),
        "object" => format!("objects/{}.yaml", text.name),
        "values" => format!("values/{}.yaml", text.name),
        "environment" => format!("environments/{}.yaml", text.name),
        "alerts" => format!("{}.yaml", text.name),
        _ => text.name.clone(),
    };
    let path = PathBuf::from(name);
    let stays_below = path.components().all(|part| matches!(part, std::path::Component::Normal(_)));
    stays_below.then_some(path)
}

/// Those that are files; what was chosen at an apply is none.
pub fn files_of<'t>(texts: impl Iterator<Item = &'t ConfigText>) -> impl Iterator<Item = &'t ConfigText> {
    texts.filter(|text| text.kind != "choice")
}

fn same_name(one: &ConfigText, other: &ConfigText) -> bool {
    one.kind == other.kind && one.name == other.name
}

fn twice(text: &TextFile, other: &TextFile) -> Failure {
    let cause =
        Cause::new("cli.text.twice").with("path", text.path.display()).with("other", other.path.display());
    Failure::configuration(cause.with("kind", &text.text.kind).with("name", &text.text.name))
}

fn walk(folder: &Path, paths: &mut Vec<PathBuf>) -> Result<(), Failure> {
    for entry in fs::read_dir(folder).map_err(|error| Failure::file(folder, &error))? {
        let path = entry.map_err(|error| Failure::file(folder, &error))?.path();
        let extension = path.extension().and_then(|extension| extension.to_str()).unwrap_or_default();
        if path.is_dir() {
            walk(&path, paths)?;
        } else if matches!(extension, "yaml" | "yml" | "json" | "js") {
            paths.push(path);
        }
    }
    Ok(())
}

/// A YAML file may hold several texts with `---` between them; each comes with the number of lines before it. A text
/// that is alone is the file as it stands.
fn documents(path: &Path, content: String) -> Vec<(String, usize)> {
    if is(path, "json") || is(path, "js") {
        return vec![(content, 0)];
    }
    let documents = mapping::split(&content);
    if documents.len() == 1 {
        return vec![(content, 0)];
    }
    let apart = |document: String| {
        let text = document.trim_start_matches('\n');
        (text.to_owned(), document.len() - text.len())
    };
    documents.into_iter().map(apart).collect()
}

/// What can be known of a text without understanding it.
#[derive(Deserialize, Default)]
struct Head {
    kind: Option<String>,
    name: Option<String>,
    /// Of an object.
    connection: Option<String>,
}

fn read(folder: &Path, path: &Path, text: String) -> Result<TextFile, Failure> {
    let relative = path.strip_prefix(folder).unwrap_or(path).to_string_lossy().replace('\\', "/");
    let within = |name: &str| relative.split('/').rev().skip(1).any(|part| part == name);
    let head: Head = match is(path, "js") {
        true => Head::default(),
        false => serde_saphyr::from_str(&text).unwrap_or_default(),
    };
    let (kind, name) = match head.kind.as_deref() {
        _ if is(path, "js") => ("function", relative),
        Some("object") => ("object", object_name(path, head.connection, head.name)),
        Some(kind @ ("flow" | "connection" | "values" | "environment" | "alerts")) => {
            (kind, head.name.unwrap_or_else(|| stem(path)))
        }
        _ if is(path, "json") => ("packet", relative),
        None if within("tests") => ("tests", relative),
        // A text too broken to be read is still one: its folder says which, and reading it says what is wrong.
        _ if within("flows") => ("flow", stem(path)),
        _ if within("connections") => ("connection", stem(path)),
        _ if within("objects") => ("object", object_name(path, head.connection, head.name)),
        _ if within("values") => ("values", stem(path)),
        _ if within("environments") => ("environment", stem(path)),
        _ => return Err(Failure::configuration(Cause::new("cli.text.no_kind").with("path", path.display()))),
    };
    let text = ConfigText { kind: kind.into(), name, text };
    Ok(TextFile { path: path.to_owned(), text, lines_before: 0 })
}

fn is(path: &Path, extension: &str) -> bool {
    path.extension().is_some_and(|known| known == extension)
}

/// `erp/Customer`: what the text says, or the folder and the file it stands in.
fn object_name(path: &Path, connection: Option<String>, name: Option<String>) -> String {
    let folder = path.parent().map(stem).unwrap_or_default();
    format!("{}/{}", connection.unwrap_or(folder), name.unwrap_or_else(|| stem(path)))
}

fn stem(path: &Path) -> String {
    path.file_stem().unwrap_or_default().to_string_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for (path, text) in files {
            let path = folder.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        folder
    }

    #[test]
    fn a_folder_gives_its_texts_with_their_names() {
        let folder = folder(&[
            ("connections/crm.yaml", "kind: connection\nname: crm\n"),
            ("flows/客户.yaml", "kind: flow\nname: customers\n"),
            ("flows/broken.yaml", "kind: flow\n  name: [\n"),
            ("functions/客户.js", "export default () => []"),
            ("objects/erp/客户.yaml", "kind: object\nconnection: mall\nname: Customer\n"),
            ("objects/erp/broken.yaml", "kind: object\n  name: [\n"),
            ("packets/customer.json", "{}"),
            ("tests/customers.yaml", "- name: 一个客户\n"),
            ("README.md", "no text"),
        ]);
        let texts = load(folder.path()).unwrap();
        let names: Vec<(&str, &str)> =
            texts.iter().map(|file| (file.text.kind.as_str(), file.text.name.as_str())).collect();
        assert_eq!(
            names,
            [
                ("connection", "crm"),
                ("flow", "broken"),
                ("flow", "customers"),
                ("function", "functions/客户.js"),
                ("object", "erp/broken"),
                ("object", "mall/Customer"),
                ("packet", "packets/customer.json"),
                ("tests", "tests/customers.yaml"),
            ]
        );
    }

    #[test]
    fn what_is_no_set_of_texts_is_refused() {
        for (files, code) in [
            (vec![("notes.txt", "")], "cli.text.none"),
            (vec![("x.yaml", "kind: fllow\nname: a\n")], "cli.text.no_kind"),
            (
                vec![("a.yaml", "kind: flow\nname: a\n"), ("b.yaml", "kind: flow\nname: a\n")],
                "cli.text.twice",
            ),
        ] {
            assert_eq!(load(folder(&files).path()).unwrap_err().cause.code, code);
        }
        assert_eq!(load(Path::new("/nowhere/at/all")).unwrap_err().cause.code, "cli.file");
    }

    #[test]
    fn a_text_is_never_written_outside_of_its_folder() {
        let text =
            |kind: &str, name: &str| ConfigText { kind: kind.into(), name: name.into(), text: String::new() };
        assert_eq!(path_of(&text("flow", "customers")), Some("flows/customers.yaml".into()));
        assert_eq!(path_of(&text("object", "erp/Customer")), Some("objects/erp/Customer.yaml".into()));
        assert_eq!(path_of(&text("object", "erp/../../x")), None);
        for name in ["../../etc/passwd", "/etc/passwd", "a/../../b"] {
            assert_eq!(path_of(&text("packet", name)), None, "{name}");
        }
    }
}
