/// What happens to a case from the problem's finding to its closing.
///
/// Source: 《海南省安全生产巡查工作制度（试行）》 (琼府〔2016〕71号), the closed loop.
package enum CaseStepKind: String, RegulationWord {
    case feedback
    case rectify
    case recheck
    case close
    case reopen
    case transfer
    case talk

    package var english: String {
        switch self {
        case .feedback: "feedback"
        case .rectify: "rectification"
        case .recheck: "re-check"
        case .close: "closing"
        case .reopen: "reopening"
        case .transfer: "transfer"
        case .talk: "talk"
        }
    }

    package var chinese: String {
        switch self {
        case .feedback: "反馈"
        case .rectify: "整改"
        case .recheck: "复查"
        case .close: "销号"
        case .reopen: "重新开启"
        case .transfer: "移交"
        case .talk: "约谈"
        }
    }
}

/// The steps of an inspection, from its notice to the report of its results.
///
/// Source: as of ``CaseStepKind``, the procedure.
package enum InspectionStepKind: String, RegulationWord {
    case notice
    case arrival
    case departure
    case report
    case feedback
    case clues
    case rectification
    case results

    package var english: String {
        switch self {
        case .notice: "notice"
        case .arrival: "arrival"
        case .departure: "departure"
        case .report: "report"
        case .feedback: "feedback"
        case .clues: "clues handed over"
        case .rectification: "rectification report"
        case .results: "results reported"
        }
    }

    package var chinese: String {
        switch self {
        case .notice: "告知"
        case .arrival: "进驻"
        case .departure: "离场"
        case .report: "报告"
        case .feedback: "反馈"
        case .clues: "线索移交"
        case .rectification: "整改报告"
        case .results: "结果报送"
        }
    }
}
