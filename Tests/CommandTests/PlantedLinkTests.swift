import Foundation
import Testing

/// Links where folders should be: nothing is written or read through them.
struct PlantedLinkTests {
    private let laptop: Laptop
    private let here: [String: String?] = ["EVIDENCE_ARCHIVE": "archive"]

    /// Entry 2 is the file `材料/甲`, which a mirror has too; `外` is a folder elsewhere.
    init() throws {
        laptop = try Laptop.withArchive()
        try laptop.file("材料/甲", "甲\n")
        try laptop.succeed("add", "材料", env: here)
        try laptop.succeed("mirror", "镜像", env: here)
        try laptop.file("乙", "乙\n")
        try #require(laptop.shell("mkdir 外").status == 0)
    }

    /// Puts a folder of an archive elsewhere, with a link to it in its place.
    private func plant(_ folder: String, in archive: String) throws {
        let planted = try laptop.shell(
            """
            cd \(archive) && mkdir -p \(folder) && mv \(folder) ../外/原处 && ln -s "$OLDPWD/外/原处" \(folder)
            cd .. && find 外 | sort > 前
            """)
        try #require(planted.status == 0, "\(planted.err)")
    }

    private func expectNothingOutside(sourceLocation: SourceLocation = #_sourceLocation) throws {
        let left = try laptop.shell("find 外 | sort | diff 前 -")
        #expect(left.status == 0, "\(left.out)", sourceLocation: sourceLocation)
    }

    /// The folder of stored files in which a file's copy would lie.
    private func shelf(of file: String) throws -> String {
        try "objects/" + laptop.shell("sha256sum \(file) | cut -c1-2 | tr -d '\n'").out
    }

    @Test(arguments: ["objects", "incoming", "aside", "shelf"])
    func `an archive of which a folder is a link is not written to`(name: String) throws {
        let folder = name == "shelf" ? try shelf(of: "乙") : name
        try plant(folder, in: "archive")
        try laptop.expectRefused("add", "乙", status: 65, naming: "archive/\(folder)”", env: here)
        try laptop.expectRefused(
            "withdraw", "2", "--authority", "省安委办", "--reason", "误存", status: 65, naming: "archive/\(folder)”",
            env: here)
        try expectNothingOutside()
    }

    @Test(arguments: ["objects", "incoming", "aside", "shelf"])
    func `nor is a mirror of which one is`(name: String) throws {
        let folder = name == "shelf" ? try shelf(of: "乙") : name
        try laptop.succeed("add", "乙", env: here)
        try plant(folder, in: "镜像")
        try laptop.expectRefused("mirror", "镜像", status: 65, naming: "镜像/\(folder)”", env: here)
        try expectNothingOutside()
    }

    @Test func `a repair puts nothing through a link`() throws {
        let folder = try shelf(of: "材料/甲")
        try plant(folder, in: "archive")
        try laptop.expectRefused("repair", "--from", "镜像", status: 65, naming: "archive/\(folder)”", env: here)
        try expectNothingOutside()
    }

    @Test func `a stored file is not read through a link`() throws {
        let folder = try shelf(of: "材料/甲")
        try plant(folder, in: "archive")
        try laptop.expectRefused("get", "2", "--to", "出", status: 65, naming: "archive/\(folder)”", env: here)
    }

    @Test func `a copy is not written through a link that waits in the folder`() throws {
        try #require(laptop.shell("mkdir 出 && ln -s ../外 出/材料").status == 0)
        try laptop.expectRefused("get", "2", "--to", "出", status: 65, naming: "出/材料”", env: here)
        #expect(try laptop.shell("ls 外; ls -A 出").out == "材料\n")
        // The folder that is named may be reached through links.
        try #require(laptop.shell("ln -s 外 路").status == 0)
        try laptop.succeed("get", "2", "--to", "路/里", env: here)
        #expect(try laptop.shell("cmp 外/里/材料/甲 材料/甲").status == 0)
    }

    @Test func `what is named may be reached through links`() throws {
        try #require(laptop.shell("ln -s . 路").status == 0)
        try laptop.succeed("case", "open", "案", env: here)
        try laptop.succeed("add", "路/乙", "--case", "案", "--archive", "路/archive")
        try laptop.succeed("add", "路/材料", "--reference", "--archive", "路/archive")
        for command in [
            ["export", "--case", "案", "--to", "路/包"], ["report", "--case", "案", "--to", "路/报告.html"],
            ["publish", "路/公布"], ["mirror", "路/另一镜像"],
            ["receipt", "--to", "路/回执.txt"],
            ["verify", "路/包"], ["verify", "路/公布"], ["verify", "路/另一镜像"],
        ] {
            let archive = command[0] == "verify" ? [] : ["--archive", "路/archive"]
            let outcome = try laptop.start(command + archive).wait()
            #expect([0, 3].contains(outcome.status), "\(command): \(outcome.err)")
        }
        try laptop.expectVerified()
    }

    /// One that comes between looking and writing.
    @Test func `a file that appears at the last moment is not overwritten`() throws {
        try laptop.file("回执.txt", "别人的\n")
        let outcome = try laptop.shell(
            """
            strace -f -qq -o trace -e trace=newfstatat -P 回执.txt -e inject=newfstatat:error=ENOENT \
            evidence receipt --to 回执.txt --archive archive
            """)
        #expect(outcome.status == 65 && outcome.err.contains("回执.txt"), "\(outcome.err)")
        #expect(try laptop.shell("cat 回执.txt; ls -A | grep -c tmp").out == "别人的\n0\n")
    }
}
