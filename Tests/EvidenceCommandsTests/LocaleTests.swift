import EvidenceCommands
import EvidenceRecord
import Testing

struct LocaleTests {
    @Test func `The first locale variable that is set decides`() {
        #expect(Language.fromEnvironment([:]) == .en)
        #expect(Language.fromEnvironment(["LANG": "zh_CN.UTF-8"]) == .zhHans)
        #expect(Language.fromEnvironment(["LANG": "zh_CN.UTF-8", "LC_ALL": "C"]) == .en)
        #expect(Language.fromEnvironment(["LANG": "zh_CN.UTF-8", "LC_ALL": ""]) == .zhHans)
        #expect(Language.fromEnvironment(["LANG": "en_US.UTF-8", "LC_MESSAGES": "zh_CN"]) == .zhHans)
        #expect(Language.fromEnvironment(["LC_MESSAGES": "zh", "LC_ALL": "POSIX"]) == .en)
        #expect(Language.fromEnvironment(["LANG": "de_DE.UTF-8"]) == .en)
        #expect(Language.fromEnvironment(["LANG": "zha_CN.UTF-8"]) == .en)
    }

    @Test func `The language option takes tags and locale names`() {
        for name in ["zh-Hans", "zh", "zh-CN", "zh_CN.UTF-8", "ZH-hans"] {
            #expect(Language(argument: name) == .zhHans)
        }
        for name in ["en", "en-GB", "en_US.UTF-8"] { #expect(Language(argument: name) == .en) }
        for name in ["", "fr", "english", "中文"] { #expect(Language(argument: name) == nil) }
    }
}
