import EvidenceTestSupport
import Foundation
import Testing

/// A disk that fails to read: it is named, and what it did not give is called neither damaged nor whole.
struct FailingReadTests {
    private let laptop: Laptop

    init() throws {
        laptop = try Laptop.withArchive()
        for number in 1...30 { try laptop.file("材料/\(number)", "第 \(number) 号\n") }
        try laptop.succeed("add", "材料", "--archive", "archive")
    }

    /// Runs a command of which some reads of one of the archive's files fail, by their numbers as strace takes them.
    ///
    /// - Returns: nil where it does not read so often.
    private func run(
        _ command: String, failing reads: String, of file: String, call: String = "pread64"
    ) throws -> Outcome? {
        let outcome = try laptop.shell(
            """
            strace -f -qq -o trace -e trace=\(call) -P "$PWD/archive/\(file)" -e inject=\(call):error=EIO:when=\(reads) \
            evidence \(command)
            """)
        let trace = String(decoding: try Laptop.bytes(laptop.folder + "/trace"), as: UTF8.self)
        return trace.contains("(INJECTED)") ? outcome : nil
    }

    @Test(arguments: [("C.UTF-8", "evidence: The command's arguments"), ("zh_CN.UTF-8", "evidence：无法读取命令的参数")])
    func `a command whose arguments can't be read is not taken for none`(locale: String, words: String) throws {
        // A sanitizer does not begin without that file.
        guard !TestTier.isSanitized else { return }
        let outcome = try laptop.shell(
            """
            strace -f -qq -o trace -e trace=openat -P /proc/self/maps -e inject=openat:error=EIO \
            evidence verify --archive archive
            """, env: ["LC_ALL": locale])
        #expect(outcome.status == 74)
        #expect(outcome.out == "")
        // strace says one thing of its own.
        #expect(outcome.errLines.last?.hasPrefix(words) == true, "\(outcome.err)")
    }

    private func expectReadError(_ outcome: Outcome, _ language: String, _ comment: Comment) {
        #expect(outcome.status == 74, comment)
        #expect(outcome.out == "", comment)
        #expect(outcome.err.contains("archive.sqlite"), comment)
        #expect(outcome.err.contains(language == "en" ? "the device may be failing." : "设备可能已损坏"), comment)
        Prose.expectSentence(outcome, language)
    }

    @Test func `a log of which a read fails is not verified, and not called damaged`() throws {
        var statuses: [Int32] = []
        for number in TestTier.some(Array(1...80), oneIn: 4) {
            let language = number % 3 == 0 ? "zh-Hans" : "en"
            let command = "verify --full --archive archive --lang \(language)"
            guard let outcome = try run(command, failing: "\(number)", of: "archive.sqlite") else { break }
            statuses.append(outcome.status)
            // The last reads are for a note of this user that a copy was found whole.
            if outcome.status != 0 { expectReadError(outcome, language, "read \(number)") }
        }
        #expect(statuses.count { $0 == 74 } > 5)
        #expect(statuses == statuses.sorted(by: >))
        // The same for all reads from one on.
        for reads in ["1+", "9+"] {
            let outcome = try #require(try run("verify --archive archive", failing: reads, of: "archive.sqlite"))
            expectReadError(outcome, "en", "reads \(reads)")
        }
        try laptop.expectVerified()
    }

    @Test(arguments: ["pread64", "newfstatat"])
    func `an index of which a read fails is not checked, and the log is`(call: String) throws {
        var statuses: [Int32] = []
        for number in TestTier.some(Array(1...80), oneIn: 4) {
            let command = "verify --full --archive archive --json"
            guard let outcome = try run(command, failing: "\(number)", of: "index.sqlite", call: call) else { break }
            statuses.append(outcome.status)
            let json = try outcome.json
            #expect(json["problems"]?.array == [], "\(call) \(number)")
            // There are looks at the file that SQLite does without.
            if call != "pread64", outcome.status == 0 { continue }
            #expect(outcome.status == 3, "\(call) \(number): \(outcome.err)")
            #expect(json["unchecked"]?.array.map { $0["code"]?.string } == ["file-unreadable"], "\(call) \(number)")
            #expect(json["unchecked"]?[0]?["path"]?.string == "index.sqlite", "\(call) \(number)")
            let explanation = try #require(json["unchecked"]?[0]?["explanation"]?.string)
            #expect(explanation.hasPrefix("The index was not checked as a whole. “"), "\(call) \(number)")
        }
        #expect(statuses.count { $0 == 3 } > 1)
    }

