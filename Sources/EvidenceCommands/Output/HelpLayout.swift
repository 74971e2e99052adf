/// Lays out a help screen anew, by terminal cells, with breaks that suit Chinese.
///
/// The parser pads labels to its column 26 by characters, and puts the description of a longer label on the next line.
enum HelpLayout {
    private static let column = 26

    static func lines(_ lines: [String], width: Int) -> [String] {
        // In a narrow window descriptions begin further to the left, below their labels.
        let indent = width < 60 ? 6 : column
        var result: [String] = []
        for line in lines {
            if let (label, text) = labelled(line) {
                let prefix = label.padded(to: indent)
                if prefix.cells > indent || label.cells + 1 > indent {
                    result.append(label)
                    result += hanging("", text, indent: indent, width: width)
                } else {
                    result += hanging(prefix, text, indent: indent, width: width)
                }
                continue
            }
            let spaces = line.prefix { $0 == " " }.count
            if spaces >= column {
                result += hanging("", String(line.dropFirst(spaces)), indent: indent + spaces - column, width: width)
            } else if let title = titles.first(where: line.hasPrefix) {
                result += hanging(title, String(line.dropFirst(title.count)), indent: title.cells, width: width)
            } else {
                result += hanging("", String(line.dropFirst(spaces)), indent: spaces, width: width)
            }
        }
        return result
    }

    private static let titles = ["OVERVIEW: ", "概述：", "USAGE: ", "用法：", "Usage: ", "Help:  ", "说明：", "Error: ", "错误："]

    private static func hanging(_ prefix: String, _ text: String, indent: Int, width: Int) -> [String] {
        let spaces = String(repeating: " ", count: indent)
        return text.wrapped(to: max(width - indent, 16)).enumerated().map { index, line in
            if index == 0, !prefix.isEmpty { return prefix + line }
            return line.isEmpty ? "" : spaces + line
        }
    }

    /// An element's label and description, where both stand in one line.
    private static func labelled(_ line: String) -> (label: String, text: String)? {
        let characters = Array(line)
        guard characters.count > column, line.hasPrefix("  "), characters[2] != " ", characters[column - 1] == " ",
            characters[column] != " ", !"<[-/".contains(characters[column])
        else { return nil }
        var label = characters[..<column]
        while label.last == " " { label.removeLast() }
        return (String(label), String(characters[column...]))
    }
}
