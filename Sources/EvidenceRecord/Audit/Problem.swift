/// Something that a verification has to say about one place: tampering or damage, something left unchecked, a warning.
package struct Problem: Sendable {
    /// What a problem means for the verdict.
    package enum Severity: Sendable {
        /// Tampering or damage: the archive is not what it claims to be.
        case tampering
        /// Nothing wrong was found, but something could not be checked.
        case unchecked
        /// Worth knowing; the verdict stands.
        case warning
    }

    package let code: Code
    /// The entry concerned.
    package let seq: UInt64?
    /// The file concerned, relative to the archive or bundle, safe to show.
    package let path: String?
    package let expected: String?
    package let found: String?
    package let explanation: Message

    package var severity: Severity { code.severity }

    package init(
        _ code: Code, seq: UInt64? = nil, path: String? = nil, expected: String? = nil, found: String? = nil,
        en: String, zh: String
    ) {
        self.code = code
        self.seq = seq
        self.path = path?.shown
        self.expected = expected?.shown
        self.found = found?.shown
        self.explanation = Message(en: en, zh: zh)
    }

    /// The same, of another archive or bundle than the one that is verified.
    ///
    /// - Parameter place: where that lies, safe to show.
    package func located(in place: String) -> Problem {
        Problem(
            code, seq: seq, path: path.map { "\(place)/\($0)" } ?? place, expected: expected, found: found,
            en: "“\(place)”: \(explanation.en)", zh: "“\(place)”：\(explanation.zh)")
    }

    /// Stable names; docs/problem-codes.md says what each means, and each has a fixture.
    package enum Code: String, Sendable, CaseIterable {
        // Entries and their order.
        case entryMalformed = "entry-malformed"
        case entryMissing = "entry-missing"
        case entryMisplaced = "entry-misplaced"
        case chainBroken = "chain-broken"
        case commitBroken = "commit-broken"
        case logTruncated = "log-truncated"
        case openingBroken = "opening-broken"
        // Bodies.
        case bodyMissing = "body-missing"
        case bodyAltered = "body-altered"
        case bodyMalformed = "body-malformed"
        case bodyUnexpected = "body-unexpected"
        case referenceBroken = "reference-broken"
        case targetInvalid = "target-invalid"
        // Signers.
        case signerNotEnrolled = "signer-not-enrolled"
        case signerRevoked = "signer-revoked"
        case signerEnrolledTwice = "signer-enrolled-twice"
        case enrolmentUnauthorised = "enrolment-unauthorised"
        // Dossiers.
        case dossierForked = "dossier-forked"
        case dossierGap = "dossier-gap"
        case dossierChainBroken = "dossier-chain-broken"
        case dossierUnopened = "dossier-unopened"
        case dossierOmitted = "dossier-omitted"
        case nameTaken = "name-taken"
        // Checkpoints.
        case checkpointMissing = "checkpoint-missing"
        case checkpointMalformed = "checkpoint-malformed"
        case checkpointUnexpected = "checkpoint-unexpected"
        case rootMismatch = "root-mismatch"
        case archiveSignatureMissing = "archive-signature-missing"
        case archiveSignatureInvalid = "archive-signature-invalid"
        case signerSignatureMissing = "signer-signature-missing"
        case signerSignatureInvalid = "signer-signature-invalid"
        // What outsiders said of checkpoints.
        case anchorMissing = "anchor-missing"
        case anchorInvalid = "anchor-invalid"
        // Stored files.
        case fileMissing = "file-missing"
        case fileSizeDiffers = "file-size-differs"
        case fileAltered = "file-altered"
        case fileDigestsDisagree = "file-digests-disagree"
        case fileNotRegular = "file-not-regular"
        // The archive as a whole.
        case databaseMalformed = "database-malformed"
        case schemaAltered = "schema-altered"
        case indexAltered = "index-altered"
        case publishedCheckpointAltered = "published-checkpoint-altered"
        case rolledBack = "rolled-back"
        case historyRewritten = "history-rewritten"
        case archiveReplaced = "archive-replaced"
        case keyDiffersFromPin = "key-differs-from-pin"
        // Bundles.
        case bagMalformed = "bag-malformed"
        case bagFileMissing = "bag-file-missing"
        case bagFileAltered = "bag-file-altered"
        case bagFileUnlisted = "bag-file-unlisted"
        case bagSignatureInvalid = "bag-signature-invalid"
        case bundleIncomplete = "bundle-incomplete"
        // Sealed records that were opened.
        case sealedContentAltered = "sealed-content-altered"
        // Published trees.
        case tileMissing = "tile-missing"
        case tileAltered = "tile-altered"
        case treeFileUnexpected = "tree-file-unexpected"
        // Not checked.
        case notUnderstood = "not-understood"
        case keyNotPinned = "key-not-pinned"
        case behindMemory = "behind-memory"
        case fileUnreadable = "file-unreadable"
        case referencedFileAbsent = "referenced-file-absent"
        case anchorNotTrusted = "anchor-not-trusted"
        case policyNotMet = "policy-not-met"
        case entriesNotChecked = "entries-not-checked"
        case filesNotChecked = "files-not-checked"
        case treeAhead = "tree-ahead"
        case sealedNotOpened = "sealed-not-opened"
        // Warnings.
        case timeBackwards = "time-backwards"
        case timeContradicted = "time-contradicted"
        case noOutsideAnchor = "no-outside-anchor"
        case noMemory = "no-memory"
        case removalPending = "removal-pending"
        case objectUnreferenced = "object-unreferenced"
        case keptAside = "kept-aside"
        case publishedCheckpointBehind = "published-checkpoint-behind"
        case indexBehind = "index-behind"
        case predecessorNotChecked = "predecessor-not-checked"
        case sealedContentNotChecked = "sealed-content-not-checked"
        case bodiesWithheld = "bodies-withheld"

        package var severity: Severity {
            switch self {
            case .notUnderstood, .keyNotPinned, .behindMemory, .fileUnreadable, .referencedFileAbsent,
                .anchorNotTrusted, .policyNotMet, .entriesNotChecked, .filesNotChecked, .treeAhead, .sealedNotOpened:
                .unchecked
            case .timeBackwards, .timeContradicted, .noOutsideAnchor, .noMemory, .removalPending, .objectUnreferenced,
                .keptAside, .publishedCheckpointBehind, .indexBehind, .predecessorNotChecked, .bodiesWithheld,
                .sealedContentNotChecked:
                .warning
            default: .tampering
            }
        }

        /// Whether it says what somebody outside does not vouch for, and not that something here was not looked at.
        package var isOfTrust: Bool {
            [.keyNotPinned, .behindMemory, .anchorNotTrusted, .policyNotMet].contains(self)
        }
    }
}
