//! Does the journal in a file keep what it was given, whatever happens to the process?

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::Duration;

use bursar_runtime::journal::{Ending, Sqlite};
use bursar_runtime::{Core, Journal, Reconciled};

use crate::money::*;
use crate::support::*;

/// A folder of its own, gone with the test.
pub(crate) struct Folder(pub(crate) PathBuf);

impl Folder {
    pub(crate) fn new() -> Self {
        let path = std::env::temp_dir().join(format!("journal-{}", bursar_runtime::generated::reference()));
        std::fs::create_dir(&path).expect("a folder");
        Self(path)
    }

    pub(crate) fn file(&self) -> PathBuf {
        self.0.join("journal.sqlite")
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        std::fs::remove_dir_all(&self.0).unwrap_or_default();
    }
}

pub(crate) async fn opened(file: &Path) -> Sqlite {
    Sqlite::at(file).await.expect("a journal")
}

pub(crate) fn client(url: &str, journal: &Sqlite) -> Core {
    let builder = Core::builder(&PAYBANK).base_url(url).max_attempts(1).journal(journal.clone());
    builder.build().expect("a client")
}

#[tokio::test]
async fn entries_and_key_survive_the_process() {
    let (folder, server) = (Folder::new(), Server::start(vec![cut(), state("PAID")]).await);
    let first = opened(&folder.file()).await;
    assert!(call(&client(&server.url, &first), &PAY, ORDER).await.is_err());
    let hash = first.key().hash(b"x");
    drop(first);
    let again = opened(&folder.file()).await;
    assert_eq!(again.key().hash(b"x"), hash);
    let entries = again.entries("paybank").await.expect("entries");
    assert_eq!((entries.len(), entries[0].ending), (1, Some(Ending::Unknown)));
    assert_eq!(entries[0].intent.pending().reference(), Some("r-1"));
    assert_eq!(entries[0].intent.body_hash(), again.key().hash(ORDER.as_bytes()));
    let recovered = client(&server.url, &again).recover(&again).await.expect("a recovery");
    assert!(matches!(recovered[0].result(), Ok(Reconciled::Done(_))));
    // What is final stays so.
    let error = again.end(entries[0].intent.id(), Ending::Refused).await.expect_err("an error");
    assert_eq!(error.ending(), Some(Ending::Settled));
    let entries = again.entries("paybank").await.expect("entries");
    assert_eq!((entries[0].ending, entries[0].progress.as_deref()), (Some(Ending::Settled), Some("done")));
    assert!(again.open("paybank").await.expect("entries").is_empty());
    let other = Folder::new();
    assert_ne!(opened(&other.file()).await.key().hash(b"x"), hash);
}

#[tokio::test]
async fn no_secret_of_a_body_is_in_the_file() {
    let (folder, server) = (Folder::new(), Server::start(vec![json(200, "{}")]).await);
    let journal = opened(&folder.file()).await;
    call(&client(&server.url, &journal), &PAY, ORDER).await.expect("an answer");
    // It stays open: with the last one that closes it, the log beside the file goes away.
    let files = std::fs::read_dir(&folder.0).expect("a folder").map(|entry| entry.expect("a file").path());
    let bytes: Vec<u8> = files.flat_map(|file| std::fs::read(file).expect("bytes")).collect();
    let holds = |text: &str| bytes.windows(text.len()).any(|window| window == text.as_bytes());
    assert!(holds("r-1") && holds("12.50") && !holds("SECRET") && !holds("acc-12345678"));
    drop(journal);
}

#[tokio::test]
async fn a_file_that_is_no_journal_is_refused() {
    let folder = Folder::new();
    std::fs::write(
        folder.file(),
        "a text that is no database, but long enough to be read as the header of one ........................",
    )
    .expect("a file");
    assert!(Sqlite::at(folder.file()).await.is_err());
    assert!(Sqlite::at(&folder.0).await.is_err());
}

#[tokio::test]
async fn many_calls_at_once_are_all_written() {
    let (folder, server) = (Folder::new(), Server::start(vec![json(200, "{}")]).await);
    let journal = opened(&folder.file()).await;
    let core = client(&server.url, &journal);
    let calls: Vec<_> = (0..40)
        .map(|_| {
            let core = core.clone();
            tokio::spawn(async move { call(&core, &PAY, ORDER).await.is_ok() })
        })
        .collect();
    for call in calls {
        assert!(call.await.expect("a call"));
    }
    let entries = journal.entries("paybank").await.expect("entries");
    assert_eq!((entries.len(), server.count()), (40, 40));
    assert!(entries.iter().all(|entry| entry.ending == Some(Ending::Accepted)));
}

const CHILD: &str = "BURSAR_TEST_CHILD";

/// What the test below starts and kills; it pays for as long as it lives.
#[tokio::test]
#[ignore = "started by another test"]
async fn the_child_that_is_killed() {
    let Ok(told) = std::env::var(CHILD) else { return };
    let (url, file) = told.split_once(' ').expect("a URL and a file");
    let core = client(url, &opened(Path::new(file)).await);
    for number in 0.. {
        let body = format!(r#"{{"reference":"{}-{number}","amount":1,"currency":"EUR"}}"#, std::process::id());
        let request = core.http().post(format!("{url}/payments")).body(body);
        core.call::<Anything, bursar_runtime::Empty>(&PAY, request).await.expect("an answer");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_reached_the_provider_is_in_the_journal_of_a_killed_process() {
    let folder = Folder::new();
    let mut paid = BTreeSet::new();
    for round in 0..8 {
        let server = Server::start(vec![json(200, "{}")]).await;
        let mut child = std::process::Command::new(std::env::current_exe().expect("this test"))
            .args(["--ignored", "--exact", "sqlite::the_child_that_is_killed"])
            .env(CHILD, format!("{} {}", server.url, folder.file().display()))
            .stdout(std::process::Stdio::null())
            .spawn()
            .expect("a child");
        // Each round ends at another moment of a call.
        while server.count() < 3 + round {
            tokio::time::sleep(Duration::from_micros(200)).await;
        }
        tokio::time::sleep(Duration::from_micros(137 * round as u64)).await;
        child.kill().expect("killed");
        child.wait().expect("waited");
        paid.extend(server.seen().into_iter().map(|seen| {
            serde_json::from_str::<serde_json::Value>(&seen.body).expect("JSON")["reference"]
                .as_str()
                .expect("text")
                .to_owned()
        }));
        let journal = opened(&folder.file()).await;
        let entries = journal.entries("paybank").await.expect("entries");
        let known: BTreeSet<_> =
            entries.iter().filter_map(|entry| entry.intent.pending().reference()).map(str::to_owned).collect();
        assert!(paid.is_subset(&known), "{:?}", paid.difference(&known).collect::<Vec<_>>());
        // One call at a time: only the last of each round can be without an end.
        assert!(entries.iter().filter(|entry| entry.ending.is_none()).count() <= round + 1);
    }
    assert!(paid.len() >= 8 * 3);
}
