internal import ArgumentParser
internal import EvidenceRecord
internal import EvidenceServices
internal import EvidenceWeb
internal import SystemPackage

struct WitnessServeCommand: EvidenceCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "serve",
            abstract: Speech.say("Cosign over the web, until stopped.", "通过网络提供见证服务，直至停止。"),
            discussion: Speech.say(
                "Speaks C2SP tlog-witness over HTTP: POST /add-checkpoint, and GET /<SHA-256 of the origin>/checkpoint. Everybody may ask; only archives that are watched are cosigned. For HTTPS put a web server before it. Conflicts are told on standard error, and kept: see evidence witness list.",
                "以 HTTP 提供 C2SP tlog-witness 协议：POST /add-checkpoint 和 GET /<来源的 SHA-256>/checkpoint。任何人都可请求，但只为所见证的档案作证。需要 HTTPS 时请在前面放置 Web 服务器。发现的矛盾会写到标准错误并留存：见 evidence witness list。"
            ))
    }
    static let example = "evidence witness serve --listen 127.0.0.1:8420"
    static let exitStatuses: [Int32] = [1, 66, 69, 74, 75, 77]

    @Option(
        help: help(
            "Where to listen; port 0 takes any that is free.", "监听地址；端口 0 表示任选空闲端口。", valueName: "host:port"))
    var listen = "127.0.0.1:8420"
    @OptionGroup var place: WitnessOptions
    @OptionGroup var options: GlobalOptions

    func run(at desk: Desk) throws {
        guard let address = WitnessServer.Address(listen) else {
            throw EvidenceError(
                .usage, en: "“\(listen.shown)” is no address to listen at. Write HOST:PORT, like 127.0.0.1:8420.",
                zh: "“\(listen.shown)”不是监听地址。请写成 主机:端口，如 127.0.0.1:8420。")
        }
        let service = place.service(desk)
        let witness = try service.open()
        // Evidence of tampering is told whatever was asked to be left out.
        let server = WitnessServer(ServeWitness(witness) { _ = Speech.complain(EvidenceError(.damaged, $0)) })
        try server.run(
            at: address,
            onListening: { address in
                var document = WitnessShapes.witness(witness.key)
                document["url"] = .string(address.url)
                document["path"] = .string(service.folder.string)
                try? desk.document(document)
                try? desk.say([address.url])
            }, checkInterruption: desk.context.checkInterruption)
    }
}
