import EvidenceTestSupport
import Foundation
import Testing
import TransparencyLog

/// A team in the field and a witness in the office, with a stick between them.
struct WitnessStickTests {
    private let team: Laptop
    private let office: Office

    init() throws {
        team = try Laptop.withArchive()
        office = try Office(watching: try team.archiveKey().verifier.description)
        try team.file("见证人.vkey", office.key + "\n")
    }

    /// The team's commands find the archive from its folder.
    private var here: [String: String?] { ["EVIDENCE_ARCHIVE": "archive"] }

    private func add(_ name: String, on laptop: Laptop) throws {
        try laptop.file(name, name)
        try laptop.succeed("add", name, "--quiet", env: here)
    }

    /// The request goes to the office, and the answer back to the team.
    private func round(_ name: String) throws {
        try team.succeed(
            "witness", "submit", "--request", "\(name).txt", "--witness", "见证人.vkey", "--quiet", env: here)
        let answer = office.laptop.folder + "/\(name) 回执.txt"
        let outcome = try office.cosign(team.folder + "/\(name).txt", "--to", answer)
        #expect(outcome.status == 0, "\(outcome.err)")
        try team.succeed("witness", "submit", "--response", answer, "--witness", office.key, "--quiet", env: here)
    }

    @Test func `what is carried there and back covers the archive`() throws {
        try team.succeed("trust", office.key)
        for number in 1...3 {
            try add("材料\(number)", on: team)
            try round("\(number)")
            #expect(try team.json("status", env: here)["unanchored"]?.int == 0)
        }
        // The next request begins where the last answer ended.
        try add("材料4", on: team)
        let request = try team.json(
            "witness", "submit", "--request", "4.txt", "--witness", office.key, env: here)
        #expect(request["old"]?.int == (try office.newestSize()))
        try team.expectVerified()
        let verified = try team.json("verify", "archive")
        #expect(verified["problems"]?.array == [] && verified["warnings"]?.array == [])
        #expect(try office.conflicts() == [])
    }

    @Test func `an answer that was lost is given again, and an old request is told where to begin`() throws {
        try team.succeed("witness", "submit", "--request", "1.txt", "--witness", office.key, env: here)
        #expect(try office.cosign(team.folder + "/1.txt").status == 0)
        // The answer is lost. The same stick is simply brought again.
        let again = try office.cosign(team.folder + "/1.txt", "--to", office.laptop.folder + "/1 回执.txt")
        #expect(again.status == 0, "\(again.err)")
        // It is lost again, and the archive goes on.
        try add("材料", on: team)
        try team.succeed("witness", "submit", "--request", "2.txt", "--witness", office.key, env: here)
        try office.laptop.expectRefused(
            "witness", "cosign", team.folder + "/2.txt", status: 77, naming: "--old 2", office.key)
        try team.succeed(
            "witness", "submit", "--request", "3.txt", "--witness", office.key, "--old", "2", env: here)
        #expect(try office.cosign(team.folder + "/3.txt").status == 0)
        #expect(try office.conflicts() == [])
    }

    /// A checkpoint may have lines of its own, which only its signer chooses.
    @Test func `what a checkpoint says beside its tree does not steer a terminal`() throws {
        let (history, key) = (SignedHistory(leaves: 3), TestKey.archive)
        let office = try Office(watching: key.verifier.description)
        let words = "x\u{9B}2J\u{202E}y"
        var note = try SignedNote(text: history.note(3).text + words + "\n", signatures: [])
        try note.sign(as: key.verifier, with: key.privateKey)
        try office.file("request", WitnessRequest(oldSize: 0, proof: [], note: note))
        let screen = try office.laptop.atTerminal(["witness", "cosign", "request"], answers: [])
        #expect(screen.status == 0 && screen.text.contains("2J"), "\(screen.text)")
        #expect(!screen.text.contains("\u{9B}") && !screen.text.contains("\u{202E}"))
        // What no person reads is the note, byte for byte.
        #expect(try office.cosign("request").out.contains(words))
    }

    @Test func `nothing is asked for what is cosigned already`() throws {
        try round("1")
        let request = try team.json(
            "witness", "submit", "--request", "2.txt", "--witness", office.key, env: here)
        #expect(request["needed"]?.bool == false)
        #expect(!team.exists("2.txt"))
    }

