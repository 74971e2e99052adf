internal import ArgumentParser
internal import EvidenceRecord
internal import EvidenceServices
internal import EvidenceWeb
internal import SystemPackage

struct TimestampCommand: EvidenceCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "timestamp",
            abstract: Speech.say(
                "Have a time stamping authority certify when the newest checkpoint existed.", "请时间戳机构证明最新检查点存在的时间。"),
            discussion: Speech.say(
                "Any authority that keeps to RFC 3161 will do. It sees a digest, nothing of the archive. With a network, --tsa asks it at once. Without one, --request writes a file to be carried to a machine that has one, and --response takes what came back, even when the archive has grown since. Trust the authority's root certificate first: evidence trust FILE.pem.",
                "可用任何符合 RFC 3161 的时间戳机构，它只看到一个摘要，看不到档案内容。有网络时用 --tsa 直接申请；没有网络时用 --request 写出请求文件，带到有网络的机器上，再用 --response 登记带回的结果，其间档案有新增也不要紧。请先信任该机构的根证书：evidence trust FILE.pem。"
            ))
    }
    static let example = "evidence timestamp --tsa http://tsa.example.gov.cn"
    static let exitStatuses: [Int32] = [1, 65, 66, 69, 74, 75, 77, 130]

    @Option(help: help("The authority's address, to be asked now.", "时间戳机构的网址，立即申请。", valueName: "url"))
    var tsa: String?
    @Option(help: help("A file to write a request to.", "写出请求的文件。", valueName: "file.tsq"))
    var request: PathArgument?
    @Option(help: help("A file with the authority's answer.", "含有时间戳机构答复的文件。", valueName: "file.tsr"))
    var response: PathArgument?
    @Flag(help: help("List the timestamps that there are.", "列出已有的时间戳。"))
    var list = false
    @OptionGroup var options: GlobalOptions

    func validate() throws {
        guard [tsa != nil, request != nil, response != nil, list].count(where: { $0 }) == 1 else {
            throw ValidationError(
                Speech.say(
                    "Use one of --tsa, --request, --response and --list.", "请使用 --tsa、--request、--response、--list 之一。"))
        }
    }

    func run(at desk: Desk) throws {
        let service = TakeTimestamp(desk.context)
        if let tsa {
            let client = WebClient(checkInterruption: desk.context.checkInterruption)
            let result = try service.ask(tsa) { request in
                let response = try client.post(
                    tsa, request, contentType: TakeTimestamp.requestType, limit: TakeTimestamp.largestAnswer)
                return TakeTimestamp.Answer(
                    status: response.status, contentType: response.contentType, body: response.body)
            }
            try TimestampCommand.report(result, desk)
        } else if let request {
            try TimestampCommand.report(request: request.path, size: try service.writeRequest(to: request.path), desk)
        } else if let response {
            try TimestampCommand.report(try service.take(from: response.path), desk)
        } else {
            try TimestampCommand.report(try KeptTimestamps(desk.context).all(), desk)
        }
    }
}
