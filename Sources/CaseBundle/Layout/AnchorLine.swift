internal import EvidenceRecord
internal import TransparencyLog

/// One line of `data/log/anchors.jsonl`: an anchor and its number, in canonical JSON.
enum AnchorLine {
    /// The line with its line feed.
    static func bytes(_ number: UInt64, _ anchor: Anchor) -> [UInt8] {
        var object = JSONObject()
        object["kind"] = .string(anchor.kind.rawValue)
        object["number"] = .integer(Int64(clamping: number))
        object["size"] = .integer(Int64(clamping: anchor.size))
        object["token"] = .string(Base64.encode(anchor.token))
        return JSONValue.object(object).canonicalBytes + [UInt8(ascii: "\n")]
    }

    /// Reads a line without its line feed; nil for what is none.
    static func parse(_ line: [UInt8]) -> (number: UInt64, anchor: Anchor)? {
        guard let object = try? JSONValue(canonical: line).object, object.members.count == 4 else { return nil }
        let reader = JSONReader(object, in: "anchor")
        guard let kind = (try? reader.string("kind")).flatMap({ Anchor.Kind(rawValue: $0) }),
            let number = try? reader.count("number"), number > 0, let size = try? reader.count("size"),
            let token = (try? reader.string("token")).flatMap({ Base64.decode($0) }), token.count <= Anchor.largestToken
        else { return nil }
        return (number, Anchor(kind, size: size, token: token))
    }
}
