//! Tables as CSV (RFC 4180): all rows of what the screen shows, read and sent part by part.

use std::future::Future;

use bytes::Bytes;
use futures_util::{StreamExt, stream};
use poem::http::header;
use poem::{Body, Response};

use super::fault::Fault;
use crate::base::clock::timestamp;

/// The most rows of one file.
const MOST: u64 = 100_000;
/// Rows that are read at once.
pub(super) const PART: u64 = 1_000;

/// Some rows, and from where on it goes on.
pub(super) struct Part<C> {
    pub rows: Vec<Vec<String>>,
    pub next: Option<C>,
}

/// The file. What is wrong at first ends the request as usual; what breaks later breaks the answer off, so that half a
/// table is never taken for a whole one.
pub(super) async fn answer<C, F, R>(name: &str, head: &[&str], part: F) -> Result<Response, Fault>
where
    C: Send + Sync + 'static,
    F: Fn(Option<C>) -> R + Send + Sync + 'static,
    R: Future<Output = Result<Part<C>, Fault>> + Send,
{
    let first = part(None).await?;
    let head = written(&[head.iter().map(|name| (*name).to_owned()).collect()])?;
    let left = MOST.saturating_sub(first.rows.len() as u64);
    let begun = [Ok(head), written(&first.rows).map_err(cut)];
    let rest = stream::unfold((first.next, left, part), |(next, left, part)| async move {
        let next = next.filter(|_| left > 0)?;
        match part(Some(next)).await.and_then(|mut found| {
            found.rows.truncate(usize::try_from(left).unwrap_or(usize::MAX));
            Ok((written(&found.rows)?, found))
        }) {
            Ok((bytes, found)) => {
                let left = left.saturating_sub(found.rows.len() as u64);
                Some((Ok(bytes), (found.next, left, part)))
            }
            Err(fault) => Some((Err(cut(fault)), (None, 0, part))),
        }
    });
    let body = Body::from_bytes_stream(stream::iter(begun).chain(rest));
    let named = format!("attachment; filename=\"{name}.csv\"");
    let response = Response::builder().content_type("text/csv; charset=utf-8; header=present");
    Ok(response.header(header::CONTENT_DISPOSITION, named).body(body))
}

/// A list that is read at once.
pub(super) async fn whole(name: &str, head: &[&str], rows: Vec<Vec<String>>) -> Result<Response, Fault> {
    let rows = std::sync::Mutex::new(rows);
    let part = move |_: Option<()>| {
        let rows = std::mem::take(&mut *rows.lock().unwrap_or_else(std::sync::PoisonError::into_inner));
        std::future::ready(Ok(Part { rows, next: None }))
    };
    answer(name, head, part).await
}

fn cut(_: Fault) -> std::io::Error {
    std::io::Error::other("the table could not be read to its end")
}

fn written(rows: &[Vec<String>]) -> Result<Bytes, Fault> {
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    for row in rows {
        writer.write_record(row.iter().map(|cell| guarded(cell))).map_err(|error| Fault::broken(&error))?;
    }
    let bytes = writer.into_inner().map_err(|error| Fault::broken(&error.error()))?;
    Ok(bytes.into())
}

/// A text that a spreadsheet would take for a formula is made a text by an apostrophe.
fn guarded(cell: &str) -> String {
    let begins = cell.trim_start_matches([' ', '\u{a0}', '\u{feff}']);
    if begins.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠']) {
        format!("'{cell}")
    } else {
        cell.to_owned()
    }
}

/// A moment, as machines and spreadsheets read it.
pub(super) fn at(millis: i64) -> String {
    timestamp(millis).to_string()
}

/// What may not be there.
pub(super) fn maybe(value: Option<impl ToString>) -> String {
    value.map_or_else(String::new, |value| value.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_spreadsheet_would_calculate_is_a_text() {
        for formula in ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1", "＝1"] {
            assert_eq!(guarded(formula), format!("'{formula}"));
        }
        assert_eq!((guarded("a=1"), guarded("2026-11-21")), ("a=1".into(), "2026-11-21".into()));
    }

    #[test]
    fn commas_quotes_and_line_ends_stay_in_their_cell() {
        let rows = vec![
            vec!["a,b".to_owned(), "say \"x\"".to_owned()],
            vec!["two\nlines".to_owned(), String::new()],
        ];
        let bytes = written(&rows).unwrap();
        assert_eq!(&bytes[..], b"\"a,b\",\"say \"\"x\"\"\"\r\n\"two\nlines\",\r\n");
    }

    #[tokio::test]
    async fn a_table_ends_at_its_bound_and_breaks_off_when_it_cant_be_read() {
        let part = |from: Option<u64>| async move {
            let from = from.unwrap_or(0);
            let rows = (0..30_000).map(|row| vec![(from + row).to_string()]).collect();
            Ok(Part { rows, next: Some(from + 30_000) })
        };
        let text = answer("t", &["row"], part).await.unwrap().into_body().into_string().await.unwrap();
        assert_eq!(text.lines().count() as u64, MOST + 1);
        let broken = |from: Option<u64>| async move {
            if from.is_some() { Err(Fault::Broken) } else { Ok(Part { rows: Vec::new(), next: Some(1) }) }
        };
        assert!(answer("t", &["row"], broken).await.unwrap().into_body().into_string().await.is_err());
    }
}
