//! Is a file taken as a journal only if it keeps what is written, for its owner alone, in a form that this version knows?

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;
use std::process::Command;
use std::time::{Duration, SystemTime};

use bursar_runtime::journal::{Ending, JournalError, Lease, Sqlite};
use bursar_runtime::{Journal, Kind};

use crate::money::*;
use crate::sqlite::{Folder, client, opened};
use crate::support::*;

/// The whole of an error with its causes.
fn words(error: &JournalError) -> String {
    let mut cause: Option<&dyn std::error::Error> = Some(error);
    let mut words = String::new();
    while let Some(error) = cause {
        words.push_str(&format!("{error}: "));
        cause = error.source();
    }
    words
}

async fn refused(path: impl AsRef<Path>) -> String {
    words(&Sqlite::at(path).await.expect_err("an error"))
}

#[tokio::test]
async fn a_path_that_is_not_a_regular_file_is_refused() {
    let folder = Folder::new();
    for (path, fault) in [
        ("", "the path is empty"),
        (":memory:", "is a special name"),
        ("file:journal.sqlite", "is a special name"),
        ("file::memory:?cache=shared", "is a special name"),
        ("/", "has no file name"),
    ] {
        let words = refused(path).await;
        assert!(words.contains(fault), "{path}: {words}");
    }
    assert!(!Path::new("journal.sqlite").exists() && !Path::new(":memory:").exists());
    assert!(refused(&folder.0).await.contains("is a folder"));
    assert!(refused(folder.0.join("none/journal.sqlite")).await.contains("folder of the journal"));
    let (link, pipe) = (folder.0.join("link"), folder.0.join("pipe"));
    symlink(folder.file(), &link).expect("a link");
    assert!(refused(&link).await.contains("symbolic link"));
    assert!(Command::new("mkfifo").arg(&pipe).status().expect("a pipe").success());
    assert!(refused(&pipe).await.contains("not a regular file"));
    assert!(!folder.file().exists(), "nothing was made where the link leads");
}

#[tokio::test]
async fn only_the_owner_can_read_a_journal() {
    let folder = Folder::new();
    let files = || fs::read_dir(&folder.0).expect("a folder").map(|entry| entry.expect("a file").path());
    let modes = || -> Vec<u32> {
        files().map(|file| fs::metadata(file).expect("a file").permissions().mode() & 0o777).collect()
    };
    let server = Server::start(vec![state("OPEN")]).await;
    let journal = opened(&folder.file()).await;
    call(&client(&server.url, &journal), &PAY, ORDER).await.expect("an answer");
    assert_eq!(modes(), [0o600, 0o600, 0o600]);
    drop(journal);
    files().for_each(|file| fs::set_permissions(file, fs::Permissions::from_mode(0o644)).expect("a mode"));
    let journal = opened(&folder.file()).await;
    assert!(modes().iter().all(|mode| *mode == 0o600), "{:?}", modes());
    assert_eq!(journal.entries("paybank").await.expect("entries").len(), 1);
}

#[tokio::test]
async fn nothing_is_sent_once_the_file_is_gone() {
    for name in ["journal.sqlite", "journal.sqlite-wal"] {
        for is_removed in [true, false] {
            let (folder, server) = (Folder::new(), Server::start(vec![state("PAID")]).await);
            let journal = opened(&folder.file()).await;
            let core = client(&server.url, &journal);
            assert!(call(&core, &PAY, ORDER).await.is_ok());
            let file = folder.0.join(name);
            match is_removed {
                true => fs::remove_file(&file).expect("removed"),
                false => fs::rename(&file, folder.0.join("elsewhere")).expect("moved"),
            }
            let error = call(&core, &PAY, ORDER).await.expect_err("an error");
            assert_eq!((error.kind(), error.outcome().name(), server.count()), (&Kind::Journal, "not_sent", 1));
            // Another file in its place is another file.
            fs::write(&file, "").expect("a file");
            assert!(call(&core, &PAY, ORDER).await.is_err());
            assert_eq!(server.count(), 1);
        }
    }
}

