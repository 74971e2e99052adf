/// What the regulation demands that a record can be held against.
///
/// Source: 《海南省安全生产巡查工作制度（试行）》 (琼府〔2016〕71号). S: scope and use; T: the team; P: the procedure and its
/// limits; L: the closed loop and its record; D: duties.
package enum Rule: String, RegulationWord {
    case s1 = "S1"
    case s2 = "S2"
    case s3 = "S3"
    case s4 = "S4"
    case t1 = "T1"
    case t2 = "T2"
    case t3 = "T3"
    case t4 = "T4"
    case p1 = "P1"
    case p2 = "P2"
    case p3 = "P3"
    case p4 = "P4"
    case p5 = "P5"
    case p6 = "P6"
    case p7 = "P7"
    case l1 = "L1"
    case l2 = "L2"
    case l3 = "L3"
    case l4 = "L4"
    case d1 = "D1"
    case d2 = "D2"
    case d3 = "D3"
    case d4 = "D4"

    package var english: String { words.english }
    package var chinese: String { words.chinese }

    /// What the rule demands, in one sentence.
    package var text: (english: String, chinese: String) { (words.englishText, words.chineseText) }

    private struct Words {
        let english: String
        let chinese: String
        let englishText: String
        let chineseText: String

        init(_ english: String, _ chinese: String, _ englishText: String, _ chineseText: String) {
            self.english = english
            self.chinese = chinese
            self.englishText = englishText
            self.chineseText = chineseText
        }
    }

    private var words: Words {
        switch self {
        case .s1, .s2, .s3, .s4: scope
        case .t1, .t2, .t3, .t4: team
        case .p1, .p2, .p3, .p4, .p5, .p6, .p7: procedure
        case .l1, .l2, .l3, .l4: loop
        case .d1, .d2, .d3, .d4: duties
        }
    }

    private var scope: Words {
        switch self {
        case .s1:
            Words(
                "full coverage in three years", "三年全覆盖",
                "Some cities and counties are inspected each year, and all of them within three years.",
                "每年巡查部分市县，三年实现全覆盖。")
        case .s2:
            Words(
                "extended scope", "延伸巡查",
                "An inspection may extend to township governments, departments and enterprises.",
                "根据工作需要，巡查可延伸至乡镇级政府、有关部门和有关企业。")
        case .s3:
            Words(
                "major hazards pressed at once", "重大隐患及时督促",
                "Major hazards and illegal acts that are found are pressed on the county and its departments "
                    + "to be rectified promptly.",
                "对巡查中发现的重大隐患和非法违法行为，及时督促市县政府和相关部门依法依规整改处理。")
        default:
            Words(
                "use of the results", "结果运用",
                "The results are reported to the work-safety committee, weigh in the yearly assessment, and "
                    + "go to the organisation department.",
                "巡查结果向省安委会汇报，作为各市县年度安全生产责任目标考核的重要依据，并报送省委组织部。")
        }
    }

    private var team: Words {
        switch self {
        case .t1:
            Words(
                "size and heads of the team", "巡查组构成",
                "A team has five to seven people: a leader who answers for it, deputies, and members.",
                "巡查组由5至7人组成，实行组长负责制，设组长、副组长和组员。")
        case .t2:
            Words(
                "ranks in the team", "组长、副组长任职条件",
                "The leader has department or bureau rank, in service or recently retired; a deputy has "
                    + "county or division rank, or is a senior work-safety expert.",
                "组长由现职或近期退休的厅局级干部担任，副组长由现职县处级干部或安全生产资深专家担任。")
        case .t3:
            Words(
                "members drawn at random", "随机抽调",
                "The members are drawn at random and stay the same during the inspection; those who are unfit "
                    + "are replaced.",
                "巡查组人员随机抽调配备，巡查期间相对固定，不适合的及时调整。")
        default:
            Words(
                "detached members", "脱钩工作",
                "Serving members are detached from their own units during the inspection.",
                "在参加巡查工作期间，在职人员与原单位工作脱钩。")
        }
    }

    private var procedure: Words {
        switch self {
        case .p1:
            Words(
                "notice, and ten working days", "提前告知、巡查时间",
                "The county is told in advance, and each inspection takes at least ten working days.",
                "巡查开始前提前告知被巡查市县，每一次巡查工作时间不少于10个工作日。")
        case .p2:
            Words(
                "task announced on arrival", "进驻通报",
                "Having arrived, the team announces its task.",
                "巡查组进驻被巡查市县后，应当通报巡查工作任务。")
        case .p3:
            Words(
                "report within 15 days", "15日内报告",
                "The team reports to the work-safety committee within 15 days of the inspection's end.",
                "巡查组应当在巡查工作结束后15日内，向省安委会报送巡查工作报告。")
        case .p4:
            Words(
                "feedback after the report", "反馈意见",
                "When the report has been reviewed, the team promptly tells the county's leaders the "
                    + "problems, the hazards and what to rectify.",
                "巡查工作报告经省安委会审定后，及时向被巡查市县党政主要负责人反馈，指出问题和隐患，提出整改意见。")
        case .p5:
            Words(
                "clues handed over", "线索移交",
                "Clues to violations of law or discipline are sorted and handed over to the authority in charge.",
                "发现的违法违纪问题线索，分类处置后依据干部管理权限和职责分工移交有关部门。")
        case .p6:
            Words(
                "rectification within two months", "2个月内整改报告",
                "The county rectifies what was found and reports on it to the work-safety committee within "
                    + "two months of the feedback.",
                "被巡查市县收到反馈意见后认真整改，并于2个月内将整改和查处情况报送省安委会。")
        default:
            Words(
                "results reported and published", "结果报送和公告",
                "Results, rectification and accountability are reported to the provincial leadership, the "
                    + "discipline commission and the organisation department, and published.",
                "巡查结果、整改情况和查处情况报省委、省政府和省纪委、省委组织部，并以适当形式向社会公告。")
        }
    }

    private var loop: Words {
        switch self {
        case .l1:
            Words(
                "everything recorded", "全过程记录",
                "The team records the whole course of the inspection.",
                "巡查组对所有巡查工作过程都要做好记录。")
        case .l2:
            Words(
                "sound, pictures and video", "音像视频摄录",
                "Important evidence, written material and on-site checks are recorded in sound, pictures or "
                    + "video, and archived.",
                "对重要证据、书面材料以及现场检查过程要进行音像视频摄录，存档备用。")
        case .l3:
            Words(
                "closed loop", "闭环管理",
                "Every problem is handled in a closed loop from being found to being closed or handed over.",
                "所有问题的处理都要实行闭环管理。")
        default:
            Words(
                "talk with those responsible", "重点约谈",
                "Prominent problems and major hazards lead to a prompt talk with the leaders responsible.",
                "发现影响安全生产的突出问题和重大隐患，及时与有关负责人进行约谈，责成相关部门处理。")
        }
    }

    private var duties: Words {
        switch self {
        case .d1:
            Words(
                "nothing hidden from the team", "如实提供情况",
                "The inspected hide nothing, give no false account and refuse no material.",
                "不得隐瞒不报或者故意提供虚假情况，不得拒绝或者不按照要求提供相关文件材料。")
        case .d2:
            Words(
                "no obstruction, no retaliation", "不得干扰和打击报复",
                "Nobody obstructs the inspection, frames others, or retaliates against those who report problems.",
                "不得干扰、阻挠巡查工作或者诬告、陷害他人，不得对反映问题人员进行打击、报复、陷害。")
        case .d3:
            Words(
                "no refusal to rectify", "不得拒不整改",
                "Nobody refuses to rectify without good reason, or rectifies otherwise than ordered.",
                "不得无正当理由拒不整改存在的问题或者不按要求整改。")
        default:
            Words(
                "truthful inspectors", "如实报告",
                "Inspectors report truthfully, hide, distort and invent nothing, and seek no private gain.",
                "巡查人员要如实报告巡查工作情况，不得隐瞒、歪曲、捏造事实，不得谋取私利。")
        }
    }
}

extension InspectionStepKind {
    /// The rule that orders the step.
    package var rule: Rule {
        switch self {
        case .notice, .departure: .p1
        case .arrival: .p2
        case .report: .p3
        case .feedback: .p4
        case .clues: .p5
        case .rectification: .p6
        case .results: .p7
        }
    }

    /// The rule's identifier, where it orders no other step.
    package var aliases: [String] { rule == .p1 ? [] : [rule.rawValue] }
}
