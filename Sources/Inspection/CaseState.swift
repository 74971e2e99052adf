/// Where a problem stands on its way to being closed.
package enum CaseState: String, RegulationWord {
    case found
    case fedBack = "fed-back"
    case rectified
    case recheckFailed = "recheck-failed"
    case rechecked
    case closed
    case transferred
    case reopened

    package var english: String {
        switch self {
        case .fedBack: "fed back"
        case .recheckFailed: "re-check failed"
        case .rechecked: "re-checked"
        case .found, .rectified, .closed, .transferred, .reopened: rawValue
        }
    }

    package var chinese: String {
        switch self {
        case .found: "已发现"
        case .fedBack: "已反馈"
        case .rectified: "已整改"
        case .recheckFailed: "复查未通过"
        case .rechecked: "复查通过"
        case .closed: "已销号"
        case .transferred: "已移交"
        case .reopened: "已重新开启"
        }
    }

    /// Whether something is still to be done by those who keep the case.
    package var isOpen: Bool { self != .closed && self != .transferred }

    /// Whether the step may follow (rule L3).
    ///
    /// A record may say otherwise, and is then shown as out of order.
    package func allows(_ step: CaseStepKind) -> Bool {
        switch step {
        case .feedback: [.found, .reopened, .recheckFailed, .fedBack].contains(self)
        case .rectify: [.fedBack, .recheckFailed, .reopened].contains(self)
        case .recheck: [.rectified, .rechecked].contains(self)
        case .close: self == .rechecked
        case .reopen: !isOpen
        case .transfer: isOpen
        case .talk: true
        }
    }

    /// The state that the step leads to, whether it's in order or not.
    func after(_ step: CaseStep) -> CaseState {
        switch step.kind {
        case .feedback: .fedBack
        case .rectify: .rectified
        case .recheck: step.passed == false ? .recheckFailed : .rechecked
        case .close: .closed
        case .reopen: .reopened
        case .transfer: .transferred
        case .talk: self
        }
    }
}
