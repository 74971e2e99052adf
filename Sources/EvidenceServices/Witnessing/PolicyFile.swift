internal import EvidenceFiles
internal import EvidenceRecord
package import SystemPackage
package import TransparencyLog

/// Policy files that a person names.
package enum PolicyFile {
    /// Reads a policy (C2SP tlog-policy).
    package static func read(_ path: FilePath) throws -> Policy {
        let bytes = try Files.contents(of: path, limit: Policy.maximumSize)
        do {
            return try Policy(parsing: bytes)
        } catch let error {
            throw EvidenceError(.badInput, message(error, path))
        }
    }

    private static func message(_ error: PolicyError, _ path: FilePath) -> Message {
        let what = explanation(error)
        guard let line = error.line else {
            return Message(en: "“\(path.shown)” is no policy: \(what.en).", zh: "“\(path.shown)”不是有效的策略：\(what.zh)。")
        }
        return Message(
            en: "Line \(line) of the policy “\(path.shown)” is wrong: \(what.en).",
            zh: "策略“\(path.shown)”第 \(line) 行有误：\(what.zh)。")
    }

    private static func explanation(_ error: PolicyError) -> Message {
        let word = error.word.shown
        return switch error.code {
        case .forbiddenByte:
            Message(
                en: "it has a control character; lines end in a newline alone", zh: "含有控制字符；行尾只能是换行符")
        case .unknownKeyword:
            Message(
                en: "“\(word)” is none of log, witness, group and quorum", zh: "“\(word)”不是 log、witness、group 或 quorum")
        case .wrongWords:
            Message(en: "“\(word)” has too few or too many words behind it", zh: "“\(word)”之后的内容过少或过多")
        case .badKey: Message(en: "“\(word)” is no verifier key (NAME+ID+KEY)", zh: "“\(word)”不是验证公钥（名称+编号+公钥）")
        case .wrongKeyType:
            Message(
                en: "“\(word)” is the wrong kind of key: a log has one that signs, a witness one that cosigns",
                zh: "“\(word)”的公钥类型不对：日志须用签名公钥，见证人须用见证公钥")
        case .duplicateKey: Message(en: "the key “\(word)” is listed twice", zh: "公钥“\(word)”重复")
        case .duplicateName: Message(en: "the name “\(word)” is used twice", zh: "名称“\(word)”重复")
        case .reservedName: Message(en: "nothing may be named “none”", zh: "不能以“none”为名")
        case .badThreshold:
            Message(
                en: "“\(word)” is neither all, any, nor a number of its members", zh: "“\(word)”不是 all、any，也不是不超过成员数的数字"
            )
        case .unknownName:
            Message(en: "no witness or group named “\(word)” stands above it", zh: "其上方没有名为“\(word)”的见证人或组")
        case .repeatedMember: Message(en: "“\(word)” is a member twice", zh: "“\(word)”被重复列为成员")
        case .quorumCount:
            Message(en: "it has to have one line that begins with quorum, and no more", zh: "必须有且仅有一行 quorum")
        case .tooLarge: Message(en: "it is too large", zh: "文件过大")
        }
    }
}
