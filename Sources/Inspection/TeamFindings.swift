extension InspectionFacts {
    /// What rules T1 to T3 find in the team.
    ///
    /// Ranks are free text. One counts as the rule's when it has any of the words for it, so that none is called wrong
    /// that may be right.
    var teamFindings: [Finding] {
        compositionFindings + rankFindings + drawnFindings
    }

    private var compositionFindings: [Finding] {
        guard !team.isEmpty else {
            return [
                Finding(.teamMissing, .t1, english: "The team isn't on record.", chinese: "没有巡查组组成人员的记录。")
            ]
        }
        var findings: [Finding] = []
        if !(5...7).contains(team.count) {
            findings.append(
                Finding(
                    .teamSize, .t1,
                    english: "The team has \(team.count) \(team.count == 1 ? "person" : "people"), not five to seven.",
                    chinese: "巡查组共 \(team.count) 人，不符合5至7人的要求。"))
        }
        let leaders = team.count { $0.role == .leader }
        if leaders != 1 {
            findings.append(
                Finding(
                    .teamLeader, .t1,
                    english: leaders == 0 ? "The team has no leader." : "The team has \(leaders) leaders, not one.",
                    chinese: leaders == 0 ? "巡查组没有组长。" : "巡查组有 \(leaders) 名组长，应为1名。"))
        }
        if !team.contains(where: { $0.role == .deputy }) {
            findings.append(
                Finding(.teamDeputy, .t1, english: "The team has no deputy.", chinese: "巡查组没有副组长。"))
        }
        return findings
    }

    private var rankFindings: [Finding] {
        var findings: [Finding] = []
        var unknown: [String] = []
        for member in team where member.role != .member {
            guard let rank = member.rank?.trimmed, !rank.isEmpty else {
                unknown.append(member.name)
                continue
            }
            let isLeader = member.role == .leader
            let words = isLeader ? Self.leaderWords : Self.deputyWords
            let folded = rank.folded
            if words.contains(where: folded.contains) { continue }
            findings.append(
                isLeader
                    ? Finding(
                        .leaderRank, .t2, english: "The leader, \(member.name), is not of bureau rank: \(rank).",
                        chinese: "组长\(member.name)的职级为“\(rank)”，不是厅局级。")
                    : Finding(
                        .deputyRank, .t2,
                        english: "The deputy, \(member.name), is neither of division rank nor an expert: \(rank).",
                        chinese: "副组长\(member.name)的职级为“\(rank)”，既不是县处级，也不是专家。"))
        }
        if !unknown.isEmpty {
            findings.append(
                Finding(
                    .rankUnknown, .t2, english: "The rank isn't on record of: \(unknown.joined(separator: ", ")).",
                    chinese: "没有记录职级的人员：\(unknown.joined(separator: "、"))。"))
        }
        return findings
    }

    private var drawnFindings: [Finding] {
        guard (drawn ?? "").trimmed.isEmpty else { return [] }
        return [
            Finding(
                .drawn, .t3, english: "Nothing says how the members were drawn.", chinese: "没有记录巡查组人员的抽调方式。")
        ]
    }

    /// 厅局级, and the grades of the civil service that equal it (一级、二级巡视员).
    private static let leaderWords = ["厅", "局", "巡视员", "bureau", "department"]

    /// 县处级, the grades that equal it (一级至四级调研员), and experts.
    private static let deputyWords = ["处", "县级", "调研员", "专家", "division", "county", "expert"]
}
