//! An answer put together from one body or from many pieces.

use super::super::cost::Usage;
use super::wire::Answer;

/// What a provider answered.
#[derive(Debug, Default)]
pub(super) struct Reply {
    pub(super) text: String,
    pub(super) usage: Usage,
    pub(super) ended: Ended,
    /// A reason for its end was given: without one, a stream was broken off.
    pub(super) finished: bool,
}

/// How an answer ended.
#[derive(Debug, Default)]
pub(super) enum Ended {
    #[default]
    Whole,
    /// At the limit of tokens.
    Cut,
    Declined(String),
}

impl Reply {
    /// Takes an answer or a piece of one; gives back the text that it added.
    pub(super) fn take(&mut self, answer: Answer) -> Option<String> {
        if let Some(counted) = answer.usage {
            // Some servers repeat the sum so far with every piece: the last one counts.
            self.usage =
                Usage { input_tokens: counted.prompt_tokens, output_tokens: counted.completion_tokens };
        }
        let choice = answer.choices.into_iter().next()?;
        if let Some(reason) = choice.finish_reason {
            self.finished = true;
            match reason.as_str() {
                "length" => self.ended = Ended::Cut,
                "content_filter" => self.ended = Ended::Declined("its content filter".to_owned()),
                _ => {}
            }
        }
        let said = choice.message?;
        if let Some(refusal) = said.refusal.filter(|refusal| !refusal.is_empty()) {
            self.ended = Ended::Declined(refusal.chars().take(200).collect());
        }
        let text = said.content?.into_text();
        self.text.push_str(&text);
        Some(text)
    }
}
