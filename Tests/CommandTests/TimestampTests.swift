import EvidenceCrypto
import EvidenceTestSupport
import Foundation
import Testing

/// Timestamps of a real authority, over the network and by hand.
struct TimestampTests {
    private let laptop: Laptop

    init() throws {
        laptop = try Laptop.withArchive()
        for name in ["甲.txt", "乙.txt", "丙.txt"] { try laptop.file(name, name) }
    }

    private static let archive: [String: String?] = ["EVIDENCE_ARCHIVE": "archive"]

    private func json(_ arguments: String...) throws -> JSON {
        let outcome = try laptop.start(arguments + ["--json"], env: Self.archive).wait()
        #expect(outcome.status == 0, "evidence \(arguments): \(outcome.err)")
        return try outcome.json
    }

    private func trust(_ authority: TimestampAuthority) throws {
        try laptop.succeed("trust", authority.folder.appendingPathComponent("root.pem").path)
    }

    private func note() throws -> [UInt8] {
        try laptop.succeed("checkpoint", "--archive", "archive").output
    }

    /// What verify finds that is wrong, unchecked or worth a warning.
    private func codes() throws -> Set<String> {
        let report = try laptop.run("verify", "--json", env: Self.archive).json
        return Set(
            ["problems", "unchecked", "warnings"].flatMap { report[$0]?.array ?? [] }.compactMap { $0["code"]?.string })
    }

    /// The tokens that are kept, in order.
    private func tokens() throws -> [[UInt8]] {
        let lines = try laptop.shell(
            """
            python3 -c "import sqlite3; [print(row[0].hex()) for row in sqlite3.connect('archive/archive.sqlite').execute(
            'SELECT token FROM anchor ORDER BY id')]"
            """
        ).outLines
        return lines.compactMap { [UInt8](hex: $0) }
    }

    // MARK: Over the network

    @Test func `a timestamp taken over the network is believed, recorded by the next commit, and openssl agrees`()
        throws
    {
        let server = try TimestampServer(TimestampAuthority())
        try trust(server.authority)
        #expect(try codes() == ["no-outside-anchor"])
        let note = try note()
        let taken = try json("timestamp", "--tsa", server.address())
        #expect(taken["new"]?.bool == true)
        #expect(taken["timestamp"]?["trusted"]?.bool == true)
        #expect(taken["timestamp"]?["size"]?.int == 2)
        #expect(taken["timestamp"]?["authority"]?.string == TimestampAuthority.subject)
        #expect(taken["timestamp"]?["certificateEnd"]?.string == "2050-01-01T00:00:00.000Z")
        #expect(try codes() == [])
        let token = try #require(try tokens().first)
        #expect(
            try server.authority.opensslVerifies(
                token, over: SHA256Hasher.hash(note), at: try TimestampToken(der: token).time / 1_000))
        #expect(try json("timestamp", "--list")["timestamps"]?[0]?["recordedBy"] == nil)

