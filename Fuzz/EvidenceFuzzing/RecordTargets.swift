internal import EvidenceCrypto
internal import EvidenceRecord
internal import TransparencyLog

extension FuzzTarget {
    /// Entries, their bodies, and the JSON that both are.
    static let recordTargets = [
        FuzzTarget("json") { bytes in
            guard let value = try? JSONValue(canonical: bytes) else { return }
            try require(value.canonicalBytes == bytes, "canonical JSON is written as it was read")
        },
        FuzzTarget("entry") { bytes in
            guard let entry = try? Entry(parsing: bytes) else { return }
            let slowly = try? Entry(json: bytes)
            try require(slowly?.bytes == entry.bytes, "an entry read in place is what JSON says")
            try require(bytes.count <= Entry.largestSize, "an entry is small")
            if entry.unknownMembers.isEmpty { try require(entry.bytes == bytes, "an entry is written as it was read") }
        },
        FuzzTarget("body") { bytes in
            guard let body = try? Body(parsing: bytes) else { return }
            try require(JSONValue.object(body.object).canonicalBytes == bytes, "a body is written as it was read")
            _ = body.references
            _ = SearchableText.pieces(body.object)
            for read in readers {
                guard let written = try? read(body) else { continue }
                // What a type's own struct writes, its own struct reads.
                let again = try? Body(parsing: Body.bytes(written, salt: salt))
                try require(again.flatMap { try? read($0) } != nil, "what a body's type writes, it reads")
            }
        },
        FuzzTarget("slip") { bytes in
            if let slip = try? SignerSlip(parsing: bytes) {
                try require(slip.note.bytes == bytes, "a signer's slip is kept as it was read")
            }
            guard let slip = try? HandoverSlip(parsing: bytes) else { return }
            let again = try? HandoverSlip(parsing: slip.note.bytes)
            try require(again?.note == slip.note, "a hand-over slip is read without what stood around it")
        },
    ]

    private static let salt = [UInt8](repeating: 7, count: Body.saltSize)

    /// Every type's reading of a body, and what it writes of it.
    private static let readers: [@Sendable (Body) throws -> JSONObject] = [
        { try ArchiveCreated($0).json }, { try SignerEnrolled($0).json }, { try SignerRevoked($0).json },
        { try DossierOpened($0).json }, { try StepTaken($0).json }, { try DossierLinked($0).json },
        { try EvidenceAdded($0).json }, { try EntryAmended($0).json }, { try EntryWithdrawn($0).json },
        { try CustodyMoved($0).json }, { try RecordOpened($0).json }, { try CheckpointAnchored($0).json },
        { try BundleExported($0).json }, { try BundleReceived($0).json },
    ]
}
