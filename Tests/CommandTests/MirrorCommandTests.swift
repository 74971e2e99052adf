import Foundation
import Glibc
import Testing

/// `evidence mirror`, as somebody at a terminal meets it.
struct MirrorCommandTests {
    private let laptop: Laptop
    private let archive: [String: String?] = ["EVIDENCE_ARCHIVE": "archive"]

    init() throws {
        laptop = try Laptop.withArchive()
        try laptop.file("甲.txt", "甲\n")
        try laptop.succeed("add", "甲.txt", env: archive)
    }

    @Test func `what it did is said in both languages, and as JSON`() throws {
        let english = try laptop.succeed("mirror", "镜像", env: archive).out
        #expect(english.contains("3 entries, 3 of them new; files copied: 1"))
        #expect(english.contains("The mirror has all that the archive has."))
        #expect(!english.contains("not read again"))
        let chinese = try laptop.succeed("mirror", "镜像", "--lang", "zh", env: archive).out
        #expect(chinese.contains("3 条，其中新增 0 条") && chinese.contains("内容齐全"))
        #expect(chinese.contains("未重新读取；--full 会逐一重读"))
        #expect(Prose.english(in: chinese) == [])
        let json = try laptop.json("mirror", "镜像", env: archive)
        #expect(json["size"]?.int == 3 && json["previousSize"]?.int == 3 && json["copied"]?["files"]?.int == 0)
        #expect(json["problems"]?.array.isEmpty == true)
        #expect(try laptop.succeed("mirror", "镜像", "--quiet", env: archive).outLines.count == 1)
        let status = try laptop.json("status", env: archive)
        #expect(status["copy"]?["path"]?.string == laptop.folder + "/镜像" && status["copy"]?["size"]?.int == 3)
    }

    @Test func `every command that reads works on a mirror, and nothing is asked of keys`() throws {
        try laptop.succeed("mirror", "镜像", env: archive)
        let other: [String: String?] = ["EVIDENCE_HOME": laptop.folder + "/other", "EVIDENCE_ARCHIVE": "镜像"]
        for arguments in [
            ["list"], ["show", "2"], ["get", "2", "--to", "取出"], ["search", "甲"], ["log"], ["prove", "2"],
        ] {
            let outcome = try laptop.start(arguments, env: other).wait()
            #expect(outcome.status == 0, "\(arguments): \(outcome.err)")
        }
        #expect(try laptop.run("verify", "镜像", env: other).status == 3)
        #expect(try laptop.run("verify", "镜像").status == 0)
        // Somebody without keys may keep a mirror too.
        #expect(try laptop.run("mirror", "镜像2", env: other).status == 0)
    }

    @Test func `damage is told with exit status 1, in both languages, and stays out`() throws {
        #expect(try laptop.shell("set -- archive/objects/*/*; chmod u+w $1; echo >> $1").status == 0)
        for (language, word) in [("en", "Not taken over from the archive"), ("zh-Hans", "未从档案带入")] {
            let outcome = try laptop.run("mirror", "镜像", "--lang", language, env: archive)
            #expect(outcome.status == 1 && outcome.out.contains(word) && outcome.out.contains("file-size-differs"))
        }
        let json = try laptop.run("mirror", "镜像", "--json", env: archive)
        #expect(try json.status == 1 && json.json["problems"]?[0]?["code"]?.string == "file-size-differs")
        #expect(try laptop.run("verify", "镜像").out.contains("file-missing"))
    }

    @Test func `referenced files are counted, and the empty place of a mirror is not filled anew`() throws {
        try laptop.file("录像.mp4", "录像\n")
        try laptop.succeed("add", "录像.mp4", "--reference", env: archive)
        #expect(try laptop.shell("mkdir 盘").status == 0)
        let out = try laptop.succeed("mirror", "盘/镜像", env: archive).out
        #expect(out.contains("stayed outside the archive are not in the mirror: 1"))
        #expect(try laptop.shell("mv 盘 拔下").status == 0)
        try laptop.expectRefused("mirror", "盘/镜像", status: 66, naming: "盘/镜像", env: archive)
        #expect(!laptop.exists("盘"))
    }

