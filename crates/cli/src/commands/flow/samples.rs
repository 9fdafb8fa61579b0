//! The recorded samples of all flows of a folder, tried without any data folder or system.

mod tryout;

use mapping::{Difference, EnvironmentText, Files, Finding, SampleOutcome, Text};
use model::flow::{Flow, ValueMap};
use model::{Cause, json};

use crate::exit::Failure;
use crate::texts::TextFile;
use tryout::Tryout;

/// One sample, tried.
#[derive(Debug)]
pub struct Tried {
    pub flow: String,
    pub name: String,
    /// The environment that filled the placeholders.
    pub environment: Option<String>,
    /// What is not as the sample says; empty when all is.
    pub wrong: Vec<Cause>,
}

/// Runs the samples of every flow among the texts.
///
/// # Errors
/// The first mistake of a text or a file of samples; `qiao flow lint` shows all of them.
pub fn run(texts: &[TextFile], environment: Option<&EnvironmentText>) -> Result<Vec<Tried>, Failure> {
    let files = Beside { texts, environment };
    let maps = value_maps(&files)?;
    let map = |name: &str| -> Option<ValueMap> {
        maps.iter().find(|(known, _)| known == name).map(|(_, map)| map.clone())
    };
    let mut tried = Vec::new();
    for file in texts.iter().filter(|file| file.text.kind == "flow") {
        if let Text::Flow(flow) = read(file, &files)? {
            tried.extend(of_flow(&files, file, flow, &map)?);
        }
    }
    Ok(tried)
}

/// The value maps among the texts, by name.
pub fn value_maps(files: &Beside) -> Result<Vec<(String, ValueMap)>, Failure> {
    let mut maps = Vec::new();
    for file in files.texts.iter().filter(|file| file.text.kind == "values") {
        if let Text::Values(values) = read(file, files)? {
            maps.push((values.name, values.map));
        }
    }
    Ok(maps)
}

fn read(file: &TextFile, files: &Beside) -> Result<Text, Failure> {
    mapping::read(&file.text.text, files).map_err(|findings| mistake(file, findings))
}

fn of_flow(
    files: &Beside,
    file: &TextFile,
    flow: Flow,
    map: &dyn Fn(&str) -> Option<ValueMap>,
) -> Result<Vec<Tried>, Failure> {
    let Some(named) = flow.tests.clone() else { return Ok(Vec::new()) };
    let name = flow.name.to_string();
    let compiled = mapping::compile(flow, map).map_err(|findings| mistake(file, findings))?;
    let Some(recorded) = files.texts.iter().find(|file| file.text.kind == "tests" && file.text.name == named)
    else {
        return Err(Failure::configuration(Cause::new("mapping.file_missing").with("file", &named)));
    };
    let samples = mapping::samples(&recorded.text.text, files.environment)
        .map_err(|findings| mistake(recorded, findings))?;
    let functions = Tryout::of(compiled.flow(), files, map);
    let tried = samples.iter().map(|sample| {
        let outcome = compiled.run_sample_through(sample, &functions);
        let environment = files.environment.map(|environment| environment.name.clone());
        Tried { flow: name.clone(), name: outcome.name.clone(), environment, wrong: wrong(outcome) }
    });
    Ok(tried.collect())
}

fn wrong(outcome: SampleOutcome) -> Vec<Cause> {
    let scope = outcome.scope_differs.then(|| Cause::new("cli.sample.scope"));
    let differences = outcome.differences.into_iter().map(differs);
    scope.into_iter().chain(differences).chain(outcome.problems).collect()
}

fn differs(difference: Difference) -> Cause {
    let shown =
        |value: Option<model::Value>| value.map_or_else(|| "-".to_owned(), |value| json::write(&value));
    Cause::new("cli.sample.differs")
        .with("field", difference.field)
        .with("expected", shown(difference.expected))
        .with("found", shown(difference.found))
}

/// The first finding as what failed, with its place.
pub fn mistake(file: &TextFile, findings: Vec<Finding>) -> Failure {
    let Some(first) = findings.into_iter().next() else {
        return Failure::configuration(Cause::new("cli.text.no_kind").with("path", file.path.display()));
    };
    let cause = Cause::new("cli.text.mistake")
        .with("path", file.path.display())
        .with("line", file.lines_before + first.at.0)
        .with("column", first.at.1)
        .with("code", first.cause.code);
    Failure::configuration(cause)
}

/// What surrounds the texts: the files beside them, by the path that a flow names, and the environment.
pub struct Beside<'t> {
    pub texts: &'t [TextFile],
    pub environment: Option<&'t EnvironmentText>,
}

impl Files for Beside<'_> {
    fn load(&self, relative: &str) -> Option<String> {
        let is_file = |kind: &str| matches!(kind, "packet" | "tests" | "function");
        let file = self.texts.iter().find(|file| file.text.name == relative && is_file(&file.text.kind));
        file.map(|file| file.text.text.clone())
    }

    fn environment(&self) -> Option<&EnvironmentText> {
        self.environment
    }
}

#[cfg(test)]
mod tests {
    use contract::store::ConfigText;

    use super::*;

    const FLOW: &str = "\
kind: flow
name: customers
source: { connection: crm, object: AccountObj }
target: { connection: erp, object: BD_Customer, key: FNumber }
scope: life_status == \"normal\"
tests: tests/customers.yaml
map:
  FNumber: { from: account_no, required: true }
  FName: name
";

    fn text(kind: &str, name: &str, text: &str) -> TextFile {
        let text = ConfigText { kind: kind.into(), name: name.into(), text: text.into() };
        TextFile { path: name.into(), text, lines_before: 0 }
    }

    fn tried(sample: &str) -> Vec<String> {
        let samples = text("tests", "tests/customers.yaml", &format!("tests:\n  - {sample}\n"));
        let tried = run(&[text("flow", "customers", FLOW), samples], None).unwrap();
        assert_eq!(tried.len(), 1);
        tried[0].wrong.iter().map(|cause| cause.code.to_string()).collect()
    }

    #[test]
    fn a_sample_holds_or_says_what_is_not_as_it_says() {
        let normal = "record: { account_no: KH1, name: 桥梁, life_status: normal }";
        for (sample, expected) in [
            (format!("{{ {normal}, expect: {{ FNumber: KH1, FName: 桥梁 }} }}"), vec![]),
            (format!("{{ {normal}, expect: {{ FNumber: KH1, FName: 别的 }} }}"), vec!["cli.sample.differs"]),
            (format!("{{ {normal}, skipped: true }}"), vec!["cli.sample.scope"]),
            ("{ record: { life_status: void }, skipped: true }".into(), vec![]),
            ("{ record: { life_status: normal }, problem: mapping.required }".into(), vec![]),
        ] {
            assert_eq!(tried(&sample), expected, "{sample}");
        }
    }

    #[test]
    fn a_mistake_in_a_text_is_told_with_its_place() {
        let broken = FLOW.replace("FName: name", "FName: { form: name }");
        let failure = run(&[text("flow", "customers", &broken)], None).unwrap_err();
        assert_eq!(failure.cause.param("line"), Some("9"));
    }
}
