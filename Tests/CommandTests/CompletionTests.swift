import Foundation
import Testing

/// What shells complete, asked of real shells.
struct CompletionTests {
    private static let hostile = [
        "'; touch pwned; '", "$(touch pwned)", "`touch pwned`", "-rf", "a\\b", "\"*\"", "~", "*", "a;b",
    ]
    private let laptop: Laptop
    private let archive: [String: String?] = ["EVIDENCE_ARCHIVE": "archive"]

    init() throws {
        laptop = try Laptop.withArchive()
        for name in ["HN-2026-001", "HN-2026-002", "海南 3"] + CompletionTests.hostile {
            let outcome = try laptop.start(["case", "open", "--", name], env: archive).wait()
            #expect(outcome.status == 0, "\(outcome.err)")
        }
        for shell in ["bash", "zsh", "fish"] {
            let script = try laptop.succeed("completions", shell)
            try laptop.file("completions/_evidence.\(shell)", bytes: script.output)
        }
    }

    /// What bash offers for the last of these words, as its own completion would ask.
    private func bash(_ words: String..., env: [String: String?]? = nil) throws -> [String] {
        try laptop.file("words", words.map { $0 + "\n" }.joined())
        let asked = try laptop.shell(
            """
            source completions/_evidence.bash
            mapfile -t COMP_WORDS < words
            COMP_WORDS=(evidence "${COMP_WORDS[@]}")
            COMP_CWORD=$((${#COMP_WORDS[@]} - 1)) COMP_LINE="${COMP_WORDS[*]}" COMP_POINT=${#COMP_LINE} COMP_TYPE=9
            $(complete -p evidence | sed 's/.*-F \\([^ ]*\\) .*/\\1/') evidence "${COMP_WORDS[-1]}" "${COMP_WORDS[-2]}"
            [ ${#COMPREPLY[@]} = 0 ] || printf '%s\\n' "${COMPREPLY[@]}"
            """, env: env ?? archive)
        #expect(asked.err == "", "\(words)")
        return asked.outLines
    }

    @Test func `bash completes commands, options, cases, signers and the regulation's words`() throws {
        #expect(try bash("lis") == ["list"])
        #expect(try bash("case", "li") == ["link", "list"])
        #expect(try bash("list", "--ca") == ["--case"])
        #expect(try bash("list", "--case", "HN") == ["HN-2026-001", "HN-2026-002"])
        #expect(try bash("list", "--case", "海") == ["海南 3"])
        #expect(try bash("case", "link", "HN-2026-002") == ["HN-2026-002"])
        #expect(try bash("add", "x.txt", "--kind", "site") == ["site-visit"])
        #expect(try bash("add", "x.txt", "--method", "M").count == 7)
        #expect(try bash("add", "x.txt", "--content", "C").count == 10)
        #expect(try bash("list", "--as", "") == ["lisi"])
        #expect(try bash("get", "3", "--to", "arch") == ["archive"])
        #expect(!laptop.exists("pwned"))
    }

    @Test func `what cannot be read is not offered, and nothing is complained of, made or written`() throws {
        let before = try laptop.listing()
        #expect(try bash("list", "--case", "H", env: ["EVIDENCE_ARCHIVE": "none"]) == [])
        #expect(try bash("list", "--archive", "archive", "--case", "HN-2026-001", env: [:]) == ["HN-2026-001"])
        #expect(try bash("list", "--archive", "none", "--case", "H") == [])
        #expect(try bash("list", "--case", "H", env: ["EVIDENCE_HOME": "", "HOME": ""]) == [])
        #expect(try laptop.shell("rm archive/index.sqlite").status == 0)
        #expect(try bash("list", "--case", "H") == [])
        #expect(!laptop.exists("archive/index.sqlite"))
        #expect(try laptop.shell("head -c 9000 /dev/urandom > archive/index.sqlite").status == 0)
        #expect(try bash("list", "--case", "H") == [])
        #expect(try laptop.shell("rm archive/index.sqlite; mkfifo archive/index.sqlite").status == 0)
        #expect(try bash("list", "--case", "H") == [])
        #expect(try laptop.shell("rm archive/index.sqlite; : > archive/archive.sqlite").status == 0)
        #expect(try bash("list", "--case", "H") == [])
        #expect(try laptop.listing().keys.sorted() == before.keys.sorted())
        #expect(try laptop.run("---completion", "nonsense").err == "")
        #expect(try laptop.run("---completion", "list", "--", "--case").err == "")
    }

    @Test func `a name that a shell could take for a command is neither offered nor run`() throws {
        let offered = try bash("list", "--case", "")
        #expect(offered == ["HN-2026-001", "HN-2026-002", "海南 3"])
        #expect(!laptop.exists("pwned"))
    }

    @Test func `zsh completes as bash does`() throws {
        let typed = try laptop.shell(
            """
            mkdir functions && cp completions/_evidence.zsh functions/_evidence
            cat > ask.zsh <<'END'
            zmodload zsh/zpty
            zpty asked zsh -f -i
            zpty -w asked "PS1='READY''> '; fpath=($PWD/functions \\$fpath); autoload -Uz compinit; compinit -u -D"
            zpty -r asked seen '*READY> *'
            # The line that Tab has completed is printed instead of run.
            zpty -w asked "shown() { print -r -- GO''T \\$BUFFER END; BUFFER= }; zle -N accept-line shown"
            zpty -w asked $'evidence lis\\t--case 海\\t'
            zpty -r asked seen '*GOT * END*'
            print -r -- "$seen" | grep -ao 'GOT .*END'
            END
            timeout 60 zsh -f ask.zsh
            """, env: archive)
        #expect(typed.out.contains("GOT evidence list --case 海南\\ 3  END"), "\(typed.out)\(typed.err)")
    }

    @Test func `fish takes its script, with descriptions in the language asked for`() throws {
        let asked = try laptop.shell(
            "fish --no-config -c 'source completions/_evidence.fish; complete -C \"evidence lis\"'")
        #expect(asked.out == "list\\tList the records.\n".replacing("\\t", with: "\t"), "\(asked.err)")
        let chinese = try laptop.succeed("completions", "fish", "--lang", "zh-Hans").out
        #expect(chinese.contains("列出记录。"))
        #expect(!chinese.contains("List the records."))
    }

    @Test func `an unknown shell is refused, and a document is a document`() throws {
        try laptop.expectRefused("completions", "tcsh", status: 64, naming: "tcsh")
        let document = try laptop.json("completions", "bash")
        #expect(document.names == ["script", "shell"])
        #expect(try laptop.succeed("completions", "bash").out == document["script"]?.string)
    }
}