    @Test(arguments: ["en", "zh-Hans"]) func `a file that is damaged in both is said to be`(language: String) throws {
        try laptop.succeed("mirror", "镜像", env: archive)
        let rot = "for f in archive/objects/*/* 镜像/objects/*/*; do chmod u+w $f; printf 乙 | dd of=$f conv=notrunc; done"
        #expect(try laptop.shell(rot).status == 0)
        let outcome = try laptop.run("mirror", "镜像", "--full", "--lang", language, env: archive)
        let (heading, harmless) =
            language == "en" ? ("Damaged in the mirror as well", "harmed") : ("镜像中也已损坏", "未受影响")
        #expect(outcome.status == 1 && outcome.out.contains(heading) && !outcome.out.contains(harmless))
        if language != "en" { #expect(Prose.english(in: outcome.out.replacing("file-altered", with: "")) == []) }
        let json = try laptop.run("mirror", "镜像", "--full", "--json", env: archive).json
        for list in ["problems", "damaged"] {
            #expect(json[list]?.array.count == 1 && json[list]?[0]?["code"]?.string == "file-altered")
        }
        // What is good here and rotten there is no matter of both.
        #expect(try laptop.shell("for f in archive/objects/*/*; do echo 甲 > $f; done").status == 0)
        #expect(try laptop.json("mirror", "镜像", "--full", env: archive)["damaged"]?.array.isEmpty == true)
    }

    @Test func `places that will not do are refused in one sentence`() throws {
        try laptop.file("满/东西.txt", "x")
        try laptop.expectRefused("mirror", "archive/镜像", status: 65, env: archive)
        try laptop.expectRefused("mirror", ".", status: 65, env: archive)
        try laptop.expectRefused("mirror", "满", status: 65, naming: "东西.txt", env: archive)
        try laptop.expectRefused("mirror", "甲.txt", status: 65, naming: "甲.txt", env: archive)
    }

    @Test(arguments: ["en", "zh-Hans"]) func `a full disk, and one that can only be read`(language: String) throws {
        guard geteuid() == 0 else { return }
        try laptop.sparseFile("big", size: 8 << 20)
        try laptop.succeed("add", "big", env: archive)
        let outcome = try laptop.shell(
            """
            mkdir disk; unshare --mount bash -c '
            mount -t tmpfs -o size=4m tmpfs disk || exit 99
            evidence mirror disk/m --archive archive --lang \(language); status=$?
            mount -o remount,size=64m disk
            evidence mirror disk/m --archive archive --quiet --lang \(language) > again 2>&1 || exit 97
            ls disk/m/incoming > left
            evidence verify disk/m --quiet > verified 2>&1 || exit 96
            mount -o remount,ro disk
            evidence add big --archive archive --title x > /dev/null
            evidence mirror disk/m --archive archive --lang \(language) 2> readonly; test $? = 77 || exit 95
            exit $status'
            """)
        if outcome.status == 99 { return }
        #expect(outcome.status == 74, "\(outcome.err)")
        #expect(outcome.err.contains(language == "en" ? "disk is full" : "磁盘已满"))
        Prose.expectSentence(outcome, language)
        #expect(try Laptop.bytes(laptop.folder + "/left") == [])
        let readOnly = String(decoding: try Laptop.bytes(laptop.folder + "/readonly"), as: UTF8.self)
        #expect(readOnly.contains("disk/m”") && !readOnly.contains("journal"), "\(readOnly)")
    }

    @Test func `a run that was killed is completed by the next`() throws {
        for number in 0..<200 { try laptop.file("材料/\(number)", "\(number)\n") }
        try laptop.succeed("add", "材料", "--each", env: archive)
        try laptop.sparseFile("录像", size: 256 << 20)
        try laptop.succeed("add", "录像", env: archive)
        for pause in [30_000, 200_000, 500_000] as [useconds_t] {
            let run = try laptop.start(["mirror", "镜像"], env: archive)
            usleep(pause)
            run.send(SIGKILL)
            _ = try run.wait()
            if laptop.exists("镜像/archive.sqlite") {
                #expect(try laptop.run("verify", "镜像", "--json").json["problems"]?.array.isEmpty == true)
            }
        }
        try laptop.succeed("mirror", "镜像", env: archive)
        try laptop.succeed("verify", "镜像", "--full")
        #expect(try FileManager.default.contentsOfDirectory(atPath: laptop.folder + "/镜像/incoming") == [])
    }
}
