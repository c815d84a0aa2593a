//! `zhinaq matrix`: show how many copies of each collection each organ gets.

use std::{collections::BTreeSet, io::Write};

use clap::{Args, ValueEnum};
use serde::Serialize;

use super::{
    format_option, language,
    screen::{self, Screen},
    table,
};
use config::{Office, regulation_named};
use domain::{CollectionId, Entitlement, Matrix, MatrixChange, OrganId, matrix_changes};

/// Show how many copies of each collection each organ gets
#[derive(Debug, Args)]
#[command(arg = format_option::offers(format_option::LIST))]
pub struct MatrixArgs {
    /// Use the files built into the program, without an office
    #[arg(long)]
    pub sample: bool,
    /// Show the difference to another act: its id, its folder, or the home of another office
    #[arg(long, value_name = "ACT")]
    pub against: Option<String>,
    /// Every column, also on a terminal
    #[arg(long)]
    pub all: bool,
    /// Set from the global option `--format`.
    #[arg(skip)]
    pub format: MatrixFormat,
}

/// How the matrix is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum MatrixFormat {
    #[default]
    Table,
    Json,
    Csv,
}

/// Why the matrix could not be printed.
#[derive(Debug, thiserror::Error)]
pub enum MatrixCommandError {
    #[error("the matrix could not be written")]
    Write(#[from] std::io::Error),
    #[error("the matrix could not be written as JSON")]
    Json(#[from] serde_json::Error),
    #[error("{0}")]
    Against(String),
}

#[derive(Serialize)]
struct PrintedMatrix<'a> {
    collections: &'a [CollectionId],
    organs: &'a [OrganId],
    cells: Vec<PrintedCell<'a>>,
}

#[derive(Serialize)]
struct PrintedCell<'a> {
    collection: &'a CollectionId,
    organ: &'a OrganId,
    copies: u32,
    state: &'static str,
}

/// Prints the matrix of the applied act, or its difference to another act.
///
/// # Errors
/// When the other act is not found, or the writer fails.
pub fn run(args: &MatrixArgs, office: &Office, out: &mut dyn Write) -> Result<(), MatrixCommandError> {
    let matrix = &office.regulation().matrix;
    if let Some(against) = &args.against {
        let other = regulation_named(office, against).map_err(MatrixCommandError::Against)?;
        return changes(args.format, &matrix_changes(&other.matrix, matrix), out);
    }
    match args.format {
        MatrixFormat::Json => {
            serde_json::to_writer_pretty(&mut *out, &printed(matrix))?;
            writeln!(out)?;
        }
        MatrixFormat::Csv => csv(matrix, out)?,
        MatrixFormat::Table => out.write_all(as_table(office, matrix, args.all).as_bytes())?,
    }
    Ok(())
}

/// Prints which organs get more or fewer copies.
fn changes(format: MatrixFormat, changes: &[MatrixChange], out: &mut dyn Write) -> Result<(), MatrixCommandError> {
    match format {
        MatrixFormat::Json => {
            serde_json::to_writer_pretty(&mut *out, changes)?;
            writeln!(out)?;
        }
        MatrixFormat::Csv => {
            writeln!(out, "collection,organ,before,after,change")?;
            for c in changes {
                writeln!(out, "{},{},{},{},{}", c.collection, c.organ, c.before, c.after, c.change)?;
            }
        }
        MatrixFormat::Table if changes.is_empty() => writeln!(out, "no organ gets more or fewer copies")?,
        MatrixFormat::Table => {
            let mut table = table::table(vec!["collection", "organ", "before", "after", "change"]);
            for c in changes {
                let row = [
                    c.collection.to_string(),
                    c.organ.to_string(),
                    c.before.to_string(),
                    c.after.to_string(),
                    c.change.into(),
                ];
                table.add_row(row.to_vec());
            }
            out.write_all(table::text(&table).as_bytes())?;
        }
    }
    Ok(())
}

fn printed(matrix: &Matrix) -> PrintedMatrix<'_> {
    let cell = |collection, organ| {
        let entitlement = matrix.entitlement(collection, organ);
        let state = match entitlement {
            Entitlement::Listed { .. } => "listed",
            Entitlement::Blank => "blank",
            Entitlement::Illegible => "illegible",
        };
        PrintedCell { collection, organ, copies: entitlement.copies(), state }
    };
    let cells = matrix.collections().iter().flat_map(|c| matrix.organs().iter().map(move |o| cell(c, o)));
    PrintedMatrix { collections: matrix.collections(), organs: matrix.organs(), cells: cells.collect() }
}

/// The entitlement as the act's file writes it: blank and `?` are different.
fn written(entitlement: Entitlement) -> String {
    match entitlement {
        Entitlement::Listed { copies } => copies.to_string(),
        Entitlement::Blank => String::new(),
        Entitlement::Illegible => "?".into(),
    }
}