/// What the first version made, with one call of each ending.
const OLD: &str = r#"
    PRAGMA journal_mode = WAL;
    CREATE TABLE secrets (name TEXT PRIMARY KEY, value BLOB NOT NULL) STRICT;
    CREATE TABLE calls (
        number INTEGER PRIMARY KEY,
        id TEXT NOT NULL UNIQUE,
        provider TEXT NOT NULL,
        operation TEXT NOT NULL,
        reference TEXT,
        amount TEXT,
        currency TEXT,
        sent_at TEXT NOT NULL,
        intent TEXT NOT NULL,
        ending TEXT
    ) STRICT;
    CREATE INDEX open_calls ON calls (provider) WHERE ending IS NULL OR ending = 'unknown';
    INSERT INTO secrets VALUES ('body-hash', x'000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f');
"#;

fn old_row(id: &str, ending: &str) -> String {
    let intent = format!(
        r#"{{"id":"{id}","body_hash":"00","pending":{{"provider":"paybank","operation":"pay","reference":"r-1","sent_at":"2026-01-01T00:00:00Z","amount":"12.50","currency":"EUR","lookup":{{"operation":"get_payment","values":{{"id":"\"r-1\""}}}}}}}}"#
    );
    format!(
        "INSERT INTO calls (id, provider, operation, reference, sent_at, intent, ending)
            VALUES ('{id}', 'paybank', 'pay', 'r-1', '2026-01-01T00:00:00Z', '{intent}', {ending});"
    )
}

fn sql(file: &Path, text: &str) {
    rusqlite::Connection::open(file).expect("a database").execute_batch(text).expect("SQL");
}

#[tokio::test]
async fn a_file_of_the_first_version_is_brought_up_to_date_once() {
    let (folder, server) = (Folder::new(), Server::start(vec![state("PAID"), state("OPEN")]).await);
    sql(&folder.file(), OLD);
    for (id, ending) in [("a", "NULL"), ("b", "'unknown'"), ("c", "'accepted'"), ("d", "'refused'")] {
        sql(&folder.file(), &old_row(id, ending));
    }
    let key = bursar_runtime::journal::HashKey::from_bytes(std::array::from_fn(|index| index as u8));
    for round in 0..2 {
        let journal = opened(&folder.file()).await;
        assert_eq!(journal.key().hash(b"x"), key.hash(b"x"), "the hashes stay comparable");
        let entries = journal.entries("paybank").await.expect("entries");
        let endings: Vec<_> = entries.iter().map(|entry| entry.ending).collect();
        let open = [None, Some(Ending::Unknown)];
        // Accepted was final in that version: these calls are not looked up again.
        assert_eq!(endings[2..], [Some(Ending::Settled), Some(Ending::Refused)]);
        if round == 0 {
            assert_eq!(endings[..2], open);
            let recovery = client(&server.url, &journal).recover(&journal).await.expect("a recovery");
            let closed: Vec<_> = recovery.iter().map(|one| (one.intent().id(), one.is_closed())).collect();
            assert_eq!((closed, recovery.foreign()), (vec![("a", true), ("b", false)], 0));
        }
    }
}

#[tokio::test]
async fn a_file_of_a_newer_version_or_of_something_else_is_refused_and_left_alone() {
    let folder = Folder::new();
    drop(opened(&folder.file()).await);
    sql(&folder.file(), "PRAGMA user_version = 7");
    let words = refused(folder.file()).await;
    assert!(words.contains("newer version") && words.contains("format 7"), "{words}");
    let other = folder.0.join("other.sqlite");
    sql(&other, "CREATE TABLE orders (id INTEGER)");
    assert!(refused(&other).await.contains("a database of another application"));
}

