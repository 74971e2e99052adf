internal import EvidenceCrypto
internal import EvidenceFiles
internal import EvidenceRecord

/// The sealed records whose bodies are in a bundle, and their encrypted parts.
///
/// The parts are those of the archive, or were sealed anew for the bundle's recipient; then the log says nothing of them, and
/// whether they hold what was recorded shows only when they are opened.
struct BundledSeals {
    private let bag: Bag
    private let key: DecryptionKey?
    private var records: [UInt64: EvidenceAdded] = [:]

    /// - Parameter key: opens what it can; nil to open nothing.
    init(_ bag: Bag, key: DecryptionKey?) {
        self.bag = bag
        self.key = key
    }

    /// How many sealed records there are.
    var count: Int { records.count }

    mutating func add(_ evidence: EvidenceAdded, seq: UInt64) { records[seq] = evidence }

    /// Whether a part is one of a record's: all before it are there.
    func hasPart(_ name: String, of seq: UInt64) -> Bool {
        guard let record = records[seq] else { return false }
        return name == Sealing.bodyName || parts(of: record, seq).contains { $0.contains(name) }
    }

    /// Where the parts of a sealed record lie; nil for any other.
    func paths(of seq: UInt64) -> [String]? {
        records[seq].map { record in
            ([Sealing.bodyName] + parts(of: record, seq).flatMap { $0 }).map { BundlePart.sealed(seq, name: $0).path }
        }
    }

    /// The names of the parts of each file that are there, as far as they have no gap.
    private func parts(of record: EvidenceAdded, _ seq: UInt64) -> [[String]] {
        Sealing.byFile(record.files).indices.map { file in
            var names: [String] = []
            while true {
                let name = Sealing.partName(file: file + 1, part: names.count + 1)
                guard bag.has(BundlePart.sealed(seq, name: name).path) else { return names }
                names.append(name)
            }
        }
    }

    /// Checks each record as far as that is possible here.
    ///
    /// - Parameters:
    ///   - digest: what the bag's list says of a file.
    ///   - progress: called with the bytes decrypted since the last call; may throw to stop.
    /// - Returns: how many files were decrypted and found to be what was recorded.
    func check(
        digest: (String) -> Digest?, report: (Problem) -> Void, progress: (Int) throws -> Void
    ) throws -> UInt64 {
        var count: UInt64 = 0
        for (seq, record) in records.sorted(by: { $0.key < $1.key }) {
            guard let sealing = record.sealed else { continue }
            let parts = parts(of: record, seq)
            let first = [Sealing.bodyName] + parts.indices.map { Sealing.partName(file: $0 + 1, part: 1) }
            let missing = first.map { BundlePart.sealed(seq, name: $0).path }.filter { !bag.has($0) }
            for path in missing where digest(path) == nil { report(.sealedPartMissing(path, seq)) }
            if !missing.isEmpty { continue }
            let names = [Sealing.bodyName] + parts.flatMap { $0 }
            let isOriginal =
                names == record.files.map(\.name)
                && record.files.allSatisfy { digest(BundlePart.sealed(seq, name: $0.name).path) == $0.sha256 }
            guard let key else {
                report(isOriginal ? .sealedContentNotChecked(sealing, seq) : .sealedNotOpened(seq, hasKey: false))
                continue
            }
            do {
                let opened = try SealedRecord(
                    opening: sealing, of: seq, body: part(Sealing.bodyName, seq),
                    files: parts.map { $0.map { part($0, seq) } }, with: key)
                for number in opened.inside.files.indices {
                    try opened.read(number) { try progress($0.count) }
                    count += 1
                }
            } catch let error as EvidenceError where error.code == .refused {
                report(isOriginal ? .sealedContentNotChecked(sealing, seq) : .sealedNotOpened(seq, hasKey: true))
            } catch let error as EvidenceError where error.code == .damaged {
                report(.sealedContentAltered(seq, error.message))
            }
        }
        return count
    }

    private func part(_ name: String, _ seq: UInt64) -> SealedRecord.Part {
        let path = BundlePart.sealed(seq, name: name).path
        let bag = bag
        return SealedRecord.Part(name: name, sha256: nil) {
            // What is too large is no part, and is read as none.
            try bag.contents(path, limit: UInt64(EnvelopeParts.largestMessage)) ?? []
        }
    }
}
