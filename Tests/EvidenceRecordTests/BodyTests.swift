import EvidenceCrypto
import EvidenceRecord
import EvidenceTestSupport
import Testing
import TransparencyLog

struct BodyTests {
    private let salt = [UInt8](repeating: 7, count: 16)

    private func body(_ object: JSONObject) throws -> Body { try Body(parsing: Body.bytes(object, salt: salt)) }

    private func code(_ bytes: [UInt8]) -> RecordError.Code? {
        do {
            _ = try Body(parsing: bytes)
            return nil
        } catch let error {
            return error.code
        }
    }

    @Test func `a body is canonical JSON with sixteen bytes of salt`() {
        #expect(code(Array("{\"salt\":\"\(salt.hex)\"}".utf8)) == nil)
        #expect(code(Array("{\"salt\":\"\(salt.hex)\"}\n".utf8)) == .notCanonical)
        #expect(code(Array("[\"\(salt.hex)\"]".utf8)) == .malformed)
        #expect(code(Array("{}".utf8)) == .malformed)
        #expect(code(Array("{\"salt\":\"0707\"}".utf8)) == .malformed)
        #expect(code(Array("{\"salt\":\"\(salt.hex)07\"}".utf8)) == .malformed)
        #expect(code(Array("{\"salt\":\"\(String(repeating: "0F", count: 16))\"}".utf8)) == .malformed)
        #expect(code(Array("{\"salt\":7}".utf8)) == .malformed)
    }

    @Test func `a body has at most 16 MiB`() {
        let frame = "{\"salt\":\"\(salt.hex)\",\"text\":\"\"}".utf8.count
        func bytes(_ count: Int) -> [UInt8] {
            Array("{\"salt\":\"\(salt.hex)\",\"text\":\"".utf8) + [UInt8](repeating: 0x61, count: count - frame)
                + Array("\"}".utf8)
        }
        #expect(code(bytes(Body.largestSize + 1)) == .malformed)
        #expect(code(bytes(1 << 16)) == nil)
    }

    @Test func `references are found however deep, and nothing else is taken for one`() throws {
        let reference = EntryReference(seq: 3, leafHash: SHA256Hasher.hash([3]))
        let other = EntryReference(seq: 4, leafHash: SHA256Hasher.hash([4]))
        var inner = JSONObject()
        inner["x"] = .array([.array([other.json]), .string("x")])
        var object = JSONObject()
        object["target"] = reference.json
        object["in"] = .object(inner)
        object["seq"] = .integer(3)
        #expect(Set(try body(object).references) == [reference, other])
    }

    // MARK: Round trips

    @Test func `what an archive says of its beginning is read as written`() throws {
        let continued = ArchiveCreated.Continued(
            origin: "old.example", key: TestKey.wang.verifier.description, size: 12, root: SHA256Hasher.hash([9]),
            reason: "密钥遗失")
        let read = try ArchiveCreated(
            body(ArchiveCreated(key: TestKey.archive.verifier, title: "三组", continued: continued).json))
        #expect(read.key == TestKey.archive.verifier && read.origin == TestKey.archive.name && read.title == "三组")
        #expect(read.continued?.origin == "old.example" && read.continued?.size == 12)
        #expect(read.continued?.root == SHA256Hasher.hash([9]) && read.continued?.reason == "密钥遗失")
        #expect(read.continued?.key == TestKey.wang.verifier.description)
        let plain = try ArchiveCreated(
            body(ArchiveCreated(key: TestKey.archive.verifier, title: nil, continued: nil).json))
        #expect(plain.title == nil && plain.continued == nil)
    }

