import EvidenceTestSupport
import Foundation
import Testing

/// The operator's guide, done as it says, from its first command to its last; and what holds both guides to each other and to the codes.
struct GuideTests {
    /// A fenced block: commands (`sh`, or `sh other` for another machine) or what is seen after them (`text`).
    private struct Block {
        let kind: String
        let lines: [String]
    }

    private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().path

    private static func blocks(_ name: String) throws -> [Block] {
        let text = String(decoding: try Laptop.bytes("\(root)/docs/\(name)"), as: UTF8.self)
        return text.matches(of: /```([a-z ]+)\n((?s).*?)```/).map { match in
            Block(kind: String(match.1), lines: match.2.split(separator: "\n").map(String.init))
        }
    }

    /// What the guide takes for granted: a card, a NAS, a stick, a disk for backups, and a day's material.
    private func prepare(_ laptop: Laptop) throws {
        try laptop.script("bin/xdg-open", "#!/bin/sh\nexit 0\n")
        try laptop.file(
            "清单/照片清单.csv", "\u{FEFF}文件,标题,发生时间\r\n照片/甲.txt,消防通道,2026/3/12\r\n照片/乙.txt,配电箱,2026/3/12 9:30\r\n")
        let prepared = try laptop.shell(
            """
            sample='\(GuideTests.root)/Tests/Fixtures/sample-inspection'
            mkdir -p media/{stick,backup,card2/DCIM,card,nas/2026-03-12} 素材 清单/照片
            cp -r "$sample/现场检查" media/card/DCIM
            cp "$sample/现场检查/照片/IMG_20260312_101532.jpg" media/card2/DCIM/IMG_0001.jpg && echo >> media/card2/DCIM/IMG_0001.jpg
            cp "$sample/现场检查"/*.mp4 media/nas/2026-03-12/会议录像.mp4 && echo >> media/nas/2026-03-12/会议录像.mp4
            cp "$sample/访谈"/*.m4a 素材/录音.m4a
            cp "$sample/列席会议/会议纪要.docx" 素材/记录.docx
            cp "$sample/来信来电"/*.pdf 素材/来信.pdf
            echo 甲 > 清单/照片/甲.txt && echo 乙 > 清单/照片/乙.txt
            echo 'correct horse battery staple' > passphrase && chmod 600 passphrase
            """)
        #expect(prepared.status == 0 && prepared.err == "", "\(prepared.err)")
    }

    private static let mark = "-- block "

    @Test(arguments: TestTier.some([("guide.zh-CN.md", "zh_CN.UTF-8"), ("guide.md", "en_US.UTF-8")], oneIn: 2))
    func `every command of the guide does what the guide shows`(_ name: String, _ locale: String) throws {
        let laptop = try Laptop()
        try prepare(laptop)
        let home = laptop.folder
        let server = try TimestampServer(TimestampAuthority())
        try laptop.file("media/stick/时间戳根证书.pem", bytes: server.authority.openssl("x509", "-in", "root.pem"))
        _ = try EnvelopeReader("省纪委", in: URL(fileURLWithPath: home + "/media/stick"))
        let blocks = try GuideTests.blocks(name)
        var script = "set -e\nexec 2>&1\nexport HOME='\(home)' PATH='\(home)/bin':$PATH\n"
        for (index, block) in blocks.enumerated() where block.kind.hasPrefix("sh") {
            let commands = block.lines.joined(separator: "\n").replacing("/media/", with: "\(home)/media/")
                .replacing("http://tsa.example.gov.cn", with: server.address())
            script += "echo '\(GuideTests.mark)\(index)'\n"
            script +=
                block.kind == "sh"
                ? commands + "\n"
                : "(unset EVIDENCE_ARCHIVE EVIDENCE_SIGNER; export EVIDENCE_HOME='\(home)/other'\n\(commands)\n)\n"
        }
        let outcome = try laptop.shell(
            script, env: ["LC_ALL": locale, "EVIDENCE_PASSPHRASE_FILE": home + "/passphrase"])
        #expect(outcome.status == 0, "\(outcome.out.suffix(1_500))")
        let outputs = outcome.out.split(separator: GuideTests.mark).map(String.init)
        for (index, block) in blocks.enumerated() where block.kind == "text" {
            let output = outputs.first { $0.hasPrefix("\(index - 1)\n") } ?? ""
            for line in block.lines {
                #expect(GuideTests.isSeen(line, in: output), "\(name): “\(line)” is not in:\n\(output)")
            }
        }
    }

    /// Whether a line of the output is the line shown, where “…” stands for anything and spaces for any spaces.
    private static func isSeen(_ line: String, in output: String) -> Bool {
        func words(_ text: some StringProtocol) -> String { text.split(separator: " ").joined(separator: " ") }
        let parts = line.split(separator: "…").map { words($0) }
        return output.split(separator: "\n").contains { candidate in
            var rest = words(candidate)[...]
            for part in parts {
                guard let range = rest.firstRange(of: part) else { return false }
                rest = rest[range.upperBound...]
            }
            return true
        }
    }

    @Test(arguments: [("guide.md", "guide.zh-CN.md"), ("operating.md", "operating.zh-CN.md")])
    func `both languages have the same commands, in the same order, and the same chapters`(
        _ english: String, _ chinese: String
    ) throws {
        func commands(_ name: String) throws -> [String] {
            try GuideTests.blocks(name).map {
                $0.kind == "text" ? "text" : "\($0.kind)\n\($0.lines.joined(separator: "\n"))"
            }
        }
        #expect(try commands(english) == commands(chinese))
        func chapters(_ name: String) throws -> Int {
            String(decoding: try Laptop.bytes("\(GuideTests.root)/docs/\(name)"), as: UTF8.self).split(separator: "\n")
                .filter { $0.hasPrefix("## ") }.count
        }
        #expect(try chapters(english) == chapters(chinese))
    }

    @Test func `every code that the guide names is one that verify has`() throws {
        for (guide, codes) in [
            ("guide.md", "problem-codes.md"), ("guide.zh-CN.md", "problem-codes.zh-CN.md"),
            ("operating.md", "problem-codes.md"), ("operating.zh-CN.md", "problem-codes.zh-CN.md"),
        ] {
            let text = String(decoding: try Laptop.bytes("\(GuideTests.root)/docs/\(guide)"), as: UTF8.self)
            let known = String(decoding: try Laptop.bytes("\(GuideTests.root)/docs/\(codes)"), as: UTF8.self)
            for code in text.matches(of: /[(（]`([a-z]+-[a-z]*)…?`[)）]/) {
                #expect(known.contains("`\(code.1)"), "\(code.1)")
            }
        }
    }
}
