//! Lists by page.

use super::desk::{Payload, Request};
use crate::json::{Json, Object};

/// Rows per page where the caller does not say, and at most.
const USUAL: usize = 20;
const MOST: usize = 100;

/// Where a page is in its list.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pagination {
    page: usize,
    size: usize,
    total: usize,
}

impl From<Pagination> for Json {
    fn from(pagination: Pagination) -> Self {
        Object::new()
            .with("currentPage", count(pagination.page))
            .with("perPage", count(pagination.size))
            .with("totalPages", count(pagination.total.div_ceil(pagination.size)))
            .with("totalCount", count(pagination.total))
            .with("sort", "id: DESC")
            .into()
    }
}

/// The page that the request asks for, of rows that are in their order already.
pub(super) fn page(rows: Vec<Object>, request: &Request) -> Payload {
    let number = |name: &str| request.query(name).and_then(|text| text.parse::<usize>().ok());
    let size = number("perPage").unwrap_or(USUAL).clamp(1, MOST);
    let page = number("page").unwrap_or(1).max(1);
    let pagination = Pagination { page, size, total: rows.len() };
    Payload::Page(rows.into_iter().skip((page - 1).saturating_mul(size)).take(size).collect(), pagination)
}

/// A count as JSON has it; there are never more than it can hold.
pub(super) fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}
