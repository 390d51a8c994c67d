//! Records what one test's thread writes through `tracing` and `log`, at every level, and what its panics say.
//!
//! That includes reqwest and hyper-util; hyper itself writes only in builds with `--cfg hyper_unstable_tracing`.

use std::cell::RefCell;
use std::io;
use std::panic::{self, AssertUnwindSafe};
use std::sync::Once;

use tracing_subscriber::filter::LevelFilter;
use tracing_subscriber::fmt::format::FmtSpan;

thread_local! {
    /// What this thread wrote since its recording started. Tests run on one thread each, their clients included; mock servers on others.
    static WRITTEN: RefCell<Option<Vec<u8>>> = const { RefCell::new(None) };
}

/// A recording of this thread under way.
pub(crate) struct Recording(());

impl Recording {
    pub(crate) fn start() -> Self {
        static SUBSCRIBER: Once = Once::new();
        SUBSCRIBER.call_once(|| {
            let subscriber =
                tracing_subscriber::fmt().with_max_level(LevelFilter::TRACE).with_span_events(FmtSpan::FULL);
            subscriber.with_writer(|| Writer).init();
            let usual = panic::take_hook();
            panic::set_hook(Box::new(move |panic| {
                let is_recording = WRITTEN.with_borrow_mut(|written| {
                    written.as_mut().map(|written| written.extend_from_slice(panic.to_string().as_bytes()))
                });
                if is_recording.is_none() {
                    usual(panic);
                }
            }));
        });
        WRITTEN.set(Some(Vec::new()));
        Self(())
    }

    /// All that was written.
    pub(crate) fn stop(self) -> String {
        String::from_utf8(WRITTEN.take().expect("a recording")).expect("text")
    }
}

/// A recorded panic is not printed; one that ends the test has to be.
#[allow(clippy::print_stderr, reason = "it says why a test failed")]
impl Drop for Recording {
    fn drop(&mut self) {
        if let Some(written) = WRITTEN.take().filter(|_| std::thread::panicking()) {
            eprintln!("{}", String::from_utf8_lossy(&written));
        }
    }
}

/// What a panic says.
pub(crate) fn panicked(work: impl FnOnce()) -> String {
    let recording = Recording::start();
    let result = panic::catch_unwind(AssertUnwindSafe(work));
    let written = recording.stop();
    assert!(result.is_err(), "there was no panic");
    written
}

struct Writer;

impl io::Write for Writer {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        WRITTEN.with_borrow_mut(|written| written.iter_mut().for_each(|written| written.extend_from_slice(bytes)));
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
