//! The score: weights earned of weights measured, and what each finding would win.

use crate::check::{Category, Check, Judge, Verdict};
use crate::engine::{Judged, Look};
use crate::report::{CategoryScore, Score};

/// A site that hides text or speaks to models is distrusted as a whole.
pub(crate) const CAP_FOR_TRICKS: f64 = 30.0;

/// What every check earned.
pub(crate) struct Tally {
    /// Points earned by each check, in the order judged; `None` is "not measured".
    pub(crate) earned: Vec<Option<f64>>,
    earned_sum: f64,
    measured_sum: f64,
    barred: Vec<bool>,
    tricks: usize,
}

/// Sums up. `barred` says which pages are noindex: they count 0 in every page check.
pub(crate) fn tally(judged: &[Judged], barred: &[bool]) -> Tally {
    let earned: Vec<Option<f64>> =
        judged.iter().map(|one| mean(one, barred).map(|mean| mean * one.check.weight)).collect();
    let measured = judged.iter().zip(&earned).filter(|(_, earned)| earned.is_some());
    let tricks = judged.iter().filter(|one| one.check.id == "no-tricks").flat_map(|one| &one.looks);
    Tally {
        earned_sum: earned.iter().flatten().sum(),
        measured_sum: measured.map(|(one, _)| one.check.weight).sum(),
        tricks: tricks.filter(|look| look.seen.verdict == Verdict::Fail).count(),
        barred: barred.to_vec(),
        earned,
    }
}

/// The mean over the pages that count: those measured, and every noindex page as 0.
fn mean(judged: &Judged, barred: &[bool]) -> Option<f64> {
    let counting = counting(judged, barred);
    if counting == 0 {
        return None;
    }
    let credits = judged.looks.iter().map(|look| credit(judged.check, look, barred));
    Some(credits.sum::<f64>() / counting as f64)
}

fn counting(judged: &Judged, barred: &[bool]) -> usize {
    let counts =
        |look: &&Look| look.seen.verdict != Verdict::NotMeasured || is_barred(judged.check, look, barred);
    judged.looks.iter().filter(counts).count()
}

fn is_barred(check: &Check, look: &Look, barred: &[bool]) -> bool {
    matches!(check.judge, Judge::Page(_)) && barred.get(look.page).copied().unwrap_or(false)
}

fn credit(check: &Check, look: &Look, barred: &[bool]) -> f64 {
    if is_barred(check, look, barred) { 0.0 } else { look.seen.credit }
}

impl Tally {
    pub(crate) fn score(&self) -> Option<Score> {
        if self.measured_sum <= 0.0 {
            return None;
        }
        let uncapped = self.earned_sum / self.measured_sum * 100.0;
        let value = if self.tricks > 0 { uncapped.min(CAP_FOR_TRICKS) } else { uncapped };
        Some(Score {
            value: one_decimal_down(value),
            earned: points(self.earned_sum),
            measured: points(self.measured_sum),
            uncapped: one_decimal_down(uncapped),
        })
    }

    pub(crate) fn categories(&self, judged: &[Judged]) -> Vec<CategoryScore> {
        let mut categories: Vec<CategoryScore> = Vec::new();
        for (one, earned) in judged.iter().zip(&self.earned) {
            if one.check.category == Category::Beside {
                continue;
            }
            let at = categories.iter().position(|known| known.category == one.check.category);
            let at = at.unwrap_or_else(|| {
                categories.push(CategoryScore {
                    category: one.check.category,
                    earned: 0.0,
                    measured: 0.0,
                    weight: 0.0,
                });
                categories.len() - 1
            });
            let sums = &mut categories[at];
            sums.weight += one.check.weight;
            sums.earned += earned.unwrap_or(0.0);
            sums.measured += if earned.is_some() { one.check.weight } else { 0.0 };
        }
        categories.iter_mut().for_each(|sums| sums.earned = points(sums.earned));
        categories.retain(|sums| sums.measured > 0.0);
        categories
    }

    /// Points of the score that mending this look alone would win.
    ///
    /// A page that is noindex loses everything because of it: what its other checks would earn is won by the
    /// `indexable` finding, what they would lose anyway stays with them. So the points to win of all findings and the
    /// score add up to 100.
    pub(crate) fn points_to_win(&self, judged: &[Judged], at: usize, look: &Look) -> f64 {
        let (Some(one), true) = (judged.get(at), self.measured_sum > 0.0) else { return 0.0 };
        let mut lost = self.stake(one) * (1.0 - look.seen.credit);
        if one.check.id == "indexable" && is_barred(one.check, look, &self.barred) {
            lost += judged.iter().map(|other| self.would_earn(other, look.page)).sum::<f64>();
        }
        let mut won = lost / self.measured_sum * 100.0;
        if one.check.id == "no-tricks" && self.tricks > 0 {
            let uncapped = self.earned_sum / self.measured_sum * 100.0;
            won += (uncapped - CAP_FOR_TRICKS).max(0.0) / self.tricks as f64;
        }
        points(won)
    }

    /// Points that one page stands for in a check.
    fn stake(&self, judged: &Judged) -> f64 {
        judged.check.weight / counting(judged, &self.barred).max(1) as f64
    }

    /// What a noindex page would earn in a check if it were not noindex.
    fn would_earn(&self, judged: &Judged, page: usize) -> f64 {
        let look = judged.looks.iter().find(|look| look.page == page);
        match look.filter(|look| is_barred(judged.check, look, &self.barred)) {
            Some(look) if look.seen.verdict == Verdict::NotMeasured => self.stake(judged),
            Some(look) => self.stake(judged) * look.seen.credit,
            None => 0.0,
        }
    }
}

/// Points as a report gives them, to four decimals: a float's noise would make a stable JSON unstable.
pub(crate) fn points(value: f64) -> f64 {
    (value * 1e4).round() / 1e4
}

/// Rounded down to one decimal; the small term keeps sums like 0.1 + 0.2 from falling below their true value.
fn one_decimal_down(value: f64) -> f64 {
    ((value * 10.0 + 1e-6).floor() / 10.0).clamp(0.0, 100.0)
}
