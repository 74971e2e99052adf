internal import EvidenceCrypto
internal import EvidenceRecord

/// A bag's list of files with their SHA-256 (RFC 8493 §2.1.3), as strict as a bundle's has to be: lower-case digits, two
/// spaces, a path of ASCII letters, digits, `.`, `_`, `-` and `/`, one line feed.
struct BagManifest {
    /// Whose files are listed.
    enum Kind {
        /// Everything below `data/`.
        case payload
        /// Everything else.
        case tags
    }

    let kind: Kind
    private(set) var digests: [String: Digest] = [:]
    private var folded: Set<String> = []

    init(_ kind: Kind) { self.kind = kind }

    /// Takes one line, without its line feed.
    mutating func add(line: [UInt8]) throws(RecordError) {
        let digits = Digest.size * 2
        guard line.count > digits + 2, let digest = Digest(hex: String(decoding: line[..<digits], as: UTF8.self)),
            line[digits..<digits + 2].elementsEqual("  ".utf8)
        else {
            throw RecordError(
                .malformed, en: "it is not 64 lower-case hex digits, two spaces and a path",
                zh: "应为 64 位小写十六进制数、两个空格和路径")
        }
        let bytes = line[(digits + 2)...]
        guard let path = BagPath.text(bytes) else {
            throw RecordError(
                .malformed,
                en:
                    "the path has a character or a part that no bundle has: \(String(decoding: bytes, as: UTF8.self).shown)",
                zh: "路径含有案卷包不允许的字符或部分：\(String(decoding: bytes, as: UTF8.self).shown)")
        }
        guard path.hasPrefix(BagPath.payload) == (kind == .payload) else {
            throw RecordError(.malformed, en: "\(path) does not belong in this list", zh: "\(path) 不应列在此清单中")
        }
        guard digests[path] == nil else {
            throw RecordError(.malformed, en: "\(path) is listed twice", zh: "\(path) 重复列出")
        }
        guard folded.insert(path.lowercased()).inserted else {
            throw RecordError(
                .malformed, en: "\(path) differs from another path by upper and lower case alone",
                zh: "\(path) 与另一路径仅有大小写之别")
        }
        digests[path] = digest
    }

    /// One line with its line feed, as `sha256sum` writes it.
    static func line(_ digest: Digest, _ path: String) -> String { "\(digest.hex)  \(path)\n" }
}

/// Paths in a bundle: parts of `[A-Za-z0-9._-]` joined by `/`, none of them `.` or `..`.
enum BagPath {
    static let payload = "data/"

    /// Whether a file or folder of a bundle may have this name.
    static func isName(_ name: some Collection<UInt8>) -> Bool {
        !name.isEmpty && !name.elementsEqual(".".utf8) && !name.elementsEqual("..".utf8)
            && name.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"):
                    true
                default: false
                }
            }
    }

    /// The path of these bytes; nil for one that no bundle has.
    static func text(_ bytes: ArraySlice<UInt8>) -> String? {
        let parts = bytes.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        return parts.allSatisfy(isName) ? String(decoding: bytes, as: UTF8.self) : nil
    }
}
