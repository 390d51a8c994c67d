//! What the bank knows besides money: payees, merchants, categories, branches and offers.

/// Somebody a customer pays.
#[derive(Debug)]
pub(super) struct Payee {
    pub(super) id: &'static str,
    pub(super) name: &'static str,
    pub(super) alias: &'static [&'static str],
    /// `payee` or `biller`.
    pub(super) category: &'static str,
}

/// A merchant or a category: an id with names.
#[derive(Debug)]
pub(super) struct Named {
    pub(super) id: &'static str,
    pub(super) name: &'static str,
    pub(super) alias: &'static [&'static str],
}

/// A place on the map.
#[derive(Debug)]
pub(super) struct Place {
    pub(super) address: &'static str,
    pub(super) city: &'static str,
    pub(super) state: &'static str,
    pub(super) zip: &'static str,
    pub(super) country: &'static str,
    /// Latitude and longitude, as decimal text.
    pub(super) coordinates: (&'static str, &'static str),
}

/// A branch or a cash machine.
#[derive(Debug)]
pub(super) struct Branch {
    pub(super) id: &'static str,
    /// `bank` or `atm`.
    pub(super) kind: &'static str,
    pub(super) name: &'static str,
    pub(super) phone: &'static str,
    pub(super) services: &'static [&'static str],
    pub(super) hours: &'static [&'static str],
    pub(super) languages: &'static [&'static str],
    pub(super) place: &'static Place,
}

/// An offer of a merchant to the bank's customers.
#[derive(Debug)]
pub(super) struct Offer {
    pub(super) id: &'static str,
    pub(super) kind: &'static str,
    pub(super) summary: &'static str,
    pub(super) merchant: &'static str,
    pub(super) category: &'static str,
    pub(super) details: &'static [&'static str],
    pub(super) place: &'static Place,
}

pub(super) const PAYEES: &[Payee] = &[
    Payee { id: "payee-1", name: "Springfield Power", alias: &["electricity"], category: "biller" },
    Payee { id: "payee-2", name: "Sam Sample", alias: &["Sam", "my brother"], category: "payee" },
];

pub(super) const MERCHANTS: &[Named] = &[
    Named { id: "merchant-1", name: "Corner Bakery", alias: &["bakery", "corner"] },
    Named { id: "merchant-2", name: "Greenfield Grocers", alias: &["Greenfield"] },
    Named { id: "merchant-3", name: "Strand Street Books", alias: &[] },
];

pub(super) const CATEGORIES: &[Named] = &[
    Named { id: "category-1", name: "Food", alias: &["groceries", "restaurants"] },
    Named { id: "category-2", name: "Shopping", alias: &[] },
    Named { id: "category-3", name: "Income", alias: &["salary"] },
    Named { id: "category-4", name: "Transfers", alias: &[] },
    Named { id: "category-5", name: "Payments", alias: &["bills"] },
];

const MAIN_STREET: Place = Place {
    address: "1 Main Street",
    city: "Springfield",
    state: "IL",
    zip: "62701",
    country: "US",
    coordinates: ("39.80", "-89.64"),
};

const STATION_ROAD: Place = Place {
    address: "7 Station Road",
    city: "Shelbyville",
    state: "IL",
    zip: "62565",
    country: "US",
    coordinates: ("39.41", "-88.79"),
};

pub(super) const BRANCHES: &[Branch] = &[
    Branch {
        id: "location-1",
        kind: "bank",
        name: "Springfield Main Street",
        phone: "+1 555 0101",
        services: &["teller", "safe deposit box"],
        hours: &["Mon-Fri 9:00-17:00", "Sat 10:00-13:00"],
        languages: &["English", "Spanish"],
        place: &MAIN_STREET,
    },
    Branch {
        id: "location-2",
        kind: "atm",
        name: "Shelbyville Station",
        phone: "+1 555 0103",
        services: &["cash", "deposit"],
        hours: &["Every day, all day"],
        languages: &["English"],
        place: &STATION_ROAD,
    },
];

pub(super) const OFFERS: &[Offer] = &[
    Offer {
        id: "offer-1",
        kind: "rewards",
        summary: "Five percent back at Corner Bakery",
        merchant: "Corner Bakery",
        category: "Food",
        details: &["Pay with your card.", "Paid back within a month."],
        place: &MAIN_STREET,
    },
    Offer {
        id: "offer-2",
        kind: "benefits",
        summary: "Ten percent off travel guides",
        merchant: "Strand Street Books",
        category: "Shopping",
        details: &["In the shop only."],
        place: &STATION_ROAD,
    },
];

pub(super) fn payee(id: &str) -> Option<&'static Payee> {
    PAYEES.iter().find(|payee| payee.id == id)
}

/// The display name of a category; the id itself if there is none.
pub(super) fn category(id: &'static str) -> &'static str {
    CATEGORIES.iter().find(|category| category.id == id).map_or(id, |category| category.name)
}
