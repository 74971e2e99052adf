internal import ArgumentParser
internal import EvidenceRecord
internal import EvidenceServices
internal import Inspection
internal import SystemPackage

/// Files to write what a command shows to, each in the form that its name ends in.
struct FileOptions: ParsableArguments {
    @Option(
        help: help("A file to write it to; may be given several times.", "写入的文件，可多次指定。", valueName: "file"))
    var to: [PathArgument] = []

    var isEmpty: Bool { to.isEmpty }

    /// Refuses files whose names say none of the forms.
    func require(_ forms: [FileForm]) throws {
        for file in to where !(FileForm(file.path).map(forms.contains) ?? false) {
            let name = file.path.string.shown
            let (ends, last) = (forms.dropLast().map { ".\($0)" }, forms.last.map { ".\($0)" } ?? "")
            throw ValidationError(
                Speech.say(
                    "The name “\(name)” doesn't say what to write: let it end in \(ends.joined(separator: ", ")) or \(last).",
                    "从文件名“\(name)”看不出要写成什么：请以 \(ends.joined(separator: "、")) 或 \(last) 结尾。"))
        }
    }

    /// Writes each file, in the place of one that was there.
    func write(_ bytes: (FileForm) -> [UInt8]) throws {
        for file in to {
            guard let form = FileForm(file.path) else { continue }
            try ServiceContext.replaceFile(file.path, with: bytes(form))
        }
    }

    func mention(at desk: Desk) throws {
        for file in to { try desk.mention("Wrote “\(file.path.string.shown)”.", "已写入“\(file.path.string.shown)”。") }
    }
}

/// What a file's name says that it is to hold.
enum FileForm: String {
    case csv, html, ics, json

    init?(_ path: FilePath) {
        guard let ending = path.extension?.lowercased() else { return nil }
        self.init(rawValue: ending == "htm" ? "html" : ending)
    }
}

/// A file with the days off of further years.
struct CalendarOptions: ParsableArguments {
    @Option(
        help: help(
            "A file with the days off and shifted working days of further years: DATE,off|work,NAME in each line.",
            "补充年份的节假日与调休文件，每行：日期,off|work,名称。", valueName: "file"))
    var holidays: PathArgument?

    func calendar() throws -> WorkingCalendar {
        guard let holidays else { return .shipped }
        return try DataFileInput.read(holidays.path) { text throws(CalendarFileError) in
            try WorkingCalendar(.shipped, adding: text)
        }
    }
}

/// A file with a province's cities and counties.
struct RegionOptions: ParsableArguments {
    @Option(
        help: help(
            "A file with the cities and counties to cover, in the place of Hainan's: NAME,ENGLISH in each line.",
            "应覆盖的市县名单文件，用以代替海南省市县，每行：名称,英文名称。", valueName: "file"))
    var regions: PathArgument?

    func province() throws -> Province {
        guard let regions else { return .hainan }
        return try DataFileInput.read(regions.path) { text throws(RegionFileError) in try Province(text) }
    }
}

/// Files of data that people maintain.
private enum DataFileInput {
    static func read<Value>(_ path: FilePath, _ parse: (String) throws(DataFileError) -> Value) throws -> Value {
        let bytes = try ServiceContext.smallFile(path)
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw EvidenceError(
                .badInput, en: "“\(path.string.shown)” is no text in UTF-8. Save it as UTF-8 and try again.",
                zh: "“\(path.string.shown)”不是 UTF-8 文本。请另存为 UTF-8 后重试。")
        }
        do { return try parse(text) } catch {
            throw EvidenceError(
                .badInput, en: "“\(path.string.shown)”, line \(error.line): \(error.english.shown).",
                zh: "“\(path.string.shown)”第 \(error.line) 行：\(error.chinese.shown)。")
        }
    }
}
