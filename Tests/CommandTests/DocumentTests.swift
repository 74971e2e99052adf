import EvidenceRecord
import EvidenceTestSupport
import Foundation
import Glibc
import Testing

/// With `--json`, every command prints one canonical document and nothing else, or an error and nothing.
struct DocumentTests {
    /// Each command once, in an order in which all succeed; a command that is missing here fails the test.
    private static let runs: [[String]] = [
        ["init", "second", "--origin", "evidence.example/second", "--as", "lisi"],
        ["signer", "create", "wangwu", "--person", "王五", "--to", "wangwu.slip"],
        ["signer", "enroll", "wangwu.slip"], ["signer", "list"],
        ["case", "open", "HN-2026-001", "--title", "冷库 “氨气” \\ \u{7F} 👷"],
        ["add", "照片.txt", "--case", "HN-2026-001", "--occurred-at", "2026-03-12T14:30"],
        ["add", "照片.txt", "--each", "--case", "HN-2026-001"], ["add", "来信.txt"], ["case", "link", "HN-2026-001", "5"],
        ["case", "list"], ["case", "show", "HN-2026-001"], ["list"], ["search", "氨气"], ["show", "4"], ["show", "0"],
        ["log"], ["status"],
        ["get", "4", "--to", "out"], ["checkpoint"], ["checkpoint", "--to", "检查点.txt"], ["trust", "检查点.txt"],
        ["trust", "--list"], ["timestamp", "--request", "检查点.tsq"], ["timestamp", "--list"],
        ["receipt", "--to", "回执.txt"], ["witness", "init", "witness.example/office"], ["witness", "watch", "回执.txt"],
        ["witness", "submit", "--request", "请求.txt", "--witness", "见证人.vkey"],
        ["witness", "cosign", "请求.txt", "--to", "答复.txt"], ["witness", "list"], ["trust", "见证人.vkey"],
        ["witness", "submit", "--response", "答复.txt"], ["witness", "serve", "--listen", "127.0.0.1:0"], ["verify"],
        ["verify", "--full"], ["prove", "4"], ["verify", "--against", "检查点.txt", "--against", "回执.txt"],
        ["export", "--case", "HN-2026-001", "--to", "bundle", "--recipient", "省纪委"], ["verify", "bundle"],
        [
            "handover", "sign", "bundle.handover.txt", "--cert", "证书.pem", "--key", "私钥.pem", "--to", "签收.pem",
        ], ["handover", "receive", "签收.pem"],
        ["export", "--case", "HN-2026-001", "--to", "bundle.zip", "--zip"], ["verify", "bundle.zip"],
        ["export", "--case", "HN-2026-001", "--to", "密件", "--encrypt-to", "纪委.pem"],
        ["open", "密件", "--key", "纪委.key", "--to", "打开"],
        ["publish", "公布"], ["verify", "公布"], ["mirror", "镜像"], ["repair", "--from", "镜像", "--dry-run"],
        ["add", "--manifest", "来电.csv", "--case", "HN-2026-001"],
        ["case", "step", "HN-2026-001", "feedback", "--evidence", "5"],
        ["amend", "4", "--reason", "地点写错", "--place", "2号冷库"], ["custody", "4", "--from", "李四", "--to", "档案室"],
        ["withdraw", "4", "--authority", "省安委办", "--reason", "涉及举报人"], ["show", "4"], ["list"], ["log"], ["verify"],
        ["inspection", "open", "XC-1"], ["inspection", "step", "XC-1", "进驻"], ["inspection", "link", "XC-1", "5"],
        ["inspection", "list"],
        ["inspection", "show", "XC-1"],
        ["report", "--case", "HN-2026-001", "--to", "报告.html"],
        ["loop"], ["loop", "--to", "闭环.html"], ["coverage"], ["coverage", "--to", "覆盖.csv"],
        ["reindex"], ["signer", "revoke", "wangwu", "--reason", "调离"], ["signer", "archive-key", "--to", "key.pem"],
        ["template", "照片"], ["template", "photo", "--to", "清单.csv"], ["completions", "zsh"], ["manual", "--to", "man"],
    ]

