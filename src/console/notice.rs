//! What has just been done, said on the next page. The address carries a word of this list, never a text.

/// The sentence of a word.
pub(super) fn of(word: &str) -> Option<&'static str> {
    Some(match word {
        "signed-out" => "You are signed out.",
        "reset-sent" => {
            "If there is an account with that address, a link to choose a new password is on its way to it."
        }
        "sign-up-sent" => "A link to finish signing up is on its way to that address.",
        "password-set" => "The new password holds. Sign in with it.",
        "password-changed" => "Your password is changed. Other sessions have ended.",
        "org-made" => "The organisation is there.",
        "org-renamed" => "The organisation has its new name.",
        "joined" => "Welcome. You are a member now.",
        "site-made" => "The site is there. Give it sources and pages next.",
        "site-saved" => "The site is saved. The next edition has it.",
        "source-added" => "The source is in.",
        "source-asked" => "The address is being read. It appears here when it is done.",
        "page-made" => "The page is there.",
        "page-saved" => "Saved as a new revision. It waits for review.",
        "page-asked" => "The page is being written from its sources.",
        "page-approved" => "Approved. The next edition has it.",
        "page-planned" => "Planned. Whatever else is done with the page ends the plan.",
        "page-unplanned" => "The plan is ended. The page waits for review.",
        "page-restored" => "The older revision is the newest again. It waits for review.",
        "page-off" => "The page is being taken off the site. It is in the archive then.",
        "page-archived" => "The page is in the archive. It can be taken out again at any time.",
        "page-unarchived" => "The page is out of the archive. Readers get it when it is published again.",
        "domain-added" => "The domain is added. Set its records next.",
        "domain-asked" => "Its records are being looked at.",
        "domain-canonical" => {
            "It is the canonical host: the others lead to it. Publish once, so that the pages name it too."
        }
        "domain-deleted" => "The domain is gone: the site no longer answers there.",
        "redirect-added" => "It is in. The next edition has it.",
        "redirect-deleted" => {
            "It is gone, and with the next edition for readers. It still stands in the form: add it again if that was a slip."
        }
        "claim-waived" => "The sentence stands without a source. Your reason is in the audit log.",
        "publishing" => "Publishing: an edition is being built.",
        "rolled-back" => "That edition is live.",
        "invited" => "The invitation is on its way.",
        "invitation-withdrawn" => "The invitation is void.",
        "role-changed" => "The role is changed.",
        "member-removed" => "The member is out.",
        "member-removed-keys" => {
            "The member is out. API keys that they made belong to the organisation and go on working: end those that nobody \
             else should hold."
        }
        "left" => "You have left the organisation.",
        "session-ended" => "The session has ended.",
        "linked" => "Linked. You can sign in with it from now on.",
        "unlinked" => "Taken off. It signs you in no more.",
        "totp-on" => "From now on a code is asked for when you sign in.",
        "totp-off" => "No code is asked for any more.",
        "webhook-saved" => "The webhook is saved.",
        "webhook-tested" => "A test is on its way. It appears below.",
        "webhook-replayed" => "It is sent again.",
        "webhook-deleted" => "The webhook is gone.",
        "switched" => "It is switched. Every process heeds it within two seconds.",
        "job-retried" => "The job is queued again.",
        "export-asked" => "Everything is being put into an archive. It appears below.",
        "org-deleted" => "The organisation is gone. What it had is being removed.",
        "key-ended" => "The key is void.",
        _ => return None,
    })
}