    @Test func `the archive itself, or a published log, may be brought instead of a request`() throws {
        try add("材料1", on: team)
        try team.succeed("publish", "公开", env: here)
        #expect(try office.cosign(team.folder + "/公开").status == 0)
        for number in 2...4 { try add("材料\(number)", on: team) }
        let answer = office.laptop.folder + "/回执.txt"
        #expect(try office.cosign(team.archive, "--to", answer).status == 0)
        try team.succeed("witness", "submit", "--response", answer, "--witness", office.key, env: here)
        #expect(try office.newestSize() == (try team.json("status", env: here)["size"]?.int))
        // So may a checkpoint alone, where no proof is needed.
        try team.succeed("checkpoint", "--to", "检查点.txt", env: here)
        #expect(try office.cosign(team.folder + "/检查点.txt").status == 0)
        #expect(try office.conflicts() == [])
    }

    @Test func `hash tiles that do not belong to the checkpoint are no reason for anything`() throws {
        try add("材料1", on: team)
        #expect(try office.cosign(team.archive).status == 0)
        try add("材料2", on: team)
        try team.succeed("publish", "公开", env: here)
        let tiles = try FileManager.default.subpathsOfDirectory(atPath: team.folder + "/公开").filter {
            $0.hasPrefix("tile/0/")
        }
        let tile = try #require(tiles.first { team.isFile("公开/" + $0) })
        var bytes = try Laptop.bytes(team.folder + "/公开/" + tile)
        bytes[0] ^= 1
        try FileManager.default.removeItem(atPath: team.folder + "/公开/" + tile)
        try team.file("公开/" + tile, bytes: bytes)
        try office.laptop.expectRefused("witness", "cosign", team.folder + "/公开", status: 1, naming: "公开")
        #expect(try office.conflicts() == [])
        #expect(try office.newestSize() == 3)
    }

    // MARK: Two histories

