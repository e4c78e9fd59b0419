//! lists-and-tables: a list or table on pages of more than 300 words.

use crate::check::{Category, Check, Effort, Judge, Seen};
use crate::page::Page;
use crate::site::Site;

pub(crate) static CHECK: Check = Check {
    id: "lists-and-tables",
    category: Category::Structure,
    weight: 1.0,
    effort: Effort::Medium,
    page_controls: true,
    why: "Steps, options and comparisons are read more surely from a list or a table than from running text.",
    judge: Judge::Page(judge),
};

fn judge(page: &Page<'_>, _: &Site<'_>) -> Seen {
    if page.main_words <= 300.0 {
        return Seen::unmeasured("the page has at most 300 words");
    }
    if page.lists_and_tables > 0 {
        return Seen::pass().seen(format!("{} lists and tables", page.lists_and_tables));
    }
    Seen::fail("Put what is counted or compared into a list or a table.")
        .seen(format!("{:.0} words without a list or table", page.main_words))
}
