//! Do the clients generated from documents that exercise one construct each read, write and send what those documents say?
//!
//! One test per document in `specs`; its cases are in `payloads`, in the format that the README describes.

mod answers;
mod body;
mod cases;
mod client;
mod folders;
mod hidden;
mod requests;
mod tree;
mod typed;
mod wire;

macro_rules! tests {
    ($($name:ident)*) => {
        mod document {
            $(
                #[tokio::test]
                async fn $name() {
                    crate::cases::run(stringify!($name)).await;
                }
            )*
        }
    };
}

bursar_shapes::for_each_module!(tests);
