//! A tree of files: paths and bytes, sorted. In: files. Out: the hash of the tree, `SHA256SUMS`, a folder. This module
//! does not know what a file contains.

use std::{
    collections::BTreeMap,
    fs, io,
    path::{Component, Path, PathBuf},
};

use domain::Sha256;

/// The file that lists the others with their hashes, as `sha256sum -c` reads it. It is not part of the tree's hash.
pub const SUMS: &str = "SHA256SUMS";

/// Files by their path: relative, with `/` between names, sorted by their bytes.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Tree {
    files: BTreeMap<String, Vec<u8>>,
    /// Files that an earlier site has: known by their hash alone.
    kept: BTreeMap<String, Sha256>,
}

/// A file of a placed revision that an earlier site has. Such a file never changes: it is placed again as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptFile {
    /// Below the root of the site.
    pub path: String,
    /// In bytes.
    pub size: u64,
    pub sha256: Sha256,
}

impl Tree {
    /// Adds a file. A second file of one path replaces the first.
    pub fn put(&mut self, path: impl Into<String>, bytes: impl Into<Vec<u8>>) {
        self.files.insert(path.into(), bytes.into());
    }

    /// Adds a file that an earlier site has.
    pub fn keep(&mut self, path: impl Into<String>, sha256: Sha256) {
        self.kept.insert(path.into(), sha256);
    }

    /// The files that an earlier site has, with their hashes, sorted by path.
    pub fn kept(&self) -> impl Iterator<Item = (&str, Sha256)> {
        self.kept.iter().map(|(path, sha256)| (path.as_str(), *sha256))
    }

    /// Whether the tree has a file, written or kept.
    #[must_use]
    pub fn has(&self, path: &str) -> bool {
        self.files.contains_key(path) || self.kept.contains_key(path)
    }

    /// The bytes of a file that is not kept.
    #[must_use]
    pub fn file(&self, path: &str) -> Option<&[u8]> {
        self.files.get(path).map(Vec::as_slice)
    }

    /// The files that are not kept, sorted by path.
    pub fn files(&self) -> impl Iterator<Item = (&str, &[u8])> {
        self.files.iter().map(|(path, bytes)| (path.as_str(), bytes.as_slice()))
    }

    #[must_use]
    pub fn len(&self) -> usize {
        self.files.len() + self.kept.len()
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.files.is_empty() && self.kept.is_empty()
    }

    /// The list of hashes and paths, as `sha256sum` writes it; `SHA256SUMS` itself is not in it.
    #[must_use]
    pub fn sums(&self) -> String {
        let written = self.files.iter().map(|(path, bytes)| (path, Sha256::of(bytes)));
        let all: BTreeMap<&String, Sha256> =
            self.kept.iter().map(|(path, sha256)| (path, *sha256)).chain(written).collect();
        let others = all.into_iter().filter(|(path, _)| *path != SUMS);
        others.map(|(path, sha256)| format!("{sha256}  {path}\n")).collect()
    }

    /// The hash of the tree: that of [`Self::sums`], so the hash of `SHA256SUMS` is the hash of the tree.
    #[must_use]
    pub fn hash(&self) -> Sha256 {
        Sha256::of(self.sums().as_bytes())
    }

    /// Writes the files below a folder, which may exist; those that are kept come from `earlier`, by a second link to the
    /// file or as a copy. It does not flush and does not replace atomically: the caller writes into a new folder and
    /// switches to it.
    ///
    /// # Errors
    /// A path leads out of the folder, a file cannot be written, or a kept file is not there with its hash.
    pub fn write_onto(&self, folder: &Path, earlier: Option<&Path>) -> io::Result<()> {
        for (path, bytes) in &self.files {
            fs::write(place(folder, path)?, bytes)?;
        }
        for (path, sha256) in &self.kept {
            let lost = |why: &str| io::Error::new(io::ErrorKind::InvalidData, format!("`{path}` {why}"));
            let from = earlier.ok_or_else(|| lost("is kept from an earlier site, and none is given"))?.join(path);
            if Sha256::of(&fs::read(&from)?) != *sha256 {
                return Err(lost("of the earlier site has other bytes than its hash says"));
            }
            let to = place(folder, path)?;
            // Another disk, or a disk without links, gets a copy.
            fs::hard_link(&from, &to).or_else(|_| fs::copy(&from, &to).map(drop))?;
        }
        Ok(())
    }

    /// Writes a tree that keeps nothing from an earlier site.
    ///
    /// # Errors
    /// As [`Self::write_onto`].
    pub fn write(&self, folder: &Path) -> io::Result<()> {
        self.write_onto(folder, None)
    }
}

/// The path of a file below a folder, with the folders above it made and nothing in its place. What was there may be a
/// second link to a file of an earlier site: writing into it would change that one.
fn place(folder: &Path, path: &str) -> io::Result<PathBuf> {
    let is_inside = Path::new(path).components().all(|part| matches!(part, Component::Normal(_)));
    if !is_inside {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, format!("`{path}` leads out of the folder")));
    }
    let path = folder.join(path);
    if let Some(above) = path.parent() {
        fs::create_dir_all(above)?;
    }
    match fs::remove_file(&path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(path),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_of_the_tree_is_that_of_its_list() {
        let mut one = Tree::default();
        one.put("b.txt", "b");
        one.put("a/x.txt", "a");
        let mut other = Tree::default();
        other.put("a/x.txt", "a");
        other.put("b.txt", "b");
        assert_eq!(one.hash(), other.hash());
        let before = one.hash();
        one.put(SUMS, one.sums());
        assert_eq!(one.hash(), before);
        assert_eq!(Sha256::of(one.file(SUMS).unwrap()), before);
        assert!(one.sums().starts_with("ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb  a/x.txt\n"));
        one.put("b.txt", "c");
        assert_ne!(one.hash(), before);
    }

    #[test]
    fn no_file_is_written_outside_the_folder() {
        let mut tree = Tree::default();
        tree.put("../x", "x");
        let error = tree.write(Path::new("/nowhere")).unwrap_err();
        assert!(error.to_string().contains("`../x` leads out"));
    }
}
