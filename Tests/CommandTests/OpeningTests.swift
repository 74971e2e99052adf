import Foundation
import Glibc
import Testing

/// `get --open`, with a viewer that writes down what it was given.
struct OpeningTests {
    private let laptop: Laptop
    private let env: [String: String?]

    init() throws {
        laptop = try Laptop.withArchive()
        try laptop.script(
            "bin/xdg-open",
            """
            #!/bin/sh
            printf '%s\\n' $# "$@" > "$0.seen"
            echo "from the viewer"
            exit ${VIEWER_STATUS:-0}
            """)
        env = ["EVIDENCE_ARCHIVE": "archive", "PATH": laptop.folder + "/bin:/usr/bin:/bin"]
        try laptop.file("-rf $(touch pwned) 照片.txt", "照片\n")
        try laptop.file("谈话/录音.m4a", "sound")
        try laptop.file("谈话/记录.txt", "text")
        try laptop.succeed("add", "--", "-rf $(touch pwned) 照片.txt", env: env)
        try laptop.succeed("add", "谈话/录音.m4a", "谈话/记录.txt", env: env)
    }

    private func seen() throws -> [String] {
        String(decoding: try Laptop.bytes(laptop.folder + "/bin/xdg-open.seen"), as: UTF8.self)
            .split(separator: "\n").map(String.init)
    }

    @Test func `the viewer gets one absolute path to a private, checked, read-only copy outside the archive`() throws {
        let before = try laptop.listing()
        let outcome = try laptop.succeed("get", "2", "--open", env: env)
        let seen = try seen()
        try #require(seen.count == 2 && seen[0] == "1")
        let path = seen[1]
        #expect(path.hasPrefix(laptop.home + "/cache/opened/2-") && path.hasSuffix("/-rf $(touch pwned) 照片.txt"))
        #expect(outcome.out.contains("/cache/opened/2-"))
        #expect(try Laptop.bytes(path) == Array("照片\n".utf8))
        #expect(try Laptop.mode(path) == 0o400)
        #expect(try Laptop.mode((path as NSString).deletingLastPathComponent) == 0o700)
        #expect(try laptop.listing() == before)
        #expect(!laptop.exists("pwned"))
    }

    @Test func `of several files the viewer gets the folder`() throws {
        let document = try laptop.json("get", "3", "--open", env: env)
        let paths = document["files"]?.array.compactMap { $0["path"]?.string } ?? []
        #expect(paths.map { ($0 as NSString).lastPathComponent } == ["录音.m4a", "记录.txt"])
        #expect(try seen() == ["1", (paths[0] as NSString).deletingLastPathComponent])
    }

    @Test func `a viewer that is missing or fails is named, with where the copy lies`() throws {
        var changed = env
        changed["VIEWER_STATUS"] = "3"
        for language in ["en", "zh-Hans"] {
            for (env, word) in [(changed, "3"), (env.merging(["PATH": "bin:/nowhere"]) { $1 }, "xdg-open")] {
                let outcome = try laptop.start(["get", "2", "--open", "--json", "--lang", language], env: env).wait()
                #expect(outcome.status == 66)
                #expect(outcome.out == "")
                #expect(outcome.err.contains(word) && outcome.err.contains("/cache/opened/2-"))
                #expect(Prose.english(in: outcome.errLines.last ?? "") == [] || language == "en")
            }
        }
        try laptop.expectRefused("get", "2", "--open", "--to", "x", status: 64, env: env)
        try laptop.expectRefused("get", "0", "--open", status: 65, env: env)
        try laptop.expectRefused("get", "99", "--open", status: 66, env: env)
    }

    @Test func `copies of earlier days are removed, younger ones are not`() throws {
        let opened = laptop.home + "/cache/opened"
        try laptop.succeed("get", "2", "--open", env: env)
        let old = try #require(try FileManager.default.contentsOfDirectory(atPath: opened).first)
        try laptop.succeed("get", "2", "--open", env: env)
        #expect(try FileManager.default.contentsOfDirectory(atPath: opened).count == 2)
        #expect(
            try laptop.shell("touch -d '25 hours ago' home 2>/dev/null; touch -d '25 hours ago' '\(opened)/\(old)'")
                .status == 0)
        try laptop.succeed("get", "2", "--open", env: env)
        let left = try FileManager.default.contentsOfDirectory(atPath: opened)
        #expect(left.count == 2 && !left.contains(old))
    }

    @Test func `a withdrawal removes what was opened`() throws {
        try laptop.succeed("get", "2", "--open", env: env)
        try laptop.succeed("withdraw", "2", "--authority", "省安委办", "--reason", "涉密", env: env)
        #expect(!FileManager.default.fileExists(atPath: laptop.home + "/cache/opened"))
        try laptop.expectRefused("get", "2", "--open", status: 66, env: env)
    }

    @Test func `nothing altered is opened, and no copy of it stays`() throws {
        let sha256 = try #require(try laptop.json("show", "2", env: env)["files"]?[0]?["sha256"]?.string)
        let object = laptop.archive + "/objects/\(sha256.prefix(2))/\(sha256)"
        #expect(chmod(object, 0o644) == 0)
        try Data("照骗\n".utf8).write(to: URL(fileURLWithPath: object))
        #expect(try laptop.run("get", "2", "--open", env: env).status == 1)
        #expect(!laptop.exists("bin/xdg-open.seen"))
        #expect(try FileManager.default.contentsOfDirectory(atPath: laptop.home + "/cache/opened").isEmpty)
    }
}
