//! The Chrome DevTools Protocol: calls with answers, and events per session, over one WebSocket.

use super::PATIENCE;
use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use std::collections::HashMap;
use tokio::net::TcpStream;
use tokio::sync::{mpsc, oneshot};
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;
type Answer = Result<Value, String>;

/// Something the browser told without being asked.
#[derive(Debug)]
pub(super) struct Event {
    pub(super) method: String,
    pub(super) params: Value,
}

/// A connection that can be cloned. It ends when all clones are gone.
#[derive(Clone)]
pub(super) struct Cdp {
    orders: mpsc::UnboundedSender<Order>,
}

enum Order {
    Call { session: Option<String>, method: &'static str, params: Value, answer: oneshot::Sender<Answer> },
    Listen { session: String, events: mpsc::UnboundedSender<Event> },
}

impl Cdp {
    pub(super) async fn connect(address: &str) -> Cdp {
        let (socket, _) =
            connect_async(address).await.unwrap_or_else(|error| panic!("no DevTools at {address}: {error}"));
        let (orders, inbox) = mpsc::unbounded_channel();
        tokio::spawn(talk(socket, inbox));
        Cdp { orders }
    }

    /// Calls a method of the browser, or of one tab by its session.
    pub(super) async fn call(&self, session: Option<&str>, method: &'static str, params: Value) -> Answer {
        let (answer, reply) = oneshot::channel();
        let session = session.map(str::to_owned);
        self.orders
            .send(Order::Call { session, method, params, answer })
            .map_err(|_| "the browser is gone".to_owned())?;
        match tokio::time::timeout(PATIENCE, reply).await {
            Ok(Ok(answer)) => answer.map_err(|error| format!("{method}: {error}")),
            Ok(Err(_)) => Err(format!("{method}: the browser is gone")),
            Err(_) => Err(format!("{method}: no answer within {PATIENCE:?}")),
        }
    }

    /// Calls a method of the browser without waiting for anything: for the end, where nobody can await.
    pub(super) fn tell(&self, method: &'static str) {
        let (answer, _) = oneshot::channel();
        let _ = self.orders.send(Order::Call { session: None, method, params: json!({}), answer });
    }

    /// All events of a session from now on.
    pub(super) fn listen(&self, session: &str) -> mpsc::UnboundedReceiver<Event> {
        let (events, inbox) = mpsc::unbounded_channel();
        // If the browser is gone, the receiver ends at once, which is the right news.
        let _ = self.orders.send(Order::Listen { session: session.to_owned(), events });
        inbox
    }
}

/// Owns the socket: numbers the calls, hands out the answers and the events.
async fn talk(mut socket: Socket, mut inbox: mpsc::UnboundedReceiver<Order>) {
    let mut number = 0_u64;
    let mut waiting: HashMap<u64, oneshot::Sender<Answer>> = HashMap::new();
    let mut listeners: HashMap<String, mpsc::UnboundedSender<Event>> = HashMap::new();
    loop {
        tokio::select! {
            order = inbox.recv() => match order {
                Some(Order::Listen { session, events }) => {
                    listeners.insert(session, events);
                }
                Some(Order::Call { session, method, params, answer }) => {
                    number += 1;
                    waiting.insert(number, answer);
                    let mut call = json!({ "id": number, "method": method, "params": params });
                    if let Some(session) = session {
                        call["sessionId"] = session.into();
                    }
                    if socket.send(Message::text(call.to_string())).await.is_err() {
                        return;
                    }
                }
                None => return,
            },
            message = socket.next() => match message {
                Some(Ok(Message::Text(text))) => {
                    if let Ok(value) = serde_json::from_str(&text) {
                        deliver(value, &mut waiting, &listeners);
                    }
                }
                Some(Ok(_)) => {}
                Some(Err(_)) | None => return,
            },
        }
    }
}

fn deliver(
    mut message: Value,
    waiting: &mut HashMap<u64, oneshot::Sender<Answer>>,
    listeners: &HashMap<String, mpsc::UnboundedSender<Event>>,
) {
    if let Some(answer) = message["id"].as_u64().and_then(|id| waiting.remove(&id)) {
        let result = match message.get("error") {
            Some(error) => Err(error["message"].as_str().unwrap_or("unknown error").to_owned()),
            None => Ok(message["result"].take()),
        };
        // A caller that stopped waiting has no use for it.
        let _ = answer.send(result);
    } else if let (Some(method), Some(session)) = (message["method"].as_str(), message["sessionId"].as_str())
        && let Some(listener) = listeners.get(session)
    {
        let method = method.to_owned();
        let _ = listener.send(Event { method, params: message["params"].take() });
    }
}
