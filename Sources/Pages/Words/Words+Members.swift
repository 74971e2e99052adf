package import EvidenceRecord

extension Words {
    /// What a member of a body is called.
    ///
    /// - Parameter type: of the entry whose body it is, since some members are called differently in one.
    package static func member(_ name: String, of type: EntryType? = nil) -> Message {
        switch (name, type) {
        case ("unit", .inspectionOpened): Message(en: "inspected unit", zh: "被巡查单位")
        case ("occurred", .caseOpened): Message(en: "found", zh: "发现时间")
        case ("to", .caseStep), ("to", .inspectionStep): Message(en: "to", zh: "接收单位或约谈对象")
        case ("files", .archiveRepaired): Message(en: "files put back", zh: "补回的文件")
        case ("size", .archiveRepaired): Message(en: "mirror's entries", zh: "镜像条数")
        case ("root", .archiveRepaired): Message(en: "mirror's root", zh: "镜像根哈希")
        default: member(named: name)
        }
    }

    private static func member(named name: String) -> Message {
        switch name {
        case "kind": Message(en: "kind", zh: "类别")
        case "title": Message(en: "title", zh: "标题")
        case "description": Message(en: "description", zh: "说明")
        case "occurred": Message(en: "occurred", zh: "发生时间")
        case "place": Message(en: "place", zh: "地点")
        case "people": Message(en: "people", zh: "人员")
        case "method": Message(en: "method", zh: "工作方式")
        case "content": Message(en: "content", zh: "巡查内容")
        case "classification": Message(en: "classification", zh: "密级")
        case "acquired": Message(en: "acquired", zh: "采集")
        case "tags": Message(en: "tags", zh: "标签")
        case "device": Message(en: "device", zh: "设备")
        case "serial": Message(en: "serial number", zh: "序列号")
        case "unit": Message(en: "responsible unit", zh: "责任单位")
        case "severity": Message(en: "severity", zh: "隐患等级")
        case "county": Message(en: "county", zh: "所在市县")
        case "person": Message(en: "responsible person", zh: "责任人")
        case "measures": Message(en: "measures", zh: "整改措施")
        case "funds": Message(en: "funds", zh: "整改资金")
        case "plan": Message(en: "emergency plan", zh: "应急预案")
        case "due": Message(en: "due", zh: "期限")
        case "team": Message(en: "team", zh: "巡查组成员")
        case "drawn": Message(en: "how drawn", zh: "人员抽取方式")
        case "planned": Message(en: "planned", zh: "计划时间")
        case "unitKind": Message(en: "kind of unit", zh: "单位类别")
        case "step": Message(en: "step", zh: "步骤")
        case "summary": Message(en: "summary", zh: "情况")
        case "evidence": Message(en: "evidence", zh: "证据")
        case "result": Message(en: "result", zh: "复查结果")
        case "reason": Message(en: "reason", zh: "理由")
        case "authority": Message(en: "by order of", zh: "依据")
        case "from": Message(en: "from", zh: "移交人")
        case "to": Message(en: "to", zh: "接收人")
        case "at": Message(en: "when", zh: "时间")
        case "recipient": Message(en: "recipient", zh: "接收方")
        case "by": Message(en: "by", zh: "经手人")
        case "target": Message(en: "about", zh: "所指条目")
        case "withheld": Message(en: "kept back", zh: "内容未移交")
        case "entries": Message(en: "entries", zh: "所涉条目")
        case "size": Message(en: "size", zh: "条数")
        case "root": Message(en: "root", zh: "根哈希")
        case "rows": Message(en: "rows put back", zh: "补回的数据行")
        case "table": Message(en: "table", zh: "表")
        case "number": Message(en: "number", zh: "编号")
        case "found": Message(en: "was", zh: "原状")
        case "kept": Message(en: "kept aside", zh: "留存")
        case "certificate": Message(en: "certificate's SHA-256", zh: "证书的 SHA-256")
        case "purpose": Message(en: "purpose", zh: "用途")
        case "reader": Message(en: "reader's certificate (SHA-256)", zh: "开启者证书的 SHA-256")
        default: Message(en: name, zh: name)
        }
    }

    /// A member's value in a line.
    package static func value(_ value: JSONValue, of name: String, _ language: Language) -> String {
        switch (name, value) {
        case ("kind", .string(let kind)): Words.kind(kind, language)
        case ("method", .string(let method)): Words.method(method, language)
        case ("content", .string(let content)): Words.content(content, language)
        case ("severity", .string(let severity)): Words.severity(severity, language)
        case ("unitKind", .string(let kind)): Words.unitKind(kind, language)
        case ("step", .string(let step)): Words.step(step, language)
        case ("result", .string(let result)): Words.result(result, language)
        case ("found", .string("missing")): language.pick("missing", "缺失")
        case ("found", .string("altered")): language.pick("altered", "被改动")
        case ("table", .string(let table)): Words.table(table, language)
        case ("team", .array(let members)):
            members.compactMap(\.object).map { teamMember($0, language) }.joined(separator: language.pick("; ", "；"))
        case (_, .string(let text)): text.isEmpty ? "“”" : text
        case (_, .integer(let number)): String(number)
        case (_, .bool(let flag)): String(flag)
        case (_, .array(let items)):
            items.map { self.value($0, of: "", language) }.joined(separator: language.pick("; ", "；"))
        case ("occurred", .object(let object)), ("planned", .object(let object)):
            ["from", "to"].compactMap { object[$0]?.string }.joined(separator: " – ")
        case (_, .object(let object)):
            if let reference = EntryReference(json: value) {
                language.pick("entry \(reference.seq)", "第 \(reference.seq) 条")
            } else if let person = object["name"]?.string {
                object["role"]?.string.map { language.noted(person, $0) } ?? person
            } else {
                object.members.map {
                    "\(member($0.name).text(in: language)) \(self.value($0.value, of: $0.name, language))"
                }
                .joined(separator: language.comma)
            }
        }
    }

    /// A table of the log's database.
    private static func table(_ table: String, _ language: Language) -> String {
        switch table {
        case "entry": language.pick("entry", "条目")
        case "body": language.pick("body", "正文")
        case "checkpoint": language.pick("checkpoint", "检查点")
        case "anchor": language.pick("anchor", "外部旁证")
        default: table
        }
    }
}
