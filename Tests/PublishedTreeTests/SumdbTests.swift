import EvidenceCrypto
import EvidenceTestSupport
import Foundation
import Testing
import TransparencyLog

/// What we publish and prove, held against golang.org/x/mod/sumdb, the packages behind Go's checksum database, which were
/// written by others for another log of the same mathematics.
struct SumdbTests {
    /// A proof as `sumdb-check` reads it, and whether it ought to hold.
    private struct Line {
        var words: [String]
        var holds = true

        static func record(_ proof: InclusionProof, leaf: Digest, root: Digest) -> Line {
            Line(words: ["record", "\(proof.size)", word(root), "\(proof.index)", word(leaf)] + proof.hashes.map(word))
        }

        static func tree(_ proof: ConsistencyProof, old: Digest, new: Digest) -> Line {
            Line(
                words: ["tree", "\(proof.newSize)", word(new), "\(proof.oldSize)", word(old)] + proof.hashes.map(word))
        }

        static func word(_ digest: Digest) -> String { Base64.encode(digest.bytes) }

        /// The same with one bit of one hash changed, one hash more, one less, another index or size.
        var altered: [Line] {
            var lines: [Line] = []
            for place in words.indices where place == 2 || place > 3 {
                var bytes = Base64.decode(words[place]) ?? []
                bytes[31] ^= 1
                lines.append(changed { $0[place] = Base64.encode(bytes) })
            }
            lines.append(changed { $0.append($0[2]) })
            if words.count > 5 { lines.append(changed { $0.removeLast() }) }
            let number = Int(words[3]) ?? 0
            if number + 1 < Int(words[1]) ?? 0 { lines.append(changed { $0[3] = "\(number + 1)" }) }
            return lines
        }

        private func changed(_ change: (inout [String]) -> Void) -> Line {
            var words = words
            change(&words)
            return Line(words: words, holds: false)
        }
    }

    @Test(arguments: [2, 3, 15, 256, 257, 600])
    func `Go opens our checkpoint, reads our tiles and agrees with our proofs`(size: UInt64) throws {
        let sample = try SampleTree(entries: size)
        try sample.publish()
        let files = try sample.files()
        let note = try SignedNote(parsing: files["checkpoint"] ?? [])
        let root = try Checkpoint(noteText: note.text).root
        let reader = try TreeReader(size: size, root: root) { files[$0.path] }
        var lines: [Line] = []
        for index in stride(from: 0, to: size, by: size > 300 ? 37 : size > 100 ? 13 : 1) {
            let leaf = MerkleHash.leaf(try reader.entry(index))
            let inclusion = try MerkleProofs.inclusion(index: index, size: size, read: reader.hashes)
            lines.append(.record(inclusion, leaf: leaf, root: root))
            let old = try MerkleProofs.root(size: index + 1, read: reader.hashes)
            let consistency = try MerkleProofs.consistency(oldSize: index + 1, newSize: size, read: reader.hashes)
            lines.append(.tree(consistency, old: old, new: root))
        }
        for line in lines { lines += line.altered }
        let output = try SumdbCheck.run(sample.url, TestKey.archive.verifier.description, lines.map(\.words)).lines
        #expect(output.first == "\(TestKey.archive.name) \(size) \(Line.word(root))")
        #expect(output.count == lines.count + 1)
        for (line, verdict) in zip(lines, output.dropFirst()) {
            #expect(verdict == (line.holds ? "ok" : "no"), "\(line.words)")
        }
    }

    @Test func `Go refuses what we refuse: another key, a changed checkpoint, a changed tile, a changed entry`() throws
    {
        let sample = try SampleTree(entries: 300)
        try sample.publish()
        let key = TestKey.archive.verifier.description
        let files = try sample.files()
        #expect(try SumdbCheck.run(sample.url, key, []).status == 0)
        let other = TestKey(TestKey.archive.name, seed: "another").verifier.description
        #expect(try SumdbCheck.run(sample.url, other, []).status == 1)
        for (path, place) in [
            ("checkpoint", 30), ("tile/0/000", 4_000), ("tile/1/000.p/1", 0), ("tile/entries/000", 9),
        ] {
            var changed = try #require(files[path])
            changed[place] ^= 1
            try sample.write(changed, to: path)
            #expect(try SumdbCheck.run(sample.url, key, []).status == 1, "\(path)")
            try sample.write(files[path] ?? [], to: path)
        }
    }
}

/// The program in `Tests/Fixtures/sumdb-check`, built once with Debian's Go and its golang.org/x/mod; nothing is fetched.
private enum SumdbCheck {
    private static let folder = Result { try TemporaryFolder() }
    private static let program = Result {
        let folder = try SumdbCheck.folder.get()
        let built = try start(
            "/usr/bin/go", ["build", "-o", folder.url.appendingPathComponent("sumdb-check").path, "."],
            in: PackageFolder.url.appendingPathComponent("Tests/Fixtures/sumdb-check"),
            environment: [
                "GO111MODULE": "off", "GOPATH": "/usr/share/gocode", "GOPROXY": "off", "GOFLAGS": "",
                "GOCACHE": folder.url.appendingPathComponent("cache").path, "HOME": folder.url.path,
                "PATH": "/usr/bin:/bin",
            ], input: "")
        guard built.status == 0 else {
            throw TestFailure("Go could not build sumdb-check: run scripts/setup. \(built.lines)")
        }
        return folder.url.appendingPathComponent("sumdb-check").path
    }

    static func run(_ tree: URL, _ key: String, _ proofs: [[String]]) throws -> (status: Int32, lines: [String]) {
        let input = proofs.map { $0.joined(separator: " ") + "\n" }.joined()
        return try start(program.get(), [tree.path, key], in: tree, environment: [:], input: input)
    }

    private static func start(
        _ program: String, _ arguments: [String], in folder: URL, environment: [String: String], input: String
    ) throws -> (status: Int32, lines: [String]) {
        guard FileManager.default.isExecutableFile(atPath: program) else {
            throw TestFailure("There is no \(program): run scripts/setup.")
        }
        let scratch = try TemporaryFolder()
        let (inputFile, outputFile) = (
            scratch.url.appendingPathComponent("in"), scratch.url.appendingPathComponent("out")
        )
        try Data(input.utf8).write(to: inputFile)
        try Data().write(to: outputFile)
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
        process.currentDirectoryURL = folder
        process.environment = environment
        process.standardInput = try FileHandle(forReadingFrom: inputFile)
        let output = try FileHandle(forWritingTo: outputFile)
        process.standardOutput = output
        process.standardError = output
        try process.run()
        process.waitUntilExit()
        let text = String(decoding: try Data(contentsOf: outputFile), as: UTF8.self)
        return (process.terminationStatus, text.split(separator: "\n").map(String.init))
    }
}
