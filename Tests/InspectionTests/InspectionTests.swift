import Inspection
import Testing

/// An inspection of 2026 that lacks nothing: on site from Monday 14 to Thursday 24 September, ten working days since
/// Sunday 20 is worked.
private let whole = InspectionFacts(
    county: "文昌市",
    team: [
        TeamMember(name: "王一", role: .leader, rank: "厅局级", unit: "省应急管理厅"),
        TeamMember(name: "李二", role: .deputy, rank: "正处级"), TeamMember(name: "张三", role: .deputy, rank: "资深专家"),
        TeamMember(name: "赵四", role: .member), TeamMember(name: "陈五", role: .member),
    ], drawn: "随机抽取", planned: (from: day("2026-09-14"), to: day("2026-09-25")),
    steps: [
        step(.notice, "2026-09-01"), step(.arrival, "2026-09-14"), step(.departure, "2026-09-24"),
        step(.report, "2026-10-09"), step(.clues, "2026-10-12"), step(.feedback, "2026-10-15"),
        step(.rectification, "2026-12-15"), step(.results, "2026-12-20"),
    ], openTransfers: 1)

private func step(_ kind: InspectionStepKind, _ date: String) -> InspectionStep {
    InspectionStep(kind: kind, date: day(date), hasEvidence: true)
}

extension InspectionFacts {
    fileprivate func standing(_ date: String) -> InspectionStanding {
        standing(at: day(date), within: 7, calendar: .shipped)
    }

    fileprivate func codes(_ date: String = "2026-12-31") -> [FindingCode] { standing(date).findings.map(\.code) }

    fileprivate func changed(_ change: (inout InspectionFacts) -> Void) -> InspectionFacts {
        var facts = self
        change(&facts)
        return facts
    }

    /// Without the steps of these kinds.
    fileprivate func without(_ kinds: InspectionStepKind...) -> InspectionFacts {
        changed { $0.steps.removeAll { kinds.contains($0.kind) } }
    }

    fileprivate func moving(_ kind: InspectionStepKind, to date: String) -> InspectionFacts {
        changed { facts in
            for index in facts.steps.indices where facts.steps[index].kind == kind {
                facts.steps[index].date = day(date)
            }
        }
    }
}

struct InspectionStandingTests {
    @Test(arguments: [
        (0, InspectionState.planned), (1, .announced), (2, .onSite), (3, .left), (4, .reported), (5, .reported),
        (6, .fedBack), (7, .rectified), (8, .concluded),
    ])
    func `nothing is found in an inspection that lacks nothing, at each of its steps`(
        count: Int, state: InspectionState
    ) {
        let facts = whole.changed {
            $0.steps = Array($0.steps.prefix(count))
            if count < 5 { $0.openTransfers = 0 }
        }
        let standing = facts.standing(at: facts.steps.last?.date ?? day("2026-08-01"), within: 7, calendar: .shipped)
        #expect(standing.findings == [])
        #expect(standing.state == state)
        #expect(!standing.isOverdue)
    }

    @Test func `days on site are counted with both ends, and so far while the team is there`() {
        let standing = whole.standing("2026-12-31")
        #expect(standing.onSite?.from == day("2026-09-14"))
        #expect(standing.onSite?.to == day("2026-09-24"))
        #expect(standing.workingDays == 10)
        #expect(!standing.isEstimated)
        let onSite = whole.changed { $0.steps = Array($0.steps.prefix(2)) }.standing("2026-09-20")
        #expect(onSite.onSite?.to == nil)
        #expect(onSite.workingDays == 6)
        #expect(whole.without(.arrival).standing("2026-12-31").workingDays == nil)
        #expect(whole.without(.arrival).standing("2026-12-31").onSite == nil)
    }

