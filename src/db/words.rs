//! Looking for words in columns of text, as people type them: case does not count, and `%` and `_` are letters.

use sea_orm::sea_query::{Expr, ExprTrait, Func, LikeExpr, SimpleExpr};
use sea_orm::{ColumnTrait, Condition};

/// What somebody looks for.
#[derive(Debug, Clone)]
pub struct Words(String);

/// A text as both engines keep it: PostgreSQL takes no NUL, which stands for nothing in a text that came from outside.
pub fn without_nul(text: String) -> String {
    if text.contains('\0') { text.replace('\0', "\u{fffd}") } else { text }
}

impl Words {
    /// The words, as they were typed.
    pub fn new(text: &str) -> Words {
        // `LIKE` takes a backslash for a letter unless it is told otherwise.
        Words(text.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_").to_lowercase())
    }

    /// Rows that hold them anywhere in one of the columns.
    pub fn anywhere<C: ColumnTrait>(&self, columns: &[C]) -> Condition {
        self.any(columns, &[format!("%{}%", self.0)])
    }

    /// 0 for a row in which a column begins with them, 1 where a word or a part of a path does, 2 for others.
    pub fn rank<C: ColumnTrait>(&self, columns: &[C]) -> SimpleExpr {
        let words = [" ", "/", "-", "."].map(|before| format!("%{before}{}%", self.0));
        let case = Expr::case(self.any(columns, &[format!("{}%", self.0)]), 0);
        case.case(self.any(columns, &words), 1).finally(2).into()
    }

    fn any<C: ColumnTrait>(&self, columns: &[C], patterns: &[String]) -> Condition {
        let mut any = Condition::any();
        for column in columns {
            for pattern in patterns {
                let like = LikeExpr::new(pattern.as_str()).escape('\\');
                any = any.add(Expr::expr(Func::lower(column.into_expr())).like(like));
            }
        }
        any
    }
}
