//! Do tokens survive a restart, and do two processes spend a refresh token once?

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use bursar_runtime::{
    BoxFuture, Core, Credential, FileStore, Kind, MemoryStore, StoreError, Stored, TokenSource, TokenStore, Tokens,
};

use crate::bank::*;
use crate::support::*;

fn stored(text: &str) -> Stored {
    Stored::new(text.as_bytes().to_vec())
}

fn folder() -> tempfile::TempDir {
    tempfile::tempdir().expect("a folder")
}

fn old() -> Tokens {
    let credential = |value| Credential::new(value).expect("a credential");
    Tokens::new(credential("T0")).with_refresh(credential("R0")).expires_in(Duration::ZERO)
}

async fn is_fair(store: impl TokenStore + Clone) {
    assert_eq!(store.load().await.expect("a store"), None);
    for round in 0..5 {
        let before = store.load().await.expect("a store");
        let tasks: Vec<_> = (0..20)
            .map(|number| {
                let (store, before) = (store.clone(), before.clone());
                tokio::spawn(async move {
                    let mine = stored(&format!("{round} {number} {}", "x".repeat(5000)));
                    store.swap(before.as_ref(), &mine).await.expect("a store").then_some(mine)
                })
            })
            .collect();
        let mut winners = Vec::new();
        for task in tasks {
            winners.extend(task.await.expect("an end"));
        }
        assert_eq!(winners.len(), 1, "{round}");
        assert_eq!(store.load().await.expect("a store"), winners.pop());
    }
    assert!(!store.swap(None, &stored("x")).await.expect("a store"));
    assert!(!store.swap(Some(&stored("y")), &stored("x")).await.expect("a store"));
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_swaps_one_wins() {
    is_fair(Arc::new(MemoryStore::new())).await;
    let folder = folder();
    is_fair(FileStore::new(folder.path().join("tokens"))).await;
}

#[cfg(unix)]
#[tokio::test]
async fn a_token_file_is_its_owners_only() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let folder = folder();
    let path = folder.path().join("tokens");
    let mode = |path: &Path| std::fs::metadata(path).expect("a file").permissions().mode() & 0o777;
    let store = FileStore::new(&path);
    // What lies where the new file is written is not written into.
    let elsewhere = folder.path().join("elsewhere");
    std::fs::write(&elsewhere, "kept").expect("a file");
    symlink(&elsewhere, folder.path().join("tokens.new")).expect("a link");
    assert!(store.swap(None, &stored("SECRET-1")).await.expect("a store"));
    assert_eq!(std::fs::read_to_string(&elsewhere).expect("a file"), "kept");
    assert_eq!((mode(&path), mode(&folder.path().join("tokens.lock"))), (0o600, 0o600));
    assert!(!folder.path().join("tokens.new").exists());

    std::fs::set_permissions(&path, PermissionsExt::from_mode(0o640)).expect("permissions");
    let error = store.load().await.expect_err("an open file");
    let cause = std::error::Error::source(&error).expect("a cause").to_string();
    assert_eq!(cause, "others can read it: log in again with a new file, or chmod 600");
    assert!(store.swap(Some(&stored("SECRET-1")), &stored("SECRET-2")).await.is_err());
    let error =
        FileStore::new(folder.path().join("none/tokens")).swap(None, &stored("SECRET")).await.expect_err("no folder");
    assert!(error.to_string().ends_with("none/tokens cannot be used") && !format!("{error:?}").contains("SECRET"));
}

/// A client of the bank on time of its own, as another process would have.
fn process(bank: &Bank, may_log_in: bool, store: impl TokenStore) -> (Core, TokenSource, Script) {
    let (builder, script) = scripted(&bank.server.url);
    let (core, source) = client(builder, may_log_in, Some(store));
    (core, source, script)
}

#[tokio::test(flavor = "multi_thread")]
async fn two_processes_spend_a_refresh_token_once() {
    for round in 0..3 {
        let (bank, folder) = (Bank::open().await, folder());
        // In real time, because whoever waits must not make the other one's time pass.
        let process = || client(builder(&bank.server.url), false, Some(FileStore::new(folder.path().join("tokens"))));
        let ((one, source), (two, other)) = (process(), process());
        source.save(old()).await.expect("a store");
        let tasks: Vec<_> = (0..100)
            .map(|number| {
                let core = if number % 2 == 0 { one.clone() } else { two.clone() };
                tokio::spawn(async move { get(&core).await.map(drop).map_err(|error| error.to_string()) })
            })
            .collect();
        for task in tasks {
            assert_eq!(task.await.expect("an end"), Ok(()), "{round}");
        }
        assert_eq!((bank.asked(), bank.calls()), (1, 100), "{round}");
        assert_eq!(*bank.spent.lock().expect("the log"), ["R0"]);
        assert!([source, other].iter().all(|source| source.tokens().expect("tokens").access().expose() == "T1"));
    }
}

