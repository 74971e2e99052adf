import EvidenceArchive
import EvidenceCrypto
import EvidenceRecord
import EvidenceServices
import EvidenceTestSupport
import Foundation
import SystemPackage
import Testing
import TransparencyLog

/// The table of attacks in SECURITY.md, carried out row by row on a real archive.
struct AdversaryTests {
    /// A row of the table.
    struct Row: Sendable, CustomTestStringConvertible {
        let id: String
        let attack: String
        let observers: [String]
        /// The problem's code; of a refusal, the words for it.
        let how: String

        var testDescription: String { "\(id): \(attack)" }
    }

    static let rows = rows(in: "SECURITY.md", separator: ", ")

    static func rows(in name: String, separator: String) -> [Row] {
        let text = (try? String(contentsOf: PackageFolder.url.appendingPathComponent(name), encoding: .utf8)) ?? ""
        return text.split(separator: "\n").filter { $0.hasPrefix("| A") }.map { line in
            let cells = line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
            return Row(
                id: cells[0], attack: cells[1], observers: cells[3].components(separatedBy: separator),
                how: cells[4].trimmingCharacters(in: CharacterSet(charactersIn: "`")))
        }
    }

    @Test func `each row has an attack, and both languages have the same rows`() {
        let chinese = AdversaryTests.rows(in: "SECURITY.zh-CN.md", separator: "、")
        #expect(AdversaryTests.rows.count == 30)
        #expect(Set(AdversaryTests.rows.map(\.id)) == Set(AdversaryTests.deeds.keys))
        #expect(chinese.map(\.id) == AdversaryTests.rows.map(\.id))
        for (one, other) in zip(chinese, AdversaryTests.rows) {
            #expect(one.observers.count == other.observers.count, "\(one.id)")
            #expect(one.how == other.how || other.how.hasPrefix("refused"), "\(one.id)")
        }
    }

    @Test(arguments: rows)
    func `what the table says notices an attack does, and before it there was nothing to notice`(row: Row) throws {
        let scene = try Scene()
        let deed = try #require(AdversaryTests.deeds[row.id])
        try deed.before(scene)
        try scene.remember()
        for observer in row.observers {
            let before = try scene.codes(observer)
            #expect(!before.contains(row.how), "\(observer) saw it before: \(before)")
        }
        try deed.attack(scene)
        for observer in row.observers {
            let found = try scene.codes(observer)
            #expect(found.contains(row.how), "\(observer) sees only \(found)")
        }
    }

    @Test(arguments: ["A7", "A8", "A14"])
    func `what the table does not promise is not noticed: a stranger with the archive alone sees nothing`(
        id: String
    ) throws {
        let scene = try Scene()
        let deed = try #require(AdversaryTests.deeds[id])
        try deed.before(scene)
        try scene.remember()
        let before = try scene.codes("key")
        try deed.attack(scene)
        try scene.forget("key")
        #expect(try scene.codes("key").subtracting(["object-unreferenced"]) == before)
    }

    // MARK: The deeds

    /// What happens before anybody looks, and then the attack.
    struct Deed: Sendable {
        var before: @Sendable (Scene) throws -> Void = { _ in }
        let attack: @Sendable (Scene) throws -> Void

        /// One of the fixtures, by its words.
        static func fixture(_ name: String) -> Deed {
            Deed { scene in
                guard let tampering = Tampering.all.first(where: { $0.name == name }) else {
                    throw TestFailure("there is no fixture “\(name)”")
                }
                _ = try tampering.attack(scene.copy)
            }
        }
    }

    private static let witnessed: @Sendable (Scene) throws -> Void = {
        try $0.copy.witness(at: "2026-03-12T12:00:00.000Z", trusting: false)
    }
    private static let anew: @Sendable (ArchiveCopy) throws -> Void = { copy in
        try copy.rewrite { $0[8].items[0].body["title"] = .string("另一") }
    }

    static let deeds: [String: Deed] = [
        "A1": .fixture("a byte of a file changed"),
        "A2": .fixture("a file removed"),
        "A3": .fixture("a byte of a body changed"),
        "A4": Deed { scene in
            // The body and the entry's digest of it, so that only what was signed over both is against it.
            let body = try scene.copy.log()[15].body ?? []
            let altered = Array(String(decoding: body, as: UTF8.self).replacing("e.txt", with: "x.txt").utf8)
            try scene.copy.replace("e.txt", "x.txt", in: "body", 15)
            try scene.copy.replace(SHA256Hasher.hash(body).hex, SHA256Hasher.hash(altered).hex, in: "entry", 15)
        },
        "A5": .fixture("an entry dropped"),
        "A6": .fixture("two entries swapped"),
        "A7": .fixture("the tail cut off, and the file “checkpoint” with it"),
        "A8": Deed(before: { try $0.keepOldCopy() }, attack: { try $0.putBackOldCopy() }),
        "A9": Deed(before: witnessed) { try $0.copy.sql("DELETE FROM anchor") },
        "A10": .fixture("words under a colleague's name, by who holds the archive's key"),
        "A11": .fixture("a colleague's name taken with another key"),
        "A12": .fixture("somebody enrolled by one who may not"),
        "A13": .fixture("an entry by a key that was revoked"),
        "A14": Deed { try anew($0.copy) },
        "A15": Deed(before: { _ = try $0.askWitness() }) { try anew($0.copy) },
        "A16": Deed(before: witnessed) { scene in
            // The token stays, and the checkpoint of its size is another's now.
            try scene.copy.rewrite { commits in
                commits.removeLast()
                commits[8].items[0].body["title"] = .string("另一")
            }
        },
        "A17": Deed(before: witnessed) { scene in
            try scene.copy.rewrite { commits in
                commits.removeLast()
                commits[8].items[0].body["title"] = .string("另一")
            }
            try scene.copy.sql("DELETE FROM anchor")
        },
        "A18": .fixture("a whole archive rebuilt with other keys"),
        "A19": .fixture("a whole archive rebuilt with other keys"),
        "A20": Deed { scene in
            // What the second auditor was given comes from a history of the same length.
            let other = try scene.copy.copied()
            scene.copy.hold(other)
            try anew(other)
            scene.given = try ClaimTests.take(.published, from: other)
        },
        "A21": Deed(before: witnessed) { try $0.backDate() },
        "A22": Deed(before: { try $0.timestamp() }) { try $0.backDate() },
        "A23": Deed(before: { try $0.export() }) { try $0.leaveOutOfBundle() },
        "A24": .fixture("a correction kept out of the case that its record is in"),
        "A25": Deed(before: { try $0.export() }) { try $0.alterBundle() },
        "A26": .fixture("a case with two fourth entries"),
        "A27": Deed(before: { try $0.publish() }) { try $0.alterPublished() },
        "A28": Deed(before: { try $0.timestamp() }) { try $0.exchangeTimestamp() },
        "A29": .fixture("a part exchanged for another, sealed to the same reader"),
        "A30": .fixture("an amendment that names other readers"),
    ]
}
