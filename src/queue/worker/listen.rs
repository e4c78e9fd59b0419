//! On PostgreSQL: hears of jobs that other processes queue.

use std::time::Duration;

use sea_orm::sqlx::postgres::PgListener;

use crate::queue::Queue;
use crate::queue::enqueue::CHANNEL;

const AFTER_TROUBLE: Duration = Duration::from_secs(1);

pub(super) async fn run(queue: Queue) {
    loop {
        if let Err(error) = listen(&queue).await {
            tracing::warn!(target: "queue", %error, "not listening for jobs; looking for them meanwhile");
        }
        tokio::time::sleep(AFTER_TROUBLE).await;
    }
}

async fn listen(queue: &Queue) -> Result<(), sea_orm::sqlx::Error> {
    let mut listener = PgListener::connect_with(queue.db().system().get_postgres_connection_pool()).await?;
    listener.listen(CHANNEL).await?;
    loop {
        // None: the connection was lost and made anew; something may have been said meanwhile.
        listener.try_recv().await?;
        queue.signals().wake();
    }
}
