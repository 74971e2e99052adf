/// The part of a path that tiles and entry bundles share: `<N>[.p/<W>]` (C2SP tlog-tiles, "Merkle Tree").
enum TilePath {
    static let slash = UInt8(ascii: "/")

    static func text(index: UInt64, width: Int) -> String {
        var digits = String(index)
        digits = String(repeating: "0", count: (3 - digits.utf8.count % 3) % 3) + digits
        var groups: [Substring] = []
        var rest = digits[...]
        while !rest.isEmpty {
            groups.append(rest.prefix(3))
            rest = rest.dropFirst(3)
        }
        let path = groups.dropLast().map { "x\($0)/" }.joined() + (groups.last ?? "")
        return width == Tile.width ? path : "\(path).p/\(width)"
    }

    /// The index and width of a text; nil for anything that ``text(index:width:)`` would not write.
    static func parse(_ text: Substring.UTF8View) -> (index: UInt64, width: Int)? {
        var parts = text.split(separator: slash, omittingEmptySubsequences: false)[...]
        var width = Tile.width
        if parts.count >= 2, parts[parts.endIndex - 2].suffix(2).elementsEqual(".p".utf8) {
            guard let last = parts.popLast(), let partial = UInt64(decimal: last, limit: UInt64(Tile.width - 1)),
                partial > 0
            else { return nil }
            width = Int(partial)
            parts[parts.endIndex - 1].removeLast(2)
        }
        // Any digits are read here: that they are grouped and padded as they must be shows when they are written again.
        let digits = parts.joined().filter { $0 != UInt8(ascii: "x") }
        guard let index = UInt64(decimal: significant(digits), limit: .max),
            self.text(index: index, width: width).utf8.elementsEqual(text)
        else { return nil }
        return (index, width)
    }

    private static func significant(_ digits: [UInt8]) -> ArraySlice<UInt8> {
        let significant = digits.drop { $0 == .zero }
        return significant.isEmpty ? digits.suffix(1) : significant
    }
}
