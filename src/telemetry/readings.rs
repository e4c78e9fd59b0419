//! What is so at the moment of a scrape, in Prometheus' form.

use std::fmt;

use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, EncodeMetric};
use prometheus_client::metrics::counter::ConstCounter;
use prometheus_client::metrics::gauge::ConstGauge;

/// Figures by name. Each name is one family, whose labels have the same names everywhere.
#[derive(Debug, Default)]
pub struct Readings(Vec<Family>);

#[derive(Debug)]
struct Family {
    name: &'static str,
    help: &'static str,
    counts: bool,
    values: Vec<(Labels, f64)>,
}

type Labels = Vec<(&'static str, String)>;

impl Readings {
    /// What goes up and down.
    pub fn gauge(
        &mut self,
        name: &'static str,
        help: &'static str,
        labels: &[(&'static str, &str)],
        value: f64,
    ) {
        self.add(name, help, false, labels, value);
    }

    /// What only grows while the process runs. `_total` is put behind its name.
    pub fn counter(
        &mut self,
        name: &'static str,
        help: &'static str,
        labels: &[(&'static str, &str)],
        value: f64,
    ) {
        self.add(name, help, true, labels, value);
    }

    fn add(
        &mut self,
        name: &'static str,
        help: &'static str,
        counts: bool,
        labels: &[(&'static str, &str)],
        value: f64,
    ) {
        let labels = labels.iter().map(|(name, value)| (*name, (*value).to_owned())).collect();
        match self.0.iter_mut().find(|family| family.name == name) {
            Some(family) => family.values.push((labels, value)),
            None => self.0.push(Family { name, help, counts, values: vec![(labels, value)] }),
        }
    }
}

impl Collector for Readings {
    fn encode(&self, mut encoder: DescriptorEncoder) -> Result<(), fmt::Error> {
        for family in &self.0 {
            let kind = match family.counts {
                true => ConstCounter::new(0.0).metric_type(),
                false => ConstGauge::new(0.0).metric_type(),
            };
            let mut metric = encoder.encode_descriptor(family.name, family.help, None, kind)?;
            for (labels, value) in &family.values {
                let one = metric.encode_family(labels)?;
                match family.counts {
                    true => ConstCounter::new(*value).encode(one)?,
                    false => ConstGauge::new(*value).encode(one)?,
                }
            }
        }
        Ok(())
    }
}
