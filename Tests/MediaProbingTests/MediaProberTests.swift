import EvidenceRecord
import EvidenceTestSupport
import Foundation
import MediaProbing
import SystemPackage
import Testing

/// Real files and the real tools; fakes only for tools that fail.
struct MediaProberTests {
    private static let real = "/usr/local/bin:/usr/bin:/bin"
    private let folder: URL

    init() throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("evidence-media-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    private func path(_ name: String) -> String { folder.appendingPathComponent(name).path }

    @discardableResult
    private func run(_ program: String, _ arguments: [String]) throws -> Int32 {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [program] + arguments
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        process.standardInput = FileHandle.nullDevice
        process.currentDirectoryURL = folder
        try process.run()
        process.waitUntilExit()
        return process.terminationStatus
    }

    private func ffmpeg(_ arguments: String..., to name: String) throws {
        let status = try run("ffmpeg", ["-v", "error", "-y"] + arguments + [path(name)])
        try #require(status == 0, "ffmpeg \(name)")
    }

    /// A picture with these tags.
    private func picture(_ name: String, _ tags: String...) throws {
        try ffmpeg("-f", "lavfi", "-i", "testsrc=size=64x48", "-frames:v", "1", "-f", "mjpeg", to: name)
        guard !tags.isEmpty else { return }
        let status = try run("exiftool", ["-q", "-q", "-overwrite_original"] + tags + [path(name)])
        try #require(status == 0, "exiftool \(name)")
    }

    private func fake(_ name: String, _ script: String) throws -> String {
        let bin = folder.appendingPathComponent("bin")
        try Script.write("#!/bin/bash\n\(script)\n", to: bin.appendingPathComponent(name))
        return bin.path
    }

    private func prober(_ search: String = real, patience: Int = 20) -> MediaProber {
        MediaProber(searchPath: search, seconds: { _ in 8 * 3_600 }, patience: patience, checkInterruption: {})
    }

    private func probe(_ name: String, _ type: String) throws -> MediaRecord? {
        try prober().probe([MediaProber.File(path: FilePath(path(name)), mediaType: type)])[0]
    }

    private func file(_ name: String, _ type: String = "image/jpeg") -> MediaProber.File {
        MediaProber.File(path: FilePath(path(name)), mediaType: type)
    }

    // MARK: What real files say

    @Test func `a picture's time, zone, place, device and size are told`() throws {
        try picture(
            "a", "-DateTimeOriginal=2026:03:12 14:30:05", "-SubSecTimeOriginal=25", "-OffsetTimeOriginal=+09:00",
            "-Make=Canon", "-Model=1e5", "-SerialNumber=012.50", "-GPSLatitude=30.2741234", "-GPSLatitudeRef=S",
            "-GPSLongitude=120.155", "-GPSLongitudeRef=E", "-GPSAltitude=12.5", "-GPSAltitudeRef#=1")
        let media = try #require(try probe("a", "image/jpeg"))
        #expect(media.captured?.written == "2026:03:12 14:30:05")
        #expect(media.captured?.tag == "EXIF:DateTimeOriginal")
        #expect(media.captured?.time.description == "2026-03-12T14:30:05.250+09:00")
        #expect(media.captured?.zone == .written)
        #expect(
            media.position == MediaRecord.Position(latitude: -302_741_234, longitude: 1_201_550_000, altitude: -12_500))
        #expect(media.make == "Canon" && media.model == "1e5" && media.serial == "012.50")
        #expect(media.width == 64 && media.height == 48)
        #expect(media.tools.map(\.name) == ["exiftool"])
        #expect(media.tools[0].version.first?.isNumber == true)
    }

    @Test func `a time without a zone gets the person's, and it is said that it was assumed`() throws {
        try picture("a", "-DateTimeOriginal=2026:03:12 14:30:05")
        let media = try #require(try probe("a", "image/jpeg"))
        #expect(media.captured?.time.description == "2026-03-12T14:30:05+08:00")
        #expect(media.captured?.zone == .assumed && media.captured?.gps == nil)
    }

