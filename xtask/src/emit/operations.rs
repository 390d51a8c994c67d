//! `operations.rs`: the table of operations as static data.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use crate::document::names;
use crate::rewrite::plan::{Check, LookupParameter, Operation, Plan, Scheme, SchemePlace, Slot};
use crate::vocabulary::{
    Absent, Candidates, Correlation, Counted, Counts, Effect, Envelope, Fill, Idempotency, KeyPlace, Leg, Lookup,
    Money, MoneyFields, Outcome, Page, Pointer, Remembered, RememberedIn, Settled, Text, Tier,
};

/// The file `operations.rs`.
pub(crate) fn file(plan: &Plan) -> TokenStream {
    let idents: Vec<_> = plan.operations.iter().map(|row| format_ident!("{}", names::shouty(&row.id))).collect();
    let rows = plan.operations.iter().zip(&idents).map(|(row, ident)| {
        let text = format!(" `{}`: {} {}.", row.id, row.method, row.path);
        let row = operation(&plan.provider, row);
        quote!(#[doc = #text] pub static #ident: Operation = #row;)
    });
    let (limits, retry_after) = (plan.limits.iter().map(limit), &plan.retry_after);
    quote! {
        #[allow(unused_imports)]
        use bursar_runtime::operation::{
            Absent, Check, Correlation, Direction, Effect, Entries, EntryKey, Envelope, Failed, Fill, FilledHeader, Idempotency, Key, Limit,
            Lookup, LookupParameter, Method, Money, MoneyFields, Operation, Page, Place, Remembered, Scheme, Settled, SettledCounts, SettledLeg, Slot, StatusMeaning,
        };

        /// All operations, in the order of the document.
        pub static ALL: &[&Operation] = &[#(&#idents),*];

        /// How many calls the provider takes in how much time.
        pub static LIMITS: &[Limit] = &[#(#limits),*];

        /// JSON pointer in an error's body that says how many seconds to wait; empty if there is none.
        pub const RETRY_AFTER: &str = #retry_after;

        #(#rows)*
    }
}

fn limit((name, tier): (&String, &Tier)) -> TokenStream {
    let Tier { calls, seconds, burst, per } = tier;
    let (burst, together) = (burst.unwrap_or(*calls), *per == Counted::Tier);
    quote!(Limit { tier: #name, calls: #calls, seconds: #seconds, burst: #burst, together: #together })
}

fn operation(provider: &str, row: &Operation) -> TokenStream {
    let Operation {
        id,
        aliases,
        path,
        tag,
        accept,
        sensitive_request,
        sensitive_answer,
        limit,
        sealed,
        inferred,
        deprecated,
        ..
    } = row;
    let method = format_ident!("{}", row.method);
    let effect = match row.effect {
        Some(Effect::Money) => quote!(Effect::Money),
        Some(Effect::Write) => quote!(Effect::Write),
        Some(Effect::Read) | None => quote!(Effect::Read),
    };
    let auth = row.auth.iter().map(|schemes| {
        let schemes = schemes.iter().map(scheme);
        quote!(&[#(#schemes),*])
    });
    let headers = row.headers.iter().map(|header| {
        let name = &header.name;
        let fill = match header.fill {
            Fill::HttpDate => quote!(Fill::HttpDate),
            Fill::Uuid => quote!(Fill::Uuid),
            Fill::Option => quote!(Fill::Option),
        };
        quote!(FilledHeader { name: #name, fill: #fill })
    });
    let idempotency = option(row.idempotency.as_ref().map(|it| idempotency(it, row)));
    let correlation = option(row.correlation.as_ref().map(correlation));
    let remembers = row.remembers.iter().map(remembered);
    let settled = option(row.settled.as_ref().map(settled));
    let money = option(row.money.as_ref().map(money));
    let mut stated: Vec<_> =
        row.outcomes.iter().filter_map(|(status, outcome)| Some((statuses(status)?, outcome))).collect();
    // Listed statuses before ranges, ranges before `default`.
    stated.sort_by_key(|((first, last), _)| last - first);
    let outcomes = stated.iter().map(|((first, last), outcome)| {
        let meaning = meaning(outcome);
        quote!((#first, #last, #meaning))
    });
    let envelope = option(row.envelope.as_ref().map(envelope));
    let checks = row.checks.iter().map(|(place, check)| {
        let check = self::check(check);
        quote!((#place, #check))
    });
    let page = option(row.page.as_ref().map(page));
    let answer_headers = row.answer_headers.iter().map(|(name, _)| name);
    quote! {
        Operation {
            provider: #provider,
            id: #id,
            aliases: &[#(#aliases),*],
            method: Method::#method,
            path: #path,
            tag: #tag,
            effect: #effect,
            auth: &[#(#auth),*],
            headers: &[#(#headers),*],
            accept: #accept,
            idempotency: #idempotency,
            settled: #settled,
            money: #money,
            outcomes: &[#(#outcomes),*],
            envelope: #envelope,
            checks: &[#(#checks),*],
            sensitive_request: &[#(#sensitive_request),*],
            sensitive_answer: &[#(#sensitive_answer),*],
            answer_headers: &[#(#answer_headers),*],
            page: #page,
            correlation: #correlation,
            remembers: &[#(#remembers),*],
            limit: #limit,
            sealed: #sealed,
            inferred: #inferred,
            deprecated: #deprecated,
        }
    }
}

fn check(check: &Check) -> TokenStream {
    match check {
        Check::Required => quote!(Check::Required),
        Check::Length { least, most } => {
            let most = most_of(*most);
            quote!(Check::Length { least: #least, most: #most })
        }
        Check::Count { least, most } => {
            let most = most_of(*most);
            quote!(Check::Count { least: #least, most: #most })
        }
        Check::Range { least, most, open } => quote!(Check::Range { least: #least, most: #most, open: #open }),
        Check::Decimals { iso, other, currency } => {
            quote!(Check::Decimals { iso: #iso, other: #other, currency: #currency })
        }
        Check::Format(variant) => {
            let variant = format_ident!("{variant}");
            quote!(Check::#variant)
        }
    }
}

fn most_of(most: u32) -> TokenStream {
    if most == u32::MAX { quote!(u32::MAX) } else { quote!(#most) }
}

fn option(value: Option<TokenStream>) -> TokenStream {
    value.map_or_else(|| quote!(None), |value| quote!(Some(#value)))
}

fn scheme(scheme: &Scheme) -> TokenStream {
    let Scheme { name, place, scopes } = scheme;
    let place = match place {
        SchemePlace::Header(header) => quote!(Place::Header(#header)),
        SchemePlace::Query(parameter) => quote!(Place::Query(#parameter)),
        SchemePlace::Cookie(cookie) => quote!(Place::Cookie(#cookie)),
        SchemePlace::Bearer => quote!(Place::Bearer),
        SchemePlace::Basic => quote!(Place::Basic),
    };
    quote!(Scheme { name: #name, place: #place, scopes: &[#(#scopes),*] })
}

fn idempotency(idempotency: &Idempotency, row: &Operation) -> TokenStream {
    let field = idempotency.field.as_deref().unwrap_or_default();
    let key = match idempotency.place {
        KeyPlace::None => quote!(Key::None),
        KeyPlace::Body => quote!(Key::Body(#field)),
        KeyPlace::Header => {
            let field = field.to_ascii_lowercase();
            quote!(Key::Header(#field))
        }
        KeyPlace::Query => quote!(Key::Query(#field)),
    };
    let format = idempotency.format.as_deref().unwrap_or_default();
    let scope = idempotency.scope.as_deref().unwrap_or_default();
    let (duplicate, one_time, echo) = (&idempotency.duplicate, &idempotency.one_time, pointer(&idempotency.echo));
    let lookup = option(idempotency.lookup.as_ref().map(|it| lookup(it, row)));
    quote! {
        Idempotency {
            key: #key,
            format: #format,
            scope: #scope,
            duplicate: &[#(#duplicate),*],
            one_time: #one_time,
            echo: #echo,
            lookup: #lookup,
        }
    }
}

fn lookup(lookup: &Lookup, row: &Operation) -> TokenStream {
    let Lookup { operation, visible_after, .. } = lookup;
    let parameters = row.lookup.iter().map(|LookupParameter { to, list, from, remembered }| {
        let (to, from) = (slot(to), slot(from));
        quote!(LookupParameter { to: #to, list: #list, from: #from, remembered: #remembered })
    });
    let (amount, currency, before) = (pointer(&lookup.amount), pointer(&lookup.currency), texts(&lookup.before));
    let (account, reference) = (pointer(&lookup.account), pointer(&lookup.reference));
    let settled = option(lookup.settled.as_ref().map(settled));
    let entries = option(lookup.candidates.as_ref().map(|it| entries(it, row.key.as_ref())));
    let absent = match lookup.absent {
        Absent::Unknown => quote!(Absent::Unknown),
        Absent::NotApplied => quote!(Absent::NotApplied),
    };
    quote! {
        Lookup {
            operation: #operation,
            parameters: &[#(#parameters),*],
            amount: #amount,
            currency: #currency,
            account: #account,
            reference: #reference,
            before: #before,
            settled: #settled,
            entries: #entries,
            absent: #absent,
            visible_after: #visible_after,
        }
    }
}

fn correlation(correlation: &Correlation) -> TokenStream {
    let Correlation { field: Pointer(field), pair, max_length, append } = correlation;
    let (pair, max_length) = (pair.as_deref().unwrap_or_default(), most_of(max_length.unwrap_or(u32::MAX)));
    quote!(Correlation { field: #field, pair: #pair, max_length: #max_length, appended: #append })
}

fn remembered(known: &Remembered) -> TokenStream {
    let Remembered { name, place, by: Pointer(by), value: Pointer(value) } = known;
    let by_answer = *place == RememberedIn::Answer;
    quote!(Remembered { name: #name, by: #by, by_answer: #by_answer, value: #value })
}

fn slot(slot: &Slot) -> TokenStream {
    match slot {
        Slot::Body(pointer) => quote!(Slot::Body(#pointer)),
        Slot::Path(name) => quote!(Slot::Path(#name)),
        Slot::Query(name) => quote!(Slot::Query(#name)),
        Slot::Header(name) => quote!(Slot::Header(#name)),
    }
}

fn entries(candidates: &Candidates, from: Option<&Slot>) -> TokenStream {
    let Pointer(items) = &candidates.items;
    let (amount, currency, time) =
        (pointer(&candidates.amount), pointer(&candidates.currency), pointer(&candidates.time));
    let direction = option(candidates.direction.as_ref().map(|direction| {
        let (field, out, income) = (pointer(&direction.field), texts(&direction.out), texts(&direction.income));
        let (other, signed) = (texts(&direction.other), direction.signed);
        quote!(Direction { field: #field, out: #out, income: #income, other: #other, signed: #signed })
    }));
    let (account, due, booked) = (pointer(&candidates.account), pointer(&candidates.due), candidates.booked);
    let key = option(candidates.key.as_ref().zip(from).map(|(key, from)| {
        let (from, Pointer(entry), pair) = (slot(from), &key.entry, key.pair.as_deref().unwrap_or_default());
        let (is_id, inferred) = (key.id, key.inferred);
        quote!(EntryKey { from: #from, entry: #entry, pair: #pair, is_id: #is_id, inferred: #inferred })
    }));
    quote! {
        Entries {
            items: #items,
            amount: #amount,
            currency: #currency,
            time: #time,
            direction: #direction,
            account: #account,
            due: #due,
            key: #key,
            booked: #booked,
        }
    }
}

fn pointer(pointer: &Option<Pointer>) -> &str {
    pointer.as_ref().map_or("", |Pointer(text)| text)
}

fn settled(settled: &Settled) -> TokenStream {
    let legs = settled.legs.iter().map(|leg| {
        let (Leg { name, status: Pointer(status), whole, .. }, classes) = (leg, leg.classes());
        let classes = classes.map(|(class, values)| {
            let (class, values) = (format_ident!("{class}"), texts(values));
            quote!(#class: #values)
        });
        quote!(SettledLeg { name: #name, status: #status, whole: #whole, #(#classes),* })
    });
    let counts = option(settled.counts.as_ref().map(|counts| {
        let Counts { total: Pointer(total), done: Pointer(done), failed, pending } = counts;
        let (failed, pending) = (pointer(failed), pointer(pending));
        quote!(SettledCounts { total: #total, done: #done, failed: #failed, pending: #pending })
    }));
    quote!(Settled { legs: &[#(#legs),*], counts: #counts })
}

fn texts(texts: &[Text]) -> TokenStream {
    let texts = texts.iter().map(|Text(text)| text);
    quote!(&[#(#texts),*])
}

fn money(money: &Money) -> TokenStream {
    let request = fields(&money.request);
    let answer = fields(&money.answer.fact().cloned().unwrap_or_default());
    quote!(Money { request: #request, answer: #answer })
}

fn fields(fields: &MoneyFields) -> TokenStream {
    let (amount, currency, account) = (pointer(&fields.amount), pointer(&fields.currency), pointer(&fields.account));
    quote!(MoneyFields { amount: #amount, currency: #currency, account: #account })
}

/// First and last status of `404`, `4XX` or `default`.
fn statuses(text: &str) -> Option<(u16, u16)> {
    match text.strip_suffix("XX") {
        Some(class) => class.parse().ok().map(|class: u16| (class * 100, class * 100 + 99)),
        None if text == "default" => Some((100, 599)),
        None => text.parse().ok().map(|status| (status, status)),
    }
}

fn envelope(envelope: &Envelope) -> TokenStream {
    let (payload, message, optional) = (pointer(&envelope.payload), pointer(&envelope.message), envelope.optional);
    let failed = envelope.failed.iter().map(|failed| {
        let (Pointer(pointer), equals) = (&failed.pointer, texts(&failed.equals));
        quote!(Failed { pointer: #pointer, equals: #equals })
    });
    let failed = quote!(&[#(#failed),*]);
    quote!(Envelope { payload: #payload, message: #message, optional: #optional, failed: #failed })
}

fn meaning(outcome: &Outcome) -> TokenStream {
    match outcome {
        Outcome::Refused => quote!(StatusMeaning::Refused),
        Outcome::Unknown => quote!(StatusMeaning::Unknown),
        Outcome::RefusedIf(conditions) => match &conditions[..] {
            [one] => {
                let (Pointer(pointer), codes) = (&one.pointer, texts(&one.codes));
                quote!(StatusMeaning::RefusedIf { pointer: #pointer, codes: #codes })
            }
            several => {
                let several = several.iter().map(|one| {
                    let (Pointer(pointer), codes) = (&one.pointer, texts(&one.codes));
                    quote!((#pointer, #codes))
                });
                quote!(StatusMeaning::RefusedIfAny(&[#(#several),*]))
            }
        },
    }
}

fn page(page: &Page) -> TokenStream {
    let Page { parameter, items: Pointer(items), next, pages } = page;
    let (next, pages) = (pointer(next), pointer(pages));
    quote!(Page { parameter: #parameter, items: #items, next: #next, pages: #pages })
}
