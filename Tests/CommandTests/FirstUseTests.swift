import Foundation
import Testing

struct FirstUseTests {
    @Test func `one command makes all that a first user needs`() throws {
        let laptop = try Laptop()
        let made = try laptop.succeed(
            "init", "巡查档案", "--origin", "evidence.example/team-7", "--as", "lisi", "--person", "李四", "--json")
        #expect(try made.json.names == ["checkpoint", "key", "origin", "path", "signer"])
        #expect(try made.json["checkpoint"]?["size"]?.int == 2)
        try laptop.file("来信.txt", "来信\n")
        // Neither the signer nor the archive needs naming from within the archive.
        let added = try laptop.run("add", "../来信.txt", in: laptop.folder + "/巡查档案")
        #expect(added.status == 0, "\(added.err)")
        #expect(try laptop.run("verify", "巡查档案").status == 0)
        let signers = try laptop.json("signer", "list", "--archive", "巡查档案")["signers"]
        #expect(signers?[0]?["person"]?.string == "李四")
        #expect(signers?[0]?["mayEnrol"]?.bool == true)
        #expect(signers?[0]?["keyHere"]?.bool == true)
        #expect(signers?.array.count == 1)
    }

    @Test func `init says what is missing, and makes nothing`() throws {
        let laptop = try Laptop()
        let origin = "evidence.example/team-7"
        try laptop.expectRefused("init", "archive", status: 64, naming: "--origin")
        try laptop.expectRefused("init", "archive", "--origin", origin, status: 64, naming: "--as", "--person")
        try laptop.expectRefused("init", "archive", "--origin", origin, "--as", "lisi", status: 64, naming: "--person")
        try laptop.expectRefused(
            "init", "archive", "--origin", "two words", "--as", "lisi", "--person", "李四", status: 64,
            naming: "two words")
        try laptop.expectRefused(
            "init", "archive", "--origin", origin, "--as", "Li Si", "--person", "李四", status: 64, naming: "Li Si")
        try laptop.expectRefused(
            "init", "archive", "--origin", "lisi", "--as", "lisi", "--person", "李四", status: 64)
        #expect(!laptop.exists("archive"))
    }

    @Test func `init leaves an archive and a folder with files alone`() throws {
        let laptop = try Laptop.withArchive()
        try laptop.expectRefused("init", "archive", "--origin", "other.example/a", status: 65, naming: "archive")
        try laptop.file("file", "")
        let onFile = try laptop.run("init", "file", "--origin", "other.example/a")
        #expect(onFile.status == 65 || onFile.status == 74)
        #expect(laptop.exists("file"))
        try laptop.expectVerified()
    }

    @Test func `a second inspector joins the same laptop in two commands`() throws {
        let laptop = try Laptop.withArchive()
        let archive: [String: String?] = ["EVIDENCE_ARCHIVE": "archive"]
        try laptop.file("a")
        try laptop.succeed("signer", "create", "wangwu", "--person", "王五", "--unit", "省安委办")
        try laptop.succeed("signer", "enroll", "wangwu", "--as", "lisi", env: archive)
        let added = try laptop.json("add", "a", "--as", "wangwu", env: archive)
        let seq = try #require(added["entries"]?[0]?["seq"]?.int)
        let shown = try laptop.json("show", "\(seq)", env: archive)
        #expect(shown["actor"]?.string == "wangwu")
        #expect(shown["person"]?.string == "王五")
        try laptop.expectVerified()
    }

    @Test func `with several signers here the commands want --as`() throws {
        let laptop = try Laptop.withArchive()
        try laptop.succeed("signer", "create", "wangwu", "--person", "王五")
        try laptop.file("a")
        let archive: [String: String?] = ["EVIDENCE_ARCHIVE": "archive"]
        try laptop.expectRefused("add", "a", status: 64, naming: "--as", "lisi", "wangwu", env: archive)
        try laptop.expectRefused("add", "a", "--as", "wangwu", status: 77, naming: "wangwu", env: archive)
        try laptop.expectRefused("add", "a", "--as", "nobody", status: 77, naming: "nobody", env: archive)
        try laptop.succeed("add", "a", env: ["EVIDENCE_ARCHIVE": "archive", "EVIDENCE_SIGNER": "lisi"])
    }

