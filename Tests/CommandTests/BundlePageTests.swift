import Foundation
import Testing

/// What a bundle's pages show in a real browser, from the folder, with no network and no script.
struct BundlePageTests {
    private let laptop: Laptop
    private let archive: [String: String?] = ["EVIDENCE_ARCHIVE": "archive"]

    init() throws {
        laptop = try Laptop.withArchive()
        try laptop.succeed(
            "case", "open", "HN-2026-001", "--title", "冷库氨气报警失效", "--unit", "样例食品有限公司", "--content", "C4", env: archive)
    }

    private func export(_ arguments: String..., to folder: String = "bundle") throws {
        let outcome = try laptop.start(
            ["export", "--case", "HN-2026-001", "--to", folder, "--recipient", "省纪委", "--purpose", "移交线索"] + arguments,
            env: archive
        ).wait()
        try #require(outcome.status == 0, "\(outcome.err)")
    }

    private func page(_ name: String) throws -> String {
        String(decoding: try Laptop.bytes(laptop.folder + "/" + name), as: UTF8.self)
    }

    private func make(_ script: String) throws {
        let made = try laptop.shell("set -e; mkdir -p card; \(script)")
        try #require(made.status == 0, "\(made.err)")
    }

    @Test func `pictures are seen and recordings play, with nothing asked of any network`() throws {
        try make(
            """
            ffmpeg -v error -y -f lavfi -i testsrc=size=64x48 -frames:v 1 card/1.jpg
            ffmpeg -v error -y -f lavfi -i testsrc=size=40x60 -frames:v 1 card/2.png
            ffmpeg -v error -y -f lavfi -i sine=duration=2 card/3.mp3
            ffmpeg -v error -y -f lavfi -i testsrc=size=320x240:rate=10:duration=2 -f lavfi -i sine=duration=2 \
                -pix_fmt yuv420p card/4.mp4
            """)
        try laptop.file("card/5.txt", "notes")
        try laptop.succeed("add", "card", "--case", "HN-2026-001", env: archive)
        try export()
        let look = try Look(
            at: "bundle/index.html", on: laptop, "[...document.images].map(image => image.naturalWidth)",
            """
            (async () => {
                const lengths = []
                for (const player of document.querySelectorAll('audio, video')) {
                    const wasQuiet = player.preload === 'none' && !player.autoplay && player.controls
                    await new Promise(resolve => {
                        player.onloadedmetadata = player.onerror = resolve
                        player.preload = 'metadata'
                        player.load()
                    })
                    lengths.push(wasQuiet ? Math.round(player.duration) : -1)
                }
                return lengths
            })()
            """,
            "[...document.querySelectorAll('.name a')].map(link => link.getAttribute('href').split('.').pop()).sort()")
        #expect(look.values[0].array.compactMap(\.int) == [64, 40])
        #expect(look.values[1].array.compactMap(\.int) == [2, 2])
        #expect(look.values[2].array.compactMap(\.string) == ["jpg", "mp3", "mp4", "png", "txt"])
        #expect(look.messages == [])
        #expect(look.requests.count >= 5)
        #expect(look.requests.allSatisfy { $0.hasPrefix("file://") && $0.contains("/bundle/") }, "\(look.requests)")
    }

    @Test func `markup, scripts and invisible characters in any field are text and do nothing`() throws {
        let hostile = "'\"><script>document.title='pwned'</script><img src=x onerror=alert(1)>\u{202E}gpj"
        try laptop.file("\"' onerror='alert(1)'.txt", "x")
        try laptop.file("<img src=y onerror=alert(2)>.txt", "y")
        try laptop.succeed(
            "add", "\"' onerror='alert(1)'.txt", "<img src=y onerror=alert(2)>.txt", "--case", "HN-2026-001", "--title",
            hostile, "--description", "</dd></article><style>*{display:none}</style>\n\(hostile)", "--place", hostile,
            "--person", "\(hostile):\(hostile)", "--classification", hostile, "--device", hostile, "--serial", hostile,
            env: archive)
        try laptop.succeed("amend", "3", "--reason", hostile, "--place", "<iframe src=//example.com>", env: archive)
        try laptop.succeed(
            "custody", "3", "--from", hostile, "--to", "<svg onload=alert(1)>", "--description", hostile, env: archive)
        try laptop.succeed(
            "export", "--case", "HN-2026-001", "--to", "bundle", "--recipient", hostile, "--purpose", hostile,
            env: archive)
        for name in ["index.html", "print.html"] {
            let look = try Look(
                at: "bundle/" + name, on: laptop,
                "document.querySelectorAll('script, iframe, object, embed, form, svg, img').length",
                """
                [...document.querySelectorAll('*')].flatMap(element => [...element.attributes])
                    .filter(attribute => attribute.name.startsWith('on')).length
                """, "document.title", Look.text)
            #expect(look.values[0].int == 0 && look.values[1].int == 0)
            #expect(look.values[2].string?.contains("pwned") == false)
            let text = try #require(look.values[3].string)
            #expect(text.contains("<script>document.title='pwned'</script>") && text.contains("\\u{202E}gpj"))
            #expect(look.messages == [] && look.requests.count == 1, "\(look.messages) \(look.requests)")
            #expect(try !page("bundle/" + name).unicodeScalars.contains("\u{202E}"))
        }
    }

