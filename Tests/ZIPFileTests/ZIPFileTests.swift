import EvidenceFiles
import EvidenceRecord
import EvidenceTestSupport
import Foundation
import SystemPackage
import Testing
import ZIPFile

struct ZIPFileTests {

    private let place: ZIPPlace

    init() throws { place = try ZIPPlace() }

    static let files: [(name: String, bytes: [UInt8])] = [
        ("bagit.txt", Array("BagIt-Version: 1.0\n".utf8)), ("data/empty", []),
        ("data/files/a.jpg", (0..<300_000).map { UInt8(truncatingIfNeeded: $0 &* 31 ^ $0 >> 8) }),
        // A member that is a ZIP itself must not confuse a reader that goes by signatures.
        ("data/inner.zip", Array("PK\u{3}\u{4}PK\u{1}\u{2}PK\u{5}\u{6}".utf8) + [UInt8](repeating: 0, count: 40)),
    ]

    // MARK: What is written

    @Test func `what was written is read back where it lies`() throws {
        let reader = try ZIPReader(try place.write("a.zip", ZIPFileTests.files))
        #expect(reader.date == "2026-03-12")
        #expect(reader.members.map { String(decoding: $0.name, as: UTF8.self) } == ZIPFileTests.files.map(\.name))
        for (member, file) in zip(reader.members, ZIPFileTests.files) {
            #expect(try member.span.contents(limit: 1 << 20) == file.bytes)
            var checksum = CRC32()
            checksum.update(file.bytes)
            #expect(member.span.crc32 == checksum.value)
        }
    }

    @Test func `the same members give the same bytes, in a file as in a stream`() throws {
        let file = try place.bytes(place.write("a.zip", ZIPFileTests.files))
        #expect(try file == place.bytes(place.write("b.zip", ZIPFileTests.files)))
        var streamed: [UInt8] = []
        let writer = ZIPWriter(.stream { streamed += $0 }, date: "2026-03-12")
        #expect(writer.needsChecksums)
        for (name, bytes) in ZIPFileTests.files { try writer.add(name, bytes) }
        try writer.finish()
        #expect(streamed == file)
        #expect(try file != place.bytes(place.write("c.zip", ZIPFileTests.files, date: "2026-03-13")))
    }

    @Test func `a checksum that is known only at the end is put in its place`() throws {
        let path = place.path("late.zip")
        let writer = ZIPWriter(.file(try OpenFile(path, O_WRONLY | O_CREAT | O_EXCL)), date: "2026-03-12")
        for (name, bytes) in ZIPFileTests.files {
            try writer.add(name, size: UInt64(bytes.count), crc32: nil) { take in
                for start in stride(from: 0, to: bytes.count, by: 70_000) {
                    try bytes[start..<min(bytes.count, start + 70_000)].withUnsafeBytes { try take($0) }
                }
            }
        }
        try writer.finish()
        #expect(try place.bytes(path) == place.bytes(place.write("a.zip", ZIPFileTests.files)))
    }

