"""The whole way with the generated client.

python3 story.py ORIGIN KEY TEXT
"""

import sys
import time
from urllib.parse import urlsplit

import httpx
from citepress_client import AuthenticatedClient
from citepress_client.api.editions import editions_create, editions_get
from citepress_client.api.jobs import jobs_get
from citepress_client.api.pages import pages_approve, pages_claims, pages_create, pages_generate
from citepress_client.api.sites import sites_create, sites_update
from citepress_client.api.sources import sources_upload
from citepress_client.models import (
    Approval,
    Brief,
    ClaimState,
    EditionNew,
    EditionState,
    JobState,
    PageNew,
    Problem,
    SiteChange,
    SiteNew,
    SourceNew,
)

origin, key, text = sys.argv[1:]
client = AuthenticatedClient(base_url=f"{origin}/api/v1", token=key)


def good(answer):
    """An answer that has to be no problem."""
    if answer is None or isinstance(answer, Problem):
        raise SystemExit(answer.detail if answer else "no answer")
    return answer


def settled(ask, waiting):
    for _ in range(600):
        thing = good(ask())
        if thing.state not in waiting:
            return thing
        time.sleep(0.1)
    raise SystemExit("it takes too long")


site = good(sites_create.sync(client=client, body=SiteNew(slug="from-python", title="From Python")))
good(sites_update.sync(site.id, client=client, body=SiteChange(gate=30)))
source = SourceNew(site=site.id, name="robots.md", title="Robots", text=text)
good(sources_upload.sync(client=client, body=source))

brief = Brief(text="What robots.txt says.", sources=["robots.md"])
page = PageNew(site=site.id, path="robots.md", title="Robots", brief=brief)
page = good(pages_create.sync(client=client, body=page))
job = good(pages_generate.sync(page.id, client=client))
job = settled(lambda: jobs_get.sync(job.id, client=client), {JobState.QUEUED, JobState.RUNNING})
assert job.state == JobState.DONE, job.cause

claims = good(pages_claims.sync(page.id, client=client)).data
assert claims and all(claim.state == ClaimState.SUPPORTED for claim in claims)
good(pages_approve.sync(page.id, client=client, body=Approval(revision=1)))

edition = good(editions_create.sync(client=client, body=EditionNew(site=site.id)))
edition = settled(lambda: editions_get.sync(edition.id, client=client), {EditionState.QUEUED})
assert edition.state == EditionState.READY, edition.error

refused = sites_create.sync(client=client, body=SiteNew(slug="No Slug", title=""))
assert isinstance(refused, Problem) and refused.status == 422 and refused.errors[0].pointer == "/title", refused

answer = httpx.get(f"{origin}/robots/", headers={"Host": urlsplit(site.url).netloc})
assert answer.status_code == 200, answer
print(answer.text)
