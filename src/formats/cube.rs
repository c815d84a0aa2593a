//! A table as a cube: its lines, the columns of a crossed table, the kinds of figures, and the time.
//!
//! In: a table. Out: axes with labels, and cells in the order of the axes, the last axis fastest. Unknown here: how a
//! format writes a cube.

use super::observed::{Metric, Observation, newest, observations};
use assemble::{Across, ColumnRole, Kind, Line, Table, TableColumn, labels, prose};
use domain::{Period, TableKind};
use words::{Lexicon, texts};

/// A table as a cube.
pub struct Cube<'a> {
    pub table: &'a Table,
    metrics: Vec<Metric>,
    pub times: Vec<Period>,
    /// The places of a crossed table's columns; empty for another table.
    strands: Vec<usize>,
    /// `None` where the table has no such figure.
    pub cells: Vec<Option<Observation>>,
}

/// An axis of a cube.
pub struct CubeAxis {
    /// `line`, `across`, `metric` or `time`.
    pub id: &'static str,
    pub label: String,
    pub categories: Vec<CubeCategory>,
}

/// A place on an axis.
pub struct CubeCategory {
    pub id: String,
    pub label: String,
    /// The unit of measure in words, and the number of decimals, where they depend on this axis.
    pub unit: Option<(String, u8)>,
}

impl<'a> Cube<'a> {
    /// The cube of a table; `None` for a table without figures.
    pub fn of(table: &'a Table) -> Option<Self> {
        newest(table)?;
        let observed = observations(table);
        let metrics: Vec<Metric> =
            Metric::ALL.into_iter().filter(|m| observed.iter().any(|o| o.metric == *m)).collect();
        let mut times: Vec<Period> = observed.iter().map(|o| o.period).collect();
        times.sort_unstable();
        times.dedup();
        let strands = strands(table);
        let mut cube = Self { table, metrics, times, strands, cells: Vec::new() };
        cube.cells = vec![None; cube.sizes().iter().map(|(_, size)| size).product()];
        for one in observed {
            let place = cube.place(&one)?;
            cube.cells[place] = Some(one);
        }
        Some(cube)
    }

    /// The ids of the axes, and how many categories each has.
    pub fn sizes(&self) -> Vec<(&'static str, usize)> {
        let across = (!self.strands.is_empty()).then_some(("across", self.strands.len()));
        let rest = [("metric", self.metrics.len()), ("time", self.times.len())];
        std::iter::once(("line", self.table.lines.len())).chain(across).chain(rest).collect()
    }

    fn place(&self, one: &Observation) -> Option<usize> {
        let metric = self.metrics.iter().position(|m| *m == one.metric)?;
        let time = self.times.iter().position(|t| *t == one.period)?;
        let strand = self.strands.iter().position(|place| *place == one.column).unwrap_or(0);
        let strands = self.strands.len().max(1);
        Some(((one.line * strands + strand) * self.metrics.len() + metric) * self.times.len() + time)
    }

