extension Tile {
    /// The most bytes that an entry may have to go into a bundle.
    package static let largestEntry = Int(UInt16.max)

    /// The bytes of a bundle: each entry behind its length as a big-endian 16-bit number (C2SP tlog-tiles, "Log entries").
    ///
    /// - Throws: `malformedEntryBundle` for no entries, more than 256, or one above 65,535 bytes.
    package static func entryBundle(encode entries: [[UInt8]]) throws(TransparencyError) -> [UInt8] {
        guard 1...width ~= entries.count else {
            throw TransparencyError(.malformedEntryBundle, "an entry bundle has 1 to 256 entries, not \(entries.count)")
        }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(entries.reduce(0) { $0 + 2 + $1.count })
        for entry in entries {
            guard let count = UInt16(exactly: entry.count) else {
                throw TransparencyError(
                    .malformedEntryBundle, "an entry of \(entry.count) bytes does not fit into an entry bundle")
            }
            bytes.append(UInt8(count >> 8))
            bytes.append(UInt8(count & 0xff))
            bytes += entry
        }
        return bytes
    }

    /// The entries of a bundle.
    ///
    /// - Throws: `malformedEntryBundle` if the bytes end within an entry, or hold none, or more than 256.
    package static func entryBundle(decode bytes: [UInt8]) throws(TransparencyError) -> [[UInt8]] {
        var entries: [[UInt8]] = []
        var rest = bytes[...]
        while let high = rest.popFirst() {
            guard let low = rest.popFirst(), rest.count >= Int(high) << 8 | Int(low) else {
                throw TransparencyError(.malformedEntryBundle, "the bundle ends within entry \(entries.count)")
            }
            let count = Int(high) << 8 | Int(low)
            entries.append(Array(rest.prefix(count)))
            rest = rest.dropFirst(count)
        }
        guard 1...width ~= entries.count else {
            throw TransparencyError(.malformedEntryBundle, "an entry bundle has 1 to 256 entries, not \(entries.count)")
        }
        return entries
    }

    /// The entries of a bundle whose name says how many there are.
    ///
    /// - Throws: `malformedEntryBundle` also if there are not that many.
    package static func entryBundle(
        decode bytes: [UInt8], of bundle: EntryBundleID
    ) throws(TransparencyError) -> [[UInt8]] {
        let entries = try entryBundle(decode: bytes)
        guard entries.count == bundle.width else {
            throw TransparencyError(
                .malformedEntryBundle, "\(bundle.path) has \(entries.count) entries instead of \(bundle.width)")
        }
        return entries
    }
}
