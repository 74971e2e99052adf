import EvidenceCrypto
import Testing
import TransparencyLog

struct PolicyTests {
    /// The text of three logs and six witnesses, by the names that the cases use.
    private static let keys: [String: (key: VerifierKey, privateKey: Ed25519PrivateKey)] = {
        var keys: [String: (VerifierKey, Ed25519PrivateKey)] = [:]
        for (place, name) in ["L1", "L2", "L3"].enumerated() {
            keys[name] = key("example.com/\(name)", .ed25519, place)
        }
        for (place, name) in ["W1", "W2", "W3", "W4", "W5", "W6"].enumerated() {
            keys[name] = key("witness.example/\(name)", .cosignature, 16 + place)
        }
        // The same public keys under other names or types.
        keys["L1again"] = key("elsewhere.example", .ed25519, 0)
        keys["W1again"] = key("impostor.example", .cosignature, 16)
        keys["W1log"] = key("witness.example/W1", .ed25519, 16)
        return keys
    }()

    private static func key(
        _ name: String, _ type: VerifierKey.SignatureType, _ seed: Int
    ) -> (VerifierKey, Ed25519PrivateKey) {
        do {
            let privateKey = try Ed25519PrivateKey(seed: [UInt8](repeating: UInt8(seed), count: 32))
            return (try VerifierKey(name: name, type: type, key: privateKey.publicKey), privateKey)
        } catch {
            preconditionFailure("\(error)")
        }
    }

    /// A policy's bytes; `{W1}` stands for that key.
    private static func bytes(_ text: String) -> [UInt8] {
        var text = text
        for (name, key) in keys { text = text.replacing("{\(name)}", with: key.key.description) }
        return Array(text.utf8)
    }

    private static func policy(_ text: String) throws -> Policy { try Policy(parsing: bytes(text)) }

    private static let nested = """
        log {L1}

        witness X1 {W1}
        witness X2 {W2}
        witness X3 {W3}
        group X-witnesses 2 X1 X2 X3

        witness Y1 {W4}
        witness Y2 {W5}
        witness Y3 {W6}
        group Y-witnesses any Y1 Y2 Y3

        group X-and-Y all X-witnesses Y-witnesses
        quorum X-and-Y

        """

    @Test func `a policy says its logs and witnesses`() throws {
        let policy = try Self.policy(
            "log {L1} https://log.example\nlog {L2}\nwitness w {W1} https://w.example/p\nquorum w\n")
        #expect(policy.logs.map(\.key.name) == ["example.com/L1", "example.com/L2"])
        #expect(policy.logs.map(\.url) == ["https://log.example", nil])
        #expect(policy.witnesses.map(\.name) == [Array("w".utf8)])
        #expect(policy.witnesses.map(\.key) == [Self.keys["W1"]?.key])
        #expect(policy.witnesses.map(\.url) == ["https://w.example/p"])
        #expect(policy.asksForCosignatures)
        #expect(try !Self.policy("quorum none").asksForCosignatures)
    }

    private static let policies = [
        "quorum none\n",
        "quorum none",
        "\n# comment\n\t # another\n\twitness \t w  {W1}   https://w.example/  \n\n  quorum\tw",
        "witness all {W1}\nwitness any {W2}\ngroup group 2 all any\nquorum group\n",
        "witness log {W1}\nquorum log\n",
        "witness 王五 {W1}\nquorum 王五\n",
        "# 备注\nwitness w {W1} https://见证.example/\nquorum w\n",
        "witness w {W1}\ngroup g 1 w\nquorum g\n",
        "witness w {W1}\ngroup g all w\ngroup h any g\nquorum h\n",
        "witness w {W1}\nquorum w\nlog {L1}\nwitness v {W2}\n",
        "witness w {W1}\nwitness v {W2}\ngroup g any v\nquorum w\n",
        "witness a#b {W1}\nquorum a#b\n",
        // A log and a witness may have one key: only two of a kind may not.
        "log {W1log}\nwitness w {W1}\nquorum w\n",
    ]