    @Test func `two histories are caught as soon as both met the witness`() throws {
        try add("材料", on: team)
        try round("1")
        // The operator, with every key in the office, goes on twice from the same state.
        let other = try team.twin()
        try add("真", on: team)
        try add("假", on: other)
        try round("2")
        let newest = try office.newestSize()
        try other.succeed(
            "witness", "submit", "--request", "他.txt", "--witness", office.key, "--old", "3", env: here)
        try other.succeed("checkpoint", "--to", "检查点.txt", env: here)
        // As a request from where it was last seen, as an archive, and as what an auditor holds.
        for shown in [other.folder + "/他.txt", other.archive, other.folder + "/检查点.txt"] {
            for language in ["en", "zh-Hans"] {
                let outcome = try office.cosign(shown, "--lang", language)
                #expect(outcome.status == 1 && outcome.out == "", "\(shown)")
                Prose.expectSentence(outcome, language)
                for fact in try [other, team].map({ try #require(try $0.json("status", env: here)["root"]?.string) }) {
                    #expect(outcome.err.contains(fact))
                }
            }
        }
        #expect(try office.newestSize() == newest)
        let conflicts = try #require(try office.list()["conflicts"]?.array)
        #expect(conflicts.map { $0["kind"]?.string } == ["fork"])
        let kept = try SignedNote(parsing: Array((conflicts[0]["note"]?.string ?? "").utf8))
        #expect(kept.verify(try team.archiveKey().verifier) == .valid)
        #expect(Array(kept.bytes) == (try Laptop.bytes(other.folder + "/检查点.txt")))
        // Longer than the true one, it is caught all the same.
        for number in 1...3 { try add("假\(number)", on: other) }
        let longer = try office.cosign(other.archive)
        #expect(longer.status == 1)
        #expect(longer.err.contains("Two histories"))
        #expect(try office.conflicts() == ["fork", "inconsistent"])
    }

    @Test func `an old copy put back is caught`() throws {
        try add("材料1", on: team)
        let old = try team.twin()
        try add("材料2", on: team)
        try round("1")
        for language in ["en", "zh-Hans"] {
            let outcome = try office.cosign(old.archive, "--lang", language)
            #expect(outcome.status == 1 && outcome.out == "")
            Prose.expectSentence(outcome, language)
        }
        #expect(try office.conflicts() == ["rollback"])
        // Written on, it is another history.
        try add("另一", on: old)
        #expect(try office.cosign(old.archive).status == 1)
        #expect(try office.conflicts() == ["rollback", "fork"])
    }

    @Test func `an archive made anew under the same name is not taken for the old one`() throws {
        try round("1")
        let impostor = try Laptop.withArchive()
        try office.laptop.expectRefused(
            "witness", "cosign", impostor.archive, status: 77, naming: "evidence.example/team-7")
        try office.laptop.expectRefused(
            "witness", "watch", try impostor.archiveKey().verifier.description, status: 77,
            naming: "evidence.example/team-7")
    }

    // MARK: What is brought may be anything

    @Test func `what is not watched, not signed or no request is refused`() throws {
        let stranger = try Laptop.withArchive(origin: "evidence.example/team-8")
        try office.laptop.expectRefused("witness", "cosign", stranger.archive, status: 77, naming: "team-8", "watch")
        try team.succeed("witness", "submit", "--request", "1.txt", "--witness", office.key, env: here)
        let request = try WitnessRequest(parsing: try Laptop.bytes(team.folder + "/1.txt"))
        let mangled = Array(String(decoding: request.bytes, as: UTF8.self).replacing("\n2\n", with: "\n3\n").utf8)
        for (name, bytes, status) in [
            ("改动", mangled, 65), ("空", [], 65), ("截断", Array(request.bytes.dropLast(20)), 65),
            ("大", [UInt8](repeating: 10, count: 70_000), 65), ("别的", Array("hello\n".utf8), 65),
        ] as [(String, [UInt8], Int32)] {
            try office.laptop.file(name, bytes: bytes)
            try office.laptop.expectRefused(
                "witness", "cosign", name, status: status, naming: name == "改动" ? "team-7" : name)
        }
        try office.laptop.expectRefused("witness", "cosign", "没有", status: 66, naming: "没有")
        try FileManager.default.createDirectory(
            atPath: office.laptop.folder + "/空夹", withIntermediateDirectories: false)
        try office.laptop.expectRefused("witness", "cosign", "空夹", status: 66, naming: "空夹")
        #expect(try office.newestSize() == nil)
        #expect(try office.conflicts() == [])
    }

    @Test func `an answer that does not hold is not taken in`() throws {
        try round("1")
        try add("材料", on: team)
        try team.succeed("witness", "submit", "--request", "2.txt", "--witness", office.key, env: here)
        #expect(try office.cosign(team.folder + "/2.txt", "--to", team.folder + "/回执.txt").status == 0)
        let answer = String(decoding: try Laptop.bytes(team.folder + "/回执.txt"), as: UTF8.self)
        let line = try #require(answer.split(separator: "\n").last { $0.contains("witness.example") })
        // A letter within the signature, behind the key's ID.
        let place = line.index(line.endIndex, offsetBy: -20)
        let changed = line[..<place] + (line[place] == "A" ? "B" : "A") + line[line.index(after: place)...]
        for (name, text, status, word) in [
            ("改动", answer.replacing(line, with: changed), 65, "witness.example/office"),
            ("无", answer.replacing(line + "\n", with: ""), 77, "--witness"),
            ("别处", answer.replacing("team-7", with: "team-9"), 65, "team-9"),
            ("别的", "hello\n", 65, "别的"),
        ] as [(String, String, Int32, String)] {
            try team.file(name, text)
            try team.expectRefused(
                "witness", "submit", "--response", name, "--witness", office.key, status: status, naming: word,
                env: here)
        }
        // Nobody has said yet that the witness is to be believed.
        try team.expectRefused("witness", "submit", "--response", "回执.txt", status: 77, naming: "--witness", env: here)
        try team.succeed("trust", office.key)
        let taken = try team.json("witness", "submit", "--response", "回执.txt", env: here)
        #expect(taken["cosignatures"]?.array.map { $0["size"]?.int } == [try office.newestSize()])
        // Twice is once.
        try team.succeed("witness", "submit", "--response", "回执.txt", env: here)
        try team.expectVerified()
    }

    @Test func `an answer about a history that is not ours is told as what it is`() throws {
        try round("1")
        let other = try team.twin()
        try add("真", on: team)
        try add("假", on: other)
        try other.succeed("witness", "submit", "--request", "2.txt", "--witness", office.key, env: here)
        #expect(try office.cosign(other.folder + "/2.txt", "--to", team.folder + "/他.txt").status == 0)
        try team.expectRefused(
            "witness", "submit", "--response", "他.txt", "--witness", office.key, status: 65, naming: "他.txt", env: here)
    }

    @Test(
        arguments: TestTier.some(
            [
                [], ["--request", "r"], ["--url", "http://x"], ["--request", "r", "--response", "s", "--witness", "w"],
                ["--request", "r", "--url", "http://x", "--witness", "w"], ["--policy", "p", "--witness", "w"],
                ["--response", "r", "--old", "3"], ["--request", "r", "--witness", "w", "--old", "-1"],
            ], oneIn: 2)) func `ways that do not go together are a wrong use`(arguments: [String]) throws
    {
        let outcome = try team.start(["witness", "submit"] + arguments, env: here).wait()
        #expect(outcome.status == 64, "\(outcome.err)")
    }
}

extension Laptop {
    func isFile(_ name: String) -> Bool { Laptop.status(folder + "/" + name)?.isFile == true }
}
