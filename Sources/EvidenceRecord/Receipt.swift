package import EvidenceCrypto
package import TransparencyLog

/// What an archive said at a time, to be left with somebody on paper: whoever keeps it can hold the archive to it.
///
/// FORMAT.md, "Receipts".
package struct Receipt: Sendable {
    /// What a receipt's text begins with.
    package static let header = "evidence receipt v1"

    package let origin: String
    package let size: UInt64
    package let root: Digest
    /// The archive's key; nil where none was typed in.
    package let key: VerifierKey?
    /// The archive's clock when its newest entry was written.
    package let time: Timestamp?
    /// The signed checkpoint; nil where only what it says was typed in.
    package let note: SignedNote?

    /// - Throws: `malformed` unless the note is a checkpoint of the key's archive, signed by it.
    package init(note: SignedNote, key: VerifierKey, time: Timestamp) throws(RecordError) {
        guard let checkpoint = try? Checkpoint(noteText: note.text), checkpoint.origin.hasSameBytes(as: key.name),
            note.verify(key) == .valid
        else {
            throw RecordError(
                .malformed, en: "its checkpoint is not signed by the key that it names", zh: "其检查点没有所列公钥的有效签名")
        }
        (origin, size, root) = (checkpoint.origin, checkpoint.size, checkpoint.root)
        self.key = key
        self.time = time
        self.note = note
    }

    /// The receipt as programs read it; what the code on the page holds.
    package var text: String {
        var text = Receipt.header + "\n"
        if let key { text += "key \(key)\n" }
        if let time { text += "time \(time)\n" }
        guard let note else { return text + "origin \(origin)\nsize \(size)\nroot \(Base64.encode(root.bytes))\n" }
        return text + "\n" + String(decoding: note.bytes, as: UTF8.self)
    }

    /// Reads a receipt: a page with its ``text`` somewhere in it, the text alone, or what somebody typed in from paper:
    /// lines of `origin`, `size`, `root` and, where there is one, `key`, in any order.
    ///
    /// Labels may be the Chinese ones, and be followed by a colon; spaces within a root or a key are left out. That a
    /// signature is the key's is checked where there are both.
    /// - Throws: `malformed`.
    package init(parsing page: String) throws(RecordError) {
        let lines = page.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
            .map { Receipt.trimmed(String(Substring($0))) }
        if let start = lines.firstIndex(of: Receipt.header) {
            try self.init(block: lines[(start + 1)...])
        } else {
            try self.init(typed: lines)
        }
    }

    private init(block lines: ArraySlice<String>) throws(RecordError) {
        let head = lines.prefix { !$0.isEmpty }
        let rest = lines.dropFirst(head.count + 1)
        let text = rest.prefix { !$0.isEmpty }
        let signatures = rest.dropFirst(text.count + 1).prefix { $0.hasPrefix("— ") }
        let bytes = (text + [""] + signatures).map { $0 + "\n" }.joined()
        let fields = Receipt.fields(in: Array(head))
        if signatures.isEmpty {
            try self.init(typed: Array(head))
            return
        }
        guard let note = try? SignedNote(parsing: Array(bytes.utf8)),
            let key = fields[.key].flatMap({ try? VerifierKey($0) }),
            let time = fields[.time].flatMap({ Timestamp($0) })
        else { throw Receipt.malformed }
        try self.init(note: note, key: key, time: time)
    }

    private init(typed lines: [String]) throws(RecordError) {
        let fields = Receipt.fields(in: lines)
        guard let origin = fields[.origin], VerifierKey.isValidName(origin),
            let size = fields[.size].flatMap({ UInt64($0) }), size > 0,
            let root = fields[.root].flatMap({ Base64.decode($0) }).flatMap({ Digest($0) })
        else { throw Receipt.malformed }
        self.origin = origin
        self.size = size
        self.root = root
        key = try fields[.key].map { (text) throws(RecordError) in
            guard let key = try? VerifierKey(text), key.name.hasSameBytes(as: origin) else {
                throw RecordError(
                    .malformed, en: "the key in it is mistyped, or another archive's", zh: "其中的公钥有误，或属于其他档案")
            }
            return key
        }
        time = fields[.time].flatMap { Timestamp($0) }
        note = nil
    }

    private static let malformed = RecordError(
        .malformed,
        en: "it is no receipt: that has lines “origin”, “size” and “root”", zh: "不是回执：回执应有“来源”“条数”“根哈希”各行")

    // MARK: Fields

    /// What a receipt says, by the labels of both languages.
    package enum Field: String, Sendable, CaseIterable {
        case origin, size, root, key, time

        package var label: Message {
            switch self {
            case .origin: Message(en: "origin", zh: "来源")
            case .size: Message(en: "size", zh: "条数")
            case .root: Message(en: "root", zh: "根哈希")
            case .key: Message(en: "key", zh: "公钥")
            case .time: Message(en: "time", zh: "时间")
            }
        }
    }

    /// The first value of each field among lines of a label, white space or a colon, and a value.
    private static func fields(in lines: [String]) -> [Field: String] {
        var fields: [Field: String] = [:]
        for line in lines {
            guard let end = line.firstIndex(where: { $0.isWhitespace || isColon($0) }) else { continue }
            let label = line[..<end].lowercased()
            guard let field = Field.allCases.first(where: { [$0.label.en, $0.label.zh].contains(label) }),
                fields[field] == nil
            else { continue }
            let value = line[end...].drop { $0.isWhitespace || isColon($0) }
            fields[field] = field == .root || field == .key ? value.filter { !$0.isWhitespace } : String(value)
        }
        return fields
    }

    private static func isColon(_ character: Character) -> Bool { character == ":" || character == "：" }

    private static func trimmed(_ text: String) -> String {
        var text = text[...]
        while text.first?.isWhitespace == true { text.removeFirst() }
        while text.last?.isWhitespace == true { text.removeLast() }
        return String(text)
    }
}
