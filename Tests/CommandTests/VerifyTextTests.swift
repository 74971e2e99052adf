import EvidenceTestSupport
import Foundation
import Testing

/// What somebody without our software is told to do, done as it is printed.
struct VerifyTextTests {
    private let laptop: Laptop
    private let server: TimestampServer
    private let archive: [String: String?] = ["EVIDENCE_ARCHIVE": "archive"]
    /// The archive's key, as its keeper tells it.
    private let key: String

    init() throws {
        laptop = try Laptop.withArchive()
        server = try TimestampServer(TimestampAuthority())
        for name in ["a", "b", "c"] { try laptop.file(name + ".txt", name) }
        try laptop.succeed("case", "open", "HN-2026-001", "--title", "冷库", env: archive)
        try laptop.succeed("add", "a.txt", "--case", "HN-2026-001", env: archive)
        try laptop.succeed("timestamp", "--tsa", server.address(), env: archive)
        try laptop.succeed("add", "b.txt", "--case", "HN-2026-001", env: archive)
        try laptop.succeed("add", "c.txt", env: archive)
        key = try #require(try laptop.json("status", env: archive)["key"]?.string)
    }

    private func export(_ arguments: String...) throws {
        let outcome = try laptop.start(["export", "--case", "HN-2026-001", "--to", "bundle"] + arguments, env: archive)
            .wait()
        try #require(outcome.status == 0, "\(outcome.err)")
    }

    /// The indented lines of a text.
    private func commands(_ name: String, of bundle: String? = nil) throws -> [String] {
        let path = (bundle ?? laptop.folder + "/bundle") + "/" + name
        return String(decoding: try Laptop.bytes(path), as: UTF8.self).split(separator: "\n")
            .filter { $0.hasPrefix("    ") }.map { String($0.dropFirst(4)) }
    }

    /// Runs the commands in the bundle's folder, with what a reader fills in, up to the first that fails.
    private func check(
        _ name: String = "VERIFY.txt", in place: Laptop? = nil, key: String? = nil, roots: String? = nil
    ) throws -> Outcome {
        let laptop = place ?? self.laptop
        let roots = roots ?? server.authority.folder.appendingPathComponent("root.pem").path
        let filled = try commands(name, of: laptop.folder + "/bundle").map { line in
            if line.hasPrefix("KEY='") { return "KEY='\(key ?? self.key)'" }
            return line.hasPrefix("CA='") ? "CA='\(roots)'" : line
        }
        try laptop.file("check.sh", (["set -eu -o pipefail", "cd bundle"] + filled).joined(separator: "\n") + "\n")
        let outcome = try laptop.shell("bash check.sh 2>&1")
        // Checking leaves nothing in the folder, or the next check would fail.
        #expect(try !laptop.shell("find bundle -newer check.sh").out.contains("bundle"))
        return outcome
    }

    @Test(arguments: [[], ["--slim"], ["--withhold", "5"]])
    func `every printed command succeeds on a good bundle, in either language's text`(options: [String]) throws {
        let outcome = try laptop.start(
            ["export", "--case", "HN-2026-001", "--to", "bundle"] + options, env: archive
        ).wait()
        try #require(outcome.status == 0, "\(outcome.err)")
        let english = try commands("VERIFY.txt")
        #expect(english.count >= 14)
        let chinese = try commands("VERIFY.zh-CN.txt")
        func rest(_ lines: [String]) -> [String] { lines.filter { !$0.hasPrefix("KEY=") && !$0.hasPrefix("CA=") } }
        #expect(rest(english) == rest(chinese) && english.count == chinese.count)
        let checked = try check()
        #expect(checked.status == 0, "\(checked.out)")
        for words in [
            "same key", "files: good", "lists: good", "tagmanifest-sha256.txt: OK", "archive.pem: same key",
            "GOOD 完好", "Verification: OK", "Time stamp",
        ] {
            #expect(checked.out.contains(words), "\(words): \(checked.out)")
        }
        #expect(checked.out.components(separatedBy: "Signature Verified Successfully").count == 3)
        #expect(checked.out.contains("is here without its content") == options.contains("--withhold"))
        let text = String(decoding: try Laptop.bytes(laptop.folder + "/bundle/VERIFY.txt"), as: UTF8.self)
        #expect(text.contains("the exporter kept it back") == options.contains("--withhold"))
        #expect(text.contains("belong to other dossiers") == options.contains("--slim"))
    }

    @Test func `another key and another authority are told at once`() throws {
        try export()
        let other = try Laptop.withArchive()
        let stranger = try #require(try other.json("status", "--archive", "archive")["key"]?.string)
        let wrong = try check(key: stranger)
        #expect(wrong.status != 0 && wrong.out.contains("ANOTHER KEY"), "\(wrong.out)")
        let authority = try TimestampAuthority()
        let untrusted = try check(roots: authority.folder.appendingPathComponent("root.pem").path)
        #expect(untrusted.status != 0 && untrusted.out.contains("Verification: FAILED"), "\(untrusted.out)")
        #expect(try laptop.shell("cd bundle && python3 verify.py").out.contains("no key was compared"))
    }

