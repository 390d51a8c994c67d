//! A read and a money call on loopback: the whole chain against bare reqwest, and against reqwest with one middleware.

use std::future::Future;
use std::time::{Duration, Instant};

use bursar_kasisto::{Client, Credential, journal, major, types};
use reqwest_middleware::{ClientWithMiddleware, Middleware, Next};
use serde::{Deserialize, Serialize};
use stats_alloc::Region;

use crate::server::Server;

/// Rounds, in which the clients take turns, and calls of each client per round.
const ROUNDS: usize = 60;
const CALLS: usize = 100;

/// What somebody without bursar would write for the same answer.
#[derive(Deserialize)]
#[allow(dead_code, reason = "only the reading is measured")]
struct Account {
    account_id: Option<String>,
    account_number: Option<String>,
    account_name: Option<String>,
    account_type: Option<String>,
    currency_code: Option<String>,
    available_balance: Option<serde_json::Number>,
    current_balance: Option<serde_json::Number>,
    available_credit: Option<serde_json::Number>,
    payment_due_date: Option<String>,
    payment_due_amount: Option<serde_json::Number>,
    interest_rate: Option<serde_json::Number>,
    #[serde(default)]
    meta: Vec<Pair>,
}

#[derive(Deserialize)]
#[allow(dead_code, reason = "only the reading is measured")]
struct Pair {
    name: String,
    value: String,
}

#[derive(Serialize)]
struct ListAccounts {
    user_id: &'static str,
}

#[derive(Serialize)]
struct Order {
    source_account_id: &'static str,
    dest_account_id: &'static str,
    amount: u32,
    currency_code: &'static str,
}

#[derive(Deserialize)]
struct Done {
    reference_number: Option<String>,
}

struct Nothing;

#[async_trait::async_trait]
impl Middleware for Nothing {
    async fn handle(
        &self,
        request: reqwest::Request,
        extensions: &mut http::Extensions,
        next: Next<'_>,
    ) -> reqwest_middleware::Result<reqwest::Response> {
        next.run(request, extensions).await
    }
}

/// Latencies and allocations of one client.
#[derive(Default)]
struct Figures {
    times: Vec<Duration>,
    allocations: Vec<usize>,
    bytes: Vec<usize>,
}

impl Figures {
    async fn round<F: Future<Output = anyhow::Result<usize>>>(&mut self, call: impl Fn() -> F) -> anyhow::Result<()> {
        for _ in 0..CALLS {
            let region = Region::new(crate::ALLOCATOR);
            let start = Instant::now();
            let accounts = call().await?;
            self.times.push(start.elapsed());
            let change = region.change();
            self.allocations.push(change.allocations);
            self.bytes.push(change.bytes_allocated);
            anyhow::ensure!(accounts == 2, "a client read {accounts} accounts instead of 2");
        }
        Ok(())
    }

    fn row(&mut self, name: &str, base: Duration) -> String {
        let (p50, p99) = (percentile(&mut self.times, 50), percentile(&mut self.times, 99));
        let ratio = p50.as_secs_f64() / base.as_secs_f64();
        let micros = |time: Duration| time.as_secs_f64() * 1e6;
        format!(
            "{name:<34} {:>8.1} {:>8.1} {ratio:>7.3} {:>8} {:>9}",
            micros(p50),
            micros(p99),
            percentile(&mut self.allocations, 50),
            percentile(&mut self.bytes, 50),
        )
    }
}

fn percentile<T: Ord + Copy>(values: &mut [T], percent: usize) -> T {
    values.sort_unstable();
    values[(values.len() - 1) * percent / 100]
}

/// Runs the comparison and prints it as a table.
pub(crate) fn run() -> anyhow::Result<()> {
    let server = Server::start()?;
    tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(compare(&server.url))
}

async fn compare(url: &str) -> anyhow::Result<()> {
    let http = reqwest::Client::builder().no_proxy().build()?;
    let layered = ClientWithMiddleware::new(http.clone(), vec![std::sync::Arc::new(Nothing) as _]);
    let bursar = || -> anyhow::Result<_> {
        let (secret, token) = (Credential::new("secret")?, Credential::new("token")?);
        Ok(Client::builder().base_url(url).secret(secret).token(token))
    };
    let journaled = bursar()?.core(|core| core.journal(journal::Memory::default())).build()?;
    let bursar = bursar()?.build()?;

    let accounts = format!("{url}/accounts");
    let list = ListAccounts { user_id: "user-1" };
    let typed_list = types::ListAccounts::builder().user_id("user-1").build()?;
    let bare = || async {
        let request = http.post(&accounts).header("secret", "secret").header("token", "token").json(&list);
        Ok(serde_json::from_slice::<Vec<Account>>(&request.send().await?.error_for_status()?.bytes().await?)?.len())
    };
    let one_layer = || async {
        let request = layered.post(&accounts).header("secret", "secret").header("token", "token").json(&list);
        Ok(serde_json::from_slice::<Vec<Account>>(&request.send().await?.error_for_status()?.bytes().await?)?.len())
    };
    let whole_chain = || async { Ok(bursar.list_accounts(&typed_list).await?.len()) };

    let transfers = format!("{url}/transfer");
    let order = Order { source_account_id: "a", dest_account_id: "b", amount: 1, currency_code: "USD" };
    let typed_order = types::CreateTransfer::builder()
        .source_account_id("a")
        .dest_account_id("b")
        .amount(major!(1))
        .currency_code("USD")
        .without_correlation()
        .build()?;
    let bare_money = || async {
        let request = layered.post(&transfers).header("secret", "secret").header("token", "token").json(&order);
        let answer: Done = serde_json::from_slice(&request.send().await?.error_for_status()?.bytes().await?)?;
        Ok(1 + usize::from(answer.reference_number.is_some()))
    };
    let money = |client: Client| {
        let order = &typed_order;
        move || {
            let client = client.clone();
            async move { Ok(1 + usize::from(client.create_transfer(order).await?.reference_number.is_some())) }
        }
    };
    let (plain_money, journaled_money) = (money(bursar.clone()), money(journaled));

    let mut figures: [Figures; 6] = Default::default();
    // The first round opens connections, and is not counted.
    for round in 0..=ROUNDS {
        figures[0].round(bare).await?;
        figures[1].round(one_layer).await?;
        figures[2].round(whole_chain).await?;
        figures[3].round(bare_money).await?;
        figures[4].round(&plain_money).await?;
        figures[5].round(&journaled_money).await?;
        if round == 0 {
            figures = Default::default();
        }
    }
    let calls = ROUNDS * CALLS;
    crate::say(&format!(
        "{calls} calls each, in turns of {CALLS}; microseconds, allocations and bytes per call (median)"
    ));
    crate::say(&format!("{:<34} {:>8} {:>8} {:>7} {:>8} {:>9}", "client", "p50", "p99", "ratio", "allocs", "bytes"));
    let names = [
        ["reqwest, a list", "reqwest + one middleware, a list", "bursar, a list"],
        ["reqwest + one middleware, money", "bursar, money", "bursar, money, journal in memory"],
    ];
    for (names, figures) in names.iter().zip(figures.chunks_mut(3)) {
        let base = percentile(&mut figures[0].times, 50);
        for (name, figures) in names.iter().zip(figures) {
            crate::say(&figures.row(name, base));
        }
    }
    Ok(())
}
