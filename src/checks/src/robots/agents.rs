//! Agents whose own rules count as rules for all engines.
pub(crate) fn is_reader(name: &str) -> bool {
    name.eq_ignore_ascii_case("googlebot") || name.eq_ignore_ascii_case("bingbot")
}
