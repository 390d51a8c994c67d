//! The file of a journal: a regular file of its owner alone, and the same one for as long as it is open.

use std::fs::{self, File, Metadata, OpenOptions};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use super::fault::Fault;

/// Where a journal is, and which file that was when it was opened.
pub(super) struct Place {
    path: PathBuf,
    file: Identity,
    /// The write-ahead log, which SQLite makes with the first write and keeps while the journal is open.
    log: OnceLock<Identity>,
}

impl Place {
    /// Checks a path, and makes an empty file there if there is none.
    pub(super) fn at(path: &Path) -> Result<Self, Fault> {
        let text = path.to_string_lossy();
        if text.is_empty() {
            return Err(Fault::Place("the path is empty: use a file path"));
        }
        if text == ":memory:" || text.starts_with("file:") {
            return Err(Fault::Place("the path is a special name of SQLite: use a file path, or `journal::Memory`"));
        }
        let (Some(name), Some(folder)) = (path.file_name(), path.parent()) else {
            return Err(Fault::Place("the path has no file name"));
        };
        if text.ends_with(std::path::is_separator) {
            return Err(Fault::Place("the path is a folder"));
        }
        let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
        // The working directory may change later.
        let folder = folder.canonicalize().map_err(Fault::Folder)?;
        let path = folder.join(name);
        match create(&path) {
            Ok(()) => File::open(&folder).and_then(|folder| folder.sync_all()).map_err(Fault::Folder)?,
            Err(error) if error.kind() == ErrorKind::AlreadyExists => check_kind(&path)?,
            Err(error) => return Err(Fault::File(error)),
        }
        let place = Self { file: identity(&path).map_err(Fault::File)?, path, log: OnceLock::new() };
        place.tighten()?;
        Ok(place)
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Whether the path still leads to the file that is open. What is written to a removed file is lost.
    pub(super) fn check(&self) -> Result<(), Fault> {
        let log = self.beside("-wal");
        let is_same = identity(&self.path).is_ok_and(|now| now == self.file)
            && match self.log.get() {
                Some(known) => identity(&log).is_ok_and(|now| now == *known),
                None => true,
            };
        if is_same { Ok(()) } else { Err(Fault::Moved) }
    }

    /// Remembers the write-ahead log after a write.
    pub(super) fn written(&self) -> Result<(), Fault> {
        if self.log.get().is_none() {
            let log = identity(&self.beside("-wal")).map_err(Fault::File)?;
            self.log.get_or_init(|| log);
        }
        self.check()
    }

    /// Keeps the file and what SQLite makes beside it from everybody else.
    pub(super) fn tighten(&self) -> Result<(), Fault> {
        for path in [self.path.clone(), self.beside("-wal"), self.beside("-shm")] {
            make_private(&path)?;
        }
        Ok(())
    }

    fn beside(&self, suffix: &str) -> PathBuf {
        let mut path = self.path.clone().into_os_string();
        path.push(suffix);
        path.into()
    }
}

/// Refuses what is no regular file: a link could lead elsewhere later, and a pipe blocks.
///
/// The file is not opened: closing it would release the locks that SQLite holds on it for another connection of this process.
fn check_kind(path: &Path) -> Result<(), Fault> {
    match fs::symlink_metadata(path) {
        Ok(found) if found.is_file() => Ok(()),
        Ok(found) if found.is_symlink() => Err(Fault::Place("the path is a symbolic link: use the path of the file")),
        Ok(found) if found.is_dir() => Err(Fault::Place("the path is a folder")),
        Ok(_) => Err(Fault::Place("the path is not a regular file")),
        Err(error) => Err(Fault::File(error)),
    }
}

fn create(path: &Path) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map(drop)
}

/// Device and number of a file.
type Identity = (u64, u64);

fn identity(path: &Path) -> io::Result<Identity> {
    #[cfg(not(unix))]
    let identity_of = no_identity;
    fs::symlink_metadata(path).map(|found| identity_of(&found))
}

#[cfg(unix)]
fn identity_of(found: &Metadata) -> Identity {
    use std::os::unix::fs::MetadataExt;
    (found.dev(), found.ino())
}

/// Where files have no number, it is only checked that there is one.
#[cfg(not(unix))]
fn no_identity(_: &Metadata) -> Identity {
    (0, 0)
}

#[cfg(unix)]
fn make_private(path: &Path) -> Result<(), Fault> {
    use std::os::unix::fs::PermissionsExt;
    let Ok(found) = fs::symlink_metadata(path) else { return Ok(()) };
    if found.permissions().mode() & 0o077 == 0 {
        return Ok(());
    }
    fs::set_permissions(path, fs::Permissions::from_mode(0o600)).map_err(Fault::Private)
}

#[cfg(not(unix))]
fn make_private(_: &Path) -> Result<(), Fault> {
    Ok(())
}