    @Test(arguments: ["key", "origin", "title", "continues"])
    func `an archive's beginning with a wrong member is refused`(name: String) throws {
        var object = ArchiveCreated(key: TestKey.archive.verifier, title: "三组", continued: nil).json
        object[name] = .integer(1)
        #expect(throws: RecordError.self) { try ArchiveCreated(body(object)) }
        object[name] = .string("evidence.example/team-8")
        if name != "title" { #expect(throws: RecordError.self) { try ArchiveCreated(body(object)) } }
    }

    @Test func `a dossier's opening is read as written, and its name has limits`() throws {
        let opened = DossierOpened(
            id: .test(5), name: "2026-007", title: "题", description: "述", unit: "责任单位", content: "C3")
        let read = try DossierOpened(body(opened.json))
        #expect(read.id == .test(5) && read.name == "2026-007" && read.title == "题" && read.description == "述")
        #expect(read.unit == "责任单位" && read.content == "C3")
        for name in ["", "a\nb", "\u{7f}", "\u{85}", String(repeating: "案", count: 65)] {
            var object = opened.json
            object["name"] = .string(name)
            #expect(throws: RecordError.self) { try DossierOpened(body(object)) }
        }
        var object = opened.json
        object["name"] = .string(String(repeating: "案", count: 64))
        #expect(throws: Never.self) { try DossierOpened(body(object)) }
        object["dossier"] = .string("05")
        #expect(throws: RecordError.self) { try DossierOpened(body(object)) }
    }

    @Test func `links and exports name their entries`() throws {
        let entries = [EntryReference(seq: 3, leafHash: SHA256Hasher.hash([3]))]
        let linked = try DossierLinked(body(DossierLinked(dossier: .test(5), entries: entries).json))
        #expect(linked.dossier == .test(5) && linked.entries == entries)
        let exported = try BundleExported(
            body(BundleExported(dossier: .test(5), recipient: "省组", purpose: "移交", entries: entries).json))
        #expect(exported.dossier == .test(5) && exported.entries == entries)
        #expect(exported.recipient == "省组" && exported.purpose == "移交")
        var object = DossierLinked(dossier: .test(5), entries: entries).json
        object["entries"] = .array([])
        #expect(throws: RecordError.self) { try DossierLinked(body(object)) }
        object["entries"] = .array([entries[0].json, .integer(4)])
        #expect(throws: RecordError.self) { try DossierLinked(body(object)) }
    }

    @Test func `a record is read as written`() throws {
        let file = FileRecord(
            name: "a?.pdf", nameBytes: [0x61, 0xff, 0x2e, 0x70, 0x64, 0x66], size: 5, type: "application/pdf",
            sha256: SHA256Hasher.hash([1]), fsverity: SHA256Hasher.hash([2]), held: .referenced, location: "/mnt/a",
            modified: Timestamp("2026-03-12T01:30:00.000Z"))
        var added = EvidenceAdded(kind: "video", title: "现场")
        added.description = "述"
        added.occurredFrom = ClaimedTime("2026-03-12T14:30+08:00")
        added.occurredTo = ClaimedTime("2026-03-13")
        added.place = "会议室"
        added.people = [.init(name: "王五", role: "局长"), .init(name: "赵六", role: nil)]
        added.method = "M3"
        added.content = "C1"
        added.classification = "内部"
        added.tags = ["消防", "冷库"]
        added.acquired.by = "李四"
        added.acquired.from = "王五"
        added.acquired.device = "相机"
        added.acquired.serial = "X1"
        added.acquired.at = "现场"
        added.files = [file]
        added.related = [EntryReference(seq: 3, leafHash: SHA256Hasher.hash([3]))]
        let read = try EvidenceAdded(body(added.json))
        #expect(JSONValue.object(read.json).canonicalBytes == JSONValue.object(added.json).canonicalBytes)
        #expect(read.files.first?.nameBytes == file.nameBytes && read.files.first?.modified == file.modified)
        #expect(read.people.map(\.name) == ["王五", "赵六"] && read.related == added.related)
        #expect(read.tags == ["消防", "冷库"])
        #expect(read.occurredTo?.milliseconds == nil && read.acquired.serial == "X1")
    }

    @Test(arguments: [
        "kind", "title", "description", "occurred", "place", "people", "method", "content", "classification",
        "tags", "acquired", "files", "related",
    ])
    func `a record with a member of another form is refused`(name: String) throws {
        var object = EvidenceAdded(kind: "photo", title: "t").json
        object[name] = .integer(1)
        #expect(throws: RecordError.self) { try EvidenceAdded(body(object)) }
    }

    @Test func `a record with a tag that is no string is refused`() throws {
        var object = EvidenceAdded(kind: "photo", title: "t").json
        object["tags"] = .array([.string("a"), .integer(1)])
        #expect(throws: RecordError.self) { try EvidenceAdded(body(object)) }
    }

    @Test(arguments: ["name", "size", "type", "sha256", "fsverity", "held", "nameBytes", "modified", "location"])
    func `a file with a member of another form is refused`(name: String) throws {
        let file = FileRecord(
            name: "a", nameBytes: nil, size: 5, type: "text/plain", sha256: SHA256Hasher.hash([1]),
            fsverity: SHA256Hasher.hash([2]), held: .stored, location: nil, modified: nil)
        func added(_ value: JSONValue) throws -> EvidenceAdded {
            var member = file.json
            member[name] = value
            var object = EvidenceAdded(kind: "photo", title: "t").json
            object["files"] = .array([.object(member)])
            return try EvidenceAdded(body(object))
        }
        #expect(throws: RecordError.self) { try added(.bool(true)) }
        if !["name", "type", "location"].contains(name) {
            #expect(throws: RecordError.self) { try added(.string("neither")) }
        }
    }

    // MARK: Signers

    @Test func `a slip is read as written, and enrols`() throws {
        let slip = try TestKey.zhang.slip(person: "张三")
        let read = try SignerSlip(parsing: slip.note.bytes)
        #expect(read.key == TestKey.zhang.verifier && read.details.person == "张三" && read.details.unit == "第三巡查组")
        let enrolled = try SignerEnrolled(body(SignerEnrolled(slip: read, mayEnrol: true).json))
        #expect(enrolled.mayEnrol && enrolled.slip.key == TestKey.zhang.verifier)
        let revoked = try SignerRevoked(body(SignerRevoked(name: "zhang", reason: "调离").json))
        #expect(revoked.name == "zhang" && revoked.reason == "调离")
    }

    @Test func `a slip with any byte changed is refused`() throws {
        let bytes = try TestKey.zhang.slip(person: "张三").note.bytes
        for place in bytes.indices {
            for bit in [0x01, 0x20, 0x80] as [UInt8] {
                var altered = bytes
                altered[place] ^= bit
                #expect(throws: RecordError.self, "byte \(place)") { try SignerSlip(parsing: altered) }
            }
        }
        for count in bytes.indices {
            #expect(throws: RecordError.self) { try SignerSlip(parsing: Array(bytes.prefix(count))) }
        }
    }

    @Test func `a slip signed by another key, or for another name, is refused`() throws {
        var note = try SignedNote(text: TestKey.zhang.slip(person: "张三").note.text, signatures: [])
        try note.sign(as: TestKey.wang.verifier, with: TestKey.wang.privateKey)
        #expect(throws: RecordError.self) { try SignerSlip(parsing: note.bytes) }
        let badName = TestKey("Zhang San".replacing(" ", with: "-"))
        #expect(throws: RecordError.self) {
            try SignerSlip(parsing: try badName.slip(person: "张三").note.bytes)
        }
        #expect(throws: RecordError.self) { try SignerSlip(parsing: Array("not a slip".utf8)) }
    }

