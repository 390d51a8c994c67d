//! A generated client for each document in `specs`; the build script writes them, `tests/` runs the cases of `payloads` against them.

use bursar_runtime::dispatch::{Arguments, Decoded, Dispatched};
use bursar_runtime::{Core, Operation, Reply, Undecodable};

/// The generated client of one document, without its types.
pub struct Shape {
    /// Name of the document.
    pub name: &'static str,
    /// Its operations.
    pub operations: &'static [&'static Operation],
    /// Reads an answer of an operation and writes it again.
    pub decode: fn(&str, &Reply) -> Option<Decoded>,
    /// Reads a request body of an operation and writes it again.
    pub recode: fn(&str, &[u8]) -> Option<Recoded>,
    /// A client over a configured core.
    pub client: fn(Core) -> Box<dyn Client>,
}

/// A request body written again, or why it does not read.
pub type Recoded = Result<String, Undecodable>;

/// A client of any document.
pub trait Client: std::fmt::Debug + Send + Sync {
    /// Calls an operation by its id.
    fn call<'a>(&'a self, operation: &str, arguments: &'a Arguments) -> Option<Dispatched<'a>>;
}

macro_rules! shapes {
    ($($name:ident)*) => {
        $(
            impl Client for $name::client::Client {
                fn call<'a>(&'a self, operation: &str, arguments: &'a Arguments) -> Option<Dispatched<'a>> {
                    let entry = $name::dispatch::ENTRIES.iter().find(|entry| entry.operation.id == operation)?;
                    Some((entry.call)(self, arguments))
                }
            }
        )*

        /// All documents, sorted by name.
        pub static SHAPES: &[Shape] = &[$(Shape {
            name: stringify!($name),
            operations: $name::operations::ALL,
            decode: |operation, reply| {
                let entry = $name::dispatch::ENTRIES.iter().find(|entry| entry.operation.id == operation)?;
                Some((entry.decode)(entry.operation, reply))
            },
            recode: |operation, body| {
                let entry = $name::dispatch::ENTRIES.iter().find(|entry| entry.operation.id == operation)?;
                Some(entry.recode?(body).map(|echo| echo.json))
            },
            client: |core| Box::new($name::client::Client::from_core(core)),
        }),*];
    };
}

// The modules, and `for_each_module!`, which passes their names to a macro.
include!(concat!(env!("OUT_DIR"), "/modules.rs"));

for_each_module!(shapes);
