use std::num::NonZeroU32;
use std::sync::LazyLock;
use std::time::Duration;

use redis::aio::MultiplexedConnection;
use redis::{RedisResult, Script};

/// So many in a window, all at once where somebody likes, and then one each time that a part of the window has gone by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limit {
    /// How many.
    pub count: NonZeroU32,
    /// In what time.
    pub window: Duration,
}

/// GCRA, by the server's own clock, so that it makes no difference which process asks. What is kept is the moment at which
/// the cell is full again, in microseconds since the epoch. A clock that was set back is no reason to wait for longer than it
/// takes to fill one cell.
static SCRIPT: LazyLock<Script> = LazyLock::new(|| Script::new(include_str!("limit.lua")));

impl Limit {
    pub(super) async fn take(
        self,
        key: &str,
        mut conn: MultiplexedConnection,
    ) -> RedisResult<Result<u32, Duration>> {
        let window = u64::try_from(self.window.as_micros()).unwrap_or(u64::MAX);
        let mut call = SCRIPT.key(key);
        let (taken, number): (i64, i64) =
            call.arg(window).arg(self.count.get()).invoke_async(&mut conn).await?;
        Ok(match taken {
            1 => Ok(u32::try_from(number).unwrap_or(0)),
            _ => Err(Duration::from_micros(number.unsigned_abs())),
        })
    }
}
