internal import EvidenceCrypto

/// Reads what a `.tlog-proof` and a witness's request have in common: lines, then hashes up to an empty line.
struct ProofLines {
    /// The most hashes that a proof is read with: no tree is higher.
    static let maximumHashes = 63

    /// What was not read yet.
    private(set) var rest: ArraySlice<UInt8>
    private let code: TransparencyError.Code

    /// - Parameter code: that of the errors for what can't be read.
    init(_ bytes: [UInt8], code: TransparencyError.Code) {
        rest = bytes[...]
        self.code = code
    }

    /// The next line, without its LF.
    mutating func line() throws(TransparencyError) -> ArraySlice<UInt8> {
        guard let end = rest.firstIndex(of: .lineFeed) else {
            throw TransparencyError(code, "the lines end before the checkpoint")
        }
        defer { rest = rest[(end + 1)...] }
        return rest[..<end]
    }

    /// The hashes from here on, one a line, and the empty line after them.
    mutating func hashes() throws(TransparencyError) -> [Digest] {
        var hashes: [Digest] = []
        while true {
            let line = try line()
            if line.isEmpty { return hashes }
            guard hashes.count < ProofLines.maximumHashes else {
                throw TransparencyError(code, "a proof has at most \(ProofLines.maximumHashes) hashes")
            }
            guard let hash = Base64.decode(line).flatMap({ Digest($0) }) else {
                throw TransparencyError(code, "hash \(hashes.count) is not 32 bytes in base64")
            }
            hashes.append(hash)
        }
    }
}
