//! Names that tell nothing, and contents that nobody else can write: by a key that the installation alone has.

use bytes::Bytes;

const MARK: usize = blake3::OUT_LEN;

#[derive(Clone)]
pub(super) struct Seal {
    names: [u8; 32],
    contents: [u8; 32],
}

impl Seal {
    pub(super) fn new(key: [u8; 32]) -> Seal {
        let derived = |context| blake3::derive_key(context, &key);
        Seal {
            names: derived("citepress 2026-11-28 names in a shared cache"),
            contents: derived("citepress 2026-11-28 contents of a shared cache"),
        }
    }

    /// What stands for a name of a kind: an address could be guessed from a hash that everybody can make.
    pub(super) fn name(&self, kind: &str, name: &str) -> String {
        let hash = blake3::Hasher::new_keyed(&self.names)
            .update(&(kind.len() as u64).to_be_bytes())
            .update(kind.as_bytes())
            .update(name.as_bytes())
            .finalize();
        hash.to_hex()[..40].to_owned()
    }

    /// A content, bound to what it is kept as.
    pub(super) fn sealed(&self, kept_as: &str, content: &[u8]) -> Vec<u8> {
        let mut sealed = self.mark(kept_as, content).as_bytes().to_vec();
        sealed.extend_from_slice(content);
        sealed
    }

    /// The content, if it was sealed by this installation and as this.
    pub(super) fn opened(&self, kept_as: &str, sealed: &[u8]) -> Option<Bytes> {
        let (mark, content) = sealed.split_first_chunk::<MARK>()?;
        // Hashes compare in constant time.
        let is_ours = self.mark(kept_as, content) == blake3::Hash::from_bytes(*mark);
        is_ours.then(|| Bytes::copy_from_slice(content))
    }

    fn mark(&self, kept_as: &str, content: &[u8]) -> blake3::Hash {
        blake3::Hasher::new_keyed(&self.contents)
            .update(&(kept_as.len() as u64).to_be_bytes())
            .update(kept_as.as_bytes())
            .update(content)
            .finalize()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_another_installation_has_written_or_somebody_has_moved_or_changed_is_not_believed() {
        let (ours, theirs) = (Seal::new([1; 32]), Seal::new([2; 32]));
        let sealed = ours.sealed("keys", b"content");
        assert_eq!(ours.opened("keys", &sealed).as_deref(), Some(&b"content"[..]));
        assert_eq!(ours.opened("others", &sealed), None);
        assert_eq!(ours.opened("keys", &theirs.sealed("keys", b"content")), None);
        for at in [0, MARK - 1, MARK, sealed.len() - 1] {
            let mut changed = sealed.clone();
            changed[at] ^= 1;
            assert_eq!(ours.opened("keys", &changed), None, "byte {at}");
        }
        for short in [&b""[..], b"content", &sealed[..MARK]] {
            assert_eq!(ours.opened("keys", short), None);
        }
    }

    #[test]
    fn a_name_tells_nothing_and_is_the_same_in_each_process_of_an_installation() {
        let name = Seal::new([1; 32]).name("address", "192.0.2.7");
        assert_eq!(name, Seal::new([1; 32]).name("address", "192.0.2.7"));
        assert_ne!(name, Seal::new([2; 32]).name("address", "192.0.2.7"));
        assert_ne!(name, Seal::new([1; 32]).name("addres", "s192.0.2.7"), "kind and name are kept apart");
        assert!(name.len() == 40 && !name.contains("192"));
    }
}
