//! Pipes that close, disks that are full, Ctrl-C, and the sandbox that runs until then.

use std::fs::File;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use crate::support::{Reaction, Server, bursar};

/// Ends a child as Ctrl-C would.
fn interrupt(child: &Child) {
    let sent = Command::new("kill").args(["-INT", &child.id().to_string()]).status().expect("kill runs");
    assert!(sent.success());
}

#[test]
fn a_closed_pipe_is_not_an_error() {
    let mut child =
        bursar(&["operations", "kotani", "--json"]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!((output.status.code(), output.stderr), (Some(0), Vec::new()));
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_reported() {
    let full = File::options().write(true).open("/dev/full").unwrap();
    let output = bursar(&["providers"]).stdout(full).output().unwrap();
    assert_eq!(output.status.code(), Some(5));
    assert!(output.stderr.starts_with(b"error: cannot write to stdout: "));
}

#[test]
fn ctrl_c_says_whether_the_call_may_have_taken_effect() {
    let deposit: &[&str] = &["--set", "customer_key=c", "--set", "wallet_id=w", "--set", "amount=1"];
    let cases = [
        ("create_mobile_money_deposit", deposit, "the call may have taken effect, look it up before repeating it"),
        ("list_banks", &[], "the call only reads, nothing was changed"),
    ];
    for (operation, words, message) in cases {
        let server = Server::start(Reaction::Silence);
        let mut command = bursar(&["call", "kotani", operation, "--base-url", &server.url]);
        command.args(words).env("BURSAR_KOTANI_API_KEY", "k").stdout(Stdio::piped()).stderr(Stdio::piped());
        let child = command.spawn().unwrap();
        while server.requests().is_empty() {
            std::thread::sleep(Duration::from_millis(5));
        }
        interrupt(&child);
        let output = child.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(130));
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(said.ends_with(&format!("interrupted: {message}\n")), "{said}");
    }
}

/// A sandbox that ends with its test, however that ends.
struct Served(Child);

impl Drop for Served {
    fn drop(&mut self) {
        // It has ended already if all went well.
        let _ = self.0.kill();
    }
}

#[test]
fn the_sandbox_serves_until_ctrl_c() {
    let mut command = bursar(&["sandbox", "--port", "0", "--seed", "7"]);
    let mut served = Served(command.stdout(Stdio::piped()).spawn().unwrap());
    let lines = BufReader::new(served.0.stdout.take().unwrap()).lines().map(Result::unwrap);
    let listing: Vec<String> = lines.take_while(|line| line != "Ctrl-C stops it.").collect();
    for title in ["Kasha", "Kasisto bank", "Kontist", "Kotani Pay", "VaultsPay"] {
        assert!(listing.iter().any(|line| line.starts_with(title)), "{title}: {listing:?}");
    }
    assert!(listing.iter().any(|line| line.split_whitespace().eq(["secret", "demo-secret"])), "{listing:?}");

    let first = listing[0].split_whitespace().last().unwrap();
    let address = first.trim_start_matches("http://").split('/').next().unwrap();
    let mut stream = TcpStream::connect(address).unwrap();
    write!(stream, "GET /kasisto/token HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\r\n").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 "), "{answer}");

    interrupt(&served.0);
    assert_eq!(served.0.wait().unwrap().code(), Some(0));
}
