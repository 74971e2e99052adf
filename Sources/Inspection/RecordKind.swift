/// The kinds of record that an inspection's methods yield.
///
/// Source: 《海南省安全生产巡查工作制度（试行）》 (琼府〔2016〕71号), the working methods and the audio-visual record.
package enum RecordKind: String, RegulationWord {
    case report
    case meeting
    case letter
    case call
    case document
    case interview
    case siteVisit = "site-visit"
    case talk
    case audio
    case video
    case photo
    case other

    package var english: String { rawValue.split(separator: "-").joined(separator: " ") }

    package var chinese: String {
        switch self {
        case .report: "汇报"
        case .meeting: "会议"
        case .letter: "来信"
        case .call: "来电"
        case .document: "文件资料"
        case .interview: "个别谈话"
        case .siteVisit: "现场检查"
        case .talk: "约谈"
        case .audio: "录音"
        case .video: "录像"
        case .photo: "照片"
        case .other: "其他"
        }
    }

    /// The kind that a file's media type suggests where nobody says otherwise.
    package init(mediaType: String) {
        self =
            switch mediaType.split(separator: "/").first {
            case "audio": .audio
            case "video": .video
            case "image": .photo
            case "text": .document
            default: RecordKind.documentTypes.contains { mediaType.hasPrefix($0) } ? .document : .other
            }
    }

    private static let documentTypes = [
        "application/pdf", "application/msword", "application/rtf", "application/vnd.ms-",
        "application/vnd.openxmlformats-officedocument", "application/vnd.oasis.opendocument", "application/vnd.wps",
    ]
}

/// The regulation's working methods, M1 to M7.
package enum WorkingMethod: String, RegulationWord {
    case m1 = "M1"
    case m2 = "M2"
    case m3 = "M3"
    case m4 = "M4"
    case m5 = "M5"
    case m6 = "M6"
    case m7 = "M7"

    package var english: String {
        switch self {
        case .m1: "hearing reports"
        case .m2: "attending meetings"
        case .m3: "receiving letters and calls"
        case .m4: "consulting and copying documents"
        case .m5: "symposia and individual talks"
        case .m6: "unannounced visits and random checks"
        case .m7: "other methods"
        }
    }

    package var chinese: String {
        switch self {
        case .m1: "听取汇报"
        case .m2: "列席会议"
        case .m3: "受理来信来电"
        case .m4: "调阅、复制"
        case .m5: "座谈会、个别谈话"
        case .m6: "暗查暗访、随机抽查"
        case .m7: "其他方式"
        }
    }
}

/// The regulation's content items, C1 to C10.
package enum ContentItem: String, RegulationWord {
    case c1 = "C1"
    case c2 = "C2"
    case c3 = "C3"
    case c4 = "C4"
    case c5 = "C5"
    case c6 = "C6"
    case c7 = "C7"
    case c8 = "C8"
    case c9 = "C9"
    case c10 = "C10"

    package var english: String {
        switch self {
        case .c1: "decisions and instructions on work safety"
        case .c2: "law, enforcement and supervision"
        case .c3: "shared responsibility of party and government"
        case .c4: "hazards found and removed"
        case .c5: "emergency rescue, accident investigation"
        case .c6: "crackdown on illegal operation"
        case .c7: "investment, technology, publicity, training"
        case .c8: "supervision system and enforcement force"
        case .c9: "tip-offs, statistics, accident reports"
        case .c10: "other matters set by the committee"
        }
    }

    package var chinese: String {
        switch self {
        case .c1: "贯彻落实决策部署"
        case .c2: "依法监管执法"
        case .c3: "党政同责、一岗双责、失职追责"
        case .c4: "隐患排查治理"
        case .c5: "应急救援、事故查处"
        case .c6: "打非治违"
        case .c7: "安全投入、科技、宣传培训"
        case .c8: "监管体制与执法力量"
        case .c9: "举报办理、统计与事故报告"
        case .c10: "省安委会确定的其他事项"
        }
    }
}
