internal import ArgumentParser
internal import EvidenceCrypto
internal import EvidenceRecord
internal import EvidenceServices
internal import SystemPackage
internal import TransparencyLog

struct HandoverCommand: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "handover",
            abstract: Speech.say(
                "Sign for a bundle that was handed over, and take the signed slip back.", "签收移交的案卷包，并收回签署的交接单。"),
            discussion: Speech.say(
                "evidence export writes a slip beside each bundle. Its recipient signs it; the archive then records that the bundle was received.",
                "evidence export 会在案卷包旁写一份交接单，由接收人签署；档案据此登记案卷包已被接收。"),
            subcommands: [HandoverSignCommand.self, HandoverReceiveCommand.self])
    }
}

struct HandoverSignCommand: EvidenceCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "sign",
            abstract: Speech.say("Sign a slip as the recipient of its bundle.", "由接收人签署交接单。"),
            discussion: Speech.say(
                "No archive is needed. The result is a CMS message with the slip, the signature and the certificate in it, as openssl cms -sign makes it.",
                "无需档案。所得文件为 CMS 消息，内含交接单、签名和证书，与“openssl cms -sign”所生成的相同。"))
    }
    static let example = "evidence handover sign 案卷包.handover.txt --cert 证书.pem --key 私钥.pem --to 签收.pem"
    static let exitStatuses: [Int32] = [65, 66, 74, 77]

    @Argument(help: help("The slip.", "交接单。", valueName: "slip"))
    var slip: PathArgument
    @Option(help: help("Your certificate.", "您的证书。", valueName: "cert.pem"))
    var cert: PathArgument
    @Option(help: help("Its private key.", "证书的私钥。", valueName: "key.pem"))
    var key: PathArgument
    @Option(help: help("A file to write the signed slip to.", "写入签署后交接单的文件。", valueName: "file"))
    var to: PathArgument
    @OptionGroup var options: GlobalOptions

    func run(at desk: Desk) throws {
        let signed = try HandOver(desk.context).sign(slip.path, certificate: cert.path, key: key.path, to: to.path)
        var document = JSONObject()
        document["path"] = .string(to.path.string)
        document["origin"] = .string(signed.details.archive.name)
        document["seq"] = .integer(Int64(clamping: signed.details.export.seq))
        document["tagManifest"] = .string(signed.details.tagManifest.hex)
        try desk.document(document)
        try desk.mention(
            "Signed for “\(signed.details.name.shown)”. Send “\(to.path.string.shown)” back, and keep a copy.",
            "已签收“\(signed.details.name.shown)”。请将“\(to.path.string.shown)”交回，并自留一份。")
    }
}

struct HandoverReceiveCommand: EvidenceCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "receive",
            abstract: Speech.say(
                "Record that a bundle was received, by the slip that its recipient signed.", "凭接收人签署的交接单，登记案卷包已被接收。"),
            discussion: Speech.say(
                "That the signature is the certificate's is checked; whose certificate it is, you have to know.",
                "程序核验签名是否由该证书作出；证书属于何人，须由您判断。"))
    }
    static let example = "evidence handover receive 签收.pem"
    static let exitStatuses: [Int32] = [1, 65, 66, 74, 75, 77]

    @Argument(help: help("The signed slip.", "签署后的交接单。", valueName: "file"))
    var file: PathArgument
    @OptionGroup var options: GlobalOptions

    func run(at desk: Desk) throws {
        let taken = try HandOver(desk.context).receive(file.path)
        let (received, details) = (taken.received, taken.received.slip.details)
        var document = JSONObject()
        document["seq"] = .integer(Int64(clamping: taken.result.entry.seq))
        document["target"] = .integer(Int64(clamping: received.target.seq))
        document["by"] = .string(received.by)
        document["certificate"] = .string(received.certificate.hex)
        document["tagManifest"] = .string(details.tagManifest.hex)
        document["checkpoint"] = .object(JSONShapes.checkpoint(taken.result.checkpoint))
        try desk.document(document)
        try desk.mention(
            "Recorded that “\(received.by.shown)” received the bundle of “\(details.name.shown)” (entry \(taken.result.entry.seq)).",
            "已登记“\(received.by.shown)”接收“\(details.name.shown)”的案卷包（第 \(taken.result.entry.seq) 条）。")
    }
}
