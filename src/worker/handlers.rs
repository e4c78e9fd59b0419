//! Which verb does which job, and what comes by itself.

use super::Rooms;
use crate::accounts::SendLetter;
use crate::backups::MakeBackup;
use crate::cdn::PurgeHost;
use crate::departures::{ExportOrg, PurgeOrg};
use crate::pages::{CrawlSources, FetchSource, GeneratePage};
use crate::publishing::{BuildEdition, CollectGarbage, PublishPlanned, PurgeChanges, WriteTree};
use crate::queue::Handlers;
use crate::sites::{LookAtDomain, LookAtDomains};
use crate::webhooks::DeliverWebhook;

/// Each night, when few publish.
const NIGHTLY: &str = "23 3 * * *";

/// How often domains are looked for that are to be looked at again.
const DOMAINS: &str = "*/10 * * * *";

pub(super) fn handlers(rooms: Rooms) -> Handlers {
    let (fetch, crawl, generate) = (rooms.clone(), rooms.clone(), rooms.clone());
    let (build, tree, letter, webhook) = (rooms.clone(), rooms.clone(), rooms.clone(), rooms.clone());
    let (domain, domains) = (rooms.clone(), rooms.clone());
    let planned = rooms.clone();
    let backup = rooms.clone();
    let planned_backups = rooms.backups.schedule().map(str::to_owned);
    let (changes, host) = (rooms.clone(), rooms.clone());
    let (collect, export, purge) = (rooms.clone(), rooms.clone(), rooms);
    let handlers = Handlers::new()
        .on::<FetchSource, _, _>(move |job, context| fetch.clone().fetch(job, context))
        .on::<CrawlSources, _, _>(move |job, context| crawl.clone().crawl(job, context))
        .on::<GeneratePage, _, _>(move |job, context| generate.clone().generate(job, context))
        .on::<BuildEdition, _, _>(move |job, context| build.clone().build(job, context))
        .on::<PublishPlanned, _, _>(move |job, context| planned.clone().publish_planned(job, context))
        .on::<WriteTree, _, _>(move |job, _| tree.clone().write_tree(job))
        .on::<PurgeChanges, _, _>(move |job, _| changes.clone().purge_changes(job))
        .on::<PurgeHost, _, _>(move |job, _| host.clone().purge_host(job))
        .on::<SendLetter, _, _>(move |job, context| letter.clone().send_letter(job, context))
        .on::<LookAtDomain, _, _>(move |job, _| domain.clone().look_at_domain(job))
        .on::<LookAtDomains, _, _>(move |_, _| domains.clone().look_at_domains())
        .on::<DeliverWebhook, _, _>(move |job, _| webhook.clone().deliver_webhook(job))
        .on::<CollectGarbage, _, _>(move |_, context| collect.clone().collect(context))
        .on::<ExportOrg, _, _>(move |job, context| export.clone().export(job, context))
        .on::<PurgeOrg, _, _>(move |job, context| purge.clone().purge(job, context));
    // Who has no folder for them leaves them to a worker that has.
    let handlers = match &planned_backups {
        Some(_) => handlers.on::<MakeBackup, _, _>(move |_, context| backup.clone().make_backup(context)),
        None => handlers,
    };
    let scheduled = handlers.clone().every(DOMAINS, |_| LookAtDomains {});
    let scheduled = scheduled.and_then(|handlers| handlers.every(NIGHTLY, |_| CollectGarbage {}));
    let scheduled = scheduled.and_then(|handlers| match &planned_backups {
        Some(schedule) => handlers.every(schedule, |_| MakeBackup {}),
        None => Ok(handlers),
    });
    scheduled.unwrap_or_else(|error| {
        let what = "domains are looked at on demand alone, nothing is collected, and no backups are made";
        tracing::error!(target: "worker", %error, what);
        handlers
    })
}
