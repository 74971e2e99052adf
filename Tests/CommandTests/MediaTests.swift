import EvidenceTestSupport
import Foundation
import Testing

/// What cameras and recorders wrote into their files goes on record with them.
struct MediaTests {
    private let laptop: Laptop
    private let archive: [String: String?] = ["EVIDENCE_ARCHIVE": "archive"]

    init() throws { laptop = try Laptop.withArchive() }

    /// A small picture with these tags.
    private func picture(_ name: String, _ tags: String) throws {
        let made = try laptop.shell(
            """
            set -e
            mkdir -p card
            ffmpeg -v error -y -f lavfi -i testsrc=size=64x48 -frames:v 1 -f mjpeg 'file:card/\(name)'
            exiftool -q -q -overwrite_original \(tags) 'card/\(name)'
            """)
        try #require(made.status == 0, "\(made.err)")
    }

    private func video(_ name: String) throws {
        let made = try laptop.shell(
            """
            mkdir -p card
            ffmpeg -v error -y -f lavfi -i testsrc=size=320x240:rate=10:duration=2 -f lavfi -i sine=duration=2 \
                -metadata creation_time=2026-03-12T16:30:00Z -f mp4 'file:card/\(name)'
            """)
        try #require(made.status == 0, "\(made.err)")
    }

    private func media(_ seq: Int) throws -> JSON? {
        try laptop.json("show", "\(seq)", env: archive)["files"]?[0]?["media"]
    }

    private func python(_ script: String, _ arguments: String...) throws -> Outcome {
        let package = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().path
        let words = (["\(package)/.venv/bin/python", "\(package)/scripts/\(script)"] + arguments).joined(separator: " ")
        return try laptop.shell(words)
    }

