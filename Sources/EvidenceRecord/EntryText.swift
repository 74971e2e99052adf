internal import EvidenceCrypto

/// An entry's canonical text, whose members stand in one order: written and read in place, without building what JSON has
/// in between.
///
/// FORMAT.md, "Entry".
extension Entry {
    /// The canonical bytes, of which the leaf hash is taken.
    package var bytes: [UInt8] {
        var text: [UInt8] = []
        text.reserveCapacity(384 + 160 * dossiers.count)
        func write(_ fixed: StaticString, _ value: String = "") {
            text += UnsafeBufferPointer(start: fixed.utf8Start, count: fixed.utf8CodeUnitCount)
            text += value.utf8
        }
        write("{\"actor\":\"", actor)
        write("\",\"body\":\"", body.hex)
        write("\",\"commit\":", String(commit))
        for (number, link) in dossiers.enumerated() {
            write(number == 0 ? ",\"dossiers\":[{\"id\":\"" : "},{\"id\":\"", link.id.description)
            write("\",\"n\":", String(link.n))
            if let prev = link.prev {
                write(",\"prev\":\"", prev.hex)
                write("\"")
            }
        }
        if !dossiers.isEmpty { write("}]") }
        if let prev {
            write(",\"prev\":\"", prev.hex)
            write("\"")
        }
        write(",\"seq\":", String(seq))
        write(",\"time\":\"", time.description)
        write("\",\"type\":")
        // A type that this version does not know may have any name.
        text += JSONValue.string(typeName).canonicalBytes
        write(",\"v\":", String(Entry.version))
        write("}")
        return text
    }

    /// Reads the text of an entry of a type and with members that this version knows; nil for any other text, be it an
    /// entry or none.
    ///
    /// Whatever it reads is in canonical form, and ``init(parsing:)`` would read the same from it by way of JSON.
    package init?(inPlace text: Span<UInt8>) {
        var scanner = EntryScanner()
        guard scanner.take("{\"actor\":\"", text), let actor = scanner.name(text),
            scanner.take("\",\"body\":\"", text), let body = scanner.digest(text),
            scanner.take("\",\"commit\":", text), let commit = scanner.count(text)
        else { return nil }
        var dossiers: [DossierLink] = []
        if scanner.take(",\"dossiers\":[{\"id\":\"", text) {
            repeat {
                guard let link = scanner.link(text), dossiers.last.map({ $0.id < link.id }) ?? true else { return nil }
                dossiers.append(link)
            } while scanner.take(",{\"id\":\"", text)
            guard scanner.take("]", text), dossiers.count <= Entry.mostDossiers else { return nil }
        }
        var prev: Digest?
        if scanner.take(",\"prev\":\"", text) {
            prev = scanner.digest(text)
            guard prev != nil, scanner.take("\"", text) else { return nil }
        }
        guard scanner.take(",\"seq\":", text), let seq = scanner.count(text),
            scanner.take(",\"time\":\"", text), let time = scanner.time(text),
            scanner.take("\",\"type\":\"", text), let type = scanner.type(text),
            scanner.take("\",\"v\":1}", text), scanner.place == text.count,
            commit > seq, (prev == nil) == (seq == 0)
        else { return nil }
        self.init(
            seq: seq, time: time, type: type, actor: actor, commit: commit, prev: prev, dossiers: dossiers, body: body)
    }
}

/// Goes along an entry's text.
private struct EntryScanner {
    private(set) var place = 0

    mutating func take(_ expected: StaticString, _ text: Span<UInt8>) -> Bool {
        let count = expected.utf8CodeUnitCount
        guard text.count - place >= count else { return false }
        for offset in 0..<count where text[place + offset] != expected.utf8Start[offset] { return false }
        place += count
        return true
    }

    private mutating func next(_ count: Int, _ text: Span<UInt8>) -> Range<Int>? {
        guard text.count - place >= count else { return nil }
        place += count
        return (place - count)..<place
    }

    /// What stands before the next quotation mark.
    private mutating func untilQuote(_ text: Span<UInt8>) -> Range<Int>? {
        var end = place
        while end < text.count, text[end] != UInt8(ascii: "\"") { end += 1 }
        return next(end - place, text)
    }

    mutating func name(_ text: Span<UInt8>) -> String? {
        guard let range = untilQuote(text), SignerName.isValid(text.extracting(range)) else { return nil }
        return String(copying: unsafe UTF8Span(unchecked: text.extracting(range), isKnownASCII: true))
    }

    mutating func digest(_ text: Span<UInt8>) -> Digest? {
        next(2 * Digest.size, text).flatMap { Digest(hex: text.extracting($0)) }
    }

    mutating func time(_ text: Span<UInt8>) -> Timestamp? {
        untilQuote(text).flatMap { Timestamp(text.extracting($0)) }
    }

    mutating func type(_ text: Span<UInt8>) -> EntryType? {
        untilQuote(text).flatMap { EntryType(text.extracting($0)) }
    }

    /// An integer from 0 to 2⁵³−1, without leading zeros.
    mutating func count(_ text: Span<UInt8>) -> UInt64? {
        let start = place
        var value: Int64 = 0
        while place < text.count, place - start < 17, case let digit = text[place] &- UInt8(ascii: "0"), digit < 10 {
            value = value * 10 + Int64(digit)
            place += 1
        }
        guard place > start, place == start + 1 || text[start] != UInt8(ascii: "0"), value <= JSONValue.largestInteger
        else { return nil }
        return UInt64(value)
    }

    /// One place in a dossier, from its identity on.
    mutating func link(_ text: Span<UInt8>) -> DossierLink? {
        guard
            let id = next(2 * DossierID.size, text).flatMap({ [UInt8](hex: text.extracting($0)) })
                .flatMap({ DossierID($0) }),
            take("\",\"n\":", text), let n = count(text), n > 0
        else { return nil }
        guard n > 1 else { return take("}", text) ? DossierLink(id: id, n: n, prev: nil) : nil }
        guard take(",\"prev\":\"", text), let prev = digest(text), take("\"}", text) else { return nil }
        return DossierLink(id: id, n: n, prev: prev)
    }
}

extension EntryType {
    private static let names = allCases.map { (name: Array($0.rawValue.utf8), type: $0) }

    /// The type of that name, nil for one that this program does not know.
    fileprivate init?(_ name: Span<UInt8>) {
        for known in EntryType.names where known.name.count == name.count {
            if (0..<name.count).allSatisfy({ known.name[$0] == name[$0] }) {
                self = known.type
                return
            }
        }
        return nil
    }
}
