//! Tokens in a file of the caller's own.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use tokio::time::Instant;

use super::{StoreError, Stored, TokenStore};
use crate::time::BoxFuture;

/// How often a file that another process has locked is looked at again.
const LOOK: Duration = Duration::from_millis(20);

/// No set of tokens is longer.
const LONGEST: u64 = 1024 * 1024;

/// A token store in a file that only its owner can read.
///
/// The file has mode 0600 and is replaced atomically. A second file with the suffix `.lock` synchronises the processes of a machine; network drives
/// are not supported. Only regular files of the process's own user are accepted: no links, pipes or devices, and no files that others can read.
#[derive(Debug, Clone)]
pub struct FileStore {
    path: PathBuf,
    lock_timeout: Duration,
    user: Arc<OnceLock<u32>>,
}

impl FileStore {
    /// Creates a store for a path. The folder must exist, the file need not.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into(), lock_timeout: Duration::from_secs(10), user: Arc::default() }
    }

    /// Sets the timeout for a lock of another process. Default: 10 seconds.
    #[must_use]
    pub fn lock_timeout(self, limit: Duration) -> Self {
        Self { lock_timeout: limit, ..self }
    }

    fn beside(&self, ending: &str) -> PathBuf {
        let mut name = self.path.clone().into_os_string();
        name.push(ending);
        name.into()
    }

    fn folder(&self) -> &Path {
        self.path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
    }

    fn read(&self) -> io::Result<Option<Stored>> {
        let file = match self.open(OpenOptions::new().read(true), &self.path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            file => file?,
        };
        let mut bytes = Vec::new();
        file.take(LONGEST).read_to_end(&mut bytes)?;
        Ok(Some(Stored::new(bytes)))
    }

    /// `None` if another process has locked the file.
    fn exchange(&self, old: Option<&Stored>, new: &Stored) -> io::Result<Option<bool>> {
        let lock = self.open(OpenOptions::new().write(true).create(true).truncate(false), &self.beside(".lock"))?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Ok(None),
            Err(TryLockError::Error(error)) => return Err(error),
        }
        if self.read()?.as_ref() != old {
            return Ok(Some(false));
        }
        let written = self.beside(".new");
        // A leftover of a process that died here is not written into: it may be a link, or open elsewhere.
        match std::fs::remove_file(&written) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        let mut file = self.open(OpenOptions::new().write(true).create_new(true), &written)?;
        file.write_all(new.as_bytes())?;
        file.sync_all()?;
        std::fs::rename(&written, &self.path)?;
        sync(self.folder())?;
        Ok(Some(true))
    }

    /// Opens a regular file of this user; one that is made here can be read by its owner only.
    fn open(&self, options: &mut OpenOptions, path: &Path) -> io::Result<File> {
        // Looked at first, because opening a device may do something, and a pipe would wait for its other end.
        match std::fs::symlink_metadata(path) {
            Ok(found) if !found.is_file() => return Err(not_regular()),
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        #[cfg(unix)]
        {
            use std::os::unix::fs::OpenOptionsExt;
            options.mode(0o600).custom_flags(libc::O_NOFOLLOW | libc::O_NONBLOCK);
        }
        let file = options.open(path)?;
        self.check(&file)?;
        Ok(file)
    }

    /// Refuses what others than the process's own user could have read or written.
    #[cfg(unix)]
    fn check(&self, file: &File) -> io::Result<()> {
        use std::os::unix::fs::MetadataExt;
        let refuse = |fault: &'static str| Err(io::Error::new(io::ErrorKind::PermissionDenied, fault));
        let found = file.metadata()?;
        if !found.is_file() {
            return Err(not_regular());
        }
        if found.uid() != self.user()? {
            return refuse("it belongs to another user: use a file of your own user");
        }
        if found.mode() & 0o077 != 0 {
            return refuse("others can read it: log in again with a new file, or chmod 600");
        }
        Ok(())
    }

    #[cfg(not(unix))]
    fn check(&self, file: &File) -> io::Result<()> {
        if file.metadata()?.is_file() { Ok(()) } else { Err(not_regular()) }
    }

    /// The user as whom this process makes files, told by making one.
    #[cfg(unix)]
    fn user(&self) -> io::Result<u32> {
        use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
        if let Some(user) = self.user.get() {
            return Ok(*user);
        }
        let probe = self.beside(&format!(".{}", uuid::Uuid::new_v4().simple()));
        let file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&probe)?;
        let user = file.metadata().map(|made| made.uid());
        std::fs::remove_file(&probe)?;
        Ok(*self.user.get_or_init(|| user.as_ref().copied().unwrap_or(u32::MAX)))
    }

    /// Runs file work where it does not hold up other calls.
    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Self) -> io::Result<T> + Send + 'static,
    ) -> Result<T, StoreError> {
        let this = self.clone();
        let done = tokio::task::spawn_blocking(move || work(&this)).await;
        done.map_err(|_| self.fault(io::Error::other("the operation was cancelled")))?
            .map_err(|error| self.fault(error))
    }

    fn fault(&self, source: io::Error) -> StoreError {
        StoreError::new(format!("the token file {} cannot be used", self.path.display())).caused_by(source)
    }
}

fn not_regular() -> io::Error {
    io::Error::new(
        io::ErrorKind::InvalidInput,
        "it is not a regular file: links, pipes, devices and folders are not supported",
    )
}

/// Makes the names in a folder outlive a power failure.
#[cfg(unix)]
fn sync(folder: &Path) -> io::Result<()> {
    match File::open(folder)?.sync_all() {
        // Some file systems have nothing to do there.
        Err(error) if matches!(error.kind(), io::ErrorKind::InvalidInput | io::ErrorKind::Unsupported) => Ok(()),
        done => done,
    }
}

#[cfg(not(unix))]
fn sync(_: &Path) -> io::Result<()> {
    Ok(())
}

impl TokenStore for FileStore {
    fn load(&self) -> BoxFuture<'_, Result<Option<Stored>, StoreError>> {
        Box::pin(self.run(Self::read))
    }

    fn swap<'a>(&'a self, old: Option<&'a Stored>, new: &'a Stored) -> BoxFuture<'a, Result<bool, StoreError>> {
        Box::pin(async move {
            let until = Instant::now() + self.lock_timeout;
            loop {
                let (old, new) = (old.cloned(), new.clone());
                if let Some(same) = self.run(move |this| this.exchange(old.as_ref(), &new)).await? {
                    return Ok(same);
                }
                // No thread waits for the lock: it would hold up the end of the runtime.
                if Instant::now() >= until {
                    return Err(
                        self.fault(io::Error::new(io::ErrorKind::WouldBlock, "it is locked by another process"))
                    );
                }
                tokio::time::sleep(LOOK).await;
            }
        })
    }
}
