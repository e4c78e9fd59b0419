//! What endpoints can be told of. These names are public and never change; what the rooms call their events is mapped
//! to them here.

/// Declares the types with their public names.
macro_rules! types {
    ($($(#[$doc:meta])* $name:ident = $word:literal),+ $(,)?) => {
        /// One type of event.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub enum EventType {
            $($(#[$doc])* $name),+
        }

        impl EventType {
            /// All of them.
            pub const ALL: &[EventType] = &[$(EventType::$name),+];

            /// The public name.
            pub fn as_str(self) -> &'static str {
                match self {
                    $(EventType::$name => $word),+
                }
            }
        }
    };
}

types! {
    /// All answers of a scan are there.
    ScanCompleted = "scan.completed",
    /// A scan was given up.
    ScanFailed = "scan.failed",
    /// An audit has begun.
    AuditStarted = "audit.started",
    /// An audit's findings are there.
    AuditCompleted = "audit.completed",
    /// An audit was given up.
    AuditFailed = "audit.failed",
    /// A page was written from its sources.
    PageGenerated = "page.generated",
    /// A person's text waits for review.
    PageSubmitted = "page.submitted",
    /// A page was approved: the next edition has it.
    PagePublished = "page.published",
    /// Readers see an edition.
    EditionLive = "edition.live",
    /// An edition could not be built.
    EditionFailed = "edition.failed",
    /// A domain is proved.
    DomainVerified = "domain.verified",
    /// The plan or its state changed.
    SubscriptionUpdated = "subscription.updated",
    /// Four fifths of an allowance are used.
    QuotaWarning = "quota.warning",
    /// An allowance is used up.
    QuotaReached = "quota.reached",
    /// A brand is named more or less often, beyond chance.
    VisibilityChanged = "visibility.changed",
}

/// Rooms' own words where they differ: a text that a person has written waits for review.
const OTHER_WORDS: &[(&str, EventType)] = &[("page.written", EventType::PageSubmitted)];

impl EventType {
    /// Reads a public name.
    pub fn parse(word: &str) -> Option<EventType> {
        EventType::ALL.iter().copied().find(|known| known.as_str() == word)
    }

    /// What an event of the organisation is to the public; `None` for what is its own affair.
    pub(super) fn of_kind(kind: &str) -> Option<EventType> {
        let other = OTHER_WORDS.iter().find(|(word, _)| *word == kind).map(|(_, known)| *known);
        other.or_else(|| EventType::parse(kind))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_the_organisations_own_affair_is_no_public_event() {
        for kind in ["member.invited", "api_key.created", "org.founded", "webhook.created", "page.created"] {
            assert_eq!(EventType::of_kind(kind), None, "{kind}");
        }
        assert_eq!(EventType::of_kind("edition.live"), Some(EventType::EditionLive));
        assert_eq!(EventType::of_kind("page.written"), Some(EventType::PageSubmitted));
    }
}
