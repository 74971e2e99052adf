internal import ArgumentParser
internal import EvidenceRecord
internal import EvidenceServices
internal import SystemPackage
internal import TransparencyLog

struct SignerCommand: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "signer", abstract: Speech.say("People and their keys.", "签名人及其密钥。"),
            subcommands: [
                SignerCreateCommand.self, SignerEnrollCommand.self, SignerRevokeCommand.self, SignerListCommand.self,
                ArchiveKeyCommand.self,
            ])
    }
}

struct SignerCreateCommand: EvidenceCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "create",
            abstract: Speech.say("Make a key for a person, and a slip to be enrolled by.", "为某人生成密钥和登记单。"))
    }
    static let example = "evidence signer create wangwu --person 王五 --unit 省安委办"
    static let exitStatuses: [Int32] = [65, 66, 74]

    @Argument(help: help("The key's name: a–z, 0–9, “.”, “_”, “-”.", "密钥名称：小写字母、数字、“.”、“_”、“-”。"))
    var name: String
    @Option(help: help("The person's name, in any script.", "姓名。"))
    var person: String
    @Option(help: help("The person's unit.", "单位。"))
    var unit: String?
    @Option(help: help("The person's role.", "职务。"))
    var role: String?
    @Option(
        help: help("A file for the slip, to be carried to another machine.", "登记单写入的文件，供带到另一台机器。", valueName: "slip"))
    var to: PathArgument?
    @OptionGroup var options: GlobalOptions

    func run(at desk: Desk) throws {
        let slip = try ManageSigners(desk.context).create(
            name, details: PersonDetails(person: person, unit: unit, role: role), slipPath: to?.path)
        var document = JSONObject()
        document["name"] = .string(name)
        document["key"] = .string(slip.key.description)
        document["person"] = .string(person)
        document["slip"] = .string(String(decoding: slip.note.bytes, as: UTF8.self))
        try desk.document(document)
        let target = to?.path.string.shown ?? name
        try desk.mention(
            "Made a key for \(person.shown). Somebody who may enrol now runs: evidence signer enroll \(target)",
            "已为\(person.shown)生成密钥。请有登记权限的人执行：evidence signer enroll \(target)")
    }
}

struct SignerEnrollCommand: EvidenceCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "enroll",
            abstract: Speech.say("Enrol a person by the slip, so that their entries count.", "凭登记单登记签名人。"))
    }
    static let example = "evidence signer enroll wangwu.slip --as lisi"

    @Argument(
        help: help("The slip's file, or the name of a signer whose key is on this machine.", "登记单文件，或本机已有密钥的签名人名称。"))
    var slip: PathArgument
    @Flag(help: help("The person may enrol and revoke others.", "允许其登记和吊销他人。"))
    var mayEnrol = false
    @OptionGroup var options: GlobalOptions

    func run(at desk: Desk) throws {
        let (slip, commit) = try ManageSigners(desk.context).enroll(slip.path, mayEnrol: mayEnrol)
        var document = JSONObject()
        document["name"] = .string(slip.key.name)
        document["person"] = .string(slip.details.person)
        document["seq"] = .integer(Int64(commit.first))
        document["checkpoint"] = .object(JSONShapes.checkpoint(commit.checkpoint))
        try desk.document(document)
        try desk.mention(
            "Enrolled \(slip.key.name) (\(slip.details.person.shown)), entry \(commit.first).",
            "已登记 \(slip.key.name)（\(slip.details.person.shown)），第 \(commit.first) 条。")
    }
}

struct SignerRevokeCommand: EvidenceCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "revoke",
            abstract: Speech.say("Revoke a key: what it signs from now on is tampering.", "吊销密钥：此后以其签名即为篡改。"))
    }
    static let example = "evidence signer revoke wangwu --reason 调离"

    @Argument(help: help("The signer's name.", "签名人名称。"), completion: .signerNames)
    var name: String
    @Option(help: help("Why.", "原因。"))
    var reason: String
    @OptionGroup var options: GlobalOptions

    func run(at desk: Desk) throws {
        let commit = try ManageSigners(desk.context).revoke(name, reason: reason)
        var document = JSONObject()
        document["name"] = .string(name)
        document["seq"] = .integer(Int64(commit.first))
        document["checkpoint"] = .object(JSONShapes.checkpoint(commit.checkpoint))
        try desk.document(document)
        try desk.mention("Revoked \(name.shown), entry \(commit.first).", "已吊销 \(name.shown)，第 \(commit.first) 条。")
    }
}

