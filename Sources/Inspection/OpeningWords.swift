/// How grave a hazard is, as hazard ledgers (隐患台账) have it.
package enum HazardSeverity: String, RegulationWord {
    case general
    case major

    package var english: String { rawValue }

    package var chinese: String {
        switch self {
        case .general: "一般"
        case .major: "重大"
        }
    }
}

/// What kind of unit an inspection is of.
package enum InspectedUnitKind: String, RegulationWord {
    case county
    case township
    case department
    case enterprise

    package var english: String { rawValue }

    package var chinese: String {
        switch self {
        case .county: "市县"
        case .township: "乡镇"
        case .department: "部门"
        case .enterprise: "企业"
        }
    }
}

/// What came of a re-check (复查).
package enum RecheckResult: String, RegulationWord {
    case passed
    case failed

    package var english: String { rawValue }

    package var chinese: String {
        switch self {
        case .passed: "通过"
        case .failed: "未通过"
        }
    }
}