    /// The axis of regions, if the table has one.
    pub fn regions(&self) -> Option<&'static str> {
        match self.table.kind {
            Kind::Of(TableKind::Regions | TableKind::Map) => Some("line"),
            Kind::Of(TableKind::RegionsAcross) => Some("across"),
            _ => None,
        }
    }

    /// The axes in the order of [`Self::sizes`].
    pub fn axes(&self, lexicon: &Lexicon) -> Vec<CubeAxis> {
        let across = (!self.strands.is_empty()).then(|| self.across(lexicon));
        let rest = [self.metric(lexicon), self.time(lexicon)];
        std::iter::once(self.lines(lexicon)).chain(across).chain(rest).collect()
    }

    fn lines(&self, lexicon: &Lexicon) -> CubeAxis {
        let mut categories: Vec<CubeCategory> = Vec::new();
        for (place, line) in self.table.lines.iter().enumerate() {
            let mut id = line_id(self.table, line, place);
            if categories.iter().any(|category| category.id == id) {
                id = format!("{id}#{place}");
            }
            categories.push(CubeCategory { id, label: line_label(self.table, line, lexicon), unit: None });
        }
        let head = self.table.columns.first();
        let label = head.map(|c| labels::in_language(&c.header, lexicon.language())).unwrap_or_default();
        CubeAxis { id: "line", label, categories }
    }

    fn across(&self, lexicon: &Lexicon) -> CubeAxis {
        let (head, total) = match self.table.kind {
            Kind::Of(TableKind::RegionsAcross) => (texts::REGION, "19"),
            Kind::Of(TableKind::AgenciesAcross) => (texts::AGENCY, "all"),
            _ => (texts::COLUMN, "total"),
        };
        let category = |place: &usize| {
            let column = &self.table.columns[*place];
            let (id, unit) = match &column.across {
                None => (total.to_owned(), None),
                Some(Across::Column(code, measure)) => {
                    let unit = texts::measure(*measure).of(lexicon).to_owned();
                    (code.to_string(), Some((unit, self.decimals(|one| one.column == *place))))
                }
                Some(Across::Unit(unit)) => (unit.to_string(), None),
                Some(Across::Agency(agency)) => (agency.to_string(), None),
            };
            CubeCategory { id, label: labels::in_language(&column.header, lexicon.language()), unit }
        };
        CubeAxis {
            id: "across",
            label: head.of(lexicon).to_owned(),
            categories: self.strands.iter().map(category).collect(),
        }
    }

    fn metric(&self, lexicon: &Lexicon) -> CubeAxis {
        let measure = self.table.lines.first().map(|l| l.measure).unwrap_or_default();
        let mixed = self.table.lines.iter().any(|l| l.measure != measure);
        let across = self.table.columns.iter().any(|column| column.measure(measure) != measure);
        let of_value = match (mixed, across) {
            (true, _) => texts::MEASURE_IN_LINE,
            (_, true) => texts::MEASURE_IN_HEAD,
            _ => texts::measure(measure),
        };
        let category = |metric: &Metric| {
            let (said, counted) = match metric {
                Metric::Value => (texts::CHART_VALUE.of(lexicon), of_value.of(lexicon)),
                Metric::Change => (texts::CHANGE.of(lexicon), of_value.of(lexicon)),
                Metric::Growth => (texts::GROWTH.of(lexicon), "%"),
                Metric::Share => (texts::SHARE.of(lexicon), "%"),
                Metric::Points => (texts::POINTS.of(lexicon), texts::POINTS.of(lexicon)),
                Metric::Rate => (texts::RATE.of(lexicon), texts::RATE.of(lexicon)),
                Metric::Rank => (texts::RANK.of(lexicon), texts::RANK.of(lexicon)),
                Metric::Class => (texts::MAP_CLASS.of(lexicon), texts::MAP_CLASS.of(lexicon)),
            };
            let decimals = self.decimals(|one| one.metric == *metric);
            let unit = Some((counted.to_owned(), decimals));
            CubeCategory { id: metric.code().to_lowercase(), label: said.to_owned(), unit }
        };
        CubeAxis {
            id: "metric",
            label: texts::METRIC.of(lexicon).to_owned(),
            categories: self.metrics.iter().map(category).collect(),
        }
    }

    fn time(&self, lexicon: &Lexicon) -> CubeAxis {
        let category = |time: &Period| {
            // The head of the column says more than its period, such as that it is one quarter alone.
            let is_headed = |c: &&TableColumn| c.role == ColumnRole::Value(*time) && self.strands.is_empty();
            let label = match self.table.columns.iter().find(is_headed) {
                Some(column) => labels::in_language(&column.header, lexicon.language()),
                None => prose::span_short(*time, lexicon),
            };
            CubeCategory { id: time.to_string(), label, unit: None }
        };
        CubeAxis {
            id: "time",
            label: texts::PERIOD.of(lexicon).to_owned(),
            categories: self.times.iter().map(category).collect(),
        }
    }

    /// The most decimals that figures are printed with.
    pub fn decimals(&self, of: impl Fn(&Observation) -> bool) -> u8 {
        let values = self.cells.iter().flatten().filter(|one| of(one)).filter_map(|one| one.value.as_deref());
        let decimals = values.map(|value| value.split_once('.').map_or(0, |(_, decimals)| decimals.len()));
        decimals.max().and_then(|most| u8::try_from(most).ok()).unwrap_or(0)
    }
}

/// The label of a line: the texts of its first columns.
pub fn line_label(table: &Table, line: &Line, lexicon: &Lexicon) -> String {
    let texts = table.columns.iter().zip(&line.cells).filter(|(c, _)| c.role == ColumnRole::Label);
    let texts: Vec<String> = texts.filter_map(|(_, cell)| cell.said(lexicon)).collect();
    texts.join(": ")
}

/// The places of the columns with figures of a crossed table; empty for another table.
fn strands(table: &Table) -> Vec<usize> {
    let crossed = matches!(table.kind, Kind::Of(kind) if kind.is_cross());
    let columns = table.columns.iter().enumerate();
    columns.filter(|(_, c)| crossed && matches!(c.role, ColumnRole::Value(_))).map(|(place, _)| place).collect()
}

/// The id of a line, such as `3-k/R1/1/2/19/all`. In a crossed table it leaves out what the columns contain.
fn line_id(table: &Table, line: &Line, place: usize) -> String {
    let Some(key) = &line.key else { return place.to_string() };
    let at = &key.place;
    let row = format!("{}/{}/{}", key.form, at.section, at.row);
    match table.kind {
        Kind::Of(TableKind::Section) => row,
        Kind::Of(kind) if kind.is_cross() => format!("{row}/{}", at.column),
        _ => {
            let units: Vec<&str> = key.units[0].iter().map(domain::Unit::as_str).collect();
            format!("{row}/{}/{}/{}", at.column, units.join("+"), key.agency)
        }
    }
}
