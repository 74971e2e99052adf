import EvidenceCrypto
import EvidenceRecord
import EvidenceTestSupport
import Foundation

extension Tampering {
    /// What can be done to sealed records by whoever can't open them, and by whoever writes them.
    static let sealed: [Tampering] = [
        .log(.sealedContentNotChecked, "nothing at all, as long as a record is sealed", seq: 19) {
            try $0.appendSealed(["body.cms", "1-1.cms"])
        },
        Tampering(
            .fileAltered, "a part exchanged for another, sealed to the same reader", seq: 19,
            also: [.sealedContentNotChecked], compares: true
        ) {
            let parts = try $0.appendSealed(["body.cms", "1-1.cms", "1-2.cms"])
            try FileManager.default.removeItem(at: $0.file(parts[2]))
            try FileManager.default.copyItem(at: $0.file(parts[1]), to: $0.file(parts[2]))
            return parts[2]
        },
        Tampering(.fileMissing, "a part of a file removed", seq: 19, also: [.sealedContentNotChecked]) {
            let parts = try $0.appendSealed(["body.cms", "1-1.cms", "1-2.cms"])
            try FileManager.default.removeItem(at: $0.file(parts[2]))
            return parts[2]
        },
        Tampering(
            .fileSizeDiffers, "a part cut", seq: 19, also: [.sealedContentNotChecked], compares: true
        ) {
            let parts = try $0.appendSealed(["body.cms", "1-1.cms"])
            try $0.overwrite(parts[1]) { $0.removeLast(4) }
            return parts[1]
        },
        .malformed("a sealed record whose title lies open") { item in
            item.bodied { $0["title"] = .string("举报信") }
        },
        .malformed("a sealed record that nobody can read") { item in
            item.bodied { body in
                var sealed = body["sealed"]?.object ?? JSONObject()
                sealed["readers"] = .array([])
                body["sealed"] = .object(sealed)
            }
        },
        .malformed("a sealed record with a part left out", ["body.cms", "1-1.cms", "1-3.cms"]),
        .malformed("a sealed record whose files are out of order", ["body.cms", "2-1.cms", "1-1.cms"]),
        .malformed("a sealed record without its inner body", ["1-1.cms"]),
        .malformed("a sealed record with a second inner body", ["body.cms", "body.cms"]),
        .malformed("a sealed record with a file under its own name", ["body.cms", "举报信.pdf"]),
        .malformed("a sealed record without parts", []),
        .log(.bodyMalformed, "an amendment that names other readers", seq: 20, also: [.sealedContentNotChecked]) {
            try $0.appendSealed(["body.cms"])
            try $0.append(by: "wang") { forge in
                [
                    .amended(forge.reference(19)).bodied { body in
                        var set = JSONObject()
                        set["sealed"] = .string("nobody")
                        body["set"] = .object(set)
                    }
                ]
            }
        },
        .log(.targetInvalid, "an opening of a case's opening", seq: 19) {
            try $0.append(by: "lisi") { [.lookedInto($0.reference(10))] }
        },
        .log(.dossierOmitted, "an opening kept out of the case that its record is in", seq: 19) {
            try $0.append(by: "zhang") { [.lookedInto($0.reference(12))] }
        },
    ]

    private static func malformed(
        _ name: String, _ parts: [String] = ["body.cms", "1-1.cms"],
        _ change: @escaping @Sendable (LogForge.Item) -> LogForge.Item = { $0 }
    ) -> Tampering {
        .log(.bodyMalformed, name, seq: 19, also: parts.isEmpty ? [] : [.objectUnreferenced]) {
            try $0.appendSealed(parts, change)
        }
    }
}

extension ArchiveCopy {
    /// Appends a sealed record of wang's with parts of these names, whose bytes are no CMS: nobody here can know.
    ///
    /// - Returns: where they lie.
    @discardableResult
    func appendSealed(
        _ names: [String], _ change: (LogForge.Item) -> LogForge.Item = { $0 }
    ) throws -> [String] {
        let parts = try names.enumerated().map { place, name in
            let bytes = Array("\(place) \(name) 密文".utf8)
            var verity = FSVerityHasher()
            bytes.withUnsafeBytes { verity.update($0) }
            let record = FileRecord(
                name: name, nameBytes: nil, size: UInt64(bytes.count), type: Sealing.partType,
                sha256: SHA256Hasher.hash(bytes), fsverity: verity.finish(), held: .stored, location: nil, modified: nil
            )
            try write(String(decoding: bytes, as: UTF8.self), to: file(ArchiveCopy.object(record)).path)
            return record
        }
        try append(by: "wang") { _ in [change(.sealed(parts))] }
        return parts.map(ArchiveCopy.object)
    }

    private static func object(_ file: FileRecord) -> String {
        "objects/\(file.sha256.hex.prefix(2))/\(file.sha256.hex)"
    }
}
