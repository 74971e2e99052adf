import EvidenceTestSupport
import Foundation
import Testing
import TransparencyLog

/// An archive's team asks witnesses over the web, of which not each keeps to the specification.
struct WitnessClientTests {
    private let team: Laptop
    private let office: Office

    init() throws {
        team = try Laptop.withArchive()
        office = try Office(watching: try team.archiveKey().verifier.description)
    }

    private var here: [String: String?] { ["EVIDENCE_ARCHIVE": "archive"] }

    private func add(_ name: String, on laptop: Laptop) throws {
        try laptop.file(name, name)
        try laptop.succeed("add", name, "--quiet", env: here)
    }

    private func submit(_ url: String, _ more: String...) throws -> Outcome {
        try team.start(["witness", "submit", "--url", url, "--witness", office.key] + more, env: here).wait()
    }

    private func anchors() throws -> Int? { try team.json("status", env: here)["unanchored"]?.int }

    /// What must be refused: said in both languages, with nothing kept.
    private func expectRefused(
        _ url: String, status: Int32, naming words: String..., sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        for language in ["en", "zh-Hans"] {
            let outcome = try submit(url, "--lang", language)
            #expect(outcome.status == status, "\(outcome.err)", sourceLocation: sourceLocation)
            #expect(outcome.out == "", sourceLocation: sourceLocation)
            Prose.expectSentence(outcome, language, sourceLocation: sourceLocation)
            for word in words { #expect(outcome.err.contains(word), "\(outcome.err)", sourceLocation: sourceLocation) }
        }
        try team.succeed("trust", office.key, "--quiet", sourceLocation: sourceLocation)
        #expect(try anchors() == 2, sourceLocation: sourceLocation)
    }

    @Test func `a witness that serves covers the archive`() throws {
        let served = try ServedWitness(office)
        try team.succeed("trust", office.key)
        for number in 1...3 {
            let cosigned = try team.json("witness", "submit", "--url", served.url, "--witness", office.key, env: here)
            #expect(cosigned["cosignatures"]?.array.count == 1)
            #expect(try anchors() == 0)
            try add("材料\(number)", on: team)
        }
        // A slash at the end of the address is none too many.
        #expect(try submit(served.url + "/").status == 0)
        try team.expectVerified()
        _ = try served.stop()
        #expect(try office.conflicts() == [])
    }

    @Test func `a witness that is ahead of what is known here is asked again from there`() throws {
        let served = try ServedWitness(office)
        #expect(try office.cosign(team.archive).status == 0)
        try add("材料", on: team)
        let between = try DeviatingWitness(office.laptop, posts: [.pass], before: served)
        #expect(try submit(between.url).status == 0)
        #expect(try between.asked() == ["old 0", "old 2"])
        _ = try served.stop()
    }

    @Test func `a conflict without a size is settled by the witness's own checkpoint, where it shows one`() throws {
        let served = try ServedWitness(office)
        #expect(try office.cosign(team.archive).status == 0)
        try add("材料", on: team)
        let silent = try DeviatingWitness(office.laptop, posts: [.status(409), .pass], get: .pass, before: served)
        #expect(try submit(silent.url).status == 0)
        #expect(try silent.asked() == ["old 0", "old 2"])
        _ = try served.stop()
    }

    @Test func `a conflict without a size, and nothing to see, is said`() throws {
        let silent = try DeviatingWitness(office.laptop, posts: [.status(409)])
        try expectRefused(silent.url, status: 77, naming: "409", "--old")
        // Told where to begin, it goes on from there.
        let served = try ServedWitness(office)
        #expect(try office.cosign(team.archive).status == 0)
        try add("材料", on: team)
        #expect(try submit(served.url, "--old", "2").status == 0)
        _ = try served.stop()
    }

    @Test(
        arguments: TestTier.some(
            [
                (404, Int32(77), "404"), (403, 77, "403"), (429, 69, "429"), (422, 77, "422"), (400, 69, "400"),
                (500, 69, "500"),
                (301, 69, "301"), (204, 69, "204"),
            ], oneIn: 2)) func `what a witness refuses is said`(answer: Int, status: Int32, word: String) throws
    {
        let server = try DeviatingWitness(office.laptop, posts: [.status(answer, body: "no\n")])
        try expectRefused(server.url, status: status, naming: word)
        #expect(try server.asked().count == 2)
    }

    @Test func `a witness that never agrees is not asked for ever`() throws {
        let server = try DeviatingWitness(
            office.laptop,
            posts: [
                .status(409, type: "text/x.tlog.size", body: "1\n"),
                .status(409, type: "text/x.tlog.size", body: "0\n"),
            ])
        #expect(try submit(server.url).status == 77)
        #expect(try server.asked().count <= 3)
    }

    @Test func `an answer that is not the witness's signature is not kept`() throws {
        let served = try ServedWitness(office)
        let name = "— witness.example/office "
        for answer in [
            .status(200), .status(200, body: "hello\n"), .status(200, body: "\(name)AAAAAAAA\n"),
            .status(200, body: String(repeating: "x", count: 1_000_000)),
            .replacing("witness.example/office", with: "witness.example/other"), .replacing("\n", with: ""),
        ] as [DeviatingWitness.Answer] {
            let server = try DeviatingWitness(office.laptop, posts: [answer], before: served)
            try expectRefused(server.url, status: 69, naming: server.url)
        }
        // Other lines beside it are nothing to us.
        let server = try DeviatingWitness(
            office.laptop, posts: [.replacing(name, with: "— somebody.else AAAAAAAAAAAA\n\(name)")], before: served)
        #expect(try submit(server.url).status == 0)
        #expect(try anchors() == 0)
        _ = try served.stop()
    }

    @Test func `nobody there is said`() throws {
        try expectRefused("http://127.0.0.1:1", status: 69, naming: "http://127.0.0.1:1")
        let outcome = try submit("ftp://127.0.0.1")
        #expect(outcome.status == 64, "\(outcome.err)")
    }

    @Test func `a witness that has another history shows it, and that is tampering`() throws {
        try add("材料", on: team)
        let served = try ServedWitness(office)
        let other = try team.twin()
        for number in 1...2 { try add("假\(number)", on: other) }
        #expect(try office.cosign(other.archive).status == 0)
        // The other history is longer.
        for language in ["en", "zh-Hans"] {
            let outcome = try submit(served.url, "--lang", language)
            #expect(outcome.status == 1 && outcome.out == "", "\(outcome.err)")
            Prose.expectSentence(outcome, language)
        }
        // It is as long, and it is shorter.
        for number in 1...4 {
            try add("真\(number)", on: team)
            let outcome = try submit(served.url)
            if number >= 2 {
                #expect(outcome.status == 1, "\(outcome.err)")
                #expect(outcome.err.contains("Two histories"))
            }
        }
        _ = try served.stop()
        #expect(try office.conflicts().contains("fork"))
    }

    @Test func `a witness that says it is ahead, and does not show it, is refused without a charge`() throws {
        let server = try DeviatingWitness(
            office.laptop, posts: [.status(409, type: "text/x.tlog.size", body: "99\n")])
        try expectRefused(server.url, status: 77, naming: "99")
    }

    @Test func `a witness that forgot what it saw is told on`() throws {
        let served = try ServedWitness(office)
        try add("材料", on: team)
        #expect(try submit(served.url).status == 0)
        try add("材料2", on: team)
        let server = try DeviatingWitness(
            office.laptop, posts: [.status(409, type: "text/x.tlog.size", body: "0\n"), .pass], before: served)
        let outcome = try submit(server.url)
        #expect(outcome.err.contains("has forgotten"), "\(outcome.err)")
        _ = try served.stop()
    }

    // MARK: Policies

    @Test func `a policy's witnesses are asked until its quorum holds`() throws {
        let (served, down) = (try ServedWitness(office), "http://127.0.0.1:1")
        let second = try Laptop()
        let other = try second.json("witness", "init", "witness.example/second")["key"]?.string ?? ""
        func policy(_ quorum: String) throws {
            try team.file(
                "策略",
                """
                # 两名见证人
                log \(try team.archiveKey().verifier)
                witness office \(office.key) \(served.url)
                witness second \(other) \(down)
                group both all office second
                quorum \(quorum)

                """)
        }
        try policy("office")
        let enough = try team.run("witness", "submit", "--policy", "策略", "--json", env: here)
        #expect(enough.status == 0, "\(enough.err)")
        #expect(try enough.json["cosignatures"]?.array.map { $0["witness"]?.string } == ["witness.example/office"])
        #expect(enough.err.contains(down))
        try policy("both")
        let few = try team.run("witness", "submit", "--policy", "策略", "--json", env: here)
        #expect(few.status == 69 && few.out == "", "\(few.err)")
        try team.file("错", "witness office \(office.key)\nquorum nobody\n")
        try team.expectRefused("witness", "submit", "--policy", "错", status: 65, naming: "错", "2", "nobody", env: here)
        try team.file("无址", "witness office \(office.key)\nquorum office\n")
        try team.expectRefused("witness", "submit", "--policy", "无址", status: 65, env: here)
        try team.file(
            "别家", "log \(TestKey.stranger.verifier)\nwitness office \(office.key) \(served.url)\nquorum office\n")
        try team.expectRefused("witness", "submit", "--policy", "别家", status: 65, env: here)
        _ = try served.stop()
    }
}