    @Test func `a bundle of an archive that no outsider vouches for is good too`() throws {
        let plain = try Laptop.withArchive()
        try plain.file("a.txt", "a")
        try plain.succeed("case", "open", "HN-2026-001", "--title", "冷库", env: archive)
        try plain.succeed("add", "a.txt", "--case", "HN-2026-001", env: archive)
        try plain.succeed("export", "--case", "HN-2026-001", "--to", "bundle", env: archive)
        let key = try #require(try plain.json("status", env: archive)["key"]?.string)
        let checked = try check(in: plain, key: key)
        #expect(checked.status == 0 && checked.out.contains("GOOD 完好\n"), "\(checked.out)")
        #expect(!checked.out.contains("Time stamp"))
    }

    /// Makes lists and signatures anew, as somebody does who has every key in the office.
    static let reseal = """
        cd bundle
        find data -type f | LC_ALL=C sort | xargs sha256sum > manifest-sha256.txt
        ls -p | grep -v / | grep -v tagmanifest | LC_ALL=C sort | xargs sha256sum > tagmanifest-sha256.txt
        """
    static let sign = """
        note=signatures/tagmanifest.note
        { sed -n 1,2p $note; sha256sum tagmanifest-sha256.txt | cut -d' ' -f1; } > ../text
        { cat ../text; echo
          for n in 5 6; do
            name=$(sed -n ${n}p $note | cut -d' ' -f2)
            sed -n ${n}p $note | cut -d' ' -f3 | base64 -d | head -c 4 > ../id
            private=$(ls ../../home/archives/*.pem)
            if [ $n = 6 ]; then private=../../home/signers/$name.pem; fi
            openssl pkeyutl -sign -inkey "$private" -rawin -in ../text > ../sig
            echo "— $name $(cat ../id ../sig | base64 -w0)"
          done; } > ../note
        cp ../note $note
        """

    /// How a bundle is altered, who is needed for it, and what then says so.
    private static let alterations: [(what: String, script: String, word: String)] = [
        ("a file", "printf x >> $(ls bundle/data/files/* | head -n 1)", "FAILED"),
        (
            "a file's bytes, by whoever has all keys",
            "printf x > $(ls bundle/data/files/* | head -n 1)\n\(reseal)\n\(sign)", "was altered"
        ),
        (
            "a record with its file dropped, by whoever has all keys",
            "rm bundle/data/bodies/3.json $(ls bundle/data/files/* | head -n 1)\n\(reseal)\n\(sign)",
            "nobody kept it back"
        ),
        (
            "what was not recorded slipped in, by whoever has all keys",
            "echo x > bundle/data/files/$(echo x | sha256sum | cut -d' ' -f1).txt\n\(reseal)\n\(sign)",
            "belongs to nothing that was recorded"
        ),
        ("a page", "sed -i 's/冷库/仓库/' bundle/index.html", "index.html: FAILED"),
        ("a file more", "touch bundle/data/files/more.txt", "is in no list"),
        (
            "a link in a file's place", "cd bundle && mv VERIFY.zh-CN.txt .. && ln -s ../VERIFY.zh-CN.txt .",
            "was altered"
        ),
        ("lists made anew", "sed -i 's/冷库/仓库/' bundle/index.html\n\(reseal)", "tagmanifest-sha256.txt: FAILED"),
        (
            "lists made anew and written into the note",
            """
            sed -i 's/冷库/仓库/' bundle/index.html
            \(reseal)
            sed -i "3s/.*/$(sha256sum tagmanifest-sha256.txt | cut -d' ' -f1)/" signatures/tagmanifest.note
            """, "Signature Verification Failure"
        ),
        (
            "a body, by whoever has all keys", "sed -i 's/a.txt/b.txt/' bundle/data/bodies/3.json\n\(reseal)\n\(sign)",
            "the content of entry 3 was altered"
        ),
        (
            "an entry, by whoever has all keys",
            "sed -i 's/evidence.added/evidence.adder/' bundle/data/log/tile/entries/*.p/*\n\(reseal)\n\(sign)",
            "is not the one that was signed"
        ),
        (
            "the newest entries cut off, by whoever has all keys",
            "rm bundle/data/log/tile/entries/*.p/*\n\(reseal)\n\(sign)", "cannot be read as a bundle"
        ),
        (
            "a proof, by whoever has all keys",
            "sed -i 's/^index 3/index 4/' bundle/data/proofs/3.tlog-proof\n\(reseal)\n\(sign)",
            "3.tlog-proof proves nothing"
        ),
        (
            "a key in PEM, by whoever has all keys",
            "cp bundle/data/keys/signers/lisi.pem bundle/data/keys/archive.pem\n\(reseal)\n\(sign)",
            "archive.pem: ANOTHER KEY"
        ),
    ]

    @Test(arguments: TestTier.some(Array(alterations.indices), oneIn: 3))
    func `what was altered makes a printed command fail, with a word that says so`(index: Int) throws {
        try export()
        let alteration = VerifyTextTests.alterations[index]
        let altered = try laptop.shell("set -e\n\(alteration.script)")
        try #require(altered.status == 0, "\(alteration.what): \(altered.err)")
        let outcome = try check()
        #expect(outcome.status != 0, "\(alteration.what): \(outcome.out)")
        #expect(outcome.out.contains(alteration.word), "\(alteration.what): \(outcome.out)")
        // The program of the archive finds it too.
        #expect(try laptop.run("verify", "bundle").status == 1, "\(alteration.what)")
    }
}
