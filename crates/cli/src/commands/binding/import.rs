//! `qiao binding import`: bindings from a spreadsheet. All of the file, or nothing.

use std::path::Path;

use contract::Clock;
use contract::store::Bindings;
use engine::setup::Setup;
use model::binding::{Binding, How, Kind, Party};
use model::{Cause, ConnectionName, Timestamp};
use serde_json::json;

use super::csv::{self, Row};
use crate::clock::SystemClock;
use crate::exit::{Exit, Failure, Outcome};
use crate::screen::Screen;

/// The columns, each in English and Chinese.
const COLUMNS: [(&str, &str); 9] = [
    ("kind", "类型"),
    ("connection", "连接"),
    ("id", "编号"),
    ("number", "编码"),
    ("name", "姓名"),
    ("other_connection", "对方连接"),
    ("other_id", "对方编号"),
    ("other_number", "对方编码"),
    ("other_name", "对方姓名"),
];

pub async fn run(screen: &Screen, setup: &Setup, store: &(impl Bindings + ?Sized), file: &Path) -> Outcome {
    let bytes = std::fs::read(file).map_err(|error| Failure::file(file, &error))?;
    let not_text = || refused("cli.binding.not_utf8", |cause| cause.with("path", file.display()));
    let text = String::from_utf8(bytes).map_err(|_| not_text())?;
    let bindings = read(&text, SystemClock.now(), &|name| setup.lines.contains_key(name))?;
    store.bind(&bindings).await?;
    let count = bindings.len();
    screen.result(&json!({ "bound": count }));
    screen.line(screen.words(&format!("已导入 {count} 个绑定。"), &format!("{count} bindings imported.")));
    Ok(Exit::Ok)
}

fn refused(code: &'static str, with: impl FnOnce(Cause) -> Cause) -> Failure {
    Failure::configuration(with(Cause::new(code)))
}

/// The bindings of the file. `is_known` tells whether there is such a connection.
fn read(
    text: &str,
    at: Timestamp,
    is_known: &dyn Fn(&ConnectionName) -> bool,
) -> Result<Vec<Binding>, Failure> {
    let open = |line| refused("cli.binding.open_quote", |cause| cause.with("line", line));
    let rows = csv::rows(text).map_err(open)?;
    let Some(((_, header), rows)) = rows.split_first() else {
        return Err(refused("cli.binding.column_missing", |cause| cause.with("column", "connection")));
    };
    let columns = Columns::of(header)?;
    rows.iter().map(|row| columns.binding(row, at, is_known)).collect()
}

/// Where each column is.
struct Columns([Option<usize>; COLUMNS.len()]);

impl Columns {
    fn of(header: &[String]) -> Result<Columns, Failure> {
        let place = |(en, zh): (&str, &str)| {
            header.iter().position(|name| name.eq_ignore_ascii_case(en) || name == zh)
        };
        let columns = Columns(COLUMNS.map(place));
        for needed in ["connection", "id", "other_connection"] {
            if columns.place(needed).is_none() {
                return Err(refused("cli.binding.column_missing", |cause| cause.with("column", needed)));
            }
        }
        Ok(columns)
    }

    fn place(&self, column: &str) -> Option<usize> {
        let at = COLUMNS.iter().position(|(en, _)| *en == column)?;
        self.0[at]
    }

