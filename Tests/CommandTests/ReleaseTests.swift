import EvidenceTestSupport
import Foundation
import Testing

/// What `scripts/release` packs, from the program that the tests run.
struct ReleaseTests {
    private let laptop: Laptop
    private let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().path

    init() throws {
        laptop = try Laptop()
        // A few bytes that lead to the debug program: packing that itself takes long.
        try laptop.script("bin/program", "#!/bin/sh\nexec '\(BuiltProgram.path)' \"$@\"\n")
    }

    private func release(to folder: String, epoch: String = "1773298800") throws -> Outcome {
        try laptop.shell(
            "'\(root)/scripts/release' --binary \"$PWD/bin/program\" --to \"$PWD/\(folder)\"",
            env: ["SOURCE_DATE_EPOCH": epoch])
    }

    @Test func `the same program is packed into the same bytes, whose digest lies beside them`() throws {
        for folder in ["first", "second"] {
            let outcome = try release(to: folder)
            #expect(outcome.status == 0 && outcome.err == "", "\(outcome.err)")
        }
        #expect(try laptop.shell("cmp first/*.tar.gz second/*.tar.gz && cd first && sha256sum -c *.sha256").status == 0)
        #expect(try release(to: "third", epoch: "1773298801").status == 0)
        #expect(try laptop.shell("cmp first/*.tar.gz third/*.tar.gz").status != 0)
        let owners = try laptop.shell("tar --numeric-owner -tvzf first/*.tar.gz | awk '{print $2, $4}' | sort -u")
        #expect(owners.outLines == ["0/0 2026-03-12"])
        let names = try laptop.shell("tar -tzf first/*.tar.gz").outLines
        #expect(names == names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) })
        #expect(Set(names.map { $0.split(separator: "/")[0] }).count == 1)
    }

    @Test func `unpacked below a prefix, the program, its manual and its completions are found`() throws {
        #expect(try release(to: "out").status == 0)
        let unpacked = try laptop.shell("mkdir usr && tar -xzf out/*.tar.gz -C usr --strip-components=1")
        #expect(unpacked.status == 0, "\(unpacked.err)")
        #expect(try laptop.shell("usr/bin/evidence --version").out == (try laptop.succeed("--version").out))
        for (folder, word) in [("", "Put files into the archive"), ("/zh_CN", "将文件作为证据存入档案")] {
            let page = try laptop.shell("man -l usr/share/man\(folder)/man1/evidence-add.1")
            #expect(page.out.contains(word), "\(page.err)")
        }
        for file in [
            "bash-completion/completions/evidence", "zsh/site-functions/_evidence",
            "fish/vendor_completions.d/evidence.fish", "doc/evidence/LICENSE", "doc/evidence/README.zh-CN.md",
            "doc/evidence/licenses/GRDB.swift.txt", "doc/evidence/licenses/swift-argument-parser.txt",
        ] {
            #expect(try !Laptop.bytes(laptop.folder + "/usr/share/" + file).isEmpty, "\(file)")
        }
        #expect(try laptop.shell("bash -n usr/share/bash-completion/completions/evidence").status == 0)
        #expect(try laptop.shell("zsh -n usr/share/zsh/site-functions/_evidence").status == 0)
        #expect(try laptop.shell("fish -n usr/share/fish/vendor_completions.d/evidence.fish").status == 0)
        // What the documents name lies where they say.
        let links = try laptop.shell(
            "cd usr/share/doc/evidence && grep -oh '](\\([^)#]*\\)' *.md | sed 's/](//' | grep -v '^http' | sort -u")
        for link in links.outLines {
            #expect(
                FileManager.default.fileExists(atPath: laptop.folder + "/usr/share/doc/evidence/" + link), "\(link)")
        }
        let verifier = "usr/share/doc/evidence/scripts/verify-independent.py"
        #expect(try laptop.shell("'\(root)/.venv/bin/python' \(verifier) --help").status == 0)
    }

    @Test func `an unknown option is refused`() throws {
        #expect(try laptop.shell("'\(root)/scripts/release' --fast").status == 64)
    }
}
