//! Records what one test's thread writes through `tracing` and `log`, at every level.

use std::cell::RefCell;
use std::io;
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
        });
        WRITTEN.set(Some(Vec::new()));
        Self(())
    }

    /// All that was written.
    pub(crate) fn stop(self) -> String {
        let Self(()) = self;
        String::from_utf8(WRITTEN.take().expect("a recording")).expect("text")
    }
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
