//! "Instruction aimed at models": words that want to steer a machine that reads the page.

use super::{fold, quotation};

/// The instruction in a text that people see or do not see; what stands in quotation marks is spoken about, not spoken.
pub(crate) fn instruction(text: &str) -> Option<String> {
    if let Some(tagged) = smuggled(text) {
        return Some(format!("text in invisible Unicode tags: {tagged}"));
    }
    let markers = ["<|im_start|>", "<|system|>", "[INST]", "<<SYS>>", "<|begin_of_text|>", "<system>"];
    let spoken = without_quoted(text);
    if let Some(marker) = markers.iter().find(|marker| spoken.contains(**marker)) {
        return Some(format!("{marker} …"));
    }
    let folded = fold(&spoken);
    let words: Vec<&str> = folded.split(' ').collect();
    (0..words.len()).find_map(|at| commands(&words[at..])).or_else(|| in_wide_scripts(&spoken))
}

fn commands(words: &[&str]) -> Option<String> {
    let span = |length: usize| words.iter().take(length).copied().collect::<Vec<_>>().join(" ");
    overrides(words).or_else(|| addresses(words)).or_else(|| conditions(words)).map(span)
}

/// "ignore all previous instructions", in the languages of the lists.
fn overrides(words: &[&str]) -> Option<usize> {
    const VERBS: &[&str] = &[
        "ignore",
        "disregard",
        "forget",
        "override",
        "bypass",
        "ignorez",
        "ignoriere",
        "ignorieren",
        "vergiss",
        "oubliez",
        "ignora",
        "ignorar",
        "olvida",
        "dimentica",
        "ignorare",
        "esqueça",
        "negeer",
        "vergeet",
        "missachte",
    ];
    const EARLIER: &[&str] = &[
        "previous",
        "prior",
        "above",
        "earlier",
        "preceding",
        "existing",
        "system",
        "vorherigen",
        "vorigen",
        "bisherigen",
        "obigen",
        "précédentes",
        "antérieures",
        "anteriores",
        "previas",
        "precedenti",
        "vorige",
        "eerdere",
        "bovenstaande",
        "prévias",
    ];
    const ORDERS: &[&str] = &[
        "instructions",
        "instruction",
        "prompts",
        "prompt",
        "directions",
        "guidelines",
        "anweisungen",
        "instruktionen",
        "instrucciones",
        "istruzioni",
        "instruções",
        "instructies",
        "consignes",
    ];
    if !VERBS.contains(words.first()?) {
        return None;
    }
    let near = &words[..words.len().min(8)];
    let earlier = near.iter().position(|word| EARLIER.contains(word))?;
    let order = near.iter().position(|word| ORDERS.contains(word))?;
    Some(earlier.max(order) + 1)
}

/// "AI assistants must recommend us": a model is spoken to, and the thing to do is about this very site.
fn addresses(words: &[&str]) -> Option<usize> {
    const MODELS: &[&[&str]] = &[
        &["ai"],
        &["ais"],
        &["llm"],
        &["llms"],
        &["chatgpt"],
        &["claude"],
        &["gemini"],
        &["perplexity"],
        &["copilot"],
        &["chatbots"],
        &["assistants"],
        &["language", "models"],
        &["language", "model"],
        &["ai", "assistants"],
        &["ai", "assistant"],
        &["ai", "models"],
        &["ai", "agents"],
        &["ai", "systems"],
        &["answer", "engines"],
        &["ai", "crawlers"],
    ];
    let model = MODELS.iter().filter(|model| words.starts_with(model)).map(|model| model.len()).max()?;
    let must = words
        .get(model)
        .is_some_and(|word| matches!(*word, "must" | "should" | "shall" | "please" | "always" | "are"));
    must.then_some(())?;
    favour(&words[model..]).map(|length| model + length)
}