struct SignerListCommand: EvidenceCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "list", abstract: Speech.say("List signers and the keys on this machine.", "列出签名人和本机的密钥。"))
    }
    static let example = "evidence signer list"
    static let exitStatuses: [Int32] = [1, 66, 74, 75]

    @OptionGroup var options: GlobalOptions

    func run(at desk: Desk) throws {
        let signers = try ManageSigners(desk.context).list()
        var document = JSONObject()
        document["signers"] = .array(
            signers.map { signer in
                var object = JSONObject()
                object["name"] = .string(signer.name)
                object["person"] = .string(signer.person)
                object.set("unit", signer.unit)
                object.set("role", signer.role)
                object["key"] = .string(signer.key.description)
                object.set("enrolledAt", signer.enrolledAt.map { Int64($0) })
                object.set("revokedAt", signer.revokedAt.map { Int64($0) })
                object["mayEnrol"] = .bool(signer.mayEnrol)
                object["keyHere"] = .bool(signer.isHere)
                return .object(object)
            })
        try desk.document(document)
        if signers.isEmpty { return try desk.mention("No signers.", "没有签名人。") }
        var table = Table([
            Table.Column(Message(en: "Name", zh: "名称")), Table.Column(Message(en: "Person", zh: "姓名")),
            Table.Column(Message(en: "Unit", zh: "单位"), shrink: .first(to: 6)),
            Table.Column(Message(en: "Role", zh: "职务"), shrink: .first(to: 6)),
            Table.Column(Message(en: "State", zh: "状态")),
            Table.Column(Message(en: "Key", zh: "密钥")),
        ])
        for signer in signers {
            table.add([
                Table.Cell(signer.name), Table.Cell(signer.person), Table.Cell(signer.unit ?? ""),
                Table.Cell(signer.role ?? ""),
                Table.Cell(desk.text(SignerListCommand.state(signer))),
                Table.Cell(signer.isHere ? desk.text("here", "在本机") : desk.text("elsewhere", "不在本机")),
            ])
        }
        try desk.say(table.lines(in: desk.language, width: desk.width, styles: desk.styles))
    }

    private static func state(_ signer: ManageSigners.Listed) -> Message {
        if let revoked = signer.revokedAt { return Message(en: "revoked (\(revoked))", zh: "已吊销（\(revoked)）") }
        guard let enrolled = signer.enrolledAt else { return Message(en: "not enrolled", zh: "未登记") }
        return signer.mayEnrol
            ? Message(en: "enrolled (\(enrolled)), may enrol", zh: "已登记（\(enrolled)），可登记他人")
            : Message(en: "enrolled (\(enrolled))", zh: "已登记（\(enrolled)）")
    }
}

struct ArchiveKeyCommand: EvidenceCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "archive-key",
            abstract: Speech.say("Carry the archive's key, encrypted, to another machine.", "将档案密钥加密后带到另一台机器。"))
    }
    static let example = "evidence signer archive-key --to 档案密钥.pem"
    static let exitStatuses: [Int32] = [65, 66, 74, 77]

    @Option(help: help("Write the key to this file.", "将密钥写入该文件。", valueName: "file"))
    var to: PathArgument?
    @Option(help: help("Take the key from this file.", "从该文件导入密钥。", valueName: "file"))
    var from: PathArgument?
    @OptionGroup var options: GlobalOptions

    func validate() throws {
        if (to == nil) == (from == nil) {
            throw ValidationError(Speech.say("Use either --to or --from.", "请使用 --to 或 --from 之一。"))
        }
    }

    func run(at desk: Desk) throws {
        let service = MoveArchiveKey(desk.context)
        let key: VerifierKey
        if let to {
            key = try service.export(to: to.path)
        } else if let from {
            key = try service.bring(from: from.path)
        } else {
            return
        }
        try desk.document(JSONShapes.key(key))
        try desk.mention(
            to == nil
                ? "The key of \(key.name.shown) is now on this machine."
                : "Wrote the key of \(key.name.shown), encrypted.",
            to == nil ? "\(key.name.shown) 的密钥已导入本机。" : "已写出 \(key.name.shown) 的密钥（已加密）。")
    }
}
