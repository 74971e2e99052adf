package import EvidenceRecord
internal import Glibc
internal import SystemPackage

/// The text of a file as office programs save it, which seldom says how it is encoded.
package struct OfficeText: Sendable {
    package enum Encoding: String, Sendable {
        case utf8 = "UTF-8"
        case gb18030 = "GB18030"
    }

    package let text: String
    package let encoding: Encoding

    /// Decodes UTF-8, with or without a byte order mark, else GB18030, both strictly.
    ///
    /// - Parameter name: what the bytes are, for the error's words.
    package init(decoding bytes: [UInt8], name: String) throws(EvidenceError) {
        if bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]) {
            throw EvidenceError(
                .badInput,
                en: "“\(name)” is Unicode text (UTF-16). In Excel, save it as “CSV UTF-8” instead.",
                zh: "“\(name)”是 UTF-16 编码的 Unicode 文本。请在 Excel 中另存为“CSV UTF-8（逗号分隔）”。")
        }
        if bytes.contains(0) {
            throw EvidenceError(
                .badInput, en: "“\(name)” is no text file. In Excel, save the table as “CSV UTF-8”.",
                zh: "“\(name)”不是文本文件。请在 Excel 中将表格另存为“CSV UTF-8（逗号分隔）”。")
        }
        let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
        let hasMark = bytes.starts(with: mark)
        let content = hasMark ? bytes[mark.count...] : bytes[...]
        if let text = String(validating: content, as: UTF8.self) {
            self.init(text: text, encoding: .utf8)
            return
        }
        // GB18030 gives nearly all bytes a meaning: UTF-8 with a damaged character would be read as another text.
        if hasMark || OfficeText.isDamagedUTF8(content) {
            throw EvidenceError(
                .badInput,
                en:
                    "“\(name)” is damaged UTF-8: line \(OfficeText.lineOfDamage(content)) has bytes that are no character. Save it again from the program it was made with.",
                zh: "“\(name)”的 UTF-8 编码已损坏：第 \(OfficeText.lineOfDamage(content)) 行有无效字节。请用原程序重新保存。")
        }
        self.init(text: try OfficeText.fromGB18030(content, name: name), encoding: .gb18030)
    }

    private init(text: String, encoding: Encoding) {
        self.text = text
        self.encoding = encoding
    }

    /// Whether most of what is not ASCII is valid UTF-8 of three bytes, which hardly occurs in GB18030.
    private static func isDamagedUTF8(_ bytes: ArraySlice<UInt8>) -> Bool {
        var decoder = UTF8()
        var iterator = bytes.makeIterator()
        var (whole, damaged) = (0, 0)
        while true {
            switch decoder.decode(&iterator) {
            case .scalarValue(let scalar): if scalar.value >= 0x800 { whole += 1 }
            case .error: damaged += 1
            case .emptyInput: return whole > damaged
            }
        }
    }

    private static func lineOfDamage(_ bytes: ArraySlice<UInt8>) -> Int {
        var decoder = UTF8()
        var iterator = bytes.makeIterator()
        var line = 1
        while case .scalarValue(let scalar) = decoder.decode(&iterator) {
            if scalar == "\n" { line += 1 }
        }
        return line
    }

    private static func fromGB18030(_ bytes: ArraySlice<UInt8>, name: String) throws(EvidenceError) -> String {
        let converter = iconv_open("UTF-8", "GB18030")
        guard converter != iconv_t(bitPattern: -1) else {
            throw EvidenceError(
                .badInput,
                en:
                    "“\(name)” is not UTF-8, and this system cannot read GB18030 (it lacks glibc's conversion modules). In Excel, save it as “CSV UTF-8”.",
                zh: "“\(name)”不是 UTF-8，而本机系统缺少 GB18030 转换模块（glibc gconv），无法读取。请在 Excel 中另存为“CSV UTF-8（逗号分隔）”。")
        }
        defer { iconv_close(converter) }
        var input = bytes.map { CChar(bitPattern: $0) }
        // No character takes more than twice its bytes of GB18030 in UTF-8.
        var output = [CChar](repeating: 0, count: input.count * 2)
        var (inputLeft, outputLeft) = (input.count, output.count)
        let isWhole = input.withUnsafeMutableBufferPointer { input in
            output.withUnsafeMutableBufferPointer { output in
                var (from, to) = (input.baseAddress, output.baseAddress)
                return iconv(converter, &from, &inputLeft, &to, &outputLeft) != Int(bitPattern: UInt.max)
            }
        }
        guard isWhole, inputLeft == 0 else {
            let line = bytes.prefix(bytes.count - inputLeft).count { $0 == UInt8(ascii: "\n") } + 1
            throw EvidenceError(
                .badInput,
                en:
                    "“\(name)” is neither UTF-8 nor GB18030: line \(line) has bytes that are no character. In Excel, save it as “CSV UTF-8”.",
                zh: "“\(name)”既不是 UTF-8 也不是 GB18030：第 \(line) 行有无效字节。请在 Excel 中另存为“CSV UTF-8（逗号分隔）”。")
        }
        return String(decoding: output.dropLast(outputLeft).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
