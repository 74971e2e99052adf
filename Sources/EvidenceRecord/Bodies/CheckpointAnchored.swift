package import EvidenceCrypto

/// The body of `checkpoint.anchored`: that a token over an earlier checkpoint was there when this entry was written.
///
/// FORMAT.md §6. The first such entry of a log records the archive's first anchor, the second its second, and so on.
package struct CheckpointAnchored: Equatable, Sendable {
    /// The size of the checkpoint that the token is over.
    package let size: UInt64
    package let kind: Anchor.Kind
    /// What the token said.
    package let statement: Anchor.Statement
    /// SHA-256 of the token.
    package let token: Digest

    /// Records an anchor.
    ///
    /// - Throws: `malformed` where its token is none.
    package init(_ anchor: Anchor) throws(RecordError) {
        size = anchor.size
        kind = anchor.kind
        statement = try anchor.statement()
        token = anchor.digest
    }

    package init(_ body: Body) throws(RecordError) {
        let reader = body.reader
        size = try reader.count("size")
        kind = try reader.required("kind") { $0.string.flatMap { Anchor.Kind(rawValue: $0) } }
        statement = Anchor.Statement(
            time: try reader.required("time") { $0.string.flatMap { Timestamp($0) } }, by: try reader.string("by"))
        token = try reader.digest("token")
    }

    package var json: JSONObject {
        var object = JSONObject()
        object["size"] = .integer(Int64(clamping: size))
        object["kind"] = .string(kind.rawValue)
        object["time"] = .string(statement.time.description)
        object["by"] = .string(statement.by)
        object["token"] = token.json
        return object
    }
}