    @Test func `a mirror takes nothing over for whole from a log of which a read fails`() throws {
        let size = try #require(try laptop.json("status", "--archive", "archive")["size"]?.int)
        var statuses: Set<Int32> = []
        for number in TestTier.some(Array(1...60), oneIn: 4) {
            let command = "mirror 镜像\(number) --archive archive --json"
            guard let outcome = try run(command, failing: "\(number)", of: "archive.sqlite") else { break }
            statuses.insert(outcome.status)
            switch outcome.status {
            case 0: #expect(try outcome.json["size"]?.int == size, "read \(number)")
            case 3:
                let problems = try outcome.json["problems"]?.array.map { $0["code"]?.string }
                #expect(problems == ["file-unreadable"], "read \(number)")
            default: expectReadError(outcome, "en", "read \(number)")
            }
            // The same command run again completes.
            try laptop.succeed("mirror", "镜像\(number)", "--archive", "archive")
            let again = try laptop.json("verify", "镜像\(number)")
            #expect(again["size"]?.int == size)
        }
        #expect(statuses.isSuperset(of: [3, 74]))
    }

    /// SQLite opens a file to read that it can't open to write, and says then that it is read-only.
    @Test func `a database that fails to open is not called one that may not be written`() throws {
        var statuses: Set<Int32> = []
        for number in 1...12 {
            let outcome = try laptop.shell(
                """
                strace -f -qq -o trace -e trace=openat -P "$PWD/见证\(number)/.witness.sqlite.new" \
                -e inject=openat:error=EIO:when=\(number) \
                evidence witness init witness.example/\(number) --dir "$PWD/见证\(number)"
                """)
            guard String(decoding: try Laptop.bytes(laptop.folder + "/trace"), as: UTF8.self).contains("(INJECTED)")
            else { break }
            statuses.insert(outcome.status)
            if outcome.status != 0 {
                #expect(outcome.status == 74, "open \(number): \(outcome.err)")
                Prose.expectSentence(outcome, "en")
                // The same command run again completes.
                try laptop.succeed("witness", "init", "witness.example/\(number)", "--dir", "见证\(number)")
            }
            #expect(
                try FileManager.default.contentsOfDirectory(atPath: laptop.folder + "/见证\(number)") == [
                    "witness.sqlite"
                ])
        }
        #expect(statuses.contains(74))
    }

    /// A key without its witness would take the name away for good: what names it stays until it is forgotten.
    @Test func `a name is not used up by a witness that could not be made`() throws {
        var statuses: Set<Int32> = []
        for number in TestTier.some(Array(1...40), oneIn: 2) {
            let (name, folder) = ("witness.example/\(number)", "见证\(number)")
            let outcome = try laptop.shell(
                """
                strace -f -qq -o trace -e trace=openat2 -e inject=openat2:error=ENOSPC:when=\(number)+ \
                evidence witness init \(name) --dir \(folder)
                """)
            guard String(decoding: try Laptop.bytes(laptop.folder + "/trace"), as: UTF8.self).contains("(INJECTED)")
            else { break }
            statuses.insert(outcome.status)
            let again = try laptop.run("witness", "init", name, "--dir", folder)
            // Where it had its own name already, it is the witness.
            #expect(
                again.status == 0 || again.status == 65 && again.err.contains("was made here before"),
                "open \(number): \(again.err)")
            #expect(try laptop.run("witness", "list", "--dir", folder).status == 0, "open \(number)")
        }
        #expect(statuses == [74])
    }

    @Test func `a log that can't be read at all is written anew from the mirror`() throws {
        try laptop.succeed("mirror", "镜像", "--archive", "archive")
        let before = try Laptop.bytes(laptop.archive + "/archive.sqlite")
        // The new one is at the old one's place then, and fails as well.
        let outcome = try #require(
            try run("repair --from 镜像 --archive archive", failing: "1+", of: "archive.sqlite"))
        expectReadError(outcome, "en", "repair")
        #expect(try Laptop.bytes(laptop.archive + "/aside/archive.sqlite.1") == before)
        try laptop.expectVerified()
    }
}
