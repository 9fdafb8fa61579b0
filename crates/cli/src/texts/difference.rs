//! Where texts differ: which are new, changed or gone, and their lines.

use contract::store::ConfigText;
use engine::setup::SEALED;

/// What became of one text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Difference {
    /// In the folder only.
    New(ConfigText),
    /// In both, with these lines.
    Changed { kind: String, name: String, lines: Vec<Line> },
    /// In force only.
    Gone { kind: String, name: String },
}

/// A line of a changed text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Line {
    Removed(String),
    Added(String),
}

/// The lines that are gone, and those that came.
pub fn apart(lines: Vec<Line>) -> (Vec<String>, Vec<String>) {
    let (mut removed, mut added) = (Vec::new(), Vec::new());
    for line in lines {
        match line {
            Line::Removed(line) => removed.push(line),
            Line::Added(line) => added.push(line),
        }
    }
    (removed, added)
}

/// Where the folder's texts differ from those in force.
pub fn of(in_force: &[ConfigText], folder: &[ConfigText]) -> Vec<Difference> {
    let of_name = |texts: &[ConfigText], text: &ConfigText| {
        texts.iter().find(|other| other.kind == text.kind && other.name == text.name).cloned()
    };
    let mut differences = Vec::new();
    for text in folder {
        match of_name(in_force, text) {
            None => differences.push(Difference::New(text.clone())),
            Some(old) => {
                let lines = lines(&old.text, &text.text);
                if !lines.is_empty() {
                    differences.push(Difference::Changed {
                        kind: text.kind.clone(),
                        name: text.name.clone(),
                        lines,
                    });
                }
            }
        }
    }
    let gone = in_force.iter().filter(|text| of_name(folder, text).is_none());
    differences
        .extend(gone.map(|text| Difference::Gone { kind: text.kind.clone(), name: text.name.clone() }));
    differences
}

/// The lines that differ, by their longest common subsequence. A sealed value equals whatever stands in its place: it
/// cannot be compared, and must not be shown.
pub fn lines(old: &str, new: &str) -> Vec<Line> {
    let (old, new): (Vec<&str>, Vec<&str>) = (old.lines().collect(), new.lines().collect());
    let lengths = lengths(&old, &new);
    let (mut row, mut column, mut out) = (0, 0, Vec::new());
    while row < old.len() || column < new.len() {
        if row < old.len() && column < new.len() && alike(old[row], new[column]) {
            (row, column) = (row + 1, column + 1);
        } else if column == new.len()
            || row < old.len() && lengths[row + 1][column] >= lengths[row][column + 1]
        {
            out.push(Line::Removed(old[row].to_owned()));
            row += 1;
        } else {
            out.push(Line::Added(new[column].to_owned()));
            column += 1;
        }
    }
    out
}

fn lengths(old: &[&str], new: &[&str]) -> Vec<Vec<usize>> {
    let mut lengths = vec![vec![0; new.len() + 1]; old.len() + 1];
    for row in (0..old.len()).rev() {
        for column in (0..new.len()).rev() {
            lengths[row][column] = match alike(old[row], new[column]) {
                true => lengths[row + 1][column + 1] + 1,
                false => lengths[row + 1][column].max(lengths[row][column + 1]),
            };
        }
    }
    lengths
}

fn alike(old: &str, new: &str) -> bool {
    let setting = |line: &str| line.split_once(':').map(|(name, _)| name.trim().to_owned());
    old.trim_end() == new.trim_end() || old.contains(SEALED) && setting(old) == setting(new)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(name: &str, text: &str) -> ConfigText {
        ConfigText { kind: "connection".into(), name: name.into(), text: text.into() }
    }

    #[test]
    fn new_changed_and_gone_texts_are_told_apart() {
        let in_force = [text("crm", "a: 1\nb: 2\nc: 3\n"), text("旧", "x: 1\n"), text("same", "y: 1\n")];
        let folder = [text("crm", "a: 1\nb: 5\nc: 3\nd: 4\n"), text("新", "x: 1\n"), text("same", "y: 1\n")];
        let lines =
            vec![Line::Removed("b: 2".into()), Line::Added("b: 5".into()), Line::Added("d: 4".into())];
        assert_eq!(
            of(&in_force, &folder),
            [
                Difference::Changed { kind: "connection".into(), name: "crm".into(), lines },
                Difference::New(text("新", "x: 1\n")),
                Difference::Gone { kind: "connection".into(), name: "旧".into() },
            ]
        );
    }

    #[test]
    fn a_sealed_secret_is_not_a_difference_and_is_not_shown() {
        let sealed = text("erp", "settings:\n  password: (sealed)\n");
        let folder = text("erp", "settings:\n  password: geheim\n");
        assert_eq!(of(&[sealed], &[folder]), []);
    }
}