    @Test(arguments: ["name", "key", "person", "unit", "role", "mayEnrol", "slip"])
    func `an enrolment that says something else than its slip is refused`(name: String) throws {
        var object = SignerEnrolled(slip: try TestKey.zhang.slip(person: "张三"), mayEnrol: false).json
        object[name] = .string("另一")
        #expect(throws: RecordError.self) { try SignerEnrolled(body(object)) }
        if name != "role" {
            object[name] = nil
            #expect(throws: RecordError.self) { try SignerEnrolled(body(object)) }
        }
    }

    @Test func `a withdrawal names its target and that one's amendments`() throws {
        let reference = EntryReference(seq: 3, leafHash: SHA256Hasher.hash([3]))
        var object = JSONObject()
        object["target"] = reference.json
        object["authority"] = .string("省安委办")
        #expect(throws: RecordError.self) { try EntryWithdrawn(body(object)) }
        object["reason"] = .string("误录")
        #expect(try EntryWithdrawn(body(object)).amendments.isEmpty)
        object["amendments"] = .array([reference.json])
        let withdrawn = try EntryWithdrawn(body(object))
        #expect(withdrawn.target == reference && withdrawn.amendments == [reference])
        object["amendments"] = .array([.string("x")])
        #expect(throws: RecordError.self) { try EntryWithdrawn(body(object)) }
        object["target"] = nil
        #expect(throws: RecordError.self) { try EntryWithdrawn(body(object)) }
    }

    @Test func `a record of the log is refused where entry and body do not fit`() throws {
        var forge = LogForge()
        try forge.commit(.lisi, [.created(), try .enrolled(.lisi, mayEnrol: true)])
        let (bytes, body) = (forge.entries[1] ?? [], forge.bodies[1] ?? [])
        let record = try LogRecord(seq: 1, bytes: bytes, bodyBytes: body)
        #expect(record.leafHash == MerkleHash.leaf(bytes) && record.reference == forge.reference(1))
        #expect(try LogRecord(seq: 1, bytes: bytes, bodyBytes: nil).body == nil)
        #expect(throws: EvidenceError.self) { try LogRecord(seq: 2, bytes: bytes, bodyBytes: body) }
        #expect(throws: EvidenceError.self) { try LogRecord(seq: 1, bytes: bytes + [0], bodyBytes: body) }
        #expect(throws: EvidenceError.self) { try LogRecord(seq: 1, bytes: bytes, bodyBytes: body + [0]) }
    }
}
