import EvidenceTestSupport
import Foundation
import Testing
import TransparencyLog

/// A witness that is killed, or whose disk fails, at any moment never cosigns two roots for one size.
struct WitnessKillTests {
    private static let (before, size) = (3, 6)
    private static let history = SignedHistory(leaves: size)
    /// The same first leaves, and then another.
    private static let fork = SignedHistory(leaves: size, fork: 4)

    private let office: Office

    init() throws {
        office = try Office(watching: TestKey.archive.verifier.description)
        try office.file("first", Self.history.request(0, Self.before))
        try office.file("true", Self.history.request(Self.before, Self.size))
        try office.file("fork", Self.fork.request(Self.before, Self.size))
        let first = try office.cosign("first")
        guard first.status == 0 else { throw HarnessError(first.err) }
    }

    /// Puts the witness back to where it had cosigned the first request; only a test may do so.
    private func reset(_ saved: [UInt8]) throws {
        for name in try FileManager.default.contentsOfDirectory(atPath: office.folder) {
            try FileManager.default.removeItem(atPath: office.folder + "/" + name)
        }
        guard
            FileManager.default.createFile(
                atPath: office.database, contents: Data(saved), attributes: [.posixPermissions: 0o600])
        else { throw HarnessError("the witness could not be put back") }
    }

    /// What came out of a run that was broken off, and what the witness then says of both histories.
    private func expectOneHistory(
        after broken: Outcome, _ what: String, sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let gave = try office.holds(broken, over: Self.history.note(Self.size))
        let fork = try office.cosign("fork")
        let again = try office.cosign("true")
        let gaveFork = try office.holds(fork, over: Self.fork.note(Self.size))
        let gaveTrue = try office.holds(again, over: Self.history.note(Self.size))
        #expect(gaveFork != gaveTrue, "\(what): \(fork.err) \(again.err)", sourceLocation: sourceLocation)
        #expect(!(gave && gaveFork), "\(what): two roots", sourceLocation: sourceLocation)
        #expect(Set([fork.status, again.status]) == [0, 1], "\(what)", sourceLocation: sourceLocation)
        #expect(try office.conflicts() == ["fork"], "\(what)", sourceLocation: sourceLocation)
    }

    /// It may be killed between giving its signature away and ending: that signature stands.
    @Test func `killed at random moments`() throws {
        let saved = try Laptop.bytes(office.database)
        var generator = SeededGenerator(seed: 4)
        for round in 0..<12 {
            try reset(saved)
            let running = try office.laptop.start(["witness", "cosign", "true"])
            usleep(UInt32.random(in: 0...60_000, using: &generator))
            running.send(SIGKILL)
            try expectOneHistory(after: try running.wait(), "round \(round)")
        }
    }

    /// Every call by which the database's files are changed, each in turn; strace counts them.
    @Test(arguments: TestTier.isFull ? ["signal=SIGKILL", "error=EIO", "error=ENOSPC"] : ["signal=SIGKILL"])
    func `killed or failed at every change of its files`(fault: String) throws {
        let saved = try Laptop.bytes(office.database)
        var met = 0
        for call in ["pwrite64", "fdatasync", "fsync", "unlink", "openat", "openat2", "ftruncate"] {
            for number in stride(from: 1, through: 40, by: TestTier.isFull ? 1 : 2) {
                try reset(saved)
                let outcome = try office.laptop.shell(
                    """
                    strace -f -o trace -P '\(office.database)' -P '\(office.database)-journal' -P '\(office.folder)' \
                        -e trace=\(call) -e inject=\(call):\(fault):when=\(number) evidence witness cosign true
                    """)
                let trace = String(decoding: try Laptop.bytes(office.laptop.folder + "/trace"), as: UTF8.self)
                guard trace.contains("INJECTED") || trace.contains("killed by SIGKILL") else {
                    #expect(outcome.status == 0, "\(call) \(number): \(outcome.err)")
                    break
                }
                met += 1
                // What it gives away is kept before: nothing that its database fails at comes after that.
                #expect(
                    try outcome.status == 0 || !office.holds(outcome, over: Self.history.note(Self.size)),
                    "\(call) \(number) \(fault): a signature came out of a run that failed")
                try expectOneHistory(after: outcome, "\(call) \(number) \(fault)")
            }
        }
        #expect(met > 10)
    }

    @Test func `two at once`() throws {
        let saved = try Laptop.bytes(office.database)
        for round in 0..<8 {
            try reset(saved)
            let both = try (round.isMultiple(of: 2) ? ["true", "fork"] : ["fork", "true"])
                .map { try office.laptop.start(["witness", "cosign", $0]) }
            let outcomes = try both.map { try $0.wait() }
            #expect(Set(outcomes.map(\.status)) == [0, 1], "\(outcomes.map(\.err))")
            #expect(try office.conflicts() == ["fork"])
        }
    }

    @Test func `a witness that serves is killed while both histories are offered`() throws {
        let saved = try Laptop.bytes(office.database)
        var generator = SeededGenerator(seed: 9)
        var answered = 0
        for round in 0..<5 {
            try reset(saved)
            var served = try ServedWitness(office)
            let asking = try ["true", "fork"].map { name in
                try office.laptop.start(curl: served.url, name)
            }
            usleep(UInt32.random(in: 0...30_000, using: &generator))
            _ = try served.stop(SIGKILL)
            let first = try asking.map { try $0.wait() }
            served = try ServedWitness(office)
            let second = try ["true", "fork"].map { try office.laptop.start(curl: served.url, $0).wait() }
            _ = try served.stop()
            let (history, fork) = (try Self.history.note(Self.size), try Self.fork.note(Self.size))
            let gaveTrue = try [first[0], second[0]].contains { try office.holds($0, over: history) }
            let gaveFork = try [first[1], second[1]].contains { try office.holds($0, over: fork) }
            // Neither, where it was killed between keeping a checkpoint and giving its signature away: then the request,
            // which starts from an older size, is told the newer one.
            #expect(!gaveTrue || !gaveFork, "round \(round)")
            if gaveTrue || gaveFork { answered += 1 }
        }
        #expect(answered > 0)
    }
}

extension Laptop {
    /// Posts a file to a witness; what it answers is printed.
    func start(curl url: String, _ file: String) throws -> Running {
        try Running(
            "/usr/bin/env",
            ["curl", "--silent", "--max-time", "60", "--data-binary", "@\(file)", "\(url)/add-checkpoint"].map {
                Array($0.utf8)
            },
            environment: environment, folder: folder, input: nil)
    }
}