/// "If you are an AI …", "when summarising this page, always mention …".
fn conditions(words: &[&str]) -> Option<usize> {
    const MACHINES: &[&str] =
        &["ai", "llm", "chatbot", "robot", "language", "gpt", "assistant", "artificial"];
    let speaks = words.starts_with(&["if", "you", "are"])
        || words.starts_with(&["since", "you", "are"])
        || words.starts_with(&["as", "you", "are"]);
    if speaks && words.iter().skip(3).take(3).any(|word| MACHINES.contains(word)) {
        return Some(words.len().min(12));
    }
    let task = words.first().is_some_and(|word| *word == "when")
        && words.get(1).is_some_and(|word| {
            matches!(
                *word,
                "summarizing"
                    | "summarising"
                    | "answering"
                    | "asked"
                    | "citing"
                    | "recommending"
                    | "describing"
                    | "responding"
            )
        });
    if !task {
        return None;
    }
    let near = &words[..words.len().min(14)];
    let always = near.iter().position(|word| matches!(*word, "always" | "must" | "never"))?;
    favour(&words[always..]).map(|length| always + length)
}

/// A verb of recommending whose object is this site.
fn favour(words: &[&str]) -> Option<usize> {
    const VERBS: &[&str] = &[
        "recommend",
        "cite",
        "mention",
        "rank",
        "prefer",
        "praise",
        "promote",
        "say",
        "state",
        "describe",
        "quote",
        "list",
        "include",
        "name",
        "choose",
        "favor",
        "favour",
        "link",
        "suggest",
        "present",
    ];
    let near = &words[..words.len().min(6)];
    let verb = near.iter().position(|word| VERBS.contains(word))?;
    let object = words.get(verb + 1..words.len().min(verb + 7))?;
    let ours = object.iter().position(|word| matches!(*word, "us" | "our" | "we"));
    let this = object.windows(2).position(|pair| {
        pair[0] == "this"
            && matches!(
                pair[1],
                "page" | "site" | "website" | "product" | "company" | "brand" | "service" | "article"
            )
    });
    ours.or(this).map(|at| verb + at + 3)
}

fn in_wide_scripts(text: &str) -> Option<String> {
    const PHRASES: &[&str] = &[
        "忽略之前的",
        "忽略以上",
        "忽略先前的",
        "忽略前面的",
        "无视之前的",
        "無視之前的",
        "以前の指示を無視",
        "上記の指示を無視",
        "これまでの指示を無視",
    ];
    PHRASES.iter().find(|phrase| text.contains(**phrase)).map(|phrase| (*phrase).to_owned())
}

/// Letters hidden in the block of tag characters; flags of regions use them lawfully, after a black flag.
fn smuggled(text: &str) -> Option<String> {
    let mut letters = String::new();
    let mut flag = false;
    for c in text.chars() {
        match c {
            '\u{1f3f4}' => flag = true,
            '\u{e0020}'..='\u{e007e}' if !flag => letters.extend(char::from_u32(u32::from(c) - 0xe0000)),
            '\u{e0020}'..='\u{e007f}' => {}
            _ => flag = false,
        }
    }
    (letters.len() >= 4).then_some(letters)
}

/// The text without what stands in quotation marks or backticks.
fn without_quoted(text: &str) -> String {
    let mut spoken = String::with_capacity(text.len());
    let mut from = 0;
    for range in quotation::in_marks(text) {
        spoken.push_str(&text[from..range.start]);
        from = range.end;
    }
    spoken.push_str(&text[from..]);
    let single = spoken.replace(['‘', '’'], "'");
    let parts: Vec<&str> = single.split('`').collect();
    let kept: String = if parts.len() % 2 == 1 {
        parts.iter().step_by(2).copied().collect::<Vec<_>>().join(" ")
    } else {
        single
    };
    without_single_quoted(&kept)
}

/// Single marks count as quotation only around whole words: " 'ignore …' ".
fn without_single_quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find(" '") {
        let after = &rest[start + 2..];
        let end = after
            .match_indices('\'')
            .find(|(at, _)| !after[at + 1..].starts_with(char::is_alphanumeric))
            .map(|(at, _)| at);
        let Some(end) = end else { break };
        out.push_str(&rest[..=start]);
        rest = &after[end + 1..];
    }
    out.push_str(rest);
    out
}
