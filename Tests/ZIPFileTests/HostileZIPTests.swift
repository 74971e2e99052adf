import EvidenceFiles
import EvidenceRecord
import Foundation
import SystemPackage
import Testing
import ZIPFile

/// ZIP files that are not of the one form, by accident or by somebody's hand.
struct HostileZIPTests {
    private let place: ZIPPlace

    init() throws { place = try ZIPPlace() }

    private static let small: [(name: String, bytes: [UInt8])] = [
        ("bagit.txt", Array("BagIt".utf8)), ("data/empty", []), ("data/a", Array("content\n".utf8)),
    ]

    /// Nil where the file is as it was written, with all of its members' bytes.
    private func fault(_ path: FilePath) throws -> EvidenceError? {
        do {
            for member in try ZIPReader(path).members {
                var checksum = CRC32()
                checksum.update(try member.span.contents(limit: 1 << 20))
                if checksum.value != member.span.crc32 {
                    return EvidenceError(.damaged, en: "its checksum is another", zh: "")
                }
            }
            return nil
        } catch let error as EvidenceError {
            return error
        }
    }

    private func expectRefused(
        _ path: FilePath, _ word: String, sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let error = try fault(path)
        #expect(error?.code == .badInput, sourceLocation: sourceLocation)
        #expect(
            error?.message.en.contains(word) == true, "\(error?.message.en ?? "read")", sourceLocation: sourceLocation)
        #expect(error?.message.zh.hasSuffix("。") == true, sourceLocation: sourceLocation)
    }

    @Test func `every changed byte is found`() throws {
        let path = try place.write("a.zip", HostileZIPTests.small)
        let original = try place.bytes(path)
        #expect(try fault(path) == nil)
        for index in original.indices {
            for change: UInt8 in [1, 0x20, 0x80, 0xff] {
                var bytes = original
                bytes[index] ^= change
                #expect(try fault(place.put("changed.zip", bytes)) != nil, "byte \(index) changed by \(change)")
            }
        }
    }

    @Test func `bytes cut off, removed, added before, behind or between are found`() throws {
        let original = try place.bytes(place.write("a.zip", HostileZIPTests.small))
        for index in 0..<original.count {
            #expect(try fault(place.put("cut.zip", Array(original[..<index]))) != nil, "cut at \(index)")
            #expect(try fault(place.put("without.zip", Array(original[..<index] + original[(index + 1)...]))) != nil)
            for added: [UInt8] in [[0], Array("PK\u{7}\u{8}".utf8), [UInt8](repeating: 0, count: 22)] {
                let bytes = Array(original[..<index] + added + original[index...])
                #expect(try fault(place.put("with.zip", bytes)) != nil, "added at \(index)")
            }
        }
        #expect(try fault(place.put("behind.zip", original + [0])) != nil)
        #expect(try fault(place.put("twice.zip", original + original)) != nil)
    }

    @Test func `what is no ZIP, is empty or is cut off is said to be that`() throws {
        let original = try place.bytes(place.write("a.zip", HostileZIPTests.small))
        try expectRefused(place.put("text.zip", Array("no ZIP at all\n".utf8)), "is not a ZIP file")
        try expectRefused(place.put("nothing.zip", []), "is not a ZIP file")
        try place.shell("python3 -c 'import zipfile; zipfile.ZipFile(\"empty.zip\", \"w\").close()'")
        try expectRefused(place.path("empty.zip"), "is not a ZIP file")
        try expectRefused(place.put("before.zip", [0] + original), "is not a ZIP file")
        for end in [10, 40, original.count / 2, original.count - 1] {
            try expectRefused(place.put("cut.zip", Array(original[..<end])), "is cut off")
        }
        try expectRefused(place.put("behind.zip", original + [0]), "the end of the file")
    }

    /// Other programs' ZIPs by the script that makes `other.zip`, and what is said of them.
    static let others: [(name: String, script: String, word: String)] = [
        ("compressed by zip", "zip -q -r other.zip folder/text", "it is compressed"),
        ("compressed by Python", "python3 -m zipfile -c other.zip folder/text", "it is compressed"),
        ("compressed by 7-Zip", "7z a -tzip other.zip ./folder/text", "it is compressed"),
        ("encrypted", "zip -q -0 -P secret -r other.zip folder/text", "it is encrypted"),
        ("stored by zip, with its extra fields", "zip -q -0 -r other.zip folder", "its header is not as"),
        (
            "with sizes behind the bytes",
            "bsdtar --format zip --options zip:compression=store -cf other.zip folder/text", "its header is not as"
        ),
        ("with a comment", "cp a.zip other.zip && echo hello | zip -q -z other.zip", "the end of the file"),
        ("with a prefix", "(echo '#!/bin/sh'; cat a.zip) > other.zip && zip -q -A other.zip", "is not a ZIP file"),
        ("with a link", python("z.writestr(info('l', 0o120777), 'folder/text')"), "it is a link"),
        ("with a device", python("z.writestr(info('d', 0o060644), '')"), "it is a device, pipe or socket"),
        ("with a folder", python("z.writestr(info('f', 0o040755), '')"), "it is a folder"),
        (
            "a bomb", python("z.writestr('b', bytes(10**8), compress_type=zipfile.ZIP_DEFLATED)"),
            "it is compressed"
        ),
        (
            "a name beside the name",
            python(
                "i = info('a', 0o100644); i.extra = struct.pack('<HHBI', 0x7075, 6, 1, 0) + b'b'; z.writestr(i, 'x')"),
            "its header is not as"
        ),
    ]

    /// A ZIP that Python makes with all that this program would write, but for one thing.
    private static func python(_ line: String) -> String {
        """
        python3 - <<'END'
        import struct, zipfile
        def info(name, mode):
            i = zipfile.ZipInfo(name, (2026, 3, 12, 0, 0, 0))
            i.create_system, i.create_version, i.extract_version, i.external_attr = 3, 45, 10, mode << 16
            return i
        with zipfile.ZipFile("other.zip", "w") as z:
            \(line)
        END
        python3 - <<'END'
        # Python asks for version 2.0 where 1.0 does.
        data = bytearray(open("other.zip", "rb").read())
        for signature, place in ((b"PK\\3\\4", 4), (b"PK\\1\\2", 6)):
            start = data.find(signature)
            while start >= 0:
                data[start + place] = 10
                start = data.find(signature, start + 4)
        open("other.zip", "wb").write(data)
        END
        """
    }

    @Test(arguments: others.indices) func `a ZIP that another program packed is refused with a reason`(_ index: Int)
        throws
    {
        let other = HostileZIPTests.others[index]
        _ = try place.write("a.zip", HostileZIPTests.small)
        try place.shell("mkdir folder && printf %05000d 7 > folder/text")
        try place.shell(other.script)
        try expectRefused(place.path("other.zip"), other.word)
    }

    @Test func `Python's own ZIP of the one form is read, so the other refusals have their reasons`() throws {
        try place.shell(HostileZIPTests.python("z.writestr(info('a', 0o100644), 'x')"))
        #expect(try fault(place.path("other.zip")) == nil)
        #expect(try place.bytes(place.path("other.zip")) == place.bytes(place.write("a.zip", [("a", Array("x".utf8))])))
    }

    @Test func `a directory that names another member than lies there is found`() throws {
        let path = try place.write("a.zip", HostileZIPTests.small)
        var bytes = try place.bytes(path)
        let offset = try #require(Data(bytes).range(of: Data("data/a".utf8), options: .backwards)).lowerBound
        bytes[offset + 5] = UInt8(ascii: "b")
        // Some programs now say data/a, some data/b.
        try expectRefused(place.put("two.zip", bytes), "the directory of the ZIP has something else")
    }

    @Test func `a member that the directory does not name is found`() throws {
        let hidden = try place.bytes(place.write("hidden.zip", [("data/hidden", [1])]))
        let original = try place.bytes(place.write("a.zip", HostileZIPTests.small))
        let member = Array(hidden[..<(30 + 11 + 1)])
        try expectRefused(place.put("two.zip", member + original), "the directory of the ZIP has something else")
    }

    @Test func `sizes without end cost nothing`() throws {
        var bytes = try place.bytes(place.write("a.zip", HostileZIPTests.small))
        for index in 22..<26 { bytes[index] = 0xfe }
        for index in 18..<22 { bytes[index] = 0xfe }
        try expectRefused(place.put("long.zip", bytes), "is cut off")
        let path = place.path("sparse.zip")
        _ = try place.put("sparse.zip", [])
        #expect(truncate(path.string, 1 << 42) == 0)
        try expectRefused(path, "is not a ZIP file")
    }
}