    @Test func `what the specification allows is read`() {
        for text in Self.policies { #expect(throws: Never.self, "\(text)") { try Self.policy(text) } }
    }

    private static let others: [(String, PolicyError.Code, Int?)] = [
        ("quorum none\n\u{01}", .forbiddenByte, 2),
        ("quorum none\r\n", .forbiddenByte, 1),
        ("quorum none\n#\u{7f}\n", .forbiddenByte, 2),
        ("quorum none\n\0\n", .forbiddenByte, 2),
        ("quibble w\nquorum none\n", .unknownKeyword, 1),
        ("Quorum none\n", .unknownKeyword, 1),
        ("witness w {W1} https://w.example/ # comment\nquorum w\n", .wrongWords, 1),
        ("log\nquorum none\n", .wrongWords, 1),
        ("log {L1} https://a https://b\nquorum none\n", .wrongWords, 1),
        ("log garbage\nquorum none\n", .badKey, 1),
        ("log unknown.example+0a6d75a6+YwAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\nquorum none\n", .badKey, 1),
        ("log {W1}\nquorum none\n", .wrongKeyType, 1),
        ("log {L1}\nlog {L1} https://log.example/\nquorum none\n", .duplicateKey, 2),
        ("log {L1}\nlog {L1again}\nquorum none\n", .duplicateKey, 2),
        ("witness w\nquorum none\n", .wrongWords, 1),
        ("witness w {W1log}\nquorum w\n", .wrongKeyType, 1),
        ("witness w {L1}\nquorum w\n", .wrongKeyType, 1),
        ("witness none {W1}\nquorum none\n", .reservedName, 1),
        ("witness w {W1}\nwitness w {W2}\nquorum w\n", .duplicateName, 2),
        ("witness w {W1}\nwitness v {W1}\nquorum w\n", .duplicateKey, 2),
        ("witness w {W1}\nwitness v {W1again}\nquorum w\n", .duplicateKey, 2),
        ("witness w {W1}\ngroup w any w\nquorum w\n", .duplicateName, 2),
        ("witness w {W1}\ngroup g 1\nquorum w\n", .wrongWords, 2),
        ("witness w {W1}\ngroup none any w\nquorum none\n", .reservedName, 2),
        ("witness w {W1}\ngroup g 0 w\nquorum g\n", .badThreshold, 2),
        ("witness w {W1}\ngroup g -1 w\nquorum g\n", .badThreshold, 2),
        ("witness w {W1}\ngroup g +1 w\nquorum g\n", .badThreshold, 2),
        ("witness w {W1}\ngroup g 01 w\nquorum g\n", .badThreshold, 2),
        ("witness w {W1}\ngroup g 2 w\nquorum g\n", .badThreshold, 2),
        ("witness w {W1}\ngroup g 99999999999999999999 w\nquorum g\n", .badThreshold, 2),
        ("witness w {W1}\ngroup g most w\nquorum g\n", .badThreshold, 2),
        ("witness w {W1}\ngroup g any v\nquorum g\n", .unknownName, 2),
        ("group g any w\nwitness w {W1}\nquorum g\n", .unknownName, 1),
        ("witness w {W1}\ngroup g any none w\nquorum g\n", .unknownName, 2),
        ("witness w {W1}\ngroup g any g\nquorum g\n", .unknownName, 2),
        ("witness w {W1}\ngroup g all w w\nquorum g\n", .repeatedMember, 2),
        ("witness w {W1}\nwitness v {W2}\ngroup g any w v\ngroup h any w\nquorum g\n", .repeatedMember, 4),
        ("witness w {W1}\n", .quorumCount, nil),
        ("", .quorumCount, nil),
        ("witness w {W1}\nquorum w\nquorum w\n", .quorumCount, 3),
        ("quorum none\nquorum none\n", .quorumCount, 2),
        ("quorum unknown\n", .unknownName, 1),
        ("quorum w\nwitness w {W1}\n", .unknownName, 1),
        ("quorum\n", .wrongWords, 1),
        ("quorum none none\n", .wrongWords, 1),
    ]

    @Test func `everything else is refused, and it is said where`() {
        for (text, code, line) in Self.others {
            #expect("\(text)") {
                try Self.policy(text)
            } throws: { error in
                (error as? PolicyError).map { $0.code == code && $0.line == line } ?? false
            }
        }
    }

    @Test func `names are bytes`() throws {
        let key = try #require(Self.keys["W1"]).key.description
        let name: [UInt8] = Array("K\u{212a}".utf8) + [0x80, 0xff]
        let policy = try Policy(
            parsing: Array("witness ".utf8) + name + Array(" \(key)\nquorum ".utf8) + name + Array("\n".utf8))
        #expect(policy.witnesses[0].name == name)
        // A Kelvin sign is not a K, and é in two code points is not é in one.
        for (one, other) in [("K", "\u{212a}"), ("\u{e9}", "e\u{301}")] {
            #expect(throws: PolicyError.self) { try Self.policy("witness \(one) {W1}\nquorum \(other)\n") }
            _ = try Self.policy("witness \(one) {W1}\nwitness \(other) {W2}\nquorum \(other)\n")
        }
    }

