import EvidenceArchive
import EvidenceCrypto
import EvidenceRecord
import EvidenceServices
import EvidenceTestSupport
import Foundation
import Glibc
import Testing

/// Search against a plain scan of the bodies; the full size only where `EVIDENCE_TEST_FULL=1` asks for it.
@Suite(.serialized) struct SearchScaleTests {

    @Test func `among 2,000 records, 200 words of one to six characters are found as a scan finds them`() throws {
        try compare(records: 2_000)
    }

    @Test(.enabled(if: TestTier.isFull))
    func `among 100,000 records, 200 words of one to six characters are found as a scan finds them`() throws {
        try compare(records: 100_000)
    }

    private func compare(records: Int) throws {
        let copy = try ArchiveCopy()
        var generator = SeededGenerator(seed: 20_260_312)
        let texts = try fill(copy, records, &generator)
        let folded = texts.mapValues { $0.map { reference($0) } }
        let search = SearchRecords(try copy.desk.context(as: "lisi"))
        var times: [Duration] = []
        for word in words(200, from: texts.values.sorted { $0.count < $1.count }, &generator) {
            let wanted = reference(word)
            let expected = Set(folded.filter { $0.value.contains { wanted.occurs(in: $0) } }.keys)
            #expect(!expected.isEmpty, "\(word)")
            var found: [UInt64] = []
            let start = ContinuousClock.now
            try search.run("\"\(word)\"", ReadRecords.Filter()) { hit in
                found.append(hit.summary.record.entry.seq)
                expectMarked(hit, word)
            }
            times.append(start.duration(to: .now))
            let ours = Set(found.filter { texts[$0] != nil })
            #expect(ours == expected, "“\(word)”: \(ours.symmetricDifference(expected).sorted().prefix(5))")
            #expect(Set(found).count == found.count)
        }
        if TestTier.isFull {
            print("search among \(records): median \(times.sorted()[100]), longest \(times.sorted()[199])")
        }
        let report = try copy.verify(full: true)
        #expect(report.problems.isEmpty, "\(report.problems.map(\.explanation.en))")
    }

    private func expectMarked(_ hit: SearchRecords.Hit, _ word: String) {
        for match in hit.matches {
            let scalars = Array(match.text.unicodeScalars)
            for range in match.ranges {
                var part = String.UnicodeScalarView()
                part.append(contentsOf: scalars[range])
                #expect(FoldedText(String(part)).contains(FoldedText(word)))
            }
        }
    }

    /// A folding of the test's own, for what ``fill`` writes.
    private func reference(_ text: String) -> [CChar] {
        text.precomposedStringWithCompatibilityMapping.lowercased().precomposedStringWithCompatibilityMapping
            .replacingOccurrences(of: "ß", with: "ss")
            .split(omittingEmptySubsequences: false) { $0.isWhitespace }.joined(separator: " ")
            .utf8CString.map { $0 }
    }

    // MARK: Material

    private static let phrases = [
        "安全出口", "消防通道", "氨气报警器", "有限空间作业", "危险化学品", "特种设备", "隐患排查", "责令限期整改", "应急预案", "动火审批",
        "配电箱", "疏散指示灯", "冷库", "车间", "堵塞", "失效", "未经培训", "台账", "缺失", "ＡＢＣ公司", "Straße", "MÜLLER",
        "e\u{301}cole", "№３", "𠮷田", "①号线", "👷🏽", "İzmir",
    ]

    /// Writes records about nothing in one commit.
    /// - Returns: their texts, by number.
    private func fill(_ copy: ArchiveCopy, _ count: Int, _ generator: inout SeededGenerator) throws -> [UInt64:
        [String]]
    {
        let context = try copy.desk.context(as: "lisi")
        let archive = try context.openArchive()
        let folders = try copy.desk.folders()
        let keys = CommitKeys(
            archive: try KeyFolder(folders).archiveKey(archive.created.key) { _ in nil },
            signer: try KeyFolder(folders).signer("lisi") { _ in nil })
        let session = try AppendSession(
            archive,
            AppendSession.Surroundings(
                folders: folders, now: context.now, random: context.random, onWait: {}, onWarning: { _ in },
                checkInterruption: {}))
        var drafts: [Draft] = []
        var texts: [UInt64: [String]] = [:]
        for number in 0..<count {
            let (body, pieces) = record(number, &generator)
            texts[session.state.size + UInt64(number)] = pieces
            drafts.append(Draft(.evidenceAdded, body: Body.bytes(body, salt: try context.random(16))))
        }
        _ = try session.commit(drafts, keys: keys)
        return texts
    }

    private func record(_ number: Int, _ generator: inout SeededGenerator) -> (JSONObject, [String]) {
        func text(_ count: ClosedRange<Int>) -> String {
            (0..<Int.random(in: count, using: &generator)).map { _ in
                // Mostly characters by themselves, so that most words are rare.
                Int.random(in: 0..<32, using: &generator) == 0
                    ? SearchScaleTests.phrases.randomElement(using: &generator) ?? ""
                    : String(Unicode.Scalar(UInt32.random(in: 0x4E00...0x5800, using: &generator)) ?? "一")
            }.joined(separator: ["", "", "，", " ", "\n"].randomElement(using: &generator) ?? "")
        }
        var added = EvidenceAdded(kind: "photo", title: text(1...6))
        if Bool.random(using: &generator) { added.description = text(1...12) }
        if Bool.random(using: &generator) { added.place = text(1...2) }
        if Bool.random(using: &generator) {
            added.people = [EvidenceAdded.Person(name: text(1...2), role: text(1...1))]
        }
        if Bool.random(using: &generator) { added.tags = [text(1...1), text(1...1)] }
        // No ending or folder that all have: a word of it would be looked for in every record.
        let name = text(2...4)
        let digest = SHA256Hasher.hash(Array("\(number)".utf8))
        added.files = [
            FileRecord(
                name: name, nameBytes: nil, size: 1, type: "image/jpeg", sha256: digest, fsverity: digest,
                held: .referenced, location: nil, modified: nil)
        ]
        let people = added.people.flatMap { [$0.name, $0.role].compactMap { $0 } }
        let pieces = [added.title, added.description, added.place, name].compactMap { $0 } + people + added.tags
        return (added.json, pieces)
    }

    /// Words drawn from texts, none with white space or marks at its ends.
    private func words(_ count: Int, from texts: [[String]], _ generator: inout SeededGenerator) -> [String] {
        var words: [String] = []
        while words.count < count {
            let text = Array(texts.randomElement(using: &generator)?.randomElement(using: &generator) ?? "")
            guard !text.isEmpty else { continue }
            let start = Int.random(in: 0..<text.count, using: &generator)
            let word = String(text[start...].prefix(Int.random(in: 1...6, using: &generator)))
            if word.first?.isWhitespace == false, word.last?.isWhitespace == false { words.append(word) }
        }
        return words
    }
}

extension [CChar] {
    /// Whether a C string occurs in another.
    fileprivate func occurs(in text: [CChar]) -> Bool { strstr(text, self) != nil }
}
