package import EvidenceRecord

extension Language {
    /// The language that the environment asks for: `LC_ALL`, then `LC_MESSAGES`, then `LANG`, as in POSIX.
    ///
    /// An empty variable counts as unset. Any `zh` is Simplified Chinese; `C`, `POSIX` and all else are English.
    package static func fromEnvironment(_ environment: [String: String]) -> Language {
        for name in ["LC_ALL", "LC_MESSAGES", "LANG"] {
            if let value = environment[name], !value.isEmpty { return Language(argument: value) ?? .en }
        }
        return .en
    }

    /// The value of `--lang`: a language tag or a locale name, such as `en`, `zh-Hans`, `zh`, `zh-CN` or `zh_CN.UTF-8`.
    package init?(argument: String) {
        switch argument.lowercased().prefix(while: { $0.isLetter }) {
        case "en": self = .en
        case "zh": self = .zhHans
        default: return nil
        }
    }
}