    @Test func `a policy may be large, and not too large`() throws {
        let witnesses = (0..<400).map { place in
            "witness w\(place) \(Self.key("w\(place)", .cosignature, place % 256).0)\n"
        }
        let many = witnesses[0..<256].joined()
        let all = "group g all " + (0..<256).map { "w\($0)" }.joined(separator: " ") + "\nquorum g\n"
        #expect(try Policy(parsing: Array((many + all).utf8)).witnesses.count == 256)
        let filler = [UInt8](repeating: UInt8(ascii: "\n"), count: Policy.maximumSize - 11)
        _ = try Policy(parsing: filler + Array("quorum none".utf8))
        #expect {
            try Policy(parsing: filler + Array("quorum none\n".utf8))
        } throws: {
            ($0 as? PolicyError)?.code == .tooLarge
        }
    }

    @Test func `groups may be nested as deep as a policy is long`() throws {
        var text = "witness g0 {W1}\n"
        let depth = 8_000
        for place in 1...depth { text += "group g\(place) any g\(place - 1)\n" }
        let policy = try Self.policy(text + "quorum g\(depth)\n")
        #expect(policy.hasQuorum(cosignedBy: [try #require(Self.keys["W1"]).key.key]))
        #expect(!policy.hasQuorum(cosignedBy: []))
    }

    @Test func `the quorum holds for exactly the sets that the rule names`() throws {
        let policy = try Self.policy(Self.nested)
        let witnesses = policy.witnesses.map(\.key.key)
        for set in 0..<64 {
            let present = witnesses.indices.filter { set >> $0 & 1 == 1 }
            let x = present.count { $0 < 3 }
            let y = present.count { $0 >= 3 }
            #expect(
                policy.hasQuorum(cosignedBy: Set(present.map { witnesses[$0] })) == (x >= 2 && y >= 1), "\(present)")
        }
        #expect(try Self.policy("witness w {W1}\nquorum none\n").hasQuorum(cosignedBy: []))
        // Whoever is not in the quorum does not count for it.
        let single = try Self.policy("witness w {W1}\nwitness v {W2}\nquorum w\n")
        #expect(!single.hasQuorum(cosignedBy: [witnesses[1]]))
        #expect(single.hasQuorum(cosignedBy: [witnesses[0]]))
    }

    // MARK: Signed checkpoints

    private static let checkpoint = Checkpoint(origin: "example.com/L1", size: 42, root: MerkleHash.leaf([1]))

    private static func note(_ checkpoint: Checkpoint = checkpoint, by names: String...) throws -> SignedNote {
        var note = try SignedNote(text: checkpoint.noteText, signatures: [])
        for name in names {
            let (key, privateKey) = try #require(keys[name])
            switch key.type {
            case .ed25519: try note.sign(as: key, with: privateKey)
            case .cosignature: try note.cosign(as: key, with: privateKey, time: 1_700_000_000)
            }
        }
        return note
    }

    @Test func `a checkpoint is held against the policy`() throws {
        let policy = try Self.policy(Self.nested)
        let evaluation = policy.evaluate(try Self.note(by: "L1", "W1", "W3", "W5"))
        #expect(evaluation.hasQuorum)
        #expect(evaluation.log == Self.keys["L1"]?.key)
        #expect(evaluation.cosigned.map { String(decoding: $0.witness.name, as: UTF8.self) } == ["X1", "X3", "Y2"])
        #expect(evaluation.cosigned.allSatisfy { $0.cosignatures.map(\.time) == [1_700_000_000] })
        #expect(evaluation.forged.isEmpty)
        let few = policy.evaluate(try Self.note(by: "L1", "W1", "W5"))
        #expect(!few.hasQuorum)
        #expect(few.cosigned.count == 2)
        // Nobody's signature and a stranger's change nothing.
        #expect(!policy.evaluate(try Self.note(by: "L1", "W1", "W5", "W1again", "L2")).hasQuorum)
        #expect(policy.evaluate(try Self.note(by: "W1", "W3", "W5")).log == nil)
    }

    @Test func `a log is accepted under its own origin alone`() throws {
        let policy = try Self.policy("log {L1}\nlog {L2}\nquorum none\n")
        #expect(policy.evaluate(try Self.note(by: "L1")).log == Self.keys["L1"]?.key)
        #expect(policy.evaluate(try Self.note(by: "L2")).log == nil)
        let other = Checkpoint(origin: "example.com/L2", size: 42, root: MerkleHash.leaf([1]))
        #expect(policy.evaluate(try Self.note(other, by: "L2")).log == Self.keys["L2"]?.key)
    }

    @Test func `a cosignature over something else does not count`() throws {
        let policy = try Self.policy("log {L1}\nwitness w {W1}\nquorum w\n")
        let other = Checkpoint(origin: "example.com/L1", size: 43, root: MerkleHash.leaf([2]))
        let elsewhere = try Self.note(other, by: "W1")
        var note = try Self.note(by: "L1")
        try note.append(elsewhere.signatures[0])
        let evaluation = policy.evaluate(note)
        #expect(!evaluation.hasQuorum)
        #expect(evaluation.forged.map(\.name) == [Array("w".utf8)])
        // Beside a true one it still makes the witness's lines untrue.
        var both = try Self.note(by: "L1", "W1")
        try both.append(elsewhere.signatures[0])
        #expect(!policy.evaluate(both).hasQuorum)
    }

    @Test func `a mangled policy never asks for less`() throws {
        let policy = try Self.policy(Self.nested)
        let bytes = Self.bytes(Self.nested)
        let two = Set(policy.witnesses[0...1].map(\.key.key))
        var accepted = 0
        for place in bytes.indices {
            for change in [0x01, 0x02, 0x20, 0x80] as [UInt8] {
                var mangled = bytes
                mangled[place] ^= change
                guard let other = try? Policy(parsing: mangled) else { continue }
                accepted += 1
                // X1 and X2 alone are no quorum.
                #expect(!other.hasQuorum(cosignedBy: []), "byte \(place)")
                #expect(!other.hasQuorum(cosignedBy: two), "byte \(place)")
            }
        }
        #expect(accepted < bytes.count)
    }
}
