internal import ArgumentParser
internal import EvidenceRecord
internal import EvidenceServices

/// Which records a command is about.
struct FilterOptions: ParsableArguments {
    @Option(
        name: .customLong("case"), help: help("Only what belongs to this case.", "只列出属于该案件的记录。", valueName: "id"),
        completion: .caseNames)
    var caseName: String?
    @Option(help: help("Only what belongs to this inspection.", "只列出属于该巡查的记录。", valueName: "id"))
    var inspection: String?
    @Option(help: help("Only records of this kind.", "只列出该类别的记录。"), completion: .kinds)
    var kind: String?
    @Option(
        help: help(
            "From this day on, of when it happened, else of when it was taken or entered.",
            "自该日起（按发生日期，无则按拍摄日期，再无则按录入日期）。",
            valueName: "day"))
    var since: String?
    @Option(help: help("Up to this day.", "至该日止。", valueName: "day"))
    var until: String?

    func filter() throws -> ReadRecords.Filter {
        var filter = ReadRecords.Filter()
        filter.caseName = caseName
        filter.inspection = inspection
        filter.kind = kind
        filter.since = try since.map { try ClaimedTimeInput.day($0) }
        filter.until = try until.map { try ClaimedTimeInput.day($0) }
        return filter
    }
}
