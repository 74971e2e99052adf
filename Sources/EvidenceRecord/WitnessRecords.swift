package import TransparencyLog

/// A checkpoint that a witness cosigned.
package struct CosignedCheckpoint: Sendable {
    /// The key of the archive that signed it.
    package let key: VerifierKey
    package let checkpoint: Checkpoint
    /// The signed note, as it was submitted.
    package let note: SignedNote
    /// The witness's line over it.
    package let cosignature: Cosignature

    /// When it was cosigned, by the witness's clock.
    package let time: Timestamp

    package init(
        key: VerifierKey, checkpoint: Checkpoint, note: SignedNote, cosignature: Cosignature, time: Timestamp
    ) {
        self.key = key
        self.checkpoint = checkpoint
        self.note = note
        self.cosignature = cosignature
        self.time = time
    }

    /// The checkpoint for others: with the lines that were checked, the archive's and the witness's, and no other.
    package func handedOut() throws(TransparencyError) -> SignedNote {
        try SignedNote(text: note.text, signatures: note.signatures(by: key) + [cosignature.noteSignature])
    }
}

/// A checkpoint that its archive signed and that does not go together with one that was cosigned.
package struct WitnessedConflict: Sendable {
    package let kind: WitnessRule.Conflict
    package let origin: String
    package let checkpoint: Checkpoint
    /// The signed note, as it was submitted.
    package let note: SignedNote
    /// The size of the cosigned checkpoint that it does not go together with.
    package let beside: UInt64
    /// When it was first met.
    package let time: Timestamp
    /// Whether the very same size and root were cosigned, before or since: then it was an old request, or a wrong proof, and
    /// no second history.
    package let isSettled: Bool

    package init(
        kind: WitnessRule.Conflict, origin: String, checkpoint: Checkpoint, note: SignedNote, beside: UInt64,
        time: Timestamp, isSettled: Bool
    ) {
        self.kind = kind
        self.origin = origin
        self.checkpoint = checkpoint
        self.note = note
        self.beside = beside
        self.time = time
        self.isSettled = isSettled
    }
}

/// An archive that a witness watches.
package struct WatchedLog: Sendable {
    package let key: VerifierKey
    package let since: Timestamp
    /// The newest checkpoint that was cosigned; nil for none yet.
    package let newest: CosignedCheckpoint?
    /// How many checkpoints were cosigned.
    package let cosignedCount: UInt64

    package init(
        key: VerifierKey, since: Timestamp, newest: CosignedCheckpoint?, cosignedCount: UInt64
    ) {
        self.key = key
        self.since = since
        self.newest = newest
        self.cosignedCount = cosignedCount
    }
}

/// What a witness makes of a request.
package enum WitnessAnswer: Sendable {
    /// Cosigned; what the witness keeps of it is durable.
    case cosigned(CosignedCheckpoint)
    /// Not cosigned; a conflict, where there is one, is kept.
    case refused(WitnessRefusal)
}

/// Why a witness does not cosign.
package struct WitnessRefusal: Sendable {
    package let reason: WitnessRule.Reason
    /// What the checkpoint shows besides.
    package let conflict: WitnessRule.Conflict?
    /// Whether the conflict was met for the first time.
    package let isNew: Bool
    /// What was submitted.
    package let checkpoint: Checkpoint
    /// The cosigned checkpoint that it does not go together with, where there is a conflict; else the newest one.
    package let cosigned: CosignedCheckpoint?

    package init(
        reason: WitnessRule.Reason, conflict: WitnessRule.Conflict?, isNew: Bool, checkpoint: Checkpoint,
        cosigned: CosignedCheckpoint?
    ) {
        self.reason = reason
        self.conflict = conflict
        self.isNew = isNew
        self.checkpoint = checkpoint
        self.cosigned = cosigned
    }
}
