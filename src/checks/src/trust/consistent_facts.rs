//! consistent-facts: the same phone, address and price across the site.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::check::{Category, Check, Effort, Judge, Seen};

use crate::page::Page;
use crate::page::jsonld::{Node, ORGANIZATIONS, is_a, string};
use crate::site::Site;
use crate::words;

pub(crate) static CHECK: Check = Check {
    id: "consistent-facts",
    category: Category::Trust,
    weight: 2.0,
    effort: Effort::Small,
    page_controls: false,
    why: "An engine that finds two answers on one site trusts neither.",
    judge: Judge::Site(judge),
};

/// What a fact is about, and for each of its values where it was seen first.
type Facts = BTreeMap<String, BTreeMap<String, String>>;

fn judge(site: &Site<'_>) -> Seen {
    let mut facts = Facts::new();
    for page in &site.pages {
        let url = page.url().as_str();
        for node in page.nodes() {
            if is_a(node, ORGANIZATIONS) {
                organisation(page, node, url, &mut facts);
            } else if is_a(node, &["Product"]) {
                product(page, node, url, &mut facts);
            }
        }
        dialled(page, url, &mut facts);
    }
    if facts.is_empty() {
        return Seen::unmeasured("no phone, address or price given for machines");
    }
    let conflicts = facts.iter().filter(|(_, values)| values.len() > 1).map(|(fact, values)| {
        let values = values.iter().take(3).map(|(value, url)| format!("{value} ({url})"));
        format!("{fact}: {}", values.collect::<Vec<_>>().join(" / "))
    });
    let conflicts: Vec<String> = conflicts.collect();
    Seen::scale(conflicts.is_empty(), false, "Give each fact one value, kept in one place.")
        .seen_all(conflicts)
}

fn note(facts: &mut Facts, fact: String, value: String, url: &str) {
    if !value.is_empty() {
        facts.entry(fact).or_default().entry(value).or_insert_with(|| url.to_owned());
    }
}

fn organisation(page: &Page<'_>, node: &Node, url: &str, facts: &mut Facts) {
    let Some(name) = string(node, "name") else { return };
    let name = words::fold(name);
    if let Some(phone) = string(node, "telephone") {
        note(facts, format!("phone of {name}"), digits(phone), url);
    }
    let parts = ["streetAddress", "postalCode", "addressLocality", "addressCountry"];
    // Several offices are no conflict: only an organisation with one address can contradict itself.
    if let [address] = page.objects(node, "address").as_slice() {
        let parts = parts.iter().filter_map(|key| string(address, key)).map(words::fold);
        note(facts, format!("address of {name}"), parts.collect::<Vec<_>>().join(", "), url);
    }
}

fn product(page: &Page<'_>, node: &Node, url: &str, facts: &mut Facts) {
    let key = ["sku", "gtin", "gtin13", "@id", "name"].into_iter().find_map(|key| string(node, key));
    let offers = page.objects(node, "offers");
    let (Some(key), [offer]) = (key, offers.as_slice()) else { return };
    let price = match offer.get("price") {
        Some(Value::String(price)) => {
            price.trim().parse::<f64>().map_or_else(|_| price.clone(), |price| price.to_string())
        }
        Some(Value::Number(price)) => price.as_f64().map(|price| price.to_string()).unwrap_or_default(),
        _ => return,
    };
    let currency = string(offer, "priceCurrency").unwrap_or("");
    note(facts, format!("price of {key} in {currency}"), price, url);
}

/// A link that shows one number and dials another.
fn dialled(page: &Page<'_>, url: &str, facts: &mut Facts) {
    for link in &page.links {
        let Some(number) = link.href.strip_prefix("tel:") else { continue };
        let (number, shown) = (digits(number), digits(&link.text));
        let fact = format!("number dialled by \"{}\"", link.text.trim());
        // "0" instead of the country's code is the same number: the ends are compared.
        let same = shown.len() < 6 || number.ends_with(shown.trim_start_matches('0'));
        note(facts, fact.clone(), number, url);
        if !same {
            note(facts, fact, shown, url);
        }
    }
}

fn digits(text: &str) -> String {
    text.chars().filter(char::is_ascii_digit).collect()
}