#[tokio::test]
async fn a_restart_continues_with_the_stored_tokens() {
    let (bank, folder) = (Bank::open().await, folder());
    let store = || FileStore::new(folder.path().join("tokens"));
    get(&process(&bank, true, store()).0).await.expect("an answer");
    let (core, _, script) = process(&bank, true, store());
    get(&core).await.expect("an answer");
    assert_eq!(bank.asked(), 1);
    // The stored end counts, and so does the stored refresh token.
    script.advance(Duration::from_secs(3600));
    get(&core).await.expect("an answer");
    assert_eq!(*bank.spent.lock().expect("the log"), ["R1"]);
    // Revoked behind our back: what another process has stored since is used before anything is asked for.
    let (late, source, _) = process(&bank, true, store());
    source.set(Tokens::new(Credential::new("T-revoked").expect("a credential")));
    get(&late).await.expect("an answer");
    assert_eq!((bank.asked(), bank.shown().split_off(3)), (2, vec!["T-revoked".to_owned(), "T2".into()]));
}

#[tokio::test]
async fn a_process_that_died_while_renewing_holds_the_others_up_for_a_minute() {
    let bank = Bank::with(|number, _| if number == 1 { Step::Hang } else { issue(number) }).await;
    let store = Arc::new(MemoryStore::new());
    let (_, first, _) = process(&bank, false, Arc::clone(&store));
    first.save(old()).await.expect("a store");
    let caller = tokio::spawn(async move { first.token().await.is_ok() });
    bank.server.has_seen(1).await;
    caller.abort();
    let (_, second, script) = process(&bank, false, store);
    assert_eq!(second.token().await.expect("a token").expose(), "T2");
    let waited: u128 = script.waits().iter().sum();
    assert!((60_000..61_000).contains(&waited), "{waited}");
    assert_eq!(*bank.spent.lock().expect("the log"), ["R0", "R0"]);
}

#[tokio::test]
async fn without_its_store_nothing_is_renewed() {
    struct Broken;
    impl TokenStore for Broken {
        fn load(&self) -> BoxFuture<'_, Result<Option<Stored>, StoreError>> {
            Box::pin(async { Err(StoreError::new("the disk is on fire")) })
        }
        fn swap<'a>(&'a self, _: Option<&'a Stored>, _: &'a Stored) -> BoxFuture<'a, Result<bool, StoreError>> {
            Box::pin(async { Err(StoreError::new("the disk is on fire")) })
        }
    }
    let bank = Bank::open().await;
    let error = get(&process(&bank, true, Broken).0).await.expect_err("an error");
    assert_eq!(error.to_string(), "testbank get_thing: the token store cannot be used: correct the settings");
    for junk in ["", "SECRET", "[]", r#"{"access":"SECRET\n"}"#, r#"{"access":7}"#] {
        let store = Arc::new(MemoryStore::new());
        store.swap(None, &stored(junk)).await.expect("a store");
        let error = get(&process(&bank, true, store).0).await.expect_err("an error");
        let text = format!("{error} {error:?}");
        assert!(*error.kind() == Kind::Config && text.contains("is not a token"), "{text}");
        assert!(!text.contains("SECRET"), "{text}");
    }
    assert_eq!((bank.asked(), bank.calls()), (0, 0));
}