    @Test func `the satellites' time gives the zone, unless it is not that time at all`() throws {
        let gps = ["-GPSDateStamp=2026:03:12", "-GPSTimeStamp=05:30:03"]
        try picture("a", "-DateTimeOriginal=2026:03:12 14:30:05", gps[0], gps[1])
        let media = try #require(try probe("a", "image/jpeg"))
        #expect(media.captured?.zone == .gps)
        #expect(media.captured?.time.description == "2026-03-12T14:30:05+09:00")
        #expect(media.captured?.gps?.description == "2026-03-12T05:30:03Z")
        try picture("b", "-DateTimeOriginal=2026:03:12 14:37:35", gps[0], gps[1])
        let off = try #require(try probe("b", "image/jpeg"))
        #expect(off.captured?.zone == .assumed && off.captured?.gps?.description == "2026-03-12T05:30:03Z")
    }

    @Test func `recordings and videos tell their length, codecs, size and time`() throws {
        let sound = ["-f", "lavfi", "-i", "sine=duration=2"]
        try ffmpeg(
            "-f", "lavfi", "-i", "testsrc=size=320x240:rate=10:duration=2", sound[0], sound[1], sound[2], sound[3],
            "-metadata", "creation_time=2026-03-12T16:30:00Z", "-f", "mp4", to: "video")
        let video = try #require(try probe("video", "video/mp4"))
        #expect(video.duration.map { (1_900...2_100).contains($0) } == true)
        #expect(video.width == 320 && video.height == 240)
        #expect(video.videoCodec != nil && video.audioCodec == "aac")
        #expect(video.captured?.time.description == "2026-03-13T00:30:00+08:00")
        #expect(video.captured?.zone == .format && video.captured?.tag == "QuickTime:MediaCreateDate")
        #expect(Set(video.tools.map(\.name)) == ["exiftool", "ffprobe"])
        for (format, type, codec) in [
            ("wav", "audio/x-wav", "pcm_s16le"), ("mp3", "audio/mpeg", "mp3"), ("ipod", "audio/x-m4a", "aac"),
        ] {
            try ffmpeg(sound[0], sound[1], sound[2], sound[3], "-f", format, to: format)
            let media = try #require(try probe(format, type))
            #expect(media.duration.map { (1_900...2_200).contains($0) } == true)
            #expect(media.audioCodec == codec && media.videoCodec == nil && media.width == nil)
        }
    }

    @Test func `one tool alone tells what it knows`() throws {
        try ffmpeg(
            "-f", "lavfi", "-i", "testsrc=size=320x240:rate=10:duration=1", "-metadata",
            "creation_time=2026-03-12T16:30:00Z", "-f", "mp4", to: "video")
        let bin = try fake("ffprobe", "exec /usr/bin/ffprobe \"$@\"")
        let prober = prober(bin)
        let media = try #require(try prober.probe([file("video", "video/mp4")])[0])
        #expect(media.captured?.tag == "ffprobe:creation_time" && media.captured?.zone == .format)
        #expect(media.captured?.time.description == "2026-03-13T00:30:00+08:00")
        #expect(media.tools.map(\.name) == ["ffprobe"])
        #expect(prober.shortfall.absent == [.exiftool: 1])
    }

