import EvidenceTestSupport
import Foundation
import Glibc
import Testing

/// Files are private from their first moment, secrets are nowhere but in key files, and nobody reads the program's memory.
struct PrivacyTests {
    private let laptop: Laptop

    init() throws { laptop = try Laptop() }

    /// Names under which files or folders were made that others may read, by calls in a trace.
    ///
    /// Left out are the archive's signed checkpoint, which is for everybody, and what lies within a folder that was made private.
    private func openToOthers(_ trace: String) throws -> [String] {
        let calls = /(?:openat2?|open|mkdir|mkdirat)\([^"]*"([^"]*)"[^)]*?(0[0-7]{3,4})(?:\)|, resolve)/
        var made: [String: UInt32] = [:]
        for line in try Laptop.bytes(laptop.folder + "/" + trace).split(separator: UInt8(ascii: "\n")) {
            guard let call = String(decoding: line, as: UTF8.self).firstMatch(of: calls),
                let mode = UInt32(call.2, radix: 8)
            else { continue }
            // SQLite asks for a mode also where the file is there already: only the first time is one made.
            made[String(call.1)] = made[String(call.1)] ?? mode
        }
        let left = ["archive/.checkpoint", ".partial/", "archive/archive.sqlite"]
        return made.filter { name, mode in mode & 0o077 != 0 && !left.contains { name.contains($0) } }.map(\.key)
    }

    @Test(arguments: TestTier.some(["000", "077"], oneIn: 2))
    func `whatever the mask says, only what is meant for others is ever open to them`(mask: String) throws {
        try laptop.file("a.txt", "a\n")
        let outcome = try laptop.shell(
            """
            umask \(mask)
            trace() { strace -f -qq -A -o trace -e trace=openat,openat2,open,mkdir,mkdirat,fchmod,chmod evidence "$@" >/dev/null; }
            set -e
            trace init archive --origin evidence.example/team-7 --as lisi --person 李四
            export EVIDENCE_ARCHIVE=archive
            trace signer create zhangsan --person 张三
            export EVIDENCE_SIGNER=lisi
            trace case open HN-1 --title 堵塞
            trace add a.txt --case HN-1
            trace list
            trace export --case HN-1 --to bundle
            trace export --case HN-1 --zip --to bundle.zip
            trace report --case HN-1 --to report.html
            trace loop --to board.html --to board.csv
            trace witness init w --dir "$PWD/witness"
            trace verify
            """)
        try #require(outcome.status == 0, "\(outcome.err)")
        #expect(try openToOthers("trace").filter { !$0.hasPrefix("/dev/") } == [])
        // And so they stay.
        let found = try laptop.shell(
            "find archive bundle.zip bundle.handover.txt report.html board.html board.csv witness ../home -perm /077 -print"
        )
        let others = found.outLines.filter { !$0.hasPrefix("archive/") }
        #expect(others == [], "\(found.err)")
        for name in ["archive", "bundle", "witness"] {
            #expect(try Laptop.mode(laptop.folder + "/" + name) == 0o700, "\(name)")
        }
        #expect(try Laptop.mode(laptop.archive + "/archive.sqlite") == 0o600)
        #expect(try Laptop.mode(laptop.archive + "/index.sqlite") == 0o600)
    }

    @Test func `a passphrase stands nowhere but where it was typed`() throws {
        let (right, wrong) = ("sesame-öffne-dich-93417", "wrong-öffne-dich-55021")
        try laptop.privateFile("right", right + "\n")
        try laptop.privateFile("wrong", wrong + "\n")
        try laptop.file("a.txt", "a\n")
        let outcome = try laptop.shell(
            """
            trace() { strace -f -qq -s 100000 -A -o trace -e trace=write,writev,pwrite64,sendto,execve evidence "$@"; }
            export EVIDENCE_PASSPHRASE_FILE=right
            trace init archive --origin evidence.example/team-7 --as lisi --person 李四 || exit 9
            export EVIDENCE_ARCHIVE=archive
            trace add a.txt || exit 9
            trace signer archive-key --to key.pem || exit 9
            EVIDENCE_PASSPHRASE_FILE=wrong trace add a.txt --title b
            EVIDENCE_PASSPHRASE_FILE=wrong trace signer archive-key --from key.pem
            LC_ALL=zh_CN.UTF-8 EVIDENCE_PASSPHRASE_FILE=wrong trace add a.txt --title b --lang zh-Hans
            exit 0
            """)
        try #require(outcome.status == 0, "\(outcome.err)")
        // Printed and written, as strace shows it: bytes that are not ASCII as octal numbers.
        let trace = String(decoding: try Laptop.bytes(laptop.folder + "/trace"), as: UTF8.self)
        try #require(trace.contains("execve(") && trace.contains("write("))
        for secret in ["ffne-dich-93417", "ffne-dich-55021"] {
            #expect(!trace.contains(secret) && !outcome.out.contains(secret) && !outcome.err.contains(secret))
        }
        #expect(outcome.err.contains("lisi"))
        let found = try laptop.shell("grep -rlaF -e 93417 -e 55021 . ../home")
        #expect(Set(found.outLines) == ["./right", "./wrong"], "\(found.out)")
        #expect(try laptop.shell("grep -L ENCRYPTED ../home/signers/lisi.pem key.pem").out == "")
    }

    @Test func `a key that is exchanged for a link to a loose one is refused`() throws {
        try laptop.file("a.txt", "a\n")
        try laptop.succeed("init", "archive", "--origin", "evidence.example/team-7", "--as", "lisi", "--person", "李四")
        let moved = try laptop.shell(
            "mv ../home/signers/lisi.pem loose.pem && chmod 644 loose.pem && ln -s $PWD/loose.pem ../home/signers/lisi.pem"
        )
        try #require(moved.status == 0, "\(moved.err)")
        try laptop.expectRefused(
            "add", "a.txt", status: 77, naming: "lisi.pem", "chmod 600", env: ["EVIDENCE_ARCHIVE": "archive"])
        #expect(chmod(laptop.folder + "/loose.pem", 0o600) == 0)
        try laptop.succeed("add", "a.txt", env: ["EVIDENCE_ARCHIVE": "archive"])
    }

    @Test func `whoever opens what is sealed keeps the key from others too`() throws {
        _ = try EnvelopeReader("reader", in: URL(fileURLWithPath: laptop.folder))
        try laptop.file("a.txt", "a\n")
        try laptop.succeed("init", "archive", "--origin", "evidence.example/team-7", "--as", "lisi", "--person", "李四")
        let archive = ["EVIDENCE_ARCHIVE": "archive"]
        try laptop.succeed("add", "a.txt", "--sealed", "--reader", "reader.pem", env: archive)
        #expect(chmod(laptop.folder + "/reader.key", 0o640) == 0)
        try laptop.expectRefused(
            "show", "2", "--key", "reader.key", status: 77, naming: "reader.key", "chmod 600", env: archive)
        #expect(chmod(laptop.folder + "/reader.key", 0o600) == 0)
        try laptop.succeed("show", "2", "--key", "reader.key", env: archive)
    }

    @Test func `what a killed process left of a key goes with the next one that makes it`() throws {
        try laptop.succeed("signer", "create", "lisi", "--person", "李四")
        try laptop.file("../home/signers/.wangwu.pem.999999.tmp", "half a key")
        try laptop.succeed("signer", "create", "wangwu", "--person", "王五")
        #expect(
            try laptop.shell("ls -A ../home/signers").outLines == [
                "lisi.pem", "lisi.slip", "wangwu.pem", "wangwu.slip",
            ])
    }

    @Test func `no other process of the user may read the program's memory, and no core dump is made of it`() throws {
        try laptop.file("a.txt", "a\n")
        try laptop.succeed("init", "archive", "--origin", "evidence.example/team-7", "--as", "lisi", "--person", "李四")
        // While it waits for the archive, whose lock is held here: what may not be looked at is root's in /proc.
        let looked = try laptop.shell(
            """
            who=
            if [ "$(id -u)" = 0 ]; then
                chown -R 65534:65534 ..; chmod 755 ..
                who="setpriv --reuid=65534 --regid=65534 --clear-groups"
            fi
            exec 9<archive; flock 9
            $who evidence add a.txt --archive archive 9<&- &
            for i in $(seq 600); do
                owner="$(cat /proc/$!/comm) $(stat -c %u /proc/$!/mem)"
                [ "$owner" = "evidence 0" ] && break
                sleep 0.05
            done
            echo "$owner"
            kill $!
            """)
        #expect(looked.outLines == ["evidence 0"], "\(looked.err)")
    }

    @Test func `a crash prints nothing of what the program had in memory`() throws {
        try laptop.file("a.txt", "a\n")
        try laptop.succeed("init", "archive", "--origin", "evidence.example/team-7", "--as", "lisi", "--person", "李四")
        let crashed = try laptop.shell(
            """
            exec 9<archive; flock 9
            evidence add a.txt --archive archive 9<&- &
            for i in $(seq 600); do
                grep -q -- "-> .* $! " /proc/locks && break
                sleep 0.05
            done
            kill -ILL $!
            for i in $(seq 600); do
                [ -z "$(jobs -rp)" ] && break
                sleep 0.1
            done
            kill -KILL $! 2> /dev/null; wait $!
            """)
        #expect(crashed.status == 128 + SIGILL)
        #expect(crashed.errLines.filter { $0.contains("Register") || $0.contains("0x") } == [])
    }
}