#[cfg(unix)]
#[tokio::test]
async fn only_regular_files_of_the_user_are_used() {
    use std::os::unix::fs::{chown, symlink};
    const IRREGULAR: &str = "it is not a regular file";
    let folder = folder();
    let at = |name: &str| folder.path().join(name);
    let refused = async |path: &Path| {
        let store = FileStore::new(path);
        let began = std::time::Instant::now();
        let cause = |error: StoreError| std::error::Error::source(&error).expect("a cause").to_string();
        let load = store.load().await.map(drop).map_err(cause).err();
        let swap = store.swap(None, &stored("SECRET")).await.map(drop).map_err(cause).err();
        assert!(began.elapsed() < Duration::from_secs(5), "{}", path.display());
        (load.unwrap_or_default(), swap.unwrap_or_default())
    };
    std::fs::create_dir(at("folder")).expect("a folder");
    std::fs::write(at("elsewhere"), "kept").expect("a file");
    symlink(at("elsewhere"), at("link")).expect("a link");
    let made = std::process::Command::new("mkfifo").arg(at("pipe")).status().expect("mkfifo");
    assert!(made.success());
    for name in ["folder", "link", "pipe"] {
        let (load, swap) = refused(&at(name)).await;
        assert!(load.starts_with(IRREGULAR) && swap.starts_with(IRREGULAR), "{name}: {load}, {swap}");
    }
    // What lies where the lock is: nothing is made or opened through it.
    symlink(at("made"), at("tokens.lock")).expect("a link");
    assert!(refused(&at("tokens")).await.1.starts_with(IRREGULAR));
    assert!(!at("made").exists() && std::fs::read_to_string(at("elsewhere")).expect("a file") == "kept");
    assert!(FileStore::new("/dev/zero").load().await.is_err());
    // Only the superuser can give a file away.
    assert!(FileStore::new(at("given")).swap(None, &stored("x")).await.expect("a store"));
    if chown(at("given"), Some(65_534), None).is_ok() {
        let (load, swap) = refused(&at("given")).await;
        assert!(load.starts_with("it belongs to another user") && swap.starts_with("it belongs to another user"));
    }
    let mut left: Vec<_> =
        std::fs::read_dir(folder.path()).expect("a folder").map(|entry| entry.expect("a file").file_name()).collect();
    left.sort();
    assert_eq!(
        left,
        ["elsewhere", "folder", "given", "given.lock", "link", "pipe", "tokens.lock"]
            .map(std::ffi::OsString::from)
            .into_iter()
            .chain(["folder.lock", "link.lock", "pipe.lock"].map(Into::into))
            .collect::<std::collections::BTreeSet<_>>()
            .into_iter()
            .collect::<Vec<_>>()
    );
}

/// A lock that another process, a stopped one for example, holds.
fn locked(path: &Path) -> std::fs::File {
    use std::os::unix::fs::OpenOptionsExt;
    let lock = std::fs::OpenOptions::new().create(true).truncate(false).write(true).mode(0o600).open(path);
    let lock = lock.expect("a file");
    lock.lock().expect("a lock");
    lock
}

#[test]
fn a_lock_that_another_process_holds_does_not_hold_up_the_end_of_the_runtime() {
    let folder = folder();
    let _lock = locked(&folder.path().join("tokens.lock"));
    let store = FileStore::new(folder.path().join("tokens"));
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime");
    let under_way = runtime.spawn(async move { store.swap(None, &stored("x")).await.is_ok() });
    std::thread::sleep(Duration::from_millis(100));
    assert!(!under_way.is_finished());
    let began = std::time::Instant::now();
    drop(runtime);
    assert!(began.elapsed() < Duration::from_secs(2), "{:?}", began.elapsed());
}

#[tokio::test]
async fn a_lock_is_waited_for_and_not_for_ever() {
    let folder = folder();
    let store = FileStore::new(folder.path().join("tokens")).lock_timeout(Duration::from_millis(100));
    let lock = locked(&folder.path().join("tokens.lock"));
    let error = store.swap(None, &stored("x")).await.expect_err("a lock");
    assert_eq!(std::error::Error::source(&error).expect("a cause").to_string(), "it is locked by another process");
    let patient = store.lock_timeout(Duration::from_secs(10));
    let waits = tokio::spawn(async move { patient.swap(None, &stored("x")).await });
    tokio::time::sleep(Duration::from_millis(50)).await;
    drop(lock);
    assert!(waits.await.expect("an end").expect("a store"));
}

#[tokio::test]
async fn a_call_that_waits_for_a_locked_store_ends_in_its_own_time() {
    let (bank, folder) = (Bank::open().await, folder());
    let _lock = locked(&folder.path().join("tokens.lock"));
    let store = FileStore::new(folder.path().join("tokens"));
    let limit = Duration::from_millis(300);
    let (core, _) = client(builder(&bank.server.url).timeout(limit), true, Some(store));
    let began = std::time::Instant::now();
    let error = get(&core).await.expect_err("an error");
    assert_eq!((error.kind(), error.outcome().name()), (&Kind::Timeout, "not_sent"));
    assert!(began.elapsed() < Duration::from_secs(3), "{:?}", began.elapsed());
}
