internal import ArgumentParser
internal import EvidenceRecord
internal import EvidenceServices
internal import SystemPackage
internal import TransparencyLog

struct WitnessCosignCommand: EvidenceCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "cosign",
            abstract: Speech.say(
                "Cosign a checkpoint that was carried here, if it extends the last one.", "为带来的检查点作证（须为上次的延续）。"),
            discussion: Speech.say(
                "What was carried may be a request (evidence witness submit --request), a signed checkpoint, an archive, or a log as evidence publish writes it; of the last two the proof is made here. Nothing of it is believed that does not prove itself. Two histories, or a history that has become shorter, are refused, kept as evidence, and end in status 1.",
                "带来的可以是请求（evidence witness submit --request）、签名检查点、档案，或由 evidence publish 写出的日志；后两者的证明在此生成。凡不能自证的内容一概不信。出现两份历史，或历史变短时，不予见证并留存为证，退出状态为 1。"
            ))
    }
    static let example = "evidence witness cosign /media/stick/请求.txt --to /media/stick/回执.txt"
    static let exitStatuses: [Int32] = [1, 65, 66, 74, 75, 77]

    @Argument(
        help: help(
            "A request, a signed checkpoint, an archive's folder, or that of a published log.",
            "请求、签名检查点、档案文件夹或公开的日志文件夹。",
            valueName: "path"))
    var path: PathArgument
    @Option(
        help: help(
            "Write the cosigned checkpoint to this file, for the way back; else it is printed.",
            "将经见证的检查点写入该文件，以便带回；否则直接输出。", valueName: "file"))
    var to: PathArgument?
    @Flag(
        help: help(
            "Sign although a later time was signed before: the clock was ahead then, and is right now.",
            "虽已签过更晚的时间仍予签署：当时时钟偏快，现已校准。"))
    var clockWasAhead = false
    @OptionGroup var place: WitnessOptions
    @OptionGroup var options: GlobalOptions

    func run(at desk: Desk) throws {
        let witness = try place.service(desk).open()
        var service = CosignCheckpoint(desk.context, witness: witness)
        service.clockWasAhead = clockWasAhead
        let cosigned = try to.map { try service.run(path.path, to: $0.path) } ?? service.run(path.path)
        var document = WitnessShapes.cosigned(cosigned, by: witness.key)
        let note = try cosigned.handedOut()
        document["note"] = .string(String(decoding: note.bytes, as: UTF8.self))
        document.set("path", to?.path.string)
        try desk.document(document)
        if desk.isJSON { return }
        guard to != nil else { return try Terminal.output.write(foreign: note.bytes) }
        let size = WitnessText(desk).size(cosigned.checkpoint)
        try desk.mention(
            "Cosigned \(cosigned.checkpoint.origin.shown): \(size).", "已见证 \(cosigned.checkpoint.origin.shown)：\(size)。"
        )
    }
}