    @Test func `days in a year without a notice are estimated`() {
        let standing = whole.moving(.arrival, to: "2026-12-28").moving(.departure, to: "2027-01-07").standing(
            "2027-01-07")
        #expect(standing.isEstimated)
        #expect(standing.workingDays == 9)
        let short = standing.findings.first { $0.code == .onSiteShort }
        #expect(
            short?.english
                == "On site for 9 working days (estimated) (2026-12-28 – 2027-01-07), fewer than 10.")
        #expect(short?.chinese == "现场巡查 9 个工作日（估算）（2026-12-28 – 2027-01-07），少于 10 个工作日。")
    }

    /// The fifteenth day after 24 September is 9 October; two months after 15 October is 15 December.
    @Test func `the report and the rectification have their last days`() {
        let deadlines = whole.standing("2026-12-31").deadlines
        #expect(deadlines.map(\.rule) == [.p3, .p6])
        #expect(deadlines.map(\.deadline.lastDay) == [day("2026-10-09"), day("2026-12-15")])
        #expect(deadlines.map(\.metOn) == [day("2026-10-09"), day("2026-12-15")])
        #expect(whole.changed { $0.steps = Array($0.steps.prefix(2)) }.standing("2026-09-20").deadlines.isEmpty)
    }

    @Test func `a team that came back has left with its last departure`() {
        let twice = whole.changed { $0.steps += [step(.arrival, "2026-09-28"), step(.departure, "2026-09-29")] }
        #expect(twice.standing("2026-12-31").onSite?.to == day("2026-09-29"))
        #expect(twice.standing("2026-12-31").deadlines.first?.deadline.due == day("2026-10-14"))
    }
}

struct InspectionFindingTests {
    @Test(arguments: InspectionStepKind.allCases) func `a step without evidence is a gap, and nothing else is found`(
        kind: InspectionStepKind
    ) {
        let facts = whole.changed { facts in
            for index in facts.steps.indices where facts.steps[index].kind == kind {
                facts.steps[index].hasEvidence = false
            }
        }
        let findings = facts.standing("2026-12-31").findings
        #expect(findings.map(\.code.rawValue) == ["\(kind.rawValue)-evidence"])
        #expect(findings.first?.rule == .l1)
        #expect(findings.first?.step == facts.steps.firstIndex { $0.kind == kind })
    }

    @Test func `arriving without notice before is a gap`() {
        #expect(whole.without(.notice).codes() == [.noticeMissing])
        #expect(whole.moving(.notice, to: "2026-09-15").codes() == [.noticeMissing])
        #expect(whole.moving(.notice, to: "2026-09-14").codes() == [])
        #expect(whole.without(.notice).standing("2026-12-31").findings.first?.rule == .p1)
        #expect(whole.without(.notice).standing("2026-12-31").findings.first?.step == 0)
    }

    @Test func `what follows an arrival that isn't on record`() {
        let findings = whole.without(.arrival).standing("2026-12-31").findings
        #expect(findings.map(\.code) == [.arrivalMissing])
        #expect(findings.first?.rule == .p2)
        #expect(findings.first?.step == 1)
        #expect(findings.first?.chinese == "2026-09-24 已有“离场”记录，但没有进驻记录。")
    }

    @Test func `nine working days on site are too few`() {
        let findings = whole.moving(.arrival, to: "2026-09-15").standing("2026-12-31").findings
        #expect(findings.map(\.code) == [.onSiteShort])
        #expect(findings.first?.english == "On site for 9 working days (2026-09-15 – 2026-09-24), fewer than 10.")
        #expect(findings.first?.kind == .breach)
        #expect(whole.moving(.arrival, to: "2026-09-13").codes() == [])
    }

    @Test func `a report after the last day is late, and one that hasn't come is overdue`() {
        #expect(whole.moving(.report, to: "2026-10-10").codes() == [.reportLate])
        let early = whole.changed { $0.steps = Array($0.steps.prefix(3)) }.changed { $0.openTransfers = 0 }
        #expect(early.codes("2026-10-09") == [])
        #expect(!early.standing("2026-10-09").isOverdue)
        #expect(early.codes("2026-10-10") == [.reportOverdue])
        #expect(early.standing("2026-10-10").isOverdue)
        #expect(early.standing("2026-10-10").findings.first?.day == day("2026-10-09"))
        #expect(early.standing("2026-10-10").findings.first?.rule == .p3)
    }

