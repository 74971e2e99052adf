import EvidenceCrypto
import EvidenceRecord
import EvidenceTestSupport
import Testing

/// What openings say besides their dossier's name, and what steps say.
struct DossierBodyTests {
    private let salt = [UInt8](repeating: 7, count: 16)

    private func body(_ object: JSONObject) throws -> Body { try Body(parsing: Body.bytes(object, salt: salt)) }

    @Test func `what an opening says besides is read as written, and its days are days`() throws {
        var opened = DossierOpened(id: .test(5), name: "XC-1", title: nil, description: nil, unit: nil, content: nil)
        #expect(opened.json.members.map(\.name) == ["dossier", "name"])
        opened.details.occurred = Occurrence(from: ClaimedTime("2026-03-12"), to: ClaimedTime("2026-03-13T10:00Z"))
        opened.details.severity = "major"
        opened.details.county = "示例县"
        opened.details.person = "王五"
        opened.details.measures = "更换"
        opened.details.funds = "3万元"
        opened.details.plan = "停用"
        opened.details.due = CivilDate(year: 2026, month: 4, day: 1)
        opened.details.team = [
            .init(name: "李四", role: "leader", rank: "二级巡视员", unit: "省安委办"), .init(name: "赵六", role: "member"),
        ]
        opened.details.drawn = "随机抽取"
        opened.details.planned = try (#require(CivilDate("2026-03-12")), #require(CivilDate("2026-03-25")))
        opened.details.unitKind = "county"
        let read = try DossierOpened(body(opened.json)).details
        #expect(read.occurred.from?.description == "2026-03-12")
        #expect(read.occurred.to?.description == "2026-03-13T10:00Z")
        #expect(read.severity == "major" && read.county == "示例县" && read.person == "王五")
        #expect(read.measures == "更换" && read.funds == "3万元" && read.plan == "停用" && read.drawn == "随机抽取")
        #expect(read.due?.description == "2026-04-01" && read.team == opened.details.team && read.unitKind == "county")
        #expect(read.planned?.from.description == "2026-03-12" && read.planned?.to.description == "2026-03-25")
        // A writer keeps to the lists; a reader takes other words as they are.
        var object = opened.json
        object["severity"] = .string("特别重大")
        #expect(try DossierOpened(body(object)).details.severity == "特别重大")
        for due in ["2026-04-31", "2026-4-1", "2026-04-01T12:00Z", "04/01/2026", ""] {
            object["due"] = .string(due)
            #expect(throws: RecordError.self) { try DossierOpened(body(object)) }
        }
    }

    @Test(arguments: [
        "occurred", "severity", "county", "person", "measures", "funds", "plan", "due", "team", "drawn", "planned",
        "unitKind",
    ])
    func `an opening with a wrong member is refused`(name: String) throws {
        var object = DossierOpened(
            id: .test(5), name: "XC-1", title: nil, description: nil, unit: nil, content: nil
        ).json
        object[name] = .integer(1)
        #expect(throws: RecordError.self) { try DossierOpened(body(object)) }
    }

    @Test func `a team's members have a name and a part, a plan two days`() throws {
        let plain = DossierOpened(id: .test(5), name: "XC-1", title: nil, description: nil, unit: nil, content: nil)
            .json
        func refuse(_ name: String, _ value: JSONValue) {
            var object = plain
            object[name] = value
            #expect(throws: RecordError.self) { try DossierOpened(body(object)) }
        }
        var item = JSONObject()
        item["name"] = .string("李四")
        refuse("team", .array([.object(item)]))
        refuse("team", .array([.string("李四")]))
        var days = JSONObject()
        days["from"] = .string("2026-03-12")
        refuse("planned", .object(days))
        days["to"] = .string("2026-03-32")
        refuse("planned", .object(days))
    }

    @Test func `a step is read as written`() throws {
        let evidence = [EntryReference(seq: 3, leafHash: SHA256Hasher.hash([3]))]
        var step = StepTaken(dossier: .test(5), step: "recheck")
        #expect(step.json.members.map(\.name) == ["dossier", "step"])
        step.occurred = Occurrence(from: ClaimedTime("2026-04-02"))
        step.summary = "报警仍失效"
        step.evidence = evidence
        step.due = CivilDate(year: 2026, month: 5, day: 1)
        step.to = "样例公司"
        step.result = "failed"
        let read = try StepTaken(body(step.json))
        #expect(read.dossier == .test(5) && read.step == "recheck" && read.evidence == evidence)
        #expect(read.occurred.from?.description == "2026-04-02" && read.occurred.to == nil)
        #expect(read.summary == "报警仍失效" && read.due?.description == "2026-05-01")
        #expect(read.to == "样例公司" && read.result == "failed")
        var object = step.json
        object["step"] = .string("听证")
        #expect(try StepTaken(body(object)).step == "听证")
    }

    @Test(arguments: ["dossier", "step", "occurred", "summary", "evidence", "due", "to", "result"])
    func `a step with a wrong member is refused`(name: String) throws {
        let plain = StepTaken(dossier: .test(5), step: "close").json
        var object = plain
        object[name] = .integer(1)
        #expect(throws: RecordError.self) { try StepTaken(body(object)) }
        object = plain
        object[name] = name == "evidence" ? .array([]) : nil
        if plain[name] != nil || name == "evidence" {
            #expect(throws: RecordError.self) { try StepTaken(body(object)) }
        }
    }
}
