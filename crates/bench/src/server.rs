//! The smallest server there is: it answers every request with the same accounts, or the same transfer, so that only the clients differ.

use std::io::{BufRead as _, Read as _};
use std::process::{Child, Command, Stdio};

use anyhow::Context as _;
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};

/// What every call is answered with.
pub(crate) const BODY: &str = r#"[{"account_id":"acc-checking","account_number":"****1234","account_name":"Everyday account","account_type":"checking","currency_code":"USD","available_balance":1175.00,"current_balance":1200.50,"meta":[{"name":"branch","value":"001"}]},{"account_id":"acc-card","account_number":"****9876","account_name":"Blue card","account_type":"credit_card","currency_code":"USD","current_balance":320.10,"available_credit":1679.90,"payment_due_date":"2019-04-15","payment_due_amount":35.00,"interest_rate":0.1799}]"#;

/// What a transfer is answered with.
const TRANSFER: &str = r#"{"status":"success","reference_number":"REF-0123456789"}"#;

/// Runs the server until its standard input closes; prints its port first. One thread answers everybody, so that no client has a better place.
pub(crate) fn serve() -> anyhow::Result<()> {
    std::thread::spawn(|| {
        // The parent is gone when its end of the pipe is.
        let _ = std::io::stdin().read_to_end(&mut Vec::new());
        std::process::exit(0);
    });
    tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        crate::say(&listener.local_addr()?.port().to_string());
        loop {
            let (stream, _) = listener.accept().await?;
            tokio::spawn(answer(stream));
        }
    })
}

/// Answers the requests of one connection until it closes.
async fn answer(stream: TcpStream) -> std::io::Result<()> {
    stream.set_nodelay(true)?;
    let mut stream = BufReader::new(stream);
    let answer = |body: &str| {
        format!("HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}", body.len())
    };
    let (accounts, transfer) = (answer(BODY), answer(TRANSFER));
    let mut line = String::new();
    loop {
        let mut length = 0;
        let mut is_transfer = false;
        loop {
            line.clear();
            if stream.read_line(&mut line).await? == 0 {
                return Ok(());
            }
            is_transfer |= line.starts_with("POST /transfer ");
            if let Some((name, value)) = line.split_once(':')
                && name.eq_ignore_ascii_case("content-length")
            {
                length = value.trim().parse().unwrap_or(0);
            }
            if line == "\r\n" {
                break;
            }
        }
        let mut body = vec![0; length];
        stream.read_exact(&mut body).await?;
        let answer = if is_transfer { &transfer } else { &accounts };
        stream.get_mut().write_all(answer.as_bytes()).await?;
    }
}

/// The server in a process of its own; it ends with this value.
pub(crate) struct Server {
    child: Child,
    /// Its address.
    pub(crate) url: String,
}

impl Server {
    /// Starts the server.
    pub(crate) fn start() -> anyhow::Result<Self> {
        let program = std::env::current_exe()?;
        let mut child = Command::new(program).arg("serve").stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
        let output = child.stdout.take().context("the server has no output")?;
        let mut port = String::new();
        std::io::BufReader::new(output).read_line(&mut port)?;
        Ok(Self { child, url: format!("http://127.0.0.1:{}", port.trim()) })
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
