import EvidenceArchive
import EvidenceCrypto
import EvidenceRecord
import EvidenceServices
import EvidenceTestSupport
import Foundation
import SystemPackage
import Testing
import TransparencyLog

/// Both verifiers take timestamps alike, and what outsiders said in a bundle.
struct IndependentAnchorTests {
    @Test func `both take timestamps alike`() throws {
        let (authority, other) = (try TimestampAuthority(), try TimestampAuthority())
        /// - Parameter isFound: whether there must be something to be found.
        func expectAgreement(_ name: String, isFound: Bool = true, _ act: (ArchiveCopy) throws -> Void) throws {
            let copy = try ArchiveCopy()
            try act(copy)
            let report = try copy.verify(full: true)
            try IndependentVerifierTests.expectAgreement(copy, report, name)
            #expect(isFound != (report.problems + report.unchecked + report.warnings).isEmpty, "\(name)")
        }
        try expectAgreement("recorded", isFound: false) { try $0.stamp(authority) }
        try expectAgreement("not recorded yet", isFound: false) { try $0.stamp(authority, recording: false) }
        try expectAgreement("by another authority") { try $0.stamp(other, trusting: authority) }
        try expectAgreement("by nobody trusted") { try $0.stamp(other, trusting: nil) }
        try expectAgreement("over another checkpoint") { try $0.stamp(authority, over: $0.checkpoints()[3].note) }
        try expectAgreement("with a damaged signature") { try $0.stamp(authority) { $0[$0.count - 1] ^= 1 } }
        try expectAgreement("with something after it") { try $0.stamp(authority) { $0.append(0) } }
        try expectAgreement("of a time long before") { try $0.stamp(authority, at: "20210203040506Z") }
        try expectAgreement("of a time long after") { try $0.stamp(authority, at: "20300203040506Z") }
        try expectAgreement("said to be by another") { try $0.stamp(authority, by: "CN=somebody") }
        try expectAgreement("recorded and removed") { copy in
            try copy.stamp(authority)
            try copy.sql("DELETE FROM anchor")
        }
        try expectAgreement("with a record that cannot be read, after which the clock goes on as before") { copy in
            try copy.stamp(authority, at: "20300203040506Z")
            try copy.replace("timestamp", "timestamq", in: "body", 19)
        }
        try expectAgreement("the first of three removed") { copy in
            for _ in 1...3 { try copy.stamp(authority) }
            try copy.sql("DELETE FROM anchor WHERE id = 1")
        }
        try expectAgreement("numbered below 1") { copy in
            try copy.stamp(authority, recording: false)
            try copy.sql("UPDATE anchor SET id = 0")
        }
        try expectAgreement("taken for a cosignature") { copy in
            try copy.stamp(authority)
            try copy.sql("UPDATE anchor SET kind = 'cosignature'")
        }
    }

    @Test func `both take what a bundle has of outsiders alike`() throws {
        let copy = try ArchiveCopy()
        try copy.stamp(TimestampAuthority(), recording: false)
        try copy.witness(at: "2026-03-12T12:00:00.000Z")
        try copy.trust(.key(copy.archiveKey().verifier))
        let bundle = copy.beside.appendingPathComponent("bundle")
        _ = try ExportCase(copy.desk.context(as: "lisi")).run(
            ExportCase.Request(
                name: "2026-007", kind: .caseOpened, target: FilePath(bundle.path), recipient: nil, purpose: nil,
                agent: "test 0"))
        let path = bundle.appendingPathComponent("data/log/anchors.jsonl")
        let whole = try String(contentsOf: path, encoding: .utf8)
        let lines = whole.split(separator: "\n").map { "\($0)\n" }
        try #require(lines.count == 2)
        func expectAgreement(_ text: String?, _ name: String) throws -> VerificationReport {
            if let text { try text.write(to: path, atomically: false, encoding: .utf8) }
            let report = try VerifyArchive(copy.desk.context()) { _, _ in nil }.run(
                VerifyArchive.Request(place: .path(FilePath(bundle.path))))
            let other = try IndependentVerifier.check(bundle, copy.trusted())
            let own = (report.problems + report.unchecked + report.warnings).map(\.code.rawValue)
            #expect(
                other.words.intersection(Problem.Code.allCases.map(\.rawValue)) == Set(own), "\(name): \(other.text)")
            #expect(other.status == report.exitStatus, "\(name): \(other.text)")
            return report
        }
        let report = try expectAgreement(nil, "untouched")
        #expect(report.exitStatus == 0 && report.warnings.isEmpty && report.outside.count == 2)
        let changed: [(String, String)] = [
            ("the first removed", lines[1]), ("the last removed", lines[0]), ("none left", ""),
            ("swapped", lines[1] + lines[0]), ("twice", lines[0] + whole), ("one more", whole + lines[1]),
            ("no line", "{}\n" + whole), ("no line in place of one", "{}\n" + lines[1]),
            ("a member more", whole.replacing(#","size":"#, with: #","more":1,"size":"#)),
            ("another size", whole.replacing(#""size":19"#, with: #""size":18"#)),
            ("a size of no checkpoint", whole.replacing(#""size":19"#, with: #""size":17"#)),
            ("another number", lines[0] + lines[1].replacing(#""number":2"#, with: #""number":3"#)),
            ("out of order", lines[1] + lines[0] + lines[1]),
            ("number 0", lines[0].replacing(#""number":1"#, with: #""number":0"#) + lines[1]),
            ("no such kind", whole.replacing("cosignature", with: "signature")),
            ("the other kind", whole.replacing("cosignature", with: "timestamp")),
            ("no base64", whole.replacing(#""token":""#, with: #""token":"*"#)),
            ("no end of the last line", String(whole.dropLast())),
            ("a line too long", whole + String(repeating: "x", count: 400_001) + "\n"),
            ("nothing but line ends", String(repeating: "\n", count: 1_000)),
        ]
        for (name, text) in changed {
            let report = try expectAgreement(text, name)
            #expect(report.exitStatus == 1, "\(name)")
        }
        try FileManager.default.removeItem(at: path)
        #expect(try expectAgreement(nil, "no file").exitStatus == 1)
    }
}

extension ArchiveCopy {
    /// Puts an authority's timestamp over the newest checkpoint into the archive, as changed.
    ///
    /// - Parameter recording: whether an entry records it, as the next commit does.
    fileprivate func stamp(
        _ authority: TimestampAuthority, trusting: TimestampAuthority?, at time: String = "20260312120000Z",
        over note: [UInt8]? = nil, by: String? = nil, recording: Bool = true, change: (inout [UInt8]) -> Void = { _ in }
    ) throws {
        if let trusting { try trust(.authority(trusting.certificate("root"))) }
        let newest = try checkpoints().last
        var token = try authority.token(over: SHA256Hasher.hash(note ?? newest?.note ?? []), at: time)
        change(&token)
        let anchor = Anchor(.timestamp, size: newest?.size ?? 0, token: token)
        try keep(anchor)
        guard recording, var body = try? CheckpointAnchored(anchor).json else { return }
        if let by { body["by"] = .string(by) }
        try append(by: "lisi") { _ in
            var item = LogForge.Item(.checkpointAnchored, [], body)
            item.time = "2026-03-13T01:30:00.000Z"
            return [item]
        }
    }

    fileprivate func stamp(
        _ authority: TimestampAuthority, at time: String = "20260312120000Z", over note: [UInt8]? = nil,
        by: String? = nil, recording: Bool = true, change: (inout [UInt8]) -> Void = { _ in }
    ) throws {
        try stamp(
            authority, trusting: authority, at: time, over: note, by: by, recording: recording, change: change)
    }
}
