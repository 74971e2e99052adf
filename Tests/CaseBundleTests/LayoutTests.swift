@testable import CaseBundle
import EvidenceCrypto
import EvidenceFiles
import EvidenceRecord
import Foundation
import SystemPackage
import Testing
import TransparencyLog

struct LayoutTests {
    static let parts: [(BundlePart, String)] = [
        (.log(.checkpoint), "data/log/checkpoint"), (.checkpoints, "data/log/checkpoints.jsonl"),
        (.dossier, "data/dossier.json"), (.archiveKey(.vkey), "data/keys/archive.vkey"),
        (.archiveKey(.pem), "data/keys/archive.pem"), (.crate, "data/ro-crate-metadata.json"),
        (.signerKey("li.si-2_x", .vkey), "data/keys/signers/li.si-2_x.vkey"),
        (.signerKey("li.si.vkey", .pem), "data/keys/signers/li.si.vkey.pem"),
        (.entry(7), "data/entries/7.json"), (.proof(7), "data/proofs/7.tlog-proof"), (.body(0), "data/bodies/0.json"),
        (.body(12_345), "data/bodies/12345.json"),
        (.log(.tile(Tile.ID(level: 1, index: 1_234))), "data/log/tile/1/x001/234"),
        (.log(.entries(Tile.EntryBundleID(index: 5, width: 7))), "data/log/tile/entries/005.p/7"),
        (.file(SHA256Hasher.hash([]), suffix: "jpg"), "data/files/\(SHA256Hasher.hash([]).hex).jpg"),
    ]

    @Test(arguments: parts)
    func `a part has one path, and the path names the part`(_ part: BundlePart, _ path: String) {
        #expect(part.path == path)
        #expect(BundlePart(path: path) == part)
        #expect(BagPath.text(Array(path.utf8)[...]) == path)
    }

    @Test(arguments: [
        "", "data", "data/", "data/log", "data/log/Checkpoint", "data/bodies/01.json", "data/bodies/+1.json",
        "data/bodies/-1.json", "data/bodies/.json", "data/bodies/1", "data/bodies/18446744073709551616.json",
        "data/files/AB", "data/files/\(SHA256Hasher.hash([]).hex)", "data/files/\(SHA256Hasher.hash([]).hex).html",
        "data/files/\(SHA256Hasher.hash([]).hex).jpg.jpg", "data/entries/01.json", "data/proofs/1",
        "data/keys/signers/.vkey", "data/keys/signers/Lisi.vkey", "data/keys/signers/a/b.vkey",
        "data/log/tile/0/1", "data/log/tile/0/000.p/256", "data/log/tile/64/000", "bagit.txt",
        "data/log/tile/entries/x018/x446/x744/x073/x709/x551/615",
    ])
    func `any other path is no part of a bundle`(_ path: String) {
        #expect(BundlePart(path: path) == nil)
    }

    @Test
    func `a line reader gives lines as they are and says which are none`() throws {
        let place = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        defer { try? FileManager.default.removeItem(at: place) }
        func lines(_ text: String, longest: Int) throws -> [String] {
            try Data(text.utf8).write(to: place)
            let reader = LineReader(try FileSpan.regular(FilePath(place.path)), longest: longest)
            var found: [String] = []
            while let line = try reader.next() {
                #expect(reader.number == found.count + 1)
                if case .line(let bytes) = line {
                    found.append(String(decoding: bytes, as: UTF8.self))
                } else {
                    found.append("malformed")
                }
            }
            return found
        }
        #expect(try lines("", longest: 3) == [])
        #expect(try lines("\n", longest: 3) == [""])
        #expect(try lines("a\nbcd\n", longest: 3) == ["a", "bcd"])
        #expect(try lines("a\nbcde\nf\n", longest: 3) == ["a", "malformed", "f"])
        #expect(try lines("a\nb", longest: 3) == ["a", "malformed"])
        #expect(try lines("a\nbcde", longest: 3) == ["a", "malformed"])
        // Lines around the ends of the pieces that are read.
        for length in [65_534, 65_535, 65_536, 65_537, 131_071, 131_072] {
            let long = String(repeating: "x", count: length)
            #expect(try lines("\(long)\ny\n", longest: 200_000) == [long, "y"])
            #expect(try lines("\(long)\ny\n", longest: length) == [long, "y"])
            #expect(try lines("\(long)\ny\n", longest: length - 1) == ["malformed", "y"])
        }
    }

    @Test
    func `what other programs may take for a line's end is no part of a value`() {
        #expect(BagInfo.line("A", "b\u{85}c\u{2028}d\u{2029}e\u{0b}f\r\ng") == "A: b c d e f  g")
        #expect(BagInfo.line("A", " 案件: x") == "A:  案件: x")
    }

    @Test
    func `dossier.json reads back as it was written and takes no other form`() throws {
        let description = SampleCase.plain.description
        let read = try DossierDescription(parsing: description.bytes)
        #expect(read.bytes == description.bytes && read.entries == description.entries)
        let text = String(decoding: description.bytes, as: UTF8.self)
        for (old, new) in [
            (#""dossier""#, #""a":1,"dossier""#), (#"{"n":1,"#, #"{"m":0,"n":1,"#), (#"[3]"#, #"[-3]"#),
            (#"[3]"#, #"["3"]"#), (#""n":1"#, #""n":-1"#), ("case.opened", "case.step"), (#","linked":[3]"#, ""),
        ] {
            let changed = text.replacingOccurrences(of: old, with: new)
            #expect(changed != text)
            #expect(throws: RecordError.self) { try DossierDescription(parsing: Array(changed.utf8)) }
        }
    }
}