    @Test func `a rectification after the last day is late, and one that hasn't come is overdue`() {
        #expect(whole.moving(.rectification, to: "2026-12-16").codes() == [.rectificationLate])
        let waiting = whole.without(.rectification, .results)
        #expect(waiting.codes("2026-12-15") == [])
        #expect(waiting.codes("2026-12-16") == [.rectificationOverdue])
        #expect(waiting.standing("2026-12-16").isOverdue)
        #expect(waiting.standing("2026-12-16").findings.first?.rule == .p6)
        #expect(
            waiting.standing("2026-12-16").findings.first?.chinese == "整改情况报告尚未报送，最后期限为 2026-12-15。")
    }

    @Test func `feeding back before the report is out of order`() {
        let findings = whole.moving(.feedback, to: "2026-10-08").moving(.rectification, to: "2026-12-08")
            .standing("2026-12-31").findings
        #expect(findings.map(\.code) == [.feedbackBeforeReport])
        #expect(findings.first?.rule == .p4)
        #expect(findings.first?.step == 5)
        #expect(
            whole.moving(.feedback, to: "2026-10-09").moving(.rectification, to: "2026-12-09").codes() == [])
        #expect(whole.without(.report).codes() == [.reportOverdue, .feedbackBeforeReport])
    }

    @Test func `rectification or results without feedback lack it`() {
        #expect(whole.without(.feedback).codes() == [.feedbackMissing])
        #expect(whole.without(.feedback, .rectification).codes() == [.feedbackMissing])
        #expect(whole.without(.feedback, .rectification, .results).codes() == [])
    }

    @Test func `cases handed over need the step of the inspection`() {
        let findings = whole.without(.clues).standing("2026-12-31").findings
        #expect(findings.map(\.code) == [.cluesMissing])
        #expect(findings.first?.rule == .p5)
        #expect(
            findings.first?.english == "1 case was handed over, and the inspection has no step \"clues\" on record.")
        #expect(whole.without(.clues).changed { $0.openTransfers = 0 }.codes() == [])
    }

    @Test func `results aren't missed, since no limit is given for them`() {
        #expect(whole.without(.results).codes() == [])
        #expect(whole.without(.results).standing("2026-12-31").state == .rectified)
    }
}

struct TeamTests {
    private func codes(_ change: (inout [TeamMember]) -> Void) -> [FindingCode] {
        whole.changed { change(&$0.team) }.codes()
    }

    @Test func `a team has five to seven people`() {
        #expect(codes { $0.removeLast() } == [.teamSize])
        #expect(codes { $0 += [TeamMember(name: "六", role: .member)] } == [])
        #expect(codes { $0 += (6...7).map { TeamMember(name: "\($0)", role: .member) } } == [])
        #expect(codes { $0 += (6...8).map { TeamMember(name: "\($0)", role: .member) } } == [.teamSize])
    }

    @Test func `a team has one leader and a deputy`() {
        #expect(codes { $0[0].role = .member } == [.teamLeader])
        #expect(codes { $0[3] = TeamMember(name: "赵四", role: .leader, rank: "厅级") } == [.teamLeader])
        #expect(codes { $0[1].role = .member } == [])
        #expect(
            codes {
                $0[1].role = .member
                $0[2].role = .member
            } == [.teamDeputy])
    }

    @Test func `a team that nobody recorded is a gap, not three breaches`() {
        #expect(codes { $0 = [] } == [.teamMissing])
    }

    @Test(arguments: ["厅局级", "正厅", "副厅级", "省应急管理厅副厅长", "二级巡视员", "局级（退休）", "Bureau rank"])
    func `a leader of this rank is right`(rank: String) { #expect(codes { $0[0].rank = rank } == []) }

    @Test(arguments: ["正处级", "科级", "专家", "division"]) func `a leader of this rank is wrong`(rank: String) {
        #expect(codes { $0[0].rank = rank } == [.leaderRank])
    }

    @Test(arguments: ["县处级", "副处", "安全生产资深专家", "三级调研员", "副县级", "senior expert"])
    func `a deputy of this rank is right`(rank: String) { #expect(codes { $0[1].rank = rank } == []) }

    @Test(arguments: ["科级", "主任科员", "clerk"]) func `a deputy of this rank is wrong`(rank: String) {
        let findings = whole.changed { $0.team[1].rank = rank }.standing("2026-12-31").findings
        #expect(findings.map(\.code) == [.deputyRank])
        #expect(findings.first?.chinese == "副组长李二的职级为“\(rank)”，既不是县处级，也不是专家。")
    }

    @Test func `ranks that nobody recorded are one gap`() {
        let findings = whole.changed {
            $0.team[0].rank = nil
            $0.team[2].rank = " "
        }.standing("2026-12-31").findings
        #expect(findings.map(\.code) == [.rankUnknown])
        #expect(findings.first?.chinese == "没有记录职级的人员：王一、张三。")
    }

    @Test(arguments: [nil, "", " \u{3000}"]) func `how members were drawn has to be said`(drawn: String?) {
        let findings = whole.changed { $0.drawn = drawn }.standing("2026-12-31").findings
        #expect(findings.map(\.code) == [.drawn])
        #expect(findings.first?.rule == .t3)
    }
}