#[tokio::test]
async fn a_damaged_entry_is_named_beside_the_others() {
    let (folder, server) = (Folder::new(), Server::start(vec![cut(), cut(), cut(), state("PAID")]).await);
    let journal = opened(&folder.file()).await;
    let core = client(&server.url, &journal);
    for _ in 0..3 {
        let _ = call(&core, &PAY, ORDER).await;
    }
    let ids: Vec<_> =
        journal.open("paybank").await.expect("entries").iter().map(|it| it.intent.id().to_owned()).collect();
    sql(&folder.file(), &format!("UPDATE calls SET intent = '{{' WHERE id = '{}'", ids[0]));
    sql(&folder.file(), &format!("UPDATE calls SET intent = '{{}}', id = '' WHERE id = '{}'", ids[2]));
    let recovery = core.recover(&journal).await.expect("a recovery");
    assert_eq!((recovery.len(), recovery[0].is_closed(), recovery[0].intent().id()), (1, true, ids[1].as_str()));
    assert_eq!(recovery.unreadable(), [ids[0].as_str(), "row 3"]);
    assert!(!recovery.is_complete());
    // A person has looked.
    journal.end(&ids[0], Ending::GivenUp).await.expect("written");
    assert_eq!(journal.open("paybank").await.expect("entries").unreadable, ["row 3"]);
}

#[tokio::test]
async fn a_file_keeps_leases_endings_and_removals_as_memory_does() {
    let (folder, server) = (Folder::new(), Server::start(vec![cut(), state("OPEN")]).await);
    let journal = opened(&folder.file()).await;
    let core = client(&server.url, &journal);
    for _ in 0..2 {
        let _ = call(&core, &PAY, ORDER).await;
    }
    let ids: Vec<_> =
        journal.open("paybank").await.expect("entries").iter().map(|it| it.intent.id().to_owned()).collect();
    let at = |seconds| SystemTime::UNIX_EPOCH + Duration::from_secs(seconds);
    let lease = |owner: &str, seconds| Lease::new(owner, at(seconds));
    assert!(!journal.renew(&ids[0], &lease("a", 10)).await.expect("written"), "nobody has it");
    assert!(journal.take(&ids[0], &lease("a", 10), at(0)).await.expect("written"));
    assert!(!journal.take(&ids[0], &lease("b", 20), at(9)).await.expect("written"));
    assert!(journal.renew(&ids[0], &lease("a", 15)).await.expect("written"));
    assert!(!journal.take(&ids[0], &lease("b", 20), at(14)).await.expect("written"));
    assert!(journal.take(&ids[0], &lease("b", 20), at(15)).await.expect("written"));
    assert!(!journal.renew(&ids[0], &lease("a", 30)).await.expect("written"), "it is b's now");
    assert_eq!(journal.open("paybank").await.expect("entries")[0].lease, Some(lease("b", 20)));
    // Unknown says less than accepted.
    journal.end(&ids[1], Ending::Unknown).await.expect("written");
    assert_eq!(journal.open("paybank").await.expect("entries")[1].ending, Some(Ending::Accepted));
    assert_eq!(journal.purge(SystemTime::now() + Duration::from_secs(60)).await.expect("written"), 0);
    journal.end(&ids[0], Ending::GivenUp).await.expect("written");
    journal.end(&ids[0], Ending::GivenUp).await.expect("nothing new");
    assert_eq!(journal.end(&ids[0], Ending::NotSent).await.expect_err("an error").ending(), Some(Ending::GivenUp));
    assert!(journal.end("none", Ending::NotSent).await.expect_err("an error").is_no_entry());
    assert!(!journal.take(&ids[0], &lease("c", 99), at(98)).await.expect("written"), "it has ended");
    assert_eq!(journal.purge(SystemTime::now() - Duration::from_secs(60)).await.expect("written"), 0);
    assert_eq!(journal.purge(SystemTime::now() + Duration::from_secs(60)).await.expect("written"), 1);
    assert_eq!(journal.entries("paybank").await.expect("entries").len(), 1);
}