    @Test func `a card of photographs and videos is added with what they say of themselves`() throws {
        try picture(
            "1.jpg",
            "'-DateTimeOriginal=2026:03:12 14:30:05' -OffsetTimeOriginal=+08:00 -Make=Canon -SerialNumber=012.50 "
                + "-GPSLatitude=30.27 -GPSLatitudeRef=N -GPSLongitude=120.155 -GPSLongitudeRef=E")
        try video("2.mp4")
        try laptop.file("card/3.txt", "notes")
        let added = try laptop.run("add", "card", env: archive)
        #expect(added.status == 0 && !added.err.contains("exiftool"), "\(added.err)")
        let photo = try #require(try media(2))
        #expect(photo["captured"]?["time"]?.string == "2026-03-12T14:30:05+08:00")
        #expect(photo["captured"]?["zone"]?.string == "written")
        #expect(photo["device"]?["serial"]?.string == "012.50")
        #expect(photo["position"]?["latitude"]?.int == 302_700_000)
        #expect(photo["tools"]?[0]?["name"]?.string == "exiftool")
        let film = try #require(try media(3))
        #expect(film["audioCodec"]?.string == "aac" && film["width"]?.int == 320)
        #expect(film["captured"]?["time"]?.string == "2026-03-13T00:30:00+08:00")
        #expect(try media(4) == nil)
        let english = try laptop.succeed("show", "2", env: archive).out
        for words in ["taken 2026-03-12T14:30:05+08:00", "zone as in the file", "30.2700000, 120.1550000", "Canon"] {
            #expect(english.contains(words), "\(english)")
        }
        let chinese = try laptop.succeed("show", "3", "--lang", "zh", env: archive).out
        for words in ["320×240", "0:00:02", "aac", "按文件格式为 UTC"] { #expect(chinese.contains(words), "\(chinese)") }
        // Lists go by when it was taken.
        #expect(
            try laptop.json("list", "--since", "2026-03-12", "--until", "2026-03-12", env: archive)["records"]?.array
                .count == 1)
        #expect(try laptop.succeed("list", env: archive).out.contains("2026-03-12 14:30"))
        try laptop.expectVerified()
        let other = try python("verify-independent.py", laptop.archive)
        #expect(
            other.status == 3 && other.out.contains("key-not-pinned") && !other.out.contains("PROBLEM"), "\(other.out)")
        let schemas = try python("check-schemas", laptop.archive)
        #expect(schemas.status == 0, "\(schemas.out)\(schemas.err)")
    }

    @Test func `a clock that was off is on record, and what it wrote stays as it was`() throws {
        try picture("1.jpg", "'-DateTimeOriginal=2026:03:13 00:05:00' -SerialNumber=1")
        try laptop.succeed("add", "card", "--clock-offset", "+00:07:30", env: archive)
        let shown = try laptop.json("show", "2", env: archive)
        #expect(shown["acquired"]?["clockOffset"]?.int == 450_000)
        #expect(try media(2)?["captured"]?["written"]?.string == "2026:03:13 00:05:00")
        #expect(try media(2)?["captured"]?["time"]?.string == "2026-03-13T00:05:00+08:00")
        let english = try laptop.succeed("show", "2", env: archive).out
        #expect(english.contains("ran 0:07:30 ahead") && english.contains("corrected 2026-03-12T23:57:30+08:00"))
        let chinese = try laptop.succeed("show", "2", "--lang", "zh", env: archive).out
        #expect(chinese.contains("快 0:07:30") && chinese.contains("校正后 2026-03-12T23:57:30+08:00"))
        #expect(try laptop.json("list", "--until", "2026-03-12", env: archive)["records"]?.array.count == 1)
        // What a person says goes before what a device says.
        try laptop.succeed(
            "add", "card/1.jpg", "--occurred-at", "2026-03-01", "--clock-offset", "-00:07:30", "--serial", "mine",
            env: archive)
        #expect(try laptop.json("list", "--until", "2026-03-01", env: archive)["records"]?.array.count == 1)
        #expect(try laptop.json("show", "3", env: archive)["acquired"]?["serial"]?.string == "mine")
        #expect(try laptop.succeed("show", "3", env: archive).out.contains("ran 0:07:30 behind"))
        try laptop.expectVerified()
        for wrong in ["00:07:30", "+7", "+00:61:00", "fast", "", "+9999999:00:00"] {
            try laptop.expectRefused(
                "add", "card/1.jpg", "--clock-offset", wrong, status: 64, naming: "+00:07:30", env: archive)
        }
    }

    @Test func `a clock that was found to be off later is put right by an amendment`() throws {
        try picture("1.jpg", "'-DateTimeOriginal=2026:03:13 00:05:00' -SerialNumber=1")
        try laptop.succeed("add", "card", "--device", "相机", env: archive)
        try laptop.succeed("amend", "2", "--clock-offset", "+00:07:30", "--reason", "时钟未校准", env: archive)
        let shown = try laptop.succeed("show", "2", env: archive).out
        #expect(shown.contains("corrected 2026-03-12T23:57:30+08:00"), "\(shown)")
        #expect(try laptop.json("list", "--until", "2026-03-12", env: archive)["records"]?.array.count == 1)
        try laptop.expectVerified()
    }

    @Test func `absent tools are said once, and only where they would have been asked`() throws {
        try picture("1.jpg", "-SerialNumber=1")
        try picture("2.jpg", "-SerialNumber=2")
        try laptop.file("notes.txt", "notes")
        var without = archive
        without["PATH"] = laptop.folder
        let text = try laptop.run("add", "notes.txt", env: without)
        #expect(text.status == 0 && !text.err.contains("exiftool"))
        for (language, words) in [("en", "2 media files say"), ("zh", "2 个媒体文件")] {
            let added = try laptop.run("add", "card/1.jpg", "card/2.jpg", "--lang", language, env: without)
            #expect(added.status == 0)
            #expect(added.err.contains(words) && added.err.contains("libimage-exiftool-perl"), "\(added.err)")
            #expect(!added.err.contains("ffprobe"))
        }
        #expect(try media(3) == nil)
        try laptop.expectVerified()
    }

    @Test func `a tool that breaks costs metadata and nothing else`() throws {
        try picture("1.jpg", "-SerialNumber=1")
        try Script.write(
            "#!/bin/sh\n[ \"$1\" = -ver ] && echo 12.57 && exit 0\nkill -SEGV $$\n",
            to: URL(fileURLWithPath: laptop.folder + "/bin/exiftool"))
        var broken = archive
        broken["PATH"] = laptop.folder + "/bin"
        let added = try laptop.run("add", "card", env: broken)
        #expect(added.status == 0 && added.err.contains("exiftool did not get through 1 file"), "\(added.err)")
        #expect(try media(2) == nil)
        try laptop.expectVerified()
    }

    @Test func `hostile names and hostile fields do no harm`() throws {
        try picture("a.jpg", "-SerialNumber=1 '-Make=\u{1B}[31mred' '-Model=a\u{202E}b'")
        for name in ["-ver", "|touch pwned|", "touch pwned |", "a;b", "$(touch pwned)"] {
            try FileManager.default.copyItem(
                atPath: laptop.folder + "/card/a.jpg", toPath: laptop.folder + "/card/" + name)
        }
        try laptop.succeed("add", "card", env: archive)
        try laptop.succeed("add", "card", "--reference", env: archive)
        for seq in 2..<14 { #expect(try media(seq)?["device"]?["serial"]?.string == "1") }
        #expect(!laptop.exists("pwned") && !FileManager.default.fileExists(atPath: "/pwned"))
        let shown = try laptop.succeed("show", "2", env: archive).out
        #expect(!shown.contains("\u{1B}[31m") && !shown.contains("\u{202E}"))
        #expect(try laptop.leftovers().isEmpty)
        try laptop.expectVerified()
    }

    @Test func `a referenced video has its metadata too`() throws {
        try video("v.mp4")
        try laptop.succeed("add", "card/v.mp4", "--reference", env: archive)
        #expect(try media(2)?["audioCodec"]?.string == "aac")
        #expect(try laptop.json("show", "2", env: archive)["files"]?[0]?["held"]?.string == "referenced")
    }

    /// Reading a card and asking the tools take long; together they take no longer than one of them.
    @Test func `files are asked about while others are copied`() throws {
        try Script.write(
            """
            #!/usr/bin/env python3
            import json, os, sys, time
            if "-ver" in sys.argv:
                sys.exit(print("12.57"))
            paths = [word for word in sys.argv[1:] if word.startswith("/")]
            seen, folder = 0, os.path.dirname(paths[0])
            for _ in range(600):
                seen = max(seen, len(os.listdir(folder)))
                if seen > 250:
                    break
                time.sleep(0.05)
            print(json.dumps([{"SourceFile": path, "EXIF:SerialNumber": f"={seen}"} for path in paths]))
            """, to: URL(fileURLWithPath: laptop.folder + "/bin/exiftool"))
        let head: [UInt8] = [0xFF, 0xD8, 0xFF, 0xE0, 0, 0x10] + Array("JFIF".utf8) + [0, 1, 1, 0, 0, 1, 0, 1, 0, 0]
        for number in 0..<300 { try laptop.file("card/\(number).jpg", bytes: head + Array("\(number)".utf8)) }
        var environment = archive
        environment["PATH"] = "\(laptop.folder)/bin:/usr/bin:/bin"
        #expect(try laptop.json("add", "card", env: environment)["entries"]?.array.count == 300)
        let seen = try media(2)?["device"]?["serial"]?.string.flatMap { Int($0) }
        #expect(seen ?? 0 > 250)
    }

    @Test func `what a sealed picture says of itself is sealed with it`() throws {
        try picture("a.jpg", "'-DateTimeOriginal=2026:03:12 14:30:05' -OffsetTimeOriginal=+08:00 -Make=Canon")
        try video("b.mp4")
        _ = try EnvelopeReader("reader", .p256, in: URL(fileURLWithPath: laptop.folder))
        let added = try laptop.run("add", "card", "--each", "--sealed", "--reader", "reader.pem", env: archive)
        #expect(added.status == 0 && !added.err.contains("exiftool"), "\(added.err)")
        let opened = try (2...3).map { try laptop.succeed("show", "\($0)", "--key", "reader.key", env: archive).out }
        #expect(opened[0].contains("taken 2026-03-12T14:30:05+08:00") && opened[0].contains("Canon"), "\(opened[0])")
        #expect(opened[1].contains("320×240") && opened[1].contains("aac"), "\(opened[1])")
    }
}