    @Test func `a hundred pictures come back in their order`() throws {
        try picture("0")
        var files: [MediaProber.File] = []
        for number in 0..<120 {
            try Data(contentsOf: folder.appendingPathComponent("0")).write(
                to: folder.appendingPathComponent("p\(number)"))
            files.append(file("p\(number)"))
        }
        for number in [0, 49, 50, 119] {
            try run("exiftool", ["-q", "-overwrite_original", "-SerialNumber=S\(number)", path("p\(number)")])
        }
        let media = try prober().probe(files)
        for number in [0, 49, 50, 119] { #expect(media[number]?.serial == "S\(number)") }
        #expect(media.allSatisfy { $0?.width == 64 })
    }

    // MARK: Hostile files

    @Test func `broken and disguised files tell nothing, and cost nobody else anything`() throws {
        try picture("good", "-SerialNumber=1")
        try ffmpeg("-f", "lavfi", "-i", "sine=duration=1", "-f", "mp4", to: "whole")
        let bytes = try Data(contentsOf: folder.appendingPathComponent("whole"))
        try bytes.prefix(bytes.count / 3).write(to: folder.appendingPathComponent("cut"))
        try Data("PK\u{3}\u{4}garbage".utf8).write(to: folder.appendingPathComponent("zip"))
        try Data("ffconcat version 1.0\nfile /etc/passwd\n".utf8).write(to: folder.appendingPathComponent("list"))
        try Data("#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nfile:///etc/passwd\n".utf8)
            .write(to: folder.appendingPathComponent("hls"))
        let prober = prober()
        let media = try prober.probe([
            file("good"), file("cut", "video/mp4"), file("zip", "video/mp4"), file("list", "video/mp4"),
            file("hls", "audio/mpegurl"), file("nothing-there"),
        ])
        #expect(media[0]?.serial == "1")
        for place in 2...5 { #expect(media[place]?.videoCodec == nil && media[place]?.duration == nil) }
        #expect(media[5] == nil)
        #expect(prober.shortfall.failed == [.exiftool: 1])
    }

    @Test func `a file that a tool can't open is told`() throws {
        let prober = prober()
        #expect(try prober.probe([file("nothing-there", "video/mp4")])[0] == nil)
        #expect(prober.shortfall.failed == [.exiftool: 1, .ffprobe: 1])
    }

    @Test func `a file that is given open is read to its end, whatever has become of its path`() throws {
        try picture("a", "-SerialNumber=7")
        try ffmpeg("-f", "lavfi", "-i", "sine=duration=1", "-f", "mp4", to: "b")
        let handles = try ["a", "b"].map { name in try FileHandle(forReadingFrom: folder.appendingPathComponent(name)) }
        for handle in handles { _ = try handle.seekToEnd() }
        for name in ["a", "b"] { try FileManager.default.removeItem(atPath: path(name)) }
        let prober = prober()
        let media = try prober.probe(
            zip(handles, ["image/jpeg", "audio/mp4"]).map {
                MediaProber.File(descriptor: $0.fileDescriptor, mediaType: $1)
            })
        #expect(media[0]?.serial == "7" && media[0]?.width == 64)
        // The length stands at the end of the file.
        #expect(media[1]?.audioCodec == "aac" && media[1]?.duration ?? 0 >= 1_000)
        #expect(prober.shortfall.failed.isEmpty)
    }

    @Test func `a still is made of what the file itself shows, and of no file that it names`() throws {
        let installed = StillMaker(searchPath: MediaProberTests.real, checkInterruption: {})
        let maker = try #require(installed)
        try picture("a%d.jpg")
        try ffmpeg(
            "-f", "lavfi", "-i", "color=red:size=64x64:rate=1:duration=1", "-c:v", "mpeg4", "-movflags",
            "frag_keyframe+empty_moov+default_base_moof", "-f", "mp4", to: "secret.mp4")
        for name in ["a%d.jpg", "secret.mp4"] {
            #expect(try maker.still(of: FilePath(path(name)))?.isEmpty == false, "\(name)")
        }
        let dash = """
            <?xml version="1.0"?><!-- <svg xmlns="http://www.w3.org/2000/svg"> -->
            <MPD xmlns="urn:mpeg:dash:schema:mpd:2011" profiles="urn:mpeg:dash:profile:isoff-live:2011" type="static" \
            mediaPresentationDuration="PT1S" minBufferTime="PT1S"><Period id="0" start="PT0.0S"><AdaptationSet \
            contentType="video"><Representation id="0" mimeType="video/mp4" codecs="mp4v.20.9" bandwidth="1000" width="64" \
            height="64"><BaseURL>\(path("secret.mp4"))</BaseURL><SegmentList duration="1"><SegmentURL \
            media="\(path("secret.mp4"))"/></SegmentList></Representation></AdaptationSet></Period></MPD>
            """
        let hls = "#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nfile://\(path("secret.mp4"))\n#EXT-X-ENDLIST\n"
        let list = "ffconcat version 1.0\nfile \(path("secret.mp4"))\n"
        for text in [dash, hls, list] {
            try Data(text.utf8).write(to: folder.appendingPathComponent("picture.svg"))
            #expect(try maker.still(of: FilePath(path("picture.svg"))) == nil, "\(text)")
        }
    }

    @Test func `fields that are too long are left out, and the rest is kept as it stands`() throws {
        let strange = "\u{1B}[31mred\u{202E}evil"
        try picture("a", "-Make=\(String(repeating: "x", count: 5_000))", "-Model=\(strange)", "-SerialNumber= 7 ")
        let media = try #require(try probe("a", "image/jpeg"))
        #expect(media.make == nil && media.model == strange && media.serial == "7")
    }

    @Test func `times that no clock shows are none`() throws {
        for (number, time) in ["0000:00:00 00:00:00", "2026:13:41 25:61:61", "yesterday", "    :  :     :  :  "]
            .enumerated()
        {
            try picture("\(number)", "-EXIF:DateTimeOriginal#=\(time)", "-SerialNumber=1")
            #expect(try probe("\(number)", "image/jpeg")?.captured == nil)
        }
    }

    // MARK: Tools that fail

    @Test func `a tool that is absent is named, with how many files it would have read`() throws {
        try picture("a")
        let prober = prober("/nonexistent:relative")
        #expect(
            try prober.probe([file("a"), file("a", "video/mp4"), file("a", "text/plain")]).allSatisfy { $0 == nil })
        #expect(prober.shortfall.absent == [.exiftool: 2, .ffprobe: 1])
    }

    /// A folder with an exiftool that does a deed when the last file it is given bears its number, else the real one.
    private func troubled(_ deeds: [String]) throws -> String {
        let cases = deeds.enumerated().map { number, deed in "*bad\(number)) \(deed);;" }.joined(separator: "\n")
        return try fake(
            "exiftool",
            """
            if [ "$1" = -ver ]; then exec /usr/bin/exiftool -ver; fi
            for last; do case "$last" in \(cases) esac; done
            exec /usr/bin/exiftool "$@"
            """)
    }

    @Test(
        arguments: [
            "kill -SEGV $$", "while :; do echo yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy; done", "exit 9",
            "echo '[{'; exit 0",
        ])
    func `a tool that crashes or floods costs that file's metadata alone`(deed: String) throws {
        for name in ["a", "bad0", "c"] { try picture(name, "-SerialNumber=\(name)") }
        let prober = prober(try troubled([deed]))
        let media = try prober.probe([file("a"), file("bad0"), file("c")])
        #expect(media.map { $0?.serial } == ["a", nil, "c"])
        #expect(prober.shortfall.failed == [.exiftool: 1])
    }

    /// The patience has to be less than a hang's and more than the real tool's on a machine that does much else.
    @Test func `a tool that hangs costs those files' metadata alone`() async throws {
        let bin = try troubled(["sleep 1000", "while :; do :; done", "exec 1>&-; sleep 1000"])
        for name in ["a", "bad0", "bad1", "bad2", "c"] { try picture(name, "-SerialNumber=\(name)") }
        let prober = prober(bin, patience: 8)
        let files = ["a", "bad0", "bad1", "bad2", "c"].map { file($0) }
        let media = try await aside { try prober.probe(files) }
        #expect(media.map { $0?.serial } == ["a", nil, nil, nil, "c"])
        #expect(prober.shortfall.failed == [.exiftool: 3])
    }

    @Test func `a tool that fails on everything is given up`() throws {
        let bin = try fake("exiftool", "if [ \"$1\" = -ver ]; then echo 12.57; exit 0; fi; exit 9")
        for name in 0..<30 { try picture("\(name)") }
        let prober = prober(bin)
        #expect(try prober.probe((0..<30).map { file("\($0)") }).allSatisfy { $0 == nil })
        #expect(prober.shortfall.failed == [.exiftool: 30])
    }

    @Test func `a tool can write no file and is ended with all that it has started when somebody stops`() throws {
        let bin = try fake(
            "exiftool",
            "if [ \"$1\" = -ver ]; then echo 12.57; exit 0; fi; (echo x > \(path("written"))); sleep 1000 & wait")
        try picture("a")
        let start = Date()
        let prober = MediaProber(
            searchPath: bin, seconds: { _ in 0 },
            checkInterruption: { if Date().timeIntervalSince(start) > 1 { throw EvidenceError.interrupted } })
        #expect(throws: EvidenceError.self) { try prober.probe([file("a")]) }
        let size = try? FileManager.default.attributesOfItem(atPath: path("written"))[.size] as? Int
        #expect(size == nil || size == 0)
    }

    @Test func `a tool can't change, move or remove anything`() throws {
        try picture("a")
        let before = try Data(contentsOf: URL(fileURLWithPath: path("a")))
        let attacks = [
            "echo x >> \(path("a"))", ": > \(path("a"))", "truncate -s 0 \(path("a"))", "rm -f \(path("a"))",
            "mv \(path("a")) \(path("b"))", "ln -s / \(path("b"))", "mkdir \(path("b"))", "mkfifo \(path("b"))",
        ]
        let bin = try fake(
            "exiftool",
            "if [ \"$1\" = -ver ]; then echo 12.57; exit 0; fi; \(attacks.joined(separator: "; ")); ulimit -c; exit 0")
        let prober = prober(bin)
        _ = try prober.probe([file("a")])
        #expect(try Data(contentsOf: URL(fileURLWithPath: path("a"))) == before)
        #expect(!FileManager.default.fileExists(atPath: path("b")))
    }
}
