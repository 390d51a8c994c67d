//! Tokens in a file of the caller's own.

use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::{StoreError, Stored, TokenStore};
use crate::time::BoxFuture;

/// Keeps tokens in a file that only its owner can read (mode 0600), replaced as a whole.
///
/// A second file beside it, with `.lock` at the end of its name, keeps processes of one machine apart. It is not meant for network drives.
#[derive(Debug, Clone)]
pub struct FileStore {
    path: PathBuf,
}

impl FileStore {
    /// The file, which need not exist; its folder must.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into() }
    }

    fn beside(&self, ending: &str) -> PathBuf {
        let mut name = self.path.clone().into_os_string();
        name.push(ending);
        name.into()
    }

    fn read(&self) -> io::Result<Option<Stored>> {
        let mut file = match File::open(&self.path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            file => file?,
        };
        only_ours(&file)?;
        let mut bytes = Vec::new();
        io::Read::read_to_end(&mut file, &mut bytes)?;
        Ok(Some(Stored::new(bytes)))
    }

    fn exchange(&self, old: Option<&Stored>, new: &Stored) -> io::Result<bool> {
        let lock = ours(OpenOptions::new().create(true).truncate(false), &self.beside(".lock"))?;
        lock.lock()?;
        if self.read()?.as_ref() != old {
            return Ok(false);
        }
        let written = self.beside(".new");
        // A leftover of a process that died here is not written into: it may be a link, or open elsewhere.
        match std::fs::remove_file(&written) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        let mut file = ours(OpenOptions::new().create_new(true), &written)?;
        file.write_all(new.as_bytes())?;
        file.sync_all()?;
        std::fs::rename(&written, &self.path)?;
        Ok(true)
    }

    /// Runs file work where it does not hold up other calls.
    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Self) -> io::Result<T> + Send + 'static,
    ) -> Result<T, StoreError> {
        let this = self.clone();
        let done = tokio::task::spawn_blocking(move || work(&this)).await;
        let fault = |source: io::Error| {
            StoreError::new(format!("the token file {} cannot be used", self.path.display())).caused_by(source)
        };
        done.map_err(|_| fault(io::Error::other("the work was cut short")))?.map_err(fault)
    }
}

/// Opens a file for writing; one that is made here can be read by its owner only.
fn ours(options: &mut OpenOptions, path: &Path) -> io::Result<File> {
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(options, 0o600);
    options.write(true).open(path)
}

/// Refuses a file that others than its owner could have read.
#[cfg(unix)]
fn only_ours(file: &File) -> io::Result<()> {
    let mode = std::os::unix::fs::PermissionsExt::mode(&file.metadata()?.permissions());
    if mode & 0o077 == 0 {
        return Ok(());
    }
    Err(io::Error::new(
        io::ErrorKind::PermissionDenied,
        "others can read it: log in again with a new file, or chmod 600",
    ))
}

#[cfg(not(unix))]
fn only_ours(_: &File) -> io::Result<()> {
    Ok(())
}

impl TokenStore for FileStore {
    fn load(&self) -> BoxFuture<'_, Result<Option<Stored>, StoreError>> {
        Box::pin(self.run(Self::read))
    }

    fn swap<'a>(&'a self, old: Option<&'a Stored>, new: &'a Stored) -> BoxFuture<'a, Result<bool, StoreError>> {
        let (old, new) = (old.cloned(), new.clone());
        Box::pin(self.run(move |this| this.exchange(old.as_ref(), &new)))
    }
}