    @Test func `a member that changes while it is read is no member`() throws {
        for (size, crc32) in [(2, nil), (4, nil), (3, 1)] as [(UInt64, UInt32?)] {
            let writer = ZIPWriter(.stream { _ in }, date: "2026-03-12")
            let error = #expect(throws: EvidenceError.self) {
                try writer.add("a", size: size, crc32: crc32) { take in try [1, 2, 3].withUnsafeBytes { try take($0) } }
            }
            #expect(error?.code == .inputOutput)
        }
    }

    @Test(arguments: [
        ("1970-01-01", "1980-01-01"), ("1980-01-01", "1980-01-01"), ("2026-12-31", "2026-12-31"),
        ("2107-12-31", "2107-12-31"), ("2108-01-01", "2107-12-31"), ("", "1980-01-01"), ("2026-3-12", "1980-01-01"),
        ("+026-03-12", "1980-01-01"),
        ("20260312", "1980-01-01"), ("2026-03-12-", "1980-01-01"), ("99999-01-01", "1980-01-01"),
    ])
    func `days are those that a ZIP can say`(date: String, said: String) {
        #expect(ZIPFrame(date: date).date == said)
    }

    @Test func `other people's programs read it`() throws {
        let path = try place.write("a.zip", ZIPFileTests.files)
        try place.shell("unzip -tq a.zip && 7z t a.zip && bsdtar -tf a.zip && python3 -m zipfile -t a.zip | grep Done")
        try place.shell("mkdir unzip 7z bsdtar stream python")
        // The last but one reads from a pipe, from the first byte to the last.
        try place.shell(
            """
            unzip -q a.zip -d unzip && 7z x -y -o7z a.zip && bsdtar -C bsdtar -xf a.zip &&
            bsdtar -C stream -xf - < a.zip && python3 -m zipfile -e a.zip python
            """)
        for program in ["unzip", "7z", "bsdtar", "stream", "python"] {
            for (name, bytes) in ZIPFileTests.files {
                #expect(try place.bytes(place.path("\(program)/\(name)")) == bytes, "\(program): \(name)")
            }
        }
        #expect(path.string.hasSuffix("a.zip"))
    }

    // MARK: ZIP64

    @Test func `more than 65,535 members are read by all`() throws {
        let files = (0..<65_600).map { (name: "d/\($0)", bytes: Array("\($0)".utf8)) }
        let zip = try ZIPReader(try place.write("many.zip", files))
        #expect(zip.members.count == files.count)
        #expect(try zip.members.last?.span.contents(limit: 10) == files.last?.bytes)
        try place.shell(
            "unzip -tq many.zip && 7z t many.zip && test $(bsdtar -tf many.zip | wc -l) = 65600 && "
                + "python3 -m zipfile -t many.zip | grep Done")
    }

    @Test(.enabled(if: TestTier.isFull)) func `members and places past 4 GiB are read by all`() throws {
        let path = place.path("large.zip")
        let writer = ZIPWriter(.file(try OpenFile(path, O_WRONLY | O_CREAT | O_EXCL)), date: "2026-03-12")
        let piece = [UInt8](repeating: 0, count: 1 << 20)
        for (name, size) in [("a", UInt64(UInt32.max)), ("b", 1 << 32), ("c", 3)] {
            try writer.add(name, size: size, crc32: nil) { take in
                var left = size
                while left > 0 {
                    let count = Int(min(left, UInt64(piece.count)))
                    try piece.withUnsafeBytes { try take(UnsafeRawBufferPointer(rebasing: $0[..<count])) }
                    left -= UInt64(count)
                }
            }
        }
        try writer.finish()
        let sizes = try ZIPReader(path).members.map(\.span.size)
        #expect(sizes == [UInt64(UInt32.max), 1 << 32, 3])
        try place.shell(
            "unzip -tq large.zip && 7z t large.zip && test $(bsdtar -tf large.zip | wc -l) = 3 && "
                + "python3 -m zipfile -t large.zip | grep Done && bsdtar -xOf - c < large.zip | wc -c | grep -x 3")
    }
}

/// A folder that is gone when the test is over.
final class ZIPPlace {
    private let folder: URL

    init() throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    func path(_ name: String) -> FilePath { FilePath(folder.appendingPathComponent(name).path) }

    func bytes(_ path: FilePath) throws -> [UInt8] { [UInt8](try Data(contentsOf: URL(fileURLWithPath: path.string))) }

    func put(_ name: String, _ bytes: [UInt8]) throws -> FilePath {
        try Data(bytes).write(to: folder.appendingPathComponent(name))
        return path(name)
    }

    func write(
        _ name: String, _ files: [(name: String, bytes: [UInt8])], date: String = "2026-03-12"
    ) throws -> FilePath {
        let path = path(name)
        let writer = ZIPWriter(.file(try OpenFile(path, O_WRONLY | O_CREAT | O_EXCL)), date: date)
        for (name, bytes) in files { try writer.add(name, bytes) }
        try writer.finish()
        return path
    }

    /// Runs a shell's script in the folder, which must succeed.
    func shell(_ script: String, sourceLocation: SourceLocation = #_sourceLocation) throws {
        let process = Process()
        let pipe = Pipe()
        process.executableURL = URL(fileURLWithPath: "/bin/bash")
        process.arguments = ["-o", "pipefail", "-c", script]
        process.currentDirectoryURL = folder
        process.standardOutput = pipe
        process.standardError = pipe
        process.standardInput = FileHandle.nullDevice
        try process.run()
        let text = String(decoding: try pipe.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
        process.waitUntilExit()
        #expect(process.terminationStatus == 0, "\(script)\n\(text.suffix(2_000))", sourceLocation: sourceLocation)
    }
}
