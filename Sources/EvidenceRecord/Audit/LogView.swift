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

    /// Whether enrolments and revocations can be read.
    var holdsSigners: Bool {
        switch self {
        case .full: true
        case .published: false
        }
    }

    /// Whether there is a checkpoint for every commit.
    var holdsEveryCheckpoint: Bool {
        switch self {
        case .full: true
        case .published: false
        }
    }
}
