//! The key that seals secrets: 32 bytes in a file beside the database, never in it.

use std::fs;
use std::io::Write;
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::Path;

use model::Cause;

use super::Settings;
use crate::exit::Failure;

/// The key itself.
pub type Key = [u8; 32];

/// Reads the key; makes it when neither it nor the database is there yet.
///
/// # Errors
/// A key that others may read, one that is no key, and a database whose key is gone.
pub fn open(settings: &Settings) -> Result<Key, Failure> {
    let path = &settings.key_file;
    match fs::read_to_string(path) {
        Ok(text) => {
            only_ours(path)?;
            parse(&text).ok_or_else(|| {
                Failure::configuration(Cause::new("cli.key.wrong").with("path", path.display()))
            })
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => match settings.database.is_there()? {
            false => make(path),
            true => Err(Failure::configuration(
                Cause::new("cli.key.missing")
                    .with("database", &settings.database)
                    .with("path", path.display()),
            )),
        },
        Err(error) => Err(Failure::file(path, &error)),
    }
}

fn only_ours(path: &Path) -> Result<(), Failure> {
    let mode = fs::metadata(path).map_err(|error| Failure::file(path, &error))?.permissions().mode();
    match mode & 0o077 {
        0 => Ok(()),
        _ => Err(Failure::configuration(Cause::new("cli.key.open").with("path", path.display()))),
    }
}

fn parse(text: &str) -> Option<Key> {
    hex::decode(text.trim()).ok()?.try_into().ok()
}

#[expect(clippy::disallowed_methods, reason = "a key is drawn from the operating system itself")]
fn make(path: &Path) -> Result<Key, Failure> {
    let mut key = Key::default();
    getrandom::fill(&mut key).expect("the operating system gives randomness");
    put(path, &hex::encode(key))?;
    Ok(key)
}

/// Writes a key where none is, for its owner only.
///
/// # Errors
/// Those of the file system.
pub fn put(path: &Path, text: &str) -> Result<(), Failure> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(|error| Failure::file(folder, &error))?;
    }
    let options = fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(path);
    let written = options.and_then(|mut file| {
        writeln!(file, "{text}")?;
        file.sync_all()
    });
    written.map_err(|error| Failure::file(path, &error))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arguments::Common;

    fn settings(folder: &Path) -> Settings {
        let common = Common { folder: Some(folder.to_owned()), ..Common::default() };
        Settings::gather(&common, None).unwrap()
    }

    fn code(settings: &Settings) -> String {
        open(settings).unwrap_err().cause.code.into_owned()
    }

    #[test]
    fn the_key_is_made_once_and_for_its_owner_only() {
        let folder = tempfile::tempdir().unwrap();
        let settings = settings(&folder.path().join("新目录"));
        let key = open(&settings).unwrap();
        assert_eq!(open(&settings).unwrap(), key);
        assert_ne!(key, Key::default());
        assert_eq!(fs::metadata(&settings.key_file).unwrap().permissions().mode() & 0o777, 0o600);
    }

    #[test]
    fn a_key_that_cannot_be_the_right_one_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let settings = settings(folder.path());
        fs::write(folder.path().join("qiao.db"), "").unwrap();
        assert_eq!(code(&settings), "cli.key.missing");
        fs::write(&settings.key_file, "kurz").unwrap();
        assert_eq!(code(&settings), "cli.key.open");
        fs::set_permissions(&settings.key_file, fs::Permissions::from_mode(0o600)).unwrap();
        assert_eq!(code(&settings), "cli.key.wrong");
    }
}
