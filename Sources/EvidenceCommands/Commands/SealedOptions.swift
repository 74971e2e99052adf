internal import ArgumentParser
internal import EvidenceRecord
internal import EvidenceServices

/// How a sealed record is opened.
struct SealedOptions: ParsableArguments {
    @Option(
        help: help(
            "A reader's private key, which opens a sealed record.", "读取人的私钥，用于开启密封记录。", valueName: "key.pem"))
    var key: PathArgument?
    @Flag(
        help: help(
            "Make the opening an entry of the log, before anything is shown: who opened it, and the --purpose.",
            "在显示内容之前，先将此次开启记入日志：何人开启及 --purpose。"))
    var record = false
    @Option(help: help("Why it is opened, for the log.", "开启事由，记入日志。"))
    var purpose: String?

    func validate() throws {
        if record, purpose == nil {
            throw ValidationError(Speech.say("Say why it is opened: --purpose.", "请用 --purpose 说明开启事由。"))
        }
        if !record, purpose != nil {
            throw ValidationError(
                Speech.say("--purpose goes into the log: add --record.", "--purpose 将记入日志，请加上 --record。"))
        }
        if record, key == nil {
            throw ValidationError(
                Speech.say("Only an opening is recorded: add --key.", "只有开启密封记录才作登记，请加上 --key。"))
        }
    }

    /// The record's inside; nil where no key was given.
    func open(_ seq: UInt64, _ desk: Desk) throws -> OpenedRecord? {
        try key.map { try OpenSealed(desk.context).run(seq, key: $0.path, purpose: purpose) }
    }
}

/// A sealed record, as people read it and as JSON.
enum SealedText {
    static func add(_ sealing: Sealing, isOpen: Bool, to fields: inout Fields, _ desk: Desk) {
        fields.add(
            Message(en: "Sealed to", zh: "密封给"),
            sealing.readers.map(\.subject)
                + (isOpen
                    ? []
                    : [
                        desk.text(
                            "Only they can open it, with their private key: --key KEY.pem",
                            "只有其本人能用私钥开启：--key KEY.pem")
                    ]))
    }

    /// What a sealed record says inside, the salt aside.
    static func object(_ opened: OpenedRecord) -> JSONObject {
        var object = JSONObject()
        for member in opened.object.members where member.name != "salt" { object[member.name] = member.value }
        return object
    }
}
