import EvidenceCrypto
import EvidenceRecord
import EvidenceTestSupport
import Testing

struct EntryTests {
    private static let digest = SHA256Hasher.hash([1])

    private static let entry = Entry(
        seq: 7, time: .test("2026-03-12T01:30:05.250Z"), type: .evidenceAdded,
        actor: "lisi", commit: 9, prev: digest,
        dossiers: [
            DossierLink(id: .test(1), n: 1, prev: nil), DossierLink(id: .test(2), n: 4, prev: SHA256Hasher.hash([2])),
        ], body: SHA256Hasher.hash([3]))

    private static func object() throws -> JSONObject {
        try #require(try JSONValue(canonical: entry.bytes).object)
    }

    private func error(_ bytes: [UInt8]) -> RecordError? {
        do {
            _ = try Entry(parsing: bytes)
            return nil
        } catch let error {
            #expect(!error.reason.zh.isEmpty && error.reason.zh != error.reason.en)
            return error
        }
    }

    @Test func `an entry is read as it was written`() throws {
        let bytes = EntryTests.entry.bytes
        let read = try Entry(parsing: bytes)
        #expect(read.bytes == bytes)
        #expect(read.seq == 7 && read.commit == 9 && read.type == .evidenceAdded && read.actor == "lisi")
        #expect(read.time == EntryTests.entry.time && read.prev == EntryTests.digest)
        #expect(read.dossiers == EntryTests.entry.dossiers && read.unknownMembers.isEmpty)
        #expect(
            String(decoding: bytes, as: UTF8.self).hasPrefix(
                "{\"actor\":\"lisi\",\"body\":\"084fed08b978af4d7d196a7446a86b58009e636b611db16211b65a9aadff29c5\","
                    + "\"commit\":9,\"dossiers\":[{\"id\":\"01010101010101010101010101010101\",\"n\":1},"))
    }

    struct Violation: Sendable, CustomTestStringConvertible {
        let name: String
        let edit: @Sendable (inout JSONObject) -> Void

        init(_ name: String, _ edit: @escaping @Sendable (inout JSONObject) -> Void) {
            self.name = name
            self.edit = edit
        }

        var testDescription: String { name }

        static func link(_ name: String, _ edit: @escaping @Sendable (inout JSONObject) -> Void) -> Violation {
            Violation(name) { object in
                var links = object["dossiers"]?.array ?? []
                var link = links[1].object ?? JSONObject()
                edit(&link)
                links[1] = .object(link)
                object["dossiers"] = .array(links)
            }
        }
    }

    static let violations: [Violation] = [
        Violation("no seq") { $0["seq"] = nil },
        Violation("a negative seq") { $0["seq"] = .integer(-1) },
        Violation("seq as text") { $0["seq"] = .string("7") },
        Violation("seq at commit") { $0["seq"] = .integer(9) },
        Violation("no time") { $0["time"] = nil },
        Violation("a time with an offset") { $0["time"] = .string("2026-03-12T09:30:05.250+08:00") },
        Violation("a time without milliseconds") { $0["time"] = .string("2026-03-12T01:30:05Z") },
        Violation("a time as a number") { $0["time"] = .integer(1_773_279_005_250) },
        Violation("no type") { $0["type"] = nil },
        Violation("a type that is no text") { $0["type"] = .integer(1) },
        Violation("no actor") { $0["actor"] = nil },
        Violation("an actor in capitals") { $0["actor"] = .string("Lisi") },
        Violation("an actor in another script") { $0["actor"] = .string("李四") },
        Violation("an empty actor") { $0["actor"] = .string("") },
        Violation("an actor that begins with a dot") { $0["actor"] = .string(".lisi") },
        Violation("an actor of 65 letters") { $0["actor"] = .string(String(repeating: "a", count: 65)) },
        Violation("no commit") { $0["commit"] = nil },
        Violation("a commit below seq") { $0["commit"] = .integer(3) },
        Violation("a commit that is no number") { $0["commit"] = .bool(true) },
        Violation("no prev past 0") { $0["prev"] = nil },
        Violation("a prev at 0") { $0["seq"] = .integer(0) },
        Violation("a short prev") { $0["prev"] = .string("00") },
        Violation("a prev in capitals") { $0["prev"] = .string(digest.hex.uppercased()) },
        Violation("no body") { $0["body"] = nil },
        Violation("a body that is no digest") { $0["body"] = .string("body") },
        Violation("no v") { $0["v"] = nil },
        Violation("v as text") { $0["v"] = .string("1") },
        Violation("empty dossiers") { $0["dossiers"] = .array([]) },
        Violation("dossiers that are no list") { $0["dossiers"] = .object(JSONObject()) },
        Violation("a dossier that is no object") { $0["dossiers"] = .array([.integer(1)]) },
        Violation("dossiers out of order") {
            $0["dossiers"] = .array(($0["dossiers"]?.array ?? []).reversed())
        },
        Violation("a dossier twice") {
            let link = ($0["dossiers"]?.array ?? [])[0]
            $0["dossiers"] = .array([link, link])
        },
        Violation("seventeen dossiers") {
            $0["dossiers"] = .array((1...17).map { DossierLink(id: .test($0), n: 1, prev: nil).forged })
        },
        .link("a dossier with a member that is not known") { $0["name"] = .string("x") },
        .link("a dossier without id") { $0["id"] = nil },
        .link("a dossier with a short id") { $0["id"] = .string("0202") },
        .link("a dossier without n") { $0["n"] = nil },
        .link("a dossier with number 0") { $0["n"] = .integer(0) },
        .link("a dossier's first entry with prev") { $0["n"] = .integer(1) },
        .link("a dossier's later entry without prev") { $0["prev"] = nil },
    ]

    @Test(arguments: violations)
    func `an entry that breaks one rule is malformed`(violation: Violation) throws {
        var object = try EntryTests.object()
        violation.edit(&object)
        let bytes = JSONValue.object(object).canonicalBytes
        #expect(bytes != EntryTests.entry.bytes)
        #expect(error(bytes)?.code == .malformed)
    }

    @Test func `sixteen dossiers and 4,096 bytes are read, more are not`() throws {
        var object = try EntryTests.object()
        object["dossiers"] = .array((1...16).map { DossierLink(id: .test($0), n: 1, prev: nil).forged })
        #expect(error(JSONValue.object(object).canonicalBytes) == nil)
        let room = Entry.largestSize - EntryTests.entry.bytes.count
        object = try EntryTests.object()
        object["type"] = .string("evidence.added" + String(repeating: "x", count: room))
        #expect(JSONValue.object(object).canonicalBytes.count == 4_096)
        #expect(error(JSONValue.object(object).canonicalBytes) == nil)
        object["type"] = .string("evidence.added" + String(repeating: "x", count: room + 1))
        #expect(error(JSONValue.object(object).canonicalBytes)?.code == .malformed)
    }

    /// What an entry says, for comparison.
    private func facts(_ entry: Entry) -> String {
        "\(entry.seq) \(entry.time) \(entry.typeName) \(String(describing: entry.type)) \(entry.actor) \(entry.commit) "
            + "\(String(describing: entry.prev)) \(entry.dossiers) \(entry.body) \(entry.unknownMembers)"
    }

    private static let samples: [Entry] =
        [
            entry,
            Entry(
                seq: 0, time: entry.time, type: .archiveCreated, actor: "l", commit: 2, prev: nil, dossiers: [],
                body: entry.body),
            Entry(
                seq: 9_007_199_254_740_990, time: entry.time, type: .bundleReceived, actor: "li.si_3-x",
                commit: 9_007_199_254_740_991, prev: digest,
                dossiers: (1...16).map { DossierLink(id: .test($0), n: UInt64($0), prev: $0 == 1 ? nil : digest) },
                body: entry.body),
        ]
        + EntryType.allCases.map {
            Entry(
                seq: 10, time: entry.time, type: $0, actor: "lisi", commit: 11, prev: digest, dossiers: [],
                body: entry.body)
        }

    @Test func `every entry that is written is read in place, and as JSON says it`() throws {
        for entry in EntryTests.samples {
            let bytes = entry.bytes
            let inPlace = Entry(inPlace: bytes.span).map(facts)
            #expect(inPlace == facts(entry))
            #expect(facts(try Entry(json: bytes)) == facts(entry))
        }
    }

    @Test func `nothing is read in place that is not an entry, or another one`() throws {
        var count = 0
        for bytes in EntryTests.samples.prefix(3).map(\.bytes) {
            func check(_ changed: [UInt8]) {
                guard let inPlace = Entry(inPlace: changed.span) else { return }
                count += 1
                guard let read = try? Entry(json: changed) else {
                    Issue.record("read in place alone: \(String(decoding: changed, as: UTF8.self))")
                    return
                }
                #expect(facts(inPlace) == facts(read) && inPlace.bytes == changed)
            }
            for place in TestTier.some(Array(bytes.indices), oneIn: 3) {
                check(Array(bytes[..<place]))
                check(Array(bytes[..<place] + bytes[(place + 1)...]))
                for byte in "\"\\,:{}[]019afzA.Z -".utf8 + [0x00, 0x0a, 0x7f, 0xc3, 0xff] {
                    var changed = bytes
                    changed[place] = byte
                    check(changed)
                    changed = bytes
                    changed.insert(byte, at: place)
                    check(changed)
                }
            }
            check(bytes + bytes)
        }
        // Other digits, letters in a name, hours: some of them are entries still.
        #expect(count > (TestTier.isFull ? 1_000 : 300))
    }

    @Test func `what is not canonical is told from what is malformed`() throws {
        let bytes = EntryTests.entry.bytes
        #expect(error(bytes + [0x0a])?.code == .notCanonical)
        #expect(error([0x20] + bytes)?.code == .notCanonical)
        #expect(error([])?.code == .notCanonical)
        #expect(error(Array("[]".utf8))?.code == .malformed)
    }

    @Test func `another version is not understood, whatever else it says`() throws {
        var object = try EntryTests.object()
        object["v"] = .integer(2)
        object["seq"] = nil
        #expect(error(JSONValue.object(object).canonicalBytes)?.code == .notUnderstood)
        object["v"] = .integer(0)
        #expect(error(JSONValue.object(object).canonicalBytes)?.code == .notUnderstood)
    }

    @Test func `an unknown type or member is kept and named`() throws {
        var object = try EntryTests.object()
        object["type"] = .string("entry.sealed")
        object["seal"] = .string("x")
        object["V"] = .integer(1)
        let entry = try Entry(parsing: JSONValue.object(object).canonicalBytes)
        #expect(entry.type == nil && entry.typeName == "entry.sealed")
        #expect(entry.unknownMembers == ["V", "seal"])
    }

    @Test func `an unknown type is written as it was read, whatever its name`() throws {
        var object = try EntryTests.object()
        object["type"] = .string("密封\"\\\n")
        let bytes = JSONValue.object(object).canonicalBytes
        #expect(try Entry(parsing: bytes).bytes == bytes)
    }

    @Test func `each type of entry has its name`() {
        #expect(EntryType.allCases.count == 18)
        for type in EntryType.allCases { #expect(EntryType(rawValue: type.rawValue) == type) }
        #expect(EntryType.allCases.filter(\.opensDossier) == [.inspectionOpened, .caseOpened])
        #expect(
            EntryType.allCases.filter(\.isFixed)
                == [.archiveCreated, .signerEnrolled, .signerRevoked, .checkpointAnchored])
    }

    @Test func `names of keys are short and plain`() {
        for name in ["a", "0", "li.si_3-x", String(repeating: "a", count: 64)] { #expect(SignerName.isValid(name)) }
        for name in ["", "-a", "_a", ".a", "A", "a b", "a+b", "a/b", "é", "a\n", "Kelvin\u{212a}"] {
            #expect(!SignerName.isValid(name))
        }
    }

    @Test func `a reference has exactly two members`() throws {
        let reference = EntryReference(seq: 3, leafHash: EntryTests.digest)
        #expect(EntryReference(json: reference.json) == reference)
        for text in [
            "{}", "{\"seq\":3}", "{\"leafHash\":\"\(EntryTests.digest)\"}",
            "{\"leafHash\":\"\(EntryTests.digest)\",\"seq\":-1}", "{\"leafHash\":\"00\",\"seq\":3}",
            "{\"leafHash\":\"\(EntryTests.digest)\",\"more\":1,\"seq\":3}",
            "{\"leafHash\":\"\(EntryTests.digest)\",\"seq\":\"3\"}", "[]", "3",
        ] {
            #expect(EntryReference(json: try JSONValue(canonical: Array(text.utf8))) == nil, "\(text)")
        }
    }
}
