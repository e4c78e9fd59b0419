//! What pages are written from: web pages, whole websites, uploaded documents, pasted text.

use poem::http::StatusCode;
use poem::web::{Path, Query};
use poem::{Response, handler};
use serde::{Deserialize, Serialize};

use crate::base::Window;
use crate::console::door::redirect;
use crate::console::fault::Fault;
use crate::console::form::{Posted, Upload};
use crate::console::refused::{Refused, sentence};
use crate::console::view::values;
use crate::console::who::{At, Least, Member};
use crate::pages::{NewSource, SourceId, SourceKind, SourceLine};

/// Sources of one page of the list.
const LINES: u64 = 50;
/// The longest text of one source.
const LONGEST: usize = 4 * 1024 * 1024;

#[derive(Deserialize)]
pub(in crate::console) struct Asked {
    after: Option<String>,
}

#[derive(Serialize)]
struct Line {
    id: SourceId,
    title: String,
    address: String,
    is_url: bool,
    created_at: i64,
}

#[handler]
pub(in crate::console) async fn show(at: At<Member>, Query(asked): Query<Asked>) -> Result<Response, Fault> {
    screen(&at, asked.after.as_deref(), "", "").await
}

async fn screen<L: Least>(
    at: &At<L>,
    after: Option<&str>,
    url: &str,
    wrong: &str,
) -> Result<Response, Fault> {
    let edge = after.map(str::parse).transpose().map_err(|_| Fault::NotFound)?;
    let window = Window { limit: LINES, after: edge, before: None };
    let (found, has_more) = at.here.me.desk.rooms.pages.sources_window(&at.scope, &window).await?;
    let line = |source: SourceLine| Line {
        id: source.id,
        title: source.title,
        address: source.address,
        is_url: source.kind == SourceKind::Url,
        created_at: source.created_at,
    };
    let lines: Vec<Line> = found.into_iter().map(line).collect();
    let path = format!("{}/sources", at.path());
    let older = lines.last().filter(|_| has_more).map(|last| format!("{path}?after={}", last.id));
    let newest = after.map(|_| path.clone());
    let page = values! { lines, path, older, newest, url, wrong };
    at.here.me.desk.view.page("site/sources.html", &at.shell("sources").await?, page)
}

/// Adds by address, by upload or by pasting, whichever part of the form was filled in.
#[handler]
pub(in crate::console) async fn add(at: At<Member>, posted: Posted) -> Result<Response, Fault> {
    let back = format!("{}/sources", at.path());
    let url = posted.text("url");
    let wrong = if !url.is_empty() {
        match asked_for(&at, url, posted.is_ticked("whole")).await? {
            Ok(()) => return Ok(redirect(&format!("{back}?notice=source-asked"))),
            Err(wrong) => wrong,
        }
    } else {
        match brought(&posted) {
            Ok(sources) => {
                for source in sources {
                    at.here.me.desk.rooms.pages.put_source(&at.scope, source).await?;
                }
                return Ok(redirect(&format!("{back}?notice=source-added")));
            }
            Err(wrong) => wrong,
        }
    };
    let mut response = screen(&at, None, url, &wrong).await?;
    response.set_status(StatusCode::UNPROCESSABLE_ENTITY);
    Ok(response)
}

async fn asked_for(at: &At<Member>, typed: &str, whole: bool) -> Result<Result<(), String>, Fault> {
    let url = if typed.contains("://") { typed.to_owned() } else { format!("https://{typed}") };
    let is_web =
        url::Url::parse(&url).is_ok_and(|url| ["http", "https"].contains(&url.scheme()) && url.has_host());
    if !is_web {
        return Ok(Err(sentence(&format!("\"{typed}\" is no web address: write it as https://host/path"))));
    }
    let pages = &at.here.me.desk.rooms.pages;
    let asked = match whole {
        true => pages.request_crawl(&at.scope, &url).await,
        false => pages.request_fetch(&at.scope, &url).await,
    };
    match asked {
        Ok(_) => Ok(Ok(())),
        Err(error) => error.sentence().map(Err),
    }
}

/// What came in the form itself.
fn brought(posted: &Posted) -> Result<Vec<NewSource>, String> {
    let mut sources = posted.files().iter().map(uploaded).collect::<Result<Vec<_>, _>>()?;
    let (title, text) = (posted.text("title"), posted.document("text"));
    if !text.trim().is_empty() {
        if title.is_empty() {
            return Err(sentence("give the text a title: it is called by it in lists"));
        }
        let slug = crate::base::Slug::from_title(title, "text");
        let (address, title) = (format!("{slug}.md"), title.to_owned());
        sources.push(NewSource { address, kind: SourceKind::Upload, title, body: text });
    }
    if sources.is_empty() {
        return Err(sentence("give an address, choose files, or paste a text"));
    }
    Ok(sources)
}

fn uploaded(file: &Upload) -> Result<NewSource, String> {
    // Some browsers send a path.
    let name = file.name.rsplit(['/', '\\']).next().unwrap_or_default();
    let is_text = [".md", ".markdown", ".txt"].iter().any(|end| name.to_lowercase().ends_with(end));
    if !is_text {
        return Err(sentence(&format!("\"{name}\" is no Markdown or text file: name it .md or .txt")));
    }
    if file.bytes.len() > LONGEST {
        return Err(sentence(&format!("\"{name}\" has more than 4 MB: divide it")));
    }
    let text = std::str::from_utf8(&file.bytes).map_err(|error| {
        sentence(&format!("\"{name}\" is not UTF-8 (at byte {}): save it as UTF-8", error.valid_up_to()))
    })?;
    if text.contains('\0') {
        return Err(sentence(&format!("\"{name}\" holds a NUL byte: it is no text file")));
    }
    let heading = text.lines().find_map(|line| line.strip_prefix("# "));
    let title = heading.map_or(name, str::trim).to_owned();
    Ok(NewSource {
        address: name.to_owned(),
        kind: SourceKind::Upload,
        title,
        body: text.replace("\r\n", "\n"),
    })
}

#[handler]
pub(in crate::console) async fn one(
    at: At<Member>,
    Path((_, _, source)): Path<(String, String, String)>,
) -> Result<Response, Fault> {
    let id = source.parse().map_err(|_| Fault::NotFound)?;
    let found = at.here.me.desk.rooms.pages.source(&at.scope, id).await?;
    let source = found.ok_or(Fault::NotFound)?;
    let page = values! {
        title => source.title, address => source.address, body => source.body, created_at => source.created_at,
        is_url => source.kind == SourceKind::Url,
    };
    at.here.me.desk.view.page("site/source.html", &at.shell("sources").await?, page)
}

#[cfg(test)]
mod tests {
    use super::*;
    use bytes::Bytes;

    #[test]
    fn an_upload_is_a_text_file_called_by_its_heading() {
        let file =
            |name: &str, bytes: &'static [u8]| Upload { name: name.into(), bytes: Bytes::from_static(bytes) };
        let source = uploaded(&file("C:\\facts\\prices.md", b"# Our prices\r\n\r\nTen.")).unwrap();
        assert_eq!((source.address.as_str(), source.title.as_str()), ("prices.md", "Our prices"));
        assert_eq!(source.body, "# Our prices\n\nTen.");
        assert!(uploaded(&file("a.pdf", b"x")).unwrap_err().contains(".md or .txt"));
        assert!(uploaded(&file("a.md", b"ab\xff")).unwrap_err().contains("at byte 2"));
        assert!(uploaded(&file("a.md", b"a\0")).unwrap_err().contains("NUL"));
    }
}
