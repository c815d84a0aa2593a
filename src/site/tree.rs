//! A tree of files: paths and bytes, sorted. In: files. Out: the hash of the tree, `SHA256SUMS`, a folder. This module
//! does not know what a file contains.

use std::{
    collections::BTreeMap,
    fs, io,
    path::{Component, Path},
};

use domain::Sha256;

/// The file that lists the others with their hashes, as `sha256sum -c` reads it. It is not part of the tree's hash.
pub const SUMS: &str = "SHA256SUMS";

/// Files by their path: relative, with `/` between names, sorted by their bytes.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Tree {
    files: BTreeMap<String, Vec<u8>>,
}

impl Tree {
    /// Adds a file. A second file of one path replaces the first.
    pub fn put(&mut self, path: impl Into<String>, bytes: impl Into<Vec<u8>>) {
        self.files.insert(path.into(), bytes.into());
    }

    /// The bytes of a file.
    #[must_use]
    pub fn file(&self, path: &str) -> Option<&[u8]> {
        self.files.get(path).map(Vec::as_slice)
    }

    /// The files, sorted by path.
    pub fn files(&self) -> impl Iterator<Item = (&str, &[u8])> {
        self.files.iter().map(|(path, bytes)| (path.as_str(), bytes.as_slice()))
    }

    #[must_use]
    pub fn len(&self) -> usize {
        self.files.len()
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.files.is_empty()
    }

    /// The list of hashes and paths, as `sha256sum` writes it; `SHA256SUMS` itself is not in it.
    #[must_use]
    pub fn sums(&self) -> String {
        let others = self.files.iter().filter(|(path, _)| *path != SUMS);
        others.map(|(path, bytes)| format!("{}  {path}\n", Sha256::of(bytes))).collect()
    }

    /// The hash of the tree: that of [`Self::sums`], so the hash of `SHA256SUMS` is the hash of the tree.
    #[must_use]
    pub fn hash(&self) -> Sha256 {
        Sha256::of(self.sums().as_bytes())
    }

    /// Writes the files below a folder, which may exist. It does not flush and does not replace atomically: the caller
    /// writes into a new folder and switches to it.
    ///
    /// # Errors
    /// A path leads out of the folder, or a file cannot be written.
    pub fn write(&self, folder: &Path) -> io::Result<()> {
        for (path, bytes) in &self.files {
            let is_inside = Path::new(path).components().all(|part| matches!(part, Component::Normal(_)));
            if !is_inside {
                return Err(io::Error::new(io::ErrorKind::InvalidInput, format!("`{path}` leads out of the folder")));
            }
            let path = folder.join(path);
            if let Some(above) = path.parent() {
                fs::create_dir_all(above)?;
            }
            fs::write(path, bytes)?;
        }
        Ok(())
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