    @Test func `a slip carries a signer from another laptop`() throws {
        let (laptop, other) = (try Laptop.withArchive(), try Laptop())
        let slip = laptop.folder + "/wangwu.slip"
        try other.succeed("signer", "create", "wangwu", "--person", "王五", "--role", "检查员", "--to", slip)
        let archive: [String: String?] = ["EVIDENCE_ARCHIVE": "archive"]
        let enrolled = try laptop.json("signer", "enroll", "wangwu.slip", "--may-enrol", env: archive)
        #expect(enrolled["name"]?.string == "wangwu")
        #expect(enrolled["person"]?.string == "王五")
        try laptop.expectRefused("signer", "enroll", "wangwu.slip", status: 65, naming: "wangwu", env: archive)
        let listed = try laptop.json("signer", "list", env: archive)["signers"]?[1]
        #expect(listed?["role"]?.string == "检查员")
        #expect(listed?["mayEnrol"]?.bool == true)
        #expect(listed?["keyHere"]?.bool == false)
        var bytes = try Laptop.bytes(slip)
        bytes[bytes.count / 2] ^= 1
        try laptop.file("bad.slip", bytes: bytes)
        try laptop.expectRefused("signer", "enroll", "bad.slip", status: 65, naming: "bad.slip", env: archive)
        try laptop.expectRefused("signer", "enroll", "none.slip", status: 66, naming: "none.slip", env: archive)
    }

    @Test func `a revoked signer adds nothing more, and the last who may enrol stays`() throws {
        let laptop = try Laptop.withArchive()
        let archive: [String: String?] = ["EVIDENCE_ARCHIVE": "archive", "EVIDENCE_SIGNER": "lisi"]
        try laptop.file("a")
        try laptop.expectRefused("signer", "revoke", "lisi", "--reason", "调离", status: 77, naming: "lisi", env: archive)
        try laptop.expectRefused(
            "signer", "revoke", "wangwu", "--reason", "调离", status: 66, naming: "wangwu", env: archive)
        try laptop.succeed("signer", "create", "wangwu", "--person", "王五")
        try laptop.succeed("signer", "enroll", "wangwu", env: archive)
        try laptop.expectRefused(
            "signer", "revoke", "lisi", "--reason", "调离", "--as", "wangwu", status: 77, naming: "wangwu", env: archive)
        try laptop.succeed("signer", "revoke", "wangwu", "--reason", "调离", env: archive)
        try laptop.expectRefused("add", "a", "--as", "wangwu", status: 77, naming: "wangwu", env: archive)
        try laptop.expectRefused(
            "signer", "revoke", "wangwu", "--reason", "调离", status: 65, naming: "wangwu", env: archive)
        let signers = try laptop.json("signer", "list", env: archive)["signers"]
        #expect(signers?[1]?["revokedAt"]?.int == 3)
        try laptop.expectVerified()
    }

    @Test func `the archive's key moves encrypted to another machine`() throws {
        let (laptop, other) = (try Laptop.withArchive(), try Laptop())
        let (key, passphrase) = (
            laptop.folder + "/archive.pem", try laptop.privateFile("passphrase", "correct horse\n")
        )
        let archive: [String: String?] = ["EVIDENCE_ARCHIVE": laptop.archive]
        let open: [String: String?] = ["EVIDENCE_ARCHIVE": laptop.archive, "EVIDENCE_PASSPHRASE_FILE": passphrase]
        try laptop.expectRefused("signer", "archive-key", "--to", key, status: 64, env: archive)
        try laptop.succeed("signer", "archive-key", "--to", key, env: open)
        #expect(String(decoding: try Laptop.bytes(key), as: UTF8.self).contains("ENCRYPTED PRIVATE KEY"))
        #expect(try Laptop.mode(key) == 0o600)
        try laptop.expectRefused("signer", "archive-key", "--to", key, status: 65, naming: "archive.pem", env: open)
        #expect(try other.run("verify", env: archive).status == 3)
        let wrong = try laptop.privateFile("wrong", "battery staple\n")
        try other.expectRefused(
            "signer", "archive-key", "--from", key, status: 77, naming: key, env: ["EVIDENCE_PASSPHRASE_FILE": wrong])
        try other.succeed("signer", "archive-key", "--from", key, env: open)
        #expect(try other.run("verify", env: archive).status == 0)
        try other.expectRefused(
            "signer", "archive-key", "--from", passphrase, status: 65, naming: passphrase, env: open)
    }
}
