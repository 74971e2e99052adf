internal import ArgumentParser
internal import EvidenceRecord
internal import EvidenceServices

/// What hazard ledgers say of a problem, when its case is opened and when that is amended.
struct ProblemOptions: ParsableArguments {
    @Option(
        help: help("How grave the hazard is: general or major.", "隐患等级：general 一般、major 重大。"), completion: .severities)
    var severity: String?
    @Option(help: help("The county.", "所在市县。"))
    var county: String?
    @Option(help: help("The person responsible for the problem.", "责任人。", valueName: "person"))
    var responsible: String?
    @Option(help: help("The measures for putting it right.", "整改措施。"))
    var measures: String?
    @Option(help: help("The funds for it.", "整改资金。"))
    var funds: String?
    @Option(help: help("The emergency plan until then.", "应急预案。"))
    var plan: String?
    @Option(help: help("The day by which it is to be done: 2026-04-01.", "期限：2026-04-01。", valueName: "day"))
    var due: String?

    /// Adds what was said; what was not stays as it is.
    func describe(_ details: inout DossierDetails) throws {
        details.severity = severity
        details.county = county
        details.person = responsible
        details.measures = measures
        details.funds = funds
        details.plan = plan
        details.due = try due.map { try ClaimedTimeInput.day($0) }
    }
}

/// Who inspects what, and when, as it is said when an inspection is opened and when that is amended.
struct TeamOptions: ParsableArguments {
    @Option(
        help: help(
            "The team's leader, as NAME, NAME:RANK or NAME:RANK:UNIT.", "组长，写作 姓名、姓名:职级 或 姓名:职级:单位。",
            valueName: "name:rank:unit"))
    var leader: String?
    @Option(
        name: .customLong("deputy"),
        help: help("A deputy leader, likewise; may be repeated.", "副组长，写法同上；可重复。", valueName: "name:rank:unit"))
    var deputies: [String] = []
    @Option(
        name: .customLong("member"),
        help: help("A member, likewise; may be repeated.", "组员，写法同上；可重复。", valueName: "name:rank:unit"))
    var members: [String] = []
    @Option(help: help("How the members were drawn.", "人员抽取方式。", valueName: "text"))
    var drawn: String?
    @Option(
        help: help(
            "The first and the last day planned on site: 2026-03-12/2026-03-25.", "计划进驻和离场日期：2026-03-12/2026-03-25。",
            valueName: "from/to"))
    var planned: String?
    @Option(
        help: help(
            "What is inspected: county, township, department or enterprise.",
            "被巡查单位类别：county 市县、township 乡镇、department 部门、enterprise 企业。", valueName: "kind"),
        completion: .unitKinds)
    var unitKind: String?

    /// Adds what was said; what was not stays as it is.
    func describe(_ details: inout DossierDetails) throws {
        details.team =
            try (leader.map { [$0] } ?? []).map { try TeamOptions.member($0, "leader", "--leader") }
            + deputies.map { try TeamOptions.member($0, "deputy", "--deputy") }
            + members.map { try TeamOptions.member($0, "member", "--member") }
        details.drawn = drawn
        details.planned = try planned.map { try ClaimedTimeInput.days($0) }
        details.unitKind = unitKind
    }

    private static func member(_ text: String, _ role: String, _ option: String) throws -> DossierDetails.Member {
        guard let member = PersonInput.member(text, role: role) else {
            throw EvidenceError(
                .usage, en: "\(option) wants NAME, NAME:RANK or NAME:RANK:UNIT, not “\(text.shown)”.",
                zh: "\(option) 应写作 姓名、姓名:职级 或 姓名:职级:单位，而不是“\(text.shown)”。")
        }
        return member
    }
}

/// What is said of a step, of a case as of an inspection.
struct StepOptions: ParsableArguments {
    @Option(
        name: .customLong("evidence"),
        help: help(
            "A record that shows it, by number; may be repeated. One that does not belong here yet is linked.",
            "作为证据的记录编号；可重复。尚未归入的记录一并关联。", valueName: "seq"))
    var evidence: [UInt64] = []
    @Option(
        help: help(
            "When it happened: 2026-03-12, 2026-03-12T14:30, or two with a / between them; else now.",
            "发生时间：2026-03-12、2026-03-12T14:30，或以 / 分隔的起止时间；默认为录入时间。", valueName: "time"))
    var occurredAt: String?
    @Option(
        help: help("The day by which what it asks for is to be done: 2026-04-01.", "期限：2026-04-01。", valueName: "day"))
    var due: String?
    @Option(help: help("Who received something, or whom the talk was with.", "接收单位或约谈对象。", valueName: "unit"))
    var to: String?
    @Option(help: help("What was done or said.", "情况。"))
    var summary: String?

    func request(_ name: String, _ step: String, _ desk: Desk) throws -> TakeStep.Request {
        var request = TakeStep.Request(name: name, step: step)
        if let occurredAt {
            let times = try ClaimedTimeInput.interval(occurredAt, zone: desk.zone)
            request.occurred = Occurrence(from: times.from, to: times.to)
        }
        request.evidence = evidence
        request.due = try due.map { try ClaimedTimeInput.day($0) }
        request.to = to
        request.summary = summary
        return request
    }
}
