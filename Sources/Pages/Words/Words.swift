package import EvidenceRecord
internal import Inspection

/// The regulation's identifiers as people say them.
package enum Words {
    package static func kind(_ kind: String, _ language: Language) -> String {
        guard let known = RecordKind(rawValue: kind) else { return kind }
        return language == .en ? known.english : known.chinese
    }

    /// A record's kind; that it is sealed, where nobody here can know.
    package static func kind(_ added: EvidenceAdded, _ language: Language) -> String {
        added.kind.map { kind($0, language) } ?? sealed.text(in: language)
    }

    /// A record's title; none where it is sealed.
    package static func title(_ added: EvidenceAdded, _ language: Language) -> String {
        added.title ?? Message(en: "(sealed)", zh: "（密封）").text(in: language)
    }

    package static let sealed = Message(en: "sealed record", zh: "密封记录")

    package static func method(_ method: String, _ language: Language) -> String {
        guard let known = WorkingMethod(rawValue: method) else { return method }
        return "\(method) \(language == .en ? known.english : known.chinese)"
    }

    package static func content(_ content: String, _ language: Language) -> String {
        guard let known = ContentItem(rawValue: content) else { return content }
        return "\(content) \(language == .en ? known.english : known.chinese)"
    }

    /// What an entry of a type says happened.
    package static func event(_ typeName: String) -> Message {
        switch EntryType(rawValue: typeName) {
        case .archiveCreated: Message(en: "archive created", zh: "建立档案")
        case .signerEnrolled: Message(en: "signer enrolled", zh: "登记签名人")
        case .signerRevoked: Message(en: "signer revoked", zh: "吊销签名人")
        case .inspectionOpened: Message(en: "inspection opened", zh: "开始巡查")
        case .inspectionStep: Message(en: "inspection step", zh: "巡查步骤")
        case .caseOpened: Message(en: "case opened", zh: "立案")
        case .caseStep: Message(en: "case step", zh: "案件步骤")
        case .dossierLinked: Message(en: "entries linked", zh: "关联条目")
        case .evidenceAdded: Message(en: "evidence added", zh: "添加证据")
        case .entryAmended: Message(en: "entry amended", zh: "更正")
        case .entryWithdrawn: Message(en: "entry withdrawn", zh: "撤销")
        case .custodyMoved: Message(en: "custody moved", zh: "移交保管")
        case .recordOpened: Message(en: "sealed record opened", zh: "开启密封记录")
        case .checkpointAnchored: Message(en: "checkpoint anchored", zh: "检查点获外部见证")
        case .bundleExported: Message(en: "bundle exported", zh: "导出案卷包")
        case .bundleReceived: Message(en: "bundle received", zh: "案卷包签收")
        case .archiveVerified: Message(en: "archive verified", zh: "核验档案")
        case .archiveRepaired: Message(en: "archive repaired", zh: "修复档案")
        case nil: Message(en: typeName, zh: typeName)
        }
    }

    /// What an entry is about, in a line, from its body as it stands.
    package static func subject(_ object: JSONObject?, _ language: Language) -> String {
        guard let object else { return "" }
        if let target = object["target"].flatMap({ EntryReference(json: $0) }) {
            let moved = [object["from"]?.string, object["to"]?.string].compactMap { $0 }.joined(separator: " → ")
            let number = Message(en: "entry \(target.seq)", zh: "第 \(target.seq) 条").text(in: language)
            let why = object["reason"]?.string ?? object["purpose"]?.string ?? object["by"]?.string
            return [number, why ?? moved].filter { !$0.isEmpty }.joined(separator: " · ")
        }
        if let step = stepLine(object, language) { return step }
        if object["sealed"] != nil { return sealed.text(in: language) }
        if object["slip"] != nil, let person = object["person"]?.string, let name = object["name"]?.string {
            return Message(en: "\(name) (\(person))", zh: "\(name)（\(person)）").text(in: language)
        }
        if let entries = object["entries"]?.array {
            return Formats.counted(entries.count, "entry", "entries", zh: "条").text(in: language)
        }
        let name = object["name"]?.string
        let title = object["title"]?.string ?? object["reason"]?.string ?? object["origin"]?.string
        return [name, title].compactMap { $0 }.joined(separator: " · ")
    }
}
