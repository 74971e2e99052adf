internal import ArgumentParser
internal import EvidenceRecord
internal import EvidenceServices
internal import EvidenceWeb
internal import SystemPackage
internal import TransparencyLog

struct WitnessSubmitCommand: EvidenceCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "submit",
            abstract: Speech.say(
                "Have the newest checkpoint of an archive cosigned by witnesses.", "请见证人为档案的最新检查点作证。"),
            discussion: Speech.say(
                "Over the web: with --url and --witness, or with the witnesses of a --policy that have addresses. Carried on a stick: --request FILE writes what evidence witness cosign takes, and --response FILE takes its answer in. A signature is kept in the archive once it was checked; the next entry records it.",
                "联网时：用 --url 和 --witness，或用 --policy 中有网址的见证人。用 U 盘携带时：--request FILE 写出供 evidence witness cosign 使用的请求，--response FILE 收入其回执。签名经检查后保存在档案中，并由下一条条目记载。"
            ))
    }
    static let example = "evidence witness submit --request /media/stick/请求.txt --witness 见证人.vkey"
    static let exitStatuses: [Int32] = [1, 65, 66, 69, 74, 75, 77, 130]
    private static let largestAnswer = 256 * 1_024

    @Option(help: help("Where the witness takes checkpoints.", "见证人接收检查点的网址。", valueName: "url"))
    var url: String?
    @Option(
        help: help(
            "The witness's key, or a file with it, as you got it from the witness.", "见证人的公钥，或含有公钥的文件；须取自见证人本人。",
            valueName: "key|file"))
    var witness: String?
    @Option(
        help: help(
            "A policy (C2SP tlog-policy): which witnesses count, where they are, and how many must sign.",
            "策略文件（C2SP tlog-policy）：哪些见证人有效、其网址及所需数量。", valueName: "file"))
    var policy: PathArgument?
    @Option(help: help("Write the request to this file, to be carried.", "将请求写入该文件，供携带。", valueName: "file"))
    var request: PathArgument?
    @Option(help: help("Take the witness's answer in from this file.", "从该文件收入见证人的回执。", valueName: "file"))
    var response: PathArgument?
    @Option(
        help: help(
            "How many entries the witness has cosigned; else as many as this archive knows of.",
            "见证人已见证的条数；默认取此档案所知的条数。", valueName: "size"))
    var old: UInt64?
    @OptionGroup var options: GlobalOptions

    func validate() throws {
        let ways = [request != nil, response != nil, url != nil || (policy != nil && response == nil)]
        guard ways.count(where: { $0 }) == 1 else {
            throw ValidationError(
                Speech.say(
                    "Use one of --url, --policy, --request and --response.",
                    "请使用 --url、--policy、--request、--response 之一。"))
        }
        if request != nil || url != nil, witness == nil {
            throw ValidationError(Speech.say("Name the witness's key: --witness KEY.", "请用 --witness KEY 指明见证人的公钥。"))
        }
        if policy != nil, witness != nil || url != nil {
            throw ValidationError(
                Speech.say("A policy names its witnesses; use it alone.", "策略已列明见证人，请单独使用 --policy。"))
        }
        if response != nil, old != nil {
            throw ValidationError(
                Speech.say("--old belongs to a request, not to its answer.", "--old 用于请求，不用于回执。"))
        }
    }

    func run(at desk: Desk) throws {
        let key = try witness.map { try WitnessKey.read($0, path: RawArguments.path($0), desk.context) }
        let policy = try policy.map { try PolicyFile.read($0.path) }
        let service = try SubmitCheckpoint(desk.context)
        if let response {
            return try take(response.path, from: key.map { [$0] } ?? policy?.witnesses.map(\.key) ?? [], service, desk)
        }
        if let request, let key { return try write(request.path, for: key, service, desk) }
        let targets =
            if let policy { try service.targets(policy) } else if let key, let url {
                [SubmitCheckpoint.Target(key: key, address: url)]
            } else { [SubmitCheckpoint.Target]() }
        try ask(targets, policy, service, desk)
    }

    private func write(
        _ file: FilePath, for witness: VerifierKey, _ service: SubmitCheckpoint, _ desk: Desk
    ) throws {
        var document = WitnessShapes.witness(witness)
        for member in JSONShapes.checkpoint(service.checkpoint).members { document[member.name] = member.value }
        switch try service.request(to: witness, from: old, in: file) {
        case .needed(let request):
            document["needed"] = .bool(true)
            document["old"] = .integer(Int64(request.oldSize))
            document["path"] = .string(file.string)
            try desk.document(document)
            try desk.mention(
                "Wrote the request to \(file.string.shown). At the witness: evidence witness cosign FILE --to ANSWER",
                "已将请求写入 \(file.string.shown)。在见证人处执行：evidence witness cosign FILE --to ANSWER")
        case .notNeeded(let cosignature):
            document["needed"] = .bool(false)
            document["cosignature"] = .string(cosignature.noteSignature.line)
            try desk.document(document)
            try desk.mention(
                "\(witness.name.shown) has cosigned the newest checkpoint already; no request was written.",
                "\(witness.name.shown) 已见证最新检查点，未写出请求。")
        }
    }

    private func take(
        _ file: FilePath, from witnesses: [VerifierKey], _ service: SubmitCheckpoint, _ desk: Desk
    ) throws {
        let answer = try service.take(file, from: witnesses)
        try desk.document(
            WitnessSubmitCommand.document(answer.taken.map { WitnessShapes.cosignature($0, over: answer.checkpoint) }))
        for cosignature in answer.taken {
            try desk.mention(
                "Kept the signature of \(cosignature.name.shown): \(WitnessText(desk).size(answer.checkpoint)).",
                "已保存 \(cosignature.name.shown) 的签名：\(WitnessText(desk).size(answer.checkpoint))。")
        }
    }

    private func ask(
        _ targets: [SubmitCheckpoint.Target], _ policy: Policy?, _ service: SubmitCheckpoint, _ desk: Desk
    ) throws {
        let client = WebClient(checkInterruption: desk.context.checkInterruption)
        func shape(_ response: WebClient.Response) -> WitnessResponse {
            WitnessResponse(status: response.status, contentType: response.contentType, body: response.body)
        }
        let limit = WitnessSubmitCommand.largestAnswer
        let connection = WitnessConnection(
            post: { shape(try client.post($0, $1, contentType: "text/plain; charset=utf-8", limit: limit)) },
            get: { shape(try client.get($0, limit: limit)) })
        var cosigned: [JSONObject] = []
        var failures: [EvidenceError] = []
        var keys: Set<VerifierKey> = []
        for (target, outcome) in try service.submit(to: targets, from: old, by: connection) {
            switch outcome {
            case .cosigned(let cosignature), .notNeeded(let cosignature):
                keys.insert(target.key)
                cosigned.append(WitnessShapes.cosignature(cosignature, over: service.checkpoint))
            case .failed(let error): failures.append(error)
            }
        }
        // Evidence of tampering outranks whatever else was achieved.
        if let worst = failures.first(where: { $0.code == .damaged }) { throw worst }
        let isEnough = policy.map { $0.hasQuorum(cosignedBy: Set(keys.map(\.key))) } ?? failures.isEmpty
        guard isEnough else {
            for failure in failures.dropFirst() { desk.context.warn(failure.message) }
            throw failures.first ?? WitnessSubmitCommand.noQuorum
        }
        for failure in failures { desk.context.warn(failure.message) }
        try desk.document(WitnessSubmitCommand.document(cosigned))
        let size = WitnessText(desk).size(service.checkpoint)
        let names = keys.map(\.name.shown).sorted().joined(separator: desk.text(", ", "、"))
        try desk.mention("Cosigned by \(names): \(size).", "已由 \(names) 见证：\(size)。")
    }

    private static func document(_ cosignatures: [JSONObject]) -> JSONObject {
        var document = JSONObject()
        document["cosignatures"] = .array(cosignatures.map { .object($0) })
        return document
    }

    private static let noQuorum = EvidenceError(
        .refused,
        en:
            "The witnesses that have addresses in the policy are too few for its quorum. What they signed was kept; add addresses, or carry requests to the others.",
        zh: "策略中有网址的见证人不足以达到所需数量。已保存其签名；请补充网址，或将请求带给其他见证人。")
}
