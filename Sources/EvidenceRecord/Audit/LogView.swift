package import TransparencyLog

/// What a view of a log holds by its nature.
///
/// What a view does not hold is neither looked for nor called missing. All that it holds is checked by the same rules.
package enum LogView: Sendable {
    /// The checkpoint of every commit, and bodies: at least those that say who the signers are. An archive or a bundle.
    case full
    /// Entries and the newest checkpoint, with the archive's signature alone: a published tree.
    ///
    /// What the archive calls its key stands in a body, so the key is one that the reader trusts for this origin; nil for
    /// none.
    case published(key: VerifierKey?)
    /// Every checkpoint and the leaf hash of every entry, but only some entries: those of a dossier, and at least those
    /// that say who the signers are. A slim bundle.
    case excerpt(dossier: DossierID)

    /// Whether enrolments and revocations can be read.
    var holdsSigners: Bool {
        switch self {
        case .full, .excerpt: true
        case .published: false
        }
    }

    /// Whether there is a checkpoint for every commit.
    var holdsEveryCheckpoint: Bool {
        switch self {
        case .full, .excerpt: true
        case .published: false
        }
    }

    /// Whether all entries of a dossier that the view has any of are in it.
    func holds(_ dossier: DossierID) -> Bool {
        if case .excerpt(let own) = self { own == dossier } else { true }
    }
}
