//! Server-sent events, as far as streamed answers use them: lines of `data:`, in whatever pieces they come.

/// Cuts a stream of bytes into the data of its events.
#[derive(Debug, Default)]
pub(super) struct Events {
    rest: Vec<u8>,
}

impl Events {
    /// Takes the next bytes; gives out the data of each line that is complete.
    pub(super) fn push(&mut self, bytes: &[u8]) -> Vec<String> {
        // Only the new bytes are searched: a line without end must not be read again with each of its pieces.
        let Some(end) = bytes.iter().rposition(|byte| *byte == b'\n') else {
            self.rest.extend_from_slice(bytes);
            return Vec::new();
        };
        let (complete, rest) = bytes.split_at(end + 1);
        let mut lines = std::mem::replace(&mut self.rest, rest.to_vec());
        lines.extend_from_slice(complete);
        let lines = String::from_utf8_lossy(&lines);
        // Comments (":"), event names and ids are of no use here; answers never span several data lines.
        lines
            .lines()
            .filter_map(|line| line.strip_prefix("data:"))
            .map(|data| data.trim().to_owned())
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_come_whole_however_they_are_cut() {
        let stream =
            ": keep-alive\r\n\r\nevent: x\r\ndata: {\"a\":\"ü\"}\r\n\r\ndata:{\"b\":2}\n\ndata: [DONE]\n\n"
                .as_bytes();
        for size in 1..stream.len() {
            let mut events = Events::default();
            let found: Vec<String> = stream.chunks(size).flat_map(|piece| events.push(piece)).collect();
            assert_eq!(found, ["{\"a\":\"ü\"}", "{\"b\":2}", "[DONE]"], "in pieces of {size}");
        }
    }
}