    @Test func `a button changes the language without a script`() throws {
        try laptop.file("a.txt", "a")
        try laptop.succeed("add", "a.txt", "--case", "HN-2026-001", "--title", "整改记录", env: archive)
        try export()
        for name in ["index.html", "print.html"] {
            let chinese = try #require(try Look(at: "bundle/" + name, on: laptop, Look.text).values[0].string)
            let english = try #require(
                try Look(at: "bundle/" + name, on: laptop, isEnglish: true, Look.text).values[0].string)
            for (text, own, other) in [
                (chinese, "本身不能证明任何事情", "proves nothing"), (english, "proves nothing", "本身不能证明任何事情"),
            ] {
                #expect(text.contains(own) && !text.contains(other), "\(text)")
                // What somebody wrote is there in either.
                for word in ["HN-2026-001", "整改记录", "李四", "省纪委"] { #expect(text.contains(word), "\(word)") }
            }
            #expect(Prose.english(in: chinese.replacing("Asia/Shanghai", with: "")) == [], "\(chinese)")
            #expect(!english.contains { "，。：；（）".contains($0) }, "\(english)")
        }
    }

    @Test func `the story has every number, what it said before, what is gone and what is not there`() throws {
        for name in ["a", "b", "c", "d", "e"] { try laptop.file(name + ".txt", name) }
        try laptop.succeed("add", "a.txt", "--title", "安全出口", "--place", "二号门", "--case", "HN-2026-001", env: archive)
        try laptop.succeed("add", "b.txt", "--title", "私人照片", "--case", "HN-2026-001", env: archive)
        try laptop.succeed("add", "c.txt", "--title", "举报人谈话", "--case", "HN-2026-001", env: archive)
        try laptop.succeed("add", "d.txt", "--title", "来信", env: archive)
        try laptop.succeed("case", "link", "HN-2026-001", "6", env: archive)
        try laptop.succeed("add", "e.txt", "--reference", "--title", "监控录像", "--case", "HN-2026-001", env: archive)
        try laptop.succeed("amend", "3", "--reason", "写错了", "--place", "三号门", env: archive)
        try laptop.succeed("custody", "3", "--from", "李四", "--to", "档案室", env: archive)
        try laptop.succeed("withdraw", "4", "--authority", "省安委办", "--reason", "涉及隐私", env: archive)
        try export("--withhold", "5")
        let look = try Look(
            at: "bundle/index.html", on: laptop, "[...document.querySelectorAll('.no')].map(e => e.innerText)",
            "[...document.querySelectorAll('article')].map(e => e.innerText)", Look.text)
        let numbers = look.values[0].array.compactMap(\.string)
        #expect(numbers.filter { Int($0) != nil } == (1...10).map { "\($0)" })
        #expect(numbers.filter { Int($0) == nil } == ["关联"])
        let articles = look.values[1].array.compactMap(\.string)
        func article(_ words: String) -> String { articles.first { $0.contains(words) } ?? "" }
        for words in ["已更正", "二号门", "三号门", "写错了", "李四 → 档案室", "外部时间", "SHA-256"] {
            #expect(article("安全出口").contains(words), "\(words): \(article("安全出口"))")
        }
        #expect(article("监控录像").contains("不在本文件夹中"))
        #expect(article("已撤销：").contains("省安委办"))
        #expect(article("未移交：").contains("李四"))
        let whole = look.values[2].string ?? ""
        for secret in ["私人照片", "举报人谈话"] { #expect(!whole.contains(secret), "\(secret)") }
        for words in ["1 条记录的内容未移交", "1 个文件登记时留在原处", "1 条已依令撤销"] { #expect(whole.contains(words), "\(words)") }
        // Whatever a page links to is in the folder.
        for name in ["index.html", "print.html"] {
            for link in try page("bundle/" + name).matches(of: /(?:href|src)="([^"#]+)"/).map({ String($0.1) }) {
                #expect(laptop.exists("bundle/" + link), "\(link)")
            }
        }
        #expect(try laptop.run("verify", "bundle").status == 3)
    }

    @Test func `cover and contents are printed on A4 with page numbers, digests and lines to sign on`() throws {
        for number in 1...30 { try laptop.file("card/\(number).txt", "\(number)") }
        try laptop.succeed("add", "card", "--case", "HN-2026-001", env: archive)
        try export()
        let digest = try #require(try laptop.json("show", "3", env: archive)["files"]?[0]?["sha256"]?.string)
        for isEnglish in [false, true] {
            _ = try Look(at: "bundle/print.html", on: laptop, isEnglish: isEnglish, pdf: "print.pdf")
            let printed = try laptop.shell("pdfinfo print.pdf; pdftotext -layout print.pdf - | tr -d '\\n'").out
            #expect(printed.contains("(A4)"))
            let pages = try #require(printed.firstMatch(of: /Pages: +(\d+)/).flatMap { Int($0.1) })
            #expect(pages > 3 && printed.contains("\(pages)/\(pages)"))
            let words = isEnglish ? ["Contents", "Received by"] : ["卷内目录", "接收人"]
            for word in words + ["HN-2026-001", "省纪委"] { #expect(printed.contains(word), "\(word)") }
            #expect(printed.contains(digest.prefix(32)) && printed.contains(digest.suffix(32)))
        }
    }

    @Test func `the pages depend neither on the exporter's language nor on his trust`() throws {
        try laptop.file("a.txt", "a")
        try laptop.succeed("add", "a.txt", "--case", "HN-2026-001", env: archive)
        try export("--lang", "en", to: "first")
        try laptop.succeed("trust", "archive/checkpoint")
        try export("--lang", "zh-Hans", to: "second")
        func articles(_ bundle: String) throws -> [Substring] {
            try page(bundle + "/index.html").split(separator: "<article").dropFirst().dropLast().map { $0 }
        }
        // The second has one entry more, the first export.
        let (first, second) = (try articles("first"), try articles("second"))
        #expect(first.count == 2 && second.count == 3)
        #expect(first == Array(second.prefix(2)))
        #expect(second[2].contains("本案此前的一次导出") && !second[2].contains("省纪委"))
    }
}
