import EvidenceTestSupport
import Foundation
import Glibc
import Testing

/// `export --zip`, and `verify` of what it writes.
struct ZIPExportTests {
    private let laptop: Laptop
    private let archive: [String: String?] = ["EVIDENCE_ARCHIVE": "archive"]

    init() throws {
        laptop = try Laptop.withArchive()
        try laptop.succeed("case", "open", "甲", env: archive)
        try laptop.file("现场照片.jpg", bytes: (0..<300_000).map { UInt8(truncatingIfNeeded: $0 &* 31 ^ $0 >> 8) })
        try laptop.file("来信.txt", "来信\n")
        try laptop.succeed("add", "现场照片.jpg", "来信.txt", "--each", "--case", "甲", env: archive)
    }

    /// The names in the working folder that the test did not make, such as what an export left behind.
    private func leftBehind() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: laptop.folder)
            .filter { $0.hasPrefix(".") || $0.contains("partial") }
    }

    @Test func `a case goes out as a ZIP, is verified there, and unpacks to a bundle`() throws {
        let exported = try laptop.json("export", "--case", "甲", "--to", "甲.zip", "--zip", env: archive)
        #expect(exported["files"]?.int == 2 && exported["form"]?.string == "zip")
        let zip = try laptop.json("verify", "甲.zip", env: archive)
        #expect(zip["ok"]?.bool == true && zip["complete"]?.bool == true && zip["subject"]?.string == "bundle")
        #expect(zip["checked"]?["files"]?.int == 2)
        let unpacked = try laptop.shell("unzip -q 甲.zip -d 解压")
        #expect(unpacked.status == 0, "\(unpacked.err)")
        #expect(try laptop.json("verify", "解压", env: archive)["checked"] == zip["checked"])
        #expect(try laptop.run("verify", "--against", "甲.zip", "--quick", env: archive).status == 3)
        #expect(try Laptop.mode(laptop.folder + "/甲.zip") == 0o600)
        #expect(try leftBehind() == [])
        for language in ["en", "zh-Hans"] {
            let said = try laptop.succeed("verify", "甲.zip", "--lang", language, env: archive)
            #expect(said.out.contains("甲"))
        }
    }

    @Test func `a byte changed in a ZIP is found, and named where it is in a file`() throws {
        try laptop.succeed("export", "--case", "甲", "--to", "甲.zip", "--zip", env: archive)
        var bytes = try Laptop.bytes(laptop.folder + "/甲.zip")
        let photo = try Laptop.bytes(laptop.folder + "/现场照片.jpg")
        let start = try #require(Data(bytes).range(of: Data(photo))).lowerBound
        bytes[start + 1_000] ^= 1
        try laptop.file("甲.zip", bytes: bytes)
        let outcome = try laptop.run("verify", "甲.zip", "--json", env: archive)
        #expect(outcome.status == 1)
        #expect(
            try outcome.json["problems"]?.array.compactMap { $0["code"]?.string } == ["file-altered", "bag-malformed"])
    }

    @Test func `what is in the way or is no bundle's ZIP is refused in one sentence`() throws {
        try laptop.succeed("export", "--case", "甲", "--to", "甲.zip", "--zip", env: archive)
        try laptop.expectRefused(
            "export", "--case", "甲", "--to", "甲.zip", "--zip", status: 65, naming: "甲.zip", env: archive)
        try laptop.expectRefused("export", "--case", "甲", "--to", "乙.zip", status: 64, naming: "--zip", env: archive)
        try laptop.file("占位/x")
        try laptop.expectRefused(
            "export", "--case", "甲", "--to", "占位", "--zip", status: 65, naming: "占位", env: archive)
        try laptop.expectRefused("verify", "来信.txt", status: 65, naming: "来信.txt", env: archive)
        try laptop.expectRefused("verify", "甲.zip", "--quick", status: 64, env: archive)
        let cut = try laptop.shell("head -c 5000 甲.zip > 半个.zip; echo x | cat 甲.zip - > 多余.zip; ln -s 甲.zip 链接.zip")
        #expect(cut.status == 0, "\(cut.err)")
        try laptop.expectRefused("verify", "半个.zip", status: 65, naming: "半个.zip", env: archive)
        try laptop.expectRefused("verify", "多余.zip", status: 65, naming: "多余.zip", env: archive)
        let packed = try laptop.shell(
            "mkdir b && unzip -q 甲.zip -d b && cd b && zip -q -r ../压缩.zip . && zip -q ../信.zip ../来信.txt")
        #expect(packed.status == 0, "\(packed.err)")
        try laptop.expectRefused("verify", "压缩.zip", status: 65, naming: "压缩.zip", env: archive)
        try laptop.succeed("verify", "链接.zip", env: archive)
    }

    @Test(arguments: TestTier.some([["--zip"], ["--encrypt-to", "reader.pem"], []], oneIn: 2))
    func `a full disk leaves nothing of an export`(options: [String]) throws {
        guard geteuid() == 0 else { return }
        let key = try laptop.shell(
            "openssl req -x509 -newkey rsa:2048 -nodes -subj /CN=x -days 9 -keyout reader.key -out reader.pem")
        #expect(key.status == 0, "\(key.err)")
        try laptop.sparseFile("录像.mp4", size: 8 << 20)
        try laptop.succeed("add", "录像.mp4", "--case", "甲", env: archive)
        for language in ["en", "zh-Hans"] {
            let outcome = try laptop.shell(
                """
                unshare --mount bash -c '
                mkdir -p disk; mount -t tmpfs -o size=4m tmpfs disk || exit 99
                evidence export --case 甲 --to disk/out \(options.joined(separator: " ")) --lang \(language); status=$?
                ls -A disk > left
                exit $status'
                """, env: archive)
            if outcome.status == 99 { return }
            #expect(outcome.status == 74, "\(outcome.err)")
            #expect(outcome.out == "")
            Prose.expectSentence(outcome, language)
            #expect(try Laptop.bytes(laptop.folder + "/left") == [])
        }
        try laptop.expectVerified()
    }

    @Test(arguments: TestTier.some([["--zip"], ["--encrypt-to", "reader.pem"]], oneIn: 2))
    func `Ctrl-C leaves nothing of an export`(options: [String]) throws {
        let key = try laptop.shell(
            "openssl req -x509 -newkey rsa:2048 -nodes -subj /CN=x -days 9 -keyout reader.key -out reader.pem")
        #expect(key.status == 0, "\(key.err)")
        try laptop.sparseFile("录像.mp4", size: 256 << 20)
        try laptop.succeed("add", "录像.mp4", "--case", "甲", env: archive)
        let exporting = try laptop.start(["export", "--case", "甲", "--to", "out"] + options, env: archive)
        try wait { try leftBehind() != [] }
        exporting.send(SIGINT)
        let outcome = try exporting.wait()
        #expect(outcome.status == 130, "\(outcome.err)")
        #expect(try leftBehind() == [] && !laptop.exists("out"))
        try laptop.expectVerified()
    }

    @Test func `a large file goes into a ZIP and is verified there in little memory`() throws {
        try laptop.sparseFile("录像.mp4", size: 256 << 20)
        try laptop.succeed("add", "录像.mp4", "--case", "甲", env: archive)
        for command in [["export", "--case", "甲", "--to", "甲.zip", "--zip"], ["verify", "甲.zip"]] {
            let outcome = try laptop.start(command, env: archive).wait(measured: true)
            #expect(outcome.status == 0, "\(outcome.err)")
            outcome.expectPeak(below: 100 * 1_024, command)
        }
    }
}