    /// What is refused, once for each way of refusing.
    private static let refused: [[String]] = [
        ["show", "99"], ["show", "x"], ["add", "nowhere.txt"], ["case", "show", "没有"], ["verify", "nowhere"],
        ["get", "0"], ["export", "--case", "没有", "--to", "x"], ["nonsense"], ["list", "--kind", "foto"],
        ["case", "step", "HN-2026-001", "appeal"], ["inspection", "step", "没有", "notice"],
        ["trust", "nonsense"], ["timestamp"], ["timestamp", "--response", "nowhere"],
        ["checkpoint", "--to", "检查点.txt"], ["prove", "99"], ["verify", "--against", "来信.txt"],
        ["loop", "--to", "闭环.pdf"], ["coverage", "--regions", "nowhere"], ["verify", "--quick", "--full"],
        ["verify", "密件"], ["open", "bundle", "--key", "纪委.key", "--to", "不成"],
    ]

    @Test func `every command prints one canonical document`() throws {
        let laptop = try Laptop.withArchive()
        try laptop.file("照片.txt", "照片\n")
        try laptop.file("来信.txt", "来信\n")
        try laptop.file("来电.txt", "来电\n")
        try laptop.file("证书.pem", TestRecipient.certificate + "\n")
        try laptop.privateFile("私钥.pem", TestRecipient.key + "\n")
        try laptop.file("来电.csv", "文件,标题\n来电.txt,群众来电\n")
        try laptop.privateFile("passphrase", "correct horse\n")
        _ = try EnvelopeReader("纪委", in: URL(fileURLWithPath: laptop.folder))
        let env: [String: String?] = [
            "EVIDENCE_ARCHIVE": "archive", "EVIDENCE_SIGNER": "lisi", "EVIDENCE_PASSPHRASE_FILE": nil,
        ]
        for arguments in DocumentTests.runs {
            let needsPassphrase = arguments.contains("archive-key")
            let running = try laptop.start(
                arguments + ["--json"],
                env: needsPassphrase ? env.merging(["EVIDENCE_PASSPHRASE_FILE": "passphrase"]) { $1 } : env)
            // What serves prints its document at once, and then goes on until it is stopped.
            if arguments.contains("serve") {
                try wait { !running.outSoFar.isEmpty }
                running.send(SIGTERM)
            }
            let outcome = try running.wait()
            if arguments.starts(with: ["witness", "init"]) {
                try laptop.file("见证人.vkey", (try outcome.json["key"]?.string ?? "") + "\n")
            }
            #expect(outcome.status == 0, "\(arguments): \(outcome.err)")
            #expect(outcome.output.last == UInt8(ascii: "\n"), "\(arguments)")
            // Parsing refuses white space, null, floats, and whatever follows the document.
            // Canonical, but for the escape of what a terminal would obey.
            let text = outcome.out.dropLast().replacing("\\u007f", with: "\u{7F}")
            let document = try? JSONValue(canonical: Array(text.utf8))
            #expect(document?.object?.members.isEmpty == false, "\(arguments): \(outcome.out)")
        }
        for arguments in DocumentTests.refused {
            let outcome = try laptop.start(arguments + ["--json"], env: env).wait()
            #expect(outcome.status != 0 && outcome.out == "" && outcome.err != "", "\(arguments): \(outcome.out)")
        }
    }

    @Test func `no command is left out here`() throws {
        let laptop = try Laptop()
        var pages = try Set(laptop.json("manual", "--to", "man")["pages"]?.array.compactMap(\.string) ?? [])
        #expect(pages.remove("evidence.1") != nil)
        for arguments in DocumentTests.runs {
            pages.remove("evidence-\(arguments[0]).1")
            if arguments.count > 1 { pages.remove("evidence-\(arguments[0])-\(arguments[1]).1") }
        }
        #expect(pages == [])
    }
}
