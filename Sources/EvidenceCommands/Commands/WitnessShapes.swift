internal import EvidenceCrypto
internal import EvidenceRecord
internal import EvidenceServices
internal import Pages
internal import SystemPackage
internal import TransparencyLog

/// What the commands of a witness print as JSON.
enum WitnessShapes {
    static func witness(_ key: VerifierKey) -> JSONObject {
        var object = JSONObject()
        object["witness"] = .string(key.name)
        object["key"] = .string(key.description)
        return object
    }

    /// A cosigned checkpoint: of which archive, how large, by whom and when.
    static func cosigned(_ cosigned: CosignedCheckpoint, by witness: VerifierKey) -> JSONObject {
        var object = cosignature(cosigned.cosignature, over: cosigned.checkpoint)
        object["key"] = .string(witness.description)
        return object
    }

    static func cosignature(_ cosignature: Cosignature, over checkpoint: Checkpoint) -> JSONObject {
        var object = JSONShapes.checkpoint(checkpoint)
        object["origin"] = .string(checkpoint.origin)
        object["witness"] = .string(cosignature.name)
        object.set("time", Timestamp(seconds: cosignature.time)?.description)
        object["cosignature"] = .string(cosignature.noteSignature.line)
        return object
    }

    static func overview(_ overview: ManageWitness.Overview) -> JSONObject {
        var object = witness(overview.key)
        object["path"] = .string(overview.folder.string)
        object["watched"] = .array(overview.watched.map { .object(watched($0)) })
        object["conflicts"] = .array(overview.conflicts.map { .object(conflict($0)) })
        return object
    }

    private static func watched(_ log: WatchedLog) -> JSONObject {
        var object = JSONShapes.key(log.key)
        object["since"] = .string(log.since.description)
        object["checkpoints"] = .integer(Int64(log.cosignedCount))
        guard let newest = log.newest else { return object }
        for member in JSONShapes.checkpoint(newest.checkpoint).members { object[member.name] = member.value }
        object["time"] = .string(newest.time.description)
        object["note"] = .string(String(decoding: newest.note.bytes, as: UTF8.self))
        object["cosignature"] = .string(newest.cosignature.noteSignature.line)
        return object
    }

    private static func conflict(_ conflict: WitnessedConflict) -> JSONObject {
        var object = JSONShapes.checkpoint(conflict.checkpoint)
        object["kind"] = .string(conflict.kind.rawValue)
        object["origin"] = .string(conflict.origin)
        object["beside"] = .integer(Int64(conflict.beside))
        object["time"] = .string(conflict.time.description)
        object["settled"] = .bool(conflict.isSettled)
        object["note"] = .string(String(decoding: conflict.note.bytes, as: UTF8.self))
        return object
    }
}

/// What they print for a person.
struct WitnessText {
    private let desk: Desk

    init(_ desk: Desk) { self.desk = desk }

    func lines(_ overview: ManageWitness.Overview) -> [String] {
        var head = Fields()
        head.add(Message(en: "Witness", zh: "见证人"), overview.key.name)
        head.add(Message(en: "Key", zh: "公钥"), overview.key.description)
        head.add(Message(en: "Folder", zh: "文件夹"), overview.folder.string)
        var lines = fields(head)
        if overview.watched.isEmpty {
            lines += [""] + desk.wrapped(desk.text("It watches no archive yet.", "尚未见证任何档案。"))
        }
        for log in overview.watched {
            var block = Fields()
            block.add(Message(en: "Watched", zh: "所见证档案"), log.key.name)
            block.add(Message(en: "Its key", zh: "档案公钥"), log.key.description)
            block.add(
                Message(en: "Newest", zh: "最新"),
                log.newest.map { "\(size($0.checkpoint)), \(desk.dated($0.time))" }
                    ?? desk.text("nothing cosigned yet", "尚未见证"))
            lines += [""] + fields(block)
        }
        for conflict in overview.conflicts {
            var block = Fields()
            block.add(
                Message(en: "Conflict", zh: "矛盾"), WitnessText.kind(conflict), in: desk.language,
                conflict.isSettled ? .dim : .red)
            block.add(Message(en: "Archive", zh: "档案"), conflict.origin)
            block.add(Message(en: "Shown", zh: "所示"), "\(size(conflict.checkpoint)), \(desk.dated(conflict.time))")
            block.add(
                Message(en: "Beside", zh: "对照"),
                desk.text("the checkpoint of \(conflict.beside) entries", "\(conflict.beside) 条处的检查点"))
            lines += [""] + fields(block)
        }
        return lines
    }

    private func fields(_ fields: Fields) -> [String] {
        fields.lines(in: desk.language, width: desk.width, styles: desk.styles)
    }

    /// How large a tree is, and its root.
    func size(_ checkpoint: Checkpoint) -> String {
        let root = Base64.encode(checkpoint.root.bytes)
        return desk.text(
            "\(Formats.count(Int(clamping: checkpoint.size))) entries, root \(root)",
            "\(Formats.count(Int(clamping: checkpoint.size))) 条，根哈希 \(root)")
    }

    private static func kind(_ conflict: WitnessedConflict) -> Message {
        if conflict.isSettled {
            return Message(
                en: "settled: this very checkpoint was cosigned; it was an old file or a wrong proof",
                zh: "已排除：该检查点本身曾获见证，只是旧文件或证明有误")
        }
        return switch conflict.kind {
        case .fork: Message(en: "two histories: another root at a size that was cosigned", zh: "两份历史：同一条数下根哈希不同")
        case .rollback:
            Message(
                en: "fewer entries than were cosigned: rolled back, rewritten, or an old file",
                zh: "条目少于已见证的：被回退、改写，或是旧文件")
        case .inconsistent:
            Message(
                en: "not shown to extend what was cosigned: two histories, or a wrong proof",
                zh: "未能证明是所见证历史的延续：两份历史，或证明有误")
        }
    }
}