fn csv(matrix: &Matrix, out: &mut dyn Write) -> std::io::Result<()> {
    let names: Vec<&str> = matrix.organs().iter().map(OrganId::as_str).collect();
    writeln!(out, "collection,{}", names.join(","))?;
    for collection in matrix.collections() {
        let cells: Vec<String> = matrix.of_collection(collection).map(|(_, e)| written(e)).collect();
        writeln!(out, "{collection},{}", cells.join(","))?;
    }
    Ok(())
}

/// The matrix with one row for each organ: a terminal has room for six collections side by side, not for 23 organs.
fn as_table(office: &Office, matrix: &Matrix, all: bool) -> String {
    let word = |word: &str| language::shown(word).into_owned();
    let mut header = vec![String::new(), word("organ"), word("title")];
    header.extend(matrix.collections().iter().map(ToString::to_string));
    let mut rows = Vec::new();
    for organ in matrix.organs() {
        let recipient = office.regulation().recipient(organ);
        let column = recipient.and_then(|r| r.column).map_or(String::new(), |c| c.to_string());
        let title = recipient.map_or("", |r| r.titles.of(language::code()));
        let mut row = vec![column, organ.to_string(), table::shortened(title, 48)];
        row.extend(matrix.collections().iter().map(|c| written(matrix.entitlement(c, organ))));
        rows.push(row);
    }
    let count = |value: fn(Entitlement) -> u32| {
        let sums = matrix.collections().iter().map(|c| matrix.of_collection(c).map(|(_, e)| value(e)).sum::<u32>());
        sums.collect::<Vec<u32>>()
    };
    let copies = count(Entitlement::copies);
    let parcels = count(|e| u32::from(e.copies() > 0));
    for (name, sums) in [("copies", &copies), ("parcels", &parcels)] {
        let mut row = vec![String::new(), word(name), sums.iter().sum::<u32>().to_string()];
        row.extend(sums.iter().map(ToString::to_string));
        rows.push(row);
    }
    let illegible = matrix.cells().iter().filter(|e| **e == Entitlement::Illegible).count();
    let note = match illegible {
        0 => String::new(),
        cells => format!("?: not legible in the source ({}), counted as 0 copies.\n", domain::counted(cells, "cell")),
    };
    let width = table::width().map(usize::from).filter(|_| !all);
    let is_brief = width.is_some_and(|width| needed(&header, &rows, GAP) > width);
    if let Some(width) = width.filter(|_| is_brief) {
        brief(&mut header, &mut rows, width);
    }
    let more = if is_brief { "--all shows every column.\n" } else { "" };
    let act = format!("{}.", office.regulation().act.of(language::code()));
    laid_out(header, rows, is_brief) + &note + more + &screen::fitted(&act, Screen::or_endless().width) + "\n"
}

/// The room between two columns: a blank at each side, and one between them.
const GAP: usize = 3;
/// The same where columns move together.
const NARROW_GAP: usize = 1;
/// The fewest characters by which the id of a collection is known.
const SHORTEST_ID: usize = 6;

/// How wide a table is whose words stay whole.
fn needed(header: &[String], rows: &[Vec<String>], gap: usize) -> usize {
    let length = |text: &String| text.chars().count();
    let widest = |at: usize| rows.iter().filter_map(|row| row.get(at)).map(length).max().unwrap_or_default();
    header.iter().enumerate().map(|(at, heading)| length(heading).max(widest(at)) + gap).sum()
}

/// Makes the matrix fit a terminal: the ids of organs say who they are, so the column of the act and the title are left
/// out. Then the ids of collections are cut, as little as need be, and only so far that they differ.
fn brief(header: &mut Vec<String>, rows: &mut [Vec<String>], width: usize) {
    for row in rows.iter_mut() {
        // A row of sums has the sum over all collections below the titles.
        let first = if row[2].parse::<u32>().is_ok() { format!("{}: {}", row[1], row[2]) } else { row[1].clone() };
        *row = [&[first][..], &row[3..]].concat();
    }
    let ids = header.split_off(3);
    header.drain(..1);
    header.truncate(1);
    let longest = ids.iter().map(|id| id.chars().count()).max().unwrap_or_default();
    let cut = |most: usize| ids.iter().map(|id| table::shortened(id, most)).collect::<Vec<String>>();
    let fits = |ids: &Vec<String>| {
        let differ = ids.iter().collect::<BTreeSet<_>>().len() == ids.len();
        differ && needed(&[&header[..], &ids[..]].concat(), rows, NARROW_GAP) <= width
    };
    let fitting = (SHORTEST_ID..=longest).rev().map(cut).find(fits);
    header.extend(fitting.unwrap_or(ids));
}

fn laid_out(header: Vec<String>, rows: Vec<Vec<String>>, is_brief: bool) -> String {
    let mut table = table::table(header);
    for row in rows {
        table.add_row(row);
    }
    for column in table.column_iter_mut().filter(|_| is_brief) {
        column.set_padding((0, 0));
    }
    table::text(&table)
}
