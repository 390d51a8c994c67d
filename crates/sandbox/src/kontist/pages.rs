//! Lists by page, whose `next` is a path and a query without a host.

use super::desk::{Reply, Request};
use super::refusal::Refusal;
use super::world::World;
use crate::exchange::Answer;
use crate::json::{Json, Object};

/// The page that the request asks for.
pub(super) fn page(world: &World, request: &Request, rows: Vec<Object>) -> Reply {
    let number = request.query("page").map_or(Some(1), |text| text.parse::<usize>().ok().filter(|page| *page > 0));
    let number = number.ok_or(Refusal::invalid())?;
    let (size, total) = (world.settings.page_size, rows.len());
    let end = number.saturating_mul(size);
    let next = (end < total).then(|| format!("{}?page={}", request.address, number + 1));
    let results: Json = rows.into_iter().skip(end.saturating_sub(size)).take(size).collect();
    let total = u32::try_from(total).unwrap_or(u32::MAX);
    Ok(Answer::ok(Object::new().with("next", next).with("total", total).with("results", results)))
}
