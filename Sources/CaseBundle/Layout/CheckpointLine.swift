internal import EvidenceRecord

/// One line of `data/log/checkpoints.jsonl`: a signed note and the size it is kept under, in canonical JSON.
enum CheckpointLine {
    /// The line with its line feed; nil for a note that is not UTF-8, which no signed note is.
    static func bytes(_ checkpoint: LogAudit.StoredCheckpoint) -> [UInt8]? {
        guard let note = String(validating: checkpoint.note, as: UTF8.self), checkpoint.size <= JSONValue.largestInteger
        else { return nil }
        var object = JSONObject()
        object["note"] = .string(note)
        object["size"] = .integer(Int64(checkpoint.size))
        return JSONValue.object(object).canonicalBytes + [UInt8(ascii: "\n")]
    }

    /// Reads a line without its line feed.
    static func parse(_ line: [UInt8]) throws(RecordError) -> LogAudit.StoredCheckpoint {
        guard let object = try JSONValue(canonical: line).object, object.members.count == 2 else {
            throw RecordError(.malformed, en: "it is not an object of two members", zh: "不是含两个成员的对象")
        }
        let reader = JSONReader(object, in: "checkpoint")
        return (size: try reader.count("size"), note: Array(try reader.string("note").utf8))
    }
}