    fn cell<'r>(&self, row: &'r [String], column: &str) -> Option<&'r str> {
        row.get(self.place(column)?).map(String::as_str).filter(|cell| !cell.is_empty())
    }

    fn binding(
        &self,
        (line, row): &Row,
        at: Timestamp,
        is_known: &dyn Fn(&ConnectionName) -> bool,
    ) -> Result<Binding, Failure> {
        let one = self.party(row, *line, ["connection", "id", "number", "name"], is_known)?;
        let there = ["other_connection", "other_id", "other_number", "other_name"];
        let other = self.party(row, *line, there, is_known)?;
        if one.connection == other.connection {
            let same = Cause::new("cli.binding.same_connection").with("connection", &one.connection);
            return Err(Failure::configuration(same));
        }
        Ok(Binding { kind: self.kind(row, *line)?, one, other, how: How::Import, at })
    }

    fn kind(&self, row: &[String], line: usize) -> Result<Kind, Failure> {
        let Some(cell) = self.cell(row, "kind") else { return Ok(Kind::Person) };
        let is_meant = |kind: &Kind| cell.eq_ignore_ascii_case(kind.name()) || cell == kind.title().0;
        Kind::ALL.into_iter().find(is_meant).ok_or_else(|| {
            refused("cli.binding.bad_kind", |cause| cause.with("line", line).with("value", cell))
        })
    }

    /// One side; where there is no id, the number stands for it.
    fn party(
        &self,
        row: &[String],
        line: usize,
        [connection, id, number, name]: [&str; 4],
        is_known: &dyn Fn(&ConnectionName) -> bool,
    ) -> Result<Party, Failure> {
        let missing = |column: &str| {
            refused("cli.binding.cell_missing", |cause| cause.with("line", line).with("column", column))
        };
        let named = self.cell(row, connection).ok_or_else(|| missing(connection))?;
        let connection = ConnectionName::new(named);
        if !is_known(&connection) {
            let cause = Cause::new("cli.unknown_connection").with("connection", named);
            return Err(Failure::configuration(cause));
        }
        let number = self.cell(row, number).map(str::to_owned);
        let known = self.cell(row, id).map(str::to_owned).or_else(|| number.clone());
        Ok(Party {
            connection,
            id: known.ok_or_else(|| missing(id))?,
            number,
            name: self.cell(row, name).map(str::to_owned),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(text: &str) -> Result<Vec<String>, String> {
        let is_known = |name: &ConnectionName| ["crm", "erp"].contains(&name.as_str());
        let bindings = read(text, Timestamp(1), &is_known).map_err(|failure| cause_line(&failure.cause))?;
        let side = |party: &Party| {
            let text = |text: &Option<String>| text.clone().unwrap_or_else(|| "-".into());
            format!("{} {} {} {}", party.connection, party.id, text(&party.number), text(&party.name))
        };
        let line = |binding: &Binding| {
            format!("{}: {} = {}", binding.kind.name(), side(&binding.one), side(&binding.other))
        };
        Ok(bindings.iter().map(line).collect())
    }

    fn cause_line(cause: &Cause) -> String {
        let params: Vec<String> =
            cause.params.iter().map(|(name, value)| format!(" {name}={value}")).collect();
        format!("{}{}", cause.code, params.concat())
    }

    #[test]
    fn a_spreadsheet_in_either_language_is_read() {
        assert_eq!(
            told("连接,编号,姓名,对方连接,对方编码,对方姓名,类型,备注\ncrm,1000,王强,erp,S001,王强,,x\ncrm,1001,华东,erp,BM01,,部门\n")
                .unwrap(),
            ["person: crm 1000 - 王强 = erp S001 S001 王强", "department: crm 1001 - 华东 = erp BM01 BM01 -"]
        );
        assert_eq!(
            told("Kind,connection,id,other_connection,other_id,other_number\nperson,erp,77,crm,FSUID_A,\n")
                .unwrap(),
            ["person: erp 77 - - = crm FSUID_A - -"]
        );
    }

    #[test]
    fn what_is_wrong_is_told_with_its_line() {
        let head = "connection,id,other_connection,other_id,kind\n";
        for (rows, told_as) in [
            ("crm,1000,erp,S001,\n\ncrm,,erp,S002,\n", "cli.binding.cell_missing line=4 column=id"),
            ("crm,1000,,S001,\n", "cli.binding.cell_missing line=2 column=other_connection"),
            ("crm,1000,erp,,\n", "cli.binding.cell_missing line=2 column=other_id"),
            ("crm,1000,oa,S001,\n", "cli.unknown_connection connection=oa"),
            ("crm,1000,crm,1001,\n", "cli.binding.same_connection connection=crm"),
            ("crm,1000,erp,S001,团队\n", "cli.binding.bad_kind line=2 value=团队"),
            ("crm,\"1000,erp,S001,\n", "cli.binding.open_quote line=2"),
        ] {
            assert_eq!(told(&format!("{head}{rows}")).unwrap_err(), told_as);
        }
        assert_eq!(told("").unwrap_err(), "cli.binding.column_missing column=connection");
        assert_eq!(
            told("connection,id\n").unwrap_err(),
            "cli.binding.column_missing column=other_connection"
        );
    }
}
