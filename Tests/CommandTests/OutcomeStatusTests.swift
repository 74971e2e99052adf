import Foundation
import Testing

/// A command's exit status says what was found, whatever becomes of its output or of the line it was started from.
struct OutcomeStatusTests {
    private let archive = ["EVIDENCE_ARCHIVE": "archive"]

    /// An archive in which a stored file was altered.
    private func altered() throws -> Laptop {
        let laptop = try Laptop.withArchive()
        try laptop.file("a.txt", "一\n")
        try laptop.succeed("add", "a.txt", env: archive)
        let outcome = try laptop.shell("chmod u+w archive/objects/*/* && echo x >> $(ls archive/objects/*/* | head -1)")
        try #require(outcome.status == 0, "\(outcome.err)")
        return laptop
    }

    @Test(arguments: ["verify", "verify --json", "verify --full", "mirror copy"], ["| true", "> /dev/full"])
    func `tampering is told by the status though nobody reads on`(command: String, output: String) throws {
        let laptop = try altered()
        let outcome = try laptop.shell("evidence \(command) \(output); exit ${PIPESTATUS[0]}", env: archive)
        #expect(outcome.status == 1, "\(outcome.err)")
    }

    @Test func `one folder that can't be listed hides nothing of the others`() throws {
        let laptop = try altered()
        try laptop.file("b.txt", "二\n")
        try laptop.succeed("add", "b.txt", env: archive)
        let outcome = try laptop.shell(
            """
            shelf=$(ls -d archive/objects/* | tail -1)
            strace -f -qq -o trace -P "$PWD/$shelf" -e trace=getdents64 -e inject=getdents64:error=EIO evidence verify --json
            status=$?
            grep -c INJECTED trace >&2
            exit $status
            """, env: archive)
        #expect(outcome.status == 1 && outcome.err.hasSuffix("1\n"), "\(outcome.err)")
        for code in ["file-size-differs", "file-unreadable"] { #expect(outcome.out.contains("\"\(code)\"")) }
    }

    @Test(arguments: ["HUP", "INT"])
    func `a signal that is ignored stays so`(signal: String) throws {
        let laptop = try Laptop.withArchive()
        try laptop.file("big.bin", String(repeating: "一二三四五六七八\n", count: 1 << 20))
        let outcome = try laptop.shell(
            """
            trap '' \(signal)
            strace -f -qq -o trace -e trace=write -e inject=write:signal=\(signal):when=3 evidence add big.bin --quiet
            """, env: archive)
        #expect(outcome.status == 0, "\(outcome.err)")
    }

    @Test(arguments: ["", "--json"])
    func `who can't be told that something was recorded is not led to record it twice`(option: String) throws {
        let laptop = try Laptop.withArchive()
        try laptop.file("a.txt", "一\n")
        let outcome = try laptop.shell("evidence add a.txt \(option) > /dev/full", env: archive)
        #expect(outcome.status == 74 && outcome.err.contains("Entry 2 is on record all the same"), "\(outcome.err)")
        let full = try laptop.shell(
            """
            strace -f -qq -o trace -e trace=pwrite64 -P "$(ls -d $EVIDENCE_HOME/state/*.sqlite)" \
                -e inject=pwrite64:error=ENOSPC evidence add a.txt \(option)
            status=$?
            grep -c INJECTED trace >&2
            exit $status
            """, env: archive)
        #expect(full.status == 0 && full.err.contains("Do not run the command again for that"), "\(full.err)")
        #expect(!full.err.contains("then run the command again"), "\(full.err)")
    }

    @Test func `a withdrawal whose content could not be removed does not say that it was`() throws {
        let laptop = try Laptop.withArchive()
        try laptop.file("a.txt", "一\n")
        try laptop.succeed("add", "a.txt", env: archive)
        let outcome = try laptop.shell(
            """
            strace -f -qq -o trace -e trace=unlink,unlinkat -P "$(ls -d $PWD/archive/objects/*/*)" \
                -e inject=unlink,unlinkat:error=EPERM evidence withdraw 2 --authority 省安委办 --reason 涉密
            """, env: archive)
        #expect(outcome.status == 74, "\(outcome.err)")
        let said = outcome.err.split(separator: "\n").last ?? ""
        #expect(said.hasPrefix("evidence: Entry 2 is withdrawn, but its content could not be removed yet"), "\(said)")
        #expect(!outcome.out.contains("is removed"), "\(outcome.out)")
        try laptop.file("b.txt", "二\n")
        let next = try laptop.shell(
            """
            strace -f -qq -o trace -e trace=unlink,unlinkat -P "$(ls -d $PWD/archive/objects/*/*)" \
                -e inject=unlink,unlinkat:error=EPERM evidence add b.txt
            """, env: archive)
        #expect(
            next.status == 74 && next.err.contains("What was withdrawn before could not be removed yet"), "\(next.err)")
        // Once it can be, the next one that writes does it.
        try laptop.succeed("add", "b.txt", env: archive)
        #expect(try laptop.shell("ls archive/objects/*/* | wc -l").outLines == ["1"])
    }

    @Test func `keys that many trust at once are all kept`() throws {
        let laptop = try Laptop.withArchive()
        let outcome = try laptop.shell(
            """
            for n in 1 2 3 4 5 6; do
                evidence init other$n --origin example.com/$n --as lisi --quiet && cat other$n/checkpoint > c$n
            done
            for n in 1 2 3 4 5 6; do evidence trust c$n & done
            wait
            evidence trust --list | grep -c example.com/
            """)
        #expect(outcome.outLines.last == "6", "\(outcome.out) \(outcome.err)")
    }

    @Test func `of many that make one name at once only one does, and its slip is its key's`() throws {
        let laptop = try Laptop.withArchive()
        let outcome = try laptop.shell(
            """
            for n in 1 2 3 4; do evidence signer create zhou --person 周$n > out$n 2>&1; echo $? > status$n & done
            wait
            cat status?
            evidence signer enroll zhou --as lisi --archive archive --quiet
            """)
        #expect(outcome.status == 0, "\(outcome.err)")
        #expect(outcome.outLines.sorted() == ["0", "65", "65", "65"], "\(outcome.out)")
    }
}