        try laptop.succeed("add", "甲.txt", env: Self.archive)
        let log = try json("log")["entries"]?.array.compactMap { $0["type"]?.string }
        #expect(log == ["archive.created", "signer.enrolled", "checkpoint.anchored", "evidence.added"])
        let listed = try #require(try json("timestamp", "--list")["timestamps"]?[0])
        #expect(listed["number"]?.int == 1)
        #expect(listed["recordedBy"]?.int == 2)
        #expect(listed["trusted"]?.bool == true)
        #expect(listed["standing"]?.string == "current")
        #expect(listed["renewedBy"] == nil)
        #expect(try codes() == [])
        let status = try json("status")
        #expect(status["timestamp"]?["size"]?.int == 2)
        #expect(status["timestampsToRenew"]?.array.count == 0)
        #expect(status["unanchored"]?.int == 2)
    }

    @Test func `a timestamp that nobody is trusted for is kept, and said not to be believed yet`() throws {
        let server = try TimestampServer(TimestampAuthority())
        let outcome = try laptop.run("timestamp", "--tsa", server.address(), env: Self.archive)
        #expect(outcome.status == 0)
        #expect(outcome.err.contains("You trust no time stamping authority"))
        #expect(outcome.err.contains("evidence trust FILE.pem"))
        #expect(try json("timestamp", "--list")["timestamps"]?[0]?["trusted"]?.bool == false)
        #expect(try codes() == ["no-outside-anchor", "anchor-not-trusted"])
        let chinese = try laptop.run("timestamp", "--tsa", server.address(), "--lang", "zh-Hans", env: Self.archive)
        #expect(chinese.out.contains("涵盖 2 条的检查点已有时间戳"))
        #expect(chinese.err.contains("您尚未信任任何时间戳机构"))
        try trust(server.authority)
        #expect(try json("timestamp", "--list")["timestamps"]?[0]?["trusted"]?.bool == true)
        #expect(try codes() == [])
    }

    @Test func `where others are trusted, an authority that is not gets nothing added`() throws {
        let server = try TimestampServer(TimestampAuthority())
        try trust(TimestampAuthority())
        try laptop.expectRefused(
            "timestamp", "--tsa", server.address(), status: 77, naming: "时间戳\\, 测试", "evidence trust FILE.pem",
            env: Self.archive)
        try trust(server.authority)
        #expect(try json("timestamp", "--tsa", server.address())["new"]?.bool == true)
    }

    @Test(
        arguments: TestTier.some(
            [
                ("failing", Int32(69), "500"), ("login", 69, "text/html"), ("moved", 69, "302"),
                ("silent", 69, "silent"),
                ("endless", 69, "endless"), ("refusing", 69, "badDataFormat"), ("another", 65, "another"),
                ("damaged", 65, "damaged"),
            ], oneIn: 2))
    func `an answer that is no timestamp of this checkpoint is refused, and nothing is added`(
        way: String, status: Int32, word: String
    ) throws {
        let server = try TimestampServer(TimestampAuthority())
        for trusted in [false, true] {
            if trusted { try trust(server.authority) }
            try laptop.expectRefused(
                "timestamp", "--tsa", server.address(way), status: status, naming: word, env: Self.archive)
        }
        #expect(try tokens() == [])
    }

    @Test func `an older answer over the same checkpoint does not stand in for a new one`() throws {
        let server = try TimestampServer(TimestampAuthority())
        try trust(server.authority)
        #expect(try json("timestamp", "--tsa", server.address("older"))["new"]?.bool == true)
        try laptop.expectRefused(
            "timestamp", "--tsa", server.address("older"), status: 65, naming: "older", env: Self.archive)
    }

    @Test func `a server that is not there, and what is no address, are refused`() throws {
        try laptop.expectRefused(
            "timestamp", "--tsa", "http://127.0.0.1:1/", status: 69, naming: "127.0.0.1", env: Self.archive)
        try laptop.expectRefused(
            "timestamp", "--tsa", "tsa.example", status: 64, naming: "tsa.example", env: Self.archive)
    }

    // MARK: By hand

    @Test func `a request goes out and its answer comes back on a stick, after further commits`() throws {
        let authority = try TimestampAuthority()
        try trust(authority)
        let note = try note()
        let written = try laptop.succeed("timestamp", "--request", "检查点.tsq", env: Self.archive)
        #expect(written.out.contains("evidence timestamp --response '检查点.tsr'"))
        let request = try Laptop.bytes(laptop.folder + "/检查点.tsq")
        #expect(try TimestampRequest(imprint: SHA256Hasher.hash(note), nonce: nil).der() == request)
        try laptop.expectRefused("timestamp", "--request", "检查点.tsq", status: 65, naming: "检查点.tsq", env: Self.archive)
        for name in ["甲.txt", "乙.txt", "丙.txt"] { try laptop.succeed("add", name, env: Self.archive) }

        try laptop.file("检查点.tsr", bytes: authority.response(to: request))
        let taken = try json("timestamp", "--response", "检查点.tsr")
        #expect(taken["timestamp"]?["size"]?.int == 2)
        #expect(taken["new"]?.bool == true)
        #expect(try codes() == [])
        #expect(try json("timestamp", "--response", "检查点.tsr")["new"]?.bool == false)
        for (language, words) in [("en", "was here already"), ("zh-Hans", "此前已登记")] {
            let again = try laptop.succeed(
                "timestamp", "--response", "检查点.tsr", "--lang", language, env: Self.archive)
            #expect(again.out.contains(words))
        }
        // The token alone does as well, and is the same one.
        let token = try #require(try TimestampResponse(der: Laptop.bytes(laptop.folder + "/检查点.tsr")).token)
        try laptop.file("令牌", bytes: token.der)
        #expect(try json("timestamp", "--response", "令牌")["new"]?.bool == false)
        #expect(try tokens() == [token.der])
    }

    @Test func `a file without a timestamp of this archive is refused`() throws {
        let authority = try TimestampAuthority()
        try trust(authority)
        let digest = SHA256Hasher.hash(try note())
        let token = try authority.token(over: digest)
        try laptop.file("别的档案.tsr", bytes: authority.token(over: SHA256Hasher.hash([])))
        try laptop.file("噪声.tsr", "noise")
        try laptop.file("空.tsr", "")
        try laptop.file("请求.tsq", bytes: TimestampRequest(imprint: digest, nonce: nil).der())
        try laptop.file("拒绝.tsr", bytes: authority.response(to: [1, 2, 3]))
        try laptop.file("损坏.tsr", bytes: token.dropLast() + [token[token.count - 1] ^ 1])
        try laptop.file("过长.tsr", bytes: token + [0])
        try laptop.file("过大.tsr", bytes: [UInt8](repeating: 0x30, count: 1_000_000))
        for name in ["别的档案.tsr", "噪声.tsr", "空.tsr", "请求.tsq", "拒绝.tsr", "损坏.tsr", "过长.tsr", "过大.tsr"] {
            try laptop.expectRefused("timestamp", "--response", name, status: 65, naming: name, env: Self.archive)
        }
        try laptop.expectRefused("timestamp", "--response", "没有.tsr", status: 66, naming: "没有.tsr", env: Self.archive)
        #expect(try tokens() == [])
    }

    // MARK: Renewal

    /// A time so many days from today, in ASN.1's form.
    private static func days(_ count: Int) -> String {
        let formatter = DateFormatter()
        formatter.locale = Locale(identifier: "en_US_POSIX")
        formatter.timeZone = TimeZone(identifier: "UTC")
        formatter.dateFormat = "yyyyMMddHHmmss'Z'"
        return formatter.string(from: Date(timeIntervalSinceNow: Double(count) * 86_400))
    }

    @Test func `an ended certificate voids nothing, is said until a newer timestamp covers it, and then no more`()
        throws
    {
        let old = try TimestampAuthority(validity: .init("20200101000000Z", "20260101000000Z"))
        try trust(old)
        try laptop.file("旧.tsr", bytes: old.token(over: SHA256Hasher.hash(try note()), at: "20251231000000Z"))
        try laptop.succeed("timestamp", "--response", "旧.tsr", env: Self.archive)
        // The token is older than the archive says it is: this machine's clock is thought wrong, and the token right.
        #expect(try codes() == ["time-contradicted"])
        #expect(try json("status")["timestampsToRenew"]?[0]?["standing"]?.string == "lapsed")
        try laptop.succeed("add", "甲.txt", env: Self.archive)
        let english = try laptop.succeed("status", env: Self.archive)
        #expect(
            english.out.contains(
                "the certificate of timestamp 1 ended 2026-01-01, and no newer timestamp covers it"))
        let chinese = try laptop.succeed("status", "--lang", "zh-Hans", env: Self.archive)
        #expect(chinese.out.contains("第 1 号时间戳的证书已于 2026-01-01 到期，且没有更新的时间戳涵盖它"))

        let server = try TimestampServer(TimestampAuthority())
        try trust(server.authority)
        try laptop.succeed("timestamp", "--tsa", server.address(), env: Self.archive)
        #expect(try json("status")["timestampsToRenew"]?.array.count == 0)
        let listed = try #require(try json("timestamp", "--list")["timestamps"])
        #expect(listed[0]?["standing"]?.string == "renewed")
        #expect(listed[0]?["renewedBy"]?["number"]?.int == 2)
        #expect(listed[1]?["standing"]?.string == "current")
        for language in ["en", "zh-Hans"] {
            let table = try laptop.succeed("timestamp", "--list", "--lang", language, env: Self.archive)
            #expect(table.outLines.count == 3)
            #expect(table.outLines[1].contains("2026-01-01"))
        }
    }

    @Test(arguments: [(30, "ending"), (89, "ending"), (91, "current")])
    func `within 90 days of the certificate's end a newer timestamp is advised`(days: Int, standing: String) throws {
        let server = try TimestampServer(
            TimestampAuthority(validity: .init("20200101000000Z", Self.days(days))))
        try trust(server.authority)
        try laptop.succeed("timestamp", "--tsa", server.address(), env: Self.archive)
        let status = try json("status")
        #expect(status["timestamp"]?["standing"]?.string == standing)
        let outcome = try laptop.succeed("status", env: Self.archive)
        #expect(outcome.out.contains("take a new one: evidence timestamp") == (standing == "ending"))
    }

    // MARK: Usage

    @Test func `exactly one thing is asked for`() throws {
        try laptop.expectRefused("timestamp", status: 64, naming: "--tsa", "--list", env: Self.archive)
        try laptop.expectRefused(
            "timestamp", "--list", "--request", "x", status: 64, naming: "--tsa", env: Self.archive)
    }

    @Test func `an archive without timestamps says so`() throws {
        #expect(try json("timestamp", "--list")["timestamps"]?.array.isEmpty == true)
        #expect(try laptop.succeed("timestamp", "--list", env: Self.archive).out.hasPrefix("No timestamps yet."))
        let outcome = try laptop.succeed("timestamp", "--list", "--lang", "zh-Hans", env: Self.archive)
        #expect(outcome.out.hasPrefix("尚无时间戳"))
        #expect(try json("status")["timestamp"] == nil)
    }
}
